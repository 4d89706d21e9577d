//! The rows that may stand among the best k.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Row;
use super::kernels::{above, bar_for};

/// Collects rows by an approximate score, keeping every row whose exact score may be
/// among the best k: those within twice the error of the k-th approximate score.
#[derive(Debug, Clone)]
pub(super) struct Best {
    k: usize,
    margin: f32,
    /// The k highest approximate scores so far.
    top: BinaryHeap<Reverse<Ordered>>,
    kept: Vec<(f32, Row)>,
    /// `kept` is swept when it has grown to this.
    full: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Ordered(f32);

impl Eq for Ordered {}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Best {
    /// The best `k`, from scores that are off by at most `error`.
    pub(super) fn new(k: usize, error: f32) -> Best {
        Best { k, margin: 2.0 * error, top: BinaryHeap::new(), kept: Vec::new(), full: 4 * k + 64 }
    }

    /// Rows at or below this cannot be among the best k.
    pub(super) fn bar(&self) -> f32 {
        match self.top.peek() {
            Some(Reverse(kth)) if self.top.len() == self.k => below(kth.0 - self.margin),
            _ if self.k == 0 => f32::INFINITY,
            _ => f32::NEG_INFINITY,
        }
    }

    /// Takes a row above the bar; the bar from then on.
    pub(super) fn push(&mut self, row: Row, score: f32) -> f32 {
        if self.k == 0 {
            return f32::INFINITY;
        }
        self.kept.push((score, row));
        let score = Reverse(Ordered(score));
        if self.top.len() < self.k {
            self.top.push(score);
        } else if let Some(mut least) = self.top.peek_mut()
            && score < *least
        {
            *least = score;
        }
        if self.kept.len() >= self.full {
            self.sweep();
            self.full = (2 * self.kept.len()).max(4 * self.k + 64);
        }
        self.bar()
    }

    fn sweep(&mut self) {
        let bar = self.bar();
        self.kept.retain(|&(score, _)| score > bar);
    }

    /// Every row that may be among the best k, with its approximate score, in no order.
    pub(super) fn finish(mut self) -> Vec<(f32, Row)> {
        self.sweep();
        self.kept
    }
}

/// Memory for [`Known`].
#[derive(Debug, Default)]
pub(super) struct KnownScratch {
    /// NaN where not known.
    dots: Vec<f32>,
    places: Vec<usize>,
}

impl KnownScratch {
    /// For a question of which nothing is known yet, over so many rows.
    pub(super) fn clear(&mut self, rows: usize) -> Known<'_> {
        self.places.drain(..).for_each(|at| self.dots[at] = f32::NAN);
        self.dots.resize(self.dots.len().max(rows), f32::NAN);
        let dots = Cell::from_mut(self.dots.as_mut_slice()).as_slice_of_cells();
        Known { dots, places: RefCell::new(&mut self.places) }
    }
}

/// Exact dot products of one question: looking best, being offered and being scored ask for the same few.
#[derive(Debug)]
pub(super) struct Known<'a> {
    dots: &'a [Cell<f32>],
    places: RefCell<&'a mut Vec<usize>>,
}

impl Known<'_> {
    /// That of a row, worked out when it is asked for first.
    pub(super) fn dot(&self, at: usize, exact: impl FnOnce() -> f32) -> f32 {
        let known = self.dots[at].get();
        if !known.is_nan() {
            return known;
        }
        let dot = exact();
        self.dots[at].set(dot);
        self.places.borrow_mut().push(at);
        dot
    }
}

/// Rows with both scores, of which the dot products are rough.
pub(super) struct Rough<'a> {
    /// Padded to a multiple of [`LANES`](super::kernels::LANES), as are the dot products.
    pub(super) words: &'a [f32],
    pub(super) dots: &'a [f32],
    /// How many they are.
    pub(super) rows: usize,
    pub(super) factors: (f32, f32),
    /// What a dot product may be off.
    pub(super) error: f32,
    /// What a score may be off by rounding alone.
    pub(super) rounding: f32,
}

impl Rough<'_> {
    /// Offers every row that may be among the best, and reaches the floor, with its exact dot product;
    /// `first` is the number of the first row.
    pub(super) fn offer_to(
        &self,
        best: &mut Best,
        floor: f32,
        first: usize,
        exact_dot: &impl Fn(usize) -> f32,
    ) {
        let (a, b) = self.factors;
        let slack = self.error * b.abs() + self.rounding;
        let bar = best.bar().max(floor) - slack;
        above(self.words, self.dots, self.factors, self.rows, bar, &mut |at, rough| {
            let score = if self.error > 0.0 { self.words[at] * a + exact_dot(at) * b } else { rough };
            let mut bar = best.bar();
            if score > bar {
                bar = best.push((first + at) as Row, score);
            }
            bar.max(floor) - slack
        });
    }

    /// A score that k rows reach: the exact ones of some that look best.
    pub(super) fn floor(&self, k: usize, exact_dot: &impl Fn(usize) -> f32) -> f32 {
        if k == 0 || k >= self.rows {
            return f32::NEG_INFINITY;
        }
        let (a, b) = self.factors;
        let mut scores = Vec::with_capacity(4 * k);
        looking_best(self.words, self.dots, self.factors, self.rows, k, &mut |at| {
            scores.push(self.words[at] * a + exact_dot(at) * b);
        });
        if scores.len() < k {
            return f32::NEG_INFINITY;
        }
        let (_, kth, _) = scores.select_nth_unstable_by(k - 1, |x, y| y.total_cmp(x));
        kth.next_down() - self.rounding
    }
}

/// Tells of some rows that look best: k and a few, or all there are. As for [`above`].
pub(super) fn looking_best(
    words: &[f32],
    dots: &[f32],
    factors: (f32, f32),
    rows: usize,
    k: usize,
    tell: &mut impl FnMut(usize),
) {
    let bar = bar_for(words, dots, factors, rows, k).next_down();
    let mut told = 0;
    above(words, dots, factors, rows, bar, &mut |at, _| {
        tell(at);
        told += 1;
        // Of many that are alike, some do.
        if told < 4 * k + 64 { bar } else { f32::INFINITY }
    });
}

/// The next float down, so that a row just at the margin is kept.
fn below(value: f32) -> f32 {
    value.next_down()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_may_be_among_the_best_is_kept() {
        let scores = [0.5, 0.9, 0.1, 0.7, 0.69, 0.3, 0.9];
        let mut best = Best::new(3, 0.01);
        let mut bar = best.bar();
        for (row, &score) in scores.iter().enumerate() {
            if score > bar {
                bar = best.push(row as Row, score);
            }
        }
        let mut rows: Vec<Row> = best.finish().into_iter().map(|(_, row)| row).collect();
        rows.sort_unstable();
        assert_eq!(rows, [1, 3, 4, 6]);
        let mut none = Best::new(0, 0.0);
        assert_eq!(none.push(1, 1.0), f32::INFINITY);
        assert!(none.finish().is_empty());
        assert_eq!(Best::new(9, 0.1).bar(), f32::NEG_INFINITY);
    }
}
