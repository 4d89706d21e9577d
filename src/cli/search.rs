//! `opcmatch search`: a few words against one list or both.

use std::io::Write;

use serde::Serialize;

use crate::domain::{Listing, Side};
use crate::rank::{Filter, Mix, Settings};
use crate::report::Shown;

use super::arguments::{Common, SearchArguments};
use super::lists::open;
use super::{CliError, Outcome};

#[derive(Serialize)]
struct Found {
    side: Side,
    degree: f64,
    #[serde(flatten)]
    listing: Shown,
}

pub(super) fn run(own: &SearchArguments, common: &Common) -> Result<Outcome, CliError> {
    let text = own.text.join(" ");
    let opened = open(&own.sources, None, common)?;
    let now = opened.market.now();
    let probe = now.probe_words(Listing::new("?", Side::Requirement, text, ""))?;
    let settings = Settings {
        top: own.top as usize,
        mix: Mix::Hybrid,
        today: opened.today,
        filter: Filter::default(),
        terms: false,
    };
    let by_chance = now.ranker().by_chance(&probe, settings.mix);
    let mut found = Vec::new();
    for side in Side::ALL.iter().copied().filter(|&side| own.side.is_none_or(|one| one == side)) {
        let index = now.ranker().snapshot().side(side);
        for hit in now.search(side, &probe, &settings)? {
            let Some(row) = index.row(&hit.id).filter(|_| hit.score.total > by_chance) else { continue };
            found.push(Found {
                side,
                degree: hit.degree.percent(),
                listing: Shown::from(index.listing(row).as_ref()),
            });
        }
    }
    let mut out = std::io::stdout().lock();
    if own.json {
        serde_json::to_writer_pretty(&mut out, &found)?;
        writeln!(out)?;
    } else {
        for one in &found {
            let Found { side, degree, listing } = one;
            writeln!(
                out,
                "{} {degree:>3.0}  {} {}（{}）",
                side.label(),
                listing.id,
                listing.title,
                listing.party
            )?;
        }
    }
    out.flush()?;
    Ok(if found.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
