// Needs that say almost the same, and one scenario made of them when somebody says so.

import { duplicates, mergeDuplicates } from "./api.js";
import { listing } from "../../api.js";
import { announce, el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { address, go, listingAddress } from "../../route.js";
import { order } from "../order.js";
import { empty, reason } from "../state/state.js";
import { prepared } from "./parts.js";

/** Groups that are shown at once; each is read listing by listing. */
const SHOWN = 20;

export async function copiesView(route, signal) {
  const [found] = await Promise.all([duplicates(signal), prepared()]);
  const groups = await Promise.all(found.groups.slice(0, SHOWN).map(async (group) =>
    ({ ...group, members: await Promise.all(group.ids.map((id) => listing("requirement", id, signal))) })));
  const heading = [el("h1", { text: t("record.copies.title") }), el("p", { class: "soft record-lead", text: t("record.copies.lead") })];
  if (!groups.length) return { title: t("record.copies.title"), nodes: [...heading, el("div", { class: "panel" }, empty(t("record.copies.none"), el("a", { class: "button", href: address("board"), text: t("state.home") })))] };
  const forms = el("div", { class: "record-groups" }, groups.map(groupForm));
  return {
    title: t("record.copies.title"),
    nodes: [...heading,
      found.cut || found.groups.length > SHOWN ? el("p", { class: "soft", text: t("record.copies.cut") }) : null,
      order(["listed", "alike", "name"], [[forms, groups]], ({ similarity, members }) => ({ likeness: similarity, name: members[0].title })),
      forms],
  };
}

function groupForm({ members, similarity }, at) {
  const boxes = members.map((one) => el("input", { type: "checkbox", value: one.id, checked: true, id: `copy-${at}-${one.id}` }));
  const longest = members.reduce((a, b) => (b.text.length > a.text.length ? b : a));
  const id = el("input", { type: "text", required: true, maxlength: 200, value: `S-${members[0].id}` });
  const title = el("input", { type: "text", required: true, maxlength: 200, value: longest.title });
  const wrong = el("p", { class: "record-wrong", role: "alert", hidden: true });
  const merge = el("button", { type: "submit", class: "primary", text: t("record.copies.merge") });
  const say = (text) => {
    wrong.textContent = text;
    wrong.hidden = false;
    merge.disabled = false;
  };
  const send = async (event) => {
    event.preventDefault();
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    if (chosen.length < 2) return say(t("record.copies.few"));
    merge.disabled = true;
    try {
      const made = await mergeDuplicates({ id: id.value.trim(), title: title.value.trim(), members: chosen });
      announce(made.title);
      go(listingAddress("requirement", made.id));
    } catch (error) {
      say(reason(error));
    }
  };
  return el("form", { class: "panel record-group", on: { submit: send } },
    el("p", {}, el("span", { class: "tag number", text: t("record.copies.alike", { n: Math.round(similarity * 100) }) })),
    el("ul", { class: "record-members" }, members.map((one, i) => el("li", {}, boxes[i],
      el("label", { for: boxes[i].id }, el("strong", {}, words(one.title)), " ", el("span", { class: "soft" }, words(one.party.name), " ", words(one.id)),
        el("span", { class: "record-text" }, words(one.text))),
      el("a", { href: listingAddress("requirement", one.id), text: "↗", "aria-label": one.title })))),
    el("div", { class: "record-fields" },
      el("label", {}, el("span", { text: t("record.copies.name") }), title),
      el("label", {}, el("span", { text: t("record.copies.id") }), id)),
    el("p", { class: "record-buttons" }, merge), wrong);
}
