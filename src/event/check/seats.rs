//! Where and when: nobody in two places, nobody expected who is not there.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Event, ListingId, Meeting, OpcId, Plan, Seat};

use super::Fault;
use super::people::People;

pub(super) fn look(event: &Event, plan: &Plan, people: &People<'_>, faults: &mut Vec<Fault>) {
    let mut of_need: BTreeMap<(u16, &ListingId), Vec<(u16, OpcId)>> = BTreeMap::new();
    let mut of_opc: BTreeMap<(u16, OpcId), Vec<(u16, ListingId)>> = BTreeMap::new();
    let mut at_table: BTreeMap<Seat, Vec<ListingId>> = BTreeMap::new();
    let tables = event.frame.tables;
    for meeting in &plan.meetings {
        let (need, opc) = (&meeting.need, &meeting.opc);
        presence(meeting, people, faults);
        let Some(seat) = meeting.seat else { continue };
        if usize::from(seat.slot) >= event.frame.slots.len() || seat.table >= tables {
            faults.push(Fault::SeatOutside { need: need.clone(), opc: opc.clone(), seat });
            continue;
        }
        if let Some(table) = people.need(need).and_then(|entry| entry.table)
            && table < tables
            && table != seat.table
        {
            let (need, opc, locked) = (need.clone(), opc.clone(), meeting.locked);
            faults.push(Fault::FixedTableLeft { need, opc, seat, table, locked });
        }
        of_need.entry((seat.slot, need)).or_default().push((seat.table, opc.clone()));
        of_opc.entry((seat.slot, people.person(opc))).or_default().push((seat.table, need.clone()));
        at_table.entry(seat).or_default().push(need.clone());
    }
    for ((slot, need), with) in of_need {
        if let Some(with) = several(with) {
            faults.push(Fault::NeedTwice { need: need.clone(), slot, with });
        }
    }
    for ((slot, opc), with) in of_opc {
        if let Some(with) = several(with) {
            faults.push(Fault::OpcTwice { opc, slot, with });
        }
    }
    for (seat, mut needs) in at_table {
        // Two meetings of one need are reported as the need's.
        let different: BTreeSet<&ListingId> = needs.iter().collect();
        if different.len() > 1 {
            needs.sort();
            faults.push(Fault::TableTwice { seat, needs });
        }
    }
}

fn several<T: Ord>(mut with: Vec<(u16, T)>) -> Option<Vec<T>> {
    with.sort();
    (with.len() > 1).then(|| with.into_iter().map(|(_, who)| who).collect())
}

/// Whether the two are there, and whether the meeting has a place at all.
fn presence(meeting: &Meeting, people: &People<'_>, faults: &mut Vec<Fault>) {
    let (need, opc, seat) = (meeting.need.clone(), meeting.opc.clone(), meeting.seat);
    let need_entry = people.need(&need);
    let person = people.person(&opc);
    let opc_entry = people.entry(&person);
    let need_absent = need_entry.is_some_and(|entry| entry.absent);
    let opc_absent = people.is_absent(&person);
    if need_absent {
        faults.push(Fault::NeedAbsent { need: need.clone(), opc: opc.clone(), seat });
    }
    if opc_absent {
        faults.push(Fault::OpcAbsent { need: need.clone(), opc: opc.clone(), seat });
    }
    let Some(seat) = seat else {
        if meeting.locked {
            faults.push(Fault::LockedWithoutSeat { need, opc });
        } else if !need_absent && !opc_absent {
            faults.push(Fault::NoSeat { need, opc });
        }
        return;
    };
    if !need_absent && need_entry.is_some_and(|entry| entry.away.contains(&seat.slot)) {
        faults.push(Fault::NeedAway { need: need.clone(), opc: opc.clone(), seat });
    }
    if !opc_absent && opc_entry.is_some_and(|entry| entry.away.contains(&seat.slot)) {
        faults.push(Fault::OpcAway { need, opc, seat });
    }
}
