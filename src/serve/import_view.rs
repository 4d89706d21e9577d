//! What is told of a file that was read: never the cells of its rows, except in
//! the CSV of rejected rows, which goes back to whoever sent them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{PublicListing, mask_contacts};
use crate::intake::{
    ColumnRead, Complaint, Format, Intake, NearDuplicate, Severity, SheetRead, write_rejects,
};
use crate::report::Script;
use crate::store::ChangeNumber;

/// Listings shown as they were read.
const SAMPLE: usize = 5;

/// Complaints told one by one; the CSV of rejected rows holds them all.
const COMPLAINTS: usize = 500;

/// What came of reading a file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportReport {
    /// File name without its folder.
    file: String,
    /// What the bytes turned out to be.
    format: Format,
    /// Encoding of a text file.
    encoding: Option<&'static str>,
    /// Delimiter of a text table.
    delimiter: Option<char>,
    /// The sheets.
    sheets: Vec<SheetRead>,
    /// How every column was read.
    columns: Vec<ColumnRead>,
    /// Rows below the headers that are not blank.
    rows_seen: usize,
    /// Rows without any text.
    rows_blank: usize,
    /// Rows that were not taken.
    rows_rejected: usize,
    /// Listings that were read.
    taken: usize,
    /// Of these, with an id that is new.
    added: usize,
    /// Of these, with the id of a listing that they replace.
    replaced: usize,
    /// Whether they were kept; `false` for a dry run.
    stored: bool,
    /// Number of the last change; `null` when nothing was kept.
    change: Option<ChangeNumber>,
    /// Whether what was kept is found already; `null` when nothing was kept.
    indexed: Option<bool>,
    /// What to tell the sender, at most 500.
    complaints: Vec<ComplaintView>,
    /// Complaints that are not listed.
    complaints_left_out: usize,
    /// Pairs of rows that say almost the same.
    near_duplicates: Vec<NearDuplicate>,
    /// Whether there were more such pairs than are listed.
    near_duplicates_cut: bool,
    /// The first listings, as they were read.
    sample: Vec<PublicListing>,
    /// The rejected rows with their reasons, to be mended and sent again.
    rejects_csv: Option<String>,
}

/// What is wrong with a row, where, and what to do about it.
#[derive(Debug, Serialize, ToSchema)]
struct ComplaintView {
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<String>,
    /// Row as the spreadsheet counts it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
    /// Column by its own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// What became of the row.
    severity: Severity,
    /// Stable name of the reason.
    code: &'static str,
    /// Why, in Chinese.
    reason_zh: String,
    /// Why, in English.
    reason_en: String,
    /// What to do, in Chinese.
    remedy_zh: String,
    /// What to do, in English.
    remedy_en: String,
}

impl From<&Complaint> for ComplaintView {
    fn from(complaint: &Complaint) -> Self {
        ComplaintView {
            sheet: complaint.sheet.clone(),
            row: complaint.row,
            column: complaint.column.clone(),
            severity: complaint.severity,
            code: complaint.code,
            reason_zh: mask_contacts(&complaint.reason_zh),
            reason_en: mask_contacts(&complaint.reason_en),
            remedy_zh: complaint.remedy_zh.clone(),
            remedy_en: complaint.remedy_en.clone(),
        }
    }
}

impl ImportReport {
    /// `replaced`: listings whose id was known before; `script`: of the file of rejected rows.
    pub(super) fn new(
        intake: &Intake,
        replaced: u64,
        stored: bool,
        script: Script,
    ) -> std::io::Result<ImportReport> {
        let replaced = usize::try_from(replaced).unwrap_or(usize::MAX);
        let rejects_csv = if intake.rejected().any(|complaint| !complaint.cells.is_empty()) {
            let mut csv = Vec::new();
            write_rejects(intake, script, &mut csv)?;
            Some(String::from_utf8(csv).map_err(std::io::Error::other)?)
        } else {
            None
        };
        let complaints: Vec<ComplaintView> =
            intake.rejected().chain(intake.noted()).take(COMPLAINTS).map(ComplaintView::from).collect();
        Ok(ImportReport {
            file: intake.file.clone(),
            format: intake.format,
            encoding: intake.encoding,
            delimiter: intake.delimiter,
            sheets: intake.sheets.clone(),
            columns: intake.columns.clone(),
            rows_seen: intake.rows_seen,
            rows_blank: intake.rows_blank,
            rows_rejected: intake.rows_rejected,
            taken: intake.listings.len(),
            added: intake.listings.len().saturating_sub(replaced),
            replaced,
            stored,
            change: None,
            indexed: None,
            complaints_left_out: intake.complaints.len() - complaints.len(),
            complaints,
            near_duplicates: intake.near_duplicates.clone(),
            near_duplicates_cut: intake.near_duplicates_cut,
            sample: intake.listings.iter().take(SAMPLE).map(PublicListing::from).collect(),
            rejects_csv,
        })
    }

    /// What was read is kept under this number.
    pub(super) fn kept(&mut self, change: ChangeNumber, indexed: bool) {
        (self.change, self.indexed) = (Some(change), Some(indexed));
    }
}
