//! A disk that is full, a file that cannot be written, a cache that is damaged: the
//! program says so, loses nothing, and goes on by itself when it can.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use program::{Answer, Program, command, command_after, ended, listing, say, serving};

const HOME: [&str; 2] = ["--data", "data"];

fn put(program: &Program, id: &str) -> Answer {
    let target = format!("/api/v1/listings/requirement/{id}?wait=indexed");
    program.send("PUT", &target, &listing("requirement", id, "水质上墙"))
}

fn ids(program: &Program) -> Vec<String> {
    program.titles("requirement").into_keys().collect()
}

fn done(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

/// The refusal, its code, and that it is said in Chinese first.
fn refused(answer: &Answer, status: u16, code: &str, said: &str) {
    let problem = answer.json();
    assert_eq!((answer.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
    assert!(problem["detail"].as_str().unwrap().starts_with(said), "{problem}");
}

/// The system refuses every write to a file (RLIMIT_FSIZE 0), as a broken disk or a
/// quota does.
#[test]
fn a_disk_that_takes_no_more() {
    let at = tempfile::tempdir().unwrap();
    // Without the signal that would end the program, a write fails instead.
    let program = Program::begin(command_after("trap '' XFSZ", at.path(), &serving(&HOME)), at.path());
    assert_eq!(put(&program, "N1").status, 200);
    let pid = program.id().to_string();
    if !done("prlimit", &["--pid", &pid, "--fsize=0:"]) {
        return say(
            "未运行 / not run: 磁盘写不进：没有 prlimit / a disk that takes no more: there is no prlimit",
        );
    }
    for id in ["N2", "N1"] {
        refused(&put(&program, id), 503, "store_away", "数据库暂时用不了");
    }
    assert_eq!(program.send("DELETE", "/api/v1/listings/requirement/N1", b"").status, 503);
    assert_eq!(program.get("/api/v1/listings/requirement/N1").status, 200, "reading goes on");
    assert_eq!(ids(&program), ["N1"]);
    assert!(done("prlimit", &["--pid", &pid, "--fsize=unlimited:"]));
    assert_eq!(put(&program, "N3").status, 200, "without a restart: {}", program.log());
    assert_eq!(ids(&program), ["N1", "N3"]);
    drop(program);
    assert_eq!(ids(&Program::serve(at.path(), &HOME)), ["N1", "N3"]);
}

/// A file system of its own, in memory; needs rights that only an administrator has.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: &Path) -> Option<Disk> {
        let place = at.join("disk");
        fs::create_dir(&place).unwrap();
        let path = place.to_str().unwrap();
        done("mount", &["-t", "tmpfs", "-o", "size=4m", "tmpfs", path]).then(|| Disk(place.clone()))
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        done("umount", &["-l", self.path()]);
    }
}

#[test]
fn a_full_disk_and_one_that_can_only_be_read() {
    let at = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(at.path()) else {
        return say("未运行 / not run: 磁盘满：不能挂载 tmpfs / a full disk: tmpfs cannot be mounted here");
    };
    let data = disk.0.join("data");
    let home = ["--data", data.to_str().unwrap()];
    let program = Program::serve(at.path(), &home);
    assert_eq!(put(&program, "N1").status, 200);
    let filler = disk.0.join("filler");
    // The copy ends when there is no room left.
    assert!(fs::write(&filler, vec![0; 8 << 20]).is_err());
    // What is left of the last page of the journal may take a small write or two.
    let long = "满".repeat(20_000);
    let body =
        serde_json::json!({"id": "N2", "side": "requirement", "title": "泵站", "text": long}).to_string();
    let answer = program.send("PUT", "/api/v1/listings/requirement/N2", body.as_bytes());
    refused(&answer, 507, "store_full", "磁盘满了");
    assert_eq!(ids(&program), ["N1"]);
    fs::remove_file(&filler).unwrap();
    assert_eq!(put(&program, "N3").status, 200, "without a restart");
    assert_eq!(ids(&program), ["N1", "N3"]);
    drop(program);

    // Nothing is begun where nothing could be kept, and it is said before anybody waits.
    assert!(done("mount", &["-o", "remount,ro", disk.path()]));
    let (code, said) = ended(command(at.path(), &serving(&home)));
    assert_eq!(code, 2, "{said}");
    assert!(said.contains(disk.path()) && said.contains("只读"), "{said}");
    assert!(done("mount", &["-o", "remount,rw", disk.path()]));
    assert_eq!(ids(&Program::serve(at.path(), &home)), ["N1", "N3"]);
}

#[test]
fn a_damaged_cache_is_made_anew_and_hinders_nobody() {
    let at = tempfile::tempdir().unwrap();
    drop(Program::serve(at.path(), &HOME));
    let cache = at.path().join("cache/vectors.sqlite");
    assert!(cache.is_file());
    fs::write(&cache, "damaged ".repeat(1000)).unwrap();
    let program = Program::serve(at.path(), &HOME);
    assert!(program.log().contains("已损坏") && program.log().contains("已改名为"), "{}", program.log());
    assert_eq!(put(&program, "N1").status, 200);
    assert!(fs::metadata(&cache).unwrap().len() > 8000, "vectors are kept again");
}

/// Processor time used by now, in hundredths of a second.
#[cfg(target_os = "linux")]
fn used(program: &Program) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", program.id())).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

/// Changes that are not of listings wake nobody again and again.
#[test]
#[cfg(target_os = "linux")]
fn a_program_that_nobody_asks_rests() {
    let at = tempfile::tempdir().unwrap();
    let program = Program::serve(at.path(), &HOME);
    assert_eq!(put(&program, "N1").status, 200);
    let event = program.send("POST", "/api/v1/events", r#"{"name": "对接会", "needs": ["N1"]}"#.as_bytes());
    assert_eq!(event.status, 201, "{}", event.text());
    std::thread::sleep(std::time::Duration::from_secs(1));
    let before = used(&program);
    std::thread::sleep(std::time::Duration::from_secs(2));
    let spent = used(&program) - before;
    assert!(spent < 30, "{spent} hundredths of a second in two seconds");
}
