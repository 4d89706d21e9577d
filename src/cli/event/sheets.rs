//! `opcmatch event sheets`: everything that is printed, hung up and sent.
//!
//! Files have names of ASCII letters: they are packed, mailed, put on USB sticks and
//! typed on machines whose encoding nobody knows. What stands in them is Chinese.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use crate::rank::Mix;
use crate::report::{
    Brief, CalendarError, ExportError, ExportFormat, Lang, Participant, PrintPage, Script, Styles,
    event_calendar, participant_calendars, print_page, write_event,
};

use super::super::arguments::Common;
use super::super::progress::{Progress, note};
use super::super::whole::write;
use super::super::{CliError, Outcome};
use super::fault::EventFault;
use super::review::no_plan;
use super::source::EventSource;

/// 导出：表格 event.xlsx、meetings.csv，日历 event.ics、participants.zip，打印页 *.html
/// / a workbook, a CSV, calendars, and pages to print
#[derive(Debug, Args)]
pub(in crate::cli) struct SheetsArguments {
    #[command(flatten)]
    source: EventSource,
    /// 存到哪个文件夹 / the folder to fill
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// 打印页的语言；表格和日历为简体或繁體 / language of the pages; sheets and calendars are in simplified or traditional Chinese
    #[arg(long, default_value = "zh", value_parser = ["zh", "hant", "en"])]
    lang: String,
    /// 以 JSON 输出文件清单 / print the list of files as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(own: &SheetsArguments, common: &Common) -> Result<Outcome, CliError> {
    let event = own.source.find()?.event;
    if event.plan.is_none() {
        return Ok(no_plan(&event, common));
    }
    let surveyed = own.source.survey(&event, common)?;
    let view = surveyed.view(&event, &surveyed.ground.review(&event));
    // A fixed day makes fixed files.
    let stamp = match common.today {
        Some(day) => day.to_zoned(jiff::tz::TimeZone::UTC).map(|at| at.timestamp()).unwrap_or_default(),
        None => Timestamp::now(),
    };
    let lang = match own.lang.as_str() {
        "en" => Lang::En,
        "hant" => Lang::Hant,
        _ => Lang::Zh,
    };
    let script = if lang == Lang::Hant { Script::Traditional } else { Script::Simplified };
    let progress = Progress::busy("导出 exporting", common);
    let export = |format: ExportFormat| -> Result<Vec<u8>, ExportError> {
        let mut bytes = Vec::new();
        write_event(&view, format, script, &mut bytes)?;
        Ok(bytes)
    };
    let mut files: Vec<(&str, Vec<u8>)> =
        vec![("event.xlsx", export(ExportFormat::Xlsx)?), ("meetings.csv", export(ExportFormat::Csv)?)];
    match event_calendar(&view, &Participant::Everyone, script, stamp) {
        Ok(calendar) => {
            files.push(("event.ics", calendar.into_bytes()));
            let each = participant_calendars(&view, script, stamp).map_err(EventFault::Calendar)?;
            files.push(("participants.zip", each));
        }
        Err(nothing @ CalendarError::Nothing(_)) => note(common, &nothing.to_string()),
        Err(other) => return Err(EventFault::Calendar(other).into()),
    }
    let briefs: Vec<Brief> = view
        .meetings
        .iter()
        .filter_map(|meeting| {
            Brief::of_meeting(&surveyed.ranker, meeting, surveyed.opened.today, Mix::Hybrid)
        })
        .collect();
    for (name, page) in [
        ("stage.html", PrintPage::Stage),
        ("tables.html", PrintPage::Tables),
        ("opcs.html", PrintPage::Opcs(None)),
        ("needs.html", PrintPage::Needs(None)),
        ("wall.html", PrintPage::Wall),
        ("briefs.html", PrintPage::Briefs(&briefs)),
    ] {
        files.push((name, print_page(&view, page, lang, Styles::Inline).into_bytes()));
    }
    drop(progress);
    std::fs::create_dir_all(&own.out).map_err(|cause| CliError::File { path: own.out.clone(), cause })?;
    for (name, bytes) in &files {
        write(&own.out.join(name), bytes)?;
    }
    let mut out = std::io::stdout().lock();
    if own.json {
        let listed: Vec<_> =
            files.iter().map(|(name, bytes)| json!({"file": name, "bytes": bytes.len()})).collect();
        serde_json::to_writer_pretty(&mut out, &json!({"folder": own.out, "files": listed}))?;
        writeln!(out)?;
    } else {
        for (name, bytes) in &files {
            writeln!(out, "{:>9} 字节 bytes  {}", bytes.len(), own.out.join(name).display())?;
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}
