// Contacts of a pair: given out when both sides have agreed.

import { consent, contactsOf } from "./api.js";
import { announce, el, words } from "../../dom.js";
import { nameOf, t } from "../../i18n.js";
import { failed, loading, reason } from "../state/state.js";
import { instant, prepared, whoever } from "./parts.js";

const SIDES = ["requirement", "capability"];

/** The panel of one pair: `{ requirement, capability }`, ids. */
export function contactsPanel(pair) {
  const panel = el("div", { class: "record" }, loading());
  const draw = async (state) => {
    try {
      await prepared();
      const now = state ?? (await contactsOf(pair));
      panel.replaceChildren(...SIDES.map((side) => line(pair, side, now, draw)));
    } catch (error) {
      panel.replaceChildren(failed(error, () => draw()));
    }
  };
  draw();
  return panel;
}

function line(pair, side, now, draw) {
  const agreed = now[side];
  const found = now[`${side}_contacts`];
  const note = el("input", { type: "text", maxlength: 500, "aria-label": t("record.contacts.note"), placeholder: t("record.contacts.note") });
  const wrong = el("p", { class: "record-wrong", role: "alert", hidden: true });
  const say = (agrees) => async (event) => {
    event.currentTarget.disabled = true;
    try {
      const next = await consent(pair, { side, agrees, note: note.value });
      announce(t(agrees ? "record.contacts.agreed" : "record.contacts.taken"));
      draw(next);
    } catch (error) {
      wrong.textContent = reason(error);
      wrong.hidden = false;
      event.target.disabled = false;
    }
  };
  const speaks = now.speaks_for.includes(side);
  return el("section", { class: "record-contacts" },
    el("h3", { text: t(`record.contacts.${side}`) }),
    agreed
      ? el("p", {}, el("span", { class: "tag record-agreed", text: t("record.contacts.yes") }), " ", el("span", { class: "tiny soft" }, instant(agreed.at), " · ", words(whoever(agreed.who)), agreed.note ? [" · ", words(agreed.note)] : null))
      : el("p", { class: "soft", text: t("record.contacts.no") }),
    found ? (found.length ? el("ul", {}, found.map(({ kind, value }) => el("li", {}, nameOf("contact", kind), "：", words(value)))) : el("p", { class: "soft", text: t("record.contacts.none") })) : null,
    speaks ? el("p", { class: "record-buttons" }, agreed
      ? el("button", { type: "button", class: "plain", text: t("record.contacts.take"), on: { click: say(false) } })
      : [note, el("button", { type: "button", text: t("record.contacts.agree"), on: { click: say(true) } })]) : null,
    wrong);
}
