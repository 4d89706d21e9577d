//! JSON and JSON Lines: whole listings, or objects whose keys are columns.

use std::collections::HashMap;

use serde_json::Value;

use super::decode::Decoded;
use super::json_scan::{self, Slice};
use super::problem::Problem;
use super::table::{Body, Budget, RawFile, RawRow, RawSheet, clean};
use super::{Complaint, Format, IntakeError, Options, Watch};
use crate::domain::Listing;

/// The one column under which text that is not even JSON is given back.
pub(super) const RAW_COLUMN: &str = "无法解析的原文";

/// Reads an array of objects, or the array inside an object.
pub(super) fn read_document(
    file: &str,
    decoded: &Decoded,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<RawFile, IntakeError> {
    let not_a_list = |line: usize, detail: &str| IntakeError::NotAList {
        file: file.to_owned(),
        detail: format!("第 {line} 行 (line {line}): {detail}"),
    };
    let scan = json_scan::list(decoded).map_err(|e| not_a_list(e.line, e.detail))?;
    let mut rows = Rows::new(file, options, watch)?;
    for (index, element) in scan.enumerate() {
        match element {
            Ok(element) => rows.take(index as u32 + 1, element)?,
            Err(e) if index == 0 => return Err(not_a_list(e.line, e.detail)),
            Err(e) => {
                let detail = format!("第 {} 行 (line {}): {}", e.line, e.line, e.detail);
                rows.reject(index as u32 + 1, &Problem::BrokenJson { detail }, "");
            }
        }
    }
    Ok(rows.finish(Format::Json, decoded))
}

/// Reads one object a line.
pub(super) fn read_lines(
    file: &str,
    decoded: &Decoded,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<RawFile, IntakeError> {
    let mut rows = Rows::new(file, options, watch)?;
    for (index, line) in decoded.text.lines().enumerate() {
        let text = line.trim();
        if text.is_empty() {
            rows.sheet.blank += usize::from(rows.taken > 0);
        } else {
            rows.take(index as u32 + 1, Slice { text, line: index + 1 })?;
        }
    }
    Ok(rows.finish(Format::JsonLines, decoded))
}

struct Rows<'a> {
    file: &'a str,
    options: &'a Options,
    budget: Budget<'a>,
    sheet: RawSheet,
    keys: Vec<String>,
    columns: HashMap<String, u32>,
    taken: usize,
}

impl<'a> Rows<'a> {
    fn new(file: &'a str, options: &'a Options, watch: &'a Watch<'a>) -> Result<Rows<'a>, IntakeError> {
        Ok(Rows {
            file,
            options,
            budget: Budget::new(file, &options.limits, watch)?,
            sheet: RawSheet::default(),
            keys: Vec::new(),
            columns: HashMap::new(),
            taken: 0,
        })
    }

    fn finish(mut self, format: Format, decoded: &Decoded) -> RawFile {
        if decoded.replaced > 0 {
            let problem = Problem::Replaced { count: decoded.replaced };
            self.sheet.complaints.insert(0, Complaint::about(self.file, &problem));
        }
        self.sheet.keys = Some(self.keys);
        RawFile { format, encoding: Some(decoded.encoding), delimiter: None, sheets: vec![self.sheet] }
    }

    fn reject(&mut self, number: u32, problem: &Problem, raw: &str) {
        let cells = vec![raw.chars().take(self.options.limits.max_cell_chars).collect()];
        self.sheet.rejected += 1;
        self.sheet.complaints.push(
            Complaint::about(self.file, problem).on_row(number).on_column(RAW_COLUMN).with_cells(cells),
        );
    }

    fn take(&mut self, number: u32, element: Slice<'_>) -> Result<(), IntakeError> {
        self.budget.row()?;
        self.taken += 1;
        let limits = &self.options.limits;
        if element.text.len() > limits.max_line_bytes {
            self.reject(number, &Problem::CellTooLong { max: limits.max_cell_chars }, element.text);
            return Ok(());
        }
        let value: Value = match serde_json::from_str(element.text) {
            Ok(value) => value,
            Err(e) => {
                let line = element.line + e.line().max(1) - 1;
                let detail =
                    format!("第 {line} 行第 {} 列 (line {line}, column {}): {e}", e.column(), e.column());
                self.reject(number, &Problem::BrokenJson { detail }, element.text);
                return Ok(());
            }
        };
        let Value::Object(mut object) = value else {
            self.reject(number, &Problem::NotAnObject, element.text);
            return Ok(());
        };
        if object.contains_key("side") {
            // What the public form of a listing says beyond the listing itself.
            object.remove("has_contact");
            match serde_json::from_value::<Listing>(Value::Object(object)) {
                Ok(listing) => self.push(number, Body::Whole(Box::new(listing))),
                Err(e) => self.reject(number, &Problem::NotAListing { detail: e.to_string() }, element.text),
            }
            return Ok(());
        }
        let mut cells: Vec<(u32, String)> = Vec::new();
        for (key, value) in object {
            self.flatten(&key, value, &mut cells)?;
        }
        cells.sort_by_key(|(column, _)| *column);
        if cells
            .iter()
            .any(|(_, c)| c.len() > limits.max_cell_chars && c.chars().count() > limits.max_cell_chars)
        {
            self.reject(number, &Problem::CellTooLong { max: limits.max_cell_chars }, element.text);
        } else if cells.is_empty() {
            self.sheet.blank += 1;
        } else {
            self.push(number, Body::Cells(cells));
        }
        Ok(())
    }

    fn push(&mut self, number: u32, body: Body) {
        self.sheet.rows.push(RawRow { number, width: 0, body });
    }

    /// Nested objects become `outer.inner`; arrays of plain values one cell with
    /// a line each; anything deeper stays as JSON.
    fn flatten(
        &mut self,
        key: &str,
        value: Value,
        cells: &mut Vec<(u32, String)>,
    ) -> Result<(), IntakeError> {
        let text = match value {
            Value::Null => return Ok(()),
            Value::Object(members) => {
                for (inner, value) in members {
                    let nested = matches!(&value, Value::Object(_));
                    let key = format!("{key}.{inner}");
                    if nested && key.matches('.').count() > 2 {
                        self.cell(&key, &value.to_string(), cells)?;
                    } else {
                        self.flatten(&key, value, cells)?;
                    }
                }
                return Ok(());
            }
            Value::Array(items) if items.iter().all(|i| !i.is_object() && !i.is_array()) => {
                items.iter().map(plain).collect::<Vec<_>>().join("\n")
            }
            other => plain(&other),
        };
        self.cell(key, &text, cells)
    }

    fn cell(&mut self, key: &str, text: &str, cells: &mut Vec<(u32, String)>) -> Result<(), IntakeError> {
        let cleaned = clean(text).text;
        if cleaned.is_empty() {
            return Ok(());
        }
        self.budget.cell(cleaned.len())?;
        let column = match self.columns.get(key) {
            Some(column) => *column,
            None => {
                let column = self.budget.column(self.keys.len())?;
                self.keys.push(key.to_owned());
                self.columns.insert(key.to_owned(), column);
                column
            }
        };
        cells.push((column, cleaned));
        Ok(())
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "是".into(),
        Value::Bool(false) => "否".into(),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}
