//! Contacts: given out when both sides have agreed, to those two and whoever runs the
//! place, and never without a line in the audit log.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use opcmatch::domain::{Contact, ContactKind, Listing, Role, Scope, Side};
use opcmatch::serve::router;
use opcmatch::store::{Author, NewKey, Store};
use serde_json::{Value, json};

use service::*;

const WECHAT: &str = "opc-studio-77";
const CONTACTS: &str = "/api/v1/pairs/N1/C1/contacts";
const CONSENT: &str = "/api/v1/pairs/N1/C1/consent";

struct Keys {
    service: Router,
    secrets: Vec<(&'static str, String)>,
}

impl Keys {
    async fn ask(&self, whose: &str, method: Method, uri: &str, body: Option<Value>) -> Answer {
        let mut request =
            Request::builder().method(method).uri(uri).header(header::CONTENT_TYPE, "application/json");
        if let Some((_, secret)) = self.secrets.iter().find(|(name, _)| *name == whose) {
            request = request.header(header::AUTHORIZATION, format!("Bearer {secret}"));
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        send(&self.service, request.body(body).unwrap()).await
    }

    async fn look(&self, whose: &str) -> Answer {
        self.ask(whose, Method::GET, CONTACTS, None).await
    }

    async fn say(&self, whose: &str, side: &str, agrees: bool) -> Answer {
        self.ask(
            whose,
            Method::PUT,
            CONSENT,
            Some(json!({"side": side, "agrees": agrees, "note": "对接会上说的"})),
        )
        .await
    }

    /// What the audit log says of contacts that were shown: by whom, and which.
    async fn shown(&self) -> Vec<(Value, Value)> {
        let log = self.ask("admin", Method::GET, "/api/v1/audit?limit=500", None).await;
        assert!(!log.text().contains(PHONE) && !log.text().contains(WECHAT), "{}", log.text());
        let lines = log.json()["items"].as_array().unwrap().clone();
        let shown = lines.into_iter().filter(|line| line["deed"] == "contact_shown");
        shown.map(|line| (line["role"].clone(), line["ids"].clone())).collect()
    }
}

fn reached(id: &str, side: Side, kind: ContactKind, value: &str) -> Listing {
    let mut listing = Listing::new(id, side, "泵站水位误报过滤", "十二座雨水泵站无人值守，汛期夜里误报多。");
    listing.contacts.push(Contact { kind, value: value.into() });
    listing
}

fn keys() -> Keys {
    let mut store = Store::in_memory().unwrap();
    let now = jiff::Timestamp::now();
    let mut secrets = Vec::new();
    let mut accounts = Vec::new();
    for (name, role, tenant) in [
        ("publisher", Role::Publisher, Some("西湖")),
        ("other publisher", Role::Publisher, Some("上城")),
        ("opc", Role::Opc, None),
        ("other opc", Role::Opc, None),
        ("organiser", Role::Organiser, None),
        ("admin", Role::Admin, None),
    ] {
        let tenant = tenant.map(str::to_owned);
        let new = NewKey { name: name.into(), role, tenant, scope: Scope::Write, expires: None };
        let (key, secret) = store.new_key(&new, now).unwrap();
        accounts.push(key.account);
        secrets.push((name, secret.reveal().to_owned()));
    }
    let mut need = reached("N1", Side::Requirement, ContactKind::Phone, PHONE);
    need.tenant = Some("西湖".into());
    let mut offer = reached("C1", Side::Capability, ContactKind::Wechat, WECHAT);
    offer.owner = Some(accounts[2].clone());
    store.put(&[need, offer], &Author::default()).unwrap();
    Keys { service: router(app_in(store).with_keys()), secrets }
}

#[tokio::test]
async fn contacts_are_shown_when_both_have_agreed_and_no_longer_when_one_takes_it_back() {
    let keys = keys();
    for (whose, status) in [
        ("nobody", StatusCode::UNAUTHORIZED),
        ("other opc", StatusCode::FORBIDDEN),
        ("other publisher", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(keys.look(whose).await.status, status, "{whose}");
        assert_eq!(keys.say(whose, "capability", true).await.status, status, "{whose}");
    }
    let first = keys.look("publisher").await.json();
    assert_eq!(first["speaks_for"], json!(["requirement"]));
    assert_eq!((&first["requirement"], &first["requirement_contacts"]), (&Value::Null, &Value::Null));

    // Nobody agrees for the other.
    assert_eq!(keys.say("publisher", "capability", true).await.status, StatusCode::FORBIDDEN);
    assert_eq!(keys.say("opc", "requirement", true).await.status, StatusCode::FORBIDDEN);
    let one = keys.say("publisher", "requirement", true).await;
    assert_eq!(one.status, StatusCode::OK, "{}", one.text());
    assert_eq!(one.json()["requirement"]["note"], "对接会上说的");
    for whose in ["publisher", "opc", "organiser", "admin"] {
        let half = keys.look(whose).await;
        assert!(!half.text().contains(PHONE) && !half.text().contains(WECHAT), "{whose}: {}", half.text());
    }
    assert_eq!(keys.shown().await, []);

    let both = keys.say("opc", "capability", true).await.json();
    assert_eq!(both["requirement_contacts"], json!([{"kind": "phone", "value": PHONE}]));
    assert_eq!(both["capability_contacts"], json!([{"kind": "wechat", "value": WECHAT}]));
    assert_eq!(keys.look("publisher").await.json()["capability_contacts"][0]["value"], WECHAT);
    for (whose, status) in [("nobody", StatusCode::UNAUTHORIZED), ("other opc", StatusCode::FORBIDDEN)] {
        let refused = keys.look(whose).await;
        assert_eq!(refused.status, status);
        assert!(!refused.text().contains(PHONE), "{}", refused.text());
    }
    let ids = json!(["requirement/N1", "capability/C1"]);
    assert_eq!(keys.shown().await, [(json!("opc"), ids.clone()), (json!("publisher"), ids)]);

    assert_eq!(keys.say("opc", "capability", false).await.status, StatusCode::OK);
    let after = keys.look("organiser").await.json();
    assert_eq!((&after["capability"], &after["requirement_contacts"]), (&Value::Null, &Value::Null));
    assert!(after["requirement"]["at"].is_string());
}

#[tokio::test]
async fn an_organiser_notes_what_both_said_and_a_listing_takes_its_word_with_it() {
    let keys = keys();
    keys.say("organiser", "requirement", true).await;
    let both = keys.say("organiser", "capability", true).await.json();
    assert_eq!(
        (&both["capability_contacts"][0]["value"], &both["speaks_for"]),
        (&json!(WECHAT), &json!(["requirement", "capability"]))
    );
    let at = "/api/v1/listings/capability/C1";
    assert_eq!(keys.ask("opc", Method::DELETE, at, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(keys.look("organiser").await.status, StatusCode::NOT_FOUND);
    let history = keys.ask("opc", Method::GET, &format!("{at}/history"), None).await.json();
    let change = history["changes"][1]["change"].clone();
    let back =
        keys.ask("admin", Method::POST, &format!("{at}/restore"), Some(json!({"change": change}))).await;
    assert_eq!(back.status, StatusCode::OK, "{}", back.text());
    let after = keys.look("organiser").await.json();
    assert_eq!((&after["requirement"], &after["capability"]), (&Value::Null, &Value::Null), "asked anew");
}

/// Where no keys are asked for, whoever sits at the machine runs the place.
#[tokio::test]
async fn at_one_machine_it_is_the_same_person_for_both() {
    let service = service();
    let say = |side: &str| json!({"side": side, "agrees": true});
    for side in ["requirement", "capability"] {
        assert_eq!(with_json(&service, Method::PUT, CONSENT, &say(side)).await.status, StatusCode::OK);
    }
    assert_eq!(get(&service, CONTACTS).await.json()["requirement_contacts"][0]["value"], PHONE);
    assert_eq!(get(&service, "/api/v1/pairs/N1/C9/contacts").await.status, StatusCode::NOT_FOUND);
}
