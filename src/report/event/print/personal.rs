//! A participant's own day.

use crate::domain::{ListingId, OpcId};

use super::document::Document;
use crate::report::event::legible::{clipped, one_line};
use crate::report::event::rows::span;
use crate::report::event::view::{EventView, MeetingView};

/// A page for each OPC that has meetings, or for the one asked for.
pub(super) fn write_opcs(document: &mut Document, view: &EventView, only: Option<&OpcId>) {
    let masked = only.map(|opc| OpcId(one_line(&opc.0)));
    let asked = |opc: &OpcId| only.is_none_or(|only| opc == only) || masked.as_ref() == Some(opc);
    for opc in view.opcs.iter().filter(|opc| asked(&opc.opc) && !opc.meetings.is_empty()) {
        document.begin("sheet personal", "个人日程", "Your day");
        document.raw("<h1>").text(&clipped(&opc.name, 60)).raw("</h1>\n");
        let rows = opc.meetings.iter().map(|&position| &view.meetings[position]);
        let other = |meeting: &MeetingView| Other {
            name: clipped(&meeting.need_title, 54),
            beneath: clipped(&meeting.need_party, 40),
            with: clipped(&meeting.capability_title, 36),
        };
        day(document, view, rows, ("需求", "Need"), other);
    }
}

/// A page for each need that has meetings, or for the one asked for.
pub(super) fn write_needs(document: &mut Document, view: &EventView, only: Option<&ListingId>) {
    let asked = |need: &ListingId| only.is_none_or(|only| need == only);
    for need in view.needs.iter().filter(|need| asked(&need.need) && !need.meetings.is_empty()) {
        document.begin("sheet personal", "需求方日程", "Your day");
        document.raw("<h1>").text(&clipped(&need.title, 80)).raw("</h1>\n<p class=\"whose\">");
        document.text(&clipped(&need.party, 60)).raw("</p>\n");
        if let Some(turn) = view.stage.iter().find(|turn| turn.need == need.need) {
            document.raw("<p class=\"turn\">").say("路演", "On stage").raw(" · ");
            document.text(&turn.place.to_string()).raw(" · ");
            document.text(&span(view, turn.starts, turn.ends)).raw("</p>\n");
        }
        let rows = need.meetings.iter().map(|&position| &view.meetings[position]);
        let other = |meeting: &MeetingView| Other {
            name: clipped(&meeting.opc_name, 54),
            beneath: String::new(),
            with: clipped(&meeting.capability_title, 36),
        };
        day(document, view, rows, ("OPC", "OPC"), other);
    }
}

/// Whom one meets.
struct Other {
    name: String,
    beneath: String,
    with: String,
}

fn day<'a>(
    document: &mut Document,
    view: &EventView,
    meetings: impl Iterator<Item = &'a MeetingView>,
    (zh, en): (&'static str, &'static str),
    other: impl Fn(&MeetingView) -> Other,
) {
    document.raw("<table>\n").columns(&[
        ("time", "时间", "Time"),
        ("narrow", "桌号", "Table"),
        ("", zh, en),
        ("with", "匹配能力", "Capability"),
        ("outcome", "结果", "Outcome"),
    ]);
    document.raw("<tbody>\n");
    let mut waiting = false;
    for meeting in meetings {
        let other = other(meeting);
        let time = span(view, meeting.starts, meeting.ends);
        waiting |= time.is_empty();
        document.raw("<tr>");
        match time.is_empty() {
            true => document.raw("<td class=\"time\">").say("待定", "to be set").raw("</td>"),
            false => document.cell("time", &time),
        };
        document.cell("number big", &meeting.table.map_or(String::new(), |table| table.to_string()));
        document.raw("<td><strong>").text(&other.name).raw("</strong><small>").text(&other.beneath);
        document.raw("</small></td>").cell("with", &other.with);
        document.raw("<td class=\"outcome\">").outcomes().raw("</td></tr>\n");
    }
    document.raw("</tbody></table>\n");
    if waiting {
        document.raw("<p class=\"hint\">");
        document.say("“待定”的对接由工作人员现场安排。", "Staff will find a time for those to be set.");
        document.raw("</p>\n");
    }
    document.end();
}
