//! `opcmatch event edit`: changes by hand, all or none.

use std::io::Write;

use clap::Args;
use serde_json::json;

use crate::domain::{Event, Pair};
use crate::event::{Edit, Notice, edit};

use super::super::arguments::Common;
use super::super::{CliError, Outcome};
use super::fault::EventFault;
use super::field::field_at;
use super::shown;
use super::source::{EventSource, Surveyed};

/// 手工改动，可给多个 --do：全部做成，或一项也不做。时段与桌位在 JSON 里从 0 数
/// / change the event by hand: all of the edits, or none. JSON counts slots and tables from 0
///
/// {"do":"pin","need":"N003","opc":"某工作室"}，另有 / others:
/// unpin, ban, unban, lock, unlock, drop, add, move ("seat":{"slot":0,"table":2}),
/// absent ("who":{"opc":"某工作室"}), late ("until":2), leaves ("from":5), back, stage ("order":["N001"])
#[derive(Debug, Args)]
pub(in crate::cli) struct EditArguments {
    #[command(flatten)]
    source: EventSource,
    /// 一项改动（JSON）/ one edit as JSON
    #[arg(long = "do", value_name = "JSON", required = true)]
    edits: Vec<String>,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(own: &EditArguments, common: &Common) -> Result<Outcome, CliError> {
    let found = own.source.find()?;
    let mut edits = own
        .edits
        .iter()
        .enumerate()
        .map(|(at, text)| parsed(at + 1, text))
        .collect::<Result<Vec<Edit>, EventFault>>()?;
    if edits.iter().any(|edit| matches!(edit, Edit::Add { .. })) {
        // What is added is worth what the ranking says; pinned, so that no unmet term hides the pair.
        let mut asked = found.event.clone();
        for edit in &edits {
            if let Edit::Add { need, opc, .. } = edit {
                asked.pins.push(Pair { need: need.clone(), opc: opc.clone() });
            }
        }
        let surveyed = own.source.survey(&asked, common)?;
        for (at, edit) in edits.iter_mut().enumerate() {
            value(at + 1, edit, &surveyed, &found.event)?;
        }
    }
    let mut event = found.event.clone();
    let mut did: Vec<Notice> = Vec::new();
    for (at, change) in edits.iter().enumerate() {
        let edited = edit(&event, change).map_err(|cause| EventFault::Edit { number: at + 1, cause })?;
        event = edited.event;
        did.extend(edited.did);
    }
    let event = found.save(event, common)?;
    let mut out = std::io::stdout().lock();
    if own.json {
        let answer = json!({"id": event.id, "revision": event.revision, "did": shown::notices(&did)});
        serde_json::to_writer_pretty(&mut out, &answer)?;
        writeln!(out)?;
    } else {
        for notice in &did {
            writeln!(out, "{}", shown::said(notice))?;
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}

fn parsed(number: usize, text: &str) -> Result<Edit, EventFault> {
    serde_json::from_str(text).map_err(|error| {
        let field = field_at(text, error.line(), error.column());
        let field = if field.is_empty() { field } else { format!("{field} ") };
        EventFault::EditUnread { number, field, cause: error.to_string() }
    })
}

/// Gives a meeting that is added its degree and views from the ranking.
fn value(number: usize, edit: &mut Edit, surveyed: &Surveyed, event: &Event) -> Result<(), EventFault> {
    let Edit::Add { need, opc, capability, degree, need_view, opc_view, .. } = edit else { return Ok(()) };
    let organisation = crate::domain::OpcId(event.organisation(&opc.0));
    let pair = Pair { need: need.clone(), opc: organisation };
    let Some((known, by_need, by_opc)) = surveyed.degree(&pair, capability) else {
        let pair = Pair { need: need.clone(), opc: opc.clone() };
        return Err(EventFault::UnknownPair { number, pair, capability: capability.0.clone() });
    };
    *degree = known;
    (*need_view, *opc_view) = (Some(by_need), Some(by_opc));
    Ok(())
}
