// Decisions on pairs, kept in this browser until the program keeps them.

import { inBrowser } from "../../memory.js";

const KEY = "opcmatch.decisions";

/** All that is decided: `[{ need, capability, state, reason, on }]`, the newest last. */
export function decisions() {
  try {
    const read = JSON.parse(inBrowser.get(KEY) ?? "[]");
    return Array.isArray(read) ? read.filter((one) => one && typeof one.need === "string" && typeof one.capability === "string") : [];
  } catch {
    return [];
  }
}

const isOf = (pair) => (one) => one.need === pair.need && one.capability === pair.capability;

/** What is decided of a pair, or undefined. */
export const decisionOf = (pair) => decisions().find(isOf(pair));

/** Decides a pair anew; `decision` null takes the decision back. */
export function decide(pair, decision) {
  const others = decisions().filter((one) => !isOf(pair)(one));
  inBrowser.set(KEY, JSON.stringify(decision ? [...others, { ...pair, ...decision, on: new Date().toISOString() }] : others));
}

/** One field of a CSV file; what a spreadsheet would take for a formula becomes text. */
export function field(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Rows as a CSV file that spreadsheets open as UTF-8. */
export const csv = (rows) => `\uFEFF${rows.map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
