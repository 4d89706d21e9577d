// The timetable: a row a slot, a column a table. Meetings are moved by dragging,
// by keyboard (Enter, arrows, Enter), or with the form beside the plan.

import { editEvent } from "./api.js";
import { announce, el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { theFloor } from "../degree/degree.js";
import { at, bar, outcome } from "./seating.js";
import { clock, keyOf, pairWords, seatWords } from "./words.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Sends a move; slots and tables as shown, from 1. */
export function moveTo({ act }, meeting, slot, table) {
  const move = { do: "move", need: meeting.need, opc: meeting.opc, seat: { slot: slot - 1, table: table - 1 } };
  return act((event) => editEvent(event.id, event.revision, [move]), { waiting: t("event.moving") });
}

export function timetable(context) {
  const { open, view } = context;
  const carried = () => view.meetings.find((meeting) => keyOf(meeting) === open.carried);
  const table = el("table", { class: "event-grid", role: "grid", "aria-labelledby": "event-grid-title", "aria-describedby": "event-grid-help" },
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
      el("th", { role: "columnheader", scope: "col", text: t("event.slot") }),
      view.tables.map((one) => el("th", { role: "columnheader", scope: "col", text: t("event.table", { n: one.number }) })))),
    el("tbody", { role: "rowgroup" }, view.slots.map((slot) => el("tr", { role: "row" },
      el("th", { role: "rowheader", scope: "row" }, el("span", { class: "event-clock number", text: clock(slot.starts) }), el("span", { class: "tiny soft", text: t("event.slot.n", { n: slot.number }) })),
      view.tables.map((one) => cell(context, slot.number, one.number))))));
  const cells = [...table.querySelectorAll("td")];
  const place = (node) => [Number(node.dataset.slot), Number(node.dataset.table)];
  const stop = (node) => cells.forEach((other) => (other.tabIndex = other === node ? 0 : -1));
  stop(cells.find((node) => node.dataset.pair && node.dataset.pair === context.selected) ?? cells.find((node) => node.dataset.pair) ?? cells[0]);

  /** Shows where the carried meeting could go. */
  const mark = () => {
    const meeting = carried();
    table.classList.toggle("event-carrying", Boolean(meeting));
    for (const node of cells) {
      const barred = meeting ? bar(view, meeting, ...place(node)) : null;
      node.classList.toggle("event-barred", Boolean(barred));
      node.classList.toggle("event-lifted", Boolean(meeting) && node.dataset.pair === open.carried);
    }
  };
  const lift = (meeting) => {
    if (meeting.locked) return announce(t("event.bar.own"));
    open.carried = keyOf(meeting);
    mark();
    announce(t("event.lifted", { pair: pairWords(meeting) }));
  };
  const putDown = (said) => {
    open.carried = null;
    mark();
    if (said) announce(said);
  };
  const drop = (node) => {
    const meeting = carried();
    const [slot, number] = place(node);
    const barred = bar(view, meeting, slot, number);
    if (barred) return announce(t("event.move.no", { why: barred }));
    const stays = meeting.slot === slot && meeting.table === number;
    putDown(stays ? t("event.put") : null);
    if (stays) return;
    // The focus goes with the meeting, by its key.
    cells.find((other) => other.dataset.pair === keyOf(meeting))?.focus();
    moveTo(context, meeting, slot, number);
  };

  const focus = (node) => {
    if (!node) return;
    stop(node);
    node.focus();
    if (!carried()) return;
    const [slot, number] = place(node);
    announce(`${seatWords(slot, number)}: ${outcome(view, carried(), slot, number)}`);
  };
  table.addEventListener("focusin", ({ target }) => cells.includes(target) && stop(target));
  table.addEventListener("keydown", (event) => {
    const node = event.target;
    if (!cells.includes(node) || event.ctrlKey || event.metaKey || event.altKey) return;
    const [slot, number] = place(node);
    const meeting = at(view, slot, number);
    const step = STEPS[event.key];
    if (step) focus(cells.find((other) => Number(other.dataset.slot) === slot + step[0] && Number(other.dataset.table) === number + step[1]));
    else if (event.key === "Home") focus(cells.find((other) => Number(other.dataset.slot) === slot));
    else if (event.key === "End") focus(cells.findLast((other) => Number(other.dataset.slot) === slot));
    else if (event.key === "Enter" && carried()) drop(node);
    else if (event.key === "Enter" && meeting) lift(meeting);
    else if (event.key === " " && meeting) context.select(keyOf(meeting));
    else if (event.key === "Escape" && carried()) putDown(t("event.cancelled"));
    else return;
    event.preventDefault();
  });
  table.addEventListener("click", (event) => {
    const node = event.target.closest("td");
    if (!node) return;
    if (carried() && !node.dataset.pair) return drop(node);
    if (node.dataset.pair) {
      if (open.carried) putDown();
      context.select(node.dataset.pair);
    }
  });

  const dragging = (node, meeting) => {
    node.addEventListener("dragstart", (event) => {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", pairWords(meeting));
      open.carried = keyOf(meeting);
      // The picture under the pointer is taken before the others change.
      setTimeout(mark);
    });
    node.addEventListener("dragend", () => putDown());
  };
  for (const node of cells) {
    const meeting = node.dataset.pair && at(view, ...place(node));
    if (meeting) dragging(node, meeting);
    node.addEventListener("dragover", (event) => {
      if (!carried() || bar(view, carried(), ...place(node))) return;
      event.preventDefault();
      node.classList.add("event-over");
    });
    node.addEventListener("dragleave", () => node.classList.remove("event-over"));
    node.addEventListener("drop", (event) => {
      event.preventDefault();
      node.classList.remove("event-over");
      if (carried()) drop(node);
    });
  }
  mark();
  // A meeting that was chosen elsewhere is brought into sight, sideways only.
  requestAnimationFrame(() => {
    const chosen = table.querySelector('[aria-selected="true"]');
    const scroll = table.parentElement;
    if (!chosen || !scroll) return;
    const [left, right] = [chosen.offsetLeft - table.rows[0].cells[0].offsetWidth, chosen.offsetLeft + chosen.offsetWidth];
    if (left < scroll.scrollLeft) scroll.scrollLeft = left;
    else if (right > scroll.scrollLeft + scroll.clientWidth) scroll.scrollLeft = right - scroll.clientWidth;
  });

  const unseated = view.meetings.filter((meeting) => !meeting.slot);
  return el("section", { class: "event-timetable" },
    el("div", { class: "event-row event-between" },
      el("h2", { id: "event-grid-title", text: t("event.tab.timetable") }),
      el("p", { class: "tiny soft", id: "event-grid-help", text: t("event.grid.help") })),
    unseated.length ? el("div", { class: "event-unseated" }, el("h3", { text: t("event.unseated", { n: unseated.length }) }),
      el("ul", {}, unseated.map((meeting) => {
        const button = el("button", { type: "button", draggable: "true", dataset: { key: `meeting ${keyOf(meeting)}` }, on: { click: () => context.select(keyOf(meeting)) } }, words(pairWords(meeting)));
        dragging(button, meeting);
        return el("li", {}, button);
      }))) : null,
    el("div", { class: "event-grid-scroll panel" }, table));
}

function cell({ view, marks, selected }, slot, number) {
  const meeting = at(view, slot, number);
  const base = { role: "gridcell", tabindex: "-1", dataset: { slot, table: number, key: `cell ${slot} ${number}`, label: t("event.table", { n: number }) } };
  if (!meeting) return el("td", { ...base, class: "event-free" }, el("span", { class: "off-screen", text: t("event.free") }));
  const key = keyOf(meeting);
  Object.assign(base.dataset, { pair: key, key: `meeting ${key}` });
  const change = marks.get(key);
  return el("td", { ...base, class: "event-meeting", draggable: meeting.locked ? null : "true", "aria-selected": String(key === selected), dataset: { ...base.dataset, change: change ?? "", locked: String(meeting.locked) } },
    el("span", { class: "event-cell" },
      el("span", { class: "event-cell-need clamp" }, words(meeting.need_title || meeting.need)),
      el("span", { class: "event-cell-opc clamp", style: { "--lines": "1" } }, words(meeting.opc_name || meeting.opc)),
      el("span", { class: "event-cell-foot tiny" },
        el("span", { class: "number event-cell-degree", dataset: { low: String(meeting.degree < theFloor()) } }, el("span", { class: "off-screen", text: t("match.degree") }), Math.round(meeting.degree)),
        meeting.locked ? el("span", { class: "event-sign", text: t("event.locked") }) : null,
        meeting.pinned ? el("span", { class: "event-sign", text: t("event.pinned") }) : null,
        change ? el("span", { class: "event-sign event-changed", text: t(`event.change.${change}`) }) : null)));
}
