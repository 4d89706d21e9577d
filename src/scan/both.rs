//! Thousands of questions over all rows, seen from both ends in one pass.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::Row;
use super::batch::{Asked, Progress, mask_of, most};
use super::best::Best;
use super::kernels::{LANES, above, above_each, add_column};
use super::one::{Rows, Scored, rounding, sort};
use super::panels::Panels;
use super::postings::{Cursor, Postings, WINDOW};
use super::vectors::Vectors;

/// Questions a block; see [`batch`](super::batch()).
const BLOCK: usize = 256;

/// What one pass finds.
#[derive(Debug, Default, PartialEq)]
pub struct BothWays {
    /// The best rows for every question, best first, ties by row.
    pub of_questions: Vec<Vec<Scored>>,
    /// The best questions for every row, best first, ties by the question's number, which stands
    /// where a row's does.
    pub of_rows: Vec<Vec<Scored>>,
}

/// The questions of a pass in both directions, and how a pair is scored.
#[derive(Clone, Copy)]
pub struct Pass<'a> {
    /// Words and vectors of the rows.
    pub sources: (&'a Postings, &'a Vectors),
    /// The questions.
    pub questions: &'a [Asked<'a>],
    /// Rows that may be found for a question.
    pub rows: Rows<'a>,
    /// Numbers of the questions that may be found for a row.
    pub among: Rows<'a>,
    /// Factors of the words' sum and of the dot product.
    pub factors: (f32, f32),
    /// A constant of each question that is part of its scores: nothing to itself, but not to the rows.
    pub constants: &'a [f32],
    /// The exact score of a question and a row; as for [`Scan::best`](super::Scan::best).
    pub exact: &'a (dyn Fn(usize, Row) -> f64 + Sync),
}

/// The rows of a window, each with the questions that may be among its best.
struct Column {
    bars: Vec<f32>,
    best: Vec<Best>,
}

impl Pass<'_> {
    /// The best `k` rows for every question and the best `k` questions for every row: every score is
    /// computed once. On all cores; `None` when `progress` answered `false`.
    ///
    /// Memory grows with (questions + rows) × k, never with questions × rows.
    pub fn both_ways(&self, k: usize, progress: &Progress<'_>) -> Option<BothWays> {
        let (postings, vectors) = self.sources;
        let (count, rows) = (self.questions.len(), vectors.len());
        let mask = mask_of(self.rows, rows.next_multiple_of(LANES));
        let found_for_rows = mask_of(self.among, count);
        let takes_part =
            |question: usize| found_for_rows.as_ref().is_none_or(|mask| !mask[question].is_nan());
        let errors: Vec<f32> = self
            .questions
            .par_iter()
            .map(|asked| {
                let (a, b) = self.factors;
                rounding(asked.terms.len(), most(asked, postings)) * a.abs()
                    + vectors.product_error(asked.vector) * b.abs()
            })
            .collect();
        // Adding the constant rounds once more.
        let added = self.constants.iter().fold(0.0f32, |most, constant| most.max(constant.abs()));
        let worst = errors.iter().copied().fold(0.0, f32::max) * 1.001 + 2.0 * f32::EPSILON * added;
        let of_row = Best::new(k.min(count), worst);
        let columns: Vec<Mutex<Column>> = (0..rows.div_ceil(WINDOW))
            .map(|window| {
                let long = (rows - window * WINDOW).min(WINDOW);
                Mutex::new(Column { bars: vec![of_row.bar(); long], best: vec![of_row.clone(); long] })
            })
            .collect();
        let threads = rayon::current_num_threads();
        let size = BLOCK.min(count.div_ceil(threads).next_multiple_of(LANES)).max(1);
        let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
        let worker = |_| {
            let mut buffers = Buffers::default();
            let mut done = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                let first = next.fetch_add(1, Ordering::Relaxed) * size;
                if first >= count {
                    break;
                }
                let asked = &self.questions[first..(first + size).min(count)];
                let mut best: Vec<Best> =
                    (0..asked.len()).map(|at| Best::new(k.min(rows), errors[first + at])).collect();
                self.block(asked, first, &mut buffers, mask.as_deref(), &takes_part, &columns, &mut best);
                for (at, best) in best.into_iter().enumerate() {
                    let exact = |row: Row| (self.exact)(first + at, row);
                    done.push((first + at, finish(best, k, &exact)));
                }
                if !progress(asked.len()) {
                    stopped.store(true, Ordering::Relaxed);
                }
            }
            done
        };
        let workers = threads.min(count.div_ceil(size)).max(1);
        let mut of_questions: Vec<_> =
            (0..workers).into_par_iter().with_max_len(1).flat_map_iter(worker).collect();
        if stopped.into_inner() {
            return None;
        }
        of_questions.sort_unstable_by_key(|&(number, _)| number);
        let best_of_rows: Vec<Best> = columns
            .into_iter()
            .flat_map(|column| column.into_inner().unwrap_or_else(PoisonError::into_inner).best)
            .collect();
        let of_rows = best_of_rows
            .into_par_iter()
            .enumerate()
            .map(|(row, best)| finish(best, k, &|question: Row| (self.exact)(question as usize, row as Row)))
            .collect();
        Some(BothWays { of_questions: of_questions.into_iter().map(|(_, found)| found).collect(), of_rows })
    }

    /// One block of questions over all windows.
    #[allow(clippy::too_many_arguments)]
    fn block(
        &self,
        asked: &[Asked<'_>],
        first: usize,
        buffers: &mut Buffers,
        mask: Option<&[f32]>,
        takes_part: &impl Fn(usize) -> bool,
        columns: &[Mutex<Column>],
        best: &mut [Best],
    ) {
        let (postings, vectors) = self.sources;
        let rows = vectors.len();
        let width = asked.first().map_or(0, |asked| asked.vector.len());
        let Buffers { panels, dots, words, cursors } = buffers;
        panels.fill(asked.iter().map(|asked| asked.vector), width);
        cursors.resize_with(asked.len().max(cursors.len()), Vec::new);
        for (asked, cursors) in asked.iter().zip(&mut *cursors) {
            postings.cursors(asked.terms, cursors);
        }
        words.resize(WINDOW, 0.0);
        dots.resize(dots.len().max(asked.len() * rows.min(WINDOW)), 0.0);
        for (window, column) in columns.iter().enumerate() {
            let from = window * WINDOW;
            let to = (from + WINDOW).min(rows);
            let long = to - from;
            if self.factors.1 != 0.0 {
                panels.products(vectors.rows(from, to), dots, long);
            }
            // Blocks of other threads wait here for a window's turn, and are out of step from then on.
            let mut column = column.lock().unwrap_or_else(PoisonError::into_inner);
            let Column { bars, best: of_rows } = &mut *column;
            for (at, best) in best.iter_mut().enumerate() {
                let Some(sums) = words.first_chunk_mut::<WINDOW>() else { continue };
                postings.sum_window(window, &mut cursors[at], sums);
                let dots = &dots[at * long..(at + 1) * long];
                if takes_part(first + at) {
                    let (a, b) = self.factors;
                    let factors = (a, b, self.constants[first + at]);
                    above_each(&sums[..long], dots, factors, bars, &mut |row, score| {
                        of_rows[row].push((first + at) as Row, score)
                    });
                }
                if let Some(mask) = mask {
                    let mask = &mask[from..];
                    add_column(&mask[..mask.len().min(WINDOW)], 1.0, sums);
                }
                collect(sums, dots, self.factors, from, best);
            }
        }
    }
}

#[derive(Debug, Default)]
struct Buffers {
    panels: Panels,
    dots: Vec<f32>,
    words: Vec<f32>,
    cursors: Vec<Vec<Cursor>>,
}

fn finish(best: Best, k: usize, exact: &dyn Fn(Row) -> f64) -> Vec<Scored> {
    let mut found: Vec<Scored> =
        best.finish().into_iter().map(|(_, row)| Scored { row, score: exact(row) }).collect();
    sort(&mut found);
    found.truncate(k);
    found
}

/// Rows of a window that may be among the best. `dots` may end within a chunk of lanes.
fn collect(words: &[f32], dots: &[f32], factors: (f32, f32), from: usize, best: &mut Best) {
    let whole = dots.len() / LANES * LANES;
    let bar = best.bar();
    above(&words[..whole], &dots[..whole], factors, whole, bar, &mut |row, score| {
        best.push((from + row) as Row, score)
    });
    for (row, (w, d)) in words.iter().zip(dots).enumerate().skip(whole) {
        let score = w * factors.0 + d * factors.1;
        if score > best.bar() {
            best.push((from + row) as Row, score);
        }
    }
}
