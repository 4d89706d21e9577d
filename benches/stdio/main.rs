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

/// A line of the protocol: what is asked, and of the rest what that needs.
#[derive(Deserialize)]
struct Request<'a> {
    op: &'a str,
    #[serde(default)]
    docs: String,
    #[serde(default)]
    vecs: String,
    #[serde(borrow, default)]
    tok: Words<'a>,
    #[serde(default)]
    npy: String,
    #[serde(default)]
    row: usize,
    #[serde(default)]
    k: usize,
    filter: Option<Filter>,
    #[serde(default)]
    reqs: String,
    #[serde(default)]
    n: usize,
    #[serde(default)]
    ids: Vec<usize>,
    #[serde(borrow, default)]
    toks: Vec<Words<'a>>,
    #[serde(default)]
    rows: Vec<usize>,
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
    let mut line = Vec::new();
    let mut answer = String::new();
    while {
        line.clear();
        input.read_until(b'\n', &mut line).unwrap() > 0
    } {
        answer.clear();
        let request: Request<'_> = serde_json::from_slice(&line).unwrap();
        match request.op {
            "version" => {
                answer.push_str(&format!(r#"{{"version":"opcmatch {}"}}"#, env!("CARGO_PKG_VERSION")));
            }
            "ingest" => {
                collection = Collection::read(&request.docs, Matrix::read(&request.vecs));
                source = request.vecs;
                answer.push_str(r#"{"ok":true}"#);
            }
            "search" => {
                let Request { tok, npy, row, k, filter, .. } = request;
                let matrix = matrices.entry(npy).or_insert_with_key(|path| Matrix::read(path));
                let found = collection.search(&tok, matrix.row(row), k, filter.as_ref());
                answer.push_str(r#"{"ids":"#);
                write_ids(&found, &mut answer);
                answer.push('}');
            }
            "batch" => {
                let Request { reqs, npy, n, k, .. } = request;
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
            "upsert" => {
                let Request { ids, toks, rows, .. } = request;
                let matrix = matrices.entry(source.clone()).or_insert_with_key(|path| Matrix::read(path));
                collection.upsert(&ids, &toks, rows.iter().map(|&row| matrix.row(row)));
                answer.push_str(r#"{"ok":true}"#);
            }
            other => panic!("no such request: {other}"),
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
