//! What a shortlist costs: `cargo bench --bench shortlist`.
//!
//! Degrees are drawn; one of four needs asks for two meetings and, where said, every
//! OPC for one; a third of the OPCs has been shown before. Prices are of 20 pins.

#![allow(clippy::print_stdout)]

use std::collections::BTreeSet;

use criterion::{Criterion, criterion_group, criterion_main};
use opcmatch::domain::{
    Event, EventId, Frame, ListingId, LocalTime, Milli, NeedEntry, OpcId, Pair, Rules, Slot,
};
use opcmatch::event::{
    Candidate, Candidates, Helper, Ledger, NeedPart, TeamRules, prices, shortlist, team, unwatched,
};

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

fn instance(needs: usize, opcs: usize, each: usize, degrees: usize, opc_min: u32) -> (Event, Candidates) {
    let mut draw = Draw(4711);
    let starts = LocalTime::constant(2026, 12, 4, 14, 0, 0, 0);
    let slot = |n: usize| Slot { starts: starts + jiff::Span::new().minutes(15 * n as i64), minutes: 15 };
    let mut entries: Vec<NeedEntry> =
        (0..needs).map(|n| NeedEntry::new(ListingId(format!("N{n:05}")))).collect();
    entries.iter_mut().step_by(4).for_each(|entry| entry.min = Some(2));
    let opc = |o: usize| (OpcId(format!("O{o:05}")), ListingId(format!("C{o:05}")));
    let mut lists = Candidates { opcs: (0..opcs).map(opc).collect(), ..Candidates::default() };
    for entry in &entries {
        let mut chosen = BTreeSet::new();
        while chosen.len() < each.min(opcs) {
            chosen.insert(draw.below(opcs));
        }
        for o in chosen {
            // From 5° to 95°: a tenth lies below the floor.
            let degree = Milli(5_000 + (draw.below(degrees) * 90_000 / degrees) as i64);
            let (opc, capability) = opc(o);
            let need = entry.need.clone();
            let (need_view, opc_view, worth) = (degree, degree, degree);
            lists.pairs.push(Candidate { need, opc, capability, degree, need_view, opc_view, worth });
        }
    }
    let event = Event {
        id: EventId("bench".into()),
        name: String::new(),
        theme: String::new(),
        place: String::new(),
        frame: Frame { tables: (needs / 3) as u16, slots: (0..12).map(slot).collect(), stage: None },
        rules: Rules { opc_min, ..Rules::default() },
        needs: entries,
        opcs: Vec::new(),
        named_opcs_only: false,
        pins: Vec::new(),
        bans: Vec::new(),
        interests: Vec::new(),
        aliases: Vec::new(),
        plan: None,
        revision: 0,
        held: false,
    };
    (event, lists)
}

fn shortlists(c: &mut Criterion) {
    let mut group = c.benchmark_group("shortlist");
    group.sample_size(10);
    // Every third OPC has been shown before.
    let ledger = Ledger {
        shown: (0..3_000).step_by(3).map(|o| (OpcId(format!("O{o:05}")), 1)).collect(),
        ..Ledger::default()
    };
    for (name, (event, lists)) in [
        ("292 × 362 × 50", instance(292, 362, 50, 90_000, 0)),
        ("292 × 362 × 50, every OPC once", instance(292, 362, 50, 90_000, 1)),
        ("292 × 362, all pairs", instance(292, 362, 362, 90_000, 1)),
        ("292 × 362 × 50, ten different degrees", instance(292, 362, 50, 10, 1)),
        ("2,000 × 3,000 × 50", instance(2_000, 3_000, 50, 90_000, 1)),
        ("2,000 × 3,000 × 50, ten different degrees", instance(2_000, 3_000, 50, 10, 1)),
    ] {
        if let Ok(made) = shortlist(&event, &lists, &ledger, &unwatched) {
            println!(
                "{name}: {} meetings, worth {}, {} concessions, {:?}",
                made.meetings.len(),
                made.worth,
                made.concessions.len(),
                made.fairness
            );
        }
        group.bench_function(name, |b| b.iter(|| shortlist(&event, &lists, &ledger, &unwatched)));
    }
    for (name, (mut event, lists)) in [
        ("20 pins, 292 × 362 × 50", instance(292, 362, 50, 90_000, 1)),
        ("20 pins, 292 × 362, all pairs", instance(292, 362, 362, 90_000, 1)),
    ] {
        event.needs.iter_mut().for_each(|entry| entry.min = None);
        let every = lists.pairs.len() / 20;
        let pinned = lists.pairs.iter().step_by(every).take(20);
        event.pins = pinned.map(|c| Pair { need: c.need.clone(), opc: c.opc.clone() }).collect();
        group.bench_function(name, |b| b.iter(|| prices(&event, &lists, &ledger, &unwatched)));
    }
    group.finish();
}

fn teams(c: &mut Criterion) {
    let mut draw = Draw(4711);
    let parts: Vec<NeedPart> = (0..20).map(|n| NeedPart { text: String::new(), weight: 1 + n % 3 }).collect();
    let helpers: Vec<Helper> = (0..362)
        .map(|o| Helper {
            opc: OpcId(format!("O{o:05}")),
            capability: ListingId(format!("C{o:05}")),
            degree: Milli(draw.below(90_000) as i64),
            strengths: (0..20).map(|_| draw.below(1000) as f32 / 4000.0).collect(),
        })
        .collect();
    c.bench_function("team: 362 OPCs, 20 parts", |b| b.iter(|| team(&parts, &helpers, TeamRules::default())));
}

criterion_group!(benches, shortlists, teams);
criterion_main!(benches);
