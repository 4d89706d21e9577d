//! The two lists: read, create, replace, delete.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Amount, Category, Date, Listing, ListingId, PublicListing, Side, Sight, Status};
use crate::notify::percent_encoded;
use crate::rank::{Budget, Filter};
use crate::text;

use super::access::Caller;
use super::actor::Actor;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::request::{Body, ListingPath, Params};
use super::wait::{LISTING_WAIT, WriteParams};

/// Listings a page holds unless asked otherwise, and at most.
const PAGE: usize = 50;
const MOST_A_PAGE: usize = 500;

/// Which listings to show. What is not stated passes every condition but `q` and `region`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListParams {
    /// Which list.
    #[param(inline)]
    side: Side,
    /// Words that all occur in title, text, party or id.
    q: Option<String>,
    /// Part of the place's name.
    region: Option<String>,
    /// Part of an industry's name.
    industry: Option<String>,
    /// The district's name, as its key has it.
    tenant: Option<String>,
    /// What sort of listing.
    #[param(inline)]
    category: Option<Category>,
    /// Where it stands; any when left out.
    #[param(inline)]
    status: Option<Status>,
    /// Least amount in yuan.
    #[param(value_type = Option<f64>)]
    budget_least: Option<Amount>,
    /// Greatest amount in yuan.
    #[param(value_type = Option<f64>)]
    budget_most: Option<Amount>,
    /// Still open on this day.
    open_on: Option<Date>,
    /// How many to pass over.
    #[serde(default)]
    #[param(required = false)]
    offset: usize,
    /// At most this many, 1..=500; 50 when left out.
    limit: Option<usize>,
}

/// A page of listings, in the order of ids.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListingPage {
    /// How many there are on all pages.
    total: usize,
    /// How many were passed over.
    offset: usize,
    /// The page.
    items: Vec<PublicListing>,
}

/// Listings of one side, a page at a time
#[utoipa::path(
    get, path = "/listings", tag = "listings", params(ListParams),
    responses((status = 200, body = ListingPage), (status = 422, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(params): Params<ListParams>,
) -> Result<Json<ListingPage>, Problem> {
    let limit = params.limit.unwrap_or(PAGE);
    if !(1..=MOST_A_PAGE).contains(&limit) {
        let (zh, en) = (format!("须在 1 到 {MOST_A_PAGE} 之间"), format!("must lie in 1..={MOST_A_PAGE}"));
        return Err(Problem::invalid("limit", zh, en));
    }
    Ok(Json(app.blocking(move |app| Ok(page(app, &params, limit, caller.sight()))).await?))
}

fn page(app: &App, params: &ListParams, limit: usize, sight: Sight) -> ListingPage {
    let filter = Filter {
        industries: params.industry.iter().cloned().collect(),
        categories: params.category.into_iter().collect(),
        statuses: params.status.map_or_else(|| Status::ALL.to_vec(), |status| vec![status]),
        budget: Budget { least: params.budget_least, most: params.budget_most },
        open_on: params.open_on,
        sight,
        ..Filter::default()
    };
    let words: Vec<String> = params
        .q
        .iter()
        .flat_map(|q| q.split_whitespace())
        .map(|word| text::simplify(word).to_lowercase())
        .collect();
    let region = params.region.as_deref().map(text::simplify);
    let ranker = app.market().ranker();
    let found: Vec<&Listing> = ranker
        .snapshot()
        .side(params.side)
        .listings()
        .map(AsRef::as_ref)
        .filter(|listing| filter.passes(listing))
        .filter(|listing| {
            region.as_ref().is_none_or(|part| listing.region.to_string().contains(part.as_str()))
        })
        .filter(|listing| params.tenant.is_none() || listing.tenant == params.tenant)
        .filter(|listing| words.is_empty() || holds_all(listing, &words))
        .collect();
    ListingPage {
        total: found.len(),
        offset: params.offset,
        items: found.into_iter().skip(params.offset).take(limit).map(PublicListing::from).collect(),
    }
}

fn holds_all(listing: &Listing, words: &[String]) -> bool {
    // What is masked for readers cannot be searched for either.
    let public = PublicListing::from(listing);
    let all = [public.id.0, public.title, public.text, public.party.name].join("\n");
    let all = text::simplify(&all).to_lowercase();
    words.iter().all(|word| all.contains(word.as_str()))
}

/// One listing, contacts left out
#[utoipa::path(
    get, path = "/listings/{side}/{id}", tag = "listings",
    params(("side" = inline(Side), Path, description = "Which list"), ("id" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = PublicListing), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn get(
    State(app): State<App>,
    caller: Caller,
    at: ListingPath,
) -> Result<Json<PublicListing>, Problem> {
    let found = app.blocking(move |app| found(app, &at, &caller)).await?;
    Ok(Json(PublicListing::from(&found)))
}

/// The listing, if there is one that the caller sees.
fn found(app: &App, at: &ListingPath, caller: &Caller) -> Result<Listing, Problem> {
    app.market()
        .get(at.side, &at.id)?
        .filter(|listing| caller.sight().sees(listing))
        .ok_or_else(|| Problem::NoListing { side: at.side, id: at.id.0.clone() })
}

/// Add a listing
#[utoipa::path(
    post, path = "/listings", tag = "listings", params(WriteParams), request_body = Listing,
    responses(
        (status = 201, body = PublicListing, headers(
            ("location" = String, description = "Where the listing is"),
            ("opcmatch-change" = u64, description = "Number of the change"),
            ("opcmatch-indexed" = u64, description = "Newest change that is found"),
        )),
        (status = 202, body = PublicListing, description = "Kept for good, but not found yet: the wait ran out"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    State(app): State<App>,
    actor: Actor,
    Params(WriteParams { wait }): Params<WriteParams>,
    caller: Caller,
    Body(mut listing): Body<Listing>,
) -> Result<Response, Problem> {
    checked(&listing)?;
    let author = actor.author("");
    caller.writes(&listing)?;
    caller.sign(&mut listing, None);
    caller.may_show(&listing, None)?;
    let public = PublicListing::from(&listing);
    let change = app
        .writing(move |app| app.market().create(&[listing], &author)?.map_err(|ids| Problem::Taken { ids }))
        .await?;
    let written = app.written(change, wait, LISTING_WAIT).await;
    let place = format!("/api/v1/listings/{}/{}", public.side, percent_encoded(&public.id.0));
    let mut response = written.answer(StatusCode::CREATED, Json(public));
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// Add a listing, or replace the one of that id
#[utoipa::path(
    put, path = "/listings/{side}/{id}", tag = "listings", request_body = Listing,
    params(("side" = inline(Side), Path, description = "Which list"), ("id" = String, Path, description = "Id, percent-encoded"), WriteParams),
    responses((status = 200, body = PublicListing, headers(("opcmatch-change" = u64, description = "Number of the change"), ("opcmatch-indexed" = u64, description = "Newest change that is found"))), (status = 202, body = PublicListing, description = "Kept for good, but not found yet: the wait ran out"), (status = 422, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn replace(
    State(app): State<App>,
    actor: Actor,
    at: ListingPath,
    Params(WriteParams { wait }): Params<WriteParams>,
    caller: Caller,
    Body(mut listing): Body<Listing>,
) -> Result<Response, Problem> {
    checked(&listing)?;
    caller.writes(&listing)?;
    for (field, same) in [("id", listing.id == at.id), ("side", listing.side == at.side)] {
        if !same {
            return Err(Problem::invalid(field, "与地址中的不同", "differs from the one in the address"));
        }
    }
    let author = actor.author("");
    let (change, public) = app
        .writing(move |app| {
            let before = app.market().get(at.side, &at.id)?;
            caller.sign(&mut listing, before.as_ref());
            caller.may_show(&listing, before.as_ref())?;
            let public = PublicListing::from(&listing);
            Ok((app.market().put(&[listing], &author)?, public))
        })
        .await?;
    let written = app.written(change, wait, LISTING_WAIT).await;
    Ok(written.answer(StatusCode::OK, Json(public)))
}

/// Delete a listing
#[utoipa::path(
    delete, path = "/listings/{side}/{id}", tag = "listings",
    params(("side" = inline(Side), Path, description = "Which list"), ("id" = String, Path, description = "Id, percent-encoded"), WriteParams),
    responses((status = 204, headers(("opcmatch-change" = u64, description = "Number of the change"), ("opcmatch-indexed" = u64, description = "Newest change that is found"))), (status = 202, description = "Gone for good, but still found: the wait ran out"), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn delete(
    State(app): State<App>,
    caller: Caller,
    actor: Actor,
    at: ListingPath,
    Params(WriteParams { wait }): Params<WriteParams>,
) -> Result<Response, Problem> {
    let author = actor.author("");
    let change = app
        .writing(move |app| {
            found(app, &at, &caller)?;
            let gone = app.market().remove(at.side, &at.id, &author)?;
            gone.ok_or(Problem::NoListing { side: at.side, id: at.id.0 })
        })
        .await?;
    Ok(app.written(change, wait, LISTING_WAIT).await.answer(StatusCode::NO_CONTENT, ()))
}

/// What a listing must have to be found and addressed.
pub(super) fn checked(listing: &Listing) -> Result<(), Problem> {
    let ListingId(id) = &listing.id;
    if id.trim().is_empty() || id.chars().count() > 200 || id.chars().any(char::is_control) {
        return Err(Problem::invalid(
            "id",
            "须为 1 到 200 个字，不含控制字符",
            "must have 1..=200 characters and no control character",
        ));
    }
    if listing.title.trim().is_empty() && listing.text.trim().is_empty() {
        return Err(Problem::invalid(
            "title",
            "名称和描述不能都为空",
            "the title and the text cannot both be empty",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_an_address() {
        for (id, encoded) in [("N-1", "N-1"), ("清单/1", "%E6%B8%85%E5%8D%95%2F1"), ("a b?", "a%20b%3F")] {
            assert_eq!(percent_encoded(id), encoded);
        }
    }
}
