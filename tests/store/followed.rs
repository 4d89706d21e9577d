//! The feed, seen by somebody else.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use opcmatch::domain::{Event, EventId, FollowUp, Listing, ListingId, Side};
use opcmatch::store::{Author, Change, ChangeKind, ChangeNumber, Entry, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::cases::follow_up;
use super::homes::{Home, event, listing, need};

const WRITERS: u64 = 4;
const WRITES: u64 = 25;

/// Every writer has a connection of its own, as programs have.
pub(crate) fn writers_in_line(home: &Home) {
    if !home.lasts() {
        return;
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                threads.spawn(move || {
                    let mut store = home.open();
                    for turn in 0..WRITES {
                        // Two numbers a write: nobody may come between them.
                        let id = format!("W{writer}-{turn}");
                        store.put(&[need(&id, "甲"), need(&id, "乙")], &Author::default()).unwrap();
                    }
                })
            })
            .collect();
        let followed = threads.spawn(|| {
            let reader = home.open();
            let mut seen: Vec<Change> = Vec::new();
            loop {
                // Asked before the feed is, so that the last round misses nothing.
                let last = done.load(Ordering::SeqCst);
                let more = reader.changes_since(seen.len() as u64, 7).unwrap();
                let none = more.is_empty();
                seen.extend(more);
                if none && last {
                    return seen;
                }
            }
        });
        // The reader is let go before anybody's failure ends the test.
        let written: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        done.store(true, Ordering::SeqCst);
        assert!(written.iter().all(Result::is_ok), "a writer failed");
        let seen = followed.join().unwrap();
        assert_eq!(seen.len() as u64, 2 * WRITERS * WRITES);
        for (place, change) in (1..).zip(&seen) {
            assert_eq!(change.number, place, "a gap");
        }
        for pair in seen.chunks(2) {
            assert_eq!(pair[0].entry, pair[1].entry, "one write in the middle of another");
        }
    });
    assert_eq!(home.open().list(Side::Requirement).unwrap().len() as u64, WRITERS * WRITES);
}

#[derive(Debug, Clone)]
enum Act {
    Put(Vec<(Side, u8, u8)>),
    Create(Vec<(Side, u8, u8)>),
    Remove(Side, u8),
    Save(u8),
    Follow(u8, Vec<u8>),
    RemoveEvent(u8),
    /// Back to what was there after so many acts, or nothing.
    Restore(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let side = prop_oneof![Just(Side::Requirement), Just(Side::Capability)];
    let rows = || prop::collection::vec((side.clone(), 0..4u8, any::<u8>()), 0..4);
    prop_oneof![
        3 => rows().prop_map(Act::Put),
        1 => rows().prop_map(Act::Create),
        2 => (side.clone(), 0..4u8).prop_map(|(side, id)| Act::Remove(side, id)),
        2 => (0..3u8).prop_map(Act::Save),
        2 => (0..3u8, prop::collection::vec(0..4u8, 1..4)).prop_map(|(id, opcs)| Act::Follow(id, opcs)),
        1 => (0..3u8).prop_map(Act::RemoveEvent),
        1 => (0..8usize).prop_map(Act::Restore),
    ]
}

/// What the store should hold, kept by hand.
#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    listings: BTreeMap<(&'static str, ListingId), Listing>,
    events: BTreeMap<EventId, Event>,
    follow_ups: BTreeMap<(EventId, String), FollowUp>,
}

impl Model {
    fn of(store: &Store) -> Model {
        let backup = store.backup().unwrap();
        let of_listing = |one: Listing| ((one.side.as_str(), one.id.clone()), one);
        let of_follow_up = |one: FollowUp| ((one.event.clone(), one.pair.opc.0.clone()), one);
        Model {
            listings: backup.listings.into_iter().map(of_listing).collect(),
            events: backup.events.into_iter().map(|event| (event.id.clone(), event)).collect(),
            follow_ups: backup.follow_ups.into_iter().map(of_follow_up).collect(),
        }
    }

    fn put(&mut self, listings: &[Listing]) {
        for one in listings {
            self.listings.insert((one.side.as_str(), one.id.clone()), one.clone());
        }
    }

    /// As an index does that asks for what has changed since the listing it knows of last, and
    /// for everything when that is not known.
    fn catch_up(&mut self, from: ChangeNumber, store: &Store) -> ChangeNumber {
        let Some(changed) = store.changed_since(from).unwrap() else {
            let listed = store.listed().unwrap();
            self.listings.clear();
            self.put(&listed.requirements);
            self.put(&listed.capabilities);
            return listed.newest.listing;
        };
        self.put(&changed.put);
        for (side, id) in changed.removed {
            self.listings.remove(&(side.as_str(), id));
        }
        changed.newest.listing
    }

    fn remove_event(&mut self, id: &EventId) {
        self.events.remove(id);
        self.follow_ups.retain(|(event, _), _| event != id);
    }

    /// As somebody does who hears of changes and asks for what was changed.
    fn follow(&mut self, change: Change, store: &Store) {
        match (change.entry, change.kind) {
            (Entry::Listing { side, id }, ChangeKind::Put) => {
                // It may be gone by now; the feed will say so.
                self.put(store.get(side, &id).unwrap().as_slice());
            }
            (Entry::Listing { side, id }, ChangeKind::Remove) => {
                self.listings.remove(&(side.as_str(), id));
            }
            (Entry::Event(id), ChangeKind::Put) => {
                self.events.extend(store.event(&id).unwrap().map(|event| (id, event)));
            }
            (Entry::Event(id), ChangeKind::Remove) => self.remove_event(&id),
            (Entry::FollowUps(id), _) => {
                self.follow_ups.retain(|(event, _), _| *event != id);
                for one in store.follow_ups(Some(&id)).unwrap() {
                    self.follow_ups.insert((id.clone(), one.pair.opc.0.clone()), one);
                }
            }
        }
    }
}

fn rows(rows: &[(Side, u8, u8)]) -> Vec<Listing> {
    rows.iter().map(|(side, id, title)| listing(*side, &id.to_string(), &title.to_string())).collect()
}

/// Random histories against a model, and a follower that sees the feed only now and then.
pub(crate) fn any_history(home: &Home) {
    let mut store = home.open();
    let nothing = store.backup().unwrap();
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let histories = prop::collection::vec((act(), any::<bool>()), 1..24);
    let store = std::cell::RefCell::new(&mut store);
    let outcome = TestRunner::new(config).run(&histories, |history| {
        let store = &mut **store.borrow_mut();
        store.restore(&nothing, true).unwrap();
        let (mut model, mut follower) = (Model::default(), Model::default());
        let (mut index, mut indexed) = (Model::default(), 0);
        let (mut backups, mut heard) = (vec![nothing.clone()], store.last_change().unwrap());
        for (act, listens) in history {
            match act {
                Act::Put(given) => {
                    store.put(&rows(&given), &Author::default()).unwrap();
                    model.put(&rows(&given));
                }
                Act::Create(given) => {
                    let free = rows(&given)
                        .iter()
                        .all(|one| !model.listings.contains_key(&(one.side.as_str(), one.id.clone())));
                    prop_assert_eq!(store.create(&rows(&given), &Author::default()).unwrap().is_ok(), free);
                    if free {
                        model.put(&rows(&given));
                    }
                }
                Act::Remove(side, id) => {
                    let id = ListingId(id.to_string());
                    let was = model.listings.remove(&(side.as_str(), id.clone())).is_some();
                    prop_assert_eq!(store.remove(side, &id, &Author::default()).unwrap().is_some(), was);
                }
                Act::Save(id) => {
                    let id = EventId(id.to_string());
                    let known = model.events.get(&id).cloned().unwrap_or_else(|| event(&id.0));
                    let saved = store.save_event(known.clone()).unwrap();
                    prop_assert_eq!(saved.revision, known.revision + 1);
                    model.events.insert(id, saved);
                }
                Act::Follow(id, opcs) => {
                    let id = id.to_string();
                    let all: Vec<FollowUp> =
                        opcs.iter().map(|opc| follow_up(&id, &opc.to_string())).collect();
                    let there = model.events.contains_key(&EventId(id));
                    prop_assert_eq!(store.put_follow_ups(&all).is_ok(), there);
                    for one in all.into_iter().filter(|_| there) {
                        model.follow_ups.insert((one.event.clone(), one.pair.opc.0.clone()), one);
                    }
                }
                Act::RemoveEvent(id) => {
                    let id = EventId(id.to_string());
                    prop_assert_eq!(store.remove_event(&id).unwrap(), model.events.contains_key(&id));
                    model.remove_event(&id);
                }
                Act::Restore(which) => {
                    store.restore(&backups[which % backups.len()], true).unwrap();
                    model = Model::of(store);
                    let now = store.backup().unwrap();
                    prop_assert_eq!(&now.listings, &backups[which % backups.len()].listings);
                    prop_assert_eq!(&now.follow_ups, &backups[which % backups.len()].follow_ups);
                }
            }
            backups.push(store.backup().unwrap());
            prop_assert_eq!(&Model::of(store), &model);
            if !listens {
                continue;
            }
            loop {
                let more = store.changes_since(heard, 3).unwrap();
                let Some(last) = more.last() else { break };
                heard = last.number;
                more.into_iter().for_each(|change| follower.follow(change, store));
            }
            prop_assert_eq!(&follower, &model);
            indexed = index.catch_up(indexed, store);
            prop_assert_eq!(&index.listings, &model.listings);
            prop_assert_eq!(indexed, store.newest().unwrap().listing);
            let nothing_new = store.changed_since(indexed).unwrap();
            prop_assert!(
                nothing_new.is_none_or(|changed| changed.put.is_empty() && changed.removed.is_empty())
            );
            prop_assert_eq!(heard, store.last_change().unwrap());
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// What keeps a test of waiting from waiting for ever.
pub(crate) fn until(mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(30), "it never came");
        std::thread::sleep(Duration::from_millis(20));
    }
}
