#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::super::tests::{all, check_rules, instance};
use super::super::{assign, assign_fairly};
use super::*;

fn go(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

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
        let tried = all(&scores, rules);
        let sums = tried.iter().map(|a| a.worst_row / grid.grain);
        let (least, most) = (sums.clone().min(), sums.max());
        if let (Some(least), Some(most)) = (least, most) {
            let target = least + (most + 2 - least) * part / 100;
            match negotiate(&grid, &BestFirst::new(&grid), target, 30, &mut 1_000_000) {
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
        let Some(start) = all(&scores, rules).into_iter().next() else { return Ok(()) };
        let taken = |cell: usize| start.pairs[grid.row(cell)].iter().any(|pair| pair.0 as usize == grid.column(cell));
        let before = Seats::new(&grid, taken);
        let target = before.worst() + 60 * part / 100;
        let short = |seats: &Seats| -> i128 { seats.sums().iter().map(|&s| i128::from((target - s).max(0)).pow(2)).sum() };
        let mut balanced = before.clone();
        balance(&mut balanced, &grid, target, &mut 1_000_000);
        check_rules(&scores, rules, &decode(&grid, &balanced));
        prop_assert!(short(&balanced) <= short(&before));
        let mut richer = before.clone();
        enrich(&mut richer, &grid, before.worst(), &mut 1_000_000);
        check_rules(&scores, rules, &decode(&grid, &richer));
        prop_assert!(richer.total() >= before.total() && richer.worst() >= before.worst());
        let mut lifted = before.clone();
        lifted.lift(&grid);
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
        let plain = assign(&scores, rules, &go).unwrap();
        let fair = assign_fairly(&scores, rules, &go).unwrap();
        check_rules(&scores, rules, &fair.assignment);
        prop_assert!(fair.assignment.worst_row >= plain.worst_row);
        prop_assert!(fair.assignment.worst_row <= fair.worst_row_bound);
        prop_assert!(fair.assignment.objective <= fair.objective_bound && fair.objective_bound <= plain.objective);
        // What chance leaves open is small; a search that stopped looking would leave more.
        prop_assert!((fair.worst_row_bound - fair.assignment.worst_row) * 20 <= fair.worst_row_bound);
    }
}
