// A ranking: those that fit, those whose terms stand in the way, those for reference.

import { el } from "../../dom.js";
import { t } from "../../i18n.js";
import { theFloor } from "../degree/degree.js";
import { order } from "../order.js";
import { matchCard } from "./match.js";

/**
 * `open`: id of a candidate to show unfolded; `extra`: one more candidate that
 * was asked for but is not among the best; `linked`: whether unfolding is noted
 * in the address; `actions(match)`: what can be done with a candidate;
 * `own`: id of the listing that they are for, where it is in the lists; `text`: what
 * they are for, where it is not.
 */
export function matches(ranking, { open = null, extra = null, linked = false, own = null, text = null, actions = null } = {}) {
  const { side } = ranking;
  const card = (match) => matchCard(side, match, { open: match.listing.id === open, linked, own, text, actions });
  const floor = Math.round(theFloor());
  const groups = [
    group("fit", ranking.fits, card, { folded: false, open }),
    group("terms_not_met", ranking.terms_not_met, card, { folded: !ranking.nothing_fits && ranking.terms_not_met.length > 3, open }),
    group("below_floor", ranking.below_floor, card, { folded: !ranking.nothing_fits, open }),
  ].filter(Boolean);
  return el("div", { class: "matches" },
    el("div", { class: "matches-head" },
      el("p", { class: "tiny soft", text: t("match.degree.help", { floor }) }),
      order(["best", "money", "name"], groups.map(({ list, candidates }) => [list, candidates]), (match) => match.listing)),
    extra ? card(extra) : null,
    ranking.nothing_fits
      ? el("div", { class: "matches-none", role: "note" }, el("h3", { text: t(`nofit.${side}`) }), el("p", { text: t(`nofit.${side}.help`, { floor }) }))
      : null,
    groups.map(({ section }) => section));
}

/** Under its heading; `folded` ones open by a button, unless the one asked for is inside. */
function group(verdict, candidates, card, { folded, open }) {
  if (!candidates.length) return null;
  const list = el("ol", { class: "matches-list" }, candidates.map((match) => el("li", {}, card(match))));
  const hidden = folded && !candidates.some((match) => match.listing.id === open);
  list.hidden = hidden;
  const words = () => (list.hidden ? t("group.show", { n: candidates.length }) : t("group.hide"));
  const toggle = folded ? el("button", { type: "button", class: "plain", "aria-expanded": String(!hidden), text: words() }) : null;
  toggle?.addEventListener("click", () => {
    list.hidden = !list.hidden;
    toggle.setAttribute("aria-expanded", String(!list.hidden));
    toggle.textContent = words();
  });
  const section = el("section", { class: "matches-group", dataset: { verdict } },
    el("h3", { class: "matches-heading" }, t(`group.${verdict}`), el("span", { class: "tag number", text: candidates.length }), toggle),
    list);
  return { section, list, candidates };
}
