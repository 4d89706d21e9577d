//! The day itself: who is on, who is next, who waits in vain, and the rest planned anew.
//!
//! Reads no clock: which slot it is, is an argument.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::{Event, ListingId, LocalTime, Meeting, OpcId, Plan, Seat};

use super::notice::Notice;
use super::presence::{Who, is_absent, is_there, seat_words};
use super::timetable::{TimetableFigures, timetable};
use super::unplaced::Unplaced;

/// A meeting as it stands on the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DayTalk {
    /// The need.
    pub need: ListingId,
    /// The OPC.
    pub opc: OpcId,
    /// Where and when.
    pub seat: Seat,
    /// Who of the two is not there then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Who>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TableNow {
    /// Table, from 0.
    pub table: u16,
    /// What is on.
    pub now: Option<DayTalk>,
    /// What comes next there, in whichever slot.
    pub next: Option<DayTalk>,
}

/// Somebody whose counterpart is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Waiting {
    /// Who sits idle.
    pub who: Who,
    /// For whom.
    pub waits_for: Who,
    /// Where.
    pub seat: Seat,
}

/// Somebody who should go to a table for the next slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Call {
    /// Who is called.
    pub who: Who,
    /// Whom they meet.
    pub with: Who,
    /// Where and when.
    pub seat: Seat,
    /// What to call out.
    pub notice: Notice,
}

/// The event at one slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DayView {
    /// The slot it is, from 0; the number of slots when all is over.
    pub slot: u16,
    /// When it began; `None` when all is over.
    #[schema(value_type = Option<String>, example = "2026-12-04T14:15:00")]
    pub starts: Option<LocalTime>,
    /// Every table.
    pub tables: Vec<TableNow>,
    /// Who should come for the next slot, in order of table; both sides where a need changes tables.
    pub calls: Vec<Call>,
    /// Who sits idle now because the other side is missing, in order of table.
    pub waiting: Vec<Waiting>,
    /// Meetings of past slots that did not take place, because somebody was not there.
    pub missed: Vec<DayTalk>,
    /// What the organiser should see to, the most urgent first.
    pub notices: Vec<Notice>,
}

fn talk(event: &Event, meeting: &Meeting, seat: Seat) -> DayTalk {
    let both = [Who::Need(meeting.need.clone()), Who::Opc(meeting.opc.clone())];
    let missing = both.into_iter().filter(|who| !is_there(event, who, seat.slot)).collect();
    DayTalk { need: meeting.need.clone(), opc: meeting.opc.clone(), seat, missing }
}

/// What is on, what comes, and who waits, when it is `now`.
pub fn day_view(event: &Event, plan: &Plan, now: u16) -> DayView {
    let slots = u16::try_from(event.frame.slots.len()).unwrap_or(u16::MAX);
    let now = now.min(slots);
    let mut talks: Vec<DayTalk> =
        plan.meetings.iter().filter_map(|m| m.seat.map(|seat| talk(event, m, seat))).collect();
    talks.sort_by(|a, b| (a.seat, &a.need, &a.opc).cmp(&(b.seat, &b.need, &b.opc)));
    let at = |slot: u16| talks.iter().filter(move |talk| talk.seat.slot == slot);
    let tables = (0..event.frame.tables)
        .map(|table| TableNow {
            table,
            now: at(now).find(|talk| talk.seat.table == table).cloned(),
            next: talks.iter().find(|talk| talk.seat.table == table && talk.seat.slot > now).cloned(),
        })
        .collect();
    let missed: Vec<DayTalk> =
        talks.iter().filter(|talk| talk.seat.slot < now && !talk.missing.is_empty()).cloned().collect();
    let waiting: Vec<Waiting> = at(now).filter_map(waiting).collect();
    let mut notices: Vec<Notice> = waiting.iter().map(|waiting| waits(event, waiting)).collect();
    let coming = now.saturating_add(1);
    notices.extend(at(coming).flat_map(|talk| expected(event, talk)));
    notices.extend(missed.iter().map(|talk| was_missed(event, talk, now)));
    for meeting in plan.meetings.iter().filter(|meeting| meeting.seat.is_none()) {
        let (need, opc) = (&meeting.need, &meeting.opc);
        notices.push(Notice::new(
            format!("需求 {need} 与 {opc} 的对接没有排上"),
            format!("need {need} and {opc} have no seat"),
        ));
    }
    DayView {
        slot: now,
        starts: event.frame.slots.get(usize::from(now)).map(|slot| slot.starts),
        tables,
        calls: at(coming).flat_map(|next| calls(event, next, at(now))).collect(),
        waiting,
        missed,
        notices,
    }
}

/// Who of the two waits for whom; nobody when both are there or neither is.
fn waiting(talk: &DayTalk) -> Option<Waiting> {
    let [missing] = talk.missing.as_slice() else { return None };
    let who = match missing {
        Who::Need(_) => Who::Opc(talk.opc.clone()),
        Who::Opc(_) => Who::Need(talk.need.clone()),
    };
    Some(Waiting { who, waits_for: missing.clone(), seat: talk.seat })
}

/// `absent` or `late`, as the case may be.
fn how_missing(event: &Event, who: &Who) -> (&'static str, &'static str) {
    if is_absent(event, who) { ("未到场", "absent") } else { ("此时不在场", "away then") }
}

fn waits(event: &Event, waiting: &Waiting) -> Notice {
    let Waiting { who, waits_for, seat } = waiting;
    let (zh, en) = seat_words(event, seat.slot, seat.table);
    let (how, how_en) = how_missing(event, waits_for);
    Notice::new(
        format!("{zh}：{} 在等 {}（{how}）；请重排后面的时段", who.zh(), waits_for.zh()),
        format!("{en}: {} waits for {} ({how_en}): plan the rest anew", who.en(), waits_for.en()),
    )
}

fn expected(event: &Event, talk: &DayTalk) -> Vec<Notice> {
    let (zh, en) = seat_words(event, talk.seat.slot, talk.seat.table);
    let notice = |who: &Who| {
        let (how, how_en) = how_missing(event, who);
        Notice::new(
            format!("{zh}：{} {how}，请联系，或重排后面的时段", who.zh()),
            format!("{en}: {} is {how_en}: ask, or plan the rest anew", who.en()),
        )
    };
    talk.missing.iter().map(notice).collect()
}

fn was_missed(event: &Event, talk: &DayTalk, now: u16) -> Notice {
    let (zh, en) = seat_words(event, talk.seat.slot, talk.seat.table);
    let (need, opc) = (&talk.need, &talk.opc);
    if usize::from(now) < event.frame.slots.len() {
        Notice::new(
            format!("{zh}：需求 {need} 与 {opc} 没有对接成；重排时会试着排到后面"),
            format!("{en}: need {need} and {opc} did not meet: planning the rest anew tries to fit them in"),
        )
    } else {
        Notice::new(
            format!("{zh}：需求 {need} 与 {opc} 没有对接成；请会后另约"),
            format!("{en}: need {need} and {opc} did not meet: bring them together afterwards"),
        )
    }
}

/// The OPC of a meeting, and its need where that sits elsewhere now, unless they stay where they are.
fn calls<'a>(event: &Event, next: &DayTalk, now: impl Iterator<Item = &'a DayTalk>) -> Vec<Call> {
    let (mut need_here, mut opc_here) = (None, None);
    for talk in now {
        if talk.need == next.need {
            need_here = Some(talk.seat.table);
        }
        if talk.opc == next.opc {
            opc_here = Some(talk.seat.table);
        }
    }
    let table = next.seat.table;
    let (need, opc) = (Who::Need(next.need.clone()), Who::Opc(next.opc.clone()));
    let mut calls = Vec::new();
    for (who, with, comes) in [
        (&need, &opc, need_here.is_some_and(|here| here != table)),
        (&opc, &need, opc_here.is_none_or(|here| here != table)),
    ] {
        if comes && !next.missing.contains(who) {
            let (zh, en) = seat_words(event, next.seat.slot, table);
            let notice = Notice::new(
                format!("{zh}：请 {} 前来，与 {} 对接", who.zh(), with.zh()),
                format!("{en}: {} please come, to meet {}", who.en(), with.en()),
            );
            calls.push(Call { who: who.clone(), with: with.clone(), seat: next.seat, notice });
        }
    }
    calls
}

/// The rest of the day, planned anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rest {
    /// The event with the new plan: what has taken place is locked where it was.
    pub event: Event,
    /// Meetings without a seat, and why.
    pub unplaced: Vec<Unplaced>,
    /// What the timetable came to.
    pub figures: TimetableFigures,
}

/// The event for planning slots from `first_open` on: what took place before is
/// locked, what did not has lost its seat, and nothing new fits in before.
///
/// A meeting took place when both were there; who goes early leaves (`Edit::Leaves`)
/// and is not absent. Made for [`timetable`], not for keeping: needs are
/// away in the past slots in which they met nobody.
pub fn with_past_locked(event: &Event, plan: &Plan, first_open: u16) -> Event {
    let mut event = event.clone();
    let mut plan = plan.clone();
    let mut met = BTreeSet::new();
    for meeting in &mut plan.meetings {
        let Some(seat) = meeting.seat.filter(|seat| seat.slot < first_open) else { continue };
        if talk(&event, meeting, seat).missing.is_empty() {
            meeting.locked = true;
            met.insert((meeting.need.clone(), seat.slot));
        } else {
            (meeting.locked, meeting.seat) = (false, None);
        }
    }
    let slots = event.frame.slots.len();
    for entry in &mut event.needs {
        let past = (0..first_open).take_while(|&slot| usize::from(slot) < slots);
        entry.away.extend(past.filter(|&slot| !met.contains(&(entry.need.clone(), slot))));
    }
    event.plan = Some(plan);
    event
}

/// Seats for slots from `first_open` on; everything before stays as it was.
///
/// With "it is now slot k", pass k + 1 to leave what is on alone, or k to seat the
/// current slot anew as well.
pub fn rest_of_day(event: &Event, plan: &Plan, first_open: u16) -> Rest {
    let mut solving = with_past_locked(event, plan, first_open);
    let mut plan = solving.plan.take().unwrap_or_default();
    let made = timetable(&solving, &plan.meetings);
    plan.meetings = made.meetings;
    let event = Event { plan: Some(plan), ..event.clone() };
    Rest { event, unplaced: made.unplaced, figures: made.figures }
}
