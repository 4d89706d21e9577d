//! Keys, sessions, reach, and the audit log.

use jiff::{SignedDuration, Timestamp};
use opcmatch::domain::{Listing, Reach, Role, Scope, Side};
use opcmatch::store::{Actor, Author, Deed, KeyId, NewKey, Standing, StoreError, acting};

use super::homes::{Home, event, need};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn asked(role: Role) -> NewKey {
    let tenant = (role == Role::Publisher).then(|| "西湖".to_owned());
    NewKey { name: "甲".into(), role, tenant, scope: Scope::Write, expires: None }
}

pub(crate) fn keys(home: &Home) {
    let mut store = home.open();
    assert!(!store.has_admin(at(0)).unwrap());
    let (key, secret) = store.new_key(&NewKey { expires: Some(at(60)), ..asked(Role::Opc) }, at(0)).unwrap();
    let (admin, admins) = store.new_key(&asked(Role::Admin), at(1)).unwrap();
    assert!(secret.reveal().starts_with("opk_") && secret.reveal().len() == 4 + 64, "32 bytes of hex");
    assert_ne!(secret.reveal(), admins.reveal());
    assert!(!format!("{secret:?}").contains(secret.reveal()));
    assert_eq!(store.keys().unwrap(), [key.clone(), admin.clone()]);
    assert!(store.has_admin(at(2)).unwrap());
    assert_eq!(store.key_of(secret.reveal()).unwrap(), Some(key.clone()));
    for wrong in ["", "opk_", &secret.reveal()[..67], &secret.reveal().to_uppercase()] {
        assert_eq!(store.key_of(wrong).unwrap(), None, "{wrong}");
    }
    assert_eq!((key.standing(at(59)), key.standing(at(60))), (Standing::Good, Standing::Expired));

    let (next, anew) = store.replace_key(&key.id, None, at(3)).unwrap().unwrap();
    assert_eq!((&next.account, next.role, &next.name), (&key.account, Role::Opc, &key.name));
    assert!(next.id != key.id && anew != secret);
    assert_eq!(store.key_of(secret.reveal()).unwrap().unwrap().standing(at(3)), Standing::Revoked);
    assert_eq!(store.key_of(anew.reveal()).unwrap(), Some(next));
    assert_eq!(store.revoke_key(&KeyId("K0".into()), at(4)).unwrap(), None);
    assert_eq!(store.revoke_key(&admin.id, at(4)).unwrap().unwrap().revoked, Some(at(4)));
    assert_eq!(store.revoke_key(&admin.id, at(9)).unwrap().unwrap().revoked, Some(at(4)), "once");
    assert!(!store.has_admin(at(5)).unwrap());
    let reading = NewKey { scope: Scope::Read, ..asked(Role::Admin) };
    store.new_key(&reading, at(5)).unwrap();
    assert!(!store.has_admin(at(5)).unwrap(), "one who only reads lets nobody in");
}

pub(crate) fn sessions(home: &Home) {
    let mut store = home.open();
    let (key, secret) = store.new_key(&NewKey { expires: Some(at(100)), ..asked(Role::Opc) }, at(0)).unwrap();
    let day = SignedDuration::from_hours(24);
    let (session, until) = store.begin_session(&key, day, at(0)).unwrap();
    assert_eq!(until, at(100), "no longer than its key");
    assert_ne!(session.reveal(), secret.reveal());
    assert_eq!(store.session(session.reveal(), at(99)).unwrap(), Some(key.clone()));
    assert_eq!(store.session(session.reveal(), at(100)).unwrap(), None);
    assert_eq!(store.session(secret.reveal(), at(1)).unwrap(), None, "a key is no session");
    assert_eq!(store.key_of(session.reveal()).unwrap(), None, "nor a session a key");
    assert!(store.end_session(session.reveal()).unwrap());
    assert!(!store.end_session(session.reveal()).unwrap());
    let (session, _) = store.begin_session(&key, day, at(1)).unwrap();
    store.revoke_key(&key.id, at(2)).unwrap();
    assert_eq!(store.session(session.reveal(), at(3)).unwrap(), None);
}

fn by() -> Author {
    Author::default()
}

fn who(reach: Reach) -> Actor {
    let key = Some(KeyId("K1".into()));
    let (route, request) = ("PUT /x".into(), "r-1".into());
    Actor { key, role: Role::Publisher, route, request, at: Some(at(7)), reach }
}

pub(crate) fn reach(home: &Home) {
    let mut store = home.open();
    let of = |tenant: &str, id: &str| Listing { tenant: Some(tenant.into()), ..need(id, "甲") };
    store.put(&[of("西湖", "N1"), of("上城", "N2"), need("N3", "甲")], &by()).unwrap();
    let ours = Reach::Tenant { tenant: "西湖".into(), side: Some(Side::Requirement) };
    let before = store.backup().unwrap();
    acting(who(ours), || {
        let beyond = |result: Result<_, StoreError>| {
            assert!(matches!(result, Err(StoreError::OutOfReach { .. })), "{result:?}");
        };
        // What is another's, what is nobody's, and what would become another's.
        beyond(store.put(&[of("西湖", "N9"), of("西湖", "N2")], &by()));
        beyond(store.put(&[of("西湖", "N3")], &by()));
        beyond(store.put(&[of("上城", "N1")], &by()));
        beyond(store.put(&[need("N1", "乙")], &by()));
        beyond(store.remove(Side::Requirement, &"N2".into(), &by()).map(|_| 0));
        assert_eq!(store.backup().unwrap(), before, "nothing was written");
        store.put(&[of("西湖", "N1"), of("西湖", "N4")], &by()).unwrap();
        assert!(store.remove(Side::Requirement, &"N1".into(), &by()).unwrap().is_some());
        assert!(store.remove(Side::Requirement, &"N0".into(), &by()).unwrap().is_none());
    });
    store.put(&[need("N2", "丙")], &by()).unwrap();
}

pub(crate) fn audit(home: &Home) {
    let mut store = home.open();
    let many: Vec<Listing> = (0..250).map(|n| need(&format!("N{n:03}"), "甲")).collect();
    acting(who(Reach::Everything), || {
        store.put(&many, &by()).unwrap();
        store.create(&many, &by()).unwrap().unwrap_err();
        store.put(&[], &by()).unwrap();
        store.save_event(event("E1")).unwrap();
        store.remove_event(&opcmatch::domain::EventId("E1".into())).unwrap();
        store.record(Deed::Export, &["event/E1".to_owned()]).unwrap();
    });
    store.put(&many[..1], &by()).unwrap();
    let (key, _) = store.new_key(&asked(Role::Organiser), at(8)).unwrap();
    store.begin_session(&key, SignedDuration::from_hours(1), at(8)).unwrap();
    let log = store.audit(0, None, 100).unwrap();
    let deeds: Vec<_> = log.iter().map(|line| (line.deed, line.count, line.ids[0].as_str())).collect();
    let id = key.id.0.as_str();
    assert_eq!(
        deeds,
        [
            (Deed::Write, 250, "requirement/N000"),
            (Deed::Write, 1, "event/E1"),
            (Deed::Write, 1, "event/E1"),
            (Deed::Export, 1, "event/E1"),
            (Deed::Write, 1, "requirement/N000"),
            (Deed::KeyMade, 1, id),
            (Deed::SignIn, 1, id),
        ]
    );
    assert!(log.iter().map(|line| line.number).eq(1..=7));
    let first = &log[0];
    assert_eq!((first.ids.len(), first.first_change, first.last_change), (20, Some(1), Some(250)));
    assert_eq!((first.key.as_ref().unwrap().0.as_str(), first.at), ("K1", Some(at(7))));
    assert_eq!(
        (first.route.as_str(), first.request.as_str(), first.role),
        ("PUT /x", "r-1", Role::Publisher)
    );
    assert_eq!((&log[4].key, log[4].at), (&None, None), "nobody was named");
    assert_eq!((log[6].key.as_ref(), log[6].role), (Some(&key.id), Role::Organiser));
    assert_eq!(store.audit(3, None, 2).unwrap(), log[3..5]);
    assert_eq!(store.audit(0, Some(at(8)), 9).unwrap(), []);
    assert_eq!(store.audit(0, Some(at(7)), 9).unwrap(), log[..4]);
    if !home.lasts() {
        return;
    }
    drop(store);
    for sql in ["UPDATE audit SET role = 'opc'", "DELETE FROM audit", "DELETE FROM audit WHERE number = 1"] {
        assert!(home.try_meddle(sql).contains("only grows"), "{sql}");
    }
    assert_eq!(home.open().audit(0, None, 100).unwrap(), log);
}
