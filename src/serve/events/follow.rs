//! What came of it, and how the day goes.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::domain::{
    Date, Event, FollowUp, FollowUpError, Listing, ListingId, OpcId, Pair, Progress, Rejection, Side, Status,
    Step,
};
use crate::event::{DayView, FollowSummary, day_view, follow_summary};

use super::super::app::App;
use super::super::problem::{Problem, ProblemBody};
use super::super::request::{Body, Params};
use super::EventAt;
use super::names::Names;
use super::scene::{Scene, capabilities, requirements, stored};

/// Characters of a note.
const MOST_NOTE: usize = 2_000;
/// Characters of a person's name.
const MOST_NAME: usize = 100;

/// A follow-up with names, and what may come next.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FollowUpRow {
    /// What is recorded.
    #[serde(flatten)]
    follow_up: FollowUp,
    /// The need.
    need: ListingId,
    /// The OPC, by the id that the view shows.
    opc: OpcId,
    /// The need's title.
    need_title: String,
    /// Whose need it is.
    need_party: String,
    /// The OPC's name.
    opc_name: String,
    /// The capability they were brought together for, while they are in the plan.
    capability: Option<ListingId>,
    /// Its title.
    capability_title: String,
    /// States that may come next.
    next: &'static [Progress],
}

/// What came of an event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FollowUps {
    /// By need, then OPC: all that is recorded, and every meeting of the plan.
    follow_ups: Vec<FollowUpRow>,
    /// The same counted; needs are those of the event.
    summary: FollowSummary,
}

/// What came of an event
#[utoipa::path(
    get, path = "/events/{id}/follow-ups", tag = "events", params(("id" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = FollowUps), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn list(State(app): State<App>, EventAt(id): EventAt) -> Result<Json<Value>, Problem> {
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let scene = Scene::of(app, &event)?;
        let names = scene.names(&event);
        let follow_ups = app.market().follow_ups(&event)?;
        let listed = event.needs.iter().filter_map(|entry| scene.listing(Side::Requirement, &entry.need));
        let summary = follow_summary(&statuses(listed), &follow_ups);
        let rows = follow_ups.into_iter().map(|follow_up| row(&scene, &event, &names, follow_up)).collect();
        names.answer(&FollowUps { follow_ups: rows, summary })
    })
    .await
}

fn statuses<'a>(needs: impl Iterator<Item = &'a Listing>) -> Vec<(ListingId, Status)> {
    needs.map(|need| (need.id.clone(), need.status)).collect()
}

fn row(scene: &Scene, event: &Event, names: &Names, follow_up: FollowUp) -> FollowUpRow {
    let pair = &follow_up.pair;
    let meetings = event.plan.iter().flat_map(|plan| &plan.meetings);
    let capability = meetings.into_iter().find(|m| &m.pair() == pair).map(|m| m.capability.clone());
    // One who is out of the plan is still known by any of its capabilities.
    let known = capability.as_ref().or_else(|| scene.ground.candidates.opcs.get(&pair.opc));
    let listing = known.and_then(|id| scene.listing(Side::Capability, id));
    let need = scene.listing(Side::Requirement, &pair.need);
    let text = |listing: Option<&Listing>, of: fn(&Listing) -> &String| {
        listing.map_or_else(String::new, |listing| of(listing).clone())
    };
    let party = text(listing, |l| &l.party.name);
    FollowUpRow {
        need: pair.need.clone(),
        opc: pair.opc.clone(),
        need_title: text(need, |l| &l.title),
        need_party: text(need, |l| &l.party.name),
        opc_name: if party.trim().is_empty() { names.shown_opc(&pair.opc).0 } else { party },
        capability_title: text(listing.filter(|_| capability.is_some()), |l| &l.title),
        capability,
        next: follow_up.state.next(),
        follow_up,
    }
}

/// What is to be recorded of a pair; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FollowUpChange {
    /// The need.
    need: ListingId,
    /// The OPC.
    opc: OpcId,
    /// The state reached.
    state: Option<Progress>,
    /// Why it was ruled out; with `excluded` only.
    rejection: Option<Rejection>,
    /// In the recorder's words; without `state` it is noted under the present one.
    note: Option<String>,
    /// Who records it.
    by: Option<String>,
    /// Who follows it up from now on; empty for nobody.
    owner: Option<String>,
    /// The day a contract was signed.
    #[schema(value_type = Option<String>, format = Date)]
    signed_on: Option<Date>,
}

/// Record what came of a pair
#[utoipa::path(
    put, path = "/events/{id}/follow-ups", tag = "events", request_body = FollowUpChange,
    params(("id" = String, Path, description = "Id, percent-encoded")),
    responses(
        (status = 200, body = FollowUpRow),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn record(
    State(app): State<App>,
    EventAt(id): EventAt,
    Body(change): Body<FollowUpChange>,
) -> Result<Json<Value>, Problem> {
    for (field, text, most) in [
        ("note", &change.note, MOST_NOTE),
        ("by", &change.by, MOST_NAME),
        ("owner", &change.owner, MOST_NAME),
    ] {
        if text.as_ref().is_some_and(|text| text.chars().count() > most) {
            let (zh, en) = (format!("超过 {most} 字，请写短些"), format!("has more than {most} characters"));
            return Err(Problem::invalid(field, zh, en));
        }
    }
    app.writing(move |app| {
        let event = stored(app, &id)?;
        let scene = Scene::of(app, &event)?;
        let names = scene.names(&event);
        let pair = Pair { need: change.need.clone(), opc: names.opc(&change.opc) };
        let mut follow_up = app.market().follow_up(&event, &pair)?.ok_or_else(|| {
            let (need, opc) = (&pair.need, names.shown_opc(&pair.opc));
            Problem::invalid(
                "opc",
                format!("对接会里没有 {need} 与 {opc} 的对接，无从跟进"),
                format!("{need} and {opc} were not brought together at this event"),
            )
        })?;
        recorded(&mut follow_up, change, app.today()).map_err(|(field, error)| {
            // Names stand in the reason.
            Problem::invalid_said(field, &names.show(&error.to_string()))
        })?;
        app.market().put_follow_up(&follow_up)?;
        names.answer(&row(&scene, &event, &names, follow_up))
    })
    .await
}

/// Makes the change, all of it or none.
fn recorded(
    follow_up: &mut FollowUp,
    change: FollowUpChange,
    today: Date,
) -> Result<(), (&'static str, FollowUpError)> {
    let mut after = follow_up.clone();
    let (by, note) = (change.by.unwrap_or_default(), change.note.unwrap_or_default());
    match change.state {
        Some(state) => {
            let field = if state == after.state { "state" } else { field_of(state, change.rejection) };
            let step = Step { state, on: today, by, note };
            after.advance(step, change.rejection).map_err(|error| (field, error))?;
        }
        None if change.rejection.is_some() => return Err(("rejection", FollowUpError::ReasonUncalledFor)),
        None if !note.trim().is_empty() => {
            after.steps.push(Step { state: after.state, on: today, by, note });
        }
        None => {}
    }
    if let Some(on) = change.signed_on {
        after.sign(on).map_err(|error| ("signed_on", error))?;
    }
    if let Some(owner) = change.owner {
        // What was shown masked and comes back is no change.
        if crate::report::legible(&after.owner) != owner {
            after.owner = owner.trim().to_owned();
        }
    }
    *follow_up = after;
    Ok(())
}

/// What is to blame when a step is refused for its reason.
fn field_of(state: Progress, rejection: Option<Rejection>) -> &'static str {
    if (state == Progress::Excluded) == rejection.is_some() { "state" } else { "rejection" }
}

/// What came of all events: 征集、发布、对接、签约、落地
#[utoipa::path(get, path = "/follow-up-summary", tag = "events", responses((status = 200, body = FollowSummary)))]
pub(super) async fn summary(State(app): State<App>) -> Result<Json<Value>, Problem> {
    app.blocking(|app| {
        let ranker = app.market().ranker();
        let summary =
            follow_summary(&statuses(requirements(&ranker).into_iter()), &app.market().all_follow_ups()?);
        let mut names = Names::default();
        for event in app.market().events()? {
            names = names.also(Names::of(&event, &capabilities(&ranker)));
        }
        names.answer(&summary)
    })
    .await
}

/// Which moment of the day.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DayParams {
    /// The slot it is, from 0; the first when left out. Beyond the last, all is over.
    #[serde(default)]
    #[param(required = false)]
    slot: u16,
}

/// The day at one slot: who is on, who is called next, who waits
#[utoipa::path(
    get, path = "/events/{id}/day", tag = "events",
    params(("id" = String, Path, description = "Id, percent-encoded"), DayParams),
    responses(
        (status = 200, body = DayView),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn day(
    State(app): State<App>,
    EventAt(id): EventAt,
    Params(params): Params<DayParams>,
) -> Result<Json<Value>, Problem> {
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let names = Scene::of(app, &event)?.names(&event);
        names.answer(&day_view(&event, &event.plan.clone().unwrap_or_default(), params.slot))
    })
    .await
}
