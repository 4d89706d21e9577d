// The only module that fetches: what parts of the page ask that are loaded later stands
// beside them. Every call gives the answer's JSON or throws a Problem.

export const ROOT = "/api/v1";
const PATIENCE_MS = 90_000;

/** What the server (or the way to it) answered instead of a result. */
export class Problem extends Error {
  constructor({ status = 0, code = "unreachable", detail_zh = "", detail_en = "", field = null }) {
    super(code);
    Object.assign(this, { status, code, zh: detail_zh, en: detail_en, field });
  }
}

/** `?a=b`, without empty values; nothing when there are none. */
export function queryOf(values) {
  const stated = Object.entries(values).filter(([, v]) => v !== null && v !== undefined && v !== "");
  return stated.length ? `?${new URLSearchParams(stated)}` : "";
}

export async function request(path, { method = "GET", query = {}, json, signal, patience = PATIENCE_MS } = {}) {
  // AbortSignal.any and .timeout are younger than the browsers in many offices.
  const waiting = new AbortController();
  const giveUp = () => waiting.abort();
  const timer = setTimeout(giveUp, patience);
  signal?.addEventListener("abort", giveUp);
  if (signal?.aborted) giveUp();
  const options = { method, signal: waiting.signal, headers: {} };
  if (json !== undefined) {
    options.body = JSON.stringify(json);
    options.headers["content-type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(`${ROOT}${path}${queryOf(query)}`, options);
    if (response.ok) return response.status === 204 ? null : await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem({});
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
  throw await problemOf(response, path !== "/session");
}

/** What an answer says went wrong; `keyed`: whether asking without a key is news. */
export async function problemOf(response, keyed = true) {
  const body = await response.json().catch(() => ({}));
  // Whoever was signed in is so no longer, or never was.
  if (response.status === 401 && keyed) window.dispatchEvent(new Event("key-needed"));
  return new Problem({ code: "unexpected", ...body, status: response.status });
}

export const listingPath = (side, id) => `/listings/${side}/${encodeURIComponent(id)}`;

export const health = (signal) => request("/health", { signal });
export const session = () => request("/session");
export const signIn = (key) => request("/session", { method: "POST", json: { key } });
export const signOut = () => request("/session", { method: "DELETE" });
export const model = (signal) => request("/model", { signal });
/** Calls off a change of model. */
export const keepModel = () => request("/model/switch", { method: "DELETE" });
/** Names of the boards that are waited for: under them the service tells how far they are. */
export const waitedFor = new Set();

export async function overview(side, signal, run = `board-${Date.now()}-${Math.random().toString(36).slice(2)}`) {
  waitedFor.add(run);
  try {
    return await request("/overview", { query: { side, run }, signal });
  } finally {
    waitedFor.delete(run);
  }
}
export const listing = (side, id, signal) => request(listingPath(side, id), { signal });
export const matchesOf = (side, id, top, signal) => request(`${listingPath(side, id)}/matches`, { query: { top }, signal });
/** `filter`: what of the other list may be seen. */
export const matchesOfText = (side, text, top, filter, signal) =>
  request("/matches", { method: "POST", json: { side, text, top, filter }, signal });
export const pair = (requirement, capability, signal) =>
  request(`/pairs/${encodeURIComponent(requirement)}/${encodeURIComponent(capability)}`, { signal });
export const search = (side, text, top, signal) => request("/search", { method: "POST", json: { side, text, top }, signal });

/** Where all rankings of a side can be downloaded; `lang` is that of the sheet's own words. */
export const exportAddress = (side, format, lang) => `${ROOT}/export${queryOf({ side, format, lang })}`;
