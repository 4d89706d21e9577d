// Why a pair has its degree: evidence, gaps, terms, questions, parts of the score.

import { announce, copy, el, words } from "../../dom.js";
import { inScript, t } from "../../i18n.js";
import { quote } from "../quote/quote.js";
import { chip } from "./chip.js";

export function explanation(match) {
  return el("div", { class: "why" }, evidence(match.evidence), alike(match.alike), gaps(match.missing), terms(match.terms), questions(match.questions), parts(match.score));
}

function section(name, title, ...content) {
  return el("section", { class: `why-${name}` }, el("h5", { text: title }), content);
}

function evidence(found) {
  if (!found.length) return section("evidence", t("match.evidence"), el("p", { class: "soft", text: t("match.evidence.none") }));
  const said = (label, spoken) => el("figure", { class: "why-said" }, el("figcaption", { class: "tiny soft", text: label }), el("blockquote", {}, quote(spoken)));
  return section("evidence", t("match.evidence"),
    el("ol", {}, found.map((pair) => el("li", { class: "why-pair" },
      said(t("match.requirement.says"), pair.requirement), said(t("match.capability.says"), pair.capability)))));
}

/** Different words for one thing; what the thesaurus says it is stands beside it, for phones too. */
function alike(found) {
  if (!found?.length) return null;
  return section("alike", t("match.alike"), el("ul", {}, found.map((pair) => el("li", {},
    el("b", { text: pair.requirement }), " ≈ ", el("b", { text: pair.capability }), " ", el("span", { class: "tiny soft", text: pair.meaning })))));
}

function gaps(missing) {
  if (!missing.length) return null;
  return section("missing", t("match.missing"),
    el("p", { class: "tiny soft", text: t("match.missing.help") }),
    el("ul", {}, missing.map((gap) => el("li", {}, quote(gap.requirement)))));
}

function terms(checks) {
  if (!checks.length) return section("terms", t("match.terms"), el("p", { class: "soft", text: t("match.terms.none") }));
  const order = ["not_met", "not_stated", "met"];
  const sorted = [...checks].sort((a, b) => order.indexOf(a.answer) - order.indexOf(b.answer));
  const said = (text) => (text ? words(inScript(text)) : el("span", { class: "soft", text: t("term.unsaid") }));
  return section("terms", t("match.terms"),
    el("table", { class: "why-table" },
      el("thead", { class: "off-screen" }, el("tr", {}, [t("match.terms"), t("match.requirement.says"), t("match.capability.says")].map((head) => el("th", { scope: "col", text: head })))),
      el("tbody", {}, sorted.map((check) => el("tr", {},
        el("th", { scope: "row" }, chip(check.answer), el("span", { text: t(`term.${check.term}`) })),
        el("td", {}, said(check.asked)), el("td", {}, said(check.offered)))))));
}

function questions(asked) {
  if (!asked.length) return null;
  asked = asked.map(inScript);
  const button = el("button", { type: "button", text: t("match.copy") });
  button.addEventListener("click", async () => {
    const said = t((await copy(asked.map((question, at) => `${at + 1}. ${question}`).join("\n"))) ? "match.copied" : "match.notcopied");
    button.textContent = said;
    announce(said);
    setTimeout(() => (button.textContent = t("match.copy")), 2500);
  });
  return section("questions", t("match.questions"), el("ol", { class: "why-list" }, asked.map((question) => el("li", {}, words(question)))), button);
}

/** The addends of the score as shares of it; words one by one, the weightiest first. */
function parts(score) {
  const total = score.parts.reduce((sum, part) => sum + Math.max(0, part.value), 0);
  if (!total) return null;
  const named = score.parts.filter((part) => part.kind === "word").sort((a, b) => b.value - a.value);
  const sum = (kind) => score.parts.filter((part) => part.kind === kind).reduce((all, part) => all + Math.max(0, part.value), 0);
  const pieces = score.parts.find((part) => part.kind === "pieces");
  const rows = [
    ["words", sum("word"), named.slice(0, 8).map((part) => part.term)],
    ["pieces", sum("pieces"), pieces?.pieces.slice(0, 6) ?? []],
    ["meaning", sum("meaning"), []],
    // A second look may take away as well as add.
    ["reranked", score.parts.find((part) => part.kind === "reranked")?.value ?? 0, []],
  ].filter(([name, value]) => value > 0 || (name === "reranked" && value));
  return section("parts", t("match.parts"),
    el("dl", { class: "why-shares" }, rows.map(([name, value, found]) => el("div", {},
      el("dt", { text: t(`match.parts.${name}`) }),
      el("dd", {}, el("span", { class: "number", text: `${Math.round((value / total) * 100)}%` }), el("span", { class: "why-share", "aria-hidden": "true", style: { "--share": `${(Math.max(0, value) / total) * 100}%` } }),
        found.length ? el("span", { class: "tags" }, found.map((word) => el("span", { class: "tag" }, words(word)))) : null)))));
}
