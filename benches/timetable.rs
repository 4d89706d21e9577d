//! What a timetable costs: `cargo bench --bench timetable`.
//!
//! The largest is 10,000 meetings of 2,000 needs and 3,000 OPCs in 20 slots at 500
//! tables (every seat taken), at 600 tables, and with one in five away at times.

#![allow(missing_docs, reason = "criterion makes undocumented functions")]
#![allow(clippy::print_stdout, reason = "a bench tells what it made")]

use criterion::{Criterion, criterion_group, criterion_main};
use opcmatch::domain::{
    Event, EventId, Frame, ListingId, Meeting, Milli, NeedEntry, OpcEntry, OpcId, Origin, Rules, Slot,
};
use opcmatch::event::timetable;

/// A small generator, so that instances are the same everywhere (xorshift64*).
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % most
    }
}

fn instance(needs: usize, opcs: usize, slots: usize, tables: u16, meetings: usize, away: usize) -> Event {
    let mut draw = Draw(4711);
    let start = jiff::civil::date(2026, 12, 4).at(9, 0, 0, 0);
    let slot = |n: usize| Slot { starts: start + jiff::Span::new().minutes(15 * n as i64), minutes: 15 };
    let mut entries: Vec<NeedEntry> =
        (0..needs).map(|n| NeedEntry::new(ListingId(format!("N{n:05}")))).collect();
    let mut opc_entries: Vec<OpcEntry> =
        (0..opcs).map(|o| OpcEntry::new(OpcId(format!("O{o:05}")))).collect();
    for _ in 0..away {
        entries[draw.below(needs)].away.insert(draw.below(slots) as u16);
        opc_entries[draw.below(opcs)].away.insert(draw.below(slots) as u16);
    }
    let mut degree = vec![0usize; needs + opcs];
    let mut pairs = std::collections::BTreeSet::new();
    while pairs.len() < meetings {
        let (n, o) = (draw.below(needs), draw.below(opcs));
        let most = slots - 4;
        if degree[n] < most && degree[needs + o] < most && pairs.insert((n, o)) {
            degree[n] += 1;
            degree[needs + o] += 1;
        }
    }
    let meeting = |&(n, o): &(usize, usize)| Meeting {
        need: entries[n].need.clone(),
        opc: opc_entries[o].opc.clone(),
        capability: ListingId(format!("C{o:05}")),
        degree: Milli(50_000),
        need_view: Milli(50_000),
        opc_view: Milli(50_000),
        worth: Milli(50_000),
        origin: Origin::Chosen,
        seat: None,
        locked: false,
    };
    let plan = opcmatch::domain::Plan { meetings: pairs.iter().map(meeting).collect(), stage: Vec::new() };
    Event {
        id: EventId("bench".into()),
        name: String::new(),
        theme: String::new(),
        place: String::new(),
        frame: Frame { tables, slots: (0..slots).map(slot).collect(), stage: None },
        rules: Rules::default(),
        needs: entries,
        opcs: opc_entries,
        named_opcs_only: false,
        pins: Vec::new(),
        bans: Vec::new(),
        interests: Vec::new(),
        aliases: Vec::new(),
        plan: Some(plan),
        revision: 0,
        held: false,
    }
}

fn timetables(c: &mut Criterion) {
    let mut group = c.benchmark_group("timetable");
    group.sample_size(10);
    for (name, event) in [
        ("60 meetings, 8 slots, 10 tables", instance(20, 30, 8, 10, 60, 0)),
        ("1,000 meetings, 12 slots, 100 tables", instance(292, 362, 12, 100, 1_000, 0)),
        ("10,000 meetings, every seat taken", instance(2_000, 3_000, 20, 500, 10_000, 0)),
        ("10,000 meetings, 600 tables", instance(2_000, 3_000, 20, 600, 10_000, 0)),
        ("10,000 meetings, 600 tables, some away", instance(2_000, 3_000, 20, 600, 10_000, 1_000)),
        ("10,000 meetings, 510 tables, many away", instance(2_000, 3_000, 20, 510, 10_000, 10_000)),
    ] {
        let meetings = event.plan.as_ref().map(|plan| plan.meetings.clone()).unwrap_or_default();
        let made = timetable(&event, &meetings);
        println!("{name}: {:?}", made.figures);
        group.bench_function(name, |b| b.iter(|| timetable(&event, &meetings)));
    }
    group.finish();
}

criterion_group!(benches, timetables);
criterion_main!(benches);
