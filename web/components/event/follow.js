// What came of it: a funnel over all needs, and one line a meeting to be kept up.

import { followUps, putFollowUp } from "./api.js";
import { announce, el, words } from "../../dom.js";
import { nameOf, t } from "../../i18n.js";
import { listingAddress } from "../../route.js";
import { order } from "../order.js";
import { empty, failed, loading, reason } from "../state/state.js";
import { funnel } from "./funnel.js";
import { holdButton } from "./hold.js";
import { REJECTIONS } from "./vocabulary.js";

export function followUp(context) {
  const { open, signal } = context;
  const body = el("div", { class: "event-follow-body" }, loading());
  const read = async () => {
    try {
      const { follow_ups: all, summary } = await followUps(open.id, signal);
      if (!signal.aborted) body.replaceChildren(...whole(context, all, summary, read));
    } catch (error) {
      if (!signal.aborted) body.replaceChildren(failed(error, read));
    }
  };
  read();
  return el("section", { class: "event-follow", "aria-labelledby": "event-follow-title" },
    el("div", { class: "event-row event-between" }, el("h2", { id: "event-follow-title", text: t("event.tab.follow") }), holdButton(context)), body);
}

function whole(context, all, summary, read) {
  const open = all.filter((one) => !one.owner && !["excluded", "landed", "shelved"].includes(one.state)).length;
  const list = el("ul", { class: "event-follow-list" }, all.map((one) => line(context, one, read)));
  return [
    funnel(summary, t("event.funnel")),
    open && all.length ? el("p", { class: "event-nobody", role: "note", text: t("event.follow.unowned", { n: open }) }) : null,
    order(["id", "unowned", "name"], [[list, all]], (one) => ({ name: one.need_title || one.need, owner: one.owner })),
    all.length ? list : el("div", { class: "panel" }, empty(t("event.follow.none"))),
  ].filter(Boolean);
}

let made = 0;

function line(context, one, read) {
  const { open } = context;
  const { need, opc } = one;
  const title = one.need_title || need;
  const who = `${title} × ${one.opc_name || opc}`;
  const id = `event-follow-${++made}`;
  const labelled = (key, input, more = {}) => {
    input.id = `${id}-${key}`;
    return el("div", { class: "event-field", ...more }, el("label", { for: input.id, text: t(`event.follow.${key}`) }), input);
  };
  const state = el("select", { dataset: { field: "state" } }, [one.state, ...one.next].map((name) => el("option", { value: name, text: nameOf("progress", name) })));
  const why = el("select", { dataset: { field: "rejection" } }, el("option", { value: "", text: t("event.follow.choose") }), REJECTIONS.map((name) => el("option", { value: name, selected: name === one.rejection, text: nameOf("rejection", name) })));
  const owner = el("input", { type: "text", value: one.owner ?? "", maxlength: 60, autocomplete: "off", dataset: { field: "owner" } });
  const signed = el("input", { type: "date", value: one.signed_on ?? "", dataset: { field: "signed" } });
  const remark = el("input", { type: "text", maxlength: 300, autocomplete: "off", dataset: { field: "note" } });
  const whyField = labelled("rejection", why, { hidden: one.state !== "excluded" });
  const wrong = el("p", { class: "event-wrong", role: "alert", hidden: true });
  const save = el("button", { type: "submit", text: t("event.follow.save"), "aria-label": t("event.follow.save.who", { who }) });
  state.addEventListener("change", () => (whyField.hidden = state.value !== "excluded"));
  const last = one.steps?.findLast((step) => step.note)?.note;

  const send = async (event) => {
    event.preventDefault();
    save.disabled = true;
    wrong.hidden = true;
    const change = { need, opc };
    if (state.value !== one.state) change.state = state.value;
    if (state.value === "excluded" && why.value) change.rejection = why.value;
    if (owner.value.trim() !== (one.owner ?? "")) change.owner = owner.value.trim();
    if (signed.value && signed.value !== one.signed_on) change.signed_on = signed.value;
    if (remark.value.trim()) change.note = remark.value.trim();
    try {
      await putFollowUp(open.id, change);
      announce(t("event.follow.saved", { who }));
      const at = [...document.querySelectorAll(".event-follow-list > li")].indexOf(item);
      await read();
      document.querySelectorAll(".event-follow-list > li")[at]?.querySelector("button")?.focus();
    } catch (error) {
      wrong.hidden = false;
      wrong.textContent = reason(error);
    } finally {
      save.disabled = false;
    }
  };
  const item = el("li", { class: "panel", dataset: { state: one.state } },
    el("div", { class: "event-row event-between" },
      el("h3", {}, el("a", { href: listingAddress("requirement", need) }, words(title)), el("span", { class: "soft", text: " × " }), words(one.opc_name || opc)),
      el("span", { class: "tag event-state", text: nameOf("progress", one.state) + (one.rejection ? ` · ${nameOf("rejection", one.rejection)}` : "") })),
    last ? el("p", { class: "tiny soft" }, words(last)) : null,
    el("form", { class: "event-follow-form", on: { submit: send } }, labelled("state", state), whyField, labelled("owner", owner), labelled("note", remark), labelled("signed", signed), save, wrong));
  return item;
}
