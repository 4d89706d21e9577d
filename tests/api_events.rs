//! Events over the API, on the demo lists.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use calamine::Reader;
use opcmatch::domain::{Contact, ContactKind, Listing, Side};
use opcmatch::engine::Demo;
use serde_json::{Value, json};

use service::*;

/// A number in the name of a party: it must not leave, and the party must be reachable.
const MOBILE: &str = "13800138000";
/// How that party is shown.
const MASKED: &str = "星桥***********工作室#X9";

/// Needs of the demo lists.
fn needs(count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("N{n:03}")).collect()
}

/// The demo lists, and an OPC whose name holds a number.
fn lists() -> Vec<Listing> {
    let demo = Demo::load().unwrap();
    let mut odd =
        Listing::new("X9", Side::Capability, "漂流河道清石与橡皮艇", "清理漂流河道巨石，供橡皮艇和救生衣。");
    odd.party.name = format!("星桥 {MOBILE} 工作室");
    odd.contacts.push(Contact { kind: ContactKind::Phone, value: MOBILE.into() });
    [demo.requirements, demo.capabilities, vec![odd]].concat()
}

async fn post(service: &Router, uri: &str, body: Value) -> Answer {
    with_json(service, Method::POST, uri, &body).await
}

async fn put(service: &Router, uri: &str, body: &Value) -> Answer {
    with_json(service, Method::PUT, uri, body).await
}

/// The answer, provided that all went well.
#[track_caller]
fn ok(answer: &Answer) -> Value {
    assert!(answer.status.is_success(), "{} {}", answer.status, answer.text());
    answer.json()
}

/// An event E001 of so many needs with a plan, at revision 2, in a small room.
async fn planned(service: &Router, count: usize) -> Value {
    let new = json!({"name": "社区服务对接会", "place": "示例会堂", "needs": needs(count), "tables": 6, "slots": 6,
        "starts": "2026-12-04T14:00:00"});
    ok(&post(service, "/api/v1/events", new).await);
    ok(&post(service, "/api/v1/events/E001/plan", json!({"revision": 1})).await)
}

fn meetings(page: &Value) -> &Vec<Value> {
    page["event"]["plan"]["meetings"].as_array().unwrap()
}

fn uri(part: &str) -> String {
    part.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

#[tokio::test]
async fn a_plan_is_made_edited_and_kept() {
    let service = demo_service();
    let none = post(&service, "/api/v1/events", json!({"name": "没有需求"})).await;
    assert_eq!((none.status.as_u16(), &none.json()["field"]), (422, &json!("needs")));

    let created =
        post(&service, "/api/v1/events", json!({"name": "社区服务对接会", "needs": needs(12)})).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    assert_eq!(created.headers[header::LOCATION], "/api/v1/events/E001");
    let page = created.json();
    // Today is 21 November, so two weeks off is a Saturday.
    let slots = page["event"]["frame"]["slots"].as_array().unwrap();
    assert_eq!((slots.len(), &slots[1]["starts"]), (8, &json!("2026-12-11T14:20:00")));
    assert_eq!(page["event"]["frame"]["tables"], 10);
    assert_eq!(page["event"]["plan"], Value::Null);

    let page = ok(&post(&service, "/api/v1/events/E001/plan", json!({"revision": 1})).await);
    assert_eq!(page["event"]["revision"], 2);
    assert!(meetings(&page).len() >= 8, "{}", page["review"]);
    assert_eq!(page["changes"]["added"].as_array().unwrap().len(), meetings(&page).len());
    assert_eq!((&page["review"]["violations"], &page["review"]["is_best"]), (&json!([]), &json!(true)));
    assert_eq!(page["review"]["figures"]["placed"], meetings(&page).len());
    let seated = page["view"]["meetings"].as_array().unwrap();
    assert!(seated.iter().all(|meeting| meeting["starts"].is_string() && meeting["table"].is_number()));
    let worth: i64 = meetings(&page).iter().map(|meeting| meeting["worth"].as_i64().unwrap()).sum();
    assert_eq!(page["review"]["worth"], worth);
    let expected = page["chances"]["expected_fits"].as_f64().unwrap();
    assert!((expected * 100_000.0 - page["review"]["degrees"].as_f64().unwrap()).abs() < 1.0, "{expected}");

    // Nothing is saved by a trial.
    let first = &meetings(&page)[0];
    let dropping = json!({"do": "drop", "need": first["need"], "opc": first["opc"]});
    let banning = json!({"do": "ban", "need": first["need"], "opc": first["opc"], "why": "已有合作"});
    let tried = json!({"revision": 2, "edits": [dropping], "dry_run": true});
    let tried = ok(&post(&service, "/api/v1/events/E001/edits", tried).await);
    assert_eq!((&tried["dry_run"], meetings(&tried).len()), (&json!(true), meetings(&page).len() - 1));
    assert_eq!(ok(&get(&service, "/api/v1/events/E001").await)["event"], page["event"]);

    // All edits or none.
    let half =
        json!({"revision": 2, "edits": [dropping, {"do": "lock", "need": "N999", "opc": "无此工作室"}]});
    let half = post(&service, "/api/v1/events/E001/edits", half).await;
    assert_eq!((half.status.as_u16(), &half.json()["field"]), (422, &json!("edits[1]")), "{}", half.text());
    assert_eq!(ok(&get(&service, "/api/v1/events/E001").await)["event"], page["event"]);

    let edit = json!({"revision": 2, "edits": [banning, {"do": "absent", "who": {"need": meetings(&page)[3]["need"]}}]});
    let edited = ok(&post(&service, "/api/v1/events/E001/edits", edit).await);
    assert_eq!(edited["changes"]["dropped"], json!([first]));
    assert!(edited["done"].as_array().unwrap().len() >= 2);
    assert!(
        !edited["review"]["violations"].as_array().unwrap().is_empty(),
        "somebody waits for one who is absent"
    );
    let again = ok(&post(&service, "/api/v1/events/E001/plan", json!({"revision": 3, "fresh": true})).await);
    assert_eq!(again["review"]["violations"], json!([]));
    assert!(meetings(&again).iter().all(|m| (&m["need"], &m["opc"]) != (&first["need"], &first["opc"])));

    // What is shown is what is stored.
    let mut kept = ok(&get(&service, "/api/v1/events/E001").await);
    assert_eq!((&kept["event"], &kept["view"]), (&again["event"], &again["view"]));
    kept["event"]["name"] = json!("社区服务对接会（改期）");
    let renamed = ok(&put(&service, "/api/v1/events/E001", &kept["event"]).await);
    assert_eq!(
        (&renamed["event"]["revision"], &renamed["event"]["plan"]),
        (&json!(5), &again["event"]["plan"])
    );
    let list = ok(&get(&service, "/api/v1/events").await);
    assert_eq!(list[0]["name"], "社区服务对接会（改期）");
    assert_eq!((&list[0]["meetings"], &list[0]["needs"]), (&json!(meetings(&again).len()), &json!(12)));

    let second = ok(&post(&service, "/api/v1/events", json!({"name": "另一场", "needs": ["N003"]})).await);
    assert_eq!(second["event"]["id"], "E002");
    let gone = Request::delete("/api/v1/events/E001").body(Body::empty()).unwrap();
    assert_eq!(send(&service, gone).await.status, StatusCode::NO_CONTENT);
    assert_eq!(get(&service, "/api/v1/events/E001").await.json()["code"], "no_event");
}

#[tokio::test]
async fn somebody_elses_change_is_not_overwritten() {
    let service = demo_service();
    let page = planned(&service, 4).await;
    let mut old = page["event"].clone();
    old["revision"] = json!(1);
    let edit = json!({"do": "absent", "who": {"need": "N003"}});
    for (method, path, body) in [
        (Method::PUT, "", old),
        (Method::POST, "/plan", json!({"revision": 1})),
        (Method::POST, "/edits", json!({"revision": 1, "edits": [edit], "dry_run": true})),
        (Method::POST, "/edits", json!({"revision": 3, "edits": [edit]})),
        (Method::POST, "/rest", json!({"revision": 1, "first_open": 0})),
        (Method::POST, "/held", json!({"revision": 1})),
    ] {
        let answer = with_json(&service, method, &format!("/api/v1/events/E001{path}"), &body).await;
        let problem = answer.json();
        assert_eq!((answer.status.as_u16(), &problem["code"]), (409, &json!("stale")), "{path} {problem}");
        assert_eq!(
            (&problem["revisions"]["found"], &problem["revisions"]["read"]),
            (&json!(2), &body["revision"])
        );
    }
    assert_eq!(ok(&get(&service, "/api/v1/events/E001").await)["event"], page["event"]);
}

#[tokio::test]
async fn choices_have_degrees_prices_and_teams() {
    let service = demo_service();
    let page = planned(&service, 12).await;
    let met = meetings(&page)[0].clone();
    let options =
        ok(&get(&service, &format!("/api/v1/events/E001/options?need={}", met["need"].as_str().unwrap()))
            .await);
    let options = options.as_array().unwrap();
    let worths: Vec<i64> = options.iter().map(|option| option["worth"].as_i64().unwrap()).collect();
    assert!(worths.is_sorted_by(|a, b| a >= b) && worths.len() > 50, "{}", worths.len());
    let own = options.iter().find(|option| option["opc"] == met["opc"]).unwrap();
    assert_eq!((&own["planned"], &own["degree"]), (&json!(true), &met["degree"]));
    let other = options.iter().find(|o| o["planned"] == false && o["barred"].is_null()).unwrap();
    assert!(
        !other["opc_name"].as_str().unwrap().is_empty()
            && !other["capability_title"].as_str().unwrap().is_empty()
    );
    let back = ok(&get(
        &service,
        &format!("/api/v1/events/E001/options?opc={}", uri(other["opc"].as_str().unwrap())),
    )
    .await);
    assert!(back.as_array().unwrap().iter().any(|option| option["need"] == met["need"]));

    // A pin has a price before it is set, and the same one afterwards.
    let wish = json!({"do": "pin", "need": other["need"], "opc": other["opc"]});
    let price = ok(&post(&service, "/api/v1/events/E001/price", json!({"edit": wish})).await);
    assert!(price["brought"].as_array().unwrap().iter().any(|p| p["opc"] == other["opc"]), "{price}");
    assert!(price["zh"].as_str().unwrap().contains("指定"), "{price}");
    let limit = json!({"edit": {"do": "need_max", "need": met["need"], "value": 0}});
    let limited = ok(&post(&service, "/api/v1/events/E001/price", limit).await);
    assert!(limited["cost"].as_i64().unwrap() > 0, "{limited}");
    assert_eq!(
        ok(&get(&service, "/api/v1/events/E001").await)["event"],
        page["event"],
        "asking changes nothing"
    );
    let pinned =
        ok(&post(&service, "/api/v1/events/E001/edits", json!({"revision": 2, "edits": [wish]})).await);
    assert_eq!(pinned["event"]["revision"], 3);
    assert_eq!(ok(&get(&service, "/api/v1/events/E001/prices").await), json!([price]));

    // An added meeting has the degree of the lists, whatever its sender says.
    let lied = json!({"do": "add", "need": other["need"], "opc": other["opc"], "capability": other["capability"],
        "degree": 99_999, "need_view": 99_999});
    let added =
        ok(&post(&service, "/api/v1/events/E001/edits", json!({"revision": 3, "edits": [lied]})).await);
    let added =
        meetings(&added).iter().find(|m| m["need"] == other["need"] && m["opc"] == other["opc"]).unwrap();
    assert_eq!((&added["degree"], &added["need_view"]), (&other["degree"], &other["need_view"]));

    let teams = ok(&get(&service, "/api/v1/events/E001/teams").await);
    let unmet: Vec<&Value> = teams.as_array().unwrap().iter().map(|team| &team["need"]).collect();
    assert_eq!(json!(unmet), page["review"]["unmet"]);
    let team =
        teams.as_array().unwrap().iter().find(|t| !t["members"].as_array().unwrap().is_empty()).unwrap();
    assert!(
        team["parts"][0]["text"].is_string() && team["members"][0]["covers"][0]["part"].is_number(),
        "{team}"
    );
}

#[tokio::test]
async fn the_day_goes_on_when_somebody_is_missing() {
    let service = demo_service();
    let page = planned(&service, 12).await;
    let late = meetings(&page).iter().find(|meeting| meeting["seat"]["slot"] == 1).unwrap().clone();
    let edit = json!({"revision": 2, "edits": [{"do": "late", "who": {"opc": late["opc"]}, "until": 2}]});
    ok(&post(&service, "/api/v1/events/E001/edits", edit).await);
    let day = ok(&get(&service, "/api/v1/events/E001/day?slot=1").await);
    let waits = day["waiting"].as_array().unwrap();
    assert!(waits.iter().any(|waiting| waiting["waits_for"]["opc"] == late["opc"]), "{day}");
    assert!(day["notices"][0]["zh"].is_string());
    let rest = ok(&post(&service, "/api/v1/events/E001/rest", json!({"revision": 3, "first_open": 1})).await);
    let moved =
        meetings(&rest).iter().find(|m| m["need"] == late["need"] && m["opc"] == late["opc"]).unwrap();
    assert!(moved["seat"]["slot"].as_u64().unwrap() >= 2, "{moved}");
    for meeting in meetings(&page).iter().filter(|meeting| meeting["seat"]["slot"] == 0) {
        let after =
            meetings(&rest).iter().find(|m| m["need"] == meeting["need"] && m["opc"] == meeting["opc"]);
        assert_eq!(after.unwrap()["seat"], meeting["seat"], "what is past stays");
    }
    let day = ok(&get(&service, "/api/v1/events/E001/day?slot=1").await);
    assert_eq!(day["waiting"], json!([]));
}

#[tokio::test]
async fn what_came_of_it_is_recorded_step_by_step() {
    let service = demo_service();
    let page = planned(&service, 6).await;
    let count = meetings(&page).len();
    let held = ok(&post(&service, "/api/v1/events/E001/held", json!({"revision": 2})).await);
    assert_eq!((&held["event"]["held"], &held["event"]["revision"]), (&json!(true), &json!(3)));
    for (path, body) in [
        ("plan", json!({"revision": 3})),
        ("edits", json!({"revision": 3, "edits": [{"do": "absent", "who": {"need": "N003"}}]})),
        ("rest", json!({"revision": 3, "first_open": 0})),
        ("held", json!({"revision": 3})),
    ] {
        let answer = post(&service, &format!("/api/v1/events/E001/{path}"), body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (409, &json!("event_held")), "{path}");
    }
    let all = ok(&get(&service, "/api/v1/events/E001/follow-ups").await);
    let rows = all["follow_ups"].as_array().unwrap();
    assert_eq!((rows.len(), &all["summary"]["pairs"]["met"]), (count, &json!(count)));
    assert!(rows.iter().all(|row| row["state"] == "met" && !row["need_title"].as_str().unwrap().is_empty()));

    let change = |more: Value| {
        let mut change = json!({"need": rows[0]["need"], "opc": rows[0]["opc"]});
        change.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        change
    };
    let at = "/api/v1/events/E001/follow-ups";
    for (more, field) in [
        (json!({"state": "landed"}), "state"),
        (json!({"state": "excluded"}), "rejection"),
        (json!({"state": "talking", "rejection": "price"}), "rejection"),
        (json!({"rejection": "price"}), "rejection"),
        (json!({"state": "won"}), "state"),
        (json!({"note": "长".repeat(2_001)}), "note"),
        (json!({"opc": "无此工作室"}), "opc"),
    ] {
        let refused = put(&service, at, &change(more.clone())).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (422, &json!(field)), "{more}");
    }
    let kept = ok(&get(&service, at).await);
    assert_eq!(kept["follow_ups"][0], rows[0], "a refused step changes nothing");
    let step = json!({"state": "talking", "note": "约下周面谈", "by": "小周", "owner": "小周", "signed_on": "2026-12-20"});
    let row = ok(&put(&service, at, &change(step)).await);
    assert_eq!(
        (&row["state"], &row["owner"], &row["signed_on"]),
        (&json!("talking"), &json!("小周"), &json!("2026-12-20"))
    );
    assert_eq!(row["next"], json!(["advancing", "shelved", "excluded"]));
    let row = ok(&put(&service, at, &change(json!({"note": "又谈了一次"}))).await);
    assert_eq!(row["steps"].as_array().unwrap().len(), 3, "{row}");
    ok(&put(&service, at, &change(json!({"state": "excluded", "rejection": "price"}))).await);
    let summary = ok(&get(&service, "/api/v1/follow-up-summary").await);
    assert_eq!((&summary["needs"]["collected"], &summary["pairs"]["signed"]), (&json!(292), &json!(1)));
    let price = summary["rejections"].as_array().unwrap().iter().find(|r| r["reason"] == "price").unwrap();
    assert_eq!(price["count"], 1);
    let view = ok(&get(&service, "/api/v1/events/E001").await);
    let shown = view["view"]["meetings"].as_array().unwrap();
    let shown = shown.iter().find(|m| m["need"] == rows[0]["need"] && m["opc"] == rows[0]["opc"]).unwrap();
    assert_eq!(shown["follow_up"]["state"], "excluded");
}

#[tokio::test]
async fn it_can_be_taken_along() {
    let service = demo_service();
    let mut event = planned(&service, 6).await["event"].clone();
    event["frame"]["stage"] = json!({"starts": "2026-12-04T13:30:00", "minutes_each": 5});
    event["needs"][2]["on_stage"] = json!(true);
    ok(&put(&service, "/api/v1/events/E001", &event).await);
    let page = ok(&post(&service, "/api/v1/events/E001/plan", json!({"revision": 3})).await);
    let count = meetings(&page).len();
    let (need, opc) =
        (meetings(&page)[0]["need"].as_str().unwrap(), meetings(&page)[0]["opc"].as_str().unwrap());

    let book = get(&service, "/api/v1/events/E001/export?format=xlsx").await;
    let name = book.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert_eq!(name, "attachment; filename=\"opcmatch-E001-r4.xlsx\"");
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(book.body.to_vec())).unwrap();
    let rows = book.worksheet_range("候选清单").unwrap();
    assert_eq!(rows.height(), count + 1);
    let csv = get(&service, "/api/v1/events/E001/export?format=csv").await.text();
    assert_eq!(csv.trim_end().lines().count(), count + 1, "{csv}");
    let view = ok(&get(&service, "/api/v1/events/E001/export?format=json").await);
    assert_eq!(view, page["view"]);

    let whole = get(&service, "/api/v1/events/E001/calendar").await;
    assert_eq!(whole.headers[header::CONTENT_TYPE], "text/calendar; charset=utf-8");
    let whole: icalendar::Calendar = whole.text().parse().unwrap();
    assert_eq!(whole.components.len(), count + 1, "every meeting and one turn on the stage");
    for query in [format!("need={need}"), format!("opc={}", uri(opc))] {
        let theirs = get(&service, &format!("/api/v1/events/E001/calendar?{query}")).await;
        let theirs: icalendar::Calendar = theirs.text().parse().unwrap();
        assert!((1..=count).contains(&theirs.components.len()), "{query}");
    }
    let nobody = get(&service, "/api/v1/events/E001/calendar?need=N200").await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    let zip = get(&service, "/api/v1/events/E001/calendars").await;
    let mut zip = zip::ZipArchive::new(Cursor::new(zip.body.to_vec())).unwrap();
    let mut inside = String::new();
    zip.by_index(0).unwrap().read_to_string(&mut inside).unwrap();
    assert!(zip.len() > 2 && inside.starts_with("BEGIN:VCALENDAR"), "{inside}");

    let title = |id: &str| {
        let needs = page["view"]["needs"].as_array().unwrap();
        needs.iter().find(|n| n["need"] == id).unwrap()["title"].as_str().unwrap().to_owned()
    };
    for (sheet, holds) in [
        ("stage", title("N003")),
        ("tables", title(need)),
        ("opcs", title(need)),
        ("needs", title(need)),
        ("wall", title(need)),
        ("briefs", title(need)),
        (&format!("opcs?opc={}", uri(opc)), title(need)),
        (&format!("briefs?need={need}&lang=en"), title(need)),
    ] {
        let printed = get(&service, &format!("/api/v1/events/E001/print/{sheet}")).await;
        assert_eq!(printed.headers[header::CONTENT_TYPE], "text/html; charset=utf-8", "{sheet}");
        assert!(printed.text().contains(&holds), "{sheet} says nothing of {holds}");
        assert!(printed.text().contains("/sheets.css") && !printed.text().contains("<style"), "{sheet}");
    }
    assert_eq!(get(&service, "/sheets.css").await.status, StatusCode::OK);
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
