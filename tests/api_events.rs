//! Events over the API, on the demo lists.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use service::*;

/// Needs of the demo lists.
fn needs(count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("N{n:03}")).collect()
}

async fn post(service: &axum::Router, uri: &str, body: Value) -> Answer {
    with_json(service, Method::POST, uri, &body).await
}

#[tokio::test]
async fn a_plan_is_made_edited_and_kept() {
    let service = demo_service();
    let begin = std::time::Instant::now();
    let created =
        post(&service, "/api/v1/events", json!({"name": "社区服务对接会", "needs": needs(12)})).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    assert_eq!(created.headers[header::LOCATION], "/api/v1/events/E001");
    let page = created.json();
    eprintln!("created {:?}", begin.elapsed());
    assert_eq!(page["event"]["frame"]["slots"][0]["starts"], "2026-12-11T14:00:00");
    let page = post(&service, "/api/v1/events/E001/plan", json!({"revision": 1})).await;
    eprintln!("planned {:?}", begin.elapsed());
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let page = page.json();
    eprintln!("{}", page["changes"]["zh"]);
    eprintln!("{}", page["review"]);
    eprintln!("{}", page["view"]["totals"]);
    let first = &page["event"]["plan"]["meetings"][0];
    let begin = std::time::Instant::now();
    let edit = json!({"revision": 2, "edits": [{"do": "drop", "need": first["need"], "opc": first["opc"]}]});
    let page = post(&service, "/api/v1/events/E001/edits", edit).await;
    eprintln!("edited {:?}", begin.elapsed());
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    eprintln!("{}", page.json()["done"]);
}
