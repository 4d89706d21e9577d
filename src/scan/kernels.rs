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
pub(super) mod tests {
    use super::*;

    pub(in crate::scan) fn noise(seed: u32) -> impl FnMut() -> u32 {
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

    #[test]
    fn each_row_has_its_own_bar() {
        let mut next = noise(12);
        let words: Vec<f32> = (0..150).map(|_| next() as f32 / 1e7).collect();
        let dots: Vec<f32> = (0..150).map(|_| next() as f32 / 1e7).collect();
        let mut bars: Vec<f32> =
            (0..150).map(|row| if row % 3 == 0 { f32::NEG_INFINITY } else { 0.4 }).collect();
        let before = bars.clone();
        let mut told = Vec::new();
        above_each(&words, &dots, (2.0, -1.0, 0.1), &mut bars, &mut |row, value| {
            told.push((row, value));
            value + 1.0
        });
        let expected: Vec<(usize, f32)> =
            (0..150).map(|i| (i, words[i] * 2.0 - dots[i] + 0.1)).filter(|&(i, f)| f > before[i]).collect();
        assert_eq!(told, expected);
        for (row, bar) in bars.into_iter().enumerate() {
            let raised = told.iter().find(|(at, _)| *at == row).map_or(before[row], |(_, value)| value + 1.0);
            assert_eq!(bar, raised, "{row}");
        }
    }
}
