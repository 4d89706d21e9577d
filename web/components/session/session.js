// Signing in: a small box in the header, only where the service asks for keys.

import { session, signIn, signOut } from "../../api.js";
import { announce, el } from "../../dom.js";
import { shownIn, t } from "../../i18n.js";
import { reason } from "../state/state.js";

const place = document.getElementById("session");
/** What the service says of whoever asks; null until it has said so. */
let who = null;
let changed = async () => {};
/** What the box was drawn for: it is not drawn anew for the same, which would take the focus and what was typed. */
let drawn = "";

/** Looks who is asking, and calls `onChange` whenever that has changed. */
export async function followSession(onChange) {
  changed = onChange;
  window.addEventListener("key-needed", () => who?.signed_in && look());
  await look();
}

async function look() {
  try {
    who = await session();
  } catch {
    who = null;
  }
  drawSession();
}

/** Draws the box anew, in the language of the page. */
export function drawSession() {
  place.hidden = !who?.keys;
  // What only some may do is not shown to the public.
  document.documentElement.dataset.caller = who?.keys ? who.role : "house";
  const wanted = JSON.stringify([who, shownIn()]);
  if (place.hidden || wanted === drawn) return;
  drawn = wanted;
  place.replaceChildren(...(who.signed_in ? inside() : outside()));
}

function inside() {
  const role = t(`session.role.${who.role}`);
  const name = [role, who.tenant, who.name].filter(Boolean).join(" · ");
  const leave = el("button", { type: "button", text: t("session.out"), on: { click: out } });
  return [el("span", { class: "session-name", title: who.writes ? name : `${name} · ${t("session.reads")}`, text: name }), leave];
}

async function out() {
  try {
    await signOut();
  } catch (error) {
    announce(reason(error));
    return;
  }
  await after(t("session.left"));
}

function outside() {
  const problem = el("p", { class: "session-problem", id: "session-problem", role: "alert", hidden: true });
  const key = el("input", {
    id: "session-key", type: "password", name: "key", required: true, maxlength: "200", autocomplete: "current-password",
    spellcheck: "false", "aria-describedby": "session-help session-problem", placeholder: "opk_…",
  });
  const send = el("button", { type: "submit", class: "primary", text: t("session.go") });
  const form = el("form", { class: "session-form", id: "session-form", hidden: true },
    el("label", { for: "session-key", text: t("session.key") }), key,
    el("p", { class: "session-help", id: "session-help", text: t("session.help") }), problem, send);
  const opener = el("button", { type: "button", id: "session-open", "aria-expanded": "false", "aria-controls": "session-form", text: t("session.in") });
  const open = (wanted) => {
    form.hidden = !wanted;
    opener.setAttribute("aria-expanded", String(wanted));
    if (wanted) key.focus();
  };
  opener.addEventListener("click", () => open(form.hidden));
  place.onkeydown = (event) => {
    if (event.key !== "Escape" || form.hidden) return;
    open(false);
    opener.focus();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    problem.hidden = true;
    try {
      who = await signIn(key.value);
    } catch (error) {
      problem.textContent = reason(error);
      problem.hidden = false;
      key.setAttribute("aria-invalid", "true");
      key.focus();
      return;
    } finally {
      send.disabled = false;
    }
    await after(t("session.entered", { role: t(`session.role.${who.role}`) }));
  });
  return [opener, form];
}

async function after(said) {
  await look();
  place.querySelector("button")?.focus();
  announce(said);
  await changed();
}
