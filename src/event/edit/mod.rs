//! Changes that the organiser makes by hand, one at a time.
//!
//! Every edit gives a new event and leaves the one it was given as it is. No edit
//! of meetings makes a clash: who would be at two tables, or is not there, is named
//! and the edit refused. Edits of people (absent, late, leaves) and of pins change
//! what is asked for, and leave the plan to be made anew.
//!
//! OPCs are recognised under any of their aliases.

mod error;
mod people;
mod seating;

pub use error::EditError;

use serde::{Deserialize, Serialize};

use crate::domain::{Ban, Event, ListingId, Meeting, Milli, OpcId, Origin, Pair, Plan, Seat};

use super::notice::Notice;
use super::presence::{Who, opc_entry_at, same_opc};

/// One change by hand; JSON `{"do": "pin", "need": "N003", "opc": "某工作室"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "need and opc say who is meant")]
pub enum Edit {
    /// Puts a meeting at a seat; whoever sits there takes the seat it leaves.
    Move { need: ListingId, opc: OpcId, seat: Seat },
    /// Keeps a meeting where it is when the rest is solved again.
    Lock { need: ListingId, opc: OpcId },
    /// Lets it be moved again.
    Unlock { need: ListingId, opc: OpcId },
    /// Demands a meeting.
    Pin { need: ListingId, opc: OpcId },
    /// No longer demands it; it stays in the plan until that is made anew.
    Unpin { need: ListingId, opc: OpcId },
    /// Rules a meeting out and drops it.
    Ban {
        need: ListingId,
        opc: OpcId,
        /// Why, in the organiser's words.
        #[serde(default)]
        why: String,
    },
    /// Allows it again.
    Unban { need: ListingId, opc: OpcId },
    /// Adds a meeting and demands it, so that it stays.
    ///
    /// Degree and views are those of the ranking: whoever takes this edit from
    /// outside sets them itself (the checker compares).
    Add {
        need: ListingId,
        opc: OpcId,
        /// Which of the OPC's capabilities is meant.
        capability: ListingId,
        #[serde(default)]
        degree: Milli,
        /// What the need's side sees in it; the degree when not stated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        need_view: Option<Milli>,
        /// What the OPC's side sees in it; the degree when not stated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opc_view: Option<Milli>,
        /// Where and when, if that is settled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seat: Option<Seat>,
    },
    /// Takes a meeting out of the plan; a later plan may hold it again.
    Drop { need: ListingId, opc: OpcId },
    /// Somebody does not come.
    Absent { who: Who },
    /// Somebody comes only in time for a slot.
    Late {
        who: Who,
        /// The first slot, from 0, in which they are there.
        until: u16,
    },
    /// Somebody goes before a slot.
    Leaves {
        who: Who,
        /// The first slot, from 0, in which they are no longer there.
        from: u16,
    },
    /// Somebody is there after all, from a slot on until the end.
    Back {
        who: Who,
        /// The first slot, from 0, in which they are there.
        #[serde(default)]
        from: u16,
    },
    /// Presents needs in this order; those that are not named follow as before.
    Stage {
        /// Needs that are to be presented.
        order: Vec<ListingId>,
    },
}

/// An event after an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The new event; its revision is that of the old one.
    pub event: Event,
    /// What was done, and what it entails.
    pub did: Vec<Notice>,
}

/// The event with the edit made, and what that did.
///
/// # Errors
/// When the edit does not stand to reason: see [`EditError`].
pub fn edit(event: &Event, edit: &Edit) -> Result<Edited, EditError> {
    let pair = |need: &ListingId, opc: &OpcId| Pair { need: need.clone(), opc: opc.clone() };
    match edit {
        Edit::Move { need, opc, seat } => seating::move_to(event, &pair(need, opc), *seat),
        Edit::Lock { need, opc } => seating::lock(event, &pair(need, opc), true),
        Edit::Unlock { need, opc } => seating::lock(event, &pair(need, opc), false),
        Edit::Pin { need, opc } => pin(event, &pair(need, opc)),
        Edit::Unpin { need, opc } => unpin(event, &pair(need, opc)),
        Edit::Ban { need, opc, why } => ban(event, &pair(need, opc), why),
        Edit::Unban { need, opc } => unban(event, &pair(need, opc)),
        Edit::Add { need, opc, capability, degree, need_view, opc_view, seat } => {
            let need_view = need_view.unwrap_or(*degree);
            let opc_view = opc_view.unwrap_or(*degree);
            let meeting = Meeting {
                need: need.clone(),
                opc: opc.clone(),
                capability: capability.clone(),
                degree: *degree,
                need_view,
                opc_view,
                worth: worth(event, *degree, need_view, opc_view),
                origin: Origin::Pinned,
                seat: None,
                locked: false,
            };
            add(event, meeting, *seat)
        }
        Edit::Drop { need, opc } => drop_meeting(event, &pair(need, opc)),
        Edit::Absent { who } => people::absent(event, who),
        Edit::Late { who, until } => people::late(event, who, *until),
        Edit::Leaves { who, from } => people::leaves(event, who, *from),
        Edit::Back { who, from } => people::back(event, who, *from),
        Edit::Stage { order } => reorder_stage(event, order),
    }
}

/// The event with the edit made; [`edit`] also says what that did.
///
/// # Errors
/// As [`edit`].
pub fn apply(event: &Event, change: &Edit) -> Result<Event, EditError> {
    edit(event, change).map(|edited| edited.event)
}

fn worth(event: &Event, degree: Milli, need_view: Milli, opc_view: Milli) -> Milli {
    if event.rules.reciprocal {
        let product = i128::from(need_view.0) * i128::from(opc_view.0);
        Milli(i64::try_from((product + 50_000).div_euclid(100_000)).unwrap_or(i64::MAX))
    } else {
        degree
    }
}

fn both(pair: &Pair) -> String {
    format!("{}×{}", pair.need, pair.opc)
}

fn same_pair(event: &Event, one: &Pair, other: &Pair) -> bool {
    one.need == other.need && same_opc(event, &one.opc, &other.opc)
}

/// The plan of an event under edit, and where in it a pair stands.
fn find(event: &mut Event, pair: &Pair) -> Result<(Plan, usize), EditError> {
    let plan = event.plan.take().ok_or(EditError::NoPlan)?;
    let at = plan.meetings.iter().position(|meeting| same_pair(event, &meeting.pair(), pair));
    at.map(|at| (plan, at)).ok_or_else(|| EditError::NoMeeting(pair.clone()))
}

fn done(event: Event, zh: String, en: String) -> Result<Edited, EditError> {
    Ok(Edited { event, did: vec![Notice::new(zh, en)] })
}

/// Both take part, and nobody has ruled the pair out.
fn may_meet(event: &Event, pair: &Pair) -> Result<(), EditError> {
    if event.need_entry(&pair.need).is_none() {
        return Err(EditError::NeedNotTakingPart(pair.need.clone()));
    }
    if event.named_opcs_only && opc_entry_at(event, &pair.opc).is_none() {
        return Err(EditError::OpcNotNamed(pair.opc.clone()));
    }
    if event.bans.iter().any(|ban| same_pair(event, &ban.pair, pair)) {
        return Err(EditError::Banned(pair.clone()));
    }
    Ok(())
}

fn is_pinned(event: &Event, pair: &Pair) -> bool {
    event.pins.iter().any(|pin| same_pair(event, pin, pair))
}

fn set_origin(event: &mut Event, pair: &Pair, origin: Origin) -> bool {
    let Some(mut plan) = event.plan.take() else { return false };
    let at = plan.meetings.iter().position(|meeting| same_pair(event, &meeting.pair(), pair));
    if let Some(at) = at {
        plan.meetings[at].origin = origin;
    }
    event.plan = Some(plan);
    at.is_some()
}

fn pin(event: &Event, pair: &Pair) -> Result<Edited, EditError> {
    may_meet(event, pair)?;
    let mut event = event.clone();
    let both = both(pair);
    if !is_pinned(&event, pair) {
        event.pins.push(pair.clone());
        event.pins.sort();
    }
    if set_origin(&mut event, pair, Origin::Pinned) {
        done(event, format!("已指定 {both} 的对接"), format!("pinned {both}"))
    } else {
        done(
            event,
            format!("已指定 {both} 的对接；它还不在计划里，请重新规划"),
            format!("pinned {both}; it is not in the plan yet: plan again"),
        )
    }
}

fn unpin(event: &Event, pair: &Pair) -> Result<Edited, EditError> {
    if !is_pinned(event, pair) {
        return Err(EditError::NotPinned(pair.clone()));
    }
    let mut after = event.clone();
    after.pins.retain(|pin| !same_pair(event, pin, pair));
    set_origin(&mut after, pair, Origin::Chosen);
    let both = both(pair);
    done(
        after,
        format!("已取消指定 {both}；重新规划时由系统决定是否保留"),
        format!("unpinned {both}; the next plan decides whether it stays"),
    )
}

fn ban(event: &Event, pair: &Pair, why: &str) -> Result<Edited, EditError> {
    if is_pinned(event, pair) {
        return Err(EditError::Pinned(pair.clone()));
    }
    let mut after = event.clone();
    let known = after.bans.iter_mut().find(|ban| same_pair(event, &ban.pair, pair));
    match known {
        Some(ban) => ban.why = why.to_owned(),
        None => after.bans.push(Ban { pair: pair.clone(), why: why.to_owned() }),
    }
    let mut dropped = false;
    if let Some(plan) = &mut after.plan {
        if plan.meetings.iter().any(|m| m.locked && same_pair(event, &m.pair(), pair)) {
            return Err(EditError::Locked(pair.clone()));
        }
        let before = plan.meetings.len();
        plan.meetings.retain(|meeting| !same_pair(event, &meeting.pair(), pair));
        dropped = plan.meetings.len() < before;
    }
    let both = both(pair);
    if dropped {
        done(
            after,
            format!("已禁止 {both}，并删去这场对接"),
            format!("banned {both} and dropped the meeting"),
        )
    } else {
        done(after, format!("已禁止 {both} 对接"), format!("banned {both}"))
    }
}

fn unban(event: &Event, pair: &Pair) -> Result<Edited, EditError> {
    let mut after = event.clone();
    after.bans.retain(|ban| !same_pair(event, &ban.pair, pair));
    if after.bans.len() == event.bans.len() {
        return Err(EditError::NotBanned(pair.clone()));
    }
    let both = both(pair);
    done(after, format!("已取消禁止 {both}"), format!("lifted the ban on {both}"))
}

fn add(event: &Event, meeting: Meeting, seat: Option<Seat>) -> Result<Edited, EditError> {
    let pair = meeting.pair();
    may_meet(event, &pair)?;
    let mut after = event.clone();
    let mut plan = after.plan.take().unwrap_or_default();
    if plan.meetings.iter().any(|other| same_pair(event, &other.pair(), &pair)) {
        return Err(EditError::MeetAlready(pair));
    }
    let at = plan.meetings.partition_point(|other| other.pair() < pair);
    plan.meetings.insert(at, meeting);
    if let Some(seat) = seat {
        plan.meetings[at].seat = Some(seat);
        seating::may_sit(event, &plan, at)?;
    }
    after.plan = Some(plan);
    if !is_pinned(event, &pair) {
        after.pins.push(pair.clone());
        after.pins.sort();
    }
    let both = both(&pair);
    match seat {
        Some(_) => done(after, format!("已加入并指定 {both} 的对接"), format!("added and pinned {both}")),
        None => done(
            after,
            format!("已加入并指定 {both} 的对接；还没有时段和桌位，请排时段"),
            format!("added and pinned {both}; it has no seat yet: make the timetable"),
        ),
    }
}

fn drop_meeting(event: &Event, pair: &Pair) -> Result<Edited, EditError> {
    let mut after = event.clone();
    let (mut plan, at) = find(&mut after, pair)?;
    if plan.meetings[at].locked {
        return Err(EditError::Locked(pair.clone()));
    }
    if is_pinned(event, pair) {
        return Err(EditError::Pinned(pair.clone()));
    }
    plan.meetings.remove(at);
    after.plan = Some(plan);
    let both = both(pair);
    done(
        after,
        format!("已删去 {both} 的对接；重新规划时可能再次选中，若不要请禁止"),
        format!("dropped {both}; the next plan may choose it again: ban it if it must not"),
    )
}

fn reorder_stage(event: &Event, order: &[ListingId]) -> Result<Edited, EditError> {
    let mut after = event.clone();
    let plan = after.plan.as_mut().ok_or(EditError::NoPlan)?;
    for (number, need) in order.iter().enumerate() {
        let entry = event.need_entry(need).ok_or_else(|| EditError::NeedNotTakingPart(need.clone()))?;
        if !entry.on_stage {
            return Err(EditError::NotOnStage(need.clone()));
        }
        if order[..number].contains(need) {
            return Err(EditError::StageRepeated(need.clone()));
        }
    }
    let rest: Vec<ListingId> = plan.stage.iter().filter(|need| !order.contains(need)).cloned().collect();
    plan.stage = order.iter().cloned().chain(rest).collect();
    let count = order.len();
    done(
        after,
        format!("已按新顺序排列 {count} 项路演"),
        format!("put {count} needs in the new order of the stage"),
    )
}
