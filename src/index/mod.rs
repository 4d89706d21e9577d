//! An immutable picture of both lists, ready to be ranked: words in a tantivy
//! index a side, vectors in an `ndarray` matrix a side, and one lexicon that
//! both share. A [`Snapshot`] is swapped whole and can always be rebuilt from
//! the store; no row number of it ever leaves the process.
//!
//! Built in three steps, so that only the caller knows about models and caches:
//! [`Draft::analyze`] → embed [`Draft::passages`] → [`Snapshot::build`]. What changes later goes the
//! same way into [`Snapshot::update`], which costs the change and not the lists, and from time
//! to time into [`Snapshot::settle`].

mod analysis;
mod lexicon;
mod part;
mod probe;
mod snapshot;
mod words;

pub use crate::scan::{Postings, Row, TermId};
pub use analysis::{Draft, Place, Quote, SentenceAt};
pub use lexicon::Lexicon;
pub use part::{IndexedSentence, Part};
pub use probe::Probe;
pub use snapshot::{PartAt, SideChanges, SideIndex, Snapshot, Spread};
pub use words::{B, DocumentLength, IndexError, K1, TITLE_TIMES};
