//! The rows of one list, or of a part of it, as they are read while ranking.

use std::collections::HashMap;
use std::sync::Arc;

use ndarray::Array2;

use crate::domain::{Listing, ListingId};
use crate::scan::{Postings, Row, TermId, Vectors};
use crate::text::Unit;

use super::analysis::{Quote, SentenceAt};
use super::words::IndexError;

/// A sentence of an indexed listing.
#[derive(Debug, Clone, Copy)]
pub struct IndexedSentence<'a> {
    /// Where it stands.
    pub quote: &'a Quote,
    /// See [`SentenceAt::about_work`].
    pub about_work: bool,
    /// Its words and two-character pieces, ascending.
    pub terms: &'a [TermId],
    /// Its unit vector.
    pub vector: &'a [f32],
}

/// Rows that never change, in the order of ids; their numbers begin at 0.
#[derive(Debug)]
pub struct Part {
    listings: Vec<Arc<Listing>>,
    rows: HashMap<ListingId, Row>,
    documents: Postings,
    /// The listing as a question: its terms with unit and count, terms ascending.
    questions: Vec<Vec<(TermId, Unit, u32)>>,
    /// One unit vector a listing.
    vectors: Vectors,
    /// One unit vector a sentence, listing by listing.
    sentence_vectors: Array2<f32>,
    sentences: Vec<SentenceAt>,
    sentence_terms: Vec<Vec<TermId>>,
    /// `sentences[sentence_starts[row]..sentence_starts[row + 1]]`.
    sentence_starts: Vec<usize>,
}

impl Part {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.listings.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.listings.is_empty()
    }

    /// The listings, in the order of ids.
    pub fn listings(&self) -> &[Arc<Listing>] {
        &self.listings
    }

    /// BM25 document weights, without idf.
    pub fn documents(&self) -> &Postings {
        &self.documents
    }

    /// Unit vectors, a row a listing; a listing the model knows nothing of has a zero row.
    pub fn vectors(&self) -> &Vectors {
        &self.vectors
    }

    /// The terms of a listing asked as a question, ascending: `(term, unit, count)`.
    pub fn question(&self, row: Row) -> &[(TermId, Unit, u32)] {
        &self.questions[row as usize]
    }

    pub(super) fn row(&self, id: &ListingId) -> Option<Row> {
        self.rows.get(id).copied()
    }

    pub(super) fn sentences(&self, row: Row) -> impl Iterator<Item = IndexedSentence<'_>> {
        let range = self.sentence_starts[row as usize]..self.sentence_starts[row as usize + 1];
        range.map(|at| IndexedSentence {
            quote: &self.sentences[at].quote,
            about_work: self.sentences[at].about_work,
            terms: &self.sentence_terms[at],
            vector: row_of(&self.sentence_vectors, at),
        })
    }
}

/// A part being put together, row by row in the order of ids.
#[derive(Debug, Default)]
pub(super) struct PartBuilder {
    listings: Vec<Arc<Listing>>,
    row_starts: Vec<usize>,
    entries: Vec<(TermId, f32)>,
    questions: Vec<Vec<(TermId, Unit, u32)>>,
    vectors: Vec<f32>,
    sentence_vectors: Vec<f32>,
    sentences: Vec<SentenceAt>,
    sentence_terms: Vec<Vec<TermId>>,
    sentence_starts: Vec<usize>,
}

impl PartBuilder {
    pub(super) fn new(rows: usize) -> PartBuilder {
        let mut builder = PartBuilder::default();
        builder.listings.reserve_exact(rows);
        builder.row_starts.push(0);
        builder.sentence_starts.push(0);
        builder
    }

    /// Begins the next row. Its sentences are pushed after it.
    pub(super) fn push(
        &mut self,
        listing: Arc<Listing>,
        document: impl IntoIterator<Item = (TermId, f32)>,
        question: Vec<(TermId, Unit, u32)>,
        vector: &[f32],
    ) {
        self.listings.push(listing);
        self.entries.extend(document);
        self.row_starts.push(self.entries.len());
        self.questions.push(question);
        self.vectors.extend_from_slice(vector);
        self.sentence_starts.push(self.sentences.len());
    }

    /// A sentence of the row pushed last.
    pub(super) fn push_sentence(&mut self, sentence: SentenceAt, terms: Vec<TermId>, vector: &[f32]) {
        self.sentences.push(sentence);
        self.sentence_terms.push(terms);
        self.sentence_vectors.extend_from_slice(vector);
        if let Some(end) = self.sentence_starts.last_mut() {
            *end = self.sentences.len();
        }
    }

    /// A copy of a row of another part whose terms go by other numbers, `term(old)`, in the same
    /// order; `document` gives it other weights.
    pub(super) fn copy(
        &mut self,
        part: &Part,
        row: Row,
        document: impl IntoIterator<Item = (TermId, f32)>,
        term: impl Fn(TermId) -> Option<TermId>,
    ) {
        let mut question: Vec<(TermId, Unit, u32)> = part
            .question(row)
            .iter()
            .filter_map(|&(old, unit, count)| Some((term(old)?, unit, count)))
            .collect();
        question.sort_unstable_by_key(|&(term, ..)| term);
        self.push(part.listings[row as usize].clone(), document, question, part.vectors.row(row));
        for sentence in part.sentences(row) {
            let mut terms: Vec<TermId> = sentence.terms.iter().filter_map(|&old| term(old)).collect();
            terms.sort_unstable();
            let at = SentenceAt {
                quote: sentence.quote.clone(),
                about_work: sentence.about_work,
                terms: Vec::new(),
            };
            self.push_sentence(at, terms, sentence.vector);
        }
    }

    /// `terms` is how many terms there are, `width` how wide a vector is.
    ///
    /// # Errors
    /// When a vector was of another width.
    pub(super) fn finish(self, terms: usize, width: usize) -> Result<Part, IndexError> {
        let matrix = |values: Vec<f32>, rows: usize| {
            let got = values.len() / width.max(1);
            Array2::from_shape_vec((rows, width), values)
                .map_err(|_| IndexError::VectorCount { expected: rows, got })
        };
        Ok(Part {
            rows: self.listings.iter().enumerate().map(|(row, l)| (l.id.clone(), row as Row)).collect(),
            documents: Postings::from_entries(self.row_starts, self.entries, terms),
            questions: self.questions,
            vectors: Vectors::new(matrix(self.vectors, self.listings.len())?),
            sentence_vectors: matrix(self.sentence_vectors, self.sentences.len())?,
            sentences: self.sentences,
            sentence_terms: self.sentence_terms,
            sentence_starts: self.sentence_starts,
            listings: self.listings,
        })
    }
}

/// A row of a matrix in standard layout, which every matrix here is made in.
pub(super) fn row_of(matrix: &Array2<f32>, row: usize) -> &[f32] {
    let width = matrix.ncols();
    matrix.as_slice().map_or(&[], |all| &all[row * width..(row + 1) * width])
}
