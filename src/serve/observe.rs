//! What is noted of a request: a line of the log, and counts.
//!
//! Noted are the route's template, method, status, time, the request's id, the sender's
//! role, and the number of the change that it made. Not noted are queries, bodies, addresses and
//! names: what people look for, and who they are, is no business of a log.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use tracing::field::Empty;

use crate::store::ChangeNumber;

use super::app::App;

/// The header of a request's id, both ways.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over.
const ID_MAX: usize = 64;

/// In place of a route where no route was found: a file of the page, or nothing.
pub(super) const PAGE: &str = "page";

/// Answered so often, and of so little interest, that only failures are noted.
const QUIET: &[&str] = &[PAGE, "/healthz", "/readyz", "/metrics"];

tokio::task_local! {
    static ID: RequestId;
}

/// Names one request, in its answer and in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequestId(String);

impl RequestId {
    /// The sender's own when it may stand in a log as it is, else a new one.
    fn of(headers: &HeaderMap) -> RequestId {
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        match given {
            Some(id) if (1..=ID_MAX).contains(&id.len()) && id.chars().all(plain) => RequestId(id.to_owned()),
            _ => RequestId::new(),
        }
    }

    fn new() -> RequestId {
        // Tells requests apart and is no secret: a count, scattered by a key that the
        // standard library draws when the program starts.
        static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        static COUNT: AtomicU64 = AtomicU64::new(0);
        RequestId(format!("{:016x}", KEY.hash_one(COUNT.fetch_add(1, Ordering::Relaxed))))
    }

    /// The id of the request that is being answered, where there is one.
    pub(super) fn present() -> Option<RequestId> {
        ID.try_with(RequestId::clone).ok()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> String {
        id.0
    }
}

/// The route's template: `/api/v1/listings/{side}/{id}`, whatever the id.
pub(super) fn template(request: &Request) -> &str {
    request.extensions().get::<MatchedPath>().map_or(PAGE, MatchedPath::as_str)
}

/// Notes the number of a change, for the line of the request that made it.
pub(super) fn wrote(change: ChangeNumber) {
    tracing::Span::current().record("change", change);
}

/// Counts a request, gives it an id, and logs how it ended.
pub(super) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = RequestId::of(request.headers());
    let route = template(&request).to_owned();
    let method = known(request.method());
    // Of the highest level, so that a line of any level names its request.
    let span = tracing::error_span!("request", %id, method, route, role = Empty, change = Empty);
    let quiet = QUIET.contains(&route.as_str());
    let ongoing = app.metrics().begin(route, method);
    let mut response = ID.scope(id.clone(), next.run(request)).instrument(span.clone()).await;
    let status = response.status();
    let ms = u64::try_from(ongoing.end(status).as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| log(status, ms, quiet));
    if let Ok(id) = HeaderValue::try_from(id.0) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn log(status: StatusCode, ms: u64, quiet: bool) {
    let code = status.as_u16();
    if status.is_server_error() {
        tracing::warn!(status = code, ms, "failed");
    } else if quiet {
        tracing::debug!(status = code, ms, "answered");
    } else {
        tracing::info!(status = code, ms, "answered");
    }
}

/// The method, out of few: a sender may make up others.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_over_when_it_is_plain_and_short() {
        let long = "a".repeat(ID_MAX + 1);
        for (given, taken) in [
            ("0af7651916cd43dd8448eb211c80319c", true),
            ("a.b_c-7", true),
            (&long[1..], true),
            (&long, false),
            ("", false),
            ("a b", false),
            ("a\"b", false),
            ("a/b", false),
        ] {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_str(given) {
                headers.insert(REQUEST_ID, value);
            }
            let id = RequestId::of(&headers);
            assert_eq!(id.0 == given, taken, "{given}");
            assert!(!id.0.is_empty());
        }
        assert_ne!(RequestId::new(), RequestId::new());
    }

    #[test]
    fn made_up_methods_are_one() {
        for (method, wanted) in [(Method::GET, "GET"), (Method::TRACE, "OTHER")] {
            assert_eq!(known(&method), wanted);
        }
        assert!(Method::from_bytes(b"MADEUP").is_ok_and(|method| known(&method) == "OTHER"));
    }
}
