//! The organiser's event: who meets whom, when and where.
//!
//! Pure: no file, clock, network or random source, so the same event gives the
//! same plan. Planning is encode → solve → decode: the solvers see whole numbers
//! only and edit nothing they were given; what they make is looked over by a
//! checker that shares no code with them.

/// The matrix problem: rows are served by columns.
pub mod assign;
/// Minimum-cost flow.
pub mod flow;
mod placing;
mod timetable;
mod unplaced;

pub use timetable::{Bounds, Timetable, TimetableFigures, timetable};
pub use unplaced::{Unplaceable, Unplaced};
