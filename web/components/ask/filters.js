// What of the other list may be seen at all: place, amount, still open, remote. The
// choice stands in the address; what is not stated passes unless said otherwise.

import { overview } from "../../api.js";
import { el } from "../../dom.js";
import { place } from "../../format.js";
import { t } from "../../i18n.js";
import { current, note } from "../../route.js";

const NAMES = ["place", "least", "most", "open", "remote", "stated"];

/** The filter of the API that the address states. */
export function filterOf(params) {
  const [province = "", city = ""] = (params.get("place") ?? "").split("/");
  const wan = (name) => (Number(params.get(name)) > 0 ? Number(params.get(name)) * 10_000 : undefined);
  const region = { ...(province && { province }), ...(city && { city }), ...(params.get("remote") && { remote: true }) };
  const open = params.get("open");
  return {
    region, budget: { least: wan("least"), most: wan("most") }, stated_only: Boolean(params.get("stated")),
    ...(/^\d{4}-\d{2}-\d{2}$/.test(open ?? "") && { open_on: open }),
  };
}

/** How many conditions the address states. */
const stated = (params) => NAMES.filter((name) => params.get(name)).length;

/** The conditions as a part of the form; `changed` is told of each change. */
export function filters(side, changed, signal) {
  const other = side === "requirement" ? "capability" : "requirement";
  const { params } = current();
  const count = el("span", { class: "tag number" });
  const counted = () => {
    const n = stated(current().params);
    count.textContent = n;
    count.hidden = !n;
  };
  const set = (name, value) => {
    note({ [name]: value });
    counted();
    changed();
  };
  const field = (name, input) => {
    input.id = `ask-${name}`;
    input.addEventListener("change", () => set(name, input.type === "checkbox" ? (input.checked ? "1" : "") : input.value));
    const label = el("label", { for: input.id, text: t(name === "least" || name === "most" ? `filter.${name}.${other}` : `filter.${name}`) });
    return el("div", { class: input.type === "checkbox" ? "ask-check" : "ask-field" }, input.type === "checkbox" ? [input, label] : [label, input]);
  };
  const where = el("select", {}, el("option", { value: "", text: t("filter.place.any") }), params.get("place") ? el("option", { value: params.get("place"), selected: true, text: params.get("place").replace("/", "") }) : null);
  const number = (name) => el("input", { type: "number", min: "0", step: "0.1", inputmode: "decimal", value: params.get(name) ?? "" });
  const box = (name) => el("input", { type: "checkbox", checked: Boolean(params.get(name)) });
  const clear = el("button", { type: "button", class: "plain", text: t("filter.clear"), on: { click: () => {
    note(Object.fromEntries(NAMES.map((name) => [name, ""])));
    for (const input of whole.querySelectorAll("input, select")) input.type === "checkbox" ? (input.checked = false) : (input.value = "");
    counted();
    changed();
  } } });
  const whole = el("details", { class: "ask-filters", open: stated(params) > 0 },
    el("summary", {}, t(`filter.title.${other}`), " ", count),
    el("div", { class: "ask-fields" }, field("place", where), field("least", number("least")), field("most", number("most")),
      field("open", el("input", { type: "date", value: params.get("open") ?? "" })), field("remote", box("remote")), field("stated", box("stated")), clear));
  let filled = false;
  const fill = async () => {
    if (filled || !whole.open) return;
    filled = true;
    // Places that the other list names; without them the choice stays as it is.
    const { rows } = await overview(other, signal).catch(() => ({ rows: [] }));
    const places = new Map();
    for (const { listing: { region } } of rows) if (region?.province) places.set(`${region.province}/${region.city ?? ""}`, place({ province: region.province, city: region.city }));
    const chosen = where.value;
    where.replaceChildren(where.options[0], ...[...places].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([value, text]) => el("option", { value, selected: value === chosen, text })));
  };
  whole.addEventListener("toggle", fill);
  fill();
  counted();
  return whole;
}
