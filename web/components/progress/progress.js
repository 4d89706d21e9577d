// Work that takes long: how far it is, how long it may take yet, and a button that stops it.

import { Problem } from "../../api.js";
import { announce, el } from "../../dom.js";
import { addWords, t } from "../../i18n.js";
import { lookAt, stopRun } from "./api.js";
import { NAMES, WORDS } from "./vocabulary.js";

/** A run that ends sooner is not worth a flicker. */
const PATIENCE_MS = 300;
const LOOK_EVERY_MS = 250;
/** From so many seconds on they are told as minutes. */
const MINUTES_S = 90;

const worded = addWords("progress", WORDS, NAMES);
let styled = null;

/** Resolves when words and styles are there. */
export function ready() {
  styled ??= new Promise((done) => {
    document.head.append(el("link", { rel: "stylesheet", href: "/components/progress/progress.css", on: { load: done, error: done } }));
  });
  return Promise.all([worded, styled]);
}

/** Whether a request ended because its run was stopped. */
export const wasStopped = (error) => error?.code === "stopped";

/** A name that nobody else will think of. */
export const newRun = () => `${Date.now()}-${Math.random().toString(36).slice(2)}`;

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

const leftOf = (eta) => {
  if (eta === null || eta === undefined) return "";
  return eta < MINUTES_S ? t("progress.left.seconds", { n: Math.max(1, Math.ceil(eta)) }) : t("progress.left.minutes", { n: Math.ceil(eta / 60) });
};

/**
 * A bar with what it is at, how much of that is done, and how long it may take; `actions` stand
 * beside it. `show({ phase, done, of, share, eta })` moves it: `share` of all there is, or else
 * `done` of `of`.
 */
export function gauge(...actions) {
  // Heard when it changes; the figures are for the eye, and the bar's own for whoever asks.
  const phase = el("span", { role: "status", text: t("progress.waiting") });
  const count = el("span", { class: "number soft" });
  const bar = el("progress", { "aria-label": t("progress.label"), max: 1 });
  const node = el("div", { class: "progress-run" }, el("p", { class: "progress-line" }, phase, count), bar, actions);
  const show = ({ phase: at, done = 0, of = null, share = null, eta = null }) => {
    const said = t(`progress.${at ?? "waiting"}`);
    if (phase.textContent !== said) phase.textContent = said;
    // What can only be empty or full is shown as going on.
    // A share of all there is counts where the time for all of it is known.
    const part = share !== null && (eta !== null || at === "sending") ? share : of > 2 ? Math.min(1, done / of) : null;
    if (part === null) bar.removeAttribute("value");
    else bar.value = part;
    const far = part !== null ? t("progress.percent", { n: Math.floor(part * 100) }) : at === "opening" && done ? t("progress.sofar", { n: done }) : "";
    count.textContent = [far, leftOf(eta)].filter(Boolean).join(" · ");
  };
  return { node, show };
}

/**
 * Starts work. `start({ run, sent, signal })` sends the request that bears the name `run` and
 * resolves with its answer, which `answer` does too; `sent(share)` tells how much of what it
 * sends has gone. Stopped while that is going it is broken off; later the service is told, and
 * the request says whether it was in time: if not, its answer comes, and `tried()` is true.
 * `node` shows the run while it lasts, and is the caller's to take away.
 */
export function followed(start, { stopping = t("progress.stop") } = {}) {
  const run = newRun();
  const breaking = new AbortController();
  let going = true;
  let sending = false;
  let tried = false;
  const stop = el("button", { type: "button", dataset: { key: "stop" }, text: stopping, on: { click: halt } });
  const { node, show } = gauge(stop);
  node.hidden = true;

  async function halt() {
    if (tried) return;
    tried = true;
    // Not disabled: the focus stays where it is.
    stop.setAttribute("aria-disabled", "true");
    stop.textContent = t("progress.stopping");
    // Between the last byte sent and the first one read nobody knows the name.
    while (going) {
      await stopRun(run).catch(() => {});
      await pause(LOOK_EVERY_MS);
      // What has not all gone by now cannot have been done: the word of its end would be here.
      if (sending) breaking.abort();
    }
  }
  const sent = (share) => {
    sending = share < 1;
    if (sending) show({ phase: "sending", share });
  };
  const follow = async () => {
    await pause(PATIENCE_MS);
    while (going) {
      node.hidden = false;
      if (!sending) {
        // Nothing is read while it waits for its turn, or has just ended.
        const reached = await lookAt(run).catch(() => null);
        if (reached && going && !sending) show(reached);
      }
      await pause(LOOK_EVERY_MS);
    }
  };
  const answer = start({ run, sent, signal: breaking.signal }).catch((error) => {
    const broken = breaking.signal.aborted && !(error instanceof Problem);
    const told = broken ? new Problem({ code: "stopped", detail_zh: t("progress.stopped"), detail_en: t("progress.stopped") }) : error;
    if (wasStopped(told)) announce(t("progress.stopped"));
    throw told;
  }).finally(() => {
    going = false;
  });
  follow();
  return { node, answer, tried: () => tried };
}
