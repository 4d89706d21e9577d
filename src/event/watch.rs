//! How far a long run has come, and how it is stopped.
//!
//! Whoever starts a run may hand it a [`Watch`]. It is told where the run stands, and
//! says whether to go on; a run that is told to stop returns [`Stopped`], and nothing
//! that it was given has changed. Phases never go back, and within a phase `done`
//! never falls and never exceeds a stated `of`.
//!
//! The work between two questions is bounded by a count, so that a run stops soon
//! and asks equally often on any machine.

use std::cell::Cell;
use std::ops::ControlFlow;

use super::flow::{FlowError, Progress};

/// What a run is at, in the order in which a run passes through these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Needs are ranked against all capabilities.
    Ranking,
    /// Who meets whom is chosen; the assignment with the greatest sum is sought.
    Choosing,
    /// Each override is priced.
    Pricing,
    /// Meetings get slots and tables.
    Seating,
    /// The worst-served row is lifted.
    WorstRow,
    /// The total is raised, the worst row staying.
    Total,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// What it is at.
    pub phase: Phase,
    /// So much of it is done.
    pub done: u64,
    /// So much there is at most; `None` where nobody knows.
    pub of: Option<u64>,
}

/// Told where a run stands, and answers whether to go on.
pub type Watch<'a> = dyn Fn(Reached) -> ControlFlow<()> + Sync + 'a;

/// Lets a run go on to its end.
pub fn unwatched(_: Reached) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// A run was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("已停止 / stopped")]
pub struct Stopped;

impl From<Stopped> for FlowError {
    fn from(Stopped: Stopped) -> FlowError {
        FlowError::Stopped
    }
}

/// Steps of an inner loop between two questions: a few milliseconds of work.
const STEPS_PER_QUESTION: u64 = 250_000;

/// A watch, and what it was told last.
pub(super) struct Poll<'a> {
    watch: &'a Watch<'a>,
    reached: Cell<Reached>,
    steps: Cell<u64>,
    stopped: Cell<bool>,
}

impl<'a> Poll<'a> {
    /// Nothing is told yet.
    pub(super) fn new(watch: &'a Watch<'a>, phase: Phase, of: Option<u64>) -> Poll<'a> {
        Poll {
            watch,
            reached: Cell::new(Reached { phase, done: 0, of }),
            steps: Cell::new(0),
            stopped: Cell::new(false),
        }
    }

    /// Begins the next phase.
    pub(super) fn begin(&self, phase: Phase, of: Option<u64>) -> Result<(), Stopped> {
        self.reached.set(Reached { phase, done: 0, of });
        self.ask()
    }

    /// So much of the phase is done.
    pub(super) fn tell(&self, done: u64) -> Result<(), Stopped> {
        let reached = self.reached.get();
        let most = reached.of.unwrap_or(u64::MAX);
        self.reached.set(Reached { done: reached.done.max(done.min(most)), ..reached });
        self.ask()
    }

    /// Counts steps of an inner loop, and asks every so many; whether to go on.
    pub(super) fn goes_on(&self, steps: u64) -> bool {
        let all = self.steps.get() + steps;
        if all < STEPS_PER_QUESTION {
            self.steps.set(all);
        } else {
            // Whether it goes on is remembered.
            let _ = self.ask();
        }
        !self.stopped.get()
    }

    /// Whether it was told to stop; asks nobody.
    pub(super) fn check(&self) -> Result<(), Stopped> {
        if self.stopped.get() { Err(Stopped) } else { Ok(()) }
    }

    /// The question of a flow solver, which knows nothing of phases.
    /// Where nobody knows how much there is, the pivots are what is done.
    pub(super) fn pivots(&self, progress: Progress) -> ControlFlow<()> {
        let asked = match self.reached.get().of {
            Some(_) => self.ask(),
            None => self.tell(progress.pivots),
        };
        match asked {
            Ok(()) => ControlFlow::Continue(()),
            Err(Stopped) => ControlFlow::Break(()),
        }
    }

    fn ask(&self) -> Result<(), Stopped> {
        self.steps.set(0);
        if !self.stopped.get() && (self.watch)(self.reached.get()).is_break() {
            self.stopped.set(true);
        }
        self.check()
    }
}
