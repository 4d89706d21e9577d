//! XLSX workbooks: every sheet, cell by cell, so that no sheet is ever laid out
//! in memory as the rectangle that it claims to be.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsx, XlsxError};

use super::problem::Problem;
use super::table::{Body, Budget, RawFile, RawRow, RawSheet, clean};
use super::{Complaint, Format, IntakeError, Options, Watch, zip_guard};

/// Cells that merged areas may fill in one sheet: forty columns of 50 000 rows.
const MAX_MERGE_FILLS: usize = 2_000_000;

/// Reads a workbook, after looking through its archive.
pub(super) fn read(
    file: &str,
    bytes: &[u8],
    options: &Options,
    watch: &Watch<'_>,
) -> Result<RawFile, IntakeError> {
    zip_guard::check(file, bytes, &options.limits)?;
    // The parser indexes and adds without checks in places; a broken workbook
    // may make it panic, which must stay an error of this one file.
    let read = catch_unwind(AssertUnwindSafe(|| sheets(file, bytes, options, watch)));
    let sheets = read.unwrap_or_else(|_| {
        Err(IntakeError::BrokenWorkbook {
            file: file.to_owned(),
            detail: "内部结构不一致 (inconsistent parts)".into(),
        })
    })?;
    Ok(RawFile { format: Format::Xlsx, encoding: None, delimiter: None, sheets })
}

fn sheets(
    file: &str,
    bytes: &[u8],
    options: &Options,
    watch: &Watch<'_>,
) -> Result<Vec<RawSheet>, IntakeError> {
    let broken = |e: XlsxError| match e {
        XlsxError::Password => IntakeError::Encrypted { file: file.to_owned() },
        e => IntakeError::BrokenWorkbook { file: file.to_owned(), detail: e.to_string() },
    };
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let mut names = workbook.sheet_names();
    if let Some(wanted) = &options.sheet {
        if !names.contains(wanted) {
            return Err(IntakeError::NoSuchSheet {
                file: file.to_owned(),
                wanted: wanted.clone(),
                found: names.join("、"),
            });
        }
        names.retain(|name| name == wanted);
    }
    let mut budget = Budget::new(file, &options.limits, watch)?;
    let mut sheets = Vec::with_capacity(names.len());
    for name in names {
        // Charts and macros have no cells.
        match sheet(file, &name, &mut workbook, &mut budget, options, &broken) {
            Err(SheetError::NotAWorksheet) => {}
            Err(SheetError::Fatal(e)) => return Err(e),
            Ok(sheet) => sheets.push(sheet),
        }
    }
    Ok(sheets)
}

enum SheetError {
    NotAWorksheet,
    Fatal(IntakeError),
}

impl From<IntakeError> for SheetError {
    fn from(error: IntakeError) -> Self {
        SheetError::Fatal(error)
    }
}

fn sheet(
    file: &str,
    name: &str,
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    budget: &mut Budget<'_>,
    options: &Options,
    broken: &impl Fn(XlsxError) -> IntakeError,
) -> Result<RawSheet, SheetError> {
    let max_chars = options.limits.max_cell_chars;
    let mut sheet = RawSheet { name: Some(name.to_owned()), ..RawSheet::default() };
    let mut rows: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    let mut too_long = BTreeSet::new();
    let mut note = |problem: &Problem, row: u32, column: u32| {
        let complaint = Complaint::about(file, problem).on_sheet(Some(name)).on_row(row);
        sheet.complaints.push(complaint.on_column(&letters(column)));
    };
    let mut reader = match workbook.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        Err(XlsxError::NotAWorksheet(_)) => return Err(SheetError::NotAWorksheet),
        Err(e) => return Err(broken(e).into()),
    };
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(broken)? {
        let (row, column) = (cell.pos.0.saturating_add(1), budget.column(cell.pos.1 as usize)?);
        let text = match &cell.value {
            DataRef::Empty => {
                if cell.formula.is_some() {
                    note(&Problem::NoCachedValue, row, column);
                }
                continue;
            }
            DataRef::Error(error) => {
                note(&Problem::ErrorCell { cell: error.to_string() }, row, column);
                continue;
            }
            value => shown(value),
        };
        let cleaned = clean(&text);
        if cleaned.controls {
            note(&Problem::ControlCharacters, row, column);
        }
        let mut text = cleaned.text;
        if text.is_empty() {
            continue;
        }
        if text.len() > max_chars && text.chars().count() > max_chars {
            text = text.chars().take(max_chars).collect();
            too_long.insert(row);
        }
        budget.cell(text.len())?;
        if !rows.contains_key(&row) {
            budget.row()?;
        }
        rows.entry(row).or_default().insert(column, text);
    }
    drop(reader);
    let merges = workbook.merge_cells_by_sheet_name(name).map_err(broken)?;
    let mut fills = 0usize;
    for area in merges {
        let (first, last, column) =
            (area.start.0.saturating_add(1), area.end.0.saturating_add(1), area.start.1);
        if last <= first || fills >= MAX_MERGE_FILLS {
            continue;
        }
        sheet.tall_merges.push((first, last, column));
        let Some(value) = rows.get(&first).and_then(|row| row.get(&column)).cloned() else { continue };
        // Only rows that hold something of their own: an area may reach to the end of the sheet.
        for (_, row) in rows.range_mut(first + 1..=last) {
            budget.cell(value.len())?;
            row.entry(column).or_insert_with(|| value.clone());
            fills += 1;
        }
    }
    if fills >= MAX_MERGE_FILLS {
        let problem = Problem::MergesCut { max: MAX_MERGE_FILLS };
        sheet.complaints.push(Complaint::about(file, &problem).on_sheet(Some(name)));
    }
    let (first, last) =
        (rows.keys().next().copied().unwrap_or(0), rows.keys().next_back().copied().unwrap_or(0));
    sheet.blank = if rows.is_empty() { 0 } else { (last - first + 1) as usize - rows.len() };
    for (number, cells) in rows {
        let cells: Vec<(u32, String)> = cells.into_iter().collect();
        if too_long.contains(&number) {
            let problem = Problem::CellTooLong { max: max_chars };
            let width = cells.last().map_or(0, |(column, _)| *column as usize + 1);
            let mut dense = vec![String::new(); width];
            for (column, text) in cells {
                dense[column as usize] = text;
            }
            sheet.rejected += 1;
            sheet
                .complaints
                .push(Complaint::about(file, &problem).on_sheet(Some(name)).on_row(number).with_cells(dense));
        } else {
            sheet.rows.push(RawRow { number, width: 0, body: Body::Cells(cells) });
        }
    }
    Ok(sheet)
}

/// A cell's value as it would be typed.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => n.to_string(),
        DataRef::String(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Bool(b) => (if *b { "是" } else { "否" }).to_owned(),
        DataRef::DateTime(when) if when.is_datetime() => {
            let (year, month, day, hour, minute, ..) = when.to_ymd_hms_milli();
            if (hour, minute) == (0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
            }
        }
        DataRef::DateTime(span) => span.as_f64().to_string(),
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// Column 0 is A, 26 is AA.
pub(super) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), name);
        }
    }
}
