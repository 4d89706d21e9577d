// Decisions that an earlier version of the page kept in this browser, on their way into
// the program's own record; and the file that decisions can be had as.

import { inBrowser } from "../../memory.js";

const KEY = "opcmatch.decisions";

/** What is left in this browser: `[{ need, capability, state, reason, on }]`. */
export function left() {
  try {
    const read = JSON.parse(inBrowser.get(KEY) ?? "[]");
    return Array.isArray(read) ? read.filter((one) => one && typeof one.need === "string" && typeof one.capability === "string") : [];
  } catch {
    return [];
  }
}

/**
 * Hands each of them to `keep`, once. Those that the record has, or already had a word on,
 * leave the browser; those that it refuses stay. Resolves with how many went, and how many stay.
 */
export async function moveUp(keep) {
  let moved = 0;
  const staying = [];
  for (const one of left()) {
    try {
      await keep(one);
      moved += 1;
    } catch (error) {
      if (error.code !== "decision_changed") staying.push(one);
    }
  }
  inBrowser.set(KEY, JSON.stringify(staying));
  return { moved, staying: staying.length };
}

/** One field of a CSV file; what a spreadsheet would take for a formula becomes text. */
export function field(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** Rows as a CSV file that spreadsheets open as UTF-8. */
export const csv = (rows) => `\uFEFF${rows.map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;
