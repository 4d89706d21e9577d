//! Routes, layers, and the loop that serves them.

use std::future::{Future, IntoFuture, pending};
use std::net::SocketAddr;
use std::sync::LazyLock;

use axum::Json;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::App;
use super::problem::Problem;
use super::request::JSON_BYTES;
use super::{
    access, cards, contacts, decisions, events, export, files, guard, health, import, imports, limits,
    listings, matches, metrics, model, observe, overview, partners, raise, record, runs, search, searches,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "opcmatch",
        description = "Ranks requirements (需求) against capabilities (能力) of one-person companies, both ways, and says why. \
            Contacts can be sent in and never come out. Errors are `application/problem+json` with a stable `code`; \
            without the role that a route names it is 401 or 403; \
            whoever asks too often gets 429 with `retry-after`. Every answer names its request in `x-request-id`."
    ),
    tags(
        (name = "listings", description = "The two lists"),
        (name = "record", description = "A listing's own life: its steps, what to mend, its history"),
        (name = "searches", description = "What somebody keeps looking for, and what came up"),
        (name = "matching", description = "Who fits whom, how well, and why"),
        (name = "events", description = "Who meets whom, when and where, and what came of it"),
        (name = "access", description = "Who may do what, and who did"),
        (name = "service", description = "What is running"),
    )
)]
struct Description;

fn routes() -> OpenApiRouter<App> {
    let api = OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(listings::list, listings::create))
        .routes(routes!(listings::get, listings::replace, listings::delete))
        .routes(routes!(cards::post))
        .routes(routes!(record::review))
        .routes(routes!(record::review_of))
        .routes(routes!(record::step))
        .routes(routes!(record::history))
        .routes(routes!(record::restore))
        .routes(routes!(record::duplicates))
        .routes(routes!(record::merge))
        .routes(routes!(contacts::contacts))
        .routes(routes!(decisions::list))
        .routes(routes!(decisions::of_pair, decisions::decide, decisions::withdraw))
        .routes(routes!(searches::list, searches::save))
        .routes(routes!(searches::remove))
        .routes(routes!(searches::test))
        .routes(routes!(searches::inbox))
        .routes(routes!(searches::seen))
        .routes(routes!(searches::feed))
        .routes(routes!(contacts::consent))
        .routes(routes!(matches::of_listing))
        .routes(routes!(matches::of_text))
        .routes(routes!(matches::pair))
        .routes(routes!(raise::raise))
        .routes(routes!(partners::partners))
        .routes(routes!(search::search))
        .routes(routes!(overview::overview))
        .routes(routes!(export::export))
        .routes(routes!(imports::list))
        .routes(routes!(imports::take_back))
        .routes(routes!(runs::look, runs::stop))
        .routes(routes!(model::get, model::switch))
        .routes(routes!(model::cancel))
        .merge(events::routes())
        .merge(access::routes())
        .layer(DefaultBodyLimit::max(JSON_BYTES))
        // Its bodies are whole files, with a limit of their own.
        .merge(OpenApiRouter::new().routes(routes!(import::import)).layer(import::body_limit()));
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(metrics::metrics))
        .nest("/api/v1", api)
}

/// The OpenAPI document of [`router`].
pub fn document() -> utoipa::openapi::OpenApi {
    access::described(routes().into_openapi())
}

/// The API, its document and the page.
pub fn router(app: App) -> axum::Router {
    static DOCUMENT: LazyLock<utoipa::openapi::OpenApi> = LazyLock::new(document);
    let (routes, _) = routes().split_for_parts();
    routes
        .route("/api/v1/openapi.json", axum::routing::get(|| async { Json(&*DOCUMENT) }))
        .route("/api/{*rest}", axum::routing::any(|| async { Problem::NoRoute.into_response() }))
        .fallback(axum::routing::get(files::file).fallback(|| async { Problem::Method.into_response() }))
        .method_not_allowed_fallback(|| async { Problem::Method.into_response() })
        .layer(from_fn(guard::patience))
        .layer(from_fn(guard::same_site))
        .layer(from_fn_with_state(app.clone(), access::admit))
        .layer(from_fn_with_state(app.clone(), limits::limited))
        .layer(CompressionLayer::new())
        .layer(from_fn(guard::headers))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .with_state(app)
}

/// Serves until `shutdown` comes. From then on it takes no connection, and lets
/// requests in progress end, for as long as [`Limits::drain`](super::Limits::drain).
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let drain = app.limiter().limits().drain;
    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        shutdown.await;
        let _ = tell.send(());
    });
    let too_long = async {
        if told.await.is_err() {
            pending::<()>().await;
        }
        tokio::time::sleep(drain).await;
    };
    tokio::select! {
        done = serving.into_future() => done,
        () = too_long => {
            tracing::warn!(waited_s = drain.as_secs(), "requests in progress were given up");
            Ok(())
        }
    }
}
