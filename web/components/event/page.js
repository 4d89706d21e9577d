// One event: its head, what the check says, and one of its five sides.

import { planEvent } from "./api.js";
import { el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { address, current, go } from "../../route.js";
import { changesBar, touched } from "./changes.js";
import { dayBoard } from "./day.js";
import { detail } from "./detail.js";
import { files } from "./files.js";
import { findings } from "./findings.js";
import { followUp } from "./follow.js";
import { removal } from "./removal.js";
import { rules } from "./rules.js";
import * as session from "./session.js";
import { shortlist } from "./shortlist.js";
import { timetable } from "./timetable.js";
import { clock, day, keyOf, points } from "./words.js";

/** Each is `(context) → node`. The first two are where a plan is changed. */
const TABS = { shortlist, timetable, files, day: dayBoard, follow: followUp };
const PLANNING = ["shortlist", "timetable"];

export async function eventPageView(route, signal) {
  const [id, named] = route.parts;
  const open = await session.opened(id, signal);
  const tab = TABS[named] ? named : "shortlist";
  const root = el("div", { class: "event", dataset: { tab } });
  const draw = () => root.replaceChildren(...build(open, tab, signal, draw).filter(Boolean));
  const redraw = () => signal.aborted || keepingPlace(root, draw);
  session.whenChanged(redraw);
  // A step back within the page: the address has changed, the event has not.
  window.addEventListener("popstate", () => redraw(), { signal });
  draw();
  const at = route.params.get("at");
  if (at) requestAnimationFrame(() => document.activeElement === document.body && find(root, `meeting ${at}`)?.focus());
  return { title: open.page.event.name, nodes: [root] };
}

const find = (root, key) => root.querySelector(`[data-key="${CSS.escape(key)}"]`);

/** Draws anew, with the focus and the grid's position where they were. */
function keepingPlace(root, draw) {
  const focused = document.activeElement;
  const had = root.contains(focused);
  // What has no key of its own goes by the group that it stands in.
  const key = had ? (focused.dataset.key ?? focused.closest("article, li, form")?.querySelector("[data-key]")?.dataset.key) : null;
  const left = root.querySelector(".event-grid-scroll")?.scrollLeft ?? 0;
  const unfolded = [...root.querySelectorAll("details[open][data-key]")].map((node) => node.dataset.key);
  draw();
  for (const name of unfolded) find(root, name)?.setAttribute("open", "");
  const scroll = root.querySelector(".event-grid-scroll");
  if (scroll) scroll.scrollLeft = left;
  if (!had) return;
  const back = (key && find(root, key)) || root.querySelector(".event-detail h2") || root.querySelector("h1");
  back?.focus({ preventScroll: true });
}

function build(open, tab, signal, draw) {
  const { page } = open;
  const selected = current().params.get("at");
  const context = {
    open, page, signal, selected, draw: session.refresh,
    view: page.view,
    marks: touched(open.changes),
    act: session.act,
    meeting: page.view.meetings.find((meeting) => keyOf(meeting) === selected),
    select: (key) => choose(tab, key, draw),
  };
  const planning = PLANNING.includes(tab);
  const unplanned = !page.event.plan;
  const body = unplanned && tab !== "follow" ? [invitation(open), tab === "shortlist" ? rules(context) : null] : TABS[tab](context);
  const panel = planning && !unplanned && detail(context);
  return [
    head(open, tab),
    open.run,
    trouble(open),
    planning || tab === "day" ? changesBar(open, { undo: session.undo, select: context.select, dismiss: () => { Object.assign(open, { changes: null, done: [] }); draw(); } }) : null,
    planning && !unplanned ? findings(context) : null,
    el("div", { class: `event-body${panel ? " event-with-detail" : ""}` }, el("div", { class: "event-main" }, body), panel),
  ];
}

/** Opens a meeting beside the plan. Closing it is a step back. */
function choose(tab, key, draw) {
  const { parts, params } = current();
  if (!PLANNING.includes(tab)) return go(address("event", [parts[0], "timetable"], { at: key }));
  if (params.get("at") === key) return;
  const to = address("event", [parts[0], tab], { ...Object.fromEntries(params), at: key });
  const root = document.querySelector(".event");
  if (params.get("at")) history.replaceState(history.state, "", to);
  else history.pushState(null, "", to);
  keepingPlace(root, draw);
}

function head(open, tab) {
  const { view, event, review } = open.page;
  const { totals } = view;
  const busy = Boolean(open.busy);
  const fact = (key, text) => el("div", {}, el("dt", { text: t(`event.total.${key}`) }), el("dd", { class: "number", text }));
  const solve = (fresh) => session.act((now, run) => planEvent(now.id, now.revision, { fresh, run }), { waiting: t("event.planning"), long: true });
  const first = view.slots[0];
  return el("header", { class: "event-head", "aria-busy": String(busy) },
    el("p", { class: "event-back" }, el("a", { href: address("event"), text: `← ${t("event.title")}` })),
    el("div", { class: "event-row event-between" },
      el("div", {}, el("h1", { tabindex: "-1" }, words(view.name)),
        el("p", { class: "soft" }, first ? `${day(first.starts)} ${clock(first.starts)}–${clock(view.slots.at(-1).ends)}` : t("event.noday"),
          view.place ? [" · ", words(view.place)] : null, view.held ? el("span", { class: "tag event-held", text: t("event.held") }) : null)),
      event.plan && PLANNING.includes(tab) && !view.held ? el("div", { class: "event-row" },
        open.undo.length && !open.changes && !open.done.length ? el("button", { type: "button", dataset: { key: "undo" }, disabled: busy, text: t("event.undo"), on: { click: session.undo } }) : null,
        el("button", { type: "button", class: "primary", dataset: { key: "replan" }, disabled: busy, text: open.busy ?? t("event.replan"), on: { click: () => solve(false) } }),
        el("button", { type: "button", dataset: { key: "fresh" }, disabled: busy, title: t("event.fresh.help"), text: t("event.fresh"), on: { click: () => solve(true) } })) : null),
    el("dl", { class: "event-totals" },
      fact("needs", `${totals.needs_met} / ${totals.needs}`),
      fact("meetings", `${totals.seated} / ${totals.meetings}`),
      fact("opcs", totals.opcs_met),
      fact("mean", totals.mean_degree === null ? "–" : totals.mean_degree.toFixed(1)),
      fact("worth", points(review.worth ?? 0)),
      open.page.chances ? fact("expected", open.page.chances.expected_fits.toFixed(1)) : null),
    el("nav", { class: "event-tabs", "aria-label": t("event.tabs") }, Object.keys(TABS).map((name) =>
      el("a", { href: address("event", [open.id, name]), "aria-current": name === tab ? "page" : null, text: t(`event.tab.${name}`) }))));
}

function invitation(open) {
  const solve = () => session.act((event, run) => planEvent(event.id, event.revision, { run }), { waiting: t("event.planning"), undoable: false, long: true });
  return el("div", { class: "panel state" },
    el("p", { text: t("event.invite", { needs: open.page.view.needs.length, seats: open.page.view.slots.length * open.page.view.tables.length }) }),
    el("p", { class: "state-actions" },
      el("button", { type: "button", class: "primary", dataset: { key: "plan" }, disabled: Boolean(open.busy), text: open.busy ?? t("event.plan"), on: { click: solve } })),
    removal(open));
}

/** What went wrong, and what to do: nothing that was chosen is lost. */
function trouble(open) {
  if (!open.trouble) return null;
  const { text, stale, again } = open.trouble;
  const dismiss = () => {
    open.trouble = null;
    session.refresh();
  };
  return el("div", { class: "event-trouble", role: "alert" },
    el("p", { dir: "auto", text }),
    stale ? el("p", { text: t("event.stale.help") }) : null,
    el("p", { class: "event-row" },
      stale ? el("button", { type: "button", class: "primary", dataset: { key: "reload-again" }, text: t("event.stale.again"), on: { click: () => session.reloadAnd(again) } }) : null,
      el("button", { type: "button", dataset: { key: "reload" }, text: stale ? t("event.stale.reload") : t("state.retry"), on: { click: () => (stale ? session.reloadAnd(null) : again()) } }),
      el("button", { type: "button", class: "plain", text: t("event.dismiss"), on: { click: dismiss } })));
}
