//! Routes, layers, and the loop that serves them.

use std::future::Future;
use std::sync::LazyLock;

use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::extract::Request;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::App;
use super::problem::Problem;
use super::request::JSON_BYTES;
use super::{events, export, files, guard, health, import, listings, matches, model, overview, search};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "opcmatch",
        description = "Ranks requirements (需求) against capabilities (能力) of one-person companies, both ways, and says why. \
            Contacts can be sent in and never come out. Errors are `application/problem+json` with a stable `code`."
    ),
    tags(
        (name = "listings", description = "The two lists"),
        (name = "matching", description = "Who fits whom, how well, and why"),
        (name = "events", description = "Who meets whom, when and where, and what came of it"),
        (name = "service", description = "What is running"),
    )
)]
struct Description;

fn routes() -> OpenApiRouter<App> {
    let api = OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(listings::list, listings::create))
        .routes(routes!(listings::get, listings::replace, listings::delete))
        .routes(routes!(matches::of_listing))
        .routes(routes!(matches::of_text))
        .routes(routes!(matches::pair))
        .routes(routes!(search::search))
        .routes(routes!(overview::overview))
        .routes(routes!(export::export))
        .routes(routes!(model::get, model::switch))
        .routes(routes!(model::cancel))
        .merge(events::routes())
        .layer(DefaultBodyLimit::max(JSON_BYTES))
        // Its bodies are whole files, with a limit of their own.
        .merge(OpenApiRouter::new().routes(routes!(import::import)).layer(import::body_limit()));
    OpenApiRouter::with_openapi(Description::openapi()).nest("/api/v1", api)
}

/// The OpenAPI document of [`router`].
pub fn document() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// The API, its document and the page.
pub fn router(app: App) -> axum::Router {
    static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(document);
    let (routes, _) = routes().split_for_parts();
    let trace = TraceLayer::new_for_http()
        // The path alone: a query may hold what somebody looks for.
        .make_span_with(|request: &Request| tracing::info_span!("request", method = %request.method(), path = request.uri().path()));
    routes
        .route("/api/v1/openapi.json", axum::routing::get(|| async { Json(&*DOCUMENT) }))
        .route("/api/{*rest}", axum::routing::any(|| async { Problem::NoRoute.into_response() }))
        .fallback(axum::routing::get(files::file).fallback(|| async { Problem::Method.into_response() }))
        .method_not_allowed_fallback(|| async { Problem::Method.into_response() })
        .layer(from_fn(guard::patience))
        .layer(from_fn(guard::same_site))
        .layer(CompressionLayer::new())
        .layer(from_fn(guard::headers))
        .layer(trace)
        .with_state(app)
}

/// Serves until `shutdown` comes, then lets requests in progress end.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(app)).with_graceful_shutdown(shutdown).await
}
