//! Work that may take long: where it stands, and how it is stopped.
//!
//! A request for such work may name its run. Under that name whoever sent it (and whoever has to
//! do with the event, where it is about one) reads how far it has come, and stops it; a request
//! that is closed stops its run too, unless others have use for what it makes. A run stops only
//! before it makes anything final: then nothing has changed, and its request says so.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::EventId;
use crate::event::{Phase, Reached};

use super::access::Caller;
use super::app::App;
use super::problem::Problem;
use super::request::PathParts;

/// The longest name of a run, in characters.
const NAME_MAX: usize = 64;

const GOING: u8 = 0;
const STOPPED: u8 = 1;
const TOO_LATE: u8 = 2;

/// Whose a name is: the same one may be taken once by each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    /// Of an event, for all who plan it.
    Event(EventId),
    /// Of an account; the empty one is of whoever has the machine, and of the public.
    Account(String),
}

impl Of {
    pub(super) fn caller(caller: &Caller) -> Of {
        Of::Account(caller.account().to_owned())
    }
}

type Key = (Of, String);

/// Runs that have a name.
#[derive(Debug, Default)]
pub(super) struct Runs(BTreeMap<Key, Arc<Run>>);

/// What work on the lists is at, in the order in which it passes through these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    /// A file is opened and split into rows; rows are counted.
    Opening,
    /// Its rows are read; rows are counted.
    Rows,
    /// Its rows are held against each other.
    Comparing,
    /// Listings are written; they are counted. What is written is kept when all are.
    Saving,
    /// Listings are ranked against the other side; they are counted.
    Ranking,
    /// What was found is explained and written to a file; listings are counted.
    Explaining,
}

/// What a run is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum At {
    /// Planning and pricing of events.
    Planning(Phase),
    /// Work on the lists.
    Lists(Step),
}

/// Where a run stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: At,
    done: u64,
    of: Option<u64>,
    /// When this phase was first told of, and how much of it was done then.
    begun: (Instant, u64),
}

/// One run.
#[derive(Debug, Default)]
pub(super) struct Run {
    place: Mutex<Option<Place>>,
    state: AtomicU8,
}

impl Run {
    /// Keeps where the run stands; whether it goes on.
    pub(super) fn tell(&self, Reached { phase, done, of }: Reached) -> ControlFlow<()> {
        self.tell_at(At::Planning(phase), done, of)
    }

    /// The same of work on the lists.
    pub(super) fn step(&self, step: Step, done: usize, of: Option<usize>) -> ControlFlow<()> {
        self.tell_at(At::Lists(step), done as u64, of.map(|of| of as u64))
    }

    /// Of writing to the store: when all is written there is no way back.
    pub(super) fn saving(&self, done: usize, of: usize) -> ControlFlow<()> {
        let told = self.step(Step::Saving, done, Some(of));
        if done == of && self.no_return().is_err() { ControlFlow::Break(()) } else { told }
    }

    fn tell_at(&self, at: At, done: u64, of: Option<u64>) -> ControlFlow<()> {
        {
            let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
            let same = place.filter(|place| place.at == at);
            let begun = same.map_or_else(|| (Instant::now(), done), |place| place.begun);
            // Told by several threads, which may overtake each other.
            let done = same.map_or(done, |place| place.done.max(done));
            *place = Some(Place { at, done, of, begun });
        }
        if self.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Whether it was told to stop while it could be.
    pub(super) fn is_stopped(&self) -> bool {
        self.state.load(Ordering::Relaxed) == STOPPED
    }

    /// What comes next cannot be stopped: it saves what was made.
    ///
    /// # Errors
    /// When the run has been stopped.
    pub(super) fn no_return(&self) -> Result<(), Problem> {
        match self.state.compare_exchange(GOING, TOO_LATE, Ordering::Relaxed, Ordering::Relaxed) {
            Err(STOPPED) => Err(Problem::Stopped),
            // A write whose connection was lost comes here again.
            _ => Ok(()),
        }
    }

    /// Stops the run, unless it is too late.
    fn stop(&self) {
        let _ = self.state.compare_exchange(GOING, STOPPED, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// What becomes of a run when its request is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    /// It stops.
    Stops,
    /// It goes on: what it makes is kept for whoever asks next.
    GoesOn,
}

/// Whose threads do the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// Those that look.
    Readers,
    /// Those that write to the store.
    Writers,
}

/// How to run.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) closed: Closed,
    pub(super) room: Room,
}

impl How {
    /// Work that looks, for whoever asked alone.
    pub(super) const LOOKING: How = How { closed: Closed::Stops, room: Room::Readers };
    /// Work that writes.
    pub(super) const WRITING: How = How { closed: Closed::Stops, room: Room::Writers };
}

/// Stops its run and forgets its name when the request is answered or closed.
struct Ended {
    app: App,
    run: Arc<Run>,
    key: Option<Key>,
    closed: Closed,
}

impl Drop for Ended {
    fn drop(&mut self) {
        if self.closed == Closed::Stops {
            self.run.stop();
        }
        if let Some(key) = &self.key {
            self.app.runs().lock().unwrap_or_else(PoisonError::into_inner).0.remove(key);
        }
    }
}

/// Does work that tells where it stands and can be stopped, away from the async threads.
pub(super) async fn stoppable<T, F>(
    app: &App,
    of: Of,
    name: Option<String>,
    how: How,
    work: F,
) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce(&App, &Run) -> Result<T, Problem> + Send + 'static,
{
    let run = Arc::new(Run::default());
    let key = name.map(|name| (of, name));
    if let Some(key) = &key {
        begin(app, key, &run)?;
    }
    let ended = Ended { app: app.clone(), run: run.clone(), key, closed: how.closed };
    let work = move |app: &App| work(app, &run);
    let done = match how.room {
        Room::Readers => app.blocking(work).await,
        Room::Writers => app.writing(work).await,
    };
    drop(ended);
    done
}

fn begin(app: &App, key: &Key, run: &Arc<Run>) -> Result<(), Problem> {
    let length = key.1.chars().count();
    if length == 0 || length > NAME_MAX {
        return Err(Problem::invalid(
            "run",
            format!("须为 1 到 {NAME_MAX} 个字"),
            format!("must have 1 to {NAME_MAX} characters"),
        ));
    }
    let mut runs = app.runs().lock().unwrap_or_else(PoisonError::into_inner);
    if runs.0.contains_key(key) {
        return Err(Problem::invalid(
            "run",
            format!("“{}” 正在进行，请换一个名字", key.1),
            format!("a run \"{}\" is going on: take another name", key.1),
        ));
    }
    runs.0.insert(key.clone(), run.clone());
    Ok(())
}

fn found(app: &App, key: &Key) -> Option<Arc<Run>> {
    app.runs().lock().unwrap_or_else(PoisonError::into_inner).0.get(key).cloned()
}

/// The name of a run.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RunName {
    /// A name for this run, by which it can be followed and stopped.
    pub(super) run: Option<String>,
}

/// How far a run has come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RunView {
    /// What it is at; `null` while it waits for its turn. Never goes back.
    phase: Option<At>,
    /// So much of the phase is done; never falls within a phase.
    done: u64,
    /// So much there is at most; `null` where nobody knows.
    of: Option<u64>,
    /// Seconds until the phase is done, at the speed so far; `null` until that is known.
    eta: Option<f64>,
}

impl RunView {
    fn of(run: &Run) -> RunView {
        let Some(place) = *run.place.lock().unwrap_or_else(PoisonError::into_inner) else {
            return RunView { phase: None, done: 0, of: None, eta: None };
        };
        let Place { at, done, of, begun: (since, first) } = place;
        let eta = of
            .filter(|_| done > first)
            .map(|of| since.elapsed().as_secs_f64() * of.saturating_sub(done) as f64 / (done - first) as f64);
        RunView { phase: Some(at), done, of, eta }
    }
}

fn looked(app: &App, key: &Key) -> Response {
    let found = found(app, key);
    found
        .map_or_else(|| StatusCode::NO_CONTENT.into_response(), |run| Json(RunView::of(&run)).into_response())
}

fn told_to_stop(app: &App, key: &Key) -> StatusCode {
    if let Some(run) = found(app, key) {
        run.stop();
    }
    StatusCode::NO_CONTENT
}

fn of_event(PathParts([id, name]): PathParts) -> Key {
    (Of::Event(EventId(id)), name)
}

/// How far a run of an event has come
#[utoipa::path(
    get, path = "/events/{id}/runs/{run}", tag = "events",
    params(("id" = String, Path, description = "Id, percent-encoded"), ("run" = String, Path, description = "Its name, percent-encoded")),
    responses((status = 200, body = RunView), (status = 204, description = "Nothing of that name is going on"))
)]
pub(super) async fn look_of_event(State(app): State<App>, at: PathParts) -> Response {
    looked(&app, &of_event(at))
}

/// Tell a run of an event to stop
///
/// Its own request says whether it did: then its answer has the code `stopped`, and
/// nothing has changed. What is being saved, or not there, is not stopped.
#[utoipa::path(
    delete, path = "/events/{id}/runs/{run}", tag = "events",
    params(("id" = String, Path, description = "Id, percent-encoded"), ("run" = String, Path, description = "Its name, percent-encoded")),
    responses((status = 204))
)]
pub(super) async fn stop_of_event(State(app): State<App>, at: PathParts) -> StatusCode {
    told_to_stop(&app, &of_event(at))
}

/// How far an import, an export or a board of one's own has come
#[utoipa::path(
    get, path = "/runs/{run}", tag = "service",
    params(("run" = String, Path, description = "The name that its request gave it, percent-encoded")),
    responses((status = 200, body = RunView), (status = 204, description = "Nothing of that name is going on"))
)]
pub(super) async fn look(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> Response {
    looked(&app, &(Of::caller(&caller), name))
}

/// Tell an import, an export or a board of one's own to stop
///
/// Its own request says whether it did: then its answer has the code `stopped`, and
/// nothing has changed. What is being made final, or not there, is not stopped.
#[utoipa::path(
    delete, path = "/runs/{run}", tag = "service",
    params(("run" = String, Path, description = "The name that its request gave it, percent-encoded")),
    responses((status = 204))
)]
pub(super) async fn stop(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> StatusCode {
    told_to_stop(&app, &(Of::caller(&caller), name))
}
