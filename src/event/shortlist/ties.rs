//! One plan among equals: the one that is first by id.
//!
//! By complementary slackness the cheapest flows are exactly those that keep every
//! arc with a reduced cost where it is. In the order of need, then OPC, a pair is
//! taken if some cheapest flow takes it together with all that was fixed before:
//! if a unit can go round through it on arcs without a reduced cost.

use super::super::flow::{ArcId, Network, NodeId, Solver};
use super::super::watch::{Poll, Stopped};

/// Arcs looked at before the rest is left as the solver has it (which depends on no
/// chance either): a few seconds, met only when nearly all worths of a large event
/// are equal.
const ARC_VISITS_MAX: u64 = 1_000_000_000;

struct Face<'a> {
    network: &'a Network,
    units: Vec<i64>,
    free: Vec<bool>,
    /// By node, the free arcs at it, and whether they leave.
    at: Vec<Vec<(ArcId, bool)>>,
    visits: u64,
}

/// Units on each of `order`, in the cheapest flow that takes the earliest of them.
///
/// # Errors
/// When the watch says so.
pub(super) fn first_of_equals(
    network: &Network,
    solver: &Solver,
    order: &[ArcId],
    poll: &Poll<'_>,
) -> Result<Vec<i64>, Stopped> {
    let mut face = Face {
        network,
        units: Vec::with_capacity(network.arcs().len()),
        free: Vec::with_capacity(network.arcs().len()),
        at: vec![Vec::new(); network.supplies().len()],
        visits: 0,
    };
    for (number, arc) in (0u32..).zip(network.arcs()) {
        let id = ArcId(number);
        let free = arc.least < arc.most && solver.reduced_cost(id) == 0;
        face.units.push(solver.units(id));
        face.free.push(free);
        if free {
            face.at[arc.from.index()].push((id, true));
            face.at[arc.to.index()].push((id, false));
        }
    }
    for &arc in order {
        if face.free[arc.index()] && face.units[arc.index()] == 0 && face.visits <= ARC_VISITS_MAX {
            let before = face.visits;
            face.take(arc);
            if !poll.goes_on(face.visits - before) {
                return Err(Stopped);
            }
        }
        face.free[arc.index()] = false;
    }
    Ok(order.iter().map(|arc| face.units[arc.index()]).collect())
}

impl Face<'_> {
    /// Takes `arc` if a unit can get from its end back to its start without it.
    fn take(&mut self, arc: ArcId) {
        let (start, end) = (self.network.arcs()[arc.index()].from, self.network.arcs()[arc.index()].to);
        let mut came_by: Vec<Option<(ArcId, bool)>> = vec![None; self.at.len()];
        let mut queue = vec![end];
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            self.visits += self.at[node.index()].len() as u64;
            for &(by, leaves) in &self.at[node.index()] {
                let there = self.across(by, leaves);
                let room = if leaves {
                    self.units[by.index()] < self.network.arcs()[by.index()].most
                } else {
                    self.units[by.index()] > self.network.arcs()[by.index()].least
                };
                let new = there != end && came_by[there.index()].is_none();
                if by == arc || !self.free[by.index()] || !room || !new {
                    continue;
                }
                came_by[there.index()] = Some((by, leaves));
                if there == start {
                    self.turn(arc, &came_by);
                    return;
                }
                queue.push(there);
            }
        }
    }

    fn across(&self, arc: ArcId, leaves: bool) -> NodeId {
        let arc = &self.network.arcs()[arc.index()];
        if leaves { arc.to } else { arc.from }
    }

    fn turn(&mut self, arc: ArcId, came_by: &[Option<(ArcId, bool)>]) {
        self.units[arc.index()] += 1;
        let mut node = self.network.arcs()[arc.index()].from;
        while let Some((by, leaves)) = came_by[node.index()] {
            self.units[by.index()] += if leaves { 1 } else { -1 };
            node = self.across(by, !leaves);
        }
    }
}
