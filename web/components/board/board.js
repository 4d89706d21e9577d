// The officer's board: every listing of a side with the best that was found for it.

import { exportAddress, overview } from "../../api.js";
import { announce, el, words } from "../../dom.js";
import { deadline, money, place } from "../../format.js";
import { nameOf, script, t } from "../../i18n.js";
import { address, listingAddress, note } from "../../route.js";
import { degree } from "../degree/degree.js";
import { segments } from "../segments.js";
import { empty, unfilled } from "../state/state.js";

const STEP = 50;
/** Rows that the browser lays out together or not at all. */
const GROUP = 10;
/** Rows made at once, and between two frames when all are asked for: few enough that typing and scrolling go on. */
const AT_ONCE = 100;
const A_FRAME = 30;
const SORTS = ["attention", "degree", "deadline", "money", "id"];
const SHOWN = ["all", "none", "fit"];

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const byId = (a, b) => compare(a.listing.id, b.listing.id);
const bestDegree = (row) => row.best?.degree ?? -1;
const lastDay = (row) => (row.deadline?.on ? row.deadline.on : "9999");
const worth = (row) => row.listing.money?.high ?? row.listing.money?.low ?? -1;

const ORDERS = {
  // Open listings before closed ones; among them those that nothing fits, the most urgent first.
  attention: (a, b) => b.open - a.open || b.nothing_fits - a.nothing_fits || compare(lastDay(a), lastDay(b)) || bestDegree(a) - bestDegree(b) || byId(a, b),
  degree: (a, b) => bestDegree(b) - bestDegree(a) || byId(a, b),
  deadline: (a, b) => b.open - a.open || compare(lastDay(a), lastDay(b)) || byId(a, b),
  money: (a, b) => worth(b) - worth(a) || byId(a, b),
  id: byId,
};

export async function board(route, signal) {
  const side = route.params.get("side") === "capability" ? "capability" : "requirement";
  // Whoever takes no decisions is shown none; and the board does not wait for them.
  const decided = import("../decide/board.js").then((part) => part.decidedOn(side, signal)).catch(() => null);
  const rows = (await overview(side, signal)).rows;
  const title = t(`board.title.${side}`);
  const heading = el("div", { class: "board-head" },
    el("h1", { text: title }),
    segments({
      label: t("side.switch"),
      options: ["requirement", "capability"].map((s) => [s, t(`side.${s}`)]),
      value: side,
      change: (next) => (location.hash = address("board", [], { side: next })),
    }));
  if (!rows.length) {
    return { title, nodes: [heading, unfilled()] };
  }
  return { title, nodes: [heading, ...list(side, rows, route.params, decided)] };
}

function list(side, rows, params, coming) {
  const choice = {
    show: SHOWN.includes(params.get("show")) ? params.get("show") : "all",
    sort: SORTS.includes(params.get("sort")) ? params.get("sort") : "attention",
    find: params.get("find") ?? "",
    decided: params.get("decided") ?? "",
    n: params.get("n") === "all" ? Infinity : Math.max(STEP, Number(params.get("n")) || STEP),
  };
  const foot = el("div", { class: "board-more" });
  const counts = el("div", { class: "board-counts", role: "group", "aria-label": t("board.show") });
  const find = el("input", { type: "search", id: "board-find", value: choice.find, placeholder: t("board.filter.placeholder"), autocomplete: "off" });
  const sort = el("select", { id: "board-sort" }, SORTS.map((s) => el("option", { value: s, text: t(`board.sort.${s}`) })));
  /** What was decided, once it is known. */
  let decided = null;
  const { table, heads, fill, note: onRows } = rowsTable(side, (to) => redraw({ sort: to, n: STEP }), (row) => decided?.chips(row) ?? []);
  const ordered = inOrder(rows);

  const redraw = (change = {}) => {
    Object.assign(choice, change);
    note({ show: choice.show === "all" ? "" : choice.show, sort: choice.sort === "attention" ? "" : choice.sort, find: choice.find, decided: choice.decided, n: choice.n === Infinity ? "all" : choice.n > STEP ? choice.n : "" });
    const [n, all] = draw();
    announce(t("board.shown", { n, all }));
  };
  const draw = () => {
    sort.value = choice.sort;
    for (const [name, head] of heads) head.setAttribute("aria-sort", name !== choice.sort ? "none" : name === "deadline" ? "ascending" : "descending");
    counts.replaceChildren(...countButtons(side, rows, choice.show, (show) => redraw({ show, n: STEP })));
    const found = ordered(choice.sort).filter((row) => shows(row, choice) && (decided?.picks(row, choice.decided) ?? true));
    fill(found, Math.min(choice.n, found.length));
    foot.replaceChildren(...below(found.length, choice, redraw, () => {
      find.value = "";
      if (tools.querySelector("#board-decided")) tools.querySelector("#board-decided").value = "";
      redraw({ find: "", show: "all", decided: "", n: STEP });
    }));
    return [Math.min(choice.n, found.length), found.length];
  };
  find.addEventListener("input", () => redraw({ find: find.value.trim(), n: STEP }));
  sort.addEventListener("change", () => redraw({ sort: sort.value, n: STEP }));
  const tools = el("div", { class: "board-tools" },
    el("label", { class: "off-screen", for: "board-find", text: t("board.filter") }), find,
    el("label", { class: "board-sort" }, el("span", { text: t("board.sort") }), sort),
    el("span", { class: "board-files" }, el("span", { class: "soft", text: t("board.download") }),
      [["xlsx", "Excel"], ["csv", "CSV"]].map(([format, name]) =>
        el("a", { class: "button", href: exportAddress(side, format, script()), download: "", text: name }))));
  draw();
  coming.then((found) => {
    if (!found) return;
    if (found.failed) return tools.after(el("p", { class: "board-unread", role: "alert", text: found.failed }));
    decided = found;
    tools.querySelector(".board-files").before(found.choice(rows, choice.decided, (state) => redraw({ decided: state, n: STEP })));
    if (choice.decided) draw();
    else onRows();
  });
  return [counts, tools, el("div", { class: "panel board-panel" }, table), foot];
}

/** The rows in an order; each order is made once. */
function inOrder(rows) {
  const made = new Map();
  return (order) => {
    if (!made.has(order)) made.set(order, [...rows].sort(ORDERS[order]));
    return made.get(order);
  };
}

/**
 * The table, its heads that sort, `fill(rows, n)`, which shows the first `n` rows, and
 * `note()`, which puts `noted(row)` onto those that stand already. They stand in groups, of
 * which the browser lays out only those in sight (board.css); all are on the page, so that
 * Ctrl-F and screen readers find them.
 */
function rowsTable(side, sortBy, noted) {
  const heads = new Map();
  const column = (key, className, order) => {
    const head = el("th", { scope: "col", role: "columnheader", class: className, text: order ? null : t(key) },
      order ? el("button", { type: "button", class: "plain head-sort", text: t(key), on: { click: () => sortBy(order) } }) : null);
    if (order) heads.set(order, head);
    return head;
  };
  const table = el("table", { class: "board-table", role: "table" },
    el("caption", { class: "off-screen", text: t(`board.title.${side}`) }),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row", "aria-rowindex": 1 },
      column(`board.column.listing.${side}`), column("board.column.degree", "", "degree"), column(`board.column.best.${side}`),
      column("board.column.fits", "board-narrow"), column(`board.column.money.${side}`, "", "money"), column("board.column.deadline", "", "deadline"))));
  let filling = 0;
  let standing = [];

  const fill = (rows, n) => {
    const mine = ++filling;
    standing = rows;
    for (const group of [...table.tBodies]) group.remove();
    table.setAttribute("aria-rowcount", rows.length + 1);
    const add = (from) => {
      const to = Math.min(n, from + GROUP);
      table.append(el("tbody", { role: "rowgroup" }, rows.slice(from, to).map((row, at) => line(side, row, from + at + 2, noted(row)))));
      return to;
    };
    let done = 0;
    while (done < Math.min(n, AT_ONCE)) done = add(done);
    const goOn = () => requestAnimationFrame(() => {
      if (mine !== filling || !table.isConnected) return;
      for (const until = Math.min(n, done + A_FRAME); done < until; ) done = add(done);
      if (done < n) goOn();
    });
    if (done < n) goOn();
  };
  // The rows stay as they are: somebody may be on one of them.
  const note = () => {
    for (const group of table.tBodies) for (const line of group.rows) line.cells[0].append(...noted(standing[line.getAttribute("aria-rowindex") - 2]));
  };
  return { table, heads, fill, note };
}

/** The three counts, which also choose what is shown. */
function countButtons(side, rows, shown, choose) {
  const none = rows.filter((row) => row.nothing_fits).length;
  return [["all", rows.length], ["fit", rows.length - none], ["none", none]].map(([show, n]) =>
    el("button", { type: "button", class: "board-count", dataset: { show }, "aria-pressed": String(show === shown), on: { click: () => choose(show) } },
      el("strong", { class: "number", text: n }), el("span", { text: t(`board.count.${show}.${side}`) })));
}

function shows(row, { show, find }) {
  if (show === "none" && !row.nothing_fits) return false;
  if (show === "fit" && row.nothing_fits) return false;
  return !find || find.toLowerCase().split(/\s+/).every((word) => wordsOf(row).includes(word));
}

const READ = new WeakMap();

/** Everything of a row that can be looked for, in lower case; made once. */
function wordsOf(row) {
  if (!READ.has(row)) {
    const { listing, best } = row;
    READ.set(row, [listing.id, listing.title, listing.party, place(listing.region), ...listing.industries, best?.title].join("\n").toLowerCase());
  }
  return READ.get(row);
}

function line(side, row, index, notes) {
  const { listing, best } = row;
  const cell = (label, className, ...children) => el("td", { role: "cell", class: className, dataset: { label } }, children);
  const about = [listing.party || t("listing.noparty"), place(listing.region)].filter(Boolean);
  return el("tr", { role: "row", "aria-rowindex": index, class: row.nothing_fits ? "board-unserved" : null },
    el("th", { scope: "row", role: "rowheader", class: "board-title" },
      el("a", { href: listingAddress(side, listing.id), class: "clamp" }, words(listing.title || t("listing.untitled"))),
      el("span", { class: "board-about tiny soft clamp" }, about.map((part, at) => [at ? " · " : null, words(part)]), ` · ${nameOf("category", listing.category)}`), notes),
    cell(t("board.column.degree"), "board-degree", best ? degree(best.degree, best.verdict) : "–"),
    cell(t(`board.column.best.${side}`), "board-best", bestOf(side, row)),
    cell(t("board.column.fits"), "board-narrow number", row.fits ? t(row.fits_cut ? "board.fits.many" : "board.fits", { n: row.fits }) : "0"),
    cell(t(`board.column.money.${side}`), "board-money number", money(listing.money) || el("span", { class: "soft", text: "–" })),
    cell(t("board.column.deadline"), "board-deadline number",
      deadline(row.deadline) || el("span", { class: "soft", text: "–" }), row.open ? null : el("span", { class: "tag", text: t("board.closed") })));
}

function bestOf(side, row) {
  const { listing, best } = row;
  if (!best) return el("span", { class: "board-nofit", text: t(`board.nofit.${side}`) });
  const link = el("a", { href: listingAddress(side, listing.id, best.id) }, words(best.title || t("listing.untitled")));
  if (row.nothing_fits) {
    return [el("span", { class: "board-nofit", text: t(`board.nofit.${side}`) }),
      el("span", { class: "tiny soft clamp", style: { "--lines": "1" } }, t(best.verdict === "terms_not_met" ? "board.nearest.terms" : "board.nearest"), link)];
  }
  return [el("span", { class: "clamp", style: { "--lines": "1" } }, link),
    el("span", { class: "tiny soft clamp", style: { "--lines": "1" } }, words(best.party || t("listing.noparty")))];
}

function below(found, choice, redraw, clear) {
  if (!found) return [empty(t("board.nohit"), el("button", { type: "button", text: t("board.clear"), on: { click: clear } }))];
  const shown = Math.min(found, choice.n);
  const parts = [el("span", { class: "soft", text: t("board.shown", { n: shown, all: found }) })];
  const button = (text, n) => el("button", { type: "button", text, on: { click: () => {
    redraw({ n });
    // The button is gone; the keyboard goes on where the new rows begin.
    document.querySelector(`.board-table [aria-rowindex="${shown + 2}"] a`)?.focus({ preventScroll: true });
  } } });
  if (shown < found) parts.push(button(t("board.more", { n: Math.min(STEP, found - shown) }), choice.n + STEP));
  if (shown + STEP < found) parts.push(button(t("board.more.all", { n: found }), Infinity));
  return parts;
}
