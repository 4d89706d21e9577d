//! What is still open at one node of the search, given that every row sum shall
//! reach a target.

use super::super::grid::Grid;

/// What is known of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Free,
    /// In no assignment of this node.
    Out,
    /// In all of them.
    In,
}

/// The cells of a grid, each free, out or in.
#[derive(Debug, Clone)]
pub(super) struct Domain {
    state: Vec<State>,
}

/// The cells of each row, best first.
#[derive(Debug)]
pub(super) struct BestFirst(Vec<Vec<usize>>);

impl BestFirst {
    pub(super) fn new(grid: &Grid) -> BestFirst {
        let sorted = |row| {
            let mut cells: Vec<usize> = grid.of_row(row).collect();
            cells.sort_by_key(|&cell| (std::cmp::Reverse(grid.score(cell)), cell));
            cells
        };
        BestFirst((0..grid.rows).map(sorted).collect())
    }

    pub(super) fn of_row(&self, row: usize) -> &[usize] {
        &self.0[row]
    }

    /// The largest sum that each row could have, were it alone; the smallest of
    /// these bounds the worst row.
    pub(super) fn worst_alone(&self, grid: &Grid) -> i64 {
        let per_row = grid.rules.per_row as usize;
        let alone = |cells: &Vec<usize>| cells.iter().take(per_row).map(|&cell| grid.score(cell)).sum();
        self.0.iter().map(alone).min().unwrap_or(0)
    }
}

impl Domain {
    pub(super) fn open(grid: &Grid) -> Domain {
        Domain { state: vec![State::Free; grid.cells()] }
    }

    pub(super) fn state(&self, cell: usize) -> State {
        self.state[cell]
    }

    pub(super) fn set(&mut self, cell: usize, state: State) {
        self.state[cell] = state;
    }

    /// Takes out what can be in no row sum of at least `target`, and puts in what
    /// must be in each, until nothing changes. Returns whether something is left.
    pub(super) fn narrow(&mut self, grid: &Grid, best_first: &BestFirst, target: i64) -> bool {
        let mut again = true;
        while again {
            again = false;
            for row in 0..grid.rows {
                match self.narrow_row(grid, &best_first.0[row], target) {
                    Some(changed) => again |= changed,
                    None => return false,
                }
            }
            match self.narrow_columns(grid) {
                Some(changed) => again |= changed,
                None => return false,
            }
        }
        true
    }

    fn narrow_row(&mut self, grid: &Grid, cells: &[usize], target: i64) -> Option<bool> {
        let (mut fixed, mut fixed_sum, mut free) = (0, 0, Vec::new());
        for &cell in cells {
            match self.state[cell] {
                State::In => {
                    fixed += 1;
                    fixed_sum += grid.score(cell);
                }
                State::Free => free.push(cell),
                State::Out => {}
            }
        }
        let open = (grid.rules.per_row as usize).checked_sub(fixed)?;
        if open == 0 {
            free.iter().for_each(|&cell| self.state[cell] = State::Out);
            return (fixed_sum >= target).then_some(!free.is_empty());
        }
        if free.len() < open {
            return None;
        }
        let top: i64 = free[..open].iter().map(|&cell| grid.score(cell)).sum();
        if fixed_sum + top < target {
            return None;
        }
        let without_last = fixed_sum + top - grid.score(free[open - 1]);
        let useful = free[open..].partition_point(|&cell| without_last + grid.score(cell) >= target);
        let useless = &free[open + useful..];
        useless.iter().for_each(|&cell| self.state[cell] = State::Out);
        let mut changed = !useless.is_empty();
        for &cell in &free[..open] {
            let instead = free.get(open).filter(|_| useful > 0);
            if instead.is_none_or(|&next| fixed_sum + top - grid.score(cell) + grid.score(next) < target) {
                self.state[cell] = State::In;
                changed = true;
            }
        }
        Some(changed)
    }

    fn narrow_columns(&mut self, grid: &Grid) -> Option<bool> {
        let (mut fixed, mut open) = (vec![0u32; grid.columns], vec![0u32; grid.columns]);
        for cell in 0..grid.cells() {
            match self.state[cell] {
                State::In => fixed[grid.column(cell)] += 1,
                State::Free => open[grid.column(cell)] += 1,
                State::Out => {}
            }
        }
        let rules = &grid.rules;
        for column in 0..grid.columns {
            if fixed[column] > rules.max_per_column || fixed[column] + open[column] < rules.min_per_column {
                return None;
            }
        }
        let mut changed = false;
        for cell in 0..grid.cells() {
            let column = grid.column(cell);
            if self.state[cell] == State::Free && fixed[column] == rules.max_per_column {
                self.state[cell] = State::Out;
                changed = true;
            }
        }
        Some(changed)
    }
}
