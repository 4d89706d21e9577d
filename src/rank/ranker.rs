//! Candidates → filter → fuse → terms → calibrate, for one listing or for all.

use std::collections::BinaryHeap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::domain::{Answer, Date, Degree, ListingId, Score, Side, TermCheck};
use crate::index::{Postings, Probe, Row, Snapshot, TermId};

use super::filter::Filter;
use super::gaps::{Coverage, compare, coverage};
use super::pair::{Asked, Document, Explanation, Question, cosine, dense, question, score};
use super::terms::check_terms;
use super::weights::{Mix, Weights};

/// What is asked of a ranking.
#[derive(Debug, Clone)]
pub struct Settings {
    /// At most this many fits.
    pub top: usize,
    /// Which scores take part.
    pub mix: Mix,
    /// The day asked about: deadlines and certificates are held against it.
    pub today: Date,
    /// What may be seen at all.
    pub filter: Filter,
    /// Whether a pair with a term not met is set apart as refused. Off for
    /// evaluation and for a search box, where only relevance counts.
    pub terms: bool,
}

/// One candidate of a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The candidate.
    pub id: ListingId,
    /// The calibrated chance of a fit.
    pub degree: Degree,
    /// The score and its parts.
    pub score: Score,
    /// The terms of the pair, answered; empty when terms were not asked for.
    pub terms: Vec<TermCheck>,
}

/// The candidates for one listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Whom the candidates are for.
    pub id: ListingId,
    /// At or above the floor, no term unmet; best first, ties by id.
    pub fits: Vec<Hit>,
    /// At or above the floor, but some term is not met.
    pub refused: Vec<Hit>,
    /// Below the floor, for reference only; filled as far as `fits` leaves room.
    pub below: Vec<Hit>,
}

/// A snapshot with the weights to read it by.
#[derive(Debug)]
pub struct Ranker {
    snapshot: Arc<Snapshot>,
    weights: Weights,
    /// Each requirement as a question, by row.
    questions: Vec<Vec<Asked>>,
    /// The same by term: what a capability's document is scanned against.
    question_postings: Postings,
}

/// Who is being ranked for: a listing of the snapshot, or a text from outside.
enum Asker<'a> {
    Listed(Side, Row),
    Outside(Side, &'a Probe, Vec<Asked>),
}

impl Asker<'_> {
    fn side(&self) -> Side {
        match self {
            Asker::Listed(side, _) | Asker::Outside(side, _, _) => *side,
        }
    }
}

impl Ranker {
    /// Weighs every requirement's terms once.
    pub fn new(snapshot: Arc<Snapshot>, weights: Weights) -> Ranker {
        let requirements = snapshot.side(Side::Requirement);
        let questions: Vec<Vec<Asked>> = (0..requirements.len() as Row)
            .into_par_iter()
            .map(|row| {
                let terms =
                    requirements.question(row).iter().map(|&(term, unit, count)| (Some(term), unit, count));
                question(terms, snapshot.lexicon(), &weights)
            })
            .collect();
        let rows: Vec<Vec<(TermId, f32)>> =
            questions.iter().map(|q| q.iter().map(|&(term, weight, _)| (term, weight)).collect()).collect();
        let question_postings = Postings::from_rows(&rows, snapshot.lexicon().len());
        Ranker { snapshot, weights, questions, question_postings }
    }

    /// The snapshot being read.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The weights it is read by.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Candidates from the other side for a listing of the snapshot; `None` when
    /// the side has no listing of that id.
    pub fn rank(&self, side: Side, id: &ListingId, settings: &Settings) -> Option<Ranking> {
        let row = self.snapshot.side(side).row(id)?;
        let passing = self.passing(side.other(), &settings.filter);
        Some(self.rank_asker(&Asker::Listed(side, row), &passing, settings))
    }

    /// Candidates for every listing of a side, in the order of ids, on all cores.
    /// `progress` is told after each listing; when it answers `false` the rest
    /// is left out and what is done is returned.
    pub fn rank_all(
        &self,
        side: Side,
        settings: &Settings,
        progress: &(dyn Fn() -> bool + Sync),
    ) -> Vec<Ranking> {
        let passing = self.passing(side.other(), &settings.filter);
        let rows = self.snapshot.side(side).len() as Row;
        (0..rows)
            .into_par_iter()
            .map(|row| progress().then(|| self.rank_asker(&Asker::Listed(side, row), &passing, settings)))
            .while_some()
            .collect()
    }

    /// Candidates from the other side for a text from outside that stands on `side`.
    pub fn rank_probe(&self, side: Side, probe: &Probe, settings: &Settings) -> Ranking {
        let passing = self.passing(side.other(), &settings.filter);
        self.rank_asker(&self.outside(side, probe), &passing, settings)
    }

    /// Listings of `side` that a short text is about, best first: the text is the
    /// question whichever side is searched.
    pub fn search(&self, side: Side, probe: &Probe, settings: &Settings) -> Vec<Hit> {
        let passing = self.passing(side, &settings.filter);
        let asked = question(probe.question().iter().copied(), self.snapshot.lexicon(), &self.weights);
        let index = self.snapshot.side(side);
        let query: Vec<(TermId, f32)> = asked.iter().map(|&(term, weight, _)| (term, weight)).collect();
        let mut words = vec![0.0; index.len()];
        index.documents().accumulate(&query, &mut words);
        let question = Question { terms: &asked, vector: probe.vector(), sentences: Vec::new() };
        let mut hits: Vec<Hit> = self
            .best(&words, side, probe.vector(), &passing, settings.mix)
            .take(settings.top)
            .map(|row| {
                let document = self.document(side, row, false);
                let score = score(&question, &document, &self.snapshot, &self.weights, settings.mix);
                self.hit(side, row, score, Vec::new())
            })
            .collect();
        sort_hits(&mut hits);
        hits
    }

    /// Why a pair of listings scores what it scores; `None` when either is unknown.
    pub fn explain(&self, requirement: &ListingId, capability: &ListingId, mix: Mix) -> Option<Explanation> {
        let asked = self.snapshot.side(Side::Requirement).row(requirement)?;
        self.explain_asker(&Asker::Listed(Side::Requirement, asked), capability, mix)
    }

    /// How well a capability answers each part of a requirement; `None` when either is
    /// unknown. The parts are the same, in the same order, for every capability.
    pub fn coverage(&self, requirement: &ListingId, capability: &ListingId) -> Option<Vec<Coverage>> {
        let asker = Asker::Listed(Side::Requirement, self.snapshot.side(Side::Requirement).row(requirement)?);
        let row = self.snapshot.side(Side::Capability).row(capability)?;
        let (question, document) = self.pair(&asker, row, true);
        Some(coverage(&question, &document, &self.snapshot, &self.weights))
    }

    /// Why a text from outside and a listing of the other side score what they score.
    pub fn explain_probe(
        &self,
        side: Side,
        probe: &Probe,
        other: &ListingId,
        mix: Mix,
    ) -> Option<Explanation> {
        self.explain_asker(&self.outside(side, probe), other, mix)
    }

    fn explain_asker(&self, asker: &Asker<'_>, other: &ListingId, mix: Mix) -> Option<Explanation> {
        let row = self.snapshot.side(asker.side().other()).row(other)?;
        let (question, document) = self.pair(asker, row, true);
        let (evidence, gaps) = compare(&question, &document, &self.snapshot, &self.weights);
        let score = score(&question, &document, &self.snapshot, &self.weights, mix);
        Some(Explanation { score, evidence, gaps })
    }

    fn outside<'a>(&self, side: Side, probe: &'a Probe) -> Asker<'a> {
        let asked = question(probe.question().iter().copied(), self.snapshot.lexicon(), &self.weights);
        Asker::Outside(side, probe, asked)
    }

    /// Which rows of a side may be seen.
    fn passing(&self, side: Side, filter: &Filter) -> Vec<bool> {
        self.snapshot.side(side).listings().iter().map(|listing| filter.passes(listing)).collect()
    }

    fn rank_asker(&self, asker: &Asker<'_>, passing: &[bool], settings: &Settings) -> Ranking {
        let candidates = asker.side().other();
        let index = self.snapshot.side(candidates);
        let mut words = vec![0.0; index.len()];
        let (listing, vector) = match asker {
            Asker::Listed(side, row) => {
                let own = self.snapshot.side(*side);
                (own.listing(*row).as_ref(), own.vector(*row))
            }
            Asker::Outside(_, probe, _) => (probe.listing(), probe.vector()),
        };
        match (asker, asker.side()) {
            (Asker::Listed(side, row), Side::Capability) => {
                self.question_postings
                    .accumulate(self.snapshot.side(*side).documents().of_row(*row), &mut words);
            }
            (Asker::Outside(_, probe, _), Side::Capability) => {
                self.question_postings.accumulate(probe.document(), &mut words);
            }
            (Asker::Listed(_, row), Side::Requirement) => {
                index.documents().accumulate(&plain(&self.questions[*row as usize]), &mut words);
            }
            (Asker::Outside(_, _, asked), Side::Requirement) => {
                index.documents().accumulate(&plain(asked), &mut words);
            }
        }
        let mut ranking =
            Ranking { id: listing.id.clone(), fits: Vec::new(), refused: Vec::new(), below: Vec::new() };
        for row in self.best(&words, candidates, vector, passing, settings.mix) {
            if ranking.fits.len() + ranking.below.len() >= settings.top {
                break;
            }
            let (question, document) = self.pair(asker, row, false);
            let score = score(&question, &document, &self.snapshot, &self.weights, settings.mix);
            let terms = if settings.terms {
                let other = index.listing(row);
                match asker.side() {
                    Side::Requirement => check_terms(listing, other, settings.today),
                    Side::Capability => check_terms(other, listing, settings.today),
                }
            } else {
                Vec::new()
            };
            let refused = terms.iter().any(|check| check.answer == Answer::NotMet);
            let hit = self.hit(candidates, row, score, terms);
            let fits = !settings.terms || hit.degree.percent() >= self.weights.floor;
            match (fits, refused) {
                (true, false) => ranking.fits.push(hit),
                (true, true) if ranking.refused.len() < settings.top => ranking.refused.push(hit),
                (true, true) => {}
                (false, _) => ranking.below.push(hit),
            }
        }
        sort_hits(&mut ranking.fits);
        sort_hits(&mut ranking.refused);
        sort_hits(&mut ranking.below);
        ranking
    }

    fn hit(&self, side: Side, row: Row, score: Score, terms: Vec<TermCheck>) -> Hit {
        Hit {
            id: self.snapshot.side(side).listing(row).id.clone(),
            degree: self.weights.calibration.degree(score.total),
            score,
            terms,
        }
    }

    /// Rows of `side` that pass, best fused score first, ties by row, that is by id.
    fn best<'a>(
        &self,
        words: &[f32],
        side: Side,
        vector: &[f32],
        passing: &'a [bool],
        mix: Mix,
    ) -> impl Iterator<Item = Row> + 'a {
        let index = self.snapshot.side(side);
        let (lexical_share, dense_share) = self.weights.shares(mix);
        let mut heap: BinaryHeap<Scored> = (0..index.len())
            .filter(|&row| passing[row])
            .map(|row| {
                let meaning = if dense_share > 0.0 {
                    dense_share
                        * dense(cosine(vector, index.vector(row as Row)), &self.snapshot, &self.weights)
                } else {
                    0.0
                };
                Scored { score: lexical_share * words[row] + meaning, row: row as Row }
            })
            .collect();
        std::iter::from_fn(move || heap.pop().map(|scored| scored.row))
    }

    /// Both sides of a pair; sentences only when they are to be compared.
    fn pair<'a>(&'a self, asker: &'a Asker<'_>, row: Row, sentences: bool) -> (Question<'a>, Document<'a>) {
        match asker {
            Asker::Listed(Side::Requirement, own) => {
                (self.question(*own, sentences), self.document(Side::Capability, row, sentences))
            }
            Asker::Listed(Side::Capability, own) => {
                (self.question(row, sentences), self.document(Side::Capability, *own, sentences))
            }
            Asker::Outside(Side::Requirement, probe, asked) => (
                Question {
                    terms: asked,
                    vector: probe.vector(),
                    sentences: if sentences { probe.sentences().collect() } else { Vec::new() },
                },
                self.document(Side::Capability, row, sentences),
            ),
            Asker::Outside(Side::Capability, probe, _) => (
                self.question(row, sentences),
                Document {
                    terms: probe.document(),
                    vector: probe.vector(),
                    sentences: if sentences { probe.sentences().collect() } else { Vec::new() },
                },
            ),
        }
    }

    fn question(&self, row: Row, sentences: bool) -> Question<'_> {
        let index = self.snapshot.side(Side::Requirement);
        Question {
            terms: &self.questions[row as usize],
            vector: index.vector(row),
            sentences: if sentences { index.sentences(row).collect() } else { Vec::new() },
        }
    }

    fn document(&self, side: Side, row: Row, sentences: bool) -> Document<'_> {
        let index = self.snapshot.side(side);
        Document {
            terms: index.documents().of_row(row),
            vector: index.vector(row),
            sentences: if sentences { index.sentences(row).collect() } else { Vec::new() },
        }
    }
}

fn plain(asked: &[Asked]) -> Vec<(TermId, f32)> {
    asked.iter().map(|&(term, weight, _)| (term, weight)).collect()
}

fn sort_hits(hits: &mut [Hit]) {
    hits.sort_by(|a, b| b.score.total.total_cmp(&a.score.total).then_with(|| a.id.cmp(&b.id)));
}

#[derive(PartialEq)]
struct Scored {
    score: f32,
    row: Row,
}

impl Eq for Scored {}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.score.total_cmp(&other.score).then(other.row.cmp(&self.row))
    }
}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
