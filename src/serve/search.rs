//! The search box: what a short text finds in a list.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Listing, PublicListing, Side};
use crate::rank::{Filter, Mix, Settings};

use super::access::Caller;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::request::{Body, text, top};
use super::stamp::Stamped;

/// Hits unless asked otherwise.
const USUAL: usize = 20;

/// What to look for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchRequest {
    /// In which list.
    side: Side,
    /// The words; a sentence will do.
    text: String,
    /// At most this many hits, 1..=100; 20 when left out.
    top: Option<usize>,
    /// What may be seen at all.
    #[serde(default)]
    filter: Filter,
}

/// Listings, best first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchHits {
    /// The list searched.
    side: Side,
    /// What was found.
    hits: Vec<SearchHit>,
}

/// A listing that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchHit {
    /// The listing.
    listing: PublicListing,
    /// 0..=100, one decimal; of the words to the listing, so not to be compared
    /// with the degree of a pair of listings.
    degree: f64,
}

/// Listings that a short text is about
#[utoipa::path(
    post, path = "/search", tag = "matching", request_body = SearchRequest,
    responses((status = 200, body = SearchHits, headers(("opcmatch-model" = String, description = "Fingerprint of the model"))), (status = 422, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn search(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<SearchRequest>,
) -> Result<Stamped<Json<SearchHits>>, Problem> {
    let top = top(request.top, USUAL)?;
    let words = text(&request.text)?.to_owned();
    let (side, filter) = (request.side, request.filter);
    let (now, hits) = app
        .blocking(move |app| {
            let now = app.market().now();
            let probe = now.probe_words(Listing::new("search", side, words, ""))?;
            let settings = Settings { terms: false, ..app.settings(top, filter, Mix::Hybrid, &caller) };
            let index = now.ranker().snapshot().side(side);
            let hits = now.search(side, &probe, &settings)?;
            let hits = hits
                .iter()
                .filter_map(|hit| {
                    let listing = index.listing(index.row(&hit.id)?);
                    let degree = (hit.degree.percent() * 10.0).round() / 10.0;
                    Some(SearchHit { listing: PublicListing::from(listing.as_ref()), degree })
                })
                .collect();
            Ok((now, hits))
        })
        .await?;
    Ok(Stamped(now, Json(SearchHits { side, hits })))
}
