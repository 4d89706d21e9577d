//! The page as it is sent, without a browser: `tests/browser` has one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("web")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// Parts of the page that are loaded when they are first asked for, with words of their own.
const LATER: [&str; 10] =
    ["card", "decide", "event", "import", "overview", "partners", "progress", "raise", "record", "watch"];

/// A part that comes with one of those, and uses its words.
const SHARE: (&str, &str) = ("share", "decide");

/// Loaded where keys are asked for, with words that are there from the first.
const WORDED: [&str; 1] = ["components/session/session.js"];

fn all() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(&web(), &mut found);
    found.into_iter().map(|path| (path.clone(), std::fs::read_to_string(&path).unwrap())).collect()
}

/// Quoted words of `text` that follow `before`.
fn quoted_after<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn everything_the_page_names_is_there() {
    let index = std::fs::read_to_string(web().join("index.html")).unwrap();
    let named: Vec<&str> = [quoted_after(&index, "href=\""), quoted_after(&index, "src=\"")].concat();
    let named: Vec<&str> = named.into_iter().filter(|name| !name.starts_with('#')).collect();
    assert!(named.len() > 10);
    for name in named {
        assert!(web().join(name.trim_start_matches('/')).is_file(), "index.html names {name}");
    }
    for (path, text) in all() {
        for name in quoted_after(&text, "from \"").into_iter().filter(|name| name.starts_with('.')) {
            assert!(path.parent().unwrap().join(name).is_file(), "{} imports {name}", path.display());
        }
    }
}

#[test]
fn nothing_is_loaded_from_elsewhere_and_no_data_is_parsed_as_markup() {
    for (path, text) in all() {
        let shown = path.display();
        for address in text.split("://").skip(1).filter_map(|rest| rest.split(['/', '"', '\'', ')']).next()) {
            assert_eq!(address, "www.w3.org", "{shown} names another site");
        }
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            " style=\"",
            " onclick=",
            "@import",
        ] {
            assert!(!text.contains(word), "{shown} holds {word}");
        }
        let fetches = text.contains("fetch(") || text.contains("XMLHttpRequest");
        assert!(!fetches || path.ends_with("api.js"), "{shown} fetches; only api.js may");
    }
}

#[test]
fn every_word_that_is_asked_for_is_there_in_both_languages() {
    // What is loaded later brings its own words.
    let words: String = ["i18n.js".to_owned()]
        .into_iter()
        .chain(LATER.map(|part| format!("components/{part}/vocabulary.js")))
        .map(|name| std::fs::read_to_string(web().join(name)).unwrap())
        .collect();
    let known: BTreeSet<&str> = words
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.split_once("\": [\"").map(|(key, _)| key))
        .collect();
    assert!(known.len() > 150);
    for (path, text) in all() {
        let literal = quoted_after(&text, " t(\"")
            .into_iter()
            .chain(quoted_after(&text, "(t(\""))
            .chain(quoted_after(&text, "data-t=\""));
        for key in literal {
            assert!(known.contains(key), "{} asks for {key}", path.display());
            for part in LATER.iter().filter(|part| key.starts_with(&format!("{part}."))) {
                let within = |part: &str| path.starts_with(web().join("components").join(part));
                let there = within(part) || (*part == SHARE.1 && within(SHARE.0));
                assert!(there, "{} asks for {key} before it is there", path.display());
            }
        }
    }
}

#[test]
fn the_first_view_is_light() {
    let later: Vec<String> = LATER
        .iter()
        .chain([&SHARE.0])
        .map(|part| format!("components/{part}/"))
        .chain(["traditional/".to_owned()])
        .chain(WORDED.map(str::to_owned))
        .collect();
    let first: Vec<PathBuf> = all()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| !later.iter().any(|folder| path.starts_with(web().join(folder))))
        .collect();
    let all_of_it: String = first.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for part in LATER {
        let asked = all_of_it
            .split("import(\"")
            .skip(1)
            .any(|rest| rest.split('"').next().unwrap().contains(&format!("/{part}/")));
        assert!(asked, "{part} is loaded when it is asked for");
    }
    for path in &first {
        let text = std::fs::read_to_string(path).unwrap();
        let named = [quoted_after(&text, "from \""), quoted_after(&text, "href=\"")].concat();
        assert!(
            !named.iter().any(|name| LATER
                .iter()
                .chain(&[SHARE.0, "traditional"])
                .any(|later| name.contains(&format!("/{later}/")))),
            "{} loads at once what is for later",
            path.display()
        );
    }
    let bytes: u64 = first.iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(bytes < 150_000, "the page weighs {bytes} bytes before compression");
}
