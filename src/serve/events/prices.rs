//! What an override costs, set or not set yet.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::{Event, ListingId, NeedEntry, OpcEntry, OpcId, Pair};
use crate::engine::Ground;
use crate::event::{Edit, EditError, Notice, Override, Price, edit, price_of};

use super::super::app::App;
use super::super::problem::{Problem, ProblemBody};
use super::super::request::Body;
use super::EventAt;
use super::choices::takes_part;
use super::edits::{Refusal, listed, meant};
use super::frame::checked;
use super::names::Names;
use super::scene::{Scene, stored};

/// What each pin, ban and limit of its own costs the event
#[utoipa::path(
    get, path = "/events/{id}/prices", tag = "events", params(("id" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = Vec<PriceView>), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn all(State(app): State<App>, EventAt(id): EventAt) -> Result<Json<Value>, Problem> {
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
pub(super) async fn one(
    State(app): State<App>,
    EventAt(id): EventAt,
    Body(request): Body<PriceRequest>,
) -> Result<Json<Value>, Problem> {
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let scene = Scene::of(app, &event)?;
        let names = scene.names(&event);
        let (with, of) = granted(&event, &names, request.edit)?;
        checked(&with)?;
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
    let need = |need: ListingId, set: fn(&mut NeedEntry) -> &mut Option<u32>, value: u32| {
        takes_part(event, &need)?;
        let mut with = event.clone();
        if let Some(entry) = with.needs.iter_mut().find(|entry| entry.need == need) {
            *set(entry) = Some(value);
        }
        Ok::<_, Problem>((with, need))
    };
    let opc = |opc: OpcId, set: fn(&mut OpcEntry) -> &mut Option<u32>, value: u32| {
        let opc = names.opc(&opc);
        listed(names, &opc).map_err(|refusal| refusal.problem("edit.opc", names))?;
        let mut with = event.clone();
        let at = match with.opcs.iter().position(|entry| names.opc(&entry.opc) == opc) {
            Some(at) => at,
            None if event.named_opcs_only => {
                return Err(Refusal::Edit(EditError::OpcNotNamed(opc)).problem("edit.opc", names));
            }
            None => {
                with.opcs.push(OpcEntry::new(opc));
                with.opcs.len() - 1
            }
        };
        *set(&mut with.opcs[at]) = Some(value);
        let opc = with.opcs[at].opc.clone();
        Ok::<_, Problem>((with, opc))
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
        Wish::NeedMin { need: which, value } => {
            let (with, need) = need(which, |entry| &mut entry.min, value)?;
            (with, Override::NeedMin { need, value })
        }
        Wish::NeedMax { need: which, value } => {
            let (with, need) = need(which, |entry| &mut entry.max, value)?;
            (with, Override::NeedMax { need, value })
        }
        Wish::OpcMin { opc: which, value } => {
            let (with, opc) = opc(which, |entry| &mut entry.min, value)?;
            (with, Override::OpcMin { opc, value })
        }
        Wish::OpcMax { opc: which, value } => {
            let (with, opc) = opc(which, |entry| &mut entry.max, value)?;
            (with, Override::OpcMax { opc, value })
        }
    })
}
