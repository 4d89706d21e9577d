// What a short text finds, in both lists side by side. The order says what is
// nearest; a few typed words are too little for a degree.

import { search } from "../../api.js";
import { el, words } from "../../dom.js";
import { money, place } from "../../format.js";
import { t } from "../../i18n.js";
import { listingAddress } from "../../route.js";
import { order } from "../order.js";
import { quote } from "../quote/quote.js";
import { empty, unfilled } from "../state/state.js";
import { marks, snippet } from "./marks.js";

const TOP = 20;
/** Hits this much weaker than the best are not about what was typed. */
const SHARE_OF_BEST = 0.4;

export async function searchView(route, signal, info) {
  const q = (route.params.get("q") ?? "").trim();
  if (!q) return { title: t("search.go"), nodes: [el("h1", { text: t("search.go") }), empty(t("search.blank"))] };
  if (info && !info.requirements && !info.capabilities) return { title: t("search.go"), nodes: [el("h1", { text: t("search.go") }), unfilled()] };
  const sides = ["requirement", "capability"];
  const answers = await Promise.all(sides.map((side) => search(side, q, TOP, signal)));
  const title = t("search.title", { q });
  const found = sides.map((side, at) => section(side, q, answers[at].hits));
  return {
    title,
    nodes: [
      el("h1", { dir: "auto", class: "clamp", text: title }),
      order(["best", "money", "name"], found.map(({ list, near }) => [list, near]), (hit) => hit.listing),
      el("div", { class: "search" }, found.map(({ node }) => node)),
    ],
  };
}

function section(side, q, hits) {
  const near = hits.filter((hit) => hit.degree >= hits[0].degree * SHARE_OF_BEST);
  const list = el("ol", { class: "search-hits" }, near.map(({ listing }) => el("li", {}, hit(side, q, listing))));
  const node = el("section", { class: "panel", "aria-labelledby": `search-${side}` },
    el("h2", { id: `search-${side}` }, t(`side.${side}`), " ", el("span", { class: "tag number", text: near.length })),
    near.length ? list : empty(t("search.none")));
  return { node, list, near };
}

function hit(side, q, listing) {
  const title = listing.title || t("listing.untitled");
  const text = snippet(listing.text, q);
  const about = [listing.party.name || t("listing.noparty"), place(listing.region), money(listing.money)].filter(Boolean);
  return [
    el("a", { href: listingAddress(side, listing.id), class: "clamp" }, quote({ words: title, marks: marks(title, q) })),
    text ? el("p", { class: "soft clamp search-text" }, quote({ words: text, marks: marks(text, q) })) : null,
    el("p", { class: "tiny soft" }, about.map((part, at) => [at ? " · " : null, words(part)])),
  ];
}
