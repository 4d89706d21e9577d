//! What stands before every handler: headers, the site a request comes from, patience.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

/// The page may load what this server sends and nothing else: no inline script
/// or style, no other site, no frame on any page.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What the page never asks a browser for. Names that every browser knows, because
/// others are complained of in its console.
const PERMISSIONS: &str =
    "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()";

/// Sent with every answer.
const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS)),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// Longest wait for an answer. Short work that was begun goes on, and so do boards; what has
/// a run, as imports, exports and plans of events, stops with its request.
const PATIENCE: Duration = Duration::from_secs(60);

/// Longest wait for an import, for taking one back, and for an export: 10⁵ rows embed in minutes with the bundled model.
const IMPORT_PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Adds the headers; answers of the API are not to be kept by caches.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    if api {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

/// Refuses requests that change something or cost much when a page of another
/// site sent them: a browser says where a request comes from, programs do not.
pub(super) async fn same_site(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && foreign(request.headers()) {
        return Problem::CrossSite.into_response();
    }
    next.run(request).await
}

fn foreign(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return !matches!(site, "same-origin" | "none");
    }
    // Browsers leave that header out on plain http, except for this machine.
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => {
            origin.parse::<Uri>().ok().and_then(|o| o.authority().map(|a| a.as_str() != host)).unwrap_or(true)
        }
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Gives up waiting in the end.
pub(super) async fn patience(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let long = path.starts_with("/api/v1/import") || path == "/api/v1/export";
    let wait = if long { IMPORT_PATIENCE } else { PATIENCE };
    within(wait, next.run(request)).await
}

async fn within(wait: Duration, answer: impl Future<Output = Response>) -> Response {
    tokio::time::timeout(wait, answer).await.unwrap_or_else(|_| Problem::Timeout.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::future::{pending, ready};

    use axum::http::StatusCode;

    #[tokio::test]
    async fn an_answer_is_waited_for_so_long() {
        let wait = Duration::from_millis(5);
        assert_eq!(within(wait, pending()).await.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(within(wait, ready(().into_response())).await.status(), StatusCode::OK);
    }

    #[test]
    fn requests_of_other_sites_are_told_from_our_own() {
        for (given, wanted) in [
            (vec![], false),
            (vec![("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")], false),
            (vec![("host", "127.0.0.1:8080"), ("origin", "http://evil.example")], true),
            (vec![("host", "127.0.0.1:8080"), ("origin", "null")], true),
            (vec![("host", "a"), ("sec-fetch-site", "cross-site")], true),
            // Behind a proxy that gives another host.
            (vec![("host", "a"), ("origin", "http://b"), ("sec-fetch-site", "same-origin")], false),
        ] {
            let headers: HeaderMap = given
                .iter()
                .map(|&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(foreign(&headers), wanted, "{given:?}");
        }
    }
}
