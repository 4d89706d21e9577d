// What was decided, as the officer's board shows it: on each row, and to choose rows by.

import { session } from "../../api.js";
import { el } from "../../dom.js";
import { addWords, t } from "../../i18n.js";
import { reason } from "../state/state.js";
import { decisions } from "./api.js";
import { NAMES, WORDS } from "./vocabulary.js";

const DECIDING = ["publisher", "organiser", "admin"];
const worded = addWords("decide", WORDS, NAMES);
/** What rows can be chosen by: still open, taken up, or all that was looked at turned down. */
const STATES = ["open", "accepted", "rejected"];

/**
 * `{ chips(row), picks(row, state), choice(rows, state, change) }` for a board of this side;
 * `{ failed }` where they cannot be read, null for those whose business they are not.
 */
export async function decidedOn(side, signal) {
  const who = await session();
  if (who.keys && !DECIDING.includes(who.role)) return null;
  await worded;
  let all;
  try {
    all = await decisions({}, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return { failed: t("decide.unread", { why: reason(error) }) };
  }
  const counts = new Map();
  for (const { requirement, capability, choice } of all) {
    const id = side === "requirement" ? requirement : capability;
    if (!counts.has(id)) counts.set(id, { accepted: 0, rejected: 0 });
    counts.get(id)[choice] += 1;
  }
  const of = (row) => counts.get(row.listing.id) ?? { accepted: 0, rejected: 0 };
  // A district decides of its own needs; another's are not waiting for it.
  const theirs = (row) => side === "capability" || !who.tenant || row.tenant === who.tenant;
  const stateOf = (row) => {
    const { accepted, rejected } = of(row);
    return accepted ? "accepted" : rejected ? "rejected" : theirs(row) ? "open" : null;
  };
  const picks = (row, state) => !STATES.includes(state) || stateOf(row) === state;

  /** How many were accepted and turned down, where any were. */
  const chips = (row) => Object.entries(of(row)).filter(([, n]) => n).map(([state, n]) => el("span", { class: "tag board-decided", dataset: { state }, text: t(`decide.board.${state}`, { n }) }));

  /** To choose rows by; `change` gets the state, or nothing for all. */
  const choice = (rows, state, change) => {
    const found = new Map(STATES.map((name) => [name, 0]));
    for (const row of rows) if (stateOf(row)) found.set(stateOf(row), found.get(stateOf(row)) + 1);
    const select = el("select", { id: "board-decided", on: { change: () => change(select.value) } },
      el("option", { value: "", text: t("decide.board.all") }),
      STATES.map((name) => el("option", { value: name, selected: name === state, text: `${t(`decide.board.only.${name}`)} (${found.get(name)})` })));
    return el("label", { class: "board-sort" }, el("span", { text: t("decide.board") }), select);
  };
  return { chips, picks, choice };
}
