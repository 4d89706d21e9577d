//! Talks into slots: the whole-number core of the timetable.
//!
//! A talk takes up a *row* (a table, or a need that has no table of its own) and
//! a *column* (an OPC) for one slot. That is an edge colouring of a bipartite
//! multigraph: rows and columns are nodes, talks are edges, slots are colours,
//! and no more edges may have one colour than there are tables.
//!
//! Where every talk may take every slot, nothing is locked, no node has more
//! talks than slots and there are enough tables, all talks are placed (König
//! 1916; the equal classes: de Werra, "Equitable colorations of graphs", 1971).
//! With lists of allowed slots the problem is NP-hard (Holyer 1981); then chains
//! of two slots are exchanged, talks in the way are moved, and after a bounded
//! number of steps what is left over is reported. Nothing here is random.

mod chains;
mod repair;

use super::watch::Poll;

/// A set of slots; an event has at most [`MOST_SLOTS`].
pub(super) type SlotSet = u128;

/// As many as a [`SlotSet`] holds.
pub(super) const MOST_SLOTS: usize = 128;

const NOBODY: u32 = u32::MAX;

/// What an idle slot between two talks counts for an OPC, for a need, and what a
/// place further back in the day counts: OPCs first, as they walk.
const OPC_GAP: i64 = 100;
const NEED_GAP: i64 = 60;
const LATENESS: i64 = 1;

/// What placing one talk counts for when a watch is asked: a few dozen chains.
const STEPS_OF_PLACE: u64 = 10_000;

/// One talk to be placed.
#[derive(Debug, Clone)]
pub(super) struct Talk {
    /// The node it takes up on the side of needs: a table, or a need without one.
    pub(super) row: usize,
    /// The need itself, for its gaps.
    pub(super) need: usize,
    /// The OPC.
    pub(super) column: usize,
    /// Slots in which both are there.
    pub(super) present: SlotSet,
    /// Those of them that it may take.
    pub(super) allowed: SlotSet,
    /// The slot it stays in.
    pub(super) locked: Option<usize>,
    /// The slot it had before, to be kept if that costs nobody a talk.
    pub(super) before: Option<usize>,
}

/// Who is engaged when a talk could have taken place.
#[derive(Debug, Clone)]
pub(super) struct Engaged {
    /// Of the slots in which both are there, those in which the need has another talk.
    pub(super) need: SlotSet,
    /// The same of the OPC.
    pub(super) column: SlotSet,
    /// Locked talks among these.
    pub(super) locked: Vec<usize>,
}

/// Talks and where they stand.
pub(super) struct Placing<'a> {
    talks: &'a mut [Talk],
    slots: usize,
    tables: usize,
    slot_of: Vec<Option<u8>>,
    /// Who is in a slot: node × slots + slot.
    at_row: Vec<u32>,
    at_column: Vec<u32>,
    need_slots: Vec<SlotSet>,
    column_slots: Vec<SlotSet>,
    used: Vec<usize>,
    open: usize,
    /// What was done since the last mark: talk, slot, whether it was put there.
    journal: Vec<(usize, usize, bool)>,
    poll: &'a Poll<'a>,
}

fn bit(slot: usize) -> SlotSet {
    1 << slot
}

fn slots_of(mut set: SlotSet) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (set != 0).then(|| {
            let slot = set.trailing_zeros() as usize;
            set &= set - 1;
            slot
        })
    })
}

/// Idle slots between the first and the last of a set.
pub(super) fn gaps(set: SlotSet) -> u32 {
    if set == 0 { 0 } else { 128 - set.leading_zeros() - set.trailing_zeros() - set.count_ones() }
}

fn cost(set: SlotSet, gap: i64) -> i64 {
    let last = if set == 0 { 0 } else { 127 - i64::from(set.leading_zeros()) };
    i64::from(gaps(set)) * gap + last * LATENESS
}

impl<'a> Placing<'a> {
    /// Nothing is placed yet. `rows`, `needs` and `columns` are how many of each there are.
    /// Once the watch of `poll` has said stop, every method ends early, and what stands
    /// means nothing.
    pub(super) fn new(
        talks: &'a mut [Talk],
        rows: usize,
        needs: usize,
        columns: usize,
        slots: usize,
        tables: usize,
        poll: &'a Poll<'a>,
    ) -> Placing<'a> {
        let count = talks.len();
        Placing {
            talks,
            slots,
            tables,
            slot_of: vec![None; count],
            at_row: vec![NOBODY; rows * slots],
            at_column: vec![NOBODY; columns * slots],
            need_slots: vec![0; needs],
            column_slots: vec![0; columns],
            used: vec![0; slots],
            open: count,
            journal: Vec::new(),
            poll,
        }
    }

    /// The slot of every talk.
    pub(super) fn slots(&self) -> Vec<Option<usize>> {
        self.slot_of.iter().map(|slot| slot.map(usize::from)).collect()
    }

    /// How many talks have no slot.
    pub(super) fn open(&self) -> usize {
        self.open
    }

    /// Rows and slots of all talks, to come back to.
    pub(super) fn standing(&self) -> Vec<(usize, Option<usize>)> {
        self.talks.iter().zip(self.slots()).map(|(talk, slot)| (talk.row, slot)).collect()
    }

    /// Comes back to a standing.
    pub(super) fn stand(&mut self, standing: &[(usize, Option<usize>)]) {
        self.clear();
        for (talk, &(row, slot)) in standing.iter().enumerate() {
            self.talks[talk].row = row;
            if let Some(slot) = slot {
                self.put(talk, slot);
            }
        }
    }

    /// The talk that a node on the side of needs has in a slot.
    fn in_row(&self, row: usize, slot: usize) -> Option<usize> {
        found(self.at_row[row * self.slots + slot])
    }

    /// The talk that an OPC has in a slot.
    fn in_column(&self, column: usize, slot: usize) -> Option<usize> {
        found(self.at_column[column * self.slots + slot])
    }

    /// Whether all tables are taken in a slot.
    fn is_full(&self, slot: usize) -> bool {
        self.used[slot] >= self.tables
    }

    /// Places everything that can be placed: locked talks, then those that keep
    /// their slot, then the rest, those with the fewest possibilities first.
    pub(super) fn place_all(&mut self) {
        for talk in 0..self.talks.len() {
            if let Some(slot) = self.talks[talk].locked
                && self.is_free(talk, slot)
                && !self.is_full(slot)
            {
                self.put(talk, slot);
            }
        }
        for talk in 0..self.talks.len() {
            if let Some(slot) = self.talks[talk].before
                && self.slot_of[talk].is_none()
                && self.talks[talk].locked.is_none()
                && self.talks[talk].allowed & bit(slot) != 0
                && self.is_free(talk, slot)
                && !self.is_full(slot)
            {
                self.put(talk, slot);
            }
        }
        self.place_rest();
    }

    /// Places what has no slot yet, those with the fewest possibilities first.
    pub(super) fn place_rest(&mut self) {
        let mut left: Vec<usize> = (0..self.talks.len())
            .filter(|&talk| self.slot_of[talk].is_none() && self.talks[talk].locked.is_none())
            .collect();
        left.sort_by_key(|&talk| (self.talks[talk].allowed.count_ones(), talk));
        left.retain(|&talk| {
            self.journal.clear();
            !(self.poll.goes_on(STEPS_OF_PLACE) && self.place(talk))
        });
        self.make_room(left);
        self.search();
    }

    /// A talk as it was given.
    pub(super) fn talk(&self, talk: usize) -> &Talk {
        &self.talks[talk]
    }

    /// What keeps a talk out of the slots in which both are there.
    pub(super) fn engaged(&self, talk: usize) -> Engaged {
        let Talk { need, column, present, .. } = self.talks[talk];
        let mut engaged = Engaged {
            need: present & self.need_slots[need],
            column: present & self.column_slots[column],
            locked: Vec::new(),
        };
        for other in 0..self.talks.len() {
            let Talk { need: n, column: c, locked: Some(slot), .. } = self.talks[other] else { continue };
            if (n == need || c == column) && present & bit(slot) != 0 {
                engaged.locked.push(other);
            }
        }
        engaged
    }

    /// The talks of a need stand in a row of their own from now on: it has no table any
    /// more. Locked ones stay.
    pub(super) fn move_to_row(&mut self, need: usize, row: usize) {
        for talk in 0..self.talks.len() {
            if self.talks[talk].need == need && self.talks[talk].locked.is_none() {
                let slot = self.slot_of[talk];
                if let Some(slot) = slot {
                    self.take(talk, usize::from(slot));
                }
                self.talks[talk].row = row;
                if let Some(slot) = slot {
                    self.put(talk, usize::from(slot));
                }
            }
        }
    }

    /// Places one talk without taking another's place away; whether it could.
    pub(super) fn place(&mut self, talk: usize) -> bool {
        let Talk { row, column, allowed, .. } = self.talks[talk];
        let free_of_row: Vec<usize> = slots_of(allowed).filter(|&s| self.in_row(row, s).is_none()).collect();
        let free_of_column: Vec<usize> =
            slots_of(allowed).filter(|&s| self.in_column(column, s).is_none()).collect();
        let open = free_of_row.iter().copied().filter(|s| free_of_column.contains(s));
        let best = open.clone().filter(|&s| !self.is_full(s)).min_by_key(|&s| (self.added_cost(talk, s), s));
        if let Some(slot) = best {
            self.put(talk, slot);
            return true;
        }
        // Free for both, but all tables are taken: make the classes equal.
        for slot in open.collect::<Vec<_>>() {
            self.journal.clear();
            self.put(talk, slot);
            if self.relieve(slot) {
                return true;
            }
            self.undo();
        }
        // The row is free in `a`, the column in `b`: exchange the two along the
        // chain that starts at the column with `a`. It cannot end at the row.
        for &a in &free_of_row {
            for &b in &free_of_column {
                let Some(first) = self.in_column(column, a) else { continue };
                let chain = self.chain(first, a, b, usize::MAX);
                if !self.may_exchange(&chain, a, b) {
                    continue;
                }
                self.journal.clear();
                self.exchange(&chain, a, b);
                self.put(talk, a);
                if self.relieve(a) && self.relieve(b) {
                    return true;
                }
                self.undo();
            }
        }
        false
    }

    fn added_cost(&self, talk: usize, slot: usize) -> i64 {
        let Talk { need, column, .. } = self.talks[talk];
        let (n, c) = (self.need_slots[need], self.column_slots[column]);
        cost(n | bit(slot), NEED_GAP) - cost(n, NEED_GAP) + cost(c | bit(slot), OPC_GAP) - cost(c, OPC_GAP)
    }

    fn is_free(&self, talk: usize, slot: usize) -> bool {
        self.in_row(self.talks[talk].row, slot).is_none()
            && self.in_column(self.talks[talk].column, slot).is_none()
    }

    fn put(&mut self, talk: usize, slot: usize) {
        let Talk { row, need, column, .. } = self.talks[talk];
        self.slot_of[talk] = Some(slot as u8);
        self.at_row[row * self.slots + slot] = talk as u32;
        self.at_column[column * self.slots + slot] = talk as u32;
        self.need_slots[need] |= bit(slot);
        self.column_slots[column] |= bit(slot);
        self.used[slot] += 1;
        self.open -= 1;
        self.journal.push((talk, slot, true));
    }

    fn take(&mut self, talk: usize, slot: usize) {
        let Talk { row, need, column, .. } = self.talks[talk];
        self.slot_of[talk] = None;
        self.at_row[row * self.slots + slot] = NOBODY;
        self.at_column[column * self.slots + slot] = NOBODY;
        self.need_slots[need] &= !bit(slot);
        self.column_slots[column] &= !bit(slot);
        self.used[slot] -= 1;
        self.open += 1;
        self.journal.push((talk, slot, false));
    }

    /// Takes back everything since the journal was cleared.
    fn undo(&mut self) {
        while let Some((talk, slot, was_put)) = self.journal.pop() {
            if was_put {
                self.take(talk, slot);
            } else {
                self.put(talk, slot);
            }
            self.journal.pop();
        }
    }

    fn clear(&mut self) {
        for talk in 0..self.talks.len() {
            if let Some(slot) = self.slot_of[talk] {
                self.take(talk, usize::from(slot));
            }
        }
    }

    fn restore(&mut self, slots: &[Option<u8>]) {
        self.clear();
        for (talk, slot) in slots.iter().enumerate() {
            if let Some(slot) = slot {
                self.put(talk, usize::from(*slot));
            }
        }
    }
}

fn found(talk: u32) -> Option<usize> {
    (talk != NOBODY).then_some(talk as usize)
}
