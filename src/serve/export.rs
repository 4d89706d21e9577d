//! All rankings of a side as a file.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::Side;
use crate::rank::{Filter, Mix, Ranking};
use crate::report::{ExportFormat, Script, ranking_view, write};

use super::access::Caller;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::request::{Params, top};
use super::runs::{How, Of, Step, stoppable};
use super::stamp::Stamped;

/// Candidates a listing unless asked otherwise.
const USUAL: usize = 5;

/// What to export.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportParams {
    /// Whose rankings; both sides' when left out.
    #[param(inline)]
    side: Option<Side>,
    /// In which form.
    #[param(inline)]
    format: Form,
    /// Candidates a listing, 1..=100; 5 when left out.
    top: Option<usize>,
    /// The characters of a sheet's own words; listings keep their own. Simplified when left out.
    #[serde(default)]
    #[param(inline, required = false)]
    lang: Characters,
    /// A name for this run, by which it can be followed and stopped; 1 to 64 characters.
    run: Option<String>,
}

/// [`Script`] by name.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Characters {
    #[default]
    Zh,
    Hant,
}

impl From<Characters> for Script {
    fn from(characters: Characters) -> Script {
        match characters {
            Characters::Zh => Script::Simplified,
            Characters::Hant => Script::Traditional,
        }
    }
}

/// [`ExportFormat`] by name.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Form {
    Xlsx,
    Csv,
    Json,
    Jsonl,
}

impl Form {
    /// The format, the ending of its files, their content type.
    pub(super) fn row(self) -> (ExportFormat, &'static str, &'static str) {
        match self {
            Form::Xlsx => (
                ExportFormat::Xlsx,
                "xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            Form::Csv => (ExportFormat::Csv, "csv", "text/csv; charset=utf-8"),
            Form::Json => (ExportFormat::Json, "json", "application/json"),
            Form::Jsonl => (ExportFormat::Jsonl, "jsonl", "application/x-ndjson"),
        }
    }
}

/// All rankings as a file to download
#[utoipa::path(
    get, path = "/export", tag = "matching", params(ExportParams),
    responses(
        (status = 200, content(
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "text/csv"),
            (Vec<crate::report::RankingView> = "application/json"),
            (String = "application/x-ndjson"),
        )),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "Stopped"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn export(
    State(app): State<App>,
    caller: Caller,
    Params(params): Params<ExportParams>,
) -> Result<Response, Problem> {
    let top = top(params.top, USUAL)?;
    let (format, ending, kind) = params.format.row();
    let name = format!("opcmatch-{}-{}.{ending}", params.side.map_or("all", Side::as_str), app.today());
    let of = Of::caller(&caller);
    let (now, bytes) = stoppable(&app, of, params.run, How::LOOKING, move |app, run| {
        let now = app.market().now();
        let settings = app.settings(top, Filter::default(), Mix::Hybrid, &caller);
        let list = |side| now.ranker().snapshot().side(side);
        let sides = Side::ALL.iter().filter(|&&side| params.side.is_none_or(|asked| asked == side));
        let of: usize = sides.map(|&side| list(side).len()).sum();
        let counted = AtomicUsize::new(0);
        let tell = |step, of| {
            let done = counted.fetch_add(1, Ordering::Relaxed) + 1;
            run.step(step, done, Some(of))
        };
        let ranked = now.rank_sides(params.side, &settings, &|| tell(Step::Ranking, of).is_continue())?;
        let seen = |side, id| {
            let list = list(side);
            list.row(id).is_some_and(|row| settings.filter.sight.sees(list.listing(row)))
        };
        let shown: Vec<(Side, &Ranking)> = ranked
            .iter()
            .flat_map(|(side, rankings)| rankings.iter().map(|ranking| (*side, ranking)))
            .filter(|(side, ranking)| seen(*side, &ranking.id))
            .collect();
        counted.store(0, Ordering::Relaxed);
        let mut views = Vec::with_capacity(shown.len());
        for (side, ranking) in &shown {
            // Also where ranking was stopped, which leaves some out.
            if tell(Step::Explaining, shown.len()).is_break() {
                return Err(Problem::Stopped);
            }
            views.push(ranking_view(now.ranker(), *side, ranking, None, settings.mix));
        }
        let mut bytes = Vec::new();
        write(&views, format, params.lang.into(), &mut bytes).map_err(|e| Problem::internal(&e))?;
        run.no_return()?;
        Ok((now, bytes))
    })
    .await?;
    Ok(Stamped(now, attachment(&name, kind, bytes)).into_response())
}

/// A file to download; its name is plain ASCII.
pub(super) fn attachment(name: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    if let Ok(place) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, place);
    }
    response
}
