//! Events over the API: how to begin one.

use axum::Router;
use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, with_json};

/// Needs of the demo lists.
pub fn needs(count: usize) -> Vec<String> {
    (1..=count).map(|n| format!("N{n:03}")).collect()
}

pub async fn post(service: &Router, uri: &str, body: Value) -> Answer {
    with_json(service, Method::POST, uri, &body).await
}

pub async fn put(service: &Router, uri: &str, body: &Value) -> Answer {
    with_json(service, Method::PUT, uri, body).await
}

/// The answer, provided that all went well.
#[track_caller]
pub fn ok(answer: &Answer) -> Value {
    assert!(answer.status.is_success(), "{} {}", answer.status, answer.text());
    answer.json()
}

/// An event E001 of so many needs with a plan, at revision 2, in a small room.
pub async fn planned(service: &Router, count: usize) -> Value {
    let new = json!({"name": "社区服务对接会", "place": "示例会堂", "needs": needs(count), "tables": 6, "slots": 6,
        "starts": "2026-12-04T14:00:00"});
    ok(&post(service, "/api/v1/events", new).await);
    ok(&post(service, "/api/v1/events/E001/plan", json!({"revision": 1})).await)
}

pub fn meetings(page: &Value) -> &Vec<Value> {
    page["event"]["plan"]["meetings"].as_array().unwrap()
}

pub fn uri(part: &str) -> String {
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
