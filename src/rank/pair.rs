//! The score of one pair.

use crate::domain::{Part, Score};
use crate::index::{IndexedSentence, K1, Lexicon, Snapshot};
use crate::scan::{TermId, dot};
use crate::text::Unit;

use super::gaps::{Evidence, Gap};
use super::weights::{Mix, Weights};

/// A term of a question: `(term, weight / ceiling, unit)`.
pub(super) type Asked = (TermId, f32, Unit);

/// A question's terms, ascending, and what is added to its cosines for its shortness.
#[derive(Debug, Default)]
pub(super) struct Weighed {
    pub(super) terms: Vec<Asked>,
    pub(super) lift: f32,
}

/// Why a pair scores what it scores.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The score and its parts.
    pub score: Score,
    /// Sentences that speak for the pair, the strongest first.
    pub evidence: Vec<Evidence>,
    /// What the requirement asks and the capability does not show.
    pub gaps: Vec<Gap>,
}

/// The requirement of a pair, from a list or from outside it.
pub(super) struct Question<'a> {
    pub(super) asked: &'a Weighed,
    pub(super) vector: &'a [f32],
    pub(super) sentences: Vec<IndexedSentence<'a>>,
}

/// The capability of a pair, from a list or from outside it.
pub(super) struct Document<'a> {
    pub(super) terms: &'a [(TermId, f32)],
    pub(super) vector: &'a [f32],
    pub(super) sentences: Vec<IndexedSentence<'a>>,
}

/// The weights of a question's terms, divided by the question's own ceiling
/// Σ weight·(k1+1), so that a document's score lies in 0..1, and by what the question
/// keeps of it for its shortness.
pub(super) fn question(
    terms: impl Iterator<Item = (Option<TermId>, Unit, u32)>,
    lexicon: &Lexicon,
    weights: &Weights,
) -> Weighed {
    let (mut ceiling, mut size) = (0.0, 0.0);
    let mut found = Vec::new();
    for (term, unit, count) in terms {
        let said = weights.size_of(unit, count);
        size += said;
        let weight = lexicon.idf(term) * said;
        ceiling += weight * (K1 + 1.0);
        if let Some(term) = term {
            found.push((term, weight, unit));
        }
    }
    if ceiling > 0.0 {
        let kept = weights.brevity.words_kept(size);
        for (_, weight, _) in &mut found {
            *weight *= kept / ceiling;
        }
    }
    found.sort_by_key(|&(term, _, _)| term);
    Weighed { terms: found, lift: weights.brevity.lift(size) }
}

/// The dense score of a cosine under the snapshot's spread.
pub(super) fn dense(cosine: f32, snapshot: &Snapshot, weights: &Weights) -> f32 {
    (cosine - snapshot.spread().mean) * per_cosine(snapshot, weights)
}

/// What one unit of cosine adds to the dense score.
pub(super) fn per_cosine(snapshot: &Snapshot, weights: &Weights) -> f32 {
    1.0 / (weights.deviations * snapshot.spread().deviation)
}

/// The total of [`score`], to rounding, without its parts: what candidates are ordered by.
pub(super) fn total(
    (asked, vector): (&Weighed, &[f32]),
    (held, other): (&[(TermId, f32)], &[f32]),
    snapshot: &Snapshot,
    weights: &Weights,
    mix: Mix,
) -> f64 {
    let (lexical_share, dense_share) = weights.shares(mix);
    let mut sum = 0.0;
    if lexical_share > 0.0 {
        for_each_common(&asked.terms, held, |weight, held, _, _| {
            sum += f64::from(lexical_share * weight * held)
        });
    }
    if dense_share > 0.0 {
        sum += f64::from(dense_share * dense(dot(vector, other) + asked.lift, snapshot, weights));
    }
    sum
}

/// Tells `visit` of each term that both hold: weights asked and held, unit, term.
fn for_each_common(terms: &[Asked], held: &[(TermId, f32)], mut visit: impl FnMut(f32, f32, Unit, TermId)) {
    let mut at = 0;
    for &(term, held) in held {
        while terms.get(at).is_some_and(|asked| asked.0 < term) {
            at += 1;
        }
        let Some(&(found, weight, unit)) = terms.get(at) else { break };
        if found == term {
            visit(weight, held, unit, term);
        }
    }
}

/// The parts of a pair's score, largest first; their sum, in that order, *is* the total.
pub(super) fn score(
    question: &Question<'_>,
    document: &Document<'_>,
    snapshot: &Snapshot,
    weights: &Weights,
    mix: Mix,
) -> Score {
    let (lexical_share, dense_share) = weights.shares(mix);
    let mut parts = Vec::new();
    let mut pieces: Vec<(f64, TermId)> = Vec::new();
    for_each_common(&question.asked.terms, document.terms, |weight, held, unit, term| {
        let value = f64::from(lexical_share * weight * held);
        match unit {
            _ if value == 0.0 => {}
            Unit::Word => parts.push(Part::Word { term: snapshot.lexicon().term(term).to_owned(), value }),
            Unit::Bigram | Unit::Character => pieces.push((value, term)),
        }
    });
    if !pieces.is_empty() {
        pieces.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        parts.push(Part::Pieces {
            value: pieces.iter().map(|p| p.0).sum(),
            pieces: pieces.iter().map(|&(_, term)| snapshot.lexicon().term(term).to_owned()).collect(),
        });
    }
    if dense_share > 0.0 {
        let cosine = dot(question.vector, document.vector);
        let value = f64::from(dense_share * dense(cosine + question.asked.lift, snapshot, weights));
        parts.push(Part::Meaning { cosine: f64::from(cosine), value });
    }
    parts.sort_by(|a, b| b.value().total_cmp(&a.value()));
    Score { total: parts.iter().map(Part::value).sum(), parts }
}
