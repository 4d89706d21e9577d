//! The terms of both lists, numbered once, with how common each is.

use std::collections::HashMap;

use crate::domain::Side;
use crate::scan::TermId;

/// All terms of both lists, numbered in their own order, so that sums over terms always
/// run in one order. A number lives for one snapshot.
#[derive(Debug, Default)]
pub struct Lexicon {
    terms: Vec<Box<str>>,
    ids: HashMap<Box<str>, TermId>,
    /// Listings of a side that hold the term, by side then term.
    frequencies: [Vec<u32>; 2],
    /// [`Lexicon::idf`] of each term.
    idfs: Vec<f32>,
    /// The same of a term that neither list holds.
    idf_unknown: f32,
}

impl Lexicon {
    /// From each side's `(term, listings that hold it)` in term order, and its number of listings.
    pub(super) fn new(sides: [(&[(String, u32)], usize); 2]) -> Lexicon {
        let mut terms: Vec<Box<str>> =
            sides.iter().flat_map(|(rows, _)| rows.iter().map(|(term, _)| term.as_str().into())).collect();
        terms.sort_unstable();
        terms.dedup();
        let ids: HashMap<Box<str>, TermId> =
            terms.iter().enumerate().map(|(id, term)| (term.clone(), id as TermId)).collect();
        let frequencies = sides.map(|(rows, _)| {
            let mut counts = vec![0; terms.len()];
            for (term, count) in rows {
                if let Some(&id) = ids.get(term.as_str()) {
                    counts[id as usize] = *count;
                }
            }
            counts
        });
        let listings = sides.map(|(_, listings)| listings);
        let total = listings.iter().sum::<usize>() as f32;
        let share = |side: usize, id: usize| frequencies[side][id] as f32 / listings[side].max(1) as f32;
        let idfs = (0..terms.len()).map(|id| idf(share(0, id).max(share(1, id)) * total, total)).collect();
        Lexicon { terms, ids, frequencies, idfs, idf_unknown: idf(1.0, total) }
    }

    /// How many distinct terms there are.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The number of a term, when either list holds it.
    pub fn id(&self, term: &str) -> Option<TermId> {
        self.ids.get(term).copied()
    }

    /// The term of a number of this snapshot.
    pub fn term(&self, id: TermId) -> &str {
        &self.terms[id as usize]
    }

    /// Inverse document frequency, ≥ 0: ln(1 + (N − n + ½) / (n + ½)) as in
    /// Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009),
    /// in the form that never goes negative.
    ///
    /// N counts both lists. n is the larger of the two lists' shares of listings
    /// that hold the term, times N: 采购 and 公告 stand in every notice and in no
    /// capability, and a word so common on one side says nothing about a fit.
    /// `None` (a term of neither list) is weighed like a term of one listing.
    pub fn idf(&self, term: Option<TermId>) -> f32 {
        term.map_or(self.idf_unknown, |id| self.idfs[id as usize])
    }

    /// How many listings of a side hold the term.
    pub fn frequency(&self, side: Side, term: TermId) -> u32 {
        self.frequencies[side as usize][term as usize]
    }
}

/// See [`Lexicon::idf`]; a term counts as held by one listing at least.
fn idf(held: f32, total: f32) -> f32 {
    let held = held.max(1.0);
    (1.0 + (total - held + 0.5).max(0.0) / (held + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_common_on_one_side_weighs_little() {
        let needs = [("公告".to_owned(), 9), ("水质".to_owned(), 1)];
        let skills = [("水质".to_owned(), 2), ("识别".to_owned(), 4)];
        let lexicon = Lexicon::new([(&needs, 10), (&skills, 10)]);
        let idf = |term: &str| lexicon.idf(lexicon.id(term));
        assert!(idf("公告") < idf("识别") && idf("识别") < idf("水质"));
        assert!(idf("水质") < lexicon.idf(None));
        assert!(idf("公告") > 0.0);
        assert_eq!(lexicon.frequency(Side::Capability, lexicon.id("识别").unwrap()), 4);
    }
}
