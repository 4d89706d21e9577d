//! `opcmatch event check`, `prices` and `teams`: looking an event over.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use crate::domain::{Event, ListingId, mask_contacts};
use crate::engine::{TeamFound, team_for};
use crate::event::{Severity, TeamRules};

use super::super::arguments::Common;
use super::super::progress::note;
use super::super::watched::Watched;
use super::super::{CliError, Outcome};
use super::fault::EventFault;
use super::shown;
use super::source::EventSource;

#[derive(Debug, Args)]
pub(in crate::cli) struct ReviewArguments {
    #[command(flatten)]
    source: EventSource,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct TeamsArguments {
    #[command(flatten)]
    source: EventSource,
    /// 只看这些需求 / only these needs [default: those that nobody fits alone]
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    need: Vec<String>,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    json: bool,
}

/// Says that there is nothing to look at yet.
pub(super) fn no_plan(event: &Event, common: &Common) -> Outcome {
    note(
        common,
        &format!(
            "{} 还没有方案，请先用 event plan 排 / {0} has no plan yet: make one with `event plan`",
            event.id
        ),
    );
    Outcome::NothingFound
}

fn print_json(value: &Value) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

pub(super) fn check(own: &ReviewArguments, common: &Common) -> Result<Outcome, CliError> {
    let event = own.source.find()?.event;
    if event.plan.is_none() {
        return Ok(no_plan(&event, common));
    }
    let violations = own.source.survey(&event, common)?.ground.review(&event);
    if own.json {
        print_json(&shown::findings_json(&violations)?)?;
    } else {
        let mut out = std::io::stdout().lock();
        shown::findings(&mut out, &violations, usize::MAX)?;
        out.flush()?;
    }
    let broken = violations.iter().any(|violation| violation.severity == Severity::Error);
    Ok(if broken { Outcome::NothingFound } else { Outcome::Done })
}

pub(super) fn prices(own: &ReviewArguments, common: &Common) -> Result<Outcome, CliError> {
    let event = own.source.find()?.event;
    let surveyed = own.source.survey(&event, common)?;
    let watched = Watched::new(common);
    let prices = surveyed.ground.prices(&event, &|reached| watched.tell(reached))?;
    drop(watched);
    if own.json {
        let all: Result<Vec<Value>, _> =
            prices.iter().map(|price| shown::explained(price, &price.explain())).collect();
        print_json(&Value::Array(all?))?;
    } else {
        let mut out = std::io::stdout().lock();
        for price in &prices {
            writeln!(out, "{}", shown::said(&price.explain()))?;
        }
        out.flush()?;
    }
    if prices.is_empty() {
        note(
            common,
            "没有指定、排除或个别上下限，所以没有代价 / no pin, ban or limit of its own, so nothing has a price",
        );
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Done)
}

pub(super) fn teams(own: &TeamsArguments, common: &Common) -> Result<Outcome, CliError> {
    let event = own.source.find()?.event;
    let asked: Vec<ListingId> = own.need.iter().map(|id| ListingId(id.trim().to_owned())).collect();
    let strangers: Vec<&str> =
        asked.iter().filter(|need| event.need_entry(need).is_none()).map(|need| need.0.as_str()).collect();
    if !strangers.is_empty() {
        return Err(EventFault::UnknownNeeds { option: "--need", ids: strangers.join("、") }.into());
    }
    let surveyed = own.source.survey(&event, common)?;
    let needs = if asked.is_empty() { surveyed.ground.unmet(&event) } else { asked };
    if needs.is_empty() {
        note(common, "每条需求都有单独合适的 OPC / every need has an OPC that fits it alone");
    }
    // A team is made of sentences that look alike; that its members can do the work is for people to say.
    if !needs.is_empty() {
        note(
            common,
            "以下各家单独都不够合适，组队只是线索，请先核实 / none of these fits alone: teams are leads, ask first",
        );
    }
    let today = surveyed.opened.today;
    let found: Vec<(ListingId, Option<TeamFound>)> = needs
        .into_iter()
        .map(|need| {
            let team = team_for(&surveyed.ranker, &need, TeamRules::default(), today);
            (need, team)
        })
        .collect();
    if own.json {
        let all: Result<Vec<Value>, serde_json::Error> = found
            .iter()
            .map(|(need, found)| {
                let team = found.as_ref().map(|found| (&found.parts, &found.team));
                let mut value = json!({"need": need, "parts": null, "team": null});
                if let Some((parts, team)) = team {
                    value["parts"] = serde_json::to_value(parts)?;
                    value["team"] = serde_json::to_value(team)?;
                }
                Ok(shown::masked(value))
            })
            .collect();
        print_json(&Value::Array(all?))?;
    } else {
        let mut out = std::io::stdout().lock();
        for (need, team) in &found {
            match team {
                Some(team) => write_team(&mut out, team)?,
                None => {
                    writeln!(out, "{need}：没有 OPC 能承担其中任何一部分 / nobody covers any part of it")?
                }
            }
        }
        out.flush()?;
    }
    let any = found.is_empty() || found.iter().any(|(_, team)| team.is_some());
    Ok(if any { Outcome::Done } else { Outcome::NothingFound })
}

/// The longest quotation of a need's part, in characters.
const PART: usize = 40;

fn write_team(out: &mut impl Write, found: &TeamFound) -> std::io::Result<()> {
    let TeamFound { need, parts, team } = found;
    let share = 100 * team.covered_weight / team.whole_weight.max(1);
    writeln!(out, "{need}：{0} 个 OPC 合起来能承担 {share}% / {0} OPCs cover {share}%", team.members.len())?;
    let words = |part: usize| -> String {
        let text = parts.get(part).map_or("", |part| part.text.as_str());
        let short: String = text.chars().take(PART).collect();
        if short.len() < text.len() { format!("{short}…") } else { short }
    };
    for member in &team.members {
        let opc = mask_contacts(&member.opc.0);
        writeln!(out, "    {opc}（{}，匹配度 degree {}）", member.capability, member.degree)?;
        for covered in &member.covers {
            writeln!(out, "        {}", words(covered.part))?;
        }
    }
    for &part in &team.open {
        writeln!(out, "    无人承担 nobody：{}", words(part))?;
    }
    Ok(())
}
