//! What an organiser takes along: files, calendars, pages to print.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Event, ListingId, OpcId, PublicListing, Side};
use crate::report::{
    Brief, CalendarError, Lang, Participant, PrintPage, Styles, event_calendar, participant_calendars,
    print_page, write_event,
};

use super::super::app::App;
use super::super::export::{Characters, Form, attachment};
use super::super::matches::pair_explained;
use super::super::problem::{Problem, ProblemBody};
use super::super::request::Params;
use super::EventAt;
use super::names::Names;
use super::page::stored_view;
use super::scene::{Scene, stored};

const CALENDAR: &str = "text/calendar; charset=utf-8";

/// The form of an event's file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SheetParams {
    /// A workbook of all sheets, the meetings as CSV, the whole view as JSON, or a meeting a line.
    #[param(inline)]
    format: Form,
    /// The characters of a sheet's own words; listings keep their own. Simplified when left out.
    #[serde(default)]
    #[param(inline, required = false)]
    lang: Characters,
}

/// The name of a file: ids are the program's own and plain, unless somebody made one up.
fn file_name(event: &Event, rest: &str) -> String {
    let id: String = event.id.0.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("opcmatch-{id}-r{}{rest}", event.revision)
}

/// The event as a file to download
#[utoipa::path(
    get, path = "/events/{id}/export", tag = "events",
    params(("id" = String, Path, description = "Id, percent-encoded"), SheetParams),
    responses(
        (status = 200, content(
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "text/csv"),
            (crate::report::EventView = "application/json"),
            (String = "application/x-ndjson"),
        )),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn export(
    State(app): State<App>,
    EventAt(id): EventAt,
    Params(params): Params<SheetParams>,
) -> Result<Response, Problem> {
    let (format, ending, kind) = params.format.row();
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let mut bytes = Vec::new();
        write_event(&stored_view(app, &event)?, format, params.lang.into(), &mut bytes)
            .map_err(|e| Problem::internal(&e))?;
        Ok(attachment(&file_name(&event, &format!(".{ending}")), kind, bytes))
    })
    .await
}

impl From<CalendarError> for Problem {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::Nothing(_) | CalendarError::Time(_) => {
                Problem::invalid_said("event", &error.to_string())
            }
            CalendarError::Pack(_) | CalendarError::Write(_) => Problem::internal(&error),
        }
    }
}

/// Whose calendar, and in which characters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CalendarParams {
    /// Of this need.
    #[param(value_type = Option<String>)]
    need: Option<ListingId>,
    /// Of this OPC, by the id that the view shows or by its name.
    #[param(value_type = Option<String>)]
    opc: Option<OpcId>,
    /// The characters of the calendar's own words. Simplified when left out.
    #[serde(default)]
    #[param(inline, required = false)]
    lang: Characters,
}

/// In which characters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CalendarsParams {
    /// The characters of the calendars' own words. Simplified when left out.
    #[serde(default)]
    #[param(inline, required = false)]
    lang: Characters,
}

/// A calendar: of a need, of an OPC, or of the whole event
#[utoipa::path(
    get, path = "/events/{id}/calendar", tag = "events",
    params(("id" = String, Path, description = "Id, percent-encoded"), CalendarParams),
    responses(
        (status = 200, body = String, content_type = "text/calendar"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn calendar(
    State(app): State<App>,
    EventAt(id): EventAt,
    Params(whose): Params<CalendarParams>,
) -> Result<Response, Problem> {
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let names = Scene::of(app, &event)?.names(&event);
        let participant = match (whose.need, whose.opc) {
            (None, None) => Participant::Everyone,
            (Some(need), None) => Participant::Need(need),
            (None, Some(opc)) => Participant::Opc(shown(&names, &opc)),
            (Some(_), Some(_)) => {
                return Err(Problem::invalid(
                    "need",
                    "need、opc 至多给一个",
                    "give at most one of need and opc",
                ));
            }
        };
        let text =
            event_calendar(&stored_view(app, &event)?, &participant, whose.lang.into(), Timestamp::now())?;
        Ok(attachment(&file_name(&event, ".ics"), CALENDAR, text.into_bytes()))
    })
    .await
}

/// The id under which the view shows an OPC that is named in any way.
fn shown(names: &Names, given: &OpcId) -> OpcId {
    names.shown_opc(&names.opc(given))
}

/// A calendar for each participant, in one archive
#[utoipa::path(
    get, path = "/events/{id}/calendars", tag = "events", params(("id" = String, Path, description = "Id, percent-encoded"), CalendarsParams),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/zip"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn calendars(
    State(app): State<App>,
    EventAt(id): EventAt,
    Params(params): Params<CalendarsParams>,
) -> Result<Response, Problem> {
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let bytes = participant_calendars(&stored_view(app, &event)?, params.lang.into(), Timestamp::now())?;
        Ok(attachment(&file_name(&event, "-calendars.zip"), "application/zip", bytes))
    })
    .await
}

/// What to print.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sheet {
    /// The order of the stage.
    Stage,
    /// A card for each table.
    Tables,
    /// The day of each OPC, or of one.
    Opcs,
    /// The day of each need, or of one.
    Needs,
    /// Slots by tables, for the wall.
    Wall,
    /// A page for each pair; those of one need or one OPC, when one is named.
    Briefs,
}

/// [`Lang`] by name.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Tongue {
    #[default]
    Zh,
    Hant,
    En,
}

/// In which language, and for whom.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PrintParams {
    /// The language of what surrounds the listings' own words; Chinese when left out.
    #[serde(default)]
    #[param(inline, required = false)]
    lang: Tongue,
    /// For one need alone.
    #[param(value_type = Option<String>)]
    need: Option<ListingId>,
    /// For one OPC alone.
    #[param(value_type = Option<String>)]
    opc: Option<OpcId>,
}

/// A page to print
#[utoipa::path(
    get, path = "/events/{id}/print/{sheet}", tag = "events",
    params(("id" = String, Path, description = "Id, percent-encoded"), ("sheet" = inline(Sheet), Path, description = "Which page"), PrintParams),
    responses(
        (status = 200, body = String, content_type = "text/html"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn print(
    State(app): State<App>,
    EventAt(id): EventAt,
    sheet: Result<Path<OneSheet>, axum::extract::rejection::PathRejection>,
    Params(params): Params<PrintParams>,
) -> Result<Response, Problem> {
    let Ok(Path(OneSheet { sheet })) = sheet else {
        return Err(Problem::invalid(
            "sheet",
            "可用：stage、tables、opcs、needs、wall、briefs",
            "must be one of stage, tables, opcs, needs, wall, briefs",
        ));
    };
    let lang = match params.lang {
        Tongue::Zh => Lang::Zh,
        Tongue::Hant => Lang::Hant,
        Tongue::En => Lang::En,
    };
    app.blocking(move |app| {
        let event = stored(app, &id)?;
        let scene = Scene::of(app, &event)?;
        let names = scene.names(&event);
        let view = stored_view(app, &event)?;
        let opc = params.opc.map(|opc| shown(&names, &opc));
        let need = params.need;
        let briefs = match sheet {
            Sheet::Briefs => {
                let theirs = |m: &&crate::report::MeetingView| {
                    need.as_ref().is_none_or(|need| &m.need == need)
                        && opc.as_ref().is_none_or(|opc| &m.opc == opc)
                };
                let pairs = view.meetings.iter().filter(theirs);
                // A listing that has been deleted since has nothing left to print.
                let listed = pairs.filter(|meeting| {
                    scene.listing(Side::Requirement, &meeting.need).is_some()
                        && scene.listing(Side::Capability, &meeting.capability).is_some()
                });
                let brief = |meeting: &crate::report::MeetingView| {
                    let (need, capability, why) =
                        pair_explained(app, &scene.ranker, &meeting.need, &meeting.capability, None)?;
                    Ok(Brief {
                        need: PublicListing::from(need.as_ref()),
                        capability: PublicListing::from(capability.as_ref()),
                        why,
                    })
                };
                listed.map(brief).collect::<Result<Vec<Brief>, Problem>>()?
            }
            _ => Vec::new(),
        };
        let page = match sheet {
            Sheet::Stage => PrintPage::Stage,
            Sheet::Tables => PrintPage::Tables,
            Sheet::Opcs => PrintPage::Opcs(opc.as_ref()),
            Sheet::Needs => PrintPage::Needs(need.as_ref()),
            Sheet::Wall => PrintPage::Wall,
            Sheet::Briefs => PrintPage::Briefs(&briefs),
        };
        let html = print_page(&view, page, lang, Styles::Linked);
        Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
    })
    .await
}

/// The last part of a print page's address.
#[derive(Debug, Deserialize)]
pub(super) struct OneSheet {
    sheet: Sheet,
}
