//! Keys and the audit log, for admins.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Role, Scope};
use crate::store::{AccessKey, Audited, KeyId, NewKey};

use super::super::app::App;
use super::super::problem::{Problem, ProblemBody};
use super::super::request::{Body, Params};
use super::admit::held;

/// The longest time for which a key may be asked: ten years.
const DAYS_MAX: u32 = 3660;

/// Lines of the audit log a page holds unless asked otherwise, and at most.
const PAGE: usize = 100;
const MOST_A_PAGE: usize = 1000;

/// All keys, without their secrets
#[utoipa::path(
    get, path = "/keys", tag = "access",
    responses((status = 200, body = Vec<AccessKey>), (status = 401, body = ProblemBody, content_type = "application/problem+json"), (status = 403, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn list(State(app): State<App>) -> Result<Json<Vec<AccessKey>>, Problem> {
    Ok(Json(app.blocking(|app| Ok(app.market().keys()?)).await?))
}

/// What is asked of a new key: a role, or a key that it replaces.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRequest {
    /// As what it lets in.
    role: Option<Role>,
    /// A key to be revoked: the new one has its role, name, district and account.
    replaces: Option<KeyId>,
    /// Whose it is, in words.
    #[serde(default)]
    name: String,
    /// For which district.
    tenant: Option<String>,
    /// What it may be used for; both when left out.
    scope: Option<Scope>,
    /// For how many days, 1..=3660; until it is revoked when left out.
    days: Option<u32>,
}

/// A new key.
#[derive(Serialize, ToSchema)]
pub(super) struct KeyMade {
    /// The key.
    key: AccessKey,
    /// Its secret, `opk_…`: shown this once and kept nowhere.
    secret: String,
}

/// Make a key
///
/// The secret is in this answer and never shown again.
#[utoipa::path(
    post, path = "/keys", tag = "access", request_body = KeyRequest,
    responses(
        (status = 201, body = KeyMade),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn make(
    State(app): State<App>,
    Body(asked): Body<KeyRequest>,
) -> Result<(StatusCode, Json<KeyMade>), Problem> {
    let now = Timestamp::now();
    let expires = match asked.days {
        None => None,
        Some(days @ 1..=DAYS_MAX) => Some(
            now.saturating_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MAX),
        ),
        Some(_) => {
            let (zh, en) = (format!("须在 1 到 {DAYS_MAX} 之间"), format!("must lie in 1..={DAYS_MAX}"));
            return Err(Problem::invalid("days", zh, en));
        }
    };
    let KeyRequest { role, replaces, name, tenant, scope, .. } = asked;
    let made = match (role, replaces) {
        (Some(role), None) => {
            let scope = scope.unwrap_or(Scope::Write);
            let new = NewKey { name, role, tenant, scope, expires }
                .checked(now)
                .map_err(|error| Problem::invalid_said("role", &error.to_string()))?;
            app.writing(move |app| Ok(app.market().new_key(&new, now)?)).await?
        }
        (None, Some(former)) if name.is_empty() && tenant.is_none() && scope.is_none() => {
            app.writing(move |app| {
                let made = app.market().replace_key(&former, expires, now)?;
                made.ok_or(Problem::NoSuchKey { id: former.0 })
            })
            .await?
        }
        _ => {
            return Err(Problem::invalid(
                "role",
                "给 role，或只给 replaces（可加 days）",
                "give a role, or replaces alone (days may be added)",
            ));
        }
    };
    held(&app).clear();
    let (key, secret) = made;
    Ok((StatusCode::CREATED, Json(KeyMade { key, secret: secret.reveal().to_owned() })))
}

/// Take a key back
///
/// It opens nothing any more, nor do sessions that were begun with it; other replicas
/// notice within two seconds.
#[utoipa::path(
    delete, path = "/keys/{id}", tag = "access", params(("id" = String, Path, description = "Id of the key")),
    responses(
        (status = 200, body = AccessKey),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn revoke(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<AccessKey>, Problem> {
    let Path(id) = id.map_err(|_| Problem::NoSuchKey { id: String::new() })?;
    let id = KeyId(id);
    let key = app
        .writing(move |app| {
            let key = app.market().revoke_key(&id, Timestamp::now())?;
            key.ok_or(Problem::NoSuchKey { id: id.0 })
        })
        .await?;
    held(&app).clear();
    Ok(Json(key))
}

/// Which part of the audit log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditParams {
    /// Lines after this number; from the beginning when left out.
    #[serde(default)]
    #[param(required = false)]
    after: u64,
    /// At most this many, 1..=1000; 100 when left out.
    limit: Option<usize>,
}

/// A page of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditPage {
    /// Oldest first.
    items: Vec<Audited>,
    /// What to give as `after` for the next page; `null` when this is the last.
    next: Option<u64>,
}

/// Who did what, and when
#[utoipa::path(
    get, path = "/audit", tag = "access", params(AuditParams),
    responses((status = 200, body = AuditPage), (status = 422, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn audit(
    State(app): State<App>,
    Params(params): Params<AuditParams>,
) -> Result<Json<AuditPage>, Problem> {
    let limit = params.limit.unwrap_or(PAGE);
    if !(1..=MOST_A_PAGE).contains(&limit) {
        let (zh, en) = (format!("须在 1 到 {MOST_A_PAGE} 之间"), format!("must lie in 1..={MOST_A_PAGE}"));
        return Err(Problem::invalid("limit", zh, en));
    }
    let items = app.blocking(move |app| Ok(app.market().audit(params.after, limit)?)).await?;
    let next = (items.len() == limit).then(|| items.last().map(|line| line.number)).flatten();
    Ok(Json(AuditPage { items, next }))
}
