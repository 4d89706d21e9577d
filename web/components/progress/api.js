// What is asked of runs: work that has a name, and tells how far it is.

import { Problem, problemOf, request } from "../../api.js";

export const lookAt = (run) => request(`/runs/${run}`);
export const stopRun = (run) => request(`/runs/${run}`, { method: "DELETE" });

/** A file that the service makes: its blob, and the name it is to have. */
export async function fileOf(address, signal) {
  const response = await fetch(address, { signal }).catch((error) => {
    throw signal.aborted ? error : new Problem({});
  });
  if (!response.ok) throw await problemOf(response);
  const name = response.headers.get("content-disposition")?.match(/filename="([^"]+)"/)?.[1] ?? "opcmatch";
  return { blob: await response.blob(), name };
}
