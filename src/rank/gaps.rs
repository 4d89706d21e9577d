//! Sentence against sentence: what speaks for a pair, and what is missing.

use crate::index::{IndexedSentence, Lexicon, Place, Quote, Snapshot, TermId};
use crate::scan::dot;

use super::pair::{Document, Question, dense};
use super::weights::Weights;

/// A sentence of each side that says the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The requirement's sentence.
    pub requirement: Quote,
    /// The capability's sentence.
    pub capability: Quote,
    /// Terms that both hold, the rarest first.
    pub shared: Vec<String>,
    /// How strongly it speaks, 0..=1.
    pub strength: f32,
}

/// A sentence of the requirement that nothing in the capability answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// The requirement's sentence.
    pub requirement: Quote,
    /// Strength of the best answer found, 0..=1.
    pub best: f32,
}

/// A part of the requirement, and how well one capability answers it.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// The requirement's sentence.
    pub requirement: Quote,
    /// Σ idf of its terms: how much of the requirement it is.
    pub weight: f32,
    /// Strength of the best answer found, 0..=1.
    pub strength: f32,
}

impl Coverage {
    /// Whether something in the capability answers it at all.
    pub fn is_answered(&self) -> bool {
        self.strength >= GAP_BELOW
    }
}

/// At most this many pairs of sentences are quoted.
const MOST_EVIDENCE: usize = 3;

/// Weaker pairs of sentences are not evidence. Set by reading the demo's pages, not
/// measured: below it quotes shared a turn of phrase and no matter.
const LEAST_STRENGTH: f32 = 0.12;

/// A sentence of the requirement is a gap when its best answer is below this. Set
/// by reading the demo's pages, not measured.
const GAP_BELOW: f32 = 0.16;

/// A sentence of fewer terms says too little to be missed.
const LEAST_TERMS: usize = 4;

/// At most this many gaps are listed.
const MOST_GAPS: usize = 3;

/// How well a capability answers each sentence of the requirement that is about the
/// work; the title stands for a requirement of one sentence only.
pub(super) fn coverage(
    question: &Question<'_>,
    document: &Document<'_>,
    snapshot: &Snapshot,
    weights: &Weights,
) -> Vec<Coverage> {
    let about_work = question.sentences.iter().filter(|asked| asked.about_work);
    let (titles, parts): (Vec<&IndexedSentence<'_>>, Vec<&IndexedSentence<'_>>) =
        about_work.partition(|asked| asked.quote.place == Place::Title);
    let parts = if parts.is_empty() { titles } else { parts };
    parts
        .into_iter()
        .map(|asked| {
            let weight: f32 = asked.terms.iter().map(|&term| snapshot.lexicon().idf(Some(term))).sum();
            let answers =
                document.sentences.iter().map(|offered| strength(asked, offered, weight, snapshot, weights));
            Coverage { requirement: asked.quote.clone(), weight, strength: answers.fold(0.0, f32::max) }
        })
        .collect()
}

/// Compares every sentence of the requirement with every one of the capability.
pub(super) fn compare(
    question: &Question<'_>,
    document: &Document<'_>,
    snapshot: &Snapshot,
    weights: &Weights,
) -> (Vec<Evidence>, Vec<Gap>) {
    let lexicon = snapshot.lexicon();
    let about_work: Vec<(&IndexedSentence<'_>, f32)> = question
        .sentences
        .iter()
        .filter(|asked| asked.about_work)
        .map(|asked| (asked, asked.terms.iter().map(|&term| lexicon.idf(Some(term))).sum()))
        .collect();
    let weightiest = about_work.iter().map(|&(_, weight)| weight).fold(0.0, f32::max);
    let mut evidence: Vec<(f32, Evidence)> = Vec::new();
    let mut gaps = Vec::new();
    for (asked, weight) in about_work {
        let best = document
            .sentences
            .iter()
            .map(|offered| (strength(asked, offered, weight, snapshot, weights), offered))
            // The first of equals stands earliest in the text.
            .fold(None, |best: Option<(f32, &IndexedSentence<'_>)>, next| match best {
                Some(kept) if kept.0 >= next.0 => Some(kept),
                _ => Some(next),
            });
        let reached = best.map_or(0.0, |(strength, _)| strength);
        if let Some((strength, offered)) = best
            && strength >= LEAST_STRENGTH
        {
            let found = Evidence {
                requirement: asked.quote.clone(),
                capability: offered.quote.clone(),
                shared: shared(asked.terms, offered.terms, lexicon),
                strength,
            };
            // A sentence that says more of what is asked speaks louder.
            let share = if weightiest > 0.0 { weight / weightiest } else { 0.0 };
            evidence.push((strength * share.sqrt(), found));
        }
        let long_enough = asked.terms.len() >= LEAST_TERMS;
        if reached < GAP_BELOW && asked.quote.place == Place::Text && long_enough {
            gaps.push(Gap { requirement: asked.quote.clone(), best: reached });
        }
    }
    evidence.sort_by(|a, b| b.0.total_cmp(&a.0));
    evidence.truncate(MOST_EVIDENCE);
    gaps.sort_by(|a, b| a.best.total_cmp(&b.best));
    gaps.truncate(MOST_GAPS);
    (evidence.into_iter().map(|(_, found)| found).collect(), gaps)
}

/// Half how much of the asked sentence's idf the offered one holds, half how
/// near they are in meaning.
fn strength(
    asked: &IndexedSentence<'_>,
    offered: &IndexedSentence<'_>,
    all: f32,
    snapshot: &Snapshot,
    weights: &Weights,
) -> f32 {
    let held: f32 = common(asked.terms, offered.terms).map(|term| snapshot.lexicon().idf(Some(term))).sum();
    let overlap = if all > 0.0 { held / all } else { 0.0 };
    let meaning = dense(dot(asked.vector, offered.vector), snapshot, weights).clamp(0.0, 1.0);
    (overlap + meaning) / 2.0
}

fn common<'a>(a: &'a [TermId], b: &'a [TermId]) -> impl Iterator<Item = TermId> + 'a {
    let mut at = 0;
    a.iter().copied().filter(move |&term| {
        while b.get(at).is_some_and(|&other| other < term) {
            at += 1;
        }
        b.get(at) == Some(&term)
    })
}

fn shared(a: &[TermId], b: &[TermId], lexicon: &Lexicon) -> Vec<String> {
    let mut terms: Vec<TermId> = common(a, b).collect();
    terms.sort_by(|&x, &y| lexicon.idf(Some(y)).total_cmp(&lexicon.idf(Some(x))).then(x.cmp(&y)));
    terms.into_iter().map(|term| lexicon.term(term).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_terms_of_sorted_lists() {
        for (a, b, expected) in [
            (vec![1, 3, 5], vec![3, 4, 5], vec![3, 5]),
            (vec![], vec![1], vec![]),
            (vec![2], vec![1, 2, 3], vec![2]),
        ] {
            assert_eq!(common(&a, &b).collect::<Vec<_>>(), expected);
        }
    }
}
