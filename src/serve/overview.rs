//! The board: every listing of a side with the best that was found for it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, TryLockError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Date, Deadline, Listing, ListingId, Side, Sight, Status, mask_contacts};
use crate::engine::Generation;
use crate::rank::{Filter, Hit, Mix, Ranker, Ranking};
use crate::report::{Shown, Verdict};

use super::access::Caller;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::request::Params;
use super::runs::{Closed, How, Of, Room, Run, Step, stoppable};
use super::stamp::Stamped;

/// Candidates looked at for each listing: fits are counted up to here.
const LOOKED_AT: usize = 20;

/// Boards kept at once: two of the public, two of each district with drafts of its own.
const KEPT: usize = 64;

/// How often whoever waits for a board that another makes looks for it.
const LOOK: Duration = Duration::from_millis(10);

/// Boards of the newest snapshot as JSON, by side and by what is seen of it; made anew
/// when the lists or the day change.
#[derive(Debug, Default)]
pub(super) struct Boards {
    of: Option<(Arc<Ranker>, Date)>,
    made: BTreeMap<(Side, Sight), Bytes>,
}

/// Which board.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OverviewParams {
    /// Whose board; requirements when left out.
    #[serde(default = "requirement")]
    #[param(inline, required = false)]
    side: Side,
    /// A name for this run, by which it can be followed and stopped; 1 to 64 characters.
    run: Option<String>,
}

fn requirement() -> Side {
    Side::Requirement
}

/// Every listing of a side, in the order of ids.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Overview {
    /// Whose board it is.
    side: Side,
    /// Listings that nothing fits.
    nothing_fits: usize,
    /// One a listing.
    rows: Vec<OverviewRow>,
}

/// A listing and what was found for it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OverviewRow {
    /// The listing.
    listing: Shown,
    /// Whose list it belongs to, where lists are kept by district.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    /// Where it stands.
    status: Status,
    /// Until when it can be answered.
    deadline: Option<Deadline>,
    /// Whether it can be answered today.
    open: bool,
    /// Candidates that fit.
    fits: usize,
    /// Whether there may be more fits than were counted.
    fits_cut: bool,
    /// Whether none does.
    nothing_fits: bool,
    /// The best candidate, whether it fits or not.
    best: Option<Best>,
}

/// The head of a best candidate.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Best {
    /// Its id.
    id: ListingId,
    /// Its title, masked.
    title: String,
    /// Its party, masked.
    party: String,
    /// 0..=100, one decimal.
    degree: f64,
    /// What it is worth.
    verdict: Verdict,
}

/// Every listing of a side with the best that was found for it
///
/// By the fused score: a reranker reads single rankings only. A board that is not there yet is
/// made, which goes on for whoever asks next when the request is closed, and ends when its run is
/// stopped.
#[utoipa::path(
    get, path = "/overview", tag = "matching", params(OverviewParams),
    responses((status = 200, body = Overview, headers(("opcmatch-model" = String, description = "Fingerprint of the model"))), (status = 422, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn overview(
    State(app): State<App>,
    caller: Caller,
    Params(params): Params<OverviewParams>,
) -> Result<Response, Problem> {
    let how = How { closed: Closed::GoesOn, room: Room::Readers };
    let made = stoppable(&app, Of::caller(&caller), params.run, how, move |app, run| {
        board(app, params.side, &caller, run)
    });
    let (now, json) = made.await?;
    Ok(Stamped(now, ([(header::CONTENT_TYPE, "application/json")], json)).into_response())
}

/// The board of the newest snapshot. Whoever asks while it is being made waits
/// for it rather than making it again.
fn board(app: &App, side: Side, caller: &Caller, run: &Run) -> Result<(Arc<Generation>, Bytes), Problem> {
    let (now, today) = (app.market().now(), app.today());
    let mut boards = loop {
        match app.boards().try_lock() {
            Ok(boards) => break boards,
            Err(TryLockError::Poisoned(boards)) => break boards.into_inner(),
            Err(TryLockError::WouldBlock) if run.is_stopped() => return Err(Problem::Stopped),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK),
        }
    };
    let current = boards.of.as_ref().is_some_and(|(of, day)| Arc::ptr_eq(of, now.ranker()) && *day == today);
    if !current {
        *boards = Boards { of: Some((now.ranker().clone(), today)), ..Boards::default() };
    }
    let place = (side, sight_of(now.ranker(), side, caller.sight()));
    if let Some(json) = boards.made.get(&place) {
        return Ok((now, json.clone()));
    }
    let made = make(app, now.ranker(), side, caller, run)?;
    let json = Bytes::from(serde_json::to_vec(&made).map_err(|e| Problem::internal(&e))?);
    if boards.made.len() >= KEPT {
        boards.made.clear();
    }
    boards.made.insert(place, json.clone());
    Ok((now, json))
}

/// The same for all who see as much of a side: with no draft in it that is everybody,
/// and without one of their own a district sees what the public sees.
fn sight_of(ranker: &Ranker, side: Side, sight: Sight) -> Sight {
    let mut listings = ranker.snapshot().side(side).listings();
    let more = |listing: &Arc<Listing>| sight.sees(listing) && !Sight::Published.sees(listing);
    if listings.any(more) { sight } else { Sight::Published }
}

fn make(app: &App, ranker: &Ranker, side: Side, caller: &Caller, run: &Run) -> Result<Overview, Problem> {
    let settings = app.settings(LOOKED_AT, Filter::default(), Mix::Hybrid, caller);
    let own = ranker.snapshot().side(side);
    let done = AtomicUsize::new(0);
    let rankings = ranker.rank_all(side, &settings, &|| {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        run.step(Step::Ranking, done, Some(own.len())).is_continue()
    });
    // What was stopped is not whole.
    run.no_return()?;
    let rows: Vec<OverviewRow> = rankings
        .iter()
        .filter_map(|ranking| {
            let listing = own.listing(own.row(&ranking.id)?);
            settings.filter.sight.sees(listing).then_some(())?;
            Some(row(ranker, listing, ranking, settings.today))
        })
        .collect();
    Ok(Overview { side, nothing_fits: rows.iter().filter(|row| row.nothing_fits).count(), rows })
}

fn row(ranker: &Ranker, listing: &Listing, ranking: &Ranking, today: Date) -> OverviewRow {
    let best = [
        (ranking.fits.first(), Verdict::Fit),
        (ranking.refused.first(), Verdict::TermsNotMet),
        (ranking.below.first(), Verdict::BelowFloor),
    ]
    .into_iter()
    .find_map(|(hit, verdict)| hit.map(|hit| (hit, verdict)));
    OverviewRow {
        listing: Shown::from(listing),
        tenant: listing.tenant.clone(),
        status: listing.status,
        deadline: listing.dates.deadline,
        open: is_open(listing, today),
        fits: ranking.fits.len(),
        fits_cut: ranking.fits.len() >= LOOKED_AT,
        nothing_fits: ranking.fits.is_empty(),
        best: best.and_then(|(hit, verdict)| head(ranker, listing.side.other(), hit, verdict)),
    }
}

fn head(ranker: &Ranker, side: Side, hit: &Hit, verdict: Verdict) -> Option<Best> {
    let index = ranker.snapshot().side(side);
    let listing = index.listing(index.row(&hit.id)?);
    Some(Best {
        id: hit.id.clone(),
        title: mask_contacts(&listing.title),
        party: mask_contacts(&listing.party.name),
        degree: (hit.degree.percent() * 10.0).round() / 10.0,
        verdict,
    })
}

fn is_open(listing: &Listing, today: Date) -> bool {
    let alive = matches!(listing.status, Status::Published | Status::InProgress);
    let over = matches!(listing.dates.deadline, Some(Deadline::On(last)) if last < today);
    alive && !over
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_open_until_the_end_of_its_last_day() {
        let today = Date::constant(2026, 11, 21);
        let on = |d: i8| Some(Deadline::On(Date::constant(2026, 11, d)));
        for (deadline, status, open) in [
            (None, Status::Published, true),
            (on(21), Status::Published, true),
            (on(20), Status::Published, false),
            (Some(Deadline::Open), Status::InProgress, true),
            (on(30), Status::Closed, false),
            (on(30), Status::Draft, false),
        ] {
            let mut listing = Listing::new("N", Side::Requirement, "甲", "");
            listing.dates.deadline = deadline;
            listing.status = status;
            assert_eq!(is_open(&listing, today), open, "{deadline:?} {status}");
        }
    }
}
