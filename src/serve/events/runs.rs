//! Runs that may take long: where they stand, and how they are stopped.
//!
//! A request that plans or prices may name its run. Under that name others read how
//! far it has come, and stop it; a request that is closed stops its run too. A run
//! stops only before it saves anything: then nothing has changed, and its request
//! says so.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::EventId;
use crate::event::{Phase, Reached};

use super::super::app::App;
use super::super::problem::Problem;
use super::super::request::PathParts;

/// The longest name of a run, in characters.
const NAME_MAX: usize = 64;

const GOING: u8 = 0;
const STOPPED: u8 = 1;
const TOO_LATE: u8 = 2;

/// Runs that have a name, by event and name.
#[derive(Debug, Default)]
pub(in crate::serve) struct Runs(BTreeMap<(EventId, String), Arc<Run>>);

/// One run.
#[derive(Debug, Default)]
pub(super) struct Run {
    reached: Mutex<Option<Reached>>,
    state: AtomicU8,
}

impl Run {
    /// Keeps where the run stands; whether it goes on.
    pub(super) fn tell(&self, reached: Reached) -> ControlFlow<()> {
        *self.reached.lock().unwrap_or_else(PoisonError::into_inner) = Some(reached);
        if self.state.load(Ordering::Relaxed) == STOPPED {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// What comes next cannot be stopped: it saves what was made.
    ///
    /// # Errors
    /// When the run has been stopped.
    pub(super) fn no_return(&self) -> Result<(), Problem> {
        let was = self.state.compare_exchange(GOING, TOO_LATE, Ordering::Relaxed, Ordering::Relaxed);
        was.map(drop).map_err(|_| Problem::Stopped)
    }

    /// Stops the run, unless it is too late.
    fn stop(&self) {
        let _ = self.state.compare_exchange(GOING, STOPPED, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// Stops its run and forgets its name when the request is answered or closed.
struct Ended {
    app: App,
    run: Arc<Run>,
    key: Option<(EventId, String)>,
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.run.stop();
        if let Some(key) = &self.key {
            self.app.runs().lock().unwrap_or_else(PoisonError::into_inner).0.remove(key);
        }
    }
}

/// Does work that tells where it stands and can be stopped, away from the async
/// threads; closing the request stops it.
pub(super) async fn stoppable<T, F>(
    app: &App,
    id: &EventId,
    name: Option<String>,
    work: F,
) -> Result<T, Problem>
where
    T: Send + 'static,
    F: FnOnce(&App, &Run) -> Result<T, Problem> + Send + 'static,
{
    let run = Arc::new(Run::default());
    let key = name.map(|name| (id.clone(), name));
    if let Some(key) = &key {
        begin(app, key, &run)?;
    }
    let ended = Ended { app: app.clone(), run: run.clone(), key };
    let done = app.blocking(move |app| work(app, &run)).await;
    drop(ended);
    done
}

fn begin(app: &App, key: &(EventId, String), run: &Arc<Run>) -> Result<(), Problem> {
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

fn found(app: &App, PathParts([id, name]): PathParts) -> Option<Arc<Run>> {
    let runs = app.runs().lock().unwrap_or_else(PoisonError::into_inner);
    runs.0.get(&(EventId(id), name)).cloned()
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
    phase: Option<Phase>,
    /// So much of the phase is done; never falls within a phase.
    done: u64,
    /// So much there is at most; `null` where nobody knows.
    of: Option<u64>,
}

/// How far a run has come
#[utoipa::path(
    get, path = "/events/{id}/runs/{run}", tag = "events",
    params(("id" = String, Path, description = "Id, percent-encoded"), ("run" = String, Path, description = "Its name, percent-encoded")),
    responses((status = 200, body = RunView), (status = 204, description = "Nothing of that name is going on"))
)]
pub(super) async fn look(State(app): State<App>, at: PathParts) -> Response {
    let Some(run) = found(&app, at) else { return StatusCode::NO_CONTENT.into_response() };
    let reached = *run.reached.lock().unwrap_or_else(PoisonError::into_inner);
    let view = RunView {
        phase: reached.map(|reached| reached.phase),
        done: reached.map_or(0, |reached| reached.done),
        of: reached.and_then(|reached| reached.of),
    };
    Json(view).into_response()
}

/// Tell a run to stop
///
/// Its own request says whether it did: then its answer has the code `stopped`, and
/// nothing has changed. What is being saved, or not there, is not stopped.
#[utoipa::path(
    delete, path = "/events/{id}/runs/{run}", tag = "events",
    params(("id" = String, Path, description = "Id, percent-encoded"), ("run" = String, Path, description = "Its name, percent-encoded")),
    responses((status = 204))
)]
pub(super) async fn stop(State(app): State<App>, at: PathParts) -> StatusCode {
    if let Some(run) = found(&app, at) {
        run.stop();
    }
    StatusCode::NO_CONTENT
}
