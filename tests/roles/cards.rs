//! A founder's card: what each box becomes, who may post it, and what stays hidden.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::callers::{City, MOBILE, Who};

const AT: &str = "/api/v1/cards?wait=indexed";

#[tokio::test]
async fn a_card_becomes_a_pair_of_listings_and_a_search() {
    let city = City::new();
    let card = |dry_run: bool| {
        Some(json!({
            "have": format!("我会做水质监测看板，十个点位实时上墙，人在杭州，可远程。电话{MOBILE}"),
            "want": "想找一个会跑街道社区的搭档，一起把看板卖给水务站，预算3万元以内。",
            "meet": "做过水务传感器的硬件朋友", "name": "水一人", "tell": true, "dry_run": dry_run,
        }))
    };
    let look = city.ask(Who::Opc, "POST", AT, card(true)).await;
    assert_eq!(look.status, StatusCode::OK, "{}", look.text());
    assert_eq!((&look.json()["contacts_in_text"], &look.json()["watching"]), (&json!(true), &Value::Null));
    assert_eq!(look.json()["have"]["advice"][0]["kind"], "contact_in_text");
    let before = city.ask(Who::Opc, "GET", "/api/v1/searches", None).await.json();
    assert_eq!(before["items"], json!([]), "a look keeps nothing");

    let posted = city.ask(Who::Opc, "POST", AT, card(false)).await;
    assert_eq!(posted.status, StatusCode::CREATED, "{}", posted.text());
    assert!(!posted.text().contains(MOBILE));
    let view = posted.json();
    assert_eq!(view["to_be_reviewed"], true);
    let (have, want) = (&view["have"]["listing"], &view["want"]["listing"]);
    assert_eq!((&have["side"], &want["side"]), (&json!("capability"), &json!("requirement")));
    assert_eq!((&have["category"], &have["status"]), (&json!("partner"), &json!("review")));
    assert_eq!((&have["party"]["name"], &have["has_contact"]), (&json!("水一人"), &json!(true)));
    let meets = city.ask(Who::Opc, "GET", "/api/v1/searches", None).await.json();
    assert_eq!(meets["items"][0]["id"], view["watching"]);
    assert_eq!(
        (&meets["items"][0]["side"], &meets["items"][0]["text"]),
        (&json!("capability"), &json!("做过水务传感器的硬件朋友"))
    );

    // Its own people see it, nobody else before an organiser lets it be seen.
    let want_at = format!("/api/v1/listings/requirement/{}", want["id"].as_str().unwrap());
    for (who, status) in [(Who::Opc, 200), (Who::Organiser, 200), (Who::Nobody, 404)] {
        assert_eq!(city.ask(who, "GET", &want_at, None).await.status.as_u16(), status, "{who:?}");
        assert_eq!(
            city.ask(who, "GET", &format!("{want_at}/matches"), None).await.status.as_u16(),
            status,
            "{who:?}"
        );
    }
    let publish =
        city.ask(Who::Opc, "POST", &format!("{want_at}/steps"), Some(json!({"step": "publish"}))).await;
    assert_eq!(publish.json()["code"], "review_needed");
    // Sent twice it is there once.
    assert_eq!(city.ask(Who::Opc, "POST", AT, card(false)).await.status, StatusCode::CREATED);
    let searches = city.ask(Who::Opc, "GET", "/api/v1/searches", None).await.json();
    assert_eq!(searches["items"].as_array().unwrap().len(), 1);
    let mine =
        city.ask(Who::Organiser, "GET", "/api/v1/listings?side=requirement&status=review", None).await.json();
    assert_eq!(mine["total"], 1, "{mine}");
    // And it is theirs to take out.
    assert_eq!(city.ask(Who::Opc, "DELETE", &want_at, None).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn any_box_may_be_empty_but_not_all_and_a_contact_is_kept_apart() {
    let city = City::new();
    for (who, body, status) in [
        (Who::Admin, json!({}), 422),
        (Who::Admin, json!({"have": " "}), 422),
        (Who::Admin, json!({"have": "会做看板", "contact": "找我"}), 422),
        (Who::Admin, json!({"have": "会做看板", "name": "长".repeat(101)}), 422),
        (Who::Admin, json!({"have": "会做看板", "region": "某个没人听过的地方"}), 422),
        (Who::Admin, json!({"meet": "做硬件的人"}), 201),
        (Who::Admin, json!({"want": "想要一个会做硬件的搭档", "contact": MOBILE}), 201),
        // A district's office has no capabilities to offer.
        (Who::Publisher, json!({"have": "会做看板"}), 403),
    ] {
        let answer = city.ask(who, "POST", AT, Some(body.clone())).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text());
        assert!(!answer.text().contains(MOBILE));
    }
    let all =
        city.ask(Who::Admin, "GET", "/api/v1/listings?side=requirement&category=partner", None).await.json();
    let card = all["items"].as_array().unwrap().iter().find(|one| one["category"] == "partner").unwrap();
    assert_eq!((&card["has_contact"], &card["status"]), (&json!(true), &json!("published")));
    let searches = city.ask(Who::Admin, "GET", "/api/v1/searches", None).await.json();
    assert_eq!(searches["items"], json!([]), "nobody is told without having asked for it");
}

#[tokio::test]
async fn the_place_beside_the_boxes_counts_where_the_words_name_none() {
    let city = City::new();
    for (have, region, wanted) in [
        ("会做招商看板", "杭州", json!({"province": "浙江省", "city": "杭州市"})),
        (
            "会做招商看板，可远程",
            "杭州市西湖区",
            json!({"province": "浙江省", "city": "杭州市", "district": "西湖区", "remote": true}),
        ),
        ("会做招商看板，人在宁波", "杭州", json!({"province": "浙江省", "city": "宁波市"})),
        ("会做招商看板", "", json!({})),
    ] {
        let body = json!({"have": have, "want": "想找会跑渠道的搭档", "region": region, "dry_run": true});
        let look = city.ask(Who::Opc, "POST", AT, Some(body)).await;
        assert_eq!(look.status, StatusCode::OK, "{}", look.text());
        assert_eq!(look.json()["have"]["listing"]["region"], wanted, "{have}, {region}");
        // Help may come from anywhere.
        assert_eq!(look.json()["want"]["listing"]["region"], json!({}));
    }
}
