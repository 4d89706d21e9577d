//! The house rules that `src/lib.rs` states, checked against the source itself.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Who may import whom. A module may always import itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("text", &[]),
    ("intake", &["domain", "text"]),
    ("store", &["domain"]),
    ("record", &["domain", "text"]),
    ("embed", &[]),
    ("scan", &[]),
    ("index", &["domain", "text", "scan"]),
    ("rank", &["domain", "text", "scan", "index"]),
    ("event", &["domain"]),
    ("eval", &["domain", "text", "index", "rank"]),
    ("notify", &["domain"]),
    ("report", &["domain", "text", "index", "rank", "event"]),
    ("engine", &["domain", "intake", "store", "record", "embed", "index", "rank", "event"]),
    (
        "serve",
        &[
            "domain", "text", "intake", "store", "record", "embed", "index", "rank", "event", "report",
            "engine", "notify", "notify",
        ],
    ),
    (
        "cli",
        &[
            "domain", "intake", "store", "embed", "index", "rank", "event", "eval", "report", "engine",
            "serve",
        ],
    ),
];

/// Words that may stand only in the modules named.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("axum::", &["serve"]),
    ("tokio::", &["serve"]),
    ("async fn", &["serve"]),
    ("stdout()", &["cli"]),
    ("stderr()", &["cli"]),
    ("fastembed::", &["embed"]),
    ("tantivy::", &["index"]),
    ("pulp::", &["scan"]),
    ("rusqlite::", &["store", "embed"]),
    ("postgres::", &["store"]),
    ("ureq::", &["notify"]),
    ("jieba_rs::", &["text"]),
    ("calamine::", &["intake"]),
    ("std::fs", &["intake", "store", "embed", "cli"]),
    ("::now()", &["engine", "serve", "embed", "cli"]),
];

fn sources() -> Vec<(String, PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths
        .into_iter()
        .filter_map(|path| {
            let relative = path.strip_prefix(&root).unwrap().to_owned();
            let module = relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
            let code = code_of(&fs::read_to_string(&path).unwrap());
            (!module.ends_with(".rs")).then_some((module, relative, code))
        })
        .collect()
}

/// The file without comments and without its tests, which may do as they like.
fn code_of(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    before_tests.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn imports_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut wrong = Vec::new();
    for (module, path, code) in sources() {
        let Some(may) = allowed.get(module.as_str()) else {
            panic!("{} is in no room of lib.rs: add its module to MAY_IMPORT", path.display());
        };
        for (at, _) in code.match_indices("crate::") {
            let name: String =
                code[at + 7..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let known = allowed.contains_key(name.as_str());
            if known && name != module && !may.contains(&name.as_str()) {
                wrong.push(format!("{} imports {name}", path.display()));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "imports against the flow:\n{}", wrong.join("\n"));
}

#[test]
fn each_room_keeps_its_own_tools() {
    let mut wrong = Vec::new();
    for (module, path, code) in sources() {
        for (word, rooms) in ONLY_IN {
            if code.contains(word) && !rooms.contains(&module.as_str()) {
                wrong.push(format!("{} uses {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "out of place:\n{}", wrong.join("\n"));
}

/// The checker of plans trusts nobody: it may see `domain` and its own files, none
/// of its siblings in `event`.
#[test]
fn the_checker_shares_nothing_with_the_planner() {
    let mut wrong = Vec::new();
    let mut files = 0;
    for (_, path, code) in sources() {
        let relative = path.to_string_lossy().replace('\\', "/");
        let Some(rest) = relative.strip_prefix("event/check") else { continue };
        files += 1;
        let joined: String = code.split_whitespace().collect();
        // In `check.rs` and `check/mod.rs` one `super::` is a sibling already; deeper down two are.
        let outward = if rest == ".rs" || rest == "/mod.rs" { "super::" } else { "super::super" };
        let grouped = "super::{super";
        for word in [outward, grouped, "crate::event", "crate::{", "opcmatch::"] {
            if joined.contains(word) {
                wrong.push(format!("{} says {word}", path.display()));
            }
        }
    }
    assert!(files > 0, "the checker has moved: mend this test");
    assert!(wrong.is_empty(), "the checker looks at its siblings:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_is_on_the_map() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    for (module, _) in MAY_IMPORT {
        assert!(map.contains(&format!("pub mod {module};")), "{module} is not declared in lib.rs");
    }
}
