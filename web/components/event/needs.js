// The needs that could take part, to be ticked: found by words or by field.

import { announce, el, words } from "../../dom.js";
import { money, place } from "../../format.js";
import { locale, nameOf, t } from "../../i18n.js";
import { degree } from "../degree/degree.js";

const STEP = 60;
const best = (row) => row.best?.degree ?? -1;
const lastDay = (row) => row.deadline?.on ?? "9999";
const SORTS = {
  date: (a, b) => (lastDay(a) < lastDay(b) ? -1 : lastDay(a) > lastDay(b) ? 1 : 0),
  name: (a, b) => a.listing.title.localeCompare(b.listing.title, locale()),
};
const byBest = (a, b) => b.open - a.open || best(b) - best(a) || (a.listing.id < b.listing.id ? -1 : 1);

/** `chosen` is a set of ids, which this changes; `changed` is told each time. */
export function needPicker(rows, chosen, changed) {
  const all = [...rows].sort(byBest);
  const choice = { find: "", industry: "", only: "", sort: "", n: STEP };
  const body = el("ul", { class: "event-needs" });
  const count = el("strong", { class: "number", role: "status" });
  const more = el("p", { class: "event-more" });
  const counted = () => {
    count.textContent = t("event.chosen", { n: chosen.size });
    changed();
  };
  const found = () => {
    const hits = all.filter((row) => shows(row, choice, chosen));
    return choice.sort ? hits.sort(SORTS[choice.sort]) : hits;
  };

  const draw = () => {
    const hits = found();
    body.replaceChildren(...hits.slice(0, choice.n).map((row) => line(row, chosen, counted)));
    more.replaceChildren(el("span", { class: "soft number", text: hits.length ? t("board.shown", { n: Math.min(choice.n, hits.length), all: hits.length }) : t("event.needs.nohit") }));
    if (hits.length > choice.n) more.append(el("button", { type: "button", text: t("board.more", { n: Math.min(STEP, hits.length - choice.n) }), on: { click: () => redraw({ n: choice.n + STEP }) } }));
    every.textContent = t("event.needs.all", { n: hits.length });
    every.disabled = none.disabled = !hits.length;
    counted();
  };
  const redraw = (change) => {
    Object.assign(choice, change);
    draw();
  };
  const tick = (on) => () => {
    for (const { listing } of found()) on ? chosen.add(listing.id) : chosen.delete(listing.id);
    draw();
    announce(t("event.chosen", { n: chosen.size }));
  };
  const every = el("button", { type: "button", id: "event-all", on: { click: tick(true) } });
  const none = el("button", { type: "button", class: "plain", text: t("event.needs.none"), on: { click: tick(false) } });
  const find = el("input", { type: "search", id: "event-find", autocomplete: "off", placeholder: t("board.filter.placeholder") });
  find.addEventListener("input", () => redraw({ find: find.value.trim().toLowerCase(), n: STEP }));
  // Enter looks, it does not send the form.
  find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  const pick = (name, options) => {
    const select = el("select", { id: `event-${name}` }, options.map(([value, text]) => el("option", { value, text })));
    select.addEventListener("change", () => redraw({ [name]: select.value, n: STEP }));
    return el("label", { class: "event-pick" }, el("span", { class: "off-screen", text: name === "sort" ? t("board.sort") : t(`event.needs.${name}`) }), select);
  };
  const section = el("section", { class: "panel event-picker", "aria-labelledby": "event-picker-title" },
    el("div", { class: "event-row event-between" }, el("h2", { id: "event-picker-title", text: t("event.needs.title") }), count),
    el("div", { class: "event-row" },
      el("label", { class: "off-screen", for: "event-find", text: t("board.filter") }), find,
      pick("industry", [["", t("event.needs.industries")], ...industries(rows)]),
      pick("only", ["", "fit", "chosen"].map((only) => [only, t(`event.needs.only.${only || "any"}`)])),
      pick("sort", [["", t("order.best")], ["date", t("board.sort.deadline")], ["name", t("order.name")]]),
      every, none),
    body, more);
  draw();
  return section;
}

/** Fields by how many needs name them, the common ones first. */
function industries(rows) {
  const counts = new Map();
  for (const { listing } of rows) for (const word of listing.industries) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([word, n]) => [word, `${word} (${n})`]);
}

function shows({ listing, best: candidate, nothing_fits }, { find, industry, only }, chosen) {
  if (industry && !listing.industries.includes(industry)) return false;
  if (only === "fit" && nothing_fits) return false;
  if (only === "chosen" && !chosen.has(listing.id)) return false;
  if (!find) return true;
  const text = [listing.id, listing.title, listing.party, place(listing.region), ...listing.industries, candidate?.title].join("\n").toLowerCase();
  return find.split(/\s+/).every((word) => text.includes(word));
}

function line({ listing, best: candidate, open, nothing_fits }, chosen, counted) {
  const about = [listing.party || t("listing.noparty"), place(listing.region), money(listing.money)].filter(Boolean);
  const box = el("input", { type: "checkbox", value: listing.id, checked: chosen.has(listing.id) });
  box.checked = chosen.has(listing.id);
  box.addEventListener("change", () => {
    box.checked ? chosen.add(listing.id) : chosen.delete(listing.id);
    counted();
  });
  return el("li", {}, el("label", {}, box,
    el("span", { class: "event-need-words" },
      el("span", { class: "clamp" }, words(listing.title || t("listing.untitled")), open ? null : el("span", { class: "tag", text: t("board.closed") })),
      el("span", { class: "tiny soft clamp", style: { "--lines": "1" } }, about.map((part, at) => [at ? " · " : null, words(part)]), ` · ${nameOf("category", listing.category)}`)),
    candidate ? degree(candidate.degree, candidate.verdict, { label: t("board.column.degree") }) : null,
    nothing_fits ? el("span", { class: "board-nofit tiny", text: t("board.nofit.requirement") }) : null));
}
