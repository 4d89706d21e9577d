//! All measures over a judged set, for words alone, meaning alone, and both.

use std::fmt;

use serde::Serialize;

use crate::domain::{Date, ListingId, Side};
use crate::rank::{Filter, Mix, Ranker, Settings};

use super::measure::{FIT, Measures};
use super::qrels::Qrels;
use super::resample::{Interval, bootstrap};

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

/// Ranks every judged requirement against all capabilities of the ranker's
/// snapshot, three ways. Filters and terms play no part: relevance alone is judged.
pub fn evaluate(ranker: &Ranker, qrels: &Qrels) -> Report {
    let (requirements, capabilities) =
        (ranker.snapshot().side(Side::Requirement), ranker.snapshot().side(Side::Capability));
    let (listed, not_in_list): (Vec<&ListingId>, Vec<&ListingId>) =
        qrels.requirements().partition(|id| requirements.row(id).is_some());
    let mut ablations = Vec::new();
    let (mut without_fit, mut said_so, mut denied) = (0, 0, 0);
    for mix in [Mix::Lexical, Mix::Dense, Mix::Hybrid] {
        let settings = Settings {
            top: capabilities.len(),
            mix,
            today: Date::constant(2000, 1, 1),
            filter: Filter { statuses: crate::domain::Status::ALL.to_vec(), ..Filter::default() },
            terms: false,
        };
        let mut all: Vec<Measures> = Vec::new();
        for &id in &listed {
            let (Some(grades), Some(ranking)) = (qrels.of(id), ranker.rank(Side::Requirement, id, &settings))
            else {
                continue;
            };
            let best = ranking.fits.first().map_or(0.0, |hit| hit.degree.percent());
            let nothing_fits = best < ranker.weights().floor;
            let ranked: Vec<ListingId> = ranking.fits.into_iter().map(|hit| hit.id).collect();
            all.push(Measures::of(&ranked, grades));
            if mix == Mix::Hybrid {
                let has_fit = grades.values().any(|&grade| grade >= FIT);
                without_fit += usize::from(!has_fit);
                said_so += usize::from(!has_fit && nothing_fits);
                denied += usize::from(has_fit && nothing_fits);
            }
        }
        let mean =
            |of: fn(&Measures) -> Option<f64>| bootstrap(&all.iter().filter_map(of).collect::<Vec<_>>());
        ablations.push(Row {
            mix,
            ndcg_at_10: mean(|m| m.ndcg_at_10),
            recall_at_10: mean(|m| m.recall_at_10),
            mrr: mean(|m| m.mrr),
        });
    }
    let hybrid = |of: fn(&Row) -> Option<Interval>| ablations.last().and_then(of).map_or(0.0, |i| i.mean);
    Report {
        ndcg_at_10: hybrid(|r| r.ndcg_at_10),
        recall_at_10: hybrid(|r| r.recall_at_10),
        mrr: hybrid(|r| r.mrr),
        requirements: listed.len(),
        capabilities: capabilities.len(),
        without_fit,
        without_fit_said_so: said_so,
        with_fit_denied: denied,
        not_in_list: not_in_list.into_iter().cloned().collect(),
        ablations,
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
            for interval in [row.ndcg_at_10, row.recall_at_10, row.mrr] {
                match interval {
                    Some(i) => write!(f, "| {:.3} [{:.2}–{:.2}] ", i.mean, i.low, i.high)?,
                    None => write!(f, "| – ")?,
                }
            }
            writeln!(f, "|")?;
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
