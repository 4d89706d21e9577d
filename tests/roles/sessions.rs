//! Signing in and out, keys over the API, and what is recorded of it all.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use opcmatch::serve::{Limits, router};
use serde_json::{Value, json};

use super::callers::{City, Who};
use super::service::{Answer, send};

async fn sign_in(city: &City, key: &str) -> Answer {
    city.ask(Who::Nobody, "POST", "/api/v1/session", Some(json!({"key": key}))).await
}

fn cookie_of(answer: &Answer) -> String {
    let said = answer.headers[header::SET_COOKIE].to_str().unwrap();
    said.split(';').next().unwrap().to_owned()
}

/// A request of a browser that is signed in.
async fn browser(city: &City, cookie: &str, method: Method, uri: &str, more: &[(&str, &str)]) -> Answer {
    let request = Request::builder().method(method).uri(uri).header(header::COOKIE, cookie);
    let request = more.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    city.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_browser_signs_in_and_out() {
    let city = City::new();
    let nobody = city.ask(Who::Nobody, "GET", "/api/v1/session", None).await.json();
    let told = |view: &Value| (view["keys"].clone(), view["signed_in"].clone(), view["role"].clone());
    assert_eq!(told(&nobody), (json!(true), json!(false), json!("public")));
    for (key, code) in [
        ("", "key_unknown"),
        ("opk_", "key_unknown"),
        (city.secret(Who::Stranger).unwrap(), "key_unknown"),
        (city.secret(Who::Expired).unwrap(), "key_expired"),
        (city.secret(Who::Revoked).unwrap(), "key_revoked"),
    ] {
        let refused = sign_in(&city, key).await;
        assert_eq!((refused.status, &refused.json()["code"]), (StatusCode::UNAUTHORIZED, &json!(code)));
        assert!(!refused.headers.contains_key(header::SET_COOKIE));
    }
    let secret = city.secret(Who::Organiser).unwrap();
    let answer = sign_in(&city, &format!(" {secret}\n")).await;
    assert_eq!(told(&answer.json()), (json!(true), json!(true), json!("organiser")));
    let said = answer.headers[header::SET_COOKIE].to_str().unwrap();
    for word in ["; HttpOnly", "; SameSite=Strict", "; Path=/api/", "; Max-Age=43"] {
        assert!(said.contains(word), "{said}");
    }
    assert!(!said.contains("Secure") && !said.contains(&secret[4..]), "{said}");
    let cookie = cookie_of(&answer);
    let look = browser(&city, &cookie, Method::GET, "/api/v1/session", &[]).await.json();
    assert_eq!(
        (&look["role"], &look["writes"], &look["name"]),
        (&json!("organiser"), &json!(true), &json!("甲"))
    );
    assert_eq!(browser(&city, &cookie, Method::GET, "/api/v1/events", &[]).await.status, StatusCode::OK);

    // What a browser sends unasked changes something only where our own page asked for it.
    let host = ("host", "opc.example");
    for (more, status) in [
        (vec![], 403),
        (vec![("sec-fetch-site", "cross-site")], 403),
        (vec![("sec-fetch-site", "same-site")], 403),
        (vec![("sec-fetch-site", "none")], 403),
        (vec![host, ("origin", "http://evil.example")], 403),
        (vec![("sec-fetch-site", "same-origin")], 404),
        (vec![host, ("origin", "http://opc.example")], 404),
    ] {
        let answer = browser(&city, &cookie, Method::DELETE, "/api/v1/events/none", &more).await;
        assert_eq!(answer.status.as_u16(), status, "{more:?}");
        assert!(status == 404 || answer.json()["code"] == "cross_site", "{more:?}");
    }
    let ours = [("sec-fetch-site", "same-origin")];
    let out = browser(&city, &cookie, Method::DELETE, "/api/v1/session", &ours).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(
        browser(&city, &cookie, Method::GET, "/api/v1/events", &[]).await.status,
        StatusCode::UNAUTHORIZED
    );
    // A cookie that is over makes nobody worse off than none.
    assert_eq!(browser(&city, &cookie, Method::GET, "/api/v1/health", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_cookie_is_for_tls_where_a_trusted_proxy_says_so() {
    let city = City::new();
    for (trust_proxy, proto, secure) in [
        (true, "https", true),
        (true, "http, https", true),
        (true, "https, http", false),
        (false, "https", false),
    ] {
        let limits = Limits { trust_proxy, ..Limits::default() };
        let service = router(city.app.clone().with_limits(limits));
        let body = json!({"key": city.secret(Who::Opc).unwrap()}).to_string();
        let request = Request::post("/api/v1/session").header("x-forwarded-proto", proto);
        let request =
            request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).unwrap();
        let answer = send(&service, request).await;
        let said = answer.headers[header::SET_COOKIE].to_str().unwrap();
        assert_eq!(said.contains("; Secure"), secure, "{trust_proxy} {proto}: {said}");
    }
}

#[tokio::test]
async fn a_key_is_made_shown_once_replaced_and_revoked() {
    let city = City::new();
    let ask =
        async |method: &str, uri: &str, body: Option<Value>| city.ask(Who::Admin, method, uri, body).await;
    for (body, field) in [
        (json!({}), "role"),
        (json!({"role": "public"}), "role"),
        (json!({"role": "publisher"}), "role"),
        (json!({"role": "admin", "tenant": "西湖"}), "role"),
        (json!({"role": "opc", "days": 0}), "days"),
        (json!({"role": "opc", "replaces": "K1"}), "role"),
    ] {
        let refused = ask("POST", "/api/v1/keys", Some(body.clone())).await;
        assert_eq!((refused.status.as_u16(), &refused.json()["field"]), (422, &json!(field)), "{body}");
    }
    let asked = json!({"role": "publisher", "tenant": "上城", "name": "上城", "days": 30});
    let made = ask("POST", "/api/v1/keys", Some(asked)).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let made = made.json();
    let (secret, id) = (made["secret"].as_str().unwrap(), made["key"]["id"].as_str().unwrap());
    let listed = ask("GET", "/api/v1/keys", None).await;
    assert!(listed.text().contains(id) && !listed.text().contains(secret) && !listed.text().contains("opk_"));
    let cookie = cookie_of(&sign_in(&city, secret).await);
    let look = browser(&city, &cookie, Method::GET, "/api/v1/session", &[]).await.json();
    assert_eq!(look["tenant"], "上城");

    let next = ask("POST", "/api/v1/keys", Some(json!({"replaces": id}))).await.json();
    assert_eq!((&next["key"]["tenant"], &next["key"]["account"]), (&json!("上城"), &made["key"]["account"]));
    assert_eq!(sign_in(&city, secret).await.json()["code"], "key_revoked");
    let look = browser(&city, &cookie, Method::GET, "/api/v1/session", &[]).await.json();
    assert_eq!(look["signed_in"], false, "its sessions ended at once");
    let next_id = next["key"]["id"].as_str().unwrap();
    assert_eq!(ask("DELETE", &format!("/api/v1/keys/{next_id}"), None).await.status, StatusCode::OK);
    assert_eq!(ask("DELETE", "/api/v1/keys/K0", None).await.json()["code"], "no_key");
    assert_eq!(sign_in(&city, next["secret"].as_str().unwrap()).await.json()["code"], "key_revoked");
}

#[tokio::test]
async fn who_did_what_is_recorded_and_nothing_of_what_was_said() {
    let city = City::new();
    let page = async |uri: &str| city.ask(Who::Admin, "GET", uri, None).await.json();
    let before = page("/api/v1/audit?limit=1000").await["items"].as_array().unwrap().len();
    let need = json!({"id": "S1", "side": "requirement", "title": "秘密水质", "text": "秘密文字"});
    let request =
        city.request(Who::Publisher, Method::POST, "/api/v1/listings").header("x-request-id", "audit-1");
    let request = request.header(header::CONTENT_TYPE, "application/json");
    city.send(request.body(Body::from(need.to_string())).unwrap()).await;
    city.ask(Who::Opc, "PUT", "/api/v1/listings/requirement/S1", Some(need)).await;
    city.ask(Who::Organiser, "GET", "/api/v1/export?format=json", None).await;
    city.ask(Who::Organiser, "GET", "/api/v1/export?format=nothing", None).await;
    sign_in(&city, city.secret(Who::Stranger).unwrap()).await;
    sign_in(&city, city.secret(Who::Revoked).unwrap()).await;
    sign_in(&city, city.secret(Who::Opc).unwrap()).await;
    let after = page(&format!("/api/v1/audit?after={before}&limit=4")).await;
    let rest = page(&format!("/api/v1/audit?after={}", after["next"])).await;
    assert_eq!(rest["next"], json!(null));
    let lines: Vec<&Value> =
        [&after, &rest].into_iter().flat_map(|page| page["items"].as_array().unwrap()).collect();
    let deeds: Vec<(&str, &str)> =
        lines.iter().map(|line| (line["deed"].as_str().unwrap(), line["role"].as_str().unwrap())).collect();
    assert_eq!(
        deeds,
        [
            ("write", "publisher"),
            ("export", "organiser"),
            ("sign_in_failed", "public"),
            ("sign_in_failed", "public"),
            ("sign_in", "opc"),
        ]
    );
    let (write, failed, signed) = (lines[0], lines[3], lines[4]);
    assert_eq!((&write["ids"], &write["count"]), (&json!(["requirement/S1"]), &json!(1)));
    assert_eq!((&write["route"], &write["request"]), (&json!("POST /api/v1/listings"), &json!("audit-1")));
    assert!(write["at"].is_string() && write["first_change"] == write["last_change"], "{write}");
    assert!(lines[2]["ids"] == json!([]) && failed["ids"].as_array().unwrap().len() == 1, "{failed}");
    assert_eq!(signed["key"], city.opc.id.0);
    let all = serde_json::to_string(&lines).unwrap();
    assert!(!all.contains("秘密") && !all.contains("opk_"), "{all}");
}
