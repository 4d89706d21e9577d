//! Events: the organiser's desk.
//!
//! - What is shown is what is stored: every page is made from the stored event, and
//!   looked over by the checker each time.
//! - A writer names the revision that it read; another one is refused (409), so that
//!   two organisers never overwrite each other.
//! - Texts leave masked and come back as they were (`names`).
//! - Whatever reads lists or plans does so away from the async threads; what may take
//!   long tells how far it is and can be stopped (`runs`).

mod choices;
mod edits;
mod follow;
mod frame;
mod names;
mod page;
mod plan;
mod prices;
mod scene;
mod sheets;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::{Event, EventId, LocalTime, Side, Sight};
use crate::report::legible;

use super::access::Caller;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::request::Body;
use super::runs;
use frame::{NewEvent, checked};
use page::{Deed, EventPage, page};
use scene::{Scene, stored};

pub(super) use scene::Scenes;

/// All routes of this folder.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace, delete))
        .routes(routes!(plan::make))
        .routes(routes!(plan::rest))
        .routes(routes!(plan::hold))
        .routes(routes!(edits::edit))
        .routes(routes!(choices::options))
        .routes(routes!(prices::all))
        .routes(routes!(prices::one))
        .routes(routes!(runs::look_of_event, runs::stop_of_event))
        .routes(routes!(choices::teams))
        .routes(routes!(follow::list, follow::record))
        .routes(routes!(follow::summary))
        .routes(routes!(follow::day))
        .routes(routes!(sheets::export))
        .routes(routes!(sheets::calendar))
        .routes(routes!(sheets::calendars))
        .routes(routes!(sheets::print))
}

/// The event of the path.
pub(super) struct EventAt(pub(super) EventId);

impl<S: Send + Sync> FromRequestParts<S> for EventAt {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let first = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let parts = first.map_err(|e: PathRejection| {
            Problem::invalid("path", "地址中的编号须为 UTF-8 百分号编码", e.body_text())
        })?;
        let id = parts.0.into_iter().find(|(name, _)| name == "id");
        id.map(|(_, id)| EventAt(EventId(id))).ok_or(Problem::NoRoute)
    }
}

/// An event in a line.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventHead {
    /// Its id.
    id: EventId,
    /// What it is called.
    name: String,
    /// What it is about.
    theme: String,
    /// Where it is held.
    place: String,
    /// When the first slot begins.
    #[schema(value_type = Option<String>, example = "2026-12-04T14:00:00")]
    starts: Option<LocalTime>,
    /// Needs that take part.
    needs: usize,
    /// Meetings of the plan.
    meetings: usize,
    /// Whether it has taken place.
    held: bool,
    /// Counts up with every change.
    revision: u64,
}

impl EventHead {
    fn of(event: &Event) -> EventHead {
        EventHead {
            id: event.id.clone(),
            name: legible(&event.name),
            theme: legible(&event.theme),
            place: legible(&event.place),
            starts: event.frame.slots.first().map(|slot| slot.starts),
            needs: event.needs.len(),
            meetings: event.plan.as_ref().map_or(0, |plan| plan.meetings.len()),
            held: event.held,
            revision: event.revision,
        }
    }
}

/// All events, in the order of ids
#[utoipa::path(get, path = "/events", tag = "events", responses((status = 200, body = Vec<EventHead>)))]
async fn list(State(app): State<App>) -> Result<Json<Vec<EventHead>>, Problem> {
    let events = app.blocking(|app| Ok(app.market().events()?)).await?;
    Ok(Json(events.iter().map(EventHead::of).collect()))
}

/// Begin an event
#[utoipa::path(
    post, path = "/events", tag = "events", request_body = NewEvent,
    responses(
        (status = 201, body = EventPage, headers(("location" = String, description = "Where the event is"))),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewEvent>,
) -> Result<Response, Problem> {
    let (id, page) = app
        .writing(move |app| {
            let mut event = new.event(app.today())?;
            let known = app.market().ranker();
            checked(&event)?;
            needs_are_listed(&event, &known, &caller.sight())?;
            event = keep_new(app, event)?;
            let scene = Scene::of(app, &event)?;
            Ok((event.id.clone(), page(app, &scene, event, Deed::default())?))
        })
        .await?;
    let mut response = (StatusCode::CREATED, page).into_response();
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/events/{id}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// Saves a new event under the next free id.
fn keep_new(app: &App, mut event: Event) -> Result<Event, Problem> {
    loop {
        let taken = app.market().events()?;
        let numbers = taken.iter().filter_map(|event| event.id.0.strip_prefix('E')?.parse::<u32>().ok());
        let next = numbers.max().unwrap_or(0).saturating_add(1);
        event.id = EventId(format!("E{next:03}"));
        match app.market().save_event(event.clone()).map_err(Problem::from) {
            // Somebody else took the number in between.
            Err(Problem::Stale { .. }) => {}
            other => return other,
        }
    }
}

/// One event with its plan, looked over
#[utoipa::path(
    get, path = "/events/{id}", tag = "events", params(("id" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = EventPage), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
async fn get(State(app): State<App>, EventAt(id): EventAt) -> Result<Json<Value>, Problem> {
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let scene = Scene::of(app, &event)?;
        page(app, &scene, event, Deed::default())
    })
    .await
}

/// Replace an event, its settings and its plan; the plan is checked and not made anew
#[utoipa::path(
    put, path = "/events/{id}", tag = "events", request_body = Event,
    params(("id" = String, Path, description = "Id, percent-encoded")),
    responses(
        (status = 200, body = EventPage),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn replace(
    State(app): State<App>,
    caller: Caller,
    EventAt(id): EventAt,
    Body(event): Body<Event>,
) -> Result<Json<Value>, Problem> {
    if event.id != id {
        return Err(Problem::invalid("id", "与地址中的不同", "differs from the one in the address"));
    }
    app.writing(move |app| {
        let before = scene::stored_at(app, &id, event.revision)?;
        let event = Scene::of(app, &before)?.names(&before).meant(event)?;
        checked(&event)?;
        if event.held && !before.held {
            return Err(Problem::invalid(
                "held",
                "请用 POST /events/{id}/held 标为举办，以便登记对接",
                "use POST /events/{id}/held, which records the meetings too",
            ));
        }
        let ranker = app.market().ranker();
        let known = |need| before.need_entry(need).is_some();
        let new = Event {
            needs: event.needs.iter().filter(|entry| !known(&entry.need)).cloned().collect(),
            ..event.clone()
        };
        needs_are_listed(&new, &ranker, &caller.sight())?;
        let event = app.market().save_event(event)?;
        let scene = Scene::of(app, &event)?;
        page(app, &scene, event, Deed::default())
    })
    .await
}

/// Delete an event and its follow-ups
#[utoipa::path(
    delete, path = "/events/{id}", tag = "events", params(("id" = String, Path, description = "Id, percent-encoded")),
    responses((status = 204), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
async fn delete(State(app): State<App>, EventAt(id): EventAt) -> Result<StatusCode, Problem> {
    app.writing(move |app| {
        if app.market().remove_event(&id)? { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NoEvent(id)) }
    })
    .await
}

fn needs_are_listed(event: &Event, ranker: &crate::rank::Ranker, sight: &Sight) -> Result<(), Problem> {
    let list = ranker.snapshot().side(Side::Requirement);
    let seen = |need| list.row(need).is_some_and(|row| sight.sees(list.listing(row)));
    match event.needs.iter().find(|entry| !seen(&entry.need)) {
        None => Ok(()),
        Some(entry) => Err(Problem::invalid(
            "needs",
            format!("机会清单里没有 “{}”，请核对编号", entry.need),
            format!("no requirement has the id \"{}\"", entry.need),
        )),
    }
}
