// Matchmaking events: the list, a new one, and the page of one. Loaded when first asked for.

import { events, followUpSummary } from "./api.js";
import { el, words } from "../../dom.js";
import { addWords, t } from "../../i18n.js";
import { address } from "../../route.js";
import { order } from "../order.js";
import { empty } from "../state/state.js";
import { funnel } from "./funnel.js";
import { newEvent } from "./new.js";
import { eventPageView } from "./page.js";
import { NAMES, WORDS } from "./vocabulary.js";
import { clock, day } from "./words.js";

const worded = addWords("event", WORDS, NAMES);

const SHEETS = ["event", "timetable", "day"];

/** The styles of events, once; resolves when they stand, so that nothing jumps. */
let styled = null;
function styles() {
  styled ??= Promise.all(SHEETS.map((name) => new Promise((done) => {
    document.head.append(el("link", { rel: "stylesheet", href: `/components/event/${name}.css`, on: { load: done, error: done } }));
  })));
  return styled;
}

export async function eventView(route, signal, info) {
  await Promise.all([styles(), worded]);
  const [id] = route.parts;
  if (!id) return list(signal);
  if (id === "new") return newEvent(signal, info);
  return eventPageView(route, signal);
}

async function list(signal) {
  const [all, summary] = await Promise.all([events(signal), followUpSummary(signal)]);
  const create = el("a", { class: "button primary", href: address("event", ["new"]), text: t("event.new") });
  const heading = el("div", { class: "event-row event-between" }, el("h1", { text: t("event.title") }), all.length ? create : null);
  if (!all.length) return { title: t("event.title"), nodes: [heading, el("div", { class: "panel" }, empty(t("event.none"), create))] };
  const rows = el("ul", { class: "event-list" }, all.map((event) => el("li", { class: "panel" },
    el("h2", {}, el("a", { href: address("event", [event.id, event.held ? "follow" : "shortlist"]) }, words(event.name))),
    el("p", { class: "soft" }, event.starts ? `${day(event.starts)} ${clock(event.starts)}` : t("event.noday"), event.place ? [" · ", words(event.place)] : null),
    el("p", { class: "tags" },
      el("span", { class: "tag number", text: t("event.count.needs", { n: event.needs }) }),
      el("span", { class: "tag number", text: event.meetings ? t("event.count.meetings", { n: event.meetings }) : t("event.unplanned") }),
      event.held ? el("span", { class: "tag event-held", text: t("event.held") }) : null))));
  return {
    title: t("event.title"),
    nodes: [heading, order(["id", "date", "name"], [[rows, all]]), rows,
    funnel(summary, t("event.funnel.all"))],
  };
}
