//! The words and pairs that the bundled model learns from: whole, without repeats,
//! and without a line of the lists that it is measured on.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A run of characters that two texts share by chance only when they are copied.
const COPIED: usize = 12;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

/// File, line from 1, text; headings and blank lines left out.
fn lines(folder_name: &str) -> Vec<(String, usize, String)> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder(folder_name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            if !line.starts_with('#') && !line.trim().is_empty() {
                found.push((name.clone(), number + 1, line.to_owned()));
            }
        }
    }
    found
}

struct Pair {
    at: String,
    texts: [String; 3],
}

/// The folders of pairs: by industry, and by the place that the decoy shares with the need.
const PAIRS: [(&str, usize); 2] = [("lexicon/pairs", 4_000), ("lexicon/settings", 600)];

fn pairs() -> Vec<Pair> {
    PAIRS
        .iter()
        .flat_map(|(folder, _)| lines(folder).into_iter().map(move |found| (folder, found)))
        .map(|(folder, (file, number, line))| {
            let at = format!("{folder}/{file}:{number}");
            let texts: Vec<String> = line.split('\t').map(str::to_owned).collect();
            Pair { texts: texts.try_into().unwrap_or_else(|_| panic!("{at}: not three fields")), at }
        })
        .collect()
}

fn runs(text: &str, length: usize) -> BTreeSet<String> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.windows(length).map(|run| run.iter().collect()).collect()
}

/// English terms are long and anybody's; a run of Chinese characters is not.
fn chinese_runs(text: &str) -> BTreeSet<String> {
    runs(text, COPIED).into_iter().filter(|run| !run.chars().any(|c| c.is_ascii_alphabetic())).collect()
}

#[test]
fn the_thesaurus_is_wide_and_whole() {
    let mut wrong = Vec::new();
    let mut names: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut files = BTreeSet::new();
    for (file, number, line) in lines("lexicon/thesaurus") {
        if file == "first.txt" {
            continue;
        }
        files.insert(file.clone());
        let fields: Vec<&str> = line.split(" | ").map(str::trim).collect();
        if fields.len() != 7 || fields.iter().any(|field| field.is_empty()) {
            wrong.push(format!("{file}:{number}: {} fields, wanted 7 that are not empty", fields.len()));
        }
        if fields.iter().take(6).flat_map(|field| field.split('、')).any(|term| term.trim().is_empty()) {
            wrong.push(format!("{file}:{number}: an empty term"));
        }
        if let Some(earlier) = names.entry(file.clone()).or_default().insert(fields[0].to_owned(), number) {
            wrong.push(format!("{file}:{number}: {} stands in line {earlier} already", fields[0]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let concepts: BTreeSet<&String> = names.values().flat_map(BTreeMap::keys).collect();
    assert!(
        files.len() >= 40 && concepts.len() >= 4_000,
        "{} files, {} concepts",
        files.len(),
        concepts.len()
    );
}

#[test]
fn pairs_say_the_same_in_other_words_and_decoys_do_not() {
    for (folder, least) in PAIRS {
        let found = lines(folder).len();
        assert!(found >= least, "{folder}: {found} pairs, wanted {least}");
    }
    let pairs = pairs();
    let mut wrong = Vec::new();
    for Pair { at, texts: [need, capability, decoy] } in &pairs {
        for (what, text, least) in [("need", need, 10), ("capability", capability, 10), ("decoy", decoy, 8)] {
            let length = text.chars().count();
            if !(least..=100).contains(&length) || text.trim() != text {
                wrong.push(format!("{at}: the {what} has {length} characters, or blanks around it"));
            }
        }
        if let Some(shared) = runs(need, 5).intersection(&runs(capability, 5)).next() {
            wrong.push(format!("{at}: need and capability share {shared}"));
        }
        if runs(need, 2).is_disjoint(&runs(decoy, 2)) {
            wrong.push(format!("{at}: the decoy shares nothing with the need"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn places_are_named_once_each() {
    let listed = fs::read_to_string(folder("lexicon").join("places.txt")).unwrap();
    let words: Vec<&str> =
        listed.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split(' ')).collect();
    let mut seen = BTreeSet::new();
    let wrong: Vec<&str> =
        words.iter().copied().filter(|word| word.chars().count() < 2 || !seen.insert(*word)).collect();
    assert!(wrong.is_empty(), "too short or there twice: {wrong:?}");
    assert!(words.len() >= 250, "{} places", words.len());
}

#[test]
fn no_two_lines_were_copied_from_each_other() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong = Vec::new();
    for Pair { at, texts } in pairs() {
        let own: BTreeSet<String> = texts.iter().flat_map(|text| runs(text, COPIED)).collect();
        if let Some(run) = own.iter().find(|run| seen.contains_key(*run)) {
            wrong.push(format!("{at} and {} share {run}", seen[run]));
        }
        seen.extend(own.into_iter().map(|run| (run, at.clone())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The model may not have seen what it is measured on.
#[test]
fn nothing_of_the_demo_lists_is_learnt_from() {
    let mut demo = BTreeMap::new();
    for name in ["requirements.json", "capabilities.json"] {
        let listings: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(folder("demo").join(name)).unwrap()).unwrap();
        for listing in listings["listings"].as_array().unwrap() {
            for field in ["title", "text"] {
                let text = listing[field].as_str().unwrap_or_default();
                demo.extend(chinese_runs(text).into_iter().map(|run| (run, listing["id"].to_string())));
            }
        }
    }
    assert!(demo.len() > 10_000, "the demo lists were not read");
    let learnt = pairs()
        .into_iter()
        .flat_map(|pair| pair.texts.map(|text| (pair.at.clone(), text)))
        .chain(lines("lexicon/thesaurus").into_iter().map(|(file, n, line)| (format!("{file}:{n}"), line)));
    let mut wrong = Vec::new();
    for (at, text) in learnt {
        if let Some(run) = chinese_runs(&text).iter().find(|run| demo.contains_key(*run)) {
            wrong.push(format!("{at} shares {run} with {}", demo[run]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
