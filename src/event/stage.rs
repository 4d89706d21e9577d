//! The order in which needs are presented from the stage.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde::Serialize;

use crate::domain::{Event, ListingId, LocalTime, Plan};

use super::notice::Notice;
use super::presence::slot_words;

/// One need on the stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct StageTurn {
    /// Which.
    pub need: ListingId,
    /// When it begins; `None` while the event has no stage part.
    #[schema(value_type = Option<String>, example = "2026-12-04T13:30:00")]
    pub starts: Option<LocalTime>,
}

/// The stage part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct StageOrder {
    /// In the order in which they are presented.
    pub turns: Vec<StageTurn>,
    /// When the last one is over; `None` while the event has no stage part.
    #[schema(value_type = Option<String>, example = "2026-12-04T14:00:00")]
    pub ends: Option<LocalTime>,
    /// What the organiser should know.
    pub notices: Vec<Notice>,
}

impl StageOrder {
    /// The needs in order, as [`Plan::stage`] holds them.
    pub fn needs(&self) -> Vec<ListingId> {
        self.turns.iter().map(|turn| turn.need.clone()).collect()
    }
}

/// The order of the stage and its times.
///
/// Needs that are to be presented and are not absent. Those in the organiser's own
/// order ([`Plan::stage`]) keep it; the others follow, who meets first ahead, then
/// who has more meetings, then by id.
pub fn stage_order(event: &Event, plan: &Plan) -> StageOrder {
    let mut waiting: BTreeSet<&ListingId> =
        event.needs.iter().filter(|entry| entry.on_stage && !entry.absent).map(|entry| &entry.need).collect();
    // Each need is taken out when it is placed, so that none comes twice.
    let mut needs: Vec<ListingId> = plan.stage.iter().filter(|need| waiting.remove(need)).cloned().collect();
    let mut meets: BTreeMap<&ListingId, (Option<u16>, usize)> = BTreeMap::new();
    for meeting in &plan.meetings {
        let (first, count) = meets.entry(&meeting.need).or_default();
        *first = [*first, meeting.seat.map(|seat| seat.slot)].into_iter().flatten().min();
        *count += 1;
    }
    let mut new: Vec<&ListingId> = waiting.into_iter().collect();
    new.sort_by_key(|need| {
        let (first, count) = meets.get(need).copied().unwrap_or_default();
        (first.is_none(), first, Reverse(count))
    });
    needs.extend(new.into_iter().cloned());
    timed(event, needs)
}

fn timed(event: &Event, needs: Vec<ListingId>) -> StageOrder {
    let mut notices = Vec::new();
    let stage = event.frame.stage.as_ref();
    let at = |turn: usize| {
        stage.map(|stage| {
            let minutes = i64::from(stage.minutes_each).saturating_mul(turn as i64);
            stage.starts.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(LocalTime::MAX)
        })
    };
    let ends = at(needs.len());
    if stage.is_none() && !needs.is_empty() {
        notices.push(Notice::new(
            format!("有 {} 项需求要上台路演，但活动没有设置路演时间；请先设置", needs.len()),
            format!("{} needs are to be presented, but the event has no stage part: set one", needs.len()),
        ));
    }
    let starts = at(0);
    let overlapped = event.frame.slots.iter().position(|slot| {
        let over = slot.starts.checked_add(SignedDuration::from_mins(i64::from(slot.minutes)));
        ends.is_some_and(|ends| slot.starts < ends) && starts < Some(over.unwrap_or(LocalTime::MAX))
    });
    if let (Some(slot), Some(ends)) = (overlapped.filter(|_| !needs.is_empty()), ends) {
        let (zh, en) = slot_words(event, slot as u16);
        let time = ends.strftime("%H:%M");
        notices.push(Notice::new(
            format!("路演共 {} 项，{time} 结束，与{zh}重叠；请提前开始、缩短每项时间，或减少上台的需求", needs.len()),
            format!(
                "{} needs are presented until {time}, into {en}: begin earlier, give each less time, or present fewer",
                needs.len()
            ),
        ));
    }
    let turns =
        needs.into_iter().enumerate().map(|(turn, need)| StageTurn { need, starts: at(turn) }).collect();
    StageOrder { turns, ends, notices }
}
