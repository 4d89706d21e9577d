//! An assignment in words and in JSON.

use std::io::{self, Write};

use crate::event::assign::Assignment;
use crate::event::matrix::Matrix;

/// What was found, with what is needed to show it.
pub(super) struct Answer<'a> {
    pub(super) matrix: &'a Matrix,
    pub(super) assignment: &'a Assignment,
    /// Proved bounds on the worst row and on the total.
    pub(super) bounds: Option<(i64, i64)>,
    pub(super) seconds: f64,
    pub(super) notes: &'a [String],
}

impl Answer<'_> {
    /// Rows in the order of the file, and so their columns.
    fn rows(&self) -> Vec<(&str, Vec<(&str, i64)>)> {
        let mut order: Vec<usize> = (0..self.matrix.rows.len()).collect();
        order.sort_by_key(|&row| self.matrix.rows[row].place);
        let row = |&row: &usize| {
            let mut pairs = self.assignment.pairs[row].clone();
            pairs.sort_by_key(|&(column, _)| self.matrix.columns[column as usize].place);
            let named = |(column, score)| (self.matrix.columns[column as usize].name.as_str(), score);
            (self.matrix.rows[row].name.as_str(), pairs.into_iter().map(named).collect())
        };
        order.iter().map(row).collect()
    }

    pub(super) fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let show = |units| self.matrix.show(units);
        for (row, pairs) in self.rows() {
            let sum: i64 = pairs.iter().map(|pair| pair.1).sum();
            let columns: Vec<String> =
                pairs.iter().map(|&(column, score)| format!("{column} ({})", show(score))).collect();
            writeln!(out, "{row}\t{}\t{}", columns.join("\t"), show(sum))?;
        }
        writeln!(out, "objective\t{}", show(self.assignment.objective))?;
        writeln!(out, "worst_row\t{}", show(self.assignment.worst_row))?;
        if let Some((worst, total)) = self.bounds {
            writeln!(out, "worst_row_bound\t{}", show(worst))?;
            writeln!(out, "objective_bound\t{}", show(total))?;
        }
        writeln!(out, "seconds\t{:.6}", self.seconds)
    }

    /// One object. Numbers are written digit by digit: through floating point a long
    /// sum would lose its last ones.
    pub(super) fn json(&self, out: &mut impl Write) -> io::Result<()> {
        let show = |units| self.matrix.show(units);
        write!(out, "{{\"assignment\":[")?;
        for (number, (row, pairs)) in self.rows().into_iter().enumerate() {
            let sum: i64 = pairs.iter().map(|pair| pair.1).sum();
            let comma = if number == 0 { "" } else { "," };
            write!(out, "{comma}{{\"row\":{},\"columns\":[", quoted(row)?)?;
            for (number, (column, score)) in pairs.into_iter().enumerate() {
                let comma = if number == 0 { "" } else { "," };
                write!(out, "{comma}{{\"column\":{},\"score\":{}}}", quoted(column)?, show(score))?;
            }
            write!(out, "],\"sum\":{}}}", show(sum))?;
        }
        write!(
            out,
            "],\"objective\":{},\"worst_row\":{}",
            show(self.assignment.objective),
            show(self.assignment.worst_row)
        )?;
        if let Some((worst, total)) = self.bounds {
            write!(out, ",\"worst_row_bound\":{},\"objective_bound\":{}", show(worst), show(total))?;
        }
        let notes = serde_json::to_string(self.notes)?;
        writeln!(out, ",\"seconds\":{:.6},\"notes\":{notes}}}", self.seconds)
    }
}

fn quoted(text: &str) -> io::Result<String> {
    Ok(serde_json::to_string(text)?)
}
