// Choosing among the candidates of a listing: accept, turn down with a reason, compare.
// Loaded with the first listing that is opened.

import { announce, download, el } from "../../dom.js";
import { addWords, nameOf, t } from "../../i18n.js";
import { current, note } from "../../route.js";
import { sharing } from "../share/share.js";
import { comparison } from "./compare.js";
import { csv, decide, decisionOf, decisions } from "./kept.js";
import { NAMES, REASONS, WORDS } from "./vocabulary.js";

const MOST = 3;
const worded = addWords("decide", WORDS, NAMES);
let styled = null;

/** Resolves when the words and the styles are there. */
export function prepared() {
  styled ??= new Promise((done) => {
    document.head.append(el("link", { rel: "stylesheet", href: "/components/decide/decide.css", on: { load: done, error: done } }));
  });
  return Promise.all([worded, styled]);
}

let made = 0;

/**
 * For the candidates of a listing: `actions(match)` gives what stands on a candidate's
 * card, `bar` what stands above all of them; `share` and `code` pass the page on.
 */
export function choosing(own, ranking) {
  const all = [...ranking.fits, ...ranking.terms_not_met, ...ranking.below_floor];
  const chosen = (current().params.get("compare") ?? "").split(",").filter((id) => all.some((match) => match.listing.id === id)).slice(0, MOST);
  const boxes = new Map();
  const place = el("div", { class: "decide-place" });
  const files = el("p", { class: "decide-row tiny soft", hidden: true });
  const pairOf = (match) => (own.side === "requirement" ? { need: own.id, capability: match.listing.id } : { need: match.listing.id, capability: own.id });

  const draw = () => {
    for (const [id, { box, see }] of boxes) {
      box.checked = chosen.includes(id);
      see.hidden = !box.checked || chosen.length < 2;
      see.textContent = t("decide.compare.see", { n: chosen.length });
    }
    note({ compare: chosen.join(",") });
    if (!chosen.length) return place.replaceChildren();
    if (chosen.length === 1) return place.replaceChildren(el("p", { class: "soft", text: t("decide.compare.one") }));
    place.replaceChildren(comparison(own.side, chosen.map((id) => all.find((match) => match.listing.id === id)), () => {
      const first = boxes.get(chosen[0])?.box;
      chosen.length = 0;
      draw();
      first?.focus();
    }));
    announce(`${t("decide.compare.title")} ${chosen.length}`);
  };
  const toggle = (id, box) => {
    if (!box.checked) chosen.splice(chosen.indexOf(id), 1);
    else if (chosen.length < MOST) chosen.push(id);
    else announce(t("decide.compare.most"));
    draw();
  };
  const count = () => {
    files.hidden = !decisions().length;
  };

  const actions = (match) => {
    const { id } = match.listing;
    const who = match.listing.title || id;
    const box = el("input", { type: "checkbox", "aria-label": t("decide.compare.who", { who }) });
    // The comparison stands above the candidates, out of sight of the lower ones.
    const see = el("button", { type: "button", class: "plain", hidden: true, on: { click: () => document.getElementById("decide-compare").focus() } });
    boxes.set(id, { box, see });
    box.addEventListener("change", () => toggle(id, box));
    const decision = el("div", { class: "decide-row" });
    decision.append(...state(pairOf(match), who, decision, count));
    return el("div", { class: "decide-actions" }, decision,
      el("span", { class: "decide-row" }, see, el("label", { class: "decide-box" }, box, el("span", { text: t("decide.compare") }))));
  };
  files.append(el("span", { text: t("decide.kept") }), el("button", { type: "button", class: "plain", text: t("decide.download"), on: { click: save } }));
  count();
  queueMicrotask(draw);
  const [share, code] = sharing();
  return { actions, share, code, bar: [files, place] };
}

/** What is decided of a pair, or how it can be; redrawn in `place`. */
function state(pair, who, place, changed) {
  const redraw = (nodes, focus = true) => {
    place.replaceChildren(...nodes);
    if (focus) place.querySelector("button, select")?.focus();
  };
  const set = (decision, said) => {
    decide(pair, decision);
    changed();
    place.closest(".match")?.setAttribute("data-decided", decision?.state ?? "");
    redraw(state(pair, who, place, changed));
    announce(said);
  };
  const button = (key, run, more = {}) => el("button", { type: "button", text: t(`decide.${key}`), "aria-label": t(`decide.${key}.who`, { who }), on: { click: run }, ...more });
  const decided = decisionOf(pair);
  if (decided) {
    const said = decided.state === "accepted" ? t("decide.accepted") : t("decide.rejected", { why: nameOf("reason", decided.reason) });
    return [el("span", { class: "tag decide-state", dataset: { state: decided.state }, text: said }), button("undo", () => set(null, t("decide.undone")), { class: "plain" })];
  }
  const ask = () => {
    const select = el("select", { id: `decide-${++made}` }, REASONS.map((name) => el("option", { value: name, text: nameOf("reason", name) })));
    redraw([
      el("label", { for: select.id, class: "soft", text: t("decide.why") }), select,
      el("button", { type: "button", text: t("decide.save"), on: { click: () => set({ state: "rejected", reason: select.value }, t("decide.rejected", { why: nameOf("reason", select.value) })) } }),
      el("button", { type: "button", class: "plain", text: t("decide.cancel"), on: { click: () => redraw(state(pair, who, place, changed)) } }),
    ]);
  };
  return [button("accept", () => set({ state: "accepted" }, t("decide.accepted"))), button("reject", ask)];
}

/** All decisions of this browser as a table. */
function save() {
  const head = ["need", "capability", "state"].map((key) => t(`decide.file.${key}`)).concat(t("decide.why"), t("decide.file.on"));
  const rows = decisions().map((one) => [one.need, one.capability, one.state, one.reason ? nameOf("reason", one.reason) : "", one.on]);
  download("decisions.csv", csv([head, ...rows]), "text/csv;charset=utf-8");
}
