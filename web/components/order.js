// The order of a list, chosen by whoever reads it and kept in the address.

import { announce, el } from "../dom.js";
import { locale, t } from "../i18n.js";
import { current, note } from "../route.js";

const worth = (listing) => listing.money?.high ?? listing.money?.low ?? -1;
const byName = (a, b) => a.localeCompare(b, locale());

/** Orders of anything: by name → how two are compared; `null` is as they came. */
export const ORDERS = {
  best: null,
  newest: null,
  id: null,
  money: (a, b) => worth(b) - worth(a),
  degree: (a, b) => b.degree - a.degree,
  listed: null,
  attention: (a, b) => Math.sign(a.meetings.length) - Math.sign(b.meetings.length),
  meetings: (a, b) => b.meetings.length - a.meetings.length,
  unowned: (a, b) => Boolean(a.owner) - Boolean(b.owner),
  severity: null,
  row: (a, b) => (a.row ?? 0) - (b.row ?? 0),
  date: (a, b) => byName(a.starts ?? "9", b.starts ?? "9"),
  name: (a, b) => byName(a.title ?? a.name ?? "", b.title ?? b.name ?? ""),
};

/**
 * A choice among orders of these names, of which the first is the usual one; `lists` are
 * `[element, items]`: the children of each element stand for its items, one by one.
 * `of(item)` is what is compared. `null` where there is nothing to put in order.
 */
export function order(names, lists, of = (item) => item) {
  if (!lists.some(([, items]) => items.length > 1)) return null;
  const rows = lists.map(([list, items]) => ({ list, rows: items.map((item, at) => ({ item, at, node: list.children[at] })) }));
  const arrange = (name) => {
    const compare = ORDERS[name];
    for (const { list, rows: all } of rows) {
      const sorted = [...all].sort((a, b) => (compare?.(of(a.item), of(b.item)) ?? 0) || a.at - b.at);
      list.append(...sorted.map(({ node }) => node));
    }
  };
  const asked = current().params.get("order");
  const chosen = names.includes(asked) ? asked : names[0];
  if (chosen !== names[0]) arrange(chosen);
  const select = el("select", {}, names.map((name) => el("option", { value: name, text: t(`order.${name}`), selected: name === chosen })));
  select.addEventListener("change", () => {
    arrange(select.value);
    note({ order: select.value === names[0] ? "" : select.value });
    announce(`${t("board.sort")} ${t(`order.${select.value}`)}`);
  });
  return el("label", { class: "list-order soft" }, el("span", { text: t("board.sort") }), " ", select);
}
