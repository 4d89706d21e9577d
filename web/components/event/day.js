// The day itself, to be read from across the room: what is on, who comes next,
// who waits. Which slot it is, the browser's clock says, or a person.

import { editEvent, eventDay, planRest } from "./api.js";
import { el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { current, note } from "../../route.js";
import { failed, loading } from "../state/state.js";
import { holdButton } from "./hold.js";
import { clock, namesOf, saidOf } from "./words.js";

/** How often the clock is looked at, and the day read anew. */
const LOOK_MS = 20_000;

/** Which slot it is by the clock: the last that has begun; the first before that, the end after all. */
export function slotAt(slots, now) {
  const begun = slots.filter((slot) => new Date(slot.starts) <= now).length;
  if (slots.length && now >= new Date(slots.at(-1).ends)) return { slot: slots.length, phase: "over" };
  return begun ? { slot: begun - 1, phase: now < new Date(slots[begun - 1].ends) ? "on" : "break" } : { slot: 0, phase: "before" };
}

export function dayBoard(context) {
  const { view, open, signal } = context;
  const body = el("div", { class: "event-day-body" });
  const told = el("p", { class: "event-day-told", role: "status" });
  const select = el("select", { id: "event-day-slot", dataset: { key: "day-slot" } },
    el("option", { value: "", text: t("event.day.clock") }),
    view.slots.map((slot) => el("option", { value: slot.number, text: `${clock(slot.starts)}–${clock(slot.ends)} ${t("event.slot.n", { n: slot.number })}` })),
    el("option", { value: view.slots.length + 1, text: t("event.day.over") }));
  const byHand = () => Number(current().params.get("slot")) || null;
  let shown = null;
  const here = () => (byHand() ? { slot: byHand() - 1, phase: byHand() > view.slots.length ? "over" : "hand" } : slotAt(view.slots, new Date()));

  const show = async () => {
    const { slot, phase } = here();
    select.value = byHand() ?? "";
    const times = view.slots[slot];
    told.textContent = t(`event.day.${phase}`, { n: slot + 1, from: clock(times?.starts), until: clock(times?.ends) });
    try {
      const day = await eventDay(open.id, slot, signal);
      if (signal.aborted || !root.isConnected && shown !== null) return;
      shown = slot;
      body.replaceChildren(...board(context, day, phase));
    } catch (error) {
      if (!signal.aborted) body.replaceChildren(failed(error, show));
    }
  };
  const set = (number) => {
    note({ slot: number ?? "" });
    show();
  };
  const step = (by) => set(Math.min(view.slots.length + 1, Math.max(1, here().slot + 1 + by)));
  select.addEventListener("change", () => set(Number(select.value) || null));
  // Somebody who marks a person as absent elsewhere is seen here soon.
  const timer = setInterval(() => {
    if (!root.isConnected) return clearInterval(timer);
    if (!document.hidden && !root.contains(document.activeElement?.closest(".event-day-body"))) show();
  }, LOOK_MS);
  signal.addEventListener("abort", () => clearInterval(timer));

  const button = (key, run) => el("button", { type: "button", dataset: { key: `day ${key}` }, text: t(`event.day.${key}`), on: { click: run } });
  const root = el("section", { class: "event-day", "aria-labelledby": "event-day-title" },
    el("div", { class: "event-day-head event-row event-between" },
      el("h2", { id: "event-day-title", text: t("event.tab.day") }),
      el("div", { class: "event-row" },
        button("back", () => step(-1)), el("label", { class: "off-screen", for: "event-day-slot", text: t("event.day.which") }), select, button("on.next", () => step(1)),
        document.fullscreenEnabled ? button("large", () => (document.fullscreenElement ? document.exitFullscreen() : root.closest(".event").requestFullscreen())) : null, holdButton(context))),
    told, body);
  body.replaceChildren(loading());
  show();
  return root;
}

function board(context, day, phase) {
  const { view, act } = context;
  const names = namesOf(view);
  const running = day.tables.filter((one) => one.now);
  const rest = () => act((event) => planRest(event.id, event.revision, phase === "before" ? 0 : day.slot + 1), { waiting: t("event.planning") });
  const someone = (who) => el("span", { class: "event-who" }, words(names.who(who)));
  return [
    day.notices.length ? el("div", { class: "event-notices", role: "status" },
      el("ul", {}, day.notices.map((notice) => el("li", {}, words(saidOf(notice, view))))),
      view.held || day.slot + 1 >= view.slots.length ? null : el("button", { type: "button", class: "primary", dataset: { key: "rest" }, text: t("event.rest"), title: t("event.rest.help"), on: { click: rest } })) : null,
    day.waiting.length ? el("section", {}, el("h3", { text: t("event.day.waiting") }),
      el("ul", { class: "event-waiting" }, day.waiting.map((one) => el("li", {}, el("strong", { class: "number", text: t("event.table", { n: one.seat.table + 1 }) }), " ", someone(one.who), el("span", { class: "soft", text: ` ${t("event.day.waits")} ` }), someone(one.waits_for))))) : null,
    el("section", {}, el("h3", { text: t(phase === "before" ? "event.day.first" : "event.day.now") }),
      running.length ? el("ol", { class: "event-tables" }, running.map((one) => tableNow(context, one, names))) : el("p", { class: "event-idle", text: t(phase === "over" ? "event.day.allover" : "event.day.nothing") })),
    phase === "over" ? null : el("section", {}, el("h3", { text: t("event.day.next") }), nextList(view, day, names)),
  ].filter(Boolean);
}

function tableNow(context, { table, now }, names) {
  const missing = (kind) => now.missing?.some((who) => who[kind] !== undefined);
  const side = (kind, name) => el("span", { class: `event-side event-side-${kind}`, dataset: { missing: String(missing(kind)) } }, words(name),
    missing(kind) ? el("span", { class: "tag event-away", text: t("event.missing") }) : null);
  const mark = (who) => context.act((event) => editEvent(event.id, event.revision, [{ do: "absent", who }]));
  const absent = (who, name) => el("button", { type: "button", class: "plain", text: t("event.day.absent"), "aria-label": t("event.day.absent.who", { who: name }), on: { click: () => mark(who) } });
  return el("li", { class: "event-now" },
    el("strong", { class: "event-now-table number" }, table + 1, el("span", { class: "tiny", text: t("event.day.table") })),
    el("div", { class: "event-now-pair" }, side("need", names.need(now.need)), el("span", { class: "tiny soft" }, words(names.party(now.need))), side("opc", names.opc(now.opc)),
      context.view.held ? null : el("details", { class: "event-now-more" }, el("summary", { text: t("event.day.notcome") }),
        el("p", { class: "event-row" },
          missing("need") ? null : el("span", {}, words(names.need(now.need)), absent({ need: now.need }, names.need(now.need))),
          missing("opc") ? null : el("span", {}, words(names.opc(now.opc)), absent({ opc: now.opc }, names.opc(now.opc)))))));
}

/** Who is to come in the next slot, by table; those who must change places are called. */
function nextList(view, day, names) {
  const next = day.tables.filter((one) => one.next && one.next.seat.slot === day.slot + 1);
  if (!next.length) return el("p", { class: "soft", text: t("event.day.nonext") });
  const called = new Set(day.calls.map(({ who }) => who.opc ?? who.need));
  const name = (id, text) => (called.has(id) ? el("mark", {}, words(text)) : words(text));
  return el("div", {},
    el("p", { class: "soft", text: t("event.day.next.help", { time: clock(view.slots[day.slot + 1]?.starts) }) }),
    el("ol", { class: "event-next" }, next.map(({ table, next: talk }) => el("li", {},
      el("strong", { class: "number", text: t("event.table", { n: table + 1 }) }), el("span", {}, name(talk.opc, names.opc(talk.opc)), el("span", { class: "soft", text: " × " }), name(talk.need, names.need(talk.need)))))));
}
