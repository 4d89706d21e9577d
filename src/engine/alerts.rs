//! Each new or changed listing, held against what people keep looking for.

use std::collections::BTreeSet;

use crate::domain::{Date, Listing, ListingId, SavedSearch, Side, Sight, mask_contacts};
use crate::intake::{Options, read_text};
use crate::rank::{Filter, Mix, Settings};
use crate::store::{ChangeKind, ChangeNumber, Entry, Found, Instant};

use super::generation::Generation;
use super::market::{Market, MarketError};

/// Changes read at a time.
const CHANGES: usize = 5_000;

/// Of what arrived at once, as with an import, at most so many come up.
const MOST: usize = 100;

impl SavedSearch {
    /// What is looked for, as a listing of the other side.
    fn listing(&self, today: Date) -> Listing {
        read_text(&self.text, &Options::new(self.side.other(), today))
    }
}

impl Market {
    /// Holds every saved search against the listings that have been written since it was
    /// last held against them, and notes what comes up: the public ones that reach the
    /// search's degree and the floor, and whose terms are not against it. How many came
    /// up.
    ///
    /// # Errors
    /// When the store fails or the model cannot embed; what was not noted is looked at
    /// again the next time.
    pub fn raise_alerts(&self, today: Date, at: Option<Instant>) -> Result<usize, MarketError> {
        let now = self.now();
        let upto = now.listing_change();
        let behind = self.reader().searches_behind(upto)?;
        let mut raised = 0;
        for (search, from) in behind {
            let changed = self.changed(search.side, from, upto)?;
            let found = if changed.is_empty() { Vec::new() } else { found(&now, &search, &changed, today)? };
            if self.writer().raise(&search, (from, upto), &found, at)? {
                raised += found.len();
            }
        }
        Ok(raised)
    }

    /// The listings of a side that were put after `from`, up to `upto`.
    fn changed(
        &self,
        side: Side,
        mut from: ChangeNumber,
        upto: ChangeNumber,
    ) -> Result<BTreeSet<ListingId>, MarketError> {
        let mut changed = BTreeSet::new();
        while from < upto {
            let changes = self.reader().changes_since(from, CHANGES)?;
            let Some(last) = changes.last().map(|change| change.number) else { break };
            for change in changes.into_iter().filter(|change| change.number <= upto) {
                match change.entry {
                    Entry::Listing { side: of, id } if of == side && change.kind == ChangeKind::Put => {
                        changed.insert(id);
                    }
                    _ => {}
                }
            }
            from = last;
        }
        Ok(changed)
    }
}

fn found(
    now: &Generation,
    search: &SavedSearch,
    changed: &BTreeSet<ListingId>,
    today: Date,
) -> Result<Vec<Found>, MarketError> {
    let ranker = now.ranker();
    let probe = now.probe(search.listing(today))?;
    let top = changed.len();
    let filter = Filter { open_on: Some(today), sight: Sight::Published, ..Filter::default() };
    let settings = Settings { top, mix: Mix::Hybrid, today, filter, terms: true };
    let ranking = ranker.rank_probe_among(search.side.other(), &probe, changed, &settings);
    let found =
        ranking.fits.into_iter().filter(|hit| hit.degree.percent() >= search.least).take(MOST).filter_map(
            |hit| {
                let side = ranker.snapshot().side(search.side);
                let listing = side.listing(side.row(&hit.id)?);
                Some(Found {
                    side: search.side,
                    title: mask_contacts(&listing.title),
                    degree: hit.degree.percent(),
                    id: hit.id,
                })
            },
        );
    Ok(found.collect())
}
