// Two or three candidates side by side.

import { el, words } from "../../dom.js";
import { money, place } from "../../format.js";
import { inScript, t } from "../../i18n.js";
import { degree } from "../degree/degree.js";
import { chip } from "../match/chip.js";
import { quote } from "../quote/quote.js";

/** `matches` as the ranking gives them; `side` is the side that asks. */
export function comparison(side, matches, close) {
  const none = () => el("span", { class: "soft", text: t("decide.none") });
  const ownWords = (pair) => (side === "requirement" ? pair.capability : pair.requirement);
  const asked = [...new Set(matches.flatMap((match) => match.terms.map((check) => check.term)))];
  const told = (list, item) => (list.length ? el("ul", { class: "decide-list" }, list.map((one) => el("li", {}, item(one)))) : none());
  const rows = [
    [t("decide.row.degree"), (match) => degree(match.degree, match.verdict)],
    [t("decide.row.party"), ({ listing }) => words(listing.party || t("listing.noparty"))],
    [t("decide.row.place"), ({ listing }) => words(place(listing.region) || t("unsaid"))],
    [t("decide.row.money"), ({ listing }) => money(listing.money) || t("unsaid")],
    ...asked.map((term) => [t(`term.${term}`), (match) => {
      const checks = match.terms.filter((one) => one.term === term);
      return checks.length ? checks.map((check) => el("p", {}, chip(check.answer), " ", check.offered ? words(inScript(check.offered)) : null)) : none();
    }]),
    [t("decide.row.evidence"), (match) => (match.evidence.length ? quote(ownWords(match.evidence[0])) : none())],
    [t("decide.row.missing"), (match) => told(match.missing, (gap) => quote(gap.requirement))],
    [t("decide.row.questions"), (match) => told(match.questions, (question) => words(inScript(question)))],
  ];
  return el("div", { class: "panel decide-compare" },
    el("div", { class: "decide-row" },
      el("h3", { id: "decide-compare", tabindex: "-1", text: t("decide.compare.title") }),
      el("button", { type: "button", text: t("decide.compare.close"), on: { click: close } })),
    el("div", { class: "decide-scroll", tabindex: "0", role: "region", "aria-label": t("decide.compare.title") },
      el("table", { style: { "--columns": matches.length } },
        el("thead", {}, el("tr", {}, el("td", {}), matches.map(({ listing }) => el("th", { scope: "col" }, words(listing.title || t("listing.untitled"), { class: "clamp" }))))),
        el("tbody", {}, rows.map(([name, cell]) => el("tr", {}, el("th", { scope: "row", text: name }), matches.map((match) => el("td", {}, cell(match)))))))));
}
