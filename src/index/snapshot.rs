//! Both sides of the market at one instant.

use std::collections::HashMap;
use std::sync::Arc;

use ndarray::{Array2, Axis};

use crate::domain::{Listing, ListingId, Side};
use crate::scan::{Postings, Row, TermId, Vectors};
use crate::text::Unit;

use super::analysis::{Draft, Quote, SentenceAt};
use super::lexicon::Lexicon;
use super::words::{DocumentLength, IndexError, Words, document_weight};

/// How the cosines of unrelated texts lie under a model: what a cosine must be
/// measured against before it says anything.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Mean cosine of random pairs.
    pub mean: f32,
    /// Standard deviation of the same, above 0.
    pub deviation: f32,
}

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

/// A row of a matrix in standard layout, which every matrix here is made in.
pub(super) fn row_of(matrix: &Array2<f32>, row: usize) -> &[f32] {
    let width = matrix.ncols();
    matrix.as_slice().map_or(&[], |all| &all[row * width..(row + 1) * width])
}

/// One list, indexed. Rows are in the order of ids.
#[derive(Debug)]
pub struct SideIndex {
    listings: Vec<Arc<Listing>>,
    rows: HashMap<ListingId, Row>,
    /// The listing as a document: BM25 weights without idf.
    documents: Postings,
    /// The listing as a question: its terms with unit and count, terms ascending.
    questions: Vec<Vec<(TermId, Unit, u32)>>,
    length: DocumentLength,
    /// One unit vector a listing.
    vectors: Vectors,
    /// One unit vector a sentence, listing by listing.
    sentence_vectors: Array2<f32>,
    sentences: Vec<SentenceAt>,
    sentence_terms: Vec<Vec<TermId>>,
    /// `sentences[sentence_starts[row]..sentence_starts[row + 1]]`.
    sentence_starts: Vec<usize>,
}

impl SideIndex {
    /// How many listings.
    pub fn len(&self) -> usize {
        self.listings.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.listings.is_empty()
    }

    /// The listing of a row.
    pub fn listing(&self, row: Row) -> &Arc<Listing> {
        &self.listings[row as usize]
    }

    /// All listings, in the order of ids.
    pub fn listings(&self) -> &[Arc<Listing>] {
        &self.listings
    }

    /// The row of an id.
    pub fn row(&self, id: &ListingId) -> Option<Row> {
        self.rows.get(id).copied()
    }

    /// BM25 document weights, without idf.
    pub fn documents(&self) -> &Postings {
        &self.documents
    }

    /// The terms of a listing asked as a question, ascending: `(term, unit, count)`.
    pub fn question(&self, row: Row) -> &[(TermId, Unit, u32)] {
        &self.questions[row as usize]
    }

    /// Mean length of the side's documents.
    pub fn length(&self) -> DocumentLength {
        self.length
    }

    /// Unit vectors, a row a listing; a listing the model knows nothing of has a zero row.
    pub fn vectors(&self) -> &Vectors {
        &self.vectors
    }

    /// The unit vector of one listing.
    pub fn vector(&self, row: Row) -> &[f32] {
        self.vectors.row(row)
    }

    /// The sentences of a listing, each with its sorted terms and its unit vector.
    pub fn sentences(&self, row: Row) -> impl Iterator<Item = IndexedSentence<'_>> {
        let range = self.sentence_starts[row as usize]..self.sentence_starts[row as usize + 1];
        range.map(|at| IndexedSentence {
            quote: &self.sentences[at].quote,
            about_work: self.sentences[at].about_work,
            terms: &self.sentence_terms[at],
            vector: row_of(&self.sentence_vectors, at),
        })
    }
}

/// Both lists, one lexicon, one model.
#[derive(Debug)]
pub struct Snapshot {
    lexicon: Lexicon,
    requirements: SideIndex,
    capabilities: SideIndex,
    spread: Spread,
}

impl Snapshot {
    /// Joins two drafts with the vectors of their [`Draft::passages`], both made
    /// by one model whose spread is `spread`.
    ///
    /// # Errors
    /// When a matrix has another number of rows than its draft has passages, or
    /// when tantivy fails.
    pub fn build(
        requirements: (Draft, Array2<f32>),
        capabilities: (Draft, Array2<f32>),
        spread: Spread,
    ) -> Result<Snapshot, IndexError> {
        let (left, right) = rayon::join(|| Words::build(&requirements.0), || Words::build(&capabilities.0));
        let (left, right) = (left?, right?);
        let lexicon = Lexicon::new([
            (&left.frequencies, requirements.0.len()),
            (&right.frequencies, capabilities.0.len()),
        ]);
        Ok(Snapshot {
            requirements: side(requirements, left, &lexicon)?,
            capabilities: side(capabilities, right, &lexicon)?,
            lexicon,
            spread,
        })
    }

    /// One side.
    pub fn side(&self, side: Side) -> &SideIndex {
        match side {
            Side::Requirement => &self.requirements,
            Side::Capability => &self.capabilities,
        }
    }

    /// The terms of both sides.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The model's spread.
    pub fn spread(&self) -> Spread {
        self.spread
    }
}

fn side(
    (draft, vectors): (Draft, Array2<f32>),
    words: Words,
    lexicon: &Lexicon,
) -> Result<SideIndex, IndexError> {
    let Draft { listings, analyzed } = draft;
    let sentence_count: usize = analyzed.iter().map(|a| a.sentences.len()).sum();
    let expected = listings.len() + sentence_count;
    if vectors.nrows() != expected {
        return Err(IndexError::VectorCount { expected, got: vectors.nrows() });
    }
    let mut documents: Vec<Vec<(TermId, f32)>> = vec![Vec::new(); listings.len()];
    // Terms come in their own order, and so does each row's list.
    for ((term, _), rows) in words.frequencies.iter().zip(&words.counts) {
        let Some(id) = lexicon.id(term) else { continue };
        for &(row, count) in rows {
            let weight = document_weight(count, words.lengths[row as usize], words.mean);
            documents[row as usize].push((id, weight));
        }
    }
    let questions = analyzed
        .iter()
        .map(|a| {
            a.terms
                .iter()
                .filter_map(|(term, &(unit, count))| Some((lexicon.id(term)?, unit, count)))
                .collect()
        })
        .collect();
    let mut sentence_starts = vec![0];
    let mut sentences = Vec::with_capacity(sentence_count);
    let mut sentence_terms = Vec::with_capacity(sentence_count);
    for a in analyzed {
        for mut sentence in a.sentences {
            let terms = std::mem::take(&mut sentence.terms);
            sentence_terms.push(terms.iter().filter_map(|term| lexicon.id(term)).collect());
            sentences.push(sentence);
        }
        sentence_starts.push(sentences.len());
    }
    let (wholes, parts) = vectors.view().split_at(Axis(0), listings.len());
    Ok(SideIndex {
        rows: listings.iter().enumerate().map(|(row, l)| (l.id.clone(), row as Row)).collect(),
        documents: Postings::from_rows(documents.iter().map(Vec::as_slice), lexicon.len()),
        questions,
        length: words.mean,
        vectors: Vectors::new(wholes.to_owned()),
        sentence_vectors: parts.as_standard_layout().into_owned(),
        sentences,
        sentence_terms,
        sentence_starts,
        listings,
    })
}
