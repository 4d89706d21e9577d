// Whether a meeting could go to a seat, as far as this page can tell; the program
// decides. Slots and tables count from 1 here, as they are shown.

import { t } from "../../i18n.js";
import { pairWords } from "./words.js";

export const at = (view, slot, table) => view.meetings.find((meeting) => meeting.slot === slot && meeting.table === table);

/** In how far a participant is not there in a slot. */
function missing(entry, slot) {
  return Boolean(entry && (entry.absent || entry.away.includes(slot)));
}

function stands(view, meeting, slot, table, besides) {
  const need = view.needs.find((entry) => entry.need === meeting.need);
  const opc = view.opcs.find((entry) => entry.opc === meeting.opc);
  if (missing(need, slot)) return t("event.bar.away", { who: meeting.need_title });
  if (missing(opc, slot)) return t("event.bar.away", { who: meeting.opc_name });
  if (need?.table && need.table !== table) return t("event.bar.table", { table: need.table });
  const busy = view.meetings.find((other) => other.slot === slot && !besides.includes(other) && (other.need === meeting.need || other.opc === meeting.opc));
  if (busy) return t("event.bar.busy", { who: busy.need === meeting.need ? meeting.need_title : meeting.opc_name, table: busy.table });
  return null;
}

/** Why the meeting cannot go there, in words; null where it can. */
export function bar(view, meeting, slot, table) {
  if (meeting.slot === slot && meeting.table === table) return null;
  const other = at(view, slot, table);
  if (meeting.locked) return t("event.bar.own");
  if (other?.locked) return t("event.bar.locked");
  const pair = [meeting, other].filter(Boolean);
  const own = stands(view, meeting, slot, table, pair);
  if (own || !other || !meeting.slot) return own;
  const theirs = stands(view, other, meeting.slot, meeting.table, pair);
  return theirs && t("event.bar.swap", { pair: pairWords(other), why: theirs });
}

/** What would happen there, in words. */
export function outcome(view, meeting, slot, table) {
  const barred = bar(view, meeting, slot, table);
  if (barred) return t("event.move.no", { why: barred });
  const other = at(view, slot, table);
  if (other === meeting) return t("event.move.here");
  if (!other) return t("event.move.free");
  return t(meeting.slot ? "event.move.swap" : "event.move.oust", { pair: pairWords(other) });
}

/** All seats in order, with what bars them. */
export function seats(view, meeting) {
  return view.slots.flatMap((slot) => view.tables.map((table) => ({ slot: slot.number, table: table.number, starts: slot.starts, other: at(view, slot.number, table.number), barred: bar(view, meeting, slot.number, table.number) })));
}
