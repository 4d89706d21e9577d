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
  deadline: (a, b) => byName(a.until ?? "9", b.until ?? "9"),
  oldest: (a, b) => b.place - a.place,
  alike: (a, b) => b.likeness - a.likeness,
  side: (a, b) => Number(a.side === "capability") - Number(b.side === "capability"),
  name: (a, b) => byName(a.title ?? a.name ?? "", b.title ?? b.name ?? ""),
};

/** `items` in the order of this name; `of(item)` is what is compared, ties stay as they came. */
export function inOrder(name, items, of = (item) => item) {
  const compare = ORDERS[name];
  return compare ? items.map((item, at) => ({ item, at, of: of(item) })).sort((a, b) => compare(a.of, b.of) || a.at - b.at).map(({ item }) => item) : [...items];
}

/**
 * A choice among orders of these names, of which the first is the usual one; `arrange(name)`
 * does it, at once where the address asks for another than the usual. `key` tells a list
 * from others of the same view.
 */
export function orderChoice(names, arrange, key = "") {
  const param = key ? `order-${key}` : "order";
  const asked = current().params.get(param);
  const chosen = names.includes(asked) ? asked : names[0];
  if (chosen !== names[0]) arrange(chosen);
  const select = el("select", {}, names.map((name) => el("option", { value: name, text: t(`order.${name}`), selected: name === chosen })));
  select.addEventListener("change", () => {
    arrange(select.value);
    note({ [param]: select.value === names[0] ? "" : select.value });
    announce(`${t("board.sort")} ${t(`order.${select.value}`)}`);
  });
  return el("label", { class: "list-order soft" }, el("span", { text: t("board.sort") }), " ", select);
}

/**
 * The same for what stands already: `lists` are `[element, items]`, the children of each
 * element stand for its items, one by one. `null` where there is nothing to put in order.
 */
export function order(names, lists, of = (item) => item, key = "") {
  if (!lists.some(([, items]) => items.length > 1)) return null;
  const rows = lists.map(([list, items]) => ({ list, items: items.map((item, at) => ({ item, node: list.children[at] })) }));
  return orderChoice(names, (name) => {
    for (const { list, items } of rows) list.append(...inOrder(name, items, ({ item }) => of(item)).map(({ node }) => node));
  }, key);
}
