//! Dot products of codes and of sketches by the registers of x86 processors, of 256 bits and of 512.

use pulp::x86::{V3, V4};
use pulp::{NullaryFnOnce, cast};

/// How one width of registers adds up products of codes.
pub(super) trait Wide: Copy {
    /// Running sums of one row.
    type Sums: Copy;

    fn zero(self) -> Self::Sums;

    /// Adds 32 products, in pairs, after extending the codes to 16 bits.
    fn add(self, sums: Self::Sums, codes: [i8; 32], question: [i16; 32]) -> Self::Sums;

    /// Adds 256 products of two-bit codes to sums of 16 bits, the second of which counts fourfold;
    /// see [`super::kernels::sketch_dots`].
    fn add_sketch(self, sums: [Self::Sums; 2], codes: [u8; 64], question: [[i8; 64]; 4]) -> [Self::Sums; 2];

    /// Four times the products that [`add_sketch`](Wide::add_sketch) has added up, in 32 bits.
    fn widen(self, sums: [Self::Sums; 2]) -> Self::Sums;

    fn sum(self, a: Self::Sums, b: Self::Sums) -> Self::Sums;

    fn total(self, sums: Self::Sums) -> i32;

    fn totals(self, sums: [Self::Sums; 4]) -> [i32; 4];
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
    fn add_sketch(
        self,
        [ones, fours]: [Self::Sums; 2],
        codes: [u8; 64],
        [a, b, c, d]: [[i8; 64]; 4],
    ) -> [Self::Sums; 2] {
        let (f, bw) = (self.0.avx512f, self.0.avx512bw);
        let codes: Self::Sums = cast(codes);
        let (low, next): (Self::Sums, Self::Sums) = (cast([3u8; 64]), cast([12u8; 64]));
        let upper = bw._mm512_srli_epi16::<4>(codes);
        let product = |codes, mask, asked| bw._mm512_maddubs_epi16(f._mm512_and_si512(codes, mask), asked);
        let of_ones = bw._mm512_add_epi16(product(codes, low, cast(a)), product(upper, low, cast(c)));
        let of_fours = bw._mm512_add_epi16(product(codes, next, cast(b)), product(upper, next, cast(d)));
        [bw._mm512_add_epi16(ones, of_ones), bw._mm512_add_epi16(fours, of_fours)]
    }

    #[inline(always)]
    fn widen(self, [ones, fours]: [Self::Sums; 2]) -> Self::Sums {
        let bw = self.0.avx512bw;
        let whole = bw._mm512_madd_epi16(ones, cast([4i16; 32]));
        self.0.avx512f._mm512_add_epi32(whole, bw._mm512_madd_epi16(fours, cast([1i16; 32])))
    }

    #[inline(always)]
    fn sum(self, a: Self::Sums, b: Self::Sums) -> Self::Sums {
        self.0.avx512f._mm512_add_epi32(a, b)
    }

    #[inline(always)]
    fn totals(self, [a, b, c, d]: [Self::Sums; 4]) -> [i32; 4] {
        let f = self.0.avx512f;
        let pair = |a, b| f._mm512_add_epi32(f._mm512_unpacklo_epi32(a, b), f._mm512_unpackhi_epi32(a, b));
        let (first, last) = (pair(a, b), pair(c, d));
        let four =
            f._mm512_add_epi32(f._mm512_unpacklo_epi64(first, last), f._mm512_unpackhi_epi64(first, last));
        let [w, x, y, z]: [[i32; 4]; 4] = cast(four);
        [0, 1, 2, 3].map(|at| (w[at] + x[at]) + (y[at] + z[at]))
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
    fn add_sketch(self, sums: [Self::Sums; 2], codes: [u8; 64], question: [[i8; 64]; 4]) -> [Self::Sums; 2] {
        let avx = self.0.avx2;
        let codes: [[u8; 32]; 2] = cast(codes);
        let question: [[[i8; 32]; 2]; 4] = cast(question);
        let (low, next): (Self::Sums, Self::Sums) = (cast([3u8; 32]), cast([12u8; 32]));
        let product = |codes, mask, asked| avx._mm256_maddubs_epi16(avx._mm256_and_si256(codes, mask), asked);
        let [mut ones, mut fours] = sums;
        for half in 0..2 {
            let codes: Self::Sums = cast(codes[half]);
            let upper = avx._mm256_srli_epi16::<4>(codes);
            let [a, b, c, d] = question.map(|part| cast::<_, Self::Sums>(part[half]));
            ones = avx._mm256_add_epi16(ones, product(codes, low, a));
            ones = avx._mm256_add_epi16(ones, product(upper, low, c));
            fours = avx._mm256_add_epi16(fours, product(codes, next, b));
            fours = avx._mm256_add_epi16(fours, product(upper, next, d));
        }
        [ones, fours]
    }

    #[inline(always)]
    fn widen(self, [ones, fours]: [Self::Sums; 2]) -> Self::Sums {
        let avx = self.0.avx2;
        let whole = avx._mm256_madd_epi16(ones, cast([4i16; 16]));
        avx._mm256_add_epi32(whole, avx._mm256_madd_epi16(fours, cast([1i16; 16])))
    }

    #[inline(always)]
    fn sum(self, a: Self::Sums, b: Self::Sums) -> Self::Sums {
        self.0.avx2._mm256_add_epi32(a, b)
    }

    #[inline(always)]
    fn totals(self, [a, b, c, d]: [Self::Sums; 4]) -> [i32; 4] {
        let avx = self.0.avx2;
        let four = avx._mm256_hadd_epi32(avx._mm256_hadd_epi32(a, b), avx._mm256_hadd_epi32(c, d));
        let [w, x]: [[i32; 4]; 2] = cast(four);
        [0, 1, 2, 3].map(|at| w[at] + x[at])
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

/// Two-bit codes, question, row of a place, and what comes of it.
pub(super) struct SketchDots<'a, W, R>(
    pub(super) W,
    pub(super) &'a [u8],
    pub(super) &'a [i8],
    pub(super) R,
    pub(super) &'a mut [i32],
);

impl<W: Wide, R: Fn(usize) -> usize> NullaryFnOnce for SketchDots<'_, W, R> {
    type Output = ();

    /// Four rows at a time; see [`Dots`].
    #[inline(always)]
    fn call(self) {
        let SketchDots(wide, codes, question, row, out) = self;
        let (places, _) = question.as_chunks::<64>();
        let (asked, _) = places.as_chunks::<4>();
        let bytes = asked.len() * 64;
        let of = |at: usize| &codes[row(at) * bytes..][..bytes];
        let (fours, rest) = out.as_chunks_mut::<4>();
        for (at, four) in fours.iter_mut().enumerate() {
            let rows = [of(4 * at), of(4 * at + 1), of(4 * at + 2), of(4 * at + 3)];
            *four = wide.totals(sketch_sums(wide, rows, asked));
        }
        let done = 4 * fours.len();
        for (at, out) in rest.iter_mut().enumerate() {
            let [sums] = sketch_sums(wide, [of(done + at)], asked);
            *out = wide.total(sums);
        }
    }
}

/// Chunks whose products leave 16 bits in no case: each adds at most 4 · 12 · 127 to a sum of fours.
const BEFORE_WIDENING: usize = 5;

/// Four times the products of rows.
#[inline(always)]
fn sketch_sums<W: Wide, const N: usize>(wide: W, rows: [&[u8]; N], asked: &[[[i8; 64]; 4]]) -> [W::Sums; N] {
    let mut steps = [const { [].as_slice() }; N];
    for (steps, row) in steps.iter_mut().zip(rows) {
        *steps = &row.as_chunks::<64>().0[..asked.len()];
    }
    let mut sums = [wide.zero(); N];
    for (group, asked) in asked.chunks(BEFORE_WIDENING).enumerate() {
        let mut narrow = [[wide.zero(); 2]; N];
        for (step, &question) in asked.iter().enumerate() {
            for at in 0..N {
                let codes = steps[at][group * BEFORE_WIDENING + step];
                narrow[at] = wide.add_sketch(narrow[at], codes, question);
            }
        }
        for at in 0..N {
            sums[at] = wide.sum(sums[at], wide.widen(narrow[at]));
        }
    }
    sums
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
