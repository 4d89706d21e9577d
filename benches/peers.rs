//! The scan beside what one would otherwise build from the same parts, on one made-up list:
//! `cargo bench --bench peers` prints the table that README shows.
//!
//! - **plain**: every row scored with `ndarray` and a postings list, no cleverness; exact.
//! - **tantivy**: its own BM25 collector for the words, an exact product for the vectors, the
//!   best 100 of each joined by reciprocal rank.
//! - **SQLite FTS5**: the same with SQLite's full-text index.
//!
//! Figures are CPU milliseconds of this process for one question, the median of the rounds;
//! recall@20 is held against the exact answer under the peer's own way of joining.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod corpus;
mod cpu;

use std::collections::HashMap;
use std::hint::black_box;

use corpus::{Corpus, Question};
use cpu::{cpu, median};
use ndarray::{Array2, ArrayView1};
use opcmatch::scan::{Asked, Join, Postings, Row, Rows, Scan, Scratch, Vectors, batch};
use rusqlite::Connection;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexWriter, Searcher, Term};

const WIDTH: usize = 512;
const BEST: usize = 20;
const POOL: usize = 100;
const JOIN: Join = Join::MinMax { share: 0.5 };

/// Something that answers questions about one list.
trait Peer {
    fn name(&self) -> &'static str;
    fn ask(&mut self, question: &Question) -> Vec<Row>;

    fn ask_all(&mut self, questions: &[Question]) -> Vec<Vec<Row>> {
        questions.iter().map(|question| self.ask(question)).collect()
    }
}

struct Ours {
    postings: Postings,
    vectors: Vectors,
    scratch: Scratch,
}

impl Peer for Ours {
    fn name(&self) -> &'static str {
        "opcmatch"
    }

    fn ask(&mut self, question: &Question) -> Vec<Row> {
        let Question { terms, vector } = question;
        let (postings, vectors) = (&self.postings, &self.vectors);
        let scan = Scan { postings, vectors, terms, vector, join: JOIN, rows: Rows::ALL };
        scan.best(BEST, &mut self.scratch, None).into_iter().map(|scored| scored.row).collect()
    }

    fn ask_all(&mut self, questions: &[Question]) -> Vec<Vec<Row>> {
        let asked: Vec<Asked<'_>> =
            questions.iter().map(|q| Asked { terms: &q.terms, vector: &q.vector }).collect();
        let found = batch((&self.postings, &self.vectors), Rows::ALL, &asked, JOIN, BEST, None, &|_| true);
        found.unwrap().into_iter().map(|best| best.into_iter().map(|scored| scored.row).collect()).collect()
    }
}

/// Words and meaning of every row, one after the other.
struct Plain {
    by_term: HashMap<u32, Vec<(Row, f32)>>,
    matrix: Array2<f32>,
}

impl Plain {
    fn new(corpus: &Corpus) -> Plain {
        let mut by_term: HashMap<u32, Vec<(Row, f32)>> = HashMap::new();
        for (row, range) in corpus.row_starts.windows(2).enumerate() {
            for &(term, weight) in &corpus.entries[range[0]..range[1]] {
                by_term.entry(term).or_default().push((row as Row, weight));
            }
        }
        Plain { by_term, matrix: corpus.matrix.clone() }
    }

    fn words(&self, question: &Question) -> Vec<f32> {
        let mut sums = vec![0.0; self.matrix.nrows()];
        for (term, weight) in &question.terms {
            for &(row, held) in self.by_term.get(term).map_or(&[][..], Vec::as_slice) {
                sums[row as usize] += weight * held;
            }
        }
        sums
    }

    fn meaning(&self, question: &Question) -> Vec<f32> {
        self.matrix.dot(&ArrayView1::from(&question.vector)).to_vec()
    }
}

impl Peer for Plain {
    fn name(&self) -> &'static str {
        "plain (ndarray)"
    }

    fn ask(&mut self, question: &Question) -> Vec<Row> {
        let (words, meaning) = (scaled(self.words(question)), scaled(self.meaning(question)));
        best(words.iter().zip(&meaning).map(|(w, m)| 0.5 * w + 0.5 * m).collect(), BEST)
    }
}

struct Tantivy {
    searcher: Searcher,
    terms: Field,
    matrix: Array2<f32>,
}

impl Tantivy {
    fn new(texts: &[String], matrix: &Array2<f32>) -> Tantivy {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::WithFreqs);
        let terms = schema.add_text_field("terms", TextOptions::default().set_indexing_options(indexing));
        let row = schema.add_u64_field("row", FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 400_000_000).unwrap();
        for (number, text) in texts.iter().enumerate() {
            writer.add_document(tantivy::doc!(terms => text.as_str(), row => number as u64)).unwrap();
        }
        writer.commit().unwrap();
        Tantivy { searcher: index.reader().unwrap().searcher(), terms, matrix: matrix.clone() }
    }
}

impl Peer for Tantivy {
    fn name(&self) -> &'static str {
        "tantivy + ndarray"
    }

    fn ask(&mut self, question: &Question) -> Vec<Row> {
        let clauses = question.terms.iter().map(|&(term, _)| {
            let term = Term::from_field_text(self.terms, &word(term));
            let query: Box<dyn Query> = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
            (Occur::Should, query)
        });
        let query = BooleanQuery::new(clauses.collect());
        let found = self.searcher.search(&query, &TopDocs::with_limit(POOL).order_by_score()).unwrap();
        let words: Vec<Row> = found
            .into_iter()
            .map(|(_, address)| {
                let segment = self.searcher.segment_reader(address.segment_ord);
                segment.fast_fields().u64("row").unwrap().first(address.doc_id).unwrap() as Row
            })
            .collect();
        let meaning = best(self.matrix.dot(&ArrayView1::from(&question.vector)).to_vec(), POOL);
        joined(&words, &meaning)
    }
}

struct Sqlite {
    connection: Connection,
    matrix: Array2<f32>,
}

impl Sqlite {
    fn new(texts: &[String], matrix: &Array2<f32>) -> Sqlite {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE VIRTUAL TABLE list USING fts5 (terms)").unwrap();
        let transaction = connection.transaction().unwrap();
        for (number, text) in texts.iter().enumerate() {
            let mut put =
                transaction.prepare_cached("INSERT INTO list (rowid, terms) VALUES (?1, ?2)").unwrap();
            put.execute((number as i64 + 1, text)).unwrap();
        }
        transaction.commit().unwrap();
        connection.execute("INSERT INTO list (list) VALUES ('optimize')", []).unwrap();
        Sqlite { connection, matrix: matrix.clone() }
    }
}

impl Peer for Sqlite {
    fn name(&self) -> &'static str {
        "SQLite FTS5 + ndarray"
    }

    fn ask(&mut self, question: &Question) -> Vec<Row> {
        let words: Vec<String> = question.terms.iter().map(|&(term, _)| word(term)).collect();
        let mut found = self
            .connection
            .prepare_cached("SELECT rowid FROM list WHERE list MATCH ?1 ORDER BY rank LIMIT ?2")
            .unwrap();
        let rows = found
            .query_map((words.join(" OR "), POOL as i64), |row| row.get::<_, i64>(0))
            .unwrap()
            .map(|row| (row.unwrap() - 1) as Row)
            .collect::<Vec<Row>>();
        let meaning = best(self.matrix.dot(&ArrayView1::from(&question.vector)).to_vec(), POOL);
        joined(&rows, &meaning)
    }
}

fn word(term: u32) -> String {
    format!("w{term}")
}

/// Brought to 0..1 by the least and the largest.
fn scaled(mut values: Vec<f32>) -> Vec<f32> {
    let low = values.iter().copied().fold(f32::INFINITY, f32::min);
    let high = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    values.iter_mut().for_each(|value| *value = (*value - low) / (high - low).max(f32::MIN_POSITIVE));
    values
}

fn best(scores: Vec<f32>, k: usize) -> Vec<Row> {
    let mut rows: Vec<Row> = (0..scores.len() as Row).collect();
    let order = |a: &Row, b: &Row| scores[*b as usize].total_cmp(&scores[*a as usize]).then(a.cmp(b));
    if rows.len() > k {
        rows.select_nth_unstable_by(k, order);
        rows.truncate(k);
    }
    rows.sort_unstable_by(order);
    rows
}

/// Reciprocal rank fusion with the usual constant of 60 (Cormack, Clarke, Büttcher 2009).
fn joined(words: &[Row], meaning: &[Row]) -> Vec<Row> {
    let mut scores: HashMap<Row, f32> = HashMap::new();
    for list in [words, meaning] {
        for (rank, &row) in list.iter().enumerate() {
            *scores.entry(row).or_default() += 1.0 / (61.0 + rank as f32);
        }
    }
    let mut rows: Vec<(Row, f32)> = scores.into_iter().collect();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    rows.into_iter().take(BEST).map(|(row, _)| row).collect()
}

fn main() {
    println!("CPU milliseconds for one question, one list, one run (`cargo bench --bench peers`):");
    println!();
    println!("| rows | | short | whole | batch, each | build, rows a CPU second | recall@20 |");
    println!("|---|---|---|---|---|---|---|");
    for size in [362, 10_000, 100_000] {
        compare(size);
    }
}

fn compare(size: usize) {
    let corpus = Corpus::new(size, 100, WIDTH);
    let texts: Vec<String> = corpus
        .row_starts
        .windows(2)
        .map(|range| {
            let terms = &corpus.entries[range[0]..range[1]];
            terms.iter().map(|&(term, _)| word(term)).collect::<Vec<_>>().join(" ")
        })
        .collect();
    let plain = Plain::new(&corpus);
    let exact: Vec<[Vec<Row>; 2]> = corpus
        .whole
        .iter()
        .map(|question| {
            let (words, meaning) = (plain.words(question), plain.meaning(question));
            let pools = joined(&best(words.clone(), POOL), &best(meaning.clone(), POOL));
            let (words, meaning) = (scaled(words), scaled(meaning));
            [best(words.iter().zip(&meaning).map(|(w, m)| 0.5 * w + 0.5 * m).collect(), BEST), pools]
        })
        .collect();
    let mut peers: Vec<(Box<dyn Peer>, f64, usize)> = Vec::new();
    let mut add = |way: usize, make: &dyn Fn() -> Box<dyn Peer>| {
        let before = cpu();
        let peer = make();
        let took = (cpu() - before).max(0.01);
        peers.push((peer, size as f64 / took, way));
    };
    add(0, &|| {
        let (postings, vectors) = (corpus.postings(), corpus.vectors());
        Box::new(Ours { postings, vectors, scratch: Scratch::default() })
    });
    add(0, &|| Box::new(Plain::new(&corpus)));
    add(1, &|| Box::new(Tantivy::new(&texts, &corpus.matrix)));
    add(1, &|| Box::new(Sqlite::new(&texts, &corpus.matrix)));
    for (peer, rate, way) in &mut peers {
        let found = peer.ask_all(&corpus.whole);
        let hits = found.iter().zip(&exact).map(|(got, exact)| {
            got.iter().filter(|row| exact[*way].contains(row)).count() as f64 / exact[*way].len() as f64
        });
        let recall = hits.sum::<f64>() / found.len() as f64;
        let mut time =
            |work: &mut dyn FnMut(&mut dyn Peer)| median(corpus.whole.len(), || work(peer.as_mut()));
        let short = time(&mut |peer| corpus.short.iter().for_each(|q| drop(black_box(peer.ask(q)))));
        let whole = time(&mut |peer| corpus.whole.iter().for_each(|q| drop(black_box(peer.ask(q)))));
        let together = time(&mut |peer| drop(black_box(peer.ask_all(&corpus.whole))));
        println!(
            "| {size} | {} | {:.3} | {:.3} | {:.3} | {rate:.0} | {recall:.3} |",
            peer.name(),
            short * 1e3,
            whole * 1e3,
            together * 1e3,
        );
    }
}
