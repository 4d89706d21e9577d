//! Signing in on the page: a key becomes a cookie that no script can read.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{Role, Scope};
use crate::store::{AccessKey, Deed, Standing};

use super::super::app::App;
use super::super::problem::{Problem, ProblemBody};
use super::super::request::Body;
use super::admit::held;
use super::caller::Caller;

/// Holds the session's secret.
pub(super) const COOKIE: &str = "opcmatch_session";

/// How long somebody stays signed in: a long day's work.
const LASTS: SignedDuration = SignedDuration::from_hours(12);

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Who is asking, as far as the service knows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionView {
    /// Whether the service asks for keys at all.
    keys: bool,
    /// Whether whoever asks has shown one.
    signed_in: bool,
    /// As what they come.
    role: Role,
    /// The role in Chinese.
    role_zh: &'static str,
    /// And in English.
    role_en: &'static str,
    /// Whose key it is.
    name: Option<String>,
    /// For which district.
    tenant: Option<String>,
    /// Whether it may be used to write.
    writes: bool,
}

fn view(app: &App, caller: &Caller) -> SessionView {
    let key = caller.key.as_ref();
    SessionView {
        keys: app.asks_for_keys(),
        signed_in: key.is_some(),
        role: caller.role,
        role_zh: caller.role.label(),
        role_en: caller.role.english(),
        name: key.map(|key| key.name.clone()),
        tenant: key.and_then(|key| key.tenant.clone()),
        writes: caller.role != Role::Public && key.is_none_or(|key| key.scope == Scope::Write),
    }
}

/// Who is asking
#[utoipa::path(get, path = "/session", tag = "access", responses((status = 200, body = SessionView)))]
pub(super) async fn look(State(app): State<App>, caller: Caller) -> Json<SessionView> {
    Json(view(&app, &caller))
}

/// A key to sign in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    /// The secret, `opk_…`.
    key: String,
}

/// Sign in
///
/// Answers with a cookie for twelve hours, or as long as the key lasts. Programs need
/// none: they send `authorization: Bearer opk_…`.
#[utoipa::path(
    post, path = "/session", tag = "access", request_body = SignIn,
    responses(
        (status = 200, body = SessionView, headers(("set-cookie" = String, description = "The session"))),
        (status = 401, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn begin(
    State(app): State<App>,
    headers: HeaderMap,
    Body(SignIn { key }): Body<SignIn>,
) -> Result<Response, Problem> {
    let secure = by_tls(&app, &headers);
    let now = Timestamp::now();
    let (key, secret, until) = app.writing(move |app| signed_in(app, key.trim(), now)).await?;
    let left = until.duration_since(now).as_secs().max(0);
    let view = view(&app, &Caller::holding(key, true));
    Ok(with_cookie(Json(view), &secret, left, secure))
}

fn signed_in(app: &App, said: &str, now: Timestamp) -> Result<(AccessKey, String, Timestamp), Problem> {
    let key = app.market().key_of(said)?;
    let refused = match key.as_ref().map(|key| key.standing(now)) {
        None => Some(Problem::KeyUnknown),
        Some(Standing::Expired) => Some(Problem::KeyExpired),
        Some(Standing::Revoked) => Some(Problem::KeyRevoked),
        Some(Standing::Good) => None,
    };
    match (key, refused) {
        (Some(key), None) => {
            let (secret, until) = app.market().begin_session(&key, LASTS, now)?;
            Ok((key, secret.reveal().to_owned(), until))
        }
        (key, refused) => {
            let named: Vec<String> = key.into_iter().map(|key| key.id.0).collect();
            app.market().record(Deed::SignInFailed, &named)?;
            Err(refused.unwrap_or(Problem::KeyUnknown))
        }
    }
}

/// Sign out
#[utoipa::path(
    delete, path = "/session", tag = "access",
    responses((status = 204, headers(("set-cookie" = String, description = "Clears the session"))))
)]
pub(super) async fn end(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(secret) = cookie(&headers) {
        app.writing(move |app| Ok(app.market().end_session(&secret)?)).await?;
        held(&app).clear();
    }
    Ok(with_cookie(StatusCode::NO_CONTENT, "", 0, by_tls(&app, &headers)))
}

/// The session's secret, if a browser sent one.
pub(super) fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, secret)| *name == COOKIE && !secret.is_empty()).map(|(_, secret)| secret.to_owned())
}

/// Whether the browser speaks TLS, with the proxy in front.
fn by_tls(app: &App, headers: &HeaderMap) -> bool {
    let last = headers.get_all(FORWARDED_PROTO).iter().next_back().and_then(|value| value.to_str().ok());
    let proto = last.and_then(|said| said.rsplit(',').next());
    app.limiter().limits().trust_proxy
        && proto.is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https"))
}

fn with_cookie(answer: impl IntoResponse, secret: &str, seconds: i64, secure: bool) -> Response {
    let mut response = answer.into_response();
    let secure = if secure { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={secret}; Path=/api/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    if let Ok(mut value) = HeaderValue::from_str(&cookie) {
        value.set_sensitive(true);
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        for (said, wanted) in [
            ("opcmatch_session=ab", Some("ab")),
            ("a=b; opcmatch_session=cd; c=d", Some("cd")),
            ("xopcmatch_session=ab", None),
            ("opcmatch_session=", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(said))]);
            assert_eq!(cookie(&headers).as_deref(), wanted, "{said}");
        }
    }
}
