// What would raise a pair's degree: computed by scoring it anew as if the capability said
// more. Told to the OPC as what to write if it is true, to the officer as what to ask.

import { request } from "../../api.js";
import { copy, el, words } from "../../dom.js";
import { addWords, inScript, t } from "../../i18n.js";
import { chip } from "../match/chip.js";
import { quote } from "../quote/quote.js";
import { failed, loading } from "../state/state.js";
import { NAMES, WORDS } from "./vocabulary.js";

const worded = addWords("raise", WORDS, NAMES);
let styled = null;
function prepared() {
  styled ??= new Promise((done) => {
    document.head.append(el("link", { rel: "stylesheet", href: "/components/raise/raise.css", on: { load: done, error: done } }));
  });
  return Promise.all([worded, styled]);
}

/** `side` is the side that asks, `asker` `{ id }` or `{ text }` of it, `other` the candidate's id. */
export function raisePanel(side, asker, other) {
  const place = el("div", { class: "raise" }, loading());
  const candidate = { id: other };
  const pair = side === "requirement" ? { requirement: asker, capability: candidate } : { requirement: candidate, capability: asker };
  const draw = async () => {
    try {
      const [found] = await Promise.all([request("/raise", { method: "POST", json: pair }), prepared()]);
      place.replaceChildren(...told(side, found));
    } catch (error) {
      place.replaceChildren(failed(error, draw));
    }
  };
  draw();
  return place;
}

const round = (degree) => Math.round(degree);

function told(side, found) {
  const nodes = [el("p", { class: "soft" }, t("raise.covered", { n: found.answered, all: found.parts }))];
  const rise = (to) => el("span", { class: "raise-rise number" },
    el("span", { class: "off-screen", text: t("raise.from", { from: round(found.degree), to: round(to) }) }),
    el("span", { "aria-hidden": "true" }, `${t("raise.about")} ${round(found.degree)} → `, el("strong", { text: round(to) })));
  if (found.raising.length) {
    nodes.push(
      el("p", { text: t(`raise.say.${side}`) }),
      el("ul", { class: "raise-list" }, found.raising.map((part) => el("li", {},
        el("span", {}, t(`raise.part.${side}`), quote(part.requirement), part.answered ? el("span", { class: "tiny soft", text: ` ${t("raise.little")}` }) : null), rise(part.degree)))),
      found.together === null ? "" : el("p", { class: "raise-all" }, el("span", { text: t("raise.together") }), rise(found.together)),
      el("p", { class: "tiny soft", text: t("raise.how") }),
      side === "requirement" ? ask(found) : "");
  } else {
    nodes.push(el("p", { text: t(found.parts && found.answered === found.parts ? "raise.nothing.covered" : "raise.nothing") }));
  }
  const inTheWay = found.terms.filter((check) => check.answer === "not_met");
  const open = found.terms.filter((check) => check.answer === "not_stated");
  const line = (check) => el("li", {}, el("span", {}, chip(check.answer), " ", el("b", { text: t(`term.${check.term}`) }), check.asked ? [" ", words(inScript(check.asked))] : null, check.offered ? [" · ", words(inScript(check.offered))] : null));
  if (inTheWay.length) nodes.push(el("p", { text: t(`raise.terms.not_met.${side}`) }), el("ul", { class: "raise-list" }, inTheWay.map(line)));
  if (open.length) nodes.push(el("p", { text: t(`raise.terms.not_stated.${side}`) }), el("ul", { class: "raise-list" }, open.map(line)));
  return nodes;
}

/** What to ask the OPC, to be sent as it is. */
function ask(found) {
  const button = el("button", { type: "button", text: t("raise.copy") });
  button.addEventListener("click", async () => {
    const lines = found.raising.map((part, at) => `${at + 1}. ${t("raise.question", { part: part.requirement.words })}`);
    button.textContent = t((await copy(lines.join("\n"))) ? "match.copied" : "match.notcopied");
    setTimeout(() => (button.textContent = t("raise.copy")), 2500);
  });
  return el("p", {}, button);
}
