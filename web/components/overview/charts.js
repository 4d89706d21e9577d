// Charts as SVG, each with its words; the table behind it is the caller's.

import { el } from "../../dom.js";

const SVG = "http://www.w3.org/2000/svg";
let made = 0;

/** An SVG element; `text` becomes a text node. */
function svg(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(props)) {
    if (key === "text") node.textContent = value;
    else if (value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.flat());
  return node;
}

/** A picture with a title that says what it shows. */
function picture(width, height, title, ...children) {
  const id = `chart-${++made}`;
  const drawn = svg("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-labelledby": id },
    svg("title", { id, text: title }), ...children);
  // As wide as there is room, but a small one does not grow into large letters.
  drawn.style.maxWidth = `${Math.round(1.2 * width)}px`;
  return drawn;
}

/** The width of a letter in those of a Chinese character. */
const wide = (letter) => (/[\u0000-\u024f]/.test(letter) ? 0.58 : 1);

/** As much of a text as fits into so many widths of a Chinese character. */
function cut(text, most) {
  let width = 0;
  let kept = "";
  for (const letter of text) {
    width += wide(letter);
    if (width > most) return `${kept}…`;
    kept += letter;
  }
  return kept;
}

/** Width of the labels that rows need, at most so wide. */
export const labelWidth = (texts, most) => Math.min(most, 14 + 12.5 * Math.max(0, ...texts.map((text) => [...text].reduce((sum, letter) => sum + wide(letter), 0))));

const ROW = 28;
const HEAD = 30;

/**
 * A heat map. `rows` and `columns` are names, `values` the numbers by row. The number
 * stands in every cell, so that nothing hangs on colour; a cell has none where `plain`
 * says so, and the largest of the others is the deepest.
 */
export function heatMap({ title, rows, columns, values, plain, label, cell }) {
  const deepest = Math.max(1, ...values.flatMap((row, y) => row.map((n, x) => (plain(y, x) ? 0 : n))));
  const look = (n, y, x) => (!n ? { class: "chart-none" } : plain(y, x) ? { class: "chart-rest" } : { class: "chart-cell", "fill-opacity": (0.1 + (0.38 * n) / deepest).toFixed(3) });
  const width = label + columns.length * cell;
  const letters = cell / 12.5;
  return picture(width, HEAD + rows.length * ROW, title,
    columns.map((column, x) => svg("text", { class: "chart-label", x: label + x * cell + cell / 2, y: HEAD - 10, "text-anchor": "middle", text: cut(column, letters) })),
    rows.map((row, y) => svg("g", {},
      svg("text", { class: "chart-label", x: label - 8, y: HEAD + y * ROW + 19, "text-anchor": "end", text: cut(row, (label - 12) / 12.5) }),
      columns.map((column, x) => {
        const n = values[y][x];
        return [
          svg("rect", { ...look(n, y, x), x: label + x * cell + 1, y: HEAD + y * ROW + 1, width: cell - 2, height: ROW - 2, rx: 4 },
            svg("title", { text: `${row} × ${column}: ${n}` })),
          n ? svg("text", { class: "chart-number", x: label + x * cell + cell / 2, y: HEAD + y * ROW + 19, "text-anchor": "middle", text: n }) : "",
        ];
      }).flat())));
}

const BAR = 26;

/** Bars with their numbers: `rows` are `[name, number, class]`; a number as large as `most` fills the width. */
export function bars({ title, rows, width, most = Math.max(1, ...rows.map(([, n]) => n)), label = 76 }) {
  const room = width - label - 56;
  return picture(width, rows.length * BAR, title, rows.map(([name, n, kind = "chart-bar"], at) => svg("g", {},
    svg("text", { class: "chart-label", x: label - 8, y: at * BAR + 18, "text-anchor": "end", text: cut(name, (label - 10) / 12.5) }),
    svg("rect", { class: "chart-none", x: label, y: at * BAR + 5, width: room, height: BAR - 10, rx: 4 }),
    svg("rect", { class: kind, x: label, y: at * BAR + 5, width: n ? Math.max(3, (room * n) / most) : 0, height: BAR - 10, rx: 4 }),
    svg("text", { class: "chart-number chart-end", x: label + room + 8, y: at * BAR + 18, text: n }))));
}

/** A chart, and the same as a table for whoever asks; `name` says which chart. */
export function figure(name, chart, summary, table) {
  return el("figure", { class: "overview-figure" },
    el("div", { class: "overview-scroll" }, chart),
    el("details", {}, el("summary", { text: summary }), el("div", { class: "overview-scroll", tabindex: "0", role: "region", "aria-label": `${name}: ${summary}` }, table)));
}
