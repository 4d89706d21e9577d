//! A short question: what it finds on the demo lists, and that its score is one and the
//! same whichever way it is asked.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

use std::collections::BTreeMap;

use opcmatch::domain::{Date, Listing, ListingId, Side, Status};
use opcmatch::embed::{EmbedOptions, Embedder, ModelSpec, VectorCache};
use opcmatch::engine::{Demo, Market};
use opcmatch::intake::{Options, read_text};
use opcmatch::rank::{Filter, Mix, Ranking, Settings, Weights};
use opcmatch::store::{Author, Store};

fn market(demo: &Demo, listings: &[&[Listing]]) -> Market {
    let mut store = Store::in_memory().unwrap();
    for some in listings {
        store.put(some, &Author::default()).unwrap();
    }
    let embedder = Embedder::open(&ModelSpec::Bundled, &EmbedOptions::default()).unwrap();
    let cache = VectorCache::in_memory();
    Market::open(store, embedder, cache, Weights::default(), demo, &|_, _| {}).unwrap().0
}

fn requirement(text: &str, today: Date) -> Listing {
    read_text(text, &Options::new(Side::Requirement, today))
}

fn ids(ranking: &Ranking) -> Vec<&str> {
    ranking.fits.iter().map(|hit| hit.id.0.as_str()).collect()
}

#[test]
fn three_words_find_the_work_and_not_only_the_words() {
    let demo = Demo::load().unwrap();
    let market = market(&demo, &[&demo.requirements, &demo.capabilities]);
    let now = market.now();
    // As the page and the API ask when nothing is set: both scores, terms checked, above the floor.
    let settings =
        Settings { top: 10, mix: Mix::Hybrid, today: demo.as_of, filter: Filter::default(), terms: true };
    let found = |text: &str| {
        let probe = now.probe(requirement(text, demo.as_of)).unwrap();
        now.rank_probe(Side::Requirement, &probe, &settings).unwrap()
    };

    // 主观题智能阅卷 marks papers; 小学语文作文直播间文案 shares 作文 and marks none.
    let essays = found("儿童作文批改");
    assert_eq!(ids(&essays).first(), Some(&"C087"), "{:?}", ids(&essays));
    // 给转动和液压机械听诊 watches a lift's machine; posters in lifts share all three words.
    let lifts = found("老旧小区电梯隐患");
    assert!(ids(&lifts).iter().take(3).any(|&id| id == "C338"), "{:?}", ids(&lifts));
}

/// Short needs, of one word and of several, beside whole ones.
const SHORT: [&str; 6] = ["儿童作文批改", "老旧小区电梯隐患", "物流", "养老院夜间看护", "AI", "水质监测预警"];

#[test]
fn a_short_need_scores_the_same_whichever_way_it_is_asked() {
    let demo = Demo::load().unwrap();
    let mut needs: Vec<Listing> = demo.requirements.iter().take(30).cloned().collect();
    for (at, text) in SHORT.iter().enumerate() {
        needs.push(Listing { id: ListingId(format!("S{at}")), ..requirement(text, demo.as_of) });
    }
    let offers = &demo.capabilities[..120];
    let market = market(&demo, &[&needs, offers]);
    let ranker = market.ranker();
    let settings = |top: usize, mix: Mix| Settings {
        top,
        mix,
        today: demo.as_of,
        filter: Filter { statuses: Status::ALL.to_vec(), ..Filter::default() },
        terms: false,
    };
    for mix in [Mix::Hybrid, Mix::Dense, Mix::Lexical] {
        // Every pair, from the side of the needs, where a question's lift is one constant.
        let mut pairs: BTreeMap<(&ListingId, ListingId), f64> = BTreeMap::new();
        for need in &needs {
            let all = ranker.rank(Side::Requirement, &need.id, &settings(usize::MAX, mix)).unwrap();
            assert_eq!(all.fits.len(), offers.len());
            let outside = market.now().probe(need.clone()).unwrap();
            let same = ranker.rank_probe(Side::Requirement, &outside, &settings(usize::MAX, mix));
            assert_eq!(same.fits, all.fits, "{} from outside, {mix:?}", need.title);
            pairs.extend(all.fits.into_iter().map(|hit| ((&need.id, hit.id), hit.score.total)));
        }
        // From the side of the offers each need brings its own, and the scan must heed it.
        let top = settings(5, mix);
        let batch = ranker.rank_all(Side::Capability, &top, &|| true);
        for (offer, batched) in offers.iter().zip(&batch) {
            let mut expected: Vec<(f64, &ListingId)> =
                needs.iter().map(|need| (pairs[&(&need.id, offer.id.clone())], &need.id)).collect();
            expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
            let expected: Vec<&str> = expected.iter().take(5).map(|(_, id)| id.0.as_str()).collect();
            let one = ranker.rank(Side::Capability, &offer.id, &top).unwrap();
            assert_eq!(batched.id, offer.id);
            for (way, ranking) in [("alone", &one), ("in a batch", batched)] {
                assert_eq!(ids(ranking), expected, "{} {way}, {mix:?}", offer.title);
                for hit in &ranking.fits {
                    assert_eq!(hit.score.total, pairs[&(&hit.id, offer.id.clone())], "{way}, {mix:?}");
                }
            }
        }
        // An offer from outside, against one need after the other.
        for offer in offers.iter().step_by(20) {
            let outside = market.now().probe(offer.clone()).unwrap();
            let mut expected: Vec<(f64, &str)> = needs
                .iter()
                .map(|need| {
                    let why = ranker.explain_probe(Side::Capability, &outside, &need.id, mix).unwrap();
                    (why.score.total, need.id.0.as_str())
                })
                .collect();
            expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
            let found = ranker.rank_probe(Side::Capability, &outside, &top);
            let found: Vec<(f64, &str)> =
                found.fits.iter().map(|hit| (hit.score.total, hit.id.0.as_str())).collect();
            assert_eq!(found, expected[..5], "{} from outside, {mix:?}", offer.title);
        }
        let shorts = batch.iter().flat_map(|r| &r.fits).filter(|hit| hit.id.0.starts_with('S')).count();
        assert!(shorts > 0, "no short need among the best of any offer under {mix:?}");
    }
}
