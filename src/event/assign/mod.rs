//! The plain matrix problem: every row gets so many different columns, no column
//! serves more than so many rows, and the sum of scores is the largest possible.
//!
//! Encode → solve → decode: scores become costs of a [`super::flow`] network, so the
//! sum is exactly the best. Among equal sums the answer is the first in the order of
//! row, then column: row 0 has the columns with the lowest numbers that any best
//! assignment gives it, then row 1, and so on.
//!
//! [`assign_fairly`] puts the worst-served row first: the smallest row sum is made as
//! large as possible, and only then the total. That is NP-hard (Garg, Kavitha, Kumar,
//! Mehlhorn, Mestre, *Assigning papers to referees*, 2010), so it comes with a bound.

mod exchange;
mod fair;
mod grid;
mod infeasible;
mod plain;
mod scores;
mod seats;
mod ties;

pub use fair::{Fair, assign_fairly};
pub use infeasible::{Infeasible, Remedies};
pub use plain::{AssignError, Assignment, assign};
pub use scores::{Rules, Scores};

#[cfg(test)]
mod tests;
