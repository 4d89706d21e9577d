//! Who comes into question at all: the best rows by words and meaning joined, in the
//! order of the pair's own score.

use std::borrow::Cow;
use std::cell::RefCell;

use crate::domain::Side;
use crate::index::{Postings, Row, TermId};
use crate::scan::{self, Join, Rows, Scan, Scratch, Vectors, batch};

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

/// Rows that a filter lets pass.
pub(super) struct Passing {
    rows: Option<Vec<Row>>,
    len: usize,
}

impl Passing {
    /// Of `len` rows, those that pass.
    pub(super) fn new(len: usize, passes: impl Fn(usize) -> bool) -> Passing {
        let rows: Vec<Row> = (0..len).filter(|&row| passes(row)).map(|row| row as Row).collect();
        let passing = rows.len();
        Passing { rows: (passing < len).then_some(rows), len: passing }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    fn rows(&self) -> Rows<'_> {
        self.rows.as_ref().map_or(Rows::All, |rows| Rows::Only(rows))
    }
}

impl Ranker {
    /// The best `k` rows of the other side, best first, ties by row, that is by id.
    pub(super) fn candidates(&self, asker: &Asker<'_>, passing: &Passing, k: usize, mix: Mix) -> Vec<Row> {
        let (postings, vectors) = self.other_side(asker.side());
        let terms = &self.scanned(asker, mix)[..];
        let join = self.join(asker.side(), mix);
        let scan = Scan { postings, vectors, terms, vector: self.vector(asker), join, rows: passing.rows() };
        let best = SCRATCH
            .with_borrow_mut(|scratch| scan.best(k, scratch, Some(&mut |row| self.total(asker, row, mix))));
        best.into_iter().map(|scored| scored.row).collect()
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
            askers.iter().map(|asker| self.scanned(asker, mix)).collect();
        let asked: Vec<scan::Asked<'_>> = askers
            .iter()
            .zip(&terms)
            .map(|(asker, terms)| scan::Asked { terms, vector: self.vector(asker) })
            .collect();
        let exact = |at: usize, row: Row| self.total(&askers[at], row, mix);
        let found = batch(
            self.other_side(side),
            passing.rows(),
            &asked,
            self.join(side, mix),
            k,
            Some(&exact),
            &|_| true,
        );
        let rows = |best: Vec<scan::Scored>| best.into_iter().map(|scored| scored.row).collect();
        found.into_iter().flatten().map(rows).collect()
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
        let scan = Scan {
            postings: index.documents(),
            vectors: index.vectors(),
            terms: &plain_terms(&asked.terms).collect::<Vec<_>>(),
            vector,
            join: self.join(Side::Requirement, settings.mix),
            rows: passing.rows(),
        };
        let mut exact = |row: Row| {
            let document = (index.documents().of_row(row), index.vector(row));
            total((asked, vector), document, &self.snapshot, &self.weights, settings.mix)
        };
        let best = SCRATCH.with_borrow_mut(|scratch| scan.best(settings.top, scratch, Some(&mut exact)));
        best.into_iter().map(|scored| scored.row).collect()
    }

    /// What an asker of a side is held against: capabilities as documents, requirements as questions.
    fn other_side(&self, side: Side) -> (&Postings, &Vectors) {
        let other = self.snapshot.side(side.other());
        match side {
            Side::Requirement => (other.documents(), other.vectors()),
            Side::Capability => (&self.question_postings, other.vectors()),
        }
    }

    /// An asker's terms as the other side is scanned for them. A requirement's are its own.
    /// A capability's bring the words' share with them, for beside them it asks for each
    /// requirement's lift, which counts by the share of the dense score.
    fn scanned<'a>(&'a self, asker: &'a Asker<'_>, mix: Mix) -> Cow<'a, [(TermId, f32)]> {
        let held = match asker {
            Asker::Listed(Side::Requirement, row) => {
                let row = self.question_postings.of_row(*row);
                return Cow::Borrowed(row.split_last().map_or(&[][..], |(_lift, terms)| terms));
            }
            Asker::Outside(Side::Requirement, _, asked) => return plain_terms(&asked.terms).collect(),
            Asker::Listed(Side::Capability, row) => self.held(*row),
            Asker::Outside(Side::Capability, probe, _) => probe.document(),
        };
        let (words, dense) = self.weights.shares(mix);
        let lift = (self.lift_term(), dense * per_cosine(&self.snapshot, &self.weights));
        held.iter().map(|&(term, weight)| (term, weight * words)).chain([lift]).collect()
    }

    /// The terms of a capability of the list.
    fn held(&self, row: Row) -> &[(TermId, f32)] {
        self.snapshot.side(Side::Capability).documents().of_row(row)
    }

    /// The term under which requirements hold their lift: the one after the lexicon's last.
    fn lift_term(&self) -> TermId {
        self.snapshot.lexicon().len() as TermId
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
                ((&self.questions[*asking as usize], own), (self.held(row), other.vector(row)))
            }
            Asker::Outside(Side::Requirement, _, asked) => {
                ((asked, own), (self.held(row), other.vector(row)))
            }
            Asker::Listed(Side::Capability, offering) => {
                ((&self.questions[row as usize], other.vector(row)), (self.held(*offering), own))
            }
            Asker::Outside(Side::Capability, probe, _) => {
                ((&self.questions[row as usize], other.vector(row)), (probe.document(), own))
            }
        };
        total(question, document, &self.snapshot, &self.weights, mix)
    }

    /// The score is a sum of words times a factor, dot product times a factor, and a constant
    /// of the asker's; see [`Ranker::scanned`] for what a capability's words bring with them.
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
