//! What an organiser can choose from: whom else to meet, at what price, in which team.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Event, ListingId, Milli, OpcId, Pair, Side};
use crate::engine::{Ground, team_for};
use crate::event::{
    Barred, Candidate, Covered, Edit, NeedPart, Notice, Override, Price, TeamRules, edit, price_of,
};
use crate::report::legible;

use super::super::app::App;
use super::super::problem::{Problem, ProblemBody};
use super::super::request::{Body, Params};
use super::EventAt;
use super::edits::{Refusal, listed, meant};
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

fn takes_part(event: &Event, need: &ListingId) -> Result<(), Problem> {
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

/// What each pin, ban and limit of its own costs the event
#[utoipa::path(
    get, path = "/events/{id}/prices", tag = "events", params(("id" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = Vec<PriceView>), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn prices(State(app): State<App>, EventAt(id): EventAt) -> Result<Json<Value>, Problem> {
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let scene = Scene::of(app, &event)?;
        let prices: Vec<PriceView> = scene.ground.prices(&event)?.into_iter().map(said).collect();
        scene.names(&event).answer(&prices)
    })
    .await
}

/// A price, in words too.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PriceView {
    /// The price.
    #[serde(flatten)]
    price: Price,
    /// In Chinese.
    zh: String,
    /// In English.
    en: String,
}

fn said(price: Price) -> PriceView {
    let Notice { zh, en } = price.explain();
    PriceView { price, zh, en }
}

/// Something that is not set yet; JSON `{"do": "pin", "need": "N003", "opc": "某工作室"}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Wish {
    /// A meeting that must be.
    Pin {
        /// The need.
        need: ListingId,
        /// The OPC.
        opc: OpcId,
    },
    /// A meeting that must not be.
    Ban {
        /// The need.
        need: ListingId,
        /// The OPC.
        opc: OpcId,
        /// Why; says nothing about the price.
        #[serde(default)]
        why: String,
    },
    /// A need's own minimum.
    NeedMin {
        /// Which.
        need: ListingId,
        /// Meetings.
        value: u32,
    },
    /// A need's own maximum.
    NeedMax {
        /// Which.
        need: ListingId,
        /// Meetings.
        value: u32,
    },
    /// An OPC's own minimum.
    OpcMin {
        /// Which.
        opc: OpcId,
        /// Meetings.
        value: u32,
    },
    /// An OPC's own maximum.
    OpcMax {
        /// Which.
        opc: OpcId,
        /// Meetings.
        value: u32,
    },
}

/// What is to be priced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceRequest {
    /// Something that is not set yet.
    edit: Wish,
}

/// What a pin, a ban or a limit would cost; nothing is saved
#[utoipa::path(
    post, path = "/events/{id}/price", tag = "events", request_body = PriceRequest,
    params(("id" = String, Path, description = "Id, percent-encoded")),
    responses(
        (status = 200, body = PriceView),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn price(
    State(app): State<App>,
    EventAt(id): EventAt,
    Body(request): Body<PriceRequest>,
) -> Result<Json<Value>, Problem> {
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let scene = Scene::of(app, &event)?;
        let names = scene.names(&event);
        let (with, of) = granted(&event, &names, request.edit)?;
        // A pin may bring a pair in that the ground does not know.
        let scene = Scene::of(app, &with)?;
        let Ground { candidates, ledger, .. } = &scene.ground;
        let price = price_of(&with, candidates, ledger, of)?.ok_or(Problem::Internal)?;
        names.answer(&said(price))
    })
    .await
}

/// The event as if the wish were granted.
fn granted(event: &Event, names: &Names, wish: Wish) -> Result<(Event, Override), Problem> {
    let by_hand = |wish: Edit| {
        let made = meant(names, wish).and_then(|wish| Ok(edit(event, &wish)?));
        made.map(|made| made.event).map_err(|refusal: Refusal| refusal.problem("edit", names))
    };
    let mut with = event.clone();
    let need_entry = |need: &ListingId| -> Result<usize, Problem> {
        takes_part(event, need)?;
        event.needs.iter().position(|entry| &entry.need == need).ok_or(Problem::Internal)
    };
    let opc_entry = |with: &mut Event, opc: &OpcId| -> Result<(usize, OpcId), Problem> {
        let opc = names.opc(opc);
        listed(names, &opc).map_err(|refusal| refusal.problem("edit.opc", names))?;
        let at = with.opcs.iter().position(|entry| names.opc(&entry.opc) == opc).unwrap_or_else(|| {
            with.opcs.push(crate::domain::OpcEntry::new(opc.clone()));
            with.opcs.len() - 1
        });
        Ok((at, with.opcs[at].opc.clone()))
    };
    Ok(match wish {
        Wish::Pin { need, opc } => {
            let with = by_hand(Edit::Pin { need: need.clone(), opc: opc.clone() })?;
            (with, Override::Pin { pair: Pair { need, opc: names.opc(&opc) } })
        }
        Wish::Ban { need, opc, why } => {
            let with = by_hand(Edit::Ban { need: need.clone(), opc: opc.clone(), why })?;
            (with, Override::Ban { pair: Pair { need, opc: names.opc(&opc) } })
        }
        Wish::NeedMin { need, value } => {
            let at = need_entry(&need)?;
            with.needs[at].min = Some(value);
            (with, Override::NeedMin { need, value })
        }
        Wish::NeedMax { need, value } => {
            let at = need_entry(&need)?;
            with.needs[at].max = Some(value);
            (with, Override::NeedMax { need, value })
        }
        Wish::OpcMin { opc, value } => {
            let (at, opc) = opc_entry(&mut with, &opc)?;
            with.opcs[at].min = Some(value);
            (with, Override::OpcMin { opc, value })
        }
        Wish::OpcMax { opc, value } => {
            let (at, opc) = opc_entry(&mut with, &opc)?;
            with.opcs[at].max = Some(value);
            (with, Override::OpcMax { opc, value })
        }
    })
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

fn team_view(scene: &Scene, need: ListingId, found: Option<crate::engine::TeamFound>) -> TeamView {
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
