// What is asked of events.

import { ROOT, queryOf, request } from "../../api.js";

const eventPath = (id, rest = "") => `/events/${encodeURIComponent(id)}${rest}`;

export const events = (signal) => request("/events", { signal });
export const createEvent = (event) => request("/events", { method: "POST", json: event });
export const eventPage = (id, signal) => request(eventPath(id), { signal });
export const putEvent = (event) => request(eventPath(event.id), { method: "PUT", json: event });
export const removeEvent = (id) => request(eventPath(id), { method: "DELETE" });
/** `run` names the run: it can be followed and stopped under that name. */
export const planEvent = (id, revision, { fresh = false, run } = {}) => request(eventPath(id, "/plan"), { method: "POST", json: { revision, fresh, run } });
export const eventRun = (id, run) => request(eventPath(id, `/runs/${run}`));
export const stopEventRun = (id, run) => request(eventPath(id, `/runs/${run}`), { method: "DELETE" });
export const editEvent = (id, revision, edits) => request(eventPath(id, "/edits"), { method: "POST", json: { revision, edits } });
export const eventPrices = (id, run, signal) => request(eventPath(id, "/prices"), { query: { run }, signal });
export const eventPrice = (id, edit, run, signal) => request(eventPath(id, "/price"), { method: "POST", json: { edit, run }, signal });
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
