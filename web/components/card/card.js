// A card in half a minute: 我有, 我要, 想认识; typed, pasted as it stands in a group chat,
// or brought along from “What can I do”. What it found shows at once.

import { matchesOf, matchesOfText, request } from "../../api.js";
import { announce, el, words } from "../../dom.js";
import { addWords, inScript, lang, t } from "../../i18n.js";
import { inBrowser, inWindow } from "../../memory.js";
import { address, listingAddress, note } from "../../route.js";
import { statedFacts } from "../listing/facts.js";
import { matchCard } from "../match/match.js";
import { failed, loading, reason } from "../state/state.js";
import { split } from "./split.js";
import { NAMES, WORDS } from "./vocabulary.js";

const BOXES = ["have", "want", "meet"];
/** On which side a box stands; whom one would like to meet is asked for as a need is. */
const SIDES = { have: "capability", want: "requirement", meet: "requirement" };
const SHOWN = 3;
const KEPT = "opcmatch.card.";
/** What was written in “What can I do”, by its side, and the box that it belongs in. */
const WRITTEN = "opcmatch.ask.";
const BOX_OF = { capability: "have", requirement: "want" };
/** A card of a group chat is a few hundred characters; a whole chat is none. */
const LONGEST_PASTED = 6000;
const worded = addWords("card", WORDS, NAMES);
let styled = null;
const styles = () => (styled ??= new Promise((done) => {
  document.head.append(el("link", { rel: "stylesheet", href: "/components/card/card.css", on: { load: done, error: done } }));
}));

export async function cardView(route, signal) {
  await Promise.all([worded, styles()]);
  const boxes = Object.fromEntries(BOXES.map((box) => [box, el("textarea", { id: `card-${box}`, rows: 2, maxlength: 2000, placeholder: t(`card.${box}.example`), value: inWindow.get(KEPT + box) ?? "" })]));
  const name = el("input", { id: "card-name", type: "text", maxlength: 100, autocomplete: "organization", value: inBrowser.get(`${KEPT}name`) ?? "" });
  const region = el("input", { id: "card-region", type: "text", maxlength: 40, autocomplete: "address-level2", "aria-describedby": "card-region-hint", value: inBrowser.get(`${KEPT}region`) ?? "" });
  // A number is nobody else's business: it is kept for this window, and not on the device.
  const contact = el("input", { id: "card-contact", type: "text", maxlength: 200, autocomplete: "tel", "aria-describedby": "card-contact-hint", value: inWindow.get(`${KEPT}contact`) ?? "" });
  const tell = el("input", { id: "card-tell", type: "checkbox" });
  const said = el("div", { class: "card-said", role: "alert" });
  const result = el("div", { class: "card-result", tabindex: "-1" });
  const send = el("button", { type: "submit", class: "primary", text: t("card.post") });

  const card = () => ({ ...Object.fromEntries(BOXES.map((box) => [box, boxes[box].value])), name: name.value, region: region.value, contact: contact.value, tell: tell.checked });
  const ask = (more, query) => request("/cards", { method: "POST", json: { ...card(), ...more }, query, signal });

  const keep = () => {
    for (const box of BOXES) inWindow.set(KEPT + box, boxes[box].value);
    inWindow.set(`${KEPT}contact`, contact.value);
    inBrowser.set(`${KEPT}name`, name.value);
    inBrowser.set(`${KEPT}region`, region.value);
  };
  const changed = () => {
    keep();
    unwarn();
  };

  // What is read out of the words shows before they are posted, so that nobody has to add it.
  const read = el("p", { class: "card-read", role: "status", hidden: true });
  let looking = 0;
  const look = async () => {
    const mine = ++looking;
    const { have, want } = card();
    if (!have.trim() && !want.trim()) return (read.hidden = true);
    try {
      const seen = await request("/cards", { method: "POST", json: { have, want, region: region.value, dry_run: true }, signal });
      if (mine === looking) told(read, seen);
    } catch (error) {
      // What is wrong with a place is said where it was written; the rest when it is posted.
      if (mine !== looking || signal.aborted) return;
      read.hidden = error.field !== "region";
      read.replaceChildren(el("span", { class: "card-wrong", text: reason(error) }));
    }
  };

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
      say("");
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

  const notice = el("p", { class: "card-notice", role: "status", tabindex: "-1", hidden: true });
  const say = (text, ...more) => {
    notice.replaceChildren(el("span", { text }), ...more);
    notice.hidden = !text;
    // What is done can be undone; what is asked for cannot.
    notice.classList.toggle("card-ask", !more.length);
  };
  /** Adds to what stands in the boxes; a second time it adds nothing. */
  const fill = (texts) => {
    // What has been filled in is what one looks at next.
    pasting.hidden = true;
    for (const box of BOXES) {
      const now = boxes[box].value.trim();
      if (texts[box] && !now.includes(texts[box])) boxes[box].value = now ? `${now}\n${texts[box]}` : texts[box];
    }
    changed();
    look();
  };
  const apart = () => {
    const text = pasted.value;
    if (!text.trim()) {
      say(t("card.paste.empty"));
      return pasted.focus();
    }
    const before = { ...card(), pasted: text };
    const { boxes: found, ...texts } = split(text);
    pasted.value = "";
    if (texts.name) name.value = texts.name;
    if (texts.contact) contact.value = texts.contact;
    fill(texts);
    const undo = el("button", { type: "button", class: "plain", text: t("card.undo"), on: { click: () => {
      for (const box of BOXES) boxes[box].value = before[box];
      Object.assign(name, { value: before.name });
      Object.assign(contact, { value: before.contact });
      pasted.value = before.pasted;
      pasting.hidden = false;
      say("");
      changed();
      look();
      pasted.focus();
    } } });
    const filled = BOXES.filter((box) => texts[box]);
    say(found.length ? t("card.split", { boxes: filled.map((box) => t(`card.${box}`)).join(lang() === "en" ? ", " : "、") }) : t("card.split.none"), " ", undo, " ", again());
    // Not on a box: that would raise a telephone's keyboard over what is to be looked at.
    notice.focus({ preventScroll: true });
  };
  const pasted = el("textarea", { id: "card-paste", rows: 2, maxlength: LONGEST_PASTED, placeholder: t("card.paste.example"), on: {
    // What is pasted is meant to be taken apart; what is typed may not be finished yet.
    input: (event) => ["insertFromPaste", "insertFromDrop"].includes(event.inputType) && apart(),
  } });
  const take = el("button", { type: "button", text: t("card.paste.take"), on: { click: async () => {
    const text = await navigator.clipboard.readText().catch(() => "");
    if (!text.trim()) {
      say(t("card.paste.refused"));
      return pasted.focus();
    }
    pasted.value = text.slice(0, LONGEST_PASTED);
    apart();
  } } });

  const pasting = el("div", { class: "card-paste" }, el("label", { for: "card-paste", text: t("card.paste") }), pasted,
    el("p", { class: "card-buttons" },
      // A browser has a clipboard to read from only where the page comes from this machine or over https.
      navigator.clipboard?.readText ? take : null,
      el("button", { type: "button", class: "plain", text: t("card.paste.go"), on: { click: apart } })));
  const again = () => el("button", { type: "button", class: "plain", text: t("card.paste.more"), on: { click: () => {
    pasting.hidden = false;
    say("");
    pasted.focus();
  } } });

  const form = el("form", { class: "panel card-form", on: { submit: (event) => {
    event.preventDefault();
    post(false);
  } } },
    pasting,
    notice,
    BOXES.map((box) => {
      boxes[box].addEventListener("input", changed);
      boxes[box].addEventListener("change", look);
      return el("div", { class: "card-box" }, el("label", { for: `card-${box}` }, el("strong", { text: t(`card.${box}`) }), " ", el("span", { class: "tiny soft", text: t(`card.${box}.hint`) })), boxes[box]);
    }),
    read,
    el("label", { class: "card-tell" }, tell, el("span", { text: t("card.tell") })),
    el("div", { class: "card-who" },
      el("div", {}, el("label", { for: "card-name", text: t("card.name") }), name),
      el("div", {}, el("label", { for: "card-region", text: t("card.region") }), region, el("p", { id: "card-region-hint", class: "tiny soft", text: t("card.region.hint") })),
      el("div", {}, el("label", { for: "card-contact", text: t("card.contact") }), contact, el("p", { id: "card-contact-hint", class: "tiny soft", text: t("card.contact.hint") }))),
    said, el("div", { class: "card-post" }, send));
  for (const input of [name, region, contact]) input.addEventListener("input", changed);
  region.addEventListener("change", look);

  const box = BOX_OF[route.params.get("from")];
  const written = box && inWindow.get(WRITTEN + route.params.get("from"));
  if (written?.trim()) {
    fill({ [box]: written.trim() });
    say(t("card.carried"), " ", again());
    // Coming back to this page later does not bring it along again.
    note({ from: "" });
  } else {
    look();
  }
  return { title: t("card.title"), nodes: [el("h1", { text: t("card.title") }), el("p", { class: "soft", text: t("card.lead") }), form, result] };
}

/** What was read out of the words besides what they say. */
function told(place, seen) {
  const facts = ["have", "want"].flatMap((box) => statedFacts({ ...(seen[box]?.listing ?? NOTHING), status: "published" }).map(([, label, value]) => el("span", { class: "tag" }, `${t(`card.${box}`)} · ${label} `, words(value))));
  place.hidden = !facts.length;
  place.replaceChildren(el("span", { class: "soft", text: t("card.read") }), ...facts);
}

/** A box that is empty states nothing. */
const NOTHING = { side: "capability", terms: {}, dates: {}, region: {}, industries: [], skills: [] };

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
