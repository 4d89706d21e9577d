//! `opcmatch eval`: what the ranking is worth on a judged set.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;

use serde::Serialize;

use crate::domain::{Date, ListingId, Side};
use crate::engine::{Generation, MarketError};
use crate::eval::{Graded, JudgedSet, Qrels, RankBy, Report, evaluate_by, evaluate_set_by, fit};
use crate::index::Probe;
use crate::intake::{Options, read_text};
use crate::rank::Settings;

use super::arguments::{Common, EvalArguments, Sources};
use super::lists::{Opened, open};
use super::progress::note;
use super::{CliError, Outcome};

pub(super) fn run(own: &EvalArguments, common: &Common) -> Result<Outcome, CliError> {
    if own.fit {
        return fitted(own, common);
    }
    match &own.qrels {
        Some(path) => on_file(path, own, common),
        None => {
            let set = JudgedSet::load()?;
            let opened = open(&own.sources, None, common)?;
            let now = opened.market.now();
            let report =
                measured(&now, own.asks(opened.today), &|by| evaluate_set_by(now.ranker(), by, &set))?;
            print(&report, own.json)?;
            Ok(outcome(&report.report))
        }
    }
}

/// What of a requirement is the question.
#[derive(Clone, Copy)]
enum Asks {
    Whole,
    /// The title, as somebody would paste it on a day.
    Title(Date),
}

impl EvalArguments {
    fn asks(&self, today: Date) -> Asks {
        if self.titles { Asks::Title(today) } else { Asks::Whole }
    }
}

/// The title of a requirement as a question from outside; `None` when it is not in the list.
fn title(now: &Generation, id: &ListingId, today: Date) -> Result<Option<Probe>, MarketError> {
    let side = now.ranker().snapshot().side(Side::Requirement);
    let Some(row) = side.row(id) else { return Ok(None) };
    let asked = read_text(&side.listing(row).title, &Options::new(Side::Requirement, today));
    now.probe(asked).map(Some)
}

/// Measures the ranking of a generation, its reranker included. The first failure
/// of the reranker is told, rather than figures with a hole in them.
fn measured<T>(now: &Generation, asks: Asks, measure: &dyn Fn(&RankBy<'_>) -> T) -> Result<T, CliError> {
    let failed: RefCell<Option<MarketError>> = RefCell::new(None);
    let rank = |id: &ListingId, settings: &Settings| match asks {
        Asks::Whole => now.rank(Side::Requirement, id, settings),
        Asks::Title(today) => title(now, id, today)?
            .map(|probe| now.rank_probe(Side::Requirement, &probe, settings))
            .transpose(),
    };
    let report = measure(&|id: &ListingId, settings: &Settings| {
        rank(id, settings).unwrap_or_else(|error| {
            failed.borrow_mut().get_or_insert(error);
            None
        })
    });
    failed.into_inner().map_or(Ok(report), |error| Err(error.into()))
}

/// Weights found again on the tuned-on part of the judged set, and on the lists given.
fn fitted(own: &EvalArguments, common: &Common) -> Result<Outcome, CliError> {
    let set = JudgedSet::load()?;
    let mut tuned_on = set.qrels;
    tuned_on.retain(|id| set.needs.get(id).is_some_and(|need| !need.held_out));
    let mut lists = vec![(open(&Sources::default(), None, common)?, tuned_on)];
    if let Some(path) = &own.qrels {
        lists.push((open(&own.sources, None, common)?, read_qrels(path)?));
    }
    let with_titles = |(opened, qrels): (Opened, Qrels)| -> Result<_, CliError> {
        let now = opened.market.now();
        let mut titles = BTreeMap::new();
        for id in qrels.requirements() {
            if let Some(probe) = title(&now, id, opened.today)? {
                titles.insert(id.clone(), probe);
            }
        }
        Ok((now, qrels, titles))
    };
    let lists = lists.into_iter().map(with_titles).collect::<Result<Vec<_>, _>>()?;
    let graded: Vec<Graded<'_>> = lists
        .iter()
        .map(|(now, qrels, titles)| Graded { ranker: now.ranker(), qrels, titles: titles.clone() })
        .collect();
    let mut out = std::io::stdout().lock();
    write!(out, "{}", fit(&graded))?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn read_qrels(path: &Path) -> Result<Qrels, CliError> {
    let file = File::open(path).map_err(|cause| CliError::File { path: path.to_owned(), cause })?;
    Ok(Qrels::read(BufReader::new(file))?)
}

fn on_file(path: &Path, own: &EvalArguments, common: &Common) -> Result<Outcome, CliError> {
    let qrels = read_qrels(path)?;
    let opened = open(&own.sources, None, common)?;
    let now = opened.market.now();
    let report = measured(&now, own.asks(opened.today), &|by| evaluate_by(now.ranker(), by, &qrels))?;
    if !report.not_in_list.is_empty() {
        note(
            common,
            &format!(
                "{0} 条有评判的需求不在名单里 / {0} judged requirements are not in the list",
                report.not_in_list.len()
            ),
        );
    }
    print(&report, own.json)?;
    Ok(outcome(&report))
}

fn print(report: &(impl Serialize + fmt::Display), json: bool) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, report)?;
        writeln!(out)?;
    } else {
        write!(out, "{report}")?;
    }
    out.flush()?;
    Ok(())
}

fn outcome(report: &Report) -> Outcome {
    if report.requirements > 0 { Outcome::Done } else { Outcome::NothingFound }
}
