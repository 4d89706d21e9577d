// What is asked of saved searches.

import { request } from "../../api.js";

export const searches = (signal) => request("/searches", { signal });
export const saveSearch = (search) => request("/searches", { method: "POST", json: search });
export const removeSearch = (id) => request(`/searches/${encodeURIComponent(id)}`, { method: "DELETE" });
export const testSearch = (id) => request(`/searches/${encodeURIComponent(id)}/test`, { method: "POST" });
export const inbox = (signal) => request("/inbox", { signal });
export const inboxSeen = (upto) => request("/inbox/seen", { method: "POST", json: { upto } });
