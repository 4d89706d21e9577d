//! `opcmatch eval`: what the ranking is worth on a judged set.

use std::cell::RefCell;
use std::fmt;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;

use serde::Serialize;

use crate::domain::{ListingId, Side};
use crate::engine::{Generation, MarketError};
use crate::eval::{JudgedSet, Qrels, RankBy, Report, evaluate_by, evaluate_set_by};
use crate::rank::Settings;

use super::arguments::{Common, EvalArguments};
use super::lists::open;
use super::progress::note;
use super::{CliError, Outcome};

pub(super) fn run(own: &EvalArguments, common: &Common) -> Result<Outcome, CliError> {
    match &own.qrels {
        Some(path) => on_file(path, own, common),
        None => {
            let set = JudgedSet::load()?;
            let opened = open(&own.sources, None, common)?;
            let now = opened.market.now();
            let report = measured(&now, &|by| evaluate_set_by(now.ranker(), by, &set))?;
            print(&report, own.json)?;
            Ok(outcome(&report.report))
        }
    }
}

/// Measures the ranking of a generation, its reranker included. The first failure
/// of the reranker is told, rather than figures with a hole in them.
fn measured<T>(now: &Generation, measure: &dyn Fn(&RankBy<'_>) -> T) -> Result<T, CliError> {
    let failed: RefCell<Option<MarketError>> = RefCell::new(None);
    let report = measure(&|id: &ListingId, settings: &Settings| {
        now.rank(Side::Requirement, id, settings).unwrap_or_else(|error| {
            failed.borrow_mut().get_or_insert(error);
            None
        })
    });
    failed.into_inner().map_or(Ok(report), |error| Err(error.into()))
}

fn on_file(path: &Path, own: &EvalArguments, common: &Common) -> Result<Outcome, CliError> {
    let file = File::open(path).map_err(|cause| CliError::File { path: path.to_owned(), cause })?;
    let qrels = Qrels::read(BufReader::new(file))?;
    let opened = open(&own.sources, None, common)?;
    let now = opened.market.now();
    let report = measured(&now, &|by| evaluate_by(now.ranker(), by, &qrels))?;
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
