//! `opcmatch import`: a list into a data folder, with a report row by row.

use std::io::Write;

use crate::engine;
use crate::intake::{self, Options};

use super::arguments::{Common, ImportArguments};
use super::lists::{open_data, save_rejects};
use super::progress::note;
use super::{CliError, Outcome, row_report};

pub(super) fn run(own: &ImportArguments, common: &Common) -> Result<Outcome, CliError> {
    let options = Options {
        mapping: own.mapping.clone(),
        sheet: own.sheet.clone(),
        ..Options::new(own.side, common.today.unwrap_or_else(engine::today))
    };
    let intake = intake::read_path(&own.file, &options)?;
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
    if own.dry_run {
        note(common, "试读：没有写入任何数据 / dry run: nothing was written");
    } else if let Some(folder) = &own.data {
        let mut store = open_data(folder)?;
        store.put(&intake.listings)?;
        note(
            common,
            &format!("已写入 {} 条到 {} / {0} listings stored", intake.listings.len(), folder.display()),
        );
    }
    Ok(if intake.listings.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
