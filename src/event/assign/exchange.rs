//! Exchanges among many rows at once, where the plain chains of [`super::seats`]
//! end: each may cost some rows a little if it helps others more.
//!
//! The measure is Σ (target − sum)² over rows below the target ([`balance`]), or
//! −Σ sum with no row below the target ([`enrich`]). A cyclic exchange
//! (Thompson & Psaraftis 1993; Ahuja, Ergun, Orlin, Punnen 2002) moves one column
//! of each of several rows on to the next; it is looked for layer by layer, keeping
//! for each column the cheapest way there that is still a gain (every improving
//! cycle can be entered so that its partial sums are gains).

use super::super::watch::Poll;
use super::grid::Grid;
use super::seats::{Seats, Step};

/// Rows in one exchange.
const ROWS_MAX: usize = 7;

/// How a layer reached a column.
#[derive(Debug, Clone, Copy)]
struct Way {
    cost: f64,
    step: Step,
}

/// What an exchange shall lower.
#[derive(Debug, Clone, Copy)]
enum Measure {
    Shortfall,
    Total,
}

/// Brings rows nearer to `target` together, until no exchange does or `work` (pairs
/// looked at) is spent or the watch says stop.
pub(super) fn balance(seats: &mut Seats, grid: &Grid, target: i64, work: &mut u64, poll: &Poll<'_>) {
    improve(seats, grid, target, Measure::Shortfall, work, poll);
}

/// Raises the total of an assignment whose rows all reach `target`, and keep to it.
pub(super) fn enrich(seats: &mut Seats, grid: &Grid, target: i64, work: &mut u64, poll: &Poll<'_>) {
    improve(seats, grid, target, Measure::Total, work, poll);
}

/// What an exchange is looked for in.
#[derive(Clone, Copy)]
struct View<'a> {
    seats: &'a Seats,
    grid: &'a Grid,
    target: i64,
    measure: Measure,
}

fn improve(seats: &mut Seats, grid: &Grid, target: i64, measure: Measure, work: &mut u64, poll: &Poll<'_>) {
    let mut improved = true;
    while improved {
        improved = false;
        let mut rows: Vec<usize> = (0..grid.rows).collect();
        rows.sort_by_key(|&row| (seats.sums()[row], row));
        for row in rows {
            let takes_part = matches!(measure, Measure::Total) || seats.sums()[row] < target;
            let mut at = 0;
            while let Some(&give) = seats.held(row).get(at).filter(|_| takes_part && *work > 0) {
                at += 1;
                let (view, before) = (View { seats, grid, target, measure }, *work);
                let found = cycle(view, give, work);
                if !poll.goes_on(before - *work) {
                    return;
                }
                if let Some(steps) = found {
                    seats.apply(grid, &steps);
                    (improved, at) = (true, 0);
                }
            }
        }
    }
}

fn penalty(measure: Measure, target: i64, sum: i64) -> f64 {
    match measure {
        Measure::Shortfall => {
            let short = (target - sum).max(0) as f64;
            short * short
        }
        Measure::Total if sum < target => f64::INFINITY,
        Measure::Total => -(sum as f64),
    }
}

/// A cycle that gains and begins with the row of `give` giving it up.
fn cycle(view: View<'_>, give: usize, work: &mut u64) -> Option<Vec<Step>> {
    let View { seats, grid, target, measure } = view;
    let (least, most) = (grid.rules.min_per_column as usize, grid.rules.max_per_column as usize);
    let freed = grid.column(give);
    let may_shrink = seats.load(freed) > least;
    let first = grid.row(give);
    // Floating point may call nothing a gain.
    let needed = (penalty(measure, target, seats.sums()[first]).abs() * 1e-9).min(0.5);
    let mut layers: Vec<Vec<Option<Way>>> = Vec::new();
    let mut start = vec![None; grid.columns];
    extend(view, give, 0.0, work, |to, way| start[to] = Some(way));
    layers.push(start);
    loop {
        let depth = layers.len() - 1;
        // The best place to end: a column with room, reached with a gain.
        let ends = (0..grid.columns).filter(|&to| may_shrink && to != freed && seats.load(to) < most);
        let best = ends
            .filter_map(|to| layers[depth][to].map(|way| (way.cost, to)))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((cost, to)) = best
            && cost < -needed
        {
            return Some(steps(grid, &layers, depth, to));
        }
        if depth + 1 == ROWS_MAX || *work == 0 {
            return None;
        }
        let mut next: Vec<Option<Way>> = vec![None; grid.columns];
        let mut closing: Option<Way> = None;
        for from in 0..grid.columns {
            let Some(way) = layers[depth][from] else { continue };
            let path = steps(grid, &layers, depth, from);
            for &give in seats.holders(from) {
                if path.iter().any(|step| grid.row(step.take) == grid.row(give)) {
                    continue;
                }
                extend(view, give, way.cost, work, |to, way| {
                    let place = if to == freed { &mut closing } else { &mut next[to] };
                    if place.is_none_or(|other| way.cost < other.cost) {
                        *place = Some(way);
                    }
                });
            }
        }
        if let Some(way) = closing
            && way.cost < -needed
        {
            let mut found = steps(grid, &layers, depth, grid.column(way.step.give));
            found.push(way.step);
            return Some(found);
        }
        if next.iter().all(Option::is_none) {
            return None;
        }
        layers.push(next);
    }
}

/// Offers every column that the row of `give` could take for it, while that is a gain.
fn extend(view: View<'_>, give: usize, cost: f64, work: &mut u64, mut offer: impl FnMut(usize, Way)) {
    let View { seats, grid, target, measure } = view;
    let row = grid.row(give);
    let before = seats.sums()[row];
    let gain = cost - penalty(measure, target, before);
    let kept = before - grid.score(give);
    *work = work.saturating_sub(grid.of_row(row).len() as u64);
    for take in grid.of_row(row) {
        let cost = gain + penalty(measure, target, kept + grid.score(take));
        if cost < 0.0 && !seats.held(row).contains(&take) {
            offer(grid.column(take), Way { cost, step: Step { take, give } });
        }
    }
}

fn steps(grid: &Grid, layers: &[Vec<Option<Way>>], depth: usize, column: usize) -> Vec<Step> {
    let (mut found, mut at) = (Vec::with_capacity(depth + 2), column);
    for layer in layers[..=depth].iter().rev() {
        if let Some(way) = layer[at] {
            found.push(way.step);
            at = grid.column(way.step.give);
        }
    }
    found.reverse();
    found
}
