//! Finds the row of column names and says what each column fills.

use super::columns::{self, Meaning, Twist, normalise, recognise, score};
use super::problem::Problem;
use super::report::{ColumnRead, How};
use super::table::{RawRow, RawSheet};
use super::{Complaint, Options};
use crate::domain::Field;

/// Rows looked at for column names: title, subtitle, issuer, date and remarks
/// above a table come to fewer than ten; thirty leaves room.
const LOOKED_AT: usize = 30;

/// Score of two columns named exactly.
const CERTAIN: u32 = 8;

/// Longest cell, in characters, of a header that is recognised by one name only.
const SHORT: usize = 20;

/// Rows that a header may span where its cells are merged.
const MAX_DEPTH: u32 = 3;

/// One column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) index: u32,
    pub(super) name: String,
    pub(super) meaning: Option<Meaning>,
    pub(super) how: How,
}

/// A sheet ready to be read.
#[derive(Debug)]
pub(super) struct Plan {
    /// Row of the column names; `None` where the format carries them.
    pub(super) header_row: Option<u32>,
    /// Index into the sheet's rows of the first one below the header.
    pub(super) first: usize,
    pub(super) columns: Vec<Column>,
    /// Cells that the header row of a text table has; 0 where that means nothing.
    pub(super) width: usize,
    /// The file was written by `write_rejects`: a `'` stands before cells that
    /// a spreadsheet would take for formulas.
    pub(super) escaped: bool,
}

impl Plan {
    /// The column of a cell.
    pub(super) fn column(&self, index: u32) -> Option<&Column> {
        let at = self.columns.binary_search_by_key(&index, |column| column.index).ok()?;
        self.columns.get(at)
    }

    /// Whether some column fills the field.
    pub(super) fn fills(&self, field: Field, side: crate::domain::Side) -> bool {
        self.columns.iter().filter_map(|c| c.meaning).any(|(f, twist)| {
            f == field && !matches!(twist, Twist::Half(half) if half != side) && twist != Twist::Report
        })
    }

    /// For the report.
    pub(super) fn report(&self, sheet: Option<&str>) -> impl Iterator<Item = ColumnRead> {
        self.columns.iter().map(move |column| ColumnRead {
            sheet: sheet.map(str::to_owned),
            index: column.index,
            name: column.name.clone(),
            field: column.meaning.filter(|_| column.how != How::Ignored).map(|(field, _)| field),
            how: column.how,
        })
    }
}

/// The plan of a sheet; `None` when no row holds column names.
pub(super) fn plan(sheet: &RawSheet, options: &Options) -> Option<Plan> {
    if let Some(keys) = &sheet.keys {
        let columns =
            keys.iter().enumerate().map(|(index, key)| column(index as u32, key, options)).collect();
        return Some(Plan { header_row: None, first: 0, columns, width: 0, escaped: false });
    }
    let (at, best) = sheet
        .rows
        .iter()
        .take(LOOKED_AT)
        .map(|row| score(row.cells().iter().map(|(_, cell)| cell.as_str()), &options.mapping))
        .enumerate()
        // Of equal rows the first.
        .max_by_key(|(at, score)| (*score, std::cmp::Reverse(*at)))?;
    let row = sheet.rows.get(at)?;
    if best < CERTAIN && !(best >= 4 && names_title_or_text(row, options)) {
        return None;
    }
    let last = sheet
        .tall_merges
        .iter()
        .filter(|(first, last, _)| *first == row.number && last - first < MAX_DEPTH)
        .map(|(_, last, _)| *last)
        .max()
        .unwrap_or(row.number);
    let depth = sheet.rows[at..].iter().take_while(|row| row.number <= last).count();
    let mut names: std::collections::BTreeMap<u32, &str> = std::collections::BTreeMap::new();
    for row in &sheet.rows[at..at + depth] {
        for (index, cell) in row.cells() {
            names.insert(*index, cell);
        }
    }
    // Columns that hold cells but have no name.
    let widest = sheet.rows[at + depth..]
        .iter()
        .flat_map(|row| row.cells().iter().map(|(index, _)| *index))
        .collect::<std::collections::BTreeSet<u32>>();
    let unnamed: Vec<(u32, String)> = widest
        .into_iter()
        .filter(|index| !names.contains_key(index))
        .map(|index| (index, format!("第{}列", index + 1)))
        .collect();
    let mut columns: Vec<Column> = names.iter().map(|(index, name)| column(*index, name, options)).collect();
    columns.extend(unnamed.into_iter().map(|(index, name)| Column {
        index,
        name,
        meaning: None,
        how: How::NotRecognised,
    }));
    columns.sort_by_key(|column| column.index);
    let escaped = columns.iter().any(|c| matches!(recognise(&c.name), Some((_, Twist::Report))));
    Some(Plan { header_row: Some(row.number), first: at + depth, columns, width: row.width, escaped })
}

fn names_title_or_text(row: &RawRow, options: &Options) -> bool {
    row.cells().iter().all(|(_, cell)| cell.chars().count() <= SHORT)
        && row.cells().iter().any(|(_, cell)| {
            let meaning = column(0, cell, options).meaning;
            matches!(meaning, Some((Field::Title | Field::Text, _)))
        })
}

fn column(index: u32, name: &str, options: &Options) -> Column {
    let (meaning, how) = match options.mapping.get(&normalise(name)) {
        Some(Some(field)) => {
            // A mapped column keeps what its name says beyond the field.
            let twist =
                recognise(name).filter(|(known, _)| *known == field).map_or(Twist::None, |(_, twist)| twist);
            (Some((field, twist)), How::ByMapping)
        }
        Some(None) => (None, How::Ignored),
        None => match columns::recognise(name) {
            Some((_, Twist::Report)) => (None, How::Ignored),
            Some(meaning) => (Some(meaning), How::ByName),
            None => (None, How::NotRecognised),
        },
    };
    Column { index, name: name.to_owned(), meaning, how }
}

/// Mapped names that no sheet has.
pub(super) fn unused_mappings(file: &str, columns: &[ColumnRead], options: &Options) -> Vec<Complaint> {
    let present: Vec<String> = columns.iter().map(|c| normalise(&c.name)).collect();
    let found = columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join("、");
    options
        .mapping
        .names()
        .filter(|(normalised, _)| !present.iter().any(|p| p == normalised))
        .map(|(_, name)| {
            Complaint::about(file, &Problem::UnusedMapping { name: name.to_owned(), found: found.clone() })
        })
        .collect()
}
