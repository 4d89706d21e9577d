//! Rankings as files: XLSX, CSV, JSON, JSON lines.

use std::io::Write;
use std::path::Path;
use std::str::FromStr;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::domain::{Side, UnknownName};
use crate::text::Script;

use super::sheet::{COLUMNS, safe_cell, sheet_rows};
use super::view::RankingView;

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// A workbook: a sheet a direction, and one of listings that nothing fits.
    Xlsx,
    /// UTF-8 with a byte order mark, which is what makes Excel read Chinese.
    Csv,
    /// One array.
    Json,
    /// One ranking a line.
    Jsonl,
}

impl ExportFormat {
    /// By the ending of a file name.
    ///
    /// # Errors
    /// Names the endings that would do.
    pub fn of_path(path: &Path) -> Result<ExportFormat, UnknownName> {
        path.extension().and_then(|e| e.to_str()).unwrap_or_default().parse()
    }
}

impl FromStr for ExportFormat {
    type Err = UnknownName;

    fn from_str(s: &str) -> Result<Self, UnknownName> {
        match s.to_ascii_lowercase().as_str() {
            "xlsx" => Ok(ExportFormat::Xlsx),
            "csv" => Ok(ExportFormat::Csv),
            "json" => Ok(ExportFormat::Json),
            "jsonl" | "ndjson" => Ok(ExportFormat::Jsonl),
            other => Err(UnknownName {
                what: "export format",
                got: other.to_owned(),
                known: "xlsx, csv, json, jsonl".to_owned(),
            }),
        }
    }
}

/// An export that failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Writing failed.
    #[error("导出写入失败：{0} / the export could not be written: {0}")]
    Write(#[from] std::io::Error),
    /// The workbook could not be made.
    #[error("生成表格失败：{0} / the workbook could not be made: {0}")]
    Workbook(#[from] XlsxError),
    /// A row could not be written as CSV.
    #[error("导出写入失败：{0} / the export could not be written: {0}")]
    Csv(#[from] csv::Error),
    /// JSON could not be written.
    #[error("导出写入失败：{0} / the export could not be written: {0}")]
    Json(#[from] serde_json::Error),
}

/// Writes rankings of either side, in the order given; the heads and words of a sheet in
/// `script`. JSON is the API's own and has one form.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write(
    rankings: &[RankingView],
    format: ExportFormat,
    script: Script,
    mut out: impl Write,
) -> Result<(), ExportError> {
    match format {
        ExportFormat::Xlsx => out.write_all(&workbook(rankings, script)?)?,
        ExportFormat::Csv => {
            out.write_all("\u{feff}".as_bytes())?;
            let mut csv = csv::Writer::from_writer(&mut out);
            csv.write_record(COLUMNS.iter().map(|head| script.said(head).into_owned()))?;
            for row in rankings.iter().flat_map(|ranking| sheet_rows(ranking, script)) {
                csv.write_record(row.iter().map(|cell| safe_cell(cell)))?;
            }
            csv.flush()?;
        }
        ExportFormat::Json => serde_json::to_writer_pretty(&mut out, rankings)?,
        ExportFormat::Jsonl => {
            for ranking in rankings {
                serde_json::to_writer(&mut out, ranking)?;
                out.write_all(b"\n")?;
            }
        }
    }
    out.flush()?;
    Ok(())
}

fn workbook(rankings: &[RankingView], script: Script) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    for (side, name) in [(Side::Requirement, "按需求"), (Side::Capability, "按能力")] {
        let own = rankings.iter().filter(|r| r.side == side);
        let mut rows = own.flat_map(|ranking| sheet_rows(ranking, script)).peekable();
        if rows.peek().is_none() {
            continue;
        }
        let sheet = book.add_worksheet().set_name(script.said(name))?;
        sheet.set_freeze_panes(1, 2)?;
        for (column, head) in COLUMNS.iter().enumerate() {
            sheet.write_string_with_format(0, column as u16, script.said(head), &bold)?;
        }
        for (number, row) in rows.enumerate() {
            for (column, cell) in row.iter().enumerate() {
                // Written as strings, never as formulas; numbers only where they are ours.
                match (COLUMNS[column], cell.parse::<f64>()) {
                    ("名次" | "匹配度" | "词面得分" | "语义得分", Ok(value)) => {
                        sheet.write_number(number as u32 + 1, column as u16, value)?
                    }
                    _ => sheet.write_string(number as u32 + 1, column as u16, clipped_cell(cell))?,
                };
            }
        }
        for (column, width) in [(1, 30.0), (2, 20.0), (7, 30.0), (8, 20.0), (12, 40.0), (13, 40.0)] {
            sheet.set_column_width(column, width)?;
        }
    }
    if rankings.is_empty() {
        book.add_worksheet().set_name(script.said("无结果"))?;
    }
    book.save_to_buffer()
}

/// Excel holds at most 32,767 characters a cell.
pub(super) fn clipped_cell(cell: &str) -> String {
    const MOST: usize = 32_767;
    if cell.chars().count() <= MOST {
        cell.to_owned()
    } else {
        cell.chars().take(MOST - 1).chain(std::iter::once('…')).collect()
    }
}
