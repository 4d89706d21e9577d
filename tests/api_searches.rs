//! Saved searches: what arrives is held against them, and comes up in the inbox, the
//! feed and at the receiver's.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use opcmatch::domain::{Role, Scope};
use opcmatch::serve::{App, Outbox, router};
use opcmatch::store::{Author, NewKey, Store};
use serde_json::{Value, json};

use service::*;

/// Takes POSTs and answers each with the next of `answers`; what was sent comes out.
fn receiver(answers: Vec<(u16, &'static str)>) -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hook?key=secret", listener.local_addr().unwrap());
    let (tell, told): (Sender<(String, String)>, _) = channel();
    std::thread::spawn(move || {
        for (status, said) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while reader.read_line(&mut head).unwrap() > 2 {}
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.trim().parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            tell.send((head, String::from_utf8(body).unwrap())).unwrap();
            let length = said.len();
            write!(
                stream,
                "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{said}"
            )
            .unwrap();
        }
    });
    (address, told)
}

fn app(store: Store) -> App {
    app_in(store).with_outbox(Outbox::new(Some("http://opc.example".into()), true))
}

async fn look_out(app: &App) -> (usize, usize) {
    let app = app.clone();
    tokio::task::spawn_blocking(move || app.look_out().unwrap()).await.unwrap()
}

fn river(id: &str) -> Value {
    json!({"id": id, "side": "requirement", "title": "河道漂浮垃圾巡查",
        "text": "十公里河道，每天要看漂浮垃圾，能用无人船最好，发现后当天清理。"})
}

async fn put(service: &Router, listing: &Value) {
    let at = format!("/api/v1/listings/requirement/{}?wait=indexed", listing["id"].as_str().unwrap());
    let answer = with_json(service, Method::PUT, &at, listing).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

#[tokio::test]
async fn what_arrives_comes_up_everywhere_once() {
    let mut store = Store::in_memory().unwrap();
    store.put(&listings(), &Author::default()).unwrap();
    let app = app(store);
    let service = router(app.clone());
    put(&service, &river("R0")).await;
    let (url, told) = receiver(vec![(500, "busy"), (200, "ok")]);
    let new = json!({"name": "巡河", "side": "requirement", "text": "无人船巡河，清理河道漂浮垃圾",
        "webhook": {"kind": "generic", "url": url, "secret": "geheim"}});
    let saved = with_json(&service, Method::POST, "/api/v1/searches", &new).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text());
    let saved = saved.json();
    assert_eq!((&saved["webhook"]["host"], &saved["webhook"]["signed"]), (&json!("127.0.0.1"), &json!(true)));
    assert!(!saved.to_string().contains("geheim") && !saved.to_string().contains("key=secret"), "{saved}");

    // What was there before is found by searching, and does not come up.
    assert_eq!(look_out(&app).await, (0, 0));
    put(&service, &river("R1")).await;
    put(&service, &json!({"id": "R2", "side": "requirement", "title": "食堂菜单翻译", "text": "把食堂一周菜单译成英文。"})).await;
    let draft = json!({"id": "R3", "side": "requirement", "title": "河道漂浮垃圾巡查", "text": "无人船巡河清理漂浮垃圾", "status": "draft"});
    put(&service, &draft).await;
    assert_eq!(look_out(&app).await, (1, 0), "the receiver was busy");
    assert_eq!(look_out(&app).await, (0, 0), "once, and the message waits for its time");

    let inbox = get(&service, "/api/v1/inbox").await.json();
    assert_eq!(
        (&inbox["unread"], &inbox["items"][0]["id"], &inbox["items"][1]),
        (&json!(1), &json!("R1"), &Value::Null)
    );
    assert!(inbox["items"][0]["degree"].as_f64().unwrap() >= 10.0, "{inbox}");
    let upto = json!({"upto": inbox["items"][0]["number"]});
    assert_eq!(
        with_json(&service, Method::POST, "/api/v1/inbox/seen", &upto).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(get(&service, "/api/v1/inbox").await.json()["unread"], 0);

    let feed = get(&service, saved["feed"].as_str().unwrap()).await;
    assert_eq!(feed.headers[header::CONTENT_TYPE], "application/atom+xml; charset=utf-8");
    assert!(
        feed.text().contains("河道漂浮垃圾巡查")
            && feed.text().contains("http://opc.example/#/listing/requirement/R1")
    );
    assert_eq!(get(&service, "/api/v1/feeds/0000").await.status, StatusCode::NOT_FOUND);

    let (head, body) = told.recv().unwrap();
    assert!(head.starts_with("POST /hook?key=secret") && head.contains("opcmatch-signature: t="), "{head}");
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&body["listing"]["id"], &body["search"]["name"]), (&json!("R1"), &json!("巡河")));
    let hook = get(&service, "/api/v1/searches").await.json()["items"][0]["webhook"].clone();
    assert_eq!((&hook["waiting"], &hook["given_up"]), (&json!(1), &json!(0)));
    assert!(hook["last_error"].as_str().unwrap().contains("500"), "{hook}");
    let at = format!("/api/v1/searches/{}", saved["id"].as_str().unwrap());
    let tried = Request::post(format!("{at}/test")).body(Body::empty()).unwrap();
    assert_eq!(send(&service, tried).await.status, StatusCode::NO_CONTENT);
    assert!(told.recv().unwrap().1.contains("测试消息"));

    // Changed, it comes up anew.
    let mut changed = river("R1");
    changed["text"] = json!("二十公里河道，每天用无人船看漂浮垃圾，当天清理。");
    put(&service, &changed).await;
    assert_eq!(look_out(&app).await.0, 1);
    let inbox = get(&service, "/api/v1/inbox").await.json();
    assert_eq!((&inbox["unread"], inbox["items"].as_array().unwrap().len()), (&json!(1), 1));

    assert_eq!(
        send(&service, Request::delete(&at).body(Body::empty()).unwrap()).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(get(&service, "/api/v1/inbox").await.json()["items"], json!([]));
    assert_eq!(get(&service, saved["feed"].as_str().unwrap()).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn everybody_has_their_own() {
    let mut store = Store::in_memory().unwrap();
    let mut secret = |name: &str| {
        let new =
            NewKey { name: name.into(), role: Role::Opc, tenant: None, scope: Scope::Write, expires: None };
        store.new_key(&new, jiff::Timestamp::now()).unwrap().1.reveal().to_owned()
    };
    let (one, other) = (secret("甲"), secret("乙"));
    let app = app(store).with_keys();
    let service = router(app.clone());
    let ask = async |secret: &str, method: &str, uri: &str, body: Option<&Value>| {
        let request =
            Request::builder().method(method).uri(uri).header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {secret}"));
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        send(&service, request.body(body).unwrap()).await
    };
    let new = json!({"name": "巡河", "side": "requirement", "text": "无人船巡河"});
    let saved = ask(&one, "POST", "/api/v1/searches", Some(&new)).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text());
    let at = format!("/api/v1/searches/{}", saved.json()["id"].as_str().unwrap());
    assert_eq!(ask(&other, "GET", "/api/v1/searches", None).await.json()["items"], json!([]));
    assert_eq!(ask(&other, "DELETE", &at, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&service, "/api/v1/inbox").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&one, "DELETE", &at, None).await.status, StatusCode::NO_CONTENT);

    for (field, value, said) in [
        ("name", json!(" "), "name"),
        ("least", json!(101), "least"),
        ("text", json!(""), "text"),
        ("webhook", json!({"kind": "generic", "url": "ftp://x/y"}), "webhook.url"),
    ] {
        let mut wrong = new.clone();
        wrong[field] = value;
        let refused = ask(&one, "POST", "/api/v1/searches", Some(&wrong)).await;
        assert_eq!(
            (refused.status, refused.json()["field"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some(said)),
            "{}",
            refused.text()
        );
    }
}
