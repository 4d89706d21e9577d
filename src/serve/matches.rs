//! Rankings with their reasons: for a listing, for a pasted text, for one pair.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Answer, Listing, ListingId, PublicListing, Score, Side, Sight};
use crate::engine::Generation;
use crate::intake::{Options, read_text};
use crate::rank::{Filter, Hit, Mix, Ranker, Settings, check_terms};
use crate::report::{MatchView, RankingView, Shown, Verdict, match_view, ranking_view};

use super::access::Caller;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::request::{Body, ListingPath, Params, PathParts, text, top};
use super::stamp::Stamped;

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
        (status = 200, body = RankingView, headers(("opcmatch-model" = String, description = "Fingerprint of the model"))),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn of_listing(
    State(app): State<App>,
    caller: Caller,
    at: ListingPath,
    Params(params): Params<MatchParams>,
) -> Result<Stamped<Json<RankingView>>, Problem> {
    let top = top(params.top, USUAL)?;
    let asked = move |app: &App| {
        let settings = app.settings(top, Filter::default(), params.mix, &caller);
        listed(app, at.side, &at.id, &settings)
    };
    let (now, view) = app.blocking(asked).await?;
    Ok(Stamped(now, Json(view)))
}

fn listed(
    app: &App,
    side: Side,
    id: &ListingId,
    settings: &Settings,
) -> Result<(Arc<Generation>, RankingView), Problem> {
    let now = app.market().now();
    seen(now.ranker(), side, id, &settings.filter.sight)?;
    let ranking =
        now.rank(side, id, settings)?.ok_or_else(|| Problem::NoListing { side, id: id.0.clone() })?;
    let view = ranking_view(now.ranker(), side, &ranking, None, settings.mix);
    Ok((now, view))
}

/// The listing, if it is there and may be seen.
pub(super) fn seen(
    ranker: &Ranker,
    side: Side,
    id: &ListingId,
    sight: &Sight,
) -> Result<Arc<Listing>, Problem> {
    let list = ranker.snapshot().side(side);
    let listing = list.row(id).map(|row| list.listing(row)).filter(|listing| sight.sees(listing));
    listing.cloned().ok_or_else(|| Problem::NoListing { side, id: id.0.clone() })
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
        (status = 200, body = MatchAnswer, headers(("opcmatch-model" = String, description = "Fingerprint of the model"))),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn of_text(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<MatchRequest>,
) -> Result<Stamped<Json<MatchAnswer>>, Problem> {
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
    let (now, answer) = app
        .blocking(move |app| match outside {
            Err(id) => {
                let settings = app.settings(top, filter, mix, &caller);
                let (now, ranking) = listed(app, side, &id, &settings)?;
                let own = seen(now.ranker(), side, &id, &settings.filter.sight)?;
                Ok((now, MatchAnswer { read: PublicListing::from(own.as_ref()), ranking }))
            }
            Ok(listing) => {
                let read = PublicListing::from(&listing);
                let now = app.market().now();
                let probe = now.probe(listing)?;
                let ranking = now.rank_probe(side, &probe, &app.settings(top, filter, mix, &caller))?;
                let ranking = ranking_view(now.ranker(), side, &ranking, Some(&probe), mix);
                Ok((now, MatchAnswer { read, ranking }))
            }
        })
        .await?;
    Ok(Stamped(now, Json(answer)))
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
    responses((status = 200, body = PairView, headers(("opcmatch-model" = String, description = "Fingerprint of the model"))), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn pair(
    State(app): State<App>,
    caller: Caller,
    ids: PathParts,
) -> Result<Stamped<Json<PairView>>, Problem> {
    let PathParts([requirement, capability]) = ids;
    let (requirement, capability) = (ListingId(requirement), ListingId(capability));
    let asked = move |app: &App| explained(app, &requirement, &capability, &caller.sight());
    let (now, view) = app.blocking(asked).await?;
    Ok(Stamped(now, Json(view)))
}

fn explained(
    app: &App,
    requirement: &ListingId,
    capability: &ListingId,
    sight: &Sight,
) -> Result<(Arc<Generation>, PairView), Problem> {
    let now = app.market().now();
    seen(now.ranker(), Side::Requirement, requirement, sight)?;
    seen(now.ranker(), Side::Capability, capability, sight)?;
    let score = now.score(requirement, capability)?;
    let (asked, _, why) = pair_explained(app, now.ranker(), requirement, capability, score)?;
    let view = PairView { requirement: Shown::from(asked.as_ref()), r#match: why };
    Ok((now, view))
}

/// Both listings of a pair, and why they fit or do not; `score` is the pair's, where
/// more than the ranking itself has had a look at it.
pub(super) fn pair_explained(
    app: &App,
    ranker: &Ranker,
    requirement: &ListingId,
    capability: &ListingId,
    score: Option<Score>,
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
    let own = || ranker.explain(requirement, capability, Mix::Hybrid).map(|why| why.score);
    let score = score.or_else(own).ok_or_else(gone)?;
    let degree = ranker.weights().calibration.degree(score.total);
    let terms = check_terms(&asked, &offered, app.today());
    let verdict = if degree.percent() < ranker.weights().floor {
        Verdict::BelowFloor
    } else if terms.iter().any(|check| check.answer == Answer::NotMet) {
        Verdict::TermsNotMet
    } else {
        Verdict::Fit
    };
    let hit = Hit { id: capability.clone(), degree, score, terms };
    let why = match_view(ranker, Side::Requirement, requirement, &hit, verdict, None, Mix::Hybrid)
        .ok_or_else(gone)?;
    Ok((asked, offered, why))
}
