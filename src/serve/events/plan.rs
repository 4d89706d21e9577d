//! Making the plan, the rest of the day, and the end of it.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::Plan;
use crate::event::{changes, rest_of_day};

use super::super::app::App;
use super::super::problem::{Problem, ProblemBody};
use super::super::request::Body;
use super::super::runs::{How, Of, stoppable};
use super::EventAt;
use super::page::{Deed, EventPage, page};
use super::scene::{Scene, open_at};

/// A plan to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanRequest {
    /// The version of the event that the caller has seen.
    revision: u64,
    /// Whether seats that are not locked are forgotten first; otherwise they stay where that costs nobody a place.
    #[serde(default)]
    fresh: bool,
    /// A name for this run, by which it can be followed and stopped; 1 to 64 characters.
    #[serde(default)]
    run: Option<String>,
}

/// Plan the event: who meets whom, when and where
#[utoipa::path(
    post, path = "/events/{id}/plan", tag = "events", request_body = PlanRequest,
    params(("id" = String, Path, description = "Id, percent-encoded")),
    responses(
        (status = 200, body = EventPage),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn make(
    State(app): State<App>,
    EventAt(id): EventAt,
    Body(PlanRequest { revision, fresh, run }): Body<PlanRequest>,
) -> Result<Json<Value>, Problem> {
    stoppable(&app, Of::Event(id.clone()), run, How::LOOKING, move |app, run| {
        let watch = |reached| run.tell(reached);
        let mut event = open_at(app, &id, revision)?;
        let scene = Scene::watched(app, &event, &watch)?;
        let before = event.plan.clone().unwrap_or_default();
        if fresh {
            for meeting in event.plan.iter_mut().flat_map(|plan| &mut plan.meetings) {
                meeting.seat = meeting.seat.filter(|_| meeting.locked);
            }
        }
        let planned = scene.ground.plan(&event, &watch)?;
        run.no_return()?;
        let event = app.market().save_event(planned.event)?;
        let after = event.plan.clone().unwrap_or_default();
        let deed = Deed { changes: Some(changes(&before, &after)), ..Deed::default() };
        page(app, &scene, event, deed)
    })
    .await
}

/// Where the rest of the day begins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestRequest {
    /// The version of the event that the caller has seen.
    revision: u64,
    /// The first slot, from 0, that may be changed.
    first_open: u16,
}

/// Plan the rest of the day: what has taken place stays where it was
#[utoipa::path(
    post, path = "/events/{id}/rest", tag = "events", request_body = RestRequest,
    params(("id" = String, Path, description = "Id, percent-encoded")),
    responses(
        (status = 200, body = EventPage),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn rest(
    State(app): State<App>,
    EventAt(id): EventAt,
    Body(request): Body<RestRequest>,
) -> Result<Json<Value>, Problem> {
    app.writing(move |app| {
        let event = open_at(app, &id, request.revision)?;
        let before: Plan = event.plan.clone().ok_or(Problem::NoPlan(id))?;
        let slots = event.frame.slots.len();
        if usize::from(request.first_open) >= slots {
            return Err(Problem::invalid(
                "first_open",
                format!("须在 0 到 {} 之间：活动共 {slots} 个时段", slots.saturating_sub(1)),
                format!("must be below {slots}, the number of slots"),
            ));
        }
        let rest = rest_of_day(&event, &before, request.first_open);
        let event = app.market().save_event(rest.event)?;
        let after = event.plan.clone().unwrap_or_default();
        let scene = Scene::of(app, &event)?;
        let deed = Deed { changes: Some(changes(&before, &after)), ..Deed::default() };
        page(app, &scene, event, deed)
    })
    .await
}

/// The version that a caller has seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SeenRevision {
    /// The version of the event that the caller has seen.
    revision: u64,
}

/// Mark an event as held: every meeting with a seat counts as 已对接 unless more is recorded of it
#[utoipa::path(
    post, path = "/events/{id}/held", tag = "events", request_body = SeenRevision,
    params(("id" = String, Path, description = "Id, percent-encoded")),
    responses(
        (status = 200, body = EventPage),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn hold(
    State(app): State<App>,
    EventAt(id): EventAt,
    Body(request): Body<SeenRevision>,
) -> Result<Json<Value>, Problem> {
    app.writing(move |app| {
        let event = open_at(app, &id, request.revision)?;
        if event.plan.is_none() {
            return Err(Problem::NoPlan(id));
        }
        let event = app.market().hold_event(event, app.today())?;
        let scene = Scene::of(app, &event)?;
        page(app, &scene, event, Deed::default())
    })
    .await
}
