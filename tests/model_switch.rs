//! Changing the model of a running service: answers come from one model or the
//! other, never from both, and nothing that is written meanwhile is lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;
mod toy_models;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use opcmatch::domain::{Listing, Side};
use opcmatch::embed::{EmbedOptions, Embedder, ModelSpec, VectorCache};
use opcmatch::engine::{Demo, Market, SwitchPhase};
use opcmatch::rank::Weights;
use opcmatch::serve::{App, AppOptions, ModelChoices, Today, router};
use opcmatch::store::{Author, Store};
use serde_json::{Value, json};

use service::{Answer, TODAY, get, send, with_json};
use toy_models::muddled_model;

const PATIENCE: Duration = Duration::from_secs(120);

fn open(spec: &ModelSpec) -> Embedder {
    Embedder::open(spec, &EmbedOptions::default()).unwrap()
}

/// A market of the first `listings` of each demo list.
fn market(spec: &ModelSpec, listings: usize) -> Arc<Market> {
    let demo = Demo::load().unwrap();
    let mut store = Store::in_memory().unwrap();
    for side in [&demo.requirements, &demo.capabilities] {
        store.put(&side[..listings.min(side.len())], &Author::default()).unwrap();
    }
    let cache = VectorCache::in_memory();
    let (market, _) = Market::open(store, open(spec), cache, Weights::default(), &demo, &|_, _| {}).unwrap();
    Arc::new(market)
}

fn service(market: &Arc<Market>, folder: &Path) -> Router {
    let options = AppOptions { demo: false, note: None, today: Today::Fixed(TODAY) };
    let models = ModelChoices {
        folders: vec![folder.to_owned()],
        options: EmbedOptions { hub_folder: Some(folder.join("no-hub")), ..EmbedOptions::default() },
    };
    router(App::with_models(market.clone(), options, models))
}

async fn ask_for(service: &Router, model: &str) -> Answer {
    with_json(service, Method::POST, "/api/v1/model", &json!({ "model": model })).await
}

async fn cancel(service: &Router) -> Answer {
    send(service, Request::delete("/api/v1/model/switch").body(Body::empty()).unwrap()).await
}

/// The state of the change once `wanted` holds for it.
async fn wait_until(service: &Router, wanted: impl Fn(&str) -> bool) -> Value {
    let started = Instant::now();
    loop {
        let state = get(service, "/api/v1/model").await.json();
        if wanted(state["switch"]["state"].as_str().unwrap()) {
            return state;
        }
        assert!(started.elapsed() < PATIENCE, "{state}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn running(state: &str) -> bool {
    matches!(state, "opening" | "embedding")
}

/// Everything that ranks, as `(address, body)`.
fn questions() -> Vec<(Method, String, Value)> {
    let listing =
        |id: &str| (Method::GET, format!("/api/v1/listings/requirement/{id}/matches?top=5"), Value::Null);
    let demo = Demo::load().unwrap();
    let mut asked: Vec<_> = demo.requirements[..2].iter().map(|l| listing(&l.id.0)).collect();
    let text = json!({"side": "capability", "text": "自动批改作文并写评语"});
    asked.push((Method::POST, "/api/v1/search".into(), text.clone()));
    asked.push((Method::POST, "/api/v1/matches".into(), text));
    asked
}

async fn ask(service: &Router, (method, uri, body): &(Method, String, Value)) -> (String, Value) {
    let answer = match body {
        Value::Null => get(service, uri).await,
        body => with_json(service, method.clone(), uri, body).await,
    };
    assert_eq!(answer.status, StatusCode::OK, "{uri}: {}", answer.text());
    (answer.headers["opcmatch-model"].to_str().unwrap().to_owned(), answer.json())
}

async fn ask_all(service: &Router) -> Vec<(String, Value)> {
    let mut answers = Vec::new();
    for question in questions() {
        answers.push(ask(service, &question).await);
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_come_from_one_model_or_the_other_never_from_both() {
    let folder = tempfile::tempdir().unwrap();
    muddled_model(folder.path());
    let spec = ModelSpec::Folder(folder.path().to_owned());
    let market_now = market(&ModelSpec::Bundled, 150);
    let service_now = service(&market_now, folder.path());
    let old = ask_all(&service_now).await;
    let new = ask_all(&service(&market(&spec, 150), folder.path())).await;
    assert!(old.iter().zip(&new).all(|(a, b)| a != b), "the two models must be told apart");

    let accepted = ask_for(&service_now, &spec.to_string()).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{}", accepted.text());
    let again = ask_for(&service_now, "bundled").await;
    assert_eq!((again.status, &again.json()["code"]), (StatusCode::CONFLICT, &json!("switch_running")));
    let (mut before, mut after) = (0, 0);
    let started = Instant::now();
    while after < 8 {
        for ((question, old), new) in questions().iter().zip(&old).zip(&new) {
            let answer = ask(&service_now, question).await;
            assert!(answer == *old || answer == *new, "neither: {answer:?}");
            if answer == *old {
                assert_eq!(after, 0, "back to the former model");
                before += 1;
            } else {
                after += 1;
            }
        }
        assert!(started.elapsed() < PATIENCE, "{}", get(&service_now, "/api/v1/model").await.text());
    }
    assert!(before > 0, "the change was over before anything was asked");
    // The swap comes before the word that it is done.
    let state = wait_until(&service_now, |state| !running(state)).await;
    assert_eq!(state["switch"]["state"], "done");
    assert_eq!(state["switch"]["done"], state["switch"]["total"]);
    assert!(state["switch"]["total"].as_u64().unwrap() > 300, "{state}");
    assert_eq!((&state["model"], &state["weights"]), (&json!(spec.to_string()), &json!("stated")));
    let board = get(&service_now, "/api/v1/overview").await;
    assert_eq!(board.headers["opcmatch-model"], state["fingerprint"].as_str().unwrap());
    // And back again, from the cache.
    assert_eq!(ask_for(&service_now, "bundled").await.status, StatusCode::ACCEPTED);
    wait_until(&service_now, |state| state == "done").await;
    assert_eq!(ask_all(&service_now).await, old);
}

#[test]
fn what_is_written_during_a_change_is_found_with_either_model() {
    let folder = tempfile::tempdir().unwrap();
    muddled_model(folder.path());
    let spec = ModelSpec::Folder(folder.path().to_owned());
    let market = market(&ModelSpec::Bundled, 40);
    let first = market.now();
    // The change waits at its beginning until it is told to go on.
    let (go, gate) = mpsc::channel::<()>();
    let opened = spec.clone();
    market
        .switch(spec.to_string(), move || {
            gate.recv().unwrap();
            Embedder::open(&opened, &EmbedOptions::default())
        })
        .unwrap();
    assert_eq!(market.switch_status().unwrap().phase, SwitchPhase::Opening);
    let new = |id: &str| Listing::new(id, Side::Requirement, "河道漂浮垃圾巡查", "十公里河道");
    let put = |id: &str| {
        let change = market.put(&[new(id)], &Author::default()).unwrap();
        assert!(market.wait_for(change, PATIENCE));
    };
    put("在途/1");
    assert_eq!(market.now().model(), first.model(), "written with the model in use");
    assert!(market.ranker().snapshot().side(Side::Requirement).row(&"在途/1".into()).is_some());
    go.send(()).unwrap();
    // These come while it embeds, or around its end.
    for n in 0..6 {
        put(&format!("在途/{}", n + 2));
    }
    let started = Instant::now();
    while market.switch_status().unwrap().phase.is_running() {
        assert!(started.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(market.switch_status().unwrap().phase, SwitchPhase::Done);
    let now = market.now();
    assert_eq!(now.model().name, spec.to_string());
    let side = now.ranker().snapshot().side(Side::Requirement);
    assert_eq!(side.len(), 47);
    assert!((1..=7).all(|n| side.row(&format!("在途/{n}").as_str().into()).is_some()));
    // A write after it stays with the new model.
    put("在途/9");
    assert_eq!(market.now().model(), now.model());
    assert_eq!(market.ranker().snapshot().side(Side::Requirement).len(), 48);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_can_be_called_off_and_the_former_model_stays() {
    let folder = tempfile::tempdir().unwrap();
    muddled_model(folder.path());
    let market = market(&ModelSpec::Bundled, 150);
    let service = service(&market, folder.path());
    let none = cancel(&service).await;
    assert_eq!((none.status, &none.json()["code"]), (StatusCode::CONFLICT, &json!("no_switch")));
    let old = ask_all(&service).await;
    assert_eq!(ask_for(&service, &folder.path().display().to_string()).await.status, StatusCode::ACCEPTED);
    assert_eq!(cancel(&service).await.status, StatusCode::OK);
    let state = wait_until(&service, |state| !running(state)).await;
    assert_eq!((&state["switch"]["state"], &state["model"]), (&json!("cancelled"), &json!("bundled")));
    assert_eq!(ask_all(&service).await, old);
}

#[tokio::test]
async fn only_what_was_named_at_the_start_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    muddled_model(folder.path());
    let elsewhere = tempfile::tempdir().unwrap();
    muddled_model(elsewhere.path());
    let market = market(&ModelSpec::Bundled, 3);
    let service = service(&market, folder.path());
    for (model, part) in [
        (elsewhere.path().display().to_string(), "--allow-model"),
        (format!("{}/", folder.path().display()), "--allow-model"),
        (format!("{}/../", folder.path().display()), "--allow-model"),
        ("../../etc".to_owned(), "--allow-model"),
        (String::new(), "--allow-model"),
        ("bge-small-zh-v1.5".to_owned(), "model pull"),
    ] {
        let answer = ask_for(&service, &model).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{model}: {}", answer.text());
        let problem = answer.json();
        assert_eq!((&problem["code"], &problem["field"]), (&json!("invalid"), &json!("model")), "{model}");
        assert!(problem["detail_zh"].as_str().unwrap().contains(part), "{model}: {problem}");
    }
    let state = get(&service, "/api/v1/model").await.json();
    assert_eq!(state["switch"], Value::Null, "nothing was begun");
    assert_eq!(state["choices"], json!(["bundled", folder.path().display().to_string()]));
    assert_eq!((&state["weights"], &state["reranker"]), (&json!("measured"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_does_not_open_leaves_the_former_one_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    muddled_model(folder.path());
    std::fs::write(folder.path().join("model.onnx"), "half").unwrap();
    let market = market(&ModelSpec::Bundled, 3);
    let service = service(&market, folder.path());
    assert_eq!(ask_for(&service, &folder.path().display().to_string()).await.status, StatusCode::ACCEPTED);
    let state = wait_until(&service, |state| !running(state)).await;
    assert_eq!((&state["switch"]["state"], &state["model"]), (&json!("failed"), &json!("bundled")));
    assert!(state["switch"]["error"].as_str().unwrap().contains("打不开"), "{state}");
}
