#![allow(clippy::unwrap_used)]

use std::ops::ControlFlow;

use proptest::prelude::*;

use super::*;

fn network(supplies: &[i64], arcs: &[(u32, u32, i64, i64, i64)]) -> Network {
    let mut network = Network::new();
    supplies.iter().for_each(|&supply| {
        network.add_node(supply);
    });
    for &(from, to, least, most, cost) in arcs {
        network.add_arc(Arc { from: NodeId(from), to: NodeId(to), least, most, cost });
    }
    network
}

/// The optimality conditions themselves: bounds, balance, complementary slackness.
fn check_optimal(network: &Network, flow: &Flow) {
    let mut balance = network.supplies().to_vec();
    let mut cost = 0;
    for (arc, &units) in network.arcs().iter().zip(&flow.units) {
        assert!((arc.least..=arc.most).contains(&units), "{arc:?} carries {units}");
        balance[arc.from.index()] -= units;
        balance[arc.to.index()] += units;
        cost += i128::from(units) * i128::from(arc.cost);
        let reduced = arc.cost + flow.potentials[arc.from.index()] - flow.potentials[arc.to.index()];
        assert!(reduced <= 0 || units == arc.least, "{arc:?} carries {units} at {reduced}");
        assert!(reduced >= 0 || units == arc.most, "{arc:?} carries {units} at {reduced}");
    }
    assert!(balance.iter().all(|&left| left == 0), "{balance:?}");
    assert_eq!(cost, flow.cost);
}

/// Hoffman's condition on the set named, from the network alone.
fn check_shortage(network: &Network, shortage: &Shortage) {
    let inside = |node: NodeId| shortage.nodes.contains(&node);
    let given: i64 = shortage.nodes.iter().map(|node| network.supplies()[node.index()]).sum();
    let mut missing = given;
    let (mut full, mut forced) = (Vec::new(), Vec::new());
    for (number, arc) in (0u32..).zip(network.arcs()) {
        match (inside(arc.from), inside(arc.to)) {
            (true, false) => {
                missing -= arc.most;
                full.push(ArcId(number));
            }
            (false, true) => {
                missing += arc.least;
                if arc.least > 0 {
                    forced.push(ArcId(number));
                }
            }
            _ => {}
        }
    }
    assert!(missing > 0);
    assert_eq!((missing, &full, &forced), (shortage.missing, &shortage.full, &shortage.forced));
}

/// The cheapest of all flows, by trying them.
fn brute(network: &Network) -> Option<i128> {
    fn go(network: &Network, arc: usize, balance: &mut [i64], cost: i128, best: &mut Option<i128>) {
        let Some(next) = network.arcs().get(arc) else {
            if balance.iter().all(|&left| left == 0) && best.is_none_or(|best| cost < best) {
                *best = Some(cost);
            }
            return;
        };
        for units in next.least..=next.most {
            balance[next.from.index()] -= units;
            balance[next.to.index()] += units;
            go(network, arc + 1, balance, cost + i128::from(units) * i128::from(next.cost), best);
            balance[next.from.index()] += units;
            balance[next.to.index()] -= units;
        }
    }
    let mut best = None;
    go(network, 0, &mut network.supplies().to_vec(), 0, &mut best);
    best
}

#[test]
fn known_networks() {
    type Row<'a> = (&'a str, &'a [i64], &'a [(u32, u32, i64, i64, i64)], i128, &'a [i64]);
    let rows: &[Row<'_>] = &[
        ("nothing", &[], &[], 0, &[]),
        ("one arc", &[3, -3], &[(0, 1, 0, 5, 2)], 6, &[3]),
        ("two ways, the cheap one fills first", &[3, -3], &[(0, 1, 0, 2, 1), (0, 1, 0, 9, 4)], 6, &[2, 1]),
        ("a lower bound forces the dear one", &[3, -3], &[(0, 1, 0, 3, 1), (0, 1, 2, 9, 4)], 9, &[1, 2]),
        ("a cycle that gains is used", &[0, 0], &[(0, 1, 0, 2, -3), (1, 0, 0, 5, 1)], -4, &[2, 2]),
        ("a loop that gains is used", &[0], &[(0, 0, 0, 4, -1)], -4, &[4]),
        ("a loop that costs carries its least", &[0], &[(0, 0, 1, 4, 1)], 1, &[1]),
        ("negative bounds run backwards", &[-2, 2], &[(0, 1, -5, 5, 1)], -2, &[-2]),
        (
            "Ahuja, Magnanti, Orlin style: through the middle",
            &[4, 0, 0, -4],
            &[(0, 1, 0, 4, 2), (0, 2, 0, 2, 2), (1, 2, 0, 2, 1), (1, 3, 0, 3, 3), (2, 3, 0, 5, 1)],
            14,
            &[2, 2, 2, 0, 4],
        ),
    ];
    for &(name, supplies, arcs, cost, units) in rows {
        let network = network(supplies, arcs);
        let flow = solve(&network).unwrap_or_else(|e| panic!("{name}: {e}"));
        check_optimal(&network, &flow);
        assert_eq!((flow.cost, flow.units.as_slice()), (cost, units), "{name}");
    }
}

#[test]
fn refusals_say_what_is_wrong() {
    let huge = i64::MAX / 2;
    let rows: &[(Network, &str)] = &[
        (network(&[1], &[]), "相差 1"),
        (network(&[0, 0], &[(0, 2, 0, 1, 0)]), "端点不存在"),
        (network(&[0, 0], &[(0, 1, 2, 1, 0)]), "下限大于上限"),
        (network(&[0, 0], &[(0, 1, 0, 1, huge)]), "费用之和"),
        (network(&[0, 0], &[(0, 1, 0, huge, 0)]), "容量之和"),
        (network(&[2, -2], &[(0, 1, 0, 1, 0)]), "有 1 个单位"),
    ];
    for (network, said) in rows {
        let error = solve(network).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_shortage_names_the_bottleneck() {
    // Two needs of 2 each, whose only common OPC takes 3.
    let network = network(&[2, 2, 0, -4], &[(0, 2, 0, 2, 0), (1, 2, 0, 2, 0), (2, 3, 0, 3, 0)]);
    let Err(FlowError::Infeasible(shortage)) = solve(&network) else { panic!("there is no flow") };
    check_shortage(&network, &shortage);
    assert_eq!(shortage.full, [ArcId(2)]);
}

#[test]
fn stopping_leaves_a_solver_that_can_go_on() {
    let side = 150;
    let mut network = Network::new();
    let rows: Vec<NodeId> = (0..side).map(|_| network.add_node(3)).collect();
    let columns: Vec<NodeId> = (0..side).map(|_| network.add_node(-3)).collect();
    for (r, &from) in (0i64..).zip(&rows) {
        for (c, &to) in (0i64..).zip(&columns) {
            network.add_arc(Arc {
                from,
                to,
                least: 0,
                most: 1,
                cost: ((r * r * 7919) ^ (r * c * 104_729)) % 10_007,
            });
        }
    }
    let mut solver = Solver::new(&network).unwrap();
    let halfway = |progress: Progress| match progress.pivots {
        0 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    };
    assert_eq!(solver.solve(&|_| ControlFlow::Break(())), Err(FlowError::Stopped));
    assert_eq!(solver.solve(&halfway), Err(FlowError::Stopped));
    solver.solve(&|_| ControlFlow::Continue(())).unwrap();
    check_optimal(&network, &solver.flow());
    assert_eq!(solver.total_cost(), solve(&network).unwrap().cost);
}

prop_compose! {
    fn small()(nodes in 2usize..6)(
        supplies in prop::collection::vec(-2i64..3, nodes),
        arcs in prop::collection::vec(
            (0..nodes as u32, 0..nodes as u32, -1i64..2, 0i64..3, -9i64..10), 0..8),
    ) -> Network {
        let mut supplies = supplies;
        let sum: i64 = supplies.iter().sum();
        supplies[0] -= sum;
        let arcs: Vec<_> = arcs.into_iter().map(|(f, t, least, room, cost)| (f, t, least, least + room, cost)).collect();
        network(&supplies, &arcs)
    }
}

prop_compose! {
    /// Too large to try all flows; optimality is checked by its conditions.
    fn large()(nodes in 5usize..40)(
        supplies in prop::collection::vec(-20i64..21, nodes),
        arcs in prop::collection::vec(
            (0..nodes as u32, 0..nodes as u32, 0i64..3, 0i64..40, -50i64..1000), nodes * 3..nodes * 12),
    ) -> Network {
        let mut supplies = supplies;
        let sum: i64 = supplies.iter().sum();
        supplies[0] -= sum;
        let arcs: Vec<_> = arcs.into_iter().map(|(f, t, least, room, cost)| (f, t, least, least + room, cost)).collect();
        network(&supplies, &arcs)
    }
}

proptest! {
    #[test]
    fn agrees_with_trying_all_flows(network in small()) {
        match (solve(&network), brute(&network)) {
            (Ok(flow), Some(cost)) => {
                check_optimal(&network, &flow);
                prop_assert_eq!(flow.cost, cost);
            }
            (Err(FlowError::Infeasible(shortage)), None) => check_shortage(&network, &shortage),
            (found, tried) => prop_assert!(false, "{:?} but trying gives {:?}", found, tried),
        }
    }

    #[test]
    fn large_answers_prove_themselves(network in large()) {
        match solve(&network) {
            Ok(flow) => check_optimal(&network, &flow),
            Err(FlowError::Infeasible(shortage)) => check_shortage(&network, &shortage),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn a_second_run_with_new_costs_is_as_good_as_a_first(
        network in large(),
        costs in prop::collection::vec(-100i64..1000, 1..480),
    ) {
        let mut solver = Solver::new(&network).unwrap();
        let first = solver.solve(&|_| ControlFlow::Continue(()));
        let mut changed = Network::new();
        network.supplies().iter().for_each(|&supply| { changed.add_node(supply); });
        for (number, arc) in (0u32..).zip(network.arcs()) {
            let cost = costs[number as usize % costs.len()];
            solver.set_cost(ArcId(number), cost);
            changed.add_arc(Arc { cost, ..*arc });
        }
        let second = solver.solve(&|_| ControlFlow::Continue(()));
        prop_assert_eq!(first.is_ok(), second.is_ok());
        if second.is_ok() {
            check_optimal(&changed, &solver.flow());
            prop_assert_eq!(solver.total_cost(), solve(&changed).unwrap().cost);
        }
    }
}
