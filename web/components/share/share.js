// The page as a link to copy or a code to scan; what the link shows is in the address.

import { announce, copy, el } from "../../dom.js";
import { t } from "../../i18n.js";
import { qr } from "./qr.js";

const SVG = "http://www.w3.org/2000/svg";
/** Light squares that must stand around a code. */
const QUIET = 4;

/** The code of a text as a picture; null when the text is too long for one. */
function picture(text, title) {
  const squares = qr(text);
  if (!squares) return null;
  const size = squares.length + 2 * QUIET;
  const node = document.createElementNS(SVG, "svg");
  const set = (target, values) => Object.entries(values).forEach(([name, value]) => target.setAttribute(name, value));
  set(node, { viewBox: `0 0 ${size} ${size}`, width: 220, height: 220, role: "img", "aria-label": title, "shape-rendering": "crispEdges" });
  const part = (tag, values) => {
    const child = document.createElementNS(SVG, tag);
    set(child, values);
    node.append(child);
  };
  part("rect", { width: size, height: size, fill: "#fff" });
  part("path", { fill: "#000", d: squares.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : []))).join("") });
  return node;
}

/** Two buttons, and the place where the code shows. */
export function sharing() {
  const link = el("button", { type: "button", class: "plain", text: t("decide.share") });
  link.addEventListener("click", async () => {
    const said = t((await copy(location.href)) ? "match.copied" : "match.notcopied");
    link.textContent = said;
    announce(said);
    setTimeout(() => (link.textContent = t("decide.share")), 2500);
  });
  const place = el("div", { class: "share-code", hidden: true });
  const code = el("button", { type: "button", class: "plain", "aria-expanded": "false", text: t("decide.qr") });
  code.addEventListener("click", () => {
    place.hidden = !place.hidden;
    code.setAttribute("aria-expanded", String(!place.hidden));
    // The address may have changed since: candidates unfolded, others compared.
    if (!place.hidden) place.replaceChildren(picture(location.href, t("decide.qr.said")) ?? "", el("p", { class: "tiny soft", text: t(qr(location.href) ? "decide.qr.said" : "decide.qr.long") }));
  });
  return [el("span", {}, code, link), place];
}
