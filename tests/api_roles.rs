//! Who may do what over the API: every route with every role, drafts of districts,
//! sessions, keys, the audit log, and that no contact ever leaves.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

#[path = "roles/callers.rs"]
mod callers;
#[path = "roles/cards.rs"]
mod cards;
#[path = "roles/decisions.rs"]
mod decisions;
#[path = "roles/sessions.rs"]
mod sessions;
#[path = "roles/tenants.rs"]
mod tenants;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use opcmatch::serve::{Limits, document, router};
use serde_json::{Value, json};

use callers::{City, EMAIL, MOBILE, Who};
use service::*;

/// Every route with the roles that may use it, written down here a second time: the
/// service has a table of its own, and the two must agree.
const ROUTES: &[(&str, &str, &str)] = &[
    ("GET", "/healthz", "public"),
    ("GET", "/readyz", "public"),
    ("GET", "/metrics", "admin"),
    ("GET", "/api/v1/openapi.json", "public"),
    ("GET", "/api/v1/health", "public"),
    ("GET", "/api/v1/listings", "public"),
    ("POST", "/api/v1/listings", "own"),
    ("POST", "/api/v1/cards", "own"),
    ("POST", "/api/v1/listings/review", "public"),
    ("GET", "/api/v1/listings/{side}/{id}", "public"),
    ("PUT", "/api/v1/listings/{side}/{id}", "own"),
    ("DELETE", "/api/v1/listings/{side}/{id}", "own"),
    ("GET", "/api/v1/listings/{side}/{id}/matches", "public"),
    ("GET", "/api/v1/listings/{side}/{id}/review", "own"),
    ("POST", "/api/v1/listings/{side}/{id}/steps", "own"),
    ("GET", "/api/v1/listings/{side}/{id}/history", "own"),
    ("POST", "/api/v1/listings/{side}/{id}/restore", "own"),
    ("GET", "/api/v1/duplicates", "organiser"),
    ("POST", "/api/v1/duplicates/merge", "organiser"),
    ("POST", "/api/v1/import", "publisher"),
    ("GET", "/api/v1/imports", "publisher"),
    ("DELETE", "/api/v1/imports/{change}", "publisher"),
    ("GET", "/api/v1/runs/{run}", "public"),
    ("DELETE", "/api/v1/runs/{run}", "public"),
    ("POST", "/api/v1/matches", "public"),
    ("POST", "/api/v1/raise", "public"),
    ("POST", "/api/v1/partners", "public"),
    ("GET", "/api/v1/pairs/{requirement}/{capability}", "public"),
    ("GET", "/api/v1/pairs/{requirement}/{capability}/contacts", "own"),
    ("PUT", "/api/v1/pairs/{requirement}/{capability}/consent", "own"),
    ("GET", "/api/v1/decisions", "publisher"),
    ("GET", "/api/v1/decisions/{requirement}/{capability}", "publisher"),
    ("PUT", "/api/v1/decisions/{requirement}/{capability}", "publisher"),
    ("DELETE", "/api/v1/decisions/{requirement}/{capability}", "publisher"),
    ("GET", "/api/v1/searches", "own"),
    ("POST", "/api/v1/searches", "own"),
    ("DELETE", "/api/v1/searches/{id}", "own"),
    ("POST", "/api/v1/searches/{id}/test", "own"),
    ("GET", "/api/v1/inbox", "own"),
    ("POST", "/api/v1/inbox/seen", "own"),
    ("GET", "/api/v1/feeds/{secret}", "public"),
    ("POST", "/api/v1/search", "public"),
    ("GET", "/api/v1/overview", "public"),
    ("GET", "/api/v1/export", "organiser"),
    ("GET", "/api/v1/model", "public"),
    ("POST", "/api/v1/model", "admin"),
    ("DELETE", "/api/v1/model/switch", "admin"),
    ("GET", "/api/v1/session", "public"),
    ("POST", "/api/v1/session", "public"),
    ("DELETE", "/api/v1/session", "public"),
    ("GET", "/api/v1/keys", "admin"),
    ("POST", "/api/v1/keys", "admin"),
    ("DELETE", "/api/v1/keys/{id}", "admin"),
    ("GET", "/api/v1/audit", "admin"),
    ("GET", "/api/v1/events", "organiser"),
    ("POST", "/api/v1/events", "organiser"),
    ("GET", "/api/v1/events/{id}", "organiser"),
    ("PUT", "/api/v1/events/{id}", "organiser"),
    ("DELETE", "/api/v1/events/{id}", "organiser"),
    ("POST", "/api/v1/events/{id}/plan", "organiser"),
    ("POST", "/api/v1/events/{id}/rest", "organiser"),
    ("POST", "/api/v1/events/{id}/held", "organiser"),
    ("POST", "/api/v1/events/{id}/edits", "organiser"),
    ("GET", "/api/v1/events/{id}/options", "organiser"),
    ("GET", "/api/v1/events/{id}/prices", "organiser"),
    ("POST", "/api/v1/events/{id}/price", "organiser"),
    ("GET", "/api/v1/events/{id}/runs/{run}", "organiser"),
    ("DELETE", "/api/v1/events/{id}/runs/{run}", "organiser"),
    ("GET", "/api/v1/events/{id}/teams", "organiser"),
    ("GET", "/api/v1/events/{id}/follow-ups", "organiser"),
    ("PUT", "/api/v1/events/{id}/follow-ups", "organiser"),
    ("GET", "/api/v1/follow-up-summary", "organiser"),
    ("GET", "/api/v1/events/{id}/day", "organiser"),
    ("GET", "/api/v1/events/{id}/export", "organiser"),
    ("GET", "/api/v1/events/{id}/calendar", "organiser"),
    ("GET", "/api/v1/events/{id}/calendars", "organiser"),
    ("GET", "/api/v1/events/{id}/print/{sheet}", "organiser"),
];

/// What changes something: a key for reading only is refused there.
const READS: &[&str] = &[
    "/api/v1/listings/review",
    "/api/v1/matches",
    "/api/v1/raise",
    "/api/v1/partners",
    "/api/v1/search",
    "/api/v1/session",
    "/api/v1/events/{id}/price",
    "/api/v1/events/{id}/runs/{run}",
    "/api/v1/runs/{run}",
];

fn may(role: &str, least: &str) -> bool {
    let admitted: &[&str] = match least {
        "public" => return true,
        "own" => &["opc", "publisher", "organiser", "admin"],
        "publisher" => &["publisher", "organiser", "admin"],
        "organiser" => &["organiser", "admin"],
        "admin" => &["admin"],
        other => panic!("{other}"),
    };
    admitted.contains(&role)
}

/// What is to come of it: `None` for no word of keys or roles.
fn refusal(who: Who, method: &str, path: &str, least: &str) -> Option<(u16, &'static str)> {
    let write = method != "GET" && !READS.contains(&path);
    match who {
        Who::Nobody if least == "public" => None,
        Who::Nobody => Some((401, "key_needed")),
        Who::Expired => Some((401, "key_expired")),
        Who::Revoked => Some((401, "key_revoked")),
        Who::Stranger | Who::Garbled => Some((401, "key_unknown")),
        Who::Reader if write => Some((403, "key_reads_only")),
        Who::Reader => None,
        Who::Opc | Who::Publisher | Who::Organiser | Who::Admin if may(who.role(), least) => None,
        Who::Opc | Who::Publisher | Who::Organiser | Who::Admin => Some((403, "forbidden")),
    }
}

/// An address of the route that names nothing.
fn nowhere(path: &str) -> String {
    let words = [("{side}", "requirement"), ("{id}", "none"), ("{requirement}", "none")];
    let words = words.into_iter().chain([
        ("{capability}", "none"),
        ("{run}", "r"),
        ("{sheet}", "stage"),
        ("{secret}", "none"),
    ]);
    words.fold(path.to_owned(), |path, (word, said)| path.replace(word, said))
}

#[tokio::test]
async fn every_route_lets_in_whom_it_should_and_nobody_else() {
    let city = City::new();
    let mut described = BTreeSet::new();
    for (path, item) in serde_json::to_value(document()).unwrap()["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            described.insert((method.to_uppercase(), path.clone()));
        }
    }
    let named = ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()));
    let named: BTreeSet<_> = named.filter(|(_, path)| path != "/api/v1/openapi.json").collect();
    assert_eq!(described, named, "the routes of the service, and those of this test");

    let mut wrong = Vec::new();
    for (method, path, least) in ROUTES {
        for who in Who::ALL {
            let body = if *method == "GET" { None } else { Some(json!({})) };
            let answer = city.ask(*who, method, &nowhere(path), body).await;
            let body = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
            let code = body["code"].as_str().unwrap_or_default();
            let about = ["key_needed", "key_reads_only", "forbidden", "key_expired", "key_revoked"];
            let told = answer.status == StatusCode::UNAUTHORIZED || about.contains(&code);
            // Signing in with nothing is refused for what it says, not for who says it.
            let told = told && !(*path == "/api/v1/session" && *method == "POST" && code == "key_unknown");
            match refusal(*who, method, path, least) {
                Some((status, wanted)) => {
                    let zh = body["detail_zh"].as_str().unwrap_or_default();
                    let kind = answer.headers.get("content-type").map(|value| value.to_str().unwrap());
                    let fine = (answer.status.as_u16(), code) == (status, wanted)
                        && kind == Some("application/problem+json")
                        && body["detail"].as_str().is_some_and(|said| said.starts_with(zh) && !zh.is_empty())
                        && (status != 401 || answer.headers.contains_key("www-authenticate"));
                    if !fine {
                        wrong
                            .push(format!("{who:?} {method} {path}: {} {code}, not {wanted}", answer.status));
                    }
                }
                None if told || answer.status.is_server_error() => {
                    wrong.push(format!("{who:?} {method} {path}: {} {code}", answer.status));
                }
                None => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_in_no_table_is_not_there() {
    let city = City::new();
    for (method, path, status) in [
        ("PATCH", "/api/v1/listings", 405),
        ("DELETE", "/api/v1/search", 405),
        ("OPTIONS", "/api/v1/keys", 405),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/", 200),
        ("POST", "/", 405),
        ("HEAD", "/api/v1/health", 200),
        ("HEAD", "/api/v1/keys", 401),
    ] {
        assert_eq!(
            city.ask(Who::Nobody, method, path, None).await.status.as_u16(),
            status,
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn no_route_gives_a_contact_away() {
    let city = City::new();
    let ask = async |method: &str, uri: &str, body: Option<Value>| {
        let answer = city.ask(Who::Admin, method, uri, body).await;
        for secret in [MOBILE, EMAIL, callers::WECHAT] {
            assert!(!answer.text().contains(secret), "{method} {uri} holds {secret}: {}", answer.text());
        }
        answer
    };
    let event = json!({"name": format!("对接会，联系{MOBILE}"), "needs": ["N1", "N2"], "tables": 2, "slots": 2,
        "starts": "2026-12-04T14:00:00"});
    events::ok(&ask("POST", "/api/v1/events", Some(event)).await);
    events::ok(&ask("POST", "/api/v1/events/E001/plan", Some(json!({"revision": 1}))).await);
    let mut asked = 0;
    for (method, path, _) in ROUTES.iter().filter(|(method, ..)| *method == "GET") {
        let words =
            [("{requirement}", "N1"), ("{capability}", "C1"), ("{side}", "requirement"), ("{run}", "r")];
        let id = if path.contains("/events/") { "E001" } else { "N1" };
        let uri =
            words.into_iter().chain([("{id}", id)]).fold((*path).to_owned(), |p, (w, s)| p.replace(w, s));
        let queries: &[&str] = match *path {
            "/api/v1/listings" => &["side=requirement", "side=capability", "side=requirement&q=13900001111"],
            "/api/v1/export" => &["format=json", "format=csv", "format=jsonl", "format=xlsx"],
            "/api/v1/events/{id}/export" => &["format=json", "format=csv", "format=jsonl"],
            "/api/v1/events/{id}/options" => &["need=N1"],
            "/api/v1/overview" => &["side=requirement", "side=capability"],
            "/api/v1/events/{id}/day" => &["slot=0"],
            _ => &[""],
        };
        let sheets: &[&str] =
            if path.contains("{sheet}") { &["stage", "tables", "day", "briefs"] } else { &[""] };
        for (query, sheet) in queries.iter().flat_map(|query| sheets.iter().map(move |sheet| (query, sheet)))
        {
            let answer = ask(method, &format!("{}?{query}", uri.replace("{sheet}", sheet)), None).await;
            asked += usize::from(answer.status.is_success());
        }
    }
    assert!(asked > 30, "only {asked} were answered");
    let said = format!("电梯异常，电话{MOBILE}，邮箱{EMAIL}");
    let own = json!({"id": "N9", "side": "requirement", "title": "水质看板", "text": said, "party": {"name": said},
        "contacts": [{"kind": "wechat", "value": callers::WECHAT}]});
    for (method, uri, body) in [
        ("POST", "/api/v1/matches", json!({"side": "requirement", "text": said})),
        ("POST", "/api/v1/matches", json!({"side": "requirement", "id": "N1"})),
        ("POST", "/api/v1/search", json!({"side": "requirement", "text": "电梯"})),
        ("POST", "/api/v1/listings?wait=indexed", own.clone()),
        ("PUT", "/api/v1/listings/requirement/N9?wait=indexed", own.clone()),
        ("POST", "/api/v1/listings/review", own),
        ("POST", "/api/v1/listings/requirement/N9/steps", json!({"step": "withdraw", "note": MOBILE})),
        ("GET", "/api/v1/listings/requirement/N9/history", json!(null)),
        ("POST", "/api/v1/keys", json!({"role": "opc", "name": "甲"})),
        ("GET", "/api/v1/audit", json!(null)),
        ("GET", "/metrics", json!(null)),
    ] {
        let body = (!body.is_null()).then_some(body);
        let answer = ask(method, uri, body).await;
        assert!(answer.status.is_success(), "{method} {uri}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_key_has_a_limit_of_its_own_wherever_it_is_used() {
    let city = City::new();
    let limits = Limits { rates: Some("1:3,1:1".parse().unwrap()), ..Limits::default() };
    let service = router(city.app.clone().with_limits(limits));
    let asked = async |who: Who| {
        let request = city.request(who, Method::GET, "/api/v1/session").body(Body::empty()).unwrap();
        send(&service, request).await
    };
    for _ in 0..3 {
        assert_eq!(asked(Who::Opc).await.status, StatusCode::OK);
    }
    let refused = asked(Who::Opc).await;
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (StatusCode::TOO_MANY_REQUESTS, &json!("too_many"))
    );
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(asked(Who::Publisher).await.status, StatusCode::OK, "another key");
    assert_eq!(asked(Who::Nobody).await.status, StatusCode::OK, "this machine, without one");
}

/// A service that asks for no keys, and is reached through a proxy that it was not told
/// of, or by a page of another site whose name leads here.
#[tokio::test]
async fn without_keys_only_this_machine_is_the_house() {
    let service = service();
    for (name, said, status) in [
        ("x-request-id", "a", 200),
        ("host", "127.0.0.1:8080", 200),
        ("host", "evil.example:8080", 403),
        ("x-forwarded-for", "198.51.100.1", 403),
        ("forwarded", "for=198.51.100.1", 403),
        ("x-real-ip", "127.0.0.1", 403),
    ] {
        let request = |uri: &str| Request::get(uri).header(name, said).body(Body::empty()).unwrap();
        let answer = send(&service, request("/api/v1/keys")).await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {said}");
        assert!(status == 200 || answer.json()["code"] == "other_machine");
        assert_eq!(send(&service, request("/api/v1/health")).await.status, StatusCode::OK, "{name}: {said}");
    }
    let session = get(&service, "/api/v1/session").await.json();
    assert_eq!((&session["keys"], &session["role"]), (&json!(false), &json!("admin")));
}
