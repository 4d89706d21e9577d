// Where the page is: `#/view/part/part?name=value`. A link is an ordinary <a>,
// back and forward are the browser's own.

const FIRST_VIEW = "board";

/** The address as `{ view, parts, params }`. */
export function current() {
  const hash = location.hash.startsWith("#/") ? location.hash.slice(2) : FIRST_VIEW;
  const [path, query = ""] = hash.split("?", 2);
  const [view, ...parts] = path.split("/").map(decoded);
  return { view: view || FIRST_VIEW, parts, params: new URLSearchParams(query) };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a view; empty parameters are left out. */
export function address(view, parts = [], params = {}) {
  const stated = Object.entries(params).filter(([, v]) => v !== null && v !== undefined && v !== "");
  const path = [view, ...parts].map(encodeURIComponent).join("/");
  return `#/${path}${stated.length ? `?${new URLSearchParams(stated)}` : ""}`;
}

/** The page of one listing; `open` unfolds one of its candidates. */
export function listingAddress(side, id, open) {
  return address("listing", [side, id], { open });
}

/** Goes somewhere, as a link would. */
export function go(to) {
  location.hash = to;
}

/** Notes a choice within the view in the address, without a new step in the history. */
export function note(params) {
  const { view, parts, params: old } = current();
  history.replaceState(history.state, "", address(view, parts, { ...Object.fromEntries(old), ...params }));
}
