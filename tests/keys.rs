//! Keys at the command line, and serving beyond this machine.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};

use assert_cmd::Command;
use serde_json::Value;

/// Runs the program in a folder; code, standard output, standard error.
fn opcmatch(at: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
    command.current_dir(at).env_remove("OPCMATCH_DATABASE").arg("--cache").arg(at.join("cache"));
    let output = command.args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A program that serves, ended when the test does.
struct Serving {
    program: Child,
    address: String,
}

impl Serving {
    fn start(at: &Path, arguments: &[&str]) -> Serving {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_opcmatch"))
            .current_dir(at)
            .args(["--cache", "cache", "serve", "--data", "data"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let address = said.trim().rsplit("http://").next().unwrap().replace("0.0.0.0", "127.0.0.1");
        Serving { program, address }
    }

    /// The status of an answer.
    fn status(&self, path: &str, headers: &str) -> u16 {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn nobody_else_comes_in_before_there_is_an_admin() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let home = ["--data", "data"];
    for (arguments, word) in [
        (&["--address", "0.0.0.0:0"][..], "key new --role admin --data data"),
        (&["--address", "[::]:0"], "key new --role admin --data data"),
        (&["--address", "127.0.0.1:0", "--trust-proxy"], "--trust-proxy"),
        (&["--keys"], "key new --role admin --data data"),
    ] {
        let (code, said, told) = opcmatch(at, &[&["serve"], &home[..], arguments].concat());
        assert!(code == 2 && said.is_empty() && told.contains(word), "{arguments:?} {code} {said} {told}");
    }
    // Where nothing is kept there is no place for a key either.
    let (code, _, told) = opcmatch(at, &["serve", "--keys"]);
    assert!(code == 2 && told.contains("--database"), "{told}");
    let of = |more: &[&str]| opcmatch(at, &[&["key", "new"], more, &home[..]].concat());
    // An organiser lets nobody in, nor does an admin who only looks or whose key is over.
    assert_eq!(of(&["--role", "organiser"]).0, 0);
    assert_eq!(of(&["--role", "admin", "--read-only"]).0, 0);
    assert_eq!(opcmatch(at, &["serve", "--keys", "--data", "data"]).0, 2);

    let (code, key, told) = of(&["--role", "管理员", "--name", "甲", "--expires", "90d"]);
    assert!(code == 0 && key.starts_with("opk_") && key.trim().len() == 68, "{key} {told}");
    let id = told.split_whitespace().find(|word| word.starts_with('K')).unwrap().to_owned();
    let id = id.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()).chars().take(11).collect::<String>();
    let bearer = format!("authorization: Bearer {}\r\n", key.trim());
    let serving = Serving::start(at, &["--address", "0.0.0.0:0"]);
    for (path, headers, status) in [
        ("/healthz", "", 200),
        ("/api/v1/overview", "", 200),
        ("/api/v1/keys", "", 401),
        ("/metrics", "", 401),
        ("/api/v1/keys", "authorization: Bearer opk_0\r\n", 401),
        ("/api/v1/keys", bearer.as_str(), 200),
    ] {
        assert_eq!(serving.status(path, headers), status, "{path}");
    }
    // Another program takes the key back, and this one notices.
    let (code, said, told) = opcmatch(at, &["key", "revoke", &id, "--data", "data"]);
    assert!(code == 0 && said.contains("已撤销"), "{id} {said} {told}");
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    assert_eq!(serving.status("/api/v1/keys", &bearer), 401);
}

#[test]
fn a_key_is_listed_replaced_and_its_deeds_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let run = |arguments: &[&str]| opcmatch(at, &[arguments, &["--data", "data"]].concat());
    fs::create_dir(at.join("data")).unwrap();
    assert_eq!(run(&["key", "list"]).0, 1, "there is none");
    for (arguments, word) in [
        (&["key", "new"][..], "--role"),
        (&["key", "new", "--role", "public"], "organiser"),
        (&["key", "new", "--role", "boss"], "organiser"),
        (&["key", "new", "--role", "publisher"], "--tenant"),
        (&["key", "new", "--role", "admin", "--tenant", "西湖"], "区县"),
        (&["key", "new", "--role", "opc", "--expires", "soon"], "90d"),
        (&["key", "revoke", "K0"], "key list"),
        (&["key", "new", "--replaces", "K0"], "key list"),
        (&["data", "audit", "--since", "gestern"], "2026-11-21"),
    ] {
        let (code, said, told) = run(arguments);
        assert!(code == 2 && said.is_empty() && told.contains(word), "{arguments:?} {code} {said} {told}");
    }
    let (_, secret, _) = run(&["key", "new", "--role", "publisher", "--tenant", "西湖", "-q"]);
    let (_, listed, _) = run(&["key", "list", "--json"]);
    let keys: Value = serde_json::from_str(&listed).unwrap();
    let id = keys[0]["id"].as_str().unwrap();
    assert_eq!((&keys[0]["role"], &keys[0]["tenant"]), (&"publisher".into(), &"西湖".into()));
    let (code, anew, told) = run(&["key", "new", "--replaces", id]);
    assert!(code == 0 && anew != secret && told.contains("发布方"), "{told}");
    let (_, listed, _) = run(&["key", "list"]);
    assert!(listed.contains("已撤销") && listed.contains("有效") && listed.lines().count() == 2, "{listed}");
    assert!(!listed.contains("opk_"));

    fs::write(at.join("needs.csv"), "编号,需求名称,需求描述\nN1,秘密水质,十个点位\n").unwrap();
    assert_eq!(run(&["import", "needs.csv", "--side", "requirement"]).0, 0);
    assert_eq!(run(&["data", "export", "all.jsonl"]).0, 0);
    let (code, told, _) = run(&["data", "audit"]);
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let deeds: Vec<(&str, &str)> =
        lines.iter().map(|line| (line["deed"].as_str().unwrap(), line["route"].as_str().unwrap())).collect();
    let key = "opcmatch key";
    assert_eq!(
        deeds,
        [
            ("key_made", key),
            ("key_revoked", key),
            ("key_made", key),
            ("write", "opcmatch import"),
            ("export", "opcmatch data")
        ]
    );
    assert!(code == 0 && !told.contains("秘密") && lines.iter().all(|line| line["at"].is_string()), "{told}");
    assert_eq!(run(&["data", "audit", "--since", "2999-01-01"]).0, 1);
    assert_eq!(run(&["data", "audit", "--since", "2000-01-01"]).1, told);
}
