//! Files of listings: kept whole or not at all, and taken back.

use std::cell::RefCell;
use std::ops::ControlFlow;

use jiff::Timestamp;
use opcmatch::domain::{Listing, ListingId, Reach, Side};
use opcmatch::store::{Actor, Author, ChangeKind, Store, StoreError, TakenBack, acting};

use super::homes::{Home, listing, need};

const ROUTES: &[&str] = &["import by hand"];

fn author(note: &str) -> Author {
    Author { who: "某区".into(), at: Some("2026-11-21T08:00:00Z".parse().unwrap()), note: note.into() }
}

fn going_on(_: usize, _: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// As an import of somebody with this reach, or another write by this route.
fn by<T>(route: &str, reach: Reach, work: impl FnOnce() -> T) -> T {
    let at = Some("2026-11-21T08:00:00Z".parse().unwrap());
    acting(Actor { reach, ..Actor::program(route, at) }, work)
}

fn import(store: &mut Store, listings: &[Listing]) -> u64 {
    let put = || store.put_watched(listings, &author("导入 表.csv"), &going_on);
    by(ROUTES[0], Reach::Everything, put).unwrap()
}

fn take_back(store: &mut Store, change: u64) -> Result<TakenBack, StoreError> {
    by("take back", Reach::Everything, || store.take_back(change, ROUTES, &author("撤回"), &going_on))
        .map(|(back, _)| back)
}

fn titles(store: &Store) -> Vec<(Side, String, String)> {
    let of = |side| store.list(side).unwrap().into_iter();
    let told = |one: Listing| (one.side, one.id.0, one.title);
    of(Side::Requirement).chain(of(Side::Capability)).map(told).collect()
}

fn many(from: usize, to: usize, title: &str) -> Vec<Listing> {
    (from..to).map(|n| need(&format!("N{n:03}"), title)).collect()
}

pub(crate) fn stopped(home: &Home) {
    let mut store = home.open();
    store.put(&many(0, 10, "原有"), &author("")).unwrap();
    let (before, newest) = (titles(&store), store.newest().unwrap());
    let new = many(5, 255, "新的");
    for stop_at in [0, 100, 200, 250] {
        let seen = RefCell::new(Vec::new());
        let watch = |done, of| {
            seen.borrow_mut().push((done, of));
            if done >= stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let refused = store.put_watched(&new, &author(""), &watch).unwrap_err();
        assert!(matches!(refused, StoreError::Stopped), "{refused}");
        let seen = seen.into_inner();
        assert_eq!(seen.last(), Some(&(stop_at, 250)), "{seen:?}");
        assert!(seen.is_sorted(), "{seen:?}");
        assert_eq!((titles(&store), store.newest().unwrap()), (before.clone(), newest), "{stop_at}");
        assert_eq!(store.history(Side::Requirement, &"N005".into()).unwrap().len(), 1, "{stop_at}");
    }
    let lines = store.audit(0, None, 100).unwrap().len();
    assert_eq!(lines, 1, "what was not written is not recorded");
    assert_eq!(store.put_watched(&new, &author(""), &going_on).unwrap(), 260, "and no number is lost");
}

pub(crate) fn taken_back(home: &Home) {
    let mut store = home.open();
    store.put(&many(0, 120, "原有"), &author("")).unwrap();
    store.put(&[listing(Side::Capability, "C1", "能力")], &author("")).unwrap();
    let before = titles(&store);
    // 20 replaced, 180 added, one that says the same as before, one on the other side.
    let file =
        [many(100, 300, "新的"), many(0, 1, "原有"), vec![listing(Side::Capability, "C1", "改过的能力")]]
            .concat();
    let change = import(&mut store, &file);
    assert_eq!(store.list(Side::Requirement).unwrap().len(), 300);

    // What is known of it, by whoever did it.
    let since = Timestamp::UNIX_EPOCH;
    let told = store.imports(ROUTES, since, 5).unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].change, told[0].put, told[0].standing), (change, 202, 201));
    assert_eq!((told[0].note.as_str(), &told[0].at), ("导入 表.csv", &author("").at));
    assert_eq!(store.imports(&["another"], since, 5).unwrap(), []);
    assert_eq!(store.imports(ROUTES, "2026-11-22T00:00:00Z".parse().unwrap(), 5).unwrap(), []);

    // A stop leaves all of it.
    let imported = titles(&store);
    let stop = |done, _: usize| if done >= 100 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let refused =
        by("take back", Reach::Everything, || store.take_back(change, ROUTES, &author("撤回"), &stop));
    assert!(matches!(refused, Err(StoreError::Stopped)));
    assert_eq!(titles(&store), imported);

    // Two of them have gone on since: one was changed, one was taken out.
    store.put(&many(299, 300, "后来改过"), &author("")).unwrap();
    store.remove(Side::Requirement, &"N298".into(), &author("")).unwrap();
    assert_eq!(store.imports(ROUTES, since, 5).unwrap()[0].standing, 199);
    let back = take_back(&mut store, change).unwrap();
    assert_eq!((back.removed, back.restored, back.left), (178, 21, 2), "{back:?}");
    let named = |id: &str| (Side::Requirement, ListingId::from(id));
    assert_eq!(back.left_ids, [named("N298"), named("N299")]);
    let mut wanted = before;
    wanted.insert(120, (Side::Requirement, "N299".into(), "后来改过".into()));
    assert_eq!(titles(&store), wanted);

    // It is in the history and the feed as any other change is.
    let versions = store.history(Side::Requirement, &"N150".into()).unwrap();
    let kinds: Vec<ChangeKind> = versions.iter().map(|version| version.kind).collect();
    assert_eq!(kinds, [ChangeKind::Remove, ChangeKind::Put]);
    assert_eq!(versions[0].author.note, "撤回");
    let changed = store.changed_since(change).unwrap().unwrap();
    assert_eq!((changed.put.len(), changed.removed.len()), (22, 179));

    // Once is enough, and no other write is an import.
    let again = take_back(&mut store, change).unwrap();
    let first: Vec<_> = (100..120).map(|n| named(&format!("N{n}"))).collect();
    assert_eq!(again, TakenBack { left: 201, left_ids: first, ..TakenBack::default() });
    for other in [1, 120, change - 1, change + 1, u64::MAX] {
        let refused = take_back(&mut store, other);
        assert!(matches!(refused, Err(StoreError::NoImport { change }) if change == other), "{other}");
    }
}

pub(crate) fn out_of_reach(home: &Home) {
    let mut store = home.open();
    let of = |tenant: &str, id: &str| Listing { tenant: Some(tenant.into()), ..need(id, "题") };
    let mixed = import(&mut store, &[of("西湖", "N1"), of("上城", "N2")]);
    let own = import(&mut store, &[of("西湖", "N3")]);
    let before = titles(&store);
    let reach = || Reach::Tenant { tenant: "西湖".into(), side: Some(Side::Requirement) };
    let refused = by("take back", reach(), || store.take_back(mixed, ROUTES, &author(""), &going_on));
    assert!(matches!(refused, Err(StoreError::OutOfReach { .. })), "{refused:?}");
    assert_eq!(titles(&store), before);
    let other = Reach::Tenant { tenant: "上城".into(), side: Some(Side::Requirement) };
    let since = Timestamp::UNIX_EPOCH;
    let seen = |store: &Store, reach| {
        let told = by("look", reach, || store.imports(ROUTES, since, 5)).unwrap();
        told.into_iter().map(|one| one.change).collect::<Vec<_>>()
    };
    assert_eq!(seen(&store, reach()), [own, mixed]);
    assert_eq!(seen(&store, other), Vec::<u64>::new(), "its first listing is of another district");
    let back = by("take back", reach(), || store.take_back(own, ROUTES, &author(""), &going_on)).unwrap();
    assert_eq!(back.0.removed, 1);

    // Of what is gone no other district hears: not by its first listing, and not when all of it is.
    let other = || Reach::Tenant { tenant: "上城".into(), side: Some(Side::Requirement) };
    let gone = import(&mut store, &[of("西湖", "N4"), of("西湖", "N5")]);
    for (id, seen_by_own) in [("N4", vec![gone, mixed]), ("N5", vec![mixed])] {
        store.remove(Side::Requirement, &id.into(), &author("")).unwrap();
        assert_eq!((seen(&store, reach()), seen(&store, other())), (seen_by_own, vec![]), "{id}");
    }
    assert_eq!(seen(&store, Reach::Everything), [gone, own, mixed]);
}
