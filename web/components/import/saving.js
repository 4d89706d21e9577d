// Keeping a file, stage by stage: stored, found, matched. What is stored stays; the rest
// goes on without anybody waiting for it.

import { health, overview } from "../../api.js";
import { announce, el } from "../../dom.js";
import { t } from "../../i18n.js";

const LOOK_MS = 1000;
const STAGES = ["store", "index", "match"];

/**
 * `store()` sends the file and resolves with the report. Resolves with
 * `{ report, found }` when all is done or somebody waits no longer; rejects when it
 * could not be stored. What shows meanwhile stands in `place`.
 */
export async function saving(place, side, store, signal) {
  const waiting = new AbortController();
  const leave = () => waiting.abort();
  signal.addEventListener("abort", leave);
  const rows = new Map(STAGES.map((stage) => [stage, { clock: el("span", { class: "number soft", "aria-hidden": "true" }), line: el("li", { dataset: { state: "to_do" } }) }]));
  for (const [stage, { clock, line }] of rows) line.append(el("span", { text: t(`import.stage.${stage}`) }), " ", clock);
  const enough = el("button", { type: "button", hidden: true, text: t("import.enough"), on: { click: leave } });
  place.replaceChildren(el("div", { class: "panel import-saving" }, el("ol", { class: "import-stages" }, [...rows.values()].map(({ line }) => line)), el("p", {}, enough)));

  /** Runs a stage with its seconds counted; a screen reader hears of its end, not of every second. */
  const during = async (stage, work) => {
    const { clock, line } = rows.get(stage);
    const from = Date.now();
    const tick = () => (clock.textContent = t("import.seconds", { n: Math.round((Date.now() - from) / 1000) }));
    const timer = setInterval(tick, LOOK_MS);
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

  const report = await during("store", store);
  if (!report.change) return { report, found: true };
  enough.hidden = false;
  try {
    await during("index", () => until(async () => (await health(waiting.signal)).lists.indexed >= report.change, waiting.signal));
    // The board that is looked at next is made now.
    await during("match", () => overview(side, waiting.signal));
    return { report, found: true };
  } catch (error) {
    if (signal.aborted) throw error;
    return { report, found: false };
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

async function until(reached, signal) {
  while (!(await reached())) {
    await new Promise((go, stop) => {
      const timer = setTimeout(go, LOOK_MS);
      signal.addEventListener("abort", () => (clearTimeout(timer), stop(signal.reason)), { once: true });
    });
  }
}
