// What leaves the page: print pages, tables, calendars.

import { eventAddress } from "./api.js";
import { el } from "../../dom.js";
import { LANGUAGES, script, shownIn, t } from "../../i18n.js";
import { removal } from "./removal.js";

const SHEETS = ["tables", "wall", "opcs", "needs", "stage", "briefs"];
const FORMATS = [["xlsx", "Excel"], ["csv", "CSV"], ["json", "JSON"]];

export function files({ open, view }) {
  const onStage = view.stage.length > 0;
  const sheet = (kind) => el("li", {},
    el("div", {}, el("strong", { text: t(`event.print.${kind}`) }), el("p", { class: "tiny soft", text: t(`event.print.${kind}.help`) })),
    el("span", { class: "event-row" }, Object.entries(LANGUAGES).map(([tongue, name]) =>
      el("a", { class: `button${tongue === shownIn() ? " primary" : ""}`, href: eventAddress(open.id, `/print/${kind}`, { lang: tongue }), target: "_blank", rel: "noopener", dataset: { print: kind } },
        name, el("span", { class: "off-screen", text: ` ${t(`event.print.${kind}`)} ${t("event.newwindow")}` })))));
  const file = (key, address, text) => el("a", { class: "button", href: address, download: "", dataset: { file: key }, text });
  return el("div", { class: "event-files" },
    el("section", { class: "panel" }, el("h2", { text: t("event.print") }), el("ul", { class: "event-sheets" }, SHEETS.filter((kind) => kind !== "stage" || onStage).map(sheet))),
    el("section", { class: "panel" }, el("h2", { text: t("event.export") }),
      el("p", { class: "soft", text: t("event.export.help") }),
      el("p", { class: "event-row" }, FORMATS.map(([format, name]) => file(format, eventAddress(open.id, "/export", { format, lang: script() }), name))),
      el("h2", { text: t("event.calendar") }),
      el("p", { class: "soft", text: t("event.calendar.help") }),
      el("p", { class: "event-row" }, file("ics", eventAddress(open.id, "/calendar", { lang: script() }), t("event.calendar.whole")), file("zip", eventAddress(open.id, "/calendars", { lang: script() }), t("event.calendar.each"))), removal(open)));
}
