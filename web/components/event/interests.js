// Which OPC has asked to meet which need: listed, taken out, added.

import { announce, el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { inOrder, orderChoice } from "../order.js";
import { keyOf, namesOf } from "./words.js";

/** `draft` keeps the list under `interests` until it is saved. */
export function interests({ view, page: { event } }, draft) {
  const names = namesOf(view);
  const now = () => draft.get("interests") ?? event.interests ?? [];
  const list = el("ul", { class: "event-meetings" });
  const keep = (pairs, said, focus) => {
    draft.set("interests", pairs);
    draw();
    announce(said);
    (list.querySelector(focus) ?? opc).focus();
  };
  let by = "listed";
  const draw = () => list.replaceChildren(...inOrder(by, now(), (pair) => ({ name: names.opc(pair.opc) })).map((pair) => el("li", { class: "event-option" },
    el("span", { class: "event-line-who" }, words(names.opc(pair.opc)), ` ${t("event.interest.asks")} `, words(names.need(pair.need))),
    el("button", { type: "button", dataset: { key: `interest ${keyOf(pair)}` }, text: t("event.interest.remove"), "aria-label": `${t("event.interest.remove")}: ${names.pair(pair)}`, on: { click: () =>
      keep(now().filter((other) => keyOf(other) !== keyOf(pair)), t("event.interest.removed", { pair: names.pair(pair) }), "button") } }))));
  const choice = (id, label, options) => {
    const select = el("select", { id, dataset: { key: id } }, options.map(([value, text]) => el("option", { value, text })));
    return [select, el("div", { class: "event-field" }, el("label", { for: id, text: label }), select)];
  };
  const byName = [...view.opcs].sort((a, b) => (a.name || a.opc).localeCompare(b.name || b.opc, "zh"));
  const [opc, opcField] = choice("event-interest-opc", "OPC", byName.map((one) => [one.opc, one.name || one.opc]));
  const [need, needField] = choice("event-interest-need", t("side.requirement.one"), view.needs.map((one) => [one.need, one.title || one.need]));
  const add = () => {
    const pair = { need: need.value, opc: opc.value };
    if (now().some((other) => keyOf(other) === keyOf(pair))) return announce(t("event.interest.there"));
    keep([...now(), pair], t("event.interest.added", { pair: names.pair(pair) }), `[data-key="${CSS.escape(`interest ${keyOf(pair)}`)}"]`);
  };
  draw();
  return el("fieldset", { class: "event-interests" }, el("legend", { text: t("event.interests") }),
    el("p", { class: "tiny soft", text: t("event.interests.help") }),
    now().length > 1 ? orderChoice(["listed", "name"], (name) => {
      by = name;
      draw();
    }, "interests") : null,
    list,
    el("div", { class: "event-interest-add" }, opcField, needField, el("button", { type: "button", dataset: { key: "interest add" }, text: t("event.interest.add"), on: { click: add } })));
}
