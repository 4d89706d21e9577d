//! A change of model while the market goes on answering.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

/// How far a change of model has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SwitchPhase {
    /// The model is being opened, and fetched if need be.
    Opening,
    /// The lists are being embedded with it.
    Embedding,
    /// It is in use.
    Done,
    /// It was called off; the former model stays.
    Cancelled,
    /// It did not work; the former model stays.
    Failed,
}

impl SwitchPhase {
    /// Whether it is still going on.
    pub fn is_running(self) -> bool {
        matches!(self, SwitchPhase::Opening | SwitchPhase::Embedding)
    }
}

/// The last change of model, as far as it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct SwitchStatus {
    /// The model to change to, as it was asked for.
    pub model: String,
    /// How far it has come.
    pub phase: SwitchPhase,
    /// Passages that have a vector of the new model.
    pub done: usize,
    /// Passages in all; 0 until they are counted.
    pub total: usize,
    /// Seconds until all have one, at the speed so far; `None` until that is known.
    pub eta_seconds: Option<f64>,
    /// Why it failed.
    pub error: Option<String>,
}

/// A change of model is going on already.
#[derive(Debug, thiserror::Error)]
#[error(
    "正在切换到模型 {model}，请等它完成，或先取消 / a change to the model {model} is going on; wait for it, or cancel it first"
)]
pub struct SwitchRunning {
    /// The model that is being changed to.
    pub model: String,
}

/// One change of model, told about by the thread that makes it.
#[derive(Debug)]
pub(super) struct Job {
    model: String,
    done: AtomicUsize,
    total: AtomicUsize,
    cancelled: AtomicBool,
    /// When the first count was told, and what it was: vectors from the cache cost nothing.
    begun: OnceLock<(Instant, usize)>,
    end: Mutex<Option<(SwitchPhase, Option<String>)>>,
}

impl Job {
    pub(super) fn new(model: String) -> Arc<Job> {
        Arc::new(Job {
            model,
            done: AtomicUsize::new(0),
            total: AtomicUsize::new(0),
            cancelled: AtomicBool::new(false),
            begun: OnceLock::new(),
            end: Mutex::new(None),
        })
    }

    /// So many of so many are done.
    pub(super) fn tell(&self, done: usize, total: usize) {
        self.begun.get_or_init(|| (Instant::now(), done));
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn finish(&self, phase: SwitchPhase, error: Option<String>) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = Some((phase, error));
    }

    pub(super) fn status(&self) -> SwitchStatus {
        let end = self.end.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (done, total) = (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        let running = match self.begun.get() {
            Some(_) => SwitchPhase::Embedding,
            None => SwitchPhase::Opening,
        };
        let (phase, error) = end.unwrap_or((running, None));
        let eta_seconds = self.begun.get().and_then(|&(since, first)| {
            let new = done.checked_sub(first).filter(|&new| new > 0)?;
            let left = total.saturating_sub(done) as f64;
            Some(since.elapsed().as_secs_f64() * left / new as f64)
        });
        SwitchStatus {
            model: self.model.clone(),
            phase,
            done,
            total,
            eta_seconds: eta_seconds.filter(|_| phase.is_running()),
            error,
        }
    }
}
