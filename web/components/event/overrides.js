// What the organiser has set by hand, and what each of it costs.

import { editEvent, eventPrices } from "../../api.js";
import { el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { failed, loading } from "../state/state.js";
import { priceWords } from "./detail.js";
import { keyOf, namesOf, saidOf } from "./words.js";

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
  const { open, signal, page: { event }, view, act } = context;
  body.replaceChildren(loading(t("event.pricing")));
  const names = namesOf(view);
  try {
    const prices = await eventPrices(open.id, signal);
    const line = ({ of, ...price }) => {
      const pair = of?.pair;
      const lift = pair && (of.override === "pin" ? "unpin" : of.override === "ban" ? "unban" : null);
      const why = of?.override === "ban" ? (event.bans ?? []).find((ban) => keyOf(ban.pair) === keyOf(pair))?.why : "";
      return el("li", { class: "event-option" },
        el("span", { class: "event-line-who" }, el("strong", {}, pair ? [`${t(`event.kind.${of.override}`)} `, words(names.pair(pair))] : words(saidOf(price, view))),
          why ? el("span", { class: "tiny soft" }, words(why)) : null),
        lift ? el("button", { type: "button", dataset: { key: `${lift} ${keyOf(pair)}` }, text: t(`event.do.${lift}`), on: { click: () => act((known) => editEvent(known.id, known.revision, [{ do: lift, need: pair.need, opc: pair.opc }])) } }) : null,
        el("div", { class: "event-asked" }, pair ? priceWords(price, context) : null));
    };
    body.replaceChildren(el("ul", { class: "event-meetings" }, prices.map(line)));
  } catch (error) {
    if (!signal.aborted) body.replaceChildren(failed(error, () => fill(context, body)));
  }
}
