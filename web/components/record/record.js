// A listing's own life: where it stands, what can be done, what to mend, and its history.

import { history, restoreListing, reviewOf, stepListing } from "./api.js";
import { announce, el, words } from "../../dom.js";
import { inScript, lang, nameOf, t } from "../../i18n.js";
import { address } from "../../route.js";
import { order } from "../order.js";
import { failed, loading, reason } from "../state/state.js";
import { instant, prepared, valueOf, whoever } from "./parts.js";

/** Steps that may be given a new deadline. */
const WITH_DEADLINE = ["publish", "reopen", "renew"];

/** The panel of one listing; `changed` is called after whatever changed it. */
export function recordPanel(own, changed) {
  const panel = el("div", { class: "record" }, loading());
  const draw = async () => {
    try {
      await prepared();
      const [review, past] = await Promise.all([reviewOf(own.side, own.id), history(own.side, own.id)]);
      panel.replaceChildren(standing(review), steps(own, review, changed), advice(review), timeline(own, past.changes, changed),
        ...(own.side === "requirement" ? [el("p", {}, el("a", { href: address("copies"), text: t("record.copies.link") }))] : []));
    } catch (error) {
      panel.replaceChildren(failed(error, draw));
    }
  };
  draw();
  return panel;
}

function standing({ standing: at, completeness: { stated, of, missing } }) {
  return el("div", { class: "record-standing" },
    el("p", {}, el("strong", { class: "tag record-at", dataset: { at }, text: nameOf("standing", at) }), " ",
      el("span", { class: "soft number", text: t("record.complete", { stated, of }) })),
    el("progress", { class: "record-meter", max: of, value: String(stated), "aria-label": t("record.complete", { stated, of }) }),
    missing.length ? el("p", { class: "soft", text: t("record.missing", { fields: missing.map((field) => nameOf("field", field)).join(lang() === "en" ? ", " : "、") }) }) : null);
}

function steps(own, { steps: possible }, changed) {
  const note = el("input", { id: "record-note", type: "text", maxlength: 500 });
  const until = possible.some((step) => WITH_DEADLINE.includes(step)) ? el("input", { id: "record-until", type: "date", "aria-describedby": "record-until-hint" }) : null;
  const wrong = el("p", { class: "record-wrong", role: "alert", hidden: true });
  const buttons = possible.map((step) => el("button", { type: "button", dataset: { step }, text: nameOf("step", step), on: { click: () => act(step) } }));
  const act = async (step) => {
    for (const button of buttons) button.disabled = true;
    wrong.hidden = true;
    try {
      const day = WITH_DEADLINE.includes(step) ? until?.value || undefined : undefined;
      await stepListing(own.side, own.id, { step, until: day, note: note.value });
      announce(t("record.done", { step: nameOf("step", step) }));
      changed();
    } catch (error) {
      wrong.textContent = reason(error);
      wrong.hidden = false;
      for (const button of buttons) button.disabled = false;
    }
  };
  return el("section", { class: "record-steps", "aria-label": t("record.steps") },
    el("div", { class: "record-fields" },
      el("label", { for: "record-note" }, el("span", { text: t("record.note") }), note),
      until ? el("label", { for: "record-until" }, el("span", { text: t("record.until") }), until) : null),
    until ? el("p", { class: "tiny soft", id: "record-until-hint", text: t("record.until.hint") }) : null,
    el("p", { class: "record-buttons" }, buttons),
    wrong);
}

function advice({ advice: found }) {
  const said = (one) => (lang() === "en" ? one.en : inScript(one.zh));
  return el("section", {},
    el("h3", { text: t("record.advice") }),
    found.length
      ? el("ul", { class: "record-advice" }, found.map((one) => el("li", { dataset: { weight: one.weight } },
          el("span", { class: "tag", text: nameOf("weight", one.weight) }), " ", said(one),
          one.quote ? el("q", { class: "record-quote" }, words(one.quote)) : null)))
      : el("p", { class: "soft", text: t("record.advice.none") }));
}

function timeline(own, changes, changed) {
  const wrong = el("p", { class: "record-wrong", role: "alert", hidden: true });
  const back = async (change, button) => {
    button.disabled = true;
    wrong.hidden = true;
    try {
      await restoreListing(own.side, own.id, change);
      announce(t("record.restored"));
      changed();
    } catch (error) {
      wrong.textContent = reason(error);
      wrong.hidden = false;
      button.disabled = false;
    }
  };
  const line = (one, at) => {
    const restore = at > 0 && one.did !== "removed" ? el("button", { type: "button", class: "plain", text: t("record.restore"), on: { click: (event) => back(one.change, event.currentTarget) } }) : null;
    const what = one.change === 0 ? t("record.history.first") : t(`record.did.${one.did}`);
    return el("li", {},
      el("p", {}, el("span", { class: "number", text: instant(one.at) }), " · ", words(one.name || whoever(one.who)), " · ", what, one.note ? [" · ", words(one.note)] : null),
      one.fields.length ? el("dl", { class: "record-fields-changed" }, one.fields.map(({ field, was, is }) => el("div", {},
        el("dt", { text: nameOf("part", field) }),
        field === "contacts" ? null : el("dd", {}, el("del", {}, words(valueOf(field, was))), " → ", el("ins", {}, words(valueOf(field, is))))))) : null,
      restore);
  };
  const list = el("ol", { class: "record-history" }, changes.map(line));
  return el("section", {}, el("h3", { text: t("record.history") }),
    order(["newest", "oldest"], [[list, changes.map((one, place) => ({ place }))]], (one) => one, "history"), list, wrong);
}
