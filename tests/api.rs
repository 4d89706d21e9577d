//! The API as a client meets it, on lists of a few rows.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use opcmatch::embed::{EmbedOptions, Embedder, ModelSpec, VectorCache};
use opcmatch::engine::{Demo, Market};
use opcmatch::rank::Weights;
use opcmatch::serve::{App, AppOptions, Today};
use opcmatch::store::Store;
use serde_json::{Value, json};

use service::*;

#[tokio::test]
async fn a_listing_lives_and_dies() {
    let service = service();
    let mut own = json!({"id": "新/3", "side": "requirement", "title": "河道水质上墙", "text": "十个点位。",
        "contacts": [{"kind": "phone", "value": PHONE}]});
    let created = with_json(&service, Method::POST, "/api/v1/listings", &own).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let place = created.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(place, "/api/v1/listings/requirement/%E6%96%B0%2F3");

    let taken = with_json(&service, Method::POST, "/api/v1/listings", &own).await;
    assert_eq!((taken.status, &taken.json()["code"]), (StatusCode::CONFLICT, &json!("id_taken")));

    own["title"] = json!("河道水质大屏");
    let waiting = format!("{place}?wait=indexed");
    assert_eq!(with_json(&service, Method::PUT, &waiting, &own).await.status, StatusCode::OK);
    let read = get(&service, &place).await.json();
    assert_eq!((&read["title"], &read["has_contact"]), (&json!("河道水质大屏"), &json!(true)));
    assert_eq!(get(&service, &format!("{place}/matches")).await.status, StatusCode::OK);

    let gone = Request::delete(&waiting).body(Body::empty()).unwrap();
    assert_eq!(send(&service, gone).await.status, StatusCode::NO_CONTENT);
    for uri in [place.clone(), format!("{place}/matches")] {
        let answer = get(&service, &uri).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (StatusCode::NOT_FOUND, &json!("no_listing")),
            "{uri}"
        );
    }
}

/// Numbers of changes in the headers of an answer: its own, and what the lists hold.
fn numbers(answer: &Answer) -> (Option<u64>, u64) {
    let number = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap().parse().unwrap());
    (number("opcmatch-change"), number("opcmatch-indexed").unwrap())
}

#[tokio::test]
async fn a_write_says_its_number_and_can_wait_until_it_is_found() {
    let service = service();
    let own =
        |id: &str| json!({"id": id, "side": "requirement", "title": "河道水质上墙", "text": "十个点位。"});
    let (at, found) = ("/api/v1/listings/requirement/R1", "/api/v1/listings/requirement/R1/matches");
    let created = with_json(&service, Method::POST, "/api/v1/listings?wait=indexed", &own("R1")).await;
    assert_eq!((created.status, numbers(&created)), (StatusCode::CREATED, (Some(5), 5)));
    assert_eq!(numbers(&get(&service, found).await), (None, 5));
    let replaced = with_json(&service, Method::PUT, &format!("{at}?wait=indexed"), &own("R1")).await;
    assert_eq!((replaced.status, numbers(&replaced)), (StatusCode::OK, (Some(6), 6)));
    let sent = upload(&service, "side=requirement&file=a.csv&wait=indexed", TABLE).await;
    assert_eq!((sent.status, numbers(&sent)), (StatusCode::OK, (Some(8), 8)));
    assert_eq!((&sent.json()["change"], &sent.json()["indexed"]), (&json!(8), &json!(true)));
    let tried = upload(&service, "side=requirement&file=a.csv&dry_run=true&wait=indexed", TABLE).await;
    assert_eq!((&tried.json()["change"], &tried.json()["indexed"]), (&Value::Null, &Value::Null));
    // Both its rows are known by now, also to whoever does not wait.
    assert_eq!((&tried.json()["added"], &tried.json()["replaced"]), (&json!(0), &json!(2)));

    // Without the wait it is kept, read at once, and found soon after.
    let quick = with_json(&service, Method::POST, "/api/v1/listings", &own("R9")).await;
    let (change, indexed) = numbers(&quick);
    assert_eq!((quick.status, change), (StatusCode::CREATED, Some(9)));
    assert!(indexed <= 9);
    assert_eq!(get(&service, "/api/v1/listings/requirement/R9").await.status, StatusCode::OK);
    let gone = Request::delete("/api/v1/listings/requirement/R9?wait=indexed").body(Body::empty()).unwrap();
    let gone = send(&service, gone).await;
    assert_eq!((gone.status, numbers(&gone)), (StatusCode::NO_CONTENT, (Some(10), 10)));
    let lists = &get(&service, "/api/v1/health").await.json()["lists"];
    assert_eq!(
        (&lists["state"], &lists["indexed"], &lists["failures"], &lists["code"]),
        (&json!("following"), &json!(10), &json!(0), &Value::Null)
    );

    for uri in ["/api/v1/listings?wait=found", "/api/v1/listings?wait=", "/api/v1/listings?weit=indexed"] {
        let refused = with_json(&service, Method::POST, uri, &own("R9")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{uri}");
    }
}

#[tokio::test]
async fn lists_are_narrowed_down() {
    let service = service();
    for (query, ids) in [
        ("side=requirement", vec!["N1", "清单/2"]),
        ("side=requirement&q=%E7%94%B5%E6%A2%AF", vec!["N1"]),
        // 電梯 finds 电梯.
        ("side=requirement&q=%E9%9B%BB%E6%A2%AF", vec!["N1"]),
        ("side=requirement&region=%E5%AE%81%E6%B3%A2", vec!["清单/2"]),
        ("side=requirement&industry=%E6%95%99%E8%82%B2", vec!["清单/2"]),
        ("side=requirement&open_on=2026-11-21", vec!["清单/2"]),
        ("side=requirement&status=closed", vec![]),
        ("side=requirement&offset=1&limit=1", vec!["清单/2"]),
        ("side=capability&q=7777", vec![]),
        ("side=capability&limit=1", vec!["C1"]),
    ] {
        let page = get(&service, &format!("/api/v1/listings?{query}")).await.json();
        let found: Vec<&str> =
            page["items"].as_array().unwrap().iter().map(|l| l["id"].as_str().unwrap()).collect();
        assert_eq!(found, ids, "{query}");
    }
    let page = get(&service, "/api/v1/listings?side=requirement&limit=1").await.json();
    assert_eq!(page["total"], 2);
}

#[tokio::test]
async fn a_bad_request_is_told_what_is_wrong_with_it() {
    let service = service();
    let ok = json!({"side": "capability", "text": "我做小程序"});
    let with = |key: &str, value: Value| {
        let mut body = ok.clone();
        body[key] = value;
        Some(body)
    };
    let long = "长".repeat(20_001);
    for (method, uri, body, status, code, field) in [
        (Method::GET, "/api/v1/listings", None, 422, "invalid", Some("request")),
        (Method::GET, "/api/v1/listings?side=both", None, 422, "invalid", Some("side")),
        (Method::GET, "/api/v1/listings?side=requirement&limit=0", None, 422, "invalid", Some("limit")),
        (
            Method::GET,
            "/api/v1/listings?side=requirement&budget_most=-1",
            None,
            422,
            "invalid",
            Some("budget_most"),
        ),
        (Method::GET, "/api/v1/listings?side=requirement&colour=red", None, 422, "invalid", Some("colour")),
        (Method::GET, "/api/v1/listings/both/N1", None, 422, "invalid", Some("side")),
        (Method::GET, "/api/v1/listings/requirement/%FF", None, 422, "invalid", Some("path")),
        (Method::GET, "/api/v1/listings/requirement/N9", None, 404, "no_listing", None),
        (Method::GET, "/api/v1/listings/requirement/N1/matches?top=101", None, 422, "invalid", Some("top")),
        (Method::GET, "/api/v1/pairs/N1/C9", None, 404, "no_listing", None),
        (Method::GET, "/api/v1/pairs/N9/C1", None, 404, "no_listing", None),
        (Method::GET, "/api/v1/export?format=pdf", None, 422, "invalid", Some("format")),
        (Method::GET, "/api/v1/nothing", None, 404, "no_route", None),
        (Method::GET, "/nothing.js", None, 404, "no_route", None),
        (Method::GET, "/../Cargo.toml", None, 404, "no_route", None),
        (Method::DELETE, "/api/v1/health", None, 405, "method_not_allowed", None),
        (Method::POST, "/", None, 405, "method_not_allowed", None),
        (Method::POST, "/api/v1/matches", None, 415, "media_type", None),
        (Method::POST, "/api/v1/matches", with("text", json!("  ")), 422, "invalid", Some("text")),
        (Method::POST, "/api/v1/matches", with("text", json!(long)), 422, "invalid", Some("text")),
        (Method::POST, "/api/v1/matches", with("id", json!("C1")), 422, "invalid", Some("text")),
        (
            Method::POST,
            "/api/v1/matches",
            with("filter", json!({"budget": {"least": "x"}})),
            422,
            "invalid",
            Some("filter.budget.least"),
        ),
        (Method::POST, "/api/v1/matches", Some(json!({"side": "capability"})), 422, "invalid", Some("text")),
        (
            Method::POST,
            "/api/v1/matches",
            Some(json!({"side": "capability", "listing": {"id": "x", "side": "requirement", "title": "t"}})),
            422,
            "invalid",
            Some("listing.side"),
        ),
        (Method::POST, "/api/v1/search", with("tops", json!(1)), 422, "invalid", Some("tops")),
        (
            Method::POST,
            "/api/v1/listings",
            Some(json!({"id": " ", "side": "capability", "title": "t"})),
            422,
            "invalid",
            Some("id"),
        ),
        (
            Method::POST,
            "/api/v1/listings",
            Some(json!({"id": "x", "side": "capability", "title": " "})),
            422,
            "invalid",
            Some("title"),
        ),
        (
            Method::PUT,
            "/api/v1/listings/capability/C1",
            Some(json!({"id": "C2", "side": "capability", "title": "t"})),
            422,
            "invalid",
            Some("id"),
        ),
    ] {
        let answer = match &body {
            Some(body) => with_json(&service, method.clone(), uri, body).await,
            None => {
                send(&service, Request::builder().method(&method).uri(uri).body(Body::empty()).unwrap()).await
            }
        };
        let problem = answer.json();
        let got = (answer.status.as_u16(), problem["code"].as_str(), problem["field"].as_str());
        assert_eq!(got, (status, Some(code), field), "{method} {uri} {problem}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{method} {uri}");
        assert!(problem["detail_zh"].as_str().is_some_and(|zh| zh.chars().any(|c| c > '一')), "{problem}");
        assert!(
            problem["detail_en"].as_str().is_some_and(|en| en.is_ascii() || en.contains('…')),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn contacts_go_in_and_never_come_out() {
    let service = service();
    let mut answers = vec![
        upload(&service, "side=requirement&dry_run=true&file=a.csv", TABLE.replace("R2,,", "R2,甲,")).await,
    ];
    for uri in [
        "/api/v1/health",
        "/api/v1/listings?side=requirement",
        "/api/v1/listings/requirement/N1",
        "/api/v1/listings/requirement/N1/matches",
        "/api/v1/listings/capability/C1/matches",
        "/api/v1/pairs/N1/C1",
        "/api/v1/overview?side=requirement",
        "/api/v1/overview?side=capability",
        "/api/v1/export?format=json",
        "/api/v1/export?format=jsonl&side=capability",
        "/api/v1/export?format=csv",
    ] {
        answers.push(get(&service, uri).await);
    }
    let text = json!({"side": "requirement", "text": format!("电梯异常想提前知道，电话{PHONE}")});
    answers.push(with_json(&service, Method::POST, "/api/v1/matches", &text).await);
    let text = json!({"side": "requirement", "text": PHONE});
    answers.push(with_json(&service, Method::POST, "/api/v1/search", &text).await);
    let own = serde_json::to_value(&listings()[0]).unwrap();
    answers.push(with_json(&service, Method::PUT, "/api/v1/listings/requirement/N1", &own).await);
    for answer in &answers {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert!(!answer.text().contains("7777"), "{}", answer.text());
    }
}

#[tokio::test]
async fn rankings_agree_whichever_way_they_are_asked_for() {
    let service = service();
    let ranking = get(&service, "/api/v1/listings/requirement/%E6%B8%85%E5%8D%95%2F2/matches").await.json();
    let all = |ranking: &Value| {
        ["fits", "terms_not_met", "below_floor"]
            .map(|group| ranking[group].as_array().unwrap().clone())
            .concat()
    };
    let best = all(&ranking).into_iter().find(|m| m["listing"]["id"] == "C2").unwrap();
    let parts: f64 =
        best["score"]["parts"].as_array().unwrap().iter().map(|p| p["value"].as_f64().unwrap()).sum();
    assert!((parts - best["score"]["total"].as_f64().unwrap()).abs() < 1e-9, "{best}");
    assert!(!best["evidence"].as_array().unwrap().is_empty(), "{best}");

    let pair = get(&service, "/api/v1/pairs/%E6%B8%85%E5%8D%95%2F2/C2").await.json();
    assert_eq!(pair["match"], best);
    let asked = json!({"side": "requirement", "id": "清单/2"});
    assert_eq!(with_json(&service, Method::POST, "/api/v1/matches", &asked).await.json()["ranking"], ranking);
    let back = get(&service, "/api/v1/listings/capability/C2/matches").await.json();
    let same = all(&back).into_iter().find(|m| m["listing"]["id"] == "清单/2").unwrap();
    assert_eq!(same["degree"], best["degree"]);

    let found = with_json(
        &service,
        Method::POST,
        "/api/v1/search",
        &json!({"side": "capability", "text": "走访独居老人"}),
    )
    .await
    .json();
    assert_eq!(found["hits"][0]["listing"]["id"], "C2");
    let read = json!({"side": "requirement", "text": "电梯异常想提前知道，预算8万元以内"});
    let answer = with_json(&service, Method::POST, "/api/v1/matches", &read).await.json();
    assert_eq!(answer["read"]["money"]["high"], 80_000, "{answer}");
}

#[tokio::test]
async fn the_board_follows_the_lists() {
    let service = service();
    let row = async |id: &str| {
        let board = get(&service, "/api/v1/overview").await.json();
        board["rows"].as_array().unwrap().iter().find(|row| row["listing"]["id"] == id).cloned()
    };
    assert_eq!(row("N1").await.unwrap()["open"], false);
    assert_eq!(row("清单/2").await.unwrap()["best"]["id"], "C2");
    assert_eq!(row("R1").await, None);
    upload(&service, "side=requirement&file=a.csv&wait=indexed", TABLE).await;
    assert!(row("R1").await.is_some());
    assert_eq!(row("N1").await.unwrap()["listing"]["title"], "电梯隐患排查");
}

#[tokio::test]
async fn rankings_come_as_files() {
    let service = service();
    for (query, start, ending) in [
        ("format=xlsx", b"PK".as_slice(), "all-2026-11-21.xlsx"),
        ("format=csv&side=requirement", "\u{feff}编号".as_bytes(), "requirement-2026-11-21.csv"),
        ("format=json&side=capability&top=1", b"[".as_slice(), "capability-2026-11-21.json"),
        ("format=jsonl", b"{".as_slice(), "all-2026-11-21.jsonl"),
    ] {
        let answer = get(&service, &format!("/api/v1/export?{query}")).await;
        assert!(answer.body.starts_with(start), "{query}");
        let name = answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(name.contains(ending), "{query}: {name}");
    }
}

#[tokio::test]
async fn another_site_cannot_write() {
    let service = service();
    let request = |origin: &str| {
        let request = Request::post("/api/v1/import?side=requirement").header(header::HOST, "127.0.0.1:8080");
        request.header(header::ORIGIN, origin).body(Body::from(TABLE)).unwrap()
    };
    let refused = send(&service, request("http://elsewhere.example")).await;
    assert_eq!((refused.status, &refused.json()["code"]), (StatusCode::FORBIDDEN, &json!("cross_site")));
    assert_eq!(send(&service, request("http://127.0.0.1:8080")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_document_describes_every_route_and_its_references_resolve() {
    let service = service();
    let document = get(&service, "/api/v1/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths = document["paths"].as_object().unwrap();
    let described: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| format!("{method} {path}"))
        })
        .collect();
    // That these are all is seen to where roles are given to them.
    assert!(described.contains("get /healthz") && described.len() > 50, "{described:?}");
    for route in &described {
        let (method, path) = route.split_once(' ').unwrap();
        let uri = path
            .replace("{side}", "requirement")
            .replace("{id}", "N1")
            .replace("{requirement}", "N1")
            .replace("{capability}", "C1")
            .replace("{sheet}", "wall")
            .replace("{run}", "none");
        let request =
            Request::builder().method(method.to_uppercase().as_str()).uri(uri).body(Body::empty()).unwrap();
        let answer = send(&service, request).await;
        assert!(!matches!(answer.status.as_u16(), 405 | 500..), "{route}: {}", answer.status);
        assert!(!answer.text().contains("no_route"), "{route}");
    }
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 40, "{}", references.len());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for form in [
        "Listing",
        "PublicListing",
        "RankingView",
        "Problem",
        "ImportReport",
        "Event",
        "EventPage",
        "EventView",
    ] {
        let schema = &document["components"]["schemas"][form];
        assert!(schema["properties"].is_object(), "{form}: {schema}");
    }
}

fn collect_references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str));
            map.values().for_each(|inner| collect_references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| collect_references(inner, found)),
        _ => {}
    }
}

#[tokio::test]
async fn a_server_ends_when_told_to() {
    let demo = Demo::load().unwrap();
    let embedder = Embedder::open(&ModelSpec::Bundled, &EmbedOptions::default()).unwrap();
    let (market, _) = Market::open(
        Store::in_memory().unwrap(),
        embedder,
        VectorCache::in_memory(),
        Weights::default(),
        &demo,
        &|_, _| {},
    )
    .unwrap();
    let app =
        App::new(Arc::new(market), AppOptions { demo: true, note: Some(demo.note), today: Today::Clock });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(opcmatch::serve::serve(listener, app, async {
        let _ = stopped.await;
    }));
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let said = tokio::task::spawn_blocking(move || {
        use std::io::{Read, Write};
        stream.write_all(b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        said
    })
    .await
    .unwrap();
    assert!(said.starts_with("HTTP/1.1 200") && said.contains("\"requirements\":0"), "{said}");
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}

/// What would raise a degree is no guess: the same listing with that sentence gets it.
#[tokio::test]
async fn what_would_raise_a_degree_does() {
    let service = service();
    let text = |lists: &str| json!({ "text": lists });
    let own = "水泵房保养：每月巡检两次水泵，记录电流和轴承温度。";
    let ask = json!({"requirement": {"id": "N1"}, "capability": text(own)});
    let answer = with_json(&service, Method::POST, "/api/v1/raise", &ask).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let raise = answer.json();
    let degree_of = async |said: String| {
        let ask = json!({"side": "capability", "text": said, "top": 100});
        let all = with_json(&service, Method::POST, "/api/v1/matches", &ask).await.json();
        let groups = ["fits", "terms_not_met", "below_floor"].map(|group| all["ranking"][group].clone());
        let mut matches = groups.iter().flat_map(|group| group.as_array().unwrap());
        matches.find(|one| one["listing"]["id"] == "N1").unwrap()["degree"].clone()
    };
    assert_eq!(raise["degree"], degree_of(own.to_owned()).await, "as things stand");
    let raising = raise["raising"].as_array().unwrap();
    assert!(!raising.is_empty() && raise["parts"].as_u64().unwrap() >= raising.len() as u64, "{raise}");
    let most = &raising[0];
    let sentence = most["requirement"]["words"].as_str().unwrap();
    assert!(most["degree"].as_f64() > raise["degree"].as_f64(), "{raise}");
    // Nobody else's words do as much as an echo.
    let echoed = degree_of(format!("{own}\n{sentence}")).await;
    assert!(most["degree"].as_f64() < echoed.as_f64(), "{raise} {echoed}");
    assert!(!answer.text().contains(PHONE));
    assert_eq!(raise["terms"][0]["answer"], "not_met", "the deadline is over: {raise}");

    // Of two listings the degree is what their pair has.
    let ask = json!({"requirement": {"id": "N1"}, "capability": {"id": "C2"}});
    let listed = with_json(&service, Method::POST, "/api/v1/raise", &ask).await.json();
    assert_eq!(listed["degree"], get(&service, "/api/v1/pairs/N1/C2").await.json()["match"]["degree"]);
    for (body, status) in [
        (json!({"requirement": {"id": "N9"}, "capability": {"id": "C2"}}), StatusCode::NOT_FOUND),
        (json!({"requirement": {}, "capability": {"id": "C2"}}), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!({"requirement": {"id": "N1", "text": "x"}, "capability": {"id": "C2"}}),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        assert_eq!(with_json(&service, Method::POST, "/api/v1/raise", &body).await.status, status, "{body}");
    }
}

/// Whoever lacks a part is shown somebody who has it, for the scenario that asks for it.
#[tokio::test]
async fn partners_have_what_one_lacks() {
    let service = demo_service();
    let own = get(&service, "/api/v1/listings/capability/C055").await.json();
    let answer = with_json(&service, Method::POST, "/api/v1/partners", &json!({"id": "C055"})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let found = answer.json();
    let items = found["items"].as_array().unwrap();
    assert!(!items.is_empty() && items.len() <= 5, "{found}");
    assert!(found["with_gaps"].as_u64() <= found["scenarios"].as_u64(), "{found}");
    let names: BTreeSet<&str> = items.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), items.len(), "grouped by person");
    assert!(!names.contains(own["party"]["name"].as_str().unwrap()), "nobody is their own partner");
    for share in items.iter().flat_map(|one| one["shares"].as_array().unwrap()) {
        let degree = |of: &str| share[of].as_f64().unwrap();
        assert!(degree("together") > degree("alone") && degree("together") >= degree("theirs"), "{share}");
        // The part is one that the listing itself does not answer.
        let need = share["requirement"]["id"].as_str().unwrap();
        let pair = json!({"requirement": {"id": need}, "capability": {"id": "C055"}});
        let raise = with_json(&service, Method::POST, "/api/v1/raise", &pair).await.json();
        assert_eq!(raise["degree"], share["alone"], "{need}");
        for part in share["parts"].as_array().unwrap() {
            let words = &part["requirement"]["words"];
            let raising = raise["raising"].as_array().unwrap();
            let same = raising.iter().find(|one| one["requirement"]["words"] == *words);
            assert!(same.is_none_or(|one| one["answered"] == false), "{words} is answered");
            assert!(part["strength"].as_f64() >= Some(0.3));
        }
    }
    let whole = get(&service, "/api/v1/listings/requirement/N129").await.json();
    let ask = json!({ "text": whole["text"] });
    let whole = with_json(&service, Method::POST, "/api/v1/partners", &ask).await.json();
    let shares = whole["items"].as_array().unwrap().iter().flat_map(|one| one["shares"].as_array().unwrap());
    assert!(shares.clone().all(|share| share["requirement"]["id"] != "N129"), "who lacks nothing needs none");
    for body in [json!({}), json!({"id": "C055", "text": "x"})] {
        let refused = with_json(&service, Method::POST, "/api/v1/partners", &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
