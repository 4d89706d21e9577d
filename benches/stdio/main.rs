//! The scan behind the peer bench's protocol: JSON lines on standard input and output.
//!
//! `cargo bench --bench stdio` builds it; the harness starts the program that cargo names.
//! Requests: `ingest` (documents and vectors), `search`, `batch`, `upsert`, `version`.
//! Words are weighed as the harness's own exact reference weighs them (Lucene's BM25,
//! k1 = 1.2, b = 0.75, each query term once) and joined by min-max, half and half, so
//! that recall can be held against it.

#![allow(missing_docs, clippy::unwrap_used)]

mod collection;
mod npy;
mod words;

use std::collections::HashMap;
use std::io::{BufRead, Write};

use serde::Deserialize;

use collection::{Collection, Filter};
use npy::Matrix;
use words::Words;

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Request<'a> {
    Ingest {
        docs: String,
        vecs: String,
    },
    Search {
        #[serde(borrow)]
        tok: Words<'a>,
        npy: String,
        row: usize,
        k: usize,
        filter: Option<Filter>,
    },
    Batch {
        reqs: String,
        npy: String,
        n: usize,
        k: usize,
    },
    Upsert {
        ids: Vec<usize>,
        #[serde(borrow)]
        toks: Vec<Words<'a>>,
        rows: Vec<usize>,
    },
    Version,
}

fn main() {
    // `cargo bench` without a harness on the other side: nothing to do.
    if std::env::args().any(|argument| argument == "--bench")
        && std::io::IsTerminal::is_terminal(&std::io::stdin())
    {
        return;
    }
    let mut matrices: HashMap<String, Matrix> = HashMap::new();
    let mut collection = Collection::default();
    let mut source = String::new();
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut line = String::new();
    let mut answer = String::new();
    while {
        line.clear();
        input.read_line(&mut line).unwrap() > 0
    } {
        answer.clear();
        match serde_json::from_str(&line).unwrap() {
            Request::Version => {
                answer.push_str(&format!(r#"{{"version":"opcmatch {}"}}"#, env!("CARGO_PKG_VERSION")));
            }
            Request::Ingest { docs, vecs } => {
                collection = Collection::read(&docs, Matrix::read(&vecs));
                source = vecs;
                answer.push_str(r#"{"ok":true}"#);
            }
            Request::Search { tok, npy, row, k, filter } => {
                if !matrices.contains_key(&npy) {
                    matrices.insert(npy.clone(), Matrix::read(&npy));
                }
                let found = collection.search(&tok, matrices[&npy].row(row), k, filter.as_ref());
                answer.push_str(r#"{"ids":"#);
                write_ids(&found, &mut answer);
                answer.push('}');
            }
            Request::Batch { reqs, npy, n, k } => {
                let matrix = matrices.entry(npy).or_insert_with_key(|path| Matrix::read(path));
                let found = collection.batch(&reqs, matrix, n, k);
                answer.push_str(r#"{"ids":["#);
                for (at, ids) in found.iter().enumerate() {
                    if at > 0 {
                        answer.push(',');
                    }
                    write_ids(ids, &mut answer);
                }
                answer.push_str("]}");
            }
            Request::Upsert { ids, toks, rows } => {
                let matrix = matrices.entry(source.clone()).or_insert_with_key(|path| Matrix::read(path));
                collection.upsert(&ids, &toks, rows.iter().map(|&row| matrix.row(row)));
                answer.push_str(r#"{"ok":true}"#);
            }
        }
        answer.push('\n');
        output.write_all(answer.as_bytes()).unwrap();
        output.flush().unwrap();
    }
}

fn write_ids(ids: &[u32], answer: &mut String) {
    use std::fmt::Write;
    answer.push('[');
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            answer.push(',');
        }
        write!(answer, "{id}").unwrap();
    }
    answer.push(']');
}
