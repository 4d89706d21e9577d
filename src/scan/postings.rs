//! Term → (row, weight): what a term-at-a-time scan reads.

use std::hint::black_box;

use super::Row;
use super::kernels::{LANES, LINE, add_column, add_columns};

/// Number of a term, from 0.
pub type TermId = u32;

/// Rows a window. Its sums take 32 KiB: they stay in the first-level cache while the
/// postings of a question's terms run through, and a row's place in it takes 16 bits.
pub const WINDOW: usize = 8192;

/// A term that more than one row in this many of a window holds is a column there:
/// adding a column reads more and jumps never. Found by measuring both.
const DENSE: usize = 6;

/// Weighted postings, both ways round.
#[derive(Debug, Default)]
pub struct Postings {
    rows: usize,
    /// By term: `runs[run_starts[t]..run_starts[t + 1]]`, windows ascending.
    run_starts: Vec<u32>,
    runs: Vec<Run>,
    /// Rows within their window, run by run, ascending.
    places: Vec<u16>,
    weights: Vec<f32>,
    /// Columns of [`column_len`] weights.
    columns: Vec<f32>,
    /// By row: `(term, weight)`, terms ascending.
    row_starts: Vec<usize>,
    entries: Vec<(TermId, f32)>,
    /// Largest weight, by size.
    heaviest: f32,
}

/// The rows of one window that hold one term.
#[derive(Debug, Clone, Copy)]
struct Run {
    window: u32,
    /// Into `columns` when `column`, else into `places` and `weights`.
    start: usize,
    len: u32,
    column: bool,
}

/// A question's place in the runs of one of its terms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    next: u32,
    end: u32,
    weight: f32,
}

fn column_len(rows: usize, window: usize) -> usize {
    (rows - window * WINDOW).min(WINDOW).next_multiple_of(LANES)
}

impl Postings {
    /// From each row's terms, terms ascending within a row, all below `terms`.
    pub fn from_rows<'a>(
        rows: impl ExactSizeIterator<Item = &'a [(TermId, f32)]> + Clone,
        terms: usize,
    ) -> Postings {
        let count = rows.len();
        let mut row_starts = Vec::with_capacity(count + 1);
        row_starts.push(0);
        let mut entries = Vec::with_capacity(rows.clone().map(<[_]>::len).sum());
        for row in rows {
            entries.extend_from_slice(row);
            row_starts.push(entries.len());
        }
        Postings::from_entries(row_starts, entries, terms)
    }

    /// From all rows' terms one after the other: row r has `entries[row_starts[r]..row_starts[r + 1]]`,
    /// terms ascending within it, all below `terms`.
    pub fn from_entries(row_starts: Vec<usize>, entries: Vec<(TermId, f32)>, terms: usize) -> Postings {
        let rows = row_starts.len().saturating_sub(1);
        let mut term_starts = vec![0usize; terms + 1];
        for &(term, _) in &entries {
            term_starts[term as usize + 1] += 1;
        }
        for at in 1..term_starts.len() {
            term_starts[at] += term_starts[at - 1];
        }
        let mut next = term_starts.clone();
        let mut by_term: Vec<(Row, f32)> = vec![(0, 0.0); entries.len()];
        for row in 0..rows {
            for &(term, weight) in &entries[row_starts[row]..row_starts[row + 1]] {
                by_term[next[term as usize]] = (row as Row, weight);
                next[term as usize] += 1;
            }
        }
        drop(next);
        let heaviest = entries.iter().fold(0.0f32, |most, &(_, weight)| most.max(weight.abs()));
        let mut made = Postings { rows, row_starts, entries, heaviest, ..Postings::default() };
        made.run_starts.reserve_exact(terms + 1);
        made.run_starts.push(0);
        for term in 0..terms {
            let held = &by_term[term_starts[term]..term_starts[term + 1]];
            for run in held.chunk_by(|a, b| a.0 as usize / WINDOW == b.0 as usize / WINDOW) {
                made.push_run(run);
            }
            made.run_starts.push(made.runs.len() as u32);
        }
        made
    }

    fn push_run(&mut self, held: &[(Row, f32)]) {
        let window = held.first().map_or(0, |first| first.0 as usize / WINDOW);
        let place = |row: Row| row as usize - window * WINDOW;
        let long = column_len(self.rows, window);
        let column = held.len() * DENSE > long && long >= LANES;
        let start = if column { self.columns.len() } else { self.places.len() };
        self.runs.push(Run { window: window as u32, start, len: held.len() as u32, column });
        if column {
            self.columns.resize(start + long, 0.0);
            for &(row, weight) in held {
                self.columns[start + place(row)] = weight;
            }
        } else {
            self.places.extend(held.iter().map(|&(row, _)| place(row) as u16));
            self.weights.extend(held.iter().map(|&(_, weight)| weight));
        }
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many `(row, term)` there are.
    pub(super) fn entries(&self) -> usize {
        self.entries.len()
    }

    /// Largest weight, by size: bounds what a question's terms can add up to.
    pub(super) fn heaviest(&self) -> f32 {
        self.heaviest
    }

    /// How many terms.
    pub fn terms(&self) -> usize {
        self.run_starts.len().saturating_sub(1)
    }

    /// The terms of a row, ascending, with their weights.
    pub fn of_row(&self, row: Row) -> &[(TermId, f32)] {
        &self.entries[self.row_starts[row as usize]..self.row_starts[row as usize + 1]]
    }

    /// Calls a row's terms into the cache.
    pub(super) fn fetch(&self, row: Row) {
        let lines = self.of_row(row).iter().step_by(LINE / size_of::<(TermId, f32)>());
        black_box(lines.fold(0, |all, &(term, _)| all ^ term));
    }

    /// How many postings the terms of a question have: what scanning them costs.
    pub(super) fn cost(&self, question: &[(TermId, f32)]) -> usize {
        question.iter().flat_map(|&(term, _)| self.runs_of(term)).map(|run| run.len as usize).sum()
    }

    /// A term that came after these postings has none.
    fn run_range(&self, term: TermId) -> (u32, u32) {
        match self.run_starts.get(term as usize..) {
            Some(&[start, end, ..]) => (start, end),
            _ => (0, 0),
        }
    }

    fn runs_of(&self, term: TermId) -> &[Run] {
        let (start, end) = self.run_range(term);
        &self.runs[start as usize..end as usize]
    }

    /// A cursor for each term of a question, at the first window.
    pub(super) fn cursors(&self, question: &[(TermId, f32)], into: &mut Vec<Cursor>) {
        into.clear();
        into.extend(
            question
                .iter()
                .map(|&(term, weight)| {
                    let (next, end) = self.run_range(term);
                    Cursor { next, end, weight }
                })
                .filter(|cursor| cursor.next < cursor.end),
        );
    }

    /// Sums of `question weight × posting weight` over the rows of a window, and moves
    /// the cursors past it. Windows must be asked for in order.
    pub(super) fn sum_window(&self, window: usize, cursors: &mut [Cursor], sums: &mut [f32; WINDOW]) {
        let long = column_len(self.rows, window);
        sums[..long].fill(0.0);
        let mut waiting: [(&[f32], f32); 4] = [(&[], 0.0); 4];
        let mut columns = 0;
        for cursor in cursors {
            let Some(run) = self.runs[cursor.next as usize..cursor.end as usize].first() else { continue };
            if run.window as usize != window {
                continue;
            }
            cursor.next += 1;
            if run.column {
                waiting[columns] = (&self.columns[run.start..run.start + long], cursor.weight);
                columns += 1;
                if columns == waiting.len() {
                    add_columns(waiting, &mut sums[..long]);
                    columns = 0;
                }
                continue;
            }
            let range = run.start..run.start + run.len as usize;
            for (&place, &held) in self.places[range.clone()].iter().zip(&self.weights[range]) {
                // The mask changes nothing and shows that the place is within the window.
                sums[place as usize % WINDOW] += cursor.weight * held;
            }
        }
        for &(column, weight) in &waiting[..columns] {
            add_column(column, weight, &mut sums[..long]);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows_of(rows: &[Vec<(TermId, f32)>], terms: usize) -> Postings {
        Postings::from_rows(rows.iter().map(Vec::as_slice), terms)
    }

    fn sums(postings: &Postings, question: &[(TermId, f32)]) -> Vec<f32> {
        let mut cursors = Vec::new();
        postings.cursors(question, &mut cursors);
        let mut all = Vec::new();
        let mut window = [9.0; WINDOW];
        for at in 0..postings.rows().div_ceil(WINDOW) {
            postings.sum_window(at, &mut cursors, &mut window);
            all.extend_from_slice(&window[..(postings.rows() - at * WINDOW).min(WINDOW)]);
        }
        all
    }

    #[test]
    fn both_ways_round_hold_the_same() {
        let rows = vec![vec![(0, 1.0), (2, 0.5)], vec![], vec![(2, 2.0)]];
        let postings = rows_of(&rows, 4);
        assert_eq!(postings.of_row(0), rows[0]);
        assert!(postings.of_row(1).is_empty());
        assert_eq!(sums(&postings, &[(0, 2.0), (2, 1.0), (3, 5.0)]), [2.5, 0.0, 2.0]);
        assert_eq!((postings.rows(), postings.terms()), (3, 4));
        assert_eq!(postings.cost(&[(2, 1.0), (3, 1.0)]), 2);
        assert!(sums(&rows_of(&[], 0), &[]).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// Columns, runs and windows give the plain sum, to rounding.
        #[test]
        fn a_scan_is_the_plain_sum(
            rows in 0usize..20_000,
            every in proptest::collection::vec(1usize..40, 1..9),
            asked in proptest::collection::vec(0.1f32..3.0, 9),
        ) {
            let lists: Vec<Vec<(TermId, f32)>> = (0..rows)
                .map(|row| {
                    (0..every.len())
                        .filter(|&term| (row * 7 + term * 3) % every[term] == 0)
                        .map(|term| (term as TermId, 0.5 + (row % 5) as f32))
                        .collect()
                })
                .collect();
            let question: Vec<(TermId, f32)> =
                (0..every.len()).map(|term| (term as TermId, asked[term])).collect();
            let postings = rows_of(&lists, every.len());
            for (row, got) in sums(&postings, &question).into_iter().enumerate() {
                let expected: f32 = lists[row].iter().map(|&(term, held)| asked[term as usize] * held).sum();
                prop_assert!((got - expected).abs() < 1e-4 * (1.0 + expected), "row {row}: {got} {expected}");
            }
        }
    }
}
