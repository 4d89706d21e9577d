// Loading, empty and failed: each says what to do next.

import { el } from "../../dom.js";
import { inScript, lang, t } from "../../i18n.js";
import { Problem, health } from "../../api.js";
import { address } from "../../route.js";

export function loading(text = t("state.loading"), action = null) {
  return el("div", { class: "state", role: "status" }, el("span", { class: "state-wheel", "aria-hidden": "true" }), el("p", { text }), action);
}

export function empty(text, ...actions) {
  return el("div", { class: "state" }, text ? el("p", { text }) : null, actions.length ? el("p", { class: "state-actions" }, actions) : null);
}

/** Whether a part of the page itself did not come: browsers name that each in their own words. */
const partMissing = (error) => error instanceof TypeError && /import|module|load|fetch/i.test(error.message);

/** The words of a failure, in the language of the page. */
export function reason(error) {
  if (partMissing(error)) return t("state.unreachable");
  if (!(error instanceof Problem)) return String(error?.message ?? error);
  const said = lang() === "en" ? error.en || error.zh : inScript(error.zh) || error.en;
  if (said) return said;
  return error.code === "unreachable" ? t("state.unreachable") : t("state.unexpected", { status: error.status });
}

/** What went wrong, and what to do: try again, or go where there is something. */
export function failed(error, retry) {
  const said = el("p", { text: reason(error), dir: "auto" });
  // A browser keeps a part that did not come as one that never will: it is asked for with the
  // whole page, once the program answers again.
  const anew = async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    await health().then(() => location.reload(), (problem) => (said.textContent = reason(problem)));
    button.disabled = false;
  };
  const action = error.status === 404
    ? el("a", { class: "button", href: address("board"), text: t("state.home") })
    : retry ? el("button", { type: "button", text: t("state.retry"), on: { click: partMissing(error) ? anew : retry } }) : null;
  return el("div", { class: "state state-failed", role: "alert" },
    el("h2", { text: t("state.error") }), said, action ? el("p", { class: "state-actions" }, action) : null);
}

/** What is loaded by whoever unfolds it; `made()` resolves with what stands inside. */
export function unfolding(name, summary, made) {
  const part = el("details", { class: name }, el("summary", { text: summary }));
  part.addEventListener("toggle", () => {
    if (!part.open || part.childElementCount > 1) return;
    const place = el("div", {}, loading());
    part.append(place);
    const draw = () => made().then((inside) => place.replaceChildren(inside), (error) => place.replaceChildren(failed(error, draw)));
    draw();
  });
  return part;
}

/** A list that nothing was imported into yet. */
export const unfilled = () => empty(t("board.empty"), el("a", { class: "button primary", href: address("import"), text: t("nav.import") }));
