//! Rankings with their reasons: for a listing, for a pasted text, for one pair.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Answer, Listing, ListingId, PublicListing, Side};
use crate::intake::{Options, read_text};
use crate::rank::{Filter, Hit, Mix, Ranker, check_terms};
use crate::report::{MatchView, RankingView, Shown, Verdict, match_view, ranking_view};

use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::request::{Body, ListingPath, Params, PathParts, text, top};

/// Candidates unless asked otherwise.
const USUAL: usize = 10;

/// How many candidates.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MatchParams {
    /// At most this many, 1..=100; 10 when left out.
    top: Option<usize>,
    /// Which scores take part; both when left out.
    #[serde(default)]
    #[param(inline, required = false)]
    mix: Mix,
}

/// Candidates for a listing, with reasons
#[utoipa::path(
    get, path = "/listings/{side}/{id}/matches", tag = "matching",
    params(("side" = inline(Side), Path, description = "Which list"), ("id" = String, Path, description = "Id, percent-encoded"), MatchParams),
    responses(
        (status = 200, body = RankingView),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn of_listing(
    State(app): State<App>,
    at: ListingPath,
    Params(params): Params<MatchParams>,
) -> Result<Json<RankingView>, Problem> {
    let top = top(params.top, USUAL)?;
    Ok(Json(app.blocking(move |app| listed(app, at.side, &at.id, top, Filter::default(), params.mix)).await?))
}

fn listed(
    app: &App,
    side: Side,
    id: &ListingId,
    top: usize,
    filter: Filter,
    mix: Mix,
) -> Result<RankingView, Problem> {
    let ranker = app.market().ranker();
    let ranking = ranker
        .rank(side, id, &app.settings(top, filter, mix))
        .ok_or_else(|| Problem::NoListing { side, id: id.0.clone() })?;
    Ok(ranking_view(&ranker, side, &ranking, None, mix))
}

/// Whom to match: exactly one of `text`, `listing` and `id`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MatchRequest {
    /// The side that the text, listing or id stands on.
    side: Side,
    /// Running text, as somebody would paste it; facts are read out of it.
    text: Option<String>,
    /// A listing that is in no list.
    listing: Option<Box<Listing>>,
    /// A listing of the list.
    id: Option<ListingId>,
    /// At most this many candidates, 1..=100; 10 when left out.
    top: Option<usize>,
    /// What may be seen at all.
    #[serde(default)]
    filter: Filter,
    /// Which scores take part.
    #[serde(default)]
    mix: Mix,
}

/// A ranking, and what was understood of whom it is for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MatchAnswer {
    /// The text as a listing: what was read out of it stands in `read_from_prose`.
    read: PublicListing,
    /// The candidates.
    ranking: RankingView,
}

/// Candidates for a pasted text, or for any listing, with reasons
#[utoipa::path(
    post, path = "/matches", tag = "matching", request_body = MatchRequest,
    responses(
        (status = 200, body = MatchAnswer),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn of_text(
    State(app): State<App>,
    Body(request): Body<MatchRequest>,
) -> Result<Json<MatchAnswer>, Problem> {
    let MatchRequest { side, text: said, listing, id, top: asked, filter, mix } = request;
    let top = top(asked, USUAL)?;
    let outside = match (said, listing, id) {
        (Some(said), None, None) => Ok(read_text(text(&said)?, &Options::new(side, app.today()))),
        (None, Some(listing), None) if listing.side == side => Ok(*listing),
        (None, Some(_), None) => {
            return Err(Problem::invalid("listing.side", "与 side 不同", "differs from side"));
        }
        (None, None, Some(id)) => Err(id),
        _ => {
            return Err(Problem::invalid(
                "text",
                "text、listing、id 须给且只给一个",
                "give exactly one of text, listing and id",
            ));
        }
    };
    let answer = app
        .blocking(move |app| match outside {
            Err(id) => {
                let ranking = listed(app, side, &id, top, filter, mix)?;
                let own = app
                    .market()
                    .get(side, &id)?
                    .ok_or_else(|| Problem::NoListing { side, id: id.0.clone() })?;
                Ok(MatchAnswer { read: PublicListing::from(&own), ranking })
            }
            Ok(listing) => {
                let read = PublicListing::from(&listing);
                let ranker = app.market().ranker();
                let probe = app.market().probe(listing, &ranker)?;
                let ranking = ranker.rank_probe(side, &probe, &app.settings(top, filter, mix));
                Ok(MatchAnswer { read, ranking: ranking_view(&ranker, side, &ranking, Some(&probe), mix) })
            }
        })
        .await?;
    Ok(Json(answer))
}

/// One pair, explained.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PairView {
    /// The requirement; `match.listing` is the capability.
    requirement: Shown,
    /// The explanation.
    r#match: MatchView,
}

/// Why a requirement and a capability fit, or do not
#[utoipa::path(
    get, path = "/pairs/{requirement}/{capability}", tag = "matching",
    params(("requirement" = String, Path, description = "Id, percent-encoded"), ("capability" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = PairView), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn pair(State(app): State<App>, ids: PathParts) -> Result<Json<PairView>, Problem> {
    let PathParts([requirement, capability]) = ids;
    Ok(Json(app.blocking(move |app| explained(app, &ListingId(requirement), &ListingId(capability))).await?))
}

fn explained(app: &App, requirement: &ListingId, capability: &ListingId) -> Result<PairView, Problem> {
    let ranker = app.market().ranker();
    let (asked, _, why) = pair_explained(app, &ranker, requirement, capability)?;
    Ok(PairView { requirement: Shown::from(asked.as_ref()), r#match: why })
}

/// Both listings of a pair, and why they fit or do not.
pub(super) fn pair_explained(
    app: &App,
    ranker: &Ranker,
    requirement: &ListingId,
    capability: &ListingId,
) -> Result<(Arc<Listing>, Arc<Listing>, MatchView), Problem> {
    let listing = |side: Side, id: &ListingId| {
        let index = ranker.snapshot().side(side);
        index
            .row(id)
            .map(|row| index.listing(row).clone())
            .ok_or_else(|| Problem::NoListing { side, id: id.0.clone() })
    };
    let asked = listing(Side::Requirement, requirement)?;
    let offered = listing(Side::Capability, capability)?;
    let gone = || Problem::NoListing { side: Side::Requirement, id: requirement.0.clone() };
    let explanation = ranker.explain(requirement, capability, Mix::Hybrid).ok_or_else(gone)?;
    let degree = ranker.weights().calibration.degree(explanation.score.total);
    let terms = check_terms(&asked, &offered, app.today());
    let verdict = if degree.percent() < ranker.weights().floor {
        Verdict::BelowFloor
    } else if terms.iter().any(|check| check.answer == Answer::NotMet) {
        Verdict::TermsNotMet
    } else {
        Verdict::Fit
    };
    let hit = Hit { id: capability.clone(), degree, score: explanation.score, terms };
    let why = match_view(ranker, Side::Requirement, requirement, &hit, verdict, None, Mix::Hybrid)
        .ok_or_else(gone)?;
    Ok((asked, offered, why))
}
