//! How time and memory grow with the list, and how near each figure is to what the
//! machine can do: `cargo bench --bench growth` (to a million rows with
//! `OPCMATCH_BENCH_MILLION=1`).
//!
//! A scan of one question must read every code and the postings of its terms: its limit is
//! those bytes over the bandwidth measured here. A batch must multiply every pair of vectors:
//! its limit is those operations over the peak measured here. Times are CPU time of the process.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod corpus;
mod cpu;

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use corpus::{Corpus, Question};
use cpu::median;
use opcmatch::scan::{Asked, Join, Rows, Scan, Scratch, batch};

const WIDTH: usize = 512;
const BEST: usize = 20;
const JOIN: Join = Join::Given { words: 0.05, dots: 1.0 };

fn main() {
    let (bandwidth, peak) = (bandwidth(), peak());
    println!(
        "one core reads {:.1} GB/s and does {:.0} GFLOP/s (multiply and add)",
        bandwidth / 1e9,
        peak / 1e9
    );
    println!();
    println!(
        "| rows | memory MB | short ms | whole ms | of limit | filtered ms | batch ms each | of limit |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut sizes = vec![362, 10_000, 100_000];
    if std::env::var_os("OPCMATCH_BENCH_MILLION").is_some() {
        sizes.push(1_000_000);
    }
    for size in sizes {
        let before = resident();
        let mut corpus = Corpus::new(size, 256, WIDTH);
        let postings = corpus.postings();
        let some = corpus.some();
        let read: usize =
            corpus.whole.iter().map(|q| postings_read(&corpus, q)).sum::<usize>() / corpus.whole.len();
        corpus.entries = Vec::new();
        let vectors = corpus.vectors();
        corpus.matrix = ndarray::Array2::zeros((0, 0));
        let memory = resident().saturating_sub(before) >> 20;
        let mut scratch = Scratch::default();
        let mut ask = |questions: &[Question], rows: Rows<'_>| {
            median(questions.len(), || {
                for Question { terms, vector } in questions {
                    let scan =
                        Scan { postings: &postings, vectors: &vectors, terms, vector, join: JOIN, rows };
                    black_box(scan.best(BEST, &mut scratch, None));
                }
            })
        };
        let short = ask(&corpus.short, Rows::ALL);
        let whole = ask(&corpus.whole, Rows::ALL);
        let filtered = ask(&corpus.whole, Rows::only(&some));
        let asked: Vec<Asked<'_>> =
            corpus.whole.iter().map(|q| Asked { terms: &q.terms, vector: &q.vector }).collect();
        let together = median(asked.len(), || {
            black_box(batch((&postings, &vectors), Rows::ALL, &asked, JOIN, BEST, None, &|_| true));
        });
        let least_read = (size * WIDTH + read * 6) as f64 / bandwidth;
        let least_work = (2 * size * WIDTH) as f64 / peak;
        println!(
            "| {size} | {memory} | {:.3} | {:.3} | {:.0} % | {:.3} | {:.3} | {:.0} % |",
            short * 1e3,
            whole * 1e3,
            100.0 * least_read / whole,
            filtered * 1e3,
            together * 1e3,
            100.0 * least_work / together,
        );
    }
}

/// Postings that a question's terms have.
fn postings_read(corpus: &Corpus, question: &Question) -> usize {
    let asked = |term: u32| question.terms.binary_search_by_key(&term, |&(term, _)| term).is_ok();
    let rows = corpus.row_starts.len() - 1;
    // A sample of rows is enough.
    let step = (rows / 2_000).max(1);
    let sampled = (0..rows).step_by(step);
    let found: usize = sampled
        .map(|row| {
            corpus.entries[corpus.row_starts[row]..corpus.row_starts[row + 1]]
                .iter()
                .filter(|e| asked(e.0))
                .count()
        })
        .sum();
    found * step
}

/// Resident memory, bytes.
fn resident() -> usize {
    let pages: usize =
        fs::read_to_string("/proc/self/statm").unwrap().split_whitespace().nth(1).unwrap().parse().unwrap();
    pages * 4096
}

/// Bytes a second that one core reads from memory too large for any cache.
fn bandwidth() -> f64 {
    struct Read<'a>(&'a [f32]);
    impl pulp::WithSimd for Read<'_> {
        type Output = f32;

        #[inline(always)]
        fn with_simd<S: pulp::Simd>(self, simd: S) -> f32 {
            let mut sums = [simd.splat_f32s(0.0); 8];
            let (values, _) = S::as_simd_f32s(self.0);
            for eight in values.as_chunks::<8>().0 {
                for (sum, &value) in sums.iter_mut().zip(eight) {
                    *sum = simd.add_f32s(*sum, value);
                }
            }
            sums.map(|sum| simd.reduce_sum_f32s(sum)).iter().sum()
        }
    }
    let values = vec![1.0f32; 64 << 20];
    let read = || {
        let started = Instant::now();
        black_box(pulp::Arch::new().dispatch(Read(black_box(&values))));
        (values.len() * size_of::<f32>()) as f64 / started.elapsed().as_secs_f64()
    };
    (0..8).map(|_| read()).fold(0.0, f64::max)
}

/// Operations a second of one core on numbers that stay in its registers.
fn peak() -> f64 {
    struct Peak;
    impl pulp::WithSimd for Peak {
        type Output = f64;

        #[inline(always)]
        fn with_simd<S: pulp::Simd>(self, simd: S) -> f64 {
            const OUTER: usize = 400;
            const INNER: usize = 1_000;
            let (factor, plus) = (simd.splat_f32s(black_box(0.999)), simd.splat_f32s(black_box(1e-3)));
            let mut sums = [simd.splat_f32s(1.0); 12];
            let started = Instant::now();
            for _ in 0..OUTER {
                for _ in 0..INNER {
                    for sum in &mut sums {
                        *sum = simd.mul_add_e_f32s(*sum, factor, plus);
                    }
                }
                black_box(&mut sums);
            }
            (OUTER * INNER * sums.len() * S::F32_LANES * 2) as f64 / started.elapsed().as_secs_f64()
        }
    }
    (0..20).map(|_| pulp::Arch::new().dispatch(Peak)).fold(0.0, f64::max)
}
