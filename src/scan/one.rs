//! One question over all rows, or over those that pass a filter.

use super::Row;
use super::best::Best;
use super::kernels::{LANES, above, extent};
use super::postings::{Cursor, Postings, TermId, WINDOW};
use super::vectors::{Coded, Vectors, dot};

/// How the two scores of a row become one: Σ of each times its share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Join {
    /// `words·words + dots·dots`: factors that the caller has, the same for every row.
    Given {
        /// Factor of the words' sum.
        words: f32,
        /// Factor of the dot product.
        dots: f32,
    },
    /// Each score is first brought to 0..1 by its own minimum and maximum over the rows
    /// asked, then joined: `share·words + (1 − share)·dots` (Bruch, Gai, Ingber, "An Analysis
    /// of Fusion Functions for Hybrid Retrieval", 2023).
    MinMax {
        /// The words' share, 0..=1.
        share: f32,
    },
}

impl Join {
    /// Factors of words and dots, up to a constant, from the extents of each.
    pub(super) fn factors(self, words: (f32, f32), dots: (f32, f32)) -> (f32, f32) {
        match self {
            Join::Given { words, dots } => (words, dots),
            Join::MinMax { share } => {
                let over = |(low, high): (f32, f32)| if high > low { 1.0 / (high - low) } else { 0.0 };
                (share * over(words), (1.0 - share) * over(dots))
            }
        }
    }

    /// Whether dot products count at all.
    fn reads_vectors(self) -> bool {
        !matches!(self, Join::Given { dots: 0.0, .. })
    }

    pub(super) fn needs_extents(self) -> bool {
        matches!(self, Join::MinMax { .. })
    }
}

/// Which rows are asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rows<'a> {
    pub(super) only: Option<&'a [Row]>,
    pub(super) without: &'a [Row],
}

impl<'a> Rows<'a> {
    /// All.
    pub const ALL: Rows<'static> = Rows { only: None, without: &[] };

    /// These, ascending, each once.
    pub fn only(rows: &'a [Row]) -> Rows<'a> {
        Rows { only: Some(rows), without: &[] }
    }

    /// But not these few, ascending, each once.
    pub fn without(self, rows: &'a [Row]) -> Rows<'a> {
        Rows { without: rows, ..self }
    }
}

/// A row with its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Which.
    pub row: Row,
    /// As the caller's own formula has it.
    pub score: f64,
}

/// One question.
#[derive(Debug, Clone, Copy)]
pub struct Scan<'a> {
    /// Words of the rows.
    pub postings: &'a Postings,
    /// Vectors of the same rows.
    pub vectors: &'a Vectors,
    /// The question's terms, each once, with their weights; those that the postings do not
    /// know count for nothing.
    pub terms: &'a [(TermId, f32)],
    /// The question's vector, as wide as the rows'.
    pub vector: &'a [f32],
    /// How words and meaning are joined.
    pub join: Join,
    /// Which rows.
    pub rows: Rows<'a>,
}

/// Memory that scans use again; of any size, for any lists.
#[derive(Debug, Default)]
pub struct Scratch {
    words: Vec<f32>,
    dots: Vec<f32>,
    sums: Vec<i32>,
    cursors: Vec<Cursor>,
    /// By term, what the question gives it; zero between scans.
    table: Vec<f32>,
}

/// What scanning a posting, a code and a filtered row's parts costs, in the same unit (about
/// a third of a nanosecond where it was measured): chooses between scanning all rows
/// and looking up those that pass.
const POSTING: usize = 1;
const CODES: usize = 16;
const LOOKED_UP_TERM: usize = 4;
const LOOKED_UP_CODES: usize = 4;

impl Scan<'_> {
    /// The best `k` rows, best first, ties by row.
    ///
    /// `exact` gives a row's score from the sum of its words and its exact dot product times the join's
    /// factors; `None` means that sum itself. It must be within rounding of that sum, plus a constant.
    pub fn best(
        &self,
        k: usize,
        scratch: &mut Scratch,
        mut exact: Option<&mut dyn FnMut(Row) -> f64>,
    ) -> Vec<Scored> {
        let few = self.rows.only.filter(|rows| self.look_up_is_cheaper(rows.len()));
        let (asked, error) = match few {
            Some(rows) => self.look_up(rows, scratch),
            None => self.scan_all(scratch),
        };
        let padded = asked.next_multiple_of(LANES);
        scratch.words.resize(padded.max(scratch.words.len()), 0.0);
        scratch.dots.resize(padded.max(scratch.dots.len()), 0.0);
        let (words, dots) = (&scratch.words[..padded], &scratch.dots[..padded]);
        let number = |at: usize| self.rows.only.map_or(at as Row, |rows| rows[at]);
        let exact_dot =
            |at: usize| if error > 0.0 { dot(self.vectors.row(number(at)), self.vector) } else { dots[at] };

        let words_extent = extent(&words[..asked]);
        let dots_extent = if self.join.needs_extents() {
            sharpen(extent(&dots[..asked]), dots, asked, error, &exact_dot)
        } else {
            (0.0, 0.0)
        };
        let (a, b) = self.join.factors(words_extent, dots_extent);
        // Sums of f32 in another order differ by rounding, a few units in the last place a term.
        let rounding = f32::EPSILON * self.terms.len().max(16) as f32 * words_extent.1.max(0.0) * a.abs();
        let mut best = Best::new(k.min(asked), error * b.abs() + rounding);
        above(words, dots, (a, b), asked, best.bar(), &mut |at, score| best.push(at as Row, score));
        let mut found: Vec<Scored> = best
            .finish()
            .into_iter()
            .map(|(_, at)| {
                let at = at as usize;
                let row = number(at);
                let score = match &mut exact {
                    Some(exact) => exact(row),
                    None => f64::from(words[at] * a) + f64::from(exact_dot(at) * b),
                };
                Scored { row, score }
            })
            .collect();
        sort(&mut found);
        found.truncate(k);
        found
    }

    /// The question's terms that the postings can hold: others came later.
    fn known_terms(&self) -> impl Iterator<Item = &(TermId, f32)> {
        self.terms.iter().filter(|&&(term, _)| (term as usize) < self.postings.terms())
    }

    fn look_up_is_cheaper(&self, rows: usize) -> bool {
        let all = self.vectors.len().max(1);
        let width = self.vector.len();
        let terms = self.postings.entries() / all;
        let look_up = rows * (terms * LOOKED_UP_TERM + width / LOOKED_UP_CODES);
        look_up < self.postings.cost(self.terms) * POSTING + all * width / CODES
    }

    /// Both scores of the rows given, the dot products within the error given back; how many they are.
    fn look_up(&self, rows: &[Row], scratch: &mut Scratch) -> (usize, f32) {
        let Scratch { words, dots, sums, table, .. } = scratch;
        table.resize(table.len().max(self.postings.terms()), 0.0);
        for &(term, weight) in self.known_terms() {
            table[term as usize] = weight;
        }
        words.clear();
        words.extend(rows.iter().map(|&row| {
            let (fours, rest) = self.postings.of_row(row).as_chunks::<4>();
            let mut sums = [0.0f32; 4];
            for four in fours {
                for (sum, &(term, weight)) in sums.iter_mut().zip(four) {
                    *sum += table[term as usize] * weight;
                }
            }
            let rest: f32 = rest.iter().map(|&(term, weight)| table[term as usize] * weight).sum();
            (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
        }));
        for &(term, _) in self.known_terms() {
            table[term as usize] = 0.0;
        }
        let coded = self.vectors.code(self.vector);
        dots.clear();
        dots.resize(rows.len(), 0.0);
        if self.join.reads_vectors() {
            self.vectors.dots(&coded, |at| rows[at] as usize, sums, dots);
        }
        for row in self.rows.without {
            if let Ok(at) = rows.binary_search(row) {
                words[at] = f32::NAN;
                dots[at] = f32::NAN;
            }
        }
        (rows.len(), coded.error)
    }

    /// Both scores of all rows, the dot products within the error given back; then
    /// only those asked for, moved together; how many they are.
    fn scan_all(&self, scratch: &mut Scratch) -> (usize, f32) {
        let Scratch { words, dots, sums, cursors, .. } = scratch;
        let all = self.vectors.len();
        let windows = all.div_ceil(WINDOW);
        words.resize(words.len().max(windows * WINDOW), 0.0);
        dots.resize(dots.len().max(windows * WINDOW), 0.0);
        self.postings.cursors(self.terms, cursors);
        let coded: Coded = self.vectors.code(self.vector);
        let (chunks, _) = words.as_chunks_mut::<WINDOW>();
        for (window, chunk) in chunks.iter_mut().enumerate().take(windows) {
            self.postings.sum_window(window, cursors, chunk);
            let from = window * WINDOW;
            let to = (from + WINDOW).min(all);
            if self.join.reads_vectors() {
                self.vectors.dots(&coded, |at| from + at, sums, &mut dots[from..to]);
            } else {
                // What an earlier scan left may be NaN, which no factor takes away.
                dots[from..to].fill(0.0);
            }
        }
        // NaN is above no bar and in no extent.
        for &row in self.rows.without {
            words[row as usize] = f32::NAN;
            dots[row as usize] = f32::NAN;
        }
        match self.rows.only {
            None => (all, coded.error),
            Some(rows) => {
                // Rows ascend, so none is overwritten before it is read.
                for (at, &row) in rows.iter().enumerate() {
                    words[at] = words[row as usize];
                    dots[at] = dots[row as usize];
                }
                (rows.len(), coded.error)
            }
        }
    }
}

/// The exact extent of dot products known within an error: looks up those that may be outermost.
pub(super) fn sharpen(
    (low, high): (f32, f32),
    dots: &[f32],
    asked: usize,
    error: f32,
    exact: &impl Fn(usize) -> f32,
) -> (f32, f32) {
    if error == 0.0 || asked == 0 {
        return (low, high);
    }
    let (mut least, mut most) = (f32::INFINITY, f32::NEG_INFINITY);
    let bar = (high - 2.0 * error).next_down();
    above(dots, dots, (0.0, 1.0), asked, bar, &mut |at, _| {
        most = most.max(exact(at));
        bar
    });
    let bar = (-low - 2.0 * error).next_down();
    above(dots, dots, (0.0, -1.0), asked, bar, &mut |at, _| {
        least = least.min(exact(at));
        bar
    });
    (least, most)
}

/// Best first, ties by row.
pub(super) fn sort(found: &mut [Scored]) {
    found.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
}
