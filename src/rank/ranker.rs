//! Candidates → filter → fuse → terms → calibrate, for one listing or for all.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::domain::{Answer, Date, Degree, ListingId, Score, Side, TermCheck};
use crate::index::{Lexicon, Part, Postings, Probe, Row, Snapshot, TermId};

use super::candidates::{Passed, Passing, plain_terms, wanted};
use super::filter::Filter;
use super::gaps::{Coverage, compare, coverage};
use super::pair::{Document, Explanation, Question, Weighed, per_cosine, question, score};
use super::terms::check_terms;
use super::weights::{Mix, Weights};

/// Listings that one batch is asked for: their candidates are held together.
const AT_ONCE: usize = 1024;

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
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) weights: Weights,
    /// The requirements as questions, part by part.
    pub(super) questions: [Arc<Questions>; 2],
    /// Which rows of the settled parts passed the filters asked last, by side.
    pub(super) passed: [Arc<Passed>; 2],
}

/// The requirements of a part as questions.
#[derive(Debug)]
pub(super) struct Questions {
    /// By row of the part.
    pub(super) asked: Vec<Weighed>,
    /// The same by term, each row's lift under [`Lexicon::NO_WORD`]: what a capability's document
    /// is scanned against.
    pub(super) postings: Postings,
}

impl Questions {
    /// Weighs the terms of every requirement of a part once.
    fn new(part: &Part, lexicon: &Lexicon, weights: &Weights) -> Questions {
        let asked: Vec<Weighed> = (0..part.len() as Row)
            .into_par_iter()
            .map(|row| {
                let terms = part.question(row).iter().map(|&(term, unit, count)| (Some(term), unit, count));
                question(terms, lexicon, weights)
            })
            .collect();
        let rows: Vec<Vec<(TermId, f32)>> = asked
            .iter()
            .map(|asked| {
                [(Lexicon::NO_WORD, asked.lift)].into_iter().chain(plain_terms(&asked.terms)).collect()
            })
            .collect();
        let postings = Postings::from_rows(rows.iter().map(Vec::as_slice), lexicon.len());
        Questions { asked, postings }
    }

    /// The terms of a row, without its lift.
    pub(super) fn terms_of(&self, row: Row) -> &[(TermId, f32)] {
        self.postings.of_row(row).split_first().map_or(&[], |(_lift, terms)| terms)
    }
}

/// Who is being ranked for: a listing of the snapshot, or a text from outside.
pub(super) enum Asker<'a> {
    Listed(Side, Row),
    Outside(Side, &'a Probe, Weighed),
}

impl Asker<'_> {
    pub(super) fn side(&self) -> Side {
        match self {
            Asker::Listed(side, _) | Asker::Outside(side, _, _) => *side,
        }
    }
}

impl Ranker {
    /// Weighs every requirement's terms once.
    pub fn new(snapshot: Arc<Snapshot>, weights: Weights) -> Ranker {
        let questions = snapshot
            .side(Side::Requirement)
            .parts()
            .map(|at| Arc::new(Questions::new(at.part, snapshot.lexicon(), &weights)));
        Ranker { snapshot, weights, questions, passed: Default::default() }
    }

    /// The same weights on an [update](Snapshot::update) of the snapshot; what is known of the settled
    /// parts is kept.
    pub fn update(&self, snapshot: Arc<Snapshot>) -> Ranker {
        if !snapshot.shares_settled(&self.snapshot) {
            return Ranker::new(snapshot, self.weights);
        }
        let recent_of = |snapshot: &Snapshot| {
            let [_, recent] = snapshot.side(Side::Requirement).parts();
            recent.part.clone()
        };
        let (before, now) = (recent_of(&self.snapshot), recent_of(&snapshot));
        let [settled, recent] = &self.questions;
        let recent = if Arc::ptr_eq(&before, &now) {
            recent.clone()
        } else {
            Arc::new(Questions::new(&now, snapshot.lexicon(), &self.weights))
        };
        let questions = [settled.clone(), recent];
        Ranker { snapshot, weights: self.weights, questions, passed: self.passed.clone() }
    }

    /// The same snapshot read by other weights.
    #[must_use]
    pub fn weighed_by(&self, weights: Weights) -> Ranker {
        Ranker::new(self.snapshot.clone(), weights)
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
        let rows: Vec<Row> = self.snapshot.side(side).rows().collect();
        let mut rankings = Vec::with_capacity(rows.len());
        for rows in rows.chunks(AT_ONCE) {
            let askers: Vec<Asker<'_>> = rows.iter().map(|&row| Asker::Listed(side, row)).collect();
            let candidates = self.candidates_of_all(&askers, &passing, wanted(settings.top), settings.mix);
            let ranked: Vec<Ranking> = askers
                .par_iter()
                .zip(candidates)
                .map(|(asker, best)| progress().then(|| self.rank_from(asker, best, &passing, settings)))
                .while_some()
                .collect();
            let stopped = ranked.len() < askers.len();
            rankings.extend(ranked);
            if stopped {
                break;
            }
        }
        rankings
    }

    /// [`Ranker::rank_all`] of requirements and of capabilities, from one pass over all pairs.
    /// `progress` is told after each listing of either; `None` when it answered `false`.
    pub fn rank_both(
        &self,
        settings: &Settings,
        progress: &(dyn Fn() -> bool + Sync),
    ) -> Option<[Vec<Ranking>; 2]> {
        let sides = [Side::Requirement, Side::Capability];
        let passing = sides.map(|side| self.passing(side, &settings.filter));
        let going_on = AtomicBool::new(true);
        let tell = || {
            let goes_on = progress();
            going_on.fetch_and(goes_on, Ordering::Relaxed);
            goes_on
        };
        let [needs, offers] = self.candidates_both_ways(
            [&passing[0], &passing[1]],
            wanted(settings.top),
            settings.mix,
            &|_| going_on.load(Ordering::Relaxed),
        )?;
        let assembled = |side: Side, found: Vec<Vec<Row>>, passing: &Passing| -> Vec<Ranking> {
            let rows: Vec<Row> = self.snapshot.side(side).rows().collect();
            rows.into_par_iter()
                .zip(found)
                .map(|(row, best)| {
                    tell().then(|| self.rank_from(&Asker::Listed(side, row), best, passing, settings))
                })
                .while_some()
                .collect()
        };
        let of_needs = assembled(Side::Requirement, needs, &passing[1]);
        let of_offers = assembled(Side::Capability, offers, &passing[0]);
        going_on.into_inner().then_some([of_needs, of_offers])
    }

    /// Candidates from the other side for a text from outside that stands on `side`.
    pub fn rank_probe(&self, side: Side, probe: &Probe, settings: &Settings) -> Ranking {
        let passing = self.passing(side.other(), &settings.filter);
        self.rank_asker(&self.outside(side, probe), &passing, settings)
    }

    /// [`Ranker::rank_probe`] among these listings of the other side only.
    pub fn rank_probe_among(
        &self,
        side: Side,
        probe: &Probe,
        among: &BTreeSet<ListingId>,
        settings: &Settings,
    ) -> Ranking {
        let passing = self.passing_of(side.other(), among, &settings.filter);
        self.rank_asker(&self.outside(side, probe), &passing, settings)
    }

    /// Listings of `side` that a short text is about, best first: the text is the
    /// question whichever side is searched.
    pub fn search(&self, side: Side, probe: &Probe, settings: &Settings) -> Vec<Hit> {
        let passing = self.passing(side, &settings.filter);
        let asked = question(probe.question().iter().copied(), self.snapshot.lexicon(), &self.weights);
        let question = Question { asked: &asked, vector: probe.vector(), sentences: Vec::new() };
        let mut hits: Vec<Hit> = self
            .found(side, &asked, probe.vector(), &passing, settings)
            .into_iter()
            .map(|row| {
                let document = self.document(side, row, false);
                let score = score(&question, &document, &self.snapshot, &self.weights, settings.mix);
                self.hit(side, row, score, Vec::new())
            })
            .collect();
        sort_hits(&mut hits);
        hits
    }

    /// What [`Ranker::search`] gives a listing that shares no term with the text and is no
    /// nearer to it than chance: a score above this says something.
    pub fn by_chance(&self, probe: &Probe, mix: Mix) -> f64 {
        let asked = question(probe.question().iter().copied(), self.snapshot.lexicon(), &self.weights);
        let (_, dense) = self.weights.shares(mix);
        f64::from(dense * asked.lift * per_cosine(&self.snapshot, &self.weights))
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

    fn rank_asker(&self, asker: &Asker<'_>, passing: &Passing, settings: &Settings) -> Ranking {
        let best = self.candidates(asker, passing, wanted(settings.top), settings.mix);
        self.rank_from(asker, best, passing, settings)
    }

    /// A ranking from the best candidates, of which more are asked for when these do not
    /// fill it: those refused leave their places to others.
    fn rank_from(
        &self,
        asker: &Asker<'_>,
        mut best: Vec<Row>,
        passing: &Passing,
        settings: &Settings,
    ) -> Ranking {
        loop {
            let all = best.len() >= passing.len();
            if let Some(ranking) = self.assemble(asker, &best, all, settings) {
                return ranking;
            }
            best = self.candidates(asker, passing, best.len().saturating_mul(4), settings.mix);
        }
    }

    /// `None` when the candidates are too few and not all there are.
    fn assemble(&self, asker: &Asker<'_>, best: &[Row], all: bool, settings: &Settings) -> Option<Ranking> {
        let candidates = asker.side().other();
        let index = self.snapshot.side(candidates);
        let listing = match asker {
            Asker::Listed(side, row) => self.snapshot.side(*side).listing(*row).as_ref(),
            Asker::Outside(_, probe, _) => probe.listing(),
        };
        let mut ranking =
            Ranking { id: listing.id.clone(), fits: Vec::new(), refused: Vec::new(), below: Vec::new() };
        for &row in best {
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
        if !all && ranking.fits.len() + ranking.below.len() < settings.top {
            return None;
        }
        sort_hits(&mut ranking.fits);
        sort_hits(&mut ranking.refused);
        sort_hits(&mut ranking.below);
        Some(ranking)
    }

    fn hit(&self, side: Side, row: Row, score: Score, terms: Vec<TermCheck>) -> Hit {
        Hit {
            id: self.snapshot.side(side).listing(row).id.clone(),
            degree: self.weights.calibration.degree(score.total),
            score,
            terms,
        }
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
                    asked,
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

    /// The questions that hold a requirement, and its number there.
    pub(super) fn questions_at(&self, row: Row) -> (&Questions, Row) {
        let [settled, recent] = &self.questions;
        match row.checked_sub(settled.asked.len() as Row) {
            None => (settled, row),
            Some(row) => (recent, row),
        }
    }

    /// A requirement as a question.
    pub(super) fn asked(&self, row: Row) -> &Weighed {
        let (questions, row) = self.questions_at(row);
        &questions.asked[row as usize]
    }

    fn question(&self, row: Row, sentences: bool) -> Question<'_> {
        let index = self.snapshot.side(Side::Requirement);
        Question {
            asked: self.asked(row),
            vector: index.vector(row),
            sentences: if sentences { index.sentences(row).collect() } else { Vec::new() },
        }
    }

    fn document(&self, side: Side, row: Row, sentences: bool) -> Document<'_> {
        let index = self.snapshot.side(side);
        Document {
            terms: index.document(row),
            vector: index.vector(row),
            sentences: if sentences { index.sentences(row).collect() } else { Vec::new() },
        }
    }
}

fn sort_hits(hits: &mut [Hit]) {
    hits.sort_by(|a, b| b.score.total.total_cmp(&a.score.total).then_with(|| a.id.cmp(&b.id)));
}
