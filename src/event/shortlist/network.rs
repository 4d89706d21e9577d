//! The model as a flow: source → needs → OPCs → sink → source.
//!
//! Every minimum, maximum and floor is elastic: units below a minimum earn, units
//! above a maximum and meetings below the floor cost [`LOWER_MIN`], [`RAISE_MAX`]
//! and [`BELOW_FLOOR`], each so much that no worth can outweigh one of them. A flow
//! therefore always exists, its concessions are the fewest by weight, and they are
//! none exactly if the wishes can be met. Slots and the room are never exceeded.
//!
//! Three aims stand in one cost, a power apart: concessions, worth, ties. A power
//! needs to exceed only what a simple cycle can change of the lesser aim, because
//! two flows differ by simple cycles (Ahuja, Magnanti, Orlin 1993, theorem 3.7).

use super::super::flow::{Arc, ArcId, FlowError, Network, NodeId, Solver};
use super::super::watch::Poll;
use super::encode::{Choice, Entry, Limits, Model};
use super::ties::first_of_equals;
use super::{BELOW_FLOOR, LOWER_MIN, RAISE_MAX};

/// A best plan in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Solved {
    /// In the order of [`Model::choices`], those that meet.
    pub(super) chosen: Vec<Choice>,
    /// Weight of the concessions.
    pub(super) weight: i64,
    /// Σ worth, and the bonus where one was given.
    pub(super) objective: i64,
}

const SOURCE: NodeId = NodeId(0);
const SINK: NodeId = NodeId(1);

/// Solves a model exactly. `bonus` is what the first meeting of an OPC that was
/// never shown is worth on top; a meeting worth nothing forgoes as much.
pub(super) fn solve(model: &Model, bonus: i64, poll: &Poll<'_>) -> Result<Solved, FlowError> {
    let scale = Scale::of(model, bonus);
    let mut network = Network::new();
    let hub = network.add_node(0);
    let sink = network.add_node(0);
    debug_assert_eq!((hub, sink), (SOURCE, SINK));
    let needs: Vec<NodeId> = model.needs.iter().map(|_| network.add_node(0)).collect();
    let opcs: Vec<NodeId> = model.opcs.iter().map(|_| network.add_node(0)).collect();
    let pairs: Vec<ArcId> = model
        .choices
        .iter()
        .map(|choice| {
            let (from, to) = (needs[choice.at.0], opcs[choice.at.1]);
            let least = i64::from(choice.entry == Entry::Forced);
            network.add_arc(Arc { from, to, least, most: 1, cost: scale.pair(choice) })
        })
        .collect();
    for (limits, &node) in model.needs.iter().zip(&needs) {
        add_units(&mut network, SOURCE, node, limits, &scale, false);
    }
    for ((limits, &node), &fresh) in model.opcs.iter().zip(&opcs).zip(&model.fresh) {
        add_units(&mut network, node, SINK, limits, &scale, fresh);
    }
    network.add_arc(Arc { from: SINK, to: SOURCE, least: 0, most: i64::from(model.total), cost: 0 });
    let mut solver = Solver::new(&network)?;
    poll.check()?;
    solver.solve(&|progress| poll.pivots(progress))?;
    let units = first_of_equals(&network, &solver, &pairs, poll)?;
    let met = model.choices.iter().zip(&units).filter(|&(_, &units)| units == 1);
    let chosen: Vec<Choice> = met.map(|(choice, _)| *choice).collect();
    let weight = weight(model, &chosen);
    let objective = objective(model, &chosen, bonus);
    Ok(Solved { chosen, weight, objective })
}

/// How far apart the three aims stand.
struct Scale {
    worth: i64,
    concession: i64,
    bonus: i64,
}

impl Scale {
    fn of(model: &Model, bonus: i64) -> Scale {
        let worthless = model.choices.iter().filter(|choice| forgoes(choice)).count();
        // A simple cycle passes a need once, by two pairs, and the sink once, by two OPCs.
        let most = worthless.min(2 * model.needs.len().min(model.opcs.len()));
        let ties = 2 + 2 * most as i64;
        let worth = ties + 1;
        let largest = model.choices.iter().map(|choice| choice.worth.abs()).max().unwrap_or(0);
        let nodes = (model.needs.len() + model.opcs.len() + 2) as i64;
        // Saturating: numbers too large for the solver stay so, and it says so.
        let arc = largest.saturating_add(bonus).saturating_add(1).saturating_mul(worth).saturating_add(2);
        Scale { worth, concession: arc.saturating_mul(nodes).saturating_add(1), bonus }
    }

    fn pair(&self, choice: &Choice) -> i64 {
        let mut cost = -choice.worth.saturating_mul(self.worth);
        if forgoes(choice) {
            cost = cost.saturating_add(self.bonus * self.worth + 2);
        }
        if choice.entry == Entry::BelowFloor {
            cost = cost.saturating_add(self.concession.saturating_mul(BELOW_FLOOR));
        }
        cost
    }

    /// The cost of a participant's `unit`th meeting, from 1. Never falls with `unit`,
    /// so that a cheapest flow takes them in order.
    fn unit(&self, limits: &Limits, fresh: bool, unit: u32) -> i64 {
        let below = if unit <= limits.least { LOWER_MIN } else { 0 };
        let above = if unit > limits.most { RAISE_MAX } else { 0 };
        let first = if fresh && unit == 1 { self.bonus * self.worth + 1 } else { 0 };
        self.concession.saturating_mul(above - below).saturating_sub(first)
    }
}

/// Whether a choice is worth nothing and nobody insists on it.
fn forgoes(choice: &Choice) -> bool {
    choice.worth <= 0 && choice.entry != Entry::Forced
}

/// Arcs for all meetings of one participant, one for each run of equal costs.
fn add_units(network: &mut Network, from: NodeId, to: NodeId, limits: &Limits, scale: &Scale, fresh: bool) {
    let mut ends = vec![1, limits.least, limits.most, limits.slots];
    ends.retain(|&end| end >= 1 && end <= limits.slots);
    ends.sort_unstable();
    ends.dedup();
    let mut done = 0;
    for end in ends {
        let (most, cost) = (i64::from(end - done), scale.unit(limits, fresh, end));
        network.add_arc(Arc { from, to, least: 0, most, cost });
        done = end;
    }
}

/// Weight of all concessions, read off the plan itself.
fn weight(model: &Model, chosen: &[Choice]) -> i64 {
    let (mut needs, mut opcs) = (vec![0; model.needs.len()], vec![0; model.opcs.len()]);
    let mut weight = 0;
    for choice in chosen {
        needs[choice.at.0] += 1;
        opcs[choice.at.1] += 1;
        weight += if choice.entry == Entry::BelowFloor { BELOW_FLOOR } else { 0 };
    }
    let sides = model.needs.iter().zip(needs).chain(model.opcs.iter().zip(opcs));
    let of = |(limits, units): (&Limits, u32)| {
        LOWER_MIN * i64::from(limits.least.saturating_sub(units))
            + RAISE_MAX * i64::from(units.saturating_sub(limits.most))
    };
    weight + sides.map(of).sum::<i64>()
}

fn objective(model: &Model, chosen: &[Choice], bonus: i64) -> i64 {
    let mut shown = vec![false; model.opcs.len()];
    chosen.iter().for_each(|choice| shown[choice.at.1] = true);
    let newly = shown.iter().zip(&model.fresh).filter(|&(&shown, &fresh)| shown && fresh).count() as i64;
    let forgone = chosen.iter().filter(|choice| forgoes(choice)).count() as i64;
    chosen.iter().map(|choice| choice.worth).sum::<i64>() + bonus * (newly - forgone)
}
