// A view that is waited for: how far the service is with it.

import { el } from "../../dom.js";
import { gauge, pause, ready } from "./progress.js";
import { lookAt, stopRun } from "./api.js";
import { t } from "../../i18n.js";

const LOOK_EVERY_MS = 400;

/** Shows in `place` how far one of the runs is that `names` gives, until there is none or `signal` says so. */
export async function showWaiting(place, names, signal) {
  await ready();
  const stop = el("button", { type: "button", text: t("progress.stop"), on: { click: async () => {
    stop.setAttribute("aria-disabled", "true");
    stop.textContent = t("progress.stopping");
    await Promise.all([...names()].map((run) => stopRun(run).catch(() => {})));
  } } });
  const { node, show } = gauge(stop);
  while (!signal.aborted && names().size) {
    const seen = (await Promise.all([...names()].map((run) => lookAt(run).catch(() => null)))).find((one) => one?.phase);
    if (signal.aborted) break;
    if (seen) {
      show(seen);
      if (!node.isConnected && place.isConnected) place.append(node);
    }
    await pause(LOOK_EVERY_MS);
  }
  node.remove();
}
