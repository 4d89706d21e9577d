//! Scores that explain themselves, and three-valued answers to terms.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The calibrated chance, in per cent, that a judge would call a pair a fit.
///
/// Always finite and within 0..=100, so it is totally ordered and may be
/// compared across requirements.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct Degree(f64);

impl Degree {
    /// From a probability; values outside 0..=1, and NaN, are brought to the nearest end.
    pub fn from_probability(p: f64) -> Degree {
        Degree(if p.is_nan() { 0.0 } else { p.clamp(0.0, 1.0) * 100.0 })
    }

    /// In per cent, 0..=100.
    pub fn percent(self) -> f64 {
        self.0
    }
}

impl Eq for Degree {}

impl PartialOrd for Degree {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Degree {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl fmt::Display for Degree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0}", self.0)
    }
}

/// One addend of a [`Score`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Part {
    /// A word both sides use.
    Word {
        /// The word after analysis (simplified, lower case).
        term: String,
        /// What it adds to the score.
        value: f64,
    },
    /// What shorter pieces of words add together: pairs of characters and single
    /// characters that both sides use.
    Pieces {
        /// The pieces, the weightiest first.
        pieces: Vec<String>,
        /// What they add to the score.
        value: f64,
    },
    /// Nearness in meaning under the embedding model.
    Meaning {
        /// Cosine of the two vectors.
        cosine: f64,
        /// What it adds to the score.
        value: f64,
    },
    /// A second look by a cross-encoder that read both texts together.
    Reranked {
        /// What the cross-encoder said: log-odds of a fit, uncalibrated.
        logit: f64,
        /// What it adds to the score, or takes from it.
        value: f64,
    },
}

impl Part {
    /// What this part adds to the score.
    pub fn value(&self) -> f64 {
        match self {
            Part::Word { value, .. }
            | Part::Pieces { value, .. }
            | Part::Meaning { value, .. }
            | Part::Reranked { value, .. } => *value,
        }
    }
}

/// A fused score, 0..=1 for ordinary pairs, with the parts it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Score {
    /// The sum of the parts.
    pub total: f64,
    /// Largest first; they sum to `total`.
    pub parts: Vec<Part>,
}

/// Whether a term holds between two listings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It holds.
    Met,
    /// One side did not say: a question to ask, never a no.
    NotStated,
    /// It does not hold.
    NotMet,
}

/// Which term was checked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// The requirement's ceiling is at or above the capability's floor.
    Budget,
    /// Same place, or delivery from elsewhere is fine.
    Region,
    /// The requirement can still be answered on the day asked about.
    Deadline,
    /// The capability delivers in the time allowed.
    Delivery,
    /// Legal person.
    LegalPerson,
    /// Past contracts.
    PastContracts,
    /// A certificate.
    Certificate,
    /// Data stays on site.
    DataStaysOnSite,
    /// Presence on site.
    OnSite,
    /// The capability has room for more work.
    Capacity,
}

/// The answer to one term, with both sides' words for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TermCheck {
    /// Which term.
    pub term: TermKind,
    /// Whether it holds.
    pub answer: Answer,
    /// What the requirement asks, in Chinese.
    pub asked: String,
    /// What the capability offers, in Chinese; empty when not stated.
    pub offered: String,
}
