// An event that has taken place: its seated meetings count as held.

import { holdEvent } from "./api.js";
import { el } from "../../dom.js";
import { t } from "../../i18n.js";

/** Marks the event as held, from the pages of the day and of what came of it. */
export function holdButton({ open, act }) {
  if (open.page.view.held || !open.page.event.plan) return null;
  return el("button", { type: "button", dataset: { key: "hold" }, text: t("event.hold"), title: t("event.hold.help"), on: { click: () => act((event) => holdEvent(event.id, event.revision), { undoable: false }) } });
}
