// What the check of the plan found, what the rules had to give, who has no seat:
// always in sight above the plan.

import { el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { keyOf, namesOf, points, saidOf } from "./words.js";

/** Shown at once; the rest unfolds. */
const FEW = 4;

export function findings({ page, view, select }) {
  const { review } = page;
  const seats = new Set((review.unplaced ?? []).map(keyOf));
  // What the check already says of a pair is not said twice.
  const seated = new Set((review.violations ?? []).filter((found) => found.need && found.opc && found.fault !== "no_seat").map(keyOf));
  const lines = [
    // Who has no seat is said below, with the reason.
    ...(review.violations ?? []).filter((found) => found.fault !== "no_seat" || !seats.has(keyOf(found))).map((found) => ({ ...found, kind: found.severity })),
    ...(review.unplaced ?? []).filter((found) => !seated.has(keyOf(found))).map((found) => ({ ...found, kind: "unplaced" })),
    ...(review.concessions ?? []).map((found) => ({ ...found, kind: "concession" })),
    ...(review.stage ?? []).map((found) => ({ ...found, kind: "note" })),
  ];
  const unmet = view.unmet_needs.length;
  // What stands by hand may be worth less than what could be.
  const short = review.is_best === false && review.best_worth > review.worth ? el("p", { class: "soft number", text: t("event.short", { n: points(review.best_worth - review.worth) }) }) : null;
  if (!lines.length) {
    return el("section", { class: "event-findings event-fine", "aria-label": t("event.findings") },
      el("p", {}, el("strong", { text: t("event.fine") }), ` ${t("event.fine.help", { n: view.totals.seated })}`, unmet ? ` ${t("event.unmet", { n: unmet })}` : null), short);
  }
  const errors = lines.filter((line) => line.kind === "error").length;
  return el("section", { class: "event-findings", dataset: { grave: String(errors > 0) }, "aria-label": t("event.findings") },
    el("h2", { text: t(!errors ? "event.findings.some" : errors === lines.length ? "event.findings.all" : "event.findings.errors", { n: lines.length, errors }) }),
    el("ul", {}, lines.slice(0, FEW).map((line) => item(line, view, select))),
    lines.length > FEW ? el("details", { dataset: { key: "findings-more" } }, el("summary", { text: t("event.findings.more", { n: lines.length - FEW }) }),
      el("ul", {}, lines.slice(FEW).map((line) => item(line, view, select)))) : null,
    unmet ? el("p", { class: "soft", text: t("event.unmet", { n: unmet }) }) : null, short);
}

function item(line, view, select) {
  const key = line.need && line.opc ? keyOf(line) : null;
  const meeting = key && view.meetings.find((one) => keyOf(one) === key);
  const names = namesOf(view);
  return el("li", { dataset: { kind: line.kind } },
    el("span", { class: "tag event-kind", text: t(`event.kind.${line.kind}`) }), " ",
    words(saidOf(line, view)),
    meeting ? [" ", el("button", { type: "button", class: "plain event-inline", dataset: { key: `finding ${line.kind} ${key}` }, on: { click: () => select(key) } }, t("event.finding.open"),
      el("span", { class: "off-screen", text: names.pair(meeting) }))] : null);
}
