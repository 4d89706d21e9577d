// One candidate: degree and chips at a glance, the explanation on demand.

import { el, words } from "../../dom.js";
import { money, place } from "../../format.js";
import { nameOf, t } from "../../i18n.js";
import { listingAddress, note } from "../../route.js";
import { degree } from "../degree/degree.js";
import { quote } from "../quote/quote.js";
import { unfolding } from "../state/state.js";
import { chip } from "./chip.js";
import { explanation } from "./explanation.js";

const ANSWERS = ["met", "not_stated", "not_met"];

/** `side` is the side that asks; the candidate stands on the other. `actions(match)` gives what can be done with it; `own` is the id of whoever asks, where it is in the lists, and else `text` what they wrote. */
export function matchCard(side, match, { open = false, linked = false, own = null, text = null, actions = null } = {}) {
  const { listing } = match;
  const other = side === "requirement" ? "capability" : "requirement";
  const about = [listing.party || t("listing.noparty"), place(listing.region), money(listing.money)].filter(Boolean);
  const body = el("div", { class: "match-body", hidden: true });
  const toggle = el("button", { type: "button", class: "plain match-toggle" });

  const unfold = (unfolded) => {
    if (unfolded && !body.childElementCount) body.append(explanation(match), own || text ? later("raise", async () => (await import("../raise/raise.js")).raisePanel(side, own ? { id: own } : { text }, listing.id)) : "",
      own ? later("contacts", async () => (await import("../record/contacts.js")).contactsPanel(side === "requirement" ? { requirement: own, capability: listing.id } : { requirement: listing.id, capability: own })) : "");
    body.hidden = !unfolded;
    toggle.setAttribute("aria-expanded", String(unfolded));
    toggle.textContent = unfolded ? t("match.fold") : t("match.why");
    card.classList.toggle("match-open", unfolded);
  };
  toggle.addEventListener("click", () => {
    unfold(body.hidden);
    if (linked) note({ open: body.hidden ? "" : listing.id });
  });

  const card = el("article", { class: "match", dataset: { id: listing.id, verdict: match.verdict } },
    el("header", { class: "match-head" },
      degree(match.degree, match.verdict, { large: true }),
      el("div", { class: "match-name" },
        el("h4", {}, el("a", { href: listingAddress(other, listing.id), class: "clamp" }, words(listing.title || t("listing.untitled")))),
        el("p", { class: "tiny soft" }, about.map((part, at) => [at ? " · " : null, words(part)]),
          listing.party_kind === "unknown" ? null : ` · ${nameOf("party_kind", listing.party_kind)}`)),
      chips(match.terms)),
    line(side, match),
    toggle,
    body,
    actions?.(match));
  unfold(open);
  return card;
}

/** What is loaded by whoever opens it: what would raise a degree, contacts, partners. */
export const later = (name, made) => unfolding(`match-later match-${name}`, t(`match.${name}`), made);

/** How many terms are met, open and not met, in words. */
function chips(terms) {
  const counts = ANSWERS.map((answer) => [answer, terms.filter((term) => term.answer === answer).length]).filter(([, n]) => n);
  return el("p", { class: "chips" }, counts.map(([answer, n]) => chip(answer, t("answer.count", { word: t(`answer.${answer}`), n }))));
}

/** The candidate's own strongest sentence besides its title, for those who read no further. */
function line(side, match) {
  const said = match.evidence.map((pair) => (side === "requirement" ? pair.capability : pair.requirement));
  const best = said.find((sentence) => sentence.place !== "title");
  return best ? el("p", { class: "match-line clamp" }, quote(best)) : null;
}
