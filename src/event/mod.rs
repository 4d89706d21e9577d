//! Who meets whom at an event, planned exactly.
//!
//! Pure: no file, clock, network or random source. Planning is encode → solve →
//! decode: what reaches a solver is integers only, and it edits nothing it was given.

/// The matrix problem: rows are served by columns.
pub mod assign;
/// Score matrices from CSV text.
pub mod matrix;
/// Minimum-cost flow.
pub mod flow;
