//! Exact assignment at the sizes of an event, plain and fair.
//!
//! `cargo bench --bench assign`. Instances are made by a seeded generator: scores of
//! needs and OPCs that are near in a space of eight topics, to six decimals.

#![allow(missing_docs, reason = "criterion's macro makes an undocumented function")]
#![allow(clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use opcmatch::event::assign::{Rules, Scores, assign, assign_fairly};
use opcmatch::event::unwatched;

const TOPICS: usize = 8;

/// A small generator of equally spread numbers (Marsaglia's xorshift, 2003).
struct Spread(u64);

impl Spread {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    /// A direction with few large parts.
    fn topics(&mut self) -> [f64; TOPICS] {
        let mut parts = [0.0; TOPICS];
        for part in &mut parts {
            *part = (self.below(1_000_003) as f64 / 1_000_003.0).powi(4);
        }
        let length = parts.iter().map(|part| part * part).sum::<f64>().sqrt();
        parts.map(|part| part / length)
    }
}

/// Each row likes `candidates` columns, or all of them when that is `None`.
fn scores(rows: usize, columns: usize, candidates: Option<u64>, seed: u64) -> Scores {
    let mut spread = Spread(seed);
    let of_columns: Vec<[f64; TOPICS]> = (0..columns).map(|_| spread.topics()).collect();
    let mut pairs = Vec::with_capacity(rows);
    for _ in 0..rows {
        let row = spread.topics();
        let mut of_row = Vec::new();
        for (column, other) in (0u32..).zip(&of_columns) {
            if candidates.is_none_or(|wanted| spread.below(columns as u64) < wanted) {
                let near: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
                of_row.push((column, (near * 1e6) as i64));
            }
        }
        pairs.push(of_row);
    }
    Scores::new(columns, pairs)
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("assign");
    group.sample_size(10);
    let sizes = [(177, 118, None, 3, 5), (292, 362, None, 4, 5), (2000, 3000, Some(50), 4, 4)];
    for (rows, columns, candidates, per_row, max_per_column) in sizes {
        let scores = scores(rows, columns, candidates, 0x9e37_79b9_7f4a_7c15);
        let rules = Rules { per_row, max_per_column, min_per_column: 0, floor: None };
        group.bench_function(format!("plain {rows} x {columns}, {per_row} per row"), |b| {
            b.iter(|| black_box(assign(&scores, rules, &unwatched).unwrap()));
        });
        group.bench_function(format!("fair {rows} x {columns}, {per_row} per row"), |b| {
            b.iter(|| black_box(assign_fairly(&scores, rules, &unwatched).unwrap()));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
