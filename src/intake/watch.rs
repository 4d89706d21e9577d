//! How far the reading of a file has come, and how it is stopped.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::IntakeError;

/// What the reading of a file is at, in the order in which it passes through these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// The file is decoded and split into rows; so many rows there are by now.
    Opening,
    /// Rows become listings; so many of so many.
    Rows,
    /// Listings are held against each other, to point out those that say almost the same.
    Comparing,
}

/// Told where the reading of a file stands: what it is at, how much of that is done, and of how
/// much, where that is known. Answers whether to go on. Several threads may tell.
pub type Watch<'a> = dyn Fn(Reading, usize, Option<usize>) -> ControlFlow<()> + Sync + 'a;

/// Reads a file to its end.
pub fn unwatched(_: Reading, _: usize, _: Option<usize>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Rows between two words of how far it is.
const EVERY: usize = 64;

/// Counts what is done of one thing.
pub(super) struct Tally<'a> {
    watch: &'a Watch<'a>,
    at: Reading,
    of: Option<usize>,
    done: AtomicUsize,
}

impl<'a> Tally<'a> {
    pub(super) fn new(watch: &'a Watch<'a>, at: Reading, of: Option<usize>) -> Result<Self, IntakeError> {
        let tally = Tally { watch, at, of, done: AtomicUsize::new(0) };
        tally.ask(0)?;
        Ok(tally)
    }

    /// One more is done.
    pub(super) fn step(&self) -> Result<(), IntakeError> {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(EVERY) || Some(done) == self.of { self.ask(done) } else { Ok(()) }
    }

    fn ask(&self, done: usize) -> Result<(), IntakeError> {
        if (self.watch)(self.at, done, self.of).is_break() { Err(IntakeError::Stopped) } else { Ok(()) }
    }
}
