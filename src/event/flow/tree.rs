//! The spanning tree of the network simplex method: who hangs from whom, by
//! which arc, and at which potential.

/// No node.
const NONE: u32 = u32::MAX;

/// One node of the tree. Children form a doubly linked list, so that a branch
/// is cut off and hung elsewhere in constant time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) parent: u32,
    /// The arc to the parent.
    pub(super) arc: u32,
    /// Whether that arc points from this node to its parent.
    pub(super) up: bool,
    pub(super) depth: u32,
    first_child: u32,
    next: u32,
    previous: u32,
}

#[derive(Debug, Clone)]
pub(super) struct Tree {
    places: Vec<Place>,
}

impl Tree {
    /// Every node hangs from the root (the node after the last), by the arc that
    /// `arc_of` names and in the direction it says.
    pub(super) fn star(nodes: usize, arc_of: impl Fn(u32) -> (u32, bool)) -> Tree {
        let root = nodes as u32;
        let mut places = Vec::with_capacity(nodes + 1);
        for node in 0..root {
            let (arc, up) = arc_of(node);
            let next = if node + 1 < root { node + 1 } else { NONE };
            let previous = node.checked_sub(1).unwrap_or(NONE);
            places.push(Place { parent: root, arc, up, depth: 1, first_child: NONE, next, previous });
        }
        let first_child = if nodes > 0 { 0 } else { NONE };
        places.push(Place {
            parent: NONE,
            arc: NONE,
            up: false,
            depth: 0,
            first_child,
            next: NONE,
            previous: NONE,
        });
        Tree { places }
    }

    pub(super) fn root(&self) -> u32 {
        (self.places.len() - 1) as u32
    }

    #[inline]
    pub(super) fn place(&self, node: u32) -> &Place {
        &self.places[node as usize]
    }

    /// The lowest node above both.
    pub(super) fn join(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            let (place_a, place_b) = (self.place(a), self.place(b));
            if place_a.depth >= place_b.depth {
                a = place_a.parent;
            }
            if place_b.depth >= place_a.depth {
                b = place_b.parent;
            }
        }
        a
    }

    fn unlink(&mut self, node: u32) {
        let Place { parent, next, previous, .. } = self.places[node as usize];
        if previous == NONE {
            self.places[parent as usize].first_child = next;
        } else {
            self.places[previous as usize].next = next;
        }
        if next != NONE {
            self.places[next as usize].previous = previous;
        }
    }

    fn link(&mut self, node: u32, parent: u32, arc: u32, up: bool) {
        let first = self.places[parent as usize].first_child;
        if first != NONE {
            self.places[first as usize].previous = node;
        }
        self.places[parent as usize].first_child = node;
        let place = &mut self.places[node as usize];
        (place.parent, place.arc, place.up) = (parent, arc, up);
        (place.next, place.previous) = (first, NONE);
    }

    /// Cuts the branch under `top` off, turns it so that `node` is its top, and
    /// hangs it from `parent` by `arc`. Potentials and depths are the caller's
    /// next step, by [`Tree::walk`].
    pub(super) fn rehang(&mut self, top: u32, node: u32, parent: u32, arc: u32, up: bool) {
        let (mut node, mut parent, mut arc, mut up) = (node, parent, arc, up);
        loop {
            let old = self.places[node as usize];
            self.unlink(node);
            self.link(node, parent, arc, up);
            if node == top {
                return;
            }
            (parent, arc, up) = (node, old.arc, !old.up);
            node = old.parent;
        }
    }

    /// Visits the branch under `top`, parents before children, and sets depths.
    pub(super) fn walk(&mut self, top: u32, mut visit: impl FnMut(u32, &Place)) {
        let mut node = top;
        loop {
            let parent = self.places[node as usize].parent;
            if parent != NONE {
                self.places[node as usize].depth = self.places[parent as usize].depth + 1;
            }
            let place = self.places[node as usize];
            visit(node, &place);
            if place.first_child != NONE {
                node = place.first_child;
                continue;
            }
            loop {
                if node == top {
                    return;
                }
                let place = &self.places[node as usize];
                if place.next != NONE {
                    node = place.next;
                    break;
                }
                node = place.parent;
            }
        }
    }
}
