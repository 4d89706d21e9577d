//! What an organiser can choose from: whom else to meet, and in which team.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Event, ListingId, Milli, OpcId, Pair, Side};
use crate::engine::{TeamFound, team_for};
use crate::event::{Barred, Candidate, Covered, NeedPart, TeamRules};
use crate::report::legible;

use super::super::app::App;
use super::super::problem::{Problem, ProblemBody};
use super::super::request::Params;
use super::EventAt;
use super::edits::listed;
use super::names::Names;
use super::scene::{Scene, stored};

/// Whose options.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Whose {
    /// A need of the event.
    #[param(value_type = Option<String>)]
    pub(super) need: Option<ListingId>,
    /// An OPC, by the id that the view shows or by its name.
    #[param(value_type = Option<String>)]
    pub(super) opc: Option<OpcId>,
}

/// One pair that could meet.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeetingOption {
    /// The pair, its degree and both views.
    #[serde(flatten)]
    candidate: Candidate,
    /// The need's title.
    need_title: String,
    /// Whose need it is.
    need_party: String,
    /// The OPC's name.
    opc_name: String,
    /// The capability's title.
    capability_title: String,
    /// Why the two may not meet, bans apart.
    barred: Option<Barred>,
    /// Whether the organiser ruled it out.
    banned: bool,
    /// Whether the organiser demands it.
    pinned: bool,
    /// Whether it is worth less than the event's floor.
    below_floor: bool,
    /// Whether it is in the plan.
    planned: bool,
    /// Whether one of the two does not come.
    absent: bool,
}

/// Whom a need, or an OPC, could meet: the greatest worth first
#[utoipa::path(
    get, path = "/events/{id}/options", tag = "events",
    params(("id" = String, Path, description = "Id, percent-encoded"), Whose),
    responses(
        (status = 200, body = Vec<MeetingOption>),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn options(
    State(app): State<App>,
    EventAt(id): EventAt,
    Params(whose): Params<Whose>,
) -> Result<Json<Value>, Problem> {
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let scene = Scene::of(app, &event)?;
        let names = scene.names(&event);
        let theirs: Box<dyn Fn(&Candidate) -> bool> = match (whose.need, whose.opc) {
            (Some(need), None) => {
                takes_part(&event, &need)?;
                Box::new(move |candidate| candidate.need == need)
            }
            (None, Some(opc)) => {
                let opc = names.opc(&opc);
                listed(&names, &opc).map_err(|refusal| refusal.problem("opc", &names))?;
                Box::new(move |candidate| candidate.opc == opc)
            }
            _ => {
                return Err(Problem::invalid(
                    "need",
                    "need、opc 须给且只给一个",
                    "give exactly one of need and opc",
                ));
            }
        };
        let known = &scene.ground.candidates;
        let open = known.pairs.iter().map(|candidate| (candidate, None));
        let barred = known.barred.iter().map(|(candidate, why)| (candidate, Some(*why)));
        let mut all: Vec<MeetingOption> = open
            .chain(barred)
            .filter(|(candidate, _)| theirs(candidate))
            .map(|(candidate, barred)| option(&scene, &event, &names, candidate, barred))
            .collect();
        all.sort_by_key(|o| (Reverse(o.candidate.worth), o.candidate.need.clone(), o.candidate.opc.clone()));
        names.answer(&all)
    })
    .await
}

/// Checks that a need takes part in the event.
pub(super) fn takes_part(event: &Event, need: &ListingId) -> Result<(), Problem> {
    if event.need_entry(need).is_some() {
        return Ok(());
    }
    Err(Problem::invalid(
        "need",
        format!("需求 {need} 未参加本次活动，请先加入"),
        format!("need {need} does not take part: add it first"),
    ))
}

fn option(
    scene: &Scene,
    event: &Event,
    names: &Names,
    candidate: &Candidate,
    barred: Option<Barred>,
) -> MeetingOption {
    let pair = Pair { need: candidate.need.clone(), opc: candidate.opc.clone() };
    let same = |other: &Pair| other.need == pair.need && names.opc(&other.opc) == pair.opc;
    let absent_need = event.need_entry(&pair.need).is_some_and(|entry| entry.absent);
    let absent_opc = event.opcs.iter().any(|entry| entry.absent && names.opc(&entry.opc) == pair.opc);
    let need = scene.listing(Side::Requirement, &candidate.need);
    MeetingOption {
        need_title: need.map_or_else(String::new, |listing| listing.title.clone()),
        need_party: need.map_or_else(String::new, |listing| listing.party.name.clone()),
        opc_name: opc_name(scene, &candidate.capability),
        capability_title: title(scene, &candidate.capability),
        barred,
        banned: event.bans.iter().any(|ban| same(&ban.pair)),
        pinned: event.pins.iter().any(same),
        below_floor: candidate.worth < event.rules.floor,
        planned: event.plan.iter().flat_map(|plan| &plan.meetings).any(|meeting| same(&meeting.pair())),
        absent: absent_need || absent_opc,
        candidate: candidate.clone(),
    }
}

fn title(scene: &Scene, capability: &ListingId) -> String {
    scene.listing(Side::Capability, capability).map_or_else(String::new, |listing| listing.title.clone())
}

/// The party of a capability, or its title where the party has no name.
fn opc_name(scene: &Scene, capability: &ListingId) -> String {
    let Some(listing) = scene.listing(Side::Capability, capability) else { return String::new() };
    let name = listing.party.name.trim();
    legible(if name.is_empty() { &listing.title } else { name })
}

/// One OPC of a team, with names.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TeamMember {
    /// Who.
    opc: OpcId,
    /// What it is called.
    name: String,
    /// With which capability.
    capability: ListingId,
    /// That capability's title.
    title: String,
    /// The degree of need and capability, in thousandths.
    degree: Milli,
    /// Parts that are this member's.
    covers: Vec<Covered>,
}

/// Two or three OPCs for a need that nobody fits alone.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TeamView {
    /// The need.
    need: ListingId,
    /// Its title.
    title: String,
    /// What it consists of.
    parts: Vec<NeedPart>,
    /// Who does what; empty when nobody covers any part.
    members: Vec<TeamMember>,
    /// Parts that nobody covers.
    open: Vec<usize>,
}

/// Teams for the needs of an event that nobody fits alone
#[utoipa::path(
    get, path = "/events/{id}/teams", tag = "events", params(("id" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = Vec<TeamView>), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn teams(State(app): State<App>, EventAt(id): EventAt) -> Result<Json<Value>, Problem> {
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let scene = Scene::of(app, &event)?;
        let names = scene.names(&event);
        let unmet = scene.ground.unmet(&event);
        let teams: Vec<TeamView> = unmet
            .into_iter()
            .map(|need| {
                let found = team_for(&scene.ranker, &need, TeamRules::default(), app.today());
                team_view(&scene, need, found)
            })
            .collect();
        names.answer(&teams)
    })
    .await
}

fn team_view(scene: &Scene, need: ListingId, found: Option<TeamFound>) -> TeamView {
    let title_of_need =
        scene.listing(Side::Requirement, &need).map_or_else(String::new, |listing| listing.title.clone());
    let (parts, team) = found.map_or((Vec::new(), None), |found| (found.parts, Some(found.team)));
    let (members, open) = team.map_or((Vec::new(), Vec::new()), |team| (team.members, team.open));
    let members = members.into_iter().map(|member| TeamMember {
        name: opc_name(scene, &member.capability),
        title: title(scene, &member.capability),
        opc: member.opc,
        capability: member.capability,
        degree: member.degree,
        covers: member.covers,
    });
    TeamView { need, title: title_of_need, parts, members: members.collect(), open }
}
