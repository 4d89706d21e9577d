//! What the ranking is worth on the judged set must not fall unseen.
//!
//! The figures and their tolerance lie in `data/eval/expected.json`; print the
//! present ones with `opcmatch eval --json`. Whoever raises them writes them
//! there; whoever lowers them has to say why.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use opcmatch::domain::{Listing, ListingId, Side};
use opcmatch::embed::{EmbedOptions, Embedder, ModelSpec, VectorCache};
use opcmatch::engine::{Demo, Market};
use opcmatch::eval::{FIT, JudgedSet, evaluate_set};
use opcmatch::index::Place;
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

fn market() -> Market {
    let demo = Demo::load().unwrap();
    let mut store = Store::in_memory().unwrap();
    store.put(&demo.requirements, &Author::default()).unwrap();
    store.put(&demo.capabilities, &Author::default()).unwrap();
    let embedder = Embedder::open(&ModelSpec::Bundled, &EmbedOptions::default()).unwrap();
    let cache = VectorCache::in_memory();
    Market::open(store, embedder, cache, Weights::default(), &demo, &|_, _| {}).unwrap().0
}

/// What saying something would bring is foretold of capabilities that said it until their
/// best sentence was taken out: the foretold degrees must be right on the whole.
#[test]
fn what_would_raise_a_degree_is_foretold_without_bias() {
    let market = market();
    let now = market.now();
    let set = JudgedSet::load().unwrap();
    let listing = |side: Side, id: &ListingId| -> Listing {
        let index = now.ranker().snapshot().side(side);
        index.listing(index.row(id).unwrap()).as_ref().clone()
    };
    let mut errors = Vec::new();
    let mut no_change = Vec::new();
    for need in set.qrels.requirements() {
        let requirement = listing(Side::Requirement, need);
        for (id, _) in set.qrels.of(need).unwrap().iter().filter(|(_, grade)| **grade >= FIT) {
            let whole = listing(Side::Capability, id);
            let why = now.ranker().explain(need, id, Mix::Hybrid).unwrap();
            let best = why.evidence.iter().find(|found| {
                found.capability.place == Place::Text && found.requirement.place == Place::Text
            });
            let Some(best) = best else { continue };
            let mut without = whole.clone();
            without.text.replace_range(best.capability.range.clone(), "");
            let raise = now.raise(&requirement, &without).unwrap();
            let Some(part) = raise.raising.iter().find(|raised| raised.part.requirement == best.requirement)
            else {
                continue;
            };
            let real = now.ranker().weights().calibration.degree(why.score.total).percent();
            errors.push(part.then.percent() - real);
            no_change.push(raise.now.percent() - real);
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let size = |values: &[f64]| mean(&values.iter().map(|value| value.abs()).collect::<Vec<_>>());
    println!(
        "{} sentences taken out: foretold {:+.1} points on average, {:.1} off; nothing foretold would be {:+.1}, {:.1} off",
        errors.len(),
        mean(&errors),
        size(&errors),
        mean(&no_change),
        size(&no_change)
    );
    assert!(errors.len() >= 50, "{}", errors.len());
    assert!(mean(&errors).abs() < 3.0, "{:+.1}", mean(&errors));
    assert!(size(&errors) < size(&no_change), "{:.1} {:.1}", size(&errors), size(&no_change));
}

#[test]
fn the_ranking_is_as_good_as_it_was() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/eval/expected.json");
    let expected: Expected = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let market = market();
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
