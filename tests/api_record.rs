//! A listing's own life, through the API: steps, review, history, going back, copies.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use service::*;

const LIFT: &str = "/api/v1/listings/requirement/N1";
const VISITS: &str = "/api/v1/listings/requirement/%E6%B8%85%E5%8D%95%2F2";

async fn step(service: &axum::Router, at: &str, body: Value) -> Answer {
    with_json(service, Method::POST, &format!("{at}/steps?wait=indexed"), &body).await
}

fn refused(answer: &Answer, status: StatusCode, code: &str, said: &str) {
    let problem = answer.json();
    assert_eq!((answer.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
    assert!(problem["detail_zh"].as_str().unwrap().contains(said), "{problem}");
}

#[tokio::test]
async fn a_need_goes_through_its_life_and_its_history_tells() {
    let service = service();
    let before = get(&service, &format!("{VISITS}/review")).await.json();
    assert_eq!((&before["standing"], &before["steps"][0]), (&json!("published"), &json!("withdraw")));

    let withdrawn = step(&service, VISITS, json!({"step": "withdraw", "note": "要改预算"})).await;
    assert_eq!(
        (withdrawn.status, &withdrawn.json()["review"]["standing"]),
        (StatusCode::OK, &json!("draft"))
    );
    // A draft is matched with nobody.
    let searched = with_json(
        &service,
        Method::POST,
        "/api/v1/matches",
        &json!({"side": "capability", "text": "老人走访登记小程序"}),
    )
    .await;
    assert_eq!(searched.status, StatusCode::OK, "{}", searched.text());
    assert!(!searched.text().contains("清单/2"), "{}", searched.text());

    refused(
        &step(&service, VISITS, json!({"step": "publish"})).await,
        StatusCode::CONFLICT,
        "step_not_now",
        "现在是草稿，不能发布；可以：送审、结束",
    );
    assert_eq!(step(&service, VISITS, json!({"step": "submit"})).await.status, StatusCode::OK);
    let published = step(&service, VISITS, json!({"step": "publish", "until": "2026-12-31"})).await.json();
    assert_eq!(published["listing"]["dates"]["deadline"], json!({"on": "2026-12-31"}));
    refused(
        &step(&service, VISITS, json!({"step": "renew"})).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "step_invalid",
        "续期请给出今天",
    );

    let history = get(&service, &format!("{VISITS}/history")).await.json();
    let changes = history["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 4);
    let fields = |change: &Value| -> Vec<String> {
        change["fields"].as_array().unwrap().iter().map(|f| f["field"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(fields(&changes[0]), ["dates", "status"]);
    assert_eq!(changes[2]["fields"], json!([{"field": "status", "was": "published", "is": "draft"}]));
    assert_eq!(
        (&changes[2]["note"], &changes[2]["who"], &changes[2]["did"]),
        (&json!("要改预算"), &json!("local"), &json!("changed"))
    );
    assert!(changes[2]["at"].as_str().unwrap().ends_with('Z'));
    assert_eq!((&changes[3]["did"], &changes[3]["at"]), (&json!("added"), &Value::Null));
}

#[tokio::test]
async fn what_is_deleted_can_be_had_back_contacts_included_and_unseen() {
    let service = service();
    let gone = Request::delete(format!("{LIFT}?wait=indexed")).body(Body::empty()).unwrap();
    assert_eq!(send(&service, gone).await.status, StatusCode::NO_CONTENT);
    let history = get(&service, &format!("{LIFT}/history")).await;
    assert!(!history.text().contains(PHONE), "{}", history.text());
    let changes = history.json()["changes"].as_array().unwrap().clone();
    assert_eq!((&changes[0]["did"], &changes[1]["did"]), (&json!("removed"), &json!("added")));

    let back = |change: Value| json!({"change": change, "note": "误删"});
    let restore = format!("{LIFT}/restore?wait=indexed");
    refused(
        &with_json(&service, Method::POST, &restore, &back(changes[0]["change"].clone())).await,
        StatusCode::NOT_FOUND,
        "no_version",
        "请在修改记录里选一版",
    );
    let restored = with_json(&service, Method::POST, &restore, &back(changes[1]["change"].clone())).await;
    assert_eq!((restored.status, &restored.json()["has_contact"]), (StatusCode::OK, &json!(true)));
    assert!(!restored.text().contains(PHONE));
    assert_eq!(get(&service, LIFT).await.json()["title"], json!("电梯隐患提前发现"));
}

#[tokio::test]
async fn a_review_says_what_to_mend_also_before_it_is_kept() {
    let service = service();
    let expired = get(&service, &format!("{LIFT}/review")).await;
    assert!(!expired.text().contains(PHONE));
    let review = expired.json();
    assert_eq!(
        (&review["standing"], &review["steps"]),
        (&json!("expired"), &json!(["withdraw", "close", "renew"]))
    );
    let kinds: Vec<&str> =
        review["advice"].as_array().unwrap().iter().map(|a| a["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["deadline_over", "contact_in_text", "no_budget"]);
    assert!(review["completeness"]["missing"].as_array().unwrap().contains(&json!("money")));

    let vague = json!({"id": "新", "side": "requirement", "title": "数字化需求", "status": "draft"});
    let review = with_json(&service, Method::POST, "/api/v1/listings/review", &vague).await.json();
    assert_eq!((&review["standing"], &review["advice"][0]["kind"]), (&json!("draft"), &json!("vague")));
    assert!(review["advice"][0]["zh"].as_str().unwrap().contains("请写明"));
    assert_eq!(get(&service, "/api/v1/listings/requirement/%E6%96%B0").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn copies_are_found_and_become_one_scenario_when_somebody_says_so() {
    let mut lists = listings();
    let text = "十二座雨水泵站无人值守，汛期夜里水位误报多，要一个能过滤误报、三个月内上线的方案。";
    for (id, more) in [("P1", ""), ("P2", "可驻场。"), ("P3", "预算可谈。")] {
        lists.push(opcmatch::domain::Listing::new(
            id,
            opcmatch::domain::Side::Requirement,
            "泵站水位误报过滤",
            format!("{text}{more}"),
        ));
    }
    let service = service_on(&lists);
    let found = get(&service, "/api/v1/duplicates").await.json();
    assert_eq!((&found["groups"][0]["ids"], &found["cut"]), (&json!(["P1", "P2", "P3"]), &json!(false)));
    assert_eq!(found["groups"].as_array().unwrap().len(), 1);

    let merge = |id: &str, members: &[&str]| json!({"id": id, "title": "泵站误报过滤场景", "members": members, "note": "同一件事"});
    let uri = "/api/v1/duplicates/merge?wait=indexed";
    for (body, status, code, said) in [
        (merge("S1", &["P1"]), StatusCode::UNPROCESSABLE_ENTITY, "merge_invalid", "至少选两条"),
        (merge("S1", &["P1", "P1"]), StatusCode::UNPROCESSABLE_ENTITY, "invalid", "每条只写一次"),
        (merge("S1", &["P1", "P9"]), StatusCode::CONFLICT, "merge_refused", "P9"),
        (merge("N1", &["P1", "P2"]), StatusCode::CONFLICT, "merge_refused", "已经有了"),
    ] {
        refused(&with_json(&service, Method::POST, uri, &body).await, status, code, said);
    }
    let made = with_json(&service, Method::POST, uri, &merge("S1", &["P1", "P2", "P3"])).await;
    assert_eq!((made.status, &made.json()["category"]), (StatusCode::CREATED, &json!("scenario")));
    assert!(made.json()["text"].as_str().unwrap().contains("预算可谈"));
    assert_eq!(get(&service, "/api/v1/listings/requirement/P2").await.json()["status"], json!("closed"));
    assert_eq!(get(&service, "/api/v1/duplicates").await.json()["groups"], json!([]));
    refused(
        &with_json(&service, Method::POST, uri, &merge("S2", &["P1", "P2"])).await,
        StatusCode::CONFLICT,
        "merge_refused",
        "已结束",
    );
    let history = get(&service, "/api/v1/listings/requirement/P1/history").await.json();
    assert_eq!(
        (&history["changes"][0]["note"], &history["changes"][0]["who"]),
        (&json!("同一件事"), &json!("local"))
    );
}
