//! Who fits whom, how well, and why. Reads no file, clock, network or random
//! source: the day asked about is an argument, ties break on ids, and sums run
//! in the order of the lexicon, so the same lists give the same bytes on one
//! thread or many.
//!
//! A pair has **one** score, whichever side asks: the requirement is always the
//! question and the capability always the document. Ranking a need's
//! capabilities reads a row of that matrix, an OPC's needs a column.

mod candidates;
mod filter;
mod gaps;
mod pair;
mod raise;
mod ranker;
mod terms;
mod weights;

pub use filter::{Budget, Filter};
pub use gaps::{Coverage, Evidence, Gap};
pub use pair::Explanation;
pub use raise::{Raise, RaisedPart};
pub use ranker::{Hit, Ranker, Ranking, Settings};
pub use terms::check_terms;
pub use weights::{Brevity, Calibration, Mix, Origin, Weights};
