//! Planning and pricing over the API can be followed and stopped.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use std::future::{Future, poll_fn};
use std::io::Write;
use std::net::TcpStream;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use service::events::*;
use service::*;

const RUN: &str = "/api/v1/events/E001/runs/%E4%B8%80";

/// An event of 40 needs with two pins, at revision 1, and lists that have changed since:
/// they are ranked anew before anything is planned, and that takes a while.
async fn begun() -> (Router, Value) {
    let service = demo_service();
    let mut new = json!({"name": "示例对接会", "needs": needs(40), "tables": 10, "slots": 8});
    let page = ok(&post(&service, "/api/v1/events", new.clone()).await);
    new = page["event"].clone();
    let options = ok(&get(&service, "/api/v1/events/E001/options?need=N003").await);
    let opc = options[0]["opc"].clone();
    new["pins"] = json!([{"need": "N003", "opc": opc}, {"need": "N005", "opc": opc}]);
    let page = ok(&put(&service, "/api/v1/events/E001", &new).await);
    let another = json!({"id": "C-new", "side": "capability", "title": "会议速记", "text": "整理会议录音"});
    let another = with_json(&service, Method::POST, "/api/v1/listings", &another).await;
    assert_eq!(another.status, StatusCode::CREATED, "{}", another.text());
    (service, page["event"].clone())
}

/// Gives the future one turn; it must not be done yet.
async fn begin(future: &mut (impl Future<Output = Answer> + Unpin)) {
    poll_fn(|context| match std::pin::Pin::new(&mut *future).poll(context) {
        Poll::Ready(answer) => panic!("done at once: {}", answer.text()),
        Poll::Pending => Poll::Ready(()),
    })
    .await;
}

async fn stop(service: &Router) -> Answer {
    send(service, Request::delete(RUN).body(Body::empty()).unwrap()).await
}

/// The requests that can be stopped.
fn requests(event: &Value) -> Vec<(&'static str, Request<Body>)> {
    let json = |uri: &str, body: Value| {
        let request = Request::post(format!("/api/v1/events/E001/{uri}"));
        request.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap()
    };
    let wish = json!({"do": "need_max", "need": "N004", "value": 1});
    vec![
        ("plan", json("plan", json!({"revision": event["revision"], "run": "一"}))),
        ("prices", Request::get("/api/v1/events/E001/prices?run=%E4%B8%80").body(Body::empty()).unwrap()),
        ("price", json("price", json!({"edit": wish, "run": "一"}))),
    ]
}

#[tokio::test]
async fn a_run_can_be_followed_and_stopped() {
    let (service, event) = begun().await;
    for (name, request) in requests(&event) {
        assert_eq!(get(&service, RUN).await.status, StatusCode::NO_CONTENT, "{name}");
        let mut answer = pin!(send(&service, request));
        begin(&mut answer).await;
        let seen = ok(&get(&service, RUN).await);
        assert!(seen["phase"].is_null() || seen["phase"] == "ranking", "{name}: {seen}");
        assert_eq!(stop(&service).await.status, StatusCode::NO_CONTENT, "{name}");
        let answer = answer.await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (409, &json!("stopped")), "{name}");
        assert_eq!(get(&service, RUN).await.status, StatusCode::NO_CONTENT, "{name}");
        let stored = ok(&get(&service, "/api/v1/events/E001").await);
        assert_eq!(stored["event"], event, "{name}: nothing has changed");
        // The page that was just read has ranked the lists: they must change again.
        let another = json!({"id": format!("C-{name}"), "side": "capability", "title": "速记", "text": name});
        ok(&with_json(&service, Method::POST, "/api/v1/listings", &another).await);
    }
}

#[tokio::test]
async fn progress_never_goes_back() {
    let (service, event) = begun().await;
    let (_, request) = requests(&event).remove(0);
    let planning = tokio::spawn({
        let service = service.clone();
        async move { send(&service, request).await }
    });
    let order = ["ranking", "choosing", "pricing", "seating"];
    let mut before = (0, 0);
    let mut looks = 0;
    while !planning.is_finished() {
        let seen = get(&service, RUN).await;
        if seen.status == StatusCode::NO_CONTENT {
            tokio::task::yield_now().await;
            continue;
        }
        let seen = ok(&seen);
        let Some(phase) = seen["phase"].as_str() else { continue };
        let now = (order.iter().position(|name| *name == phase).unwrap(), seen["done"].as_u64().unwrap());
        assert!(now >= before, "{before:?} then {now:?}");
        assert!(seen["of"].as_u64().is_none_or(|of| now.1 <= of), "{seen}");
        (before, looks) = (now, looks + 1);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(looks > 0, "nobody saw it");
    let page = ok(&planning.await.unwrap());
    assert_eq!(page["event"]["revision"], 3);
}

#[tokio::test]
async fn a_name_is_checked_and_serves_one_run_at_a_time() {
    let (service, event) = begun().await;
    for name in [String::new(), "一".repeat(65)] {
        let body = json!({"revision": event["revision"], "run": name});
        let refused = post(&service, "/api/v1/events/E001/plan", body).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (422, &json!("run")));
    }
    let mut first = pin!(send(&service, requests(&event).remove(0).1));
    begin(&mut first).await;
    let second = send(&service, requests(&event).remove(1).1).await;
    assert_eq!((second.status.as_u16(), &second.json()["field"]), (422, &json!("run")), "{}", second.text());
    assert_eq!(stop(&service).await.status, StatusCode::NO_CONTENT);
    assert_eq!(first.await.json()["code"], "stopped");
}

/// The connection itself: a browser that leaves stops the work.
#[tokio::test(flavor = "multi_thread")]
async fn closing_the_request_stops_the_run() {
    let (service, event) = begun().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn({
        let service = service.clone();
        async move { axum::serve(listener, service).await }
    });
    let body = json!({"revision": event["revision"], "run": "一"}).to_string();
    let mut connection = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /api/v1/events/E001/plan HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    connection.write_all(format!("{head}{body}").as_bytes()).unwrap();
    while get(&service, RUN).await.status == StatusCode::NO_CONTENT {
        tokio::task::yield_now().await;
    }
    drop(connection);
    while get(&service, RUN).await.status == StatusCode::OK {
        tokio::task::yield_now().await;
    }
    // Whoever comes next finds the event as it was, and may change it.
    let page = ok(&post(&service, "/api/v1/events/E001/plan", json!({"revision": event["revision"]})).await);
    assert_eq!(page["event"]["revision"], event["revision"].as_u64().unwrap() + 1);
    serving.abort();
}
