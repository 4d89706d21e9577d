//! The ways in: a file, an upload, a pasted text.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use rayon::prelude::*;

use super::decode::decode;
use super::facts::{RegionCell, read_prose, region_cell};
use super::format::{Container, TextKind, container, stem, text_kind};
use super::header::{self, Plan};
use super::identity::{Identities, prefix};
use super::problem::Problem;
use super::report::{Intake, SheetRead};
use super::row::{self, IdFrom, Kind, Outcome, Place};
use super::table::{Body, RawFile, RawRow, RawSheet, clean};
use super::watch::{Reading, Tally, Watch, unwatched};
use super::{Complaint, IntakeError, Limits, Options, Severity, delimited, json, near, workbook};
use crate::domain::{Field, Listing, Region};

/// Notes of one kind that are listed for one sheet; the rest are counted.
const NOTES_LISTED: usize = 200;

/// Reads a file.
///
/// # Errors
///
/// When nothing of it could be read; see [`IntakeError`].
pub fn read_path(path: &Path, options: &Options) -> Result<Intake, IntakeError> {
    read_path_watched(path, options, &unwatched)
}

/// As [`read_path`]; `watch` hears how far it is, and may stop it.
///
/// # Errors
///
/// As [`read_path`], and [`IntakeError::Stopped`] when it was stopped.
pub fn read_path_watched(path: &Path, options: &Options, watch: &Watch<'_>) -> Result<Intake, IntakeError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let unreadable = |source| IntakeError::Unreadable { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length > options.limits.max_bytes {
        return Err(IntakeError::TooLarge { file: name, max_bytes: options.limits.max_bytes });
    }
    let mut guard = Guard::new(&name, &options.limits);
    let mut bytes = Vec::new();
    let mut piece = vec![0u8; 1 << 16];
    // The length may have been a lie: a pipe, or a file that is still growing.
    loop {
        let read = file.read(&mut piece).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        guard.take(&piece[..read])?;
        bytes.extend_from_slice(&piece[..read]);
    }
    read_guarded(&name, &bytes, options, watch)
}

/// Reads an upload. `file_name` decides only what the bytes leave open, and
/// stands in complaints and ids.
///
/// # Errors
///
/// When nothing of it could be read; see [`IntakeError`].
pub fn read_bytes(file_name: &str, bytes: &[u8], options: &Options) -> Result<Intake, IntakeError> {
    read_bytes_watched(file_name, bytes, options, &unwatched)
}

/// As [`read_bytes`]; `watch` hears how far it is, and may stop it.
///
/// # Errors
///
/// As [`read_bytes`], and [`IntakeError::Stopped`] when it was stopped.
pub fn read_bytes_watched(
    file_name: &str,
    bytes: &[u8],
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Intake, IntakeError> {
    // An upload's name may hold a path of the sender's machine.
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    Guard::new(name, &options.limits).take(bytes)?;
    read_guarded(name, bytes, options, watch)
}

/// Reads one pasted description: title, text and the facts in its prose. The id
/// is made of its words, so the same text keeps its id.
pub fn read_text(text: &str, options: &Options) -> Listing {
    let text = clean(text).text;
    let first_line = text.lines().next().unwrap_or_default().trim();
    // A short first line followed by more is a title that somebody wrote.
    let titled = first_line.chars().count() <= 60
        && text.len() > first_line.len()
        && !first_line.ends_with(['。', '，', ',', '；']);
    let title = if titled { first_line.to_owned() } else { row::first_sentence(&text) };
    let mut listing = Listing::new("", options.side, title, text);
    let place = Place { file: "", sheet: None };
    // There is nothing yet that it could clash with.
    let _ = Identities::default().assign(&mut listing, IdFrom::Nowhere, "", place, &[]);
    read_prose(&mut listing, options.today);
    listing
}

/// The place that a box of its own names: 杭州, 浙江省杭州市西湖区, 远程. `None` when no place
/// is recognised, or when several bear the name.
pub fn read_place(text: &str) -> Option<Region> {
    match region_cell(text.trim()) {
        RegionCell::Read { region, .. } => Some(region),
        RegionCell::NotStated | RegionCell::Ambiguous { .. } | RegionCell::Unread => None,
    }
}

/// Watches bytes as they come in.
struct Guard<'a> {
    file: &'a str,
    limits: &'a Limits,
    total: u64,
    /// Bytes since the last line end, or `None` where lines mean nothing: archives
    /// and JSON documents.
    run: Option<usize>,
    line: u64,
    begun: bool,
}

impl<'a> Guard<'a> {
    fn new(file: &'a str, limits: &'a Limits) -> Guard<'a> {
        Guard { file, limits, total: 0, run: Some(0), line: 1, begun: false }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), IntakeError> {
        self.total += bytes.len() as u64;
        if self.total > self.limits.max_bytes {
            return Err(IntakeError::TooLarge {
                file: self.file.to_owned(),
                max_bytes: self.limits.max_bytes,
            });
        }
        if !self.begun {
            self.begun = true;
            let first = bytes
                .strip_prefix(b"\xEF\xBB\xBF")
                .unwrap_or(bytes)
                .iter()
                .find(|b| !b.is_ascii_whitespace());
            if bytes.starts_with(b"PK") || matches!(first, Some(b'[' | b'{')) {
                self.run = None;
            }
        }
        let Some(run) = &mut self.run else { return Ok(()) };
        let mut lines = bytes.split(|b| *b == b'\n' || *b == b'\r');
        *run += lines.next().map_or(0, <[u8]>::len);
        let mut longest = *run;
        for line in lines {
            if longest > self.limits.max_line_bytes {
                break;
            }
            self.line += 1;
            *run = line.len();
            longest = *run;
        }
        if longest > self.limits.max_line_bytes {
            return Err(IntakeError::LineTooLong {
                file: self.file.to_owned(),
                line: self.line,
                max_line_bytes: self.limits.max_line_bytes,
            });
        }
        Ok(())
    }
}

fn read_guarded(
    file: &str,
    bytes: &[u8],
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Intake, IntakeError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(IntakeError::Empty { file: file.to_owned() });
    }
    let raw = match container(file, bytes)? {
        Container::Zip => workbook::read(file, bytes, options, watch)?,
        Container::Text => {
            let decoded = decode(file, bytes)?;
            match text_kind(file, &decoded.text)? {
                TextKind::Json => json::read_document(file, &decoded, options, watch)?,
                TextKind::JsonLines => json::read_lines(file, &decoded, options, watch)?,
                TextKind::Delimited => delimited::read(file, &decoded, options, watch)?,
            }
        }
    };
    build(file, raw, options, watch)
}

/// Turns raw sheets into the report.
fn build(file: &str, raw: RawFile, options: &Options, watch: &Watch<'_>) -> Result<Intake, IntakeError> {
    let plans: Vec<Option<Plan>> = raw.sheets.iter().map(|sheet| header::plan(sheet, options)).collect();
    let empty = raw.sheets.iter().all(|sheet| sheet.rows.is_empty() && sheet.rejected == 0);
    if empty {
        return Err(IntakeError::Empty { file: file.to_owned() });
    }
    if plans.iter().all(Option::is_none) {
        let first = raw.sheets.iter().find_map(|sheet| sheet.rows.first());
        let shown: Vec<String> = first.map_or(Vec::new(), |row| {
            row.cells().iter().take(5).map(|(_, c)| c.chars().take(12).collect()).collect()
        });
        let seen = if shown.is_empty() {
            String::new()
        } else {
            format!("（首行 / first row: {}）", shown.join(" | "))
        };
        return Err(IntakeError::NoHeader { file: file.to_owned(), seen });
    }
    let tables = raw
        .sheets
        .iter()
        .zip(&plans)
        .filter(|(sheet, plan)| plan.is_some() && !sheet.rows.is_empty())
        .count();
    let mut intake = Intake {
        file: file.to_owned(),
        format: raw.format,
        encoding: raw.encoding,
        delimiter: raw.delimiter,
        listings: Vec::new(),
        complaints: Vec::new(),
        columns: Vec::new(),
        near_duplicates: Vec::new(),
        near_duplicates_cut: false,
        rows_seen: 0,
        rows_blank: 0,
        rows_rejected: 0,
        sheets: Vec::new(),
    };
    let mut identities = Identities::default();
    let rows = raw
        .sheets
        .iter()
        .zip(&plans)
        .filter_map(|(sheet, plan)| Some(data_rows(sheet, plan.as_ref()?).len()));
    let tally = Tally::new(watch, Reading::Rows, Some(rows.sum()))?;
    for (sheet, plan) in raw.sheets.into_iter().zip(plans) {
        let prefix = prefix(&stem(file), sheet.name.as_deref().filter(|_| tables > 1));
        add_sheet(&mut intake, &mut identities, sheet, plan, &prefix, options, &tally)?;
    }
    let unused = header::unused_mappings(file, &intake.columns, options);
    intake.complaints.splice(0..0, unused);
    Tally::new(watch, Reading::Comparing, None)?;
    (intake.near_duplicates, intake.near_duplicates_cut) = near::pairs(&intake.listings);
    Ok(intake)
}

fn add_sheet(
    intake: &mut Intake,
    identities: &mut Identities,
    mut sheet: RawSheet,
    plan: Option<Plan>,
    prefix: &str,
    options: &Options,
    tally: &Tally<'_>,
) -> Result<(), IntakeError> {
    let file = intake.file.clone();
    let name = sheet.name.clone();
    let place = Place { file: &file, sheet: name.as_deref() };
    let mut complaints = std::mem::take(&mut sheet.complaints);
    let mut rejected = sheet.rejected;
    let Some(plan) = plan else {
        if !sheet.rows.is_empty() {
            let problem = Problem::NoHeader { rows: sheet.rows.len() };
            complaints.insert(0, Complaint::about(&file, &problem).on_sheet(place.sheet));
            intake.rows_seen += sheet.rows.len();
            rejected += sheet.rows.len();
        }
        intake.rows_seen += sheet.rejected;
        intake.rows_rejected += rejected;
        intake.sheets.push(SheetRead { name, header_row: None, rows: sheet.rows.len() });
        intake.complaints.append(&mut complaints);
        return Ok(());
    };
    let rows = data_rows(&sheet, &plan);
    intake.rows_seen += rows.len() + sheet.rejected;
    intake.rows_blank += sheet.blank;
    intake.columns.extend(plan.report(place.sheet));
    intake.sheets.push(SheetRead {
        name: name.clone(),
        header_row: plan.header_row,
        rows: rows.len() + sheet.rejected,
    });
    complaints.extend(about_titles(rows, &plan, place, options));
    for (row, outcome) in rows.iter().zip(outcomes(rows, &plan, place, options, tally)?) {
        match outcome {
            Outcome::Rejected(complaint) => {
                rejected += 1;
                complaints.push(complaint);
            }
            Outcome::Skipped(complaint) => complaints.push(complaint),
            Outcome::Taken { mut listing, id, mut notes } => {
                match identities.assign(&mut listing, id, prefix, place, &intake.listings) {
                    Ok(note) => {
                        notes.extend(note.map(|problem| place.complain(row.number, &problem)));
                        complaints.append(&mut notes);
                        intake.listings.push(*listing);
                    }
                    Err(problem) => {
                        rejected += 1;
                        complaints.push(place.complain(row.number, &problem).with_cells(row::dense(row)));
                    }
                }
            }
        }
    }
    complaints.sort_by_key(|complaint| complaint.row);
    intake.rows_rejected += rejected;
    intake.complaints.extend(shortened(complaints, place));
    Ok(())
}

/// The rows below the headers.
fn data_rows<'a>(sheet: &'a RawSheet, plan: &Plan) -> &'a [RawRow] {
    &sheet.rows[plan.first.min(sheet.rows.len())..]
}

/// What there is to say about a table without titles.
fn about_titles(rows: &[RawRow], plan: &Plan, place: Place<'_>, options: &Options) -> Option<Complaint> {
    let (title, text) = (plan.fills(Field::Title, options.side), plan.fills(Field::Text, options.side));
    let needed = rows.iter().any(|row| matches!(row.body, Body::Cells(_)));
    if title || !needed {
        return None;
    }
    let problem = if text {
        Problem::SheetWithoutTitles
    } else {
        let known: Vec<&str> =
            plan.columns.iter().filter(|c| c.meaning.is_some()).map(|c| c.name.as_str()).collect();
        Problem::NoTitleColumn { known: known.join("、") }
    };
    Some(Complaint::about(place.file, &problem).on_sheet(place.sheet))
}

/// Reads all rows, in parallel; the outcomes stand in the order of the rows.
fn outcomes(
    rows: &[RawRow],
    plan: &Plan,
    place: Place<'_>,
    options: &Options,
    tally: &Tally<'_>,
) -> Result<Vec<Outcome>, IntakeError> {
    let mut heading: Option<String> = None;
    let kinds: Vec<(Kind, Option<String>)> = rows
        .iter()
        .map(|row| {
            let kind = row::kind(row, plan);
            if let Kind::Heading(text) = &kind {
                heading = Some(text.clone());
            }
            (kind, heading.clone())
        })
        .collect();
    rows.par_iter()
        .zip(kinds)
        .map(|(row, (kind, heading))| {
            let outcome = match kind {
                Kind::Data => row::read(row, heading.as_deref(), plan, place, options),
                Kind::Heading(text) => {
                    Outcome::Skipped(place.complain(row.number, &Problem::HeadingRow { text }))
                }
                Kind::Skip(problem) => Outcome::Skipped(place.complain(row.number, &problem)),
            };
            tally.step().map(|()| outcome)
        })
        .collect()
}

/// Every rejection, and of each kind of note the first [`NOTES_LISTED`].
fn shortened(complaints: Vec<Complaint>, place: Place<'_>) -> Vec<Complaint> {
    let mut seen: HashMap<&'static str, usize> = HashMap::new();
    let mut kept = Vec::with_capacity(complaints.len().min(1024));
    for complaint in complaints {
        let count = seen.entry(complaint.code).or_default();
        *count += 1;
        if complaint.severity == Severity::Rejected || *count <= NOTES_LISTED {
            kept.push(complaint);
        }
    }
    let rejected: Vec<&'static str> =
        kept.iter().filter(|c| c.severity == Severity::Rejected).map(|c| c.code).collect();
    let mut more: Vec<(&'static str, usize)> =
        seen.into_iter().filter(|(code, count)| *count > NOTES_LISTED && !rejected.contains(code)).collect();
    more.sort_unstable();
    kept.extend(more.into_iter().map(|(code, count)| {
        let problem = Problem::MoreOfTheSame { code, left_out: count - NOTES_LISTED };
        Complaint::about(place.file, &problem).on_sheet(place.sheet)
    }));
    kept
}
