//! Following the change feed: one thread makes the next generation whenever the lists
//! have changed, whoever changed them. Where lists are large it is an update of the one
//! before, and another thread settles them from time to time.
//!
//! Writes of this process stir it at once. Those of others it hears of where the
//! database tells of them, and finds by looking now and then in any case: a file tells
//! nobody, and a connection that listens may be down. Events and what came of them are
//! read from the store whenever they are asked for, so there is nothing to follow.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::store::{ChangeNumber, Listener, Store};

use super::live::Live;
use super::making::{Course, Making, Way};
use super::market::MarketError;

/// How often the feed is looked at when nothing is heard of it.
const LOOK: Duration = Duration::from_millis(500);

/// Between two generations, so that many quick writes make few of them.
const PAUSE: Duration = Duration::from_millis(50);

/// Longest pause after failures in a row of the store: asking it again costs nothing,
/// and what was written elsewhere meanwhile should be found soon after it is back.
const STORE_PAUSE: Duration = Duration::from_secs(2);

/// The same of the model or the index, where asking again is the whole work again.
const MAKING_PAUSE: Duration = Duration::from_secs(30);

/// How often it is asked whether the lists are to be settled.
const SETTLE_LOOK: Duration = Duration::from_secs(1);

/// How long to listen at a time: a market that is gone is noticed in between.
const LISTEN: Duration = Duration::from_secs(2);

/// How far the lists that answer follow the store.
#[derive(Debug, Clone)]
pub struct Following {
    /// The newest change that they hold.
    pub change: ChangeNumber,
    /// Whether newer ones are being made.
    pub making: bool,
    /// How many have been made since the market was opened, the first apart.
    pub made: u64,
    /// How long the last of these took.
    pub took: Option<Duration>,
    /// How often in a row it did not work; it is tried again. 0 when all is well.
    pub failures: u32,
    /// Why it did not work the last time.
    pub error: Option<Arc<MarketError>>,
    /// How far the newer ones have come that are being made.
    pub progress: Option<Making>,
    /// Whether the lists are being settled, which nobody waits for.
    pub settling: bool,
}

/// What the follower, those who write and those who wait tell each other.
#[derive(Debug)]
pub(super) struct Pulse {
    state: Mutex<State>,
    /// For the follower: there may be something to do.
    stirred: Condvar,
    /// For those who wait: a newer generation answers.
    moved: Condvar,
    course: Course,
}

#[derive(Debug)]
struct State {
    stirred: bool,
    stopped: bool,
    following: Following,
}

impl Pulse {
    /// `change` is held by the first generation.
    pub(super) fn new(change: ChangeNumber) -> Arc<Pulse> {
        let following = Following {
            change,
            making: false,
            made: 0,
            took: None,
            failures: 0,
            error: None,
            progress: None,
            settling: false,
        };
        let state = State { stirred: false, stopped: false, following };
        Arc::new(Pulse {
            state: Mutex::new(state),
            stirred: Condvar::new(),
            moved: Condvar::new(),
            course: Course::default(),
        })
    }

    /// Where whoever makes newer lists tells how far they are.
    pub(super) fn course(&self) -> &Course {
        &self.course
    }

    /// The lists are being settled, or are no more.
    pub(super) fn settling(&self, going_on: bool) {
        self.lock().following.settling = going_on;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The store may have changed.
    pub(super) fn stir(&self) {
        self.lock().stirred = true;
        self.stirred.notify_all();
    }

    /// The market is gone.
    pub(super) fn stop(&self) {
        self.lock().stopped = true;
        self.stirred.notify_all();
        self.moved.notify_all();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.lock().stopped
    }

    pub(super) fn following(&self) -> Following {
        let following = self.lock().following.clone();
        Following { progress: self.course.now().filter(|_| following.making), ..following }
    }

    /// The generation in use holds this change; `made` says how long it took to make one
    /// for it, `None` that the lists are as they were.
    pub(super) fn reached(&self, change: ChangeNumber, made: Option<Duration>) {
        let following = &mut self.lock().following;
        following.change = change;
        if made.is_some() {
            self.course.end();
            following.making = false;
            following.made += 1;
            following.took = made;
        }
        self.moved.notify_all();
    }

    /// A generation is being made.
    pub(super) fn begun(&self) {
        self.course.begin(Way::Update);
        self.lock().following.making = true;
    }

    /// It could not be made.
    fn given_up(&self) {
        self.course.end();
        self.lock().following.making = false;
    }

    /// Waits until a change is held, at most so long; whether it is.
    pub(super) fn wait_for(&self, change: ChangeNumber, patience: Duration) -> bool {
        let waits = |state: &mut State| !state.stopped && state.following.change < change;
        let waited = self.moved.wait_timeout_while(self.lock(), patience, waits);
        waited.unwrap_or_else(PoisonError::into_inner).0.following.change >= change
    }

    /// Waits so long; `false` as soon as the market is gone.
    fn pause(&self, how_long: Duration) -> bool {
        let waited = self.moved.wait_timeout_while(self.lock(), how_long, |state| !state.stopped);
        !waited.unwrap_or_else(PoisonError::into_inner).0.stopped
    }

    /// Rests so long, or until somebody stirs where that is heeded; whether to go on.
    fn rest(&self, how_long: Duration, heeding: bool) -> bool {
        let rests = |state: &mut State| !(state.stopped || heeding && state.stirred);
        let rested = self.stirred.wait_timeout_while(self.lock(), how_long, rests);
        let mut state = rested.unwrap_or_else(PoisonError::into_inner).0;
        state.stirred = false;
        !state.stopped
    }

    /// Notes how it went; how often in a row it has failed by now.
    fn note(&self, outcome: Result<(), MarketError>) -> Option<(u32, Arc<MarketError>)> {
        let following = &mut self.lock().following;
        match outcome {
            Ok(()) => {
                if following.failures > 0 {
                    tracing::info!("the lists follow the store again, change {}", following.change);
                }
                (following.failures, following.error) = (0, None);
                None
            }
            Err(error) => {
                let error = Arc::new(error);
                if following.failures == 0 {
                    tracing::warn!(
                        "the lists do not follow the store for now, and stay as they are: {error}"
                    );
                }
                following.failures = following.failures.saturating_add(1);
                following.error = Some(error.clone());
                Some((following.failures, error))
            }
        }
    }
}

/// Begins to follow; ends by itself when the pulse is stopped.
pub(super) fn begin(live: &Arc<Live>, own: Option<Store>, listener: Option<Listener>) {
    let follower = live.clone();
    std::thread::spawn(move || follow(&follower, own.as_ref()));
    let settler = live.clone();
    std::thread::spawn(move || settle(&settler));
    if let Some(listener) = listener {
        let pulse = live.pulse().clone();
        std::thread::spawn(move || listen(&pulse, listener));
    }
}

fn follow(live: &Live, own: Option<&Store>) {
    let pulse = live.pulse();
    let (mut pause, mut heeding) = (LOOK, true);
    while pulse.rest(pause, heeding) {
        let before = pulse.following().made;
        // A panic in a backend must not leave the lists as they are for ever.
        let outcome = catch_unwind(AssertUnwindSafe(|| live.catch_up(own)));
        let outcome = outcome.unwrap_or(Err(MarketError::Crashed));
        if pulse.is_stopped() {
            break;
        }
        if outcome.is_err() {
            pulse.given_up();
        }
        (pause, heeding) = match pulse.note(outcome) {
            Some((failures, error)) => (pause_after(failures, &error), false),
            None if pulse.following().made > before => (PAUSE, false),
            None => (LOOK, true),
        };
    }
}

/// Settles the lists whenever it is time to; one that does not work is tried at the next.
fn settle(live: &Live) {
    while live.pulse().pause(SETTLE_LOOK) {
        if !live.is_settling_due() {
            continue;
        }
        live.pulse().settling(true);
        let outcome = catch_unwind(AssertUnwindSafe(|| live.settle()));
        live.pulse().settling(false);
        match outcome {
            Ok(Ok(())) => tracing::debug!("the lists are settled"),
            Ok(Err(error)) => tracing::warn!("the lists could not be settled, and stay as they are: {error}"),
            Err(_) => tracing::warn!("the lists could not be settled: {}", MarketError::Crashed),
        }
    }
}

/// Doubled with each failure in a row.
fn pause_after(failures: u32, error: &MarketError) -> Duration {
    let most = match error {
        MarketError::Store(_) => STORE_PAUSE,
        _ => MAKING_PAUSE,
    };
    LOOK.saturating_mul(1 << failures.saturating_sub(1).min(8)).min(most)
}

fn listen(pulse: &Pulse, mut listener: Listener) {
    let mut failures = 0;
    while !pulse.is_stopped() {
        match listener.wait(LISTEN) {
            Ok(heard) => {
                failures = 0;
                if heard {
                    pulse.stir();
                }
            }
            Err(error) => {
                if failures == 0 {
                    tracing::warn!("writes of others are looked for every {LOOK:?} for now: {error}");
                }
                failures += 1;
                std::thread::sleep(pause_after(failures, &MarketError::Store(error)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_bound() {
        let store = || MarketError::Store(crate::store::StoreError::NoFeed);
        for (error, failures, wanted) in [
            (store(), 1, 500),
            (store(), 2, 1000),
            (store(), 3, 2000),
            (store(), u32::MAX, 2000),
            (MarketError::Crashed, 4, 4000),
            (MarketError::Crashed, u32::MAX, 30_000),
        ] {
            assert_eq!(pause_after(failures, &error), Duration::from_millis(wanted), "{failures}");
        }
    }

    #[test]
    fn whoever_waits_is_let_go_when_the_change_is_held_or_the_market_is_gone() {
        let pulse = Pulse::new(3);
        assert!(pulse.wait_for(3, Duration::ZERO));
        assert!(!pulse.wait_for(4, Duration::ZERO));
        std::thread::scope(|threads| {
            let waits = threads.spawn(|| pulse.wait_for(4, Duration::from_secs(60)));
            pulse.reached(4, None);
            assert!(waits.join().unwrap());
            let waits = threads.spawn(|| pulse.wait_for(5, Duration::from_secs(60)));
            pulse.stop();
            assert!(!waits.join().unwrap());
        });
    }
}
