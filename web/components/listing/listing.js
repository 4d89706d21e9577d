// One listing and its candidates from the other side.

import { listing as fetchListing, matchesOf, pair } from "../../api.js";
import { el, words } from "../../dom.js";
import { lang, nameOf, t } from "../../i18n.js";
import { address, current, note } from "../../route.js";
import { later } from "../match/match.js";
import { matches } from "../match/matches.js";
import { empty, unfolding } from "../state/state.js";
import { facts } from "./facts.js";

const TOP = 10;
const LONG_TEXT = 400;

export async function listingView(route, signal) {
  const [side, id] = route.parts;
  if (!["requirement", "capability"].includes(side) || !id) {
    return { title: t("state.nosuch"), nodes: [el("h1", { text: t("state.nosuch") }), empty("", el("a", { class: "button", href: address("board"), text: t("state.home") }))] };
  }
  const open = route.params.get("open");
  const [own, ranking, { choosing, prepared }] = await Promise.all([
    fetchListing(side, id, signal), matchesOf(side, id, TOP, signal), import("../decide/decide.js")]);
  const record = await prepared(own, signal);
  const extra = open && !listed(ranking, open) ? await asked(side, id, open, signal) : null;
  const { actions, share, code, bar } = choosing(own, ranking, record);
  const title = own.title || t("listing.untitled");
  return {
    title,
    nodes: [
      el("p", { class: "listing-back" }, el("a", { href: address("board", [], { side: side === "requirement" ? "" : side }), text: `← ${t("listing.back")}` }), share),
      code,
      el("div", { class: "listing" },
        about(own),
        el("section", { class: "listing-matches", "aria-labelledby": "matches-title" },
          el("h2", { id: "matches-title", text: t(`match.title.${side}`) }),
          bar,
          matches(ranking, { open, extra, linked: true, own: own.id, actions }),
          side === "capability" ? later("partners", async () => (await import("../partners/partners.js")).partnersPanel({ id })) : null)),
    ],
  };
}

const listed = (ranking, id) =>
  [...ranking.fits, ...ranking.terms_not_met, ...ranking.below_floor].some((match) => match.listing.id === id);

/** A pair that was asked for by address but is not among the best. */
async function asked(side, id, other, signal) {
  if (side === "requirement") return (await pair(id, other, signal)).match;
  const found = await pair(other, id, signal);
  return { ...found.match, listing: found.requirement };
}

function about(own) {
  const source = own.source.file ? t("listing.source.row", { file: own.source.file, row: own.source.row ?? "?" }) : "";
  return el("article", { class: "panel listing-about", "aria-label": t("listing.details") },
    el("p", { class: "tags" },
      el("span", { class: "tag listing-side", dataset: { side: own.side }, text: t(`side.${own.side}.one`) }),
      el("span", { class: "tag", text: nameOf("category", own.category) }),
      el("span", { class: "tag" }, words(own.id))),
    el("h1", { class: "listing-title", dir: "auto" }, words(own.title || t("listing.untitled"))),
    el("p", { class: "soft" }, words(own.party.name || t("listing.noparty")), own.party.kind === "unknown" ? null : ` · ${nameOf("party_kind", own.party.kind)}`),
    (own.terms.thresholds ?? []).map(({ quote }) => el("p", { class: "listing-warning", role: "note", dir: "auto", text: t("listing.threshold", { quote }) })),
    facts(own),
    el("h2", { class: "listing-heading", text: t("listing.text") }),
    own.text ? longText(own.text) : el("p", { class: "soft", text: t("listing.notext") }),
    own.cases.length ? [el("h2", { class: "listing-heading", text: t("listing.cases") }),
      el("ul", { class: "listing-cases" }, own.cases.map((done) => el("li", { dir: "auto" }, words(done.summary), done.year ? ` · ${done.year}` : null)))] : null,
    own.extra.length ? [el("h2", { class: "listing-heading", text: t("listing.extra") }),
      el("dl", { class: "facts" }, own.extra.map(([name, value]) => el("div", {}, el("dt", {}, words(name)), el("dd", {}, words(value)))))] : null,
    manage(own),
    el("p", { class: "listing-foot tiny soft" },
      own.has_contact ? el("span", { text: t("listing.contact") }) : null,
      source ? el("span", {}, `${t("listing.source")}${lang() === "en" ? ": " : "："}`, words(source)) : null,
      own.source.url ? el("a", { href: own.source.url, rel: "noopener noreferrer", target: "_blank", text: t("listing.link") }) : null));
}

/** Where it stands and what it was: loaded by whoever opens it. */
function manage(own) {
  // Drawn anew with what came of it, and open as it was.
  const changed = () => {
    note({ record: "open" });
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  };
  const part = unfolding("listing-manage", t("listing.manage"), async () => (await import("../record/record.js")).recordPanel(own, changed));
  part.open = current().params.get("record") === "open";
  return part;
}

/** A text as it was written, folded when it is very long. */
export function longText(text) {
  const body = el("div", { class: "listing-text", dir: "auto", lang: "zh-CN", text });
  if (text.length <= LONG_TEXT) return body;
  body.classList.add("listing-folded");
  const toggle = el("button", { type: "button", class: "plain", "aria-expanded": "false", text: t("listing.more") });
  toggle.addEventListener("click", () => {
    const folded = body.classList.toggle("listing-folded");
    toggle.setAttribute("aria-expanded", String(!folded));
    toggle.textContent = folded ? t("listing.more") : t("listing.less");
  });
  return [body, toggle];
}
