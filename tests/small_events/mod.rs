//! Small events and lists for tests of the planner.

use opcmatch::domain::{Event, EventId, Frame, ListingId, Milli, NeedEntry, OpcId, Pair, Rules, Slot};
use opcmatch::event::{Candidate, Candidates};

pub(crate) fn need(n: usize) -> ListingId {
    ListingId(format!("N{n}"))
}

pub(crate) fn opc(o: usize) -> OpcId {
    OpcId(format!("工作室{o}"))
}

pub(crate) fn pair(n: usize, o: usize) -> Pair {
    Pair { need: need(n), opc: opc(o) }
}

pub(crate) fn event(needs: usize, slots: usize, tables: u16) -> Event {
    let start = jiff::civil::date(2026, 12, 4).at(14, 0, 0, 0);
    let slot = |n: usize| Slot { starts: start + jiff::Span::new().minutes(15 * n as i64), minutes: 15 };
    Event {
        id: EventId("E1".into()),
        name: "测试对接会".into(),
        theme: String::new(),
        place: String::new(),
        frame: Frame { tables, slots: (0..slots).map(slot).collect(), stage: None },
        rules: Rules { fair: false, ..Rules::default() },
        needs: (0..needs).map(|n| NeedEntry::new(need(n))).collect(),
        opcs: Vec::new(),
        named_opcs_only: false,
        pins: Vec::new(),
        bans: Vec::new(),
        interests: Vec::new(),
        aliases: Vec::new(),
        plan: None,
        revision: 0,
        held: false,
    }
}

pub(crate) fn candidate(n: usize, o: usize, degree: i64) -> Candidate {
    let degree = Milli(degree);
    Candidate {
        need: need(n),
        opc: opc(o),
        capability: ListingId(format!("C{o}")),
        degree,
        need_view: degree,
        opc_view: degree,
        worth: degree,
    }
}

pub(crate) fn lists(opcs: usize, degrees: &[(usize, usize, i64)]) -> Candidates {
    Candidates {
        pairs: degrees.iter().map(|&(n, o, degree)| candidate(n, o, degree)).collect(),
        barred: Vec::new(),
        opcs: (0..opcs).map(|o| (opc(o), ListingId(format!("C{o}")))).collect(),
    }
}
