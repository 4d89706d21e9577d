//! Thousands of questions over all rows.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

use super::Row;
use super::best::{Best, KnownScratch, Rough};
use super::kernels::{LANES, add_column, extent};
use super::one::{Join, Rows, Scored, rounding, sharpen, sort};
use super::postings::{Cursor, Postings, TermId, WINDOW};
use super::tiles::Products;
use super::vectors::{Vectors, dot};

/// One question of a batch.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its terms, each once, with their weights.
    pub terms: &'a [(TermId, f32)],
    /// Its vector, as wide as the rows'.
    pub vector: &'a [f32],
}

/// Told after each block how many more questions are done; answers whether to go on.
pub type Progress<'a> = dyn Fn(usize) -> bool + Sync + 'a;

/// Questions a block: enough that a matrix product reads each row of codes seldom, few enough that scores
/// of ten thousand rows stay near the processor.
const BLOCK: usize = 64;

/// Bytes of scores that a block may hold at once, a thread.
const MEMORY: usize = 64 << 20;

/// The best `k` of the rows for every question, best first, ties by row; questions in the order
/// given, on all cores. `None` when `progress` answered `false`.
///
/// Memory does not grow with questions × rows: a block's scores are held a window at a
/// time, or, when a join needs the extents of all rows first, for as few questions as fit.
///
/// `exact` is told the question's number and a row; as for [`Scan::best`](super::Scan::best).
pub fn batch(
    (postings, vectors): (&Postings, &Vectors),
    rows: Rows<'_>,
    questions: &[Asked<'_>],
    join: Join,
    k: usize,
    exact: Option<&(dyn Fn(usize, Row) -> f64 + Sync)>,
    progress: &Progress<'_>,
) -> Option<Vec<Vec<Scored>>> {
    let padded = vectors.len().next_multiple_of(LANES);
    let mask = mask_of(rows, padded);
    let held = if join.needs_extents() { 2 * padded } else { padded.min(WINDOW) };
    let fitting = MEMORY / (held * size_of::<f32>()).max(1);
    // Whole panels, unless a few questions are to be shared out among threads.
    let fitting = (fitting / LANES * LANES).max(LANES);
    let threads = rayon::current_num_threads();
    let shared = questions.len().div_ceil(threads).max(1);
    let size = BLOCK.min(fitting).min(if shared > LANES { shared.next_multiple_of(LANES) } else { shared });
    let next = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    // A thread keeps its buffers from block to block: making them costs as much as a block.
    let worker = |_| {
        let mut buffers = Buffers::default();
        let mut done = Vec::new();
        while !stopped.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(asked) = questions.chunks(size).nth(number) else { break };
            let exact = exact.map(|exact| move |at: usize, row: Row| exact(number * size + at, row));
            let work =
                Block { postings, vectors, mask: mask.as_deref(), asked, join, k: k.min(vectors.len()) };
            let found = match &exact {
                Some(exact) => work.run(&mut buffers, Some(exact)),
                None => work.run(&mut buffers, None),
            };
            done.push((number, found));
            if !progress(asked.len()) {
                stopped.store(true, Ordering::Relaxed);
            }
        }
        done
    };
    let workers = threads.min(questions.len().div_ceil(size)).max(1);
    let mut blocks: Vec<_> = (0..workers).into_par_iter().with_max_len(1).flat_map_iter(worker).collect();
    if stopped.into_inner() {
        return None;
    }
    blocks.sort_unstable_by_key(|&(number, _)| number);
    Some(blocks.into_iter().flat_map(|(_, found)| found).collect())
}

#[derive(Debug, Default)]
struct Buffers {
    /// The block's vectors.
    products: Products,
    /// Dot products: a window of each question, or all rows of each.
    dots: Vec<f32>,
    /// Sums of words: a window, or all rows of each question.
    words: Vec<f32>,
    /// Sums of the last window, which is not full.
    window: Vec<f32>,
    cursors: Vec<Vec<Cursor>>,
    known: KnownScratch,
}

struct Block<'a> {
    postings: &'a Postings,
    vectors: &'a Vectors,
    /// A row's place is NaN when it does not take part: NaN is above no bar and in no extent.
    mask: Option<&'a [f32]>,
    asked: &'a [Asked<'a>],
    join: Join,
    k: usize,
}

/// The vectors of a block, and what a product with each may be off.
struct Meaning<'a> {
    questions: &'a [&'a [f32]],
    errors: &'a [f32],
}

type Exact<'a> = dyn Fn(usize, Row) -> f64 + Sync + 'a;

impl Block<'_> {
    fn run(&self, buffers: &mut Buffers, exact: Option<&Exact<'_>>) -> Vec<Vec<Scored>> {
        let questions: Vec<&[f32]> = self.asked.iter().map(|asked| asked.vector).collect();
        buffers.products.fill(self.vectors, &questions);
        let errors = questions.iter().map(|question| buffers.products.error(self.vectors, question));
        let errors: Vec<f32> = errors.collect();
        let meaning = Meaning { questions: &questions, errors: &errors };
        buffers.cursors.resize_with(self.asked.len().max(buffers.cursors.len()), Vec::new);
        for (asked, cursors) in self.asked.iter().zip(&mut buffers.cursors) {
            self.postings.cursors(asked.terms, cursors);
        }
        if self.join.needs_extents() {
            self.after_all_rows(buffers, &meaning, exact)
        } else {
            self.by_window(buffers, &meaning, exact)
        }
    }

    /// Factors are known: each window is done with while it is hot.
    fn by_window(
        &self,
        buffers: &mut Buffers,
        meaning: &Meaning<'_>,
        exact: Option<&Exact<'_>>,
    ) -> Vec<Vec<Scored>> {
        let rows = self.vectors.len();
        let (a, b) = self.join.factors((0.0, 0.0), (0.0, 0.0));
        let roundings: Vec<f32> =
            self.asked.iter().map(|asked| self.rounding(asked, most(asked, self.postings), (a, b))).collect();
        let mut best: Vec<Best> = roundings.iter().map(|&rounding| Best::new(self.k, rounding)).collect();
        let Buffers { products, dots, words, cursors, .. } = buffers;
        words.resize(words.len().max(WINDOW), 0.0);
        dots.resize(dots.len().max(self.asked.len() * rows.min(WINDOW).next_multiple_of(LANES)), 0.0);
        for window in 0..rows.div_ceil(WINDOW) {
            let from = window * WINDOW;
            let to = (from + WINDOW).min(rows);
            // Rows of dots are padded, as those of words are.
            let long = (to - from).next_multiple_of(LANES);
            if b != 0.0 {
                products.multiply((self.vectors, meaning.questions), (from, to), dots, long);
            }
            for (at, best) in best.iter_mut().enumerate() {
                let Some(sums) = words.first_chunk_mut::<WINDOW>() else { continue };
                self.sum_window(window, &mut cursors[at], sums);
                let rough = Rough {
                    words: &sums[..long],
                    dots: &dots[at * long..(at + 1) * long],
                    rows: to - from,
                    factors: (a, b),
                    error: if b == 0.0 { 0.0 } else { meaning.errors[at] },
                    rounding: roundings[at],
                };
                let exact_dot = |row: usize| self.dot(at, (from + row) as Row);
                rough.offer_to(best, f32::NEG_INFINITY, from, &exact_dot);
            }
        }
        let rescore = |at: usize, row: Row| match exact {
            Some(exact) => exact(at, row),
            None => f64::from(self.words_of(at, row) * a) + f64::from(self.dot(at, row) * b),
        };
        best.into_iter().enumerate().map(|(at, best)| self.finish(at, best, &rescore)).collect()
    }

    /// Factors depend on the extents over all rows: both scores of all rows are held.
    fn after_all_rows(
        &self,
        buffers: &mut Buffers,
        meaning: &Meaning<'_>,
        exact: Option<&Exact<'_>>,
    ) -> Vec<Vec<Scored>> {
        let rows = self.vectors.len();
        let padded = rows.next_multiple_of(LANES);
        let Buffers { products, dots, words, cursors, window: last, known } = buffers;
        last.resize(WINDOW, 0.0);
        words.resize(words.len().max(self.asked.len() * padded), 0.0);
        dots.resize(dots.len().max(self.asked.len() * padded), 0.0);
        for window in 0..rows.div_ceil(WINDOW) {
            let from = window * WINDOW;
            let to = (from + WINDOW).min(rows);
            products.multiply((self.vectors, meaning.questions), (from, to), &mut dots[from..], padded);
            for (at, cursors) in cursors.iter_mut().enumerate().take(self.asked.len()) {
                let sums = &mut words[at * padded + from..(at + 1) * padded];
                if let Some(sums) = sums.first_chunk_mut::<WINDOW>() {
                    self.sum_window(window, cursors, sums);
                } else if let Some(last) = last.first_chunk_mut::<WINDOW>() {
                    self.sum_window(window, cursors, last);
                    sums.copy_from_slice(&last[..sums.len()]);
                }
            }
        }
        if let Some(mask) = self.mask {
            for dots in dots.chunks_exact_mut(padded.max(1)).take(self.asked.len()) {
                add_column(mask, 1.0, dots);
            }
        }
        (0..self.asked.len())
            .map(|at| {
                let words = &words[at * padded..(at + 1) * padded];
                let dots = &dots[at * padded..(at + 1) * padded];
                let words_extent = extent(&words[..rows]);
                let asked = &self.asked[at];
                let known = known.clear(rows);
                let exact_dot = |row: usize| known.dot(row, || self.dot(at, row as Row));
                let error = meaning.errors[at];
                let dots_extent = sharpen(extent(&dots[..rows]), dots, rows, error, &exact_dot);
                let (a, b) = self.join.factors(words_extent, dots_extent);
                let rounding = self.rounding(asked, words_extent.1.max(0.0), (a, b));
                let mut best = Best::new(self.k, rounding);
                let rough = Rough { words, dots, rows, factors: (a, b), error, rounding };
                rough.offer_to(&mut best, rough.floor(self.k, &exact_dot), 0, &exact_dot);
                let rescore = |_: usize, row: Row| match exact {
                    Some(exact) => exact(at, row),
                    None => f64::from(words[row as usize] * a) + f64::from(exact_dot(row as usize) * b),
                };
                self.finish(at, best, &rescore)
            })
            .collect()
    }

    fn sum_window(&self, window: usize, cursors: &mut [Cursor], sums: &mut [f32; WINDOW]) {
        self.postings.sum_window(window, cursors, sums);
        if let Some(mask) = self.mask {
            let mask = &mask[window * WINDOW..];
            add_column(&mask[..mask.len().min(WINDOW)], 1.0, sums);
        }
    }

    /// What a score of exact dot products may be off; the words' sum is at most `words`.
    fn rounding(&self, asked: &Asked<'_>, words: f32, (a, b): (f32, f32)) -> f32 {
        rounding(asked.terms.len(), words) * a.abs() + self.vectors.rounding(asked.vector) * b.abs()
    }

    fn dot(&self, at: usize, row: Row) -> f32 {
        dot(self.vectors.row(row), self.asked[at].vector)
    }

    fn words_of(&self, at: usize, row: Row) -> f32 {
        let terms = self.asked[at].terms;
        let mut sum = 0.0;
        for &(term, held) in self.postings.of_row(row) {
            if let Ok(found) = terms.binary_search_by_key(&term, |&(term, _)| term) {
                sum += terms[found].1 * held;
            }
        }
        sum
    }

    fn finish(&self, at: usize, best: Best, rescore: &dyn Fn(usize, Row) -> f64) -> Vec<Scored> {
        let mut found: Vec<Scored> =
            best.finish().into_iter().map(|(_, row)| Scored { row, score: rescore(at, row) }).collect();
        sort(&mut found);
        found.truncate(self.k);
        found
    }
}

/// The most that the words of a question can add up to.
pub(super) fn most(asked: &Asked<'_>, postings: &Postings) -> f32 {
    asked.terms.iter().map(|&(_, weight)| weight.abs()).sum::<f32>() * postings.heaviest()
}

/// What a row has to be among those asked: 0 in its place, NaN in that of another. `None` for all.
pub(super) fn mask_of(rows: Rows<'_>, padded: usize) -> Option<Vec<f32>> {
    (rows.only.is_some() || !rows.without.is_empty()).then(|| {
        let (mut mask, taking) = match rows.only {
            None => (vec![0.0; padded], &[][..]),
            Some(rows) => (vec![f32::NAN; padded], rows),
        };
        taking.iter().for_each(|&row| mask[row as usize] = 0.0);
        rows.without.iter().for_each(|&row| mask[row as usize] = f32::NAN);
        mask
    })
}
