//! An event as a file: XLSX, CSV, JSON, JSON lines.

use std::io::Write;

use crate::report::{ExportError, ExportFormat, safe_cell};
use crate::text::Script;

use super::rows::{MEETING_COLUMNS, meeting_row};
use super::view::EventView;
use super::workbook::workbook;

/// Writes an event: a workbook of all its sheets, a CSV of its meetings, the
/// whole view as JSON, or one meeting a line; heads and words of sheets in `script`.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_event(
    view: &EventView,
    format: ExportFormat,
    script: Script,
    mut out: impl Write,
) -> Result<(), ExportError> {
    match format {
        ExportFormat::Xlsx => out.write_all(&workbook(view, script)?)?,
        ExportFormat::Csv => {
            out.write_all("\u{feff}".as_bytes())?;
            let mut csv = csv::Writer::from_writer(&mut out);
            csv.write_record(MEETING_COLUMNS.iter().map(|head| script.said(head).into_owned()))?;
            for meeting in &view.meetings {
                csv.write_record(meeting_row(meeting, script).iter().map(|cell| safe_cell(&cell.plain())))?;
            }
            csv.flush()?;
        }
        ExportFormat::Json => serde_json::to_writer_pretty(&mut out, view)?,
        ExportFormat::Jsonl => {
            for meeting in &view.meetings {
                serde_json::to_writer(&mut out, meeting)?;
                out.write_all(b"\n")?;
            }
        }
    }
    out.flush()?;
    Ok(())
}
