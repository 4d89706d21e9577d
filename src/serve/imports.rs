//! Imports that were kept: which there were, and taking one back.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{ListingId, Side, mask_contacts};
use crate::store::{ChangeNumber, Imported};

use super::access::Caller;
use super::actor::Actor;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::request::Params;
use super::runs::{How, Of, stoppable};
use super::wait::{IMPORT_WAIT, Wait};

/// What writes imports, as the audit log names it.
const ROUTES: &[&str] = &["POST /api/v1/import", "opcmatch import"];

/// Imports that are told, and not before so long ago. Older ones can be taken back as well, by
/// whoever knows their number.
const TOLD: usize = 20;
const DAYS: i64 = 30;

/// An import that was kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportView {
    /// Number of its last change, by which it is taken back.
    #[schema(value_type = u64)]
    change: ChangeNumber,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// Whose key it was, in words; empty for whoever has the machine.
    name: String,
    /// What its history says of it: the file's name.
    note: String,
    /// Listings that it put.
    put: u64,
    /// Of these, the ones that taking it back would change: what has been changed since stays.
    standing: u64,
}

/// Imports of the last 30 days that one may take back, newest first, at most 20
#[utoipa::path(get, path = "/imports", tag = "listings", responses((status = 200, body = Vec<ImportView>)))]
pub(super) async fn list(State(app): State<App>) -> Result<Json<Vec<ImportView>>, Problem> {
    let since = Timestamp::now() - SignedDuration::from_hours(24 * DAYS);
    let told = app
        .blocking(move |app| {
            let imports = app.market().imports(ROUTES, since, TOLD)?;
            let keys = app.market().keys()?;
            let name = |import: &Imported| {
                let key = keys.iter().find(|key| Some(&key.id) == import.key.as_ref());
                key.map(|key| mask_contacts(&key.name)).unwrap_or_default()
            };
            let view = |import: Imported| ImportView {
                name: name(&import),
                change: import.change,
                at: import.at,
                note: mask_contacts(&import.note),
                put: import.put,
                standing: import.standing,
            };
            Ok(imports.into_iter().map(view).collect())
        })
        .await?;
    Ok(Json(told))
}

/// How to take an import back.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BackParams {
    /// `indexed`: answer when the lists are as before; 202 when that takes too long.
    /// Left out: answer when it is kept for good.
    #[param(inline, required = false)]
    wait: Option<Wait>,
    /// A name for this run, by which it can be followed and stopped; 1 to 64 characters.
    run: Option<String>,
}

/// A listing by its list and id.
#[derive(Debug, Serialize, ToSchema)]
struct Left {
    side: Side,
    id: ListingId,
}

/// What came of taking an import back.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BackView {
    /// Number of the last change that this made.
    #[schema(value_type = u64)]
    change: ChangeNumber,
    /// Listings that it had added, and that are gone again.
    removed: usize,
    /// Listings that it had replaced, and that are as before.
    restored: usize,
    /// Listings that were changed or taken out since, and were left alone.
    left: usize,
    /// The first twenty of these.
    left_listings: Vec<Left>,
    /// Whether the lists that answer are as before already.
    indexed: bool,
}

/// Take an import back: what it added goes, what it replaced is as before
///
/// All of it, or, when one of its listings is not one's own to write, nothing. What has been
/// changed since the import stays as it is, and is told. The history of each listing says so.
#[utoipa::path(
    delete, path = "/imports/{change}", tag = "listings",
    params(("change" = u64, Path, description = "Number of the import's last change"), BackParams),
    responses(
        (status = 200, body = BackView, headers(("opcmatch-change" = u64, description = "Number of the last change"), ("opcmatch-indexed" = u64, description = "Newest change that is found"))),
        (status = 202, body = BackView, description = "Kept for good, but the lists are not as before yet: the wait ran out"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "Stopped: nothing was changed"),
    )
)]
pub(super) async fn take_back(
    State(app): State<App>,
    caller: Caller,
    actor: Actor,
    change: Result<Path<ChangeNumber>, PathRejection>,
    Params(params): Params<BackParams>,
) -> Result<Response, Problem> {
    let Path(import) = change.map_err(|_| Problem::NoImport { change: 0 })?;
    let author = actor.author(format!("撤回第 {import} 号导入 / import {import} taken back"));
    let of = Of::caller(&caller);
    let (back, change) = stoppable(&app, of, params.run, How::WRITING, move |app, run| {
        Ok(app.market().take_back(import, ROUTES, &author, &|done, of| run.saving(done, of))?)
    })
    .await?;
    let written = app.written(change, params.wait, IMPORT_WAIT).await;
    let left = |(side, id)| Left { side, id };
    let view = BackView {
        change,
        removed: back.removed,
        restored: back.restored,
        left: back.left,
        left_listings: back.left_ids.into_iter().map(left).collect(),
        indexed: written.is_found(),
    };
    Ok(written.answer(StatusCode::OK, Json(view)))
}
