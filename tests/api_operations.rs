//! The service as whoever runs it meets it: is it alive, what does it note, what
//! does it refuse, how does it end.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use opcmatch::serve::{App, Limits, LogFormat, Rates, document, log, router, serve};
use opcmatch::store::{Author, Store};
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use service::*;

fn app() -> App {
    let mut store = Store::in_memory().unwrap();
    store.put(&listings(), &Author::default()).unwrap();
    app_in(store)
}

/// A request of an address, perhaps by way of a proxy.
fn from(who: &str, method: Method, uri: &str, forwarded: Option<&str>) -> Request<Body> {
    let who: SocketAddr = who.parse().unwrap();
    let mut request = Request::builder().method(method).uri(uri).extension(ConnectInfo(who));
    if let Some(forwarded) = forwarded {
        request = request.header("x-forwarded-for", forwarded);
    }
    request.body(Body::empty()).unwrap()
}

/// The log of this whole test program, as `serve` writes it when nobody watches.
fn logged() -> Arc<Mutex<Vec<u8>>> {
    #[derive(Clone)]
    struct Kept(Arc<Mutex<Vec<u8>>>);
    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    static LOG: LazyLock<Arc<Mutex<Vec<u8>>>> = LazyLock::new(|| {
        let kept = Kept(Arc::default());
        let all = kept.0.clone();
        log(LogFormat::Json, EnvFilter::new("opcmatch=trace"), move || kept.clone()).try_init().unwrap();
        all
    });
    LOG.clone()
}

fn lines_of(log: &Mutex<Vec<u8>>, id: &str) -> Vec<Value> {
    let text = String::from_utf8(log.lock().unwrap().clone()).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap_or_else(|e| panic!("{e}: {line}")));
    lines.filter(|line| line["span"]["id"] == id).collect()
}

#[tokio::test]
async fn alive_is_told_from_ready() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("opcmatch.sqlite");
    let mut store = Store::open(&file).unwrap();
    store.put(&listings(), &Author::default()).unwrap();
    let service = service_in(store);
    let ready = get(&service, "/readyz").await;
    assert_eq!((ready.status, &ready.json()["status"]), (StatusCode::OK, &json!("ready")));
    assert_eq!(ready.json()["stored"], ready.json()["found"]);

    let beside = rusqlite::Connection::open(&file).unwrap();
    beside.execute_batch("ALTER TABLE feed RENAME TO away").unwrap();
    let ready = get(&service, "/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(ready.json()["code"], "not_ready");
    assert!(!ready.text().contains("feed"), "{}", ready.text());
    assert_eq!(get(&service, "/healthz").await.status, StatusCode::OK);
    assert!(get(&service, "/metrics").await.text().contains("\nopcmatch_store_up 0\n"));

    beside.execute_batch("ALTER TABLE away RENAME TO feed").unwrap();
    assert_eq!(get(&service, "/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_request_is_named_in_its_answer() {
    let service = service();
    let with = async |id: &str| {
        let request = Request::get("/api/v1/listings/requirement/N9").header("x-request-id", id);
        send(&service, request.body(Body::empty()).unwrap()).await
    };
    for (given, taken) in [("check-1", true), ("with space", false), ("x\"y", false)] {
        let answer = with(given).await;
        let said = answer.headers["x-request-id"].to_str().unwrap();
        assert_eq!(said == given, taken, "{given} {said}");
        assert_eq!(answer.json()["request_id"], said, "{}", answer.text());
    }
    let fine = get(&service, "/api/v1/health").await;
    assert_eq!(fine.headers["x-request-id"].len(), 16);
}

#[tokio::test]
async fn a_log_says_what_was_done_and_nothing_of_what_was_said() {
    let log = logged();
    let service = service();
    let ask = async |id: &str, method: Method, uri: &str, body: Value| {
        let request = Request::builder().method(method).uri(uri).header("x-request-id", id);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = request.extension(ConnectInfo::<SocketAddr>("198.51.100.77:9".parse().unwrap()));
        send(&service, request.body(Body::from(body.to_string())).unwrap()).await.status.as_u16()
    };
    let text = format!("秘密水质看板，电话{PHONE}");
    let own = json!({"id": "秘密编号", "side": "requirement", "title": "秘密水质看板", "text": text, "party": {"name": "秘密单位"}});
    let put = "/api/v1/listings/requirement/%E7%A7%98%E5%AF%86%E7%BC%96%E5%8F%B7";
    for (id, method, uri, body, route, status) in [
        (
            "log-1",
            Method::POST,
            "/api/v1/matches",
            json!({"side": "requirement", "text": text}),
            "/api/v1/matches",
            200,
        ),
        (
            "log-2",
            Method::GET,
            "/api/v1/listings?side=requirement&q=%E7%A7%98%E5%AF%86",
            json!(null),
            "/api/v1/listings",
            200,
        ),
        ("log-3", Method::PUT, put, own, "/api/v1/listings/{side}/{id}", 200),
        ("log-4", Method::GET, put, json!(null), "/api/v1/listings/{side}/{id}", 200),
        ("log-5", Method::POST, "/api/v1/search", json!({"side": text}), "/api/v1/search", 422),
        ("log-6", Method::GET, "/api/v1/%E7%A7%98%E5%AF%86", json!(null), "/api/{*rest}", 404),
        ("log-7", Method::GET, "/%E7%A7%98%E5%AF%86.js", json!(null), "page", 404),
    ] {
        assert_eq!(ask(id, method.clone(), uri, body).await, status, "{id}");
        let lines = lines_of(&log, id);
        let last = lines.last().unwrap_or_else(|| panic!("{id} is not in the log"));
        let span = &last["span"];
        assert_eq!(
            (last["status"].as_u64(), span["route"].as_str()),
            (Some(status.into()), Some(route)),
            "{last}"
        );
        assert_eq!(span["method"], method.as_str(), "{last}");
        assert_eq!(span["role"] == "admin", uri.starts_with("/api/v1/") && status != 404, "{last}");
        assert!(last["ms"].is_u64() && last["timestamp"].is_string(), "{last}");
        assert_eq!(span["change"].is_u64(), id == "log-3", "{last}");
    }
    // Nothing of it, in whatever form it came or might be written.
    let all = String::from_utf8(log.lock().unwrap().clone()).unwrap();
    for word in ["7777", "秘密", "%E7%A7%98", r"\u79d8", "198.51.100.77", "requirement"] {
        assert!(!all.contains(word), "the log holds {word}:\n{all}");
    }
}

#[tokio::test]
async fn metrics_can_be_read_by_a_scraper() {
    let service = service();
    for uri in [
        "/api/v1/health",
        "/api/v1/listings/requirement/N1",
        "/api/v1/listings/requirement/N9",
        "/nothing",
        "/",
    ] {
        get(&service, uri).await;
    }
    let answer = get(&service, "/metrics").await;
    assert!(answer.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    let text = answer.text();
    let samples = parsed(&text);
    let value = |name: &str, labels: &[(&str, &str)]| {
        let labels: BTreeMap<String, String> =
            labels.iter().map(|(l, v)| ((*l).into(), (*v).into())).collect();
        samples.get(&(name.to_owned(), labels)).copied().unwrap_or_else(|| panic!("no {name}:\n{text}"))
    };
    let listing = "/api/v1/listings/{side}/{id}";
    let total = "opcmatch_http_requests_total";
    for (route, status, wanted) in [
        ("/api/v1/health", "2xx", 1.0),
        (listing, "2xx", 1.0),
        (listing, "4xx", 1.0),
        ("page", "2xx", 1.0),
        ("page", "4xx", 1.0),
    ] {
        assert_eq!(
            value(total, &[("route", route), ("method", "GET"), ("status", status)]),
            wanted,
            "{route}"
        );
    }
    // Of itself it can only say that it is there.
    assert_eq!(value("opcmatch_http_requests_in_flight", &[]), 1.0);
    assert_eq!(value("opcmatch_listings", &[("side", "requirement")]), 2.0);
    assert_eq!(value("opcmatch_listings", &[("side", "capability")]), 2.0);
    assert_eq!(value("opcmatch_store_up", &[]), 1.0);
    assert_eq!(value("opcmatch_snapshot_change", &[]), value("opcmatch_store_last_listing_change", &[]));
    assert!(value("opcmatch_snapshot_rebuild_seconds", &[]) > 0.0);
    let seconds = "opcmatch_http_request_duration_seconds";
    let own = [("route", listing), ("method", "GET")];
    assert_eq!(value(&format!("{seconds}_count"), &own), 2.0);
    let buckets: Vec<f64> = ["0.005", "0.01", "0.1", "1", "60", "+Inf"]
        .iter()
        .map(|le| value(&format!("{seconds}_bucket"), &[own[0], own[1], ("le", le)]))
        .collect();
    assert!(buckets.is_sorted() && buckets[5] == 2.0, "{buckets:?}");
    assert!(!text.contains("N1") && !text.contains("nothing"), "{text}");
}

type Sample = (String, BTreeMap<String, String>);

/// The text format as its specification has it: families one after the other, each
/// with its help and type, no sample twice.
fn parsed(text: &str) -> BTreeMap<Sample, f64> {
    let mut found = BTreeMap::new();
    let mut family = ("", "");
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(said) = line.strip_prefix("# TYPE ") {
            family = said.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&family.1), "{line}");
            continue;
        }
        if line.starts_with("# HELP ") {
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) =
            series.split_once('{').map_or((series, ""), |(n, l)| (n, l.strip_suffix('}').unwrap()));
        let ending =
            name.strip_prefix(family.0).unwrap_or_else(|| panic!("{line} stands under {}", family.0));
        let endings: &[&str] = if family.1 == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
        assert!(endings.contains(&ending), "{line}");
        // No label of ours holds a quote or a comma.
        let labels = labels.split(',').filter(|label| !label.is_empty()).map(|label| {
            let (label, said) = label.split_once("=\"").unwrap();
            (label.to_owned(), said.strip_suffix('"').unwrap().to_owned())
        });
        let sample = (name.to_owned(), labels.collect());
        assert!(found.insert(sample, value.parse().unwrap()).is_none(), "twice: {line}");
    }
    found
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_to_wait() {
    let rates: Rates = "1:3,1:1".parse().unwrap();
    let limits = |trust_proxy| Limits { rates: Some(rates), trust_proxy, ..Limits::default() };
    let service = router(app().with_limits(limits(false)));
    let ask = async |service: &Router, who: &str, uri: &str, forwarded: Option<&str>| {
        send(service, from(who, Method::GET, uri, forwarded)).await
    };
    let (a, b, health) = ("192.0.2.1:4000", "192.0.2.2:4000", "/api/v1/health");
    // Whatever an address writes about itself, it is one.
    for forwarded in [None, Some("198.51.100.1"), Some("127.0.0.1")] {
        assert_eq!(ask(&service, a, health, forwarded).await.status, StatusCode::OK);
    }
    let refused = ask(&service, a, health, Some("198.51.100.2")).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let problem = refused.json();
    assert_eq!(refused.headers[header::RETRY_AFTER], "1");
    assert_eq!((&problem["code"], &problem["status"]), (&json!("too_many"), &json!(429)));
    assert!(problem["detail"].as_str().unwrap().starts_with("请求太频繁"), "{problem}");
    assert_eq!(refused.headers[header::CONTENT_TYPE], "application/problem+json");

    assert_eq!(ask(&service, b, health, None).await.status, StatusCode::OK, "another address");
    assert_eq!(
        ask(&service, a, "/api/v1/export?format=json", None).await.status,
        StatusCode::OK,
        "of its own bucket"
    );
    assert_eq!(
        ask(&service, a, "/api/v1/export?format=json", None).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    for uri in ["/healthz", "/readyz", "/metrics"] {
        for _ in 0..5 {
            assert_eq!(ask(&service, a, uri, None).await.status, StatusCode::OK, "{uri} is never refused");
        }
    }
    for _ in 0..10 {
        assert_eq!(ask(&service, "127.0.0.1:4000", health, None).await.status, StatusCode::OK);
    }
    let metrics = ask(&service, b, "/metrics", None).await.text();
    for line in
        [r#"opcmatch_http_refused_total{limit="light"} 1"#, r#"opcmatch_http_refused_total{limit="heavy"} 1"#]
    {
        assert!(metrics.lines().any(|l| l == line), "{line}\n{metrics}");
    }

    // Behind a proxy of one's own, whom it speaks for counts.
    let behind = router(app().with_limits(limits(true)));
    let proxy = "127.0.0.1:4000";
    for (n, spoofed) in
        ["127.0.0.1, 198.51.100.1", "203.0.113.5, 198.51.100.1", "198.51.100.1"].iter().enumerate()
    {
        assert_eq!(ask(&behind, proxy, health, Some(spoofed)).await.status, StatusCode::OK, "{n}");
    }
    let again = ask(&behind, proxy, health, Some("127.0.0.1, 198.51.100.1")).await;
    assert_eq!(again.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ask(&behind, proxy, health, Some("198.51.100.2")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let service =
        router(app().with_limits(Limits { rates: Some("1:500,1:1".parse().unwrap()), ..Limits::default() }));
    let mut asked = vec![
        (Method::GET, "/".to_owned()),
        (Method::GET, "/app.js".to_owned()),
        (Method::GET, "/nothing.js".to_owned()),
        (Method::GET, "/api/nothing".to_owned()),
        (Method::GET, "/api/v1/openapi.json".to_owned()),
        (Method::DELETE, "/api/v1/health".to_owned()),
        (Method::POST, "/".to_owned()),
        (Method::GET, "/api/v1/export?format=json".to_owned()),
    ];
    let document = serde_json::to_value(document()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let path = path.replace("{side}", "requirement").replace(['{', '}'], "");
            asked.push((method.to_uppercase().parse().unwrap(), path));
        }
    }
    assert!(asked.len() > 45);
    let mut statuses = Vec::new();
    for (method, uri) in asked {
        let answer = send(&service, from("192.0.2.1:4000", method.clone(), &uri, None)).await;
        statuses.push(answer.status.as_u16());
        for (name, wanted) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.headers[name], wanted, "{method} {uri}");
            assert_eq!(answer.headers.get_all(name).iter().count(), 1, "{method} {uri} {name}");
        }
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(rule), "{method} {uri}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(
            answer.headers["permissions-policy"].to_str().unwrap().contains("camera=()"),
            "{method} {uri}"
        );
        assert!(answer.headers.contains_key("x-request-id"), "{method} {uri}");
        if uri.starts_with("/api/") {
            assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{method} {uri}");
        }
    }
    // Refusals of every layer were among them.
    for status in [200, 404, 405, 415, 422, 429] {
        assert!(statuses.contains(&status), "no {status} in {statuses:?}");
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let service = service();
    let text = "长".repeat(400_000);
    let answer =
        with_json(&service, Method::POST, "/api/v1/matches", &json!({"side": "requirement", "text": text}))
            .await;
    assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("too_large")));
}

/// A search whose body comes in two parts, so that it is in progress for as long as wanted.
struct Slow(TcpStream);

const SEARCH: &str = r#"{"side": "capability", "text": "elevator"}"#;

impl Slow {
    fn begin(address: SocketAddr) -> Slow {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let head = "POST /api/v1/search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        write!(stream, "{head}Content-Length: {}\r\n\r\n{}", SEARCH.len(), &SEARCH[..10]).unwrap();
        Slow(stream)
    }

    fn end(mut self) -> String {
        self.0.write_all(&SEARCH.as_bytes()[10..]).unwrap();
        let mut said = String::new();
        self.0.read_to_string(&mut said).unwrap();
        said
    }
}

/// Waits until so many requests are in progress, this one not counted.
async fn in_progress(service: &Router, wanted: usize) {
    let line = format!("opcmatch_http_requests_in_flight {}", wanted + 1);
    let began = Instant::now();
    while !get(service, "/metrics").await.text().lines().any(|l| l == line) {
        assert!(began.elapsed() < Duration::from_secs(20), "there are never {wanted} requests in progress");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_ends_answers_what_it_has_begun_and_takes_nothing_new() {
    for (drain, answers) in [(Duration::from_secs(20), true), (Duration::from_millis(50), false)] {
        let app = app().with_limits(Limits { drain, ..Limits::default() });
        // The same app: its counts are those of the one that listens.
        let beside = router(app.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(serve(listener, app, async {
            let _ = stopped.await;
        }));
        let slow = tokio::task::spawn_blocking(move || Slow::begin(address)).await.unwrap();
        in_progress(&beside, 1).await;
        stop.send(()).unwrap();
        if answers {
            let began = Instant::now();
            while TcpStream::connect(address).is_ok() {
                assert!(began.elapsed() < Duration::from_secs(20), "new connections are still taken");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert!(!running.is_finished(), "it did not wait for the request in progress");
            let said = tokio::task::spawn_blocking(move || slow.end()).await.unwrap();
            assert!(said.starts_with("HTTP/1.1 200") && said.contains("\"hits\""), "{said}");
            assert!(said.to_lowercase().contains("connection: close"), "{said}");
        }
        let ended = tokio::time::timeout(Duration::from_secs(20), running).await;
        ended.expect("it waits for ever").unwrap().unwrap();
    }
}
