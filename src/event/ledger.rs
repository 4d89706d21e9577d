//! What earlier events have done: who was shown how often, and who has met whom.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Event, OpcId, Pair};

/// Exposure and acquaintance from earlier events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// Meetings an OPC has had; who is missing has never been shown.
    pub shown: BTreeMap<OpcId, u32>,
    /// Pairs that have met.
    pub met: BTreeSet<Pair>,
}

impl Ledger {
    /// From the events that have been held; others count for nothing yet. OPCs go
    /// by the name under which that event counted them.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Ledger {
        let mut ledger = Ledger::default();
        for event in events.into_iter().filter(|event| event.held) {
            for meeting in event.plan.iter().flat_map(|plan| &plan.meetings) {
                let opc = OpcId(event.organisation(&meeting.opc.0));
                *ledger.shown.entry(opc.clone()).or_default() += 1;
                ledger.met.insert(Pair { need: meeting.need.clone(), opc });
            }
        }
        ledger
    }

    /// The same under another event's aliases: what one organisation did under
    /// several names is added up.
    pub(super) fn under(&self, event: &Event) -> Ledger {
        let mut ledger = Ledger::default();
        for (opc, &times) in &self.shown {
            *ledger.shown.entry(OpcId(event.organisation(&opc.0))).or_default() += times;
        }
        ledger.met = self
            .met
            .iter()
            .map(|pair| Pair { need: pair.need.clone(), opc: OpcId(event.organisation(&pair.opc.0)) })
            .collect();
        ledger
    }

    /// Whether no earlier event has shown this OPC.
    pub fn never_shown(&self, opc: &OpcId) -> bool {
        self.shown.get(opc).is_none_or(|&times| times == 0)
    }
}
