// One meeting beside the plan: what it is worth, why, and everything that can be
// done with it. A pin or a ban says what it costs before it is made.

import { editEvent, eventAddress, eventPrice } from "./api.js";
import { announce, el, words } from "../../dom.js";
import { lang, shownIn, t } from "../../i18n.js";
import { address, current, listingAddress } from "../../route.js";
import { degree, theFloor } from "../degree/degree.js";
import { reason } from "../state/state.js";
import { attendance } from "./attendance.js";
import { longRun } from "./run.js";
import { seats } from "./seating.js";
import { moveTo } from "./timetable.js";
import { clock, namesOf, pairWords, points, said, seatWords } from "./words.js";

/** The verdict that a degree alone allows. */
export const verdictOf = (value) => (value >= theFloor() ? "fit" : "below_floor");

/** Sends one edit. */
export const send = ({ act }, edit) => act((event) => editEvent(event.id, event.revision, [edit]));

export function detail(context) {
  const { meeting, selected, open, view } = context;
  if (!selected) return null;
  const close = el("a", { class: "button event-close", href: closeAddress(), dataset: { key: "close" }, text: t("event.close") });
  if (!meeting) {
    return el("aside", { class: "panel event-detail", "aria-label": t("event.detail") },
      el("div", { class: "event-row event-between" }, el("h2", { tabindex: "-1", text: t("event.gone") }), close), el("p", { class: "soft", text: t("event.gone.help") }));
  }
  const busy = Boolean(open.busy);
  const pair = { need: meeting.need, opc: meeting.opc };
  const asked = el("div", { class: "event-asked", "aria-live": "polite" });
  const button = (key, run, more = {}) => el("button", { type: "button", disabled: busy, dataset: { key: `do ${key}` }, text: t(`event.do.${key}`), on: { click: run }, ...more });
  const simple = (name) => button(name, () => send(context, { do: name, ...pair }));
  const viewLine = (key, value) => el("div", {}, el("dt", { text: t(`event.view.${key}`) }), el("dd", {}, degree(value, verdictOf(value), { label: t(`event.view.${key}`) })));
  return el("aside", { class: "panel event-detail", "aria-labelledby": "event-detail-title" },
    el("div", { class: "event-row event-between" }, el("h2", { id: "event-detail-title", tabindex: "-1", text: t("event.detail") }), close),
    el("p", { class: "event-detail-who" }, el("span", { class: "tiny soft" }, t("side.requirement.one")), words(meeting.need_title || meeting.need), el("span", { class: "tiny soft" }, words(meeting.need_party))),
    el("p", { class: "event-detail-who" }, el("span", { class: "tiny soft" }, "OPC"), words(meeting.opc_name || meeting.opc), el("span", { class: "tiny soft" }, words(meeting.capability_title))),
    el("dl", { class: "event-views" }, viewLine("degree", meeting.degree), viewLine("need", meeting.need_view), viewLine("opc", meeting.opc_view)),
    el("p", { class: "event-row" },
      el("a", { href: listingAddress("requirement", meeting.need, meeting.capability), text: t("event.why") }),
      el("a", { href: eventAddress(open.id, "/print/briefs", { lang: shownIn(), need: meeting.need }), target: "_blank", rel: "noopener", text: t("event.brief") })),
    el("p", { class: "number" }, el("strong", { text: meeting.slot ? `${clock(meeting.starts)} · ${seatWords(meeting.slot, meeting.table)}` : t("event.noseat") }),
      meeting.locked ? el("span", { class: "tag", text: t("event.locked.long") }) : null,
      meeting.pinned ? el("span", { class: "tag", text: t("event.pinned.long") }) : null),
    view.held ? el("p", { class: "soft", text: t("event.held.help") }) : [
      el("div", { class: "event-row" },
        meeting.slot || meeting.locked ? simple(meeting.locked ? "unlock" : "lock") : null,
        meeting.pinned ? simple("unpin") : button("pin", () => ask(context, meeting, "pin", asked)),
        meeting.pinned ? null : simple("drop"),
        meeting.pinned ? null : button("ban", () => ask(context, meeting, "ban", asked))),
      asked,
      meeting.locked ? null : moveForm(context, meeting),
      el("details", { class: "event-people", dataset: { key: "people" } }, el("summary", { text: t("event.people") }),
        attendance(context, { need: meeting.need }), attendance(context, { opc: meeting.opc }))]);
}

function closeAddress() {
  const { view, parts, params } = current();
  return address(view, parts, { ...Object.fromEntries(params), at: "" });
}

/** What a pin or a ban costs, and only then the button that makes it. */
async function ask(context, meeting, what, place) {
  const { open, signal } = context;
  const why = what === "ban" ? el("input", { type: "text", id: "event-ban-why", maxlength: 200, autocomplete: "off" }) : null;
  const edit = () => ({ do: what, need: meeting.need, opc: meeting.opc, ...(why ? { why: why.value.trim() } : {}) });
  const cancel = () => {
    place.replaceChildren();
    document.querySelector(`[data-key="do ${what}"]`)?.focus();
  };
  const { node, answer } = longRun(open.id, (run) => eventPrice(open.id, edit(), run, signal));
  place.replaceChildren(el("p", { class: "soft", text: t("event.pricing") }), node);
  let price;
  try {
    price = priceWords(await answer, context);
  } catch (error) {
    if (signal.aborted) return;
    price = el("p", { class: "event-wrong", text: reason(error) });
  }
  const confirm = el("button", { type: "button", class: "primary", text: t(`event.confirm.${what}`), on: { click: () => send(context, edit()) } });
  place.replaceChildren(price, why ? el("p", { class: "event-field" }, el("label", { for: "event-ban-why", text: t("event.ban.why") }), why) : "",
    el("p", { class: "event-row" }, confirm, el("button", { type: "button", class: "plain", text: t("event.cancel"), on: { click: cancel } })));
  announce(price.textContent);
  (why ?? confirm).focus();
}

/** A price with the names of whom it drives out and brings in. */
export function priceWords(price, { view }) {
  const names = namesOf(view);
  const pairs = (list) => list.map((pair) => names.pair(pair)).join(lang() === "en" ? "; " : "；");
  const kind = price.cost === 0 ? "none" : price.cost < 0 ? "gain" : "cost";
  return el("div", { class: "event-price", dataset: { kind } },
    el("p", {}, el("strong", { class: "number", text: t(`event.price.${kind}`, { n: points(Math.abs(price.cost)) }) })),
    price.displaced?.length ? el("p", {}, t("event.price.out"), words(pairs(price.displaced))) : null,
    price.brought?.length ? el("p", {}, t("event.price.in"), words(pairs(price.brought))) : null,
    price.concessions > 0 ? el("p", { text: t("event.price.rules") }) : null,
    price.cost === undefined ? el("p", { text: said(price) }) : null);
}

/** A seat out of a list: moving without dragging. */
function moveForm(context, meeting) {
  const { view, open } = context;
  const options = seats(view, meeting).filter((seat) => !seat.barred && seat.other !== meeting);
  if (!options.length) return el("p", { class: "soft", text: t("event.move.nowhere") });
  const select = el("select", { id: "event-move", dataset: { key: "move-to" } }, view.slots.map((slot) => {
    const here = options.filter((seat) => seat.slot === slot.number);
    return here.length ? el("optgroup", { label: `${clock(slot.starts)} ${t("event.slot.n", { n: slot.number })}` },
      here.map((seat) => el("option", { value: `${seat.slot} ${seat.table}` }, `${clock(seat.starts)} ${t("event.table", { n: seat.table })} · ${seat.other ? t("event.move.with", { pair: pairWords(seat.other) }) : t("event.free")}`))) : null;
  }));
  return el("form", { class: "event-move", on: { submit: (event) => {
    event.preventDefault();
    const [slot, table] = select.value.split(" ").map(Number);
    moveTo(context, meeting, slot, table);
  } } },
  el("label", { for: "event-move", text: t("event.move") }), select,
  el("button", { type: "submit", disabled: Boolean(open.busy), dataset: { key: "do move" }, text: t("event.move.go") }));
}
