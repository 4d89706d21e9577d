// One box: describe what you can do (or need), see what fits and what is missing.

import { matchesOfText } from "../../api.js";
import { announce, el, words } from "../../dom.js";
import { lang, t } from "../../i18n.js";
import { inWindow } from "../../memory.js";
import { address, current } from "../../route.js";
import { statedFacts } from "../listing/facts.js";
import { later } from "../match/match.js";
import { matches } from "../match/matches.js";
import { segments } from "../segments.js";
import { failed, loading, unfilled } from "../state/state.js";
import { filterOf, filters } from "./filters.js";

const TOP = 10;
const LONGEST = 20_000;

// What was written stays in this window, not in the address: it may be private.
const KEPT = "opcmatch.ask.";
const keep = (side, text) => inWindow.set(KEPT + side, text);
const kept = (side) => inWindow.get(KEPT + side) ?? "";

/** What else can be done with what was written: make a card of it, be told of whatever arrives later. */
const onward = (side) => el("p", { class: "ask-onward" },
  el("a", { class: "button", href: address("card", [], { from: side }), text: t("ask.tocard") }),
  el("a", { class: "button", href: address("watch", [], { side: side === "capability" ? "requirement" : "capability" }), text: t("ask.watch") }));

export async function ask(route, signal, info) {
  const side = route.params.get("side") === "requirement" ? "requirement" : "capability";
  const text = el("textarea", { id: "ask-text", rows: "5", maxlength: LONGEST, "aria-describedby": "ask-hint", value: kept(side) });
  const go = el("button", { type: "submit", class: "primary", text: t(`ask.go.${side}`) });
  const result = el("section", { class: "ask-result", "aria-live": "polite", "aria-label": t(`match.title.${side}`) });
  let running = null;

  const run = async () => {
    const said = text.value.trim();
    if (!said) {
      result.replaceChildren(el("p", { class: "ask-empty", role: "alert", text: t("ask.empty") }));
      text.focus();
      return;
    }
    keep(side, text.value);
    running?.abort();
    running = new AbortController();
    signal.addEventListener("abort", () => running.abort());
    go.disabled = true;
    result.replaceChildren(loading(t("state.ranking")));
    try {
      const answer = await matchesOfText(side, said, TOP, filterOf(current().params), running.signal);
      const others = side === "capability" ? info?.requirements : info?.capabilities;
      result.replaceChildren(el("h2", { text: t(`match.title.${side}`) }), readBack(answer.read), onward(side), others === 0 ? unfilled() : matches(answer.ranking, { text: said }), side === "capability" ? later("partners", async () => (await import("../partners/partners.js")).partnersPanel({ text: said }, filterOf(current().params))) : "");
      announce(t(`group.fit`) + ` ${answer.ranking.fits.length}`);
    } catch (error) {
      if (!running.signal.aborted) result.replaceChildren(failed(error, run));
    } finally {
      go.disabled = false;
    }
  };

  const example = el("button", { type: "button", class: "plain", text: t("ask.example"), on: { click: () => {
    text.value = t(`ask.example.${side}`);
    run();
  } } });
  const form = el("form", { class: "panel ask-form", on: { submit: (event) => {
    event.preventDefault();
    run();
  } } },
    el("label", { for: "ask-text", class: "ask-label", text: t(`ask.label.${side}`) }),
    el("p", { id: "ask-hint", class: "soft", text: t(`ask.hint.${side}`) }),
    text,
    filters(side, () => result.querySelector(".matches, .state") && run(), signal),
    el("div", { class: "ask-actions" }, go, example, el("span", { class: "tiny soft", text: t("ask.private") })));
  if (kept(side)) queueMicrotask(run);
  return {
    title: t("ask.title"),
    nodes: [
      el("div", { class: "board-head" }, el("h1", { text: t("ask.title") }),
        segments({
          label: t("ask.side"),
          options: ["capability", "requirement"].map((s) => [s, t(`ask.side.${s}`)]),
          value: side,
          change: (next) => (location.hash = address("ask", [], { side: next })),
        }), el("a", { class: "button", href: address("card"), text: t("ask.card") })),
      form, result],
  };
}

/** What was understood besides the content, each with the words it was read from. */
function readBack(read) {
  const quotes = new Map(read.read_from_prose.map((fact) => [fact.field, fact.quote]));
  const found = statedFacts(read);
  if (!found.length) return el("p", { class: "soft", text: t("ask.read.nothing") });
  return el("div", { class: "ask-read" },
    el("span", { class: "soft", text: `${t("ask.read")}${lang() === "en" ? ":" : "："}` }),
    found.map(([field, label, said]) => el("span", { class: "tag", title: quotes.has(field) ? t("listing.fromtext", { quote: quotes.get(field) }) : null }, `${label} `, words(said))));
}
