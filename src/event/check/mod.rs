//! Looks a plan over, whoever made it: a planner, a person, a file.
//!
//! Shares no code with the planner: it imports `domain` alone, reads the rules off
//! the event itself and counts for itself (`tests/layering.rs` keeps it so). One
//! pass over the meetings and a few ordered maps: O(n log n).

mod counts;
mod facts;
mod frame;
mod pairs;
mod people;
mod seats;
mod violation;
mod words;

pub use facts::{Facts, KnownCapability};
pub use violation::{Fault, Severity, Violation};

use crate::domain::{Event, Plan};

use people::People;
use words::Clock;

/// Everything that is wrong with a plan, errors first; nothing when all is well.
///
/// Two calls give the same list in the same order: within a severity, first the
/// frame and the stage, then meeting by meeting, then seats, then counts.
pub fn check(event: &Event, plan: &Plan, facts: &Facts) -> Vec<Violation> {
    let people = People::of(event, facts);
    let mut faults = Vec::new();
    frame::look(event, plan, &mut faults);
    pairs::look(event, plan, facts, &people, &mut faults);
    seats::look(event, plan, &people, &mut faults);
    counts::look(event, plan, &people, &mut faults);
    let clock = Clock::of(event);
    let mut violations: Vec<Violation> = faults
        .into_iter()
        .map(|fault| {
            let (zh, en) = words::say(&fault, &clock);
            Violation { severity: fault.severity(), fault, zh, en }
        })
        .collect();
    violations.sort_by_key(|violation| violation.severity);
    violations
}
