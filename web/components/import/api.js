// What is asked of imports. A file goes up with its progress told, which only the older of the
// browser's two ways of asking does.

import { Problem, ROOT, queryOf, request } from "../../api.js";

const PATIENCE_MS = 15 * 60_000;

/**
 * Reads a file, and keeps its listings unless `dryRun`. `mapping`: column name → field, or null
 * for "leave out". `lang` is that of the file of rejected rows. `run` names the run; `sent(share)` hears how much of the file has gone.
 */
export function importFile({ file, side, dryRun, mapping = {}, lang, run, sent, signal }) {
  const query = { side, dry_run: dryRun, file: file.name, lang, run };
  if (Object.keys(mapping).length) query.mapping = JSON.stringify(mapping);
  return new Promise((done, fail) => {
    const asked = new XMLHttpRequest();
    const left = () => asked.abort();
    signal?.addEventListener("abort", left);
    asked.open("POST", `${ROOT}/import${queryOf(query)}`);
    asked.timeout = PATIENCE_MS;
    asked.responseType = "json";
    asked.setRequestHeader("content-type", "application/octet-stream");
    asked.upload.addEventListener("progress", ({ loaded, total }) => sent?.(total ? loaded / total : 0));
    asked.upload.addEventListener("load", () => sent?.(1));
    asked.addEventListener("load", () => {
      if (asked.status >= 200 && asked.status < 300) return done(asked.response);
      if (asked.status === 401) window.dispatchEvent(new Event("key-needed"));
      fail(new Problem({ code: "unexpected", ...asked.response, status: asked.status }));
    });
    for (const event of ["error", "timeout"]) asked.addEventListener(event, () => fail(new Problem({})));
    asked.addEventListener("abort", () => fail(new DOMException("aborted", "AbortError")));
    asked.addEventListener("loadend", () => signal?.removeEventListener("abort", left));
    if (signal?.aborted) asked.abort();
    // Nothing is sent yet, and what is begun can be broken off.
    sent?.(0);
    asked.send(file);
  });
}

/** Imports of the last days, newest first. */
export const imports = (signal) => request("/imports", { signal });

/** Takes an import back by the number of its last change. */
export const takeBack = (change, run) => request(`/imports/${change}`, { method: "DELETE", query: { run }, patience: PATIENCE_MS });
