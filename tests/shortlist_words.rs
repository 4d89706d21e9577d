//! Shortlists of events made by hand: what is chosen, what it costs, what is said.

#![allow(clippy::unwrap_used)]

mod small_events;

use std::collections::BTreeSet;

use opcmatch::domain::{Ban, Event, ListingId, Meeting, Milli, OpcEntry, Origin, Pair, Plan, Seat};
use opcmatch::event::{
    Barred, Candidates, Concession, Lack, Ledger, Override, Refusal, Shortlist, price_of, shortlist,
    unwatched,
};
use small_events::{candidate, event, lists, need, opc, pair};

fn pairs_of(made: &Shortlist) -> BTreeSet<Pair> {
    made.meetings.iter().map(|meeting| meeting.pair()).collect()
}

#[test]
fn a_pin_has_its_price_in_words() {
    let mut event = event(2, 1, 2);
    let lists = lists(2, &[(0, 0, 50_000), (1, 1, 40_000), (0, 1, 46_900), (1, 0, 40_000)]);
    event.pins.push(pair(0, 1));
    let of = Override::Pin { need: need(0), opc: opc(1) };
    let price = price_of(&event, &lists, &Ledger::default(), of, &unwatched).unwrap().unwrap();
    assert_eq!(price.cost, Milli(3_100));
    let said = price.explain();
    assert_eq!(
        said.zh,
        "指定需求 N0 与 工作室1 对接：代价为 3.1 分，挤掉了 N0 与 工作室0、N1 与 工作室1 的对接，换来 N0 与 工作室1、N1 与 工作室0 的对接"
    );
    assert!(said.en.contains("costs 3.1 degrees, drives out N0 with 工作室0"), "{}", said.en);
}

#[test]
fn those_never_shown_come_first_among_equals_and_at_a_bounded_price() {
    let ledger = Ledger { shown: [(opc(0), 3)].into(), met: BTreeSet::new() };
    for (fair, other, expected, cost) in [
        (false, 50_000, 1, 0),
        (false, 49_999, 0, 0),
        (true, 49_999, 1, 1),
        (true, 49_000, 1, 1_000),
        (true, 48_999, 0, 0),
    ] {
        let mut event = event(1, 1, 1);
        event.rules.fair = fair;
        let made =
            shortlist(&event, &lists(2, &[(0, 0, 50_000), (0, 1, other)]), &ledger, &unwatched).unwrap();
        assert_eq!(pairs_of(&made), [pair(0, expected)].into(), "fair {fair}, {other}");
        assert_eq!(made.fairness.cost, Milli(cost));
    }
}

/// One row for each thing that cannot be kept.
#[test]
fn what_cannot_be_kept_is_said_with_its_reason() {
    #[track_caller]
    fn check(change: impl Fn(&mut Event, &mut Candidates), expected: &[Concession], words: &[&str]) {
        let mut event = event(2, 4, 4);
        let mut lists = lists(2, &[(0, 0, 50_000), (1, 0, 40_000)]);
        change(&mut event, &mut lists);
        let made = shortlist(&event, &lists, &Ledger::default(), &unwatched).unwrap();
        assert_eq!(made.concessions, expected);
        for (concession, word) in made.concessions.iter().zip(words) {
            let said = concession.explain();
            assert!(said.zh.contains(word), "{word} is not in {}", said.zh);
            assert!(said.en.is_ascii() || said.en.contains("工作室"), "{}", said.en);
        }
    }
    let short = |asked, gets, why| Concession::NeedShort { need: need(0), asked, gets, why };
    check(|_, _| {}, &[], &[]);
    check(
        |e, l| {
            e.needs[0].min = Some(3);
            e.bans.push(Ban { pair: pair(0, 1), why: String::new() });
            l.pairs.push(candidate(0, 1, 30_000));
        },
        &[short(3, 1, Lack::Candidates { open: 1, below_floor: 0, banned: 1, barred: 0 })],
        &["只有 1 个"],
    );
    check(
        |e, l| {
            e.needs[0].min = Some(2);
            l.pairs.push(candidate(0, 1, 12_000));
        },
        &[Concession::BelowFloor { need: need(0), opc: opc(1), degree: Milli(12_000), floor: Milli(15_000) }],
        &["门槛降到 12.0"],
    );
    check(
        |e, _| {
            e.needs[0].min = Some(1);
            e.needs[1].min = Some(1);
            e.rules.opc_max = 1;
        },
        &[Concession::OpcOver { opc: opc(0), most: 1, gets: 2 }],
        &["多接 1 场"],
    );
    check(
        |e, _| {
            e.needs[0].min = Some(1);
            e.needs[1].min = Some(1);
            e.opcs.push(OpcEntry { away: [1, 2, 3].into(), ..OpcEntry::new(opc(0)) });
        },
        &[Concession::NeedShort {
            need: need(1),
            asked: 1,
            gets: 0,
            why: Lack::Others { busy: vec![opc(0).0] },
        }],
        &["（工作室0）已排满"],
    );
    check(
        |e, l| {
            e.needs[0].min = Some(2);
            e.needs[0].away = [0, 1, 2].into();
            l.pairs.push(candidate(0, 1, 30_000));
        },
        &[short(2, 1, Lack::Slots { slots: 1 })],
        &["只在 1 个时段在场"],
    );
    check(
        |e, _| {
            e.needs[0].min = Some(1);
            e.needs[1].min = Some(1);
            (e.frame.tables, e.frame.slots) = (1, e.frame.slots[..1].to_vec());
        },
        &[Concession::NeedShort { need: need(1), asked: 1, gets: 0, why: Lack::Room { meetings: 1 } }],
        &["1 个席位已排满"],
    );
    check(
        |e, _| e.rules.opc_min = 1,
        &[Concession::OpcShort {
            opc: opc(1),
            asked: 1,
            gets: 0,
            why: Lack::Candidates { open: 0, below_floor: 0, banned: 0, barred: 0 },
        }],
        &["可对接的需求只有 0 个"],
    );
    check(
        |e, _| {
            e.pins.push(pair(0, 1));
            e.needs[0].max = Some(0);
        },
        &[Concession::NeedOver { need: need(0), most: 0, gets: 1 }],
        &["上限提高到 1"],
    );
    for (change, why) in [
        ((|e, _| e.pins.push(pair(7, 0))) as fn(&mut Event, &mut Candidates), Refusal::NeedUnknown),
        (|e, _| e.pins.push(pair(0, 7)), Refusal::OpcUnknown),
        (
            |e, l| {
                e.pins.push(pair(0, 1));
                l.barred.push((candidate(0, 1, 30_000), Barred::SameOrganisation));
            },
            Refusal::SameOrganisation,
        ),
        (
            |e, _| {
                e.pins.push(pair(0, 0));
                e.bans.push(Ban { pair: pair(0, 0), why: String::new() });
            },
            Refusal::Banned,
        ),
        (
            |e, _| {
                e.pins.push(pair(0, 0));
                e.needs[0].absent = true;
            },
            Refusal::NoSeat,
        ),
    ] {
        let mut event = event(2, 4, 4);
        let mut lists = lists(2, &[(0, 0, 50_000), (1, 0, 40_000)]);
        change(&mut event, &mut lists);
        let Pair { need, opc } = event.pins[0].clone();
        check(change, &[Concession::Refused { need, opc, why }], &["未能安排"]);
    }
}

#[test]
fn a_pin_enters_below_the_floor_unranked_or_met_before() {
    let mut event = event(1, 4, 4);
    event.pins = vec![pair(0, 0), pair(0, 1), pair(0, 2)];
    let mut lists = lists(3, &[(0, 0, 5_000)]);
    lists.barred.push((candidate(0, 1, 60_000), Barred::MetBefore));
    let made = shortlist(&event, &lists, &Ledger::default(), &unwatched).unwrap();
    let degrees: Vec<_> = made.meetings.iter().map(|m| (m.degree.0, m.origin)).collect();
    assert_eq!(degrees, [(5_000, Origin::Pinned), (60_000, Origin::Pinned), (0, Origin::Pinned)]);
    assert_eq!(made.meetings[2].capability, ListingId("C2".into()));
    assert!(made.is_as_asked());
}

#[test]
fn one_promise_more_is_kept_whatever_worth_it_costs() {
    let mut event = event(3, 4, 4);
    (event.needs[0].min, event.needs[1].min) = (Some(1), Some(1));
    // Each OPC is there in one slot only, so that nobody can take one meeting more.
    event.opcs = (0..3).map(|o| OpcEntry { away: [1, 2, 3].into(), ..OpcEntry::new(opc(o)) }).collect();
    let weak_or_strong = [(0, 0, 10_000), (1, 0, 100_000), (1, 1, 15_000), (2, 1, 100_000), (2, 2, 15_000)];
    let made = shortlist(&event, &lists(3, &weak_or_strong), &Ledger::default(), &unwatched).unwrap();
    assert_eq!(pairs_of(&made), [pair(0, 0), pair(1, 1), pair(2, 2)].into());
    assert_eq!((made.weight, made.concessions.len(), made.worth), (3, 1, Milli(40_000)));
}

#[test]
fn a_locked_meeting_stays_with_its_seat_and_a_better_one_gives_way() {
    let mut event = event(1, 2, 1);
    event.rules.need_max = 1;
    let lists = lists(2, &[(0, 0, 50_000), (0, 1, 40_000)]);
    let seat = Some(Seat { slot: 1, table: 0 });
    for (locked, expected) in [(true, 1), (false, 0)] {
        let mut so_far = shortlist(&event, &lists, &Ledger::default(), &unwatched).unwrap().meetings;
        so_far[0] = Meeting { opc: opc(1), seat, locked, ..so_far[0].clone() };
        let planned = Event { plan: Some(Plan { meetings: so_far, stage: Vec::new() }), ..event.clone() };
        let made = shortlist(&planned, &lists, &Ledger::default(), &unwatched).unwrap();
        assert_eq!(pairs_of(&made), [pair(0, expected)].into());
        let kept = if locked { seat } else { None };
        assert_eq!((made.meetings[0].seat, made.meetings[0].locked), (kept, locked));
    }
}
