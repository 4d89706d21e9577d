//! Partners: who complements a capability, for which scenario and which part of it.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Degree, Listing, ListingId, Side};
use crate::engine::{LackedPart, Partner, Shared};
use crate::index::Snapshot;
use crate::intake::{Options, read_text};
use crate::rank::{Filter, Mix};
use crate::report::{QuoteView, Shown};

use super::access::Caller;
use super::app::App;
use super::matches::seen;
use super::problem::{Problem, ProblemBody};
use super::request::{Body, text, top};
use super::stamp::Stamped;

/// Partners unless asked otherwise.
const USUAL: usize = 5;

/// Whose partners: exactly one of `text` and `id`, of a capability.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PartnersRequest {
    /// What they can do, in running text.
    text: Option<String>,
    /// A capability of the list.
    id: Option<ListingId>,
    /// At most this many, 1..=100; 5 when left out.
    top: Option<usize>,
    /// Which scenarios are looked at.
    #[serde(default)]
    filter: Filter,
}

/// A part of a scenario that one lacks and the partner has.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LackedPartView {
    /// The requirement's sentence.
    requirement: QuoteView,
    /// The partner's, where there is one that says it best.
    partner: Option<QuoteView>,
    /// How strongly the partner answers it, 0..=1.
    strength: f32,
}

/// A scenario that two could do together.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SharedView {
    /// The scenario.
    requirement: Shown,
    /// The partner's capability.
    capability: Shown,
    /// The degree alone, 0..=100, one decimal.
    alone: f64,
    /// The partner's degree alone.
    theirs: f64,
    /// The degree of both texts as one capability; above the own one.
    together: f64,
    /// What the partner adds.
    parts: Vec<LackedPartView>,
}

/// Somebody who complements the one who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PartnerView {
    /// The party's name, masked; empty when not stated.
    name: String,
    /// For which scenarios, those that both gain most in first.
    shares: Vec<SharedView>,
}

/// Who complements a capability.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PartnersView {
    /// The most promising first.
    items: Vec<PartnerView>,
    /// How many near scenarios were looked at.
    scenarios: usize,
    /// How many of them the capability leaves something open in.
    with_gaps: usize,
}

/// Who complements a capability: people who answer what it lacks in the scenarios that it nearly fits
#[utoipa::path(
    post, path = "/partners", tag = "matching", request_body = PartnersRequest,
    responses(
        (status = 200, body = PartnersView, headers(("opcmatch-model" = String, description = "Fingerprint of the model"))),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn partners(
    State(app): State<App>,
    caller: Caller,
    Body(PartnersRequest { text: said, id, top: asked, filter }): Body<PartnersRequest>,
) -> Result<Stamped<Json<PartnersView>>, Problem> {
    let top = top(asked, USUAL)?;
    let given = match (said, id) {
        (Some(said), None) => Ok(read_text(text(&said)?, &Options::new(Side::Capability, app.today()))),
        (None, Some(id)) => Err(id),
        _ => {
            return Err(Problem::invalid(
                "text",
                "text、id 须给且只给一个",
                "give exactly one of text and id",
            ));
        }
    };
    let asked = move |app: &App| {
        let now = app.market().now();
        let settings = app.settings(top, filter, Mix::Hybrid, &caller);
        let own: Listing = match given {
            Ok(listing) => listing,
            Err(id) => seen(now.ranker(), Side::Capability, &id, &settings.filter.sight)?.as_ref().clone(),
        };
        let found = now.partners(&own, top, &settings)?;
        let snapshot = now.ranker().snapshot();
        let items = found.partners.iter().map(|partner| view(snapshot, partner)).collect();
        let view = PartnersView { items, scenarios: found.scenarios, with_gaps: found.with_gaps };
        Ok((now, view))
    };
    let (now, view) = app.blocking(asked).await?;
    Ok(Stamped(now, Json(view)))
}

fn view(snapshot: &Snapshot, partner: &Partner) -> PartnerView {
    let shares: Vec<SharedView> =
        partner.shares.iter().filter_map(|shared| shared_view(snapshot, shared)).collect();
    let name = shares.first().map(|shared| shared.capability.party.clone()).unwrap_or_default();
    PartnerView { name, shares }
}

fn shared_view(snapshot: &Snapshot, shared: &Shared) -> Option<SharedView> {
    let listing = |side: Side, id: &ListingId| {
        let index = snapshot.side(side);
        index.row(id).map(|row| index.listing(row))
    };
    let need = listing(Side::Requirement, &shared.requirement)?;
    let offer = listing(Side::Capability, &shared.capability)?;
    let rounded = |degree: Degree| (degree.percent() * 10.0).round() / 10.0;
    let part = |part: &LackedPart| LackedPartView {
        requirement: QuoteView::plain(&part.requirement, need),
        partner: part.partner.as_ref().map(|quote| QuoteView::plain(quote, offer)),
        strength: part.strength,
    };
    Some(SharedView {
        requirement: Shown::from(need.as_ref()),
        capability: Shown::from(offer.as_ref()),
        alone: rounded(shared.alone),
        theirs: rounded(shared.theirs),
        together: rounded(shared.together),
        parts: shared.parts.iter().map(part).collect(),
    })
}
