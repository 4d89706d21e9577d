//! Seats, by two judges: the planner and the checker share no code and must agree.

#![allow(clippy::unwrap_used)]

mod event_kit;

use std::collections::BTreeSet;

use event_kit::{event, facts, meeting, opc, seat};
use opcmatch::domain::{Meeting, OpcEntry, Pair, Plan, Seat};
use opcmatch::event::{Fault, Severity, Violation, check, timetable};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// The planner of seats and the checker share no code and must agree: no seat is
    /// wrong, and a warning says exactly which meetings have none.
    #[test]
    fn a_timetable_has_no_wrong_seat(
        draws in prop::collection::btree_set((0usize..9, 0usize..9), 0..30),
        slots in 0u16..7,
        tables in 0u16..6,
        away in prop::collection::vec((any::<bool>(), 0usize..9, 0u16..7), 0..20),
        absent in prop::collection::vec((any::<bool>(), 0usize..9), 0..3),
        fixed in prop::collection::vec((0usize..9, 0u16..6), 0..3),
        locks in prop::collection::vec((0usize..30, 0u16..7, 0u16..6), 0..6),
    ) {
        let mut event = event(9, slots, tables);
        event.opcs = (0..9).map(|o| OpcEntry::new(opc(o))).collect();
        for (of_need, who, slot) in away {
            if of_need { event.needs[who].away.insert(slot); } else { event.opcs[who].away.insert(slot); }
        }
        for (of_need, who) in absent {
            if of_need { event.needs[who].absent = true; } else { event.opcs[who].absent = true; }
        }
        for (who, table) in fixed {
            event.needs[who].table = Some(table);
        }
        // A few more than there is room for: with many more the planner searches for long.
        let room = usize::from(slots * tables) + 3;
        let mut asked: Vec<Meeting> =
            draws.iter().take(room).map(|&(n, o)| meeting(n, o, None)).collect();
        for (which, slot, table) in locks {
            if let Some(locked) = asked.get_mut(which) {
                (locked.seat, locked.locked) = (Some(seat(slot, table)), true);
            }
        }
        let made = timetable(&event, &asked);
        let plan = Plan { meetings: made.meetings, stage: Vec::new() };
        let found = check(&event, &plan, &facts(9, 9));
        let wrong: Vec<&Violation> = found.iter().filter(|v| v.severity == Severity::Error).collect();
        prop_assert!(wrong.is_empty(), "{wrong:#?}");
        let without: BTreeSet<Pair> =
            plan.meetings.iter().filter(|m| m.seat.is_none()).map(Meeting::pair).collect();
        let named: BTreeSet<Pair> = found
            .iter()
            .filter_map(|violation| match violation.fault.clone() {
                Fault::NoSeat { need, opc }
                | Fault::LockedWithoutSeat { need, opc }
                | Fault::NeedAbsent { need, opc, .. }
                | Fault::OpcAbsent { need, opc, .. } => Some(Pair { need, opc }),
                _ => None,
            })
            .collect();
        prop_assert_eq!(without, named);
    }

    /// A seat moved at random is either still sound or found: the checker is compared
    /// with the rules written out once more, pair by pair.
    #[test]
    fn what_is_found_about_seats_is_what_is_wrong(
        draws in prop::collection::btree_map((0usize..5, 0usize..5), (0u16..4, 0u16..4), 0..14),
        away in prop::collection::vec((any::<bool>(), 0usize..5, 0u16..3), 0..5),
    ) {
        let mut event = event(5, 3, 3);
        event.opcs = (0..5).map(|o| OpcEntry::new(opc(o))).collect();
        for (of_need, who, slot) in away {
            if of_need { event.needs[who].away.insert(slot); } else { event.opcs[who].away.insert(slot); }
        }
        let meetings: Vec<Meeting> =
            draws.iter().map(|(&(n, o), &(slot, table))| meeting(n, o, Some(seat(slot, table)))).collect();
        let inside: Vec<(&Meeting, Seat)> = meetings
            .iter()
            .filter_map(|m| m.seat.filter(|s| s.slot < 3 && s.table < 3).map(|s| (m, s)))
            .collect();
        let mut sound = inside.len() == meetings.len();
        for (at, (one, seat)) in inside.iter().enumerate() {
            sound &= !event.need_entry(&one.need).unwrap().away.contains(&seat.slot);
            sound &= !event.opc_entry(&one.opc).unwrap().away.contains(&seat.slot);
            for (other, place) in &inside[at + 1..] {
                let clash = one.need == other.need || one.opc == other.opc || seat.table == place.table;
                sound &= seat.slot != place.slot || !clash;
            }
        }
        let plan = Plan { meetings, stage: Vec::new() };
        let found = check(&event, &plan, &facts(5, 5));
        prop_assert!(found.iter().all(|violation| violation.fault.is_about_seats()), "{found:#?}");
        prop_assert_eq!(found.is_empty(), sound, "{:#?}", found);
    }
}
