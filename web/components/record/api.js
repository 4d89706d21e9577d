// What is asked of a listing's own life and of pairs.

import { listingPath, request } from "../../api.js";

const pairPath = ({ requirement, capability }) => `/pairs/${encodeURIComponent(requirement)}/${encodeURIComponent(capability)}`;
export const reviewOf = (side, id, signal) => request(`${listingPath(side, id)}/review`, { signal });
export const history = (side, id, signal) => request(`${listingPath(side, id)}/history`, { signal });
/** `step`: `{ step, until, note }`. The lists that are looked at next hold what came of it. */
export const stepListing = (side, id, step) => request(`${listingPath(side, id)}/steps`, { method: "POST", query: { wait: "indexed" }, json: step });
export const restoreListing = (side, id, change) => request(`${listingPath(side, id)}/restore`, { method: "POST", query: { wait: "indexed" }, json: { change } });
export const contactsOf = (pair, signal) => request(`${pairPath(pair)}/contacts`, { signal });
/** `say`: `{ side, agrees, note }`. */
export const consent = (pair, say) => request(`${pairPath(pair)}/consent`, { method: "PUT", json: say });
export const duplicates = (signal) => request("/duplicates", { signal });
export const mergeDuplicates = (merge) => request("/duplicates/merge", { method: "POST", query: { wait: "indexed" }, json: merge });
