//! `opcmatch eval`: what the ranking is worth on a judged set.

use std::fs::File;
use std::io::{BufReader, Write};

use crate::eval::{Qrels, evaluate};

use super::arguments::{Common, EvalArguments};
use super::lists::open;
use super::progress::note;
use super::{CliError, Outcome};

pub(super) fn run(own: &EvalArguments, common: &Common) -> Result<Outcome, CliError> {
    let file = File::open(&own.qrels).map_err(|cause| CliError::File { path: own.qrels.clone(), cause })?;
    let qrels = Qrels::read(BufReader::new(file))?;
    let opened = open(&own.sources, None, common)?;
    let report = evaluate(&opened.market.ranker(), &qrels);
    if !report.not_in_list.is_empty() {
        note(
            common,
            &format!(
                "{0} 条有评判的需求不在名单里 / {0} judged requirements are not in the list",
                report.not_in_list.len()
            ),
        );
    }
    let mut out = std::io::stdout().lock();
    if own.json {
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
    } else {
        write!(out, "{report}")?;
    }
    out.flush()?;
    Ok(if report.requirements > 0 { Outcome::Done } else { Outcome::NothingFound })
}
