//! Small events for the tests of `event`: needs N000…, 工作室0…, slots of a quarter of an hour from 14:00.

#![allow(clippy::unwrap_used, dead_code)]

use opcmatch::domain::{
    Event, EventId, Frame, ListingId, Meeting, Milli, NeedEntry, OpcId, Origin, Pair, Rules, Seat, Slot,
};
use opcmatch::event::{Facts, KnownCapability};

pub(crate) fn need(n: usize) -> ListingId {
    ListingId(format!("N{n:03}"))
}

pub(crate) fn opc(o: usize) -> OpcId {
    OpcId(format!("工作室{o}"))
}

pub(crate) fn capability(o: usize) -> ListingId {
    ListingId(format!("C{o}"))
}

pub(crate) fn pair(n: usize, o: usize) -> Pair {
    Pair { need: need(n), opc: opc(o) }
}

pub(crate) fn seat(slot: u16, table: u16) -> Seat {
    Seat { slot, table }
}

pub(crate) fn meeting(n: usize, o: usize, seat: Option<Seat>) -> Meeting {
    Meeting {
        need: need(n),
        opc: opc(o),
        capability: capability(o),
        degree: Milli(60_000),
        need_view: Milli(60_000),
        opc_view: Milli(60_000),
        worth: Milli(60_000),
        origin: Origin::Chosen,
        seat,
        locked: false,
    }
}

pub(crate) fn event(needs: usize, slots: u16, tables: u16) -> Event {
    let starts = jiff::civil::date(2026, 12, 4).at(14, 0, 0, 0);
    let slot = |n: u16| Slot { starts: starts + jiff::Span::new().minutes(15 * i64::from(n)), minutes: 15 };
    Event {
        id: EventId("E1".into()),
        name: "测试对接会".into(),
        theme: String::new(),
        place: String::new(),
        frame: Frame { tables, slots: (0..slots).map(slot).collect(), stage: None },
        rules: Rules { need_max: 20, opc_max: 20, ..Rules::default() },
        needs: (0..needs).map(|n| NeedEntry::new(need(n))).collect(),
        opcs: Vec::new(),
        named_opcs_only: false,
        pins: Vec::new(),
        bans: Vec::new(),
        interests: Vec::new(),
        aliases: Vec::new(),
        plan: None,
        revision: 7,
        held: false,
    }
}

pub(crate) fn facts(needs: usize, opcs: usize) -> Facts {
    let known = |o: usize| KnownCapability { opc: opc(o), organisation: opc(o).0 };
    Facts {
        needs: (0..needs).map(|n| (need(n), format!("第{n}街道"))).collect(),
        capabilities: (0..opcs).map(|o| (capability(o), known(o))).collect(),
        degrees: (0..needs)
            .flat_map(|n| (0..opcs).map(move |o| ((need(n), capability(o)), Milli(60_000))))
            .collect(),
        ..Facts::default()
    }
}
