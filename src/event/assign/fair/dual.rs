//! Prices for row sums: the Lagrangian dual of "every row reaches the target".
//!
//! For weights a ≥ 0, max Σ (unit + a_r)·sum_r is a plain flow problem, and
//! max − target·Σ a is at least unit·total of any assignment whose rows all reach the
//! target. Every weight vector therefore proves something, and every answer is an
//! assignment that exchanges may mend. Weights follow the subgradient with Polyak's
//! step (Held, Wolfe, Crowder 1974). Only + − × ÷ touch floating point, so runs
//! repeat exactly; what is proved is computed in integers.

use super::super::super::flow::{FlowError, Solver};
use super::super::super::watch::Poll;
use super::super::grid::Grid;
use super::super::seats::Seats;
use super::domain::{Domain, State};

/// A weight of one, in integers: the finest, and the coarsest that scores too
/// large for it bring about before they are rounded themselves.
const ONE: (i64, i64) = (1 << 12, 1 << 6);
/// Weights above this help no proof and would overflow.
const WEIGHT_MAX: f64 = 64.0;
/// Banned and forced cells count for this many dearest cells.
const BAN: i64 = 4;

/// Above every bound; half, so that differences fit.
const UNPROVED: i128 = i128::MAX / 2;

/// What a run is after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Any assignment whose rows all reach the target.
    Reach,
    /// The best proof on the worst row, of assignments whose worst row is above
    /// this; the target follows the proof down.
    Above(i64),
    /// One of these with a total above this.
    Beyond(i64),
}

/// What a run has shown of its node.
#[derive(Debug)]
pub(super) enum Verdict {
    /// An assignment that meets the goal.
    Found(Seats),
    /// Nothing here meets the goal.
    Impossible,
    /// Neither. The cell to split on, if any, whether to try it in first, and the
    /// proved bound on the total ([`Goal::Beyond`]).
    Open { cell: Option<usize>, first_in: bool, bound: i64 },
}

pub(super) struct Dual<'a> {
    grid: &'a Grid,
    solver: Solver,
    poll: &'a Poll<'a>,
    /// A weight of one.
    one: i64,
    /// Scores are rounded up to multiples of 2^shift, so that weighted they fit.
    shift: u32,
    largest: i64,
    /// Weight of each row.
    pub(super) weights: Vec<f64>,
    /// How often each cell was taken of late, 0 to 1.
    share: Vec<f64>,
    /// Flow problems solved.
    pub(super) solved: u64,
    /// Those solved before the phase that is told of.
    pub(super) told_from: u64,
    /// The best proved bound on the worst row of the last run ([`Goal::Reach`]).
    pub(super) worst_bound: i64,
}

impl<'a> Dual<'a> {
    pub(super) fn new(grid: &'a Grid, solver: Solver, poll: &'a Poll<'a>) -> Dual<'a> {
        let nodes = (grid.rows + grid.columns + 2) as i64;
        let most = i64::MAX / 16 / nodes / (BAN + 2) / (WEIGHT_MAX as i64 + 1);
        let largest = (0..grid.cells()).map(|cell| grid.score(cell).saturating_abs()).max().unwrap_or(0);
        let (mut one, mut shift) = (ONE.0, 0);
        while (largest >> shift) + 1 > most / one && shift < 62 {
            if one > ONE.1 { one /= 2 } else { shift += 1 }
        }
        Dual {
            grid,
            solver,
            poll,
            one,
            shift,
            largest: (largest >> shift) + 1,
            weights: vec![1.0; grid.rows],
            share: vec![0.0; grid.cells()],
            solved: 0,
            told_from: 0,
            worst_bound: i64::MAX,
        }
    }

    fn coarse(&self, cell: usize) -> i64 {
        -((-self.grid.score(cell)) >> self.shift)
    }

    /// Solves for integer weights; the proved bound, in units of 1 / [`ONE`] of a score.
    fn evaluate(
        &mut self,
        domain: &Domain,
        weights: &[i64],
        target: i64,
        unit: i64,
    ) -> Result<i128, FlowError> {
        let grid = self.grid;
        let heaviest = weights.iter().copied().max().unwrap_or(0) + unit;
        let ban = BAN * heaviest.max(1) * self.largest;
        let mut forced = 0i128;
        for cell in 0..grid.cells() {
            let plain = -(unit + weights[grid.row(cell)]) * self.coarse(cell);
            let cost = match domain.state(cell) {
                State::Free => plain,
                State::Out => plain + ban,
                State::In => {
                    forced += 1;
                    plain - ban
                }
            };
            self.solver.set_cost(Grid::arc(cell), cost);
        }
        let poll = self.poll;
        poll.check()?;
        self.solver.solve(&|progress| poll.pivots(progress))?;
        self.solved += 1;
        poll.tell(self.solved - self.told_from)?;
        let best = -self.solver.total_cost() - forced * i128::from(ban);
        let all: i128 = weights.iter().copied().map(i128::from).sum();
        Ok((best << self.shift) - i128::from(target) * all)
    }

    fn seats(&self) -> Seats {
        Seats::new(self.grid, |cell| self.solver.units(Grid::arc(cell)) == 1)
    }

    /// Improves the weights `rounds` times for one node.
    pub(super) fn run(
        &mut self,
        domain: &Domain,
        mut target: i64,
        mut goal: Goal,
        rounds: u32,
    ) -> Result<Verdict, FlowError> {
        let grid = self.grid;
        let unit = if matches!(goal, Goal::Beyond(_)) { self.one } else { 0 };
        let (mut bound, mut best_weights) = (UNPROVED, self.weights.clone());
        let (mut pace, mut stale) = (1.0f64, 0u32);
        let mut found = None;
        let mut direction = vec![0.0; grid.rows];
        self.worst_bound = i64::MAX;
        self.share.fill(0.0);
        for round in 0..rounds {
            if unit == 0 {
                normalise(&mut self.weights);
            }
            let weights: Vec<i64> =
                self.weights.iter().map(|&w| (w.min(WEIGHT_MAX) * self.one as f64) as i64).collect();
            let mut value = self.evaluate(domain, &weights, target, unit)?;
            let seats = self.seats();
            self.remember(round);
            if unit == 0 {
                let all: i128 = weights.iter().copied().map(i128::from).sum::<i128>().max(1);
                let worst = i128::from(target) + value.div_euclid(all);
                self.worst_bound = self.worst_bound.min(i64::try_from(worst).unwrap_or(i64::MAX));
                if let (Goal::Above(low), true) = (goal, value < 0) {
                    let lower = low + (self.worst_bound - low).max(0) / 2;
                    value += i128::from(target - lower) * all;
                    (target, bound) = (lower, UNPROVED);
                }
                if value < 0 || self.worst_bound < target {
                    return Ok(Verdict::Impossible);
                }
            }
            if let Goal::Beyond(total) = goal
                && value.div_euclid(i128::from(unit)) <= i128::from(total)
            {
                return Ok(found.map_or(Verdict::Impossible, Verdict::Found));
            }
            if value < bound {
                if (bound - value) as f64 > 0.001 * value as f64 {
                    stale = 0;
                }
                bound = value;
                best_weights.clone_from(&self.weights);
            } else {
                stale += 1;
                if stale >= 8 {
                    (pace, stale) = (pace * 0.6, 0);
                }
            }
            let below: Vec<f64> = seats.sums().iter().map(|&sum| (target - sum) as f64).collect();
            if let Some(better) = self.mend(seats, target, goal, round) {
                if unit == 0 {
                    return Ok(Verdict::Found(better));
                }
                goal = Goal::Beyond(better.total());
                found = Some(better);
            }
            let aim = if let Goal::Beyond(total) = goal { total as f64 } else { 0.0 };
            self.step(&below, &mut direction, pace * (value as f64 / self.one as f64 - aim).max(0.0));
        }
        self.weights = best_weights;
        if let Some(found) = found {
            return Ok(Verdict::Found(found));
        }
        let (cell, first_in) = self.split(domain);
        let bound = bound.div_euclid(i128::from(unit.max(1)));
        Ok(Verdict::Open { cell, first_in, bound: i64::try_from(bound).unwrap_or(i64::MAX) })
    }

    /// Moves the weights: up for rows below the target, down for those above. Part
    /// of the last direction is kept, which damps swinging.
    fn step(&mut self, below: &[f64], direction: &mut [f64], gap: f64) {
        let mut length = 0.0;
        for ((kept, &row_below), &weight) in direction.iter_mut().zip(below).zip(&self.weights) {
            // A weight at zero cannot go lower: it takes no part.
            *kept = if weight <= 0.0 && row_below < 0.0 { 0.0 } else { 0.6 * row_below + 0.4 * *kept };
            length += *kept * *kept;
        }
        if length > 0.0 {
            let step = gap / length;
            for (weight, &row) in self.weights.iter_mut().zip(direction.iter()) {
                *weight = (*weight + step * row).clamp(0.0, WEIGHT_MAX);
            }
        }
    }

    fn remember(&mut self, round: u32) {
        let keep = if round == 0 { 0.0 } else { 0.85 };
        for (cell, share) in self.share.iter_mut().enumerate() {
            let taken = if self.solver.units(Grid::arc(cell)) == 1 { 1.0 - keep } else { 0.0 };
            *share = *share * keep + taken;
        }
    }

    /// The free cell whose share is least decided, rows with weight first.
    fn split(&self, domain: &Domain) -> (Option<usize>, bool) {
        let mut best: Option<(usize, f64)> = None;
        for cell in 0..self.grid.cells() {
            if domain.state(cell) != State::Free {
                continue;
            }
            let open = self.share[cell].min(1.0 - self.share[cell]);
            let weight = if self.weights[self.grid.row(cell)] > 0.0 { 1.0 } else { 0.001 };
            let value = open * weight + 1e-9 * self.share[cell];
            if best.is_none_or(|(_, most)| value > most) {
                best = Some((cell, value));
            }
        }
        let cell = best.map(|(cell, _)| cell);
        (cell, cell.is_some_and(|cell| self.share[cell] >= 0.3))
    }

    /// Makes an answer reach the target by exchanges, and keeps it if it meets the goal.
    fn mend(&mut self, mut seats: Seats, target: i64, goal: Goal, round: u32) -> Option<Seats> {
        let short = seats.sums().iter().filter(|&&sum| sum < target).count();
        if short > 12 && !round.is_multiple_of(8) {
            return None;
        }
        if !seats.repair(self.grid, target, self.poll) {
            return None;
        }
        match goal {
            Goal::Reach | Goal::Above(_) => Some(seats),
            Goal::Beyond(total) => {
                let polished = self.polish(&seats, target);
                let best = polished.filter(|polished| polished.total() > seats.total()).unwrap_or(seats);
                (best.total() > total).then_some(best)
            }
        }
    }

    /// The best total with the rows that matter held as they are.
    fn polish(&mut self, seats: &Seats, target: i64) -> Option<Seats> {
        let grid = self.grid;
        let mut held = Domain::open(grid);
        for row in 0..grid.rows {
            if self.weights[row] > 0.0 || seats.sums()[row] == target {
                grid.of_row(row).for_each(|cell| held.set(cell, State::Out));
                seats.held(row).iter().for_each(|&cell| held.set(cell, State::In));
            }
        }
        self.evaluate(&held, &vec![0; grid.rows], 0, self.one).ok()?;
        let mut better = self.seats();
        better.repair(grid, target, self.poll).then_some(better)
    }
}

/// Scales weights so that the largest is [`WEIGHT_MAX`]; all equal when none is left.
fn normalise(weights: &mut [f64]) {
    let largest = weights.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 {
        weights.fill(WEIGHT_MAX);
    } else {
        weights.iter_mut().for_each(|weight| *weight *= WEIGHT_MAX / largest);
    }
}
