//! Parts of a judged set that are worth a figure of their own.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Listing, ListingId, Side};
use crate::index::{Snapshot, TermId};
use crate::text::{self, Unit};

use super::judged::JudgedSet;
use super::measure::FIT;
use super::qrels::Qrels;

/// A word is a content word when fewer than one listing in so many holds it.
const CONTENT_WORD_BELOW: f64 = 1.0 / 20.0;

/// A requirement of more characters than this is long: the longer third of the demo's.
const LONG: usize = 150;

/// The slices of a judged set: name and requirements, in the order they are shown.
pub(super) fn slices(set: &JudgedSet, snapshot: &Snapshot) -> Vec<(String, BTreeSet<ListingId>)> {
    let listing = |id: &ListingId| {
        let side = snapshot.side(Side::Requirement);
        side.row(id).map(|row| side.listing(row).as_ref())
    };
    let those = |keep: &dyn Fn(&ListingId) -> bool| -> BTreeSet<ListingId> {
        set.needs.keys().filter(|id| keep(id)).cloned().collect()
    };
    let of_listing = |keep: fn(&Listing) -> bool| those(&|id| listing(id).is_some_and(keep));
    let mut found = vec![
        ("tuned on (two thirds)".to_owned(), those(&|id| !set.needs[id].held_out)),
        ("**held out (a third)**".to_owned(), those(&|id| set.needs[id].held_out)),
        ("traditional characters".to_owned(), of_listing(is_traditional)),
        ("long".to_owned(), of_listing(|l| l.text.chars().count() > LONG)),
        ("short".to_owned(), of_listing(|l| l.text.chars().count() <= LONG)),
    ];
    let walks: BTreeSet<&str> = set.needs.values().map(|need| need.walk_of_life.as_str()).collect();
    for walk in walks {
        found.push((walk.to_owned(), those(&|id| set.needs[id].walk_of_life == walk)));
    }
    found
}

/// Whether normalising changes characters beyond width and case: traditional text.
fn is_traditional(listing: &Listing) -> bool {
    let plain: String = listing.text.to_lowercase();
    let normalized = text::Normalized::new(&plain);
    let changed = plain.chars().zip(normalized.as_str().chars()).filter(|(a, b)| a != b);
    changed.filter(|(a, _)| ('\u{4e00}'..='\u{9fff}').contains(a)).count() >= 3
}

/// Fits of a requirement whose listing shares at most one content word with it.
pub(super) fn low_overlap_fits(
    qrels: &Qrels,
    snapshot: &Snapshot,
) -> BTreeMap<ListingId, BTreeSet<ListingId>> {
    let lexicon = snapshot.lexicon();
    let listings: usize = Side::ALL.iter().map(|&side| snapshot.side(side).len()).sum();
    let is_content = |term: TermId| {
        let held: u32 = Side::ALL.iter().map(|&side| lexicon.frequency(side, term)).sum();
        f64::from(held) / (listings as f64) < CONTENT_WORD_BELOW
    };
    let words = |side: Side, id: &ListingId| -> BTreeSet<TermId> {
        let index = snapshot.side(side);
        let Some(row) = index.row(id) else { return BTreeSet::new() };
        let listing = index.listing(row);
        [&listing.title, &listing.text]
            .into_iter()
            .flat_map(|part| text::analyze(part))
            .filter(|token| token.unit == Unit::Word)
            .filter_map(|token| lexicon.id(&token.term))
            .filter(|&term| is_content(term))
            .collect()
    };
    let mut found = BTreeMap::new();
    for requirement in qrels.requirements() {
        let asked = words(Side::Requirement, requirement);
        let fits: BTreeSet<ListingId> = qrels
            .of(requirement)
            .into_iter()
            .flatten()
            .filter(|&(_, &grade)| grade >= FIT)
            .map(|(capability, _)| capability)
            .filter(|id| words(Side::Capability, id).intersection(&asked).count() <= 1)
            .cloned()
            .collect();
        if !fits.is_empty() {
            found.insert(requirement.clone(), fits);
        }
    }
    found
}
