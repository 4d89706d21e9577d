//! One analyser for both sides: whatever is done to a requirement is done to a
//! capability, to a search box and to a highlight.
//!
//! original → [`Normalized`] (NFKC, traditional → simplified, lower case, with a
//! way back to the original's bytes) → [`Token`]s (jieba words, two-character
//! pieces, single characters, Latin words), and [`sentences`].
//!
//! Reads no file and no clock; the dictionaries are part of the binary, and
//! [`VERSION`] changes whenever they or the rules do.

mod analyzer;
mod chinese;
mod normalized;
mod sentence;
mod thesaurus;
mod script;
mod traditional;

pub use analyzer::{Token, Unit, analyze, highlight};
pub use normalized::{Normalized, simplify};
pub use script::Script;
pub use sentence::{Sentence, sentences};
pub use thesaurus::{Alike, Concept, alike};
pub use traditional::traditional;

/// Part of the version of everything made with this analyser: an index built
/// under another number must be rebuilt.
pub const VERSION: u32 = 1;
