// The answer to a term, in a word and a sign, never in colour alone.

import { el } from "../../dom.js";
import { t } from "../../i18n.js";

/** `answer`: `met`, `not_stated` or `not_met`. */
export function chip(answer, text = t(`answer.${answer}`)) {
  return el("span", { class: "chip", dataset: { answer }, text });
}
