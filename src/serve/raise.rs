//! What would raise a pair's degree: scored anew as if the capability said more.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::{Listing, ListingId, Side, Sight};
use crate::intake::{Options, read_text};
use crate::rank::{Ranker, check_terms};
use crate::report::{RaiseView, raise_view};

use super::access::Caller;
use super::app::App;
use super::matches::seen;
use super::problem::{Problem, ProblemBody};
use super::request::{Body, text};
use super::stamp::Stamped;

/// One side of a pair: exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OneSide {
    /// A listing of the list.
    id: Option<ListingId>,
    /// Running text, as somebody would paste it.
    text: Option<String>,
}

/// Which pair.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RaiseRequest {
    /// Who asks for something.
    requirement: OneSide,
    /// Who may be able to do it.
    capability: OneSide,
}

/// What would raise the degree of a pair: parts of the requirement that the capability does not tell of, each with the degree if it did, by scoring the pair anew; and the terms that are open
#[utoipa::path(
    post, path = "/raise", tag = "matching", request_body = RaiseRequest,
    responses(
        (status = 200, body = RaiseView, headers(("opcmatch-model" = String, description = "Fingerprint of the model"))),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn raise(
    State(app): State<App>,
    caller: Caller,
    Body(RaiseRequest { requirement, capability }): Body<RaiseRequest>,
) -> Result<Stamped<Json<RaiseView>>, Problem> {
    let asked = move |app: &App| {
        let (now, sight) = (app.market().now(), caller.sight());
        let requirement = one(app, now.ranker(), Side::Requirement, requirement, &sight)?;
        let capability = one(app, now.ranker(), Side::Capability, capability, &sight)?;
        let raise = now.raise(&requirement, &capability)?;
        let terms = check_terms(&requirement, &capability, app.today());
        let view = raise_view(&raise, &requirement, terms, now.ranker().weights().floor);
        Ok((now, view))
    };
    let (now, view) = app.blocking(asked).await?;
    Ok(Stamped(now, Json(view)))
}

fn one(app: &App, ranker: &Ranker, side: Side, given: OneSide, sight: &Sight) -> Result<Listing, Problem> {
    match given {
        OneSide { id: Some(id), text: None } => Ok(seen(ranker, side, &id, sight)?.as_ref().clone()),
        OneSide { id: None, text: Some(said) } => {
            Ok(read_text(text(&said)?, &Options::new(side, app.today())))
        }
        _ => {
            Err(Problem::invalid(side.as_str(), "id、text 须给且只给一个", "give exactly one of id and text"))
        }
    }
}
