//! Saved searches, what came up, and messages that wait.

use jiff::Timestamp;
use opcmatch::domain::{SavedSearch, Side, Webhook, WebhookKind};
use opcmatch::store::{Author, Found, Sent};

use super::homes::{Home, need};

fn search(owner: &str, hook: bool) -> SavedSearch {
    let webhook = hook.then(|| Webhook {
        kind: WebhookKind::WeCom,
        url: "https://hook.example/k".into(),
        secret: String::new(),
    });
    SavedSearch {
        id: String::new(),
        owner: owner.into(),
        name: "巡河".into(),
        side: Side::Requirement,
        text: "无人船".into(),
        least: 10.0,
        webhook,
        feed: String::new(),
    }
}

fn found(id: &str) -> Found {
    Found { side: Side::Requirement, id: id.into(), title: format!("题{id}"), degree: 61.25 }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub(crate) fn one_notes_what_came_up(home: &Home) {
    let mut store = home.open();
    store.put(&[need("N1", "甲")], &Author::default()).unwrap();
    let kept = store.save_search(&search("甲", false)).unwrap();
    let other = store.save_search(&search("乙", false)).unwrap();
    assert!(kept.id != other.id && kept.feed.len() == 40);
    assert_eq!(store.search_of_feed(&kept.feed).unwrap(), Some(kept.clone()));
    assert!(store.searches_behind(1).unwrap().is_empty(), "what was there before is not looked at");
    store.put(&[need("N2", "乙"), need("N3", "丙")], &Author::default()).unwrap();
    let behind = store.searches_behind(3).unwrap();
    assert_eq!(behind.len(), 2);
    assert!(store.raise(&kept, (1, 3), &[found("N2"), found("N3")], Some(at(0))).unwrap());
    assert!(!store.raise(&kept, (1, 3), &[found("N2")], Some(at(0))).unwrap(), "somebody else was first");
    let ids = |owner: &str| -> Vec<(String, bool)> {
        store.alerts(owner, None, 10).unwrap().0.into_iter().map(|alert| (alert.id.0, alert.read)).collect()
    };
    assert_eq!(ids("甲"), [("N3".into(), false), ("N2".into(), false)]);
    assert_eq!(ids("乙"), []);
    let (alerts, unread) = store.alerts("甲", Some(&kept.id), 1).unwrap();
    assert_eq!((alerts.len(), unread, alerts[0].degree, alerts[0].at), (1, 2, 61.25, Some(at(0))));
    store.alerts_seen("乙", alerts[0].number).unwrap();
    assert_eq!(store.alerts("甲", None, 10).unwrap().1, 2, "nobody sees for somebody else");
    store.alerts_seen("甲", alerts[0].number).unwrap();
    assert!(store.raise(&kept, (3, 4), &[found("N2")], None).unwrap());
    let (alerts, unread) = store.alerts("甲", None, 10).unwrap();
    assert_eq!((alerts.len(), unread), (2, 1), "the same listing comes up anew");
    let backup = store.backup().unwrap();
    store.restore(&backup, true).unwrap();
    assert_eq!(store.searches("甲").unwrap(), std::slice::from_ref(&kept));
    let behind = store.searches_behind(store.last_change().unwrap()).unwrap();
    assert!(behind.is_empty(), "what is restored does not come up");
    assert!(store.remove_search("乙", &other.id).unwrap() && !store.remove_search("乙", &kept.id).unwrap());
    assert!(store.remove_search("甲", &kept.id).unwrap());
    assert_eq!(store.alerts("甲", None, 10).unwrap(), (Vec::new(), 0));
}

pub(crate) fn messages_wait_for_their_time(home: &Home) {
    let mut store = home.open();
    let kept = store.save_search(&search("甲", true)).unwrap();
    assert!(store.raise(&kept, (0, 5), &[found("N1"), found("N2")], Some(at(0))).unwrap());
    assert!(store.take_due(at(-1), at(99), 10).unwrap().is_empty());
    let due = store.take_due(at(0), at(99), 1).unwrap();
    assert_eq!((due.len(), due[0].alert.id.0.as_str(), due[0].tries), (1, "N1", 0));
    assert_eq!(due[0].search, kept);
    let next = store.take_due(at(1), at(99), 10).unwrap();
    assert_eq!((next.len(), next[0].alert.id.0.as_str()), (1, "N2"), "nobody takes what is being sent");
    store.settle(next[0].alert.number, &Sent::Taken).unwrap();
    store.settle(due[0].alert.number, &Sent::Again { at: at(60), cause: "忙".into() }).unwrap();
    let sending = store.sending(&kept.id).unwrap();
    assert_eq!((sending.waiting, sending.given_up, sending.last_error.as_deref()), (1, 0, Some("忙")));
    assert!(store.take_due(at(59), at(99), 10).unwrap().is_empty());
    let again = store.take_due(at(60), at(70), 10).unwrap();
    assert_eq!((again.len(), again[0].tries), (1, 1));
    assert_eq!(store.take_due(at(70), at(99), 10).unwrap().len(), 1, "whoever sent it is gone");
    store.settle(again[0].alert.number, &Sent::GivenUp { cause: "没有".into() }).unwrap();
    assert!(store.take_due(at(1000), at(2000), 10).unwrap().is_empty());
    assert_eq!((store.sending(&kept.id).unwrap().waiting, store.sending(&kept.id).unwrap().given_up), (0, 1));
}
