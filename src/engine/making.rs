//! How far the lists that are being made have come, and how long that may take yet.
//!
//! What has been made before says what a listing or a passage costs at each stage; the stage
//! that is going on corrects that by its own speed. So a share of all of it can be told, and the
//! time left, before the later stages have begun.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What is done to make newer lists, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// What has changed is read from the store.
    Reading,
    /// Listings are split into words and sentences.
    Analyzing,
    /// Passages are embedded.
    Embedding,
    /// Words and vectors are put in order to be searched.
    Indexing,
}

impl Stage {
    const ALL: [Stage; 4] = [Stage::Reading, Stage::Analyzing, Stage::Embedding, Stage::Indexing];

    /// What is counted: a listing has several passages.
    fn counts_passages(self) -> bool {
        self == Stage::Embedding
    }
}

/// Where the making of newer lists stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Making {
    /// What is being done.
    pub stage: Stage,
    /// Listings, or passages while embedding, for which that is done; never falls within a stage.
    pub done: usize,
    /// How many there are; 0 until they are counted.
    pub of: usize,
    /// Share of all stages that is done, by time, `0.0..1.0`; never falls.
    pub share: f64,
    /// Seconds until all of it is done, at the speed so far; `None` until that is known.
    pub eta_seconds: Option<f64>,
}

/// Seconds that each stage took for one of what it counts, the last time.
#[derive(Debug, Clone, Copy, Default)]
struct Pace([Option<f64>; Stage::ALL.len()]);

/// So few say nothing of the speed.
const TELLING: usize = 32;

/// Lists that are made, one after the other, and what that has taught.
#[derive(Debug, Default)]
pub(super) struct Course {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Of lists indexed anew, on all cores, and of updates, on one.
    pace: [Pace; 2],
    /// Passages a listing, the last time.
    passages: Option<f64>,
    /// Listings that were made anew the last time: their passages have vectors.
    known: usize,
    now: Option<Now>,
}

/// One making.
#[derive(Debug)]
struct Now {
    /// Which [`State::pace`].
    way: usize,
    begun: Instant,
    listings: usize,
    stage: Stage,
    stage_begun: Instant,
    done: usize,
    of: usize,
    /// What was done when the stage was first told of: vectors from the cache cost nothing.
    at_first: Option<usize>,
    share: f64,
}

/// How lists are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// All of them anew.
    Anew,
    /// With what has changed.
    Update,
}

impl Course {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Newer lists are begun, by reading. One way may give way to the other: the time counts on.
    pub(super) fn begin(&self, way: Way) {
        let now = Instant::now();
        let mut state = self.lock();
        let (begun, share) = state.now.as_ref().map_or((now, 0.0), |former| (former.begun, former.share));
        state.now = Some(Now {
            way: way as usize,
            begun,
            listings: 0,
            stage: Stage::Reading,
            stage_begun: now,
            done: 0,
            of: 0,
            at_first: None,
            share,
        });
    }

    /// So many of so many of a stage are done.
    pub(super) fn tell(&self, stage: Stage, done: usize, of: usize) {
        let mut state = self.lock();
        let state = &mut *state;
        let Some(now) = &mut state.now else { return };
        if stage > now.stage {
            state.pace[now.way].learn(now, Instant::now());
            if now.stage == Stage::Embedding && now.listings > 0 {
                state.passages = Some(now.of as f64 / now.listings as f64);
                if now.way == Way::Anew as usize {
                    state.known = now.listings;
                }
            }
            (now.stage, now.stage_begun, now.done, now.at_first) = (stage, Instant::now(), 0, None);
        }
        if stage == Stage::Analyzing {
            now.listings = of;
        }
        now.at_first.get_or_insert(done);
        (now.done, now.of) = (now.done.max(done.min(of)), of);
    }

    /// Nothing is being made any more.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        let state = &mut *state;
        if let Some(now) = state.now.take() {
            state.pace[now.way].learn(&now, Instant::now());
        }
    }

    /// Where it stands; `None` while nothing is being made.
    pub(super) fn now(&self) -> Option<Making> {
        let at = Instant::now();
        let mut state = self.lock();
        let state = &mut *state;
        let now = state.now.as_mut()?;
        let known = if now.way == Way::Anew as usize { state.known } else { 0 };
        // Of those that have come since, each has passages to embed; what was changed in place
        // shows when they are counted.
        let new = state.passages.map(|each| now.listings.saturating_sub(known) as f64 * each);
        let eta_seconds = state.pace[now.way].left(now, new, at);
        if let Some(left) = eta_seconds {
            let spent = (at - now.begun).as_secs_f64();
            // It is not done before it is.
            let share = (spent / (spent + left).max(f64::EPSILON)).min(0.99);
            now.share = now.share.max(share);
        }
        Some(Making { stage: now.stage, done: now.done, of: now.of, share: now.share, eta_seconds })
    }
}

impl Pace {
    fn learn(&mut self, now: &Now, at: Instant) {
        let new = now.done.saturating_sub(now.at_first.unwrap_or(0));
        if new >= TELLING && now.done == now.of {
            self.0[now.stage as usize] = Some((at - now.stage_begun).as_secs_f64() / new as f64);
        }
    }

    /// Seconds that are left by all that is known; `None` where nothing is known of a stage.
    /// `passages` are those that are to be embedded, as far as that can be told before.
    fn left(&self, now: &Now, passages: Option<f64>, at: Instant) -> Option<f64> {
        let mut left = 0.0;
        for stage in Stage::ALL.into_iter().filter(|&stage| stage >= now.stage) {
            let known = self.0[stage as usize];
            if stage == now.stage {
                left += here(now, known, at)?;
                continue;
            }
            // Not known before the listings are counted; reading is never ahead.
            let listings = Some(now.listings).filter(|&listings| listings > 0)? as f64;
            let count = if stage.counts_passages() { passages? } else { listings };
            if count > 0.0 {
                left += known? * count;
            }
        }
        Some(left)
    }
}

/// Seconds that are left of the stage that is going on.
fn here(now: &Now, known: Option<f64>, at: Instant) -> Option<f64> {
    let rest = now.of.saturating_sub(now.done) as f64;
    let new = now.done.saturating_sub(now.at_first.unwrap_or(0));
    let spent = (at - now.stage_begun).as_secs_f64();
    if now.of == 0 {
        return None;
    }
    let pace = if new >= TELLING { Some(spent / new as f64) } else { known };
    Some(pace? * rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pause() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }

    /// So many listings with three passages each, of which so many are in the cache.
    fn made(course: &Course, way: Way, listings: usize, cached: usize) -> Vec<Making> {
        let mut seen = Vec::new();
        course.begin(way);
        seen.extend(course.now());
        for (stage, from, of) in [
            (Stage::Analyzing, 0, listings),
            (Stage::Embedding, cached, 3 * listings),
            (Stage::Indexing, 0, listings),
        ] {
            for done in (from..=of).step_by(20) {
                course.tell(stage, done, of);
                pause();
                seen.extend(course.now());
            }
        }
        course.end();
        assert_eq!(course.now(), None);
        seen
    }

    #[test]
    fn the_share_never_falls_and_the_time_left_is_known_once_all_stages_are() {
        let course = Course::default();
        assert_eq!(course.now(), None);
        course.tell(Stage::Embedding, 3, 5);
        assert_eq!(course.now(), None, "nobody has begun");
        let rounds =
            [(Way::Anew, 200, 0), (Way::Anew, 300, 600), (Way::Update, 200, 0), (Way::Anew, 400, 900)];
        for (round, (way, listings, cached)) in rounds.into_iter().enumerate() {
            let seen = made(&course, way, listings, cached);
            for (before, after) in seen.iter().zip(&seen[1..]) {
                assert!(after.share >= before.share && after.share < 1.0, "{before:?} {after:?}");
                assert!(after.stage > before.stage || after.done >= before.done, "{before:?} {after:?}");
                assert!(after.done <= after.of, "{after:?}");
            }
            let known = |making: &&Making| making.eta_seconds.is_some();
            let first = seen.iter().find(known).unwrap().stage;
            // The first of each way is known when its last stage has told of itself.
            let wanted = if matches!(round, 0 | 2) { Stage::Indexing } else { Stage::Analyzing };
            assert_eq!(first, wanted, "round {round}");
            assert!(seen.last().unwrap().share > 0.8, "{:?}", seen.last());
        }
    }

    #[test]
    fn half_of_it_is_half_of_the_time() {
        let course = Course::default();
        made(&course, Way::Anew, 200, 0);
        course.begin(Way::Anew);
        course.tell(Stage::Analyzing, 0, 400);
        let all = course.now().unwrap().eta_seconds.unwrap();
        course.tell(Stage::Embedding, 900, 1200);
        let half = course.now().unwrap().eta_seconds.unwrap();
        assert!(half > 0.1 * all && half < 0.9 * all, "{half} of {all}");
        course.end();
        // Nothing new, so nothing to embed: only words are read and put in order.
        course.begin(Way::Anew);
        course.tell(Stage::Analyzing, 0, 200);
        let words = course.now().unwrap().eta_seconds.unwrap();
        assert!(words > 0.0 && words < 0.8 * all, "{words} of {all}");
    }

    #[test]
    fn what_is_in_the_cache_teaches_nothing_of_the_speed() {
        let course = Course::default();
        course.begin(Way::Anew);
        course.tell(Stage::Embedding, 600, 600);
        course.end();
        assert!(course.lock().pace[0].0[Stage::Embedding as usize].is_none());
    }
}
