//! What would raise a degree, as readers see it.

use serde::Serialize;

use crate::domain::{Answer, Degree, Listing, TermCheck};
use crate::rank::Raise;

use super::view::QuoteView;

/// A part of the requirement that would raise the degree if the capability said it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RaisedPartView {
    /// The requirement's sentence.
    pub requirement: QuoteView,
    /// Whether the capability says something to it already, though little.
    pub answered: bool,
    /// The degree then, 0..=100, one decimal.
    pub degree: f64,
}

/// What would raise the degree of a pair.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RaiseView {
    /// As things stand, 0..=100, one decimal.
    pub degree: f64,
    /// The degree from which on a pair is offered as a fit.
    pub floor: f64,
    /// How many parts the requirement has.
    pub parts: usize,
    /// To how many of them the capability says something.
    pub answered: usize,
    /// What raises most first.
    pub raising: Vec<RaisedPartView>,
    /// The degree if all of those were said; null where there are fewer than two.
    pub together: Option<f64>,
    /// Terms that stand in the way or are to be asked, in that order. They never move the
    /// degree: a term that is not met keeps a pair out of the fits at any degree.
    pub terms: Vec<TermCheck>,
}

/// In words; `terms` are all of the pair's.
pub fn raise_view(raise: &Raise, requirement: &Listing, terms: Vec<TermCheck>, floor: f64) -> RaiseView {
    let rounded = |degree: Degree| (degree.percent() * 10.0).round() / 10.0;
    let mut open: Vec<TermCheck> = terms.into_iter().filter(|check| check.answer != Answer::Met).collect();
    open.sort_by_key(|check| std::cmp::Reverse(check.answer));
    RaiseView {
        degree: rounded(raise.now),
        floor,
        parts: raise.parts,
        answered: raise.answered,
        raising: raise
            .raising
            .iter()
            .map(|raised| RaisedPartView {
                requirement: QuoteView::plain(&raised.part.requirement, requirement),
                answered: raised.part.is_answered(),
                degree: rounded(raised.then),
            })
            .collect(),
        together: raise.together.map(rounded),
        terms: open,
    }
}
