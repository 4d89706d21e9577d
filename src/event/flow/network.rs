//! What is asked of the solver: nodes that give or take, arcs that carry.

/// A node of one [`Network`], numbered from 0 in the order in which it was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// An arc of one [`Network`], numbered from 0 in the order in which it was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArcId(pub u32);

impl NodeId {
    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl ArcId {
    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One way for units to go: `from` → `to`, at least `least` and at most `most`
/// of them, each at `cost`. Negative costs are gains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arc {
    /// Where it leaves.
    pub from: NodeId,
    /// Where it enters.
    pub to: NodeId,
    /// Units that must flow.
    pub least: i64,
    /// Units that may flow.
    pub most: i64,
    /// Cost of one unit.
    pub cost: i64,
}

/// Nodes with supplies, and arcs with bounds and costs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    supplies: Vec<i64>,
    arcs: Vec<Arc>,
}

impl Network {
    /// A network without nodes.
    pub fn new() -> Network {
        Network::default()
    }

    /// Adds a node that gives `supply` units, or takes them when it is negative.
    pub fn add_node(&mut self, supply: i64) -> NodeId {
        self.supplies.push(supply);
        NodeId(number(self.supplies.len() - 1))
    }

    /// Adds an arc; whether it makes sense is checked when a solver is made.
    pub fn add_arc(&mut self, arc: Arc) -> ArcId {
        self.arcs.push(arc);
        ArcId(number(self.arcs.len() - 1))
    }

    /// The supply of each node, by [`NodeId`].
    pub fn supplies(&self) -> &[i64] {
        &self.supplies
    }

    /// All arcs, by [`ArcId`].
    pub fn arcs(&self) -> &[Arc] {
        &self.arcs
    }
}

/// Ids saturate: a network with four thousand million arcs is refused by size
/// long before its last id could be mistaken.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
