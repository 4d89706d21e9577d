//! The program and the service on a database: `--data`, `--database`, and `opcmatch data`.

#![allow(clippy::unwrap_used)]

mod server;
mod service;

use std::fs;
use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;
use axum::http::{Method, StatusCode};
use opcmatch::store::{Author, Store};
use serde_json::json;
use tempfile::TempDir;

use server::{PASSWORD, Server, address, cut_connections};

const VARIABLE: &str = "OPCMATCH_DATABASE";

const NEEDS: &str = "编号,需求名称,需求描述,联系电话
N1,老旧小区电梯隐患排查,三十台电梯年久失修，希望提前发现要坏的部件,13800138000
N2,小学作文批改,老师每晚批改作文到十一点，可打电话13800138000,
";

const SKILLS: &str = "编号,公司名称,核心产品,企业与产品简介
A1,澄心智能工作室（一人公司）,设备健康预测,用振动和电流信号预测电梯哪个零件快坏了
A2,墨批科技（一人公司）,智能阅卷与评语,上传学生习作，按年级要求给分并写评语
";

/// Runs the program in a folder; code, standard output, standard error, none of which
/// shows the password.
fn opcmatch(at: &Path, database: Option<&str>, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
    command.current_dir(at).env_remove(VARIABLE).arg("--cache").arg(at.join("cache"));
    if let Some(url) = database {
        command.env(VARIABLE, url);
    }
    let output = command.args(["--today", "2026-11-21"]).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (said, told) = (text(&output.stdout), text(&output.stderr));
    assert!(!said.contains(PASSWORD) && !told.contains(PASSWORD), "{said}{told}");
    (output.status.code().unwrap(), said, told)
}

fn lists() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("needs.csv"), NEEDS).unwrap();
    fs::write(folder.path().join("skills.csv"), SKILLS).unwrap();
    folder
}

/// Runs and expects the exit code; what was said on both streams.
fn done(at: &Path, code: i32, arguments: &[&str]) -> String {
    let (found, said, told) = opcmatch(at, None, arguments);
    assert_eq!(found, code, "{arguments:?}: {said}{told}");
    said + &told
}

/// Imports both lists, makes an event, and what can be done with a backup, in the home
/// that the options name; `other` is one that nothing is in.
fn a_life_in(at: &Path, home: [&str; 2], other: [&str; 2]) {
    let run = |code, arguments: &[&str], home: [&str; 2]| done(at, code, &[arguments, &home].concat());
    run(0, &["import", "needs.csv", "--side", "requirement"], home);
    run(0, &["import", "skills.csv", "--side", "capability"], home);
    assert!(run(0, &["search", "电梯"], home).contains("A1"));
    run(0, &["event", "new", "--name", "一", "--all", "--starts", "2026-12-04T14:00"], home);
    run(0, &["event", "plan", "--id", "E001", "-q"], home);
    run(0, &["event", "hold", "--id", "E001"], home);
    let follow = run(0, &["event", "follow", "--id", "E001", "-q"], home);
    assert!(follow.contains("已对接"), "{follow}");
    let unknown = run(2, &["event", "plan", "--id", "E9"], home);
    assert!(unknown.contains("E001"), "{unknown}");

    let said = run(0, &["data", "backup", "all.jsonl"], home);
    assert!(said.contains("名单 4 条，对接会 1 场") && said.contains("all.jsonl"), "{said}");
    assert!(run(2, &["data", "backup", "all.jsonl"], home).contains("--force"));
    run(0, &["data", "backup", "all.jsonl", "--force"], home);
    assert!(run(2, &["data", "restore", "all.jsonl"], home).contains("--force"));
    let said = run(0, &["data", "restore", "all.jsonl"], other);
    assert!(said.contains("名单 4 条，对接会 1 场"), "{said}");
    assert_eq!(run(0, &["event", "follow", "--id", "E001", "-q"], other), follow);
    run(0, &["data", "restore", "all.jsonl", "--force"], home);
    assert_eq!(run(0, &["event", "follow", "--id", "E001", "-q"], home), follow);

    let bytes = fs::read(at.join("all.jsonl")).unwrap();
    fs::write(at.join("short.jsonl"), &bytes[..bytes.len() - 9]).unwrap();
    assert!(run(2, &["data", "restore", "short.jsonl", "--force"], home).contains("校验"));
    assert!(run(0, &["search", "电梯"], home).contains("A1"), "nothing was touched");

    let said = run(0, &["data", "export", "shown.jsonl", "--force"], home);
    assert!(said.contains("--with-contacts"), "{said}");
    run(0, &["data", "export", "told.jsonl", "--with-contacts", "--force"], home);
    let holds = |file: &str| fs::read_to_string(at.join(file)).unwrap().matches("13800138000").count();
    assert_eq!(holds("shown.jsonl"), 0);
    assert!(holds("told.jsonl") > 0);
}

#[test]
fn in_a_folder() {
    let folder = lists();
    a_life_in(folder.path(), ["--data", "one"], ["--data", "two"]);
}

/// It ended in a panic when the second list was empty.
#[test]
fn one_list_alone_can_be_opened() {
    let folder = lists();
    done(folder.path(), 0, &["import", "needs.csv", "--side", "requirement", "--data", "one"]);
    assert!(done(folder.path(), 0, &["search", "电梯", "--data", "one"]).contains("N1"));
}

#[test]
fn what_is_not_said_or_said_twice_is_asked_for() {
    let folder = lists();
    let at = folder.path();
    let import = ["import", "needs.csv", "--side", "requirement"];
    for (arguments, word) in [
        (&import[..], "--data"),
        (&["data", "backup", "all.jsonl"], "OPCMATCH_DATABASE"),
        (&["data", "backup", "all.jsonl", "--data", "nowhere"], "nowhere"),
        (&["data", "restore", "none.jsonl", "--data", "made"], "none.jsonl"),
        (&["event", "follow", "--id", "E001"], "--database"),
        (&["search", "水", "--data", "d", "--database", "postgres://h/d"], "--database"),
        (&["search", "水", "--requirements", "needs.csv", "--database", "postgres://h/d"], "--database"),
        (&["search", "水", "--database", "d.sqlite"], "--data"),
        (&["search", "水", "--database", &format!("postgres://u:{PASSWORD}@h:x/d")], "%XX"),
        // Nothing listens on port 9 of this machine.
        (&["search", "水", "--database", &format!("postgres://u:{PASSWORD}@127.0.0.1:9/d")], "127.0.0.1:9"),
    ] {
        let said = done(at, 2, arguments);
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
    assert!(!at.join("nowhere").exists() && !at.join("made").exists(), "a slip makes no folder");
    let (code, said, _) =
        opcmatch(at, Some("postgres://127.0.0.1:9/d"), &[&import[..], &["--dry-run"]].concat());
    assert_eq!(code, 0, "{said}");
    // Files that are named count more than the environment.
    let files = ["search", "电梯", "--requirements", "needs.csv", "--capabilities", "skills.csv"];
    assert_eq!(opcmatch(at, Some("postgres://127.0.0.1:9/d"), &files).0, 0);
}

#[test]
fn on_a_server() {
    let Some(server) = Server::start() else { return };
    let folder = lists();
    let at = folder.path();
    let (home, other) = (server.fresh(), server.fresh());
    a_life_in(at, ["--database", &home], ["--database", &other]);
    // From PostgreSQL into a folder, and the environment in place of the option.
    done(at, 0, &["data", "restore", "all.jsonl", "--data", "folder"]);
    assert!(done(at, 0, &["search", "电梯", "--data", "folder"]).contains("A1"));
    let (code, said, told) = opcmatch(at, Some(&home), &["event", "follow", "--id", "E001", "-q"]);
    assert!(code == 0 && said.contains("已对接"), "{said}{told}");
}

/// A service that runs async, on a store that blocks: it answers, comes through a lost
/// connection, says when the server is gone, goes on when it is back, and ends.
#[test]
fn a_service_on_a_server() {
    let Some(mut server) = Server::start() else { return };
    let url = server.fresh();
    let mut store = Store::connect(&address(&url)).unwrap();
    store.put(&service::listings(), &Author::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let service = service::service_in(store);
    let need = |id: &str| json!({"id": id, "side": "requirement", "title": "水质监测", "text": "十个点位水质数据上墙"});
    let create = |id: &str| {
        runtime.block_on(service::with_json(
            &service,
            Method::POST,
            "/api/v1/listings?wait=indexed",
            &need(id),
        ))
    };
    let get = |uri: &str| runtime.block_on(service::get(&service, uri));
    assert_eq!(create("R1").status, StatusCode::CREATED);
    let found = get("/api/v1/listings/requirement/R1");
    assert_eq!(found.json()["title"], "水质监测");

    cut_connections(&mut server.client(url.rsplit('/').next().unwrap()));
    assert_eq!(create("R2").status, StatusCode::CREATED);

    server.down();
    let answer = create("R3");
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["code"], "store_away");
    assert!(!answer.text().contains(&server.port().to_string()), "{}", answer.text());
    let board = get("/api/v1/health");
    assert_eq!(board.json()["requirements"], 4, "what was read before still answers");
    server.up();
    assert_eq!(create("R3").status, StatusCode::CREATED);
    assert_eq!(get("/api/v1/health").json()["requirements"], 5);

    // As when a service ends: the last of it is dropped on an async thread.
    runtime.block_on(async move {
        let ended = tokio::spawn(async move { drop(service) });
        tokio::time::timeout(Duration::from_secs(20), ended).await.unwrap().unwrap();
    });
}
