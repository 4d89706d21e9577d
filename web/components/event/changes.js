// What a change did to the plan: a sentence, and the meetings it touched.

import { el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { keyOf, namesOf, points, saidOf, seatWords } from "./words.js";

const sameSeat = (a, b) => a?.slot === b?.slot && a?.table === b?.table;
const sum = (meetings) => meetings.reduce((all, meeting) => all + meeting.worth, 0);

/** Compares two plans where the program did not; shaped as its own comparison. */
export function differences(before, after) {
  const [old, now] = [before?.meetings ?? [], after?.meetings ?? []];
  const was = new Map(old.map((meeting) => [keyOf(meeting), meeting]));
  const is = new Map(now.map((meeting) => [keyOf(meeting), meeting]));
  return {
    added: now.filter((meeting) => !was.has(keyOf(meeting))),
    dropped: old.filter((meeting) => !is.has(keyOf(meeting))),
    moved: now.filter((meeting) => was.has(keyOf(meeting)) && !sameSeat(was.get(keyOf(meeting)).seat, meeting.seat))
      .map((meeting) => ({ pair: { need: meeting.need, opc: meeting.opc }, from: was.get(keyOf(meeting)).seat, to: meeting.seat })),
    worth_before: sum(old),
    worth_after: sum(now),
  };
}

const isEmpty = (changes) => !changes.added.length && !changes.dropped.length && !changes.moved.length;

/** key → `added` or `moved`, for marking. */
export function touched(changes) {
  const marks = new Map();
  for (const meeting of changes?.added ?? []) marks.set(keyOf(meeting), "added");
  for (const { pair } of changes?.moved ?? []) marks.set(keyOf(pair), "moved");
  return marks;
}

const seat = (place) => (place ? seatWords(place.slot + 1, place.table + 1) : t("event.noseat"));

/** What was done and what it changed, with a way back. */
export function changesBar(open, { undo, dismiss, select }) {
  const { changes, done } = open;
  if (!changes && !done.length) return null;
  const names = namesOf(open.page.view);
  const line = (sign, pair, more, link = true) => el("li", { dataset: { change: sign } },
    el("span", { class: "tag", text: t(`event.change.${sign}`) }), " ",
    link
      ? el("button", { type: "button", class: "plain event-inline", on: { click: () => select(keyOf(pair)) } }, words(names.pair(pair)))
      : words(names.pair(pair)),
    more ? el("span", { class: "soft number", text: ` ${more}` }) : null);
  return el("section", { class: "event-changes", "aria-label": t("event.changes") },
    el("div", { class: "event-changes-head" },
      el("div", {},
        done.map((notice) => el("p", {}, words(saidOf(notice, open.page.view)))),
        changes && !isEmpty(changes) ? el("p", { class: "number event-sum" }, `${t("event.changed", { added: changes.added.length, dropped: changes.dropped.length, moved: changes.moved.length })} `,
          el("strong", { text: t("event.sum", { before: points(changes.worth_before), after: points(changes.worth_after) }) })) : null,
        changes && isEmpty(changes) && !done.length ? el("p", { text: t("event.unchanged") }) : null),
      el("p", { class: "event-row" },
        open.undo.length ? el("button", { type: "button", dataset: { key: "undo" }, text: t("event.undo"), on: { click: undo } }) : null,
        el("button", { type: "button", class: "plain", dataset: { key: "dismiss" }, text: t("event.dismiss"), on: { click: dismiss } }))),
    changes && !isEmpty(changes) ? el("details", { dataset: { key: "changes-which" } }, el("summary", { text: t("event.changes.which") }),
      el("ul", { class: "event-changes-list" },
        changes.dropped.map((meeting) => line("dropped", meeting, points(meeting.worth), false)),
        changes.added.map((meeting) => line("added", meeting, points(meeting.worth))),
        changes.moved.map(({ pair, from, to }) => line("moved", pair, `${seat(from)} → ${seat(to)}`)))) : null);
}
