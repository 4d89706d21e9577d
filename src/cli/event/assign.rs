//! `opcmatch event assign`: a score matrix, assigned exactly.

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use crate::event::assign::{AssignError, Rules, assign, assign_fairly};
use crate::event::matrix::{Decimal, Matrix, MatrixNote};

use super::super::arguments::Common;
use super::super::progress::note;
use super::super::watched::Watched;
use super::super::{CliError, Outcome};
use super::answer::Answer;
use super::shortage::Explained;

/// 总分最高的指派：每行得到规定个数的不同列，每列不超过上限
/// / the assignment with the largest sum: each row gets so many different columns, no column more than so many rows
#[derive(Debug, Args)]
pub(in crate::cli) struct AssignArguments {
    /// 评分矩阵（CSV，行×列，空格子=不允许）/ the matrix; a blank cell bans the pair
    #[arg(long, value_name = "FILE")]
    scores: PathBuf,
    /// 每行恰好几列 / each row gets exactly this many columns
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    per_row: u32,
    /// 每列最多几行 / a column serves at most this many rows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_per_column: u32,
    /// 每列至少几行 / a column serves at least this many rows
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    min_per_column: u32,
    /// 低于此分的组合不用 / use no pair below this score
    #[arg(long, value_name = "SCORE", allow_negative_numbers = true)]
    floor: Option<Decimal>,
    /// 低于此分表示“不允许”/ scores below this mean that the pair is banned
    #[arg(long, value_name = "SCORE", allow_negative_numbers = true)]
    ban_below: Option<Decimal>,
    /// 先让最差的一行尽量好，再求总分最高 / the worst row as good as possible first, then the total
    #[arg(long)]
    fair: bool,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(own: &AssignArguments, common: &Common) -> Result<Outcome, CliError> {
    let bytes =
        std::fs::read(&own.scores).map_err(|cause| CliError::File { path: own.scores.clone(), cause })?;
    let matrix = Matrix::read(&bytes, &own.scores.display().to_string(), own.ban_below.as_ref())?;
    let rules = Rules {
        per_row: own.per_row,
        max_per_column: own.max_per_column,
        min_per_column: own.min_per_column,
        // A floor beyond all numbers is above every score.
        floor: own.floor.as_ref().map(|floor| matrix.at_least(floor).unwrap_or(i64::MAX)),
    };
    let notes: Vec<String> = matrix.notes.iter().map(told).collect();
    if !own.json {
        notes.iter().for_each(|line| note(common, line));
    }
    let watched = Watched::new(common);
    let watch = |reached| watched.tell(reached);
    let start = Instant::now();
    let solved = if own.fair {
        assign_fairly(&matrix.scores, rules, &watch).map(|fair| {
            let bounds = (fair.worst_row_bound, fair.objective_bound);
            (fair.assignment, Some(bounds))
        })
    } else {
        assign(&matrix.scores, rules, &watch).map(|assignment| (assignment, None))
    };
    let seconds = start.elapsed().as_secs_f64();
    drop(watched);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let outcome = match solved {
        Ok((assignment, bounds)) => {
            let answer = Answer { matrix: &matrix, assignment: &assignment, bounds, seconds, notes: &notes };
            if own.json {
                answer.json(&mut out)?
            } else {
                answer.text(&mut out)?
            }
            Outcome::Done
        }
        Err(AssignError::Infeasible(why)) => {
            let explained = Explained { matrix: &matrix, why: &why, notes: &notes };
            if own.json {
                explained.json(&mut out)?
            } else {
                explained.text(&mut out)?
            }
            Outcome::NothingFound
        }
        Err(other) => return Err(other.into()),
    };
    out.flush()?;
    Ok(outcome)
}

/// A note in words.
fn told(note: &MatrixNote) -> String {
    match note {
        MatrixNote::Labels { columns, rows } => {
            let (zh, en) = match (columns, rows) {
                (true, true) => (
                    "首行是列名，首列是行名",
                    "the first line holds column names, the first column row names",
                ),
                (true, false) => {
                    ("首行是列名，没有行名", "the first line holds column names; rows have none")
                }
                (false, true) => {
                    ("首列是行名，没有列名", "the first column holds row names; columns have none")
                }
                (false, false) => {
                    ("没有行名和列名，从 1 起编号", "no names; rows and columns are numbered from 1")
                }
            };
            format!("{zh} / {en}")
        }
        MatrixNote::Rounded { scores, places } => format!(
            "{scores} 个分数位数过多，已四舍五入到小数点后 {places} 位 / {scores} scores were rounded to {places} decimals"
        ),
        MatrixNote::Banned { pairs } => {
            format!("{pairs} 个组合低于禁用线，不参与 / {pairs} pairs are banned for their score")
        }
    }
}
