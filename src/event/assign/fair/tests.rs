#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::super::watch::unwatched;
use super::super::tests::{all, check_rules, instance};
use super::super::{assign, assign_fairly};
use super::*;

/// Half of the rows find only a quarter of the columns good, and share them.
fn contested(rows: usize, columns: usize, noise: &[i64]) -> Scores {
    let score = |row: usize, column: usize| {
        let noise = noise[(row * columns + column) % noise.len()];
        if row.is_multiple_of(2) && !column.is_multiple_of(4) { noise / 20 } else { 500 + noise }
    };
    let pairs =
        (0..rows).map(|row| (0u32..).zip((0..columns).map(|column| score(row, column))).collect()).collect();
    Scores::new(columns, pairs)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn negotiation_proves_and_finds_what_trying_does((scores, rules) in instance(), part in 0i64..101) {
        let grid = Grid::new(&scores, rules);
        let poll = Poll::new(&unwatched, Phase::WorstRow, None);
        let tried = all(&scores, rules);
        let sums = tried.iter().map(|a| a.worst_row / grid.grain);
        let (least, most) = (sums.clone().min(), sums.max());
        if let (Some(least), Some(most)) = (least, most) {
            let target = least + (most + 2 - least) * part / 100;
            match negotiate(&grid, &BestFirst::new(&grid), target, 30, &mut 1_000_000, &poll) {
                Settled::Found(seats) => {
                    prop_assert!(seats.worst() >= target);
                    check_rules(&scores, rules, &decode(&grid, &seats));
                }
                Settled::Impossible => prop_assert!(most < target, "{} is reached, not only {}", most, target),
                Settled::Open => {}
            }
        }
    }

    #[test]
    fn exchanges_keep_the_rules_and_their_promise((scores, rules) in instance(), part in 0i64..101) {
        let grid = Grid::new(&scores, rules);
        let poll = Poll::new(&unwatched, Phase::WorstRow, None);
        let Some(start) = all(&scores, rules).into_iter().next() else { return Ok(()) };
        let taken = |cell: usize| start.pairs[grid.row(cell)].iter().any(|pair| pair.0 as usize == grid.column(cell));
        let before = Seats::new(&grid, taken);
        let target = before.worst() + 60 * part / 100;
        let short = |seats: &Seats| -> i128 { seats.sums().iter().map(|&s| i128::from((target - s).max(0)).pow(2)).sum() };
        let mut balanced = before.clone();
        balance(&mut balanced, &grid, target, &mut 1_000_000, &poll);
        check_rules(&scores, rules, &decode(&grid, &balanced));
        prop_assert!(short(&balanced) <= short(&before));
        let mut richer = before.clone();
        enrich(&mut richer, &grid, before.worst(), &mut 1_000_000, &poll);
        check_rules(&scores, rules, &decode(&grid, &richer));
        prop_assert!(richer.total() >= before.total() && richer.worst() >= before.worst());
        let mut lifted = before.clone();
        lifted.lift(&grid, &poll);
        check_rules(&scores, rules, &decode(&grid, &lifted));
        prop_assert!(lifted.worst() >= before.worst());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn never_below_the_plain_worst_row_nor_above_a_bound(noise in prop::collection::vec(0i64..500, 97)) {
        let scores = contested(10, 8, &noise);
        let rules = Rules { per_row: 2, max_per_column: 3, min_per_column: 0, floor: None };
        let plain = assign(&scores, rules, &unwatched).unwrap();
        let fair = assign_fairly(&scores, rules, &unwatched).unwrap();
        check_rules(&scores, rules, &fair.assignment);
        prop_assert!(fair.assignment.worst_row >= plain.worst_row);
        prop_assert!(fair.assignment.worst_row <= fair.worst_row_bound);
        prop_assert!(fair.assignment.objective <= fair.objective_bound && fair.objective_bound <= plain.objective);
        // What chance leaves open is small; a search that stopped looking would leave more.
        prop_assert!((fair.worst_row_bound - fair.assignment.worst_row) * 20 <= fair.worst_row_bound);
    }
}

/// The greatest worst row, by a table over how often each column is taken: rows one
/// after another. Shares nothing with the search.
fn worst_by_table(scores: &Scores, rules: Rules) -> Option<i64> {
    let sets = |row: &[(u32, i64)]| -> Vec<(Vec<usize>, i64)> {
        let mut sets = vec![(Vec::new(), 0)];
        for &(column, score) in row.iter().filter(|pair| rules.floor.is_none_or(|floor| pair.1 >= floor)) {
            let with =
                |(set, sum): &(Vec<usize>, i64)| ([&set[..], &[column as usize]].concat(), sum + score);
            let more: Vec<_> = sets.iter().map(with).collect();
            sets.extend(more);
        }
        sets.retain(|(set, _)| set.len() == rules.per_row as usize);
        sets
    };
    let mut table = BTreeMap::from([(vec![0u32; scores.columns()], i64::MAX)]);
    for row in scores.pairs() {
        let mut next: BTreeMap<Vec<u32>, i64> = BTreeMap::new();
        for (load, worst) in &table {
            for (set, sum) in sets(row) {
                let mut load = load.clone();
                set.iter().for_each(|&column| load[column] += 1);
                if load.iter().all(|&load| load <= rules.max_per_column) {
                    let best = next.entry(load).or_insert(i64::MIN);
                    *best = (*best).max(sum.min(*worst));
                }
            }
        }
        table = next;
    }
    let full = table.iter().filter(|(load, _)| load.iter().all(|&load| load >= rules.min_per_column));
    full.map(|(_, &worst)| worst).max()
}

/// The worst row that was reached and the one that is proved, without raising the total.
fn worst_and_bound(scores: &Scores, rules: Rules) -> Option<(i64, i64)> {
    let grid = Grid::new(scores, rules);
    let poll = Poll::new(&unwatched, Phase::WorstRow, None);
    let (solver, plain) = greatest(scores, &grid, &poll).ok()?;
    let mut search = Search::new(&grid, Dual::new(&grid, solver, &poll), plain, &poll);
    search.raise_worst().unwrap();
    check_rules(scores, rules, &decode(&grid, &search.best));
    Some((search.best.worst() * grid.grain, search.bound * grid.grain))
}

/// A small generator of equally spread numbers (Marsaglia's xorshift, 2003).
struct Spread(u64);

impl Spread {
    fn below(&mut self, bound: u64) -> i64 {
        for _ in 0..2 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
        }
        (self.0 % bound) as i64
    }
}

/// Rows that want the same columns, in one of several ways.
fn wanted_by_all(seed: u64, rows: usize, columns: usize, kind: u64) -> Scores {
    let mut spread = Spread(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let quality: Vec<i64> = (0..columns).map(|_| spread.below(500)).collect();
    let mut score = |column: u32| match kind {
        // Some columns are better for everybody.
        0 => Some(quality[column as usize] + spread.below(500)),
        // Few values, so many ties.
        1 => Some(spread.below(6) * 100),
        // As many bad as good.
        2 => Some(spread.below(2001) - 1000),
        // Pairs that may not meet.
        3 => Some(spread.below(1001)).filter(|score| score % 10 > 2),
        // A quarter of the columns is all that anybody wants.
        _ => Some(if column.is_multiple_of(4) { 500 + spread.below(500) } else { spread.below(50) }),
    };
    let mut row = || (0..columns as u32).filter_map(|column| score(column).map(|s| (column, s))).collect();
    Scores::new(columns, (0..rows).map(|_| row()).collect())
}

/// Columns that are just enough, or nearly.
fn tight(spread: &mut Spread, rows: usize, columns: usize) -> Rules {
    let per_row = 2 + spread.below(3) as u32;
    let wanted = rows as u32 * per_row;
    Rules {
        per_row,
        max_per_column: wanted.div_ceil(columns as u32) + spread.below(2) as u32,
        min_per_column: if spread.below(2) == 0 { 0 } else { wanted / columns as u32 },
        floor: None,
    }
}

#[test]
fn the_worst_row_of_a_contested_grid_is_what_a_table_gives() {
    let mut feasible = 0;
    for seed in 0..300 {
        let mut spread = Spread(seed * 77 + 5);
        let (rows, columns) = (4 + spread.below(6) as usize, 4 + spread.below(2) as usize);
        let scores = wanted_by_all(seed, rows, columns, seed % 5);
        let rules = tight(&mut spread, rows, columns);
        let best = worst_by_table(&scores, rules);
        assert_eq!(worst_and_bound(&scores, rules), best.map(|best| (best, best)), "seed {seed}: {rules:?}");
        feasible += usize::from(best.is_some());
    }
    assert!(feasible > 200, "{feasible} only");
}

/// An event's grids of at most 20 × 20. Of the last four the worst row was once left open,
/// or not the best; what it is was found by a solver of mixed integer programs (HiGHS 1.12).
#[test]
fn the_worst_row_of_every_small_grid_is_proved() {
    let known = [(235, 2672), (305, 2529), (595, 1908), (740, 1941)];
    for seed in (0..60).chain(known.map(|known| known.0)) {
        let mut spread = Spread(seed * 77 + 5);
        let (rows, columns) = if seed % 4 == 0 { (20, 15) } else { (5 + spread.below(15) as usize, 20) };
        let scores = wanted_by_all(seed, rows, columns, seed % 5);
        let rules = tight(&mut spread, rows, columns);
        if let Some((worst, bound)) = worst_and_bound(&scores, rules) {
            assert_eq!(worst, bound, "seed {seed}: {rows} × {columns}, {rules:?}");
            let stated = known.iter().find(|known| known.0 == seed);
            assert!(stated.is_none_or(|known| known.1 == worst), "seed {seed}: {worst}");
        }
    }
}
