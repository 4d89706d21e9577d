//! The primal network simplex method with block search and a strongly feasible tree.
//!
//! Strongly feasible means: from every node a unit could still be sent to the
//! root along the tree. The leaving arc is always the last one that blocks, in
//! the direction of the cycle and from its apex; that keeps the tree strongly
//! feasible and rules out cycling (Cunningham 1976; Ahuja, Magnanti, Orlin 1993,
//! section 11.6).
//!
//! A root and one artificial arc a node make the first tree. Their cost exceeds
//! that of any path, so they empty exactly if the network has a flow.

use std::ops::ControlFlow;

use super::error::{FlowError, Shortage};
use super::network::{ArcId, Network, NodeId};
use super::tree::Tree;

/// Pivots between two calls of the hook: about a millisecond of work.
const PIVOTS_PER_REPORT: u64 = 1024;
/// Artificial arcs carry whatever there is; sums of two still fit 64 bits.
const UNBOUNDED: i64 = i64::MAX / 4;

const AT_LEAST: i8 = 1;
const IN_TREE: i8 = 0;
const AT_MOST: i8 = -1;

/// How far a solver is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Basis changes so far, over all runs of this solver.
    pub pivots: u64,
    /// Units that have found no way yet; 0 from then on while costs still fall.
    pub units_waiting: i64,
}

/// A cheapest flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Units on each arc, by [`ArcId`].
    pub units: Vec<i64>,
    /// Σ units × cost.
    pub cost: i128,
    /// The potential π of each node, by [`NodeId`]; see [`Solver::potential`].
    pub potentials: Vec<i64>,
}

/// A network with a current basis. Costs may change between runs; each run
/// starts from the last optimum, which is much faster than starting anew.
#[derive(Debug, Clone)]
pub struct Solver {
    // By arc, the network's first, then one artificial arc a node.
    from: Vec<u32>,
    to: Vec<u32>,
    cost: Vec<i64>,
    /// Capacity above `least`.
    room: Vec<i64>,
    /// Flow above `least`.
    flow: Vec<i64>,
    state: Vec<i8>,
    least: Vec<i64>,
    // By node, the root last.
    potential: Vec<i64>,
    tree: Tree,
    arcs: usize,
    block: usize,
    next_arc: usize,
    pivots: u64,
}

impl Solver {
    /// Checks a network and makes the first basis.
    ///
    /// # Errors
    /// [`FlowError::BadArc`], [`FlowError::Unbalanced`] or [`FlowError::TooLarge`].
    pub fn new(network: &Network) -> Result<Solver, FlowError> {
        let nodes = network.supplies().len();
        let arcs = network.arcs().len();
        let excess = excess(network)?;
        let root = nodes as u32;
        let mut solver = Solver {
            from: network.arcs().iter().map(|arc| arc.from.0).collect(),
            to: network.arcs().iter().map(|arc| arc.to.0).collect(),
            cost: network.arcs().iter().map(|arc| arc.cost).collect(),
            room: network.arcs().iter().map(|arc| arc.most - arc.least).collect(),
            flow: vec![0; arcs],
            state: vec![AT_LEAST; arcs],
            least: network.arcs().iter().map(|arc| arc.least).collect(),
            potential: vec![0; nodes + 1],
            tree: Tree::star(nodes, |node| ((arcs + node as usize) as u32, excess[node as usize] >= 0)),
            arcs,
            // Half of √arcs: fastest of 0.3 to 4 times √arcs on the sizes of benches/assign.rs.
            block: (((arcs as f64).sqrt() * 0.5) as usize).max(20),
            next_arc: 0,
            pivots: 0,
        };
        for (node, &excess) in (0u32..).zip(&excess) {
            let (from, to) = if excess >= 0 { (node, root) } else { (root, node) };
            solver.from.push(from);
            solver.to.push(to);
            solver.cost.push(0);
            solver.room.push(UNBOUNDED);
            solver.flow.push(excess.abs());
            solver.state.push(IN_TREE);
        }
        solver.price_artificial()?;
        Ok(solver)
    }

    /// Sets the cost of one unit on `arc` for the next run.
    pub fn set_cost(&mut self, arc: ArcId, cost: i64) {
        self.cost[arc.index()] = cost;
    }

    /// The cost of one unit on `arc`.
    pub fn cost(&self, arc: ArcId) -> i64 {
        self.cost[arc.index()]
    }

    /// Finds a cheapest flow, starting from the current basis. The hook is called
    /// before the first pivot and every thousand or so after it; when it breaks, the
    /// solver may be run again and goes on.
    ///
    /// # Errors
    /// [`FlowError::Infeasible`], [`FlowError::Stopped`], or [`FlowError::TooLarge`]
    /// when costs set since are.
    pub fn solve(&mut self, hook: &dyn Fn(Progress) -> ControlFlow<()>) -> Result<(), FlowError> {
        self.price_artificial()?;
        self.price_nodes();
        let mut before_report = 0;
        while let Some(arc) = self.entering() {
            if before_report == 0 {
                if hook(self.progress()).is_break() {
                    return Err(FlowError::Stopped);
                }
                before_report = PIVOTS_PER_REPORT;
            }
            before_report -= 1;
            self.pivot(arc);
            self.pivots += 1;
        }
        match self.progress().units_waiting {
            0 => Ok(()),
            _ => Err(FlowError::Infeasible(self.shortage())),
        }
    }

    /// Units on `arc` after the last run.
    pub fn units(&self, arc: ArcId) -> i64 {
        self.least[arc.index()] + self.flow[arc.index()]
    }

    /// The potential π of a node after the last run. With the reduced cost
    /// `cost + π(from) − π(to)`: an arc above its `least` has one ≤ 0, an arc
    /// below its `most` one ≥ 0. Only differences of potentials mean something.
    pub fn potential(&self, node: NodeId) -> i64 {
        self.potential[node.index()]
    }

    /// `cost + π(from) − π(to)` of an arc; see [`Solver::potential`].
    pub fn reduced_cost(&self, arc: ArcId) -> i64 {
        self.reduced(arc.index())
    }

    /// Σ units × cost after the last run.
    pub fn total_cost(&self) -> i128 {
        (0..self.arcs)
            .map(|arc| i128::from(self.least[arc] + self.flow[arc]) * i128::from(self.cost[arc]))
            .sum()
    }

    /// All of the last run's answer at once.
    pub fn flow(&self) -> Flow {
        Flow {
            units: (0..self.arcs).map(|arc| self.least[arc] + self.flow[arc]).collect(),
            cost: self.total_cost(),
            potentials: self.potential[..self.potential.len() - 1].to_vec(),
        }
    }

    fn progress(&self) -> Progress {
        let root = self.tree.root();
        let waiting =
            (self.arcs..self.from.len()).filter(|&arc| self.to[arc] == root).map(|arc| self.flow[arc]);
        Progress { pivots: self.pivots, units_waiting: waiting.sum() }
    }

    /// Makes one pass through the root dearer than any path could be: a path has
    /// fewer arcs than there are nodes. All supply passes an arc out of the root.
    fn price_artificial(&mut self) -> Result<(), FlowError> {
        let too_large = FlowError::TooLarge { what_zh: "费用", what_en: "costs" };
        let largest = self.cost[..self.arcs].iter().map(|cost| cost.unsigned_abs()).max().unwrap_or(0);
        let nodes = self.potential.len() as u64;
        let artificial = largest.checked_add(1).and_then(|cost| cost.checked_mul(nodes));
        // A potential is one artificial cost and one path at most; a reduced cost adds two and an arc.
        let Some(artificial) =
            artificial.and_then(|cost| i64::try_from(cost).ok()).filter(|&c| c < UNBOUNDED / 2)
        else {
            return Err(too_large);
        };
        let root = self.tree.root();
        for arc in self.arcs..self.from.len() {
            self.cost[arc] = if self.from[arc] == root { artificial } else { 0 };
        }
        Ok(())
    }

    fn price_nodes(&mut self) {
        let root = self.tree.root();
        let (potential, cost) = (&mut self.potential, &self.cost);
        self.tree.walk(root, |node, place| {
            potential[node as usize] = match () {
                () if node == root => 0,
                () if place.up => potential[place.parent as usize] - cost[place.arc as usize],
                () => potential[place.parent as usize] + cost[place.arc as usize],
            };
        });
    }

    #[inline]
    fn reduced(&self, arc: usize) -> i64 {
        self.cost[arc] + self.potential[self.from[arc] as usize] - self.potential[self.to[arc] as usize]
    }

    /// The most promising arc of the first block that has any, from where the
    /// last search ended.
    fn entering(&mut self) -> Option<usize> {
        let (mut best, mut best_gain) = (None, 0);
        let mut left_in_block = self.block;
        let start = self.next_arc;
        for arc in (start..self.arcs).chain(0..start) {
            let gain = -i64::from(self.state[arc]) * self.reduced(arc);
            if gain > best_gain {
                (best, best_gain) = (Some(arc), gain);
            }
            left_in_block -= 1;
            if left_in_block == 0 {
                if best.is_some() {
                    self.next_arc = if arc + 1 < self.arcs { arc + 1 } else { 0 };
                    return best;
                }
                left_in_block = self.block;
            }
        }
        best
    }

    fn pivot(&mut self, entering: usize) {
        let along = self.state[entering] == AT_LEAST;
        let (from, to) = (self.from[entering], self.to[entering]);
        // Units go around: apex → first → second → apex.
        let (first, second) = if along { (from, to) } else { (to, from) };
        let apex = self.tree.join(first, second);
        let mut step = self.room[entering];
        let mut leaving = None;
        let mut node = first;
        while node != apex {
            let place = *self.tree.place(node);
            let arc = place.arc as usize;
            let slack = if place.up { self.flow[arc] } else { self.room[arc] - self.flow[arc] };
            if slack < step {
                (step, leaving) = (slack, Some((node, first, second)));
            }
            node = place.parent;
        }
        node = second;
        while node != apex {
            let place = *self.tree.place(node);
            let arc = place.arc as usize;
            let slack = if place.up { self.room[arc] - self.flow[arc] } else { self.flow[arc] };
            if slack <= step {
                (step, leaving) = (slack, Some((node, second, first)));
            }
            node = place.parent;
        }
        if step > 0 {
            self.flow[entering] += if along { step } else { -step };
            for (side, sign) in [(first, -1), (second, 1)] {
                node = side;
                while node != apex {
                    let place = *self.tree.place(node);
                    self.flow[place.arc as usize] += if place.up { sign * step } else { -sign * step };
                    node = place.parent;
                }
            }
        }
        let Some((top, inner, outer)) = leaving else {
            self.state[entering] = -self.state[entering];
            return;
        };
        let gone = self.tree.place(top).arc as usize;
        self.state[gone] = if self.flow[gone] == 0 { AT_LEAST } else { AT_MOST };
        self.state[entering] = IN_TREE;
        let reduced = self.reduced(entering);
        let up = inner == from;
        let shift = if up { -reduced } else { reduced };
        self.tree.rehang(top, inner, outer, entering as u32, up);
        let potential = &mut self.potential;
        self.tree.walk(inner, |node, _| potential[node as usize] += shift);
    }

    /// The nodes that units waiting at the root could still have reached.
    fn shortage(&self) -> Shortage {
        let root = self.tree.root() as usize;
        let mut out: Vec<Vec<usize>> = vec![Vec::new(); root];
        for arc in 0..self.arcs {
            out[self.from[arc] as usize].push(arc);
            out[self.to[arc] as usize].push(arc);
        }
        let mut inside = vec![false; root];
        let mut open: Vec<usize> = (self.arcs..self.from.len())
            .filter(|&arc| self.to[arc] as usize == root && self.flow[arc] > 0)
            .map(|arc| self.from[arc] as usize)
            .collect();
        open.iter().for_each(|&node| inside[node] = true);
        while let Some(node) = open.pop() {
            for &arc in &out[node] {
                let (from, to) = (self.from[arc] as usize, self.to[arc] as usize);
                let ahead = from == node && self.flow[arc] < self.room[arc];
                let back = to == node && self.flow[arc] > 0;
                let reached = if ahead { to } else { from };
                if (ahead || back) && !inside[reached] {
                    inside[reached] = true;
                    open.push(reached);
                }
            }
        }
        let crossing = |arc: usize| (inside[self.from[arc] as usize], inside[self.to[arc] as usize]);
        let id = |arc: usize| ArcId(arc as u32);
        Shortage {
            missing: self.progress().units_waiting,
            nodes: (0..root).filter(|&node| inside[node]).map(|node| NodeId(node as u32)).collect(),
            full: (0..self.arcs).filter(|&arc| crossing(arc) == (true, false)).map(id).collect(),
            forced: (0..self.arcs)
                .filter(|&arc| crossing(arc) == (false, true) && self.least[arc] > 0)
                .map(id)
                .collect(),
        }
    }
}

/// What each node has left to give once every arc carries its `least`.
fn excess(network: &Network) -> Result<Vec<i64>, FlowError> {
    let too_large = FlowError::TooLarge { what_zh: "供给与容量", what_en: "supplies and capacities" };
    let mut total: i128 = network.supplies().iter().map(|supply| i128::from(supply.unsigned_abs())).sum();
    if network.supplies().len() + network.arcs().len() >= u32::MAX as usize {
        return Err(too_large);
    }
    let surplus: i128 = network.supplies().iter().copied().map(i128::from).sum();
    let mut excess = network.supplies().to_vec();
    for (number, arc) in (0u32..).zip(network.arcs()) {
        let bad = |why_zh, why_en| FlowError::BadArc { arc: ArcId(number), why_zh, why_en };
        if arc.from.index() >= excess.len() || arc.to.index() >= excess.len() {
            return Err(bad("端点不存在", "an end is no node of this network"));
        }
        if arc.least > arc.most {
            return Err(bad("下限大于上限", "its least exceeds its most"));
        }
        total += i128::from(arc.least.unsigned_abs()) + i128::from(arc.most.unsigned_abs());
        if total >= i128::from(UNBOUNDED) {
            return Err(too_large);
        }
        excess[arc.from.index()] -= arc.least;
        excess[arc.to.index()] += arc.least;
    }
    if total >= i128::from(UNBOUNDED) {
        return Err(too_large);
    }
    match i64::try_from(surplus) {
        Ok(0) => Ok(excess),
        Ok(surplus) => Err(FlowError::Unbalanced { surplus }),
        Err(_) => Err(too_large),
    }
}
