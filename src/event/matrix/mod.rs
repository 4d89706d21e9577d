//! A score matrix from CSV text, read exactly.
//!
//! One line a row, one field a column, separated by commas; UTF-8, with or without a
//! byte order mark, any line ends. A blank field bans the pair. Numbers are plain or
//! in scientific notation; negative ones are scores like any other.
//!
//! Labels: an empty top left field says that the first line holds column names and
//! each first field a row name. Otherwise the first line holds names if a field of it
//! beyond the first is no number, and first fields are names if one below the first
//! line is no number. Where only the top left field tells (`id`), a line or column
//! that counts 0, 1, 2… or 1, 2, 3… holds names too. Whoever has other numbers for
//! names leaves the top left field empty. Without names, rows and columns are numbered
//! from 1. What was recognised is in [`MatrixNote::Labels`].
//!
//! Scores become integers by the smallest power of ten that makes all of them whole;
//! see [`Matrix::show`] for the way back. Rows and columns stand in the order of their
//! names, so that the order of a file decides no tie.

mod decimal;
mod error;

pub use decimal::{Decimal, DecimalError, Scaled};
pub use error::MatrixError;

use super::assign::Scores;

/// Finest unit: beyond it scores are rounded.
const PLACES_MAX: u32 = 9;
/// Largest score in units: the solver then has room for ten thousand rows and columns.
const UNITS_MAX: i64 = 100_000_000_000_000;

/// Who stands in a row or a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The name given, or the number.
    pub name: String,
    /// The place in the file, from 0, labels not counted.
    pub place: usize,
}

/// Something the reader of a result should know about how its matrix was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatrixNote {
    /// Which labels were recognised.
    Labels {
        /// The first line holds names.
        columns: bool,
        /// The first fields hold names.
        rows: bool,
    },
    /// So many scores had more digits than can be kept and were rounded.
    Rounded {
        /// How many.
        scores: usize,
        /// Digits kept after the point.
        places: u32,
    },
    /// So many pairs were banned for their score.
    Banned {
        /// How many.
        pairs: usize,
    },
}

/// A matrix, with names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// Row names, in the order of [`Matrix::scores`].
    pub rows: Vec<Label>,
    /// Column names, in the order of [`Matrix::scores`].
    pub columns: Vec<Label>,
    /// The scores, in units of 10^-places.
    pub scores: Scores,
    /// What to know.
    pub notes: Vec<MatrixNote>,
    places: u32,
}

impl Matrix {
    /// Reads CSV text; pairs below `ban_below` are banned. `file` is for messages.
    ///
    /// # Errors
    /// The first thing wrong, with its place; see [`MatrixError`].
    pub fn read(bytes: &[u8], file: &str, ban_below: Option<&Decimal>) -> Result<Matrix, MatrixError> {
        let lines = lines(bytes, file)?;
        let shape = Shape::of(&lines, file)?;
        let rows = shape.row_labels(&lines, file)?;
        let columns = shape.column_labels(&lines, file)?;
        let cells = cells(&lines, &shape, &rows, &columns, file)?;
        let (places, too_fine) = places(&cells);
        let ban = ban_below.and_then(|ban| ban.scaled_up(places));
        let (row_order, column_order) = (order(&rows), order(&columns));
        let mut banned = 0;
        let mut pairs = Vec::with_capacity(rows.len());
        for &row in &row_order {
            let mut of_row = Vec::new();
            for (to, &column) in (0u32..).zip(&column_order) {
                let Some(score) = cells[row][column].as_ref().and_then(|cell| cell.scaled(places)) else {
                    continue;
                };
                if ban.is_some_and(|ban| score < ban) {
                    banned += 1;
                } else {
                    of_row.push((to, score));
                }
            }
            pairs.push(of_row);
        }
        let mut notes = vec![MatrixNote::Labels { columns: shape.names_above, rows: shape.names_left }];
        if too_fine > 0 {
            notes.push(MatrixNote::Rounded { scores: too_fine, places });
        }
        if banned > 0 {
            notes.push(MatrixNote::Banned { pairs: banned });
        }
        let put = |labels: &[Label], order: &[usize]| order.iter().map(|&at| labels[at].clone()).collect();
        Ok(Matrix {
            scores: Scores::new(columns.len(), pairs),
            rows: put(&rows, &row_order),
            columns: put(&columns, &column_order),
            notes,
            places,
        })
    }

    /// A score, or a sum of scores, in the file's own units.
    pub fn show(&self, units: i64) -> Scaled {
        Scaled { value: units, places: self.places }
    }

    /// The smallest score in units that is at or above a number; `None` when there
    /// is none, being beyond all that can be read.
    pub fn at_least(&self, number: &Decimal) -> Option<i64> {
        number.scaled_up(self.places)
    }
}

/// One line of the file: its number and its fields, trimmed.
struct Line {
    number: u64,
    fields: Vec<String>,
}

fn lines(bytes: &[u8], file: &str) -> Result<Vec<Line>, MatrixError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Err(bad) = std::str::from_utf8(bytes) {
        let line = 1 + bytes[..bad.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() as u64;
        return Err(MatrixError::NotUtf8 { file: file.to_owned(), line });
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut lines: Vec<Line> = Vec::new();
    // The text is UTF-8 and lengths may differ, so every record can be read.
    for record in reader.records().map_while(Result::ok) {
        let number = record.position().map_or(0, |at| line_of(bytes, at));
        let fields: Vec<String> = record.iter().map(|field| field.trim().to_owned()).collect();
        let wanted = lines.first().map_or(fields.len(), |first| first.fields.len());
        if fields.len() != wanted {
            return Err(MatrixError::Ragged {
                file: file.to_owned(),
                line: number,
                found: fields.len(),
                wanted,
            });
        }
        lines.push(Line { number, fields });
    }
    Ok(lines)
}

/// The line of a record; the reader counts blank lines before it as its own.
fn line_of(bytes: &[u8], at: &csv::Position) -> u64 {
    let from = usize::try_from(at.byte()).unwrap_or(usize::MAX).min(bytes.len());
    let blank = bytes[from..].iter().take_while(|byte| b"\r\n".contains(byte));
    at.line() + blank.filter(|&&byte| byte == b'\n').count() as u64
}

/// Where names end and scores begin.
struct Shape {
    names_above: bool,
    names_left: bool,
}

impl Shape {
    fn of(lines: &[Line], file: &str) -> Result<Shape, MatrixError> {
        let empty = || MatrixError::Empty { file: file.to_owned() };
        let first = lines.first().ok_or_else(empty)?;
        let corner = first.fields.first().map_or("", String::as_str);
        let right: Vec<&str> = first.fields.iter().skip(1).map(String::as_str).collect();
        let below: Vec<&str> =
            lines[1..].iter().filter_map(|line| line.fields.first()).map(String::as_str).collect();
        let corner_empty = corner.is_empty() && !right.is_empty() && !below.is_empty();
        let (mut names_above, mut names_left) =
            (right.iter().any(|field| is_name(field)), below.iter().any(|field| is_name(field)));
        if is_name(corner) {
            // The corner names something, if nothing else does: the single line or column, or both.
            let neither = !names_above && !names_left;
            let (above, left) = (names_above, names_left);
            names_above |= (counts(&right) && (left || counts(&below))) || (neither && !below.is_empty());
            names_left |= (counts(&below) && above) || (neither && !right.is_empty());
        }
        let (names_above, names_left) = (names_above || corner_empty, names_left || corner_empty);
        let shape = Shape { names_above, names_left };
        let columns = first.fields.len() - usize::from(names_left);
        if lines.len() == usize::from(names_above) || columns == 0 { Err(empty()) } else { Ok(shape) }
    }

    fn row_labels(&self, lines: &[Line], file: &str) -> Result<Vec<Label>, MatrixError> {
        let below = &lines[usize::from(self.names_above)..];
        let names = below.iter().map(|line| self.names_left.then(|| line.fields[0].clone()));
        labels(names, file, "行", ("row", "rows"))
    }

    fn column_labels(&self, lines: &[Line], file: &str) -> Result<Vec<Label>, MatrixError> {
        let first = &lines[0].fields[usize::from(self.names_left)..];
        let names = first.iter().map(|field| self.names_above.then(|| field.clone()));
        labels(names, file, "列", ("column", "columns"))
    }
}

/// Whether fields are just numbers in order, as a program writes them that has no names.
fn counts(fields: &[&str]) -> bool {
    let from = |start: usize| fields.iter().enumerate().all(|(at, field)| *field == (at + start).to_string());
    fields.len() >= 3 && (from(0) || from(1))
}

/// Whether a field can only be a name: neither blank nor meant as a number.
fn is_name(field: &str) -> bool {
    !field.is_empty() && matches!(field.parse::<Decimal>(), Err(DecimalError::NotANumber))
}

fn labels(
    names: impl Iterator<Item = Option<String>>,
    file: &str,
    kind_zh: &'static str,
    (one, several): (&'static str, &'static str),
) -> Result<Vec<Label>, MatrixError> {
    let mut seen = std::collections::BTreeSet::new();
    let mut labels = Vec::new();
    for (place, name) in names.enumerate() {
        let number = place + 1;
        if name.as_ref().is_some_and(String::is_empty) {
            return Err(MatrixError::NoLabel { file: file.to_owned(), kind_zh, kind_en: one, number });
        }
        if let Some(label) = &name
            && !seen.insert(label.clone())
        {
            let label = label.clone();
            return Err(MatrixError::Duplicate { file: file.to_owned(), kind_zh, kind_en: several, label });
        }
        labels.push(Label { name: name.unwrap_or_else(|| number.to_string()), place });
    }
    Ok(labels)
}

/// Places in the order of names; of numbers given by us, in their own.
fn order(labels: &[Label]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    let numbered = labels.iter().all(|label| label.name == (label.place + 1).to_string());
    if !numbered {
        order.sort_by(|&a, &b| labels[a].name.cmp(&labels[b].name));
    }
    order
}

type Cells = Vec<Vec<Option<Decimal>>>;

fn cells(
    lines: &[Line],
    shape: &Shape,
    rows: &[Label],
    columns: &[Label],
    file: &str,
) -> Result<Cells, MatrixError> {
    let mut cells = Vec::with_capacity(rows.len());
    for (line, row) in lines[usize::from(shape.names_above)..].iter().zip(rows) {
        let mut of_row = Vec::with_capacity(columns.len());
        for (field, column) in line.fields[usize::from(shape.names_left)..].iter().zip(columns) {
            let refused = |cause| MatrixError::Cell {
                file: file.to_owned(),
                line: line.number,
                row: row.name.clone(),
                column: column.name.clone(),
                cell: field.chars().take(40).collect(),
                cause,
            };
            if field.is_empty() {
                of_row.push(None);
                continue;
            }
            let number: Decimal = field.parse().map_err(refused)?;
            if number.scaled(0).is_none_or(|size| size.abs() > UNITS_MAX) {
                return Err(refused(DecimalError::TooLarge));
            }
            of_row.push(Some(number));
        }
        cells.push(of_row);
    }
    Ok(cells)
}

/// Digits kept after the point, and how many scores have more.
fn places(cells: &Cells) -> (u32, usize) {
    let all = || cells.iter().flatten().flatten();
    let mut places = all().map(Decimal::places).max().unwrap_or(0).min(PLACES_MAX);
    let fits = |places| all().all(|cell| cell.scaled(places).is_some_and(|units| units.abs() <= UNITS_MAX));
    while places > 0 && !fits(places) {
        places -= 1;
    }
    (places, all().filter(|cell| cell.places() > places).count())
}

#[cfg(test)]
mod tests;
