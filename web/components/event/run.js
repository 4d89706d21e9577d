// A run that may take long: how far it is, and a button that stops it.

import { eventRun, stopEventRun } from "./api.js";
import { announce, el } from "../../dom.js";
import { t } from "../../i18n.js";

/** A run that ends sooner is not worth a flicker. */
const PATIENCE_MS = 300;
const LOOK_EVERY_MS = 400;

/** Whether a request ended because its run was stopped. */
export const wasStopped = (error) => error?.code === "stopped";

/**
 * Starts a run of the event `id`. `start(name)` sends the request that bears this
 * name and resolves with its answer, which `answer` does too; `node` shows the run
 * while it lasts, and is the caller's to take away.
 */
export function longRun(id, start) {
  const name = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  const phase = el("span", { role: "status", text: t("event.run.waiting") });
  const count = el("span", { class: "number soft" });
  const bar = el("progress", { "aria-label": t("event.run") });
  const stop = el("button", { type: "button", dataset: { key: "stop" }, text: t("event.run.stop"), on: { click: halt } });
  const node = el("div", { class: "event-run", hidden: true }, el("p", { class: "event-row" }, phase, count), bar, stop);
  let going = true;

  async function halt() {
    // Not disabled: the focus stays where it is.
    stop.setAttribute("aria-disabled", "true");
    stop.textContent = t("event.run.stopping");
    // Whether it is too late, the request itself will say.
    await stopEventRun(id, name).catch(() => {});
  }
  const show = ({ phase: at, done, of }) => {
    const said = t(`event.run.${at ?? "waiting"}`);
    if (phase.textContent !== said) phase.textContent = said;
    // What can only be empty or full is shown as going on.
    if (of > 2) {
      bar.max = of;
      bar.value = done;
      count.textContent = `${done} / ${of}`;
    } else {
      bar.removeAttribute("value");
      count.textContent = "";
    }
  };
  const follow = async () => {
    await pause(PATIENCE_MS);
    while (going) {
      node.hidden = false;
      // Nothing is read while it is being sent, or has just ended.
      const reached = await eventRun(id, name).catch(() => null);
      if (reached && going) show(reached);
      await pause(LOOK_EVERY_MS);
    }
  };
  const answer = start(name).catch((error) => {
    if (wasStopped(error)) announce(t("event.run.stopped"));
    throw error;
  }).finally(() => {
    going = false;
  });
  follow();
  return { node, answer };
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
