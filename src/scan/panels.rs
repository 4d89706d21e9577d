//! Dot products of many questions with many rows.

use pulp::{Arch, Simd, WithSimd};

use super::kernels::LANES;

/// Vectors of many questions, turned so that one step reads the same place of many:
/// panels of [`LANES`] questions, each `width` rows of `LANES` values.
#[derive(Debug, Default)]
pub(super) struct Panels {
    values: Vec<f32>,
    width: usize,
    questions: usize,
}

impl Panels {
    /// Takes in vectors of one width.
    pub(super) fn fill<'a>(&mut self, vectors: impl ExactSizeIterator<Item = &'a [f32]>, width: usize) {
        self.width = width;
        self.questions = vectors.len();
        self.values.clear();
        self.values.resize(self.questions.next_multiple_of(LANES) * width, 0.0);
        for (at, vector) in vectors.enumerate() {
            let panel = at / LANES * LANES * width;
            for (place, &value) in vector.iter().enumerate() {
                self.values[panel + place * LANES + at % LANES] = value;
            }
        }
    }

    /// Dot products of every question with every row (row by row, as wide): `out[q·stride + r]`.
    pub(super) fn products(&self, rows: &[f32], out: &mut [f32], stride: usize) {
        struct Products<'a>(&'a Panels, &'a [f32], &'a mut [f32], usize);
        impl WithSimd for Products<'_> {
            type Output = ();

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) {
                let Products(panels, rows, out, stride) = self;
                if S::F32_LANES >= 16 {
                    multiply::<S, 4>(simd, panels, rows, out, stride);
                } else {
                    multiply::<S, 2>(simd, panels, rows, out, stride);
                }
            }
        }
        if self.width > 0 {
            Arch::new().dispatch(Products(self, rows, out, stride));
        }
    }
}

/// Rows a tile: with `V` registers of questions each, the sums fill the registers there are.
const ROWS: usize = 6;

#[inline(always)]
fn multiply<S: Simd, const V: usize>(simd: S, panels: &Panels, rows: &[f32], out: &mut [f32], stride: usize) {
    let width = panels.width;
    let group = V * S::F32_LANES;
    for (tile, rows) in rows.chunks(ROWS * width).enumerate() {
        let count = rows.len() / width;
        // A tile that is not full repeats its last row.
        let mut held = [[].as_slice(); ROWS];
        for (r, held) in held.iter_mut().enumerate() {
            *held = &rows[r.min(count - 1) * width..][..width];
        }
        for (number, panel) in panels.values.chunks_exact(LANES * width).enumerate() {
            for start in (0..LANES).step_by(group) {
                let first = number * LANES + start;
                let sums = sums_of::<S, V>(simd, panel, start, held);
                for q in 0..group.min(panels.questions.saturating_sub(first)) {
                    let at = (first + q) * stride + tile * ROWS;
                    for (out, sums) in out[at..at + count].iter_mut().zip(&sums) {
                        *out = sums[q];
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn sums_of<S: Simd, const V: usize>(
    simd: S,
    panel: &[f32],
    start: usize,
    rows: [&[f32]; ROWS],
) -> [[f32; LANES]; ROWS] {
    let mut sums = [[simd.splat_f32s(0.0); V]; ROWS];
    let (steps, _) = panel.as_chunks::<LANES>();
    let mut rows = rows;
    for row in &mut rows {
        *row = &row[..steps.len()];
    }
    for (step, values) in steps.iter().enumerate() {
        let (values, _) = S::as_simd_f32s(&values[start..start + V * S::F32_LANES]);
        let mut asked = [simd.splat_f32s(0.0); V];
        asked.copy_from_slice(&values[..V]);
        for (sums, row) in sums.iter_mut().zip(&rows) {
            let held = simd.splat_f32s(row[step]);
            for v in 0..V {
                sums[v] = simd.mul_add_e_f32s(asked[v], held, sums[v]);
            }
        }
    }
    let mut out = [[0.0; LANES]; ROWS];
    for (out, sums) in out.iter_mut().zip(&sums) {
        let (whole, _) = S::as_mut_simd_f32s(out);
        whole[..V].copy_from_slice(sums);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::kernels::steady_dot;
    use super::super::kernels::tests::noise;
    use super::*;

    #[test]
    fn panels_give_each_pair_its_product() {
        let mut next = noise(3);
        for (questions, rows, width) in [(1, 1, 1), (5, 7, 33), (64, 6, 64), (70, 13, 100), (3, 0, 8)] {
            let mut fill = |n: usize| (0..n).map(|_| next() as f32 / 1e7 - 0.8).collect::<Vec<f32>>();
            let (asked, held) = (fill(questions * width), fill(rows * width));
            let mut panels = Panels::default();
            panels.fill(asked.chunks_exact(width), width);
            let stride = rows + 3;
            let mut out = vec![f32::NAN; questions * stride];
            panels.products(&held, &mut out, stride);
            for q in 0..questions {
                for r in 0..rows {
                    let expected = steady_dot(&asked[q * width..][..width], &held[r * width..][..width]);
                    let got = out[q * stride + r];
                    assert!((got - expected).abs() < 1e-4, "{questions}×{rows}×{width}: {got} {expected}");
                }
                assert!(out[q * stride + rows..][..3].iter().all(|v| v.is_nan()), "beyond the rows");
            }
        }
    }
}
