//! The checker of plans: it finds each fault that is planted, and nothing in a sound plan.

#![allow(clippy::unwrap_used)]

mod event_kit;

use std::collections::BTreeSet;

use event_kit::{capability, event, facts, meeting, need, opc, pair, seat};
use opcmatch::domain::{Ban, Event, Milli, OpcEntry, Origin, Plan, Stage};
use opcmatch::event::{Facts, Fault, KnownCapability, Severity, Violation, check};
use utoipa::PartialSchema;

/// Three needs, three OPCs, three slots, three tables; N000 is pinned to 工作室0 and two go on stage.
fn sound() -> (Event, Plan, Facts) {
    let mut event = event(3, 3, 3);
    let starts = jiff::civil::date(2026, 12, 4).at(13, 30, 0, 0);
    event.frame.stage = Some(Stage { starts, minutes_each: 10 });
    event.pins = vec![pair(0, 0)];
    event.bans = vec![Ban { pair: pair(0, 2), why: "时间冲突".into() }];
    event.opcs = vec![OpcEntry { away: [2].into(), ..OpcEntry::new(opc(1)) }];
    event.needs[0].table = Some(0);
    // Limits that are just kept.
    event.rules.floor = Milli(60_000);
    (event.needs[0].min, event.needs[1].max) = (Some(2), Some(2));
    (event.opcs[0].min, event.opcs[0].max) = (Some(2), Some(2));
    event.needs[0].on_stage = true;
    event.needs[1].on_stage = true;
    let mut meetings = vec![
        meeting(0, 0, Some(seat(0, 0))),
        meeting(0, 1, Some(seat(1, 0))),
        meeting(1, 0, Some(seat(1, 1))),
        meeting(1, 1, Some(seat(0, 1))),
        meeting(2, 2, Some(seat(0, 2))),
    ];
    meetings[0].origin = Origin::Pinned;
    meetings[4].locked = true;
    let plan = Plan { meetings, stage: vec![need(1), need(0)] };
    (event, plan, facts(3, 3))
}

struct Row {
    /// The fault as JSON names it.
    fault: &'static str,
    severity: Severity,
    plant: fn(&mut Event, &mut Plan, &mut Facts),
    /// What the Chinese sentence must name.
    names: &'static [&'static str],
}

use Severity::{Error, Warning};

/// One fault each, planted into the sound plan. Adding a variant of [`Fault`] is adding a row.
const ROWS: &[Row] = &[
    Row {
        fault: "slots_out_of_order",
        severity: Error,
        plant: |e, _, _| e.frame.slots.swap(1, 2),
        names: &["第3时段（14:15）"],
    },
    Row {
        fault: "slots_overlap",
        severity: Error,
        plant: |e, _, _| e.frame.slots[0].minutes = 16,
        names: &["第2时段（14:15）"],
    },
    Row {
        fault: "stage_into_slot",
        severity: Error,
        plant: |e, _, _| e.frame.stage.as_mut().unwrap().minutes_each = 16,
        names: &["第1时段（14:00）", "14:02"],
    },
    Row {
        fault: "fixed_table_outside",
        severity: Warning,
        plant: |e, _, _| e.needs[2].table = Some(3),
        names: &["N002", "4号桌", "3张"],
    },
    Row {
        fault: "fixed_table_outside",
        severity: Warning,
        plant: |e, _, _| e.needs[2].table = Some(3),
        names: &["N002", "4号桌", "3张"],
    },
    Row { fault: "stage_unknown", severity: Error, plant: |_, p, _| p.stage.push(need(8)), names: &["N008"] },
    Row {
        fault: "stage_repeated",
        severity: Error,
        plant: |_, p, _| p.stage.push(need(1)),
        names: &["N001"],
    },
    Row {
        fault: "stage_missing",
        severity: Warning,
        plant: |e, _, _| e.needs[2].on_stage = true,
        names: &["N002"],
    },
    Row {
        fault: "unknown_need",
        severity: Error,
        plant: |_, _, f| drop(f.needs.remove(&need(2))),
        names: &["N002", "工作室2"],
    },
    Row {
        fault: "unknown_opc",
        severity: Error,
        plant: |_, p, _| p.meetings[4].opc = opc(7),
        names: &["N002", "工作室7"],
    },
    Row {
        fault: "unknown_capability",
        severity: Error,
        plant: |_, p, _| p.meetings[4].capability = capability(7),
        names: &["N002", "C7"],
    },
    Row {
        fault: "capability_of_another",
        severity: Error,
        plant: |_, p, _| p.meetings[4].capability = capability(0),
        names: &["C0", "工作室0", "工作室2"],
    },
    Row {
        fault: "need_not_taking_part",
        severity: Error,
        plant: |e, _, _| drop(e.needs.remove(2)),
        names: &["N002"],
    },
    Row {
        fault: "opc_not_taking_part",
        severity: Error,
        plant: |e, _, _| {
            e.named_opcs_only = true;
            e.opcs.push(OpcEntry::new(opc(0)));
        },
        names: &["工作室2"],
    },
    Row {
        fault: "duplicate_pair",
        severity: Error,
        plant: |_, p, _| p.meetings.push(meeting(2, 2, Some(seat(2, 2)))),
        names: &["N002", "工作室2"],
    },
    Row {
        fault: "below_floor",
        severity: Error,
        plant: |_, p, f| {
            (p.meetings[4].degree, p.meetings[4].worth) = (Milli(14_999), Milli(14_999));
            f.degrees.insert((need(2), capability(2)), Milli(14_999));
        },
        names: &["14.999", "60"],
    },
    Row {
        fault: "degree_not_as_ranked",
        severity: Error,
        plant: |_, _, f| {
            f.degrees.insert((need(2), capability(2)), Milli(61_001));
        },
        names: &["61.001"],
    },
    Row {
        fault: "degree_not_as_ranked",
        severity: Warning,
        plant: |_, _, f| {
            f.degrees.insert((need(2), capability(2)), Milli(60_002));
        },
        names: &["60.002"],
    },
    Row {
        fault: "worth_not_as_ruled",
        severity: Error,
        plant: |_, p, _| p.meetings[4].worth = Milli(60_001),
        names: &["60.001"],
    },
    Row {
        fault: "origin_not_as_pinned",
        severity: Warning,
        plant: |_, p, _| p.meetings[4].origin = Origin::Pinned,
        names: &["N002", "没有这项指定"],
    },
    Row {
        fault: "origin_not_as_pinned",
        severity: Warning,
        plant: |_, p, _| p.meetings[0].origin = Origin::Chosen,
        names: &["N000", "标为自动选出"],
    },
    Row {
        fault: "banned",
        severity: Error,
        plant: |e, _, _| e.bans.push(Ban { pair: pair(2, 2), why: String::new() }),
        names: &["N002", "工作室2"],
    },
    Row {
        fault: "missing_pin",
        severity: Error,
        plant: |e, _, _| e.pins.push(pair(1, 2)),
        names: &["N001", "工作室2", "重新规划"],
    },
    Row {
        fault: "missing_pin",
        severity: Warning,
        plant: |e, _, _| {
            e.pins.push(pair(1, 3));
            e.opcs.push(OpcEntry { absent: true, ..OpcEntry::new(opc(3)) });
        },
        names: &["N001", "工作室3", "未到场"],
    },
    Row {
        fault: "conflict_of_interest",
        severity: Error,
        plant: |_, _, f| drop(f.needs.insert(need(2), "工作 室2".into())),
        names: &["N002", "工作室2"],
    },
    Row {
        fault: "conflict_of_interest",
        severity: Error,
        plant: |e, _, _| e.aliases.push(vec!["某集团".into(), "第2街道".into(), "工作室2".into()]),
        names: &["N002", "某集团"],
    },
    Row {
        fault: "conflict_of_interest",
        severity: Error,
        plant: |_, _, f| f.capabilities.get_mut(&capability(2)).unwrap().organisation = "第2街道".into(),
        names: &["第2街道"],
    },
    Row {
        fault: "met_before",
        severity: Error,
        plant: |_, _, f| {
            f.met.insert(pair(2, 2));
        },
        names: &["N002", "工作室2"],
    },
    Row {
        fault: "need_under_min",
        severity: Warning,
        plant: |e, _, _| e.needs[2].min = Some(2),
        names: &["N002", "1 场", "2 场"],
    },
    Row {
        fault: "need_over_max",
        severity: Error,
        plant: |e, _, _| e.needs[1].max = Some(1),
        names: &["N001", "2 场", "1 场"],
    },
    Row {
        fault: "need_over_max",
        severity: Warning,
        plant: |e, p, _| {
            e.pins.push(pair(2, 2));
            p.meetings[4].origin = Origin::Pinned;
            e.needs[2].max = Some(0);
        },
        names: &["N002", "都是指定的"],
    },
    Row {
        fault: "opc_under_min",
        severity: Warning,
        plant: |e, _, _| e.opcs[0].min = Some(3),
        names: &["工作室1", "2 场", "3 场"],
    },
    Row {
        fault: "opc_over_max",
        severity: Error,
        plant: |e, _, _| e.opcs[0].max = Some(1),
        names: &["工作室1", "2 场", "1 场"],
    },
    Row {
        fault: "opc_over_max",
        severity: Error,
        plant: |e, p, f| {
            // One organisation under two names: each has one meeting, together two.
            e.aliases.push(vec!["工作室2".into(), "工作室9".into()]);
            f.capabilities
                .insert(capability(9), KnownCapability { opc: opc(9), organisation: String::new() });
            e.opcs.push(OpcEntry { max: Some(1), ..OpcEntry::new(opc(9)) });
            e.needs[1].max = None;
            p.meetings.push(meeting(1, 9, Some(seat(2, 1))));
        },
        names: &["工作室2", "2 场"],
    },
    Row {
        fault: "need_absent",
        severity: Error,
        plant: |e, _, _| e.needs[2].absent = true,
        names: &["N002", "第1时段（14:00）3号桌"],
    },
    Row {
        fault: "need_absent",
        severity: Warning,
        plant: |e, p, _| {
            e.needs[2].absent = true;
            (p.meetings[4].seat, p.meetings[4].locked) = (None, false);
        },
        names: &["N002", "没有排上"],
    },
    Row {
        fault: "opc_absent",
        severity: Error,
        plant: |e, _, _| e.opcs.push(OpcEntry { absent: true, ..OpcEntry::new(opc(2)) }),
        names: &["工作室2", "第1时段（14:00）3号桌"],
    },
    Row {
        fault: "opc_absent",
        severity: Error,
        plant: |e, _, _| {
            // Two entries of one person: absent under one name is absent.
            e.aliases.push(vec!["工作室2".into(), "工作室8".into()]);
            e.opcs.push(OpcEntry { absent: true, ..OpcEntry::new(opc(8)) });
            e.opcs.push(OpcEntry::new(opc(2)));
        },
        names: &["工作室2"],
    },
    Row {
        fault: "need_away",
        severity: Error,
        plant: |e, _, _| {
            e.needs[2].away.insert(0);
        },
        names: &["N002", "第1时段（14:00）3号桌"],
    },
    Row {
        fault: "opc_away",
        severity: Error,
        plant: |e, _, _| {
            e.opcs[0].away.insert(1);
        },
        names: &["工作室1", "第2时段（14:15）1号桌"],
    },
    Row {
        fault: "opc_away",
        severity: Error,
        plant: |e, _, _| {
            e.aliases.push(vec!["工作室2".into(), "工作室8".into()]);
            e.opcs.push(OpcEntry { away: [0].into(), ..OpcEntry::new(opc(8)) });
        },
        names: &["工作室2"],
    },
    Row {
        fault: "need_twice",
        severity: Error,
        plant: |_, p, _| {
            p.meetings[4].seat = Some(seat(2, 2));
            p.meetings.push(meeting(2, 0, Some(seat(2, 1))));
        },
        names: &["N002", "工作室0、工作室2", "第3时段"],
    },
    Row {
        fault: "opc_twice",
        severity: Error,
        plant: |_, p, _| p.meetings[4] = meeting(2, 0, Some(seat(0, 2))),
        names: &["工作室0", "N000、N002", "第1时段"],
    },
    Row {
        fault: "opc_twice",
        severity: Error,
        plant: |e, _, _| {
            e.bans.clear();
            e.aliases.push(vec!["工作室0".into(), "工作室2".into()]);
        },
        names: &["工作室0", "N000、N002"],
    },
    Row {
        fault: "table_twice",
        severity: Error,
        plant: |_, p, _| p.meetings[4].seat = Some(seat(0, 1)),
        names: &["第1时段（14:00）2号桌", "N001、N002"],
    },
    Row {
        fault: "seat_outside",
        severity: Error,
        plant: |_, p, _| p.meetings[4].seat = Some(seat(3, 0)),
        names: &["第4时段1号桌"],
    },
    Row {
        fault: "seat_outside",
        severity: Error,
        plant: |_, p, _| p.meetings[4].seat = Some(seat(0, 3)),
        names: &["第1时段（14:00）4号桌"],
    },
    Row {
        fault: "fixed_table_left",
        severity: Error,
        plant: |e, _, _| {
            e.needs[1].table = Some(2);
            e.needs[2].table = Some(2);
        },
        names: &["N001", "3号桌"],
    },
    Row {
        fault: "fixed_table_left",
        severity: Warning,
        plant: |e, _, _| e.needs[2].table = Some(1),
        names: &["N002", "2号桌", "3号桌"],
    },
    Row {
        fault: "no_seat",
        severity: Warning,
        plant: |_, p, _| (p.meetings[4].seat, p.meetings[4].locked) = (None, false),
        names: &["N002", "工作室2"],
    },
    Row {
        fault: "locked_without_seat",
        severity: Warning,
        plant: |_, p, _| p.meetings[4].seat = None,
        names: &["N002", "解锁"],
    },
];

fn name_of(violation: &Violation) -> String {
    serde_json::to_value(violation).unwrap()["fault"].as_str().unwrap().to_owned()
}

#[test]
fn a_sound_plan_is_sound() {
    let (mut event, plan, facts) = sound();
    assert_eq!(check(&event, &plan, &facts), []);
    // The stage ends when the first slot begins, and they may meet again.
    let mut other = event.clone();
    other.frame.stage.as_mut().unwrap().minutes_each = 15;
    other.rules.meet_again = true;
    let met = Facts { met: plan.meetings.iter().map(|meeting| meeting.pair()).collect(), ..facts.clone() };
    assert_eq!(check(&other, &plan, &met), []);
    event.needs[0].min = None;
    event.opcs[0].min = None;
    assert_eq!(check(&event, &Plan { stage: plan.stage, ..Plan::default() }, &facts).len(), 1, "the pin");
}

#[test]
fn each_planted_fault_is_found_and_nothing_else() {
    for (number, row) in ROWS.iter().enumerate() {
        let (mut event, mut plan, mut facts) = sound();
        (row.plant)(&mut event, &mut plan, &mut facts);
        let found = check(&event, &plan, &facts);
        let names: BTreeSet<String> = found.iter().map(name_of).collect();
        assert_eq!(names, BTreeSet::from([row.fault.to_owned()]), "row {number}: {found:#?}");
        for violation in &found {
            assert_eq!(violation.severity, row.severity, "row {number}: {violation:?}");
            assert!(!violation.zh.is_empty() && !violation.en.is_empty(), "row {number}: no words");
            assert!(violation.zh.contains('；') && violation.en.contains(": "), "how to mend: {violation:?}");
        }
        let said: String = found.iter().map(|violation| violation.zh.as_str()).collect();
        for name in row.names {
            assert!(said.contains(name), "row {number} does not say {name}: {said}");
        }
        assert_eq!(check(&event, &plan, &facts), found, "row {number} is not the same twice");
    }
}

/// The schema of the API knows every variant, so none can be forgotten here.
#[test]
fn every_fault_has_a_row() {
    let schema = serde_json::to_string(&Fault::schema()).unwrap();
    let tags = schema.split(r#""fault":{"type":"string","enum":[""#).skip(1);
    let variants: BTreeSet<String> = tags.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    let rows: BTreeSet<String> = ROWS.iter().map(|row| row.fault.to_owned()).collect();
    assert!(variants.len() > 30, "the schema has changed its form: {schema}");
    assert_eq!(rows, variants);
}

#[test]
fn reciprocal_worth_is_the_product_of_the_views() {
    let (mut event, mut plan, facts) = sound();
    event.rules.reciprocal = true;
    for meeting in &mut plan.meetings {
        (meeting.need_view, meeting.opc_view) = (Milli(50_000), Milli(40_000));
    }
    // 50 × 40 / 100 = 20 degrees; a thousandth off is rounding, two are not.
    for (worth, wrong) in [(20_000, 0), (20_001, 0), (19_999, 0), (20_002, 5), (19_998, 5), (60_000, 5)] {
        plan.meetings.iter_mut().for_each(|meeting| meeting.worth = Milli(worth));
        let found = check(&event, &plan, &facts);
        assert_eq!(found.len(), wrong, "{worth}: {found:#?}");
        assert!(found.iter().all(|v| matches!(v.fault, Fault::WorthNotAsRuled { ruled: Milli(20_000), .. })));
    }
}

#[test]
fn pins_are_let_off_what_the_organiser_overrides() {
    let (mut event, mut plan, mut facts) = sound();
    (plan.meetings[0].degree, plan.meetings[0].worth) = (Milli(1_000), Milli(1_000));
    facts.degrees.insert((need(0), capability(0)), Milli(1_000));
    facts.met.insert(pair(0, 0));
    assert_eq!(check(&event, &plan, &facts), []);
    event.pins.clear();
    let names: Vec<String> = check(&event, &plan, &facts).iter().map(name_of).collect();
    assert_eq!(names, ["met_before", "below_floor", "origin_not_as_pinned"]);
}

#[test]
fn errors_stand_first_and_a_day_is_named_when_there_are_two() {
    let (mut event, mut plan, facts) = sound();
    event.frame.slots[2].starts = jiff::civil::date(2026, 12, 5).at(9, 0, 0, 0);
    plan.meetings[0].seat = None;
    plan.meetings[4].seat = Some(seat(2, 0));
    event.needs[2].away.insert(2);
    let found = check(&event, &plan, &facts);
    assert_eq!(found.iter().map(name_of).collect::<Vec<_>>(), ["need_away", "no_seat"]);
    assert!(found[0].zh.contains("第3时段（12-05 09:00）1号桌"), "{}", found[0].zh);
    assert!(found[0].en.contains("slot 3 (12-05 09:00), table 1"), "{}", found[0].en);
}
