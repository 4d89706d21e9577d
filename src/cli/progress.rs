//! Progress and notes on standard error.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::Common;

/// A progress bar that shows only on a terminal and never with `--quiet`.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(what: &'static str, common: &Common) -> Progress {
        let shown = std::io::stderr().is_terminal() && !common.quiet;
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        Progress { bar }
    }

    /// For work that does not say how far it is: shows that it goes on, and for how long.
    pub(super) fn busy(what: &'static str, common: &Common) -> Progress {
        let progress = Progress::new(what, common);
        if let Ok(style) = ProgressStyle::with_template("{msg} {spinner} {elapsed}") {
            progress.bar.set_style(style);
        }
        progress.bar.enable_steady_tick(Duration::from_millis(100));
        progress
    }

    /// Told by whoever works: so many of so many.
    pub(super) fn set(&self, done: usize, of: usize) {
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A line for the person at the terminal; lost without harm when nobody listens.
pub(super) fn note(common: &Common, line: &str) {
    if !common.quiet {
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}
