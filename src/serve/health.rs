//! What is running.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Date, Side};

use super::app::App;

/// What is running, and on which lists.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`.
    status: &'static str,
    /// Of the program.
    version: &'static str,
    /// The model in a line: `中文 / English`.
    model: String,
    /// What runs the model.
    backend: String,
    /// Why the model does not run as was asked.
    warning: Option<String>,
    /// Requirements that can be found.
    requirements: usize,
    /// Capabilities that can be found.
    capabilities: usize,
    /// Degrees below this are not offered as fits.
    floor: f64,
    /// Whether the lists are the demo's.
    demo: bool,
    /// What to know about the lists.
    note: Option<String>,
    /// The day that deadlines are held against.
    today: Date,
}

/// What is running, and on which lists
#[utoipa::path(get, path = "/health", tag = "service", responses((status = 200, body = Health)))]
pub(super) async fn health(State(app): State<App>) -> Json<Health> {
    let now = app.market().now();
    let (ranker, info) = (now.ranker(), now.model());
    Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        model: info.to_string(),
        backend: info.backend.to_string(),
        warning: info.warning.clone(),
        requirements: ranker.snapshot().side(Side::Requirement).len(),
        capabilities: ranker.snapshot().side(Side::Capability).len(),
        floor: ranker.weights().floor,
        demo: app.options().demo,
        note: app.options().note.clone(),
        today: app.today(),
    })
}
