// People who complement a founder: for which scenario, and which part of it.

import { request } from "../../api.js";
import { el, words } from "../../dom.js";
import { addWords, t } from "../../i18n.js";
import { listingAddress } from "../../route.js";
import { order } from "../order.js";
import { quote } from "../quote/quote.js";
import { failed, loading } from "../state/state.js";
import { NAMES, WORDS } from "./vocabulary.js";

const worded = addWords("partners", WORDS, NAMES);
let styled = null;
const styles = () => (styled ??= new Promise((done) => {
  document.head.append(el("link", { rel: "stylesheet", href: "/components/partners/partners.css", on: { load: done, error: done } }));
}));

/** `who`: `{ text }` of what somebody can do, or the `{ id }` of a capability. */
export function partnersPanel(who, filter = {}) {
  const place = el("div", { class: "partners" }, loading());
  const draw = async () => {
    try {
      const [found] = await Promise.all([request("/partners", { method: "POST", json: { ...who, filter } }), worded, styles()]);
      place.replaceChildren(...told(found));
    } catch (error) {
      place.replaceChildren(failed(error, draw));
    }
  };
  draw();
  return place;
}

function told(found) {
  if (!found.items.length) return [el("p", { text: t(!found.scenarios ? "partners.none.far" : !found.with_gaps ? "partners.none.whole" : "partners.none", { n: found.scenarios }) })];
  const list = el("ol", { class: "partners-list" }, found.items.map((partner) => el("li", {},
    el("h4", {}, words(partner.name || t("listing.noparty"))),
    el("ul", {}, partner.shares.map(share)))));
  return [
    el("p", { class: "soft", text: t("partners.lead", { n: found.scenarios }) }),
    order(["best", "degree", "name"], [[list, found.items]], ({ name, shares }) => ({ name, degree: Math.max(...shares.map((part) => part.together)) }), "partners") ?? "",
    list,
    el("p", { class: "tiny soft", text: t("partners.how") }),
  ];
}

const round = Math.round;

function share({ requirement, capability, alone, theirs, together, parts }) {
  return el("li", { class: "partners-share" },
    el("p", { class: "partners-head" },
      el("span", {}, el("span", { class: "soft", text: t("partners.for") }), el("a", { href: listingAddress("requirement", requirement.id, capability.id) }, words(requirement.title || t("listing.untitled")))),
      el("span", { class: "number partners-degrees" },
        el("span", { text: t("partners.alone", { n: round(alone) }) }), el("span", { text: t("partners.theirs", { n: round(theirs) }) }), el("strong", { text: t("partners.together", { n: round(together) }) }))),
    el("ul", { class: "partners-parts" }, parts.map((part) => el("li", {},
      el("span", { class: "soft", text: t("partners.lack") }), quote(part.requirement),
      el("br"), el("span", { class: "soft", text: t("partners.has") }), part.partner ? quote(part.partner) : el("a", { href: listingAddress("capability", capability.id) }, words(capability.title || t("listing.untitled")))))));
}
