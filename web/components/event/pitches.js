// The order in which needs are presented from the stage: moved by buttons or by
// dragging, kept when saved.

import { editEvent } from "./api.js";
import { announce, el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { clock, said } from "./words.js";

export function pitches(context) {
  const { open, view, page: { event, review }, act } = context;
  if (!event.plan || !view.stage.length) return null;
  const turns = new Map(view.stage.map((turn) => [turn.need, turn]));
  const stored = view.stage.map((turn) => turn.need);
  // A draft for other needs than are on stage now is of no use.
  if (open.pitches && (open.pitches.length !== stored.length || open.pitches.some((need) => !turns.has(need)))) open.pitches = null;
  const order = () => open.pitches ?? stored;
  const list = el("ol", { class: "event-pitches" });
  const save = el("button", { type: "button", class: "primary", dataset: { key: "pitches-save" }, text: t("event.pitches.save"), on: { click: () =>
    act((known) => editEvent(known.id, known.revision, [{ do: "stage", order: order() }])).then((worked) => {
      if (worked) open.pitches = null;
      context.draw();
    }) } });
  let dragged = null;

  const place = (need, to, focus) => {
    const others = order().filter((other) => other !== need);
    if (to < 0 || to > others.length) return;
    others.splice(to, 0, need);
    open.pitches = others.every((other, at) => other === stored[at]) ? null : others;
    draw();
    announce(t("event.pitches.moved", { title: title(need), n: to + 1 }));
    const line = list.children[to];
    (line.querySelector(`[data-step="${focus}"]:not([disabled])`) ?? line.querySelector("button:not([disabled])"))?.focus();
  };
  const title = (need) => turns.get(need).title || need;
  const step = (need, at, by, name) => el("button", { type: "button", dataset: { step: name, key: `pitch ${name} ${need}` }, disabled: Boolean(open.busy) || at + by < 0 || at + by >= stored.length, "aria-label": `${t(`event.pitches.${name}`)}: ${title(need)}`, text: name === "up" ? "↑" : "↓", on: { click: () => place(need, at + by, name) } });
  const line = (need, at) => {
    // The clock goes with the place, not with the need.
    const node = el("li", { draggable: view.held ? "false" : "true", dataset: { need } },
      el("span", { class: "number event-pitch-time", text: view.stage[at].starts ? clock(view.stage[at].starts) : at + 1 }),
      el("span", { class: "event-line-who" }, words(title(need)), el("span", { class: "tiny soft" }, words(turns.get(need).party || t("listing.noparty")))),
      view.held ? null : el("span", { class: "event-row" }, step(need, at, -1, "up"), step(need, at, 1, "down")));
    node.addEventListener("dragstart", (event) => {
      dragged = need;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", title(need));
    });
    node.addEventListener("dragover", (event) => dragged && event.preventDefault());
    node.addEventListener("drop", (event) => {
      event.preventDefault();
      const moved = dragged;
      dragged = null;
      if (moved && moved !== need) place(moved, at, "up");
    });
    node.addEventListener("dragend", () => (dragged = null));
    return node;
  };
  const draw = () => {
    list.replaceChildren(...order().map(line));
    save.disabled = Boolean(open.busy) || !open.pitches;
  };
  draw();
  return el("details", { class: "panel event-pitches-panel", dataset: { key: "pitches" } }, el("summary", { text: t("event.pitches", { n: stored.length }) }),
    (review.stage ?? []).map((notice) => el("p", { class: "event-wrong", text: said(notice) })),
    list, view.held ? null : el("p", { class: "event-row" }, save, el("span", { class: "tiny soft", text: t("event.pitches.help") })));
}
