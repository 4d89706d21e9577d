//! Who is there when: one participant on either side, under whatever name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{Event, ListingId, OpcEntry, OpcId, without_blanks};

/// A participant; JSON `{"need": "N003"}` or `{"opc": "某工作室"}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// A need, with whoever speaks for it.
    Need(ListingId),
    /// An OPC.
    Opc(OpcId),
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Who::Need(need) => need.fmt(f),
            Who::Opc(opc) => opc.fmt(f),
        }
    }
}

impl Who {
    /// In a Chinese sentence.
    pub(super) fn zh(&self) -> String {
        match self {
            Who::Need(need) => format!("需求 {need}"),
            Who::Opc(opc) => opc.to_string(),
        }
    }

    /// In an English sentence.
    pub(super) fn en(&self) -> String {
        match self {
            Who::Need(need) => format!("need {need}"),
            Who::Opc(opc) => opc.to_string(),
        }
    }
}

/// The names that count as this OPC: its alias group, or none.
fn aliases_of(event: &Event, opc: &OpcId) -> Vec<String> {
    let names = |group: &Vec<String>| group.iter().map(|name| without_blanks(name)).collect::<Vec<_>>();
    let name = without_blanks(&opc.0);
    event.aliases.iter().map(names).find(|names| names.contains(&name)).unwrap_or_default()
}

/// Whether two names stand for one OPC.
pub(super) fn same_opc(event: &Event, one: &OpcId, other: &OpcId) -> bool {
    one == other || aliases_of(event, one).contains(&without_blanks(&other.0))
}

/// Index into [`Event::opcs`] of the entry in the OPC's own name, else of one in an alias's.
pub(super) fn opc_entry_at(event: &Event, opc: &OpcId) -> Option<usize> {
    let own = event.opcs.iter().position(|entry| &entry.opc == opc);
    own.or_else(|| {
        let aliases = aliases_of(event, opc);
        event.opcs.iter().position(|entry| aliases.contains(&entry.opc.0))
    })
}

fn opc_entry<'a>(event: &'a Event, opc: &OpcId) -> Option<&'a OpcEntry> {
    opc_entry_at(event, opc).map(|at| &event.opcs[at])
}

/// Whether a participant is absent for the whole event.
pub(super) fn is_absent(event: &Event, who: &Who) -> bool {
    match who {
        Who::Need(need) => event.need_entry(need).is_some_and(|entry| entry.absent),
        Who::Opc(opc) => opc_entry(event, opc).is_some_and(|entry| entry.absent),
    }
}

/// Whether a participant is there in a slot.
pub(super) fn is_there(event: &Event, who: &Who, slot: u16) -> bool {
    let away = match who {
        Who::Need(need) => event.need_entry(need).map(|entry| &entry.away),
        Who::Opc(opc) => opc_entry(event, opc).map(|entry| &entry.away),
    };
    !is_absent(event, who) && !away.is_some_and(|away| away.contains(&slot))
}

/// A place in the timetable in words: `第2时段（14:15）3号桌`.
pub(super) fn seat_words(event: &Event, slot: u16, table: u16) -> (String, String) {
    let (zh, en) = slot_words(event, slot);
    let table = u32::from(table) + 1;
    (format!("{zh}{table}号桌"), format!("{en}, table {table}"))
}

/// A slot in words, with its time of day.
pub(super) fn slot_words(event: &Event, slot: u16) -> (String, String) {
    let number = u32::from(slot) + 1;
    match event.frame.slots.get(usize::from(slot)) {
        Some(slot) => {
            let time = slot.starts.strftime("%H:%M");
            (format!("第{number}时段（{time}）"), format!("slot {number} ({time})"))
        }
        None => (format!("第{number}时段"), format!("slot {number}")),
    }
}
