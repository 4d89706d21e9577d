//! How time and memory grow with the list, and how near each figure is to what the
//! machine can do: `cargo bench --bench growth` (to a million rows with
//! `OPCMATCH_BENCH_MILLION=1`).
//!
//! A scan of one question must read every code (or sketch) and the postings of its terms: its limit is
//! those bytes over the bandwidth measured here. A batch must multiply the codes of every pair, with both
//! halves of a question, and read the postings: its limit is those operations over the rate measured
//! here, and the bytes. Times are CPU time of the process.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod corpus;
mod cpu;

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use corpus::{Corpus, Question};
use cpu::median;
use numkong::{PackedMatrix, Tensor};
use opcmatch::scan::{Asked, Join, Rows, Scan, Scratch, batch};

const WIDTH: usize = 512;
const BEST: usize = 20;
const JOIN: Join = Join::Given { words: 0.05, dots: 1.0 };

fn main() {
    let (bandwidth, peak) = (bandwidth(), peak());
    println!(
        "one core reads {:.1} GB/s and does {:.0} thousand million operations a second on codes (8 bits, multiply and add)",
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
        let of_words = (read * 6) as f64 / bandwidth;
        let least_read = (size * vectors.bytes_scanned()) as f64 / bandwidth + of_words;
        let least_work = (2 * 2 * size * WIDTH) as f64 / peak + of_words;
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

/// Operations a second of one core on codes that stay in its cache.
fn peak() -> f64 {
    const ROWS: usize = 256;
    const TIMES: usize = 50;
    numkong::configure_thread();
    let codes = Tensor::<i8>::try_full(&[ROWS, WIDTH], 3).unwrap();
    let packed = PackedMatrix::try_pack(&codes).unwrap();
    let mut products = Tensor::<i32>::try_full(&[ROWS, ROWS], 0).unwrap();
    let mut rate = || {
        let started = Instant::now();
        for _ in 0..TIMES {
            codes.try_dots_packed_into(&packed, black_box(&mut products)).unwrap();
        }
        (TIMES * ROWS * ROWS * WIDTH * 2) as f64 / started.elapsed().as_secs_f64()
    };
    (0..20).map(|_| rate()).fold(0.0, f64::max)
}
