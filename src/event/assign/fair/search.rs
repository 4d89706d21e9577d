//! Branch and bound over the dual: split on a cell, prove or find on both sides.

use super::super::super::flow::FlowError;
use super::super::grid::Grid;
use super::super::seats::Seats;
use super::domain::{BestFirst, Domain, State};
use super::dual::{Dual, Goal, Verdict};

/// How a search ended.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The best that met the goal.
    pub(super) found: Option<Seats>,
    /// Whether there is nothing better: for [`Goal::Reach`], nothing at all.
    pub(super) closed: bool,
    /// No assignment that reaches the target has a larger total ([`Goal::Beyond`]).
    pub(super) bound: i64,
}

struct Node {
    domain: Domain,
    weights: Vec<f64>,
    bound: i64,
}

/// How much a search may do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// Nodes looked at.
    pub(super) nodes: u32,
    /// Weight changes at the first node.
    pub(super) root_rounds: u32,
    /// Flow problems, over the life of the dual.
    pub(super) solved_max: u64,
}

/// Weight changes at a node below the first: its parent's weights are nearly right.
const ROUNDS: u32 = 20;

/// Looks for assignments whose rows all reach `target`, depth first.
pub(super) fn search(
    dual: &mut Dual<'_>,
    grid: &Grid,
    best_first: &BestFirst,
    target: i64,
    goal: Goal,
    budget: Budget,
) -> Result<Outcome, FlowError> {
    let mut goal = goal;
    let mut outcome = Outcome { found: None, closed: true, bound: i64::MIN };
    let mut stack = vec![Node { domain: Domain::open(grid), weights: dual.weights.clone(), bound: i64::MAX }];
    let mut root_weights = None;
    let mut nodes = 0;
    while let Some(mut node) = stack.pop() {
        if let Goal::Beyond(total) = goal
            && node.bound <= total
        {
            continue;
        }
        if nodes >= budget.nodes || dual.solved >= budget.solved_max {
            outcome.closed = false;
            outcome.bound = outcome.bound.max(node.bound);
            continue;
        }
        nodes += 1;
        if !node.domain.narrow(grid, best_first, target) {
            continue;
        }
        dual.weights.clone_from(&node.weights);
        let rounds = if nodes == 1 { budget.root_rounds } else { ROUNDS };
        // A node is run again when it gave something: it may give more.
        let verdict = dual.run(&node.domain, target, goal, rounds)?;
        root_weights.get_or_insert_with(|| dual.weights.clone());
        match verdict {
            Verdict::Impossible => {}
            Verdict::Found(seats) => {
                let total = seats.total();
                outcome.found = Some(seats);
                if goal == Goal::Reach {
                    outcome.closed = false;
                    break;
                }
                goal = Goal::Beyond(total);
                let weights = dual.weights.clone();
                stack.push(Node { weights, ..node });
            }
            Verdict::Open { cell: None, bound, .. } => {
                outcome.closed = false;
                outcome.bound = outcome.bound.max(bound.min(node.bound));
            }
            Verdict::Open { cell: Some(cell), first_in, bound } => {
                let bound = bound.min(node.bound);
                for state in if first_in { [State::Out, State::In] } else { [State::In, State::Out] } {
                    let mut domain = node.domain.clone();
                    domain.set(cell, state);
                    stack.push(Node { domain, weights: dual.weights.clone(), bound });
                }
            }
        }
    }
    if let Some(weights) = root_weights {
        dual.weights = weights;
    }
    if let Goal::Beyond(total) = goal {
        outcome.bound = outcome.bound.max(total);
    }
    Ok(outcome)
}
