//! `opcmatch event day` and `rest`: the day itself.

use std::io::Write;

use clap::Args;
use serde_json::json;

use crate::domain::{Event, mask_contacts};
use crate::event::{DayTalk, DayView, changes, day_view, rest_of_day};

use super::super::arguments::Common;
use super::super::progress::note;
use super::super::{CliError, Outcome};
use super::fault::EventFault;
use super::review::no_plan;
use super::shown;
use super::source::EventSource;

#[derive(Debug, Args)]
pub(in crate::cli) struct DayArguments {
    #[command(flatten)]
    source: EventSource,
    /// 现在是第几个时段，从 1 起 / which slot it is, from 1; one past the last when all is over
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    slot: u16,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RestArguments {
    #[command(flatten)]
    source: EventSource,
    /// 从第几个时段起重排，从 1 起；之前的不动 / the first slot to seat anew, from 1; what is before stays
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    from: u16,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    json: bool,
}

/// A slot that the event has, from 0; `over` allows the one past the last.
fn slot(option: &'static str, number: u16, event: &Event, over: bool) -> Result<u16, EventFault> {
    let slots = event.frame.slots.len();
    if usize::from(number) <= slots + usize::from(over) {
        return Ok(number - 1);
    }
    Err(EventFault::Setting {
        option,
        zh: format!("没有第 {number} 个时段，本场共 {slots} 个"),
        en: format!("there is no slot {number}, the event has {slots}"),
    })
}

pub(super) fn run(own: &DayArguments, common: &Common) -> Result<Outcome, CliError> {
    let event = own.source.find()?.event;
    let Some(plan) = &event.plan else { return Ok(no_plan(&event, common)) };
    let view = day_view(&event, plan, slot("--slot", own.slot, &event, true)?);
    let mut out = std::io::stdout().lock();
    if own.json {
        serde_json::to_writer_pretty(&mut out, &shown::masked(serde_json::to_value(&view)?))?;
        writeln!(out)?;
    } else {
        write(&mut out, &view)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

fn talk(talk: Option<&DayTalk>) -> String {
    match talk {
        None => "空 free".to_owned(),
        Some(talk) => {
            let gone = if talk.missing.is_empty() { "" } else { "（有人不在 somebody is missing）" };
            format!("{} × {}{gone}", talk.need, mask_contacts(&talk.opc.0))
        }
    }
}

fn write(out: &mut impl Write, view: &DayView) -> std::io::Result<()> {
    match view.starts {
        Some(starts) => writeln!(
            out,
            "第 {0} 个时段，{1} 开始 / slot {0}, from {1}",
            u32::from(view.slot) + 1,
            starts.strftime("%H:%M")
        )?,
        None => writeln!(out, "全部时段已结束 / all slots are over")?,
    }
    for table in view.tables.iter().filter(|table| table.now.is_some() || table.next.is_some()) {
        write!(out, "  {:>3}号桌  {}", u32::from(table.table) + 1, talk(table.now.as_ref()))?;
        match &table.next {
            Some(next) => {
                writeln!(out, "  → 第{}时段 next {}", u32::from(next.seat.slot) + 1, talk(Some(next)))?
            }
            None => writeln!(out)?,
        }
    }
    for notice in &view.notices {
        writeln!(out, "请注意 note：{}", shown::said(notice))?;
    }
    if !view.calls.is_empty() {
        writeln!(out, "下一时段请到场 / called for the next slot")?;
    }
    for call in &view.calls {
        writeln!(out, "  {}", shown::said(&call.notice))?;
    }
    Ok(())
}

pub(super) fn rest(own: &RestArguments, common: &Common) -> Result<Outcome, CliError> {
    let found = own.source.find()?;
    if found.event.held {
        return Err(EventFault::Held(found.event.id.0).into());
    }
    let Some(plan) = &found.event.plan else { return Ok(no_plan(&found.event, common)) };
    let from = slot("--from", own.from, &found.event, false)?;
    let rest = rest_of_day(&found.event, plan, from);
    let changes = changes(plan, &rest.event.plan.clone().unwrap_or_default());
    let event = if rest.event == found.event {
        note(common, "不必改动 / nothing has to change");
        rest.event
    } else {
        found.save(rest.event, common)?
    };
    let mut out = std::io::stdout().lock();
    if own.json {
        let unplaced: Vec<_> =
            rest.unplaced.iter().map(|u| json!({"need": u.need, "zh": u.zh(), "en": u.en()})).collect();
        let answer = json!({
            "id": event.id,
            "revision": event.revision,
            "changes": shown::explained(&changes, &changes.explain())?,
            "unplaced": shown::masked(unplaced.into()),
            "timetable": rest.figures,
        });
        serde_json::to_writer_pretty(&mut out, &answer)?;
        writeln!(out)?;
    } else {
        shown::changes(&mut out, &changes, false)?;
        if !rest.unplaced.is_empty() {
            writeln!(out, "未排上 {0} 场 / {0} meetings without a seat", rest.unplaced.len())?;
        }
        for unplaced in &rest.unplaced {
            writeln!(out, "  {}", shown::both(&unplaced.zh(), &unplaced.en()))?;
        }
    }
    out.flush()?;
    Ok(if rest.unplaced.is_empty() { Outcome::Done } else { Outcome::NothingFound })
}
