// The one place where elements are made. Data only ever becomes text nodes or
// attribute values here; nothing in this page parses data as HTML.

/** Addresses that a link may lead to; anything else in data stays plain text. */
function isSafeAddress(address) {
  return /^(#|\/(?!\/)|https?:\/\/|blob:)/i.test(address);
}

/**
 * Makes an element.
 *
 * `props`: `class`, `text`, `on` (event → handler), `style` (custom property →
 * value), `dataset`; a boolean sets or leaves out an attribute; every other key
 * is an attribute. Children that are null or false are left out; arrays are spread.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "text") node.textContent = value;
    else if (key === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (key === "style") for (const [name, v] of Object.entries(value)) node.style.setProperty(name, v);
    else if (key === "dataset") Object.assign(node.dataset, value);
    else if (key === "value") node.value = value;
    else if (key === "href" && !isSafeAddress(value)) continue;
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(node, child);
    else node.append(child instanceof Node ? child : String(child));
  }
}

/** Words out of a listing: of any script and direction, so isolated from the page's own. */
export function words(text, props = {}) {
  return el("bdi", { lang: "zh-CN", ...props, text: text ?? "" });
}

/** Says something to screen readers without moving the focus. */
export function announce(text) {
  const region = document.getElementById("announce");
  if (region) region.textContent = text;
}

/** Offers text as a file. `kind` is its media type. */
export const download = (name, text, kind) => downloadBlob(name, new Blob([text], { type: kind }));

/** Offers bytes as a file. */
export function downloadBlob(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Copies text; whether that worked. Also where the clipboard API is missing (plain http). */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el("textarea", { class: "off-screen", "aria-hidden": "true", value: text });
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}
