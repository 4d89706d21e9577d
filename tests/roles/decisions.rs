//! What a district decides: kept for its colleagues, hidden from everybody else.

use axum::http::StatusCode;
use opcmatch::domain::{Listing, Side};
use serde_json::{Value, json};

use super::callers::{City, Who};

const AT: &str = "/api/v1/decisions/N7/C1";

/// With a published need of 西湖, which stands in no other test.
async fn city() -> City {
    let city = City::new();
    let ours = Listing {
        tenant: Some("西湖".into()),
        ..Listing::new("N7", Side::Requirement, "泵站水位误报", "")
    };
    let put =
        city.ask(Who::Admin, "PUT", "/api/v1/listings/requirement/N7", serde_json::to_value(ours).ok()).await;
    assert!(put.status.is_success(), "{}", put.text());
    city
}

fn accept(after: Value) -> Option<Value> {
    Some(json!({"choice": "accepted", "after": after}))
}

#[tokio::test]
async fn a_decision_is_kept_for_colleagues_and_nobody_else() {
    let city = city().await;
    let done = city.ask(Who::Publisher, "PUT", AT, accept(json!(0))).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let first = done.json();
    assert_eq!((&first["choice"], &first["name"]), (&json!("accepted"), &json!("甲")));
    assert!(first["at"].is_string() && first["who"].as_str().unwrap() != "local");

    for who in [Who::Publisher, Who::Organiser, Who::Admin, Who::Reader] {
        let seen = city.ask(who, "GET", "/api/v1/decisions?requirement=N7", None).await.json();
        assert_eq!(seen["items"], json!([first]), "{who:?}");
    }
    for (who, status) in [(Who::Nobody, 401), (Who::Opc, 403)] {
        let refused = city.ask(who, "GET", "/api/v1/decisions", None).await;
        assert_eq!(refused.status.as_u16(), status, "{who:?}");
    }

    // Not of a need that is another's or nobody's; and not with somebody unseen.
    for (at, status, code) in [
        ("/api/v1/decisions/N1/C1", 403, "not_yours"),
        ("/api/v1/decisions/D2/C1", 404, "no_listing"),
        ("/api/v1/decisions/N7/D4", 404, "no_listing"),
        ("/api/v1/decisions/N7/C9", 404, "no_listing"),
    ] {
        let refused = city.ask(Who::Publisher, "PUT", at, accept(Value::Null)).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()["code"].as_str().unwrap()),
            (status, code),
            "{at}"
        );
    }
    let other = city.ask(Who::Admin, "PUT", "/api/v1/decisions/N1/C1", accept(Value::Null)).await;
    assert_eq!(other.status, StatusCode::OK);
    let ours = city.ask(Who::Publisher, "GET", "/api/v1/decisions", None).await.json();
    assert_eq!(ours["items"].as_array().unwrap().len(), 1, "another's is not seen");
    assert_eq!(
        city.ask(Who::Publisher, "GET", "/api/v1/decisions/N1/C1", None).await.json()["items"],
        json!([])
    );
}

#[tokio::test]
async fn who_was_slower_is_told_and_nothing_is_lost() {
    let city = city().await;
    city.ask(Who::Publisher, "PUT", AT, accept(json!(0))).await;
    let reject =
        |after: u64| Some(json!({"choice": "rejected", "reason": "price", "note": "报价高", "after": after}));
    let late = city.ask(Who::Organiser, "PUT", AT, reject(0)).await;
    assert_eq!(
        (late.status, late.json()["code"].as_str().unwrap()),
        (StatusCode::CONFLICT, "decision_changed")
    );
    assert!(late.json()["detail_zh"].as_str().unwrap().contains("已接受"), "{}", late.text());
    assert_eq!(city.ask(Who::Organiser, "PUT", AT, reject(1)).await.status, StatusCode::OK);
    let stale = city.ask(Who::Publisher, "DELETE", &format!("{AT}?after=1"), None).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let undone = city.ask(Who::Publisher, "DELETE", &format!("{AT}?after=2"), None).await;
    assert_eq!((undone.status, &undone.json()["choice"]), (StatusCode::OK, &json!("withdrawn")));
    assert_eq!(
        city.ask(Who::Publisher, "DELETE", AT, None).await.json(),
        Value::Null,
        "nothing more to take back"
    );
    let all = city.ask(Who::Publisher, "GET", AT, None).await.json();
    let choices: Vec<_> = all["items"].as_array().unwrap().iter().map(|one| one["choice"].clone()).collect();
    assert_eq!(choices, ["withdrawn", "rejected", "accepted"]);
    assert_eq!(all["items"][1]["note"], "报价高");
    for body in [
        json!({"choice": "withdrawn"}),
        json!({"choice": "rejected"}),
        json!({"choice": "accepted", "reason": "price"}),
        json!({"choice": "maybe"}),
        json!({"choice": "accepted", "note": "长".repeat(501)}),
    ] {
        let refused = city.ask(Who::Publisher, "PUT", AT, Some(body.clone())).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
}
