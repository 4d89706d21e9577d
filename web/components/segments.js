// One of a few, side by side: radio buttons, so arrow keys and names work.

import { el } from "../dom.js";

let made = 0;

/** `options`: `[value, words]` pairs. `change` gets the chosen value. */
export function segments({ label, options, value, change, hideLabel = true }) {
  const name = `segments-${++made}`;
  return el("fieldset", { class: "segments-field" },
    el("legend", { class: hideLabel ? "off-screen" : null, text: label }),
    el("span", { class: "segments" }, options.map(([option, text]) =>
      el("label", {}, el("input", { type: "radio", name, value: option, checked: option === value, on: { change: () => change(option) } }), el("span", { text })))));
}
