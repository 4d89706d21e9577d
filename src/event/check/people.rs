//! Who takes part, read off the event for the checker's own use.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Event, ListingId, NeedEntry, OpcId, Pair, without_blanks};

use super::Facts;

/// A person on the capability side: an OPC with its aliases.
#[derive(Debug, Default)]
pub(super) struct Person {
    pub(super) absent: bool,
    pub(super) away: BTreeSet<u16>,
    pub(super) min: Option<u32>,
    pub(super) max: Option<u32>,
}

/// Needs and OPCs, each under one name.
pub(super) struct People<'a> {
    needs: BTreeMap<&'a ListingId, &'a NeedEntry>,
    first_name: BTreeMap<String, String>,
    entries: BTreeMap<OpcId, Person>,
    /// OPCs with a capability in the list.
    listed: BTreeSet<OpcId>,
    named_only: bool,
    pub(super) pins: BTreeSet<Pair>,
}

impl<'a> People<'a> {
    pub(super) fn of(event: &'a Event, facts: &Facts) -> People<'a> {
        let mut first_name = BTreeMap::new();
        for group in &event.aliases {
            if let Some(first) = group.first() {
                for name in group {
                    first_name.entry(without_blanks(name)).or_insert_with(|| without_blanks(first));
                }
            }
        }
        let mut needs = BTreeMap::new();
        for entry in &event.needs {
            needs.entry(&entry.need).or_insert(entry);
        }
        let mut people = People {
            needs,
            first_name,
            entries: BTreeMap::new(),
            listed: BTreeSet::new(),
            named_only: event.named_opcs_only,
            pins: BTreeSet::new(),
        };
        people.listed = facts.capabilities.values().map(|known| people.person(&known.opc)).collect();
        people.pins = event.pins.iter().map(|pin| people.pair(&pin.need, &pin.opc)).collect();
        // Two entries of one person: whatever either of them forbids is forbidden.
        for entry in &event.opcs {
            let key = people.person(&entry.opc);
            let person = people.entries.entry(key).or_default();
            person.absent |= entry.absent;
            person.away.extend(&entry.away);
            person.min = person.min.max(entry.min);
            person.max = [person.max, entry.max].into_iter().flatten().min();
        }
        people
    }

    /// The name an organisation counts under.
    pub(super) fn organisation(&self, name: &str) -> String {
        let name = without_blanks(name);
        self.first_name.get(&name).cloned().unwrap_or(name)
    }

    /// The OPC under the name it counts under.
    pub(super) fn person(&self, opc: &OpcId) -> OpcId {
        OpcId(self.organisation(&opc.0))
    }

    /// A pair, its OPC under the name it counts under.
    pub(super) fn pair(&self, need: &ListingId, opc: &OpcId) -> Pair {
        Pair { need: need.clone(), opc: self.person(opc) }
    }

    pub(super) fn need(&self, need: &ListingId) -> Option<&'a NeedEntry> {
        self.needs.get(need).copied()
    }

    /// What is particular about a person.
    pub(super) fn entry(&self, person: &OpcId) -> Option<&Person> {
        self.entries.get(person)
    }

    pub(super) fn is_listed(&self, person: &OpcId) -> bool {
        self.listed.contains(person)
    }

    /// Whether the person takes part, present or not.
    pub(super) fn takes_part(&self, person: &OpcId) -> bool {
        !self.named_only || self.entries.contains_key(person)
    }

    /// Everybody in the list or with an entry who takes part and is present.
    pub(super) fn present(&self) -> BTreeSet<&OpcId> {
        let everybody = self.listed.iter().chain(self.entries.keys());
        everybody.filter(|person| self.takes_part(person) && !self.is_absent(person)).collect()
    }

    pub(super) fn is_absent(&self, person: &OpcId) -> bool {
        self.entry(person).is_some_and(|entry| entry.absent)
    }
}
