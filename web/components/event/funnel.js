// How many needs have come how far: 征集, 发布, 对接, 签约, 落地.

import { el } from "../../dom.js";
import { nameOf, t } from "../../i18n.js";

const STAGES = ["collected", "published", "met", "signed", "landed"];

/** Bars for the eye, the same as a table for everyone. */
export function funnel(summary, title) {
  const { needs, pairs } = summary;
  const most = Math.max(1, ...STAGES.map((stage) => needs[stage]));
  const given = (summary.rejections ?? []).filter((one) => one.count);
  return el("section", { class: "panel event-funnel", "aria-labelledby": "event-funnel-title" },
    el("h3", { id: "event-funnel-title", text: title }),
    el("div", { class: "event-bars", "aria-hidden": "true" }, STAGES.map((stage) =>
      el("div", {}, el("span", { text: t(`event.stage.${stage}`) }), el("span", { class: "event-bar", style: { "--part": `${(100 * needs[stage]) / most}%` } }), el("strong", { class: "number", text: needs[stage] })))),
    el("details", { dataset: { key: "funnel-table" } }, el("summary", { text: t("event.funnel.table") }),
      el("table", { class: "event-funnel-table" },
        el("thead", {}, el("tr", {}, ["stage", "needs", "pairs"].map((key) => el("th", { scope: "col", text: t(`event.funnel.${key}`) })))),
        el("tbody", {}, STAGES.map((stage) => el("tr", {}, el("th", { scope: "row", text: t(`event.stage.${stage}`) }), el("td", { class: "number", text: needs[stage] }), el("td", { class: "number", text: pairs[stage] ?? "–" }))))),
      given.length ? el("p", {}, el("span", { class: "soft", text: t("event.funnel.reasons") }), given.map(({ reason: why, count }) => el("span", { class: "tag", text: `${nameOf("rejection", why)} ${count}` }))) : null));
}
