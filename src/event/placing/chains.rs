//! Chains of talks in two slots: what can be exchanged without anybody being in two places.

use super::{NEED_GAP, OPC_GAP, Placing, Talk, bit, cost, slots_of};

/// A chain longer than this is not exchanged to close gaps: it would cost more than it brings.
const LONGEST_POLISHED_CHAIN: usize = 48;

/// Rounds over all talks to close gaps.
const POLISHING_ROUNDS: usize = 4;

impl Placing<'_> {
    /// Brings a slot that has one talk too many back to the number of tables, by
    /// exchanging it with a slot that has room along a chain with more of the former.
    pub(super) fn relieve(&mut self, slot: usize) -> bool {
        if self.used[slot] <= self.tables {
            return true;
        }
        let mut others: Vec<usize> = (0..self.slots).filter(|&s| s != slot && !self.is_full(s)).collect();
        others.sort_by_key(|&s| (self.used[s], s));
        let members: Vec<usize> =
            (0..self.talks.len()).filter(|&t| self.slot_of[t] == Some(slot as u8)).collect();
        for other in others {
            for &member in &members {
                let chain = self.chain(member, slot, other, usize::MAX);
                let here = chain.iter().filter(|&&t| self.slot_of[t] == Some(slot as u8)).count();
                if here * 2 > chain.len() && self.may_exchange(&chain, slot, other) {
                    self.exchange(&chain, slot, other);
                    return true;
                }
            }
        }
        false
    }

    /// Exchanges chains of two slots as long as that closes gaps. Talks that are
    /// locked, or keep the slot they had, stay.
    pub(in crate::event) fn close_gaps(&mut self) {
        for _ in 0..POLISHING_ROUNDS {
            self.journal.clear();
            let mut improved = false;
            for talk in 0..self.talks.len() {
                let Some(from) = self.slot_of[talk].map(usize::from) else { continue };
                if !self.is_movable(talk) {
                    continue;
                }
                if !self.poll.goes_on((self.slots * LONGEST_POLISHED_CHAIN) as u64) {
                    return;
                }
                let mut at = from;
                for to in slots_of(self.talks[talk].allowed & !bit(from)) {
                    let chain = self.chain(talk, at, to, LONGEST_POLISHED_CHAIN);
                    if chain.len() > LONGEST_POLISHED_CHAIN || !chain.iter().all(|&t| self.is_movable(t)) {
                        continue;
                    }
                    let before = self.cost_of(&chain);
                    if !self.may_exchange(&chain, at, to) || !self.has_room(&chain, at, to) {
                        continue;
                    }
                    self.exchange(&chain, at, to);
                    if self.cost_of(&chain) < before {
                        improved = true;
                        at = to;
                    } else {
                        self.exchange(&chain, at, to);
                    }
                }
            }
            if !improved {
                return;
            }
        }
    }

    fn is_movable(&self, talk: usize) -> bool {
        let Talk { locked, before, .. } = self.talks[talk];
        locked.is_none() && (before.is_none() || before != self.slot_of[talk].map(usize::from))
    }

    /// What the participants of some talks count together, each once.
    fn cost_of(&self, chain: &[usize]) -> i64 {
        let mut needs: Vec<usize> = chain.iter().map(|&t| self.talks[t].need).collect();
        let mut columns: Vec<usize> = chain.iter().map(|&t| self.talks[t].column).collect();
        needs.sort_unstable();
        needs.dedup();
        columns.sort_unstable();
        columns.dedup();
        needs.iter().map(|&n| cost(self.need_slots[n], NEED_GAP)).sum::<i64>()
            + columns.iter().map(|&c| cost(self.column_slots[c], OPC_GAP)).sum::<i64>()
    }

    /// The talks in slots `a` and `b` that hang together with `talk` through rows
    /// and columns; stops soon after `most`.
    pub(super) fn chain(&self, talk: usize, a: usize, b: usize, most: usize) -> Vec<usize> {
        let mut chain = vec![talk];
        let start = self.slot_of[talk].map(usize::from);
        // A chain is a path or a ring: walk it both ways from its first talk.
        for by_row in [true, false] {
            let (mut at, mut slot, mut by_row) = (talk, start, by_row);
            while chain.len() <= most {
                let other = if slot == Some(a) { b } else { a };
                let next = if by_row {
                    self.in_row(self.talks[at].row, other)
                } else {
                    self.in_column(self.talks[at].column, other)
                };
                match next {
                    Some(next) if next != talk => chain.push(next),
                    Some(_) => return chain, // a ring: the other way would walk it again
                    None => break,
                }
                at = chain[chain.len() - 1];
                slot = Some(other);
                by_row = !by_row;
            }
        }
        chain
    }

    /// Whether no talk of the chain is locked or barred from its other slot.
    pub(super) fn may_exchange(&self, chain: &[usize], a: usize, b: usize) -> bool {
        chain.iter().all(|&talk| {
            let target = if self.slot_of[talk] == Some(a as u8) { b } else { a };
            self.talks[talk].locked.is_none() && self.talks[talk].allowed & bit(target) != 0
        })
    }

    /// Whether neither slot becomes fuller than there are tables.
    fn has_room(&self, chain: &[usize], a: usize, b: usize) -> bool {
        let from_a = chain.iter().filter(|&&talk| self.slot_of[talk] == Some(a as u8)).count();
        let from_b = chain.len() - from_a;
        let fits = |used: usize, out: usize, into: usize| into <= out || used - out + into <= self.tables;
        fits(self.used[b], from_b, from_a) && fits(self.used[a], from_a, from_b)
    }

    /// Exchanges slots `a` and `b` along a chain. Undone by calling it again.
    pub(super) fn exchange(&mut self, chain: &[usize], a: usize, b: usize) {
        let slots: Vec<usize> =
            chain.iter().map(|&talk| if self.slot_of[talk] == Some(a as u8) { a } else { b }).collect();
        for (&talk, &slot) in chain.iter().zip(&slots) {
            self.take(talk, slot);
        }
        for (&talk, &slot) in chain.iter().zip(&slots) {
            self.put(talk, if slot == a { b } else { a });
        }
    }
}
