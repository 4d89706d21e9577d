// What a need or an OPC has of its own: meetings at least and at most, its table, the
// stage. Rows of fields, for the form of the rules; empty means: as the rules say.

import { el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { sortable } from "../sortable.js";

/** An OPC counts under the first name of its group. */
export const canonical = (event, opc) => {
  const bare = (name) => name.replace(/\s/g, "");
  const group = (event.aliases ?? []).find((names) => names.some((name) => bare(name) === bare(opc)));
  return bare(group?.[0] ?? opc);
};

/** The entry of an OPC, under whichever of its names. */
export const opcEntry = (event, opc) => (event.opcs ?? []).find((entry) => canonical(event, entry.opc) === canonical(event, opc));

/** `input(name, type, value, attributes)` makes a field whose name ends in the row's id. */
export function needRows({ view, page: { event } }, input) {
  const titles = new Map(view.needs.map((need) => [need.need, need.title]));
  return table(t("side.requirement"), ["own_min", "own_max", "table", "on_stage"], event.needs.map((entry) => {
    const { need, min, max, table: seat, on_stage } = entry;
    const title = titles.get(need) || need;
    const own = field(input, title);
    return row(title, [
      own(`own_min need ${need}`, "number", min ?? "", limit(event.rules.need_min)),
      own(`own_max need ${need}`, "number", max ?? "", limit(event.rules.need_max)),
      own(`table ${need}`, "number", Number.isInteger(seat) ? seat + 1 : "", { min: 1, max: event.frame.tables, step: 1, inputmode: "numeric" }),
      own(`on_stage ${need}`, "checkbox", on_stage ?? false)]);
  }));
}

/** The same of OPCs, with a field to find one by name. */
export function opcRows({ open, view, page: { event } }, input) {
  const rows = view.opcs.map(({ opc, name }) => {
    const entry = opcEntry(event, opc);
    const own = field(input, name || opc);
    return row(name || opc, [
      own(`own_min opc ${opc}`, "number", entry?.min ?? "", limit(event.rules.opc_min)),
      own(`own_max opc ${opc}`, "number", entry?.max ?? "", limit(event.rules.opc_max))]);
  });
  const find = el("input", { type: "search", id: "rules-find", autocomplete: "off", value: open.rulesFind ?? "", placeholder: t("event.rules.find"), dataset: { key: "rules find" } });
  const sift = () => {
    open.rulesFind = find.value;
    const sought = find.value.trim().toLowerCase();
    for (const line of rows) line.hidden = !line.firstChild.textContent.toLowerCase().includes(sought);
  };
  find.addEventListener("input", sift);
  // Enter looks, it does not send the form.
  find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  sift();
  return [el("label", { class: "off-screen", for: "rules-find", text: t("event.rules.find") }), find, table("OPC", ["own_min", "own_max"], rows)];
}

const MOST_MEETINGS = 20;
const limit = (usual) => ({ min: 0, max: MOST_MEETINGS, step: 1, inputmode: "numeric", placeholder: usual });

const field = (input, who) => (name, type, value, more) =>
  el("td", {}, input(name, type, value, { "aria-label": `${t(`event.rules.${name.split(" ")[0]}`)}: ${who}`, ...more }));

const row = (title, cells) => el("tr", {}, el("th", { scope: "row" }, words(title)), cells);

function table(heading, columns, rows) {
  return el("div", { class: "event-rules-rows", role: "region", tabindex: "0", "aria-label": heading }, sortable(el("table", {},
    el("thead", {}, el("tr", {}, el("th", { scope: "col", text: heading }), columns.map((name) => el("th", { scope: "col", text: t(`event.rules.${name}`) })))),
    el("tbody", {}, rows))));
}

/** The entries of needs and OPCs with what was filled in; `draft` is field → value. */
export function withOwn(event, draft) {
  const number = (name, now) => (draft.has(name) ? (draft.get(name) === "" ? undefined : Number(draft.get(name))) : now);
  const needs = event.needs.map((entry) => {
    const table = number(`table ${entry.need}`, entry.table === undefined ? undefined : entry.table + 1);
    return {
      ...entry,
      min: number(`own_min need ${entry.need}`, entry.min),
      max: number(`own_max need ${entry.need}`, entry.max),
      table: table === undefined ? undefined : table - 1,
      on_stage: draft.has(`on_stage ${entry.need}`) ? draft.get(`on_stage ${entry.need}`) : entry.on_stage,
    };
  });
  const opcs = [...(event.opcs ?? [])];
  const named = new Set([...draft.keys()].map((name) => name.match(/^own_(?:min|max) opc (.*)$/s)?.[1]).filter((opc) => opc !== undefined));
  for (const opc of named) {
    const entry = opcEntry({ ...event, opcs }, opc) ?? { opc };
    const after = { ...entry, min: number(`own_min opc ${opc}`, entry.min), max: number(`own_max opc ${opc}`, entry.max) };
    if (opcs.includes(entry)) opcs[opcs.indexOf(entry)] = after;
    else if (after.min !== undefined || after.max !== undefined) opcs.push(after);
  }
  return { needs, opcs };
}

/** The first own limit that its other end contradicts; null when all stand to reason. */
export function crossed(form) {
  for (const field of form.elements) {
    const [, side, id] = field.name?.match(/^own_max (need|opc) (.*)$/s) ?? [];
    if (!side) continue;
    const least = form.elements[`own_min ${side} ${id}`];
    const stated = (own, usual) => Number(own.value === "" ? form.elements[usual].value : own.value);
    if ((field.value !== "" || least.value !== "") && stated(least, `${side}_min`) > stated(field, `${side}_max`)) return field.value === "" ? least : field;
  }
  return null;
}
