//! The arithmetic under every ranking: the best k of all rows by words and meaning
//! joined, for one question or for thousands, exactly.
//!
//! It knows rows, terms and vectors, and nothing of listings, so that the same code
//! serves a search box, a batch over both lists, and the benches.
//!
//! **Exact, though it scans rounded numbers.** A scan reads vectors as 8-bit codes, and
//! adds words in whichever order is quick. Each approximation comes with a bound, so
//! every row that could stand among the best k is looked at exactly; what is returned is in the order of
//! the caller's own formula, ties by row. Where rows are many, one question reads sketches of two bits a
//! number first: their error is no bound but five standard deviations, which one row in millions exceeds.
//!
//! - [`Postings`]: term → rows in windows of [`WINDOW`] rows, which keeps the sums of a window
//!   in the first-level cache; a term that most rows of a window hold is a column there.
//! - [`Vectors`]: unit rows in `f32`; the same as codes and sketches, with the error of each.
//! - [`Scan`]: one question. [`batch`]: many, by matrix products. [`Pass`]: many, and what each row
//!   is the best for, with every score computed once.

mod batch;
mod best;
mod both;
mod kernels;
mod one;
mod panels;
mod postings;
mod sketch;
mod tiles;
mod vectors;
mod weights;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use batch::{Asked, Progress, batch};
pub use both::{BothWays, Pass};
pub use one::{Join, Rows, Scan, Scored, Scratch};
pub use postings::{Postings, TermId, WINDOW};
pub use vectors::{Vectors, dot};

/// Number of a row, from 0.
pub type Row = u32;
