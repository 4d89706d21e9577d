//! Events over the API: what must not get out, and what must not get in.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use std::collections::BTreeSet;
use std::io::Cursor;

use axum::http::{Method, StatusCode};
use calamine::Reader;
use opcmatch::domain::{Contact, ContactKind, Listing, Side};
use opcmatch::engine::Demo;
use serde_json::{Value, json};

use service::events::*;
use service::*;

/// A number in the name of a party: it must not leave, and the party must be reachable.
const MOBILE: &str = "13800138000";
/// How that party is shown.
const MASKED: &str = "星桥***********工作室#X9";

/// The demo lists, and an OPC whose name holds a number.
fn lists() -> Vec<Listing> {
    let demo = Demo::load().unwrap();
    let mut odd =
        Listing::new("X9", Side::Capability, "漂流河道清石与橡皮艇", "清理漂流河道巨石，供橡皮艇和救生衣。");
    odd.party.name = format!("星桥 {MOBILE} 工作室");
    odd.contacts.push(Contact { kind: ContactKind::Phone, value: MOBILE.into() });
    [demo.requirements, demo.capabilities, vec![odd]].concat()
}

#[tokio::test]
async fn contacts_stay_inside_and_masked_names_are_understood() {
    let service = service_on(&lists());
    let name = format!("对接会 {MOBILE}");
    let new =
        json!({"name": name, "place": format!("电话 {MOBILE}"), "needs": needs(8), "tables": 4, "slots": 4});
    let created = post(&service, "/api/v1/events", new).await;
    let edits = json!([
        {"do": "pin", "need": "N001", "opc": MASKED},
        {"do": "ban", "need": "N003", "opc": MASKED, "why": format!("问过 {MOBILE}")},
        {"do": "late", "who": {"opc": MASKED}, "until": 1},
    ]);
    let mut answers = vec![created];
    answers.push(post(&service, "/api/v1/events/E001/edits", json!({"revision": 1, "edits": edits})).await);
    answers.push(post(&service, "/api/v1/events/E001/plan", json!({"revision": 2})).await);
    let page = ok(answers.last().unwrap());
    let odd = meetings(&page).iter().find(|meeting| meeting["opc"] == MASKED).unwrap();
    assert_eq!((&odd["need"], &odd["origin"]), (&json!("N001"), &json!("pinned")));
    assert_eq!(page["event"]["opcs"][0]["opc"], MASKED);
    let shown = page["view"]["meetings"].as_array().unwrap();
    assert!(shown.iter().any(|meeting| meeting["opc"] == MASKED));

    // An event that comes back as it was shown is the same event.
    let mut kept = ok(&put(&service, "/api/v1/events/E001", &page["event"]).await);
    kept["event"]["revision"] = page["event"]["revision"].clone();
    assert_eq!(kept["event"], page["event"]);
    assert_eq!(kept["review"]["violations"], page["review"]["violations"]);

    let masked = uri(MASKED);
    for path in [
        "".to_owned(),
        "/prices".to_owned(),
        "/options?need=N001".to_owned(),
        format!("/options?opc={masked}"),
        "/teams".to_owned(),
        "/day?slot=0".to_owned(),
        "/day?slot=1".to_owned(),
        "/day?slot=9".to_owned(),
        "/follow-ups".to_owned(),
        "/export?format=csv".to_owned(),
        "/export?format=json".to_owned(),
        "/export?format=jsonl".to_owned(),
        "/calendar".to_owned(),
        format!("/calendar?opc={masked}"),
        "/print/stage".to_owned(),
        "/print/tables".to_owned(),
        format!("/print/opcs?opc={masked}"),
        "/print/needs".to_owned(),
        "/print/wall".to_owned(),
        "/print/briefs?lang=en".to_owned(),
    ] {
        let answer = get(&service, &format!("/api/v1/events/E001{path}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.text());
        answers.push(answer);
    }
    let book = get(&service, "/api/v1/events/E001/export?format=xlsx").await;
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(book.body.to_vec())).unwrap();
    let cells: String = book
        .worksheets()
        .iter()
        .flat_map(|(_, sheet)| sheet.cells().map(|(_, _, c)| format!("{c}\n")).collect::<Vec<_>>())
        .collect();
    answers.push(get(&service, "/api/v1/events").await);
    answers.push(
        post(
            &service,
            "/api/v1/events/E001/price",
            json!({"edit": {"do": "opc_max", "opc": MASKED, "value": 0}}),
        )
        .await,
    );
    answers.push(post(&service, "/api/v1/events/E001/held", json!({"revision": 4})).await);
    let note = json!({"need": "N001", "opc": MASKED, "state": "talking", "note": format!("已加 {MOBILE}"), "owner": format!("周 {MOBILE}")});
    answers.push(put(&service, "/api/v1/events/E001/follow-ups", &note).await);
    assert_eq!(ok(answers.last().unwrap())["opc"], MASKED);
    answers.push(get(&service, "/api/v1/events/E001/follow-ups").await);
    answers.push(get(&service, "/api/v1/follow-up-summary").await);
    // Refusals name people too.
    let wrong = json!({"need": "N001", "opc": MASKED, "state": "landed"});
    let refused = put(&service, "/api/v1/events/E001/follow-ups", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for answer in &answers {
        assert!(answer.status.is_success(), "{}", answer.text());
    }
    answers.push(refused);
    let mut numbers: BTreeSet<String> =
        lists().into_iter().flat_map(|l| l.contacts).map(|c| c.value).collect();
    numbers.insert("000-0000-".to_owned());
    numbers.insert(MOBILE.to_owned());
    assert!(numbers.len() > 100);
    for text in answers.iter().map(Answer::text).chain([cells]) {
        for number in &numbers {
            assert!(
                !text.contains(number.as_str()),
                "{number} in {}",
                text.chars().take(300).collect::<String>()
            );
        }
    }
}

#[tokio::test]
async fn hostile_requests_are_told_what_is_wrong() {
    let service = demo_service();
    let page = planned(&service, 4).await;
    let event = &page["event"];
    let with = |path: &str, value: Value| {
        let mut event = event.clone();
        match event.pointer_mut(path) {
            Some(place) => *place = value,
            None => {
                drop(event.as_object_mut().unwrap().insert(path.trim_start_matches('/').to_owned(), value))
            }
        }
        event
    };
    let long = "长".repeat(300);
    let new = |more: Value| {
        let mut new = json!({"name": "甲", "needs": ["N003"]});
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        new
    };
    let edits = |edit: Value| json!({"revision": 2, "edits": [edit]});
    let one = |edit: &str| serde_json::from_str::<Value>(edit).map(edits).unwrap();
    let at = "/api/v1/events/E001";
    for (method, uri, body, status, code, field) in [
        (Method::POST, "", new(json!({"name": " "})), 422, "invalid", Some("name")),
        (Method::POST, "", new(json!({"name": long})), 422, "invalid", Some("name")),
        (Method::POST, "", new(json!({"needs": []})), 422, "invalid", Some("needs")),
        (Method::POST, "", new(json!({"needs": ["N003", "N003"]})), 422, "invalid", Some("needs")),
        (Method::POST, "", new(json!({"needs": ["'; DROP TABLE event; --"]})), 422, "invalid", Some("needs")),
        (Method::POST, "", new(json!({"tables": 0})), 422, "invalid", Some("frame.tables")),
        (Method::POST, "", new(json!({"tables": 65_535})), 422, "invalid", Some("frame.tables")),
        (Method::POST, "", new(json!({"tables": 65_536})), 422, "invalid", Some("tables")),
        (Method::POST, "", new(json!({"slots": 129})), 422, "invalid", Some("slots")),
        (Method::POST, "", new(json!({"minutes": 0})), 422, "invalid", Some("frame.slots.minutes")),
        (Method::POST, "", new(json!({"starts": "9999-12-31T23:59:00"})), 422, "invalid", Some("starts")),
        (
            Method::POST,
            "",
            new(json!({"starts": "-009999-01-01T00:00:00"})),
            422,
            "invalid",
            Some("frame.slots.starts"),
        ),
        (Method::POST, "", new(json!({"starts": "tomorrow"})), 422, "invalid", Some("starts")),
        (
            Method::POST,
            "",
            new(json!({"tables": 2, "frame": {"tables": 2, "slots": []}})),
            422,
            "invalid",
            Some("tables"),
        ),
        (Method::POST, "", new(json!({"id": "E9"})), 422, "invalid", Some("id")),
        (Method::PUT, at, with("/id", json!("E002")), 422, "invalid", Some("id")),
        (Method::PUT, at, with("/held", json!(true)), 422, "invalid", Some("held")),
        (Method::PUT, at, with("/rules/floor", json!(100_001)), 422, "invalid", Some("rules.floor")),
        (Method::PUT, at, with("/rules/need_min", json!(5)), 422, "invalid", Some("rules.need_max")),
        (Method::PUT, at, with("/frame/slots", json!([])), 422, "invalid", Some("frame.slots")),
        (Method::PUT, at, with("/opcs", json!([{"opc": "甲"}, {"opc": "甲"}])), 422, "invalid", Some("opcs")),
        (Method::PUT, at, with("/needs/0/need", json!("N999")), 422, "invalid", Some("needs")),
        (Method::PUT, at, with("/colour", json!("red")), 422, "invalid", Some("colour")),
        (Method::PUT, "/api/v1/events/E404", with("/id", json!("E404")), 404, "no_event", None),
        (Method::POST, "/api/v1/events/E404/plan", json!({"revision": 0}), 404, "no_event", None),
        (Method::POST, "/api/v1/events/%FF/plan", json!({"revision": 0}), 422, "invalid", Some("path")),
        (Method::POST, "/api/v1/events/E001/plan", json!({}), 422, "invalid", Some("request")),
        (
            Method::POST,
            "/api/v1/events/E001/rest",
            json!({"revision": 2, "first_open": 6}),
            422,
            "invalid",
            Some("first_open"),
        ),
        (
            Method::POST,
            "/api/v1/events/E001/edits",
            json!({"revision": 2, "edits": []}),
            422,
            "invalid",
            Some("edits"),
        ),
        (
            Method::POST,
            "/api/v1/events/E001/edits",
            one(r#"{"do": "explode"}"#),
            422,
            "invalid",
            Some("edits[0].do"),
        ),
        (
            Method::POST,
            "/api/v1/events/E001/edits",
            one(r#"{"do": "pin", "need": "N003", "opc": "无此工作室"}"#),
            422,
            "invalid",
            Some("edits[0]"),
        ),
        (
            Method::POST,
            "/api/v1/events/E001/edits",
            one(r#"{"do": "late", "who": {"need": "N003"}, "until": 65535}"#),
            422,
            "invalid",
            Some("edits[0]"),
        ),
        (
            Method::POST,
            "/api/v1/events/E001/edits",
            one(r#"{"do": "stage", "order": ["N003"]}"#),
            422,
            "invalid",
            Some("edits[0]"),
        ),
        (
            Method::POST,
            "/api/v1/events/E001/price",
            json!({"edit": {"do": "need_max", "need": "N200", "value": 1}}),
            422,
            "invalid",
            Some("need"),
        ),
        (
            Method::POST,
            "/api/v1/events/E001/price",
            json!({"edit": {"do": "need_min", "need": "N003", "value": u32::MAX}}),
            422,
            "invalid",
            Some("needs.max"),
        ),
        (
            Method::POST,
            "/api/v1/events/E001/price",
            json!({"edit": {"do": "opc_max", "opc": "无", "value": 1}}),
            422,
            "invalid",
            Some("edit.opc"),
        ),
    ] {
        let path = if uri.is_empty() { "/api/v1/events" } else { uri };
        let answer = with_json(&service, method.clone(), path, &body).await;
        let problem = answer.json();
        let got = (answer.status.as_u16(), problem["code"].as_str(), problem["field"].as_str());
        assert_eq!(got, (status, Some(code), field), "{method} {path} {body} {problem}");
        assert!(problem["detail_zh"].as_str().is_some_and(|zh| zh.chars().any(|c| c > '一')), "{problem}");
    }
    for (path, status, field) in [
        ("/options", 422, "need"),
        ("/options?need=N003&opc=x", 422, "need"),
        ("/options?need=N200", 422, "need"),
        ("/options?opc=%E6%97%A0", 422, "opc"),
        ("/day?slot=-1", 422, "slot"),
        ("/day?slot=70000", 422, "slot"),
        ("/export?format=exe", 422, "format"),
        ("/print/everything", 422, "sheet"),
        ("/print/wall?lang=fr", 422, "lang"),
        ("/calendar?need=N003&opc=x", 422, "need"),
    ] {
        let answer = get(&service, &format!("{at}{path}")).await;
        let problem = answer.json();
        assert_eq!(
            (answer.status.as_u16(), problem["field"].as_str()),
            (status, Some(field)),
            "{path} {problem}"
        );
    }
    // A plan from outside is kept, and the checker says what is wrong with it.
    let mut forged = event.clone();
    forged["plan"]["meetings"][0]["degree"] = json!(99_000);
    forged["rules"]["need_max"] = json!(u32::MAX);
    forged["rules"]["opc_max"] = json!(u32::MAX);
    forged["rules"]["need_min"] = json!(1_000_000);
    let forged = ok(&put(&service, at, &forged).await);
    let faults: Vec<&str> = forged["review"]["violations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["fault"].as_str().unwrap())
        .collect();
    assert!(faults.contains(&"degree_not_as_ranked") && faults.contains(&"need_under_min"), "{faults:?}");
    ok(&post(&service, "/api/v1/events/E001/plan", json!({"revision": 3})).await);
}
