//! Files sent to the API.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

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
