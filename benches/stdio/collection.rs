//! The harness's documents under the engine's scan.

use rustc_hash::FxHashMap as HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};

use ndarray::Array2;
use opcmatch::scan::{Asked, Join, Postings, Row, Rows, Scan, Scratch, TermId, Vectors, batch};
use rayon::prelude::*;
use serde::Deserialize;

use super::npy::Matrix;
use super::words::Words;

const K1: f32 = 1.2;
const B: f32 = 0.75;
const JOIN: Join = Join::MinMax { share: 0.5 };

#[derive(Deserialize)]
pub(super) struct Filter {
    region: String,
    budget_max: i64,
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    tok: Words<'a>,
    region: String,
    budget: i64,
}

#[derive(Deserialize)]
struct Requirement<'a> {
    #[serde(borrow)]
    tok: Words<'a>,
}

#[derive(Default)]
pub(super) struct Collection {
    ids: HashMap<Box<[u8]>, TermId>,
    idf: Vec<f32>,
    postings: Postings,
    vectors: Vectors,
    regions: HashMap<String, Vec<(Row, i64)>>,
    counts: Vec<Vec<(TermId, u32)>>,
    scratch: Scratch,
    passing: Vec<Row>,
    terms: Vec<TermId>,
}

impl Collection {
    pub(super) fn read(path: &str, matrix: Matrix) -> Collection {
        let mut made = Collection::default();
        let mut lines = BufReader::with_capacity(1 << 20, File::open(path).unwrap());
        let mut line = String::new();
        while {
            line.clear();
            lines.read_line(&mut line).unwrap() > 0
        } {
            let document: Document<'_> = serde_json::from_str(&line).unwrap();
            let row = made.counts.len() as Row;
            made.regions.entry(document.region).or_default().push((row, document.budget));
            let counted = made.count(&document.tok);
            made.counts.push(counted);
        }
        let rows = matrix.values.len() / matrix.width;
        made.vectors = Vectors::new(Array2::from_shape_vec((rows, matrix.width), matrix.values).unwrap());
        made.weigh();
        made
    }

    fn count(&mut self, tokens: &Words<'_>) -> Vec<(TermId, u32)> {
        let mut found: Vec<TermId> = tokens
            .iter()
            .map(|word| match self.ids.get(word) {
                Some(&id) => id,
                None => {
                    let id = self.ids.len() as TermId;
                    self.ids.insert(word.into(), id);
                    id
                }
            })
            .collect();
        found.sort_unstable();
        found.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect()
    }

    fn weigh(&mut self) {
        let lengths: Vec<u32> = self.counts.iter().map(|terms| terms.iter().map(|t| t.1).sum()).collect();
        let total: u64 = lengths.iter().map(|&l| u64::from(l)).sum();
        let mean = total as f32 / lengths.len().max(1) as f32;
        let mut held = vec![0u32; self.ids.len()];
        let mut starts = vec![0];
        let mut entries = Vec::with_capacity(self.counts.iter().map(Vec::len).sum());
        for (terms, &length) in self.counts.iter().zip(&lengths) {
            let norm = K1 * (1.0 - B + B * length as f32 / mean);
            for &(term, count) in terms {
                held[term as usize] += 1;
                entries.push((term, count as f32 / (count as f32 + norm)));
            }
            starts.push(entries.len());
        }
        let n = self.counts.len() as f32;
        self.idf = held.iter().map(|&h| (1.0 + (n - h as f32 + 0.5) / (h as f32 + 0.5)).ln()).collect();
        self.postings = Postings::from_entries(starts, entries, self.ids.len());
    }

    /// Its terms, ascending, each once; `terms` is memory to use.
    fn question(&self, tokens: &Words<'_>, terms: &mut Vec<TermId>) -> Vec<(TermId, f32)> {
        terms.clear();
        terms.extend(tokens.iter().filter_map(|word| self.ids.get(word)));
        terms.sort_unstable();
        terms.dedup();
        terms.iter().map(|&term| (term, self.idf[term as usize])).collect()
    }

    pub(super) fn search(
        &mut self,
        tokens: &Words<'_>,
        vector: &[f32],
        k: usize,
        filter: Option<&Filter>,
    ) -> Vec<u32> {
        let mut terms = std::mem::take(&mut self.terms);
        let question = self.question(tokens, &mut terms);
        self.terms = terms;
        let rows = match filter {
            None => Rows::ALL,
            Some(filter) => {
                self.passing.clear();
                let of_region = self.regions.get(&filter.region).map_or(&[][..], Vec::as_slice);
                let affordable = of_region.iter().filter(|&&(_, budget)| budget <= filter.budget_max);
                self.passing.extend(affordable.map(|&(row, _)| row));
                Rows::only(&self.passing)
            }
        };
        let scan = Scan {
            postings: &self.postings,
            vectors: &self.vectors,
            terms: &question,
            vector,
            join: JOIN,
            rows,
        };
        let found = scan.best(k, &mut self.scratch, None);
        found.into_iter().map(|scored| scored.row).collect()
    }

    pub(super) fn batch(&self, path: &str, matrix: &Matrix, n: usize, k: usize) -> Vec<Vec<u32>> {
        let lines = std::fs::read(path).unwrap();
        let parts = shared_out(&lines, rayon::current_num_threads());
        let read = parts.into_par_iter().map(|part| {
            let mut terms = Vec::new();
            let lines = serde_json::Deserializer::from_slice(part).into_iter::<Requirement<'_>>();
            lines.map(|line| self.question(&line.unwrap().tok, &mut terms)).collect::<Vec<_>>()
        });
        let mut questions: Vec<_> = read.collect::<Vec<_>>().concat();
        questions.truncate(n);
        let asked: Vec<Asked<'_>> =
            questions.iter().enumerate().map(|(at, terms)| Asked { terms, vector: matrix.row(at) }).collect();
        let found =
            batch((&self.postings, &self.vectors), Rows::ALL, &asked, JOIN, k, None, &|_| true).unwrap();
        found.into_iter().map(|best| best.into_iter().map(|scored| scored.row).collect()).collect()
    }

    pub(super) fn upsert<'a>(
        &mut self,
        ids: &[usize],
        tokens: &[Words<'_>],
        vectors: impl Iterator<Item = &'a [f32]>,
    ) {
        let mut exact = self.vectors.view().to_owned();
        for ((&id, tokens), vector) in ids.iter().zip(tokens).zip(vectors) {
            self.counts[id] = self.count(tokens);
            exact.row_mut(id).assign(&ndarray::ArrayView1::from(vector));
        }
        self.vectors = Vectors::new(exact);
        self.weigh();
    }
}

/// Whole lines in about equal parts.
fn shared_out(mut lines: &[u8], parts: usize) -> Vec<&[u8]> {
    let long = lines.len().div_ceil(parts).max(1);
    let mut found = Vec::with_capacity(parts);
    while !lines.is_empty() {
        let rest = lines.get(long..).unwrap_or_default();
        let end = rest.iter().position(|&byte| byte == b'\n').map_or(lines.len(), |at| long + at + 1);
        let (part, after) = lines.split_at(end);
        found.push(part);
        lines = after;
    }
    found
}
