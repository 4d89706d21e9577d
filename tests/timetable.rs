//! Timetables of random events: nobody is in two places, everybody who can be placed is.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use opcmatch::domain::{
    Event, EventId, Frame, ListingId, Meeting, Milli, NeedEntry, OpcEntry, OpcId, Origin, Rules, Seat, Slot,
};
use opcmatch::event::{Timetable, Unplaceable, timetable};
use proptest::prelude::*;

fn event(needs: usize, slots: usize, tables: u16) -> Event {
    let slot = |n: usize| Slot {
        starts: jiff::civil::date(2026, 12, 4).at(9, 0, 0, 0) + jiff::Span::new().minutes(15 * n as i64),
        minutes: 15,
    };
    Event {
        id: EventId("E1".into()),
        name: "测试对接会".into(),
        theme: String::new(),
        place: String::new(),
        frame: Frame { tables, slots: (0..slots).map(slot).collect(), stage: None },
        rules: Rules::default(),
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

fn need(n: usize) -> ListingId {
    ListingId(format!("N{n:04}"))
}

fn opc(n: usize) -> OpcId {
    OpcId(format!("工作室{n:04}"))
}

fn meeting(n: usize, o: usize) -> Meeting {
    Meeting {
        need: need(n),
        opc: opc(o),
        capability: ListingId(format!("C{o:04}")),
        degree: Milli(50_000),
        need_view: Milli(50_000),
        opc_view: Milli(50_000),
        worth: Milli(50_000),
        origin: Origin::Chosen,
        seat: None,
        locked: false,
    }
}

/// Every rule a timetable must keep, read off the result alone.
fn assert_valid(event: &Event, asked: &[Meeting], made: &Timetable) {
    let pairs = |meetings: &[Meeting]| meetings.iter().map(Meeting::pair).collect::<Vec<_>>();
    assert_eq!(pairs(asked), pairs(&made.meetings), "meetings were lost or added");
    let mut taken = BTreeSet::new();
    for (before, meeting) in asked.iter().zip(&made.meetings) {
        let Some(seat) = meeting.seat else {
            assert!(made.unplaced.iter().any(|u| u.need == meeting.need && u.opc == meeting.opc));
            continue;
        };
        let (slot, table) = (seat.slot, seat.table);
        assert!(usize::from(slot) < event.frame.slots.len() && table < event.frame.tables);
        assert!(taken.insert((slot, "table", table.to_string())), "table {table} twice in slot {slot}");
        assert!(taken.insert((slot, "need", meeting.need.to_string())), "{} twice in {slot}", meeting.need);
        assert!(taken.insert((slot, "opc", meeting.opc.to_string())), "{} twice in {slot}", meeting.opc);
        let entry = event.need_entry(&meeting.need).unwrap();
        assert!(!entry.absent && !entry.away.contains(&slot));
        if let Some(opc) = event.opc_entry(&meeting.opc) {
            assert!(!opc.absent && !opc.away.contains(&slot));
        }
        if before.locked {
            assert_eq!(before.seat, meeting.seat, "a locked meeting was moved");
        } else if let Some(fixed) = entry.table {
            assert_eq!(fixed, table, "{} left its table", meeting.need);
        }
    }
    let unplaced = made.meetings.iter().filter(|m| m.seat.is_none()).count();
    assert_eq!(made.unplaced.len(), unplaced);
    assert_eq!(made.figures.placed, made.meetings.len() - unplaced);
}

/// Pairs drawn so that nobody has more than `most` meetings, `total` at most.
fn pairs(draws: &[(usize, usize)], most: usize, total: usize) -> Vec<Meeting> {
    let mut busy: BTreeMap<(bool, usize), usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut meetings = Vec::new();
    for &(n, o) in draws {
        let full = |key, busy: &BTreeMap<(bool, usize), usize>| busy.get(&key).is_some_and(|&b| b >= most);
        if meetings.len() == total
            || full((true, n), &busy)
            || full((false, o), &busy)
            || !seen.insert((n, o))
        {
            continue;
        }
        *busy.entry((true, n)).or_default() += 1;
        *busy.entry((false, o)).or_default() += 1;
        meetings.push(meeting(n, o));
    }
    meetings.sort_by_key(Meeting::pair);
    meetings
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// König: whatever keeps to the bounds is placed without exception.
    #[test]
    fn whatever_keeps_to_the_bounds_is_placed(
        draws in prop::collection::vec((0usize..12, 0usize..15), 0..120),
        slots in 1usize..8,
        tables in 1u16..8,
    ) {
        let event = event(12, slots, tables);
        let asked = pairs(&draws, slots, slots * usize::from(tables));
        let made = timetable(&event, &asked);
        assert_valid(&event, &asked, &made);
        prop_assert!(made.unplaced.is_empty(), "{:?}", made.unplaced);
        prop_assert_eq!(&timetable(&event, &asked), &made);
    }

    /// With absences, locks and fixed tables the rules still hold, and what is
    /// left out is left out for the reason given.
    #[test]
    fn absences_and_locks_are_kept(
        draws in prop::collection::vec((0usize..8, 0usize..10), 1..60),
        away in prop::collection::vec((any::<bool>(), 0usize..10, 0u16..5), 0..25),
        absent in prop::option::of(0usize..10),
        fixed in prop::option::of((0usize..8, 0u16..4)),
        locks in prop::collection::vec((0usize..60, 0u16..6, 0u16..5), 0..6),
    ) {
        let mut event = event(8, 5, 4);
        for (of_need, who, slot) in away {
            if of_need && who < 8 {
                event.needs[who].away.insert(slot);
            } else {
                match event.opcs.iter_mut().find(|entry| entry.opc == opc(who)) {
                    Some(entry) => { entry.away.insert(slot); }
                    None => {
                        let mut entry = OpcEntry::new(opc(who));
                        entry.away.insert(slot);
                        event.opcs.push(entry);
                    }
                }
            }
        }
        if let Some(who) = absent {
            event.opcs.retain(|entry| entry.opc != opc(who));
            event.opcs.push(OpcEntry { absent: true, ..OpcEntry::new(opc(who)) });
        }
        if let Some((who, table)) = fixed {
            event.needs[who].table = Some(table);
        }
        let mut asked = pairs(&draws, 5, 20);
        for (which, slot, table) in locks {
            let which = which % asked.len();
            asked[which].seat = Some(Seat { slot, table });
            asked[which].locked = true;
        }
        let made = timetable(&event, &asked);
        assert_valid(&event, &asked, &made);
        for unplaced in &made.unplaced {
            let there = |slot: u16| {
                !event.need_entry(&unplaced.need).unwrap().away.contains(&slot)
                    && event.opc_entry(&unplaced.opc).is_none_or(|entry| !entry.away.contains(&slot))
            };
            let in_use = |slot: u16, by: &dyn Fn(&Meeting) -> bool| {
                made.meetings.iter().any(|m| m.seat.is_some_and(|seat| seat.slot == slot) && by(m))
            };
            let need = |slot| in_use(slot, &|m| m.need == unplaced.need);
            let opc = |slot| in_use(slot, &|m| m.opc == unplaced.opc);
            let mut common = (0..5u16).filter(|&slot| there(slot));
            match &unplaced.why {
                Unplaceable::NoRoomAtAll | Unplaceable::NeedAbsent => prop_assert!(false, "{unplaced:?}"),
                Unplaceable::OpcAbsent => prop_assert!(event.opc_entry(&unplaced.opc).unwrap().absent),
                Unplaceable::NeverTogether => prop_assert_eq!(common.count(), 0),
                Unplaceable::LockOutside { seat } => {
                    prop_assert!(seat.slot >= 5 || seat.table >= 4 || !there(seat.slot));
                }
                Unplaceable::LockTaken { seat } => prop_assert!(in_use(seat.slot, &|m| m.locked)),
                Unplaceable::NeedBusy => prop_assert!(common.all(need)),
                Unplaceable::OpcBusy => prop_assert!(common.all(opc)),
                Unplaceable::OneOfThemBusy => prop_assert!(common.all(|slot| need(slot) || opc(slot))),
                Unplaceable::TablesTaken => prop_assert!(common.any(|slot| !need(slot) && !opc(slot))),
            }
            prop_assert!(!unplaced.zh().is_empty() && !unplaced.en().is_empty());
        }
    }

    /// On instances small enough to try everything, as many are placed as can be.
    #[test]
    fn small_ones_are_placed_as_well_as_can_be(
        draws in prop::collection::vec((0usize..4, 0usize..4), 1..10),
        away in prop::collection::vec((any::<bool>(), 0usize..4, 0u16..3), 0..6),
    ) {
        let mut event = event(4, 3, 2);
        event.opcs = (0..4).map(|o| OpcEntry::new(opc(o))).collect();
        for (of_need, who, slot) in away {
            if of_need { event.needs[who].away.insert(slot); } else { event.opcs[who].away.insert(slot); }
        }
        let asked = pairs(&draws, 3, 6);
        let made = timetable(&event, &asked);
        assert_valid(&event, &asked, &made);
        prop_assert_eq!(made.figures.placed, most_placed(&event, &asked, &mut Vec::new()));
    }
}

/// The greatest number of meetings that can be placed, by trying everything.
fn most_placed(event: &Event, rest: &[Meeting], placed: &mut Vec<(u16, ListingId, OpcId)>) -> usize {
    let Some((first, rest)) = rest.split_first() else { return placed.len() };
    let mut best = most_placed(event, rest, placed);
    for slot in 0..event.frame.slots.len() as u16 {
        let away = event.need_entry(&first.need).unwrap().away.contains(&slot)
            || event.opc_entry(&first.opc).is_some_and(|entry| entry.away.contains(&slot));
        let taken = placed.iter().any(|(s, n, o)| *s == slot && (*n == first.need || *o == first.opc));
        let tables = placed.iter().filter(|(s, _, _)| *s == slot).count();
        if !away && !taken && tables < usize::from(event.frame.tables) {
            placed.push((slot, first.need.clone(), first.opc.clone()));
            best = best.max(most_placed(event, rest, placed));
            placed.pop();
        }
    }
    best
}

#[test]
fn needs_keep_one_table_while_there_are_enough() {
    let event = event(6, 6, 6);
    let asked: Vec<Meeting> = (0..6).flat_map(|n| (0..4).map(move |o| meeting(n, (n + o) % 6))).collect();
    let made = timetable(&event, &asked);
    assert_valid(&event, &asked, &made);
    assert_eq!((made.figures.needs_at_one_table, made.figures.needs_moving), (6, 0));
    assert_eq!((made.figures.slots_used, made.figures.opc_gaps + made.figures.need_gaps), (4, 0));
}

#[test]
fn solving_again_moves_only_what_must_move() {
    let mut event = event(10, 6, 5);
    let asked: Vec<Meeting> =
        (0..10).flat_map(|n| (0..3).map(move |o| meeting(n, (n * 3 + o) % 10))).collect();
    let first = timetable(&event, &asked);
    assert_eq!(first.figures.placed, 30);
    let again = timetable(&event, &first.meetings);
    assert_eq!((again.figures.moved, &again.meetings), (0, &first.meetings));
    // One OPC comes late: its first meeting moves, and few others.
    let late = first.meetings.iter().find(|m| m.seat.unwrap().slot == 0).unwrap().opc.clone();
    event.opcs.push(OpcEntry { away: [0].into(), ..OpcEntry::new(late) });
    let later = timetable(&event, &first.meetings);
    assert_valid(&event, &first.meetings, &later);
    assert_eq!(later.figures.placed, 30);
    assert!((1..=4).contains(&later.figures.moved), "{:?}", later.figures);
}

#[test]
fn an_event_without_room_says_so() {
    let asked = [meeting(0, 0)];
    let made = timetable(&event(1, 0, 4), &asked);
    assert_eq!(made.unplaced[0].why, Unplaceable::NoRoomAtAll);
    assert!(made.unplaced[0].zh().contains("时段"));
}
