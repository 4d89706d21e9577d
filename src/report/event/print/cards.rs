//! A card for each table, read from where one stands.

use super::document::Document;
use crate::report::event::legible::clipped;
use crate::report::event::rows::span;
use crate::report::event::view::{EventView, MeetingView};

/// How large the type is, by how many meetings a table has: class of the page,
/// meetings up to which it is used, longest name, longest line beneath it.
/// Chosen so that a card of full-width characters stays on one page
/// (`tests/browser/sheets.test.js` prints such cards).
const SIZES: [(&str, usize, usize, usize); 3] =
    [("sheet card large", 6, 36, 30), ("sheet card middle", 12, 28, 38), ("sheet card small", 24, 16, 20)];

/// One page a table that has meetings; more than 24 meetings go on on another.
pub(super) fn write(document: &mut Document, view: &EventView) {
    for table in view.tables.iter().filter(|table| !table.meetings.is_empty()) {
        let meetings: Vec<&MeetingView> = table.meetings.iter().map(|&at| &view.meetings[at]).collect();
        let size = SIZES.iter().find(|(_, most, ..)| meetings.len() <= *most).unwrap_or(&SIZES[2]);
        let &(class, _, most_name, most_beneath) = size;
        let first = meetings[0];
        let one_need = meetings.iter().all(|meeting| meeting.need == first.need);
        let name = document.table_name(table.number);
        document.begin(class, "桌卡", "Table card").raw("<h1>").text(&name).raw("</h1>\n");
        if one_need {
            document.raw("<p class=\"host\">").text(&clipped(&first.need_title, 60)).raw("</p>\n");
            document.raw("<p class=\"whose\">").text(&clipped(&first.need_party, 50)).raw("</p>\n");
        }
        document.raw("<table>\n");
        document.columns(&[("time", "时间", "Time"), ("", "对接双方", "Who meets")]);
        document.raw("<tbody>\n");
        for meeting in meetings {
            document.raw("<tr>").cell("time", &span(view, meeting.starts, meeting.ends));
            document.raw("<td><strong>").text(&clipped(&meeting.opc_name, most_name));
            let beneath = if one_need { &meeting.capability_title } else { &meeting.need_title };
            document.raw("</strong><small>").text(&clipped(beneath, most_beneath));
            document.raw("</small></td></tr>\n");
        }
        document.raw("</tbody></table>\n").end();
    }
}
