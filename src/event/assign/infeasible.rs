//! Why no assignment exists, and the least that would have to give.

use std::fmt;

use super::super::flow::{FlowError, Shortage, Solver};
use super::super::watch::{Poll, Stopped};
use super::grid::Grid;
use super::{Rules, Scores};

/// The bottleneck, in rows and columns, and what would mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Infeasible {
    /// The rules that cannot be met.
    pub rules: Rules,
    /// How many meetings are missing at the very best.
    pub missing: i64,
    /// Rows that find too few columns; all rows when columns find too few rows.
    pub rows: Vec<usize>,
    /// The columns they compete for, or, when `too_few_rows`, those that cannot
    /// reach `min_per_column`.
    pub columns: Vec<usize>,
    /// Whether it is the columns that go short.
    pub too_few_rows: bool,
    /// Rows with fewer allowed columns than `per_row`, and how many they have.
    pub short_rows: Vec<(usize, usize)>,
    /// What would do, each by itself.
    pub remedies: Remedies,
}

/// Changes to one rule that would each make an assignment possible; `None` where
/// no value of that rule alone does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Remedies {
    /// The smallest `max_per_column` that does.
    pub max_per_column: Option<u32>,
    /// The largest `per_row` ≥ 1 that does.
    pub per_row: Option<u32>,
    /// The largest `min_per_column` that does.
    pub min_per_column: Option<u32>,
    /// The highest floor that does.
    pub floor: Option<i64>,
}

impl Infeasible {
    /// `min_per_column` above `max_per_column`.
    pub(super) fn crossed_bounds(grid: &Grid) -> Infeasible {
        let rules = grid.rules;
        Infeasible {
            rules,
            missing: (i64::from(rules.min_per_column) - i64::from(rules.max_per_column))
                * grid.columns as i64,
            rows: Vec::new(),
            columns: (0..grid.columns).collect(),
            too_few_rows: true,
            short_rows: Vec::new(),
            remedies: Remedies::default(),
        }
    }
}

impl fmt::Display for Infeasible {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Infeasible { missing, rows, columns, .. } = self;
        let (rows, columns) = (rows.len(), columns.len());
        match self.too_few_rows {
            true => write!(
                out,
                "排不出：{columns} 列达不到每列至少的次数，还差 {missing} 次 / \
                 infeasible: {columns} columns cannot reach their least number, {missing} meetings are missing"
            ),
            false => write!(
                out,
                "排不出：{rows} 行争 {columns} 列，还差 {missing} 次 / \
                 infeasible: {rows} rows compete for {columns} columns, {missing} meetings are missing"
            ),
        }
    }
}

/// Says in rows and columns what a shortage of the grid's network means.
///
/// # Errors
/// When the watch says so.
pub(super) fn explain(
    scores: &Scores,
    grid: &Grid,
    shortage: &Shortage,
    poll: &Poll<'_>,
) -> Result<Infeasible, Stopped> {
    let end = grid.rows + grid.columns;
    let inside = |node: usize| shortage.nodes.binary_search_by_key(&node, |id| id.index()).is_ok();
    let too_few_rows = inside(end);
    let forced = |column: usize| shortage.forced.contains(&grid.column_arc(column));
    let columns = match too_few_rows {
        true => (0..grid.columns).filter(|&column| forced(column)).collect(),
        false => (0..grid.columns).filter(|&column| inside(grid.rows + column)).collect(),
    };
    let rows = (0..grid.rows).filter(|&row| too_few_rows || inside(row)).collect();
    let per_row = grid.rules.per_row as usize;
    let allowed = |row: usize| (row, grid.of_row(row).len());
    let remedies = remedies(scores, grid.rules, poll);
    poll.check()?;
    Ok(Infeasible {
        rules: grid.rules,
        missing: shortage.missing,
        rows,
        columns,
        too_few_rows,
        short_rows: (0..grid.rows).map(allowed).filter(|&(_, allowed)| allowed < per_row).collect(),
        remedies,
    })
}

/// Means nothing once the watch has said stop.
fn remedies(scores: &Scores, rules: Rules, poll: &Poll<'_>) -> Remedies {
    let feasible = |rules: Rules| feasible(scores, rules, poll);
    let rows = u32::try_from(scores.rows()).unwrap_or(u32::MAX);
    let more = |max_per_column| feasible(Rules { max_per_column, ..rules });
    let fewer = |per_row| feasible(Rules { per_row, ..rules });
    let less = |min_per_column| feasible(Rules { min_per_column, ..rules });
    let mut values: Vec<i64> = scores.pairs().iter().flatten().map(|&(_, score)| score).collect();
    values.retain(|&value| rules.floor.is_some_and(|floor| value < floor));
    values.sort_unstable_by(|a, b| b.cmp(a));
    values.dedup();
    let lower = |index: u32| feasible(Rules { floor: values.get(index as usize).copied(), ..rules });
    let floors = u32::try_from(values.len()).unwrap_or(u32::MAX);
    Remedies {
        max_per_column: first_true(rules.max_per_column + 1, rows, more),
        // Fewer per row is not always easier: with a least per column it may be harder.
        per_row: (1..rules.per_row.min(64)).rev().find(|&per_row| fewer(per_row)),
        min_per_column: match rules.min_per_column {
            0 => None,
            min => first_true(1, min, |by| less(min - by)).map(|by| min - by),
        },
        floor: match floors {
            0 => None,
            _ => first_true(0, floors - 1, lower).map(|index| values[index as usize]),
        },
    }
}

/// The first number of `from..=to` for which a question turns true and stays so.
fn first_true(from: u32, to: u32, is: impl Fn(u32) -> bool) -> Option<u32> {
    if from > to || !is(to) {
        return None;
    }
    let (mut low, mut high) = (from, to);
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle) { high = middle } else { low = middle + 1 }
    }
    Some(high)
}

fn feasible(scores: &Scores, rules: Rules, poll: &Poll<'_>) -> bool {
    if poll.check().is_err() {
        return false;
    }
    let grid = Grid::new(scores, rules);
    let Ok(mut solver) = Solver::new(&grid.network()) else { return false };
    (0..grid.cells()).for_each(|cell| solver.set_cost(Grid::arc(cell), 0));
    let found: Result<(), FlowError> = solver.solve(&|progress| poll.pivots(progress));
    found.is_ok()
}
