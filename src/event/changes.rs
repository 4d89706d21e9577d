//! What changed between two plans.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Meeting, Milli, Pair, Plan, Seat};

use super::Notice;

/// A meeting that both plans hold, at another time or table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Moved {
    /// Between whom.
    pub pair: Pair,
    /// Where it was.
    pub from: Option<Seat>,
    /// Where it is.
    pub to: Option<Seat>,
}

/// The difference of two plans; lists are by need, then OPC.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, utoipa::ToSchema)]
pub struct Changes {
    /// Meetings that only the later plan holds.
    pub added: Vec<Meeting>,
    /// Meetings that only the earlier one held.
    pub dropped: Vec<Meeting>,
    /// Meetings of both with another seat.
    pub moved: Vec<Moved>,
    /// Σ worth of the earlier plan.
    pub worth_before: Milli,
    /// Σ worth of the later one.
    pub worth_after: Milli,
}

/// Compares two plans.
pub fn changes(before: &Plan, after: &Plan) -> Changes {
    let by_pair = |plan: &'_ Plan| -> BTreeMap<Pair, Meeting> {
        plan.meetings.iter().map(|meeting| (meeting.pair(), meeting.clone())).collect()
    };
    let (old, new) = (by_pair(before), by_pair(after));
    let worth = |plan: &BTreeMap<Pair, Meeting>| Milli(plan.values().map(|meeting| meeting.worth.0).sum());
    let mut changes = Changes { worth_before: worth(&old), worth_after: worth(&new), ..Changes::default() };
    for pair in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        match (old.get(pair), new.get(pair)) {
            (Some(gone), None) => changes.dropped.push(gone.clone()),
            (None, Some(come)) => changes.added.push(come.clone()),
            (Some(was), Some(is)) if was.seat != is.seat => {
                changes.moved.push(Moved { pair: pair.clone(), from: was.seat, to: is.seat });
            }
            _ => {}
        }
    }
    changes
}

impl Changes {
    /// Whether both plans are the same to those who meet.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.dropped.is_empty() && self.moved.is_empty()
    }

    /// Σ worth of the later plan less the earlier one's.
    pub fn difference(&self) -> Milli {
        Milli(self.worth_after.0 - self.worth_before.0)
    }

    /// In one sentence.
    pub fn explain(&self) -> Notice {
        if self.is_empty() {
            return Notice { zh: "方案没有变化".into(), en: "the plan is unchanged".into() };
        }
        let (added, dropped, moved) = (self.added.len(), self.dropped.len(), self.moved.len());
        let sign = if self.difference().0 > 0 { "+" } else { "" };
        Notice {
            zh: format!(
                "新增 {added} 场，取消 {dropped} 场，换时段或桌位 {moved} 场，总分 {sign}{}",
                self.difference()
            ),
            en: format!(
                "{added} meetings added, {dropped} dropped, {moved} moved, {sign}{} degrees in all",
                self.difference()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::{ListingId, OpcId, Origin};

    /// Need, OPC, worth, slot and table.
    type Drawn = (usize, usize, i64, Option<(u16, u16)>);

    fn plan(meetings: &[Drawn]) -> Plan {
        let meeting = |&(n, o, worth, seat): &Drawn| Meeting {
            need: ListingId(format!("N{n}")),
            opc: OpcId(format!("工作室{o}")),
            capability: ListingId(format!("C{o}")),
            degree: Milli(worth),
            need_view: Milli(worth),
            opc_view: Milli(worth),
            worth: Milli(worth),
            origin: Origin::Chosen,
            seat: seat.map(|(slot, table)| Seat { slot, table }),
            locked: false,
        };
        Plan { meetings: meetings.iter().map(meeting).collect(), stage: Vec::new() }
    }

    #[test]
    fn added_dropped_moved() {
        let before =
            plan(&[(0, 0, 50_000, Some((0, 0))), (0, 1, 30_000, Some((1, 0))), (1, 0, 20_000, None)]);
        let after = plan(&[(1, 0, 20_000, Some((1, 1))), (2, 2, 38_100, None), (0, 0, 50_000, Some((0, 0)))]);
        let changes = changes(&before, &after);
        let pairs = |meetings: &[Meeting]| {
            meetings.iter().map(|m| format!("{}×{}", m.need, m.opc)).collect::<Vec<_>>()
        };
        assert_eq!(pairs(&changes.added), ["N2×工作室2"]);
        assert_eq!(pairs(&changes.dropped), ["N0×工作室1"]);
        let moved: Vec<_> = changes.moved.iter().map(|m| (m.pair.need.0.as_str(), m.from, m.to)).collect();
        assert_eq!(moved, [("N1", None, Some(Seat { slot: 1, table: 1 }))]);
        assert_eq!(changes.difference(), Milli(8_100));
        assert_eq!(changes.explain().zh, "新增 1 场，取消 1 场，换时段或桌位 1 场，总分 +8.1");
    }

    #[test]
    fn a_plan_does_not_differ_from_itself() {
        let plan = plan(&[(0, 0, 50_000, Some((0, 0))), (0, 1, 30_000, None)]);
        let changes = changes(&plan, &plan);
        assert!(changes.is_empty());
        assert_eq!((changes.difference(), changes.explain().zh.as_str()), (Milli(0), "方案没有变化"));
    }
}
