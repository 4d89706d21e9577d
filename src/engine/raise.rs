//! What would raise a degree, through the model and the ranking themselves.

use crate::domain::{Date, Dates, Degree, Listing, Side};
use crate::index::Probe;
use crate::intake::{self, Options};
use crate::rank::{Coverage, Raise, RaisedPart};

use super::generation::Generation;
use super::market::MarketError;

/// Parts that are tried: each costs an embedding of the capability.
const TRIED: usize = 5;

/// How well a part is answered where somebody answers it in their own words. Measured on
/// the judged fits, by taking out of each capability the sentence that answers a part
/// best and foretelling what it brings: with this the foretold and the real degrees have
/// the same mean (`cargo test --test quality -- --nocapture raise`).
const SAID: f32 = 0.3;

/// Percentage points below which a rise is not worth anybody's words.
const LEAST_RISE: f64 = 1.0;

/// A shorter sentence (先两个项目用。) names no work that anybody could offer.
const LEAST_CHARACTERS: usize = 9;

/// A sentence with an amount or a day in it says more than that from here on.
const A_TERM_AND_MORE: usize = 32;

impl Generation {
    /// What would raise the degree of a pair: each part of the requirement that the
    /// capability says little or nothing of is added to its text as the requirement puts
    /// it, and the pair scored again. An echo scores more than anybody's own words do, so
    /// of that rise only so much is foretold as leads to an answer of usual strength.
    ///
    /// Terms are not looked at: they are answered apart and never move a degree.
    ///
    /// # Errors
    /// When the model or the reranker fails.
    pub fn raise(&self, requirement: &Listing, capability: &Listing) -> Result<Raise, MarketError> {
        let asked = self.probe(requirement.clone())?;
        let offered = self.probe(capability.clone())?;
        let parts = self.ranker().coverage_outside(&asked, &offered);
        let now = match self.score(&requirement.id, &capability.id)? {
            Some(score) if self.holds(requirement) && self.holds(capability) => score.total,
            _ => self.score_outside(&asked, &offered)?,
        };
        let degree = |score: f64| self.ranker().weights().calibration.degree(score);
        let count = parts.len();
        let answered = parts.iter().filter(|part| part.is_answered()).count();
        let mut tried: Vec<Coverage> = parts
            .into_iter()
            .filter(|part| part.strength < SAID && is_about_doing(part.requirement.words(asked.listing())))
            .collect();
        // What is missing most of the requirement first; of equals the one that stands first.
        tried.sort_by(|a, b| missing(b).total_cmp(&missing(a)));
        tried.truncate(TRIED);
        let foretold = |parts: &[&Coverage]| -> Result<(Degree, Degree), MarketError> {
            let echoed = self.score_saying(&asked, capability, parts)?;
            let (all, own) = parts.iter().fold((0.0, 0.0), |(all, own), part| {
                (all + missing(part), own + part.weight * (SAID - part.strength))
            });
            let share = if all > 0.0 { f64::from(own / all) } else { 0.0 };
            Ok((degree(now + (echoed - now) * share), degree(echoed)))
        };
        let mut raising = Vec::new();
        for part in tried {
            let (then, echoed) = foretold(&[&part])?;
            if then.percent() - degree(now).percent() >= LEAST_RISE {
                raising.push(RaisedPart { part, then, echoed });
            }
        }
        raising.sort_by(|a, b| b.then.percent().total_cmp(&a.then.percent()));
        let together = match raising.len() {
            0 | 1 => None,
            _ => {
                let all: Vec<&Coverage> = raising.iter().map(|raised| &raised.part).collect();
                Some(foretold(&all)?.0)
            }
        };
        Ok(Raise { now: degree(now), parts: count, answered, raising, together })
    }

    /// Whether this very listing stands in the lists.
    fn holds(&self, listing: &Listing) -> bool {
        let index = self.ranker().snapshot().side(listing.side);
        index.row(&listing.id).is_some_and(|row| index.listing(row).as_ref() == listing)
    }

    /// The score if the capability said these parts too, word for word.
    fn score_saying(
        &self,
        asked: &Probe,
        capability: &Listing,
        parts: &[&Coverage],
    ) -> Result<f64, MarketError> {
        let mut saying = capability.clone();
        for part in parts {
            saying.text.push('\n');
            saying.text.push_str(part.requirement.words(asked.listing()));
        }
        self.score_outside(asked, &self.probe(saying)?)
    }

    /// The degree of two listings from outside, the reranker's opinion included.
    pub(super) fn degree_outside(&self, asked: &Probe, offered: &Probe) -> Result<Degree, MarketError> {
        Ok(self.ranker().weights().calibration.degree(self.score_outside(asked, offered)?))
    }

    fn score_outside(&self, asked: &Probe, offered: &Probe) -> Result<f64, MarketError> {
        let ranker = self.ranker();
        let mut score = ranker.score_outside(asked, offered);
        if let Some(reranking) = &self.reranking {
            score = reranking.rescore(score, asked.listing(), offered.listing(), ranker.weights())?;
        }
        Ok(score.total)
    }
}

/// How much of the requirement a part is, as far as it is not answered.
fn missing(part: &Coverage) -> f32 {
    part.weight * (1.0 - part.strength)
}

/// Whether a sentence tells of something to do, and is not short words on money or a day,
/// which are terms.
pub(super) fn is_about_doing(sentence: &str) -> bool {
    let read = intake::read_text(sentence, &Options::new(Side::Requirement, Date::MIN));
    let amount = |(at, _): (usize, &str)| sentence[..at].ends_with(|c: char| c.is_numeric() || c == '万');
    let a_term =
        read.money.is_some() || read.dates != Dates::default() || sentence.match_indices('元').any(amount);
    let length = sentence.chars().count();
    length >= LEAST_CHARACTERS && (!a_term || length >= A_TERM_AND_MORE)
}
