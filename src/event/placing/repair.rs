//! Talks that found no place: moving others out of the way, and trying everything when there are few.

use super::{Placing, STEPS_OF_PLACE, slots_of};

/// Moves of talks that are in the way, for each talk that finds no free place.
const MOVES_PER_TALK: usize = 200;

/// And for all of them together.
const MOST_MOVES: usize = 20_000;

/// So many talks, and steps, are tried in every way when some found no place.
const SEARCHED_TALKS: usize = 80;
const SEARCH_STEPS: usize = 200_000;

/// The state of [`Placing::search`].
struct Search {
    waiting: Vec<usize>,
    best: Vec<Option<u8>>,
    fewest: usize,
    steps: usize,
}

impl Placing<'_> {
    /// Moves talks out of the way of those that found no place, for a bounded
    /// number of steps; what was moved most often is moved last. Keeps the best.
    pub(super) fn make_room(&mut self, mut left: Vec<usize>) {
        if left.is_empty() {
            return;
        }
        let mut budget = (left.len() * MOVES_PER_TALK).min(MOST_MOVES);
        let mut moved = vec![0u32; self.talks.len()];
        let mut best = (self.open, self.slot_of.clone());
        while let Some(talk) = left.pop() {
            if !self.poll.goes_on(STEPS_OF_PLACE) {
                return;
            }
            self.journal.clear();
            if self.place(talk) {
                if self.open < best.0 {
                    best = (self.open, self.slot_of.clone());
                }
                continue;
            }
            if budget == 0 {
                break;
            }
            budget -= 1;
            moved[talk] += 1;
            let way = slots_of(self.talks[talk].allowed)
                .filter_map(|slot| self.in_the_way(talk, slot, &moved).map(|way| (way, slot)))
                .min_by_key(|(way, slot)| (way.iter().map(|&t| moved[t] + 1).sum::<u32>(), *slot));
            // Nothing but locked talks in the way: no step can help.
            let Some((way, slot)) = way else { continue };
            for other in way {
                self.take(other, slot);
                left.insert(0, other);
            }
            self.put(talk, slot);
        }
        // Talks that were moved for nothing go back.
        if self.open >= best.0 {
            self.restore(&best.1);
        }
    }

    /// The talks that keep `talk` out of `slot`; `None` when one of them is locked.
    fn in_the_way(&self, talk: usize, slot: usize, moved: &[u32]) -> Option<Vec<usize>> {
        let mut way = Vec::new();
        way.extend(self.in_row(self.talks[talk].row, slot));
        way.extend(self.in_column(self.talks[talk].column, slot).filter(|t| !way.contains(t)));
        if way.is_empty() {
            let all = (0..self.talks.len()).filter(|&t| self.slot_of[t] == Some(slot as u8));
            way.extend(all.filter(|&t| self.talks[t].locked.is_none()).min_by_key(|&t| (moved[t], t)));
            if way.is_empty() {
                return None;
            }
        }
        way.iter().all(|&t| self.talks[t].locked.is_none()).then_some(way)
    }

    /// Tries everything, within bounds, to leave fewer talks without a place: depth
    /// first, the talk with the fewest free slots next.
    pub(super) fn search(&mut self) {
        let free: Vec<usize> = (0..self.talks.len()).filter(|&t| self.talks[t].locked.is_none()).collect();
        let open = free.iter().filter(|&&t| self.slot_of[t].is_none()).count();
        if open == 0 || free.len() > SEARCHED_TALKS {
            return;
        }
        let before = self.slot_of.clone();
        for &talk in &free {
            if let Some(slot) = self.slot_of[talk] {
                self.take(talk, usize::from(slot));
            }
        }
        let mut search = Search { waiting: free, best: before, fewest: open, steps: SEARCH_STEPS };
        self.descend(&mut search, 0);
        self.restore(&search.best);
    }

    /// `skipped` talks have been given up on this path.
    fn descend(&mut self, search: &mut Search, skipped: usize) {
        let looks = (search.waiting.len() * self.slots) as u64;
        if skipped >= search.fewest || search.steps == 0 || !self.poll.goes_on(looks) {
            return;
        }
        search.steps -= 1;
        let open_slots = |placing: &Placing<'_>, talk: usize| {
            slots_of(placing.talks[talk].allowed)
                .filter(|&slot| placing.is_free(talk, slot) && !placing.is_full(slot))
                .collect::<Vec<_>>()
        };
        let next = (0..search.waiting.len()).min_by_key(|&i| (open_slots(self, search.waiting[i]).len(), i));
        let Some(next) = next else {
            search.fewest = skipped;
            search.best = self.slot_of.clone();
            return;
        };
        let talk = search.waiting.remove(next);
        for slot in open_slots(self, talk) {
            self.put(talk, slot);
            self.descend(search, skipped);
            self.take(talk, slot);
        }
        self.descend(search, skipped + 1);
        search.waiting.insert(next, talk);
    }
}
