//! Each stage of the scan at 362, 10,000 and 100,000 rows; a million with
//! `OPCMATCH_BENCH_MILLION=1`, which takes some 6 GB.

#![allow(missing_docs, clippy::unwrap_used)]

mod corpus;

use std::hint::black_box;

use corpus::{Corpus, Question};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use opcmatch::scan::{Asked, Join, Rows, Scan, Scratch, batch};

const WIDTH: usize = 512;
const BEST: usize = 20;
const JOIN: Join = Join::Given { words: 0.05, dots: 1.0 };

fn stages(criterion: &mut Criterion) {
    let mut sizes = vec![362, 10_000, 100_000];
    if std::env::var_os("OPCMATCH_BENCH_MILLION").is_some() {
        sizes.push(1_000_000);
    }
    for size in sizes {
        let corpus = Corpus::new(size, 256, WIDTH);
        let (postings, vectors) = (corpus.postings(), corpus.vectors());
        let some = corpus.some();
        let mut group = criterion.benchmark_group(format!("{size} rows"));
        group.sample_size(10);
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function("build postings", |b| b.iter(|| black_box(corpus.postings())));
        group.bench_function("code vectors", |b| b.iter(|| black_box(corpus.vectors())));
        let mut scratch = Scratch::default();
        let mut one = |name: &str, questions: &[Question], rows: Rows<'_>| {
            let mut at = 0;
            group.throughput(Throughput::Elements(1));
            group.bench_function(BenchmarkId::new("one question", name), |b| {
                b.iter(|| {
                    let question = &questions[at % questions.len()];
                    at += 1;
                    let Question { terms, vector } = question;
                    let scan =
                        Scan { postings: &postings, vectors: &vectors, terms, vector, join: JOIN, rows };
                    black_box(scan.best(BEST, &mut scratch, None))
                });
            });
        };
        one("short", &corpus.short, Rows::ALL);
        one("whole", &corpus.whole, Rows::ALL);
        one("whole, one row in fifty", &corpus.whole, Rows::only(&some));
        let asked: Vec<Asked<'_>> =
            corpus.whole.iter().map(|q| Asked { terms: &q.terms, vector: &q.vector }).collect();
        group.throughput(Throughput::Elements(asked.len() as u64));
        group.bench_function("batch", |b| {
            b.iter(|| batch((&postings, &vectors), Rows::ALL, &asked, JOIN, BEST, None, &|_| true));
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
