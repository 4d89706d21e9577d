//! A listing that stands in no list: a pasted description, the words of a search box.

use std::sync::Arc;

use ndarray::Array2;

use crate::domain::{Listing, Side};
use crate::scan::TermId;
use crate::text::Unit;

use super::analysis::{Draft, SentenceAt};
use super::part::{IndexedSentence, row_of};
use super::snapshot::Snapshot;
use super::words::{IndexError, document_weight, kept_length};

/// One listing made ready to be ranked against a [`Snapshot`] that does not hold it.
#[derive(Debug, Clone)]
pub struct Probe {
    listing: Arc<Listing>,
    question: Vec<(Option<TermId>, Unit, u32)>,
    document: Vec<(TermId, f32)>,
    vectors: Array2<f32>,
    sentences: Vec<(SentenceAt, Vec<TermId>)>,
}

impl Probe {
    /// From a draft of exactly one listing and the vectors of its passages,
    /// made by the snapshot's own model.
    ///
    /// # Errors
    /// When the vectors are not those of the draft, or it holds another number of listings.
    pub fn new(draft: Draft, vectors: Array2<f32>, snapshot: &Snapshot) -> Result<Probe, IndexError> {
        let Draft { mut listings, mut analyzed } = draft;
        let (Some(listing), Some(analyzed), true) = (listings.pop(), analyzed.pop(), listings.is_empty())
        else {
            return Err(IndexError::VectorCount { expected: 1, got: vectors.nrows() });
        };
        let expected = 1 + analyzed.sentences.len();
        if vectors.nrows() != expected {
            return Err(IndexError::VectorCount { expected, got: vectors.nrows() });
        }
        let lexicon = snapshot.lexicon();
        // As a listing of the list is weighed, so that both score the same.
        let length = kept_length(analyzed.length());
        let mean = snapshot.side(Side::Capability).length();
        let mut document: Vec<(TermId, f32)> = analyzed
            .counted()
            .filter_map(|(term, count)| Some((lexicon.id(term)?, document_weight(count, length, mean))))
            .collect();
        document.sort_unstable_by_key(|&(term, _)| term);
        let question =
            analyzed.terms.iter().map(|(term, &(unit, count))| (lexicon.id(term), unit, count)).collect();
        let sentences = analyzed
            .sentences
            .into_iter()
            .map(|mut sentence| {
                let terms = std::mem::take(&mut sentence.terms);
                let mut terms: Vec<TermId> = terms.iter().filter_map(|term| lexicon.id(term)).collect();
                terms.sort_unstable();
                (sentence, terms)
            })
            .collect();
        Ok(Probe {
            listing,
            document,
            question,
            vectors: vectors.as_standard_layout().into_owned(),
            sentences,
        })
    }

    /// The listing.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Its terms as a question: `(number where the snapshot knows the term, unit, count)`.
    pub fn question(&self) -> &[(Option<TermId>, Unit, u32)] {
        &self.question
    }

    /// Its terms as a capability's document: `(term, BM25 weight without idf)`, ascending.
    pub fn document(&self) -> &[(TermId, f32)] {
        &self.document
    }

    /// Its unit vector.
    pub fn vector(&self) -> &[f32] {
        row_of(&self.vectors, 0)
    }

    /// Its sentences.
    pub fn sentences(&self) -> impl Iterator<Item = IndexedSentence<'_>> {
        self.sentences.iter().enumerate().map(|(at, (sentence, terms))| IndexedSentence {
            quote: &sentence.quote,
            about_work: sentence.about_work,
            terms,
            vector: row_of(&self.vectors, at + 1),
        })
    }
}
