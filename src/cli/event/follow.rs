//! `opcmatch event hold`, `follow` and `summary`: what came of it.

use std::io::Write;

use clap::Args;
use serde_json::Value;

use crate::domain::{
    Date, Event, EventId, FollowUp, ListingId, OpcId, Pair, Progress, Rejection, Side, Status, Step,
    mask_contacts, without_blanks,
};
use crate::event::{FollowSummary, follow_summary};

use super::super::arguments::{Common, Sources};
use super::super::home::{Home, HomeArguments};
use super::super::lists::{Opened, open};
use super::super::progress::note;
use super::super::{CliError, Outcome};
use super::fault::EventFault;
use super::shown;
use super::source::{EventSource, Place};

/// 标为已举办：排了座的都算已对接，以后的对接会不再重复安排
/// / mark an event as held: those who had a seat have met, and later events know it
#[derive(Debug, Args)]
pub(in crate::cli) struct HoldArguments {
    #[command(flatten)]
    source: EventSource,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    json: bool,
}

/// 列出跟进；给出 --need 与 --opc 及改动时，登记一项进展
/// / list what came of an event; with --need, --opc and a change, record it
#[derive(Debug, Args)]
pub(in crate::cli) struct FollowArguments {
    #[command(flatten)]
    home: HomeArguments,
    /// 对接会编号 / id of the event
    #[arg(long, value_name = "ID")]
    id: String,
    /// 需求编号 / a need
    #[arg(long, value_name = "ID")]
    need: Option<String>,
    /// OPC 名称 / an OPC
    #[arg(long, value_name = "NAME")]
    opc: Option<String>,
    /// 新状态：候选、已排除、已对接、对接中、推进中、已落地、搁置 / candidate, excluded, met, talking, advancing, landed, shelved
    #[arg(long, value_name = "STATE", requires_all = ["need", "opc"], value_parser = |s: &str| s.parse::<Progress>())]
    state: Option<Progress>,
    /// 排除原因，如 价格不合 / why it is excluded, such as price
    #[arg(long, value_name = "REASON", requires = "state", value_parser = |s: &str| s.parse::<Rejection>())]
    reason: Option<Rejection>,
    /// 备注 / in your words
    #[arg(long, value_name = "WORDS", requires = "state")]
    note: Option<String>,
    /// 谁登记的 / who records it
    #[arg(long, value_name = "NAME", requires = "state")]
    by: Option<String>,
    /// 哪天的事 / the day of it [default: today]
    #[arg(long, value_name = "DAY", requires = "state")]
    on: Option<Date>,
    /// 跟进人 / who follows it up
    #[arg(long, value_name = "NAME", requires_all = ["need", "opc"])]
    owner: Option<String>,
    /// 签约日期 / the day a contract was signed
    #[arg(long, value_name = "DAY", requires_all = ["need", "opc"])]
    signed: Option<Date>,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    json: bool,
}

/// 汇总数据文件夹或数据库里所有的对接会 / counts over all events of a data folder or database
#[derive(Debug, Args)]
pub(in crate::cli) struct SummaryArguments {
    #[command(flatten)]
    home: HomeArguments,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    json: bool,
}

fn opened(home: Home, common: &Common) -> Result<Opened, CliError> {
    home.open_known()?;
    open(&Sources { home: home.into(), ..Sources::default() }, None, common)
}

pub(super) fn hold(own: &HoldArguments, common: &Common) -> Result<Outcome, CliError> {
    let found = own.source.find()?;
    if found.event.plan.is_none() {
        return Ok(super::review::no_plan(&found.event, common));
    }
    let event = match &found.place {
        _ if found.event.held => {
            note(common, "早已标为已举办 / it was marked as held before");
            found.event
        }
        Place::File(_) => found.save(Event { held: true, ..found.event.clone() }, common)?,
        Place::Home(home) => {
            let opened = opened(home.clone(), common)?;
            opened.market.hold_event(found.event.clone(), opened.today)?
        }
    };
    let meetings = event.plan.iter().flat_map(|plan| &plan.meetings);
    let seated = meetings.filter(|meeting| meeting.seat.is_some()).count();
    let mut out = std::io::stdout().lock();
    if own.json {
        let answer =
            serde_json::json!({"id": event.id, "revision": event.revision, "held": true, "meetings": seated});
        serde_json::to_writer_pretty(&mut out, &answer)?;
        writeln!(out)?;
    } else {
        writeln!(out, "{} 已举办，{seated} 场计为已对接 / {0} is held, {seated} meetings count", event.id)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

pub(super) fn run(own: &FollowArguments, common: &Common) -> Result<Outcome, CliError> {
    let opened = opened(own.home.required()?, common)?;
    let market = &opened.market;
    let Some(event) = market.event(&EventId(own.id.clone()))? else {
        let known: Vec<String> = market.events()?.into_iter().map(|event| event.id.0).collect();
        let known = if known.is_empty() { "（无 / none）".to_owned() } else { known.join("、") };
        return Err(EventFault::NoSuchEvent { id: own.id.clone(), known }.into());
    };
    let same_opc = |opc: &OpcId, name: &str| {
        event.organisation(&opc.0) == event.organisation(name) || without_blanks(name) == opc.0
    };
    let mut all = market.follow_ups(&event)?;
    all.retain(|follow_up| {
        own.need.as_ref().is_none_or(|need| &follow_up.pair.need.0 == need)
            && own.opc.as_ref().is_none_or(|opc| same_opc(&follow_up.pair.opc, opc))
    });
    if let (Some(need), Some(opc)) = (&own.need, &own.opc) {
        let Some(follow_up) = all.first_mut() else {
            let pair = Pair { need: ListingId(need.clone()), opc: OpcId(opc.clone()) };
            return Err(EventFault::NoSuchPair { pair, event: event.id.0 }.into());
        };
        if own.state.is_some() || own.owner.is_some() || own.signed.is_some() {
            record(own, follow_up, own.on.unwrap_or(opened.today))?;
            market.put_follow_up(follow_up)?;
            note(common, "已登记 / recorded");
        }
    }
    let mut out = std::io::stdout().lock();
    if own.json {
        let all: Result<Vec<Value>, _> = all.iter().map(serde_json::to_value).collect();
        serde_json::to_writer_pretty(&mut out, &shown::masked(Value::Array(all?)))?;
        writeln!(out)?;
    } else {
        let ranker = market.ranker();
        let needs = ranker.snapshot().side(Side::Requirement);
        for follow_up in &all {
            let title = needs.row(&follow_up.pair.need).map(|row| needs.listing(row).title.as_str());
            write_line(&mut out, follow_up, title.unwrap_or_default())?;
        }
    }
    out.flush()?;
    Ok(if all.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

/// All that the arguments say, or nothing of it.
fn record(own: &FollowArguments, follow_up: &mut FollowUp, on: Date) -> Result<(), EventFault> {
    let words = |text: &Option<String>| text.clone().unwrap_or_default();
    if let Some(state) = own.state {
        let step = Step { state, on, by: words(&own.by), note: words(&own.note) };
        follow_up.advance(step, own.reason)?;
    }
    if let Some(day) = own.signed {
        follow_up.sign(day)?;
    }
    if let Some(owner) = &own.owner {
        follow_up.owner = owner.trim().to_owned();
    }
    Ok(())
}

fn write_line(out: &mut impl Write, follow_up: &FollowUp, title: &str) -> std::io::Result<()> {
    let mut line =
        format!("{}  {} {title} × {}", follow_up.state.label(), follow_up.pair.need, follow_up.pair.opc);
    if let Some(reason) = follow_up.rejection {
        line.push_str(&format!("  原因：{}", reason.label()));
    }
    let owner = if follow_up.owner.is_empty() { "（未定 nobody yet）" } else { &follow_up.owner };
    line.push_str(&format!("  跟进人：{owner}"));
    if let Some(day) = follow_up.signed_on {
        line.push_str(&format!("  签约：{day}"));
    }
    if let Some(step) = follow_up.steps.last() {
        line.push_str(&format!("  {}", step.on));
        if !step.note.is_empty() {
            line.push_str(&format!(" {}", step.note));
        }
    }
    writeln!(out, "{}", mask_contacts(&line))
}

pub(super) fn summary(own: &SummaryArguments, common: &Common) -> Result<Outcome, CliError> {
    let opened = opened(own.home.required()?, common)?;
    let ranker = opened.market.ranker();
    let listed = ranker.snapshot().side(Side::Requirement).listings();
    let needs: Vec<(ListingId, Status)> = listed.map(|need| (need.id.clone(), need.status)).collect();
    let follow_ups = opened.market.all_follow_ups()?;
    let summary = follow_summary(&needs, &follow_ups);
    let mut out = std::io::stdout().lock();
    if own.json {
        serde_json::to_writer_pretty(&mut out, &shown::masked(serde_json::to_value(&summary)?))?;
        writeln!(out)?;
    } else {
        write_summary(&mut out, &summary)?;
    }
    out.flush()?;
    Ok(if follow_ups.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

/// Follow-ups without an owner that are named one by one; the rest is counted.
const UNOWNED: usize = 10;

fn write_summary(out: &mut impl Write, summary: &FollowSummary) -> std::io::Result<()> {
    let FollowSummary { needs, pairs, .. } = summary;
    writeln!(
        out,
        "需求 needs：征集 collected {}，发布 published {}，对接 met {}，签约 signed {}，落地 landed {}",
        needs.collected, needs.published, needs.met, needs.signed, needs.landed
    )?;
    writeln!(
        out,
        "对接 pairs：候选 shortlisted {}，对接 met {}，签约 signed {}，落地 landed {}",
        pairs.shortlisted, pairs.met, pairs.signed, pairs.landed
    )?;
    if summary.pairs_of_unlisted_needs > 0 {
        writeln!(
            out,
            "其中 {0} 对的需求已不在名单里 / {0} of them are of needs no longer in the list",
            summary.pairs_of_unlisted_needs
        )?;
    }
    let given: Vec<String> = summary
        .rejections
        .iter()
        .filter(|one| one.count > 0)
        .map(|one| format!("{} {}", one.reason.label(), one.count))
        .collect();
    if !given.is_empty() {
        writeln!(out, "排除原因 why excluded：{}", given.join("，"))?;
    }
    if !summary.unowned.is_empty() {
        writeln!(out, "没有跟进人 {0} 对 / {0} without an owner", summary.unowned.len())?;
    }
    for one in summary.unowned.iter().take(UNOWNED) {
        let line = format!("  {} {} {} × {}", one.event, one.state.label(), one.pair.need, one.pair.opc);
        writeln!(out, "{}", mask_contacts(&line))?;
    }
    let more = summary.unowned.len().saturating_sub(UNOWNED);
    if more > 0 {
        writeln!(out, "  ……还有 {more} 对，见 --json / and {more} more, see --json")?;
    }
    Ok(())
}
