// A degree: the number, and a bar with the floor marked on it.

import { el } from "../../dom.js";
import { t } from "../../i18n.js";

let floor = 35;

/** Tells this component from which degree on a candidate is recommended. */
export function setFloor(percent) {
  floor = percent;
  document.documentElement.style.setProperty("--floor", `${percent}%`);
}

export const theFloor = () => floor;

/** `verdict`: `fit`, `terms_not_met` or `below_floor`. */
export function degree(value, verdict, { label = t("match.degree"), large = false } = {}) {
  const percent = Math.min(100, Math.max(0, Number(value) || 0));
  return el("span", { class: `degree${large ? " degree-large" : ""}`, dataset: { verdict } },
    el("span", { class: "off-screen", text: `${label}${t("match.of100", { n: Math.round(percent) })}` }),
    el("span", { class: "degree-number number", "aria-hidden": "true", text: Math.round(percent) }),
    el("span", { class: "degree-bar", "aria-hidden": "true", style: { "--degree": `${percent}%` } }));
}
