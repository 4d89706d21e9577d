//! Prices for columns: each row takes the cheapest set of columns that reaches the
//! target by itself, and crowded columns grow dearer until no column is crowded.
//!
//! As a search this is negotiated congestion (McMurchie & Ebeling, *PathFinder*, 1995).
//! As a proof it is the Lagrangian dual of the capacities: for prices y, if the rows'
//! cheapest sets cost more than all capacity does, no assignment reaches the target.
//! It is sharper than the dual of the row sums, because rows are served whole:
//! no average of a good and a bad set counts.

use super::super::super::watch::Poll;
use super::super::grid::Grid;
use super::super::seats::Seats;
use super::domain::{BestFirst, Domain, State};

/// A price of one; prices grow from there.
const ONE: i64 = 1 << 10;
/// Prices beyond this would overflow sums, and have long stopped helping.
const PRICE_MAX: i64 = 1 << 40;
/// Sets looked at for one row before the cheapest so far is taken; a proof then
/// counts that row with what is certain.
const SETS_MAX: u32 = 20_000;
/// Price changes in an attempt at a proof.
const PROOF_STEPS: u32 = 40;

/// How a negotiation ended.
#[derive(Debug)]
pub(super) enum Settled {
    /// All rows reach the target.
    Found(Seats),
    /// Nothing does.
    Impossible,
    /// Not settled.
    Open,
}

struct Choice<'a> {
    grid: &'a Grid,
    target: i64,
    /// Price and cell, cheapest first; of one price the best score first.
    offers: Vec<(i64, usize)>,
    /// By offer, then number: the largest sum of so many offers from there on.
    top: Vec<i64>,
    taken: Vec<usize>,
    best: Option<(i64, Vec<usize>)>,
    sets: u32,
}

/// The prices and who holds what, for one target.
struct Negotiation<'a> {
    grid: &'a Grid,
    /// By row: cells that may be used.
    open: Vec<Vec<usize>>,
    held: Vec<Vec<usize>>,
    load: Vec<i64>,
    /// What has been learnt of each column: above 0 crowded, below 0 too empty.
    price: Vec<i64>,
    target: i64,
}

/// Looks for an assignment whose rows all reach `target`, in at most `rounds`
/// rounds and `work` sets looked at. No work is left once the watch has said stop.
pub(super) fn negotiate(
    grid: &Grid,
    best_first: &BestFirst,
    target: i64,
    rounds: u32,
    work: &mut u64,
    poll: &Poll<'_>,
) -> Settled {
    let mut domain = Domain::open(grid);
    if !domain.narrow(grid, best_first, target) {
        return Settled::Impossible;
    }
    let open = |row| grid.of_row(row).filter(|&cell| domain.state(cell) != State::Out).collect();
    let mut talks = Negotiation {
        grid,
        open: (0..grid.rows).map(open).collect(),
        held: vec![Vec::new(); grid.rows],
        load: vec![0; grid.columns],
        price: vec![0; grid.columns],
        target,
    };
    for round in 0..rounds {
        if *work == 0 {
            break;
        }
        if !talks.round(work, poll) {
            return Settled::Impossible;
        }
        if talks.settled() {
            let mut chosen = vec![false; grid.cells()];
            talks.held.iter().flatten().for_each(|&cell| chosen[cell] = true);
            return Settled::Found(Seats::new(grid, |cell| chosen[cell]));
        }
        talks.learn();
        if round + 1 == rounds / 4 && talks.proves_impossible(work, poll) {
            return Settled::Impossible;
        }
    }
    if talks.proves_impossible(work, poll) { Settled::Impossible } else { Settled::Open }
}

impl Negotiation<'_> {
    fn bounds(&self) -> (i64, i64) {
        (i64::from(self.grid.rules.min_per_column), i64::from(self.grid.rules.max_per_column))
    }

    fn settled(&self) -> bool {
        let (least, most) = self.bounds();
        self.load.iter().all(|load| (least..=most).contains(load))
    }

    /// Every row that sits in a crowded column, or has no seat yet, chooses anew;
    /// all do when some column is too empty. False if a row has no set at all.
    fn round(&mut self, work: &mut u64, poll: &Poll<'_>) -> bool {
        let (least, most) = self.bounds();
        let empty = self.load.iter().any(|&load| load < least);
        for row in 0..self.grid.rows {
            let crowded = self.held[row].iter().any(|&cell| self.load[self.grid.column(cell)] > most);
            if !(crowded || empty || self.held[row].is_empty()) {
                continue;
            }
            for cell in std::mem::take(&mut self.held[row]) {
                self.load[self.grid.column(cell)] -= 1;
            }
            // One more in a full column costs what was learnt and as much again as it is over.
            let price = |column: usize| {
                let over = (self.load[column] + 1 - most).max(0);
                let under = (least - self.load[column]).max(0);
                (self.price[column] + ONE) * (1 + over) + over * 4 * ONE - under * 4 * ONE
            };
            let (_, set) = self.choose(row, price, work, poll);
            let Some(set) = set else { return false };
            set.iter().for_each(|&cell| self.load[self.grid.column(cell)] += 1);
            self.held[row] = set;
        }
        true
    }

    fn learn(&mut self) {
        let (least, most) = self.bounds();
        for (price, &load) in self.price.iter_mut().zip(&self.load) {
            let over = (load - most).max(0) - (least - load).max(0);
            *price = (*price + over * ONE).clamp(if least > 0 { -PRICE_MAX } else { 0 }, PRICE_MAX);
        }
    }

    /// Whether prices exist at which rows must spend more than all capacity is worth.
    /// The prices learnt are improved along the supergradient, with Polyak's step.
    fn proves_impossible(&self, work: &mut u64, poll: &Poll<'_>) -> bool {
        let (least, most) = self.bounds();
        let mut prices = self.price.clone();
        let (mut best, mut pace) = (i128::MIN, 1.5);
        for _ in 0..PROOF_STEPS {
            if *work == 0 {
                return false;
            }
            let capacity = |price: i64| if price > 0 { most } else { least };
            let worth: i128 =
                prices.iter().map(|&price| i128::from(price) * i128::from(capacity(price))).sum();
            let mut load = vec![0; self.grid.columns];
            let mut spent = 0i128;
            for row in 0..self.grid.rows {
                let (certain, set) = self.choose(row, |column| prices[column], work, poll);
                let Some(set) = set else { return true };
                spent += i128::from(certain);
                set.iter().for_each(|&cell| load[self.grid.column(cell)] += 1);
            }
            let value = spent - worth;
            if value > 0 {
                return true;
            }
            if value > best {
                best = value;
            } else {
                pace *= 0.85;
            }
            let over: Vec<i64> = load
                .iter()
                .zip(&prices)
                .map(|(&load, &price)| {
                    load - if price > 0 || least == 0 { most } else { load.clamp(least, most) }
                })
                .collect();
            let pulls = |price: i64, over: i64| if price > 0 || over > 0 || least > 0 { over } else { 0 };
            let length: i64 = prices.iter().zip(&over).map(|(&price, &over)| pulls(price, over).pow(2)).sum();
            if length == 0 {
                return false;
            }
            // Aims a little above zero: that is what has to be passed.
            let gap = (-value) as f64 + ONE as f64;
            let step = pace * gap / length as f64;
            for (price, over) in prices.iter_mut().zip(over) {
                let moved = *price + (step * pulls(*price, over) as f64) as i64;
                *price = moved.clamp(if least > 0 { -PRICE_MAX } else { 0 }, PRICE_MAX);
            }
        }
        false
    }

    /// The cheapest set of a row that reaches the target, and what any must cost.
    fn choose(
        &self,
        row: usize,
        price: impl Fn(usize) -> i64,
        work: &mut u64,
        poll: &Poll<'_>,
    ) -> (i64, Option<Vec<usize>>) {
        let grid = self.grid;
        let mut offers: Vec<(i64, usize)> =
            self.open[row].iter().map(|&cell| (price(grid.column(cell)), cell)).collect();
        offers.sort_by_key(|&(price, cell)| (price, std::cmp::Reverse(grid.score(cell)), cell));
        let number = grid.rules.per_row as usize;
        let mut choice = Choice {
            grid,
            target: self.target,
            top: tops(grid, &offers, number),
            offers,
            taken: Vec::with_capacity(number),
            best: None,
            sets: 0,
        };
        choice.go(0, number, 0, 0, i64::MIN);
        let spent = u64::from(choice.sets) + choice.offers.len() as u64;
        *work = if poll.goes_on(spent) { work.saturating_sub(spent) } else { 0 };
        let cheapest: i64 = choice.offers.iter().take(number).map(|offer| offer.0).sum();
        match choice.best {
            // Cut short: only the cheapest offers of all are certain.
            Some((_, set)) if choice.sets >= SETS_MAX => (cheapest, Some(set)),
            Some((cost, set)) => (cost, Some(set)),
            None if choice.sets >= SETS_MAX => {
                let mut best: Vec<usize> = self.open[row].clone();
                best.sort_by_key(|&cell| (std::cmp::Reverse(grid.score(cell)), cell));
                best.truncate(number);
                (cheapest, Some(best))
            }
            None => (0, None),
        }
    }
}

/// By offer, then number: the largest sum of so many offers from there on, or a
/// sum that reaches no target.
fn tops(grid: &Grid, offers: &[(i64, usize)], number: usize) -> Vec<i64> {
    let width = number + 1;
    let mut top = vec![i64::MIN; (offers.len() + 1) * width];
    let mut best: Vec<i64> = Vec::with_capacity(width);
    top[offers.len() * width] = 0;
    for (at, &(_, cell)) in offers.iter().enumerate().rev() {
        let score = grid.score(cell);
        best.insert(best.partition_point(|&other| other >= score), score);
        best.truncate(number);
        let mut sum = 0;
        top[at * width] = 0;
        for (count, score) in best.iter().enumerate() {
            sum += score;
            top[at * width + count + 1] = sum;
        }
    }
    top
}

impl Choice<'_> {
    /// Adds `number` offers from `from` on. `passed` is the best score passed over
    /// at no higher price: an offer that is no better is not worth taking.
    fn go(&mut self, from: usize, number: usize, sum: i64, cost: i64, mut passed: i64) {
        if number == 0 {
            if sum >= self.target && self.best.as_ref().is_none_or(|best| cost < best.0) {
                self.best = Some((cost, self.taken.clone()));
            }
            return;
        }
        let width = self.grid.rules.per_row as usize + 1;
        for at in from..(self.offers.len() + 1).saturating_sub(number) {
            let (price, cell) = self.offers[at];
            let reachable = sum.saturating_add(self.top[at * width + number]);
            let too_dear = self.best.as_ref().is_some_and(|best| cost + price * number as i64 >= best.0);
            if reachable < self.target || too_dear || self.sets >= SETS_MAX {
                return;
            }
            let score = self.grid.score(cell);
            if score <= passed {
                continue;
            }
            self.sets += 1;
            self.taken.push(cell);
            self.go(at + 1, number - 1, sum + score, cost + price, passed);
            self.taken.pop();
            passed = score;
        }
    }
}
