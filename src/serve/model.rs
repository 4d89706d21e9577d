//! The model in use, and changing it while the service goes on answering.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::Role;
use crate::embed::{Embedder, HubName, ModelSpec};
use crate::engine::{SwitchPhase, SwitchStatus};
use crate::rank::{Origin, Weights};

use super::access::Caller;
use super::app::{App, ModelChoices};
use super::problem::{Problem, ProblemBody};
use super::request::Body;

/// The model in use, and a change of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ModelView {
    /// `bundled`, a name of the hub, or a folder.
    model: String,
    /// What `opcmatch-model` says on every answer that was made with it.
    fingerprint: String,
    /// Length of its vectors.
    dimension: usize,
    /// What runs it.
    backend: String,
    /// Share of words in the score, 0..=1; meaning has the rest.
    lexical_weight: f32,
    /// Whether that share was measured for this model.
    weights: Origin,
    /// The cross-encoder that looks at the best candidates again.
    reranker: Option<String>,
    /// What may be asked for: the bundled model, models of the hub that are on this
    /// machine, and folders named when the program was started. For admins.
    choices: Vec<String>,
    /// The last change of model since the program was started.
    switch: Option<SwitchView>,
}

/// How far a change of model has come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SwitchView {
    /// The model to change to.
    model: String,
    /// Where it stands.
    state: SwitchState,
    /// Passages that have a vector of the new model.
    done: usize,
    /// Passages in all; 0 until they are counted.
    total: usize,
    /// Seconds until all have one; `null` until that can be told.
    eta: Option<f64>,
    /// Why it failed: `中文 / English`.
    error: Option<String>,
}

/// [`SwitchPhase`] by name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SwitchState {
    Opening,
    Embedding,
    Done,
    Cancelled,
    Failed,
}

impl From<SwitchStatus> for SwitchView {
    fn from(status: SwitchStatus) -> Self {
        let SwitchStatus { model, phase, done, total, eta_seconds, error } = status;
        let state = match phase {
            SwitchPhase::Opening => SwitchState::Opening,
            SwitchPhase::Embedding => SwitchState::Embedding,
            SwitchPhase::Done => SwitchState::Done,
            SwitchPhase::Cancelled => SwitchState::Cancelled,
            SwitchPhase::Failed => SwitchState::Failed,
        };
        SwitchView { model, state, done, total, eta: eta_seconds, error }
    }
}

fn view(app: &App, caller: &Caller) -> ModelView {
    let now = app.market().now();
    let info = now.model();
    ModelView {
        model: info.name.clone(),
        fingerprint: info.fingerprint.clone(),
        dimension: info.dimension,
        backend: info.backend.to_string(),
        lexical_weight: now.ranker().weights().lexical,
        weights: Weights::origin(&info.name),
        reranker: now.reranker().map(str::to_owned),
        choices: if caller.role() == Role::Admin { choices(app.models()) } else { Vec::new() },
        switch: app.market().switch_status().map(SwitchView::from),
    }
}

/// Everything that may be asked for.
fn choices(models: &ModelChoices) -> Vec<String> {
    let hub = HubName::all().map(ModelSpec::Hub).filter(|spec| spec.is_at_hand(&models.options));
    std::iter::once(ModelSpec::Bundled)
        .chain(hub)
        .map(|spec| spec.to_string())
        .chain(models.folders.iter().map(|folder| folder.display().to_string()))
        .collect()
}

/// What was asked for, if it may be. No path from outside ever reaches the disk:
/// a folder counts only when its very words were given at the start.
fn chosen(models: &ModelChoices, said: &str) -> Result<ModelSpec, Problem> {
    if let Some(folder) = models.folders.iter().find(|folder| folder.display().to_string() == said) {
        return Ok(ModelSpec::Folder(folder.clone()));
    }
    if said == "bundled" {
        return Ok(ModelSpec::Bundled);
    }
    let Ok(hub) = said.parse::<HubName>() else {
        let known = choices(models).join("、");
        return Err(Problem::invalid(
            "model",
            format!("可用：{known}。模型文件夹须在启动时用 --allow-model 指定"),
            format!(
                "may be: {known}; a model folder must be named with --allow-model when the program starts"
            ),
        ));
    };
    let spec = ModelSpec::Hub(hub);
    if !spec.is_at_hand(&models.options) {
        return Err(Problem::invalid(
            "model",
            format!("本机还没有 {hub}：请先运行 opcmatch model pull {hub}"),
            format!("{hub} is not on this machine: run opcmatch model pull {hub} first"),
        ));
    }
    Ok(spec)
}

/// The model in use, and how far a change of it has come
#[utoipa::path(get, path = "/model", tag = "service", responses((status = 200, body = ModelView)))]
pub(super) async fn get(State(app): State<App>, caller: Caller) -> Result<Json<ModelView>, Problem> {
    Ok(Json(app.blocking(move |app| Ok(view(app, &caller))).await?))
}

/// Which model to change to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelRequest {
    /// One of `choices`.
    model: String,
}

/// Change the model
///
/// The lists are embedded with it in the background; until that is done every
/// answer comes from the former model, and from then on every answer comes from
/// the new one. The change lasts until the program ends.
#[utoipa::path(
    post, path = "/model", tag = "service", request_body = ModelRequest,
    responses(
        (status = 202, body = ModelView),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn switch(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<ModelRequest>,
) -> Result<(StatusCode, Json<ModelView>), Problem> {
    let view = app
        .blocking(move |app| {
            let spec = chosen(app.models(), request.model.trim())?;
            let options = app.models().options.clone();
            app.market().switch(spec.to_string(), move || Embedder::open(&spec, &options))?;
            Ok(view(app, &caller))
        })
        .await?;
    Ok((StatusCode::ACCEPTED, Json(view)))
}

/// Call off a change of model
///
/// The former model stays; what was embedded by then is kept for the next try.
#[utoipa::path(
    delete, path = "/model/switch", tag = "service",
    responses(
        (status = 200, body = ModelView),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn cancel(State(app): State<App>, caller: Caller) -> Result<Json<ModelView>, Problem> {
    let view =
        app.blocking(move |app| {
            if app.market().cancel_switch() { Ok(view(app, &caller)) } else { Err(Problem::NoSwitch) }
        })
        .await?;
    Ok(Json(view))
}
