// A quoted sentence with the words marked that both sides share.

import { el } from "../../dom.js";

/** `quote`: `{ words, marks: [[from, to), …] }` in UTF-16 units, as the API gives it. */
export function quote({ words, marks = [] }) {
  const pieces = [];
  let at = 0;
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    const start = Math.max(at, from);
    const end = Math.min(words.length, to);
    if (start >= end) continue;
    pieces.push(words.slice(at, start), el("mark", { text: words.slice(start, end) }));
    at = end;
  }
  pieces.push(words.slice(at));
  return el("span", { class: "quote", dir: "auto", lang: "zh-CN" }, pieces.filter((piece) => piece !== ""));
}
