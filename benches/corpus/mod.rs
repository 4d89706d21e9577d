//! Lists of any size, made of numbers: words as common as Zipf says, vectors around topics.
//! For what depends on size and not on meaning.

#![allow(dead_code, reason = "no bench needs all of it")]

use ndarray::Array2;
use opcmatch::scan::{Postings, Row, TermId, Vectors};

/// Distinct words.
const WORDS: usize = 60_000;

/// Topics that vectors and half of the words gather around.
const TOPICS: usize = 200;

/// BM25's constants as the peers have them.
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Numbers without pattern from a seed (Marsaglia's xorshift, 64 bits).
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Noise {
        Noise(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub(crate) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// A word by Zipf's law with exponent 1: the chance of rank r falls as 1 / r.
    fn word(&mut self) -> TermId {
        let word = (WORDS as f32).powf(self.unit()) - 1.0;
        (word as usize).min(WORDS - 1) as TermId
    }
}

/// A list and the questions to ask of it.
pub(crate) struct Corpus {
    pub(crate) row_starts: Vec<usize>,
    pub(crate) entries: Vec<(TermId, f32)>,
    pub(crate) matrix: Array2<f32>,
    /// Some 140 words each.
    pub(crate) whole: Vec<Question>,
    /// Three words each.
    pub(crate) short: Vec<Question>,
}

pub(crate) struct Question {
    pub(crate) terms: Vec<(TermId, f32)>,
    pub(crate) vector: Vec<f32>,
}

impl Corpus {
    pub(crate) fn new(rows: usize, questions: usize, width: usize) -> Corpus {
        let mut noise = Noise::new(7);
        let centres: Vec<Vec<f32>> =
            (0..TOPICS).map(|_| (0..width).map(|_| noise.unit() - 0.5).collect()).collect();
        let mut held = vec![0u32; WORDS];
        let mut row_starts = vec![0];
        let mut entries = Vec::new();
        let mut matrix = Array2::zeros((rows, width));
        for mut row in matrix.rows_mut() {
            let topic = noise.below(TOPICS);
            let length = 30 + noise.below(121);
            let norm = K1 * (1.0 - B + B * length as f32 / 90.0);
            for (term, count) in words(&mut noise, topic, length) {
                held[term as usize] += 1;
                entries.push((term, count as f32 / (count as f32 + norm)));
            }
            row_starts.push(entries.len());
            for (value, around) in row.iter_mut().zip(near(&mut noise, &centres[topic])) {
                *value = around;
            }
        }
        let n = rows as f32;
        let idf = |term: TermId| {
            let held = held[term as usize] as f32;
            (1.0 + (n - held + 0.5) / (held + 0.5)).ln()
        };
        let mut ask = |length: usize| {
            let topic = noise.below(TOPICS);
            let terms =
                words(&mut noise, topic, length).into_iter().map(|(term, _)| (term, idf(term))).collect();
            Question { terms, vector: near(&mut noise, &centres[topic]) }
        };
        let whole = (0..questions).map(|_| ask(140)).collect();
        let short = (0..questions).map(|_| ask(3)).collect();
        Corpus { row_starts, entries, matrix, whole, short }
    }

    pub(crate) fn postings(&self) -> Postings {
        Postings::from_entries(self.row_starts.clone(), self.entries.clone(), WORDS)
    }

    pub(crate) fn vectors(&self) -> Vectors {
        Vectors::new(self.matrix.clone())
    }

    /// About one row in fifty.
    pub(crate) fn some(&self) -> Vec<Row> {
        let mut noise = Noise::new(50);
        (0..self.matrix.nrows() as Row).filter(|_| noise.below(50) == 0).collect()
    }
}

/// Distinct words with their counts, ascending; half of them from the topic's own.
fn words(noise: &mut Noise, topic: usize, length: usize) -> Vec<(TermId, u32)> {
    let mut all: Vec<TermId> = (0..length)
        .map(|_| match noise.below(2) {
            0 => noise.word(),
            _ => (500 + topic * 250 + noise.below(250)) as TermId,
        })
        .collect();
    all.sort_unstable();
    all.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32)).collect()
}

fn near(noise: &mut Noise, centre: &[f32]) -> Vec<f32> {
    let around: Vec<f32> = centre.iter().map(|value| value + 0.8 * (noise.unit() - 0.5)).collect();
    let length = around.iter().map(|v| v * v).sum::<f32>().sqrt();
    around.into_iter().map(|v| v / length).collect()
}
