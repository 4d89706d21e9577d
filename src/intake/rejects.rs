//! Saves what was not taken, so that it can be mended and read again.

use std::collections::HashMap;
use std::io::{self, Write};

use super::Intake;
use super::json::RAW_COLUMN;
use super::workbook::letters;
use crate::text::Script;

/// The columns added behind the original ones; intake leaves them out when the
/// mended file comes back.
const REASON: &str = "退回原因";
const REMEDY: &str = "修改办法";
const PLACE: &str = "退回位置";

/// Writes the rejected rows as CSV (UTF-8 with a byte order mark, so that Excel
/// shows Chinese): their cells under the original column names, then reason,
/// remedy and place in both languages, Chinese in `script`. Rows of several sheets stand in one table.
///
/// A cell that a spreadsheet would take for a formula gets a `'` in front, which
/// intake takes away again when it reads such a file.
///
/// Returns the number of rows written, rejected sheets without cells left out.
///
/// # Errors
///
/// Whatever `out` reports.
pub fn write_rejects(intake: &Intake, script: Script, mut out: impl Write) -> io::Result<usize> {
    let mut columns = Columns::default();
    // First every column in the order of the file, then the rows.
    for column in &intake.columns {
        columns.slot(column.sheet.as_deref(), column.index as usize, &column.name);
    }
    let rejected: Vec<_> = intake.rejected().filter(|c| !c.cells.is_empty()).collect();
    let mut rows: Vec<Vec<(usize, &str)>> = Vec::with_capacity(rejected.len());
    for complaint in &rejected {
        let sheet = complaint.sheet.as_deref();
        let raw = complaint.column.as_deref() == Some(RAW_COLUMN);
        let mut row = Vec::new();
        for (index, cell) in complaint.cells.iter().enumerate() {
            let slot =
                if raw { columns.slot(sheet, usize::MAX, RAW_COLUMN) } else { columns.known(sheet, index) };
            row.push((slot, cell.as_str()));
        }
        rows.push(row);
    }
    out.write_all("\u{FEFF}".as_bytes())?;
    let mut writer = csv::Writer::from_writer(out);
    let added = [REASON, REMEDY, PLACE].map(|head| script.said(head));
    let names = columns.names.iter().map(String::as_str);
    writer.write_record(names.chain(added.iter().map(|head| &**head))).map_err(io::Error::from)?;
    for (complaint, row) in rejected.iter().zip(rows) {
        let mut cells = vec![String::new(); columns.names.len()];
        for (slot, cell) in row {
            if let Some(slot) = cells.get_mut(slot) {
                *slot = escape(cell);
            }
        }
        let mut place = complaint.file.clone();
        if let Some(sheet) = &complaint.sheet {
            place.push_str(&format!(" / {sheet}"));
        }
        if let Some(row) = complaint.row {
            place.push_str(&format!(" / 第 {row} 行 (row {row})"));
        }
        cells.push(escape(&format!("{} / {}", script.said(&complaint.reason_zh), complaint.reason_en)));
        cells.push(escape(&format!("{} / {}", script.said(&complaint.remedy_zh), complaint.remedy_en)));
        cells.push(escape(&place));
        writer.write_record(&cells).map_err(io::Error::from)?;
    }
    writer.flush()?;
    Ok(rejected.len())
}

/// Columns of the table that is written: those of equal name in different sheets
/// are one, those of equal name in one sheet are not.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    slots: HashMap<(Option<String>, usize), usize>,
}

impl Columns {
    fn slot(&mut self, sheet: Option<&str>, index: usize, name: &str) -> usize {
        let key = (sheet.map(str::to_owned), index);
        if let Some(slot) = self.slots.get(&key) {
            return *slot;
        }
        let used: Vec<usize> =
            self.slots.iter().filter(|((s, _), _)| *s == key.0).map(|(_, slot)| *slot).collect();
        let free =
            self.names.iter().enumerate().position(|(slot, known)| known == name && !used.contains(&slot));
        let slot = free.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        self.slots.insert(key, slot);
        slot
    }

    /// The slot of a column, named by its letter when the header has no name for it.
    fn known(&mut self, sheet: Option<&str>, index: usize) -> usize {
        let name = letters(u32::try_from(index).unwrap_or(u32::MAX - 1));
        self.slot(sheet, index, &name)
    }
}

/// Whether a spreadsheet would take the text for a formula.
fn looks_like_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

fn escape(cell: &str) -> String {
    if looks_like_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// Takes away what [`escape`] put in front.
pub(super) fn unescape(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_comes_back() {
        for cell in ["=1+1", "-5", "'=x", "''@a", "普通", "'引号'", ""] {
            assert_eq!(unescape(&escape(cell)), cell);
        }
        assert_eq!(escape("@SUM(A1)"), "'@SUM(A1)");
    }
}
