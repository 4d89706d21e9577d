//! The terms of both lists, numbered once, with how common each is.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::Side;
use crate::scan::TermId;

use super::words::Words;

/// All terms of both lists, numbered in their own order, so that sums over terms always
/// run in one order; those that have come since the lists were settled follow in the order
/// they came. A number lives until the lists are settled again.
#[derive(Debug, Default, Clone)]
pub struct Lexicon {
    settled: Arc<Table>,
    /// Terms after the settled ones.
    recent: Vec<Box<str>>,
    recent_ids: HashMap<Box<str>, TermId>,
}

#[derive(Debug, Default)]
struct Table {
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
    /// A number that no text's term has: a row may hold a constant of its own under it.
    pub const NO_WORD: TermId = 0;

    /// From each side's terms.
    pub(super) fn new(sides: [&Words; 2]) -> Lexicon {
        let mut terms: Vec<Box<str>> = sides
            .iter()
            .flat_map(|words| words.frequencies.iter().map(|(term, _)| term.as_str().into()))
            .collect();
        terms.push("".into());
        terms.sort_unstable();
        terms.dedup();
        let ids: HashMap<Box<str>, TermId> =
            terms.iter().enumerate().map(|(id, term)| (term.clone(), id as TermId)).collect();
        let frequencies = sides.map(|words| {
            let mut counts = vec![0; terms.len()];
            for (term, count) in &words.frequencies {
                if let Some(&id) = ids.get(term.as_str()) {
                    counts[id as usize] = *count;
                }
            }
            counts
        });
        let listings = sides.map(Words::rows);
        let total = listings.iter().sum::<usize>() as f32;
        let share = |side: usize, id: usize| frequencies[side][id] as f32 / listings[side].max(1) as f32;
        let idfs = (0..terms.len()).map(|id| idf(share(0, id).max(share(1, id)) * total, total)).collect();
        let settled = Table { terms, ids, frequencies, idfs, idf_unknown: idf(1.0, total) };
        Lexicon { settled: Arc::new(settled), ..Lexicon::default() }
    }

    /// Numbers a term when it has no number yet.
    pub(super) fn add(&mut self, term: &str) {
        if self.id(term).is_none() {
            let id = self.len() as TermId;
            self.recent.push(term.into());
            self.recent_ids.insert(term.into(), id);
        }
    }

    /// How many distinct terms there are.
    pub fn len(&self) -> usize {
        self.settled.terms.len() + self.recent.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of a term, when either list holds it.
    pub fn id(&self, term: &str) -> Option<TermId> {
        self.settled.ids.get(term).or_else(|| self.recent_ids.get(term)).copied()
    }

    /// The term of a number of this snapshot.
    pub fn term(&self, id: TermId) -> &str {
        let settled = &self.settled.terms;
        settled.get(id as usize).unwrap_or_else(|| &self.recent[id as usize - settled.len()])
    }

    /// Inverse document frequency, ≥ 0: ln(1 + (N − n + ½) / (n + ½)) as in
    /// Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009),
    /// in the form that never goes negative.
    ///
    /// N counts both lists. n is the larger of the two lists' shares of listings
    /// that hold the term, times N: 采购 and 公告 stand in every notice and in no
    /// capability, and a word so common on one side says nothing about a fit.
    /// `None` (a term of neither list) is weighed like a term of one listing, and so is one
    /// that has come since the lists were settled.
    pub fn idf(&self, term: Option<TermId>) -> f32 {
        let known = term.and_then(|id| self.settled.idfs.get(id as usize));
        known.copied().unwrap_or(self.settled.idf_unknown)
    }

    /// How many listings of a side held the term when the lists were settled.
    pub fn frequency(&self, side: Side, term: TermId) -> u32 {
        self.settled.frequencies[side as usize].get(term as usize).copied().unwrap_or(0)
    }
}

/// See [`Lexicon::idf`]; a term counts as held by one listing at least.
fn idf(held: f32, total: f32) -> f32 {
    let held = held.max(1.0);
    (1.0 + (total - held + 0.5).max(0.0) / (held + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_word_common_on_one_side_weighs_little() {
        let list =
            |held: &[&[&str]]| Words::build(held.iter().map(|row| row.iter().map(|&t| (t, 1)))).unwrap();
        let needs: [&[&str]; 10] = [
            &["公告", "水质"],
            &["公告"],
            &["公告"],
            &["公告"],
            &["公告"],
            &["公告"],
            &["公告"],
            &["公告"],
            &["公告"],
            &[],
        ];
        let skills: [&[&str]; 10] =
            [&["水质", "识别"], &["水质", "识别"], &["识别"], &["识别"], &[], &[], &[], &[], &[], &[]];
        let mut lexicon = Lexicon::new([&list(&needs), &list(&skills)]);
        let idf = |term: &str| lexicon.idf(lexicon.id(term));
        assert!(idf("公告") < idf("识别") && idf("识别") < idf("水质"));
        assert!(idf("水质") < lexicon.idf(None));
        assert!(idf("公告") > 0.0);
        assert_eq!(lexicon.frequency(Side::Capability, lexicon.id("识别").unwrap()), 4);

        let before = lexicon.len();
        lexicon.add("听诊");
        lexicon.add("听诊");
        lexicon.add("水质");
        assert_eq!(lexicon.len(), before + 1);
        let new = lexicon.id("听诊").unwrap();
        assert_eq!((lexicon.term(new), lexicon.term(0)), ("听诊", ""));
        assert_eq!(lexicon.idf(Some(new)), lexicon.idf(None));
    }
}
