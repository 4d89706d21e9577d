//! One question over all rows, or over those that pass a filter.

use super::Row;
use super::best::{Best, KnownScratch, Rough, looking_best};
use super::kernels::{LANES, above, extent};
use super::postings::{Cursor, Postings, TermId, WINDOW};
use super::sketch::{Sketched, Sketches};
use super::vectors::{Coded, Vectors, dot};
use super::weights::Weights;

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
    weights: Weights,
    known: KnownScratch,
}

/// What scanning a posting takes, how many values of codes or sketches are scanned in the same time, and
/// what a term and how many values of a row that is looked up take: nanoseconds where it was
/// measured. Chooses between scanning all rows and looking up those that pass.
const POSTING: usize = 2;
const CODES: usize = 17;
const SKETCHES: usize = 64;
const LOOKED_UP_TERM: usize = 4;
const LOOKED_UP_CODES: usize = 4;

/// Rows that are looked up lie anywhere: so many are called into the cache together, which takes hardly
/// longer than one.
const AHEAD: usize = 16;

/// Of so many rows that look outermost, the outermost is taken for that of all.
const OUTERMOST: usize = 32;

/// Sketches are read when this many times as many rows are asked as wanted.
const ROWS_A_BEST: usize = 16;

/// How far a dot product may be off.
#[derive(Debug, Clone, Copy)]
enum Off {
    /// At most by this.
    By(f32),
    /// By more than this so seldom that it never matters: one estimate in millions.
    Likely(f32),
}

impl Off {
    fn size(self) -> f32 {
        match self {
            Off::By(size) | Off::Likely(size) => size,
        }
    }
}

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
            Some(rows) => self.look_up(rows, scratch, k),
            None => self.scan_all(scratch, k),
        };
        let padded = asked.next_multiple_of(LANES);
        scratch.words.resize(padded.max(scratch.words.len()), 0.0);
        scratch.dots.resize(padded.max(scratch.dots.len()), 0.0);
        let (words, dots) = (&scratch.words[..padded], &scratch.dots[..padded]);
        let known = scratch.known.clear(asked);
        let number = |at: usize| self.rows.only.map_or(at as Row, |rows| rows[at]);
        let exact_dot = |at: usize| match error {
            Off::By(0.0) => dots[at],
            _ => known.dot(at, || dot(self.vectors.row(number(at)), self.vector)),
        };
        let words_extent = extent(&words[..asked]);
        let dots_extent = match error {
            _ if !self.join.needs_extents() => (0.0, 0.0),
            Off::By(error) => sharpen(extent(&dots[..asked]), dots, asked, error, &exact_dot),
            Off::Likely(error) => outermost(dots, asked, error, &exact_dot),
        };
        let (a, b) = self.join.factors(words_extent, dots_extent);
        let rounding = rounding(self.terms.len(), words_extent.1.max(0.0)) * a.abs()
            + self.vectors.rounding(self.vector) * b.abs();
        let rough = Rough { words, dots, rows: asked, factors: (a, b), error: error.size(), rounding };
        let mut best = Best::new(k.min(asked), rounding);
        rough.offer_to(&mut best, rough.floor(k, &exact_dot), 0, &exact_dot);
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

    fn look_up_is_cheaper(&self, rows: usize) -> bool {
        let all = self.vectors.len().max(1);
        let width = self.vector.len();
        let terms = self.postings.entries() / all;
        let look_up = rows * (terms * LOOKED_UP_TERM + width / LOOKED_UP_CODES);
        let at_once = if self.vectors.sketches().is_some() { SKETCHES } else { CODES };
        look_up < self.postings.cost(self.terms) * POSTING + all * width / at_once
    }

    /// Both scores of the rows given, the dot products within the error given back; how many they are.
    fn look_up(&self, rows: &[Row], scratch: &mut Scratch, k: usize) -> (usize, Off) {
        let Scratch { words, dots, sums, weights, .. } = scratch;
        weights.fill(self.terms.iter().copied());
        let reader = self.reader(rows.len(), k);
        words.clear();
        dots.clear();
        dots.resize(rows.len(), 0.0);
        for (rows, dots) in rows.chunks(AHEAD).zip(dots.chunks_mut(AHEAD)) {
            for &row in rows {
                self.postings.fetch(row);
                reader.fetch(self.vectors, row);
            }
            words.extend(rows.iter().map(|&row| weights.sum(self.postings.of_row(row))));
            reader.read(self.vectors, |at| rows[at] as usize, sums, dots);
        }
        for row in self.rows.without {
            if let Ok(at) = rows.binary_search(row) {
                words[at] = f32::NAN;
                dots[at] = f32::NAN;
            }
        }
        (rows.len(), reader.off())
    }

    /// Both scores of all rows, the dot products within the error given back; then
    /// only those asked for, moved together; how many they are.
    fn scan_all(&self, scratch: &mut Scratch, k: usize) -> (usize, Off) {
        let Scratch { words, dots, sums, cursors, .. } = scratch;
        let all = self.vectors.len();
        let windows = all.div_ceil(WINDOW);
        words.resize(words.len().max(windows * WINDOW), 0.0);
        dots.resize(dots.len().max(windows * WINDOW), 0.0);
        self.postings.cursors(self.terms, cursors);
        let reader = self.reader(self.rows.only.map_or(all, <[Row]>::len), k);
        let (chunks, _) = words.as_chunks_mut::<WINDOW>();
        for (window, chunk) in chunks.iter_mut().enumerate().take(windows) {
            self.postings.sum_window(window, cursors, chunk);
            let from = window * WINDOW;
            let to = (from + WINDOW).min(all);
            reader.read(self.vectors, |at| from + at, sums, &mut dots[from..to]);
        }
        // NaN is above no bar and in no extent.
        for &row in self.rows.without {
            words[row as usize] = f32::NAN;
            dots[row as usize] = f32::NAN;
        }
        match self.rows.only {
            None => (all, reader.off()),
            Some(rows) => {
                // Rows ascend, so none is overwritten before it is read.
                for (at, &row) in rows.iter().enumerate() {
                    words[at] = words[row as usize];
                    dots[at] = dots[row as usize];
                }
                (rows.len(), reader.off())
            }
        }
    }
}

/// What a scan reads for dot products.
enum Reader<'a> {
    None,
    Codes(Coded),
    Sketches(&'a Sketches, Sketched),
}

impl Scan<'_> {
    /// The best `k` of so many rows are to be found.
    fn reader(&self, rows: usize, k: usize) -> Reader<'_> {
        let enough = rows >= k.saturating_mul(ROWS_A_BEST);
        match self.vectors.sketches().filter(|_| enough) {
            _ if !self.join.reads_vectors() => Reader::None,
            Some(sketches) => Reader::Sketches(sketches, sketches.sketch(self.vector)),
            None => Reader::Codes(self.vectors.code(self.vector)),
        }
    }
}

impl Reader<'_> {
    /// Dot products of `out.len()` rows, the i-th being `row(i)`.
    fn read(&self, vectors: &Vectors, row: impl Fn(usize) -> usize, sums: &mut Vec<i32>, out: &mut [f32]) {
        match self {
            // What an earlier scan left may be NaN, which no factor takes away.
            Reader::None => out.fill(0.0),
            Reader::Codes(coded) => vectors.dots(coded, row, sums, out),
            Reader::Sketches(all, asked) => all.estimate(asked, row, sums, out),
        }
    }

    /// Calls into the cache what will be read of a row.
    fn fetch(&self, vectors: &Vectors, row: Row) {
        match self {
            Reader::None => {}
            Reader::Codes(_) => vectors.fetch(row),
            Reader::Sketches(all, _) => all.fetch(row),
        }
    }

    fn off(&self) -> Off {
        match self {
            Reader::None => Off::By(0.0),
            Reader::Codes(coded) => Off::By(coded.error),
            Reader::Sketches(_, asked) => Off::Likely(asked.error),
        }
    }
}

/// What sums of words differ by when they are added in another order, a few units in the last place a term;
/// the largest sum is given.
pub(super) fn rounding(terms: usize, words: f32) -> f32 {
    f32::EPSILON * terms.max(16) as f32 * words
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
    let end = |sign: f32| {
        let mut first = None;
        above(dots, dots, (0.0, sign), asked, (low * sign).max(high * sign).next_down(), &mut |at, value| {
            first = Some(at);
            value
        });
        let exact = |at: usize| exact(at) * sign;
        let mut most = first.map_or(f32::NEG_INFINITY, exact);
        above(dots, dots, (0.0, sign), asked, (most - error).next_down(), &mut |at, _| {
            most = most.max(exact(at));
            (most - error).next_down()
        });
        most
    };
    (-end(-1.0), end(1.0))
}

/// The extent of dot products that are likely within an error: exact but for a hair at the low end, where
/// many rows are alike and none is ever among the best.
fn outermost(dots: &[f32], asked: usize, error: f32, exact: &impl Fn(usize) -> f32) -> (f32, f32) {
    let end = |sign: f32| {
        let mut most = f32::NEG_INFINITY;
        looking_best(dots, dots, (0.0, sign), asked, OUTERMOST, &mut |at| most = most.max(exact(at) * sign));
        most
    };
    let (low, mut high) = (-end(-1.0), end(1.0));
    above(dots, dots, (0.0, 1.0), asked, high - error, &mut |at, _| {
        high = high.max(exact(at));
        high - error
    });
    (low, high)
}

/// Best first, ties by row.
pub(super) fn sort(found: &mut [Scored]) {
    found.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
}
