//! Text tables: CSV, TSV and their relatives.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};

use super::columns;
use super::decode::Decoded;
use super::problem::Problem;
use super::table::{Body, Budget, MAX_COLUMNS, RawFile, RawRow, RawSheet, clean};
use super::{Complaint, Format, IntakeError, Options, Watch};

/// Delimiters in the order in which a tie is decided. The full-width comma is
/// turned into a control character that no text holds before it is split.
const DELIMITERS: [char; 5] = [',', '\t', ';', '|', '，'];
const FULL_WIDTH_STAND_IN: u8 = 0x1F;

/// Records looked at to find the delimiter.
const SAMPLE: usize = 30;

/// Quotation marks left open that one file may hold before the rest of it is
/// rejected as one; each costs one pass over the rest of the file.
const MAX_OPEN_QUOTES: usize = 100;

/// Splits decoded text into one sheet of rows.
pub(super) fn read(
    file: &str,
    decoded: &Decoded,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<RawFile, IntakeError> {
    let delimiter = delimiter(&decoded.text, options);
    let text = if delimiter == '，' {
        Cow::Owned(stand_in(&decoded.text))
    } else {
        Cow::Borrowed(decoded.text.as_str())
    };
    let byte = if delimiter == '，' { FULL_WIDTH_STAND_IN } else { delimiter as u8 };
    let mut sheet = RawSheet::default();
    if decoded.replaced > 0 {
        sheet.complaints.push(Complaint::about(file, &Problem::Replaced { count: decoded.replaced }));
    }
    let mut splitter =
        Splitter { file, options, budget: Budget::new(file, &options.limits, watch)?, sheet, line: 0 };
    splitter.split(&text, byte)?;
    Ok(RawFile {
        format: if delimiter == '\t' { Format::Tsv } else { Format::Csv },
        encoding: Some(decoded.encoding),
        delimiter: Some(delimiter),
        sheets: vec![splitter.sheet],
    })
}

/// The delimiter under which the first rows hold most known column names; when
/// none is known, the one that splits the first rows most evenly.
fn delimiter(text: &str, options: &Options) -> char {
    let end = text.char_indices().nth(200_000).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let mut best = (',', (0u32, 0u32));
    for delimiter in DELIMITERS {
        if !text.contains(delimiter) {
            continue;
        }
        let standing = if delimiter == '，' { stand_in(text) } else { text.to_owned() };
        let byte = if delimiter == '，' { FULL_WIDTH_STAND_IN } else { delimiter as u8 };
        let mut reader = builder(byte).from_reader(standing.as_bytes());
        let records: Vec<StringRecord> = reader.records().take(SAMPLE).filter_map(Result::ok).collect();
        let known = records.iter().map(|r| columns::score(r.iter(), &options.mapping)).max().unwrap_or(0);
        let even = records.windows(2).filter(|w| w[0].len() > 1 && w[0].len() == w[1].len()).count() as u32;
        if (known, even) > best.1 {
            best = (delimiter, (known, even));
        }
    }
    best.0
}

fn builder(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true);
    builder
}

/// Full-width commas outside quotation marks, replaced by the stand-in.
fn stand_in(text: &str) -> String {
    let mut quoted = false;
    text.chars()
        .map(|c| {
            quoted ^= c == '"';
            if c == '，' && !quoted { char::from(FULL_WIDTH_STAND_IN) } else { c }
        })
        .collect()
}

struct Splitter<'a> {
    file: &'a str,
    options: &'a Options,
    budget: Budget<'a>,
    sheet: RawSheet,
    /// Rows so far, as a spreadsheet counts: blank lines count, line ends inside
    /// quotation marks do not.
    line: u32,
}

impl Splitter<'_> {
    fn split(&mut self, text: &str, delimiter: u8) -> Result<(), IntakeError> {
        let mut rest = text;
        for _ in 0..=MAX_OPEN_QUOTES {
            match self.split_until_open_quote(rest, delimiter)? {
                None => return Ok(()),
                Some(next) => rest = next,
            }
        }
        if !rest.trim().is_empty() {
            self.budget.row()?;
            self.line += 1;
            self.reject(&Problem::UnclosedQuote, vec![self.shortened(rest)]);
        }
        Ok(())
    }

    /// Reads records until the end, or until one whose quotation mark is never
    /// closed; then gives what follows the line on which that record begins.
    fn split_until_open_quote<'t>(
        &mut self,
        text: &'t str,
        delimiter: u8,
    ) -> Result<Option<&'t str>, IntakeError> {
        let mut reader = builder(delimiter).from_reader(text.as_bytes());
        let mut record = StringRecord::new();
        loop {
            let start = reader.position().byte() as usize;
            match reader.read_record(&mut record) {
                Ok(true) => {}
                // Text is UTF-8 and rows may differ in length, so there is no other error.
                Ok(false) | Err(_) => return Ok(None),
            }
            let end = reader.position().byte() as usize;
            let (blank, raw) = leading_line_ends(text, start, end);
            if !self.sheet.rows.is_empty() {
                self.sheet.blank += blank;
            }
            self.line += blank as u32 + 1;
            self.budget.row()?;
            if end >= text.len() && opens_quote(raw, delimiter) {
                let first = raw.lines().next().unwrap_or_default();
                let cells = first.split(char::from(delimiter)).map(|cell| self.shortened(cell)).collect();
                self.reject(&Problem::UnclosedQuote, cells);
                let next = end - raw.len() + first.len();
                return Ok(Some(
                    text[next.min(text.len())..].trim_start_matches('\r').strip_prefix('\n').unwrap_or(""),
                ));
            }
            self.row(&record)?;
        }
    }

    fn row(&mut self, record: &StringRecord) -> Result<(), IntakeError> {
        let limits = &self.options.limits;
        if record.len() > MAX_COLUMNS {
            let cells = record.iter().take(MAX_COLUMNS).map(|cell| self.shortened(cell)).collect();
            self.reject(&Problem::TooManyCells { max: MAX_COLUMNS }, cells);
            return Ok(());
        }
        let too_long =
            |cell: &str| cell.len() > limits.max_cell_chars && cell.chars().count() > limits.max_cell_chars;
        if record.iter().any(too_long) {
            let cells = record.iter().map(|cell| self.shortened(cell)).collect();
            self.reject(&Problem::CellTooLong { max: limits.max_cell_chars }, cells);
            return Ok(());
        }
        let mut cells = Vec::new();
        let mut controls = false;
        for (index, cell) in record.iter().enumerate() {
            let cleaned = clean(cell);
            controls |= cleaned.controls;
            if !cleaned.text.is_empty() {
                self.budget.cell(cleaned.text.len())?;
                cells.push((self.budget.column(index)?, cleaned.text));
            }
        }
        if controls {
            self.sheet
                .complaints
                .push(Complaint::about(self.file, &Problem::ControlCharacters).on_row(self.line));
        }
        if cells.is_empty() {
            self.sheet.blank += usize::from(!self.sheet.rows.is_empty());
        } else {
            self.sheet.rows.push(RawRow { number: self.line, width: record.len(), body: Body::Cells(cells) });
        }
        Ok(())
    }

    fn reject(&mut self, problem: &Problem, cells: Vec<String>) {
        self.sheet.rejected += 1;
        self.sheet.complaints.push(Complaint::about(self.file, problem).on_row(self.line).with_cells(cells));
    }

    fn shortened(&self, cell: &str) -> String {
        cell.chars().take(self.options.limits.max_cell_chars).collect()
    }
}

/// The parser skips blank lines without a word. Gives how many lie before the
/// record in `text[start..end]`, and the record itself.
fn leading_line_ends(text: &str, start: usize, end: usize) -> (usize, &str) {
    let bytes = text.as_bytes();
    let mut at = start;
    // The second half of the previous record's line end.
    if at > 0 && bytes[at - 1] == b'\r' && bytes.get(at) == Some(&b'\n') {
        at += 1;
    }
    let mut blank = 0;
    while at < end {
        match bytes[at] {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            b'\r' | b'\n' => at += 1,
            _ => break,
        }
        blank += 1;
    }
    (blank, &text[at.min(end)..end])
}

/// Whether a quoted cell of the record is still open at its end.
fn opens_quote(record: &str, delimiter: u8) -> bool {
    let (mut quoted, mut cell_start) = (false, true);
    let mut bytes = record.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if quoted {
            if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
                quoted = false;
            }
        } else {
            quoted = cell_start && byte == b'"';
        }
        cell_start = !quoted && byte == delimiter;
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::super::unwatched;
    use super::*;
    use crate::domain::Side;

    type Numbered = Vec<(u32, Vec<String>)>;

    fn rows(text: &str) -> (Numbered, Vec<&'static str>, usize) {
        let decoded = Decoded { text: text.into(), encoding: "UTF-8", replaced: 0 };
        let options = Options::new(Side::Requirement, jiff::civil::date(2026, 9, 1));
        let mut file = read("a.csv", &decoded, &options, &unwatched).unwrap();
        let sheet = file.sheets.remove(0);
        let rows = sheet
            .rows
            .iter()
            .map(|row| (row.number, row.cells().iter().map(|(_, c)| c.clone()).collect()))
            .collect();
        (rows, sheet.complaints.iter().map(|c| c.code).collect(), sheet.blank)
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        for text in ["名称,描述\n\na,\"b\nc\"\n\n\nd,e\n", "名称,描述\r\n\r\na,\"b\r\nc\"\r\n\r\n\r\nd,e"]
        {
            let (rows, complaints, blank) = rows(text);
            let numbers: Vec<u32> = rows.iter().map(|(n, _)| *n).collect();
            assert_eq!((numbers, complaints.len(), blank), (vec![1, 3, 6], 0, 3), "{text:?}");
            assert_eq!(rows[1].1[1], "b\nc");
        }
    }

    #[test]
    fn every_delimiter_is_found() {
        for (text, delimiter) in [
            ("名称,描述\na,b", ','),
            ("名称\t描述\na,x\tb", '\t'),
            ("名称;描述\na;b", ';'),
            ("名称|描述\na|b", '|'),
            ("名称，描述\na，\"b，c\"", '，'),
        ] {
            let decoded = Decoded { text: text.into(), encoding: "UTF-8", replaced: 0 };
            let options = Options::new(Side::Requirement, jiff::civil::date(2026, 9, 1));
            let file = read("a.txt", &decoded, &options, &unwatched).unwrap();
            assert_eq!(file.delimiter, Some(delimiter), "{text}");
            assert_eq!(file.sheets[0].rows[1].cells().len(), 2, "{text}");
        }
    }

    #[test]
    fn an_open_quote_costs_one_row_not_the_rest_of_the_file() {
        let (rows, complaints, _) = rows("名称,描述\na,b\nc,\"d\ne,f\ng,h\n");
        let numbers: Vec<u32> = rows.iter().map(|(n, _)| *n).collect();
        assert_eq!((numbers, complaints), (vec![1, 2, 4, 5], vec!["unclosed_quote"]));
    }
}
