//! The lists that answer follow the store, whoever writes to it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod server;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use opcmatch::domain::{Event, EventId, Frame, Listing, NeedEntry, Rules, Side};
use opcmatch::embed::{EmbedOptions, Embedder, ModelSpec, VectorCache};
use opcmatch::engine::{Demo, Market, MarketError};
use opcmatch::rank::Weights;
use opcmatch::store::{Author, Store, StoreError};

use server::{Server, address, cut_connections};

const PATIENCE: Duration = Duration::from_secs(120);

fn market(store: Store) -> Market {
    let embedder = Embedder::open(&ModelSpec::Bundled, &EmbedOptions::default()).unwrap();
    let demo = Demo::load().unwrap();
    let cache = VectorCache::in_memory();
    Market::open(store, embedder, cache, Weights::default(), &demo, &|_, _| {}).unwrap().0
}

fn need(id: &str) -> Listing {
    Listing::new(id, Side::Requirement, "河道漂浮垃圾巡查", "十公里河道")
}

fn event(id: &str) -> Event {
    Event {
        id: EventId(id.into()),
        name: "对接会".into(),
        theme: String::new(),
        place: String::new(),
        frame: Frame::default(),
        rules: Rules::default(),
        needs: vec![NeedEntry::new("N1".into())],
        opcs: Vec::new(),
        named_opcs_only: false,
        pins: Vec::new(),
        bans: Vec::new(),
        interests: Vec::new(),
        aliases: Vec::new(),
        plan: None,
        revision: 0,
        held: false,
    }
}

fn finds(market: &Market, id: &str) -> bool {
    market.ranker().snapshot().side(Side::Requirement).row(&id.into()).is_some()
}

fn until(mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < PATIENCE, "it never came");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What one program writes, another finds, in a file or on a server.
fn others_writes_are_found(open: impl Fn() -> Store) {
    let market = market(open());
    let mut other = open();
    let change = other.put(&[need("N1"), need("N2")], &Author::default()).unwrap();
    assert!(market.wait_for(change, PATIENCE));
    assert!(finds(&market, "N1") && finds(&market, "N2"));
    let change = other.remove(Side::Requirement, &"N1".into(), &Author::default()).unwrap().unwrap();
    assert!(market.wait_for(change, PATIENCE));
    assert!(!finds(&market, "N1") && finds(&market, "N2"));
    // A backup is one write of many changes, and its numbers go on from the newest.
    let backup = other.backup().unwrap();
    let change = other.put(&[need("N3")], &Author::default()).unwrap();
    other.restore(&backup, true).unwrap();
    assert!(market.wait_for(other.newest().unwrap().change, PATIENCE));
    assert!(other.newest().unwrap().change > change && !finds(&market, "N3") && finds(&market, "N2"));
}

#[test]
fn in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    others_writes_are_found(|| Store::open(&folder.path().join("opcmatch.sqlite")).unwrap());
}

#[test]
fn on_a_server() {
    let Some(server) = Server::start() else { return };
    let url = server.fresh();
    others_writes_are_found(|| Store::connect(&address(&url)).unwrap());
}

/// In memory there is one connection for all, which must not keep anybody waiting.
#[test]
fn in_memory() {
    let market = market(Store::in_memory().unwrap());
    let change = market.put(&[need("N1")], &Author::default()).unwrap();
    assert!(market.wait_for(change, PATIENCE) && finds(&market, "N1"));
    let change = market.remove(Side::Requirement, &"N1".into(), &Author::default()).unwrap().unwrap();
    assert!(market.wait_for(change, PATIENCE) && !finds(&market, "N1"));
    assert_eq!(market.remove(Side::Requirement, &"N1".into(), &Author::default()).unwrap(), None);
    assert_eq!(market.create(&[need("N2")], &Author::default()).unwrap(), Ok(3));
    assert_eq!(market.create(&[need("N2")], &Author::default()).unwrap(), Err(vec!["N2".into()]));
    assert_eq!(market.count_known(&[need("N1"), need("N2"), need("N2")]).unwrap(), 1);
}

#[test]
fn events_are_read_from_the_store_and_make_no_new_ranking() {
    let market = market(Store::in_memory().unwrap());
    let change = market.put(&[need("N1")], &Author::default()).unwrap();
    assert!(market.wait_for(change, PATIENCE));
    let (ranker, made) = (market.ranker(), market.following().made);
    market.save_event(event("E1")).unwrap();
    assert!(market.event(&EventId("E1".into())).unwrap().is_some(), "at once");
    assert!(market.wait_for(change + 1, PATIENCE), "its number is passed all the same");
    assert!(Arc::ptr_eq(&ranker, &market.ranker()));
    assert_eq!(market.following().made, made);
}

/// Changes the text of an entry behind the store's back.
fn meddle(path: &Path, id: &str, body: &str) {
    let other = rusqlite::Connection::open(path).unwrap();
    assert_eq!(other.execute("UPDATE listing SET body = ?1 WHERE id = ?2", [body, id]).unwrap(), 1);
}

#[test]
fn what_cannot_be_made_is_told_tried_again_and_the_former_lists_answer_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("opcmatch.sqlite");
    let mut store = Store::open(&path).unwrap();
    store.put(&[need("N1")], &Author::default()).unwrap();
    let market = market(store);
    let good = serde_json::to_string(&need("N1")).unwrap();
    meddle(&path, "N1", "{");
    let change = market.put(&[need("N2")], &Author::default()).unwrap();
    until(|| market.following().failures > 1);
    let following = market.following();
    let damaged = |error: &MarketError| matches!(error, MarketError::Store(StoreError::Damaged { id, .. }) if id == "N1");
    assert!(following.error.as_deref().is_some_and(damaged), "{following:?}");
    assert!(!following.making && following.change < change);
    assert!(finds(&market, "N1") && !finds(&market, "N2"));
    meddle(&path, "N1", &good);
    assert!(market.wait_for(change, PATIENCE), "without a new write");
    until(|| market.following().failures == 0);
    assert!(market.following().error.is_none() && finds(&market, "N2"));
}

#[test]
fn a_server_that_was_away_is_followed_again() {
    let Some(mut server) = Server::start() else { return };
    let url = server.fresh();
    let market = market(Store::connect(&address(&url)).unwrap());
    let mut other = Store::connect(&address(&url)).unwrap();
    let change = other.put(&[need("N1")], &Author::default()).unwrap();
    assert!(market.wait_for(change, PATIENCE));

    cut_connections(&mut server.client(url.rsplit('/').next().unwrap()));
    let change = other.put(&[need("N2")], &Author::default()).unwrap();
    assert!(market.wait_for(change, PATIENCE));

    server.down();
    until(|| market.following().failures > 0);
    assert!(finds(&market, "N2"), "what was read before still answers");
    server.up();
    let change = other.put(&[need("N3")], &Author::default()).unwrap();
    assert!(market.wait_for(change, PATIENCE));
    assert!(finds(&market, "N3"));
    until(|| market.following().failures == 0);
}
