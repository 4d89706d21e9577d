//! Why there is no assignment, in words and in JSON.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::event::assign::Infeasible;
use crate::event::matrix::{Label, Matrix};

/// Names shown in a sentence before the rest is counted.
const NAMES_MAX: usize = 12;

/// A shortage, with what is needed to show it.
pub(super) struct Explained<'a> {
    pub(super) matrix: &'a Matrix,
    pub(super) why: &'a Infeasible,
    pub(super) notes: &'a [String],
}

impl Explained<'_> {
    pub(super) fn text(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{}", self.why)?;
        for line in self.short_rows().into_iter().chain(self.where_it_binds()).chain(self.mending()) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    pub(super) fn json(&self, out: &mut impl Write) -> io::Result<()> {
        let Explained { matrix, why, notes } = *self;
        let names = |labels: &[Label], places: &[usize]| -> Vec<Value> {
            in_file_order(labels, places).into_iter().map(Value::from).collect()
        };
        let short: Vec<Value> = why
            .short_rows
            .iter()
            .map(|&(row, allowed)| json!({"row": matrix.rows[row].name, "allowed": allowed}))
            .collect();
        let remedies = why.remedies;
        let mut would_do = Map::new();
        for (name, value) in [
            ("max_per_column", remedies.max_per_column),
            ("per_row", remedies.per_row),
            ("min_per_column", remedies.min_per_column),
        ] {
            if let Some(value) = value {
                would_do.insert(name.to_owned(), value.into());
            }
        }
        if let Some(floor) = remedies.floor {
            // As text: a floor is read back as it is written.
            would_do.insert("floor".to_owned(), matrix.show(floor).to_string().into());
        }
        let mut explanation = vec![why.to_string()];
        explanation.extend(self.short_rows());
        explanation.extend(self.mending());
        let object = json!({
            "infeasible": {
                "missing": why.missing,
                "too_few_rows": why.too_few_rows,
                "rows": names(&matrix.rows, &why.rows),
                "columns": names(&matrix.columns, &why.columns),
                "short_rows": short,
                "would_do": would_do,
                "explanation": explanation,
            },
            "notes": notes,
        });
        serde_json::to_writer(&mut *out, &object)?;
        writeln!(out)
    }

    fn short_rows(&self) -> Vec<String> {
        let per_row = self.why.rules.per_row;
        let short = self.why.short_rows.iter().take(NAMES_MAX);
        let mut lines: Vec<String> = short
            .map(|&(row, allowed)| {
                let name = &self.matrix.rows[row].name;
                format!(
                    "行“{name}”只有 {allowed} 列可选，需要 {per_row} 列 / row \"{name}\" has only {allowed} allowed columns, {per_row} are needed"
                )
            })
            .collect();
        let more = self.why.short_rows.len().saturating_sub(NAMES_MAX);
        if more > 0 {
            lines.push(format!("还有 {more} 行也不够 / {more} more rows are short"));
        }
        lines
    }

    fn where_it_binds(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.why.too_few_rows {
            lines.push(format!("相争的行 / rows: {}", list(&self.matrix.rows, &self.why.rows)));
        }
        lines.push(format!("卡住的列 / columns: {}", list(&self.matrix.columns, &self.why.columns)));
        lines
    }

    fn mending(&self) -> Vec<String> {
        let (rules, remedies) = (&self.why.rules, &self.why.remedies);
        let mut lines = Vec::new();
        let mut add = |option: &str, would: String, instead: String| {
            lines.push(format!(
                "把 {option} 从 {instead} 改为 {would} 就排得出 / {option} {would} instead of {instead} would do"
            ));
        };
        if let Some(value) = remedies.max_per_column {
            add("--max-per-column", value.to_string(), rules.max_per_column.to_string());
        }
        if let Some(value) = remedies.per_row {
            add("--per-row", value.to_string(), rules.per_row.to_string());
        }
        if let Some(value) = remedies.min_per_column {
            add("--min-per-column", value.to_string(), rules.min_per_column.to_string());
        }
        if let (Some(value), Some(floor)) = (remedies.floor, rules.floor) {
            add("--floor", self.matrix.show(value).to_string(), self.matrix.show(floor).to_string());
        }
        if lines.is_empty() {
            lines.push(
                "单改一项都不够：请放开一些空格子，或同时放宽几项 / no single change would do: allow more pairs, or relax several rules"
                    .to_owned(),
            );
        }
        lines
    }
}

fn in_file_order<'a>(labels: &'a [Label], places: &[usize]) -> Vec<&'a str> {
    let mut found: Vec<&Label> = places.iter().map(|&at| &labels[at]).collect();
    found.sort_by_key(|label| label.place);
    found.into_iter().map(|label| label.name.as_str()).collect()
}

fn list(labels: &[Label], places: &[usize]) -> String {
    let names: Vec<&str> = in_file_order(labels, places).into_iter().take(NAMES_MAX).collect();
    let more = places.len().saturating_sub(NAMES_MAX);
    let rest = if more > 0 {
        format!(" …（共 {} / {} in all）", places.len(), places.len())
    } else {
        String::new()
    };
    if names.is_empty() { "（无 / none）".to_owned() } else { format!("{}{rest}", names.join("、")) }
}
