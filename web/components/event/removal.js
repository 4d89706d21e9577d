// Taking an event out, with what was recorded of it: asked twice.

import { removeEvent } from "./api.js";
import { el } from "../../dom.js";
import { t } from "../../i18n.js";
import { address, go } from "../../route.js";
import * as session from "./session.js";

export function removal(open) {
  const remove = async () => {
    const gone = await session.act(async (event) => {
      await removeEvent(event.id);
      return open.page;
    }, { undoable: false });
    if (!gone) return;
    session.forget();
    go(address("event"));
  };
  return el("details", { class: "event-removal", dataset: { key: "removal" } }, el("summary", { text: t("event.remove") }),
    el("p", { class: "event-row" }, t("event.remove.help"), el("button", { type: "button", text: t("event.remove.yes"), on: { click: remove } })));
}
