//! What listings were, and who changed them.

use opcmatch::domain::Side;
use opcmatch::store::{Author, Backup, ChangeKind, Store};

use super::homes::{Home, listing, need};

fn author(who: &str, note: &str) -> Author {
    Author { who: who.into(), at: Some("2026-11-21T08:00:00Z".parse().unwrap()), note: note.into() }
}

/// Number, who, and the title that was left.
fn told(store: &Store, side: Side, id: &str) -> Vec<(u64, String, Option<String>)> {
    let versions = store.history(side, &id.into()).unwrap();
    let one = |version: opcmatch::store::Version| {
        assert_eq!(version.kind == ChangeKind::Remove, version.listing.is_none());
        (version.number, version.author.who, version.listing.map(|listing| listing.title))
    };
    versions.into_iter().map(one).collect()
}

pub(crate) fn every_change(home: &Home) {
    let mut store = home.open();
    let first = [need("N1", "甲"), listing(Side::Capability, "N1", "另一边"), need("N2", "乙")];
    store.put(&first, &author("某街道", "导入")).unwrap();
    // What says the same is written and is no change of it.
    assert_eq!(store.put(&first[..1], &author("某区", "")).unwrap(), 4);
    store.put(&[need("N1", "甲之二"), need("N1", "甲之三")], &author("某区", "改了两次")).unwrap();
    store.remove(Side::Requirement, &"N1".into(), &author("某街道", "不做了")).unwrap();
    assert_eq!(store.create(&[need("N1", "甲又来")], &author("某区", "")).unwrap(), Ok(8));
    let all = vec![
        (8, "某区".to_owned(), Some("甲又来".to_owned())),
        (7, "某街道".to_owned(), None),
        (6, "某区".to_owned(), Some("甲之三".to_owned())),
        (1, "某街道".to_owned(), Some("甲".to_owned())),
    ];
    assert_eq!(told(&store, Side::Requirement, "N1"), all);
    let removal = &store.history(Side::Requirement, &"N1".into()).unwrap()[1];
    assert_eq!(removal.author, author("某街道", "不做了"));
    assert_eq!(told(&store, Side::Capability, "N1").len(), 1);
    assert_eq!(told(&store, Side::Capability, "N2"), []);

    // A backup holds it, and an older one leaves nothing of what came later.
    let backup = store.backup().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.jsonl");
    backup.write(&path, false).unwrap();
    store.put(&[need("N2", "后来")], &author("某人", "")).unwrap();
    for mut other in [Store::in_memory().unwrap(), store] {
        other.restore(&Backup::read(&path).unwrap(), true).unwrap();
        assert_eq!(told(&other, Side::Requirement, "N1"), all);
        assert_eq!(told(&other, Side::Requirement, "N2").len(), 1);
        let next = other.put(&[need("N2", "恢复后改")], &Author::default()).unwrap();
        assert!(next > 9 && told(&other, Side::Requirement, "N2")[0].0 == next);
    }
}

pub(crate) fn before_there_was_one(home: &Home) {
    if !home.lasts() {
        return;
    }
    let mut store = home.open();
    store.put(&[need("N1", "甲")], &Author::default()).unwrap();
    home.meddle("DELETE FROM history");
    let first = (0, String::new(), Some("甲".to_owned()));
    assert_eq!(
        told(&store, Side::Requirement, "N1"),
        std::slice::from_ref(&first),
        "nothing is known of how it came"
    );
    store.put(&[need("N1", "乙")], &author("某区", "")).unwrap();
    let wanted = [(2, "某区".to_owned(), Some("乙".to_owned())), first];
    assert_eq!(told(&store, Side::Requirement, "N1"), wanted);
}

pub(crate) fn rewriting(home: &Home) {
    let mut store = home.open();
    store.put(&[need("N1", "甲"), need("N2", "乙")], &Author::default()).unwrap();
    let keys = [(Side::Requirement, "N2".into()), (Side::Requirement, "N9".into())];
    let refused = store.rewrite(&keys, &author("某区", ""), |found| {
        assert_eq!((found[0].as_ref().map(|one| one.title.as_str()), &found[1]), (Some("乙"), &None));
        Err("不行")
    });
    assert_eq!(refused.unwrap(), Err("不行"));
    assert_eq!(store.last_change().unwrap(), 2, "nothing was written");
    let done = store.rewrite(&keys, &author("某区", "合并"), |found| {
        let mut second = found[0].clone().unwrap();
        second.title = "乙之二".into();
        Ok::<_, &str>(vec![second, need("N9", "新")])
    });
    assert_eq!(done.unwrap(), Ok(4));
    assert_eq!(told(&store, Side::Requirement, "N9"), [(4, "某区".to_owned(), Some("新".to_owned()))]);
    assert_eq!(told(&store, Side::Requirement, "N2")[0].2.as_deref(), Some("乙之二"));
}
