//! A file of listings: read, reported on row by row, and kept unless only tried.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::{Field, Side};
use crate::intake::{Limits, Mapping, Options, Reading, read_bytes_watched};

use super::access::Caller;
use super::actor::Actor;
use super::app::App;
use super::export::Characters;
use super::import_view::ImportReport;
use super::problem::{Problem, ProblemBody};
use super::request::{Params, unread};
use super::runs::{How, Of, Step, stoppable};
use super::wait::{IMPORT_WAIT, Wait};

/// Room for the boundaries of a multipart body around a file of the greatest size.
const ENVELOPE_BYTES: u64 = 16 << 10;

/// Called `upload` when the sender gives no name.
const NAMELESS: &str = "upload";

/// How to read the file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportParams {
    /// Which list the rows belong to; JSON listings say so themselves.
    #[param(inline)]
    side: Side,
    /// Only read and report, keep nothing.
    #[serde(default)]
    #[param(required = false)]
    dry_run: bool,
    /// The file's name; ids of rows without one are made from it.
    file: Option<String>,
    /// Only this sheet of a workbook.
    sheet: Option<String>,
    /// Columns assigned by hand: a JSON object of column name to field name, or
    /// to null to leave the column out; or `列名=field,列名=ignore`.
    mapping: Option<String>,
    /// The characters of the file of rejected rows. Simplified when left out.
    #[serde(default)]
    #[param(inline, required = false)]
    lang: Characters,
    /// `indexed`: answer when the rows are found; 202 when that takes too long.
    /// Left out: answer when they are kept for good.
    #[param(inline, required = false)]
    wait: Option<Wait>,
    /// A name for this run, by which it can be followed and stopped; 1 to 64 characters.
    run: Option<String>,
}

/// Import a file: CSV, XLSX, JSON or JSON Lines
///
/// The rows of one file are kept all together, or none of them: when its run is stopped, or its
/// request closed, before they are, nothing is. Rows that were rejected are not among them;
/// they come back with their reasons, and as CSV to be mended.
#[utoipa::path(
    post, path = "/import", tag = "listings", params(ImportParams),
    request_body(content(
        (Vec<u8> = "application/octet-stream"),
        (UploadForm = "multipart/form-data"),
    ), description = "The file as it is, or as the part `file` of a form"),
    responses(
        (status = 200, body = ImportReport, headers(
            ("opcmatch-change" = u64, description = "Number of the last change"),
            ("opcmatch-indexed" = u64, description = "Newest change that is found"),
        )),
        (status = 202, body = ImportReport, description = "Kept for good, but not found yet: the wait ran out"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "Stopped: nothing was kept"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn import(
    State(app): State<App>,
    caller: Caller,
    actor: Actor,
    Params(params): Params<ImportParams>,
    Upload { name, bytes }: Upload,
) -> Result<Response, Problem> {
    caller.writes_on(params.side)?;
    let mapping = params.mapping.as_deref().map_or_else(|| Ok(Mapping::new()), mapping)?;
    let name = params.file.or(name).unwrap_or_else(|| NAMELESS.to_owned());
    let author = actor.author(format!("导入 {name} / imported"));
    let options = Options { mapping, sheet: params.sheet, ..Options::new(params.side, app.today()) };
    let of = Of::caller(&caller);
    let (mut report, change) = stoppable(&app, of, params.run, How::WRITING, move |app, run| {
        let mut intake =
            read_bytes_watched(&name, &bytes, &options, &|at, done, of| run.step(read_step(at), done, of))?;
        drop(bytes);
        let now = app.market().now();
        for listing in &mut intake.listings {
            let list = now.ranker().snapshot().side(listing.side);
            let before = list.row(&listing.id).map(|row| list.listing(row).as_ref());
            caller.sign(listing, before);
            caller.may_show(listing, before)?;
        }
        let replaced = app.market().count_known(&intake.listings)?;
        let kept = !params.dry_run && !intake.listings.is_empty();
        // Made first: once it is kept nothing may fail any more.
        let report = ImportReport::new(&intake, replaced, !params.dry_run, params.lang.into());
        let report = report.map_err(|e| Problem::internal(&e))?;
        let watch = |done, of| run.saving(done, of);
        let change =
            if kept { Some(app.market().put_watched(&intake.listings, &author, &watch)?) } else { None };
        Ok((report, change))
    })
    .await?;
    let Some(change) = change else { return Ok(Json(report).into_response()) };
    let written = app.written(change, params.wait, IMPORT_WAIT).await;
    report.kept(change, written.is_found());
    Ok(written.answer(StatusCode::OK, Json(report)))
}

fn read_step(at: Reading) -> Step {
    match at {
        Reading::Opening => Step::Opening,
        Reading::Rows => Step::Rows,
        Reading::Comparing => Step::Comparing,
    }
}

/// The part of a form that holds the file.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only its schema is used: the form is read part by part")]
struct UploadForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The layer that bounds the body of [`import`].
pub(super) fn body_limit() -> DefaultBodyLimit {
    let bytes = Limits::default().max_bytes + ENVELOPE_BYTES;
    DefaultBodyLimit::max(usize::try_from(bytes).unwrap_or(usize::MAX))
}

/// A file sent as the body itself or as part `file` of a form.
pub(super) struct Upload {
    name: Option<String>,
    bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let limit = Limits::default().max_bytes;
            let bytes = Bytes::from_request(request, state).await.map_err(|e| unread(&e, limit))?;
            return Ok(Upload { name: None, bytes });
        }
        let mut form = Multipart::from_request(request, state)
            .await
            .map_err(|_| Problem::MediaType { wanted: "multipart/form-data; boundary=…" })?;
        while let Some(part) = form.next_field().await.map_err(|e| broken(&e))? {
            if part.name() == Some("file") {
                let name = part.file_name().map(str::to_owned);
                return Ok(Upload { name, bytes: part.bytes().await.map_err(|e| broken(&e))? });
            }
        }
        Err(Problem::invalid("file", "表单里没有名为 file 的部分", "the form has no part of that name"))
    }
}

fn broken(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge { limit: Limits::default().max_bytes },
        _ => Problem::Incomplete { detail: error.body_text() },
    }
}

/// Either form of a mapping. Only JSON can hold names with commas in them.
fn mapping(said: &str) -> Result<Mapping, Problem> {
    if !said.trim_start().starts_with('{') {
        return said
            .parse()
            .map_err(|e: crate::intake::MappingError| Problem::invalid_said("mapping", &e.to_string()));
    }
    let columns: BTreeMap<String, Option<Field>> = serde_json::from_str(said).map_err(|e| {
        Problem::invalid(
            "mapping",
            format!("须为“列名: 字段”的 JSON 对象（{e}）"),
            format!("must be a JSON object of column to field ({e})"),
        )
    })?;
    Ok(columns.into_iter().fold(Mapping::new(), |mapping, (name, field)| mapping.with(&name, field)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_read_in_both_forms_and_a_wrong_one_is_named() {
        let wanted = Mapping::new().with("预算, 万元", Some(Field::Money)).with("备注", None);
        assert_eq!(mapping(r#"{"预算, 万元": "money", "备注": null}"#).ok(), Some(wanted));
        assert_eq!(mapping("备注=ignore").ok(), Some(Mapping::new().with("备注", None)));
        for wrong in [r#"{"预算": "monney"}"#, "预算=monney", "{"] {
            let Err(Problem::Invalid { field, .. }) = mapping(wrong) else { panic!("{wrong}") };
            assert_eq!(field, "mapping");
        }
    }
}
