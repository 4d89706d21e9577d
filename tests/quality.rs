//! What the ranking is worth on the judged set must not fall unseen.
//!
//! The figures and their tolerance lie in `data/eval/expected.json`; print the
//! present ones with `opcmatch eval --json`. Whoever raises them writes them
//! there; whoever lowers them has to say why.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use opcmatch::embed::{EmbedOptions, Embedder, ModelSpec, VectorCache};
use opcmatch::engine::{Demo, Market};
use opcmatch::eval::{JudgedSet, evaluate_set};
use opcmatch::rank::{Mix, Weights};
use opcmatch::store::{Author, Store};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    tolerance: f64,
    ndcg_at_10: f64,
    recall_at_10: f64,
    mrr: f64,
    held_out_ndcg_at_10: f64,
    low_overlap_recall_at_10: f64,
}

#[test]
fn the_ranking_is_as_good_as_it_was() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/eval/expected.json");
    let expected: Expected = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let demo = Demo::load().unwrap();
    let mut store = Store::in_memory().unwrap();
    store.put(&demo.requirements, &Author::default()).unwrap();
    store.put(&demo.capabilities, &Author::default()).unwrap();
    let embedder = Embedder::open(&ModelSpec::Bundled, &EmbedOptions::default()).unwrap();
    let cache = VectorCache::in_memory();
    let (market, _) = Market::open(store, embedder, cache, Weights::default(), &demo, &|_, _| {}).unwrap();
    let found = evaluate_set(&market.ranker(), &JudgedSet::load().unwrap());

    let held_out = found.slices.iter().find(|slice| slice.name.contains("held out")).unwrap();
    for (what, got, least) in [
        ("nDCG@10", found.report.ndcg_at_10, expected.ndcg_at_10),
        ("recall@10", found.report.recall_at_10, expected.recall_at_10),
        ("MRR", found.report.mrr, expected.mrr),
        ("held-out nDCG@10", held_out.row.ndcg_at_10.unwrap().mean, expected.held_out_ndcg_at_10),
        ("low-overlap recall@10", found.low_overlap.recall_at_10[2], expected.low_overlap_recall_at_10),
    ] {
        assert!(
            (got - least).abs() <= expected.tolerance,
            "{what} is {got:.4}, expected {least} ± {}; see the head of this file",
            expected.tolerance
        );
    }
    assert!(found.low_overlap.fits >= 40, "only {} fits of little overlap", found.low_overlap.fits);

    let of = |mix: Mix| {
        let row = found.report.ablations.iter().find(|row| row.mix == mix).unwrap();
        row.ndcg_at_10.unwrap().mean
    };
    // On these lists meaning alone finds as much as both; on real notices, which are not
    // here, words add to it. Neither may cost more than the tolerance.
    let (words, meaning, both) = (of(Mix::Lexical), of(Mix::Dense), of(Mix::Hybrid));
    assert!(both > words + 0.1, "both {both:.4}, words {words:.4}");
    assert!(both > meaning - expected.tolerance, "both {both:.4}, meaning {meaning:.4}");
}
