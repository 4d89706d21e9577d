// The only module that fetches. Every call gives the answer's JSON or throws a Problem.

const ROOT = "/api/v1";
const PATIENCE_MS = 90_000;
const IMPORT_PATIENCE_MS = 15 * 60_000;

/** What the server (or the way to it) answered instead of a result. */
export class Problem extends Error {
  constructor({ status = 0, code = "unreachable", detail_zh = "", detail_en = "", field = null }) {
    super(code);
    Object.assign(this, { status, code, zh: detail_zh, en: detail_en, field });
  }
}

/** `?a=b`, without empty values; nothing when there are none. */
function queryOf(values) {
  const stated = Object.entries(values).filter(([, v]) => v !== null && v !== undefined && v !== "");
  return stated.length ? `?${new URLSearchParams(stated)}` : "";
}

async function request(path, { method = "GET", query = {}, json, bytes, signal, patience = PATIENCE_MS } = {}) {
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
  } else if (bytes !== undefined) {
    options.body = bytes;
    options.headers["content-type"] = "application/octet-stream";
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
  const body = await response.json().catch(() => ({}));
  throw new Problem({ code: "unexpected", ...body, status: response.status });
}

const listingPath = (side, id) => `/listings/${side}/${encodeURIComponent(id)}`;

export const health = (signal) => request("/health", { signal });
export const model = (signal) => request("/model", { signal });
export const overview = (side, signal) => request("/overview", { query: { side }, signal });
export const listing = (side, id, signal) => request(listingPath(side, id), { signal });
export const matchesOf = (side, id, top, signal) => request(`${listingPath(side, id)}/matches`, { query: { top }, signal });
export const matchesOfText = (side, text, top, signal) =>
  request("/matches", { method: "POST", json: { side, text, top }, signal });
export const pair = (requirement, capability, signal) =>
  request(`/pairs/${encodeURIComponent(requirement)}/${encodeURIComponent(capability)}`, { signal });
export const search = (side, text, top, signal) => request("/search", { method: "POST", json: { side, text, top }, signal });

/** Reads a file, and keeps its listings unless `dryRun`. `mapping`: column name → field, or null for "leave out". */
export function importFile({ file, side, dryRun, mapping = {}, signal }) {
  const query = { side, dry_run: dryRun, file: file.name };
  if (Object.keys(mapping).length) query.mapping = JSON.stringify(mapping);
  return request("/import", { method: "POST", query, bytes: file, signal, patience: IMPORT_PATIENCE_MS });
}

/** Where all rankings of a side can be downloaded. */
export const exportAddress = (side, format) => `${ROOT}/export?${new URLSearchParams({ side, format })}`;

const eventPath = (id, rest = "") => `/events/${encodeURIComponent(id)}${rest}`;

export const events = (signal) => request("/events", { signal });
export const createEvent = (event) => request("/events", { method: "POST", json: event });
export const eventPage = (id, signal) => request(eventPath(id), { signal });
export const putEvent = (event) => request(eventPath(event.id), { method: "PUT", json: event });
export const removeEvent = (id) => request(eventPath(id), { method: "DELETE" });
export const planEvent = (id, revision, fresh = false) => request(eventPath(id, "/plan"), { method: "POST", json: { revision, fresh } });
export const editEvent = (id, revision, edits) => request(eventPath(id, "/edits"), { method: "POST", json: { revision, edits } });
export const eventPrices = (id, signal) => request(eventPath(id, "/prices"), { signal });
export const eventPrice = (id, edit, signal) => request(eventPath(id, "/price"), { method: "POST", json: { edit }, signal });
/** `whom`: `{ need }` or `{ opc }`. */
export const eventOptions = (id, whom, signal) => request(eventPath(id, "/options"), { query: whom, signal });
export const eventTeams = (id, signal) => request(eventPath(id, "/teams"), { signal });
export const eventDay = (id, slot, signal) => request(eventPath(id, "/day"), { query: { slot }, signal });
/** Seats from slot `firstOpen` (from 0) on anew. */
export const planRest = (id, revision, firstOpen) => request(eventPath(id, "/rest"), { method: "POST", json: { revision, first_open: firstOpen } });
export const holdEvent = (id, revision) => request(eventPath(id, "/held"), { method: "POST", json: { revision } });
export const followUps = (id, signal) => request(eventPath(id, "/follow-ups"), { signal });
export const followUpSummary = (signal) => request("/follow-up-summary", { signal });
export const putFollowUp = (id, change) => request(eventPath(id, "/follow-ups"), { method: "PUT", json: change });
/** Where a file or a print page of an event lies, such as `/calendar` or `/print/stage`. */
export const eventAddress = (id, rest, query = {}) => `${ROOT}${eventPath(id, rest)}${queryOf(query)}`;
