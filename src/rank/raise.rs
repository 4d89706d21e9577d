//! What would raise a degree: the same pair scored again as if the capability said more.

use crate::domain::{Degree, Score, Side};
use crate::index::Probe;

use super::gaps::{Coverage, coverage};
use super::pair::{Document, Question, Weighed, question, score};
use super::ranker::Ranker;
use super::weights::Mix;

/// A part of the requirement, and the degree if the capability said that it does it.
#[derive(Debug, Clone, PartialEq)]
pub struct RaisedPart {
    /// The part, and how well it is answered as things stand.
    pub part: Coverage,
    /// About the degree then, said in the capability's own words.
    pub then: Degree,
    /// The degree if it were said in the requirement's very words.
    pub echoed: Degree,
}

/// What would raise the degree of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Raise {
    /// As things stand.
    pub now: Degree,
    /// How many parts the requirement has.
    pub parts: usize,
    /// To how many of them the capability says something.
    pub answered: usize,
    /// Those that would raise it if they were said, what raises most first.
    pub raising: Vec<RaisedPart>,
    /// The degree if all of those were; `None` where there are fewer than two.
    pub together: Option<Degree>,
}

impl Ranker {
    /// The score of two listings from outside, as if both stood in the lists.
    pub fn score_outside(&self, requirement: &Probe, capability: &Probe) -> Score {
        let asked = question(requirement.question().iter().copied(), self.snapshot.lexicon(), &self.weights);
        let question = Question { asked: &asked, vector: requirement.vector(), sentences: Vec::new() };
        let document =
            Document { terms: capability.document(), vector: capability.vector(), sentences: Vec::new() };
        score(&question, &document, &self.snapshot, &self.weights, Mix::Hybrid)
    }

    /// [`Ranker::coverage`] of two listings from outside.
    pub fn coverage_outside(&self, requirement: &Probe, capability: &Probe) -> Vec<Coverage> {
        debug_assert_eq!(
            (requirement.listing().side, capability.listing().side),
            (Side::Requirement, Side::Capability)
        );
        let unasked = Weighed::default();
        let question = Question {
            asked: &unasked,
            vector: requirement.vector(),
            sentences: requirement.sentences().collect(),
        };
        let document = Document {
            terms: capability.document(),
            vector: capability.vector(),
            sentences: capability.sentences().collect(),
        };
        coverage(&question, &document, &self.snapshot, &self.weights)
    }
}
