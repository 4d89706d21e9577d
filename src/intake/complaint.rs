//! What was wrong with a row, where, and what to do about it.

use serde::Serialize;

use super::problem::Problem;

/// What became of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row (or the sheet, when no row is named) was not taken.
    Rejected,
    /// The row was taken; somebody should look at this.
    Noted,
}

/// One thing to tell the person who sent the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// File name without its folder.
    pub file: String,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row as the spreadsheet counts it, from 1; line for JSON Lines, element for
    /// a JSON array. `None` when the whole sheet or file is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Column by its own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What became of it.
    pub severity: Severity,
    /// Stable name of the reason, `snake_case`.
    pub code: &'static str,
    /// Why, in Chinese.
    pub reason_zh: String,
    /// Why, in English.
    pub reason_en: String,
    /// What to do, in Chinese.
    pub remedy_zh: String,
    /// What to do, in English.
    pub remedy_en: String,
    /// The cells of a rejected row in the order of the sheet's columns; empty
    /// for notes and for whole sheets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<String>,
}

impl Complaint {
    /// A complaint about a whole file; the `on_` methods narrow it down.
    pub(super) fn about(file: &str, problem: &Problem) -> Complaint {
        let words = problem.words();
        Complaint {
            file: file.to_owned(),
            sheet: None,
            row: None,
            column: None,
            severity: words.severity,
            code: words.code,
            reason_zh: words.reason_zh,
            reason_en: words.reason_en,
            remedy_zh: words.remedy_zh.to_owned(),
            remedy_en: words.remedy_en.to_owned(),
            cells: Vec::new(),
        }
    }

    pub(super) fn on_sheet(mut self, sheet: Option<&str>) -> Complaint {
        self.sheet = sheet.map(str::to_owned);
        self
    }

    pub(super) fn on_row(mut self, row: u32) -> Complaint {
        self.row = Some(row);
        self
    }

    pub(super) fn on_column(mut self, column: &str) -> Complaint {
        self.column = Some(column.to_owned());
        self
    }

    pub(super) fn with_cells(mut self, cells: Vec<String>) -> Complaint {
        self.cells = cells;
        self
    }
}
