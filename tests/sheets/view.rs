//! Names, times and totals of a view.

use opcmatch::domain::OpcId;

use super::fixture::{HOSTILE, fair};

#[test]
fn every_name_and_time_is_filled_in() {
    let view = fair(2, 3, 2).view();
    let first = &view.meetings[0];
    assert_eq!(
        (first.need_title.as_str(), first.need_party.as_str()),
        ("第0项需求：独居老人走访登记与预警", "示例街道0")
    );
    assert_eq!(
        (first.opc_name.as_str(), first.capability_title.as_str()),
        ("示例工作室0", "第0项能力：走访小程序")
    );
    assert_eq!((first.slot, first.table), (Some(1), Some(1)));
    assert_eq!(first.starts.unwrap().to_string(), "2026-12-04T14:00:00");
    assert_eq!(first.ends.unwrap().to_string(), "2026-12-04T14:15:00");
    assert!(first.pinned && !first.locked);
    // By time, then table.
    let order: Vec<_> = view.meetings.iter().map(|m| (m.slot.unwrap(), m.table.unwrap())).collect();
    assert_eq!(order, [(1, 1), (1, 2), (2, 1), (2, 2)]);
    assert_eq!(view.slots[1].meetings, [2, 3]);
    assert_eq!(view.tables[1].meetings, [1, 3]);
    assert_eq!(view.needs[0].meetings, [0, 2]);
    assert_eq!(view.opcs[1].meetings, [1, 2]);
    assert_eq!(view.stage[1].starts.unwrap().to_string(), "2026-12-04T13:35:00");
    assert_eq!((view.totals.needs_met, view.totals.opcs_met, view.totals.seated), (2, 3, 4));
}

#[test]
fn what_is_left_open_is_listed() {
    let fair = fair(2, 5, 2).lived_in();
    let view = fair.view();
    assert!(view.meetings[3].starts.is_none(), "those without a seat come last");
    // C003 and C004 meet nobody; the absent one is not complained about.
    let unmet: Vec<&str> = view.unmet_opcs.iter().map(|&at| view.opcs[at].name.as_str()).collect();
    assert_eq!(unmet, ["示例工作室3", "示例工作室4"]);
    assert!(view.opcs.iter().any(|opc| opc.absent && opc.name == "请假工作室"));
    assert_eq!(view.unplaced[0].opc_name, "示例工作室2");
    assert!(view.unplaced[0].zh.contains("时段已排满"));
    assert_eq!(view.totals.signed, 1);

    let mut unmet = super::fixture::fair(2, 2, 1);
    unmet.meetings().retain(|meeting| meeting.need.0 != "N001");
    assert_eq!(unmet.view().unmet_needs, [1]);
    unmet.event.named_opcs_only = true;
    assert_eq!(unmet.view().opcs.len(), 1, "only those named or planned take part");
}

#[test]
fn an_event_without_a_plan_or_lists_is_shown_by_ids() {
    let mut bare = fair(2, 2, 1);
    bare.requirements.clear();
    bare.capabilities.clear();
    let view = bare.view();
    assert_eq!(
        (view.meetings[0].need_title.as_str(), view.meetings[0].opc_name.as_str()),
        ("N000", "示例工作室0")
    );
    bare.event.plan = None;
    let view = bare.view();
    assert!(view.meetings.is_empty() && view.totals.mean_degree.is_none());
    assert_eq!(view.unmet_needs, [0, 1]);
}

#[test]
fn one_organisation_under_two_names_is_one_opc() {
    let mut two = fair(1, 2, 1);
    two.event.aliases = vec![vec!["示例工作室0".into(), "示例 工作室1".into()]];
    let view = two.view();
    assert_eq!(view.opcs.len(), 1);
    assert_eq!(view.opcs[0].capabilities.len(), 2);
}

#[test]
fn no_contact_leaves_in_a_view() {
    let hostile = fair(5, 5, 2).retold(|number, _| HOSTILE[number % HOSTILE.len()].to_owned()).lived_in();
    let view = hostile.view();
    let json = serde_json::to_string(&view).unwrap();
    assert!(!json.contains("13800138000") && !json.contains("00138000"), "{json}");
    assert!(!json.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')));

    // Two OPCs whose names differ only in what is masked stay two.
    let mut twins = fair(1, 2, 2);
    for (number, capability) in twins.capabilities.iter_mut().enumerate() {
        capability.party.name = format!("热线1380013800{number}工作室");
    }
    let opcs: Vec<OpcId> = twins.capabilities.iter().map(OpcId::of).collect();
    for (meeting, opc) in twins.meetings().iter_mut().zip(opcs) {
        meeting.opc = opc;
    }
    let view = twins.view();
    assert_eq!(view.opcs.len(), 2);
    assert_ne!(view.opcs[0].opc, view.opcs[1].opc);
    assert_eq!(view.opcs[0].meetings, [0]);
}
