//! What the ranking is worth: relevance grades in TREC form, the measures, and
//! the table that README and the model card show.
//!
//! Only relevance is measured here: terms (budget, place, certificates) are
//! facts, not guesses, and have tests of their own.

mod fit;
mod judged;
mod measure;
mod qrels;
mod resample;
mod slice;
mod summary;

pub use fit::{Fitted, Graded, fit};
pub use judged::{JudgedSet, Need};
pub use measure::{FIT, Measures, mrr, ndcg, recall};
pub use qrels::{Grade, Qrels, QrelsError};
pub use resample::{Interval, bootstrap};
pub use summary::{
    LowOverlap, RankBy, Report, Row, SetReport, Slice, evaluate, evaluate_by, evaluate_set, evaluate_set_by,
};
