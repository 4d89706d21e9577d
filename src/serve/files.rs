//! The page of `web/`, inside the program.

use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::problem::Problem;

/// `web/` as it lies in the repository. Debug builds read it from there at
/// every request, so that the page can be worked on without building.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web"]
struct Web;

/// Content types of the endings that `web/` holds.
const TYPES: &[(&str, &str)] = &[
    ("html", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
];

/// A file of the page, `/` being `index.html`; unchanged ones are not sent again.
pub(super) async fn file(uri: Uri, asked: HeaderMap) -> Response {
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let known = TYPES.iter().find(|(ending, _)| path.rsplit_once('.').is_some_and(|(_, e)| e == *ending));
    let (Some(found), Some((_, kind))) = (Web::get(path), known) else {
        return Problem::NoRoute.into_response();
    };
    let hash: String =
        found.metadata.sha256_hash().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    // Weak, because the compressed form has the same tag.
    let tag = format!("W/\"{hash}\"");
    let fresh = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|tags| tags.contains(&tag));
    let caching = [(header::ETAG, tag), (header::CACHE_CONTROL, "no-cache".to_owned())];
    if fresh {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(header::CONTENT_TYPE, *kind)], found.data.into_owned()).into_response()
}
