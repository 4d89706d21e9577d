// A file that takes long to make: shown while it is made, then handed to the browser.

import { announce, downloadBlob, el } from "../../dom.js";
import { t } from "../../i18n.js";
import { reason } from "../state/state.js";
import { fileOf } from "./api.js";
import { followed, ready, wasStopped } from "./progress.js";

const going = new Set();

/** What the link leads to, with its progress below the link. */
export async function downloadBy(link) {
  const address = link.getAttribute("href");
  if (going.has(address)) return;
  going.add(address);
  await ready();
  const trouble = el("p", { role: "alert", class: "soft" });
  const { node, answer } = followed(({ run, signal }) => fileOf(`${address}&run=${run}`, signal));
  const place = el("div", { class: "progress-file", hidden: true }, node, trouble);
  // Nothing shows before it takes long.
  const timer = setTimeout(() => (place.hidden = false), 300);
  link.parentElement.after(place);
  try {
    const { blob, name } = await answer;
    downloadBlob(name, blob);
    announce(t("progress.file.done", { name }));
    place.remove();
  } catch (error) {
    node.remove();
    place.hidden = false;
    trouble.textContent = wasStopped(error) ? t("progress.stopped") : reason(error);
  } finally {
    clearTimeout(timer);
    going.delete(address);
  }
}
