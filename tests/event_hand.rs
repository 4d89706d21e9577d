//! Edits by hand and the live day: nothing is lost, nobody clashes, the past stays.

#![allow(clippy::unwrap_used)]

mod event_kit;

use std::collections::BTreeSet;

use event_kit::{facts, meeting, need, opc, pair, seat};
use opcmatch::domain::{
    Ban, Event, ListingId, Meeting, Milli, NeedEntry, OpcEntry, OpcId, Origin, Pair, Plan, Seat, Stage,
};
use opcmatch::event::{
    Edit, EditError, Fault, Severity, Violation, Who, apply, check, day_view, edit, rest_of_day, stage_order,
    timetable,
};
use proptest::prelude::*;

/// `people` needs and as many OPCs, with the meetings given.
fn event(people: usize, slots: u16, tables: u16, meetings: Vec<Meeting>) -> Event {
    Event { plan: Some(Plan { meetings, stage: Vec::new() }), ..event_kit::event(people, slots, tables) }
}

fn errors(event: &Event, people: usize) -> Vec<Violation> {
    let plan = event.plan.clone().unwrap();
    let found = check(event, &plan, &facts(people, people));
    found.into_iter().filter(|violation| violation.severity == Severity::Error).collect()
}

fn at(event: &Event, n: usize, o: usize) -> Option<Meeting> {
    event.plan.as_ref().unwrap().meetings.iter().find(|m| m.pair() == pair(n, o)).cloned()
}

fn seat_of(event: &Event, n: usize, o: usize) -> Option<Seat> {
    at(event, n, o).unwrap().seat
}

/// N000 and N001 at tables 1 and 2, two meetings each; N002 meets 工作室2 in the third slot.
fn three() -> Event {
    event(
        3,
        3,
        3,
        vec![
            meeting(0, 0, Some(seat(0, 0))),
            meeting(0, 1, Some(seat(1, 0))),
            meeting(1, 0, Some(seat(1, 1))),
            meeting(1, 1, Some(seat(0, 1))),
            meeting(2, 2, Some(seat(2, 2))),
        ],
    )
}

fn move_to(n: usize, o: usize, slot: u16, table: u16) -> Edit {
    Edit::Move { need: need(n), opc: opc(o), seat: seat(slot, table) }
}

fn absent(o: usize) -> Edit {
    Edit::Absent { who: Who::Opc(opc(o)) }
}

#[test]
fn a_move_swaps_with_whoever_sits_there() {
    let before = three();
    let edited = edit(&before, &move_to(2, 2, 0, 1)).unwrap();
    assert_eq!(seat_of(&edited.event, 2, 2), Some(seat(0, 1)));
    assert_eq!(seat_of(&edited.event, 1, 1), Some(seat(2, 2)));
    assert_eq!(edited.did[0].zh, "N002×工作室2 已移到第1时段（14:00）2号桌");
    assert_eq!(edited.did[1].zh, "N001×工作室1 换到第3时段（14:30）3号桌");
    assert_eq!((edited.event.revision, errors(&edited.event, 3)), (7, vec![]));
    assert_eq!(before, three(), "the event given was edited");
    // A meeting without a seat takes one: whoever sat there has none.
    let mut before = three();
    before.plan.as_mut().unwrap().meetings[4].seat = None;
    let edited = edit(&before, &move_to(2, 2, 0, 0)).unwrap();
    assert_eq!(seat_of(&edited.event, 0, 0), None);
    assert!(edited.did[1].zh.contains("重排"), "{:?}", edited.did);
    // Where it is already: nothing happens, locked or not.
    assert_eq!(apply(&before, &move_to(0, 0, 0, 0)), Ok(before));
}

#[test]
fn refusals_say_why_and_what_to_do() {
    let locked = |n: usize, o: usize| {
        let mut event = three();
        let plan = event.plan.as_mut().unwrap();
        plan.meetings.iter_mut().find(|m| m.pair() == pair(n, o)).unwrap().locked = true;
        event
    };
    let with = |change: &dyn Fn(&mut Event)| {
        let mut event = three();
        change(&mut event);
        event
    };
    let pin = |n, o| Edit::Pin { need: need(n), opc: opc(o) };
    let ban = |n, o| Edit::Ban { need: need(n), opc: opc(o), why: String::new() };
    let lock = |n, o| Edit::Lock { need: need(n), opc: opc(o) };
    let drop = |n, o| Edit::Drop { need: need(n), opc: opc(o) };
    let add = |n, o, seat| Edit::Add {
        need: need(n),
        opc: opc(o),
        capability: ListingId(format!("C{o}")),
        degree: Milli(50_000),
        need_view: None,
        opc_view: None,
        seat,
    };
    let stage = |order: &[usize]| Edit::Stage { order: order.iter().map(|&n| need(n)).collect() };
    let pins = |e: &mut Event| e.pins.push(pair(0, 0));
    let bans = |e: &mut Event| e.bans.push(Ban { pair: pair(0, 2), why: String::new() });
    let named = |e: &mut Event| e.named_opcs_only = true;
    let rows: Vec<(Event, Edit, &str)> = vec![
        (with(&|e| e.plan = None), move_to(0, 0, 0, 0), "还没有计划"),
        (three(), move_to(0, 2, 0, 0), "计划里没有 N000×工作室2"),
        (locked(1, 1), move_to(2, 2, 0, 1), "第1时段2号桌已有锁定的对接 N001×工作室1，请先解锁"),
        (locked(2, 2), move_to(2, 2, 0, 2), "N002×工作室2 的对接已锁定"),
        (three(), move_to(2, 2, 3, 0), "没有第4时段1号桌"),
        (three(), move_to(2, 2, 0, 3), "没有第1时段4号桌"),
        (three(), move_to(0, 0, 1, 2), "需求 N000 已在第2时段1号桌有对接 N000×工作室1"),
        (three(), move_to(1, 0, 0, 2), "工作室0 已在第1时段1号桌"),
        (
            with(&|e| e.plan.as_mut().unwrap().meetings[1].opc = opc(2)),
            move_to(2, 2, 1, 2),
            "工作室2 已在第2时段1号桌",
        ),
        (with(&|e| e.needs[2].table = Some(2)), move_to(2, 2, 0, 1), "需求 N002 固定在3号桌"),
        (with(&|e| drop_into(&mut e.needs[2].away, 0)), move_to(2, 2, 0, 2), "需求 N002 第1时段不在场"),
        (
            with(&|e| e.opcs = vec![OpcEntry { absent: true, ..OpcEntry::new(opc(2)) }]),
            move_to(2, 2, 0, 2),
            "工作室2 第1时段不在场",
        ),
        (with(&|e| e.plan.as_mut().unwrap().meetings[4].seat = None), lock(2, 2), "还没有时段和桌位"),
        (with(&bans), pin(0, 2), "已被禁止对接，请先取消禁止"),
        (three(), pin(9, 0), "需求 N009 未参加"),
        (with(&named), pin(0, 2), "工作室2 不在参加名单里"),
        (with(&pins), ban(0, 0), "是指定的对接，请先取消指定"),
        (locked(0, 0), ban(0, 0), "已锁定"),
        (locked(0, 0), drop(0, 0), "已锁定"),
        (with(&pins), drop(0, 0), "请先取消指定"),
        (three(), Edit::Unpin { need: need(0), opc: opc(0) }, "没有被指定"),
        (three(), Edit::Unban { need: need(0), opc: opc(0) }, "没有被禁止"),
        (three(), add(0, 0, None), "计划里已有 N000×工作室0"),
        (with(&bans), add(0, 2, None), "已被禁止"),
        (three(), add(0, 2, Some(seat(2, 2))), "工作室2 已在第3时段3号桌"),
        (three(), add(2, 1, Some(seat(0, 2))), "工作室1 已在第1时段2号桌"),
        (
            with(&|e| e.needs.push(NeedEntry::new(need(3)))),
            add(3, 3, Some(seat(0, 0))),
            "第1时段1号桌已有对接 N000×工作室0",
        ),
        (three(), Edit::Late { who: Who::Opc(opc(0)), until: 3 }, "没有第4时段"),
        (three(), Edit::Absent { who: Who::Need(need(9)) }, "需求 N009 未参加"),
        (with(&named), absent(0), "不在参加名单里"),
        (with(&|e| e.needs[0].on_stage = true), stage(&[0, 0]), "N000 在路演顺序里重复"),
        (three(), stage(&[1]), "N001 不上台"),
        (three(), stage(&[9]), "N009 未参加"),
    ];
    for (number, (before, change, says)) in rows.into_iter().enumerate() {
        let error = apply(&before, &change).expect_err(&format!("row {number}: {change:?} was made"));
        assert!(error.zh().contains(says), "row {number}: {}", error.zh());
        assert_eq!(error.to_string(), format!("{} / {}", error.zh(), error.en()));
        assert!(error.en().is_ascii() || error.en().contains("工作室"), "row {number}: {}", error.en());
    }
}

fn drop_into(set: &mut BTreeSet<u16>, slot: u16) {
    set.insert(slot);
}

#[test]
fn pins_bans_and_additions_change_event_and_plan() {
    let before = three();
    let pinned = apply(&before, &Edit::Pin { need: need(0), opc: opc(1) }).unwrap();
    assert_eq!(
        (pinned.pins.as_slice(), at(&pinned, 0, 1).unwrap().origin),
        (&[pair(0, 1)][..], Origin::Pinned)
    );
    assert_eq!(apply(&pinned, &Edit::Pin { need: need(0), opc: opc(1) }), Ok(pinned.clone()));
    assert_eq!(apply(&pinned, &Edit::Unpin { need: need(0), opc: opc(1) }), Ok(before.clone()));
    let banned = apply(&before, &Edit::Ban { need: need(0), opc: opc(1), why: "去年谈过".into() }).unwrap();
    assert_eq!((at(&banned, 0, 1), banned.bans[0].why.as_str()), (None, "去年谈过"));
    let allowed = apply(&banned, &Edit::Unban { need: need(0), opc: opc(1) }).unwrap();
    assert!(allowed.bans.is_empty() && at(&allowed, 0, 1).is_none());
    let mut reciprocal = before.clone();
    reciprocal.rules.reciprocal = true;
    let add: Edit = serde_json::from_str(
        r#"{"do":"add","need":"N001","opc":"工作室2","capability":"C2","degree":50000,"opc_view":20000,"seat":{"slot":2,"table":1}}"#,
    )
    .unwrap();
    reciprocal.plan.as_mut().unwrap().meetings.pop();
    let added = apply(&reciprocal, &add).unwrap();
    let new = at(&added, 1, 2).unwrap();
    assert_eq!((new.need_view, new.opc_view, new.worth), (Milli(50_000), Milli(20_000), Milli(10_000)));
    assert_eq!((new.seat, new.origin, added.pins), (Some(seat(2, 1)), Origin::Pinned, vec![pair(1, 2)]));
    let dropped = apply(&before, &Edit::Drop { need: need(0), opc: opc(1) }).unwrap();
    assert!(at(&dropped, 0, 1).is_none() && dropped.bans.is_empty());
    let locked = apply(&before, &Edit::Lock { need: need(0), opc: opc(1) }).unwrap();
    assert!(at(&locked, 0, 1).unwrap().locked);
    assert_eq!(apply(&locked, &Edit::Unlock { need: need(0), opc: opc(1) }), Ok(before));
}

#[test]
fn people_come_late_leave_and_come_back() {
    let who = || Who::Opc(opc(1));
    let before = three();
    let late = edit(&before, &Edit::Late { who: who(), until: 1 }).unwrap();
    assert_eq!(late.event.opcs, [OpcEntry { away: [0].into(), ..OpcEntry::new(opc(1)) }]);
    assert!(late.did[1].zh.contains("1 场对接受影响"), "{:?}", late.did);
    assert_eq!(apply(&late.event, &Edit::Back { who: who(), from: 0 }), Ok(before.clone()));
    let gone = apply(&before, &Edit::Leaves { who: who(), from: 1 }).unwrap();
    assert_eq!(gone.opcs[0].away, [1, 2].into());
    let absent = edit(&before, &absent(1)).unwrap();
    assert!(absent.did[1].zh.contains("2 场对接受影响"));
    // Who was absent and comes for the second slot was not there in the first.
    let back = apply(&absent.event, &Edit::Back { who: who(), from: 1 }).unwrap();
    assert_eq!(back.opcs, [OpcEntry { away: [0].into(), ..OpcEntry::new(opc(1)) }]);
    // An alias is the same person.
    let mut aliased = before.clone();
    aliased.aliases = vec![vec!["某集团".into(), "工作室1".into()]];
    aliased.opcs = vec![OpcEntry::new(OpcId("某集团".into()))];
    let absent = apply(&aliased, &Edit::Absent { who: who() }).unwrap();
    assert!(absent.opcs.len() == 1 && absent.opcs[0].absent);
}

#[test]
fn the_stage_keeps_the_order_of_the_organiser() {
    let mut event = three();
    event.needs.iter_mut().for_each(|entry| entry.on_stage = true);
    event.needs.push(NeedEntry { on_stage: true, ..NeedEntry::new(need(3)) });
    let plan = event.plan.as_mut().unwrap();
    plan.meetings.push(meeting(2, 0, None));
    let order = |event: &Event| stage_order(event, event.plan.as_ref().unwrap()).needs();
    // N000 and N001 meet first, N002 in the third slot, N003 not at all.
    assert_eq!(order(&event), [need(0), need(1), need(2), need(3)]);
    let plan = event.plan.as_mut().unwrap();
    plan.meetings.push(meeting(1, 2, None));
    assert_eq!(order(&event), [need(1), need(0), need(2), need(3)], "more meetings go first");
    event.plan.as_mut().unwrap().stage = vec![need(3), need(8), need(2), need(3)];
    assert_eq!(order(&event), [need(3), need(2), need(1), need(0)]);
    event.needs[2].absent = true;
    assert_eq!(order(&event), [need(3), need(1), need(0)]);
    let reordered = apply(&event, &Edit::Stage { order: vec![need(1), need(3)] }).unwrap();
    assert_eq!(order(&reordered), [need(1), need(3), need(0)]);

    let made = stage_order(&event, event.plan.as_ref().unwrap());
    assert_eq!((made.turns[0].starts, made.ends), (None, None));
    assert!(made.notices[0].zh.contains("没有设置路演时间"));
    event.frame.stage =
        Some(Stage { starts: jiff::civil::date(2026, 12, 4).at(13, 30, 0, 0), minutes_each: 10 });
    let made = stage_order(&event, event.plan.as_ref().unwrap());
    assert_eq!(made.turns[2].starts, Some(jiff::civil::date(2026, 12, 4).at(13, 50, 0, 0)));
    assert_eq!(made.notices, [], "ends at 14:00 sharp");
    event.frame.stage.as_mut().unwrap().minutes_each = 11;
    let made = stage_order(&event, event.plan.as_ref().unwrap());
    assert!(made.notices[0].zh.contains("14:03") && made.notices[0].zh.contains("第1时段（14:00）"));
}

#[test]
fn the_day_says_who_is_on_who_comes_and_who_waits() {
    let event = apply(&three(), &absent(1)).unwrap();
    let plan = event.plan.clone().unwrap();
    let view = day_view(&event, &plan, 0);
    assert_eq!(view.tables[0].now.as_ref().map(|talk| talk.opc.clone()), Some(opc(0)));
    assert_eq!(view.tables[2].now, None);
    assert_eq!(view.tables[2].next.as_ref().unwrap().seat, seat(2, 2));
    assert_eq!(view.waiting.len(), 1);
    assert_eq!((&view.waiting[0].who, view.waiting[0].seat), (&Who::Need(need(1)), seat(0, 1)));
    assert!(view.notices[0].zh.contains("第1时段（14:00）2号桌：需求 N001 在等 工作室1（未到场）"));
    assert!(view.notices[1].zh.contains("第2时段（14:15）1号桌：工作室1 未到场"));
    // 工作室0 changes tables, N001 stays, 工作室1 is not there to be called.
    let called: Vec<&Who> = view.calls.iter().map(|call| &call.who).collect();
    assert_eq!(called, [&Who::Opc(opc(0))]);
    assert_eq!(view.calls[0].notice.zh, "第2时段（14:15）2号桌：请 工作室0 前来，与 需求 N001 对接");
    let over = day_view(&event, &plan, 9);
    assert_eq!((over.slot, over.starts, over.missed.len()), (3, None, 2));
    assert!(over.calls.is_empty() && over.waiting.is_empty() && over.notices[0].zh.contains("会后另约"));
}

#[test]
fn who_comes_late_is_met_later() {
    // 工作室1 misses its first meeting and is back for the third slot.
    let before = apply(&three(), &Edit::Late { who: Who::Opc(opc(1)), until: 2 }).unwrap();
    let rest = rest_of_day(&before, before.plan.as_ref().unwrap(), 1);
    assert_eq!(seat_of(&rest.event, 0, 0), Some(seat(0, 0)));
    assert!(at(&rest.event, 0, 0).unwrap().locked, "what has taken place is locked");
    let moved = [seat_of(&rest.event, 0, 1), seat_of(&rest.event, 1, 1)];
    // Both needs want the third slot of one OPC: one of them gets it.
    assert_eq!(moved.iter().flatten().map(|seat| seat.slot).collect::<Vec<_>>(), [2]);
    assert_eq!(rest.unplaced.len(), 1);
    assert_eq!(errors(&rest.event, 3), []);
    assert_eq!(rest.event.needs, before.needs, "what was away only for solving is kept");
}

#[test]
fn edits_read_the_same_from_page_and_command_line() {
    let edits = [
        (r#"{"do":"move","need":"N1","opc":"某","seat":{"slot":1,"table":2}}"#, true),
        (r#"{"do":"ban","need":"N1","opc":"某"}"#, true),
        (r#"{"do":"late","who":{"opc":"某"},"until":2}"#, true),
        (r#"{"do":"back","who":{"need":"N1"}}"#, true),
        (r#"{"do":"stage","order":["N1","N2"]}"#, true),
        (r#"{"do":"pin","need":"N1","opc":"某","seat":1}"#, false),
        (r#"{"do":"pin","need":"N1"}"#, false),
        (r#"{"do":"erase"}"#, false),
    ];
    for (json, reads) in edits {
        let read = serde_json::from_str::<Edit>(json);
        assert_eq!(read.is_ok(), reads, "{json}: {read:?}");
        if let Ok(edit) = read {
            let again = serde_json::to_string(&edit).unwrap();
            assert_eq!(serde_json::from_str::<Edit>(&again).unwrap(), edit);
        }
    }
}

/// A random edit among `people` needs and OPCs.
fn any_edit(people: usize) -> impl Strategy<Value = Edit> {
    let who = (any::<bool>(), 0..people)
        .prop_map(|(is_need, n)| if is_need { Who::Need(need(n)) } else { Who::Opc(opc(n)) });
    (0..16u8, 0..people, 0..people, 0u16..5, 0u16..4, who).prop_map(move |(kind, n, o, slot, table, who)| {
        let (need, opc) = (need(n), opc(o));
        match kind {
            0 => Edit::Lock { need, opc },
            1 => Edit::Unlock { need, opc },
            2 => Edit::Pin { need, opc },
            3 => Edit::Unpin { need, opc },
            4 => Edit::Ban { need, opc, why: String::new() },
            5 => Edit::Unban { need, opc },
            6 | 7 => Edit::Add {
                need,
                opc,
                capability: ListingId(format!("C{o}")),
                degree: Milli(60_000),
                need_view: None,
                opc_view: None,
                seat: (kind == 7).then_some(seat(slot, table)),
            },
            8 => Edit::Drop { need, opc },
            9 => Edit::Back { who, from: slot },
            _ => Edit::Move { need, opc, seat: seat(slot, table) },
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// From a sound plan, edits of meetings never make an unsound one, and a refused
    /// edit changes nothing; the checker is the judge.
    #[test]
    fn edits_of_meetings_keep_a_plan_sound(
        draws in prop::collection::btree_set((0usize..5, 0usize..5), 0..10),
        away in prop::collection::vec((0usize..5, 0u16..4), 0..3),
        fixed in prop::option::of((0usize..5, 0u16..3)),
        edits in prop::collection::vec(any_edit(5), 1..25),
    ) {
        let asked: Vec<Meeting> = draws.iter().map(|&(n, o)| meeting(n, o, None)).collect();
        let mut event = event(5, 4, 3, asked.clone());
        for (who, slot) in away {
            event.needs[who].away.insert(slot);
        }
        if let Some((who, table)) = fixed {
            event.needs[who].table = Some(table);
        }
        event.plan.as_mut().unwrap().meetings = timetable(&event, &asked).meetings;
        for change in &edits {
            let before = event.clone();
            match edit(&event, change) {
                Ok(edited) => {
                    prop_assert!(!edited.did.is_empty());
                    prop_assert_eq!(&event, &before);
                    event = edited.event;
                }
                Err(error) => prop_assert!(!error.zh().is_empty() && !error.en().is_empty()),
            }
            // A pin that is not in the plan yet waits for the next one.
            let wrong: Vec<Violation> = errors(&event, 5)
                .into_iter()
                .filter(|violation| !matches!(violation.fault, Fault::MissingPin { .. }))
                .collect();
            prop_assert!(wrong.is_empty(), "after {change:?}: {wrong:#?}");
        }
        let pairs: Vec<Pair> = event.plan.unwrap().meetings.iter().map(Meeting::pair).collect();
        prop_assert!(pairs.is_sorted(), "{pairs:?}");
    }

    /// Whoever goes missing: what took place stays, nothing new happens in the past,
    /// no meeting is lost, and the rest of the day is sound.
    #[test]
    fn the_past_stays_when_the_rest_is_planned_anew(
        draws in prop::collection::btree_set((0usize..6, 0usize..6), 1..14),
        gone in prop::collection::vec((any::<bool>(), 0usize..6, 0u16..4, 0..3u8), 0..4),
        first_open in 0u16..6,
    ) {
        let asked: Vec<Meeting> = draws.iter().map(|&(n, o)| meeting(n, o, None)).collect();
        let mut event = event(6, 4, 4, asked.clone());
        event.plan.as_mut().unwrap().meetings = timetable(&event, &asked).meetings;
        for (is_need, n, slot, how) in gone {
            let who = if is_need { Who::Need(need(n)) } else { Who::Opc(opc(n)) };
            let change = match how {
                0 => Edit::Absent { who },
                1 => Edit::Late { who, until: slot },
                _ => Edit::Leaves { who, from: slot },
            };
            event = apply(&event, &change).unwrap();
        }
        let plan = event.plan.clone().unwrap();
        let missed = day_view(&event, &plan, first_open).missed;
        let rest = rest_of_day(&event, &plan, first_open);
        let after = rest.event.plan.clone().unwrap();
        prop_assert_eq!(errors(&rest.event, 6), vec![]);
        prop_assert_eq!(after.meetings.len(), plan.meetings.len());
        for (was, is) in plan.meetings.iter().zip(&after.meetings) {
            prop_assert_eq!(was.pair(), is.pair());
            let past = was.seat.filter(|seat| seat.slot < first_open);
            let took_place =
                past.is_some() && !missed.iter().any(|talk| talk.need == was.need && talk.opc == was.opc);
            if took_place {
                prop_assert_eq!(was.seat, is.seat);
                prop_assert!(is.locked);
            } else {
                prop_assert!(is.seat.is_none_or(|seat| seat.slot >= first_open), "{is:?} is in the past");
            }
        }
        // With meetings left over the planner may try another arrangement; else it has no reason to.
        if rest.unplaced.is_empty() {
            prop_assert_eq!(&rest_of_day(&rest.event, &after, first_open).event, &rest.event);
        }
    }
}

#[test]
fn an_error_is_the_same_in_both_words() {
    let error = EditError::NoPlan;
    assert_eq!(
        error.to_string(),
        "还没有计划，请先生成候选清单 / nothing is planned yet: make a shortlist first"
    );
}
