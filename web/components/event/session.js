// The event that is open: as it was last read, what the last change did, and how
// to take it back. Every change goes through `act`, one at a time.

import { eventPage, putEvent } from "./api.js";
import { announce } from "../../dom.js";
import { t } from "../../i18n.js";
import { current } from "../../route.js";
import { reason } from "../state/state.js";
import { differences } from "./changes.js";
import { longRun, wasStopped } from "./run.js";
import { said } from "./words.js";

const MOST_UNDONE = 30;

let open = null;
let redraw = () => {};

// Who comes back from elsewhere sees the event as it is then.
window.addEventListener("hashchange", () => {
  if (open && current().view !== "event") open.stale = true;
});

/** The open event; reads it unless it is open already. */
export async function opened(id, signal) {
  if (open?.id === id && !open.stale) return open;
  const page = await eventPage(id, signal);
  const same = open?.id === id && open.page.event.revision === page.event.revision;
  open = { id, page, undo: same ? open.undo : [], changes: null, done: [], trouble: null, busy: null, run: null, carried: null, stale: false };
  return open;
}

/** Takes the answer of a creation, so that it is not read again. */
export function begin(page) {
  open = { id: page.event.id, page, undo: [], changes: null, done: [], trouble: null, busy: null, run: null, carried: null, stale: false };
}

export function forget() {
  open = null;
}

/** `draw` is called whenever the open event or its state has changed. */
export function whenChanged(draw) {
  redraw = draw;
}

function take(page) {
  const before = open.page;
  open.page = page;
  open.changes = page.changes ?? differences(before.event.plan, page.event.plan);
  open.done = page.done ?? [];
  open.trouble = null;
  return before;
}

/**
 * Runs one change. `work(event, run)` gets the event as it is known here and resolves
 * with the page after it; what is `long` gets a name for its run too, and can be
 * stopped. Where it fails, nothing is lost: the reason is shown, and
 * the same can be tried again, after reading anew if somebody else was faster.
 * Resolves with whether it worked.
 */
export async function act(work, { waiting = t("event.working"), undoable = true, long = false } = {}) {
  if (!open || open.busy) return false;
  const mine = open;
  mine.busy = waiting;
  const started = long ? longRun(mine.id, (run) => work(mine.page.event, run)) : { node: null, answer: work(mine.page.event) };
  mine.run = started.node;
  redraw();
  try {
    const page = await started.answer;
    if (open !== mine) return true;
    const before = take(page);
    if (undoable) mine.undo = [...mine.undo, before.event].slice(-MOST_UNDONE);
    announce([...mine.done.map(said), mine.changes ? said(mine.changes) : ""].filter(Boolean).join(" "));
    return true;
  } catch (error) {
    if (wasStopped(error)) return false;
    const again = () => act(work, { waiting, undoable, long });
    mine.trouble = { text: reason(error), stale: error.status === 409, again };
    announce(mine.trouble.text);
    return false;
  } finally {
    mine.busy = mine.run = null;
    redraw();
  }
}

/** Reads the event anew, then does again what had failed. */
export async function reloadAnd(again) {
  const mine = open;
  try {
    mine.page = await eventPage(mine.id);
    Object.assign(mine, { undo: [], trouble: null, changes: null });
    redraw();
    if (again) await again();
  } catch (error) {
    mine.trouble = { text: reason(error), stale: false, again: () => reloadAnd(again) };
    redraw();
  }
}

/** Takes the last change back: the event as it was before is saved anew. */
export async function undo() {
  const before = open?.undo.at(-1);
  if (!before) return;
  const worked = await act((event) => putEvent({ ...before, revision: event.revision }), { undoable: false, waiting: t("event.undoing") });
  if (!worked || !open) return;
  open.undo = open.undo.slice(0, -1);
  open.done = [{ zh: t("event.undone"), en: t("event.undone") }];
  announce(t("event.undone"));
  redraw();
}

/** Draws the open event anew, as it is known here. */
export const refresh = () => redraw();
