#![allow(clippy::unwrap_used)]

use std::ops::ControlFlow;

use proptest::prelude::*;

use super::super::flow::FlowError;
use super::super::watch::unwatched;
use super::*;

fn rules(per_row: u32, max_per_column: u32, min_per_column: u32, floor: Option<i64>) -> Rules {
    Rules { per_row, max_per_column, min_per_column, floor }
}

/// Blank cells are `None`.
fn scores(rows: &[&[Option<i64>]]) -> Scores {
    let columns = rows.first().map_or(0, |row| row.len());
    let pairs =
        rows.iter().map(|row| (0u32..).zip(*row).filter_map(|(c, s)| s.map(|s| (c, s))).collect()).collect();
    Scores::new(columns, pairs)
}

pub(super) fn check_rules(scores: &Scores, rules: Rules, found: &Assignment) {
    let mut load = vec![0; scores.columns()];
    let mut sums = Vec::new();
    for (row, pairs) in found.pairs.iter().enumerate() {
        assert_eq!(pairs.len(), rules.per_row as usize);
        for pair in pairs {
            assert!(scores.pairs()[row].contains(pair), "{pair:?} is no pair of row {row}");
            assert!(rules.floor.is_none_or(|floor| pair.1 >= floor));
            load[pair.0 as usize] += 1;
        }
        assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0), "each column once, in order");
        sums.push(pairs.iter().map(|pair| pair.1).sum::<i64>());
    }
    assert!(load.iter().all(|&n| (rules.min_per_column..=rules.max_per_column).contains(&n)), "{load:?}");
    assert_eq!(found.objective, sums.iter().sum::<i64>());
    assert_eq!(found.worst_row, sums.iter().copied().min().unwrap_or(0));
}

/// Every assignment, in the order of row and column.
pub(super) fn all(scores: &Scores, rules: Rules) -> Vec<Assignment> {
    fn fill(
        scores: &Scores,
        rules: Rules,
        from: usize,
        load: &mut [u32],
        pairs: &mut Vec<Vec<(u32, i64)>>,
        found: &mut Vec<Assignment>,
    ) {
        let row = pairs.len() - 1;
        if pairs[row].len() == rules.per_row as usize {
            if pairs.len() < scores.rows() {
                pairs.push(Vec::new());
                fill(scores, rules, 0, load, pairs, found);
                pairs.pop();
            } else if load.iter().all(|&n| n >= rules.min_per_column) {
                let sums = pairs.iter().map(|row| row.iter().map(|pair| pair.1).sum::<i64>());
                found.push(Assignment {
                    pairs: pairs.clone(),
                    objective: sums.clone().sum(),
                    worst_row: sums.min().unwrap_or(0),
                });
            }
            return;
        }
        for at in from..scores.pairs()[row].len() {
            let (column, score) = scores.pairs()[row][at];
            if load[column as usize] < rules.max_per_column && rules.floor.is_none_or(|floor| score >= floor)
            {
                load[column as usize] += 1;
                pairs[row].push((column, score));
                fill(scores, rules, at + 1, load, pairs, found);
                pairs[row].pop();
                load[column as usize] -= 1;
            }
        }
    }
    let mut found = Vec::new();
    if scores.rows() > 0 {
        fill(scores, rules, 0, &mut vec![0; scores.columns()], &mut vec![Vec::new()], &mut found);
    }
    found
}

#[test]
fn known_matrices() {
    let (o, n) = (|v: i64| Some(v), None);
    let square: &[&[Option<i64>]] = &[&[o(9), o(8), o(1)], &[o(9), o(2), o(1)], &[o(8), o(7), o(0)]];
    let gaps: &[&[Option<i64>]] = &[&[n, o(-1), o(-5)], &[o(-3), n, o(4)]];
    let equal: &[&[Option<i64>]] = &[&[o(5), o(5), o(5)], &[o(5), o(5), o(5)]];
    type Row<'a> = (&'a str, &'a [&'a [Option<i64>]], Rules, i64, i64, &'a [&'a [u32]]);
    let table: &[Row<'_>] = &[
        ("one each", square, rules(1, 1, 0, None), 17, 1, &[&[0], &[2], &[1]]),
        ("two each", square, rules(2, 2, 0, None), 34, 7, &[&[0, 1], &[0, 2], &[1, 2]]),
        ("no limit that binds", square, rules(1, 3, 0, None), 26, 8, &[&[0], &[0], &[0]]),
        ("everyone once at least", square, rules(1, 3, 1, None), 17, 1, &[&[0], &[2], &[1]]),
        ("negative scores, blanks are bans", gaps, rules(1, 1, 0, None), 3, -1, &[&[1], &[2]]),
        ("all equal: the first columns", equal, rules(1, 1, 0, None), 10, 5, &[&[0], &[1]]),
        ("all equal, two each", equal, rules(2, 2, 0, None), 20, 10, &[&[0, 1], &[0, 1]]),
        ("all equal, everyone once", equal, rules(2, 2, 1, None), 20, 10, &[&[0, 1], &[0, 2]]),
        ("no rows", &[], rules(3, 1, 0, None), 0, 0, &[]),
    ];
    for &(name, matrix, rules, objective, worst, columns) in table {
        let scores = scores(matrix);
        let found = assign(&scores, rules, &unwatched).unwrap_or_else(|e| panic!("{name}: {e}"));
        check_rules(&scores, rules, &found);
        let got: Vec<Vec<u32>> =
            found.pairs.iter().map(|row| row.iter().map(|pair| pair.0).collect()).collect();
        assert_eq!((found.objective, found.worst_row), (objective, worst), "{name}");
        assert_eq!(got, columns, "{name}");
    }
}

#[test]
fn fair_gives_up_total_for_the_worst_row() {
    let (o, n) = (|v: i64| Some(v), None);
    // The best total is 10 + 1; no row below 4 costs three of it.
    let matrix = scores(&[&[o(10), o(4)], &[o(4), o(1)], &[n, o(9)]]);
    let plain = assign(&matrix, rules(1, 2, 0, None), &unwatched).unwrap();
    assert_eq!((plain.objective, plain.worst_row), (23, 4));
    let tight = scores(&[&[o(10), o(4)], &[o(4), o(1)]]);
    let plain = assign(&tight, rules(1, 1, 0, None), &unwatched).unwrap();
    assert_eq!((plain.objective, plain.worst_row), (11, 1));
    let fair = assign_fairly(&tight, rules(1, 1, 0, None), &unwatched).unwrap();
    assert_eq!((fair.assignment.objective, fair.assignment.worst_row), (8, 4));
    assert_eq!((fair.worst_row_bound, fair.objective_bound), (4, 8));
}

#[test]
fn infeasible_says_where_and_what_would_do() {
    let (o, n) = (|v: i64| Some(v), None);
    let few: &[&[Option<i64>]] = &[&[o(5), o(6), n], &[o(1), o(2), n], &[o(3), o(4), o(9)]];
    type Case<'a> = (&'a str, Rules, i64, bool, Remedies, &'a [(usize, usize)]);
    let table: &[Case<'_>] = &[
        (
            "three rows of two, columns of one",
            rules(2, 1, 0, None),
            3,
            false,
            Remedies { max_per_column: Some(3), per_row: Some(1), min_per_column: None, floor: None },
            &[],
        ),
        (
            "a floor too high",
            rules(1, 1, 0, Some(4)),
            1,
            false,
            Remedies { max_per_column: None, per_row: None, min_per_column: None, floor: Some(2) },
            &[(1, 0)],
        ),
        (
            "columns that cannot be filled",
            rules(1, 3, 2, None),
            3,
            true,
            Remedies { max_per_column: None, per_row: None, min_per_column: Some(1), floor: None },
            &[],
        ),
    ];
    for (name, rules, missing, too_few_rows, remedies, short) in table {
        let matrix = scores(few);
        let Err(AssignError::Infeasible(why)) = assign(&matrix, *rules, &unwatched) else {
            panic!("{name}: feasible?")
        };
        assert_eq!((why.missing, why.too_few_rows), (*missing, *too_few_rows), "{name}: {why:?}");
        assert_eq!((&why.remedies, why.short_rows.as_slice()), (remedies, *short), "{name}");
        assert!(
            matches!(assign_fairly(&matrix, *rules, &unwatched), Err(AssignError::Infeasible(fair)) if fair == why)
        );
    }
    let crossed = assign(&scores(few), rules(1, 1, 2, None), &unwatched);
    assert!(matches!(crossed, Err(AssignError::Infeasible(_))), "{crossed:?}");
}

#[test]
fn stops_when_told() {
    let matrix = scores(&[&[Some(10), Some(4)], &[Some(4), Some(1)]]);
    let stopped = Err(AssignError::Flow(FlowError::Stopped));
    assert_eq!(assign(&matrix, rules(1, 1, 0, None), &|_| ControlFlow::Break(())), stopped);
    assert_eq!(
        assign_fairly(&matrix, rules(1, 1, 0, None), &|_| ControlFlow::Break(())).map(|f| f.assignment),
        stopped
    );
}

#[test]
fn sums_that_do_not_fit_are_refused() {
    let matrix = scores(&[&[Some(i64::MAX / 3), Some(i64::MIN)], &[Some(4), Some(1)]]);
    assert!(matches!(
        assign(&matrix, rules(1, 1, 0, None), &unwatched),
        Err(AssignError::Flow(FlowError::TooLarge { .. }))
    ));
}

prop_compose! {
    pub(super) fn instance()(rows in 1usize..6, columns in 1usize..6, range in 1i64..60, shift in 0u32..50)(
        cells in prop::collection::vec(prop::option::weighted(0.85, -range..range * 2), rows * columns),
        per_row in 1u32..4,
        max_per_column in 1u32..5,
        min_per_column in 0u32..2,
        floor in prop::option::weighted(0.3, -range..range),
        columns in Just(columns),
        // What matters is how scores compare, not their unit.
        factor in Just((1i64 << shift) | 1),
    ) -> (Scores, Rules) {
        let pairs = cells
            .chunks(columns)
            .map(|row| (0u32..).zip(row).filter_map(|(c, s)| s.map(|s| (c, s * factor))).collect())
            .collect();
        let rules = rules(per_row, max_per_column, min_per_column, floor.map(|floor| floor * factor));
        (Scores::new(columns, pairs), rules)
    }
}

prop_compose! {
    /// Scores too large for exact weights.
    fn large_scores()(rows in 2usize..5, columns in 2usize..5)(
        cells in prop::collection::vec(0i64..1 << 50, rows * columns),
        per_row in 1u32..3,
        max_per_column in 1u32..5,
        columns in Just(columns),
    ) -> (Scores, Rules) {
        let pairs = cells.chunks(columns).map(|row| (0u32..).zip(row.iter().copied()).collect()).collect();
        (Scores::new(columns, pairs), rules(per_row, max_per_column, 0, None))
    }
}

fn check_infeasible(scores: &Scores, given: Rules, why: &Infeasible) {
    let possible = |rules: Rules| !all(scores, rules).is_empty();
    let remedies = why.remedies;
    assert!(why.missing > 0);
    if let Some(max_per_column) = remedies.max_per_column {
        assert!(possible(Rules { max_per_column, ..given }));
        assert!(!possible(Rules { max_per_column: max_per_column - 1, ..given }));
    } else {
        assert!(!possible(Rules { max_per_column: 9, ..given }));
    }
    match remedies.floor {
        Some(floor) => {
            assert!(possible(Rules { floor: Some(floor), ..given }));
            assert!(!possible(Rules { floor: Some(floor + 1), ..given }));
        }
        None => assert!(!possible(Rules { floor: None, ..given })),
    }
    let fewer = (1..given.per_row).rev().find(|&per_row| possible(Rules { per_row, ..given }));
    assert_eq!(remedies.per_row, fewer);
    let lower = (0..given.min_per_column).rev().find(|&min| possible(Rules { min_per_column: min, ..given }));
    assert_eq!(remedies.min_per_column, lower);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn agrees_with_trying_all_assignments((scores, rules) in instance()) {
        let tried = all(&scores, rules);
        let best = tried.iter().map(|a| a.objective).max();
        match (assign(&scores, rules, &unwatched), best) {
            (Ok(found), Some(best)) => {
                check_rules(&scores, rules, &found);
                prop_assert_eq!(found.objective, best);
                // Trying goes in the order that breaks ties.
                let first = tried.iter().find(|a| a.objective == best).unwrap();
                prop_assert_eq!(&found, first);
            }
            (Err(AssignError::Infeasible(why)), None) => check_infeasible(&scores, rules, &why),
            (found, tried) => prop_assert!(false, "{:?} but trying gives {:?}", found, tried),
        }
    }

    #[test]
    fn fair_agrees_with_trying_all_assignments((scores, rules) in instance()) {
        let tried = all(&scores, rules);
        let worst = tried.iter().map(|a| a.worst_row).max();
        match (assign_fairly(&scores, rules, &unwatched), worst) {
            (Ok(fair), Some(worst)) => {
                check_rules(&scores, rules, &fair.assignment);
                prop_assert_eq!((fair.assignment.worst_row, fair.worst_row_bound), (worst, worst));
                let best = tried.iter().filter(|a| a.worst_row == worst).map(|a| a.objective).max().unwrap();
                prop_assert_eq!((fair.assignment.objective, fair.objective_bound), (best, best));
            }
            (Err(AssignError::Infeasible(_)), None) => {}
            (found, tried) => prop_assert!(false, "{:?} but trying gives {:?}", found, tried),
        }
    }

    #[test]
    fn bounds_hold_where_scores_are_rounded((scores, rules) in large_scores()) {
        let tried = all(&scores, rules);
        let worst = tried.iter().map(|a| a.worst_row).max();
        if let (Ok(fair), Some(worst)) = (assign_fairly(&scores, rules, &unwatched), worst) {
            check_rules(&scores, rules, &fair.assignment);
            let best = tried.iter().filter(|a| a.worst_row == worst).map(|a| a.objective).max().unwrap();
            prop_assert_eq!((fair.assignment.worst_row, fair.assignment.objective), (worst, best));
            prop_assert!(fair.worst_row_bound >= worst && fair.worst_row_bound - worst <= worst >> 20);
            prop_assert!(fair.objective_bound >= best && fair.objective_bound - best <= best >> 20);
        }
    }
}
