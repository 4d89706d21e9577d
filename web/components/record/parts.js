// What the views of this folder share: their words, styles and how values are written.

import { el } from "../../dom.js";
import { addWords, locale, nameOf, t } from "../../i18n.js";
import { deadline, delivery, money, place } from "../../format.js";
import { NAMES, WORDS } from "./vocabulary.js";

const worded = addWords("record", WORDS, NAMES);
let styled = null;

/** Resolves when words and styles stand. */
export function prepared() {
  styled ??= new Promise((done) => {
    document.head.append(el("link", { rel: "stylesheet", href: "/components/record/record.css", on: { load: done, error: done } }));
  });
  return Promise.all([styled, worded]);
}

/** An instant, as the reader's own clock shows it. */
export function instant(at) {
  if (!at) return t("record.when");
  return new Date(at).toLocaleString(locale(), { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
}

/** Who did something, by the name the program keeps. */
export const whoever = (who) => (who === "" ? t("record.program") : who === "local" ? t("record.local") : who);

/** A field's value as one line of text. */
export function valueOf(field, value) {
  if (value === null || value === undefined || (Array.isArray(value) && !value.length)) return t("record.nothing");
  if (field === "status" || field === "category") return nameOf(field, value);
  if (field === "money") return money(value) || t("record.nothing");
  if (field === "region") return place(value) || t("record.nothing");
  if (field === "dates") {
    const said = [value.published, deadline(value.deadline), delivery(value.delivery)].filter(Boolean);
    return said.join(" · ") || t("record.nothing");
  }
  if (field === "party") return value.name || t("record.nothing");
  if (Array.isArray(value)) return value.map((one) => (Array.isArray(one) ? one.join("：") : typeof one === "object" ? Object.values(one).filter((part) => typeof part !== "object").join(" ") : one)).join("、");
  if (typeof value === "object") return JSON.stringify(value);
  return String(value) || t("record.nothing");
}
