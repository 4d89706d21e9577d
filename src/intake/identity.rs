//! Gives every listing its id and turns back rows that claim another's.
//! The rules stand in the documentation of [`super`].

use std::collections::HashMap;

use super::problem::Problem;
use super::row::{IdFrom, Place};
use crate::domain::{Listing, ListingId, Source};

/// Hexadecimal digits of a hash that make an id: 48 bits, so that among a million
/// rows the chance of two meeting by accident is one in five hundred.
const HASH_DIGITS: usize = 12;

/// Longest file or sheet name in an id, in characters.
const MAX_PREFIX: usize = 40;

/// The ids given so far within one file.
#[derive(Default)]
pub(super) struct Identities {
    /// Index into the listings by side and id.
    given: HashMap<(crate::domain::Side, String), usize>,
}

impl Identities {
    /// Gives `listing` its id, or says why it cannot be taken. `taken` are the
    /// listings before it, `prefix` the name of its table.
    pub(super) fn assign(
        &mut self,
        listing: &mut Listing,
        from: IdFrom,
        prefix: &str,
        place: Place<'_>,
        taken: &[Listing],
    ) -> Result<Option<Problem>, Problem> {
        let side = listing.side;
        let mut note = None;
        let mut id = match &from {
            IdFrom::Stated(id) => id.clone(),
            IdFrom::Serial(number) => format!("{prefix}-{number}"),
            IdFrom::Nowhere => hashed(&[&listing.title, &listing.party.name]),
        };
        if let Some(first) = self.given.get(&(side, id.clone())).and_then(|at| taken.get(*at)) {
            if same(first, listing) {
                return Err(Problem::DuplicateRow { first: shown(first, place) });
            }
            match from {
                IdFrom::Stated(_) => return Err(Problem::DuplicateId { id, first: shown(first, place) }),
                IdFrom::Nowhere => id = hashed(&[&listing.title, &listing.party.name, &listing.text]),
                IdFrom::Serial(_) => {}
            }
            let base = id.clone();
            let mut next = 2u32;
            while let Some(other) = self.given.get(&(side, id.clone())).and_then(|at| taken.get(*at)) {
                if same(other, listing) {
                    return Err(Problem::DuplicateRow { first: shown(other, place) });
                }
                id = format!("{base}-{next}");
                next += 1;
            }
            if matches!(from, IdFrom::Serial(_)) {
                note = Some(Problem::SerialRepeated { id: id.clone() });
            }
        }
        self.given.insert((side, id.clone()), taken.len());
        listing.id = ListingId(id);
        Ok(note)
    }
}

/// The start of serial ids: the file's name, and the sheet's where the file has several.
pub(super) fn prefix(stem: &str, sheet: Option<&str>) -> String {
    let short =
        |name: &str| name.split_whitespace().collect::<String>().chars().take(MAX_PREFIX).collect::<String>();
    match sheet {
        Some(sheet) => format!("{}-{}", short(stem), short(sheet)),
        None => short(stem),
    }
}

/// A complaint's pointer to an earlier row.
fn shown(first: &Listing, place: Place<'_>) -> String {
    let row = first.source.row.unwrap_or_default();
    match (&first.source.sheet, place.sheet) {
        (Some(sheet), here) if Some(sheet.as_str()) != here => format!("{row}（{sheet}）"),
        _ => row.to_string(),
    }
}

fn hashed(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.trim().as_bytes());
        hasher.update(b"\0");
    }
    format!("h-{}", &hasher.finalize().to_hex()[..HASH_DIGITS])
}

/// Whether two rows say the same, wherever they stand.
fn same(a: &Listing, b: &Listing) -> bool {
    let bare = |listing: &Listing| Listing {
        id: ListingId(String::new()),
        source: Source { url: listing.source.url.clone(), ..Source::default() },
        ..listing.clone()
    };
    a.title == b.title && a.text == b.text && bare(a) == bare(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Side;

    #[test]
    fn ids_follow_the_documented_rules() {
        let place = Place { file: "清单.csv", sheet: None };
        let mut identities = Identities::default();
        let mut taken: Vec<Listing> = Vec::new();
        let hash = hashed(&["甲", ""]);
        for (from, title, wanted) in [
            (IdFrom::Stated("N1".into()), "甲", Ok("N1")),
            (IdFrom::Stated("N1".into()), "甲", Err("duplicate_row")),
            (IdFrom::Stated("N1".into()), "乙", Err("duplicate_id")),
            (IdFrom::Serial("1".into()), "甲", Ok("清单-1")),
            (IdFrom::Serial("1".into()), "乙", Ok("清单-1-2")),
            (IdFrom::Serial("1".into()), "丙", Ok("清单-1-3")),
            (IdFrom::Serial("1".into()), "乙", Err("duplicate_row")),
            (IdFrom::Nowhere, "甲", Ok(hash.as_str())),
            (IdFrom::Nowhere, "甲", Err("duplicate_row")),
        ] {
            let mut listing = Listing::new("", Side::Requirement, title, "");
            let got = identities.assign(&mut listing, from.clone(), "清单", place, &taken);
            match wanted {
                Ok(id) => {
                    assert!(got.is_ok(), "{from:?} {title}");
                    assert_eq!(listing.id.0, id);
                    taken.push(listing);
                }
                Err(code) => assert_eq!(got.unwrap_err().words().code, code, "{from:?} {title}"),
            }
        }
    }
}
