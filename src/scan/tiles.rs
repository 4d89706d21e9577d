//! Products of many questions with many rows of codes, on the processor's matrix unit where it has one.

use std::fmt;

use numkong::{PackedMatrix, Tensor, configure_thread};

use super::kernels::{join_products, round_to};
use super::panels::Panels;
use super::vectors::Vectors;

/// Rows a tile: its codes and the products of one group of questions stay in the second-level cache.
pub(super) const TILE: usize = 1024;

/// Questions a group.
const GROUP: usize = 64;

/// Steps of a question's number: two 8-bit halves, each within ±127.
const STEPS: f32 = 16_000.0;
const HALF: i16 = 128;

/// Codes of rows in the order that the matrix unit reads them, [`TILE`] rows each.
#[derive(Default)]
pub(super) struct Tiles(Vec<PackedMatrix<i8>>);

impl fmt::Debug for Tiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tiles", self.0.len())
    }
}

impl Tiles {
    /// From codes, `stride` a row; none where memory for them is short.
    pub(super) fn new(codes: &[i8], stride: usize) -> Tiles {
        let tile = |codes: &[i8]| {
            let codes = Tensor::<i8>::try_from_slice(codes, &[codes.len() / stride, stride]).ok()?;
            PackedMatrix::try_pack(&codes).ok()
        };
        let tiles: Option<Vec<_>> = codes.chunks((TILE * stride).max(1)).map(tile).collect();
        Tiles(tiles.unwrap_or_default())
    }
}

/// Questions that many rows are multiplied with, and the memory for it.
#[derive(Default)]
pub(super) struct Products {
    groups: Vec<Group>,
    out: Option<Tensor<i32>>,
    /// The same questions, once they are needed: where there are no tiles, or their products may not be had.
    panels: Panels,
    has_panels: bool,
}

impl fmt::Debug for Products {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} groups of questions", self.groups.len())
    }
}

struct Group {
    /// The coarse halves of all its questions, then the fine halves.
    halves: Tensor<i8>,
    scales: Vec<f32>,
}

impl Group {
    /// Vectors no wider than the stride.
    fn new<'a>(questions: impl ExactSizeIterator<Item = &'a [f32]>, stride: usize) -> Option<Group> {
        let count = questions.len();
        let mut halves = vec![0i8; 2 * count * stride];
        let (coarse, fine) = halves.split_at_mut(count * stride);
        let mut scales = Vec::with_capacity(count);
        let places = coarse.chunks_exact_mut(stride).zip(fine.chunks_exact_mut(stride));
        let mut steps = vec![0i16; stride];
        for (question, (coarse, fine)) in questions.zip(places) {
            let largest = question.iter().fold(0.0f32, |most, v| most.max(v.abs()));
            let scale = if largest > 0.0 { largest / STEPS } else { 1.0 };
            round_to(question, scale, &mut steps);
            for ((&step, coarse), fine) in steps.iter().zip(coarse).zip(fine) {
                let high = (step + HALF / 2).div_euclid(HALF);
                (*coarse, *fine) = (high as i8, (step - high * HALF) as i8);
            }
            scales.push(scale);
        }
        let halves = Tensor::try_from_slice(&halves, &[2 * count, stride]).ok()?;
        Some(Group { halves, scales })
    }
}

impl Products {
    /// Takes in vectors as wide as the rows'.
    pub(super) fn fill(&mut self, vectors: &Vectors, questions: &[&[f32]]) {
        // Asks the system for the matrix unit, which it may refuse.
        let has_tiles = !vectors.tiles().0.is_empty() && configure_thread();
        let groups = questions.chunks(GROUP).filter(|_| has_tiles);
        let groups: Option<_> =
            groups.map(|group| Group::new(group.iter().copied(), vectors.stride())).collect();
        self.groups = groups.unwrap_or_default();
        self.has_panels = false;
    }

    /// Dot products of every question taken in with the rows `from..to`, of which `from` begins a tile:
    /// `out[q·stride + r − from]`, each within the question's [`error`](Products::error).
    pub(super) fn multiply(
        &mut self,
        (vectors, questions): (&Vectors, &[&[f32]]),
        (from, to): (usize, usize),
        out: &mut [f32],
        stride: usize,
    ) {
        if !self.groups.is_empty() && self.by_tiles(vectors, (from, to), out, stride).is_some() {
            return;
        }
        if !self.has_panels {
            let width = questions.first().map_or(0, |question| question.len());
            self.panels.fill(questions.iter().copied(), width);
            self.has_panels = true;
        }
        self.panels.products(vectors.rows(from, to), out, stride);
    }

    /// `None` where memory is short.
    fn by_tiles(
        &mut self,
        vectors: &Vectors,
        (from, to): (usize, usize),
        out: &mut [f32],
        stride: usize,
    ) -> Option<()> {
        for first in (from..to).step_by(TILE) {
            let tile = vectors.tiles().0.get(first / TILE)?;
            let (rows, _) = tile.dims();
            let mut number = 0;
            for group in &self.groups {
                let count = group.scales.len();
                let shape = [2 * count, rows];
                let mut products = match self.out.take().filter(|held| held.shape() == shape) {
                    Some(held) => held,
                    None => Tensor::try_full(&shape, 0).ok()?,
                };
                group.halves.try_dots_packed_into(tile, &mut products).ok()?;
                let (coarse, fine) = products.as_slice().split_at(count * rows);
                for (at, &scale) in group.scales.iter().enumerate() {
                    let halves = [coarse, fine].map(|half| &half[at * rows..(at + 1) * rows]);
                    let place = (number + at) * stride + first - from;
                    let steps = &vectors.scales()[first..first + rows];
                    join_products(halves, f32::from(HALF), (steps, scale), &mut out[place..place + rows]);
                }
                number += count;
                self.out = Some(products);
            }
        }
        Some(())
    }

    /// A bound on |exact − multiplied| of a question's dot products.
    pub(super) fn error(&self, vectors: &Vectors, question: &[f32]) -> f32 {
        if self.groups.is_empty() {
            return vectors.product_error(question);
        }
        vectors.error_of(question, STEPS)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::super::Row;
    use super::super::dot;
    use super::super::kernels::tests::noise;
    use super::*;

    #[test]
    fn products_stay_within_their_bound_by_tiles_and_by_panels() {
        let mut next = noise(13);
        for (questions, rows, width) in [(1, 1, 1), (65, 2100, 70), (130, 1024, 64), (3, 0, 8), (0, 5, 8)] {
            let mut fill = |n: usize| (0..n).map(|_| next() as f32 / 1e7 - 0.8).collect::<Vec<f32>>();
            let asked = fill(questions * width);
            let asked: Vec<&[f32]> = asked.chunks_exact(width).collect();
            let vectors = Vectors::new(Array2::from_shape_vec((rows, width), fill(rows * width)).unwrap());
            let mut products = Products::default();
            for by_panels in [false, true] {
                products.fill(&vectors, &asked);
                if by_panels {
                    products.groups.clear();
                }
                let (from, stride) = (rows / TILE * TILE / 2 / TILE * TILE, rows + 3);
                let mut out = vec![f32::NAN; questions * stride];
                products.multiply((&vectors, &asked), (from, rows), &mut out, stride);
                for (q, question) in asked.iter().enumerate() {
                    let error = products.error(&vectors, question);
                    for r in from..rows {
                        let expected = dot(vectors.row(r as Row), question);
                        let got = out[q * stride + r - from];
                        assert!(
                            (got - expected).abs() <= error,
                            "{rows}×{width}: {got} {expected} ± {error}"
                        );
                    }
                    assert!(
                        out[q * stride + rows - from..][..3].iter().all(|v| v.is_nan()),
                        "beyond the rows"
                    );
                }
            }
        }
    }
}
