//! Who holds which column at the moment, and exchanges that make a row better off.

use super::super::watch::Poll;
use super::grid::Grid;

/// A complete assignment that can be changed by exchanges; rules always hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seats {
    /// By row: its cells, ascending.
    held: Vec<Vec<usize>>,
    /// By column: the cells of those who hold it, in no order that matters.
    holders: Vec<Vec<usize>>,
    sums: Vec<i64>,
}

/// How a chain of exchanges got to a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// The cell taken, in that column.
    pub(super) take: usize,
    /// The cell its row gives up for it.
    pub(super) give: usize,
}

/// What one search for a chain looks at, at most.
fn steps_of_raise(grid: &Grid) -> u64 {
    grid.cells() as u64 * u64::from(grid.rules.per_row)
}

impl Seats {
    pub(super) fn new(grid: &Grid, chosen: impl Fn(usize) -> bool) -> Seats {
        let mut seats = Seats {
            held: vec![Vec::new(); grid.rows],
            holders: vec![Vec::new(); grid.columns],
            sums: vec![0; grid.rows],
        };
        for cell in (0..grid.cells()).filter(|&cell| chosen(cell)) {
            seats.held[grid.row(cell)].push(cell);
            seats.holders[grid.column(cell)].push(cell);
            seats.sums[grid.row(cell)] += grid.score(cell);
        }
        seats
    }

    pub(super) fn held(&self, row: usize) -> &[usize] {
        &self.held[row]
    }

    /// The cells of those who hold a column.
    pub(super) fn holders(&self, column: usize) -> &[usize] {
        &self.holders[column]
    }

    pub(super) fn load(&self, column: usize) -> usize {
        self.holders[column].len()
    }

    pub(super) fn sums(&self) -> &[i64] {
        &self.sums
    }

    /// The smallest row sum; 0 without rows.
    pub(super) fn worst(&self) -> i64 {
        self.sums.iter().copied().min().unwrap_or(0)
    }

    pub(super) fn total(&self) -> i64 {
        self.sums.iter().sum()
    }

    /// Lifts the worst rows, one exchange after another, until none helps or the
    /// watch says stop.
    pub(super) fn lift(&mut self, grid: &Grid, poll: &Poll<'_>) {
        while poll.goes_on(steps_of_raise(grid)) {
            let worst = self.worst();
            let lowest = self.sums.iter().position(|&sum| sum == worst);
            match lowest {
                Some(row) if self.raise(grid, row, worst + 1) => {}
                _ => return,
            }
        }
    }

    /// Brings as many rows as it can to `target`, unless the watch says stop; whether
    /// all are there.
    pub(super) fn repair(&mut self, grid: &Grid, target: i64, poll: &Poll<'_>) -> bool {
        let mut all = true;
        for row in 0..grid.rows {
            // A row may need more than one exchange: each one has to help.
            while self.sums[row] < target {
                if !poll.goes_on(steps_of_raise(grid)) {
                    return false;
                }
                if !self.raise(grid, row, target) && !self.raise(grid, row, self.sums[row] + 1) {
                    all = false;
                    break;
                }
            }
        }
        all && self.worst() >= target
    }

    /// Brings `row` to at least `wanted` by a shortest chain of exchanges: it
    /// takes a column from another row, which takes one from a third, until a
    /// column has room. No other row ends below both `wanted` and where it was.
    fn raise(&mut self, grid: &Grid, row: usize, wanted: i64) -> bool {
        let rules = &grid.rules;
        let (least, most) = (rules.min_per_column as usize, rules.max_per_column as usize);
        let mut reached: Vec<Option<Step>> = vec![None; grid.columns];
        let mut queue = Vec::new();
        let mut offers: Vec<Step> = Vec::new();
        for &give in &self.held[row] {
            for take in grid.of_row(row) {
                let after = self.sums[row] - grid.score(give) + grid.score(take);
                if after >= wanted && after > self.sums[row] && !self.held[row].contains(&take) {
                    offers.push(Step { take, give });
                }
            }
        }
        // The best offers first, so that one exchange lifts far.
        offers.sort_by_key(|step| (grid.score(step.give) - grid.score(step.take), step.take, step.give));
        for step in offers {
            let column = grid.column(step.take);
            if reached[column].is_none() {
                reached[column] = Some(step);
                queue.push(column);
            }
        }
        let mut next = 0;
        while let Some(&column) = queue.get(next) {
            next += 1;
            let path = self.path(grid, &reached, column, row);
            let Some(&Step { give: freed, .. }) = path.last() else { continue };
            let freed_column = grid.column(freed);
            if self.holders[column].len() < most && self.holders[freed_column].len() > least {
                self.apply(grid, &path);
                return true;
            }
            for &give in &self.holders[column] {
                let other = grid.row(give);
                if other == row || path.iter().any(|step| grid.row(step.take) == other) {
                    continue;
                }
                let enough = wanted.min(self.sums[other]);
                for take in grid.of_row(other) {
                    let after = self.sums[other] - grid.score(give) + grid.score(take);
                    if after < enough || self.held[other].contains(&take) {
                        continue;
                    }
                    let step = Step { take, give };
                    let to = grid.column(take);
                    if to == freed_column {
                        let mut path = path;
                        path.insert(0, step);
                        self.apply(grid, &path);
                        return true;
                    }
                    if reached[to].is_none() {
                        reached[to] = Some(step);
                        queue.push(to);
                    }
                }
            }
        }
        false
    }

    /// The steps that led to `column`, last first; the last entry is `row`'s own.
    fn path(&self, grid: &Grid, reached: &[Option<Step>], column: usize, row: usize) -> Vec<Step> {
        let mut path = Vec::new();
        let mut at = column;
        while let Some(step) = reached[at] {
            path.push(step);
            if grid.row(step.take) == row {
                return path;
            }
            at = grid.column(step.give);
        }
        Vec::new()
    }

    /// Makes exchanges that together keep the rules, one a row.
    pub(super) fn apply(&mut self, grid: &Grid, steps: &[Step]) {
        for step in steps {
            let row = grid.row(step.take);
            self.sums[row] += grid.score(step.take) - grid.score(step.give);
            self.held[row].retain(|&cell| cell != step.give);
            let at = self.held[row].partition_point(|&cell| cell < step.take);
            self.held[row].insert(at, step.take);
            self.holders[grid.column(step.give)].retain(|&cell| cell != step.give);
            self.holders[grid.column(step.take)].push(step.take);
        }
    }
}
