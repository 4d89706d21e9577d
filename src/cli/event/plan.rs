//! `opcmatch event plan`: who meets whom, when and where.

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::{Value, json};

use crate::engine::Planned;
use crate::event::{Changes, Severity, changes};
use crate::report::EventView;

use super::super::arguments::Common;
use super::super::progress::note;
use super::super::watched::Watched;
use super::super::{CliError, Outcome};
use super::fault::EventFault;
use super::source::{EventSource, Surveyed};
use super::{shown, written};

/// 排对接会：限制内总分最高的候选清单，加时段与桌位；做不到的如实说明（退出码 1）
/// / the best shortlist under the rules, with slots and tables; what the rules had to give is told (exit code 1)
#[derive(Debug, Args)]
pub(in crate::cli) struct PlanArguments {
    #[command(flatten)]
    source: EventSource,
    /// 另存为文件 / write to another file [default: back to where it came from]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// 不看现有方案，从头排（锁定也不保留）/ plan from nothing: not even locked meetings stay
    #[arg(long)]
    fresh: bool,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(own: &PlanArguments, common: &Common) -> Result<Outcome, CliError> {
    let found = own.source.find()?;
    if found.event.held && own.out.is_none() {
        return Err(EventFault::Held(found.event.id.0).into());
    }
    if let Some(path) = own.out.as_deref().filter(|path| path.exists()) {
        // What would not be overwritten is told before the work is done.
        let there = written::read(path)?;
        if there.id != found.event.id {
            return Err(EventFault::OtherEvent { path: path.to_owned(), found: there.id.0 }.into());
        }
    }
    let before = found.event.plan.clone();
    let mut event = found.event.clone();
    if own.fresh {
        let locked = event.plan.iter().flat_map(|plan| &plan.meetings).filter(|m| m.locked).count();
        if locked > 0 {
            note(
                common,
                &format!(
                    "--fresh：放开了 {locked} 场锁定的对接 / --fresh: {locked} locked meetings are let go"
                ),
            );
        }
        event.plan = None;
    }
    let surveyed = own.source.survey(&event, common)?;
    let started = Instant::now();
    let watched = Watched::new(common);
    let mut planned = surveyed.ground.plan(&event, &|reached| watched.tell(reached))?;
    drop(watched);
    let seconds = started.elapsed().as_secs_f64();
    planned.changes =
        changes(&before.clone().unwrap_or_default(), &planned.event.plan.clone().unwrap_or_default());
    planned.event = match &own.out {
        Some(path) => {
            let event = written::save_copy(path, planned.event)?;
            note(common, &format!("已存到 {0} / saved to {0}", path.display()));
            event
        }
        None if planned.event == found.event => {
            note(common, "方案没有变化，文件没有改动 / nothing has changed, nothing was saved");
            planned.event
        }
        None => found.save(planned.event, common)?,
    };
    let view = surveyed.view(&planned.event, &planned.violations);
    let answer =
        Answer { planned: &planned, surveyed: &surveyed, view: &view, first: before.is_none(), seconds };
    let mut out = BufWriter::new(std::io::stdout().lock());
    if own.json {
        serde_json::to_writer_pretty(&mut out, &answer.json()?)?;
        writeln!(out)?;
    } else {
        answer.text(&mut out)?;
    }
    out.flush()?;
    Ok(if answer.is_as_asked() { Outcome::Done } else { Outcome::NothingFound })
}

struct Answer<'a> {
    planned: &'a Planned,
    surveyed: &'a Surveyed,
    view: &'a EventView,
    /// Whether there was no plan before.
    first: bool,
    seconds: f64,
}

impl Answer<'_> {
    /// Somebody meets, every rule is kept, everybody has a seat.
    fn is_as_asked(&self) -> bool {
        let broken = self.planned.violations.iter().any(|v| v.severity == Severity::Error);
        !self.view.meetings.is_empty()
            && self.planned.shortlist.is_as_asked()
            && self.planned.timetable.unplaced.is_empty()
            && !broken
    }

    fn text(&self, out: &mut impl Write) -> std::io::Result<()> {
        let Planned { shortlist, timetable, violations, notices, .. } = self.planned;
        shown::heading(out, self.view)?;
        shown::by_need(out, self.view, &|need| self.surveyed.nobody(need, &self.planned.event))?;
        shown::stage(out, self.view)?;
        let figures = &timetable.figures;
        writeln!(
            out,
            "用了 {} 个时段；{} 条需求不换桌，{} 条要换桌；OPC 空等 {} 个时段，需求空等 {} 个；{} 场换了位置 / {} slots used; {} needs stay at one table, {} move; idle slots: OPCs {}, needs {}; {} meetings moved",
            figures.slots_used,
            figures.needs_at_one_table,
            figures.needs_moving,
            figures.opc_gaps,
            figures.need_gaps,
            figures.moved,
            figures.slots_used,
            figures.needs_at_one_table,
            figures.needs_moving,
            figures.opc_gaps,
            figures.need_gaps,
            figures.moved,
        )?;
        let fairness = &shortlist.fairness;
        writeln!(
            out,
            "总分 {}；首次露面的 OPC {} 个（不照顾时 {} 个），代价 {} 分 / sum {}; {} OPCs shown for the first time ({} without preference), at a cost of {}",
            shortlist.worth,
            fairness.newly_shown,
            fairness.newly_shown_without,
            fairness.cost,
            shortlist.worth,
            fairness.newly_shown,
            fairness.newly_shown_without,
            fairness.cost,
        )?;
        shown::changes(out, &self.planned.changes, self.first)?;
        for notice in notices {
            writeln!(out, "请注意 note：{}", shown::said(notice))?;
        }
        if !shortlist.concessions.is_empty() {
            writeln!(
                out,
                "做不到的限制 {0} 项，已作最小让步 / {0} rules could not be kept; the least was given",
                shortlist.concessions.len()
            )?;
            let said = shortlist.concessions.iter().map(|concession| shown::said(&concession.explain()));
            shown::lines(out, shown::MOST_LINES, said)?;
        }
        if !self.view.unplaced.is_empty() {
            writeln!(out, "未排上 {0} 场 / {0} meetings without a seat", self.view.unplaced.len())?;
            let said = self.view.unplaced.iter().map(|unplaced| format!("{} / {}", unplaced.zh, unplaced.en));
            shown::lines(out, shown::MOST_LINES, said)?;
        }
        shown::findings(out, violations, shown::MOST_LINES)?;
        writeln!(out, "排程用时 {0:.2} 秒 / planned in {0:.2} s", self.seconds)
    }

    fn json(&self) -> serde_json::Result<Value> {
        let Planned { shortlist, timetable, violations, notices, changes, .. } = self.planned;
        let concessions: Result<Vec<Value>, _> =
            shortlist.concessions.iter().map(|given| shown::explained(given, &given.explain())).collect();
        let unmet = self.view.unmet_needs.iter().filter_map(|&at| self.view.needs.get(at));
        let nobody: Vec<Value> = unmet
            .map(|need| json!({"need": need.need, "why": self.surveyed.nobody(&need.need, &self.planned.event)}))
            .collect();
        Ok(json!({
            "as_asked": self.is_as_asked(),
            "event": self.view,
            "concessions": concessions?,
            "nobody": nobody,
            "worth": shortlist.worth.degrees(),
            "fairness": {
                "newly_shown": shortlist.fairness.newly_shown,
                "newly_shown_without": shortlist.fairness.newly_shown_without,
                "cost": shortlist.fairness.cost.degrees(),
            },
            "timetable": timetable.figures,
            "changes": change(changes)?,
            "notices": shown::notices(notices),
            "findings": shown::findings_json(violations)?,
            "seconds": self.seconds,
        }))
    }
}

fn change(changes: &Changes) -> serde_json::Result<Value> {
    shown::explained(changes, &changes.explain())
}
