// Who is there when: absent, late, gone early, or there after all.

import { editEvent } from "./api.js";
import { el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { clock } from "./words.js";

let made = 0;

/** The choices, as `value` → edit. Slots count from 0 in edits. */
const EDITS = {
  there: (who) => ({ do: "back", who, from: 0 }),
  absent: (who) => ({ do: "absent", who }),
  late: (who, slot) => ({ do: "late", who, until: slot }),
  leaves: (who, slot) => ({ do: "leaves", who, from: slot }),
};

/** `who` is `{ need }` or `{ opc }`. */
export function attendance(context, who) {
  const { view, act, open } = context;
  const entry = who.need === undefined ? view.opcs.find((one) => one.opc === who.opc) : view.needs.find((one) => one.need === who.need);
  const id = `event-there-${++made}`;
  const now = stateOf(entry, view.slots.length);
  const option = (value, text) => el("option", { value, selected: value === now, text });
  const later = view.slots.slice(1);
  const select = el("select", { id, dataset: { key: `there ${who.need ?? who.opc}` } },
    option("there", t("event.there")), option("absent", t("event.absent")),
    el("optgroup", { label: t("event.late") }, later.map((slot) => option(`late ${slot.number - 1}`, t("event.late.from", { time: clock(slot.starts), n: slot.number })))),
    el("optgroup", { label: t("event.leaves") }, later.map((slot) => option(`leaves ${slot.number - 1}`, t("event.leaves.at", { time: clock(slot.starts), n: slot.number })))));
  return el("form", { class: "event-there", on: { submit: (event) => {
    event.preventDefault();
    const [kind, slot] = select.value.split(" ");
    const edits = [EDITS[kind](who, Number(slot))];
    // Somebody who was away altogether is there again first.
    if (now !== "there" && kind !== "there" && kind !== "absent") edits.unshift(EDITS.there(who));
    act((known) => editEvent(known.id, known.revision, edits));
  } } },
  el("label", { for: id }, words((who.need === undefined ? entry?.name : entry?.title) || who.opc || who.need)),
  el("span", { class: "event-row" }, select, el("button", { type: "submit", disabled: Boolean(open.busy), dataset: { key: `note ${who.need ?? who.opc}` }, text: t("event.there.note") })));
}

function stateOf(entry, slots) {
  if (!entry) return "there";
  if (entry.absent) return "absent";
  const away = [...entry.away].sort((a, b) => a - b);
  if (!away.length) return "there";
  if (away[0] === 1) {
    const gap = away.findIndex((slot, index) => slot !== index + 1);
    return `late ${gap < 0 ? away.length : gap}`;
  }
  return away.at(-1) === slots ? `leaves ${away[0] - 1}` : "there";
}
