//! What an override costs, set or not set yet.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::{Event, ListingId, NeedEntry, OpcEntry, OpcId};
use crate::engine::Ground;
use crate::event::{Edit, EditError, Notice, Override, Price, edit, price_of};

use super::super::app::App;
use super::super::problem::{Problem, ProblemBody};
use super::super::request::{Body, Params};
use super::super::runs::{How, Of, RunName, stoppable};
use super::EventAt;
use super::choices::takes_part;
use super::edits::{Refusal, listed, meant};
use super::frame::checked;
use super::names::Names;
use super::scene::{Scene, stored};

/// What each pin, ban and limit of its own costs the event
#[utoipa::path(
    get, path = "/events/{id}/prices", tag = "events",
    params(("id" = String, Path, description = "Id, percent-encoded"), RunName),
    responses(
        (status = 200, body = Vec<PriceView>),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn all(
    State(app): State<App>,
    EventAt(id): EventAt,
    Params(RunName { run }): Params<RunName>,
) -> Result<Json<Value>, Problem> {
    stoppable(&app, Of::Event(id.clone()), run, How::LOOKING, move |app, run| {
        let watch = |reached| run.tell(reached);
        let event = stored(app, &id)?;
        let scene = Scene::watched(app, &event, &watch)?;
        let prices: Vec<PriceView> = scene.ground.prices(&event, &watch)?.into_iter().map(said).collect();
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

/// What is to be priced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceRequest {
    /// Something that is not set yet.
    edit: Override,
    /// A name for this run, by which it can be followed and stopped; 1 to 64 characters.
    #[serde(default)]
    run: Option<String>,
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
    Body(PriceRequest { edit, run }): Body<PriceRequest>,
) -> Result<Json<Value>, Problem> {
    stoppable(&app, Of::Event(id.clone()), run, How::LOOKING, move |app, run| {
        let watch = |reached| run.tell(reached);
        let event = stored(app, &id)?;
        let scene = Scene::watched(app, &event, &watch)?;
        let names = scene.names(&event);
        let (with, of) = granted(&event, &names, edit)?;
        checked(&with)?;
        // A pin may bring a pair in that the ground does not know.
        let scene = Scene::watched(app, &with, &watch)?;
        let Ground { candidates, ledger, .. } = &scene.ground;
        let price = price_of(&with, candidates, ledger, of, &watch)?.ok_or(Problem::Internal)?;
        names.answer(&said(price))
    })
    .await
}

/// The event as if the wish were granted, and the wish with everybody under their own name.
fn granted(event: &Event, names: &Names, wish: Override) -> Result<(Event, Override), Problem> {
    let by_hand = |wish: Edit| {
        let made = meant(names, wish).and_then(|wish| Ok(edit(event, &wish)?));
        made.map(|made| made.event).map_err(|refusal: Refusal| refusal.problem("edit", names))
    };
    let need = |need: &ListingId, set: fn(&mut NeedEntry) -> &mut Option<u32>, value: u32| {
        takes_part(event, need)?;
        let mut with = event.clone();
        if let Some(entry) = with.needs.iter_mut().find(|entry| entry.need == *need) {
            *set(entry) = Some(value);
        }
        Ok::<_, Problem>(with)
    };
    let limited = |opc: &mut OpcId, set: fn(&mut OpcEntry) -> &mut Option<u32>, value: u32| {
        *opc = names.opc(opc);
        listed(names, opc).map_err(|refusal| refusal.problem("edit.opc", names))?;
        let mut with = event.clone();
        let at = match with.opcs.iter().position(|entry| names.opc(&entry.opc) == *opc) {
            Some(at) => at,
            None if event.named_opcs_only => {
                return Err(Refusal::Edit(EditError::OpcNotNamed(opc.clone())).problem("edit.opc", names));
            }
            None => {
                with.opcs.push(OpcEntry::new(opc.clone()));
                with.opcs.len() - 1
            }
        };
        *set(&mut with.opcs[at]) = Some(value);
        opc.clone_from(&with.opcs[at].opc);
        Ok::<_, Problem>(with)
    };
    let mut wish = wish;
    let with = match &mut wish {
        Override::Pin { need, opc } => {
            let with = by_hand(Edit::Pin { need: need.clone(), opc: opc.clone() })?;
            *opc = names.opc(opc);
            with
        }
        Override::Ban { need, opc, why } => {
            let with = by_hand(Edit::Ban { need: need.clone(), opc: opc.clone(), why: why.clone() })?;
            *opc = names.opc(opc);
            with
        }
        Override::NeedMin { need: which, value } => need(which, |entry| &mut entry.min, *value)?,
        Override::NeedMax { need: which, value } => need(which, |entry| &mut entry.max, *value)?,
        Override::OpcMin { opc, value } => limited(opc, |entry| &mut entry.min, *value)?,
        Override::OpcMax { opc, value } => limited(opc, |entry| &mut entry.max, *value)?,
    };
    Ok((with, wish))
}
