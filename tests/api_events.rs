//! Events over the API, on the demo lists.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use std::io::{Cursor, Read};

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use calamine::Reader;
use serde_json::{Value, json};

use service::events::*;
use service::*;

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

/// `cargo test --release --test api_events -- --ignored --nocapture` prints what an edit takes.
#[tokio::test]
#[ignore = "a measurement: means something in a release build alone"]
async fn an_edit_of_forty_needs_is_quick() {
    let service = demo_service();
    let new = json!({"name": "四十项需求", "needs": needs(40), "tables": 20});
    ok(&post(&service, "/api/v1/events", new).await);
    let start = std::time::Instant::now();
    let page = ok(&post(&service, "/api/v1/events/E001/plan", json!({"revision": 1})).await);
    eprintln!("plan {:?}, {} meetings", start.elapsed(), meetings(&page).len());
    let options = ok(&get(
        &service,
        &format!("/api/v1/events/E001/options?need={}", meetings(&page)[0]["need"].as_str().unwrap()),
    )
    .await);
    let option = options.as_array().unwrap().iter().find(|option| option["planned"] == false).unwrap();
    let pair = |name: &str, of: &Value| json!({"do": name, "need": of["need"], "opc": of["opc"]});
    let edits = [
        pair("lock", &meetings(&page)[1]),
        pair("ban", &meetings(&page)[2]),
        json!({"do": "absent", "who": {"opc": meetings(&page)[4]["opc"]}}),
        pair("pin", option),
        pair("unpin", option),
        pair("pin", option),
        pair("drop", &meetings(&page)[5]),
    ];
    for (edit, revision) in edits.into_iter().zip(2..) {
        let start = std::time::Instant::now();
        let answer =
            post(&service, "/api/v1/events/E001/edits", json!({"revision": revision, "edits": [edit]})).await;
        let took = start.elapsed();
        ok(&answer);
        eprintln!("{} {took:?}, {} bytes", edit["do"], answer.body.len());
        assert!(took.as_millis() < 100, "{took:?}");
    }
}
