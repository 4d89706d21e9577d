//! All rankings of a side as a file.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::Side;
use crate::rank::{Filter, Mix};
use crate::report::{ExportFormat, Script, ranking_view, write};

use super::access::Caller;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::request::{Params, top};
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
    let (now, bytes) = app
        .blocking(move |app| {
            let now = app.market().now();
            let settings = app.settings(top, Filter::default(), Mix::Hybrid, &caller);
            let mut views = Vec::new();
            for (side, rankings) in now.rank_sides(params.side, &settings, &|| true)? {
                let list = now.ranker().snapshot().side(side);
                let seen = |id| list.row(id).is_some_and(|row| settings.filter.sight.sees(list.listing(row)));
                views.extend(
                    rankings
                        .iter()
                        .filter(|ranking| seen(&ranking.id))
                        .map(|ranking| ranking_view(now.ranker(), side, ranking, None, settings.mix)),
                );
            }
            let mut bytes = Vec::new();
            write(&views, format, params.lang.into(), &mut bytes).map_err(|e| Problem::internal(&e))?;
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
