//! Shortlists of random small events against every plan there is.

#![allow(clippy::unwrap_used)]

mod small_events;

use std::collections::{BTreeMap, BTreeSet};

use opcmatch::domain::{Ban, Event, Meeting, Milli, OpcEntry, OpcId, Origin, Pair, Plan, Rules};
use opcmatch::event::{
    BELOW_FLOOR, Barred, Bounds, Candidate, Candidates, Concession, LOWER_MIN, Ledger, NEVER_SHOWN_BONUS,
    Override, RAISE_MAX, Shortlist, prices, shortlist, unwatched,
};
use proptest::prelude::*;
use small_events::{candidate, event, lists, opc, pair};

/// What a plan is judged by, the greatest first; then its pairs.
type Judged = (i64, i64, i64, Vec<bool>);

/// Every subset of the pairs that could meet, judged by the documented order of aims.
fn brute(event: &Event, lists: &Candidates, ledger: &Ledger) -> (Judged, BTreeSet<Pair>) {
    let bounds = Bounds::of(event);
    let banned: BTreeSet<&Pair> = event.bans.iter().map(|ban| &ban.pair).collect();
    let known: BTreeMap<Pair, (Milli, Milli, Option<Barred>)> = lists
        .pairs
        .iter()
        .map(|c| (c, None))
        .chain(lists.barred.iter().map(|(c, why)| (c, Some(*why))))
        .map(|(c, why)| (Pair { need: c.need.clone(), opc: c.opc.clone() }, (c.degree, c.worth, why)))
        .collect();
    let worth = |pair: &Pair| known.get(pair).map_or(0, |known| known.1.0);
    let locks = event.plan.iter().flat_map(|plan| &plan.meetings).filter(|m| m.locked).map(|m| m.pair());
    let demanded: BTreeSet<Pair> = event.pins.iter().cloned().chain(locks).collect();
    let possible: Vec<Pair> = demanded
        .iter()
        .filter(|pair| event.need_entry(&pair.need).is_some() && lists.opcs.contains_key(&pair.opc))
        .filter(|pair| !banned.contains(pair))
        .filter(|pair| known.get(pair).is_none_or(|known| known.2 != Some(Barred::SameOrganisation)))
        .cloned()
        .collect();
    let fits = |pairs: &[&Pair]| {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for pair in pairs {
            *counts.entry(&pair.need.0).or_default() += 1;
            *counts.entry(&pair.opc.0).or_default() += 1;
        }
        let needs_fit = event
            .needs
            .iter()
            .all(|entry| counts.get(entry.need.0.as_str()).is_none_or(|&count| count <= bounds.need(entry)));
        let opcs_fit = lists
            .opcs
            .keys()
            .all(|opc| counts.get(opc.0.as_str()).is_none_or(|&count| count <= bounds.opc(event, opc)));
        needs_fit && opcs_fit && pairs.len() <= bounds.meetings
    };
    let subset =
        |all: &[Pair], mask: u32| -> Vec<bool> { (0..all.len()).map(|i| mask >> i & 1 == 1).collect() };
    let taken = |all: &[Pair], flags: &[bool]| -> Vec<Pair> {
        all.iter().zip(flags).filter(|(_, taken)| **taken).map(|(pair, _)| pair.clone()).collect()
    };
    let kept = (0..1u32 << possible.len())
        .map(|mask| subset(&possible, mask))
        .filter(|flags| fits(&taken(&possible, flags).iter().collect::<Vec<_>>()))
        .map(|flags| {
            let pairs = taken(&possible, &flags);
            (pairs.len(), pairs.iter().map(worth).sum::<i64>(), flags)
        })
        .max()
        .map(|best| taken(&possible, &best.2))
        .unwrap();
    let mut all: BTreeSet<Pair> = kept.iter().cloned().collect();
    let free = known.iter().filter(|(pair, known)| known.2.is_none() && !banned.contains(pair));
    all.extend(free.map(|(pair, _)| pair.clone()));
    let all: Vec<Pair> = all.into_iter().collect();
    assert!(all.len() <= 16, "too many to try: {}", all.len());
    let bonus = if event.rules.fair { NEVER_SHOWN_BONUS.0 } else { 0 };
    let judge = |flags: Vec<bool>| -> Option<Judged> {
        let pairs = taken(&all, &flags);
        if !fits(&pairs.iter().collect::<Vec<_>>()) || kept.iter().any(|pin| !pairs.contains(pin)) {
            return None;
        }
        let mut weight = 0;
        let mut side = |count: usize, (least, most): (u32, u32)| {
            weight += LOWER_MIN * (i64::from(least) - count as i64).max(0);
            weight += RAISE_MAX * (count as i64 - i64::from(most)).max(0);
        };
        for entry in &event.needs {
            side(pairs.iter().filter(|p| p.need == entry.need).count(), event.need_limits(entry));
        }
        for opc in lists.opcs.keys() {
            side(pairs.iter().filter(|p| &p.opc == opc).count(), event.opc_limits(opc));
        }
        let own: Vec<&Pair> = pairs.iter().filter(|pair| !kept.contains(pair)).collect();
        weight += BELOW_FLOOR * own.iter().filter(|&&pair| known[pair].0 < event.rules.floor).count() as i64;
        let nothing = own.iter().filter(|&&pair| worth(pair) <= 0).count() as i64;
        let opcs: BTreeSet<&OpcId> = pairs.iter().map(|pair| &pair.opc).collect();
        let newly = opcs.into_iter().filter(|opc| ledger.never_shown(opc)).count() as i64;
        let total: i64 = pairs.iter().map(worth).sum::<i64>() + bonus * (newly - nothing);
        Some((-weight, total, newly - 2 * nothing, flags))
    };
    let best = (0..1u32 << all.len()).filter_map(|mask| judge(subset(&all, mask))).max().unwrap();
    let pairs = taken(&all, &best.3).into_iter().collect();
    (best, pairs)
}

fn pairs_of(made: &Shortlist) -> BTreeSet<Pair> {
    made.meetings.iter().map(|meeting| meeting.pair()).collect()
}

fn some_limit() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![3 => Just(None), 1 => (0u32..4).prop_map(Some)]
}

type Drawn = (Event, Candidates, Ledger);

/// Small events in which everything is scarce; few different degrees, some a
/// thousandth apart, so that ties and near ties abound.
fn drawn() -> impl Strategy<Value = Drawn> {
    let away = prop_oneof![2 => Just(BTreeSet::new()), 1 => prop::collection::btree_set(0u16..3, 1..3)];
    let entry = (some_limit(), some_limit(), away, prop::bool::weighted(0.05));
    let degree = vec![0, 0, 9_000, 14_999, 20_000, 20_000, 20_000, 20_001, 20_001, 21_000, 100_000];
    let some_pair = || (0usize..4, 0usize..4);
    (
        (2usize..5, 2usize..5, 1usize..4, 1u16..4),
        prop::collection::btree_map(some_pair(), (prop::sample::select(degree), 0u8..16), 3..14),
        prop::collection::vec(entry, 8),
        (0u32..3, 0u32..4, 0u32..2, 1u32..4, any::<bool>(), any::<bool>()),
        (
            prop::collection::btree_set(some_pair(), 0..3),
            prop::collection::btree_set(some_pair(), 0..3),
            prop_oneof![3 => Just(BTreeSet::new()), 1 => prop::collection::btree_set(some_pair(), 1..2)],
        ),
        prop::collection::btree_map(0usize..4, 0u32..3, 0..4),
    )
        .prop_map(|(size, degrees, entries, limits, (pins, bans, locks), shown)| {
            let (needs, opcs, slots, tables) = size;
            let mut event = event(needs, slots, tables);
            let (need_min, need_max, opc_min, opc_max, fair, low) = limits;
            let floor = if low { Milli(0) } else { event.rules.floor };
            event.rules = Rules { need_min, need_max, opc_min, opc_max, fair, floor, ..event.rules };
            for (entry, (min, max, away, absent)) in event.needs.iter_mut().zip(&entries) {
                (entry.min, entry.max, entry.away, entry.absent) = (*min, *max, away.clone(), *absent);
            }
            for (o, (min, max, away, absent)) in entries[4..].iter().enumerate().take(opcs) {
                let (min, max, away) = (*min, *max, away.clone());
                event.opcs.push(OpcEntry { min, max, away, absent: *absent, ..OpcEntry::new(opc(o)) });
            }
            event.pins = pins.iter().map(|&(n, o)| pair(n, o)).collect();
            event.bans = bans.iter().map(|&(n, o)| Ban { pair: pair(n, o), why: String::new() }).collect();
            let mut found = lists(opcs, &[]);
            let inside = degrees.iter().filter(|((n, o), _)| *n < needs && *o < opcs).take(MOST_PAIRS);
            for (&(n, o), &(degree, draw)) in inside {
                match draw {
                    0 => found.barred.push((candidate(n, o, degree), Barred::MetBefore)),
                    1 => found.barred.push((candidate(n, o, degree), Barred::SameOrganisation)),
                    _ => found.pairs.push(candidate(n, o, degree)),
                }
            }
            let locked = locks.iter().map(|&(n, o)| locked(candidate(n, o, 0)));
            event.plan = Some(Plan { meetings: locked.collect(), stage: Vec::new() });
            let shown = shown.into_iter().map(|(o, times)| (opc(o), times)).collect();
            (event, found, Ledger { shown, met: BTreeSet::new() })
        })
}

/// Candidates of one drawn event: 2^9 plans, and 8 times as many with pins and locks.
const MOST_PAIRS: usize = 9;

fn locked(candidate: Candidate) -> Meeting {
    Meeting {
        need: candidate.need,
        opc: candidate.opc,
        capability: candidate.capability,
        degree: candidate.degree,
        need_view: candidate.need_view,
        opc_view: candidate.opc_view,
        worth: candidate.worth,
        origin: Origin::Chosen,
        seat: None,
        locked: true,
    }
}

/// The event with its rules eased as the concessions say.
fn eased(event: &Event, made: &Shortlist) -> Event {
    let mut event = event.clone();
    for concession in &made.concessions {
        match concession {
            Concession::NeedShort { need, gets, .. } => {
                event.needs.iter_mut().find(|e| &e.need == need).unwrap().min = Some(*gets);
            }
            Concession::NeedOver { need, gets, .. } => {
                event.needs.iter_mut().find(|e| &e.need == need).unwrap().max = Some(*gets);
            }
            Concession::OpcShort { opc, gets, .. } => {
                event.opcs.iter_mut().find(|e| &e.opc == opc).unwrap().min = Some(*gets);
            }
            Concession::OpcOver { opc, gets, .. } => {
                event.opcs.iter_mut().find(|e| &e.opc == opc).unwrap().max = Some(*gets);
            }
            Concession::BelowFloor { degree, .. } => event.rules.floor = event.rules.floor.min(*degree),
            Concession::Refused { need, opc, .. } => {
                event.pins.retain(|pin| &pin.need != need || &pin.opc != opc);
                let plan = event.plan.as_mut().unwrap();
                plan.meetings.retain(|meeting| &meeting.need != need || &meeting.opc != opc);
            }
        }
    }
    event
}

fn without(event: &Event, of: &Override) -> Event {
    let mut event = event.clone();
    match of {
        Override::Pin { need, opc } => event.pins.retain(|pin| (&pin.need, &pin.opc) != (need, opc)),
        Override::Ban { need, opc, .. } => {
            event.bans.retain(|ban| (&ban.pair.need, &ban.pair.opc) != (need, opc));
        }
        Override::NeedMin { need, .. } => {
            event.needs.iter_mut().find(|e| &e.need == need).unwrap().min = None
        }
        Override::NeedMax { need, .. } => {
            event.needs.iter_mut().find(|e| &e.need == need).unwrap().max = None
        }
        Override::OpcMin { opc, .. } => event.opcs.iter_mut().find(|e| &e.opc == opc).unwrap().min = None,
        Override::OpcMax { opc, .. } => event.opcs.iter_mut().find(|e| &e.opc == opc).unwrap().max = None,
    }
    event
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_is_the_first_of_the_best_there_are((event, lists, ledger) in drawn()) {
        let made = shortlist(&event, &lists, &ledger, &unwatched).unwrap();
        let ((weight, ..), pairs) = brute(&event, &lists, &ledger);
        prop_assert_eq!(-made.weight, weight);
        prop_assert_eq!(pairs_of(&made), pairs);
        prop_assert_eq!(made.worth.0, made.meetings.iter().map(|m| m.worth.0).sum::<i64>());
        let plain = Event { rules: Rules { fair: false, ..event.rules.clone() }, ..event.clone() };
        let ((_, total, ..), _) = brute(&plain, &lists, &ledger);
        prop_assert_eq!(made.fairness.cost.0, total - made.worth.0, "cost of fairness");
        prop_assert!(made.fairness.newly_shown >= made.fairness.newly_shown_without);
    }

    #[test]
    fn rules_eased_as_the_concessions_say_can_be_kept((event, lists, ledger) in drawn()) {
        let made = shortlist(&event, &lists, &ledger, &unwatched).unwrap();
        let refused = made.concessions.iter().filter(|c| matches!(c, Concession::Refused { .. })).count();
        prop_assert_eq!(made.weight == 0, made.concessions.len() == refused);
        let event = eased(&event, &made);
        let again = shortlist(&event, &lists, &ledger, &unwatched).unwrap();
        prop_assert_eq!(again.concessions, vec![]);
        prop_assert!(again.worth >= made.worth || event.rules.fair);
    }

    #[test]
    fn the_order_of_the_input_changes_nothing((event, lists, ledger) in drawn()) {
        let made = shortlist(&event, &lists, &ledger, &unwatched).unwrap();
        let priced = prices(&event, &lists, &ledger, &unwatched).unwrap();
        let (mut event, mut lists) = (event, lists);
        event.needs.reverse();
        event.opcs.reverse();
        event.pins.reverse();
        event.bans.reverse();
        lists.pairs.reverse();
        lists.barred.reverse();
        prop_assert_eq!(shortlist(&event, &lists, &ledger, &unwatched).unwrap(), made);
        let again = prices(&event, &lists, &ledger, &unwatched).unwrap();
        prop_assert_eq!(again.len(), priced.len());
        prop_assert!(again.iter().all(|price| priced.contains(price)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_price_is_the_difference_of_two_best_plans((event, lists, ledger) in drawn()) {
        let ((weight, total, ..), with) = brute(&event, &lists, &ledger);
        let priced = prices(&event, &lists, &ledger, &unwatched).unwrap();
        let limits = event.needs.iter().filter(|e| !e.absent).map(|e| (e.min, e.max));
        let limits = limits.chain(event.opcs.iter().filter(|e| !e.absent).map(|e| (e.min, e.max)));
        let limits: usize = limits.map(|(min, max)| min.iter().count() + max.iter().count()).sum();
        prop_assert_eq!(priced.len(), event.pins.len() + event.bans.len() + limits);
        for price in priced {
            let ((weight_without, total_without, ..), without) =
                brute(&without(&event, &price.of), &lists, &ledger);
            prop_assert_eq!(price.cost.0, total_without - total, "{:?}", price.of);
            prop_assert_eq!(price.concessions, weight_without - weight, "{:?}", price.of);
            let displaced: BTreeSet<Pair> = price.displaced.iter().cloned().collect();
            prop_assert_eq!(displaced, without.difference(&with).cloned().collect::<BTreeSet<_>>());
            let brought: BTreeSet<Pair> = price.brought.iter().cloned().collect();
            prop_assert_eq!(brought, with.difference(&without).cloned().collect::<BTreeSet<_>>());
        }
    }
}
