//! Unit vectors, exact and as codes.

use std::hint::black_box;

use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use super::Row;
use super::kernels::{LANES, LINE, code_dots, round_to, steady_dot};
use super::sketch::Sketches;
use super::tiles::Tiles;

/// So many rows are worth sketches: fewer are read as quickly by their codes.
const SKETCHED_FROM: usize = 4_096;

/// A matrix of vectors, a row each: as `f32`; as 8-bit codes, by row and in tiles, that are read four
/// times as fast; and, when there are many, as two-bit [`Sketches`], read sixteen times as fast.
///
/// A row's code is its value over the row's own scale, rounded; the length of what
/// rounding took away bounds every dot product's error (Cauchy and Schwarz).
#[derive(Debug, Default)]
pub struct Vectors {
    exact: Array2<f32>,
    /// Row by row, each padded with zeros to `stride`.
    codes: Vec<i8>,
    /// What one step of a row's code is worth.
    scales: Vec<f32>,
    /// Columns, rounded up to a multiple of [`LANES`].
    stride: usize,
    /// Largest length of `row − codes·scale`.
    worst: f32,
    /// Largest length of a row.
    longest: f32,
    tiles: Tiles,
    sketches: Option<Sketches>,
}

/// A question's vector, rounded to 16 bits.
pub(super) struct Coded {
    values: Vec<i16>,
    scale: f32,
    /// A bound on |exact − coded| of any row's dot product.
    pub(super) error: f32,
}

impl Vectors {
    /// Codes a matrix, on all cores.
    pub fn new(exact: Array2<f32>) -> Vectors {
        let exact = exact.as_standard_layout().into_owned();
        let (rows, columns) = exact.dim();
        let stride = columns.next_multiple_of(LANES);
        let mut codes = vec![0i8; rows * stride];
        let mut scales = vec![0.0f32; rows];
        let bounds = match exact.as_slice() {
            Some(values) if columns > 0 => values
                .par_chunks(columns)
                .zip(codes.par_chunks_mut(stride))
                .zip(scales.par_iter_mut())
                .map(|((row, codes), scale)| encode(row, codes, scale))
                .reduce(|| (0.0, 0.0), |a, b| (a.0.max(b.0), a.1.max(b.1))),
            _ => (0.0, 0.0),
        };
        let tiles = Tiles::new(&codes, stride);
        let values = exact.as_slice().filter(|_| rows >= SKETCHED_FROM);
        let sketches = values.map(|values| Sketches::new(values, columns));
        Vectors { exact, codes, scales, stride, worst: bounds.0, longest: bounds.1, tiles, sketches }
    }

    /// Values a row of codes takes.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// What one step of each row's code is worth.
    pub(super) fn scales(&self) -> &[f32] {
        &self.scales
    }

    pub(super) fn tiles(&self) -> &Tiles {
        &self.tiles
    }

    /// Where there are many rows.
    pub(super) fn sketches(&self) -> Option<&Sketches> {
        self.sketches.as_ref()
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.exact.nrows()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What exact dot products with a question lose once they are multiplied and added.
    pub(super) fn rounding(&self, question: &[f32]) -> f32 {
        4.0 * f32::EPSILON * dot(question, question).sqrt() * self.longest
    }

    /// Calls a row's codes into the cache.
    pub(super) fn fetch(&self, row: Row) {
        let codes = &self.codes[row as usize * self.stride..][..self.stride];
        black_box(codes.iter().step_by(LINE).fold(0, |all, code| all ^ code));
    }

    /// What products of exact vectors with a question are off by, added in whichever order.
    pub(super) fn product_error(&self, question: &[f32]) -> f32 {
        f32::EPSILON * question.len().max(16) as f32 * dot(question, question).sqrt() * self.longest
    }

    /// Bytes of each row that one question over all rows reads first.
    pub fn bytes_scanned(&self) -> usize {
        self.sketches.as_ref().map_or(self.stride, Sketches::bytes)
    }

    /// The exact matrix.
    pub fn view(&self) -> ArrayView2<'_, f32> {
        self.exact.view()
    }

    /// The exact vector of a row.
    pub fn row(&self, row: Row) -> &[f32] {
        self.rows(row as usize, row as usize + 1)
    }

    /// The exact vectors of some rows, one after the other.
    pub(super) fn rows(&self, from: usize, to: usize) -> &[f32] {
        let width = self.exact.ncols();
        self.exact.as_slice().map_or(&[], |all| &all[from * width..to * width])
    }

    /// Rounds a question so that its dot products with codes stay within 32 bits.
    pub(super) fn code(&self, question: &[f32]) -> Coded {
        let most = i32::MAX as f32 / (127.0 * self.stride.max(1) as f32);
        let steps = most.min(32_767.0).floor();
        let largest = question.iter().fold(0.0f32, |m, v| m.max(v.abs()));
        let scale = if largest > 0.0 { largest / steps } else { 1.0 };
        let mut values = vec![0; self.stride];
        round_to(question, scale, &mut values);
        Coded { values, scale, error: self.error_of(question, steps) }
    }

    /// A bound on how far dot products of codes with a question are off, of which a value is rounded
    /// to one of `steps` of the largest either way.
    pub(super) fn error_of(&self, question: &[f32], steps: f32) -> f32 {
        let largest = question.iter().fold(0.0f32, |most, v| most.max(v.abs()));
        let length = dot(question, question).sqrt();
        // No value loses more than half a step, and a little for the division.
        let lost = 0.51 * (largest / steps) * (question.len() as f32).sqrt();
        // Sums of products of `f32` themselves round: a few units in the last place of each.
        let rounding = 4.0 * f32::EPSILON * (self.stride.max(1) as f32).sqrt() * length * self.longest;
        (length * self.worst + lost * (self.longest + self.worst) + rounding) * 1.001
    }

    /// Dot products of `out.len()` rows, the i-th being `row(i)`, with a coded question, within its error.
    pub(super) fn dots(
        &self,
        question: &Coded,
        row: impl Fn(usize) -> usize,
        sums: &mut Vec<i32>,
        out: &mut [f32],
    ) {
        sums.resize(out.len(), 0);
        code_dots(&self.codes, &question.values, &row, sums);
        for (at, (out, &sum)) in out.iter_mut().zip(&*sums).enumerate() {
            *out = sum as f32 * (question.scale * self.scales[row(at)]);
        }
    }
}

/// Codes one row; the length of what was lost, and of the row.
fn encode(row: &[f32], codes: &mut [i8], scale: &mut f32) -> (f32, f32) {
    let largest = row.iter().fold(0.0f32, |m, v| m.max(v.abs()));
    if largest == 0.0 {
        return (0.0, 0.0);
    }
    *scale = largest / 127.0;
    let mut rounded = [0; 512];
    for (codes, row) in codes.chunks_mut(rounded.len()).zip(row.chunks(rounded.len())) {
        round_to(row, *scale, &mut rounded);
        for (code, &value) in codes.iter_mut().zip(&rounded[..row.len()]) {
            *code = value as i8;
        }
    }
    let lost = norm(row.iter().zip(&*codes).map(|(value, &code)| value - f32::from(code) * *scale));
    (lost, norm(row.iter().copied()))
}

fn norm(values: impl Iterator<Item = f32>) -> f32 {
    values.map(|v| f64::from(v) * f64::from(v)).sum::<f64>().sqrt() as f32
}

/// Dot product of two vectors of one length: the same bits on every machine.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    steady_dot(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dot_product_is_the_sum_of_products() {
        let a: Vec<f32> = (0..259).map(|i| (i as f32 * 0.37).sin()).collect();
        let b: Vec<f32> = (0..259).map(|i| (i as f32 * 0.11).cos()).collect();
        let expected: f64 = a.iter().zip(&b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
        assert!((f64::from(dot(&a, &b)) - expected).abs() < 1e-3);
        assert_eq!(dot(&[], &[]), 0.0);
    }

    #[test]
    fn coded_products_stay_within_their_bound() {
        for width in [1, 63, 64, 100, 512] {
            let matrix = Array2::from_shape_fn((50, width), |(i, j)| {
                if i == 3 { 0.0 } else { ((i * 31 + j * 17) as f32 * 0.7).sin() * (1.0 + i as f32) }
            });
            let vectors = Vectors::new(matrix);
            for asked in 0..5 {
                let question: Vec<f32> =
                    (0..width).map(|j| ((asked * 13 + j) as f32 * 0.3).cos() * asked as f32).collect();
                let coded = vectors.code(&question);
                let mut out = vec![0.0; 50];
                vectors.dots(&coded, |at| at, &mut Vec::new(), &mut out);
                for (row, &got) in out.iter().enumerate() {
                    let expected = dot(vectors.row(row as Row), &question);
                    assert!((got - expected).abs() <= coded.error, "{width} {asked} {row}: {got} {expected}");
                }
            }
        }
    }
}
