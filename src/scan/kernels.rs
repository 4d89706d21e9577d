//! Loops that must run at the machine's speed. `pulp` finds the processor's features at
//! run time and compiles each loop for them; without any it is plain Rust.

use pulp::{Arch, Simd, WithSimd};

#[cfg(target_arch = "x86_64")]
use super::x86;

/// Rows are padded to a multiple of this wherever loops run over them.
pub(super) const LANES: usize = 64;

/// Bytes that come into the cache together.
pub(super) const LINE: usize = 64;

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

/// A bar that at least `k` of the rows reach, and hardly more than a few times as many; `−∞` where fewer
/// than `k` have a number for a score. As for [`above`].
pub(super) fn bar_for(words: &[f32], dots: &[f32], factors: (f32, f32), rows: usize, k: usize) -> f32 {
    struct Largest<'a>(&'a [f32], &'a [f32], (f32, f32), usize, &'a mut Vec<f32>);
    impl WithSimd for Largest<'_> {
        type Output = ();

        /// The largest of every lane in each block of chunks: no two of one row.
        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Largest(words, dots, (a, b), chunks, largest) = self;
            let (words, _) = words.as_chunks::<LANES>();
            let (dots, _) = dots.as_chunks::<LANES>();
            for (words, dots) in words.chunks(chunks).zip(dots.chunks(chunks)) {
                let mut most = [f32::NEG_INFINITY; LANES];
                for (w, d) in words.iter().zip(dots) {
                    for lane in 0..LANES {
                        let fused = w[lane] * a + d[lane] * b;
                        most[lane] = if fused > most[lane] { fused } else { most[lane] };
                    }
                }
                largest.extend_from_slice(&most);
            }
        }
    }
    if k == 0 {
        return f32::INFINITY;
    }
    let whole = rows / LANES * LANES;
    let enough = (4 * k).max(1024);
    let mut largest = Vec::with_capacity(2 * enough + LANES);
    Arch::new().dispatch(Largest(
        &words[..whole],
        &dots[..whole],
        factors,
        (rows / enough).max(1),
        &mut largest,
    ));
    largest.extend((whole..rows).map(|row| words[row] * factors.0 + dots[row] * factors.1));
    largest.retain(|value| !value.is_nan());
    if largest.len() < k {
        return f32::NEG_INFINITY;
    }
    *largest.select_nth_unstable_by(k - 1, |x, y| y.total_cmp(x)).1
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
        fn with_simd<S: Simd>(self, simd: S) -> f32 {
            let (a, a_rest) = self.0.as_chunks::<SUMS>();
            let (b, b_rest) = self.1.as_chunks::<SUMS>();
            let mut sums = match S::F32_LANES {
                16 => running_sums::<S, 2>(simd, a, b),
                8 => running_sums::<S, 4>(simd, a, b),
                4 => running_sums::<S, 8>(simd, a, b),
                _ => running_sums::<S, SUMS>(simd, a, b),
            };
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

const SUMS: usize = 32;

/// In `V` registers.
#[inline(always)]
fn running_sums<S: Simd, const V: usize>(simd: S, a: &[[f32; SUMS]], b: &[[f32; SUMS]]) -> [f32; SUMS] {
    let mut sums = [simd.splat_f32s(0.0); V];
    for (x, y) in a.iter().zip(b) {
        let ((x, _), (y, _)) = (S::as_simd_f32s(x), S::as_simd_f32s(y));
        for ((sum, &x), &y) in sums.iter_mut().zip(x).zip(y) {
            *sum = simd.add_f32s(*sum, simd.mul_f32s(x, y));
        }
    }
    let mut out = [0.0; SUMS];
    S::as_mut_simd_f32s(&mut out).0.copy_from_slice(&sums);
    out
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

/// `out[i] = (coarse[i]·unit + fine[i])·scales[i]·scale`: products of two halves of a question as one.
pub(super) fn join_products(
    [coarse, fine]: [&[i32]; 2],
    unit: f32,
    (scales, scale): (&[f32], f32),
    out: &mut [f32],
) {
    struct Joined<'a>([&'a [i32]; 2], f32, (&'a [f32], f32), &'a mut [f32]);
    impl WithSimd for Joined<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Joined([coarse, fine], unit, (scales, scale), out) = self;
            for (((out, &coarse), &fine), &step) in out.iter_mut().zip(coarse).zip(fine).zip(scales) {
                *out = (coarse as f32 * unit + fine as f32) * (step * scale);
            }
        }
    }
    Arch::new().dispatch(Joined([coarse, fine], unit, (scales, scale), out));
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

/// Four times the integer dot products of rows of two-bit codes with a question: `out[i]` is of `row(i)`. A question of
/// n values stands for rows of n/4 bytes: byte b of each 64 holds the codes of values b, b + 64,
/// b + 128 and b + 192 of 256, the first in its lowest bits.
pub(super) fn sketch_dots(codes: &[u8], question: &[i8], row: impl Fn(usize) -> usize, out: &mut [i32]) {
    #[cfg(target_arch = "x86_64")]
    {
        if let Some(simd) = pulp::x86::V4::try_new() {
            return simd.vectorize(x86::SketchDots(x86::Wide512(simd), codes, question, row, out));
        }
        if let Some(simd) = pulp::x86::V3::try_new() {
            return simd.vectorize(x86::SketchDots(x86::Wide256(simd), codes, question, row, out));
        }
    }
    plain_sketch_dots(codes, question, row, out);
}

fn plain_sketch_dots(codes: &[u8], question: &[i8], row: impl Fn(usize) -> usize, out: &mut [i32]) {
    let bytes = question.len() / 4;
    for (at, out) in out.iter_mut().enumerate() {
        *out = 0;
        let codes = &codes[row(at) * bytes..][..bytes];
        for (codes, asked) in codes.chunks_exact(64).zip(question.chunks_exact(256)) {
            for (part, asked) in asked.chunks_exact(64).enumerate() {
                let products = codes.iter().zip(asked);
                *out +=
                    products.map(|(c, &q)| i32::from(c >> (2 * part) & 3) * i32::from(q) * 4).sum::<i32>();
            }
        }
    }
}

fn plain_dots(codes: &[i8], question: &[i16], row: impl Fn(usize) -> usize, out: &mut [i32]) {
    let width = question.len();
    for (at, sum) in out.iter_mut().enumerate() {
        let codes = &codes[row(at) * width..][..width];
        *sum = codes.iter().zip(question).map(|(&code, &asked)| i32::from(code) * i32::from(asked)).sum();
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
    fn every_width_gives_the_plain_sums_of_sketches() {
        let mut next = noise(17);
        for (rows, chunks) in [(0, 1), (1, 1), (3, 2), (4, 3), (9, 7)] {
            let codes: Vec<u8> = (0..rows * chunks * 64).map(|_| next() as u8).collect();
            // The largest values there are, which must not leave the narrow sums.
            let question: Vec<i8> =
                (0..chunks * 256).map(|at| if at % 3 == 0 { 127 } else { -127 }).collect();
            let (mut quick, mut plain) = (vec![0; rows], vec![0; rows]);
            let row = |at: usize| rows - 1 - at;
            sketch_dots(&codes, &question, row, &mut quick);
            plain_sketch_dots(&codes, &question, row, &mut plain);
            assert_eq!(quick, plain, "{rows} × {chunks}");
            #[cfg(target_arch = "x86_64")]
            if let Some(simd) = pulp::x86::V3::try_new() {
                let mut half = vec![0; rows];
                simd.vectorize(x86::SketchDots(x86::Wide256(simd), &codes, &question, row, &mut half));
                assert_eq!(half, plain, "{rows} × {chunks} by 256 bits");
            }
        }
        let all = sketch_dots_of_ones(&[0xFF; 7 * 64], 7 * 256);
        assert_eq!(all, 4 * 3 * 127 * 7 * 256);
    }

    fn sketch_dots_of_ones(row: &[u8], places: usize) -> i32 {
        let mut out = [0];
        sketch_dots(row, &vec![127; places], |at| at, &mut out);
        out[0]
    }

    #[test]
    fn the_steady_dot_adds_in_its_own_order() {
        let mut next = noise(19);
        for width in [0, 5, 32, 100, 512] {
            let mut fill = || (0..width).map(|_| next() as f32 / 1e7 - 0.8).collect::<Vec<f32>>();
            let (a, b) = (fill(), fill());
            let mut sums = [0.0f32; SUMS];
            let whole = width / SUMS * SUMS;
            for at in 0..whole {
                sums[at % SUMS] += a[at] * b[at];
            }
            for half in [16, 8, 4, 2, 1] {
                for lane in 0..half {
                    sums[lane] += sums[lane + half];
                }
            }
            let rest: f32 = (whole..width).map(|at| a[at] * b[at]).sum();
            assert_eq!(steady_dot(&a, &b).to_bits(), (sums[0] + rest).to_bits(), "{width}");
        }
    }

    #[test]
    fn the_bar_is_reached_by_k_rows_and_hardly_more() {
        let mut next = noise(23);
        for (rows, k) in
            [(0usize, 1), (1, 1), (63, 5), (64, 64), (5_000, 20), (5_000, 700), (40_000, 20), (300, 301)]
        {
            let padded = rows.next_multiple_of(LANES);
            let mut words: Vec<f32> = (0..padded).map(|_| next() as f32 / 1e7).collect();
            let dots: Vec<f32> = (0..padded).map(|_| next() as f32 / 1e7).collect();
            for row in (0..rows).step_by(7) {
                words[row] = f32::NAN;
            }
            let bar = bar_for(&words, &dots, (0.5, 2.0), rows, k);
            let reach = (0..rows).filter(|&row| words[row] * 0.5 + dots[row] * 2.0 >= bar).count();
            let scored = words[..rows].iter().filter(|words| !words.is_nan()).count();
            assert!(reach >= k.min(scored), "{rows} {k}: {reach}");
            assert!(reach <= 3 * k || scored < k, "{rows} {k}: {reach}");
        }
        assert_eq!(bar_for(&[], &[], (1.0, 1.0), 0, 0), f32::INFINITY);
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
