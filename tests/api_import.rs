//! Files sent to the API.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use std::io::Write;
use std::net::TcpStream;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use service::*;

#[tokio::test]
async fn a_table_is_tried_then_corrected_then_kept() {
    let service = service();
    let count = async || get(&service, "/api/v1/health").await.json()["requirements"].as_u64();
    let tried = upload(&service, "side=requirement&dry_run=true&file=a.csv", TABLE).await.json();
    assert_eq!(
        (&tried["taken"], &tried["added"], &tried["replaced"], &tried["rows_rejected"]),
        (&json!(2), &json!(1), &json!(1), &json!(1))
    );
    assert_eq!((&tried["stored"], count().await), (&json!(false), Some(2)));
    let complaint = &tried["complaints"][0];
    assert_eq!(
        (&complaint["row"], &complaint["severity"], &complaint["code"]),
        (&json!(3), &json!("rejected"), &json!("missing_title_and_text"))
    );
    assert!(tried["rejects_csv"].as_str().unwrap().contains("R2"));
    let column = tried["columns"].as_array().unwrap().iter().find(|c| c["name"] == "打算花多少").unwrap();
    assert_eq!(column["how"], "not_recognised");
    assert!(tried["sample"][0]["money"].is_null());

    // {"打算花多少":"money"}
    let mapping = "%7B%22%E6%89%93%E7%AE%97%E8%8A%B1%E5%A4%9A%E5%B0%91%22:%22money%22%7D";
    let kept =
        upload(&service, &format!("side=requirement&file=a.csv&wait=indexed&mapping={mapping}"), TABLE)
            .await
            .json();
    assert_eq!((&kept["stored"], count().await), (&json!(true), Some(3)));
    assert_eq!(kept["sample"][0]["money"]["high"], 300_000);
    assert_eq!(get(&service, "/api/v1/listings/requirement/N1").await.json()["title"], "电梯隐患排查");
}

#[tokio::test]
async fn a_form_does_as_well_as_a_bare_body() {
    let service = service();
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"表.csv\"\r\n\r\n{TABLE}\r\n--b--\r\n"
    );
    let request = |body: String| {
        let request = Request::post("/api/v1/import?side=requirement&dry_run=true");
        request
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from(body))
            .unwrap()
    };
    let report = send(&service, request(form.clone())).await.json();
    assert_eq!((&report["file"], &report["taken"]), (&json!("表.csv"), &json!(2)));
    let without = send(&service, request(form.replace("name=\"file\"", "name=\"data\""))).await;
    assert_eq!(
        (without.status, &without.json()["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("file"))
    );
}

#[tokio::test]
async fn files_that_cannot_be_read_are_refused_with_a_remedy() {
    let service = service();
    let too_large = vec![b'a'; opcmatch::intake::Limits::default().max_bytes as usize + (32 << 10)];
    for (query, body, status, code) in [
        ("side=requirement", Vec::new(), 422, "file_unreadable"),
        ("side=requirement", b"%PDF-1.7 ...".to_vec(), 422, "file_unreadable"),
        ("side=requirement&mapping=a", TABLE.as_bytes().to_vec(), 422, "invalid"),
        ("side=requirement", too_large, 413, "too_large"),
    ] {
        let answer = upload(&service, query, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["code"].as_str()),
            (status, Some(code)),
            "{query} {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn an_export_in_traditional_characters_reads_back_by_the_same_columns() {
    let service = service();
    let csv = async |lang: &str| {
        let answer = get(&service, &format!("/api/v1/export?side=requirement&format=csv{lang}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.text()
    };
    let (simplified, traditional) = (csv("").await, csv("&lang=hant").await);
    assert_eq!(simplified, csv("&lang=zh").await);
    let head = |text: &str| text.lines().next().unwrap().to_owned();
    assert!(head(&simplified).starts_with("\u{feff}编号,名称,单位,名次,结论,匹配度"));
    assert!(
        head(&traditional).starts_with("\u{feff}編號,名稱,單位,名次,結論,契合度"),
        "{}",
        head(&traditional)
    );
    // What listings say is the same, letter for letter.
    let title = get(&service, "/api/v1/listings/requirement/N1").await.json()["title"].clone();
    assert!(traditional.contains(title.as_str().unwrap()));

    let columns = async |text: String| {
        let report = upload(&service, "side=requirement&dry_run=true&file=back.csv", text).await.json();
        let columns = report["columns"].as_array().unwrap().clone();
        columns.iter().map(|c| (c["field"].clone(), c["how"].clone())).collect::<Vec<_>>()
    };
    let read = columns(traditional).await;
    assert_eq!(read, columns(simplified).await);
    let fields: Vec<&str> = read[..3].iter().map(|(field, _)| field.as_str().unwrap()).collect();
    assert_eq!(fields, ["id", "title", "party"]);

    let refused = get(&service, "/api/v1/export?format=csv&lang=fr").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["field"], "lang");
}

/// A table that takes a while to read and to write.
fn long(rows: usize) -> String {
    let row = |n: usize| {
        format!(
            "L{n},巡河需求{n},第{n}段河道每周巡查一次漂浮垃圾，九月底前完成，预算{n}元以内,示例河道站{n}\n"
        )
    };
    format!("编号,需求名称,需求描述,单位名称\n{}", (0..rows).map(row).collect::<String>())
}

const RUN: &str = "/api/v1/runs/%E4%B8%80";
const IMPORT: &str = "side=requirement&file=a.csv&run=%E4%B8%80";

async fn stored(service: &Router) -> (Value, Value) {
    let all = get(service, "/api/v1/listings?side=requirement&limit=500").await.json();
    let ready = get(service, "/readyz").await.json();
    (all["total"].clone(), ready["stored"].clone())
}

async fn stop(service: &Router) {
    let answer = send(service, Request::delete(RUN).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

/// Looks at the run until it is in this phase, or its request has been answered.
async fn reaches(service: &Router, phase: &str, importing: &tokio::task::JoinHandle<Answer>) -> bool {
    while !importing.is_finished() {
        let seen = get(service, RUN).await;
        if self::phase(&seen).as_deref() == Some(phase) {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

fn importing(service: &Router, query: String, table: String) -> tokio::task::JoinHandle<Answer> {
    let service = service.clone();
    tokio::spawn(async move { upload(&service, &query, table).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_followed_and_what_is_stopped_leaves_nothing() {
    let service = service();
    let before = stored(&service).await;
    // How far it is goes one way, phase by phase.
    let order = ["opening", "rows", "comparing", "saving"];
    let trying = importing(&service, format!("{IMPORT}&dry_run=true"), long(1500));
    let (mut last, mut phases) = ((0, 0), Vec::new());
    while !trying.is_finished() {
        let seen = get(&service, RUN).await;
        if seen.status == StatusCode::OK && seen.json()["phase"].is_string() {
            let seen = seen.json();
            let phase = seen["phase"].as_str().unwrap().to_owned();
            let now = (order.iter().position(|name| *name == phase).unwrap(), seen["done"].as_u64().unwrap());
            assert!(now >= last, "{last:?} then {now:?}");
            assert!(seen["of"].as_u64().is_none_or(|of| now.1 <= of), "{seen}");
            (last, phases) = (now, [phases, vec![phase]].concat());
        }
        tokio::task::yield_now().await;
    }
    assert!(phases.iter().any(|phase| phase == "rows"), "{phases:?}");
    assert!(!phases.iter().any(|phase| phase == "saving"), "a try keeps nothing");
    assert_eq!(trying.await.unwrap().json()["taken"], 1500);

    for phase in ["rows", "saving"] {
        // Whoever looks may come too late, and then it is all there: another round with other rows.
        let mut stopped = false;
        for _ in 0..20 {
            let run = importing(&service, IMPORT.to_owned(), long(1500));
            let caught = reaches(&service, phase, &run).await;
            stop(&service).await;
            let answer = run.await.unwrap();
            if answer.status == StatusCode::CONFLICT {
                assert_eq!(answer.json()["code"], "stopped");
                assert_eq!(stored(&service).await, before, "{phase}");
                assert!(caught);
                stopped = true;
                break;
            }
            assert_eq!(answer.json()["stored"], true, "all or nothing");
            let change = answer.json()["change"].clone();
            let back = Request::delete(format!("/api/v1/imports/{change}?wait=indexed"));
            ok(&send(&service, back.body(Body::empty()).unwrap()).await);
        }
        assert!(stopped, "never caught while {phase}");
        assert_eq!(get(&service, RUN).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(get(&service, "/api/v1/listings/requirement/L0").await.status, StatusCode::NOT_FOUND);
}

fn phase(seen: &Answer) -> Option<String> {
    let there = seen.status == StatusCode::OK;
    there.then(|| seen.json()["phase"].as_str().map(str::to_owned)).flatten()
}

fn ok(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// The connection itself: a browser that leaves leaves nothing half stored.
#[tokio::test(flavor = "multi_thread")]
async fn closing_the_request_stops_the_import() {
    let service = service();
    let before = stored(&service).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn({
        let service = service.clone();
        async move { axum::serve(listener, service).await }
    });
    let table = long(3000);
    let mut connection = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /api/v1/import?{IMPORT} HTTP/1.1\r\nhost: {address}\r\ncontent-type: text/csv\r\ncontent-length: {}\r\n\r\n",
        table.len()
    );
    connection.write_all(format!("{head}{table}").as_bytes()).unwrap();
    while phase(&get(&service, RUN).await).is_none() {
        tokio::task::yield_now().await;
    }
    drop(connection);
    while get(&service, RUN).await.status == StatusCode::OK {
        tokio::task::yield_now().await;
    }
    // From here on it cannot be kept any more, however long its thread goes on.
    let another = upload(&service, "side=requirement&file=b.csv&wait=indexed", TABLE).await;
    assert_eq!(ok(&another)["stored"], true);
    assert_eq!(get(&service, "/api/v1/listings/requirement/L0").await.status, StatusCode::NOT_FOUND);
    assert_eq!(stored(&service).await.0, json!(before.0.as_u64().unwrap() + 1));
    serving.abort();
}

#[tokio::test]
async fn an_import_is_taken_back() {
    let service = service();
    let before = get(&service, "/api/v1/listings?side=requirement&limit=500").await.json();
    assert_eq!(ok(&get(&service, "/api/v1/imports").await), json!([]));
    let kept = ok(&upload(&service, "side=requirement&file=a.csv&wait=indexed", TABLE).await);
    let change = &kept["change"];
    let told = ok(&get(&service, "/api/v1/imports").await);
    assert_eq!(told.as_array().unwrap().len(), 1);
    let one = &told[0];
    assert_eq!((&one["change"], &one["put"], &one["standing"]), (change, &json!(2), &json!(2)));
    assert!(one["note"].as_str().unwrap().contains("a.csv") && one["at"].is_string(), "{one}");

    let delete = async |at: &str| send(&service, Request::delete(at).body(Body::empty()).unwrap()).await;
    let back = ok(&delete(&format!("/api/v1/imports/{change}?wait=indexed")).await);
    assert_eq!((&back["removed"], &back["restored"], &back["left"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!(back["indexed"], true);
    assert_eq!(get(&service, "/api/v1/listings?side=requirement&limit=500").await.json(), before);
    assert_eq!(get(&service, "/api/v1/listings/requirement/R1").await.status, StatusCode::NOT_FOUND);
    let history = ok(&get(&service, "/api/v1/listings/requirement/N1/history").await);
    assert!(history["changes"][0]["note"].as_str().unwrap().contains("撤回"), "{history}");
    assert_eq!(ok(&get(&service, "/api/v1/imports").await)[0]["standing"], 0);
    for wrong in ["999999", "x", "1"] {
        let answer = delete(&format!("/api/v1/imports/{wrong}")).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (StatusCode::NOT_FOUND, &json!("no_import")),
            "{wrong}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_and_exports_are_followed_and_stopped() {
    let service = demo_service();
    let mut number = 0;
    for (path, phase) in [
        ("overview?side=requirement", "ranking"),
        ("export?format=jsonl", "ranking"),
        ("export?format=jsonl", "explaining"),
    ] {
        let mut stopped = false;
        for _ in 0..20 {
            // A board that is there is given at once: the lists must change.
            number += 1;
            let another =
                json!({"id": format!("C-{number}"), "side": "capability", "title": "速记", "text": "会议"});
            with_json(&service, axum::http::Method::POST, "/api/v1/listings?wait=indexed", &another).await;
            let run = tokio::spawn({
                let (service, uri) = (service.clone(), format!("/api/v1/{path}&run=%E4%B8%80"));
                async move { get(&service, &uri).await }
            });
            reaches(&service, phase, &run).await;
            stop(&service).await;
            let answer = run.await.unwrap();
            if answer.status == StatusCode::CONFLICT {
                assert_eq!(answer.json()["code"], "stopped");
                stopped = true;
                break;
            }
            assert_eq!(answer.status, StatusCode::OK);
        }
        assert!(stopped, "{path} was never caught while {phase}");
        assert_eq!(get(&service, &format!("/api/v1/{path}")).await.status, StatusCode::OK, "and comes whole");
    }
}
