// Who meets whom, by need or by OPC, and for each whom else it could meet.

import { el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { address, current, go } from "../../route.js";
import { degree } from "../degree/degree.js";
import { order } from "../order.js";
import { segments } from "../segments.js";
import { verdictOf } from "./detail.js";
import { options } from "./options.js";
import { overrides } from "./overrides.js";
import { pitches } from "./pitches.js";
import { rules } from "./rules.js";
import { teams } from "./teams.js";
import { clock, keyOf, seatWords } from "./words.js";

export function shortlist(context) {
  const { parts, params } = current();
  const by = params.get("by") === "opc" ? "opc" : "need";
  const groups = by === "opc" ? context.view.opcs : context.view.needs;
  const sorted = by === "opc" ? [...groups].sort((a, b) => b.meetings.length - a.meetings.length) : [...groups].sort((a, b) => !a.meetings.length - !b.meetings.length);
  const cards = el("div", { class: "event-groups" }, sorted.map((group) => card(context, by, group)));
  const names = by === "opc" ? ["meetings", "name"] : ["listed", "attention", "meetings", "name"];
  return el("section", { class: "event-shortlist" },
    el("div", { class: "event-row event-between" },
      el("h2", { text: t("event.tab.shortlist") }),
      segments({ label: t("event.by"), options: ["need", "opc"].map((one) => [one, t(`event.by.${one}`)]), value: by, change: (next) => go(address("event", parts, { by: next === "opc" ? "opc" : "", at: params.get("at") })) })),
    rules(context),
    pitches(context),
    order(names, [[cards, sorted]], (group) => ({ name: group.title || group.name || group.need || group.opc, meetings: group.meetings })),
    cards,
    teams(context),
    overrides(context));
}

function card(context, by, group) {
  const { view, open } = context;
  const whom = by === "opc" ? { opc: group.opc } : { need: group.need };
  const id = by === "opc" ? group.opc : group.need;
  const more = el("div", { class: "event-options", "aria-live": "polite" });
  const meetings = group.meetings.map((index) => view.meetings[index]).sort((a, b) => b.degree - a.degree);
  const toggle = el("button", { type: "button", class: "plain", "aria-expanded": String(open.optionsOf === id), dataset: { key: `options ${id}` }, text: t("event.options"), on: { click: () => {
    open.optionsOf = open.optionsOf === id ? null : id;
    context.draw();
  } } });
  if (open.optionsOf === id && !open.page.view.held) options(context, whom, more);
  return el("article", { class: "panel event-group", dataset: { met: String(meetings.length > 0) } },
    el("header", { class: "event-row event-between" },
      el("div", {}, el("h3", {}, words((by === "opc" ? group.name : group.title) || id)),
        el("p", { class: "tiny soft" },
          by === "opc" ? null : [words(group.party || t("listing.noparty")), " · "],
          el("span", { class: "number", text: t("event.group.meetings", { n: meetings.length, max: group.max }) }),
          group.absent ? el("span", { class: "tag event-away", text: t("event.absent") }) : null,
          group.away.length && !group.absent ? el("span", { class: "tag event-away", text: t("event.away.slots", { slots: group.away.join(", ") }) }) : null)),
      open.page.view.held ? null : toggle),
    meetings.length ? el("ul", { class: "event-meetings" }, meetings.map((meeting) => row(context, by, meeting)))
      : el("p", { class: "event-nobody", text: t(group.absent ? "event.nobody.absent" : `event.nobody.${by}`) }),
    more);
}

function row({ marks, selected, select }, by, meeting) {
  const key = keyOf(meeting);
  const change = marks.get(key);
  return el("li", { dataset: { change: change ?? "" } },
    el("button", { type: "button", class: "event-line", "aria-pressed": String(key === selected), dataset: { key: `meeting ${key}` }, on: { click: () => select(key) } },
      el("span", { class: "event-line-who" },
        el("strong", { class: "clamp", style: { "--lines": "1" } }, words(by === "opc" ? meeting.need_title : meeting.opc_name)),
        el("span", { class: "tiny soft clamp", style: { "--lines": "1" } }, words(by === "opc" ? meeting.need_party : meeting.capability_title))),
      degree(meeting.degree, verdictOf(meeting.degree)),
      el("span", { class: "tiny number event-line-views" }, t("event.views", { need: Math.round(meeting.need_view), opc: Math.round(meeting.opc_view) })),
      el("span", { class: "tiny number event-line-seat" }, meeting.slot ? `${clock(meeting.starts)} ${t("event.table", { n: meeting.table })}` : el("span", { class: "event-wrong", text: t("event.noseat") }),
        meeting.locked ? el("span", { class: "event-sign", text: t("event.locked") }) : null,
        meeting.pinned ? el("span", { class: "event-sign", text: t("event.pinned") }) : null,
        change ? el("span", { class: "event-sign event-changed", text: t(`event.change.${change}`) }) : null),
      el("span", { class: "off-screen", text: meeting.slot ? seatWords(meeting.slot, meeting.table) : "" })));
}
