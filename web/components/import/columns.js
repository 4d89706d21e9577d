// How each column was read, with a choice to read it otherwise.

import { el, words } from "../../dom.js";
import { FIELDS, nameOf, t } from "../../i18n.js";

const KEEP = "keep";
const IGNORE = "ignore";

/** `mapping`: what was assigned by hand so far; `remap` gets it with the changes. */
export function columns(report, mapping, remap) {
  if (!report.columns.length) return null;
  const again = el("button", { type: "button", class: "primary", disabled: true, text: t("import.remap") });
  const changed = new Map();
  const sheets = new Set(report.columns.map((column) => column.sheet)).size > 1;

  const row = (column) => {
    const { name, field, how, index } = column;
    const now = how === "ignored" ? IGNORE : (field ?? KEEP);
    const options = [...(now === KEEP ? [[KEEP, t("import.column.keep")]] : []), ...FIELDS.map((f) => [f, nameOf("field", f)]), [IGNORE, t("import.column.ignore")]];
    const id = `column-${column.sheet ?? ""}-${index}`;
    const select = el("select", { id, disabled: !name }, options.map(([value, text]) => el("option", { value, selected: value === now, text })));
    select.addEventListener("change", () => {
      if (select.value === now) changed.delete(name);
      else changed.set(name, select.value === IGNORE ? null : select.value);
      again.disabled = !changed.size;
    });
    return el("tr", { dataset: { how } },
      el("th", { scope: "row" }, el("label", { for: id }, name ? words(name, { class: "clamp" }) : t("import.column.unnamed", { n: index + 1 })),
        sheets && column.sheet ? el("span", { class: "tiny soft" }, words(column.sheet)) : null),
      el("td", {}, select),
      el("td", {}, el("span", { class: "tag", dataset: { how }, text: t(`import.how.${how}`) })));
  };

  again.addEventListener("click", () => remap({ ...mapping, ...Object.fromEntries(changed) }));
  const doubtful = report.columns.some((column) => column.how === "not_recognised");
  return el("details", { class: "panel import-columns", open: doubtful || report.taken === 0 || Object.keys(mapping).length > 0 },
    el("summary", {}, el("h3", { text: t("import.columns") }), el("span", { class: "tag number", text: report.columns.length })),
    el("p", { class: "soft", text: t("import.columns.help") }),
    el("div", { class: "import-scroll" }, el("table", { class: "import-table" },
      el("thead", {}, el("tr", {}, ["name", "field", "how"].map((head) => el("th", { scope: "col", text: t(`import.column.${head}`) })))),
      el("tbody", {}, report.columns.map(row)))),
    el("p", { class: "import-actions" }, again));
}
