// For needs that nobody fits alone: who could do it together, and what stays open.

import { eventTeams } from "./api.js";
import { el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { listingAddress } from "../../route.js";
import { order } from "../order.js";
import { failed, loading } from "../state/state.js";

export function teams(context) {
  if (!context.view.unmet_needs.length) return null;
  const body = el("div");
  let read = false;
  const folded = el("details", { class: "panel event-teams", dataset: { key: "teams" } },
    el("summary", { text: t("event.teams", { n: context.view.unmet_needs.length }) }), body);
  folded.addEventListener("toggle", () => {
    if (!folded.open || read) return;
    read = true;
    fill(context, body);
  });
  return folded;
}

async function fill(context, body) {
  const { open, signal } = context;
  body.replaceChildren(loading(t("event.teams.seeking")));
  try {
    const all = await eventTeams(open.id, signal);
    const list = el("div", {}, all.map(one));
    body.replaceChildren(el("p", { class: "soft", text: t("event.teams.help") }), order(["listed", "name"], [[list, all]], ({ title, need }) => ({ name: title || need }), "teams") ?? "", list);
  } catch (error) {
    if (!signal.aborted) body.replaceChildren(failed(error, () => fill(context, body)));
  }
}

function one({ need, title, parts, members, open }) {
  const part = (given) => parts[given]?.text ?? given;
  return el("article", { class: "event-team" },
    el("h3", {}, el("a", { href: listingAddress("requirement", need) }, words(title || need))),
    members.length ? el("ul", { class: "event-meetings" }, members.map((member) => el("li", {},
      el("strong", {}, words(member.name || member.opc)), " ", el("a", { class: "tiny", href: listingAddress("capability", member.capability) }, words(member.title)),
      el("span", { class: "tags" }, member.covers.map(({ part: at, strength }) => el("span", { class: "tag event-covers" }, words(part(at)), el("span", { class: "number", text: ` ${Math.round(strength * 100)}%` })))))))
      : el("p", { class: "event-nobody", text: t("event.team.none") }),
    open.length ? el("p", {}, el("span", { class: "soft", text: t("event.team.open") }), open.map((at) => el("span", { class: "tag event-away" }, words(part(at))))) : el("p", { class: "soft", text: t("event.team.whole") }));
}
