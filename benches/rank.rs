//! Ranking lists of a district's size, both ways, explained.
//!
//! `cargo bench --bench rank` uses the demo lists (292 × 362). Other lists:
//! `OPCMATCH_REQUIREMENTS=needs.xlsx OPCMATCH_CAPABILITIES=skills.csv cargo bench --bench rank`.

#![allow(missing_docs, reason = "criterion's macro makes an undocumented function")]
#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use opcmatch::domain::{Listing, Side};
use opcmatch::embed::{EmbedOptions, Embedder, ModelSpec, VectorCache};
use opcmatch::engine::{Demo, Market};
use opcmatch::intake::{self, Options};
use opcmatch::rank::{Filter, Mix, Settings, Weights};
use opcmatch::report::ranking_view;
use opcmatch::store::{Author, Store};

fn lists(demo: &Demo) -> Vec<Listing> {
    let file = |variable: &str, side: Side, demo: &[Listing]| match std::env::var_os(variable) {
        None => demo.to_vec(),
        Some(path) => {
            let options = Options::new(side, "2026-11-21".parse().unwrap());
            intake::read_path(&PathBuf::from(path), &options).unwrap().listings
        }
    };
    let mut all = file("OPCMATCH_REQUIREMENTS", Side::Requirement, &demo.requirements);
    all.extend(file("OPCMATCH_CAPABILITIES", Side::Capability, &demo.capabilities));
    all
}

fn market(demo: &Demo) -> Market {
    let mut store = Store::in_memory().unwrap();
    store.put(&lists(demo), &Author::default()).unwrap();
    let embedder = Embedder::open(&ModelSpec::Bundled, &EmbedOptions::default()).unwrap();
    let cache = VectorCache::in_memory();
    Market::open(store, embedder, cache, Weights::default(), demo, &|_, _| {}).unwrap().0
}

fn bench(criterion: &mut Criterion) {
    let demo = Demo::load().unwrap();
    let market = market(&demo);
    let ranker = market.ranker();
    let settings =
        Settings { top: 10, mix: Mix::Hybrid, today: demo.as_of, filter: Filter::default(), terms: true };
    let mut group = criterion.benchmark_group("district");
    group.sample_size(20);
    group.bench_function("rank both ways, top 10", |b| {
        b.iter(|| {
            for side in Side::ALL {
                black_box(ranker.rank_all(*side, &settings, &|| true));
            }
        });
    });
    group.bench_function("rank and explain both ways, top 10", |b| {
        b.iter(|| {
            for side in Side::ALL {
                for ranking in ranker.rank_all(*side, &settings, &|| true) {
                    black_box(ranking_view(&ranker, *side, &ranking, None, Mix::Hybrid));
                }
            }
        });
    });
    let first = demo.requirements[0].clone();
    group.bench_function("one listing changed: new snapshot, vectors cached", |b| {
        b.iter_batched(
            || {
                // Generations are made at intervals, which are not what is measured.
                std::thread::sleep(Duration::from_millis(100));
                first.clone()
            },
            |listing| {
                let change = market.put(&[listing], &Author::default()).unwrap();
                assert!(market.wait_for(change, Duration::from_secs(60)));
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
