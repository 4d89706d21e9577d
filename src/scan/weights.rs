//! A question's terms, looked up by the thousand.

use super::postings::TermId;

/// Weights of a few terms in a table without collisions, small enough for the first-level cache: every
/// term that is asked for costs one look, found or not (Fredman, Komlós, Szemerédi, "Storing a Sparse
/// Table with O(1) Worst Case Access Time", 1984, without the second level).
#[derive(Debug, Default)]
pub(super) struct Weights {
    slots: Vec<(TermId, f32)>,
    multiplier: u32,
    shift: u32,
}

/// Stands in empty slots; no lexicon grows to it.
const NONE: (TermId, f32) = (TermId::MAX, 0.0);

/// Multipliers that are tried before the table is doubled.
const TRIES: usize = 24;

impl Weights {
    /// Takes in other terms, each once.
    pub(super) fn fill(&mut self, terms: impl ExactSizeIterator<Item = (TermId, f32)> + Clone) {
        // With a sixth of the square as slots, one multiplier in some twenty has no collision.
        let mut size = (terms.len() * terms.len() / 6).next_power_of_two().max(64);
        let mut multiplier = 0x9E37_79B1_u32;
        for attempt in 1.. {
            self.slots.clear();
            self.slots.resize(size, NONE);
            self.shift = 32 - size.ilog2();
            self.multiplier = multiplier;
            let fits = terms.clone().all(|(term, weight)| {
                let slot = self.slot(term);
                let is_free = self.slots[slot].0 == NONE.0;
                self.slots[slot] = (term, weight);
                is_free
            });
            if fits {
                break;
            }
            // Steps of a generator modulo 2^32 that keeps odd numbers odd.
            multiplier = multiplier.wrapping_mul(747_796_405).wrapping_add(2_891_336_454);
            if attempt % TRIES == 0 {
                size *= 2;
            }
        }
    }

    #[inline(always)]
    fn slot(&self, term: TermId) -> usize {
        (term.wrapping_mul(self.multiplier) >> self.shift) as usize
    }

    /// Σ weight × weight over the terms of a row that are in the table.
    pub(super) fn sum(&self, row: &[(TermId, f32)]) -> f32 {
        let of = |&(term, weight): &(TermId, f32)| {
            let (held, asked) = self.slots[self.slot(term)];
            if held == term { asked * weight } else { 0.0 }
        };
        let (fours, rest) = row.as_chunks::<4>();
        let mut sums = [0.0f32; 4];
        for four in fours {
            for (sum, entry) in sums.iter_mut().zip(four) {
                *sum += of(entry);
            }
        }
        (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest.iter().map(of).sum::<f32>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::kernels::tests::noise;
    use super::*;

    #[test]
    fn every_term_is_found_once_and_no_other() {
        let mut weights = Weights::default();
        let mut next = noise(2);
        for count in [0u32, 1, 7, 150, 900, 3] {
            let mut asked: Vec<TermId> = (0..count).map(|_| next() % 200_000).collect();
            asked.sort_unstable();
            asked.dedup();
            weights.fill(asked.iter().map(|&term| (term, term as f32)));
            let row: Vec<(TermId, f32)> = (0..200_000).step_by(3).map(|term| (term, 1.0)).collect();
            for part in row.chunks(101) {
                let expected: f32 =
                    part.iter().filter(|(t, _)| asked.binary_search(t).is_ok()).map(|(t, _)| *t as f32).sum();
                let got = weights.sum(part);
                assert!((got - expected).abs() <= 1e-6 * expected, "{count}: {got} {expected}");
            }
        }
    }
}
