// A card in half a minute: 我有, 我要, 想认识. What it found shows at once.

import { matchesOf, matchesOfText, request } from "../../api.js";
import { announce, el } from "../../dom.js";
import { addWords, inScript, lang, t } from "../../i18n.js";
import { inBrowser, inWindow } from "../../memory.js";
import { address, listingAddress } from "../../route.js";
import { matchCard } from "../match/match.js";
import { failed, loading, reason } from "../state/state.js";
import { NAMES, WORDS } from "./vocabulary.js";

const BOXES = ["have", "want", "meet"];
/** On which side a box stands; whom one would like to meet is asked for as a need is. */
const SIDES = { have: "capability", want: "requirement", meet: "requirement" };
const SHOWN = 3;
const KEPT = "opcmatch.card.";
const worded = addWords("card", WORDS, NAMES);
let styled = null;
const styles = () => (styled ??= new Promise((done) => {
  document.head.append(el("link", { rel: "stylesheet", href: "/components/card/card.css", on: { load: done, error: done } }));
}));

export async function cardView(route, signal) {
  await Promise.all([worded, styles()]);
  const boxes = Object.fromEntries(BOXES.map((box) => [box, el("textarea", { id: `card-${box}`, rows: 2, maxlength: 2000, placeholder: t(`card.${box}.example`), value: inWindow.get(KEPT + box) ?? "" })]));
  const name = el("input", { id: "card-name", type: "text", maxlength: 100, autocomplete: "organization", value: inBrowser.get(`${KEPT}name`) ?? "" });
  const contact = el("input", { id: "card-contact", type: "text", maxlength: 200, autocomplete: "tel", "aria-describedby": "card-contact-hint" });
  const tell = el("input", { id: "card-tell", type: "checkbox" });
  const said = el("div", { class: "card-said", role: "alert" });
  const result = el("div", { class: "card-result", tabindex: "-1" });
  const send = el("button", { type: "submit", class: "primary", text: t("card.post") });

  const card = () => ({ ...Object.fromEntries(BOXES.map((box) => [box, boxes[box].value])), name: name.value, contact: contact.value, tell: tell.checked });
  const ask = (more, query) => request("/cards", { method: "POST", json: { ...card(), ...more }, query, signal });

  const unwarn = () => {
    said.replaceChildren();
    send.hidden = false;
  };
  const post = async (warned) => {
    send.disabled = true;
    unwarn();
    try {
      const look = warned ? null : await ask({ dry_run: true });
      const warnings = look ? [...new Set([look.have, look.want].filter(Boolean).flatMap((part) => part.advice).filter((one) => one.kind !== "contact_in_text").map((one) => (lang() === "en" ? one.en : inScript(one.zh))))] : [];
      if (look?.contacts_in_text || warnings.length) {
        const anyway = el("button", { type: "button", class: "primary", text: t("card.anyway"), on: { click: () => post(true) } });
        said.replaceChildren(el("p", { class: "card-warning" }, look.contacts_in_text ? t("card.contacts") : null, warnings), anyway);
        send.hidden = true;
        anyway.focus();
        return;
      }
      const posted = await ask({}, { wait: "indexed" });
      // What was posted is not posted again by going back.
      for (const box of BOXES) inWindow.set(KEPT + box, "");
      await show(posted);
    } catch (error) {
      if (!signal.aborted) said.replaceChildren(el("p", { class: "card-wrong", text: reason(error) }));
    } finally {
      send.disabled = false;
    }
  };

  const show = async (posted) => {
    const own = [posted.have, posted.want].filter(Boolean).map((part) => part.listing.id);
    const parts = BOXES.filter((box) => boxes[box].value.trim()).map((box) => found(box, posted, boxes[box].value, own, signal));
    result.replaceChildren(el("h2", { id: "card-done", text: t(posted.to_be_reviewed ? "card.done.review" : "card.done") }), ...parts);
    announce(t(posted.to_be_reviewed ? "card.done.review" : "card.done"));
    result.focus();
    result.scrollIntoView({ block: "start" });
  };

  const form = el("form", { class: "panel card-form", on: { submit: (event) => {
    event.preventDefault();
    post(false);
  } } },
    BOXES.map((box) => {
      boxes[box].addEventListener("input", () => {
        inWindow.set(KEPT + box, boxes[box].value);
        unwarn();
      });
      return el("div", { class: "card-box" }, el("label", { for: `card-${box}` }, el("strong", { text: t(`card.${box}`) }), " ", el("span", { class: "tiny soft", text: t(`card.${box}.hint`) })), boxes[box]);
    }),
    el("label", { class: "card-tell" }, tell, el("span", { text: t("card.tell") })),
    el("div", { class: "card-who" },
      el("div", {}, el("label", { for: "card-name", text: t("card.name") }), name),
      el("div", {}, el("label", { for: "card-contact", text: t("card.contact") }), contact, el("p", { id: "card-contact-hint", class: "tiny soft", text: t("card.contact.hint") }))),
    said, send);
  name.addEventListener("input", () => inBrowser.set(`${KEPT}name`, name.value));
  return { title: t("card.title"), nodes: [el("h1", { text: t("card.title") }), el("p", { class: "soft", text: t("card.lead") }), form, result] };
}

/** What one box of a card found. */
function found(box, posted, text, own, signal) {
  const side = SIDES[box];
  const listing = posted[box]?.listing;
  const place = el("div", {}, loading(t("state.ranking")));
  const draw = async () => {
    try {
      const ranking = await ranked(side, listing, text, own.length, signal);
      const all = [...ranking.fits, ...ranking.terms_not_met].filter((match) => !own.includes(match.listing.id)).slice(0, SHOWN);
      place.replaceChildren(
        all.length ? el("ol", { class: "matches-list" }, all.map((match) => el("li", {}, matchCard(side, match, listing ? { own: listing.id } : { text })))) : el("p", { class: "soft", text: t(`card.none.${box}`) }));
    } catch (error) {
      if (!signal.aborted) place.replaceChildren(failed(error, draw));
    }
  };
  draw();
  return el("section", { class: "card-found", dataset: { box }, "aria-labelledby": `card-found-${box}` },
    el("div", { class: "card-head" }, el("h3", { id: `card-found-${box}`, text: t(`card.found.${box}`) }),
      listing ? el("a", { href: listingAddress(listing.side, listing.id), text: t("card.open") }) : null,
      box !== "meet" ? null : posted.watching ? el("a", { href: address("watch"), text: t("card.watching") }) : null),
    place);
}

/** The candidates of a listing; of its words where it is not found yet. One's own may be among them. */
async function ranked(side, listing, text, own, signal) {
  if (listing) {
    try {
      return await matchesOf(side, listing.id, SHOWN + own, signal);
    } catch (error) {
      if (error.status !== 404) throw error;
    }
  }
  return (await matchesOfText(side, text, SHOWN + own, {}, signal)).ranking;
}
