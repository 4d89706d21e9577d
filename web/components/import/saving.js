// Keeping a file, stage by stage: stored, found, matched, each with how far it is. Until all of
// it is stored it can be stopped, and then none of it is; what is stored stays, and the rest
// goes on without anybody waiting for it.

import { health, overview } from "../../api.js";
import { announce, el } from "../../dom.js";
import { t } from "../../i18n.js";
import { lookAt } from "../progress/api.js";
import { followed, gauge, newRun } from "../progress/progress.js";

const LOOK_MS = 500;
const TICK_MS = 1000;
const STAGES = ["store", "index", "match"];

/**
 * `store({ run, sent, signal })` sends the file and resolves with the report. Resolves with
 * `{ report, found, late }` when all is done or somebody waits no longer: `late` when it was to
 * be stopped and had been stored by then. Rejects when it was stopped or could not be stored.
 * What shows meanwhile stands in `place`.
 */
export async function saving(place, side, store, signal) {
  const waiting = new AbortController();
  const leave = () => waiting.abort();
  signal.addEventListener("abort", leave);
  const rows = new Map(STAGES.map((stage) => [stage, { clock: el("span", { class: "number soft", "aria-hidden": "true" }), line: el("li", { dataset: { state: "to_do" } }) }]));
  for (const [stage, { clock, line }] of rows) line.append(el("span", { text: t(`import.stage.${stage}`) }), " ", clock);
  const below = el("div", { class: "import-progress" });
  place.replaceChildren(el("div", { class: "panel import-saving" }, el("ol", { class: "import-stages" }, [...rows.values()].map(({ line }) => line)), below));

  /** Runs a stage with its seconds counted; a screen reader hears of its end, not of every second. */
  const during = async (stage, work) => {
    const { clock, line } = rows.get(stage);
    const from = Date.now();
    const tick = () => (clock.textContent = t("import.seconds", { n: Math.round((Date.now() - from) / 1000) }));
    const timer = setInterval(tick, TICK_MS);
    line.dataset.state = "doing";
    tick();
    try {
      const done = await work();
      line.dataset.state = "done";
      tick();
      announce(t(`import.stage.${stage}.done`));
      return done;
    } finally {
      clearInterval(timer);
    }
  };

  // Whoever closes the window now stops it, and should know.
  const guard = (event) => event.preventDefault();
  window.addEventListener("beforeunload", guard);
  const run = followed(store, { stopping: t("import.store.stop") });
  below.replaceChildren(run.node);
  const report = await during("store", () => run.answer).finally(() => {
    window.removeEventListener("beforeunload", guard);
    signal.removeEventListener("abort", leave);
  });
  // Kept, wherever one is on the page by now.
  window.dispatchEvent(new Event("lists-changed"));
  const late = run.tried();
  if (!report.change || late || signal.aborted) return { report, found: late ? false : !report.change, late };
  signal.addEventListener("abort", leave);

  const enough = el("button", { type: "button", text: t("import.enough"), on: { click: leave } });
  const { node, show } = gauge(enough);
  below.replaceChildren(node);
  try {
    await during("index", () => until(async () => {
      const { lists } = await health(waiting.signal);
      if (lists.indexed >= report.change) return true;
      show({ phase: "reading", ...lists.making, ...(lists.making ? { phase: lists.making.stage } : {}) });
      return false;
    }, waiting.signal));
    show({ phase: "ranking" });
    // The board that is looked at next is made now.
    await during("match", async () => {
      const name = newRun();
      const made = new AbortController();
      waiting.signal.addEventListener("abort", () => made.abort());
      const looking = until(async () => {
        const seen = await lookAt(name).catch(() => null);
        if (seen?.phase) show(seen);
        return false;
      }, made.signal).catch(() => {});
      await overview(side, waiting.signal, name).finally(() => made.abort());
      await looking;
    });
    return { report, found: true, late };
  } catch (error) {
    if (signal.aborted) throw error;
    return { report, found: false, late };
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

async function until(reached, signal) {
  while (!(await reached())) {
    await new Promise((go, stop) => {
      if (signal.aborted) return stop(signal.reason);
      const timer = setTimeout(go, LOOK_MS);
      signal.addEventListener("abort", () => (clearTimeout(timer), stop(signal.reason)), { once: true });
    });
  }
}
