// Loading, empty and failed: each says what to do next.

import { el } from "../../dom.js";
import { inScript, lang, t } from "../../i18n.js";
import { Problem } from "../../api.js";

export function loading(text = t("state.loading"), action = null) {
  return el("div", { class: "state", role: "status" }, el("span", { class: "state-wheel", "aria-hidden": "true" }), el("p", { text }), action);
}

export function empty(text, ...actions) {
  return el("div", { class: "state" }, text ? el("p", { text }) : null, actions.length ? el("p", { class: "state-actions" }, actions) : null);
}

/** The words of a failure, in the language of the page. */
export function reason(error) {
  if (!(error instanceof Problem)) return String(error?.message ?? error);
  const said = lang() === "en" ? error.en || error.zh : inScript(error.zh) || error.en;
  if (said) return said;
  return error.code === "unreachable" ? t("state.unreachable") : t("state.unexpected", { status: error.status });
}

export function failed(error, retry) {
  return el("div", { class: "state state-failed", role: "alert" },
    el("h2", { text: t("state.error") }),
    el("p", { text: reason(error), dir: "auto" }),
    retry ? el("p", { class: "state-actions" }, el("button", { type: "button", text: t("state.retry"), on: { click: retry } })) : null);
}
