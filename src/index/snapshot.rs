//! Both sides of the market at one instant.

use std::collections::HashSet;
use std::sync::Arc;

use ndarray::Array2;

use crate::domain::{Listing, ListingId, Side};
use crate::scan::{Row, TermId};
use crate::text::Unit;

use super::analysis::{Analyzed, Draft, SentenceAt};
use super::lexicon::Lexicon;
use super::part::{IndexedSentence, Part, PartBuilder, row_of};
use super::words::{DocumentLength, IndexError, Words, document_weight, kept_length};

/// How the cosines of unrelated texts lie under a model: what a cosine must be
/// measured against before it says anything.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Mean cosine of random pairs.
    pub mean: f32,
    /// Standard deviation of the same, above 0.
    pub deviation: f32,
}

/// One list, indexed: a settled part, and a small recent one with what has come or changed
/// since. A row is a row of the settled part, or that part's length and a row of the recent one.
#[derive(Debug, Clone)]
pub struct SideIndex {
    settled: Arc<Part>,
    recent: Arc<Part>,
    /// Rows of the settled part that were replaced or taken out, ascending.
    gone: Arc<Vec<Row>>,
    length: DocumentLength,
}

/// A part of a list with its place in it.
#[derive(Debug, Clone, Copy)]
pub struct PartAt<'a> {
    /// The rows, numbered from 0.
    pub part: &'a Arc<Part>,
    /// Number in the list of the part's row 0.
    pub first: Row,
    /// The part's own numbers of rows that are not in the list any more, ascending.
    pub gone: &'a [Row],
}

/// What has changed in one list.
#[derive(Debug)]
pub struct SideChanges {
    /// Listings added or replaced, each once, and the vectors of their [`Draft::passages`].
    pub put: (Draft, Array2<f32>),
    /// Listings taken out.
    pub removed: Vec<ListingId>,
}

impl SideIndex {
    fn whole(part: Part, length: DocumentLength) -> Result<SideIndex, IndexError> {
        let recent = PartBuilder::new(0).finish(0, part.vectors().view().ncols())?;
        Ok(SideIndex { settled: Arc::new(part), recent: Arc::new(recent), gone: Arc::default(), length })
    }

    /// How many listings.
    pub fn len(&self) -> usize {
        self.settled.len() - self.gone.len() + self.recent.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The parts that rows are read from.
    pub fn parts(&self) -> [PartAt<'_>; 2] {
        [
            PartAt { part: &self.settled, first: 0, gone: &self.gone },
            PartAt { part: &self.recent, first: self.settled.len() as Row, gone: &[] },
        ]
    }

    /// A row's part, and its number there.
    fn at(&self, row: Row) -> (&Part, Row) {
        match row.checked_sub(self.settled.len() as Row) {
            None => (&self.settled, row),
            Some(row) => (&self.recent, row),
        }
    }

    /// The rows, in the order of ids.
    pub fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        let [settled, recent] = self.parts();
        let mut gone = settled.gone.iter().copied().peekable();
        let mut old =
            (0..settled.part.len() as Row).filter(move |row| gone.next_if_eq(row).is_none()).peekable();
        let mut new = (0..recent.part.len() as Row).peekable();
        std::iter::from_fn(move || {
            let (a, b) = (settled.part.listings(), recent.part.listings());
            let newer = match (old.peek(), new.peek()) {
                (Some(&old), Some(&new)) => b[new as usize].id < a[old as usize].id,
                (_, new) => new.is_some(),
            };
            if newer { new.next().map(|row| recent.first + row) } else { old.next() }
        })
    }

    /// The listing of a row.
    pub fn listing(&self, row: Row) -> &Arc<Listing> {
        let (part, row) = self.at(row);
        &part.listings()[row as usize]
    }

    /// All listings, in the order of ids.
    pub fn listings(&self) -> impl Iterator<Item = &Arc<Listing>> + '_ {
        self.rows().map(|row| self.listing(row))
    }

    /// The row of an id.
    pub fn row(&self, id: &ListingId) -> Option<Row> {
        let [settled, recent] = self.parts();
        if let Some(row) = recent.part.row(id) {
            return Some(recent.first + row);
        }
        settled.part.row(id).filter(|row| settled.gone.binary_search(row).is_err())
    }

    /// The terms of a listing as a document, ascending, with their BM25 weights without idf.
    pub fn document(&self, row: Row) -> &[(TermId, f32)] {
        let (part, row) = self.at(row);
        part.documents().of_row(row)
    }

    /// The terms of a listing asked as a question, ascending: `(term, unit, count)`.
    pub fn question(&self, row: Row) -> &[(TermId, Unit, u32)] {
        let (part, row) = self.at(row);
        part.question(row)
    }

    /// Mean length of the side's documents, as it was when the list was settled.
    pub fn length(&self) -> DocumentLength {
        self.length
    }

    /// The unit vector of one listing.
    pub fn vector(&self, row: Row) -> &[f32] {
        let (part, row) = self.at(row);
        part.vectors().row(row)
    }

    /// The sentences of a listing, each with its sorted terms and its unit vector.
    pub fn sentences(&self, row: Row) -> impl Iterator<Item = IndexedSentence<'_>> {
        let (part, row) = self.at(row);
        part.sentences(row)
    }

    /// Rows that are not where they would be were the list settled now.
    fn unsettled(&self) -> usize {
        self.recent.len() + self.gone.len()
    }

    fn update(&self, changes: SideChanges, lexicon: &Lexicon) -> Result<SideIndex, IndexError> {
        let SideChanges { put: (draft, vectors), removed } = changes;
        if draft.is_empty() && removed.is_empty() {
            return Ok(self.clone());
        }
        check_vectors(&draft, &vectors)?;
        let touched: HashSet<ListingId> =
            draft.listings.iter().map(|listing| listing.id.clone()).chain(removed).collect();
        let mut gone: Vec<Row> = self.gone.to_vec();
        gone.extend(touched.iter().filter_map(|id| self.settled.row(id)));
        gone.sort_unstable();
        gone.dedup();
        let kept: Vec<Row> = (0..self.recent.len() as Row)
            .filter(|&row| !touched.contains(&self.recent.listings()[row as usize].id))
            .collect();

        let mut builder = PartBuilder::new(kept.len() + draft.len());
        let mut kept = kept.into_iter().peekable();
        let mut sentence = draft.len();
        for (number, (listing, analyzed)) in draft.listings.into_iter().zip(draft.analyzed).enumerate() {
            while let Some(row) = kept.next_if(|&row| self.recent.listings()[row as usize].id < listing.id) {
                builder.copy(&self.recent, row, self.recent.documents().of_row(row).iter().copied(), Some);
            }
            let length = kept_length(analyzed.length());
            let mut document: Vec<(TermId, f32)> = analyzed
                .terms
                .iter()
                .filter_map(|(term, &(_, count))| {
                    Some((lexicon.id(term)?, document_weight(count, length, self.length)))
                })
                .collect();
            document.sort_unstable_by_key(|&(term, _)| term);
            sentence +=
                push(&mut builder, listing, document, analyzed, lexicon, (&vectors, number, sentence));
        }
        for row in kept {
            builder.copy(&self.recent, row, self.recent.documents().of_row(row).iter().copied(), Some);
        }
        let recent = builder.finish(lexicon.len(), vectors.ncols())?;
        Ok(SideIndex {
            settled: self.settled.clone(),
            recent: Arc::new(recent),
            gone: Arc::new(gone),
            length: self.length,
        })
    }

    /// Each listing's terms with how often it holds them.
    fn counted<'a>(
        &'a self,
        lexicon: &'a Lexicon,
    ) -> impl Iterator<Item = impl Iterator<Item = (&'a str, u32)>> {
        self.rows().map(move |row| {
            let (part, row) = self.at(row);
            part.question(row).iter().map(move |&(term, _, count)| (lexicon.term(term), count))
        })
    }
}

/// Both lists, one lexicon, one model.
///
/// [`Snapshot::build`] and [`Snapshot::settle`] make one whose every figure is of the lists as
/// they are. [`Snapshot::update`] costs what has changed: how common a term is and how long the
/// mean listing is then stay as they were, and a term that is new to both lists is weighed
/// as one listing's, until the lists are settled.
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
        Snapshot::build_told(requirements, capabilities, spread, &|| {})
    }

    /// As [`Snapshot::build`]; `tell` is called as the words of each listing go in.
    ///
    /// # Errors
    /// As [`Snapshot::build`].
    pub fn build_told(
        requirements: (Draft, Array2<f32>),
        capabilities: (Draft, Array2<f32>),
        spread: Spread,
        tell: &(dyn Fn() + Sync),
    ) -> Result<Snapshot, IndexError> {
        check_vectors(&requirements.0, &requirements.1)?;
        check_vectors(&capabilities.0, &capabilities.1)?;
        let words =
            |draft: &Draft| Words::build(draft.analyzed.iter().inspect(|_| tell()).map(Analyzed::counted));
        let (left, right) = rayon::join(|| words(&requirements.0), || words(&capabilities.0));
        let (left, right) = (left?, right?);
        let lexicon = Lexicon::new([&left, &right]);
        Ok(Snapshot {
            requirements: side(requirements, left, &lexicon)?,
            capabilities: side(capabilities, right, &lexicon)?,
            lexicon,
            spread,
        })
    }

    /// The same lists with these changes; see [`Snapshot`] for what stays as it was. Costs the
    /// listings that have changed since the lists were settled, not the lists.
    ///
    /// # Errors
    /// When a matrix has another number of rows than its draft has passages.
    pub fn update(
        &self,
        requirements: SideChanges,
        capabilities: SideChanges,
    ) -> Result<Snapshot, IndexError> {
        let mut lexicon = self.lexicon.clone();
        for analyzed in requirements.put.0.analyzed.iter().chain(&capabilities.put.0.analyzed) {
            analyzed.terms.keys().for_each(|term| lexicon.add(term));
        }
        Ok(Snapshot {
            requirements: self.requirements.update(requirements, &lexicon)?,
            capabilities: self.capabilities.update(capabilities, &lexicon)?,
            lexicon,
            spread: self.spread,
        })
    }

    /// How many rows an update has added or taken out since the lists were settled.
    pub fn unsettled(&self) -> usize {
        self.requirements.unsettled() + self.capabilities.unsettled()
    }

    /// Whether one is an update of the other, or both are of a third.
    pub fn shares_settled(&self, other: &Snapshot) -> bool {
        Arc::ptr_eq(&self.requirements.settled, &other.requirements.settled)
            && Arc::ptr_eq(&self.capabilities.settled, &other.capabilities.settled)
    }

    /// The same lists as [`Snapshot::build`] would index them, from what is known of each listing:
    /// nothing is analysed or embedded again.
    ///
    /// # Errors
    /// When tantivy fails.
    pub fn settle(&self) -> Result<Snapshot, IndexError> {
        let words = |index: &SideIndex| Words::build(index.counted(&self.lexicon));
        let (left, right) = rayon::join(|| words(&self.requirements), || words(&self.capabilities));
        let (left, right) = (left?, right?);
        let lexicon = Lexicon::new([&left, &right]);
        let numbers: Vec<Option<TermId>> =
            (0..self.lexicon.len()).map(|old| lexicon.id(self.lexicon.term(old as TermId))).collect();
        let settled = |index: &SideIndex, words: Words| {
            let documents = words.documents(&lexicon);
            let mut builder = PartBuilder::new(index.len());
            for (row, document) in index.rows().zip(documents) {
                let (part, row) = index.at(row);
                builder.copy(part, row, document, |old| numbers[old as usize]);
            }
            let width = index.settled.vectors().view().ncols();
            SideIndex::whole(builder.finish(lexicon.len(), width)?, words.mean)
        };
        Ok(Snapshot {
            requirements: settled(&self.requirements, left)?,
            capabilities: settled(&self.capabilities, right)?,
            spread: self.spread,
            lexicon,
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

fn check_vectors(draft: &Draft, vectors: &Array2<f32>) -> Result<(), IndexError> {
    let sentences: usize = draft.analyzed.iter().map(|a| a.sentences.len()).sum();
    let (expected, got) = (draft.len() + sentences, vectors.nrows());
    if got == expected { Ok(()) } else { Err(IndexError::VectorCount { expected, got }) }
}

fn side(
    (draft, vectors): (Draft, Array2<f32>),
    words: Words,
    lexicon: &Lexicon,
) -> Result<SideIndex, IndexError> {
    let vectors = vectors.as_standard_layout().into_owned();
    let documents = words.documents(lexicon);
    let mut builder = PartBuilder::new(draft.len());
    let mut sentence = draft.len();
    let rows = draft.listings.into_iter().zip(draft.analyzed).zip(documents);
    for (number, ((listing, analyzed), document)) in rows.enumerate() {
        sentence += push(&mut builder, listing, document, analyzed, lexicon, (&vectors, number, sentence));
    }
    SideIndex::whole(builder.finish(lexicon.len(), vectors.ncols())?, words.mean)
}

/// Pushes a row whose vector has this number and whose sentences' vectors begin at that one; how
/// many sentences it has.
fn push(
    builder: &mut PartBuilder,
    listing: Arc<Listing>,
    document: Vec<(TermId, f32)>,
    analyzed: Analyzed,
    lexicon: &Lexicon,
    (vectors, number, first): (&Array2<f32>, usize, usize),
) -> usize {
    let mut question: Vec<(TermId, Unit, u32)> = analyzed
        .terms
        .iter()
        .filter_map(|(term, &(unit, count))| Some((lexicon.id(term)?, unit, count)))
        .collect();
    question.sort_unstable_by_key(|&(term, ..)| term);
    builder.push(listing, document, question, row_of(vectors, number));
    let sentences = analyzed.sentences.len();
    for (at, mut sentence) in analyzed.sentences.into_iter().enumerate() {
        let terms = std::mem::take(&mut sentence.terms);
        let mut terms: Vec<TermId> = terms.iter().filter_map(|term| lexicon.id(term)).collect();
        terms.sort_unstable();
        let sentence = SentenceAt { terms: Vec::new(), ..sentence };
        builder.push_sentence(sentence, terms, row_of(vectors, first + at));
    }
    sentences
}
