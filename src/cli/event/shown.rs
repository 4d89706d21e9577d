//! A plan in words and in JSON. Names and notices leave with contacts masked.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::domain::{ListingId, LocalTime, Pair, Seat, mask_contacts};
use crate::event::{Changes, Notice, Severity, Violation};
use crate::report::{EventView, MeetingView, NeedView};

/// Lines of one kind on a terminal, a screenful; `--json` has them all.
pub(super) const MOST_LINES: usize = 30;

/// How bad a finding is, in both languages.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "错误 error",
        Severity::Warning => "提醒 warning",
    }
}

/// A sentence in both languages, masked.
pub(super) fn both(zh: &str, en: &str) -> String {
    mask_contacts(&format!("{zh} / {en}"))
}

/// A notice in both languages, masked.
pub(super) fn said(notice: &Notice) -> String {
    both(&notice.zh, &notice.en)
}

/// A value with contacts masked in every text of it, ids of listings apart.
pub(super) fn masked(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(mask_contacts(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(masked).collect()),
        Value::Object(fields) => {
            let is_id = |name: &str| matches!(name, "need" | "capability");
            let field = |(name, value): (String, Value)| {
                let value = if is_id(&name) && value.is_string() { value } else { masked(value) };
                (name, value)
            };
            Value::Object(fields.into_iter().map(field).collect())
        }
        other => other,
    }
}

/// A value with its explanation beside it.
pub(super) fn explained(value: &impl serde::Serialize, notice: &Notice) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(value)?;
    if let Value::Object(fields) = &mut value {
        fields.insert("zh".into(), notice.zh.clone().into());
        fields.insert("en".into(), notice.en.clone().into());
    }
    Ok(masked(value))
}

/// Findings as JSON.
pub(super) fn findings_json(violations: &[Violation]) -> serde_json::Result<Value> {
    let all: Result<Vec<Value>, _> = violations.iter().map(serde_json::to_value).collect();
    Ok(masked(Value::Array(all?)))
}

/// Writes at most `most` lines, and how many more there are.
pub(super) fn lines(
    out: &mut impl Write,
    most: usize,
    lines: impl ExactSizeIterator<Item = String>,
) -> io::Result<()> {
    let more = lines.len().saturating_sub(most);
    for line in lines.take(most) {
        writeln!(out, "  {line}")?;
    }
    if more > 0 {
        writeln!(out, "  ……还有 {more} 行，见 --json / {more} more lines, see --json")?;
    }
    Ok(())
}

/// Findings line by line, at most so many; a line that says so when there are none.
pub(super) fn findings(out: &mut impl Write, violations: &[Violation], most: usize) -> io::Result<()> {
    if violations.is_empty() {
        return writeln!(out, "检查通过 / the plan passes the check");
    }
    writeln!(out, "检查发现 {0} 处 / {0} findings", violations.len())?;
    let said = |v: &Violation| format!("[{}] {}", severity(v.severity), both(&v.zh, &v.en));
    lines(out, most, violations.iter().map(said))
}

/// Whether a slot lies on another day than the first.
fn several_days(view: &EventView) -> bool {
    let first = view.slots.first().map(|slot| slot.starts.date());
    view.slots.iter().any(|slot| Some(slot.starts.date()) != first)
}

fn time(at: LocalTime, with_day: bool) -> String {
    at.strftime(if with_day { "%m-%d %H:%M" } else { "%H:%M" }).to_string()
}

/// `14:00–14:15  3号桌`.
fn seat(meeting: &MeetingView, with_day: bool) -> String {
    let when = match (meeting.starts, meeting.ends, meeting.slot) {
        (Some(starts), Some(ends), _) => format!("{}–{}", time(starts, with_day), time(ends, false)),
        (.., Some(slot)) => format!("第{slot}时段"),
        _ => return "未排上 no seat".to_owned(),
    };
    format!("{when} {:>3}号桌", meeting.table.unwrap_or_default())
}

/// The heading: how many needs, meetings, and how well they fit.
pub(super) fn heading(out: &mut impl Write, view: &EventView) -> io::Result<()> {
    let totals = &view.totals;
    writeln!(out, "{} {}（第 {} 版 revision）", view.id, view.name, view.revision)?;
    let mean = totals.mean_degree.map_or("—".to_owned(), |mean| format!("{mean:.1}"));
    writeln!(
        out,
        "需求 {}/{} 条有对接，OPC {} 个参与，{} 场，{} 场已排座，平均匹配度 {mean} / {} of {} needs meet somebody, {} OPCs, {} meetings, {} seated, mean degree {mean}",
        totals.needs_met,
        totals.needs,
        totals.opcs_met,
        totals.meetings,
        totals.seated,
        totals.needs_met,
        totals.needs,
        totals.opcs_met,
        totals.meetings,
        totals.seated,
    )
}

/// The shortlist, need by need in the event's order; `nobody` says why a need meets nobody.
pub(super) fn by_need(
    out: &mut impl Write,
    view: &EventView,
    nobody: &dyn Fn(&ListingId) -> String,
) -> io::Result<()> {
    let with_day = several_days(view);
    for need in &view.needs {
        writeln!(out, "{} {}{}", need.need, need.title, whose(need))?;
        if need.meetings.is_empty() {
            let why = if need.absent { "未参加 / absent".to_owned() } else { nobody(&need.need) };
            writeln!(out, "    {why}")?;
        }
        for meeting in need.meetings.iter().filter_map(|&at| view.meetings.get(at)) {
            writeln!(
                out,
                "    {}  {:>5.1}  {} · {}  需求方看 {:.1} OPC方看 {:.1}{}{}",
                seat(meeting, with_day),
                meeting.degree,
                meeting.opc_name,
                meeting.capability_title,
                meeting.need_view,
                meeting.opc_view,
                if meeting.pinned { " 指定 pinned" } else { "" },
                if meeting.locked { " 锁定 locked" } else { "" },
            )?;
        }
    }
    Ok(())
}

fn whose(need: &NeedView) -> String {
    if need.party.is_empty() { String::new() } else { format!("（{}）", need.party) }
}

/// The stage part, turn by turn.
pub(super) fn stage(out: &mut impl Write, view: &EventView) -> io::Result<()> {
    if view.stage.is_empty() {
        return Ok(());
    }
    writeln!(out, "路演顺序 / on stage")?;
    for turn in &view.stage {
        let when = turn.starts.map_or(String::new(), |at| format!("{} ", time(at, false)));
        writeln!(out, "    {}. {when}{} {}", turn.place, turn.need, turn.title)?;
    }
    Ok(())
}

/// What is different from the plan before, in a sentence and line by line; of a first
/// plan the sentence alone.
pub(super) fn changes(out: &mut impl Write, changes: &Changes, first: bool) -> io::Result<()> {
    writeln!(out, "与上次方案相比：{}", said(&changes.explain()))?;
    if first {
        return Ok(());
    }
    let line = |sign: &str, pair: &Pair, rest: String| {
        format!("{sign} {} × {}  {rest}", pair.need, mask_contacts(&pair.opc.0))
    };
    let place = |seat: Option<Seat>| {
        seat.map_or("未排上".to_owned(), |seat| {
            format!("第{}时段{}号桌", u32::from(seat.slot) + 1, u32::from(seat.table) + 1)
        })
    };
    let mut all: Vec<String> = Vec::new();
    all.extend(changes.added.iter().map(|m| line("+", &m.pair(), m.degree.to_string())));
    all.extend(changes.dropped.iter().map(|m| line("-", &m.pair(), m.degree.to_string())));
    all.extend(
        changes.moved.iter().map(|m| line("~", &m.pair, format!("{} → {}", place(m.from), place(m.to)))),
    );
    lines(out, MOST_LINES, all.into_iter())
}

/// Notices as JSON.
pub(super) fn notices(notices: &[Notice]) -> Value {
    notices.iter().map(|n| json!({"zh": mask_contacts(&n.zh), "en": mask_contacts(&n.en)})).collect()
}
