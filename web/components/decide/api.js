// What is asked of decisions on pairs. A pair is `{ requirement, capability }`, ids.

import { request } from "../../api.js";

const path = ({ requirement, capability }) => `/decisions/${encodeURIComponent(requirement)}/${encodeURIComponent(capability)}`;
/** `of`: `{ requirement }`, `{ capability }`, or nothing for all. */
export const decisions = (of = {}, signal) => request("/decisions", { query: of, signal }).then((answer) => answer.items);
export const decisionsOf = (pair) => request(path(pair)).then((answer) => answer.items);
/** `say`: `{ choice, reason, note, after }`. */
export const decide = (pair, say) => request(path(pair), { method: "PUT", json: say });
export const withdraw = (pair, after) => request(path(pair), { method: "DELETE", query: { after } });
