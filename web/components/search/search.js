// What a short text finds, in both lists side by side.

import { search } from "../../api.js";
import { el, words } from "../../dom.js";
import { money, place } from "../../format.js";
import { t } from "../../i18n.js";
import { listingAddress } from "../../route.js";
import { degree } from "../degree/degree.js";
import { empty } from "../state/state.js";

const TOP = 15;
/** Hits weaker than this are not about what was typed; the best one is always shown. */
const LEAST = 5;

export async function searchView(route, signal) {
  const q = (route.params.get("q") ?? "").trim();
  if (!q) return { title: t("search.go"), nodes: [empty(t("search.blank"))] };
  const sides = ["requirement", "capability"];
  const answers = await Promise.all(sides.map((side) => search(side, q, TOP, signal)));
  const title = t("search.title", { q });
  return {
    title,
    nodes: [
      el("h1", { dir: "auto", class: "clamp", text: title }),
      el("div", { class: "search" }, sides.map((side, at) => found(side, answers[at].hits))),
    ],
  };
}

function found(side, hits) {
  const near = hits.filter((hit, at) => at === 0 || hit.degree >= LEAST);
  return el("section", { class: "panel", "aria-labelledby": `search-${side}` },
    el("h2", { id: `search-${side}` }, t(`side.${side}`)),
    near.length
      ? el("ol", { class: "search-hits" }, near.map(({ listing, degree: percent }) => el("li", {},
          degree(percent, "neutral", { label: t("search.relevance") }),
          el("div", {},
            el("a", { href: listingAddress(side, listing.id), class: "clamp" }, words(listing.title || t("listing.untitled"))),
            el("p", { class: "soft clamp search-text", dir: "auto" }, words(listing.text)),
            el("p", { class: "tiny soft" }, [listing.party.name || t("listing.noparty"), place(listing.region), money(listing.money)]
              .filter(Boolean).map((part, n) => [n ? " · " : null, words(part)]))))))
      : empty(t("search.none")));
}
