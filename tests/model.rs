//! `opcmatch model` as its users run it, and one data folder under two models.

#![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

mod toy_models;

use std::path::Path;

use assert_cmd::Command;
use axum::extract::Path as Route;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use toy_models::{bundled_folder, muddled_model, tiny_cross_encoder};

/// Nothing listens on port 9 of this machine.
const NOWHERE: &str = "http://127.0.0.1:9";

fn opcmatch(folder: &Path, hub: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
    command.current_dir(folder).arg("--cache").arg(folder.join("cache")).env("HF_ENDPOINT", hub);
    for variable in ["HF_HOME", "HF_TOKEN", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(variable);
    }
    command
}

fn run(folder: &Path, hub: &str, arguments: &[&str]) -> (i32, String, String) {
    let output = opcmatch(folder, hub).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json(folder: &Path, hub: &str, arguments: &[&str]) -> Value {
    let (code, out, told) = run(folder, hub, arguments);
    assert_eq!(code, 0, "{arguments:?}: {told}");
    serde_json::from_str(&out).unwrap()
}

fn listed<'a>(list: &'a Value, kind: &str, name: &str) -> &'a Value {
    list[kind].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap()
}

#[test]
fn the_list_says_what_there_is_and_what_is_here() {
    let folder = tempfile::tempdir().unwrap();
    let list = json(folder.path(), NOWHERE, &["model", "list", "--json"]);
    for (kind, name, at_hand, weights, licence) in [
        ("models", "bundled", true, "measured", "Apache-2.0"),
        ("models", "bge-small-zh-v1.5", false, "stated", "MIT"),
        ("models", "multilingual-e5-small", false, "stated", "MIT"),
    ] {
        let row = listed(&list, kind, name);
        assert_eq!((&row["at_hand"], &row["weights"]), (&at_hand.into(), &weights.into()), "{row}");
        assert_eq!(row["licence"], licence);
        assert!(row["megabytes"].as_f64().unwrap() > 10.0, "{row}");
    }
    assert_eq!(listed(&list, "models", "multilingual-e5-small")["dimension"], 384);
    assert_eq!(listed(&list, "rerankers", "bge-reranker-base")["at_hand"], false);
    assert!(list["folder"].as_str().unwrap().ends_with("models"));
    let (code, out, _) = run(folder.path(), NOWHERE, &["model", "list"]);
    assert_eq!(code, 0);
    for part in ["bundled", "已测 measured", "未下载", "bge-reranker-v2-m3", "CC-BY-NC-4.0"] {
        assert!(out.contains(part), "{part} in {out}");
    }
}

#[test]
fn info_tells_what_a_model_is_and_costs() {
    let folder = tempfile::tempdir().unwrap();
    let info = json(folder.path(), NOWHERE, &["model", "info", "--json"]);
    assert_eq!((&info["model"], &info["dimension"]), (&"bundled".into(), &256.into()));
    assert!(info["fingerprint"].as_str().unwrap().starts_with("bundled-"), "{info}");
    assert!(info["texts_per_second"].as_f64().unwrap() > 1.0 && info["load_seconds"].as_f64().unwrap() > 0.0);
    let files = info["files"].as_array().unwrap();
    let on_disk = std::fs::metadata(bundled_folder().join("model.onnx")).unwrap().len();
    assert_eq!((files.len(), &files[0]["bytes"]), (5, &on_disk.into()));
    if cfg!(target_os = "linux") {
        let memory = |when: &str| info[when].as_f64().unwrap();
        assert!(memory("memory_after") > memory("memory_before") + 10.0, "{info}");
    }
    let (code, _, told) = run(folder.path(), NOWHERE, &["model", "info", "bge-smal-zh"]);
    assert!(code == 2 && told.contains("不认识模型"), "{told}");
}

#[test]
fn without_a_network_pull_says_what_was_tried_and_how_to_do_without() {
    let folder = tempfile::tempdir().unwrap();
    for (model, parts) in [
        ("bge-small-zh-v1.5", ["Xenova/bge-small-zh-v1.5", "onnx/model.onnx", "--model 路径"]),
        ("bge-reranker-base", ["BAAI/bge-reranker-base", "tokenizer_config.json", "--rerank=路径"]),
    ] {
        let (code, out, told) = run(folder.path(), NOWHERE, &["model", "pull", model]);
        assert_eq!((code, out.as_str()), (2, ""), "{told}");
        for part in parts.into_iter().chain([NOWHERE, "HF_ENDPOINT", "model check", "By hand"]) {
            assert!(told.contains(part), "{part} in {told}");
        }
        assert!(told.find("没有取到模型").unwrap() < told.find("could not be fetched").unwrap(), "{told}");
    }
    for (model, part) in [("bundled", "不用下载"), ("no-such-model", "不认识模型")] {
        let (code, _, told) = run(folder.path(), NOWHERE, &["model", "pull", model]);
        assert!(code == 2 && told.contains(part), "{told}");
    }
}

/// The hub's way of sending a file: a range, a revision, a name for the content.
async fn hub_file(Route(path): Route<String>, headers: HeaderMap) -> Response {
    let Some((_, file)) = path.split_once("/resolve/main/") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(bytes) = std::fs::read(bundled_folder().join(file.trim_start_matches("onnx/"))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let range = headers[header::RANGE].to_str().unwrap().trim_start_matches("bytes=").to_owned();
    let (from, to) = range.split_once('-').unwrap();
    let from: usize = from.parse().unwrap();
    let to = to.parse().unwrap_or(bytes.len() - 1);
    let part = bytes[from.min(bytes.len())..(to + 1).min(bytes.len())].to_vec();
    let range = format!("bytes {from}-{to}/{}", bytes.len());
    let named = format!("\"{}\"", file.replace('/', "-"));
    let headers = [("content-range", range), ("etag", named), ("x-repo-commit", "0123abcd".to_owned())];
    (StatusCode::PARTIAL_CONTENT, headers, part).into_response()
}

/// A hub on this machine that holds the bundled model under every name; ends with the test.
fn local_hub() -> (tokio::runtime::Runtime, String) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/{*path}", axum::routing::get(hub_file));
    runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (runtime, address)
}

#[test]
fn what_was_pulled_is_there_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let name = "bge-small-zh-v1.5";
    let (hub, address) = local_hub();
    let (code, _, told) = run(folder.path(), &address, &["model", "pull", name]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("已就绪：5 个文件") && told.contains(&address), "{told}");
    drop(hub);
    // From here on there is no hub.
    let list = json(folder.path(), NOWHERE, &["model", "list", "--json"]);
    let row = listed(&list, "models", name);
    assert_eq!(row["at_hand"], true);
    assert!(row["megabytes"].as_f64().unwrap() < 20.0, "the size on disk, not the stated one: {row}");
    assert_eq!(run(folder.path(), NOWHERE, &["model", "pull", name]).0, 0, "a second time costs nothing");
    let info = json(folder.path(), NOWHERE, &["model", "info", name, "--json"]);
    assert_eq!((&info["dimension"], &info["weights"]), (&256.into(), &"stated".into()));
    assert!(info["fingerprint"].as_str().unwrap().contains("@0123abcd"), "{info}");
}

#[test]
fn check_tells_a_good_model_from_a_muddled_and_a_broken_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    muddled_model(&at("muddled"));
    muddled_model(&at("broken"));
    std::fs::remove_file(at("broken").join("tokenizer.json")).unwrap();
    muddled_model(&at("misfit"));
    std::fs::write(at("misfit").join("config.json"), r#"{"hidden_size": 99, "pad_token_id": 0}"#).unwrap();
    tiny_cross_encoder(&at("two-words"));
    for (model, code, parts) in [
        ("bundled", 0, ["可用 / fit for use", "意思相近的更近"]),
        ("./muddled", 1, ["✗ 中文意思相近的没有更近", "1_Pooling/config.json"]),
        ("./broken", 2, ["缺少 tokenizer.json", "lacks tokenizer.json"]),
        ("./misfit", 2, ["99 维", "hidden_size"]),
        ("./two-words", 1, ["词表多半不含中文", "hold no Chinese"]),
        ("./nothing", 2, ["读不了模型文件夹", "cannot read the model folder"]),
    ] {
        let (got, out, told) = run(folder.path(), NOWHERE, &["model", "check", model]);
        assert_eq!(got, code, "{model}: {out}{told}");
        for part in parts {
            assert!(out.contains(part) || told.contains(part), "{model}: {part} in {out}{told}");
        }
    }
    let (code, out, _) = run(folder.path(), NOWHERE, &["model", "check", "./muddled", "--json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["fit"]), (1, &false.into()));
    let bad: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["verdict"] == "bad")
        .map(|finding| finding["check"].as_str().unwrap())
        .collect();
    assert_eq!(bad, ["meaning"], "well formed in every other way");
}

#[test]
#[ignore = "needs a library: ORT_DYLIB_PATH=… cargo test --test model -- --ignored"]
fn check_compares_tract_and_onnx_runtime() {
    assert!(std::env::var_os("ORT_DYLIB_PATH").is_some());
    let folder = tempfile::tempdir().unwrap();
    let (code, out, told) = run(folder.path(), NOWHERE, &["model", "check", "bundled"]);
    assert_eq!(code, 0, "{out}{told}");
    assert!(out.contains("✓ tract 与 ONNX Runtime的向量相同"), "{out}");
}

#[test]
fn one_data_folder_under_two_models_never_mixes_their_vectors() {
    let folder = tempfile::tempdir().unwrap();
    muddled_model(&folder.path().join("muddled"));
    let needs = "编号,需求名称,需求描述\n1,电梯隐患排查,三十台电梯年久失修，希望提前发现要坏的部件\n2,作文批改,自动给出评语\n";
    let skills =
        "编号,产品名称,产品介绍\nA1,设备健康预测,用振动信号预测哪个零件快坏了\nA2,智能阅卷,给习作打分\n";
    for (file, text, side) in [("needs.csv", needs, "requirement"), ("skills.csv", skills, "capability")] {
        std::fs::write(folder.path().join(file), text).unwrap();
        let (code, _, told) =
            run(folder.path(), NOWHERE, &["import", file, "--side", side, "--data", "data"]);
        assert_eq!(code, 0, "{told}");
    }
    let found = |model: &str, cached: bool| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
        command.current_dir(folder.path()).args(["--quiet", "--model", model, "--today", "2026-11-21"]);
        match cached {
            true => command.arg("--cache").arg(folder.path().join("cache")),
            false => command.arg("--no-cache"),
        };
        let out = "out.json";
        let done = command.args(["match", "--data", "data", "--out", out]).output().unwrap();
        assert!(done.status.code().unwrap() < 2, "{}", String::from_utf8_lossy(&done.stderr));
        std::fs::read_to_string(folder.path().join(out)).unwrap()
    };
    let (own, muddled) = (found("bundled", false), found("./muddled", false));
    assert_ne!(own, muddled);
    // The cache fills with both models' vectors; each run takes its own only.
    for (model, wanted) in
        [("bundled", &own), ("./muddled", &muddled), ("bundled", &own), ("./muddled", &muddled)]
    {
        assert_eq!(&found(model, true), wanted, "{model}");
    }
}

#[test]
fn the_lexical_weight_is_taken_and_a_wrong_one_refused() {
    let folder = tempfile::tempdir().unwrap();
    let search = |weight: &str| {
        run(folder.path(), NOWHERE, &["search", "--json", "--lexical-weight", weight, "老师批改作文太累"])
    };
    let (code, words, told) = search("1");
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("词面 1.00、语义 0.00"), "{told}");
    assert_ne!(words, search("0").1);
    for wrong in ["1.5", "-0.1", "much"] {
        let (code, _, told) = search(wrong);
        assert!(code == 2 && told.contains(wrong), "{wrong}: {told}");
    }
}
