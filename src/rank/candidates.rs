//! Who comes into question at all: the best rows by words and meaning joined, in the
//! order of the pair's own score.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::{ListingId, Side};
use crate::index::{Lexicon, Part, PartAt, Postings, Row, SideIndex, TermId};
use crate::scan::{self, Join, Pass, Rows, Scan, Scored, Scratch, Vectors, batch};

use super::filter::Filter;
use super::pair::{Asked, Weighed, per_cosine, total};
use super::ranker::{Asker, Ranker, Settings};
use super::weights::Mix;

thread_local! {
    /// Memory that scans on this thread use again.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// How many candidates fill a ranking of `top`, with some to spare for those refused.
pub(super) fn wanted(top: usize) -> usize {
    top.saturating_add(32)
}

/// Filters that are remembered, a side: a page asks with few.
const REMEMBERED: usize = 32;

/// Which rows of a settled part pass the filters asked last. They never change, so whoever asks
/// with the same filter again has them at once, whatever has been updated since.
#[derive(Debug, Default)]
pub(super) struct Passed {
    /// The one asked last at the end.
    by_filter: Mutex<Vec<(Filter, Selection)>>,
}

/// Rows of a part, ascending; `None` for all.
type Selection = Option<Arc<Vec<Row>>>;

impl Passed {
    fn by(&self, filter: &Filter, part: &Part) -> Selection {
        let held = || self.by_filter.lock().unwrap_or_else(PoisonError::into_inner);
        let known = {
            let mut held = held();
            held.iter().position(|(one, _)| one == filter).map(|at| {
                let found = held.remove(at);
                let selection = found.1.clone();
                held.push(found);
                selection
            })
        };
        known.unwrap_or_else(|| {
            let selection = select(filter, part);
            let mut held = held();
            if held.len() >= REMEMBERED {
                held.remove(0);
            }
            held.push((filter.clone(), selection.clone()));
            selection
        })
    }
}

fn select(filter: &Filter, part: &Part) -> Selection {
    let all = part.listings();
    let rows: Vec<Row> = (0..all.len() as Row).filter(|&row| filter.passes(&all[row as usize])).collect();
    (rows.len() < all.len()).then(|| Arc::new(rows))
}

/// Rows of a side that a filter lets pass, part by part.
pub(super) struct Passing {
    parts: [Selection; 2],
    len: usize,
}

impl Passing {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Of one part.
    fn rows<'a>(&'a self, number: usize, at: &PartAt<'a>) -> Rows<'a> {
        self.parts[number].as_ref().map_or(Rows::ALL, |rows| Rows::only(rows)).without(at.gone)
    }
}

/// Joins what was found in each part, best first, ties by id; the best `k` of it as rows of the side.
fn joined(index: &SideIndex, found: [Vec<Scored>; 2], k: usize) -> Vec<Row> {
    let [settled, recent] = found;
    let first = index.parts()[1].first;
    if recent.is_empty() {
        return settled.into_iter().map(|scored| scored.row).collect();
    }
    let mut all = settled;
    all.extend(recent.into_iter().map(|scored| Scored { row: first + scored.row, ..scored }));
    all.sort_by(|a, b| {
        let id = |scored: &Scored| &index.listing(scored.row).id;
        b.score.total_cmp(&a.score).then_with(|| id(a).cmp(id(b)))
    });
    all.truncate(k);
    all.into_iter().map(|scored| scored.row).collect()
}

impl Ranker {
    /// Which rows of a side may be seen.
    pub(super) fn passing(&self, side: Side, filter: &Filter) -> Passing {
        let [settled, recent] = self.snapshot.side(side).parts();
        let parts = [self.passed[side as usize].by(filter, settled.part), select(filter, recent.part)];
        let [of_settled, of_recent] = &parts;
        let hidden = |row: &&Row| of_settled.as_ref().is_none_or(|rows| rows.binary_search(row).is_ok());
        let len = of_settled.as_ref().map_or(settled.part.len(), |rows| rows.len())
            - settled.gone.iter().filter(hidden).count()
            + of_recent.as_ref().map_or(recent.part.len(), |rows| rows.len());
        Passing { parts, len }
    }

    /// Which of these listings may be seen.
    pub(super) fn passing_of(&self, side: Side, among: &BTreeSet<ListingId>, filter: &Filter) -> Passing {
        let index = self.snapshot.side(side);
        let first = index.parts()[1].first;
        let seen =
            among.iter().filter_map(|id| index.row(id)).filter(|&row| filter.passes(index.listing(row)));
        let mut rows: [Vec<Row>; 2] = Default::default();
        for row in seen {
            match row.checked_sub(first) {
                None => rows[0].push(row),
                Some(row) => rows[1].push(row),
            }
        }
        let len = rows.iter().map(Vec::len).sum();
        let parts = rows.map(|mut rows| {
            rows.sort_unstable();
            Some(Arc::new(rows))
        });
        Passing { parts, len }
    }

    /// The best `k` rows of the other side, best first, ties by id.
    pub(super) fn candidates(&self, asker: &Asker<'_>, passing: &Passing, k: usize, mix: Mix) -> Vec<Row> {
        let (side, vector) = (asker.side().other(), self.vector(asker));
        let sources = self.other_side(asker.side());
        let question = (&self.terms(asker, mix)[..], vector);
        let join = self.join(asker.side(), mix);
        self.scanned(side, sources, question, passing, k, join, &|row| self.total(asker, row, mix))
    }

    /// The best `k` rows of a side for one question, best first, ties by id. `exact` is told
    /// rows of the side.
    #[allow(clippy::too_many_arguments)]
    fn scanned(
        &self,
        side: Side,
        sources: [(&Postings, &Vectors); 2],
        (terms, vector): (&[(TermId, f32)], &[f32]),
        passing: &Passing,
        k: usize,
        join: Join,
        exact: &dyn Fn(Row) -> f64,
    ) -> Vec<Row> {
        let index = self.snapshot.side(side);
        let mut number = 0;
        let found = index.parts().map(|at| {
            let (postings, vectors) = sources[number];
            let rows = passing.rows(number, &at);
            number += 1;
            if vectors.is_empty() {
                return Vec::new();
            }
            let scan = Scan { postings, vectors, terms, vector, join, rows };
            SCRATCH.with_borrow_mut(|scratch| scan.best(k, scratch, Some(&mut |row| exact(at.first + row))))
        });
        joined(index, found, k)
    }

    /// The same for many listings of one side at once.
    pub(super) fn candidates_of_all(
        &self,
        askers: &[Asker<'_>],
        passing: &Passing,
        k: usize,
        mix: Mix,
    ) -> Vec<Vec<Row>> {
        let Some(side) = askers.first().map(Asker::side) else { return Vec::new() };
        let terms: Vec<Cow<'_, [(TermId, f32)]>> =
            askers.iter().map(|asker| self.terms(asker, mix)).collect();
        let asked: Vec<scan::Asked<'_>> = askers
            .iter()
            .zip(&terms)
            .map(|(asker, terms)| scan::Asked { terms, vector: self.vector(asker) })
            .collect();
        let index = self.snapshot.side(side.other());
        let mut found = Vec::new();
        for (number, (at, source)) in index.parts().iter().zip(self.other_side(side)).enumerate() {
            let exact = |asker: usize, row: Row| self.total(&askers[asker], at.first + row, mix);
            let rows = passing.rows(number, at);
            let of_part = batch(source, rows, &asked, self.join(side, mix), k, Some(&exact), &|_| true);
            found.push(of_part.unwrap_or_default());
        }
        let recent = found.pop().unwrap_or_default();
        let settled = found.pop().unwrap_or_default();
        settled.into_iter().zip(recent).map(|(settled, recent)| joined(index, [settled, recent], k)).collect()
    }

    /// The best `k` capabilities for every requirement and the best `k` requirements for every
    /// capability, each by the order of its side's rows, with every score computed once. `passing` is
    /// of requirements, then of capabilities. `None` when `progress` answered `false`.
    pub(super) fn candidates_both_ways(
        &self,
        passing: [&Passing; 2],
        k: usize,
        mix: Mix,
        progress: &(dyn Fn(usize) -> bool + Sync),
    ) -> Option<[Vec<Vec<Row>>; 2]> {
        let (words, dense) = self.weights.shares(mix);
        let dots = dense * per_cosine(&self.snapshot, &self.weights);
        let [needs, offers] = [Side::Requirement, Side::Capability].map(|side| self.snapshot.side(side));
        // By the parts of the side that is found.
        let mut of_needs: Vec<[Vec<Scored>; 2]> = Vec::new();
        let mut of_offers: Vec<[Vec<Scored>; 2]> = Vec::new();
        for (number, (asking, questions)) in needs.parts().iter().zip(&self.questions).enumerate() {
            let asked: Vec<scan::Asked<'_>> = (0..asking.part.len() as Row)
                .map(|row| scan::Asked {
                    terms: questions.terms_of(row),
                    vector: asking.part.vectors().row(row),
                })
                .collect();
            let lifts: Vec<f32> = questions.asked.iter().map(|asked| asked.lift * dots).collect();
            let base = of_needs.len();
            of_needs.resize_with(base + asked.len(), Default::default);
            let mut before = 0;
            for (offered, at) in offers.parts().iter().enumerate() {
                let exact = |need: usize, row: Row| {
                    let asker = Asker::Listed(Side::Requirement, asking.first + need as Row);
                    self.total(&asker, at.first + row, mix)
                };
                let pass = Pass {
                    sources: (at.part.documents(), at.part.vectors()),
                    questions: &asked,
                    rows: passing[1].rows(offered, at),
                    among: passing[0].rows(number, asking),
                    factors: (words, dots),
                    constants: &lifts,
                    exact: &exact,
                };
                let told = |more: usize| offered > 0 || progress(more);
                let found = pass.both_ways(k, &told)?;
                for (need, best) in found.of_questions.into_iter().enumerate() {
                    of_needs[base + need][offered] = best;
                }
                of_offers.resize_with(of_offers.len().max(before + at.part.len()), Default::default);
                for (row, best) in found.of_rows.into_iter().enumerate() {
                    of_offers[before + row][number] = best;
                }
                before += at.part.len();
            }
        }
        let in_order = |index: &SideIndex, other: &SideIndex, mut found: Vec<[Vec<Scored>; 2]>| {
            index.rows().map(|row| joined(other, std::mem::take(&mut found[row as usize]), k)).collect()
        };
        Some([in_order(needs, offers, of_needs), in_order(offers, needs, of_offers)])
    }

    /// Rows of `side` that a short text is about: the text is the question whichever side is searched.
    pub(super) fn found(
        &self,
        side: Side,
        asked: &Weighed,
        vector: &[f32],
        passing: &Passing,
        settings: &Settings,
    ) -> Vec<Row> {
        let index = self.snapshot.side(side);
        let sources = index.parts().map(|at| (at.part.documents(), at.part.vectors()));
        let exact = |row: Row| {
            let document = (index.document(row), index.vector(row));
            total((asked, vector), document, &self.snapshot, &self.weights, settings.mix)
        };
        let terms: Vec<(TermId, f32)> = plain_terms(&asked.terms).collect();
        let join = self.join(Side::Requirement, settings.mix);
        self.scanned(side, sources, (&terms, vector), passing, settings.top, join, &exact)
    }

    /// What an asker of a side is held against, part by part: capabilities as documents,
    /// requirements as questions.
    fn other_side(&self, side: Side) -> [(&Postings, &Vectors); 2] {
        let [settled, recent] = self.snapshot.side(side.other()).parts();
        let [of_settled, of_recent] = match side {
            Side::Requirement => [settled.part.documents(), recent.part.documents()],
            Side::Capability => [&self.questions[0].postings, &self.questions[1].postings],
        };
        [(of_settled, settled.part.vectors()), (of_recent, recent.part.vectors())]
    }

    /// An asker's terms as the other side is scanned for them. A requirement's are its own.
    /// A capability's bring the words' share with them, for beside them it asks for each
    /// requirement's lift, which counts by the share of the dense score.
    fn terms<'a>(&'a self, asker: &'a Asker<'_>, mix: Mix) -> Cow<'a, [(TermId, f32)]> {
        let held = match asker {
            Asker::Listed(Side::Requirement, row) => {
                let (questions, row) = self.questions_at(*row);
                return Cow::Borrowed(questions.terms_of(row));
            }
            Asker::Outside(Side::Requirement, _, asked) => return plain_terms(&asked.terms).collect(),
            Asker::Listed(Side::Capability, row) => self.snapshot.side(Side::Capability).document(*row),
            Asker::Outside(Side::Capability, probe, _) => probe.document(),
        };
        let (words, dense) = self.weights.shares(mix);
        let lift = (Lexicon::NO_WORD, dense * per_cosine(&self.snapshot, &self.weights));
        [lift].into_iter().chain(held.iter().map(|&(term, weight)| (term, weight * words))).collect()
    }

    fn vector<'a>(&'a self, asker: &'a Asker<'_>) -> &'a [f32] {
        match asker {
            Asker::Listed(side, row) => self.snapshot.side(*side).vector(*row),
            Asker::Outside(_, probe, _) => probe.vector(),
        }
    }

    /// The total of an asker's score with a row of the other side.
    fn total(&self, asker: &Asker<'_>, row: Row, mix: Mix) -> f64 {
        let other = self.snapshot.side(asker.side().other());
        let own = self.vector(asker);
        let (question, document) = match asker {
            Asker::Listed(Side::Requirement, asking) => {
                ((self.asked(*asking), own), (other.document(row), other.vector(row)))
            }
            Asker::Outside(Side::Requirement, _, asked) => {
                ((asked, own), (other.document(row), other.vector(row)))
            }
            Asker::Listed(Side::Capability, offering) => {
                let held = self.snapshot.side(Side::Capability).document(*offering);
                ((self.asked(row), other.vector(row)), (held, own))
            }
            Asker::Outside(Side::Capability, probe, _) => {
                ((self.asked(row), other.vector(row)), (probe.document(), own))
            }
        };
        total(question, document, &self.snapshot, &self.weights, mix)
    }

    /// The score is a sum of words times a factor, dot product times a factor, and a constant
    /// of the asker's; see [`Ranker::terms`] for what a capability's words bring with them.
    fn join(&self, asker: Side, mix: Mix) -> Join {
        let (words, dense) = self.weights.shares(mix);
        let words = match asker {
            Side::Requirement => words,
            Side::Capability => 1.0,
        };
        Join::Given { words, dots: dense * per_cosine(&self.snapshot, &self.weights) }
    }
}

/// Terms without their units.
pub(super) fn plain_terms(asked: &[Asked]) -> impl Iterator<Item = (TermId, f32)> + '_ {
    asked.iter().map(|&(term, weight, _)| (term, weight))
}
