// Taking an import back: asked once more, shown while it goes on, and told.

import { announce, el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { listingAddress } from "../../route.js";
import { followed, wasStopped } from "../progress/progress.js";
import { reason } from "../state/state.js";
import { takeBack } from "./api.js";

/**
 * Asks in `place` whether the import of this number is to be taken back, which would change `n`
 * entries; `left()` is called when it is not to be, `done(back)` when it was.
 */
export function askToTakeBack(place, change, n, { left, done }) {
  const yes = el("button", { type: "button", class: "primary", text: t("import.back.yes"), on: { click: go } });
  const no = el("button", { type: "button", text: t("import.back.no"), on: { click: left } });
  place.replaceChildren(el("div", { class: "import-back" },
    el("p", { text: t("import.back.what", { n }) }),
    el("p", { class: "import-actions" }, yes, no)));
  no.focus();

  async function go() {
    const { node, answer } = followed(({ run }) => takeBack(change, run));
    place.replaceChildren(node);
    try {
      const back = await answer;
      window.dispatchEvent(new Event("lists-changed"));
      place.replaceChildren(told(back));
      announce(t("import.back.done", back));
      done(back);
    } catch (error) {
      const text = wasStopped(error) ? t("import.back.stopped") : reason(error);
      place.replaceChildren(el("p", { role: "alert", dir: "auto", text }), el("p", { class: "import-actions" },
        el("button", { type: "button", text: t("import.back"), on: { click: () => askToTakeBack(place, change, n, { left, done }) } })));
    }
  }
}

function told(back) {
  const named = back.left_listings.map(({ side, id }) => el("li", {}, el("a", { href: listingAddress(side, id) }, words(id))));
  return el("div", { class: "import-back", tabindex: "-1" },
    el("p", {}, el("strong", { text: t("import.back.done", back) })),
    back.left ? el("p", { text: t("import.back.left", { n: back.left }) }) : null,
    named.length ? el("ul", { class: "import-left" }, named) : null);
}
