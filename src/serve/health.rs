//! What is running, and whether it can work.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Date, Side};
use crate::engine::{Following, Making, Stage};
use crate::store::ChangeNumber;

use super::access::Caller;
use super::app::App;
use super::problem::{Problem, ProblemBody};

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
    /// Requirements that can be found by whoever asks.
    requirements: usize,
    /// Capabilities that can be found by whoever asks.
    capabilities: usize,
    /// Degrees below this are not offered as fits.
    floor: f64,
    /// Whether the lists are the demo's.
    demo: bool,
    /// What to know about the lists.
    note: Option<String>,
    /// The day that deadlines are held against.
    today: Date,
    /// How far the lists that answer follow what is kept.
    lists: Lists,
}

/// How far the lists that answer follow what is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Lists {
    /// Where they stand.
    state: ListsState,
    /// Newest change that they hold.
    indexed: u64,
    /// How far the newer ones have come that are being made; `null` when none are.
    making: Option<MakingView>,
    /// Whether they are being put in order for good, in the background: nobody waits for it, and
    /// everything is found meanwhile.
    settling: bool,
    /// How often in a row newer ones could not be made; it is tried again.
    failures: u32,
    /// Stable name of the reason, as an error has it.
    code: Option<&'static str>,
    /// The reason: `中文 / English`.
    reason: Option<String>,
}

/// How far newer lists have come that are being made.
#[derive(Debug, Serialize, ToSchema)]
struct MakingView {
    /// What is being done.
    stage: MakingStage,
    /// Listings, or passages while embedding, for which that is done; never falls within a stage.
    done: usize,
    /// How many there are; 0 until they are counted.
    of: usize,
    /// Share of all stages that is done, by time, 0 to below 1; never falls.
    share: f64,
    /// Seconds until they answer, at the speed so far; `null` until that is known.
    eta: Option<f64>,
}

/// [`Stage`] by name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MakingStage {
    Reading,
    Analyzing,
    Embedding,
    Indexing,
}

impl From<Making> for MakingView {
    fn from(Making { stage, done, of, share, eta_seconds }: Making) -> MakingView {
        let stage = match stage {
            Stage::Reading => MakingStage::Reading,
            Stage::Analyzing => MakingStage::Analyzing,
            Stage::Embedding => MakingStage::Embedding,
            Stage::Indexing => MakingStage::Indexing,
        };
        MakingView { stage, done, of, share, eta: eta_seconds }
    }
}

/// Where the lists stand.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ListsState {
    /// They follow.
    Following,
    /// Newer ones are being made; these answer meanwhile.
    Making,
    /// Newer ones could not be made, or the store could not be asked; these answer meanwhile.
    Behind,
}

impl From<Following> for Lists {
    fn from(following: Following) -> Lists {
        let problem = following.error.as_deref().map(Problem::told);
        Lists {
            state: match following.failures {
                0 if following.making => ListsState::Making,
                0 => ListsState::Following,
                _ => ListsState::Behind,
            },
            indexed: following.change,
            making: following.progress.map(MakingView::from),
            settling: following.settling,
            failures: following.failures,
            code: problem.as_ref().map(Problem::code),
            reason: problem.map(|problem| problem.to_string()),
        }
    }
}

/// What is running, and on which lists
#[utoipa::path(get, path = "/health", tag = "service", responses((status = 200, body = Health)))]
pub(super) async fn health(State(app): State<App>, caller: Caller) -> Json<Health> {
    let now = app.market().now();
    let (ranker, info, sight) = (now.ranker(), now.model(), caller.sight());
    let seen = |side| ranker.snapshot().side(side).listings().filter(|listing| sight.sees(listing)).count();
    Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        model: info.to_string(),
        backend: info.backend.to_string(),
        warning: info.warning.clone(),
        requirements: seen(Side::Requirement),
        capabilities: seen(Side::Capability),
        floor: ranker.weights().floor,
        demo: app.options().demo,
        note: app.options().note.clone(),
        today: app.today(),
        lists: app.market().following().into(),
    })
}

/// Whether the process is alive
///
/// Asks nothing and waits for nothing: no answer means that it hangs.
#[utoipa::path(
    get, path = "/healthz", tag = "service",
    responses((status = 200, body = String, content_type = "text/plain"))
)]
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// That the service can work, and on which state of the lists.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ready {
    /// `ready`.
    status: &'static str,
    /// The newest change of a listing in the store.
    #[schema(value_type = u64)]
    stored: ChangeNumber,
    /// The newest change of a listing that can be found; smaller while the index catches up.
    #[schema(value_type = u64)]
    found: ChangeNumber,
    /// How the lists that answer follow what is kept. Where they cannot for now they
    /// answer all the same, so that alone makes nobody unready.
    lists: Lists,
}

/// Whether the service can work: the store answers, and there is an index
#[utoipa::path(
    get, path = "/readyz", tag = "service",
    responses(
        (status = 200, body = Ready),
        (status = 503, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn ready(State(app): State<App>) -> Result<Json<Ready>, Problem> {
    let stored = app.vitals().await?.last_listing_change;
    // There is a first generation before there is a service.
    let found = app.market().now().listing_change();
    Ok(Json(Ready { status: "ready", stored, found, lists: app.market().following().into() }))
}
