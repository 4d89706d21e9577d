//! Meetings moved and locked by hand.

use crate::domain::{Event, Pair, Plan, Seat};

use super::super::notice::Notice;
use super::super::presence::{Who, is_there, same_opc, seat_words};
use super::{EditError, Edited, both, done, find};

pub(super) fn move_to(event: &Event, pair: &Pair, seat: Seat) -> Result<Edited, EditError> {
    let mut after = event.clone();
    let (mut plan, at) = find(&mut after, pair)?;
    let before = plan.meetings[at].seat;
    let mut said = Vec::new();
    let (place, place_en) = seat_words(event, seat.slot, seat.table);
    let name = both(&plan.meetings[at].pair());
    if before == Some(seat) {
        after.plan = Some(plan);
        return done(
            after,
            format!("{name} 已在{place}，没有改动"),
            format!("{name} is in {place_en} already"),
        );
    }
    if plan.meetings[at].locked {
        return Err(EditError::Locked(pair.clone()));
    }
    let other =
        (0..plan.meetings.len()).find(|&other| other != at && plan.meetings[other].seat == Some(seat));
    plan.meetings[at].seat = Some(seat);
    said.push(Notice::new(format!("{name} 已移到{place}"), format!("moved {name} to {place_en}")));
    if let Some(other) = other {
        let displaced = &mut plan.meetings[other];
        if displaced.locked {
            return Err(EditError::LockedInTheWay { pair: displaced.pair(), seat });
        }
        displaced.seat = before;
        let name = both(&displaced.pair());
        said.push(match before {
            Some(left) => {
                let (zh, en) = seat_words(event, left.slot, left.table);
                Notice::new(format!("{name} 换到{zh}"), format!("{name} takes {en}"))
            }
            None => Notice::new(
                format!("{name} 让出位置，还没有时段和桌位，请重排时段"),
                format!("{name} gave up its seat and has none: make the timetable anew"),
            ),
        });
        may_sit(event, &plan, other)?;
    }
    may_sit(event, &plan, at)?;
    after.plan = Some(plan);
    Ok(Edited { event: after, did: said })
}

/// Whether one meeting of a plan may be where it is.
pub(super) fn may_sit(event: &Event, plan: &Plan, at: usize) -> Result<(), EditError> {
    let meeting = &plan.meetings[at];
    let Some(seat) = meeting.seat else { return Ok(()) };
    let (slots, tables) = (event.frame.slots.len(), event.frame.tables);
    if usize::from(seat.slot) >= slots || seat.table >= tables {
        return Err(EditError::SeatOutside { seat, slots, tables });
    }
    let entry =
        event.need_entry(&meeting.need).ok_or_else(|| EditError::NeedNotTakingPart(meeting.need.clone()))?;
    if let Some(table) = entry.table.filter(|&table| table < tables && table != seat.table) {
        return Err(EditError::TableFixed { need: meeting.need.clone(), table });
    }
    for who in [Who::Need(meeting.need.clone()), Who::Opc(meeting.opc.clone())] {
        if !is_there(event, &who, seat.slot) {
            return Err(EditError::NotThere { who, slot: seat.slot });
        }
    }
    for (number, other) in plan.meetings.iter().enumerate() {
        let Some(taken) = other.seat.filter(|taken| number != at && taken.slot == seat.slot) else {
            continue;
        };
        let busy = |who: Who| EditError::Busy { who, seat: taken, pair: other.pair() };
        if other.need == meeting.need {
            return Err(busy(Who::Need(meeting.need.clone())));
        }
        if same_opc(event, &other.opc, &meeting.opc) {
            return Err(busy(Who::Opc(meeting.opc.clone())));
        }
        if taken.table == seat.table {
            return Err(EditError::TableTaken { seat, pair: other.pair() });
        }
    }
    Ok(())
}

pub(super) fn lock(event: &Event, pair: &Pair, locked: bool) -> Result<Edited, EditError> {
    let mut after = event.clone();
    let (mut plan, at) = find(&mut after, pair)?;
    let meeting = &mut plan.meetings[at];
    if locked && meeting.seat.is_none() {
        return Err(EditError::NothingToLock(pair.clone()));
    }
    meeting.locked = locked;
    let name = both(&meeting.pair());
    let (zh, en) = match meeting.seat {
        Some(seat) => seat_words(event, seat.slot, seat.table),
        None => ("原处".to_owned(), "its place".to_owned()),
    };
    after.plan = Some(plan);
    if locked {
        done(after, format!("{name} 已锁定在{zh}"), format!("locked {name} in {en}"))
    } else {
        done(after, format!("{name} 已解锁"), format!("unlocked {name}"))
    }
}
