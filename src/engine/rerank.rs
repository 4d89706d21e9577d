//! The last look: a cross-encoder reads the best few pairs whole.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::{Answer, Listing, Part, Score, Side, mask_contacts};
use crate::embed::{CrossEncoder, EmbedError, TextKey};
use crate::rank::{Hit, Ranker, Ranking, Settings, Weights};

/// So many candidates of a ranking are looked at again. Further ones keep their
/// fused score. On one core a cross-encoder of BERT's size takes about a minute
/// for so many; recall@30 of the fused ranking bounds what it can bring.
pub const WINDOW: usize = 30;

/// The reranker's share of the blended log-odds; the fused score has the rest.
/// Not measured here: an even hand between the two until it is.
const SHARE: f64 = 0.5;

/// Log-odds beyond this, one in three thousand, say no more than it does.
const MOST: f64 = 8.0;

/// Pairs remembered; past so many all are forgotten. About 100 bytes each.
const REMEMBERED: usize = 200_000;

/// What gives a pair of texts a number.
pub trait PairScorer: fmt::Debug + Send + Sync {
    /// As the command line names it.
    fn name(&self) -> &str;

    /// Log-odds that the answer fits the question; depends on the two texts alone.
    ///
    /// # Errors
    /// When the model fails.
    fn logit(&self, question: &str, answer: &str) -> Result<f32, EmbedError>;
}

impl PairScorer for CrossEncoder {
    fn name(&self) -> &str {
        CrossEncoder::name(self)
    }

    fn logit(&self, question: &str, answer: &str) -> Result<f32, EmbedError> {
        CrossEncoder::logit(self, question, answer)
    }
}

/// A scorer and what it has said so far.
#[derive(Debug)]
pub(super) struct Reranking {
    scorer: Arc<dyn PairScorer>,
    said: Mutex<HashMap<(TextKey, TextKey), f32>>,
}

impl Reranking {
    pub(super) fn new(scorer: Arc<dyn PairScorer>) -> Reranking {
        Reranking { scorer, said: Mutex::default() }
    }

    pub(super) fn name(&self) -> &str {
        self.scorer.name()
    }

    /// Settings that give the reranker its candidates. Each of the window may leave
    /// the groups that `top` counts, so there must be as many again to fill them.
    pub(super) fn widened(settings: &Settings) -> Settings {
        Settings { top: settings.top.saturating_add(WINDOW), ..settings.clone() }
    }

    /// Gives the best [`WINDOW`] candidates of `wide`, fused under
    /// [`Reranking::widened`], their new scores, and groups all anew as the ranker does.
    pub(super) fn rerank(
        &self,
        wide: Ranking,
        side: Side,
        own: &Listing,
        ranker: &Ranker,
        settings: &Settings,
    ) -> Result<Ranking, EmbedError> {
        let Ranking { id, fits, refused, below } = wide;
        let all = fits.into_iter().chain(refused).chain(below).collect();
        let mut ranking = Ranking { id, fits: Vec::new(), refused: Vec::new(), below: Vec::new() };
        let floor = ranker.weights().floor;
        for hit in self.look_again(all, side.other(), side, own, ranker)? {
            if ranking.fits.len() + ranking.below.len() >= settings.top {
                break;
            }
            let refused = hit.terms.iter().any(|check| check.answer == Answer::NotMet);
            let near = !settings.terms || hit.degree.percent() >= floor;
            match (near, refused) {
                (true, false) => ranking.fits.push(hit),
                (true, true) if ranking.refused.len() < settings.top => ranking.refused.push(hit),
                (true, true) => {}
                (false, _) => ranking.below.push(hit),
            }
        }
        Ok(ranking)
    }

    /// The same for what a short text found in the list of `side`: the text is the question.
    pub(super) fn rerank_found(
        &self,
        wide: Vec<Hit>,
        side: Side,
        words: &Listing,
        ranker: &Ranker,
        settings: &Settings,
    ) -> Result<Vec<Hit>, EmbedError> {
        let mut hits = self.look_again(wide, side, Side::Requirement, words, ranker)?;
        hits.truncate(settings.top);
        Ok(hits)
    }

    /// `hits` of `candidates`, the best of them rescored against `own`, which stands
    /// on `side`; best first, ties by id.
    fn look_again(
        &self,
        mut hits: Vec<Hit>,
        candidates: Side,
        side: Side,
        own: &Listing,
        ranker: &Ranker,
    ) -> Result<Vec<Hit>, EmbedError> {
        sort(&mut hits);
        let index = ranker.snapshot().side(candidates);
        for hit in hits.iter_mut().take(WINDOW) {
            let Some(row) = index.row(&hit.id) else { continue };
            let other = index.listing(row);
            let (asks, offers) = match side {
                Side::Requirement => (own, other.as_ref()),
                Side::Capability => (other.as_ref(), own),
            };
            let fused = std::mem::replace(&mut hit.score, Score { total: 0.0, parts: Vec::new() });
            hit.score = self.rescore(fused, asks, offers, ranker.weights())?;
            hit.degree = ranker.weights().calibration.degree(hit.score.total);
        }
        sort(&mut hits);
        Ok(hits)
    }

    /// The fused score of a pair with the reranker's part.
    pub(super) fn rescore(
        &self,
        fused: Score,
        asks: &Listing,
        offers: &Listing,
        weights: &Weights,
    ) -> Result<Score, EmbedError> {
        let logit = self.logit(&whole(asks), &whole(offers))?;
        Ok(blend(fused, logit, weights))
    }

    fn logit(&self, question: &str, answer: &str) -> Result<f32, EmbedError> {
        let key = (TextKey::of(question), TextKey::of(answer));
        let said = || self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&logit) = said().get(&key) {
            return Ok(logit);
        }
        let logit = self.scorer.logit(question, answer)?;
        let mut said = said();
        if said.len() >= REMEMBERED {
            said.clear();
        }
        said.insert(key, logit);
        Ok(logit)
    }
}

/// A listing as the scorer reads it: contacts hidden first, as everywhere.
fn whole(listing: &Listing) -> String {
    format!("{}\n{}", mask_contacts(&listing.title), mask_contacts(&listing.text)).trim().to_owned()
}

/// Joins two opinions by a weighted mean of their log-odds (Genest and Zidek,
/// "Combining Probability Distributions", 1986: the logarithmic pool). The fused
/// score's own are those of its calibration, so the sum stays on its scale and
/// the same calibration turns it into a degree.
fn blend(fused: Score, logit: f32, weights: &Weights) -> Score {
    let calibration = weights.calibration;
    let own = calibration.intercept + calibration.slope * fused.total;
    let apart = f64::from(logit).clamp(-MOST, MOST) - own;
    let value = if calibration.slope == 0.0 { 0.0 } else { SHARE * apart / calibration.slope };
    let mut parts = fused.parts;
    parts.push(Part::Reranked { logit: f64::from(logit), value });
    parts.sort_by(|a, b| b.value().total_cmp(&a.value()));
    Score { total: parts.iter().map(Part::value).sum(), parts }
}

fn sort(hits: &mut [Hit]) {
    hits.sort_by(|a, b| b.score.total.total_cmp(&a.score.total).then_with(|| a.id.cmp(&b.id)));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_blend_lies_halfway_in_log_odds_and_its_parts_sum_to_it() {
        let weights = Weights::default();
        for (total, logit, halfway) in [(0.3, 2.0, None), (0.1, -3.0, None), (0.2, 50.0, Some(MOST))] {
            let fused = Score { total, parts: vec![Part::Meaning { cosine: 0.5, value: total }] };
            let blended = blend(fused, logit, &weights);
            let odds = |score: f64| weights.calibration.intercept + weights.calibration.slope * score;
            let wanted = (odds(total) + halfway.unwrap_or(f64::from(logit))) / 2.0;
            assert!((odds(blended.total) - wanted).abs() < 1e-9, "{total} {logit}");
            assert_eq!(blended.total, blended.parts.iter().map(Part::value).sum::<f64>());
        }
    }
}
