//! What a store does, whatever it lives on.

use opcmatch::domain::{EventId, FollowUp, ListingId, OpcId, Pair, Side};
use opcmatch::store::{Author, Change, ChangeKind, Entry, Newest, Store, StoreError};

use super::homes::{Home, event, listing, need};

pub(crate) fn follow_up(event: &str, opc: &str) -> FollowUp {
    FollowUp::new(EventId(event.into()), Pair { need: "N1".into(), opc: OpcId(opc.into()) })
}

pub(crate) fn put_and_reopen(home: &Home) {
    let mut store = home.open();
    assert_eq!(store.last_change().unwrap(), 0);
    assert_eq!(store.put(&[need("N2", "乙"), need("N1", "甲")], &Author::default()).unwrap(), 2);
    assert_eq!(store.put(&[need("N1", "甲之二")], &Author::default()).unwrap(), 3);
    if home.lasts() {
        drop(store);
        store = home.open();
    }
    let titles: Vec<String> = store.list(Side::Requirement).unwrap().into_iter().map(|l| l.title).collect();
    assert_eq!(titles, ["甲之二", "乙"]);
    assert!(store.list(Side::Capability).unwrap().is_empty());
    assert!(store.remove(Side::Requirement, &"N1".into(), &Author::default()).unwrap().is_some());
    assert_eq!(store.remove(Side::Requirement, &"N1".into(), &Author::default()).unwrap(), None);
    assert_eq!(store.last_change().unwrap(), 4);
    assert_eq!(store.get(Side::Requirement, &"N1".into()).unwrap(), None);
    assert_eq!(store.get(Side::Capability, &"N2".into()).unwrap(), None, "the other list");
}

pub(crate) fn creating(home: &Home) {
    let mut store = home.open();
    store.put(&[need("N1", "甲")], &Author::default()).unwrap();
    let taken = store.create(&[need("N0", "新"), need("N1", "换")], &Author::default()).unwrap().unwrap_err();
    assert_eq!(taken, ["N1".into()]);
    assert_eq!(store.list(Side::Requirement).unwrap(), [need("N1", "甲")]);
    assert_eq!(
        store.create(&[listing(Side::Capability, "N1", "另一边")], &Author::default()).unwrap(),
        Ok(2)
    );
}

pub(crate) fn order_of_ids(home: &Home) {
    let mut store = home.open();
    let sorted = ["", "A-10", "A-9", "B", "a", "a b", "ab", "ä", "中", "丙", "𠮷"];
    let mut ids = sorted;
    ids.sort_unstable();
    let listings: Vec<_> = ids.iter().rev().map(|id| need(id, "题")).collect();
    store.put(&listings, &Author::default()).unwrap();
    let found: Vec<String> = store.list(Side::Requirement).unwrap().into_iter().map(|l| l.id.0).collect();
    assert_eq!(found, ids);
    for id in ids {
        store.save_event(event(id)).unwrap();
    }
    let found: Vec<String> = store.events().unwrap().into_iter().map(|event| event.id.0).collect();
    assert_eq!(found, ids);
    let followed: Vec<_> = ids.iter().rev().map(|opc| follow_up("A-9", opc)).collect();
    store.put_follow_ups(&followed).unwrap();
    let found: Vec<String> = store.follow_ups(None).unwrap().into_iter().map(|one| one.pair.opc.0).collect();
    assert_eq!(found, ids);
}

pub(crate) fn any_text(home: &Home) {
    let mut store = home.open();
    for text in
        ["it's \"?1\" and $1; --", "{\"a\":\\u0000}", "a\0b", "\u{1F469}\u{200D}\u{1F4BB}", "行\r\n行"]
    {
        store.put(&[need("N1", text)], &Author::default()).unwrap();
        assert_eq!(store.get(Side::Requirement, &"N1".into()).unwrap().unwrap().title, text);
        let id = text.replace('\0', "");
        store.put(&[need(&id, "题")], &Author::default()).unwrap();
        assert_eq!(store.get(Side::Requirement, &ListingId(id.clone())).unwrap().unwrap().id.0, id);
    }
    let long = "长".repeat(500_000);
    store.put(&[need("N2", &long)], &Author::default()).unwrap();
    assert_eq!(store.get(Side::Requirement, &"N2".into()).unwrap().unwrap().title.len(), long.len());
}

pub(crate) fn stale_events(home: &Home) {
    let mut store = home.open();
    let first = store.save_event(event("E1")).unwrap();
    assert_eq!(first.revision, 1);
    let mut mine = store.event(&first.id).unwrap().unwrap();
    let mut theirs = mine.clone();
    mine.name = "我的".into();
    theirs.name = "他的".into();
    assert_eq!(store.save_event(mine).unwrap().revision, 2);
    let error = store.save_event(theirs).unwrap_err();
    assert!(matches!(error, StoreError::Stale { read: 1, found: 2, .. }), "{error}");
    assert!(matches!(store.save_event(event("E1")), Err(StoreError::Stale { .. })));
    let kept: Vec<String> = store.events().unwrap().into_iter().map(|event| event.name).collect();
    assert_eq!(kept, ["我的"]);
    assert_eq!(store.event(&EventId("E2".into())).unwrap(), None);
}

pub(crate) fn follow_ups(home: &Home) {
    let mut store = home.open();
    let error = store.put_follow_ups(&[follow_up("E1", "甲")]).unwrap_err();
    assert!(matches!(&error, StoreError::NoEvent { id } if id == "E1"), "{error}");
    store.save_event(event("E1")).unwrap();
    store.save_event(event("E2")).unwrap();
    store.put_follow_ups(&[follow_up("E1", "乙"), follow_up("E1", "甲"), follow_up("E2", "甲")]).unwrap();
    let mut signed = follow_up("E1", "甲");
    signed.owner = "某人".into();
    store.put_follow_ups(std::slice::from_ref(&signed)).unwrap();
    let one = EventId("E1".into());
    assert_eq!(store.follow_ups(Some(&one)).unwrap(), [follow_up("E1", "乙"), signed]);
    assert!(store.remove_event(&one).unwrap());
    assert!(!store.remove_event(&one).unwrap());
    assert_eq!(store.follow_ups(None).unwrap(), [follow_up("E2", "甲")]);
}

fn changes(store: &Store) -> Vec<Change> {
    store.changes_since(0, usize::MAX).unwrap()
}

pub(crate) fn numbers(home: &Home) {
    let mut store = home.open();
    let (one, put, remove) = (|id: &str| EventId(id.into()), ChangeKind::Put, ChangeKind::Remove);
    let of = |id: &str| Entry::Listing { side: Side::Requirement, id: id.into() };
    store.put(&[need("N1", "甲"), need("N2", "乙")], &Author::default()).unwrap();
    store.save_event(event("E1")).unwrap();
    assert_eq!(store.newest().unwrap(), Newest { change: 3, listing: 2 });
    store.put_follow_ups(&[follow_up("E1", "甲"), follow_up("E1", "乙")]).unwrap();
    assert_eq!(store.remove(Side::Requirement, &"N1".into(), &Author::default()).unwrap(), Some(5));
    store.remove_event(&one("E1")).unwrap();
    let wanted = [
        (of("N1"), put),
        (of("N2"), put),
        (Entry::Event(one("E1")), put),
        (Entry::FollowUps(one("E1")), put),
        (of("N1"), remove),
        (Entry::Event(one("E1")), remove),
    ];
    let wanted: Vec<Change> =
        (1..).zip(wanted).map(|(number, (entry, kind))| Change { number, entry, kind }).collect();
    assert_eq!(changes(&store), wanted);
    assert_eq!(store.changes_since(2, 3).unwrap(), wanted[2..5]);
    assert_eq!(store.changes_since(6, 3).unwrap(), []);
    assert_eq!(store.changes_since(u64::MAX, 3).unwrap(), []);
    let listed = store.listed().unwrap();
    assert_eq!(
        (listed.newest, listed.requirements, listed.capabilities.len()),
        (Newest { change: 6, listing: 5 }, vec![need("N2", "乙")], 0)
    );
}

pub(crate) fn all_or_nothing(home: &Home) {
    let mut store = home.open();
    store.save_event(event("E1")).unwrap();
    let before = changes(&store);
    assert!(store.put_follow_ups(&[follow_up("E1", "甲"), follow_up("E9", "甲")]).is_err());
    assert!(store.save_event(event("E1")).is_err());
    assert_eq!(store.remove(Side::Requirement, &"N1".into(), &Author::default()).unwrap(), None);
    store.put(&[], &Author::default()).unwrap();
    assert_eq!(store.follow_ups(None).unwrap(), []);
    assert_eq!(changes(&store), before);
    assert_eq!(store.put(&[need("N1", "甲")], &Author::default()).unwrap(), 2, "no number was lost");
}

pub(crate) fn damaged(home: &Home) {
    if !home.lasts() {
        return;
    }
    let mut store = home.open();
    store.put(&[need("N1", "甲"), need("N2", "乙")], &Author::default()).unwrap();
    home.meddle("UPDATE listing SET body = '{\"id\":' WHERE id = 'N2'");
    let error = store.list(Side::Requirement).unwrap_err();
    assert!(matches!(&error, StoreError::Damaged { id, .. } if id == "N2"), "{error}");
    assert_eq!(store.get(Side::Requirement, &"N1".into()).unwrap(), Some(need("N1", "甲")));
    home.meddle("DELETE FROM feed");
    assert!(matches!(store.put(&[need("N3", "丙")], &Author::default()), Err(StoreError::NoFeed)));
    assert_eq!(store.get(Side::Requirement, &"N3".into()).unwrap(), None);
}

/// More than one statement takes, with ids that come again in the same and in a later one.
pub(crate) fn many_at_once(home: &Home) {
    let mut store = home.open();
    let rows: Vec<_> = (0..1003).map(|row| need(&format!("N{}", row * 7 % 500), &row.to_string())).collect();
    let twice: Vec<_> = rows.iter().flat_map(|one| [need(&one.id.0, "前"), one.clone()]).collect();
    assert_eq!(store.put(&twice, &Author::default()).unwrap(), 2006);
    let kept = store.list(Side::Requirement).unwrap();
    assert_eq!(kept.len(), 500);
    for one in kept {
        let last = rows.iter().rfind(|row| row.id == one.id);
        assert_eq!(Some(&one), last, "the last counts");
    }
    let heard: Vec<Change> = changes(&store);
    assert!(heard.len() == 2006 && (1..).zip(&heard).all(|(number, change)| change.number == number));
    let asked = twice.iter().map(|one| Entry::Listing { side: one.side, id: one.id.clone() });
    assert!(heard.into_iter().map(|change| change.entry).eq(asked), "in the order given");
}
