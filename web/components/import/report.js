// The parts of a row report.

import { download, el, words } from "../../dom.js";
import { deadline, money, place } from "../../format.js";
import { inScript, lang, t } from "../../i18n.js";
import { inOrder, order, orderChoice } from "../order.js";
import { sortable } from "../sortable.js";

/** Pairs of rows that are shown of those that are nearly the same. */
const NEAR = 20;

/** What the bytes turned out to be. */
export function formLine(report) {
  const form = [report.format.toUpperCase(), report.encoding, ...report.sheets.filter((sheet) => sheet.name).map((sheet) => `${sheet.name} (${sheet.rows})`)];
  return el("p", { class: "tiny soft" }, words(form.filter(Boolean).join(" · ")));
}

export function counts(report) {
  const notes = report.complaints.filter((complaint) => complaint.severity === "noted").length;
  const numbers = [["taken", report.taken], ["new", report.added], ["replaced", report.replaced], ["rejected", report.rows_rejected], ["notes", notes]];
  return el("ul", { class: "import-counts" }, numbers
    .filter(([name, n]) => n || name === "taken" || name === "rejected")
    .map(([name, n]) => el("li", { dataset: { count: name, some: Boolean(n) } }, el("strong", { class: "number", text: n }), el("span", { text: t(`import.count.${name}`) }))));
}

/** Every complaint: rejected rows first, with the reason and the remedy. */
export function rowReport(report) {
  const head = el("h3", { text: t("import.rows") });
  if (!report.complaints.length) return el("section", { class: "panel import-rows" }, head, el("p", { class: "soft", text: t("import.rows.none") }));
  const pick = (complaint, name) => inScript(complaint[`${name}_${lang()}`]);
  const sorted = [...report.complaints].sort((a, b) => (b.severity === "rejected") - (a.severity === "rejected"));
  const where = (complaint) => [complaint.sheet, complaint.row ? t("import.row", { n: complaint.row }) : null, complaint.column ? `“${complaint.column}”` : null]
    .filter(Boolean).map((part, at) => [at ? " · " : null, words(part)]);
  const lines = el("tbody", {}, sorted.map((complaint) => el("tr", { dataset: { severity: complaint.severity, code: complaint.code } },
    el("th", { scope: "row" }, el("span", { class: "import-severity", dataset: { severity: complaint.severity }, text: t(`import.severity.${complaint.severity}`) }), " ", where(complaint)),
    el("td", { dir: "auto", text: pick(complaint, "reason") }),
    el("td", { dir: "auto", text: pick(complaint, "remedy") }))));
  return el("section", { class: "panel import-rows" },
    head,
    order(["severity", "row"], [[lines, sorted]]),
    el("div", { class: "import-scroll", tabindex: "0", role: "region", "aria-label": t("import.rows") },
      el("table", { class: "import-table", id: "row-report" },
        el("thead", {}, el("tr", {}, [t("import.where"), t("import.reason"), t("import.remedy")].map((text) => el("th", { scope: "col", text })))),
        lines)),
    report.complaints_left_out ? el("p", { class: "soft", text: t("import.more", { n: report.complaints_left_out }) }) : null,
    report.rejects_csv ? el("p", { class: "import-actions" },
      el("button", { type: "button", text: t("import.rejects"), on: { click: () => download(rejectsName(report.file), report.rejects_csv, "text/csv;charset=utf-8") } }),
      el("span", { class: "soft", text: t("import.rejects.help") })) : null);
}

const rejectsName = (file) => `${file.replace(/\.[^.]*$/, "")}-rejects.csv`;

/** The first listings as they were read, so that a wrong column shows. */
export function sample(listings) {
  if (!listings.length) return null;
  const side = listings[0].side;
  const columns = [
    [t(`board.column.listing.${side}`), (l) => words(l.title || t("listing.untitled"), { class: "clamp" })],
    [t("listing.text"), (l) => words(l.text, { class: "clamp" })],
    [t("import.party"), (l) => words(l.party.name, { class: "clamp" })],
    [t(`fact.money.${side}`), (l) => money(l.money), (l) => l.money?.high ?? l.money?.low ?? ""],
    [t("fact.region"), (l) => place(l.region)],
    [t("fact.deadline"), (l) => deadline(l.dates.deadline)],
  ];
  return el("section", { class: "panel" },
    el("h3", { text: t("import.sample") }),
    el("div", { class: "import-scroll", tabindex: "0", role: "region", "aria-label": t("import.sample") },
      sortable(el("table", { class: "import-table import-sample" },
        el("thead", {}, el("tr", {}, columns.map(([head]) => el("th", { scope: "col", text: head })))),
        el("tbody", {}, listings.map((listing) => el("tr", {}, columns.map(([, cell, value]) => el("td", { dataset: value ? { value: value(listing) } : {} }, cell(listing) || el("span", { class: "soft", text: "–" }))))))))));
}

export function nearDuplicates(report) {
  const pairs = report.near_duplicates;
  if (!pairs.length) return null;
  const list = el("ul", { class: "import-near" });
  const draw = (name) => list.replaceChildren(...inOrder(name, pairs, (pair) => ({ likeness: pair.similarity, row: pair.first.row })).slice(0, NEAR).map((pair) => el("li", {
    text: t("import.near.pair", { a: pair.first.row, b: pair.second.row, likeness: Math.round(pair.similarity * 100) }),
  })));
  draw("alike");
  return el("section", { class: "panel" }, el("h3", { text: t("import.near") }), pairs.length > 1 ? orderChoice(["alike", "row"], draw, "near") : null, list);
}
