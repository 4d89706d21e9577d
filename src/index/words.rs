//! The word index of one side: built by tantivy, read back as term counts a row.

use std::collections::BTreeMap;
use std::io;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings as _;
use tantivy::schema::{FAST, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{DocSet, Index, IndexWriter, TERMINATED, TantivyDocument, TantivyError};

use crate::scan::TermId;

use super::lexicon::Lexicon;

/// BM25's saturation of repeated terms; Robertson and Zaragoza (2009) give 1.2–2.
pub const K1: f32 = 1.2;

/// BM25's correction for length. Below the usual 0.75: a long capability is
/// mostly a founder who wrote more, not one who can do less.
pub const B: f32 = 0.5;

/// A title counts as often as this many copies of it in the text, which
/// approximates BM25F with one posting list a term.
pub const TITLE_TIMES: u32 = 2;

/// Memory for tantivy's writer, bytes; it writes a segment when this is full.
const WRITER_BYTES: usize = 128 << 20;

/// The word index could not be built or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// From tantivy.
    #[error("词索引出错：{0} / the word index failed: {0}")]
    Words(#[from] TantivyError),
    /// Reading a segment.
    #[error("词索引读取出错：{0} / reading the word index failed: {0}")]
    Read(#[from] io::Error),
    /// A term that is not text.
    #[error(
        "词索引中有无法识别的词，请重新建立索引 / the word index holds a term that is not text; rebuild it"
    )]
    NotText,
    /// The vectors do not belong to the draft.
    #[error("向量数与文本数不符：应为 {expected}，实为 {got} / {got} vectors for {expected} passages")]
    VectorCount {
        /// Passages in the draft.
        expected: usize,
        /// Rows given.
        got: usize,
    },
}

/// Length statistics that BM25 needs of one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DocumentLength {
    /// Mean number of terms a listing, at least 1.
    pub mean: f32,
}

/// BM25's weight of a term in a document without its idf: tf·(k1+1) / (tf + k1·(1−b+b·length/mean)).
///
/// At most k1 + 1, which is what makes a query's ceiling Σ idf·(k1+1).
pub(super) fn document_weight(count: u32, length: u32, mean: DocumentLength) -> f32 {
    let tf = count as f32;
    tf * (K1 + 1.0) / (tf + K1 * (1.0 - B + B * length as f32 / mean.mean))
}

/// A length as tantivy's field norm keeps it: one byte, within an eighth.
pub(super) fn kept_length(length: u32) -> u32 {
    FieldNormReader::id_to_fieldnorm(FieldNormReader::fieldnorm_to_id(length))
}

/// Term counts of one side, read from tantivy.
pub(super) struct Words {
    /// `(term, listings that hold it)`, in term order.
    pub(super) frequencies: Vec<(String, u32)>,
    /// For each term above: `(row, count)`, rows ascending.
    pub(super) counts: Vec<Vec<(u32, u32)>>,
    /// Terms a listing, by row, as tantivy keeps them: [`kept_length`].
    pub(super) lengths: Vec<u32>,
    /// Mean of `lengths`.
    pub(super) mean: DocumentLength,
}

impl Words {
    /// Builds the side's index in memory and reads it back: each listing's terms with how often it
    /// holds them, in the order of rows.
    pub(super) fn build<'a, T>(rows: impl Iterator<Item = T>) -> Result<Words, IndexError>
    where
        T: Iterator<Item = (&'a str, u32)>,
    {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_fieldnorms(true)
            .set_index_option(IndexRecordOption::WithFreqs);
        let terms = schema.add_text_field("terms", TextOptions::default().set_indexing_options(indexing));
        let row = schema.add_u64_field("row", FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
        let mut count = 0;
        for (number, held) in rows.enumerate() {
            count = number + 1;
            let mut document = TantivyDocument::default();
            document.add_u64(row, number as u64);
            let mut tokens = Vec::new();
            for (term, times) in held {
                for _ in 0..times {
                    tokens.push(Token { text: term.to_owned(), position: tokens.len(), ..Token::default() });
                }
            }
            document.add_pre_tokenized_text(terms, PreTokenizedString { text: String::new(), tokens });
            writer.add_document(document)?;
        }
        writer.commit()?;

        let searcher = index.reader()?.searcher();
        let mut lengths = vec![0; count];
        let mut counts: BTreeMap<String, Vec<(u32, u32)>> = BTreeMap::new();
        for segment in searcher.segment_readers() {
            let rows = segment.fast_fields().u64("row")?;
            let row_of = |document: u32| rows.first(document).unwrap_or_default() as u32;
            let norms = segment.get_fieldnorms_reader(terms)?;
            for document in 0..segment.max_doc() {
                lengths[row_of(document) as usize] = norms.fieldnorm(document);
            }
            let inverted = segment.inverted_index(terms)?;
            let mut stream = inverted.terms().stream()?;
            while stream.advance() {
                let term = std::str::from_utf8(stream.key()).map_err(|_| IndexError::NotText)?;
                let mut postings =
                    inverted.read_postings_from_terminfo(stream.value(), IndexRecordOption::WithFreqs)?;
                let held = counts.entry(term.to_owned()).or_default();
                while postings.doc() != TERMINATED {
                    held.push((row_of(postings.doc()), postings.term_freq()));
                    postings.advance();
                }
            }
        }
        let total: u64 = lengths.iter().map(|&length| u64::from(length)).sum();
        let mean = DocumentLength { mean: (total as f32 / lengths.len().max(1) as f32).max(1.0) };
        let mut frequencies = Vec::with_capacity(counts.len());
        let mut by_term = Vec::with_capacity(counts.len());
        for (term, mut rows) in counts {
            rows.sort_unstable();
            frequencies.push((term, rows.len() as u32));
            by_term.push(rows);
        }
        Ok(Words { frequencies, counts: by_term, lengths, mean })
    }

    /// How many listings.
    pub(super) fn rows(&self) -> usize {
        self.lengths.len()
    }

    /// Each row's terms with their weights, terms ascending.
    pub(super) fn documents(&self, lexicon: &Lexicon) -> Vec<Vec<(TermId, f32)>> {
        let mut documents: Vec<Vec<(TermId, f32)>> = vec![Vec::new(); self.rows()];
        // Terms come in their own order, and so does each row's list.
        for ((term, _), rows) in self.frequencies.iter().zip(&self.counts) {
            let Some(id) = lexicon.id(term) else { continue };
            for &(row, count) in rows {
                let weight = document_weight(count, self.lengths[row as usize], self.mean);
                documents[row as usize].push((id, weight));
            }
        }
        documents
    }
}
