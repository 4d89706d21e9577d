//! Lists that are updated against the same lists indexed anew.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ndarray::Array2;
use opcmatch::domain::{Date, Listing, ListingId, Region, Side};
use opcmatch::engine::Demo;
use opcmatch::index::{Draft, Probe, SideChanges, Snapshot, Spread};
use opcmatch::rank::{Filter, Hit, Mix, Ranker, Ranking, Settings, Weights};

const WIDTH: usize = 24;
const SPREAD: Spread = Spread { mean: 0.0, deviation: 0.2 };
const TODAY: Date = Date::constant(2026, 11, 21);

/// Numbers without pattern from a seed.
struct Noise(u64);

impl Noise {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

/// A unit vector that hangs on the text alone, as a model's does.
fn vectors(texts: &[String]) -> Array2<f32> {
    let mut all = Array2::<f32>::zeros((texts.len(), WIDTH));
    for (text, mut row) in texts.iter().zip(all.rows_mut()) {
        for pair in text.chars().collect::<Vec<_>>().windows(2) {
            row[(pair[0] as usize * 31 + pair[1] as usize) % WIDTH] += 1.0;
        }
        let length = row.dot(&row).sqrt().max(1.0);
        row /= length;
    }
    all
}

fn embedded(listings: Vec<Listing>) -> (Draft, Array2<f32>) {
    let draft = Draft::analyze(listings.into_iter().map(Arc::new).collect());
    let vectors = vectors(&draft.passages());
    (draft, vectors)
}

type Lists = [BTreeMap<ListingId, Listing>; 2];

fn built(lists: &Lists) -> Arc<Snapshot> {
    let [left, right] = lists.each_ref().map(|list| embedded(list.values().cloned().collect()));
    Arc::new(Snapshot::build(left, right, SPREAD).unwrap())
}

fn settings(filter: Filter) -> Settings {
    Settings { top: 7, mix: Mix::Hybrid, today: TODAY, filter, terms: true }
}

fn filters() -> [Filter; 3] {
    let hangzhou = Region { city: Some("杭州市".into()), ..Region::default() };
    [
        Filter::default(),
        Filter { region: hangzhou, stated_only: true, ..Filter::default() },
        Filter { industries: vec!["教育".into()], ..Filter::default() },
    ]
}

fn all(ranker: &Ranker, side: Side, filter: Filter) -> Vec<Ranking> {
    ranker.rank_all(side, &settings(filter), &|| true)
}

/// The best of all that pass, pair by pair: what a ranking must give, however it is found.
fn plainly(
    ranker: &Ranker,
    side: Side,
    id: &ListingId,
    filter: &Filter,
    top: usize,
) -> Vec<(ListingId, f64)> {
    let mut found: Vec<(ListingId, f64)> = ranker
        .snapshot()
        .side(side.other())
        .listings()
        .filter(|listing| filter.passes(listing))
        .map(|listing| {
            let (need, offer) = if side == Side::Requirement { (id, &listing.id) } else { (&listing.id, id) };
            (listing.id.clone(), ranker.explain(need, offer, Mix::Hybrid).unwrap().score.total)
        })
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found.truncate(top);
    found
}

fn of_hits<'a>(hits: impl IntoIterator<Item = &'a Hit>) -> Vec<(ListingId, f64)> {
    hits.into_iter().map(|hit| (hit.id.clone(), hit.score.total)).collect()
}

/// What the lists hold, each filter's answers, a batch and its questions one by one.
fn holds_together(ranker: &Ranker, lists: &Lists) {
    for side in Side::ALL {
        let index = ranker.snapshot().side(*side);
        let held: Vec<&Listing> = index.listings().map(AsRef::as_ref).collect();
        let wanted: Vec<&Listing> = lists[*side as usize].values().collect();
        assert_eq!(held, wanted);
        assert_eq!(index.len(), wanted.len());
        for (row, listing) in index.rows().zip(&held) {
            assert_eq!(index.row(&listing.id), Some(row));
        }
        for filter in filters() {
            let together = all(ranker, *side, filter.clone());
            assert_eq!(together.len(), held.len());
            let both = ranker.rank_both(&settings(filter.clone()), &|| true).unwrap();
            assert_eq!(both[*side as usize], together);
            for ranking in together.iter().step_by(23) {
                assert_eq!(
                    ranker.rank(*side, &ranking.id, &settings(filter.clone())).as_ref(),
                    Some(ranking)
                );
                let no_terms = Settings { terms: false, ..settings(filter.clone()) };
                let found = ranker.rank(*side, &ranking.id, &no_terms).unwrap();
                assert_eq!(of_hits(&found.fits), plainly(ranker, *side, &ranking.id, &filter, 7));
            }
        }
    }
}

#[test]
fn updated_lists_are_ranked_exactly_and_settle_into_those_indexed_anew() {
    let demo = Demo::load().unwrap();
    let spare = [demo.requirements, demo.capabilities];
    for seed in [20_261_121] {
        let mut noise = Noise(seed);
        // Every fifth listing at first.
        let mut lists: Lists = spare.each_ref().map(|list| {
            list.iter().step_by(5).map(|listing| (listing.id.clone(), listing.clone())).collect()
        });
        let mut ranker = Ranker::new(built(&lists), Weights::default());
        for step in 0..4 {
            let changes = [0, 1].map(|side: usize| {
                let mut put: BTreeMap<ListingId, Listing> = BTreeMap::new();
                for _ in 0..noise.below(20) {
                    let mut listing = spare[side][noise.below(spare[side].len())].clone();
                    if noise.below(2) == 0 {
                        listing.title = format!("{}，第{step}版，听涛轩校勘", listing.title);
                    }
                    put.insert(listing.id.clone(), listing);
                }
                let known: Vec<ListingId> = lists[side].keys().cloned().collect();
                let mut removed: BTreeSet<ListingId> =
                    (0..noise.below(12)).map(|_| known[noise.below(known.len())].clone()).collect();
                // One that was never there.
                removed.insert("没有这条".into());
                removed.retain(|id| !put.contains_key(id));
                removed.iter().for_each(|id| drop(lists[side].remove(id)));
                lists[side].extend(put.clone());
                SideChanges {
                    put: embedded(put.into_values().collect()),
                    removed: removed.into_iter().collect(),
                }
            });
            let [requirements, capabilities] = changes;
            let snapshot = ranker.snapshot().update(requirements, capabilities).unwrap();
            ranker = ranker.update(Arc::new(snapshot));
            assert!(ranker.snapshot().unsettled() > 0);
            holds_together(&ranker, &lists);

            let settled = Arc::new(ranker.snapshot().settle().unwrap());
            assert_eq!(settled.unsettled(), 0);
            let settled = Ranker::new(settled, Weights::default());
            let anew = Ranker::new(built(&lists), Weights::default());
            for side in Side::ALL {
                for filter in filters() {
                    assert_eq!(all(&settled, *side, filter.clone()), all(&anew, *side, filter));
                }
            }
            // Going on from settled lists and from unsettled ones.
            if step % 2 == 1 {
                ranker = settled;
            }
        }
    }
}

#[test]
fn a_replaced_listing_speaks_with_its_new_words_and_a_removed_one_not_at_all() {
    let demo = Demo::load().unwrap();
    let (needs, offers) = (embedded(demo.requirements.clone()), embedded(demo.capabilities.clone()));
    let ranker = Ranker::new(Arc::new(Snapshot::build(needs, offers, SPREAD).unwrap()), Weights::default());
    let mut changed = demo.capabilities[5].clone();
    changed.title = "观音桥木偶戏脚本".into();
    changed.text = "为观音桥的木偶戏写脚本，配唱词。".into();
    let removed = demo.capabilities[9].id.clone();
    let nothing = || SideChanges { put: embedded(Vec::new()), removed: Vec::new() };
    let changes = SideChanges { put: embedded(vec![changed.clone()]), removed: vec![removed.clone()] };
    let updated = ranker.update(Arc::new(ranker.snapshot().update(nothing(), changes).unwrap()));

    let asks = |words: &str| {
        let (draft, vectors) = embedded(vec![Listing::new("Q", Side::Requirement, words, "")]);
        let probe = Probe::new(draft, vectors, updated.snapshot()).unwrap();
        updated.search(Side::Capability, &probe, &settings(Filter::default()))
    };
    let hits = asks("木偶戏脚本");
    assert_eq!(hits[0].id, changed.id);
    // Both new words and pieces are among the reasons, by name.
    let reasons = serde_json::to_string(&hits[0].score.parts).unwrap();
    assert!(reasons.contains("木偶"), "{reasons}");
    let old_words = &demo.capabilities[5].title;
    let again = asks(old_words).into_iter().find(|hit| hit.id == changed.id);
    assert!(again.is_none_or(|hit| hit.score.total < hits[0].score.total / 2.0));
    assert!(asks(&demo.capabilities[9].title).iter().all(|hit| hit.id != removed));
    assert_eq!(updated.snapshot().side(Side::Capability).row(&removed), None);

    // Those who look among a few are answered from both parts.
    let among: BTreeSet<ListingId> =
        [changed.id.clone(), removed, demo.capabilities[20].id.clone(), "没有这条".into()].into();
    let (draft, vectors) =
        embedded(vec![Listing::new("Q", Side::Requirement, "社区木偶戏", "给孩子看的木偶戏，要脚本和唱词")]);
    let probe = Probe::new(draft, vectors, updated.snapshot()).unwrap();
    let few = updated.rank_probe_among(Side::Requirement, &probe, &among, &settings(Filter::default()));
    let found: BTreeSet<ListingId> =
        few.fits.iter().chain(&few.below).chain(&few.refused).map(|hit| hit.id.clone()).collect();
    assert_eq!(found, [changed.id, demo.capabilities[20].id.clone()].into());
}
