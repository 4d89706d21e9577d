//! Term → (row, weight): what a term-at-a-time scan reads.

use super::lexicon::TermId;
use super::snapshot::Row;

/// Weighted postings in compressed sparse rows, both ways round.
#[derive(Debug, Default)]
pub struct Postings {
    /// By term: `rows[term_starts[t]..term_starts[t + 1]]`, rows ascending.
    term_starts: Vec<u32>,
    rows: Vec<Row>,
    weights: Vec<f32>,
    /// By row: `(term, weight)`, terms ascending.
    row_starts: Vec<u32>,
    entries: Vec<(TermId, f32)>,
}

impl Postings {
    /// From each row's terms, terms ascending within a row.
    pub(crate) fn from_rows(rows: &[Vec<(TermId, f32)>], terms: usize) -> Postings {
        let total = rows.iter().map(Vec::len).sum();
        let mut counts = vec![0u32; terms + 1];
        let mut row_starts = Vec::with_capacity(rows.len() + 1);
        let mut entries = Vec::with_capacity(total);
        row_starts.push(0);
        for row in rows {
            for &(term, weight) in row {
                counts[term as usize + 1] += 1;
                entries.push((term, weight));
            }
            row_starts.push(entries.len() as u32);
        }
        for at in 1..counts.len() {
            counts[at] += counts[at - 1];
        }
        let term_starts = counts.clone();
        let mut next = counts;
        let mut by_term_rows = vec![0; total];
        let mut by_term_weights = vec![0.0; total];
        for (row, terms) in rows.iter().enumerate() {
            for &(term, weight) in terms {
                let at = next[term as usize] as usize;
                by_term_rows[at] = row as Row;
                by_term_weights[at] = weight;
                next[term as usize] += 1;
            }
        }
        Postings { term_starts, rows: by_term_rows, weights: by_term_weights, row_starts, entries }
    }

    /// The rows that hold a term, ascending, with their weights.
    pub fn of_term(&self, term: TermId) -> impl Iterator<Item = (Row, f32)> + '_ {
        let range = self.term_starts[term as usize] as usize..self.term_starts[term as usize + 1] as usize;
        self.rows[range.clone()].iter().copied().zip(self.weights[range].iter().copied())
    }

    /// The terms of a row, ascending, with their weights.
    pub fn of_row(&self, row: Row) -> &[(TermId, f32)] {
        let range = self.row_starts[row as usize] as usize..self.row_starts[row as usize + 1] as usize;
        &self.entries[range]
    }

    /// Adds `query weight × posting weight` to `sums` (one a row), term by term
    /// in the order given.
    pub fn accumulate(&self, query: &[(TermId, f32)], sums: &mut [f32]) {
        for &(term, weight) in query {
            for (row, held) in self.of_term(term) {
                sums[row as usize] += weight * held;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_round_hold_the_same() {
        let rows = vec![vec![(0, 1.0), (2, 0.5)], vec![], vec![(2, 2.0)]];
        let postings = Postings::from_rows(&rows, 4);
        assert_eq!(postings.of_term(2).collect::<Vec<_>>(), [(0, 0.5), (2, 2.0)]);
        assert_eq!(postings.of_term(3).count(), 0);
        assert_eq!(postings.of_row(0), rows[0]);
        assert!(postings.of_row(1).is_empty());
        let mut sums = vec![0.0; 3];
        postings.accumulate(&[(0, 2.0), (2, 1.0)], &mut sums);
        assert_eq!(sums, [2.5, 0.0, 2.0]);
    }
}
