// The officer's board: every listing of a side with the best that was found for it.

import { exportAddress, overview } from "../../api.js";
import { announce, el, words } from "../../dom.js";
import { deadline, money, place } from "../../format.js";
import { nameOf, t } from "../../i18n.js";
import { address, listingAddress, note } from "../../route.js";
import { degree } from "../degree/degree.js";
import { segments } from "../segments.js";
import { empty } from "../state/state.js";

const STEP = 50;
const SORTS = ["attention", "degree", "deadline", "money", "id"];
const SHOWN = ["all", "none", "fit"];

const byId = (a, b) => (a.listing.id < b.listing.id ? -1 : a.listing.id > b.listing.id ? 1 : 0);
const bestDegree = (row) => row.best?.degree ?? -1;
const lastDay = (row) => (row.deadline?.on ? row.deadline.on : "9999");
const worth = (row) => row.listing.money?.high ?? row.listing.money?.low ?? -1;

const ORDERS = {
  // Open listings before closed ones; among them those that nothing fits, the most urgent first.
  attention: (a, b) => b.open - a.open || b.nothing_fits - a.nothing_fits || lastDay(a).localeCompare(lastDay(b)) || bestDegree(a) - bestDegree(b) || byId(a, b),
  degree: (a, b) => bestDegree(b) - bestDegree(a) || byId(a, b),
  deadline: (a, b) => b.open - a.open || lastDay(a).localeCompare(lastDay(b)) || byId(a, b),
  money: (a, b) => worth(b) - worth(a) || byId(a, b),
  id: byId,
};

export async function board(route, signal) {
  const side = route.params.get("side") === "capability" ? "capability" : "requirement";
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
    return { title, nodes: [heading, empty(t("board.empty"), el("a", { class: "button primary", href: address("import"), text: t("nav.import") }))] };
  }
  return { title, nodes: [heading, ...list(side, rows, route.params)] };
}

function list(side, rows, params) {
  const choice = {
    show: SHOWN.includes(params.get("show")) ? params.get("show") : "all",
    sort: SORTS.includes(params.get("sort")) ? params.get("sort") : "attention",
    find: params.get("find") ?? "",
    n: Math.max(STEP, Number(params.get("n")) || STEP),
  };
  const body = el("tbody", { role: "rowgroup" });
  const foot = el("div", { class: "board-more" });
  const counts = el("div", { class: "board-counts", role: "group", "aria-label": t("board.show") });
  const find = el("input", { type: "search", id: "board-find", value: choice.find, placeholder: t("board.filter.placeholder"), autocomplete: "off" });
  const sort = el("select", { id: "board-sort" }, SORTS.map((s) => el("option", { value: s, selected: s === choice.sort, text: t(`board.sort.${s}`) })));

  const redraw = (change = {}) => {
    Object.assign(choice, change);
    note({ show: choice.show === "all" ? "" : choice.show, sort: choice.sort === "attention" ? "" : choice.sort, find: choice.find, n: choice.n > STEP ? choice.n : "" });
    draw();
    announce(t("board.shown", { n: body.rows.length, all: rows.length }));
  };
  const draw = () => {
    counts.replaceChildren(...countButtons(side, rows, choice.show, (show) => redraw({ show, n: STEP })));
    const found = rows.filter((row) => shows(row, choice)).sort(ORDERS[choice.sort]);
    body.replaceChildren(...found.slice(0, choice.n).map((row) => line(side, row)));
    foot.replaceChildren(...below(found.length, choice, redraw, () => {
      find.value = "";
      redraw({ find: "", show: "all", n: STEP });
    }));
  };
  find.addEventListener("input", () => redraw({ find: find.value.trim(), n: STEP }));
  sort.addEventListener("change", () => redraw({ sort: sort.value, n: STEP }));
  draw();

  const column = (key, className) => el("th", { scope: "col", role: "columnheader", class: className, text: t(key) });
  const table = el("table", { class: "board-table", role: "table" },
    el("caption", { class: "off-screen", text: t(`board.title.${side}`) }),
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
      column(`board.column.listing.${side}`), column("board.column.degree"), column(`board.column.best.${side}`),
      column("board.column.fits", "board-narrow"), column(`board.column.money.${side}`), column("board.column.deadline"))),
    body);
  const tools = el("div", { class: "board-tools" },
    el("label", { class: "off-screen", for: "board-find", text: t("board.filter") }), find,
    el("label", { class: "board-sort" }, el("span", { text: t("board.sort") }), sort),
    el("span", { class: "board-files" }, el("span", { class: "soft", text: t("board.download") }),
      [["xlsx", "Excel"], ["csv", "CSV"]].map(([format, name]) =>
        el("a", { class: "button", href: exportAddress(side, format), download: "", text: name }))));
  return [counts, tools, el("div", { class: "panel board-panel" }, table), foot];
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
  if (!find) return true;
  const { listing, best } = row;
  const text = [listing.id, listing.title, listing.party, place(listing.region), ...listing.industries, best?.title].join("\n").toLowerCase();
  return find.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function line(side, row) {
  const { listing, best } = row;
  const cell = (label, className, ...children) => el("td", { role: "cell", class: className, dataset: { label } }, children);
  const about = [listing.party || t("listing.noparty"), place(listing.region)].filter(Boolean);
  return el("tr", { role: "row", class: row.nothing_fits ? "board-unserved" : null },
    el("th", { scope: "row", role: "rowheader", class: "board-title" },
      el("a", { href: listingAddress(side, listing.id), class: "clamp" }, words(listing.title || t("listing.untitled"))),
      el("span", { class: "board-about tiny soft clamp" }, about.map((part, at) => [at ? " · " : null, words(part)]), ` · ${nameOf("category", listing.category)}`)),
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
      el("span", { class: "tiny soft clamp", style: { "--lines": "1" } }, t("board.nearest"), link)];
  }
  return [el("span", { class: "clamp", style: { "--lines": "1" } }, link),
    el("span", { class: "tiny soft clamp", style: { "--lines": "1" } }, words(best.party || t("listing.noparty")))];
}

function below(found, choice, redraw, clear) {
  if (!found) return [empty(t("board.nohit"), el("button", { type: "button", text: t("board.clear"), on: { click: clear } }))];
  const shown = Math.min(found, choice.n);
  const parts = [el("span", { class: "soft", text: t("board.shown", { n: shown, all: found }) })];
  if (shown < found) {
    parts.push(el("button", { type: "button", text: t("board.more", { n: Math.min(STEP, found - shown) }), on: { click: () => redraw({ n: choice.n + STEP }) } }));
  }
  return parts;
}
