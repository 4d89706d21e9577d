//! Sentence against sentence: what speaks for a pair, and what is missing.

use crate::index::{IndexedSentence, Lexicon, Place, Quote, Snapshot, TermId};

use super::pair::{Document, Question, cosine, dense};
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

/// At most this many pairs of sentences are quoted.
const MOST_EVIDENCE: usize = 3;

/// Weaker pairs of sentences are not evidence: half of what the weakest pairs
/// that a reader of the demo lists accepted as "says the same" reached.
const LEAST_STRENGTH: f32 = 0.12;

/// A sentence of the requirement is a gap when its best answer is below this.
const GAP_BELOW: f32 = 0.16;

/// At most this many gaps are listed.
const MOST_GAPS: usize = 3;

/// Words of sentences that are not about the work: terms are checked apart.
const NOT_ABOUT_WORK: &[&str] = &[
    "预算",
    "截止",
    "联系",
    "报名",
    "资格",
    "法人",
    "供应商",
    "投标",
    "响应人",
    "磋商",
    "公告",
    "附件",
    "預算",
    "聯絡",
    "報名",
    "報價",
    "資格",
    "元以内",
    "报价",
    "付款",
    "电话",
    "邮箱",
];

/// Compares every sentence of the requirement with every one of the capability.
pub(super) fn compare(
    question: &Question<'_>,
    document: &Document<'_>,
    words_of: impl Fn(&Quote) -> String,
    snapshot: &Snapshot,
    weights: &Weights,
) -> (Vec<Evidence>, Vec<Gap>) {
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut gaps = Vec::new();
    for asked in &question.sentences {
        let best = document
            .sentences
            .iter()
            .map(|offered| (strength(asked, offered, snapshot, weights), offered))
            // The first of equals stands earliest in the text.
            .fold(None, |best: Option<(f32, &IndexedSentence<'_>)>, next| match best {
                Some(kept) if kept.0 >= next.0 => Some(kept),
                _ => Some(next),
            });
        let reached = best.map_or(0.0, |(strength, _)| strength);
        if let Some((strength, offered)) = best
            && strength >= LEAST_STRENGTH
        {
            evidence.push(Evidence {
                requirement: asked.quote.clone(),
                capability: offered.quote.clone(),
                shared: shared(asked.terms, offered.terms, snapshot.lexicon()),
                strength,
            });
        }
        if reached < GAP_BELOW && asked.quote.place == Place::Text {
            let words = words_of(asked.quote);
            let about_work = !NOT_ABOUT_WORK.iter().any(|word| words.contains(word));
            if about_work && words.chars().count() >= 6 && !asked.terms.is_empty() {
                gaps.push(Gap { requirement: asked.quote.clone(), best: reached });
            }
        }
    }
    evidence.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    evidence.truncate(MOST_EVIDENCE);
    gaps.sort_by(|a, b| a.best.total_cmp(&b.best));
    gaps.truncate(MOST_GAPS);
    (evidence, gaps)
}

/// Half how much of the asked sentence's idf the offered one holds, half how
/// near they are in meaning.
fn strength(
    asked: &IndexedSentence<'_>,
    offered: &IndexedSentence<'_>,
    snapshot: &Snapshot,
    weights: &Weights,
) -> f32 {
    let lexicon = snapshot.lexicon();
    let weight =
        |terms: &mut dyn Iterator<Item = TermId>| terms.map(|term| lexicon.idf(Some(term))).sum::<f32>();
    let all = weight(&mut asked.terms.iter().copied());
    let held = weight(&mut common(asked.terms, offered.terms));
    let overlap = if all > 0.0 { held / all } else { 0.0 };
    let meaning = dense(cosine(asked.vector, offered.vector), snapshot, weights).clamp(0.0, 1.0);
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
