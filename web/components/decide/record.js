// What is decided of the candidates of one listing: read from the program's record,
// written to it, and who else had a say.

import { session } from "../../api.js";
import { announce, download, el, words } from "../../dom.js";
import { lang, locale, nameOf, t } from "../../i18n.js";
import { reason as said } from "../state/state.js";
import { decide, decisions, decisionsOf, withdraw } from "./api.js";
import { csv, left, moveUp } from "./kept.js";
import { REASONS } from "./vocabulary.js";

const DECIDING = ["publisher", "organiser", "admin"];

/**
 * What may be decided here and what stands: `{ may, standing, failed }`; null for those
 * whose business it is not.
 */
export async function readRecord(own, signal) {
  const who = await session();
  if (who.keys && !DECIDING.includes(who.role)) return null;
  const others = own.side === "requirement" && who.tenant && own.tenant !== who.tenant;
  if (others) return null;
  try {
    return { may: !who.keys || who.writes, standing: await decisions({ [own.side]: own.id }, signal), failed: null };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { may: false, standing: [], failed: said(error) };
  }
}

let made = 0;

/** The decisions of a listing's candidates; `record` as `readRecord` gives it. */
export function recorded(own, record) {
  const key = (other) => String(other);
  const standing = new Map(record.standing.map((one) => [key(own.side === "requirement" ? one.capability : one.requirement), one]));
  const places = new Map();
  const pairOf = (other) => (own.side === "requirement" ? { requirement: own.id, capability: other } : { requirement: other, capability: own.id });
  const note = el("p", { class: "decide-note", role: "status", hidden: true });
  const bar = el("div", {}, note, el("p", { class: "decide-row tiny soft" }, el("span", { text: t("decide.shared") }),
    el("button", { type: "button", class: "plain", text: t("decide.download"), on: { click: () => save().catch((error) => tell(said(error))) } })));
  const tell = (text) => {
    note.textContent = text;
    note.hidden = !text;
  };
  if (record.failed) tell(t("decide.unread", { why: record.failed }));

  const draw = (id, focus = false) => {
    const { place, who } = places.get(id);
    const now = standing.get(id);
    place.closest(".match")?.setAttribute("data-decided", now?.choice ?? "");
    const nodes = now ? decided(id, now, who) : record.may ? undecided(id, who) : [];
    place.replaceChildren(...nodes);
    if (focus) place.querySelector("button, select")?.focus();
  };

  /** Does something to a pair; what the record says to it shows on the pair's card. */
  const write = async (id, run, done) => {
    const { place, who } = places.get(id);
    for (const control of place.querySelectorAll("button, select, input")) control.disabled = true;
    try {
      const now = await run(pairOf(id), standing.get(id)?.number ?? 0);
      if (now && now.choice !== "withdrawn") standing.set(id, now);
      else standing.delete(id);
      draw(id, true);
      announce(done);
    } catch (error) {
      if (error.code === "decision_changed") await again(id);
      draw(id, true);
      place.append(el("p", { class: "decide-wrong", role: "alert", text: t("decide.notkept", { why: said(error) }) }));
      announce(`${who}: ${said(error)}`);
    }
  };
  const again = async (id) => {
    const [now] = await decisionsOf(pairOf(id)).catch(() => []);
    if (now && now.choice !== "withdrawn") standing.set(id, now);
    else standing.delete(id);
  };

  const button = (name, who, run, more = {}) => el("button", { type: "button", text: t(`decide.${name}`), "aria-label": t(`decide.${name}.who`, { who }), on: { click: run }, ...more });

  const undecided = (id, who) => {
    const ask = () => {
      const { place } = places.get(id);
      const select = el("select", { id: `decide-${++made}` }, REASONS.map((name) => el("option", { value: name, text: nameOf("reason", name) })));
      const more = el("input", { type: "text", maxlength: 500, "aria-label": t("decide.note"), placeholder: t("decide.note") });
      const keep = () => write(id, (pair, after) => decide(pair, { choice: "rejected", reason: select.value, note: more.value, after }), t("decide.rejected", { why: nameOf("reason", select.value) }));
      place.replaceChildren(
        el("label", { for: select.id, class: "soft", text: t("decide.why") }), select, more,
        el("button", { type: "button", text: t("decide.save"), on: { click: keep } }),
        el("button", { type: "button", class: "plain", text: t("decide.cancel"), on: { click: () => draw(id, true) } }));
      select.focus();
    };
    return [button("accept", who, () => write(id, (pair, after) => decide(pair, { choice: "accepted", after }), t("decide.accepted"))), button("reject", who, ask)];
  };

  const decided = (id, now, who) => [
    el("span", { class: "tag decide-state", dataset: { state: now.choice }, text: inWords(now) }),
    el("span", { class: "tiny soft" }, byline(now), now.note ? [" · ", words(now.note)] : null),
    record.may ? button("undo", who, () => write(id, (pair, after) => withdraw(pair, after), t("decide.undone")), { class: "plain" }) : null,
    earlier(pairOf(id), who),
  ].filter(Boolean);

  /** Where the decision of a candidate stands, and how it can be made. */
  const part = (match) => {
    const place = el("div", { class: "decide-row" });
    places.set(match.listing.id, { place, who: match.listing.title || match.listing.id });
    draw(match.listing.id);
    // The card that it stands on is made around it.
    queueMicrotask(() => place.closest(".match")?.setAttribute("data-decided", standing.get(match.listing.id)?.choice ?? ""));
    return place;
  };

  /** What this browser kept goes into the record. */
  const bring = async () => {
    if (!record.may || !left().length) return;
    const { moved, staying } = await moveUp((one) => decide({ requirement: one.need, capability: one.capability }, {
      choice: one.state, reason: one.reason ?? undefined, after: 0, note: t("decide.moved.note", { day: String(one.on ?? "").slice(0, 10) }),
    }));
    for (const one of await decisions({ [own.side]: own.id }).catch(() => [])) standing.set(own.side === "requirement" ? one.capability : one.requirement, one);
    for (const id of places.keys()) draw(id);
    tell([moved ? t("decide.moved", { n: moved }) : "", staying ? t("decide.staying", { n: staying }) : ""].filter(Boolean).join(lang() === "en" ? " " : ""));
  };
  return { part, bar, bring };
}

const inWords = (one) => (one.choice === "rejected" ? t("decide.rejected", { why: nameOf("reason", one.reason) }) : t(`decide.${one.choice}`));
const byline = ({ who, name, at }) => [name || (who === "local" ? t("decide.here") : who), at ? new Date(at).toLocaleString(locale(), { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" }) : ""].filter(Boolean).join(" · ");

/** What was decided of a pair before: asked for by whoever opens it. */
function earlier(pair, who) {
  const part = el("details", { class: "decide-earlier" }, el("summary", { class: "tiny", "aria-label": t("decide.earlier.who", { who }), text: t("decide.earlier") }));
  part.addEventListener("toggle", async () => {
    if (!part.open || part.childElementCount > 1) return;
    try {
      const all = await decisionsOf(pair);
      part.append(el("ol", {}, all.map((one) => el("li", { class: "tiny" }, inWords(one), " · ", byline(one), one.note ? [" · ", words(one.note)] : null))));
    } catch (error) {
      part.append(el("p", { role: "alert", text: said(error) }));
    }
  });
  return part;
}

/** All decisions that the reader may see, as a table. */
async function save() {
  const head = ["need", "capability", "state"].map((name) => t(`decide.file.${name}`)).concat(t("decide.why"), t("decide.note"), t("decide.file.who"), t("decide.file.on"));
  const rows = (await decisions()).map((one) => [one.requirement, one.capability, one.choice, one.reason ? nameOf("reason", one.reason) : "", one.note, one.name || one.who, one.at ?? ""]);
  download("decisions.csv", csv([head, ...rows]), "text/csv;charset=utf-8");
}
