//! All measures over a judged set, for words alone, meaning alone, and both.

use std::fmt;

use serde::Serialize;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Date, ListingId, Side, Status};
use crate::rank::{Filter, Mix, Ranker, Ranking, Settings};

use super::judged::JudgedSet;
use super::measure::{FIT, Measures};
use super::qrels::Qrels;
use super::resample::{Interval, bootstrap};
use super::slice::{low_overlap_fits, slices};

/// Measures of one way of scoring.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Which scores took part.
    pub mix: Mix,
    /// nDCG of the first 10, over requirements with anything above grade 0.
    pub ndcg_at_10: Option<Interval>,
    /// Recall of grade ≥ 2 among the first 10, over requirements with such a capability.
    pub recall_at_10: Option<Interval>,
    /// Mean reciprocal rank of the first grade ≥ 2, over the same.
    pub mrr: Option<Interval>,
}

/// What [`evaluate`] finds.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// nDCG@10 of the hybrid, the figure to watch.
    pub ndcg_at_10: f64,
    /// Recall@10 of the hybrid.
    pub recall_at_10: f64,
    /// MRR of the hybrid.
    pub mrr: f64,
    /// Judged requirements found in the list.
    pub requirements: usize,
    /// Capabilities in the list.
    pub capabilities: usize,
    /// Judged requirements that no capability fits (none of grade ≥ 2).
    pub without_fit: usize,
    /// Of those, how many the engine says nothing fits.
    pub without_fit_said_so: usize,
    /// Of the requirements with a fit, how many the engine says nothing fits.
    pub with_fit_denied: usize,
    /// Judged requirements that are not in the list.
    pub not_in_list: Vec<ListingId>,
    /// Each way of scoring.
    pub ablations: Vec<Row>,
}

/// Hybrid figures of one part of a judged set.
#[derive(Debug, Clone, Serialize)]
pub struct Slice {
    /// Which part.
    pub name: String,
    /// How many requirements.
    pub requirements: usize,
    /// Hybrid figures; `recall_at_10` and `mrr` are missing where nothing fits.
    #[serde(flatten)]
    pub row: Row,
}

/// Recall among the first 10 of fits that share at most one content word.
#[derive(Debug, Clone, Serialize)]
pub struct LowOverlap {
    /// How many such fits.
    pub fits: usize,
    /// Found by words alone, by meaning alone, by both: 0..=1.
    pub recall_at_10: [f64; 3],
}

/// What [`evaluate_set`] finds.
#[derive(Debug, Clone, Serialize)]
pub struct SetReport {
    /// Over all requirements.
    #[serde(flatten)]
    pub report: Report,
    /// Part by part.
    pub slices: Vec<Slice>,
    /// Fits that share almost no words.
    pub low_overlap: LowOverlap,
}

/// The three ways of scoring, in the order they are shown.
const MIXES: [Mix; 3] = [Mix::Lexical, Mix::Dense, Mix::Hybrid];

/// Ranks for a requirement as asked; [`Ranker::rank`], or what builds on it.
pub type RankBy<'a> = dyn Fn(&ListingId, &Settings) -> Option<Ranking> + 'a;

/// All capabilities for each requirement of a snapshot, best first, with the degree of the best.
type Ranked = BTreeMap<ListingId, (Vec<ListingId>, f64)>;

/// Everything, in the order of relevance alone: filters and terms play no part.
pub(super) fn by_relevance(mix: Mix) -> Settings {
    Settings {
        top: usize::MAX,
        mix,
        today: Date::constant(2000, 1, 1),
        filter: Filter { statuses: Status::ALL.to_vec(), ..Filter::default() },
        terms: false,
    }
}

fn ranked(by: &RankBy<'_>, qrels: &Qrels, mix: Mix) -> Ranked {
    let settings = by_relevance(mix);
    let rank = |id: &ListingId| {
        let hits = by(id, &settings)?.fits;
        let best = hits.first().map_or(0.0, |hit| hit.degree.percent());
        Some((id.clone(), (hits.into_iter().map(|hit| hit.id).collect(), best)))
    };
    qrels.requirements().filter_map(rank).collect()
}

fn row(mix: Mix, ranked: &Ranked, qrels: &Qrels, keep: &dyn Fn(&ListingId) -> bool) -> Row {
    let measures: Vec<Measures> = ranked
        .iter()
        .filter(|(id, _)| keep(id))
        .filter_map(|(id, (order, _))| Some(Measures::of(order, qrels.of(id)?)))
        .collect();
    let mean =
        |of: fn(&Measures) -> Option<f64>| bootstrap(&measures.iter().filter_map(of).collect::<Vec<_>>());
    Row {
        mix,
        ndcg_at_10: mean(|m| m.ndcg_at_10),
        recall_at_10: mean(|m| m.recall_at_10),
        mrr: mean(|m| m.mrr),
    }
}

/// Ranks every judged requirement against all capabilities of the ranker's
/// snapshot, three ways.
pub fn evaluate(ranker: &Ranker, qrels: &Qrels) -> Report {
    evaluate_by(ranker, &fused(ranker), qrels)
}

/// [`evaluate`] of another way to rank the ranker's snapshot.
pub fn evaluate_by(ranker: &Ranker, by: &RankBy<'_>, qrels: &Qrels) -> Report {
    let all = MIXES.map(|mix| ranked(by, qrels, mix));
    report(ranker, qrels, &all)
}

fn report(ranker: &Ranker, qrels: &Qrels, all: &[Ranked; 3]) -> Report {
    let hybrid = &all[2];
    let ablations: Vec<Row> =
        MIXES.iter().zip(all).map(|(&mix, ranked)| row(mix, ranked, qrels, &|_| true)).collect();
    let has_fit =
        |id: &ListingId| qrels.of(id).is_some_and(|grades| grades.values().any(|&grade| grade >= FIT));
    let denied = |best: f64| best < ranker.weights().floor;
    let (with_fit, without_fit): (Vec<_>, Vec<_>) = hybrid.iter().partition(|(id, _)| has_fit(id));
    let mean = |of: fn(&Row) -> Option<Interval>| ablations.last().and_then(of).map_or(0.0, |i| i.mean);
    Report {
        ndcg_at_10: mean(|r| r.ndcg_at_10),
        recall_at_10: mean(|r| r.recall_at_10),
        mrr: mean(|r| r.mrr),
        requirements: hybrid.len(),
        capabilities: ranker.snapshot().side(Side::Capability).len(),
        without_fit: without_fit.len(),
        without_fit_said_so: without_fit.iter().filter(|(_, (_, best))| denied(*best)).count(),
        with_fit_denied: with_fit.iter().filter(|(_, (_, best))| denied(*best)).count(),
        not_in_list: qrels.requirements().filter(|id| !hybrid.contains_key(*id)).cloned().collect(),
        ablations,
    }
}

/// [`evaluate`] on the judged set of the program, with its slices. The ranker's
/// snapshot must be of the demo lists.
pub fn evaluate_set(ranker: &Ranker, set: &JudgedSet) -> SetReport {
    evaluate_set_by(ranker, &fused(ranker), set)
}

fn fused(ranker: &Ranker) -> impl Fn(&ListingId, &Settings) -> Option<Ranking> + '_ {
    |id, settings| ranker.rank(Side::Requirement, id, settings)
}

/// [`evaluate_set`] of another way to rank the ranker's snapshot.
pub fn evaluate_set_by(ranker: &Ranker, by: &RankBy<'_>, set: &JudgedSet) -> SetReport {
    let all = MIXES.map(|mix| ranked(by, &set.qrels, mix));
    let slices = slices(set, ranker.snapshot())
        .into_iter()
        .map(|(name, ids)| Slice {
            name,
            requirements: ids.len(),
            row: row(Mix::Hybrid, &all[2], &set.qrels, &|id| ids.contains(id)),
        })
        .collect();
    let low = low_overlap_fits(&set.qrels, ranker.snapshot());
    let fits: usize = low.values().map(BTreeSet::len).sum();
    let recall_at_10 = [0, 1, 2].map(|way: usize| {
        let found = |(id, fits): (&ListingId, &BTreeSet<ListingId>)| {
            let first = all[way].get(id).map_or(&[][..], |(order, _)| &order[..order.len().min(10)]);
            first.iter().filter(|id| fits.contains(*id)).count()
        };
        low.iter().map(found).sum::<usize>() as f64 / fits.max(1) as f64
    });
    SetReport {
        report: report(ranker, &set.qrels, &all),
        slices,
        low_overlap: LowOverlap { fits, recall_at_10 },
    }
}

impl fmt::Display for Report {
    /// The Markdown table that README shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| {} requirements × {} capabilities | nDCG@10 | recall@10 (grade ≥ 2) | MRR |",
            self.requirements, self.capabilities
        )?;
        writeln!(f, "|---|---|---|---|")?;
        for row in &self.ablations {
            let name = match row.mix {
                Mix::Lexical => "words alone",
                Mix::Dense => "meaning alone",
                Mix::Hybrid => "**both**",
            };
            write!(f, "| {name} ")?;
            cells(row, f)?;
        }
        writeln!(
            f,
            "\nnothing fits: {} requirements, {} of them said so; {} of {} with a fit denied",
            self.without_fit,
            self.without_fit_said_so,
            self.with_fit_denied,
            self.requirements - self.without_fit
        )
    }
}

fn cells(row: &Row, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for interval in [row.ndcg_at_10, row.recall_at_10, row.mrr] {
        match interval {
            Some(i) => write!(f, "| {:.3} [{:.2}–{:.2}] ", i.mean, i.low, i.high)?,
            None => write!(f, "| – ")?,
        }
    }
    writeln!(f, "|")
}

impl fmt::Display for SetReport {
    /// The tables of `data/eval` that README shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.report)?;
        writeln!(f, "| both, by slice | nDCG@10 | recall@10 (grade ≥ 2) | MRR |")?;
        writeln!(f, "|---|---|---|---|")?;
        for slice in &self.slices {
            write!(f, "| {} ({}) ", slice.name, slice.requirements)?;
            cells(&slice.row, f)?;
        }
        let [words, meaning, both] = self.low_overlap.recall_at_10;
        writeln!(
            f,
            "\n{} fits share at most one content word: recall@10 {words:.2} by words, {meaning:.2} by meaning, {both:.2} by both",
            self.low_overlap.fits
        )
    }
}
