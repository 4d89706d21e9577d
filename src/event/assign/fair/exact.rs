//! Whether all rows of a small grid can reach a target: an exact search.
//!
//! Every set of columns with which a row reaches the target is written down. Prices for
//! columns are then sought at which the rows' cheapest sets cost more than all capacity
//! is worth: that proves that no assignment exists (the Lagrangian dual of capacities,
//! whose bound is that of the LP over whole sets; Barnhart et al., *Branch-and-price*,
//! 1998). Prices that prove nothing still rule out sets: one that costs more above its
//! row's cheapest than is missing to a proof is in no assignment. What is left is split
//! on a cell, which is in or out, depth first. Only + − × ÷ touch floating point, and
//! what is proved is computed in integers.

use super::super::super::watch::Poll;
use super::super::grid::Grid;
use super::super::seats::Seats;
use super::domain::BestFirst;
use super::negotiate::Settled;

/// Cells in all sets together: more are not written down, and nothing is settled. Bounds
/// the memory: a node of the search has a share of these, and there are as many nodes
/// as the search is deep.
const WRITTEN_MAX: usize = 400_000;
/// A price of one.
const ONE: f64 = 1024.0;
/// Prices beyond this have long stopped helping, and sums of them still fit.
const PRICE_MAX: f64 = (1u64 << 40) as f64;
/// Price changes at the first node, and at one below: its parent's are nearly right.
const ROUNDS: (u32, u32) = (400, 60);
/// Price changes without a better proof before smaller steps are taken.
const PATIENCE: u32 = 6;

/// The sets of all rows, flat.
struct Sets {
    per_row: usize,
    /// Cells of set s: `cells[s * per_row..][..per_row]`.
    cells: Vec<usize>,
}

impl Sets {
    fn of(&self, set: u32) -> &[usize] {
        &self.cells[set as usize * self.per_row..][..self.per_row]
    }
}

/// What is still possible.
struct Node {
    /// By row.
    sets: Vec<Vec<u32>>,
    prices: Vec<f64>,
}

struct Exact<'a> {
    grid: &'a Grid,
    sets: Sets,
    work: &'a mut u64,
    poll: &'a Poll<'a>,
}

/// Looks for an assignment whose rows all reach `target`, while there is `work` (sets
/// looked at); none is left once the watch has said stop.
pub(super) fn decide(
    grid: &Grid,
    best_first: &BestFirst,
    target: i64,
    work: &mut u64,
    poll: &Poll<'_>,
) -> Settled {
    let per_row = grid.rules.per_row as usize;
    let mut sets = Sets { per_row, cells: Vec::new() };
    let mut of_rows = Vec::with_capacity(grid.rows);
    for row in 0..grid.rows {
        let first = sets.cells.len() / per_row.max(1);
        let mut taken = Vec::with_capacity(per_row);
        let cells = best_first.of_row(row);
        if per_row == 0 || !write_down(grid, cells, per_row, target, &mut taken, &mut sets.cells) {
            return Settled::Open;
        }
        let next = sets.cells.len() / per_row;
        of_rows.push((first as u32..next as u32).collect());
    }
    let root = Node { sets: of_rows, prices: vec![0.0; grid.columns] };
    Exact { grid, sets, work, poll }.search(root)
}

/// Adds every way to reach `target` with `open` more of `cells`, best first; whether
/// there was room for all.
fn write_down(
    grid: &Grid,
    cells: &[usize],
    open: usize,
    target: i64,
    taken: &mut Vec<usize>,
    sets: &mut Vec<usize>,
) -> bool {
    if open == 0 {
        if target <= 0 {
            sets.extend_from_slice(taken);
        }
        return sets.len() <= WRITTEN_MAX;
    }
    for at in 0..(cells.len() + 1).saturating_sub(open) {
        let top: i64 = cells[at..at + open].iter().map(|&cell| grid.score(cell)).sum();
        if top < target {
            break;
        }
        taken.push(cells[at]);
        let rest = target - grid.score(cells[at]);
        let room = write_down(grid, &cells[at + 1..], open - 1, rest, taken, sets);
        taken.pop();
        if !room {
            return false;
        }
    }
    true
}

/// What prices came to.
enum Priced {
    Found(Seats),
    Impossible,
    /// The cell to split on, and whether to try it in first.
    Open(Option<(usize, bool)>),
}

impl Exact<'_> {
    fn search(mut self, root: Node) -> Settled {
        let mut stack = vec![root];
        let mut rounds = ROUNDS.0;
        while let Some(mut node) = stack.pop() {
            let priced = self.price(&mut node, rounds);
            rounds = ROUNDS.1;
            if *self.work == 0 {
                return Settled::Open;
            }
            match priced {
                Priced::Impossible => {}
                Priced::Found(seats) => return Settled::Found(seats),
                Priced::Open(None) => return Settled::Open,
                Priced::Open(Some((cell, in_first))) => {
                    let row = self.grid.row(cell);
                    let (with, without): (Vec<u32>, Vec<u32>) =
                        node.sets[row].iter().partition(|&&set| self.sets.of(set).contains(&cell));
                    let child = |sets_of_row: Vec<u32>| {
                        let mut sets = node.sets.clone();
                        sets[row] = sets_of_row;
                        Node { sets, prices: node.prices.clone() }
                    };
                    let (with, without) = (child(with), child(without));
                    stack.extend(if in_first { [without, with] } else { [with, without] });
                }
            }
        }
        Settled::Impossible
    }

    fn spend(&mut self, steps: usize) -> bool {
        let steps = steps as u64;
        *self.work = if self.poll.goes_on(steps) { self.work.saturating_sub(steps) } else { 0 };
        *self.work > 0
    }

    fn bounds(&self) -> (i64, i64) {
        (i64::from(self.grid.rules.min_per_column), i64::from(self.grid.rules.max_per_column))
    }

    /// Takes out sets that the columns' bounds rule out, until nothing changes; whether
    /// every row has one left.
    fn narrow(&mut self, sets: &mut [Vec<u32>]) -> bool {
        let (least, most) = self.bounds();
        let grid = self.grid;
        loop {
            let mut count = vec![0u32; grid.cells()];
            let left: usize = sets.iter().map(Vec::len).sum();
            for &set in sets.iter().flatten() {
                self.sets.of(set).iter().for_each(|&cell| count[cell] += 1);
            }
            let (mut certain, mut possible) = (vec![0i64; grid.columns], vec![0i64; grid.columns]);
            for (row, sets) in sets.iter().enumerate() {
                if sets.is_empty() {
                    return false;
                }
                for cell in grid.of_row(row) {
                    certain[grid.column(cell)] += i64::from(count[cell] as usize == sets.len());
                    possible[grid.column(cell)] += i64::from(count[cell] > 0);
                }
            }
            if (0..grid.columns).any(|column| certain[column] > most || possible[column] < least) {
                return false;
            }
            let mut changed = false;
            for (row, sets) in sets.iter_mut().enumerate() {
                let of_row = sets.len();
                let open = |cell: usize| count[cell] > 0 && (count[cell] as usize) < of_row;
                let barred = |cell: usize| open(cell) && certain[grid.column(cell)] == most;
                let needed = |cell: usize| open(cell) && possible[grid.column(cell)] == least;
                let wanted: Vec<usize> = grid.of_row(row).filter(|&cell| needed(cell)).collect();
                sets.retain(|&set| {
                    let cells = self.sets.of(set);
                    !cells.iter().any(|&cell| barred(cell)) && wanted.iter().all(|cell| cells.contains(cell))
                });
                changed |= sets.len() < of_row;
            }
            if !self.spend(left) || !changed {
                return sets.iter().all(|sets| !sets.is_empty());
            }
        }
    }

    /// Improves the prices of a node, and takes out sets that they rule out.
    fn price(&mut self, node: &mut Node, rounds: u32) -> Priced {
        let grid = self.grid;
        let (least, most) = self.bounds();
        if !self.narrow(&mut node.sets) {
            return Priced::Impossible;
        }
        let (mut best, mut best_prices) = (i128::MIN, node.prices.clone());
        let (mut pace, mut stale) = (1.2f64, 0u32);
        let mut share = vec![0.0f64; grid.cells()];
        for round in 0..rounds {
            let prices: Vec<i64> = node.prices.iter().map(|&price| price as i64).collect();
            let cost = |sets: &Sets, set: u32| -> i64 {
                sets.of(set).iter().map(|&cell| prices[grid.column(cell)]).sum()
            };
            let worth: i128 = prices
                .iter()
                .map(|&price| i128::from(price) * i128::from(if price > 0 { most } else { least }))
                .sum();
            let mut load = vec![0i64; grid.columns];
            let mut cheapest = Vec::with_capacity(grid.rows);
            let keep = if round == 0 { 0.0 } else { 0.9 };
            share.iter_mut().for_each(|share| *share *= keep);
            let mut spent = 0i128;
            for sets in &node.sets {
                let Some((least_cost, set)) = sets.iter().map(|&set| (cost(&self.sets, set), set)).min()
                else {
                    return Priced::Impossible;
                };
                spent += i128::from(least_cost);
                cheapest.push((least_cost, set));
                for &cell in self.sets.of(set) {
                    load[grid.column(cell)] += 1;
                    share[cell] += 1.0 - keep;
                }
            }
            let missing = worth - spent;
            if missing < 0 {
                return Priced::Impossible;
            }
            if load.iter().all(|load| (least..=most).contains(load)) {
                let mut chosen = vec![false; grid.cells()];
                cheapest.iter().flat_map(|&(_, set)| self.sets.of(set)).for_each(|&cell| chosen[cell] = true);
                return Priced::Found(Seats::new(grid, |cell| chosen[cell]));
            }
            if -missing > best {
                best = -missing;
                best_prices.clone_from(&node.prices);
                stale = 0;
                let mut ruled_out = false;
                for (sets, &(least_cost, _)) in node.sets.iter_mut().zip(&cheapest) {
                    let before = sets.len();
                    sets.retain(|&set| i128::from(cost(&self.sets, set) - least_cost) <= missing);
                    ruled_out |= sets.len() < before;
                }
                if ruled_out && !self.narrow(&mut node.sets) {
                    return Priced::Impossible;
                }
            } else {
                stale += 1;
                if stale >= PATIENCE {
                    (pace, stale) = (pace * 0.7, 0);
                }
            }
            let left: usize = node.sets.iter().map(Vec::len).sum();
            if !self.spend(left) || pace < 0.01 {
                break;
            }
            let over = |column: usize| {
                let capacity = match prices[column] {
                    1.. => most,
                    0 => load[column].clamp(least, most),
                    _ => least,
                };
                (load[column] - capacity) as f64
            };
            let length: f64 = (0..grid.columns).map(|column| over(column) * over(column)).sum();
            if length == 0.0 {
                break;
            }
            // Aims a little beyond the proof: that is what has to be passed.
            let step = pace * (missing as f64 + ONE) / length;
            let lowest = if least > 0 { -PRICE_MAX } else { 0.0 };
            for column in 0..grid.columns {
                node.prices[column] = (node.prices[column] + step * over(column)).clamp(lowest, PRICE_MAX);
            }
        }
        node.prices = best_prices;
        Priced::Open(self.split(node, &share))
    }

    /// The cell that the last rounds were least decided about.
    fn split(&self, node: &Node, share: &[f64]) -> Option<(usize, bool)> {
        let mut count = vec![0usize; self.grid.cells()];
        for &set in node.sets.iter().flatten() {
            self.sets.of(set).iter().for_each(|&cell| count[cell] += 1);
        }
        let open = |&cell: &usize| count[cell] > 0 && count[cell] < node.sets[self.grid.row(cell)].len();
        let doubt = |cell: usize| share[cell].min(1.0 - share[cell]);
        let cell = (0..self.grid.cells()).filter(open).max_by(|&a, &b| {
            doubt(a).total_cmp(&doubt(b)).then(share[a].total_cmp(&share[b])).then(b.cmp(&a))
        })?;
        Some((cell, share[cell] >= 0.3))
    }
}
