//! What reading a file gave: the listings, and everything worth telling about it.

use serde::Serialize;

use super::{Complaint, Format, NearDuplicate, Severity};
use crate::domain::{Field, Listing};

/// How a column came to its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Its name is known.
    ByName,
    /// The user assigned it.
    ByMapping,
    /// The user said to leave it out, or it was added by [`write_rejects`](super::write_rejects).
    Ignored,
    /// Its name is not known: its cells are kept in [`Listing::extra`].
    NotRecognised,
}

/// One column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ColumnRead {
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Position in the sheet, from 0.
    pub index: u32,
    /// Name as it stands in the header.
    pub name: String,
    /// What it fills.
    pub field: Option<Field>,
    /// Why.
    pub how: How,
}

/// One sheet, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SheetRead {
    /// Name; `None` for files without sheets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Row of the column names, from 1; `None` when there is none (JSON, or a
    /// sheet that was not read).
    pub header_row: Option<u32>,
    /// Rows below the header that are not blank.
    pub rows: usize,
}

/// Points at one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RowRef {
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row, from 1.
    pub row: u32,
    /// Id of its listing.
    pub id: String,
}

/// Everything that came of reading one file. `rows_seen` rows became `listings`
/// or complaints of severity [`Severity::Rejected`]; headings, sums and
/// repeated headers among them are noted.
#[derive(Debug, Clone, Serialize)]
pub struct Intake {
    /// File name without its folder.
    pub file: String,
    /// What the bytes turned out to be.
    pub format: Format,
    /// Encoding of a text file, by its WHATWG name; `None` for workbooks.
    pub encoding: Option<&'static str>,
    /// Delimiter of a text table.
    pub delimiter: Option<char>,
    /// The good rows, in the order of the file.
    pub listings: Vec<Listing>,
    /// What to tell the sender, in the order of the file.
    pub complaints: Vec<Complaint>,
    /// The columns of every sheet.
    pub columns: Vec<ColumnRead>,
    /// Pairs of rows that say almost the same.
    pub near_duplicates: Vec<NearDuplicate>,
    /// Whether there were more such pairs than are listed.
    pub near_duplicates_cut: bool,
    /// Rows below the headers that are not blank.
    pub rows_seen: usize,
    /// Rows without any text, between the first and last used row.
    pub rows_blank: usize,
    /// Rows that were not taken.
    pub rows_rejected: usize,
    /// The sheets.
    pub sheets: Vec<SheetRead>,
}

impl Intake {
    /// The rejected rows and sheets.
    pub fn rejected(&self) -> impl Iterator<Item = &Complaint> {
        self.complaints.iter().filter(|c| c.severity == Severity::Rejected)
    }

    /// What was noted about rows that were taken.
    pub fn noted(&self) -> impl Iterator<Item = &Complaint> {
        self.complaints.iter().filter(|c| c.severity == Severity::Noted)
    }
}
