//! Data of other versions, and programs that bring it up to date.

use std::sync::Barrier;

use opcmatch::domain::Side;
use opcmatch::store::{Author, Change, ChangeKind, Entry, Store, StoreError};

use super::cases::follow_up;
use super::homes::{Home, event, listing, need};

pub(crate) fn starts_at_once(home: &Home) {
    if !home.lasts() {
        return;
    }
    let ready = Barrier::new(6);
    std::thread::scope(|threads| {
        for program in 0..6 {
            let ready = &ready;
            threads.spawn(move || {
                ready.wait();
                home.open().put(&[need(&program.to_string(), "甲")], &Author::default()).unwrap();
            });
        }
    });
    let store = home.open();
    assert_eq!(store.last_change().unwrap(), 6);
    assert_eq!(store.list(Side::Requirement).unwrap().len(), 6);
}

pub(crate) fn newer(home: &Home) {
    if !home.lasts() {
        return;
    }
    drop(home.open());
    home.meddle(match home {
        Home::Server(_) => "UPDATE version SET number = 99",
        _ => "PRAGMA user_version = 99",
    });
    let error = home.try_open().unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 99, known: 8 }), "{error}");
    assert!(error.to_string().contains("99") && error.to_string().contains("升级"), "{error}");
}

/// The tables as the program made them before there were two databases.
const VERSION_2: &str = "
    CREATE TABLE listing (
        side TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        change INTEGER NOT NULL,
        PRIMARY KEY (side, id)
    ) WITHOUT ROWID;
    CREATE TABLE change (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        side TEXT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('put', 'remove'))
    );
    CREATE TABLE event (
        id TEXT PRIMARY KEY,
        revision INTEGER NOT NULL,
        body TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE follow_up (
        event TEXT NOT NULL REFERENCES event (id) ON DELETE CASCADE,
        need TEXT NOT NULL,
        opc TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (event, need, opc)
    ) WITHOUT ROWID;
    PRAGMA user_version = 2;
";

#[test]
fn a_file_of_version_2_comes_along_whole() {
    let home = Home::file();
    let old = rusqlite::Connection::open(home.path()).unwrap();
    old.execute_batch(VERSION_2).unwrap();
    let listings = [need("N1", "甲"), listing(Side::Capability, "C1", "乙")];
    for (number, one) in (2..).zip(&listings) {
        old.execute(
            "INSERT INTO listing VALUES (?1, ?2, ?3, ?4)",
            rusqlite::params![one.side.as_str(), one.id.0, serde_json::to_string(one).unwrap(), number],
        )
        .unwrap();
    }
    old.execute_batch(
        "INSERT INTO change (side, id, kind) VALUES
            ('requirement', 'N0', 'put'), ('requirement', 'N1', 'put'), ('capability', 'C1', 'put'),
            ('requirement', 'N0', 'remove');",
    )
    .unwrap();
    let mut events = [event("E2"), event("E1")];
    events[0].revision = 7;
    for one in &events {
        old.execute(
            "INSERT INTO event VALUES (?1, ?2, ?3)",
            rusqlite::params![one.id.0, one.revision as i64, serde_json::to_string(one).unwrap()],
        )
        .unwrap();
    }
    let followed = [follow_up("E2", "甲"), follow_up("E2", "乙")];
    for one in &followed {
        old.execute(
            "INSERT INTO follow_up VALUES (?1, ?2, ?3, ?4)",
            rusqlite::params![
                one.event.0,
                one.pair.need.0,
                one.pair.opc.0,
                serde_json::to_string(one).unwrap()
            ],
        )
        .unwrap();
    }
    drop(old);

    // Opened twice: the second time there is nothing to do.
    drop(home.open());
    let mut store = home.open();
    let kept = store.backup().unwrap();
    assert_eq!(kept.listings, listings);
    assert_eq!(kept.events, [events[1].clone(), events[0].clone()]);
    assert_eq!(kept.follow_ups.len(), 2);
    assert!(followed.iter().all(|one| kept.follow_ups.contains(one)));
    let feed = store.changes_since(0, 100).unwrap();
    let of = |side, id: &str| Entry::Listing { side, id: id.into() };
    let id = |event: usize| events[event].id.clone();
    let wanted = [
        (of(Side::Requirement, "N0"), ChangeKind::Put),
        (of(Side::Requirement, "N1"), ChangeKind::Put),
        (of(Side::Capability, "C1"), ChangeKind::Put),
        (of(Side::Requirement, "N0"), ChangeKind::Remove),
        (Entry::Event(id(1)), ChangeKind::Put),
        (Entry::Event(id(0)), ChangeKind::Put),
        (Entry::FollowUps(id(0)), ChangeKind::Put),
    ];
    let wanted: Vec<Change> =
        (1..).zip(wanted).map(|(number, (entry, kind))| Change { number, entry, kind }).collect();
    assert_eq!(feed, wanted);
    assert_eq!(store.put(&[need("N2", "丙")], &Author::default()).unwrap(), 8, "numbers go on");
    assert_eq!(store.save_event(events[0].clone()).unwrap().revision, 8);
    assert!(store.remove_event(&id(0)).unwrap());
    assert_eq!(store.follow_ups(None).unwrap(), [], "they still go with their event");
}

#[test]
fn a_file_of_another_kind_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("notes.txt");
    std::fs::write(&other, "这不是数据库".repeat(200)).unwrap();
    assert!(matches!(Store::open(&other), Err(StoreError::Open { .. })));
    let nowhere = folder.path().join("none/opcmatch.sqlite");
    assert!(matches!(Store::open(&nowhere), Err(StoreError::Open { .. })));
}
