//! Exchanges among many rows at once, where the plain chains of [`super::seats`]
//! end: each may cost some rows a little if it helps others more.
//!
//! The measure is Σ (target − sum)² over rows below the target. A cyclic exchange
//! (Thompson & Psaraftis 1993; Ahuja, Ergun, Orlin, Punnen 2002) moves one column
//! of each of several rows on to the next; it is looked for layer by layer, keeping
//! for each column the cheapest way there that is still a gain (every improving
//! cycle can be entered so that its partial sums are gains).

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

/// Lowers the measure until no exchange does, or `work` (pairs looked at) is spent.
pub(super) fn balance(seats: &mut Seats, grid: &Grid, target: i64, work: &mut u64) {
    loop {
        let mut below: Vec<usize> = (0..grid.rows).filter(|&row| seats.sums()[row] < target).collect();
        below.sort_by_key(|&row| (seats.sums()[row], row));
        let improved = below.into_iter().any(|row| {
            *work > 0
                && seats.held(row).to_vec().into_iter().any(|give| {
                    match cycle(seats, grid, target, give, work) {
                        Some(steps) => {
                            seats.apply(grid, &steps);
                            true
                        }
                        None => false,
                    }
                })
        });
        if !improved {
            return;
        }
    }
}

fn penalty(target: i64, sum: i64) -> f64 {
    let short = (target - sum).max(0) as f64;
    short * short
}

/// A cycle that gains and begins with the row of `give` giving it up.
fn cycle(seats: &Seats, grid: &Grid, target: i64, give: usize, work: &mut u64) -> Option<Vec<Step>> {
    let (least, most) = (grid.rules.min_per_column as usize, grid.rules.max_per_column as usize);
    let freed = grid.column(give);
    let may_shrink = seats.load(freed) > least;
    let first = grid.row(give);
    let needed = penalty(target, seats.sums()[first]) * 1e-9;
    let mut layers: Vec<Vec<Option<Way>>> = Vec::new();
    let mut start = vec![None; grid.columns];
    extend(seats, grid, target, give, 0.0, work, |to, way| start[to] = Some(way));
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
                extend(seats, grid, target, give, way.cost, work, |to, way| {
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
fn extend(
    seats: &Seats,
    grid: &Grid,
    target: i64,
    give: usize,
    cost: f64,
    work: &mut u64,
    mut offer: impl FnMut(usize, Way),
) {
    let row = grid.row(give);
    let before = seats.sums()[row];
    let gain = cost - penalty(target, before);
    let kept = before - grid.score(give);
    *work = work.saturating_sub(grid.of_row(row).len() as u64);
    for take in grid.of_row(row) {
        let cost = gain + penalty(target, kept + grid.score(take));
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
