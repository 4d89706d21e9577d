//! A service on lists of a few rows, and how to ask it.

#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test program uses a part of it")]

pub mod events;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use opcmatch::domain::{Contact, ContactKind, Date, Deadline, Listing, Side};
use opcmatch::embed::{EmbedOptions, Embedder, ModelSpec, VectorCache};
use opcmatch::engine::{Demo, Market};
use opcmatch::rank::Weights;
use opcmatch::serve::{App, AppOptions, Today, router};
use opcmatch::store::{Author, Store};
use serde_json::Value;
use tower::ServiceExt;

/// Would give a contact away if it were in an answer.
pub const PHONE: &str = "000-0000-7777";
pub const TODAY: Date = Date::constant(2026, 11, 21);

pub fn listings() -> Vec<Listing> {
    let mut lift = Listing::new(
        "N1",
        Side::Requirement,
        "电梯隐患提前发现",
        format!("十二部电梯想提前发现异常振动，数据留在园区。联系 {PHONE}"),
    );
    lift.contacts.push(Contact { kind: ContactKind::Phone, value: PHONE.into() });
    lift.industries = vec!["物业".into()];
    lift.region.city = Some("杭州市".into());
    lift.dates.deadline = Some(Deadline::On(Date::constant(2026, 11, 20)));
    let mut visits =
        Listing::new("清单/2", Side::Requirement, "老人走访记录", "手机登记走访独居老人，后台自动出周报。");
    visits.region.city = Some("宁波市".into());
    let mut vibration = Listing::new(
        "C1",
        Side::Capability,
        "电梯振动异常预警",
        "加装振动传感器，提前发现电梯异常，数据留在园区。",
    );
    vibration.contacts.push(Contact { kind: ContactKind::Wechat, value: PHONE.into() });
    let reports =
        Listing::new("C2", Side::Capability, "走访登记小程序", "社区走访独居老人用手机登记，自动汇总周报。");
    vec![lift, visits, vibration, reports]
}

pub fn service() -> Router {
    service_on(&listings())
}

/// On the demo lists.
pub fn demo_service() -> Router {
    let demo = Demo::load().unwrap();
    service_on(&[demo.requirements, demo.capabilities].concat())
}

pub fn service_on(listings: &[Listing]) -> Router {
    let mut store = Store::in_memory().unwrap();
    store.put(listings, &Author::default()).unwrap();
    service_in(store)
}

/// On what a store holds.
pub fn service_in(store: Store) -> Router {
    router(app_in(store))
}

/// What a service on a store is made of.
pub fn app_in(store: Store) -> App {
    let demo = Demo::load().unwrap();
    let embedder = Embedder::open(&ModelSpec::Bundled, &EmbedOptions::default()).unwrap();
    let cache = VectorCache::in_memory();
    let (market, _) = Market::open(store, embedder, cache, Weights::default(), &demo, &|_, _| {}).unwrap();
    let options = AppOptions { demo: false, note: None, today: Today::Fixed(TODAY) };
    App::new(Arc::new(market), options)
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub async fn send(service: &Router, request: Request<Body>) -> Answer {
    let response = service.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() }
}

pub async fn get(service: &Router, uri: &str) -> Answer {
    send(service, Request::get(uri).body(Body::empty()).unwrap()).await
}

pub async fn with_json(service: &Router, method: Method, uri: &str, body: &Value) -> Answer {
    let request = Request::builder().method(method).uri(uri).header(header::CONTENT_TYPE, "application/json");
    send(service, request.body(Body::from(body.to_string())).unwrap()).await
}

pub async fn upload(service: &Router, query: &str, body: impl Into<Body>) -> Answer {
    send(service, Request::post(format!("/api/v1/import?{query}")).body(body.into()).unwrap()).await
}

/// A list with a good row, a bad one, and one of a known id.
pub const TABLE: &str = "编号,需求名称,需求描述,单位名称,打算花多少,联系方式\n\
    R1,水质监测看板,十个点位水质数据上墙,示例水务站,30万,000-0000-7777\n\
    R2,,,示例园区,五万,000-0000-7777\n\
    N1,电梯隐患排查,十二部电梯,示例园区,8万,000-0000-7777\n";
