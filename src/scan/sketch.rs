//! Vectors in two bits a number: what a scan over many rows reads first.

use std::hint::black_box;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::Row;
use super::kernels::{LINE, sketch_dots, steady_dot};

/// Bits turn into places by this many at a time: 64 bytes of four numbers each.
const CHUNK: usize = 256;

/// Rounds of signs and transforms; one spreads most vectors, two spread any.
const ROUNDS: usize = 2;

/// The best step of four even levels for a normal variable, in standard deviations (Max,
/// "Quantizing for Minimum Distortion", 1960).
const STEP: f32 = 0.9957;

/// Standard deviations that an estimate may be off before it misleads: of a normal error, one in
/// three million exceeds five on the side that matters.
const DEVIATIONS: f32 = 5.0;

/// Rotated rows, each number one of four levels, with what turns sums of levels into unbiased
/// estimates of dot products.
///
/// The rotation spreads every vector evenly, so that what rounding took away lies like noise to
/// any question, and dot products with it like a normal variable of known deviation (Gao and Long,
/// "RaBitQ", SIGMOD 2024; random signs and Hadamard transforms as rotation: Ailon and Chazelle,
/// "The Fast Johnson–Lindenstrauss Transform", 2009).
#[derive(Debug, Default)]
pub(super) struct Sketches {
    rotation: Rotation,
    /// Row by row, `bytes` each: byte b of a chunk of 64 holds places b, b + 64, b + 128, b + 192.
    codes: Vec<u8>,
    bytes: usize,
    /// By row: what a unit of (sum of levels × question) is worth.
    factors: Vec<f32>,
    /// Largest length of (estimated row − row), which is at right angles to the row.
    worst: f32,
    /// Largest length of an estimated row.
    longest: f32,
}

/// A question's vector, rotated and rounded to 8 bits.
pub(super) struct Sketched {
    values: Vec<i8>,
    scale: f32,
    /// Σ values × the middle of the four levels, fourfold, as sums are.
    middle: f32,
    /// What an estimate may be off: five standard deviations.
    pub(super) error: f32,
}

impl Sketches {
    /// Of rows of `width` numbers, one after the other; on all cores.
    pub(super) fn new(rows: &[f32], width: usize) -> Sketches {
        let rotation = Rotation::new(width);
        let bytes = rotation.width / 4;
        let count = rows.len().checked_div(width).unwrap_or(0);
        let mut codes = vec![0; count * bytes];
        let mut factors = vec![0.0; count];
        let (worst, longest) = rows
            .par_chunks(width.max(1))
            .zip(codes.par_chunks_mut(bytes.max(1)))
            .zip(factors.par_iter_mut())
            .map_init(Vec::new, |rotated, ((row, codes), factor)| {
                rotation.apply(row, rotated);
                encode(rotated, codes, factor)
            })
            .reduce(|| (0.0, 0.0), |a, b| (f32::max(a.0, b.0), f32::max(a.1, b.1)));
        Sketches { rotation, codes, bytes, factors, worst, longest }
    }

    /// Of a row.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Rotates and rounds a question.
    pub(super) fn sketch(&self, question: &[f32]) -> Sketched {
        let mut rotated = Vec::new();
        self.rotation.apply(question, &mut rotated);
        let largest = rotated.iter().fold(0.0f32, |most, v| most.max(v.abs()));
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        let values: Vec<i8> = rotated.iter().map(|v| (v / scale).round() as i8).collect();
        let middle = 6.0 * values.iter().map(|&v| i32::from(v)).sum::<i32>() as f32;
        let length = steady_dot(question, question).sqrt();
        let places = self.rotation.width.max(1) as f32;
        // Rounding the question: evenly within a step, a twelfth of whose square is the variance.
        let deviation =
            (length * self.worst).hypot(self.longest * scale * (places / 12.0).sqrt()) / places.sqrt();
        Sketched { values, scale: scale / 4.0, middle, error: DEVIATIONS * deviation }
    }

    /// Estimates of the dot products of `out.len()` rows, the i-th being `row(i)`, with a question.
    pub(super) fn estimate(
        &self,
        question: &Sketched,
        row: impl Fn(usize) -> usize,
        sums: &mut Vec<i32>,
        out: &mut [f32],
    ) {
        sums.resize(out.len(), 0);
        sketch_dots(&self.codes, &question.values, &row, sums);
        for (at, (out, &sum)) in out.iter_mut().zip(&*sums).enumerate() {
            *out = (sum as f32 - question.middle) * (question.scale * self.factors[row(at)]);
        }
    }

    /// Calls a row into the cache.
    pub(super) fn fetch(&self, row: Row) {
        let codes = &self.codes[row as usize * self.bytes..][..self.bytes];
        black_box(codes.iter().step_by(LINE).fold(0, |all, code| all ^ code));
    }
}

/// Rounds one rotated row; the length of what is off, and of the estimated row.
fn encode(row: &[f32], codes: &mut [u8], factor: &mut f32) -> (f32, f32) {
    let square = steady_dot(row, row);
    if square == 0.0 {
        return (0.0, 0.0);
    }
    let step = STEP * (square / row.len() as f32).sqrt();
    let (mut along, mut own) = (0.0f32, 0.0f32);
    for (chunk, codes) in row.chunks(CHUNK).zip(codes.chunks_mut(CHUNK / 4)) {
        for (at, &value) in chunk.iter().enumerate() {
            let level = ((value / step).floor() + 2.0).clamp(0.0, 3.0);
            codes[at % (CHUNK / 4)] |= (level as u8) << (2 * (at / (CHUNK / 4)));
            along += (level - 1.5) * value;
            own += (level - 1.5) * (level - 1.5);
        }
    }
    // Every number is of the sign of its level: the sum is above zero.
    *factor = square / along;
    let length = *factor * own.sqrt();
    ((length * length - square).max(0.0).sqrt(), length)
}

/// A fixed rotation by random signs and Hadamard transforms, into a whole number of chunks.
#[derive(Debug, Default)]
struct Rotation {
    width: usize,
    /// By round, twice: signs before the transform of the first places, and of the last.
    signs: Vec<f32>,
}

impl Rotation {
    fn new(width: usize) -> Rotation {
        let width = width.next_multiple_of(CHUNK);
        // Any fixed seed does: rows do not know it.
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let signs = (0..2 * ROUNDS * width)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                if state >> 63 == 0 { 1.0 } else { -1.0 }
            })
            .collect();
        Rotation { width, signs }
    }

    fn apply(&self, vector: &[f32], out: &mut Vec<f32>) {
        out.clear();
        out.extend_from_slice(vector);
        out.resize(self.width, 0.0);
        let block =
            if self.width.is_power_of_two() { self.width } else { self.width.next_power_of_two() / 2 };
        if block == 0 {
            return;
        }
        for signs in self.signs.chunks_exact(2 * self.width) {
            let (first, last) = signs.split_at(self.width);
            flip(out, first);
            transform(&mut out[..block]);
            if block < self.width {
                flip(out, last);
                let rest = self.width - block;
                transform(&mut out[rest..]);
            }
        }
    }
}

fn flip(values: &mut [f32], signs: &[f32]) {
    for (value, sign) in values.iter_mut().zip(signs) {
        *value *= sign;
    }
}

/// The Walsh–Hadamard transform of a power of two of values, which keeps lengths.
fn transform(values: &mut [f32]) {
    struct Transform<'a>(&'a mut [f32]);
    impl WithSimd for Transform<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let keep = (self.0.len() as f32).sqrt().recip();
            let mut half = self.0.len() / 2;
            while half > 0 {
                for pair in self.0.chunks_exact_mut(2 * half) {
                    let (a, b) = pair.split_at_mut(half);
                    for (a, b) in a.iter_mut().zip(b) {
                        (*a, *b) = (*a + *b, *a - *b);
                    }
                }
                half /= 2;
            }
            for value in self.0 {
                *value *= keep;
            }
        }
    }
    Arch::new().dispatch(Transform(values));
}

#[cfg(test)]
mod tests {
    use super::super::kernels::tests::noise;
    use super::*;

    fn normalised(mut values: Vec<f32>) -> Vec<f32> {
        let length = steady_dot(&values, &values).sqrt().max(1e-9);
        values.iter_mut().for_each(|v| *v /= length);
        values
    }

    /// Rows that are noise, few values, one value, all alike, almost alike, and nothing.
    fn rows(width: usize) -> Vec<Vec<f32>> {
        let mut next = noise(width as u32 + 1);
        let mut unit = move || next() as f32 / (1 << 23) as f32 - 1.0;
        let mut rows: Vec<Vec<f32>> = (0..200).map(|_| (0..width).map(|_| unit()).collect()).collect();
        for at in 0..20 {
            rows.push((0..width).map(|j| if j % (at + 2) == 0 { unit() } else { 0.0 }).collect());
            rows.push((0..width).map(|j| if j == at % width { 1.0 } else { 0.0 }).collect());
            rows.push((0..width).map(|j| if j == 0 { 5.0 } else { 0.2 } + 0.01 * unit()).collect());
        }
        rows.push(vec![1.0; width]);
        let mut rows: Vec<Vec<f32>> = rows.into_iter().map(normalised).collect();
        rows.push(vec![0.0; width]);
        rows
    }

    #[test]
    fn estimates_lie_about_the_dot_product_as_normal_errors_do() {
        for width in [1, 40, 256, 384, 512, 700] {
            let rows = rows(width);
            let sketches = Sketches::new(&rows.concat(), width);
            let (mut sum, mut outside, mut pairs) = (0.0, 0, 0);
            for question in &rows {
                let sketched = sketches.sketch(question);
                let mut out = vec![f32::NAN; rows.len()];
                sketches.estimate(&sketched, |at| at, &mut Vec::new(), &mut out);
                let mut few = vec![f32::NAN; 3];
                sketches.estimate(&sketched, |at| 7 + at, &mut Vec::new(), &mut few);
                assert_eq!(few, out[7..10]);
                for (row, estimate) in rows.iter().zip(out) {
                    let off = estimate - steady_dot(row, question);
                    assert!(off.abs() <= sketched.error, "{width}: {off} of {}", sketched.error);
                    sum += f64::from(off);
                    outside += usize::from(off.abs() > sketched.error / DEVIATIONS);
                    pairs += 1;
                }
            }
            assert!((sum / pairs as f64).abs() < 2e-3, "{width}: {}", sum / pairs as f64);
            // A third of normal errors exceed one deviation.
            assert!(outside < pairs * 2 / 5, "{width}: {outside} of {pairs}");
        }
        assert_eq!(Sketches::new(&[], 0).sketch(&[]).error, 0.0);
    }

    #[test]
    fn the_rotation_keeps_lengths_and_angles() {
        for width in [1, 256, 300, 512, 768, 1000] {
            let rotation = Rotation::new(width);
            let mut next = noise(5);
            let [a, b] = [0, 1].map(|_| (0..width).map(|_| next() as f32 / 1e7).collect::<Vec<f32>>());
            let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
            rotation.apply(&a, &mut of_a);
            rotation.apply(&b, &mut of_b);
            let (before, after) = (steady_dot(&a, &b), steady_dot(&of_a, &of_b));
            assert!((before - after).abs() < 1e-4 * before.abs().max(1.0), "{width}: {before} {after}");
        }
    }
}
