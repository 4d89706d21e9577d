//! A listing's own life: the states it goes through, what it lacks, what a reviewer
//! should look at, and what was changed.
//!
//! Nothing here reads a store or a clock; a day is always given.

mod advice;
mod complete;
mod diff;
mod lifecycle;
mod similar;

pub use advice::{Advice, AdviceKind, Weight, advice};
pub use complete::{Completeness, completeness};
pub use diff::{FieldChange, diff};
pub use lifecycle::{Standing, StepRefused, Transition, possible, standing, take};
pub use similar::{Group, MergeRefused, Merged, group, merge};
