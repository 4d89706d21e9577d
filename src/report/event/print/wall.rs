//! Slots by tables, to hang on the wall.

use std::collections::BTreeMap;

use super::document::Document;
use crate::report::event::legible::clipped;
use crate::report::event::rows::span;
use crate::report::event::view::{EventView, MeetingView, TableView};

/// Tables side by side on a sheet of A4 across: a column of 31 mm holds nine
/// characters of 9 pt.
const TABLES_ACROSS: usize = 8;

/// A chart for each eight tables; slots that do not fit go on under the same head.
pub(super) fn write(document: &mut Document, view: &EventView) {
    if view.slots.is_empty() {
        return;
    }
    for tables in view.tables.chunks(TABLES_ACROSS) {
        chart(document, view, tables);
    }
}

fn chart(document: &mut Document, view: &EventView, tables: &[TableView]) {
    // Fewer tables have wider columns, which hold more of a title.
    let room = |most: usize| (most * TABLES_ACROSS / tables.len().max(1)).min(most * 3);
    let (most_name, most_title) = (room(16), room(26));
    let seats: BTreeMap<(u16, u16), &MeetingView> = tables
        .iter()
        .flat_map(|table| table.meetings.iter().map(|&position| &view.meetings[position]))
        .filter_map(|meeting| Some(((meeting.slot?, meeting.table?), meeting)))
        .collect();
    document.begin("sheet wall", "桌次总览", "Slots by tables").raw("<table>\n<thead><tr>");
    document.raw("<th scope=\"col\" class=\"time\">").say("时间", "Time").raw("</th>");
    for table in tables {
        let name = document.table_name(table.number);
        document.raw("<th scope=\"col\">").text(&name).raw("</th>");
    }
    document.raw("</tr></thead>\n<tbody>\n");
    for slot in &view.slots {
        document.raw("<tr><th scope=\"row\" class=\"time\"><b>").text(&slot.number.to_string());
        document.raw("</b> ").text(&span(view, Some(slot.starts), Some(slot.ends))).raw("</th>");
        for table in tables {
            match seats.get(&(slot.number, table.number)) {
                Some(meeting) => document
                    .raw("<td><strong>")
                    .text(&clipped(&meeting.opc_name, most_name))
                    .raw("</strong><small>")
                    .text(&clipped(&meeting.need_title, most_title))
                    .raw("</small></td>"),
                None => document.raw("<td class=\"free\"></td>"),
            };
        }
        document.raw("</tr>\n");
    }
    document.raw("</tbody></table>\n").end();
}
