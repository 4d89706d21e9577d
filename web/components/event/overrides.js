// What the organiser has set by hand, and what each of it costs.

import { editEvent, eventPrices } from "./api.js";
import { el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { order } from "../order.js";
import { failed, loading } from "../state/state.js";
import { priceWords } from "./detail.js";
import { longRun } from "./run.js";
import { keyOf, namesOf, saidOf } from "./words.js";

/** What takes an override back, where an edit does. */
const LIFT = { pin: "unpin", ban: "unban" };

export function overrides(context) {
  const { event } = context.page;
  const count = (event.pins?.length ?? 0) + (event.bans?.length ?? 0);
  if (!count) return null;
  const body = el("div");
  let read = false;
  const folded = el("details", { class: "panel event-overrides", dataset: { key: "overrides" } },
    el("summary", { text: t("event.overrides", { pins: event.pins?.length ?? 0, bans: event.bans?.length ?? 0 }) }), body);
  folded.addEventListener("toggle", () => {
    if (!folded.open || read) return;
    read = true;
    fill(context, body);
  });
  return folded;
}

async function fill(context, body) {
  const { open, signal, view, act } = context;
  const names = namesOf(view);
  try {
    const { node, answer } = longRun(open.id, (run) => eventPrices(open.id, run, signal));
    body.replaceChildren(loading(t("event.pricing")), node);
    const prices = await answer;
    const line = ({ of, ...price }) => {
      const lift = LIFT[of.do];
      const pair = lift && { need: of.need, opc: of.opc };
      return el("li", { class: "event-option" },
        el("span", { class: "event-line-who" }, el("strong", {}, pair ? [`${t(`event.kind.${of.do}`)} `, words(names.pair(pair))] : words(saidOf(price, view))),
          of.why ? el("span", { class: "tiny soft" }, words(of.why)) : null),
        lift ? el("button", { type: "button", dataset: { key: `${lift} ${keyOf(pair)}` }, text: t(`event.do.${lift}`), on: { click: () => act((known) => editEvent(known.id, known.revision, [{ do: lift, ...pair }])) } }) : null,
        el("div", { class: "event-asked" }, pair ? priceWords(price, context) : null));
    };
    const list = el("ul", { class: "event-meetings" }, prices.map(line));
    body.replaceChildren(order(["listed", "name"], [[list, prices]], ({ of }) => ({ name: of.need ? names.pair(of) : "" }), "overrides") ?? "", list);
  } catch (error) {
    if (!signal.aborted) body.replaceChildren(failed(error, () => fill(context, body)));
  }
}
