// Imports of the last days, for whoever may take them back.

import { session } from "../../api.js";
import { el, words } from "../../dom.js";
import { locale, t } from "../../i18n.js";
import { imports } from "./api.js";
import { askToTakeBack } from "./back.js";

/** Who may import. */
const ROLES = ["publisher", "organiser", "admin"];

/** The panel; null where there is nothing to show, or for whoever is asking. */
export async function recent(signal) {
  const who = await session();
  if (!ROLES.includes(who.role)) return null;
  const all = await imports(signal);
  if (!all.length) return null;
  const names = all.some((one) => one.name);
  const columns = ["when", "what", ...(names ? ["who"] : []), "put"];
  return el("details", { class: "panel import-recent" },
    el("summary", {}, el("h2", { text: t("import.recent") }), el("span", { class: "tag number", text: all.length })),
    el("div", { class: "import-scroll", tabindex: "0", role: "region", "aria-label": t("import.recent") },
      el("table", { class: "import-table" },
        el("thead", {}, el("tr", {}, columns.map((name) => el("th", { scope: "col", text: t(`import.recent.${name}`) })), el("th", { scope: "col", text: t("import.recent.undo") }))),
        all.map((one) => entry(one, names)))));
}

/** What a history says of an import, in both languages, is the file's name but for these words. */
const fileOf = (note) => note.replace(/^导入 /, "").replace(/ \/ imported$/, "");

/** A body of its own for each, so that what is asked stands below its row. */
function entry(one, names) {
  const file = fileOf(one.note);
  const at = one.at ? new Date(one.at).toLocaleString(locale(), { dateStyle: "short", timeStyle: "short" }) : "–";
  const asked = el("td", { colspan: names ? 5 : 4 });
  const below = el("tr", { hidden: true }, asked);
  const cell = el("td");
  const undo = () => el("button", { type: "button", "aria-label": t("import.recent.undo.of", { file }), text: t("import.recent.undo"), on: { click: () => {
    below.hidden = false;
    askToTakeBack(asked, one.change, one.standing, {
      left: () => {
        below.hidden = true;
        cell.querySelector("button")?.focus();
      },
      done: () => cell.replaceChildren(el("span", { class: "soft", text: t("import.recent.none") })),
    });
  } } });
  cell.append(one.standing
    ? el("span", {}, undo(), " ", one.standing < one.put ? el("span", { class: "soft tiny", text: t("import.recent.some", { n: one.standing }) }) : null)
    : el("span", { class: "soft", text: t("import.recent.none") }));
  return el("tbody", {}, el("tr", {},
    el("th", { scope: "row", text: at }), el("td", {}, words(file, { class: "clamp" })), names ? el("td", {}, words(one.name)) : null,
    el("td", { class: "number", text: one.put }), cell), below);
}
