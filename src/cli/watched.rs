//! Long runs at the terminal: a bar that names what is going on, and Ctrl-C.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::event::{Phase, Reached};
use crate::serve::interruption;

use super::arguments::Common;
use super::progress::Progress;

/// Shows where a run stands, and stops it at Ctrl-C.
pub(super) struct Watched<'a> {
    common: &'a Common,
    shown: Mutex<Option<(&'static str, Progress)>>,
    interrupted: Option<Arc<AtomicBool>>,
}

impl<'a> Watched<'a> {
    pub(super) fn new(common: &'a Common) -> Watched<'a> {
        // One handler a program, however many runs it has.
        static INTERRUPTED: OnceLock<Option<Arc<AtomicBool>>> = OnceLock::new();
        let interrupted = INTERRUPTED.get_or_init(interruption).clone();
        Watched { common, shown: Mutex::new(None), interrupted }
    }

    /// For whoever plans: where it stands, and whether to go on.
    pub(super) fn tell(&self, Reached { phase, done, of }: Reached) -> ControlFlow<()> {
        self.step(words(phase), done as usize, of.map(|of| of as usize))
    }

    /// The same for any work: what is being done, in words, how much of it, and of how much,
    /// where that is known.
    pub(super) fn step(&self, words: &'static str, done: usize, of: Option<usize>) -> ControlFlow<()> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.as_ref().is_none_or(|(before, _)| *before != words) {
            // A bar that can only be empty or full tells nothing: it shows the time instead.
            let progress = match of {
                Some(of) if of > 2 => Progress::new(words, self.common),
                _ => Progress::busy(words, self.common),
            };
            *shown = Some((words, progress));
        }
        if let (Some((_, progress)), Some(of)) = (shown.as_ref(), of) {
            progress.set(done, of);
        }
        self.goes_on()
    }

    /// Takes the bar away, before anything else is told.
    pub(super) fn clear(&self) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether nobody has pressed Ctrl-C.
    fn goes_on(&self) -> ControlFlow<()> {
        match &self.interrupted {
            Some(flag) if flag.load(Ordering::Relaxed) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn words(phase: Phase) -> &'static str {
    match phase {
        Phase::Ranking => "排名 ranking",
        Phase::Choosing => "选对接 choosing",
        Phase::Pricing => "算代价 pricing",
        Phase::Seating => "排时段 seating",
        Phase::WorstRow => "抬高最差一行 lifting the worst row",
        Phase::Total => "提高总分 raising the total",
    }
}
