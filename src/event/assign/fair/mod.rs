//! The worst-served row first, then the total.

mod domain;
mod dual;
mod exact;
mod negotiate;
mod search;

use super::super::flow::FlowError;
use super::super::watch::{Phase, Poll, Stopped, Watch};
use super::exchange::{balance, enrich};
use super::grid::Grid;
use super::plain::{AssignError, Assignment, decode, greatest};
use super::seats::Seats;
use super::{Rules, Scores};
use domain::{BestFirst, Domain};
use dual::{Dual, Goal, Verdict};
use negotiate::{Settled, negotiate};
use search::{Budget, search};

/// An assignment whose worst row is as good as could be found, and what is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fair {
    /// The assignment.
    pub assignment: Assignment,
    /// No assignment has a worst row above this; equal to its `worst_row` when that
    /// is proved the best.
    pub worst_row_bound: i64,
    /// No assignment with this worst row or a better one has a total above this;
    /// equal to its `objective` when that is proved the best.
    pub objective_bound: i64,
}

/// Cells looked at by flow problems, in all: bounds the time without a clock.
const WORK: u64 = 8_000_000;
/// Pairs looked at by one series of exchanges: about a second.
const EXCHANGES: u64 = 60_000_000;
/// Sets looked at by one series of negotiations: about a second.
const NEGOTIATION: u64 = 20_000_000;
/// A gap is looked at in steps of this fraction of it; the rest is left to the search.
const STEPS: i64 = 100;
/// Cells of a grid that is small: its worst row is settled by an exact search. That
/// settles all of 3,000 contested grids of up to 400 cells, and 58 of 60 of 30 × 30.
const SMALL: usize = 1_000;
/// Sets looked at by that search: about three seconds, met by few of the hardest.
const EXACT: u64 = 300_000_000;
/// Rounds of one negotiation.
const NEGOTIATION_ROUNDS: u32 = 120;
/// Flow problems at least and at most, whatever their size.
const SOLVED: (u64, u64) = (100, 6_000);
/// Weight changes at a first node.
const ROOT_ROUNDS: u32 = 150;

/// Finds an assignment whose smallest row sum is as large as possible, and the best
/// total under that. Its worst row is never below that of [`super::assign`].
///
/// # Errors
/// As [`super::assign`].
pub fn assign_fairly(scores: &Scores, rules: Rules, watch: &Watch<'_>) -> Result<Fair, AssignError> {
    let grid = Grid::new(scores, rules);
    let poll = Poll::new(watch, Phase::Choosing, None);
    let (solver, plain) = greatest(scores, &grid, &poll)?;
    let mut search = Search::new(&grid, Dual::new(&grid, solver, &poll), plain, &poll);
    search.raise_worst().map_err(AssignError::Flow)?;
    search.raise_total()
}

struct Search<'a> {
    grid: &'a Grid,
    best_first: BestFirst,
    dual: Dual<'a>,
    plain: Seats,
    best: Seats,
    /// No worst row above this.
    bound: i64,
    solved_max: u64,
    poll: &'a Poll<'a>,
}

impl<'a> Search<'a> {
    fn new(grid: &'a Grid, dual: Dual<'a>, plain: Seats, poll: &'a Poll<'a>) -> Search<'a> {
        let best_first = BestFirst::new(grid);
        let bound = best_first.worst_alone(grid).max(plain.worst());
        let mut best = plain.clone();
        best.lift(grid, poll);
        let solved_max = (WORK / grid.cells().max(1) as u64).clamp(SOLVED.0, SOLVED.1);
        Search { grid, best_first, dual, plain, best, bound, solved_max, poll }
    }

    /// One search for a worst row of `target`; whether it was decided.
    fn try_target(&mut self, target: i64, nodes: u32, solved_max: u64) -> Result<bool, FlowError> {
        let budget = Budget { nodes, root_rounds: ROOT_ROUNDS, solved_max };
        let outcome = search(&mut self.dual, self.grid, &self.best_first, target, Goal::Reach, budget)?;
        if let Some(mut seats) = outcome.found {
            seats.lift(self.grid, self.poll);
            if seats.worst() > self.best.worst() {
                self.best = seats;
            }
            return Ok(true);
        }
        if outcome.closed {
            self.bound = self.bound.min(target - 1);
        }
        Ok(outcome.closed)
    }

    /// The highest target at which no row and no column rules itself out.
    fn lower_bound(&mut self) {
        let (mut low, mut high) = (self.best.worst(), self.bound);
        while low < high {
            let middle = low + (high - low + 1) / 2;
            if Domain::open(self.grid).narrow(self.grid, &self.best_first, middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        self.bound = high;
    }

    /// What weights prove of all assignments that are better than the best so far.
    fn lower_bound_by_weights(&mut self) -> Result<(), FlowError> {
        let low = self.best.worst();
        let mut domain = Domain::open(self.grid);
        if low >= self.bound || !domain.narrow(self.grid, &self.best_first, low + 1) {
            self.bound = low;
            return Ok(());
        }
        let target = low + (self.bound - low + 1) / 2;
        let verdict = self.dual.run(&domain, target, Goal::Above(low), ROOT_ROUNDS)?;
        self.bound = self.bound.min(self.dual.worst_bound.max(low));
        if let Verdict::Found(mut seats) = verdict {
            seats.lift(self.grid, self.poll);
            self.best = seats;
        }
        Ok(())
    }

    /// Negotiates targets between the best and the bound, moving both.
    fn negotiate_between(&mut self) -> Result<(), Stopped> {
        let (mut top, mut work) = (self.bound, NEGOTIATION);
        let finest = (self.bound - self.best.worst()) / STEPS;
        while self.best.worst() + finest < top && work > 0 {
            let low = self.best.worst();
            let target = low + (top - low + 1) / 2;
            let (grid, best_first) = (self.grid, &self.best_first);
            let settled = negotiate(grid, best_first, target, NEGOTIATION_ROUNDS, &mut work, self.poll);
            // A negotiation that was stopped settles nothing.
            self.poll.check()?;
            match settled {
                Settled::Found(mut seats) => {
                    seats.lift(self.grid, self.poll);
                    self.best = seats;
                }
                Settled::Impossible => {
                    top = target - 1;
                    self.bound = top;
                }
                Settled::Open => top = target - 1,
            }
        }
        Ok(())
    }

    /// Exchanges towards targets between the best and the bound.
    fn raise_by_exchange(&mut self) -> Result<(), Stopped> {
        let mut work = EXCHANGES;
        let (mut top, mut seats) = (self.bound, self.best.clone());
        let finest = (self.bound - self.best.worst()) / STEPS;
        while self.best.worst() + finest < top && work > 0 {
            let low = self.best.worst();
            let target = low + (top - low + 1) / 2;
            balance(&mut seats, self.grid, target, &mut work, self.poll);
            seats.lift(self.grid, self.poll);
            self.poll.check()?;
            if seats.worst() > low {
                self.best.clone_from(&seats);
            }
            if seats.worst() < target {
                top = target - 1;
            }
        }
        Ok(())
    }

    /// Settles the worst row of a small grid, targets between the best and the bound.
    fn settle_if_small(&mut self) -> Result<(), Stopped> {
        let mut work = EXACT;
        while self.grid.cells() <= SMALL && self.best.worst() < self.bound {
            let low = self.best.worst();
            let target = low + (self.bound - low + 1) / 2;
            let settled = exact::decide(self.grid, &self.best_first, target, &mut work, self.poll);
            // A search that was stopped settles nothing.
            self.poll.check()?;
            match settled {
                Settled::Found(mut seats) => {
                    seats.lift(self.grid, self.poll);
                    self.best = seats;
                }
                Settled::Impossible => self.bound = target - 1,
                Settled::Open => break,
            }
        }
        Ok(())
    }

    fn raise_worst(&mut self) -> Result<(), FlowError> {
        if self.grid.rows == 0 {
            return Ok(());
        }
        self.poll.begin(Phase::WorstRow, Some(self.solved_max))?;
        self.lower_bound();
        self.settle_if_small()?;
        for _ in 0..4 {
            let gap = self.bound - self.best.worst();
            self.lower_bound_by_weights()?;
            self.negotiate_between()?;
            self.raise_by_exchange()?;
            // Another turn starts from a better place, unless this one changed little.
            if self.bound - self.best.worst() >= gap - gap / 8 {
                break;
            }
        }
        // From below: halve the gap while first nodes suffice, then with search.
        for (nodes, share) in [(1, 2), (u32::MAX, 4)] {
            let stop = self.solved_max * (share - 1) / share;
            let mut open_from = self.bound + 1;
            while self.best.worst() < self.bound && self.dual.solved < stop {
                let top = self.bound.min(open_from - 1);
                let low = self.best.worst();
                if top <= low {
                    break;
                }
                let target = low + (top - low + 1) / 2;
                let part = self.dual.solved + (stop - self.dual.solved).div_ceil(4);
                if !self.try_target(target, nodes, part)? {
                    open_from = target;
                }
            }
        }
        Ok(())
    }

    fn raise_total(mut self) -> Result<Fair, AssignError> {
        let target = self.best.worst();
        let grid = self.grid;
        let plain_total = self.plain.total();
        // The plain optimum may already have this worst row.
        if self.plain.worst() >= target {
            let assignment = decode(grid, &self.plain);
            return Ok(self.finish(assignment, plain_total));
        }
        self.dual.told_from = self.dual.solved;
        self.poll.begin(Phase::Total, Some(self.solved_max))?;
        let mut bound = plain_total;
        let mut work = EXCHANGES;
        enrich(&mut self.best, grid, target, &mut work, self.poll);
        self.poll.check()?;
        if grid.rows > 0 {
            self.dual.weights.fill(0.0);
            let budget = Budget {
                nodes: u32::MAX,
                root_rounds: 2 * ROOT_ROUNDS,
                solved_max: self.dual.solved + self.solved_max,
            };
            let goal = Goal::Beyond(self.best.total());
            let outcome = search(&mut self.dual, grid, &self.best_first, target, goal, budget)
                .map_err(AssignError::Flow)?;
            if let Some(found) = outcome.found {
                self.best = found;
                enrich(&mut self.best, grid, target, &mut work, self.poll);
                self.poll.check()?;
            }
            bound = bound.min(outcome.bound);
        }
        let assignment = decode(grid, &self.best);
        Ok(self.finish(assignment, bound.max(self.best.total())))
    }

    fn finish(&self, assignment: Assignment, objective_bound: i64) -> Fair {
        let grain = self.grid.grain;
        Fair { assignment, worst_row_bound: self.bound * grain, objective_bound: objective_bound * grain }
    }
}

#[cfg(test)]
mod tests;
