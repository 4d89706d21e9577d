//! Ctrl-C stops a long run: nothing has changed, and the exit code says so.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

const OPCMATCH: &str = env!("CARGO_BIN_EXE_opcmatch");

/// Starts it, waits until it listens for Ctrl-C, and presses that: exit code, what was
/// printed, what was told.
fn interrupted(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(OPCMATCH);
    command.current_dir(folder).args(["--cache", "cache", "--today", "2026-11-21"]).args(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !listens(&mut child) {
        sleep(Duration::from_millis(2));
    }
    let sent = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Whether it catches SIGINT, signal 2.
fn listens(child: &mut Child) -> bool {
    assert_eq!(child.try_wait().unwrap(), None, "it ended before it could be stopped");
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0");
    u64::from_str_radix(caught.trim(), 16).unwrap() & 0b10 != 0
}

fn run(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(OPCMATCH);
    command.current_dir(folder).args(["-q", "--cache", "cache", "--today", "2026-11-21", "event"]);
    assert!(command.args(arguments).output().unwrap().status.code().unwrap() < 2, "{arguments:?}");
}

#[track_caller]
fn check_stopped((code, out, told): (Option<i32>, String, String)) {
    assert_eq!((code, out.as_str()), (Some(130), ""), "{told}");
    assert!(told.contains("已停止，没有改动任何东西 / stopped; nothing was changed"), "{told}");
}

#[test]
fn a_plan_is_stopped_and_the_event_is_as_it_was() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    run(at, &["new", "--name", "示例对接会", "--all", "--tables", "10", "--slots", "8"]);
    let before = fs::read(at.join("event.json")).unwrap();
    check_stopped(interrupted(at, &["event", "plan", "event.json"]));
    check_stopped(interrupted(at, &["event", "plan", "event.json", "--out", "other.json"]));
    check_stopped(interrupted(at, &["event", "prices", "event.json"]));
    assert_eq!(fs::read(at.join("event.json")).unwrap(), before);
    assert!(!at.join("other.json").exists());
}

#[test]
fn an_assignment_is_stopped() {
    let folder = TempDir::new().unwrap();
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut matrix = String::new();
    for _ in 0..250 {
        for column in 0..250 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let _ = write!(matrix, "{}{}", if column == 0 { "" } else { "," }, seed % 1_000_000);
        }
        matrix.push('\n');
    }
    fs::write(folder.path().join("scores.csv"), matrix).unwrap();
    let assign = ["event", "assign", "--scores", "scores.csv", "--per-row", "4", "--max-per-column", "4"];
    check_stopped(interrupted(folder.path(), &assign));
    check_stopped(interrupted(folder.path(), &[&assign[..], &["--fair"]].concat()));
}

#[test]
fn a_match_is_stopped_and_the_result_of_before_is_whole() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    fs::write(at.join("result.jsonl"), "of before").unwrap();
    check_stopped(interrupted(at, &["match", "--top", "5", "--out", "result.jsonl"]));
    assert_eq!(fs::read_to_string(at.join("result.jsonl")).unwrap(), "of before");
    let names = fs::read_dir(at).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(names, ["cache", "result.jsonl"], "nothing half lies about");
}

#[test]
fn an_import_is_stopped_and_nothing_is_kept() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let mut table = "编号,需求名称,需求描述,单位名称\n".to_owned();
    for n in 0..20_000 {
        let _ = writeln!(
            table,
            "L{n},巡河需求{n},第{n}段河道每周巡查一次，九月底前完成，预算{n}元以内,示例站{n}"
        );
    }
    fs::write(at.join("a.csv"), table).unwrap();
    let import = ["import", "a.csv", "--side", "requirement", "--data", "data"];
    let (code, out, told) = interrupted(at, &import);
    assert_eq!((code, out.as_str()), (Some(130), ""), "{told}");
    assert!(told.contains("stopped before it was read to its end"), "{told}");
    assert!(!at.join("data").exists(), "not even a folder");
}
