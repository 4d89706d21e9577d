//! Drafts of districts and of one-person companies, and who writes what.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::callers::{City, Who};

/// Who sees which drafts: ids of each side.
const SEEN: &[(Who, &[&str], &[&str])] = &[
    (Who::Nobody, &[], &[]),
    (Who::Opc, &[], &["D3"]),
    (Who::Publisher, &["D1"], &["D3"]),
    (Who::Organiser, &["D1", "D2"], &["D3", "D4"]),
    (Who::Admin, &["D1", "D2"], &["D3", "D4"]),
];

fn ids(of: &Value) -> Vec<&str> {
    let items = of.as_array().unwrap();
    items.iter().map(|one| one["id"].as_str().or(one["listing"]["id"].as_str()).unwrap()).collect()
}

#[tokio::test]
async fn drafts_are_seen_by_their_own_people_everywhere() {
    let city = City::new();
    for (who, needs, skills) in SEEN {
        let get = async |uri: &str| city.ask(*who, "GET", uri, None).await;
        for (side, drafts, published) in
            [("requirement", needs, ["N1", "N2"]), ("capability", skills, ["C1", "C2"])]
        {
            let mut all: Vec<&str> = drafts.iter().copied().chain(published).collect();
            all.sort_unstable();
            let list = get(&format!("/api/v1/listings?side={side}")).await.json();
            assert_eq!(ids(&list["items"]), all, "{who:?} lists {side}");
            assert_eq!(list["total"], all.len(), "{who:?} counts {side}");
            let list = get(&format!("/api/v1/listings?side={side}&status=draft")).await.json();
            assert_eq!(ids(&list["items"]), *drafts, "{who:?} lists drafts of {side}");
            let own = get(&format!("/api/v1/listings?side={side}&tenant=%E4%B8%8A%E5%9F%8E")).await.json();
            let of_shangcheng = drafts.iter().filter(|id| ["D2", "D4"].contains(id)).count();
            assert_eq!(own["total"], of_shangcheng, "{who:?} lists 上城");
            let board = get(&format!("/api/v1/overview?side={side}")).await.json();
            assert_eq!(ids(&board["rows"]), all, "{who:?} on the board of {side}");
            let filter = json!({"side": side, "text": "水质", "filter": {"statuses": ["draft"]}});
            let hits = city.ask(*who, "POST", "/api/v1/search", Some(filter.clone())).await.json();
            let mut found = ids(&hits["hits"]);
            found.sort_unstable();
            assert_eq!(found, *drafts, "{who:?} searches {side}");
            let health = get("/api/v1/health").await.json();
            let counted = if side == "requirement" { "requirements" } else { "capabilities" };
            assert_eq!(health[counted], all.len(), "{who:?} health of {side}");
            for id in if side == "requirement" { ["D1", "D2"] } else { ["D3", "D4"] } {
                let seen = drafts.contains(&id);
                let status = if seen { StatusCode::OK } else { StatusCode::NOT_FOUND };
                let at = format!("/api/v1/listings/{side}/{id}");
                let pair = if side == "requirement" { format!("{id}/C1") } else { format!("N1/{id}") };
                for uri in [at.clone(), format!("{at}/matches"), format!("/api/v1/pairs/{pair}")] {
                    assert_eq!(get(&uri).await.status, status, "{who:?} {uri}");
                }
                let asked = json!({"side": side, "id": id});
                let answer = city.ask(*who, "POST", "/api/v1/matches", Some(asked)).await;
                assert_eq!(answer.status, status, "{who:?} matches {id}");
                if !matches!(who, Who::Nobody) {
                    assert_eq!(get(&format!("{at}/review")).await.status, status, "{who:?} {at}/review");
                }
            }
        }
        // What others may not see is among nobody's candidates either.
        let asked = json!({"side": "requirement", "text": "水质看板", "filter": {"statuses": ["draft"]}});
        let answer = city.ask(*who, "POST", "/api/v1/matches", Some(asked)).await.text();
        assert_eq!(answer.contains("D4"), skills.contains(&"D4"), "{who:?} {answer}");
        let export = get("/api/v1/export?format=json&side=requirement").await;
        if export.status.is_success() {
            assert_eq!(export.text().contains("D2"), needs.contains(&"D2"), "{who:?}");
        }
    }
}

#[tokio::test]
async fn everybody_writes_their_own_and_nothing_else() {
    let city = City::new();
    let need = |id: &str, more: Value| {
        let mut listing = json!({"id": id, "side": "requirement", "title": "水质", "status": "draft"});
        listing.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        listing
    };
    let skill =
        |id: &str, status: &str| json!({"id": id, "side": "capability", "title": "看板", "status": status});
    let list = "/api/v1/listings";
    let put = |side: &str, id: &str| format!("{list}/{side}/{id}");
    for (who, method, uri, body, status, code) in [
        (Who::Opc, "POST", list.to_owned(), need("A1", json!({})), 403, "other_side"),
        (Who::Opc, "POST", list.to_owned(), need("A3", json!({"category": "partner"})), 201, ""),
        (
            Who::Opc,
            "PUT",
            put("requirement", "A3"),
            need("A3", json!({"category": "scenario"})),
            403,
            "other_side",
        ),
        (Who::Opc, "POST", list.to_owned(), skill("A2", "published"), 403, "review_needed"),
        (Who::Opc, "POST", list.to_owned(), skill("A2", "review"), 201, ""),
        (Who::Opc, "PUT", put("capability", "A2"), skill("A2", "published"), 403, "review_needed"),
        (
            Who::Opc,
            "POST",
            put("capability", "A2") + "/steps",
            json!({"step": "publish"}),
            403,
            "review_needed",
        ),
        (Who::Opc, "PUT", put("capability", "C1"), skill("C1", "published"), 403, "not_yours"),
        (Who::Opc, "PUT", put("capability", "D4"), skill("D4", "draft"), 403, "not_yours"),
        (Who::Opc, "POST", list.to_owned(), skill("D4", "draft"), 409, "id_taken"),
        (Who::Opc, "DELETE", put("capability", "C1"), json!({}), 403, "not_yours"),
        (Who::Opc, "DELETE", put("capability", "D4"), json!({}), 404, "no_listing"),
        (Who::Opc, "PUT", put("capability", "D3"), skill("D3", "draft"), 200, ""),
        (Who::Opc, "POST", put("capability", "D4") + "/steps", json!({"step": "submit"}), 404, "no_listing"),
        (Who::Opc, "GET", put("capability", "C1") + "/history", json!({}), 403, "not_yours"),
        (Who::Opc, "GET", put("capability", "A2") + "/history", json!({}), 200, ""),
        (Who::Publisher, "POST", list.to_owned(), need("B1", json!({})), 201, ""),
        (
            Who::Publisher,
            "POST",
            list.to_owned(),
            need("B2", json!({"tenant": "上城", "owner": "K0"})),
            201,
            "",
        ),
        (Who::Publisher, "POST", list.to_owned(), skill("B3", "draft"), 403, "other_side"),
        (Who::Publisher, "PUT", put("requirement", "D2"), need("D2", json!({})), 403, "not_yours"),
        (Who::Publisher, "PUT", put("requirement", "N1"), need("N1", json!({})), 403, "not_yours"),
        (Who::Publisher, "GET", put("requirement", "D2") + "/history", json!({}), 404, "no_listing"),
        (Who::Publisher, "POST", put("requirement", "B1") + "/steps", json!({"step": "submit"}), 200, ""),
        (Who::Organiser, "POST", put("capability", "A2") + "/steps", json!({"step": "publish"}), 200, ""),
        (Who::Opc, "PUT", put("capability", "A2"), skill("A2", "published"), 200, ""),
        (Who::Organiser, "PUT", put("requirement", "D2"), need("D2", json!({})), 200, ""),
    ] {
        let answer = city
            .ask(
                who,
                method,
                &format!("{uri}?wait=indexed").replace("history?wait=indexed", "history"),
                Some(body),
            )
            .await;
        assert_eq!(answer.status.as_u16(), status, "{who:?} {method} {uri}: {}", answer.text());
        if !code.is_empty() {
            assert_eq!(answer.json()["code"], code, "{who:?} {method} {uri}");
        }
    }
    let listing = async |side: &str, id: &str| city.ask(Who::Admin, "GET", &put(side, id), None).await.json();
    assert_eq!(
        listing("requirement", "B2").await["tenant"],
        "西湖",
        "a publisher writes for its own district"
    );
    assert_eq!(listing("requirement", "D2").await["tenant"], "上城", "what is not said stays as it was");
    assert_eq!(listing("capability", "A2").await["tenant"], "西湖");
    let history =
        city.ask(Who::Opc, "GET", &format!("{}/history", put("capability", "A2")), None).await.json();
    assert_eq!(history["changes"][0]["who"], city.opc.id.0, "the history names the key");
}

#[tokio::test]
async fn a_district_imports_for_itself() {
    let city = City::new();
    let import = async |who: Who, side: &str, rows: &str| {
        let request =
            city.request(who, axum::http::Method::POST, &format!("/api/v1/import?side={side}&wait=indexed"));
        let table = format!("编号,需求名称,需求描述\n{rows}");
        city.send(request.body(axum::body::Body::from(table)).unwrap()).await
    };
    assert_eq!(import(Who::Publisher, "capability", "X1,甲,乙\n").await.json()["code"], "other_side");
    let refused = import(Who::Publisher, "requirement", "X1,水质监测,十个点位\nN1,电梯,别人的\n").await;
    assert_eq!((refused.status, &refused.json()["code"]), (StatusCode::FORBIDDEN, &json!("not_yours")));
    let gone = city.ask(Who::Admin, "GET", "/api/v1/listings/requirement/X1", None).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND, "all or none");
    assert_eq!(import(Who::Publisher, "requirement", "X1,水质监测,十个点位\n").await.status, StatusCode::OK);
    let own = city.ask(Who::Nobody, "GET", "/api/v1/listings/requirement/X1", None).await.json();
    assert_eq!(own["tenant"], "西湖");
    // An organiser of the city writes it anew, and it stays the district's.
    assert_eq!(
        import(Who::Organiser, "requirement", "X1,水质监测,二十个点位\n").await.status,
        StatusCode::OK
    );
    let own = city.ask(Who::Nobody, "GET", "/api/v1/listings/requirement/X1", None).await.json();
    assert_eq!((&own["tenant"], own["text"].as_str().unwrap().contains("二十")), (&json!("西湖"), true));
}

#[tokio::test]
async fn history_names_who_changed_what() {
    let city = City::new();
    let listing = json!({"id": "D9", "side": "requirement", "title": "河道巡查", "text": "无人机巡河"});
    let put = city.ask(Who::Publisher, "PUT", "/api/v1/listings/requirement/D9", Some(listing)).await;
    assert!(put.status.is_success(), "{}", put.text());
    let uri = "/api/v1/listings/requirement/D9/history";
    let change = city.ask(Who::Publisher, "GET", uri, None).await.json()["changes"][0].clone();
    assert_eq!(change["name"], "甲", "{change}");
    assert_ne!(change["who"], "", "the key's id");
    // What stood there before anybody had a key has no name.
    let old = city.ask(Who::Admin, "GET", "/api/v1/listings/requirement/N1/history", None).await.json();
    assert_eq!(old["changes"][0]["name"], "", "{old}");
}
