//! The assignment with the largest sum.

use super::super::flow::{FlowError, Solver};
use super::super::watch::{Phase, Poll, Stopped, Watch};
use super::grid::Grid;
use super::infeasible::{Infeasible, explain};
use super::seats::Seats;
use super::ties::first_of_equals;
use super::{Rules, Scores};

/// Which columns serve which row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// By row: its (column, score) pairs in order of column.
    pub pairs: Vec<Vec<(u32, i64)>>,
    /// Σ scores.
    pub objective: i64,
    /// The smallest row sum; 0 without rows.
    pub worst_row: i64,
}

/// Why there is no assignment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssignError {
    /// The rules leave none.
    #[error("{0}")]
    Infeasible(Box<Infeasible>),
    /// From the solver: stopped, or numbers too large.
    #[error(transparent)]
    Flow(FlowError),
}

/// Finds the assignment with the largest sum.
///
/// # Errors
/// [`AssignError::Infeasible`] with the bottleneck and what would mend it;
/// [`AssignError::Flow`] when `watch` says stop or scores are too large to be summed.
pub fn assign(scores: &Scores, rules: Rules, watch: &Watch<'_>) -> Result<Assignment, AssignError> {
    let grid = Grid::new(scores, rules);
    let (_, seats) = greatest(scores, &grid, &Poll::new(watch, Phase::Choosing, None))?;
    Ok(decode(&grid, &seats))
}

/// The solver at the greatest sum, and the first assignment that has it.
pub(super) fn greatest(
    scores: &Scores,
    grid: &Grid,
    poll: &Poll<'_>,
) -> Result<(Solver, Seats), AssignError> {
    let mut solver = solver(grid)?;
    match solver.solve(&|progress| poll.pivots(progress)) {
        Ok(()) => {}
        Err(FlowError::Infeasible(shortage)) => {
            return Err(AssignError::Infeasible(Box::new(explain(scores, grid, &shortage, poll)?)));
        }
        Err(other) => return Err(AssignError::Flow(other)),
    }
    let seats = first_of_equals(grid, &solver, poll)?;
    Ok((solver, seats))
}

impl From<Stopped> for AssignError {
    fn from(stopped: Stopped) -> AssignError {
        AssignError::Flow(stopped.into())
    }
}

fn solver(grid: &Grid) -> Result<Solver, AssignError> {
    let largest = (0..grid.cells())
        .map(|cell| i128::from(grid.score(cell)).abs() * i128::from(grid.grain))
        .max()
        .unwrap_or(0);
    let sum_max = largest * i128::from(grid.rules.per_row) * grid.rows as i128;
    if sum_max > i128::from(i64::MAX / 8) {
        return Err(AssignError::Flow(FlowError::TooLarge { what_zh: "分数", what_en: "scores" }));
    }
    match Solver::new(&grid.network()) {
        Ok(solver) => Ok(solver),
        // Columns may not be held to more than they are allowed.
        Err(FlowError::BadArc { .. }) => {
            Err(AssignError::Infeasible(Box::new(Infeasible::crossed_bounds(grid))))
        }
        Err(other) => Err(AssignError::Flow(other)),
    }
}

pub(super) fn decode(grid: &Grid, seats: &Seats) -> Assignment {
    let pair = |&cell: &usize| (grid.column(cell) as u32, grid.score(cell) * grid.grain);
    Assignment {
        pairs: (0..grid.rows).map(|row| seats.held(row).iter().map(pair).collect()).collect(),
        objective: seats.total() * grid.grain,
        worst_row: seats.worst() * grid.grain,
    }
}
