//! The second look of a cross-encoder, with one of three hundred bytes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod service;
mod toy_models;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use assert_cmd::Command;
use opcmatch::domain::{Listing, Part, Side};
use opcmatch::embed::{CrossEncoder, EmbedError, EmbedOptions, Embedder, ModelSpec, RerankSpec, VectorCache};
use opcmatch::engine::{Demo, Market, PairScorer, WINDOW};
use opcmatch::rank::{Filter, Mix, Ranking, Settings, Weights};
use opcmatch::serve::{App, AppOptions, Today, router};
use opcmatch::store::{Author, Store};
use proptest::prelude::*;

use service::{TODAY, get, listings};
use toy_models::tiny_cross_encoder;

fn tiny() -> (tempfile::TempDir, CrossEncoder) {
    let folder = tempfile::tempdir().unwrap();
    tiny_cross_encoder(folder.path());
    let spec = RerankSpec::Folder(folder.path().to_owned());
    let encoder = CrossEncoder::open(&spec, &EmbedOptions::default()).unwrap();
    (folder, encoder)
}

/// Says what a function of the two texts says, and counts how often it was asked.
struct Told<F> {
    say: F,
    asked: AtomicUsize,
}

impl<F> std::fmt::Debug for Told<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

impl<F: Fn(&str, &str) -> Result<f32, EmbedError> + Send + Sync> PairScorer for Told<F> {
    fn name(&self) -> &str {
        "told"
    }

    fn logit(&self, question: &str, answer: &str) -> Result<f32, EmbedError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        (self.say)(question, answer)
    }
}

fn told<F: Fn(&str, &str) -> Result<f32, EmbedError> + Send + Sync>(say: F) -> Arc<Told<F>> {
    Arc::new(Told { say, asked: AtomicUsize::new(0) })
}

fn reranked(listings: &[Listing], scorer: Arc<dyn PairScorer>) -> Market {
    let market = market(listings);
    market.rerank_with(scorer);
    market
}

fn market(listings: &[Listing]) -> Market {
    let demo = Demo::load().unwrap();
    let mut store = Store::in_memory().unwrap();
    store.put(listings, &Author::default()).unwrap();
    let embedder = Embedder::open(&ModelSpec::Bundled, &EmbedOptions::default()).unwrap();
    let cache = VectorCache::in_memory();
    Market::open(store, embedder, cache, Weights::default(), &demo, &|_, _| {}).unwrap().0
}

fn demo_lists() -> Vec<Listing> {
    let demo = Demo::load().unwrap();
    demo.requirements.into_iter().take(12).chain(demo.capabilities.into_iter().take(80)).collect()
}

fn settings(top: usize, terms: bool) -> Settings {
    Settings { top, mix: Mix::Hybrid, today: TODAY, filter: Filter::default(), terms }
}

#[test]
fn a_cross_encoder_reads_both_texts() {
    let (_folder, encoder) = tiny();
    for (question, answer, logit) in
        [("丙", "丙", 0.0), ("甲", "丙", 3.0), ("丙", "甲", 3.0), ("甲乙", "甲甲", 6.0), ("", "乙", -3.0)]
    {
        assert_eq!(encoder.logit(question, answer).unwrap(), logit, "{question}/{answer}");
    }
    let long = "甲".repeat(9000);
    assert!(encoder.logit(&long, &long).unwrap() <= 3.0 * 512.0, "what is too long is cut");
}

#[test]
fn what_is_no_cross_encoder_says_why() {
    for (name, spoil, part) in [
        ("no graph", "model.onnx", "缺少 model.onnx"),
        ("no tokenizer", "tokenizer.json", "缺少 tokenizer.json"),
    ] {
        let (folder, _) = tiny();
        std::fs::remove_file(folder.path().join(spoil)).unwrap();
        let spec = RerankSpec::Folder(folder.path().to_owned());
        let said = CrossEncoder::open(&spec, &EmbedOptions::default()).unwrap_err().to_string();
        assert!(said.contains(part), "{name}: {said}");
    }
    // An embedding model has no logits.
    let spec = RerankSpec::Folder(toy_models::bundled_folder());
    let said = CrossEncoder::open(&spec, &EmbedOptions::default()).unwrap_err().to_string();
    assert!(said.contains("logits"), "{said}");
}

fn places(ranking: &Ranking) -> Vec<&str> {
    let all = ranking.fits.iter().chain(&ranking.refused).chain(&ranking.below);
    all.map(|hit| hit.id.0.as_str()).collect()
}

#[test]
fn the_second_look_moves_candidates_both_ways_and_is_one_of_the_parts() {
    let fused = market(&listings());
    let n1 = "N1".into();
    let before = fused.now().rank(Side::Requirement, &n1, &settings(5, false)).unwrap().unwrap();
    assert_eq!(places(&before), ["C1", "C2"]);
    // The reports are what lifts need, says this one.
    let scorer = told(|_, answer: &str| Ok(if answer.contains("走访") { 8.0 } else { -8.0 }));
    let market = reranked(&listings(), scorer.clone());
    let after = market.now().rank(Side::Requirement, &n1, &settings(5, false)).unwrap().unwrap();
    assert_eq!(places(&after), ["C2", "C1"]);
    for hit in &after.fits {
        let fused = before.fits.iter().find(|other| other.id == hit.id).unwrap();
        let sum: f64 = hit.score.parts.iter().map(Part::value).sum();
        assert_eq!(hit.score.total, sum);
        let second = hit.score.parts.iter().find_map(|part| match part {
            Part::Reranked { logit, value } => Some((*logit, *value)),
            _ => None,
        });
        let (logit, value) = second.expect("a part of its own");
        assert_eq!(logit, if hit.id.0 == "C2" { 8.0 } else { -8.0 });
        assert!((hit.score.total - fused.score.total - value).abs() < 1e-12);
        assert_eq!(hit.degree, market.ranker().weights().calibration.degree(hit.score.total));
    }
    // The other side sees the same pair with the same score, and nothing is asked twice.
    let asked = scorer.asked.load(Ordering::Relaxed);
    let back = market.now().rank(Side::Capability, &"C2".into(), &settings(5, false)).unwrap().unwrap();
    let same = back.fits.iter().find(|hit| hit.id == n1).unwrap();
    let hit = &after.fits[0];
    assert_eq!((&same.score, same.degree), (&hit.score, hit.degree));
    assert_eq!(market.now().score(&n1, &"C2".into()).unwrap().as_ref(), Some(&hit.score));
    assert_eq!(
        scorer.asked.load(Ordering::Relaxed),
        asked + 1,
        "only the pair of the other requirement is new"
    );
    // Words alone and meaning alone are left as they are.
    let alone = Settings { mix: Mix::Lexical, ..settings(5, false) };
    let now = market.now();
    assert_eq!(
        now.rank(Side::Requirement, &n1, &alone).unwrap(),
        fused.ranker().rank(Side::Requirement, &n1, &alone)
    );
}

#[test]
fn contacts_do_not_reach_the_cross_encoder() {
    let scorer = told(|question: &str, answer: &str| {
        assert!(
            !question.contains(service::PHONE) && !answer.contains(service::PHONE),
            "{question} {answer}"
        );
        Ok(0.0)
    });
    let market = reranked(&listings(), scorer.clone());
    market.now().rank_all(Side::Requirement, &settings(5, true), &|| true).unwrap();
    assert_eq!(scorer.asked.load(Ordering::Relaxed), 4);
}

#[test]
fn a_failing_cross_encoder_is_an_error_and_never_a_shorter_list() {
    let failed = || EmbedError::Run { model: "told".into(), row: 1, reason: "out of memory".into() };
    let market = reranked(&listings(), told(move |_, _| Err(failed())));
    let error = market.now().rank(Side::Requirement, &"N1".into(), &settings(5, true)).unwrap_err();
    assert!(error.to_string().contains("out of memory"), "{error}");
    assert!(market.now().rank_all(Side::Capability, &settings(5, true), &|| true).is_err());
}

#[test]
fn only_the_best_few_are_looked_at_and_the_rest_keep_their_place() {
    let scorer = told(|_, _| Ok(0.0));
    let lists = demo_lists();
    let fused = market(&lists).ranker();
    let market = reranked(&lists, scorer.clone());
    let id = &lists[0].id;
    let all = settings(usize::MAX, false);
    let after = market.now().rank(Side::Requirement, id, &all).unwrap().unwrap();
    let before = fused.rank(Side::Requirement, id, &all).unwrap();
    assert_eq!(scorer.asked.load(Ordering::Relaxed), WINDOW);
    let (mut kept, mut whole) = (places(&after), places(&before));
    let untouched: Vec<&str> = after
        .fits
        .iter()
        .filter(|hit| !hit.score.parts.iter().any(|part| matches!(part, Part::Reranked { .. })))
        .map(|hit| hit.id.0.as_str())
        .collect();
    assert_eq!(untouched, whole[WINDOW..], "in their old order");
    kept.sort_unstable();
    whole.sort_unstable();
    assert_eq!(kept, whole, "nobody is lost");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever the cross-encoder says, a ranking stays one.
    #[test]
    fn any_opinion_gives_a_ranking(seed in any::<u64>(), top in 1usize..40, terms in any::<bool>()) {
        use std::hash::{DefaultHasher, Hash, Hasher};
        static MARKET: std::sync::LazyLock<Market> = std::sync::LazyLock::new(|| market(&demo_lists()));
        MARKET.rerank_with(told(move |question: &str, answer: &str| {
            let mut hasher = DefaultHasher::new();
            (seed, question, answer).hash(&mut hasher);
            Ok((hasher.finish() % 400) as f32 / 10.0 - 20.0)
        }));
        let now = MARKET.now();
        let settings = settings(top, terms);
        let floor = now.ranker().weights().floor;
        for ranking in now.rank_all(Side::Requirement, &settings, &|| true).unwrap() {
            prop_assert!(ranking.fits.len() + ranking.below.len() <= top);
            for group in [&ranking.fits, &ranking.refused, &ranking.below] {
                let in_order = group.windows(2).all(|pair| {
                    let (a, b) = (&pair[0], &pair[1]);
                    a.score.total > b.score.total || (a.score.total == b.score.total && a.id < b.id)
                });
                prop_assert!(in_order, "out of order");
                for hit in group {
                    prop_assert!((0.0..=100.0).contains(&hit.degree.percent()));
                    let sum: f64 = hit.score.parts.iter().map(Part::value).sum();
                    prop_assert_eq!(sum, hit.score.total);
                }
            }
            if terms {
                prop_assert!(ranking.fits.iter().all(|hit| hit.degree.percent() >= floor));
                prop_assert!(ranking.below.iter().all(|hit| hit.degree.percent() < floor));
            }
            let found = now.ranker().rank(Side::Requirement, &ranking.id, &settings).unwrap();
            prop_assert_eq!(found.fits.len() + found.below.len(), ranking.fits.len() + ranking.below.len());
        }
    }
}

#[tokio::test]
async fn the_service_shows_the_part() {
    let (folder, encoder) = tiny();
    let mut lists = listings();
    lists[3].text.push_str("甲甲甲");
    let market = Arc::new(reranked(&lists, Arc::new(encoder)));
    let options = AppOptions { demo: false, note: None, today: Today::Fixed(TODAY) };
    let service = router(App::new(market, options));
    let ranking = get(&service, "/api/v1/listings/requirement/N1/matches").await.json();
    let all: Vec<_> = ["fits", "terms_not_met", "below_floor"]
        .iter()
        .flat_map(|group| ranking[group].as_array().unwrap().clone())
        .collect();
    let reports = all.iter().find(|m| m["listing"]["id"] == "C2").unwrap();
    let parts = reports["score"]["parts"].as_array().unwrap();
    let part = parts.iter().find(|part| part["kind"] == "reranked").unwrap();
    assert_eq!(part["logit"], 9.0, "{part}");
    let pair = get(&service, "/api/v1/pairs/N1/C2").await.json();
    assert_eq!((&pair["match"]["degree"], &pair["match"]["score"]), (&reports["degree"], &reports["score"]));
    let state = get(&service, "/api/v1/model").await.json();
    assert_eq!(state["reranker"], folder.path().display().to_string());
}

fn opcmatch(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
    command.current_dir(folder).args(["--no-cache", "--today", "2026-11-21"]).args(arguments);
    for variable in ["HF_HOME", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(variable);
    }
    // Nothing listens on port 9 of this machine.
    command.env("HF_ENDPOINT", "http://127.0.0.1:9").env("XDG_CACHE_HOME", folder);
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn on_the_command_line_it_is_off_unless_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    tiny_cross_encoder(&folder.path().join("tiny"));
    let needs = "编号,需求名称,需求描述\n1,电梯隐患排查,提前发现要坏的部件\n";
    let skills =
        "编号,产品名称,产品介绍\nA1,电梯健康预测,提前发现要坏的部件 乙乙\nA2,电梯保洁,擦轿厢 甲甲甲\n";
    std::fs::write(folder.path().join("needs.csv"), needs).unwrap();
    std::fs::write(folder.path().join("skills.csv"), skills).unwrap();
    let lists = ["--requirements", "needs.csv", "--capabilities", "skills.csv"];
    let found = |extra: &[&str]| {
        let arguments = [&["match", "--by", "requirement", "--out", "out.json"], &lists[..], extra].concat();
        let (code, _, told) = opcmatch(folder.path(), &arguments);
        assert!(code < 2, "{told}");
        (std::fs::read_to_string(folder.path().join("out.json")).unwrap(), told)
    };
    let (off, told) = found(&[]);
    assert!(!off.contains("reranked") && !told.contains("looked at again"), "{told}");
    let (on, told) = found(&["--rerank=./tiny"]);
    assert!(on.contains("\"reranked\"") && told.contains("复核前 30 名"), "{told}");
    let best = |text: &str| {
        let rankings: serde_json::Value = serde_json::from_str(text).unwrap();
        let ranking = &rankings[0];
        let groups = ["fits", "terms_not_met", "below_floor"];
        groups.iter().find_map(|g| ranking[g][0]["listing"]["id"].as_str()).unwrap().to_owned()
    };
    assert_eq!((best(&off).as_str(), best(&on).as_str()), ("A1", "A2"));
    let arguments = [&["search", "--rerank=./tiny", "--side", "capability", "电梯部件"], &lists[..]].concat();
    let (code, out, told) = opcmatch(folder.path(), &arguments);
    assert_eq!(code, 0, "{told}");
    assert!(out.lines().next().unwrap().contains("A2"), "{out}");
}

#[test]
fn without_the_model_and_without_a_network_the_way_out_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["search", "--rerank", "电梯"][..], &["eval", "--rerank=bge-reranker-v2-m3"]] {
        let (code, out, told) = opcmatch(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{told}");
        for part in ["取不到重排模型", "去掉 --rerank", "http://127.0.0.1:9", "leave", "--rerank=FOLDER"]
        {
            assert!(told.contains(part), "{part} in {told}");
        }
    }
    let (code, _, told) = opcmatch(folder.path(), &["search", "--rerank=nonsense", "电梯"]);
    assert!(code == 2 && told.contains("不认识重排模型") && told.contains("bge-reranker-base"), "{told}");
}
