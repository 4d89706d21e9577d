//! What a district decides of pairs: accepted, or turned down with a reason. Kept for
//! good, seen by whoever may write the requirement.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Choice, ListingId, Rejection, Side, mask_contacts};
use crate::engine;
use crate::store::{Decided, Decision, ListingPair, NewDecision};

use super::access::Caller;
use super::actor::Actor;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::record::noted;
use super::request::{Body, Params, PathParts};

/// A decision as those see it whose it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DecisionView {
    /// Its place among all decisions; name it in `after` when deciding anew.
    number: u64,
    /// The requirement.
    requirement: ListingId,
    /// The capability.
    capability: ListingId,
    /// What was decided.
    choice: Choice,
    /// Why it was turned down.
    reason: Option<Rejection>,
    /// In their own words, contacts masked; may be empty.
    note: String,
    /// Id of the key; `local` for whoever has the machine.
    who: String,
    /// What that key was called then; may be empty.
    name: String,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<engine::Instant>,
}

impl From<Decision> for DecisionView {
    fn from(decision: Decision) -> Self {
        let Decision { number, requirement, capability, choice, reason, note, who, name, at } = decision;
        let (note, name) = (mask_contacts(&note), mask_contacts(&name));
        DecisionView { number, requirement, capability, choice, reason, note, who, name, at }
    }
}

/// Decisions, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Decisions {
    /// Those of requirements that the caller may write.
    items: Vec<DecisionView>,
}

impl From<Vec<Decision>> for Decisions {
    fn from(found: Vec<Decision>) -> Self {
        Decisions { items: found.into_iter().map(DecisionView::from).collect() }
    }
}

/// Whose decisions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Of {
    /// Of this requirement only.
    requirement: Option<ListingId>,
    /// Of this capability only.
    capability: Option<ListingId>,
}

/// What stands of pairs, for requirements that the caller may write
#[utoipa::path(
    get, path = "/decisions", tag = "record", params(Of),
    responses((status = 200, body = Decisions), (status = 403, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(app): State<App>,
    Params(Of { requirement, capability }): Params<Of>,
) -> Result<Json<Decisions>, Problem> {
    let asked = move |app: &App| Ok(app.market().decisions(requirement.as_ref(), capability.as_ref())?);
    Ok(Json(app.writing(asked).await?.into()))
}

fn pair_of(PathParts([requirement, capability]): PathParts) -> ListingPair {
    ListingPair { requirement: ListingId(requirement), capability: ListingId(capability) }
}

/// All that was ever decided of a pair, newest first; the first counts
#[utoipa::path(
    get, path = "/decisions/{requirement}/{capability}", tag = "record",
    params(("requirement" = String, Path, description = "Id, percent-encoded"), ("capability" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = Decisions), (status = 403, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn of_pair(State(app): State<App>, parts: PathParts) -> Result<Json<Decisions>, Problem> {
    let pair = pair_of(parts);
    let asked = move |app: &App| Ok(app.market().decisions_of(&pair)?);
    Ok(Json(app.writing(asked).await?.into()))
}

/// What is decided of a pair.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decide {
    /// `accepted` or `rejected`; to take a decision back, DELETE it.
    choice: Choice,
    /// Why; needed when it is turned down, and only then.
    #[serde(default)]
    reason: Option<Rejection>,
    /// In your own words.
    #[serde(default)]
    note: String,
    /// Number of the decision that you saw, 0 for none: when another stands by now nothing
    /// is written. Left out: whatever stands.
    #[serde(default)]
    after: Option<u64>,
}

/// Accept a pair, or turn it down with a reason
#[utoipa::path(
    put, path = "/decisions/{requirement}/{capability}", tag = "record", request_body = Decide,
    params(("requirement" = String, Path, description = "Id, percent-encoded"), ("capability" = String, Path, description = "Id, percent-encoded")),
    responses(
        (status = 200, body = DecisionView),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn decide(
    State(app): State<App>,
    actor: Actor,
    caller: Caller,
    parts: PathParts,
    Body(Decide { choice, reason, note, after }): Body<Decide>,
) -> Result<Json<DecisionView>, Problem> {
    if choice == Choice::Withdrawn {
        let (zh, en) = ("撤销请用 DELETE", "to take a decision back, DELETE it");
        return Err(Problem::invalid("choice", zh, en));
    }
    if (choice == Choice::Rejected) != reason.is_some() {
        let (zh, en) = ("不合适须说明原因，接受则不用", "needed when it is turned down, and only then");
        return Err(Problem::invalid("reason", zh, en));
    }
    let author = actor.author(noted(&note)?);
    let new = NewDecision { pair: pair_of(parts), choice, reason, name: caller.name().to_owned(), after };
    let done = app.writing(move |app| decided(app, &caller, &new, &author)).await?;
    done.map(Json).ok_or(Problem::Internal)
}

/// Which decision is taken back.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// Number of the decision that you saw: when another stands by now nothing is written.
    after: Option<u64>,
}

/// Take back what was decided of a pair; it stays on record
#[utoipa::path(
    delete, path = "/decisions/{requirement}/{capability}", tag = "record",
    params(("requirement" = String, Path, description = "Id, percent-encoded"), ("capability" = String, Path, description = "Id, percent-encoded"), After),
    responses(
        (status = 200, body = Option<DecisionView>, description = "The withdrawal; null when nothing was decided"),
        (status = 403, body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn withdraw(
    State(app): State<App>,
    actor: Actor,
    caller: Caller,
    parts: PathParts,
    Params(After { after }): Params<After>,
) -> Result<Json<Option<DecisionView>>, Problem> {
    let author = actor.author("");
    let (choice, name) = (Choice::Withdrawn, caller.name().to_owned());
    let new = NewDecision { pair: pair_of(parts), choice, reason: None, name, after };
    app.writing(move |app| decided(app, &caller, &new, &author)).await.map(Json)
}

fn decided(
    app: &App,
    caller: &Caller,
    new: &NewDecision,
    author: &crate::store::Author,
) -> Result<Option<DecisionView>, Problem> {
    let no_listing = |side: Side| Problem::NoListing { side, id: new.pair.of(side).0.clone() };
    // Drafts that the caller may not see are not there for them.
    for side in Side::ALL {
        let found = app.market().get(*side, new.pair.of(*side))?;
        let found = found.filter(|listing| caller.sight().sees(listing) || caller.reach().holds(listing));
        found.ok_or_else(|| no_listing(*side))?;
    }
    match app.market().decide(new, author)? {
        Decided::Done(decision) => Ok(Some(decision.into())),
        Decided::Nothing => Ok(None),
        Decided::Gone(side) => Err(no_listing(side)),
        Decided::Changed(now) => {
            let zh = now.as_ref().map_or("没有决定", |now| now.choice.label());
            let en = now.as_ref().map_or("undecided", |now| now.choice.as_str());
            Err(Problem::Decided { zh: zh.to_owned(), en: en.to_owned() })
        }
    }
}
