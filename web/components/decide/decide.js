// Choosing among the candidates of a listing: accept, turn down with a reason, compare.
// Loaded with the first listing that is opened.

import { announce, el } from "../../dom.js";
import { addWords, t } from "../../i18n.js";
import { current, note } from "../../route.js";
import { sharing } from "../share/share.js";
import { comparison } from "./compare.js";
import { readRecord, recorded } from "./record.js";
import { NAMES, WORDS } from "./vocabulary.js";

const MOST = 3;
const worded = addWords("decide", WORDS, NAMES);
let styled = null;

/** Resolves when the words and the styles are there, with what is on record of the candidates of a listing. */
export async function prepared(own, signal) {
  styled ??= new Promise((done) => {
    document.head.append(el("link", { rel: "stylesheet", href: "/components/decide/decide.css", on: { load: done, error: done } }));
  });
  const [record] = await Promise.all([readRecord(own, signal), worded, styled]);
  return record;
}

/**
 * For the candidates of a listing: `actions(match)` gives what stands on a candidate's
 * card, `bar` what stands above all of them; `share` and `code` pass the page on.
 * `record` is what `prepared` gave.
 */
export function choosing(own, ranking, record) {
  const all = [...ranking.fits, ...ranking.terms_not_met, ...ranking.below_floor];
  const chosen = (current().params.get("compare") ?? "").split(",").filter((id) => all.some((match) => match.listing.id === id)).slice(0, MOST);
  const boxes = new Map();
  const place = el("div", { class: "decide-place" });
  const kept = record && recorded(own, record);

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

  const actions = (match) => {
    const { id } = match.listing;
    const who = match.listing.title || id;
    const box = el("input", { type: "checkbox", "aria-label": t("decide.compare.who", { who }) });
    // The comparison stands above the candidates, out of sight of the lower ones.
    const see = el("button", { type: "button", class: "plain", hidden: true, on: { click: () => document.getElementById("decide-compare").focus() } });
    boxes.set(id, { box, see });
    box.addEventListener("change", () => toggle(id, box));
    return el("div", { class: "decide-actions" }, kept?.part(match) ?? el("span"),
      el("span", { class: "decide-row" }, see, el("label", { class: "decide-box" }, box, el("span", { text: t("decide.compare") }))));
  };
  queueMicrotask(draw);
  kept?.bring();
  const [share, code] = sharing();
  return { actions, share, code, bar: [kept?.bar, place] };
}
