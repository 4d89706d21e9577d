//! Slots and stage.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::domain::{Event, LocalTime, Plan};

use super::Fault;

fn after(start: LocalTime, minutes: i64) -> LocalTime {
    start.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(LocalTime::MAX)
}

pub(super) fn look(event: &Event, plan: &Plan, faults: &mut Vec<Fault>) {
    let slots = &event.frame.slots;
    for (number, two) in slots.windows(2).enumerate() {
        let slot = number as u16 + 1;
        if two[1].starts < two[0].starts {
            faults.push(Fault::SlotsOutOfOrder { slot });
        } else if two[1].starts < after(two[0].starts, i64::from(two[0].minutes)) {
            faults.push(Fault::SlotsOverlap { slot });
        }
    }
    let tables = event.frame.tables;
    for entry in &event.needs {
        if let Some(table) = entry.table.filter(|&table| table >= tables) {
            faults.push(Fault::FixedTableOutside { need: entry.need.clone(), table, tables });
        }
    }
    stage(event, plan, faults);
}

fn stage(event: &Event, plan: &Plan, faults: &mut Vec<Fault>) {
    let taking_part: BTreeSet<_> = event.needs.iter().map(|entry| &entry.need).collect();
    let mut presented = BTreeSet::new();
    for need in &plan.stage {
        if !taking_part.contains(need) {
            faults.push(Fault::StageUnknown { need: need.clone() });
        } else if !presented.insert(need) {
            faults.push(Fault::StageRepeated { need: need.clone() });
        }
    }
    let Some(stage) = &event.frame.stage else { return };
    for entry in event.needs.iter().filter(|entry| entry.on_stage && !entry.absent) {
        if !presented.contains(&entry.need) {
            faults.push(Fault::StageMissing { need: entry.need.clone() });
        }
    }
    let ends = after(stage.starts, i64::from(stage.minutes_each).saturating_mul(plan.stage.len() as i64));
    let overlaps =
        event.frame.slots.iter().position(|slot| {
            stage.starts < after(slot.starts, i64::from(slot.minutes)) && slot.starts < ends
        });
    if let Some(slot) = overlaps.filter(|_| ends > stage.starts) {
        faults.push(Fault::StageIntoSlot { slot: slot as u16, ends: ends.strftime("%H:%M").to_string() });
    }
}
