//! How many meetings everybody has.

use std::collections::BTreeMap;

use crate::domain::{Event, ListingId, OpcId, Plan};

use super::Fault;
use super::people::People;

/// Meetings, and how many of them were pinned.
#[derive(Clone, Copy, Default)]
struct Count {
    all: u32,
    pinned: u32,
}

pub(super) fn look(event: &Event, plan: &Plan, people: &People<'_>, faults: &mut Vec<Fault>) {
    let mut of_need: BTreeMap<&ListingId, Count> = BTreeMap::new();
    let mut of_opc: BTreeMap<OpcId, Count> = BTreeMap::new();
    for meeting in &plan.meetings {
        let pair = people.pair(&meeting.need, &meeting.opc);
        let pinned = u32::from(people.pins.contains(&pair));
        for count in [of_need.entry(&meeting.need).or_default(), of_opc.entry(pair.opc).or_default()] {
            count.all += 1;
            count.pinned += pinned;
        }
    }
    for entry in event.needs.iter().filter(|entry| !entry.absent) {
        let Count { all: meetings, pinned } = of_need.get(&entry.need).copied().unwrap_or_default();
        let min = entry.min.unwrap_or(event.rules.need_min);
        let max = entry.max.unwrap_or(event.rules.need_max);
        let need = entry.need.clone();
        if meetings < min {
            faults.push(Fault::NeedUnderMin { need, meetings, min });
        } else if meetings > max {
            faults.push(Fault::NeedOverMax { need, meetings, max, all_pinned: pinned == meetings });
        }
    }
    let mut opcs = people.present();
    opcs.extend(of_opc.keys().filter(|opc| people.takes_part(opc) && !people.is_absent(opc)));
    for opc in opcs {
        let Count { all: meetings, pinned } = of_opc.get(opc).copied().unwrap_or_default();
        let entry = people.entry(opc);
        let min = entry.and_then(|entry| entry.min).unwrap_or(event.rules.opc_min);
        let max = entry.and_then(|entry| entry.max).unwrap_or(event.rules.opc_max);
        let opc = opc.clone();
        if meetings < min {
            faults.push(Fault::OpcUnderMin { opc, meetings, min });
        } else if meetings > max {
            faults.push(Fault::OpcOverMax { opc, meetings, max, all_pinned: pinned == meetings });
        }
    }
}
