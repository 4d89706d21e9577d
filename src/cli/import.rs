//! `opcmatch import`: a list into a data folder, with a report row by row.

use std::collections::BTreeMap;
use std::io::Write;

use crate::domain::{Listing, ListingId};
use crate::engine;
use crate::intake::{self, Options, Reading};
use crate::store::Author;

use super::arguments::{Common, ImportArguments};
use super::lists::save_rejects;
use super::progress::note;
use super::watched::Watched;
use super::{CliError, Outcome, row_report};

pub(super) fn run(own: &ImportArguments, common: &Common) -> Result<Outcome, CliError> {
    // Asked before the file is read: nothing is worse than a report that comes to nothing.
    let home = if own.dry_run { None } else { Some(own.home.required()?) };
    let options = Options {
        mapping: own.mapping.clone(),
        sheet: own.sheet.clone(),
        ..Options::new(own.side, common.today.unwrap_or_else(engine::today))
    };
    let watched = Watched::new(common);
    let mut intake = intake::read_path_watched(&own.file, &options, &|at, done, of| {
        let words = match at {
            Reading::Opening => "打开 opening",
            Reading::Rows => "逐行读取 reading",
            Reading::Comparing => "找近似的行 comparing",
        };
        watched.step(words, done, of)
    })?;
    watched.clear();
    let mut out = std::io::stdout().lock();
    if own.json {
        serde_json::to_writer_pretty(&mut out, &intake)?;
        writeln!(out)?;
    } else {
        row_report::write(&intake, &mut out)?;
    }
    out.flush()?;
    if let Some(path) = &own.rejects {
        save_rejects(&intake, path, common)?;
    }
    match home {
        None => note(common, "试读：没有写入任何数据 / dry run: nothing was written"),
        Some(home) => {
            let name = own.file.file_name().unwrap_or_default().to_string_lossy();
            let author = Author {
                who: "opcmatch import".to_owned(),
                at: Some(engine::instant()),
                note: format!("导入 {name} / imported"),
            };
            let mut store = home.open()?;
            belong(&mut intake.listings, own.tenant.as_ref(), store.list(own.side)?);
            store.put_watched(&intake.listings, &author, &|done, of| {
                watched.step("写入 storing", done, Some(of))
            })?;
            watched.clear();
            note(common, &format!("已写入 {} 条到 {home} / {0} listings stored", intake.listings.len()));
        }
    }
    Ok(if intake.listings.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

/// Says whose the rows are: of the tenant that is named, or of whoever had them before.
/// A table does not say it, and importing one again takes nothing away from anybody.
fn belong(listings: &mut [Listing], tenant: Option<&String>, known: Vec<Listing>) {
    type Belongings = (Option<String>, Option<String>);
    let before: BTreeMap<ListingId, Belongings> =
        known.into_iter().map(|listing| (listing.id, (listing.tenant, listing.owner))).collect();
    for listing in listings {
        let (former, owner) = before.get(&listing.id).cloned().unwrap_or_default();
        listing.tenant = tenant.cloned().or(listing.tenant.take()).or(former);
        listing.owner = listing.owner.take().or(owner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Side;

    #[test]
    fn importing_again_takes_nothing_away() {
        let of = |id: &str, tenant: Option<&str>, owner: Option<&str>| Listing {
            tenant: tenant.map(str::to_owned),
            owner: owner.map(str::to_owned),
            ..Listing::new(id, Side::Requirement, "甲", "")
        };
        let known = || vec![of("1", Some("西湖"), Some("K1")), of("2", None, None)];
        for (id, said, named, tenant, owner) in [
            ("1", None, None, Some("西湖"), Some("K1")),
            ("1", Some("上城"), None, Some("上城"), Some("K1")),
            ("1", Some("上城"), Some("滨江"), Some("滨江"), Some("K1")),
            ("2", None, Some("滨江"), Some("滨江"), None),
            ("3", None, None, None, None),
        ] {
            let mut listings = [of(id, said, None)];
            belong(&mut listings, named.map(str::to_owned).as_ref(), known());
            assert_eq!(listings, [of(id, tenant, owner)], "{id} {said:?} {named:?}");
        }
    }
}
