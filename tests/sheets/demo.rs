//! Briefs of pairs of the demo lists, as the ranking explains them.

use opcmatch::domain::{ListingId, OpcId, PublicListing, Side};
use opcmatch::embed::{EmbedOptions, Embedder, ModelSpec, VectorCache};
use opcmatch::engine::{Demo, Market};
use opcmatch::rank::{Filter, Mix, Ranker, Settings, Weights};
use opcmatch::report::{Brief, EventView, MeetingView};
use opcmatch::store::{Author, Store};
use std::sync::Arc;

use super::fixture::fair;

pub(crate) fn ranker() -> Arc<Ranker> {
    let demo = Demo::load().unwrap();
    let mut store = Store::in_memory().unwrap();
    store.put(&demo.requirements, &Author::default()).unwrap();
    store.put(&demo.capabilities, &Author::default()).unwrap();
    let embedder = Embedder::open(&ModelSpec::Bundled, &EmbedOptions::default()).unwrap();
    let cache = VectorCache::in_memory();
    let (market, _) = Market::open(store, embedder, cache, Weights::default(), &demo, &|_, _| {}).unwrap();
    market.ranker()
}

/// Three needs with the best capability of each, and their briefs.
pub(crate) fn briefs(ranker: &Ranker) -> (EventView, Vec<Brief>) {
    let day = jiff::civil::date(2026, 9, 1);
    let settings = Settings { top: 1, mix: Mix::Hybrid, today: day, filter: Filter::default(), terms: true };
    let rankings = ranker.rank_all(Side::Requirement, &settings, &|| true);
    let best = rankings.iter().filter_map(|ranking| Some((&ranking.id, ranking.fits.first()?)));
    let mut view = fair(3, 3, 1).view();
    for (meeting, (need, hit)) in view.meetings.iter_mut().zip(best.step_by(20)) {
        meeting.need = need.clone();
        meeting.capability = hit.id.clone();
        meeting.degree = hit.degree.percent();
    }
    let brief = |meeting: &MeetingView| Brief::of_meeting(ranker, meeting, day, Mix::Hybrid).unwrap();
    let briefs = view.meetings.iter().map(brief).collect();
    (view, briefs)
}

#[test]
fn a_brief_says_what_the_ranking_says() {
    let ranker = ranker();
    let (view, briefs) = briefs(&ranker);
    for (meeting, brief) in view.meetings.iter().zip(&briefs) {
        assert_eq!((&brief.need.id, &brief.capability.id), (&meeting.need, &meeting.capability));
        assert!((brief.why.degree - meeting.degree).abs() < 0.051, "{} {}", brief.why.degree, meeting.degree);
        assert!(!brief.why.score.parts.is_empty());
        let index = ranker.snapshot().side(Side::Capability);
        let listing = index.listing(index.row(&meeting.capability).unwrap());
        assert_eq!(brief.capability, PublicListing::from(listing.as_ref()));
    }
    // A fit just above the floor may rest on the whole text, without a sentence to quote.
    assert!(briefs.iter().any(|brief| !brief.why.evidence.is_empty()));
    let mut gone = view.meetings[0].clone();
    gone.opc = OpcId("没有".into());
    gone.capability = ListingId("gone".into());
    assert!(Brief::of_meeting(&ranker, &gone, jiff::civil::date(2026, 9, 1), Mix::Hybrid).is_none());
}
