//! One answer among equals, by rule and not by accident.
//!
//! By complementary slackness the best assignments are exactly those flows that
//! keep every arc with a reduced cost where it is; arcs without one are free. Row
//! by row and column by column, a cell is taken if a cycle of free arcs allows it,
//! and fixed either way.

use super::super::flow::Solver;
use super::super::watch::{Poll, Stopped};
use super::grid::Grid;
use super::seats::Seats;

/// Arcs looked at before the rest is left as the solver has it (which does not
/// depend on chance either): seconds of work, met only when nearly all scores of a
/// large matrix are equal.
const ARC_VISITS_MAX: u64 = 1_000_000_000;

struct Free<'a> {
    grid: &'a Grid,
    chosen: Vec<bool>,
    /// Cells that may still change.
    free: Vec<bool>,
    load: Vec<u32>,
    column_free: Vec<bool>,
    /// By column, its cells.
    of_column: Vec<Vec<usize>>,
    visits: u64,
}

/// The first assignment, in the order of row and column, that is as good as the
/// solver's.
///
/// # Errors
/// When the watch says so.
pub(super) fn first_of_equals(grid: &Grid, solver: &Solver, poll: &Poll<'_>) -> Result<Seats, Stopped> {
    let mut of_column = vec![Vec::new(); grid.columns];
    let mut free = vec![false; grid.cells()];
    for cell in 0..grid.cells() {
        free[cell] = solver.reduced_cost(Grid::arc(cell)) == 0;
        if free[cell] {
            of_column[grid.column(cell)].push(cell);
        }
    }
    let mut face = Free {
        grid,
        chosen: (0..grid.cells()).map(|cell| solver.units(Grid::arc(cell)) == 1).collect(),
        free,
        load: (0..grid.columns).map(|column| solver.units(grid.column_arc(column)) as u32).collect(),
        column_free: (0..grid.columns)
            .map(|column| solver.reduced_cost(grid.column_arc(column)) == 0)
            .collect(),
        of_column,
        visits: 0,
    };
    for cell in 0..grid.cells() {
        if face.visits > ARC_VISITS_MAX {
            break;
        }
        if face.free[cell] && !face.chosen[cell] {
            let before = face.visits;
            face.take(cell);
            if !poll.goes_on(face.visits - before) {
                return Err(Stopped);
            }
        }
        face.free[cell] = false;
    }
    Ok(Seats::new(grid, |cell| face.chosen[cell]))
}

impl Free<'_> {
    /// Takes `cell` if a unit can go round from its column back to its row.
    fn take(&mut self, cell: usize) {
        let grid = self.grid;
        let (goal, rows, end) = (grid.row(cell), grid.rows, grid.rows + grid.columns);
        // By node: the node before it. Rows first, then columns, then the end.
        let mut before = vec![usize::MAX; end + 1];
        let first = rows + grid.column(cell);
        before[first] = first;
        let mut queue = vec![first];
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            let mut reach = |to: usize| {
                if before[to] == usize::MAX {
                    before[to] = node;
                    queue.push(to);
                }
            };
            if node < rows {
                let cells = grid.of_row(node);
                self.visits += cells.len() as u64;
                cells.filter(|&c| self.free[c] && !self.chosen[c]).for_each(|c| reach(rows + grid.column(c)));
            } else if node == end {
                self.visits += grid.columns as u64;
                for column in 0..grid.columns {
                    if self.column_free[column] && self.load[column] > grid.rules.min_per_column {
                        reach(rows + column);
                    }
                }
            } else {
                let column = node - rows;
                self.visits += self.of_column[column].len() as u64;
                if self.column_free[column] && self.load[column] < grid.rules.max_per_column {
                    reach(end);
                }
                let back = self.of_column[column].iter().filter(|&&c| self.free[c] && self.chosen[c]);
                back.for_each(|&c| reach(grid.row(c)));
            }
            if before[goal] != usize::MAX {
                self.turn(cell, &before);
                return;
            }
        }
    }

    fn turn(&mut self, cell: usize, before: &[usize]) {
        let grid = self.grid;
        let (rows, end) = (grid.rows, grid.rows + grid.columns);
        let mut node = grid.row(cell);
        while before[node] != node {
            let from = before[node];
            match (from, node) {
                (_, to) if to == end => self.load[from - rows] += 1,
                (from, to) if from == end => self.load[to - rows] -= 1,
                (from, to) => {
                    let (row, column) = (from.min(to), from.max(to) - rows);
                    for c in grid.of_row(row).filter(|&c| grid.column(c) == column) {
                        self.chosen[c] = !self.chosen[c];
                    }
                }
            }
            node = from;
        }
        self.chosen[cell] = true;
    }
}
