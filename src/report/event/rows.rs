//! Meetings as rows of a spreadsheet.

use crate::domain::{LocalTime, Rejection};
use crate::text::Script;

use super::view::{EventView, MeetingView};

/// A cell: text is never run as a formula, numbers stay numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Text.
    Text(String),
    /// A number that is ours.
    Number(f64),
}

impl Cell {
    /// Text.
    pub(super) fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// A word of the program's own.
    pub(super) fn said(script: Script, text: &str) -> Cell {
        Cell::Text(script.said(text).into_owned())
    }

    /// A count or a place.
    pub(super) fn count(count: impl TryInto<u32>) -> Cell {
        count.try_into().map_or(Cell::Text(String::new()), |count: u32| Cell::Number(f64::from(count)))
    }

    /// A count or a place, or nothing.
    pub(super) fn maybe(count: Option<u16>) -> Cell {
        count.map_or(Cell::Text(String::new()), |count| Cell::Number(f64::from(count)))
    }

    /// A degree to one decimal.
    pub(super) fn degree(degree: f64) -> Cell {
        Cell::Number((degree * 10.0).round() / 10.0)
    }

    /// As a file of plain text holds it.
    pub(super) fn plain(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
        }
    }
}

/// Heads of [`meeting_row`].
pub(super) const MEETING_COLUMNS: &[&str] = &[
    "时段",
    "日期",
    "开始",
    "结束",
    "桌号",
    "需求编号",
    "需求",
    "需求单位",
    "OPC",
    "能力编号",
    "能力",
    "匹配度",
    "需求方看",
    "OPC方看",
    "计入",
    "来源",
    "锁定",
    "进展",
    "排除原因",
    "跟进人",
    "签约日期",
];

/// One meeting.
pub(super) fn meeting_row(meeting: &MeetingView, script: Script) -> Vec<Cell> {
    let mut row = seat_cells(meeting);
    row.extend([
        Cell::text(meeting.need.0.as_str()),
        Cell::text(meeting.need_title.as_str()),
        Cell::text(meeting.need_party.as_str()),
        Cell::text(meeting.opc_name.as_str()),
        Cell::text(meeting.capability.0.as_str()),
        Cell::text(meeting.capability_title.as_str()),
        Cell::degree(meeting.degree),
        Cell::degree(meeting.need_view),
        Cell::degree(meeting.opc_view),
        Cell::degree(meeting.worth),
        Cell::said(script, if meeting.pinned { "指定" } else { "推荐" }),
        Cell::said(script, if meeting.locked { "是" } else { "" }),
    ]);
    row.extend(follow_up_cells(meeting, script));
    row
}

/// Slot, day, from, to, table.
pub(super) fn seat_cells(meeting: &MeetingView) -> Vec<Cell> {
    vec![
        Cell::maybe(meeting.slot),
        Cell::text(meeting.starts.map_or(String::new(), |at| at.date().to_string())),
        Cell::text(meeting.starts.map_or(String::new(), hour)),
        Cell::text(meeting.ends.map_or(String::new(), hour)),
        Cell::maybe(meeting.table),
    ]
}

/// State, reason, owner, day of contract.
pub(super) fn follow_up_cells(meeting: &MeetingView, script: Script) -> Vec<Cell> {
    let Some(follow_up) = &meeting.follow_up else {
        return vec![Cell::said(script, "候选"), Cell::text(""), Cell::text(""), Cell::text("")];
    };
    vec![
        Cell::said(script, follow_up.state.label()),
        Cell::said(script, follow_up.rejection.map_or("", Rejection::label)),
        Cell::text(follow_up.owner.as_str()),
        Cell::text(follow_up.signed_on.map_or(String::new(), |day| day.to_string())),
    ]
}

/// `14:05`.
pub(super) fn hour(at: LocalTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `14:00–14:15`, with the day before it when the event has several; empty without a time.
pub(super) fn span(view: &EventView, starts: Option<LocalTime>, ends: Option<LocalTime>) -> String {
    let (Some(starts), Some(ends)) = (starts, ends) else { return String::new() };
    let hours = format!("{}–{}", hour(starts), hour(ends));
    if several_days(view) { format!("{} {hours}", day(starts)) } else { hours }
}

/// `12-04`.
pub(super) fn day(at: LocalTime) -> String {
    format!("{:02}-{:02}", at.month(), at.day())
}

/// Whether the slots and the stage lie on more than one day.
pub(super) fn several_days(view: &EventView) -> bool {
    let slots = view.slots.iter().map(|slot| slot.starts.date());
    let turns = view.stage.iter().filter_map(|turn| turn.starts).map(|at| at.date());
    let mut days = slots.chain(turns);
    days.next().is_some_and(|first| days.any(|day| day != first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_numbers() {
        assert_eq!(Cell::degree(31.4159), Cell::Number(31.4));
        assert_eq!(Cell::maybe(None), Cell::text(""));
        assert_eq!(Cell::count(3usize).plain(), "3");
        assert_eq!(Cell::text("=1+1").plain(), "=1+1");
    }
}
