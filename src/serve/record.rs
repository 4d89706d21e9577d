//! A listing's own life: its steps, what to mend, its history, and copies of it.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Date, Listing, ListingId, PublicListing, Side, mask_contacts};
use crate::engine;
use crate::record::{
    self, Advice, Completeness, FieldChange, Group, MergeRefused, Merged, Standing, Transition, advice,
    completeness, diff, possible, standing,
};
use crate::store::{ChangeKind, ChangeNumber, Version};

use super::access::Caller;
use super::actor::Actor;
use super::app::App;
use super::listings::checked;
use super::problem::{Problem, ProblemBody};
use super::request::{Body, ListingPath, Params};
use super::wait::{LISTING_WAIT, WriteParams};

/// Characters of a note.
const NOTE: usize = 500;

/// Listings that one scenario may take the place of.
const MEMBERS: usize = 50;

/// Where a listing stands, and what to mend.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Review {
    /// Where it stands today.
    standing: Standing,
    /// The steps that can be taken from there.
    steps: Vec<Transition>,
    /// How much it states of what readers look for.
    completeness: Completeness,
    /// What to look at before it is published, what matters most first.
    advice: Vec<Advice>,
}

impl Review {
    fn of(listing: &Listing, today: Date) -> Review {
        let standing = standing(listing, today);
        Review {
            standing,
            steps: possible(standing),
            completeness: completeness(listing),
            advice: advice(listing, today),
        }
    }
}

/// Where a listing stands, what it lacks and what to mend
#[utoipa::path(
    get, path = "/listings/{side}/{id}/review", tag = "record",
    params(("side" = inline(Side), Path, description = "Which list"), ("id" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = Review), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn review(
    State(app): State<App>,
    caller: Caller,
    at: ListingPath,
) -> Result<Json<Review>, Problem> {
    let today = app.today();
    let asked = move |app: &App| {
        let found = app.market().get(at.side, &at.id)?;
        known(found.filter(|listing| caller.sight().sees(listing)), at)
    };
    let found = app.blocking(asked).await?;
    Ok(Json(Review::of(&found, today)))
}

fn known(found: Option<Listing>, at: ListingPath) -> Result<Listing, Problem> {
    found.ok_or(Problem::NoListing { side: at.side, id: at.id.0 })
}

/// The same of a listing that is being written, and is not kept
#[utoipa::path(
    post, path = "/listings/review", tag = "record", request_body = Listing,
    responses((status = 200, body = Review), (status = 422, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn review_of(State(app): State<App>, Body(listing): Body<Listing>) -> Json<Review> {
    Json(Review::of(&listing, app.today()))
}

/// A step to take.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    /// Which.
    step: Transition,
    /// The new last day to answer: needed to renew, and to publish or reopen what is past its own.
    #[serde(default)]
    until: Option<Date>,
    /// Why, for the history.
    #[serde(default)]
    note: String,
}

/// A listing after a step.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Stepped {
    /// As it is now.
    listing: PublicListing,
    /// Where it stands, and what to mend.
    review: Review,
}

/// Take a step: submit, publish, return, withdraw, begin, close, reopen, renew
#[utoipa::path(
    post, path = "/listings/{side}/{id}/steps", tag = "record", request_body = Step,
    params(("side" = inline(Side), Path, description = "Which list"), ("id" = String, Path, description = "Id, percent-encoded"), WriteParams),
    responses(
        (status = 200, body = Stepped, headers(("opcmatch-change" = u64, description = "Number of the change"), ("opcmatch-indexed" = u64, description = "Newest change that is found"))),
        (status = 202, body = Stepped, description = "Kept for good, but not found yet: the wait ran out"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn step(
    State(app): State<App>,
    actor: Actor,
    caller: Caller,
    at: ListingPath,
    Params(WriteParams { wait }): Params<WriteParams>,
    Body(Step { step, until, note }): Body<Step>,
) -> Result<Response, Problem> {
    let today = app.today();
    let author = actor.author(noted(&note)?);
    let (side, id) = (at.side, at.id);
    let (stepped, change) = app
        .writing(move |app| {
            let mut now = None;
            let keys = [(side, id.clone())];
            let done = app.market().rewrite(&keys, &author, |found| {
                let at = ListingPath { side, id: id.clone() };
                let mut listing = known(found.into_iter().next().flatten(), at)?;
                caller.may_change(&listing)?;
                let before = listing.clone();
                record::take(&mut listing, step, until, today).map_err(Problem::Step)?;
                caller.may_show(&listing, Some(&before))?;
                now = Some(listing.clone());
                Ok::<_, Problem>(vec![listing])
            })?;
            let change = done?;
            let listing = now.ok_or(Problem::Internal)?;
            let review = Review::of(&listing, today);
            Ok((Stepped { listing: PublicListing::from(&listing), review }, change))
        })
        .await?;
    Ok(app.written(change, wait, LISTING_WAIT).await.answer(StatusCode::OK, Json(stepped)))
}

/// What a change did to a listing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Did {
    /// It was not there before.
    Added,
    /// Some of it was replaced.
    Changed,
    /// It was taken out.
    Removed,
}

/// One change of a listing.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Change {
    /// Its number; 0 for what was there before changes were recorded.
    change: ChangeNumber,
    /// When; null where it was not noted.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<engine::Instant>,
    /// By whom: the id of a key; `local` for whoever has the machine, empty for the program itself.
    who: String,
    /// Whose key that is, in words; empty where there is none of that id.
    name: String,
    /// Why; may be empty.
    note: String,
    /// What was done.
    did: Did,
    /// The fields that differ, contacts masked.
    fields: Vec<FieldChange>,
}

/// All that a listing has been.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct History {
    /// Newest first.
    changes: Vec<Change>,
}

/// Who changed what in a listing, newest first
#[utoipa::path(
    get, path = "/listings/{side}/{id}/history", tag = "record",
    params(("side" = inline(Side), Path, description = "Which list"), ("id" = String, Path, description = "Id, percent-encoded")),
    responses((status = 200, body = History), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn history(
    State(app): State<App>,
    caller: Caller,
    at: ListingPath,
) -> Result<Json<History>, Problem> {
    let changes = app
        .blocking(move |app| {
            let versions = versions(app, &at, &caller)?;
            let keys = app.market().keys()?.into_iter();
            let names = keys.map(|key| (key.id.0, mask_contacts(&key.name))).collect();
            Ok(changes(&versions, &names))
        })
        .await?;
    Ok(Json(History { changes }))
}

/// All that a listing has been, for whoever may write it as it was last: drafts are
/// among it.
fn versions(app: &App, at: &ListingPath, caller: &Caller) -> Result<Vec<Version>, Problem> {
    let versions = app.market().history(at.side, &at.id)?;
    let last = versions.iter().find_map(|version| version.listing.as_ref());
    let last = last.ok_or_else(|| Problem::NoListing { side: at.side, id: at.id.0.clone() })?;
    caller.may_change(last)?;
    Ok(versions)
}

/// `names` are whose the keys are, by the keys' ids.
fn changes(versions: &[Version], names: &BTreeMap<String, String>) -> Vec<Change> {
    let before = versions.iter().skip(1).map(Some).chain([None]);
    let change = |(version, before): (&Version, Option<&Version>)| {
        let was = before.and_then(|version| version.listing.as_ref());
        Change {
            change: version.number,
            at: version.author.at,
            who: version.author.who.clone(),
            name: names.get(&version.author.who).cloned().unwrap_or_default(),
            note: mask_contacts(&version.author.note),
            did: match (version.kind, was) {
                (ChangeKind::Remove, _) => Did::Removed,
                (ChangeKind::Put, None) => Did::Added,
                (ChangeKind::Put, Some(_)) => Did::Changed,
            },
            fields: if was.is_some() { diff(was, version.listing.as_ref()) } else { Vec::new() },
        }
    };
    versions.iter().zip(before).map(change).collect()
}

/// A former state to go back to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Restore {
    /// Number of the change that left it, as the history gives it.
    change: ChangeNumber,
    /// Why, for the history.
    #[serde(default)]
    note: String,
}

/// Go back to what a listing was, contacts included; also when it was deleted
#[utoipa::path(
    post, path = "/listings/{side}/{id}/restore", tag = "record", request_body = Restore,
    params(("side" = inline(Side), Path, description = "Which list"), ("id" = String, Path, description = "Id, percent-encoded"), WriteParams),
    responses(
        (status = 200, body = PublicListing, headers(("opcmatch-change" = u64, description = "Number of the change"), ("opcmatch-indexed" = u64, description = "Newest change that is found"))),
        (status = 202, body = PublicListing, description = "Kept for good, but not found yet: the wait ran out"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn restore(
    State(app): State<App>,
    actor: Actor,
    caller: Caller,
    at: ListingPath,
    Params(WriteParams { wait }): Params<WriteParams>,
    Body(Restore { change, note }): Body<Restore>,
) -> Result<Response, Problem> {
    let author = actor.author(noted(&note)?);
    let (public, change) = app
        .writing(move |app| {
            let versions = versions(app, &at, &caller)?;
            let now = app.market().get(at.side, &at.id)?;
            let wanted = versions.into_iter().find(|version| version.number == change);
            let listing = wanted.and_then(|version| version.listing).ok_or_else(|| Problem::NoVersion {
                side: at.side,
                id: at.id.0.clone(),
                change,
            })?;
            caller.may_show(&listing, now.as_ref())?;
            let public = PublicListing::from(&listing);
            Ok((public, app.market().put(&[listing], &author)?))
        })
        .await?;
    Ok(app.written(change, wait, LISTING_WAIT).await.answer(StatusCode::OK, Json(public)))
}

/// Requirements that say almost the same.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Duplicates {
    /// In the order of their first member.
    groups: Vec<Group>,
    /// Whether there were too many to tell all.
    cut: bool,
}

/// Open requirements that say almost the same
#[utoipa::path(get, path = "/duplicates", tag = "record", responses((status = 200, body = Duplicates)))]
pub(super) async fn duplicates(State(app): State<App>, caller: Caller) -> Result<Json<Duplicates>, Problem> {
    let sight = caller.sight();
    let (groups, cut) = app.blocking(move |app| Ok(app.market().near_duplicates(&sight))).await?;
    Ok(Json(Duplicates { groups, cut }))
}

/// Requirements that somebody holds for one, and wants to be one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Merge {
    /// Id of the scenario to make.
    id: ListingId,
    /// Its title.
    title: String,
    /// The requirements that it takes the place of, 2..=50.
    members: Vec<ListingId>,
    /// Why, for the history.
    #[serde(default)]
    note: String,
}

/// Make one scenario of several requirements, which are closed
#[utoipa::path(
    post, path = "/duplicates/merge", tag = "record", params(WriteParams), request_body = Merge,
    responses(
        (status = 201, body = PublicListing, headers(("opcmatch-change" = u64, description = "Number of the change"), ("opcmatch-indexed" = u64, description = "Newest change that is found"))),
        (status = 202, body = PublicListing, description = "Kept for good, but not found yet: the wait ran out"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn merge(
    State(app): State<App>,
    actor: Actor,
    caller: Caller,
    Params(WriteParams { wait }): Params<WriteParams>,
    Body(Merge { id, title, members, note }): Body<Merge>,
) -> Result<Response, Problem> {
    checked(&Listing::new(id.0.clone(), Side::Requirement, title.clone(), ""))?;
    let mut named = members.clone();
    named.sort_unstable();
    named.dedup();
    if named.len() != members.len() || members.len() > MEMBERS {
        let (zh, en) = (format!("每条只写一次，至多 {MEMBERS} 条"), format!("each once, at most {MEMBERS}"));
        return Err(Problem::invalid("members", zh, en));
    }
    let author = actor.author(noted(&note)?);
    let keys: Vec<(Side, ListingId)> =
        [&id].into_iter().chain(&members).map(|id| (Side::Requirement, id.clone())).collect();
    let (public, change) = app
        .writing(move |app| {
            let mut made = None;
            let done = app.market().rewrite(&keys, &author, |mut found| {
                if found.remove(0).is_some() {
                    return Err(MergeRefused::Taken(id.clone()));
                }
                let found = found.into_iter().zip(&members);
                let found = found.map(|(one, id)| one.ok_or_else(|| MergeRefused::Gone(id.clone())));
                let Merged { mut scenario, members } =
                    record::merge(id.clone(), title.clone(), found.collect::<Result<_, _>>()?)?;
                caller.sign(&mut scenario, None);
                made = Some(PublicListing::from(&scenario));
                Ok([vec![scenario], members].concat())
            })?;
            let change = done.map_err(Problem::Merge)?;
            Ok((made.ok_or(Problem::Internal)?, change))
        })
        .await?;
    Ok(app.written(change, wait, LISTING_WAIT).await.answer(StatusCode::CREATED, Json(public)))
}

pub(super) fn noted(note: &str) -> Result<&str, Problem> {
    let note = note.trim();
    if note.chars().count() > NOTE {
        return Err(Problem::invalid(
            "note",
            format!("至多 {NOTE} 个字"),
            format!("at most {NOTE} characters"),
        ));
    }
    Ok(note)
}
