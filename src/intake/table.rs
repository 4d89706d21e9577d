//! What every kind of file is turned into: sheets of sparse rows.

use super::watch::{Reading, Tally};
use super::{Complaint, Format, IntakeError, Limits, Watch};
use crate::domain::Listing;

/// Columns that a list may have. Excel's own limit is 16 384; real lists have some dozens.
pub(super) const MAX_COLUMNS: usize = 2_000;

/// The present row.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// Filled cells by column, in order of columns.
    Cells(Vec<(u32, String)>),
    /// A whole listing (JSON with a `side`).
    Whole(Box<Listing>),
}

/// One row that holds something.
#[derive(Debug, Clone)]
pub(super) struct RawRow {
    /// As the spreadsheet counts, from 1.
    pub(super) number: u32,
    /// Cells that the file has for it, blank ones included; 0 where that means nothing.
    pub(super) width: usize,
    pub(super) body: Body,
}

impl RawRow {
    /// The filled cells; none for a whole listing.
    pub(super) fn cells(&self) -> &[(u32, String)] {
        match &self.body {
            Body::Cells(cells) => cells,
            Body::Whole(_) => &[],
        }
    }
}

/// A sheet, or the whole of a file without sheets.
#[derive(Debug, Clone, Default)]
pub(super) struct RawSheet {
    pub(super) name: Option<String>,
    pub(super) rows: Vec<RawRow>,
    /// Rows without text between used ones.
    pub(super) blank: usize,
    /// Column names where the format carries them (JSON); otherwise a header is looked for.
    pub(super) keys: Option<Vec<String>>,
    /// Merged areas that span more than one row: first row, last row (both from 1), column.
    pub(super) tall_merges: Vec<(u32, u32, u32)>,
    /// Rows that could not even be split into cells, and notes.
    pub(super) complaints: Vec<Complaint>,
    /// Rows among the complaints that were rejected.
    pub(super) rejected: usize,
}

/// A file split into rows.
#[derive(Debug)]
pub(super) struct RawFile {
    pub(super) format: Format,
    pub(super) encoding: Option<&'static str>,
    pub(super) delimiter: Option<char>,
    pub(super) sheets: Vec<RawSheet>,
}

/// Counts rows and cell bytes over all sheets of a file against its limits.
pub(super) struct Budget<'a> {
    file: &'a str,
    limits: &'a Limits,
    rows: usize,
    bytes: u64,
    tally: Tally<'a>,
}

impl<'a> Budget<'a> {
    pub(super) fn new(
        file: &'a str,
        limits: &'a Limits,
        watch: &'a Watch<'a>,
    ) -> Result<Budget<'a>, IntakeError> {
        let tally = Tally::new(watch, Reading::Opening, None)?;
        Ok(Budget { file, limits, rows: 0, bytes: 0, tally })
    }

    /// One more row.
    pub(super) fn row(&mut self) -> Result<(), IntakeError> {
        self.rows += 1;
        if self.rows > self.limits.max_rows {
            return Err(IntakeError::TooManyRows {
                file: self.file.to_owned(),
                max_rows: self.limits.max_rows,
            });
        }
        self.tally.step()
    }

    /// A cell's text, copied out of the file.
    pub(super) fn cell(&mut self, bytes: usize) -> Result<(), IntakeError> {
        self.bytes += bytes as u64;
        if self.bytes > self.limits.max_unpacked_bytes {
            return Err(IntakeError::UnpacksTooLarge {
                file: self.file.to_owned(),
                max_unpacked_bytes: self.limits.max_unpacked_bytes,
            });
        }
        Ok(())
    }

    /// A column's index.
    pub(super) fn column(&self, index: usize) -> Result<u32, IntakeError> {
        match u32::try_from(index) {
            Ok(column) if index < MAX_COLUMNS => Ok(column),
            _ => Err(IntakeError::TooManyColumns { file: self.file.to_owned(), max_columns: MAX_COLUMNS }),
        }
    }
}

/// A cell without control characters, with one kind of line end, trimmed.
pub(super) struct Cleaned {
    pub(super) text: String,
    /// Something invisible was taken out.
    pub(super) controls: bool,
}

/// Cleans a cell. `_x000D_` is how workbooks escape a carriage return.
pub(super) fn clean(cell: &str) -> Cleaned {
    let unwanted = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let controls = cell.chars().any(unwanted);
    let invisible = |c: char| matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' | '\u{2060}');
    let mut text = cell.trim_matches(|c: char| c.is_whitespace() || unwanted(c) || invisible(c));
    let owned;
    if text.contains("_x000D_") || text.contains(|c: char| c == '\r' || unwanted(c) || invisible(c)) {
        owned = text
            .replace("_x000D_", "")
            .replace("\r\n", "\n")
            .replace('\r', "\n")
            .replace(|c: char| unwanted(c) || invisible(c), "");
        text = owned.trim();
    }
    Cleaned { text: text.to_owned(), controls }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_cleaned() {
        for (raw, text, controls) in [
            ("  电梯 \u{3000}", "电梯", false),
            ("a\0b", "ab", true),
            ("一_x000D_\r\n二", "一\n二", false),
            ("\u{FEFF}序号", "序号", false),
            ("=1+1", "=1+1", false),
        ] {
            let cleaned = clean(raw);
            assert_eq!((cleaned.text.as_str(), cleaned.controls), (text, controls), "{raw:?}");
        }
    }
}
