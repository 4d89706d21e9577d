//! What a caller may set: side, mapping, sheet, today and limits.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::columns::normalise;
use crate::domain::{Date, Field, Side};

/// How much one file may hold. Each limit is enforced while reading, so a file
/// beyond it is refused before it fills the memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file as it lies on disk. Default 128 MiB: 100 000 rows of 260
    /// Chinese characters take about 86 MB as CSV.
    pub max_bytes: u64,
    /// Bytes of all parts of a workbook once unpacked, and of all cells read from
    /// it (one shared text may be used by many cells). Default 512 MiB.
    pub max_unpacked_bytes: u64,
    /// Rows of all sheets together, header and title rows included. Default 200 000.
    pub max_rows: usize,
    /// Characters of one cell. Default 100 000, three times what Excel can hold.
    pub max_cell_chars: usize,
    /// Bytes between two line ends of a text file, and of one JSON element.
    /// Default 8 MiB.
    pub max_line_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_bytes: 128 << 20,
            max_unpacked_bytes: 512 << 20,
            max_rows: 200_000,
            max_cell_chars: 100_000,
            max_line_bytes: 8 << 20,
        }
    }
}

/// Column names that the user assigned by hand; they win over recognised ones.
///
/// Names are compared as recognised ones are: without spaces, case, width,
/// brackets, or the difference between traditional and simplified characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    columns: BTreeMap<String, (String, Option<Field>)>,
}

/// A mapping that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "列对应 “{got}” 没有读懂：请写成 列名=字段，忽略某列写 列名=ignore；字段有：{known} / \
     cannot read the column mapping \"{got}\": write NAME=FIELD, or NAME=ignore; fields: {known}"
)]
pub struct MappingError {
    /// The part that was not understood.
    pub got: String,
    /// Names of the fields.
    pub known: String,
}

impl Mapping {
    /// No column assigned.
    pub fn new() -> Mapping {
        Mapping::default()
    }

    /// Assigns the column `name` to a field, or to none: then it is left out,
    /// and the report says so.
    #[must_use]
    pub fn with(mut self, name: &str, field: Option<Field>) -> Mapping {
        self.columns.insert(normalise(name), (name.to_owned(), field));
        self
    }

    /// The assignment of a column, if there is one.
    pub(super) fn get(&self, normalised: &str) -> Option<Option<Field>> {
        self.columns.get(normalised).map(|(_, field)| *field)
    }

    /// Names as the user wrote them, with their normalised form, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns.iter().map(|(normalised, (name, _))| (normalised.as_str(), name.as_str()))
    }
}

impl FromStr for Mapping {
    type Err = MappingError;

    /// Reads `承接金额=money,经办人=ignore`; full-width `，` and `＝` will do.
    fn from_str(s: &str) -> Result<Self, MappingError> {
        let mut mapping = Mapping::new();
        for part in s.split([',', '，']).map(str::trim).filter(|part| !part.is_empty()) {
            let error = || MappingError {
                got: part.to_owned(),
                known: Field::ALL.iter().map(|f| f.as_str()).collect::<Vec<_>>().join(", "),
            };
            let (name, field) = part.rsplit_once(['=', '＝']).ok_or_else(error)?;
            let field = match field.trim() {
                "ignore" | "忽略" | "-" => None,
                field => Some(field.parse::<Field>().map_err(|_| error())?),
            };
            if name.trim().is_empty() {
                return Err(error());
            }
            mapping = mapping.with(name.trim(), field);
        }
        Ok(mapping)
    }
}

/// How to read a file.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which list the rows belong to. Rows that are whole listings in JSON say
    /// so themselves.
    pub side: Side,
    /// Columns assigned by hand.
    pub mapping: Mapping,
    /// Only this sheet of a workbook; `None` reads all.
    pub sheet: Option<String>,
    /// The day from which "月底前" and "两周内" are counted when a row states no
    /// day of publication.
    pub today: Date,
    /// Bounds.
    pub limits: Limits,
}

impl Options {
    /// Default limits, no mapping, all sheets.
    pub fn new(side: Side, today: Date) -> Options {
        Options { side, mapping: Mapping::new(), sheet: None, today, limits: Limits::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_are_read_and_misspelt_ones_refused() {
        let mapping: Mapping = "承接金额=money， 经办人＝ignore".parse().unwrap();
        assert_eq!(mapping.get(&normalise("承接 金額")), Some(Some(Field::Money)));
        assert_eq!(mapping.get(&normalise("经办人")), Some(None));
        for bad in ["金额", "金额=monney", "=money"] {
            let error = bad.parse::<Mapping>().unwrap_err().to_string();
            assert!(error.contains(bad) && error.contains("deadline"), "{error}");
        }
    }
}
