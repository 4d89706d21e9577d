//! Loops that must run at the machine's speed. `pulp` finds the processor's features at
//! run time and compiles each loop for them; without any it is plain Rust.

use pulp::{Arch, Simd, WithSimd};

/// Rows are padded to a multiple of this wherever loops run over them.
pub(super) const LANES: usize = 64;

/// Adds four weighted columns to `sums` in one pass. All have the same length.
pub(super) fn add_columns(columns: [(&[f32], f32); 4], sums: &mut [f32]) {
    struct Add<'a>([(&'a [f32], f32); 4], &'a mut [f32]);
    impl WithSimd for Add<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let [(a, x), (b, y), (c, z), (d, w)] = self.0;
            let rest = a.iter().zip(b).zip(c).zip(d);
            for (sum, (((a, b), c), d)) in self.1.iter_mut().zip(rest) {
                *sum += (a * x + b * y) + (c * z + d * w);
            }
        }
    }
    Arch::new().dispatch(Add(columns, sums));
}

/// Adds one weighted column to `sums`.
pub(super) fn add_column(column: &[f32], weight: f32, sums: &mut [f32]) {
    struct Add<'a>(&'a [f32], f32, &'a mut [f32]);
    impl WithSimd for Add<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            for (sum, held) in self.2.iter_mut().zip(self.0) {
                *sum += held * self.1;
            }
        }
    }
    Arch::new().dispatch(Add(column, weight, sums));
}

/// Smallest and largest of the values; `(∞, −∞)` of none.
pub(super) fn extent(values: &[f32]) -> (f32, f32) {
    struct Extent<'a>(&'a [f32]);
    impl WithSimd for Extent<'_> {
        type Output = (f32, f32);

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> (f32, f32) {
            let mut low = [f32::INFINITY; LANES];
            let mut high = [f32::NEG_INFINITY; LANES];
            let (chunks, rest) = self.0.as_chunks::<LANES>();
            for chunk in chunks {
                for lane in 0..LANES {
                    low[lane] = if chunk[lane] < low[lane] { chunk[lane] } else { low[lane] };
                    high[lane] = if chunk[lane] > high[lane] { chunk[lane] } else { high[lane] };
                }
            }
            let low = low.iter().chain(rest).copied().fold(f32::INFINITY, f32::min);
            let high = high.iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max);
            (low, high)
        }
    }
    Arch::new().dispatch(Extent(values))
}

/// `fused[i] = words[i]·a + dots[i]·b`; whether one of them exceeds `bar`.
#[inline(always)]
fn fuse_chunk(words: &[f32; LANES], dots: &[f32; LANES], a: f32, b: f32, bar: f32) -> (bool, [f32; LANES]) {
    let mut fused = [0.0; LANES];
    for lane in 0..LANES {
        fused[lane] = words[lane] * a + dots[lane] * b;
    }
    let mut above = 0u32;
    for value in &fused {
        above |= u32::from(*value > bar);
    }
    (above != 0, fused)
}

/// Tells `visit` of every `(row, fused)` above the bar, which `visit` may raise.
/// `words` and `dots` are padded to a multiple of [`LANES`]; rows at and beyond `rows` are left out.
pub(super) fn above(
    words: &[f32],
    dots: &[f32],
    (a, b): (f32, f32),
    rows: usize,
    bar: f32,
    visit: &mut impl FnMut(usize, f32) -> f32,
) {
    struct Above<'a, V>(&'a [f32], &'a [f32], (f32, f32), usize, f32, &'a mut V);
    impl<V: FnMut(usize, f32) -> f32> WithSimd for Above<'_, V> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Above(words, dots, (a, b), rows, mut bar, visit) = self;
            let (words, _) = words.as_chunks::<LANES>();
            let (dots, _) = dots.as_chunks::<LANES>();
            for (chunk, (w, d)) in words.iter().zip(dots).enumerate() {
                let (any, fused) = fuse_chunk(w, d, a, b, bar);
                if !any {
                    continue;
                }
                for (lane, &value) in fused.iter().enumerate() {
                    let row = chunk * LANES + lane;
                    if value > bar && row < rows {
                        bar = visit(row, value);
                    }
                }
            }
        }
    }
    Arch::new().dispatch(Above(words, dots, (a, b), rows, bar, visit));
}

/// Tells `visit` of every `(row, fused)` above the row's own bar, which is what `visit` answers from
/// then on. All three are as long; the third factor is added to each.
pub(super) fn above_each(
    words: &[f32],
    dots: &[f32],
    (a, b, c): (f32, f32, f32),
    bars: &mut [f32],
    visit: &mut impl FnMut(usize, f32) -> f32,
) {
    struct Above<'a, V>(&'a [f32], &'a [f32], (f32, f32, f32), &'a mut [f32], &'a mut V);
    impl<V: FnMut(usize, f32) -> f32> WithSimd for Above<'_, V> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Above(words, dots, (a, b, c), bars, visit) = self;
            let ((words, words_rest), (dots, dots_rest)) =
                (words.as_chunks::<LANES>(), dots.as_chunks::<LANES>());
            let (bars, bars_rest) = bars.as_chunks_mut::<LANES>();
            let whole = bars.len() * LANES;
            for (chunk, ((w, d), bars)) in words.iter().zip(dots).zip(bars).enumerate() {
                let mut fused = [0.0; LANES];
                let mut above = 0u32;
                for lane in 0..LANES {
                    fused[lane] = w[lane] * a + d[lane] * b + c;
                    above |= u32::from(fused[lane] > bars[lane]);
                }
                if above == 0 {
                    continue;
                }
                for (lane, (&value, bar)) in fused.iter().zip(bars).enumerate() {
                    if value > *bar {
                        *bar = visit(chunk * LANES + lane, value);
                    }
                }
            }
            for (at, ((w, d), bar)) in words_rest.iter().zip(dots_rest).zip(bars_rest).enumerate() {
                let value = w * a + d * b + c;
                if value > *bar {
                    *bar = visit(whole + at, value);
                }
            }
        }
    }
    Arch::new().dispatch(Above(words, dots, (a, b, c), bars, visit));
}

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

/// Dot product of two vectors of one length, in 32 running sums that are added in a fixed
/// order and without fused steps: the same bits on every machine, in a batch and alone.
pub(super) fn steady_dot(a: &[f32], b: &[f32]) -> f32 {
    struct Dot<'a>(&'a [f32], &'a [f32]);
    impl WithSimd for Dot<'_> {
        type Output = f32;

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> f32 {
            let mut sums = [0.0f32; 32];
            let (a, a_rest) = self.0.as_chunks::<32>();
            let (b, b_rest) = self.1.as_chunks::<32>();
            for (x, y) in a.iter().zip(b) {
                for lane in 0..32 {
                    sums[lane] += x[lane] * y[lane];
                }
            }
            for half in [16, 8, 4, 2, 1] {
                for lane in 0..half {
                    sums[lane] += sums[lane + half];
                }
            }
            sums[0] + a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum::<f32>()
        }
    }
    Arch::new().dispatch(Dot(a, b))
}

/// Rounds each value over `scale` to the nearest whole number (halves away from zero).
pub(super) fn round_to(values: &[f32], scale: f32, out: &mut [i16]) {
    struct Round<'a>(&'a [f32], f32, &'a mut [i16]);
    impl WithSimd for Round<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let steps = 1.0 / self.1;
            for (out, value) in self.2.iter_mut().zip(self.0) {
                let steps = value * steps;
                *out = (steps + 0.5f32.copysign(steps)) as i32 as i16;
            }
        }
    }
    Arch::new().dispatch(Round(values, scale, out));
}

/// Integer dot products of code rows with a question: `out[i] = Σ codes[r·width + j]·question[j]`
/// for `r = row(i)`. `width`, a multiple of [`LANES`], is the question's length.
pub(super) fn code_dots(codes: &[i8], question: &[i16], row: impl Fn(usize) -> usize, out: &mut [i32]) {
    #[cfg(target_arch = "x86_64")]
    {
        if let Some(simd) = pulp::x86::V4::try_new() {
            return simd.vectorize(x86::Dots(x86::Wide512(simd), codes, question, row, out));
        }
        if let Some(simd) = pulp::x86::V3::try_new() {
            return simd.vectorize(x86::Dots(x86::Wide256(simd), codes, question, row, out));
        }
    }
    plain_dots(codes, question, row, out);
}

fn plain_dots(codes: &[i8], question: &[i16], row: impl Fn(usize) -> usize, out: &mut [i32]) {
    let width = question.len();
    for (at, sum) in out.iter_mut().enumerate() {
        let codes = &codes[row(at) * width..][..width];
        *sum = codes.iter().zip(question).map(|(&code, &asked)| i32::from(code) * i32::from(asked)).sum();
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use pulp::x86::{V3, V4};
    use pulp::{NullaryFnOnce, cast};

    /// How one width of registers adds up products of codes.
    pub(super) trait Wide: Copy {
        /// Running sums of one row.
        type Sums: Copy;

        fn zero(self) -> Self::Sums;

        /// Adds 32 products, in pairs, after extending the codes to 16 bits.
        fn add(self, sums: Self::Sums, codes: [i8; 32], question: [i16; 32]) -> Self::Sums;

        fn total(self, sums: Self::Sums) -> i32;
    }

    #[derive(Clone, Copy)]
    pub(super) struct Wide512(pub(super) V4);

    impl Wide for Wide512 {
        type Sums = core::arch::x86_64::__m512i;

        #[inline(always)]
        fn zero(self) -> Self::Sums {
            cast([0i32; 16])
        }

        #[inline(always)]
        fn add(self, sums: Self::Sums, codes: [i8; 32], question: [i16; 32]) -> Self::Sums {
            let codes = self.0.avx512bw._mm512_cvtepi8_epi16(cast(codes));
            let products = self.0.avx512bw._mm512_madd_epi16(codes, cast(question));
            self.0.avx512f._mm512_add_epi32(sums, products)
        }

        #[inline(always)]
        fn total(self, sums: Self::Sums) -> i32 {
            cast::<_, [i32; 16]>(sums).iter().sum()
        }
    }

    #[derive(Clone, Copy)]
    pub(super) struct Wide256(pub(super) V3);

    impl Wide for Wide256 {
        type Sums = core::arch::x86_64::__m256i;

        #[inline(always)]
        fn zero(self) -> Self::Sums {
            cast([0i32; 8])
        }

        #[inline(always)]
        fn add(self, sums: Self::Sums, codes: [i8; 32], question: [i16; 32]) -> Self::Sums {
            let (codes, question): ([[i8; 16]; 2], [[i16; 16]; 2]) = (cast(codes), cast(question));
            let mut sums = sums;
            for half in 0..2 {
                let codes = self.0.avx2._mm256_cvtepi8_epi16(cast(codes[half]));
                let products = self.0.avx2._mm256_madd_epi16(codes, cast(question[half]));
                sums = self.0.avx2._mm256_add_epi32(sums, products);
            }
            sums
        }

        #[inline(always)]
        fn total(self, sums: Self::Sums) -> i32 {
            cast::<_, [i32; 8]>(sums).iter().sum()
        }
    }

    /// Codes, question, row of a place, and what comes of it.
    pub(super) struct Dots<'a, W, R>(
        pub(super) W,
        pub(super) &'a [i8],
        pub(super) &'a [i16],
        pub(super) R,
        pub(super) &'a mut [i32],
    );

    impl<W: Wide, R: Fn(usize) -> usize> NullaryFnOnce for Dots<'_, W, R> {
        type Output = ();

        /// Four rows at a time, so that each step of the question is read once for them.
        #[inline(always)]
        fn call(self) {
            let Dots(wide, codes, question, row, out) = self;
            let (asked, _) = question.as_chunks::<32>();
            let of = |at: usize| &codes[row(at) * question.len()..][..question.len()];
            let (fours, rest) = out.as_chunks_mut::<4>();
            for (at, four) in fours.iter_mut().enumerate() {
                let rows = [of(4 * at), of(4 * at + 1), of(4 * at + 2), of(4 * at + 3)];
                *four = dots(wide, rows, asked);
            }
            let done = 4 * fours.len();
            for (at, out) in rest.iter_mut().enumerate() {
                [*out] = dots(wide, [of(done + at)], asked);
            }
        }
    }

    #[inline(always)]
    fn dots<W: Wide, const N: usize>(wide: W, rows: [&[i8]; N], asked: &[[i16; 32]]) -> [i32; N] {
        let mut steps = [const { [].as_slice() }; N];
        for (steps, row) in steps.iter_mut().zip(rows) {
            *steps = &row.as_chunks::<32>().0[..asked.len()];
        }
        let mut sums = [wide.zero(); N];
        for (step, &question) in asked.iter().enumerate() {
            for at in 0..N {
                sums[at] = wide.add(sums[at], steps[at][step], question);
            }
        }
        sums.map(|sums| wide.total(sums))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u32) -> impl FnMut() -> u32 {
        let mut state = seed;
        move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        }
    }

    #[test]
    fn every_width_gives_the_plain_sums() {
        let mut next = noise(7);
        for (rows, width) in [(0, 64), (1, 64), (3, 128), (4, 64), (7, 512), (9, 320)] {
            let codes: Vec<i8> = (0..rows * width).map(|_| (next() % 255) as i32 as u8 as i8).collect();
            let question: Vec<i16> = (0..width).map(|_| (next() % 4001) as i16 - 2000).collect();
            let (mut quick, mut plain) = (vec![0; rows], vec![0; rows]);
            code_dots(&codes, &question, |at| rows - 1 - at, &mut quick);
            plain_dots(&codes, &question, |at| rows - 1 - at, &mut plain);
            assert_eq!(quick, plain, "{rows} × {width}");
            #[cfg(target_arch = "x86_64")]
            if let Some(simd) = pulp::x86::V3::try_new() {
                let mut half = vec![0; rows];
                let row = |at: usize| rows - 1 - at;
                simd.vectorize(x86::Dots(x86::Wide256(simd), &codes, &question, row, &mut half));
                assert_eq!(half, plain, "{rows} × {width} by 256 bits");
            }
        }
    }

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

    #[test]
    fn only_rows_above_the_bar_are_told_of() {
        let mut next = noise(11);
        let words: Vec<f32> = (0..192).map(|_| next() as f32 / 1e7).collect();
        let dots: Vec<f32> = (0..192).map(|_| next() as f32 / 1e7).collect();
        let mut told = Vec::new();
        above(&words, &dots, (2.0, -1.0), 150, 0.4, &mut |row, value| {
            told.push((row, value));
            0.4
        });
        let expected: Vec<(usize, f32)> =
            (0..150).map(|i| (i, words[i] * 2.0 - dots[i])).filter(|&(_, f)| f > 0.4).collect();
        assert_eq!(told, expected);
        let (low, high) = extent(&words[..131]);
        assert_eq!(low, words[..131].iter().copied().fold(f32::INFINITY, f32::min));
        assert_eq!(high, words[..131].iter().copied().fold(f32::NEG_INFINITY, f32::max));
    }
}
