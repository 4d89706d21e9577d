//! Minimum-cost flow on integers, exact and deterministic.
//!
//! A [`Network`] is nodes with supplies and arcs with lower and upper bounds and
//! costs. Of all flows that meet every supply and bound, a solver finds a cheapest.
//! Whatever can be said as "so many of these to so many of those, at least, at
//! most" becomes such a network; a bonus is a negative cost, an exposure floor a
//! lower bound.
//!
//! Complexity: the network simplex method is exponential in theory and close to
//! linear in arcs × pivots in practice; `benches/assign.rs` measures it. It was
//! preferred to successive shortest paths and cost scaling because its basis can
//! be kept: after a change of costs a [`Solver`] starts from the last optimum.
//!
//! ```
//! use opcmatch::event::flow::{Arc, Network, solve};
//!
//! let mut network = Network::new();
//! let (need, opc_a, opc_b) = (network.add_node(2), network.add_node(-1), network.add_node(-1));
//! network.add_arc(Arc { from: need, to: opc_a, least: 0, most: 2, cost: -7 });
//! let second = network.add_arc(Arc { from: need, to: opc_b, least: 0, most: 2, cost: -4 });
//! let flow = solve(&network)?;
//! assert_eq!((flow.cost, flow.units[second.index()]), (-11, 1));
//! # Ok::<(), opcmatch::event::flow::FlowError>(())
//! ```
//!
//! See also: Ahuja, Magnanti, Orlin, *Network Flows* (1993), chapter 11; Király &
//! Kovács, *Efficient implementations of minimum-cost flow algorithms* (2012),
//! which found block search the best pivot rule on most networks.

mod error;
mod network;
mod solver;
mod tree;

pub use error::{FlowError, Shortage};
pub use network::{Arc, ArcId, Network, NodeId};
pub use solver::{Flow, Progress, Solver};

use std::ops::ControlFlow;

/// Solves a network once, without a hook.
///
/// # Errors
/// See [`FlowError`]; never [`FlowError::Stopped`].
pub fn solve(network: &Network) -> Result<Flow, FlowError> {
    let mut solver = Solver::new(network)?;
    solver.solve(&|_| ControlFlow::Continue(()))?;
    Ok(solver.flow())
}

#[cfg(test)]
mod tests;
