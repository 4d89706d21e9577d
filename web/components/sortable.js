// Tables that whoever reads them puts in order, by a button in the head of each column.

import { announce, el } from "../dom.js";
import { locale, t } from "../i18n.js";

/** What a cell is compared by: its own `data-value`, what stands in its field, or its text. */
function valueOf(cell) {
  const field = cell.querySelector("input, select");
  if (field?.type === "checkbox") return Number(field.checked);
  const said = cell.dataset.value ?? (field ? field.value || field.placeholder : cell.textContent.trim());
  const number = Number(said.replace(/[,%\s]/g, ""));
  return said !== "" && !Number.isNaN(number) ? number : said;
}

/** Numbers before words; what says nothing comes last either way. */
function compare(a, b, sign) {
  const said = (value) => value !== "" && value !== "–";
  if (said(a) !== said(b)) return said(a) ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return sign * String(a).localeCompare(String(b), locale());
}

/**
 * Makes the heads of `table` sort its rows; the table itself. Numbers begin with the
 * largest, words with the first; pressed again it is the other way round, and once more
 * as the rows came.
 */
export function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const [body] = table.tBodies;
  const came = [...body.rows];
  if (came.length < 2) return table;
  heads.forEach((head, column) => {
    const name = head.textContent.trim();
    if (!name) return;
    head.setAttribute("aria-sort", "none");
    head.replaceChildren(el("button", { type: "button", class: "plain head-sort", text: name, on: { click: () => {
      const first = came.some((row) => typeof valueOf(row.cells[column]) === "number") ? "descending" : "ascending";
      const second = first === "ascending" ? "descending" : "ascending";
      const next = { none: first, [first]: second, [second]: "none" }[head.getAttribute("aria-sort")];
      for (const other of heads) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", other === head ? next : "none");
      const sign = next === "descending" ? -1 : 1;
      const rows = came.map((row) => ({ row, value: valueOf(row.cells[column]) }));
      if (next !== "none") rows.sort((a, b) => compare(a.value, b.value, sign));
      body.append(...rows.map(({ row }) => row));
      announce(t(`sort.${next}`, { name }));
    } } }));
  });
  return table;
}
