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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn event(held: bool, aliases: &str) -> Event {
        let meeting = |opc: &str| {
            format!(
                r#"{{"need":"N1","opc":"{opc}","capability":"C1","degree":1,"need_view":1,"opc_view":1,"worth":1,"origin":"chosen"}}"#
            )
        };
        let whole = format!(
            r#"{{"id":"E1","name":"测试对接会","frame":{{"tables":2,"slots":[]}},
            "rules":{{"need_min":0,"need_max":4,"opc_min":0,"opc_max":4,"floor":0,"reciprocal":false,"fair":true,"meet_again":false}},
            "needs":[],"plan":{{"meetings":[{},{}]}},"held":{held},"aliases":{aliases}}}"#,
            meeting("星河"),
            meeting("远山")
        );
        serde_json::from_str(&whole).unwrap()
    }

    #[test]
    fn held_events_count_and_planned_ones_do_not() {
        let (held, planned) = (event(true, "[]"), event(false, "[]"));
        let ledger = Ledger::of([&held, &planned, &held]);
        assert_eq!(ledger.shown, [(OpcId("星河".into()), 2), (OpcId("远山".into()), 2)].into());
        assert_eq!(ledger.met.len(), 2);
        assert!(ledger.never_shown(&OpcId("云栖".into())) && !ledger.never_shown(&OpcId("星河".into())));
        assert_eq!(Ledger::of([&planned]), Ledger::default());
    }

    #[test]
    fn names_of_one_organisation_are_added_up() {
        let grouped = event(true, r#"[["云栖","星河","远山"]]"#);
        let by_event = Ledger::of([&grouped]);
        assert_eq!(by_event.shown, [(OpcId("云栖".into()), 2)].into());
        assert_eq!(Ledger::of([&event(true, "[]")]).under(&grouped), by_event);
    }
}
