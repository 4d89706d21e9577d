//! Contacts, which are given out when both sides have agreed.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Contact, Listing, ListingId, Side};
use crate::engine;
use crate::store::{Author, Consents, Contacts, ListingPair};

use super::access::Caller;
use super::actor::Actor;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::record::noted;
use super::request::{Body, PathParts};

/// Whether a side has agreed, and who said so.
#[derive(Debug, Serialize, ToSchema)]
struct Consent {
    /// On whose word.
    who: String,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<engine::Instant>,
    /// How they agreed; may be empty.
    note: String,
}

impl From<Author> for Consent {
    fn from(Author { who, at, note }: Author) -> Self {
        Consent { who, at, note }
    }
}

/// How far a pair has come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Exchange {
    /// Of whoever published the requirement; null: not yet.
    requirement: Option<Consent>,
    /// Of whoever offers the capability; null: not yet.
    capability: Option<Consent>,
    /// For which sides the caller may agree.
    speaks_for: Vec<Side>,
    /// How to reach the requirement's side; null until both have agreed.
    requirement_contacts: Option<Vec<Contact>>,
    /// How to reach the capability's side; null until both have agreed.
    capability_contacts: Option<Vec<Contact>>,
}

/// Which side agrees, or takes its word back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    /// Whose contacts the other side may have.
    side: Side,
    /// `false` takes it back.
    agrees: bool,
    /// How they agreed, where an organiser says it for them.
    #[serde(default)]
    note: String,
}

fn pair_of(PathParts([requirement, capability]): PathParts) -> ListingPair {
    ListingPair { requirement: ListingId(requirement), capability: ListingId(capability) }
}

/// The sides that the caller may speak for: one at least, or it is not their business.
fn speaks_for(app: &App, pair: &ListingPair, caller: &Caller) -> Result<Vec<Side>, Problem> {
    let listing = |side: Side| -> Result<Listing, Problem> {
        let found = app.market().get(side, pair.of(side))?;
        found.ok_or_else(|| Problem::NoListing { side, id: pair.of(side).0.clone() })
    };
    let mut own = Vec::new();
    let mut refused = None;
    for side in Side::ALL {
        match caller.may_change(&listing(*side)?) {
            Ok(()) => own.push(*side),
            Err(problem) => refused = Some(problem),
        }
    }
    if own.is_empty() { Err(refused.unwrap_or(Problem::Internal)) } else { Ok(own) }
}

/// Whether the two sides of a pair have agreed; when both have, how to reach them, which is recorded
#[utoipa::path(
    get, path = "/pairs/{requirement}/{capability}/contacts", tag = "record",
    params(("requirement" = String, Path, description = "Id, percent-encoded"), ("capability" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = Exchange), (status = 403, body = ProblemBody, content_type = "application/problem+json"), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn contacts(
    State(app): State<App>,
    caller: Caller,
    parts: PathParts,
) -> Result<Json<Exchange>, Problem> {
    let pair = pair_of(parts);
    let asked = move |app: &App| {
        let speaks_for = speaks_for(app, &pair, &caller)?;
        let consents = app.market().consents(&pair)?;
        exchange(app, &pair, consents, speaks_for)
    };
    Ok(Json(app.writing(asked).await?))
}

fn exchange(
    app: &App,
    pair: &ListingPair,
    consents: Consents,
    speaks_for: Vec<Side>,
) -> Result<Exchange, Problem> {
    let contacts = if consents.are_mutual() { app.market().contacts(pair)? } else { None };
    let (requirement_contacts, capability_contacts) =
        contacts.map(|Contacts { requirement, capability }| (requirement, capability)).unzip();
    let Consents { requirement, capability } = consents;
    Ok(Exchange {
        requirement: requirement.map(Consent::from),
        capability: capability.map(Consent::from),
        speaks_for,
        requirement_contacts,
        capability_contacts,
    })
}

/// Agree that the other side of a pair may have the contacts of one's own, or take it back
#[utoipa::path(
    put, path = "/pairs/{requirement}/{capability}/consent", tag = "record", request_body = Say,
    params(("requirement" = String, Path, description = "Id, percent-encoded"), ("capability" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = Exchange), (status = 403, body = ProblemBody, content_type = "application/problem+json"), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn consent(
    State(app): State<App>,
    actor: Actor,
    caller: Caller,
    parts: PathParts,
    Body(Say { side, agrees, note }): Body<Say>,
) -> Result<Json<Exchange>, Problem> {
    let pair = pair_of(parts);
    let author = actor.author(noted(&note)?);
    let said = move |app: &App| {
        let own = speaks_for(app, &pair, &caller)?;
        if !own.contains(&side) {
            return Err(Problem::NotYours { side, id: pair.of(side).0.clone() });
        }
        let consents = app.market().consent(&pair, side, agrees, &author)?;
        let gone = || Problem::NoListing { side, id: pair.of(side).0.clone() };
        exchange(app, &pair, consents.ok_or_else(gone)?, own)
    };
    Ok(Json(app.writing(said).await?))
}
