//! The order in which needs are presented.

use super::document::Document;
use crate::report::event::legible::clipped;
use crate::report::event::rows::span;
use crate::report::event::view::EventView;

/// A row a turn.
pub(super) fn write(document: &mut Document, view: &EventView) {
    if view.stage.is_empty() {
        return;
    }
    document.begin("sheet stage", "路演顺序", "Stage order");
    document.raw("<table>\n").columns(&[
        ("narrow", "顺序", "Turn"),
        ("time", "时间", "Time"),
        ("", "需求", "Need"),
        ("party", "需求单位", "Party"),
    ]);
    document.raw("<tbody>\n");
    for turn in &view.stage {
        document.raw("<tr>").cell("number big", &turn.place.to_string());
        document.cell("time", &span(view, turn.starts, turn.ends));
        document.raw("<td><strong>").text(&clipped(&turn.title, 90)).raw("</strong> <small>");
        document.text(&clipped(&turn.need.0, 40)).raw("</small></td>");
        document.cell("party", &clipped(&turn.party, 60)).raw("</tr>\n");
    }
    document.raw("</tbody></table>\n").end();
}
