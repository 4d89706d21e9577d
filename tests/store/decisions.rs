//! Decisions: the newest of a pair counts, none is lost, nobody decides for others.

use opcmatch::domain::{Choice, Listing, Reach, Rejection, Role, Side};
use opcmatch::store::{Actor, Author, Decided, ListingPair, NewDecision, Store, StoreError, acting};

use super::homes::{Home, listing, need};

fn pair(requirement: &str, capability: &str) -> ListingPair {
    ListingPair { requirement: requirement.into(), capability: capability.into() }
}

fn new(pair: ListingPair, choice: Choice, after: Option<u64>) -> NewDecision {
    let reason = (choice == Choice::Rejected).then_some(Rejection::Price);
    NewDecision { pair, choice, reason, name: "数据局".into(), after }
}

fn by(who: &str) -> Author {
    Author { who: who.into(), at: Some("2026-11-21T08:00:00Z".parse().unwrap()), note: "谈过一次".into() }
}

fn of(tenant: &str, id: &str) -> Listing {
    Listing { tenant: Some(tenant.into()), ..need(id, "甲") }
}

fn done(decided: Decided) -> u64 {
    match decided {
        Decided::Done(decision) => decision.number,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn the_newest_counts(home: &Home) {
    let mut store = home.open();
    let capability = |id: &str| listing(Side::Capability, id, "丙");
    store.put(&[of("西湖", "N1"), of("上城", "N2"), capability("C1"), capability("C2")], &by("")).unwrap();
    let (first, second) = (pair("N1", "C1"), pair("N2", "C1"));
    assert_eq!(done(store.decide(&new(first.clone(), Choice::Accepted, Some(0)), &by("K1")).unwrap()), 1);
    assert_eq!(done(store.decide(&new(second.clone(), Choice::Accepted, None), &by("K2")).unwrap()), 2);
    // Whoever saw nothing there does not write over a colleague's.
    let late = store.decide(&new(first.clone(), Choice::Rejected, Some(0)), &by("K3")).unwrap();
    assert!(matches!(&late, Decided::Changed(Some(now)) if now.number == 1 && now.who == "K1"), "{late:?}");
    assert_eq!(done(store.decide(&new(first.clone(), Choice::Rejected, Some(1)), &by("K3")).unwrap()), 3);
    let gone = |id: &str, other: &str| new(pair(id, other), Choice::Accepted, None);
    assert_eq!(store.decide(&gone("N9", "C1"), &by("")).unwrap(), Decided::Gone(Side::Requirement));
    assert_eq!(store.decide(&gone("N1", "C9"), &by("")).unwrap(), Decided::Gone(Side::Capability));
    assert_eq!(
        store.decide(&new(pair("N1", "C2"), Choice::Withdrawn, None), &by("")).unwrap(),
        Decided::Nothing
    );

    let standing = |store: &Store| {
        let all = store.decisions(None, None).unwrap();
        all.into_iter().map(|one| (one.number, one.requirement.0, one.choice)).collect::<Vec<_>>()
    };
    let (n1, n2) = ("N1".to_owned(), "N2".to_owned());
    assert_eq!(standing(&store), [(3, n1.clone(), Choice::Rejected), (2, n2.clone(), Choice::Accepted)]);
    let of_first = store.decisions_of(&first).unwrap();
    assert_eq!(of_first.iter().map(|one| one.number).collect::<Vec<_>>(), [3, 1]);
    let newest = &of_first[0];
    assert_eq!(
        (newest.reason, newest.note.as_str(), newest.name.as_str(), newest.at),
        (Some(Rejection::Price), "谈过一次", "数据局", by("").at)
    );
    assert_eq!(store.decisions(Some(&"N2".into()), None).unwrap().len(), 1);
    assert_eq!(store.decisions(None, Some(&"C1".into())).unwrap().len(), 2);
    assert_eq!(store.decisions(Some(&"N2".into()), Some(&"C2".into())).unwrap(), []);

    // A district decides of its own, and sees its own.
    let ours = Actor {
        role: Role::Publisher,
        reach: Reach::Tenant { tenant: "西湖".into(), side: Some(Side::Requirement) },
        ..Actor::program("PUT /x", None)
    };
    acting(ours, || {
        let refused = store.decide(&new(second.clone(), Choice::Rejected, None), &by("K1"));
        assert!(matches!(refused, Err(StoreError::OutOfReach { .. })), "{refused:?}");
        assert_eq!(standing(&store), [(3, n1.clone(), Choice::Rejected)]);
        assert_eq!(store.decisions_of(&second).unwrap(), []);
        assert_eq!(
            done(store.decide(&new(first.clone(), Choice::Withdrawn, Some(3)), &by("K1")).unwrap()),
            4
        );
    });
    assert_eq!(standing(&store), [(2, n2.clone(), Choice::Accepted)]);
    assert_eq!(store.decisions_of(&first).unwrap().len(), 3, "what was taken back stays on record");

    // What is taken out comes back with what was decided of it.
    store.remove(Side::Requirement, &"N2".into(), &by("")).unwrap();
    store.put(&[of("上城", "N2")], &by("")).unwrap();
    assert_eq!(standing(&store), [(2, n2, Choice::Accepted)]);

    let backup = store.backup().unwrap();
    assert_eq!(backup.counts().decisions, 4);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.jsonl");
    backup.write(&path, false).unwrap();
    let mut other = Store::in_memory().unwrap();
    other.restore(&opcmatch::store::Backup::read(&path).unwrap(), false).unwrap();
    assert_eq!(other.decisions(None, None).unwrap(), store.decisions(None, None).unwrap());
    assert_eq!(other.decisions_of(&first).unwrap(), store.decisions_of(&first).unwrap());
    let audited = store.audit(0, None, 100).unwrap();
    let named: Vec<_> = audited.iter().filter(|line| line.ids[0].starts_with("decision/")).collect();
    assert_eq!(named.len(), 4);
    assert_eq!(named[0].ids, ["decision/requirement/N1", "decision/capability/C1"]);
}
