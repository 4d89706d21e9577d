//! Who comes, comes late, leaves, is back.

use std::collections::BTreeSet;

use crate::domain::{Event, OpcEntry};

use super::super::presence::{Who, is_there, opc_entry_at, same_opc, slot_words};
use super::{EditError, Edited, Notice, done};

/// What can be set about somebody's presence.
struct Presence<'a> {
    absent: &'a mut bool,
    away: &'a mut BTreeSet<u16>,
}

/// The entry of a participant in an event under edit; an OPC without one gets one.
fn presence<'a>(event: &'a mut Event, who: &Who) -> Result<Presence<'a>, EditError> {
    match who {
        Who::Need(need) => {
            let entry = event.needs.iter_mut().find(|entry| &entry.need == need);
            let entry = entry.ok_or_else(|| EditError::NeedNotTakingPart(need.clone()))?;
            Ok(Presence { absent: &mut entry.absent, away: &mut entry.away })
        }
        Who::Opc(opc) => {
            let at = match opc_entry_at(event, opc) {
                Some(at) => at,
                None if event.named_opcs_only => return Err(EditError::OpcNotNamed(opc.clone())),
                None => {
                    event.opcs.push(OpcEntry::new(opc.clone()));
                    event.opcs.len() - 1
                }
            };
            let entry = &mut event.opcs[at];
            Ok(Presence { absent: &mut entry.absent, away: &mut entry.away })
        }
    }
}

fn within(event: &Event, slot: u16) -> Result<u16, EditError> {
    let slots = event.frame.slots.len();
    if usize::from(slot) < slots { Ok(slot) } else { Err(EditError::SlotOutside { slot, slots }) }
}

/// How many meetings of theirs are planned for when they are not there.
fn affected(event: &Event, who: &Who) -> usize {
    let meetings = event.plan.iter().flat_map(|plan| &plan.meetings);
    let theirs = meetings.filter(|meeting| match who {
        Who::Need(need) => &meeting.need == need,
        Who::Opc(opc) => same_opc(event, &meeting.opc, opc),
    });
    theirs.filter(|meeting| meeting.seat.is_some_and(|seat| !is_there(event, who, seat.slot))).count()
}

fn finish(event: Event, who: &Who, zh: String, en: String) -> Result<Edited, EditError> {
    let count = affected(&event, who);
    let mut edited = done(event, zh, en)?;
    if count > 0 {
        edited.did.push(Notice::new(
            format!("{} 有 {count} 场对接受影响，请重排时段", who.zh()),
            format!("{count} meetings of {} are affected: make the timetable anew", who.en()),
        ));
    }
    Ok(edited)
}

pub(super) fn absent(event: &Event, who: &Who) -> Result<Edited, EditError> {
    let mut after = event.clone();
    *presence(&mut after, who)?.absent = true;
    finish(after, who, format!("{} 已标为未到场", who.zh()), format!("marked {} as absent", who.en()))
}

pub(super) fn late(event: &Event, who: &Who, until: u16) -> Result<Edited, EditError> {
    let until = within(event, until)?;
    let mut after = event.clone();
    let Presence { absent, away } = presence(&mut after, who)?;
    *absent = false;
    away.extend(0..until);
    away.remove(&until);
    let (zh, en) = slot_words(event, until);
    finish(after, who, format!("{} 从{zh}起到场", who.zh()), format!("{} is there from {en} on", who.en()))
}

pub(super) fn leaves(event: &Event, who: &Who, from: u16) -> Result<Edited, EditError> {
    let from = within(event, from)?;
    let mut after = event.clone();
    let Presence { away, .. } = presence(&mut after, who)?;
    away.extend((from..).take_while(|&slot| usize::from(slot) < event.frame.slots.len()));
    let (zh, en) = slot_words(event, from);
    finish(after, who, format!("{} 从{zh}起离场", who.zh()), format!("{} is gone from {en} on", who.en()))
}

/// Who was absent until now was not there before `from`; who was late was away then already.
pub(super) fn back(event: &Event, who: &Who, from: u16) -> Result<Edited, EditError> {
    let slots = event.frame.slots.len();
    if usize::from(from) > slots || (from > 0 && usize::from(from) == slots) {
        return Err(EditError::SlotOutside { slot: from, slots });
    }
    let mut after = event.clone();
    let Presence { absent, away } = presence(&mut after, who)?;
    if *absent {
        away.extend(0..from);
    }
    *absent = false;
    away.retain(|&slot| slot < from);
    if let (Who::Opc(opc), false) = (who, after.named_opcs_only) {
        // An entry that says nothing any more goes.
        after.opcs.retain(|entry| entry != &OpcEntry::new(opc.clone()));
    }
    let (zh, en) = slot_words(event, from);
    finish(
        after,
        who,
        format!("{} 从{zh}起在场，直到结束", who.zh()),
        format!("{} is there from {en} to the end", who.en()),
    )
}
