//! Who comes into question at all: the best rows by words and meaning joined, in the
//! order of the pair's own score.

use std::cell::RefCell;

use crate::domain::Side;
use crate::index::{Postings, Row, TermId};
use crate::scan::{self, Join, Rows, Scan, Scratch, Vectors, batch};

use super::pair::{Asked, total};
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
        let plain;
        let terms = match asker {
            Asker::Outside(Side::Requirement, _, asked) => {
                plain = plain_terms(asked);
                &plain[..]
            }
            _ => self.terms(asker),
        };
        let join = self.join(mix);
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
        let asked: Vec<scan::Asked<'_>> = askers
            .iter()
            .map(|asker| scan::Asked { terms: self.terms(asker), vector: self.vector(asker) })
            .collect();
        let exact = |at: usize, row: Row| self.total(&askers[at], row, mix);
        let found =
            batch(self.other_side(side), passing.rows(), &asked, self.join(mix), k, Some(&exact), &|_| true);
        let rows = |best: Vec<scan::Scored>| best.into_iter().map(|scored| scored.row).collect();
        found.into_iter().flatten().map(rows).collect()
    }

    /// Rows of `side` that a short text is about: the text is the question whichever side is searched.
    pub(super) fn found(
        &self,
        side: Side,
        asked: &[Asked],
        vector: &[f32],
        passing: &Passing,
        settings: &Settings,
    ) -> Vec<Row> {
        let index = self.snapshot.side(side);
        let scan = Scan {
            postings: index.documents(),
            vectors: index.vectors(),
            terms: &plain_terms(asked),
            vector,
            join: self.join(settings.mix),
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

    /// An asker's own terms with their weights; a requirement's from outside are in its [`Asker`].
    fn terms<'a>(&'a self, asker: &'a Asker<'_>) -> &'a [(TermId, f32)] {
        match asker {
            Asker::Listed(Side::Requirement, row) => self.question_postings.of_row(*row),
            Asker::Listed(side, row) => self.snapshot.side(*side).documents().of_row(*row),
            Asker::Outside(_, probe, _) => probe.document(),
        }
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
        let (question, document) = match asker {
            Asker::Listed(Side::Requirement, own) => {
                let asked = &self.questions[*own as usize][..];
                ((asked, self.vector(asker)), (other.documents().of_row(row), other.vector(row)))
            }
            Asker::Outside(Side::Requirement, _, asked) => {
                ((&asked[..], self.vector(asker)), (other.documents().of_row(row), other.vector(row)))
            }
            Asker::Listed(Side::Capability, _) | Asker::Outside(Side::Capability, ..) => (
                (&self.questions[row as usize][..], other.vector(row)),
                (self.terms(asker), self.vector(asker)),
            ),
        };
        total(question, document, &self.snapshot, &self.weights, mix)
    }

    /// The score is a sum of words times a factor, dot product times a factor, and a constant.
    fn join(&self, mix: Mix) -> Join {
        let (words, dense) = self.weights.shares(mix);
        let spread = self.snapshot.spread();
        Join::Given { words, dots: dense / (self.weights.deviations * spread.deviation) }
    }
}

fn plain_terms(asked: &[Asked]) -> Vec<(TermId, f32)> {
    asked.iter().map(|&(term, weight, _)| (term, weight)).collect()
}
