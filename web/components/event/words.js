// How meetings, seats and times are written, and how a meeting is named in an address.

import { inScript, lang, locale, t } from "../../i18n.js";

/** Sentences of the program, in the language of the page. */
export const said = (notice) => (lang() === "en" ? notice.en || notice.zh : inScript(notice.zh) || notice.en) ?? "";

/** The same, with needs by title where the sentence has an id. */
export function saidOf(notice, view) {
  const titles = new Map(view.needs.map((need) => [need.need, need.title]));
  const quoted = (id) => `“${titles.get(id)}”`;
  return said(notice)
    .replace(/(需求 |[Nn]eed )([^\s，。；：、×]+)/g, (all, word, id) => (titles.get(id) ? `${word.trim()}${lang() === "en" ? " " : ""}${quoted(id)}` : all))
    .replace(/(^|[\s“：])([^\s，。；：、×]+)×/g, (all, before, id) => (titles.get(id) ? `${before}${quoted(id)}×` : all));
}

/** `need~opc`: a meeting, in addresses and keys. */
export const keyOf = ({ need, opc }) => `${need}~${opc}`;

/** Thousandths of a degree, as degrees. */
export const points = (milli) => (milli / 1000).toFixed(1);

/** `14:15` of a local time. */
export const clock = (local) => (local ? local.slice(11, 16) : "");

/** The day of a local time, with its weekday. */
export function day(local) {
  if (!local) return t("event.noday");
  return new Date(local).toLocaleDateString(locale(), { year: "numeric", month: "long", day: "numeric", weekday: "short" });
}

export const seatWords = (slot, table) => t("event.seat", { slot, table });

/** Both sides of a meeting by name. */
export const pairWords = (meeting) => `${meeting.need_title || meeting.need} × ${meeting.opc_name || meeting.opc}`;

/** Names by id, for answers that hold ids alone. */
export function namesOf(view) {
  const needs = new Map(view.needs.map((need) => [need.need, need]));
  const opcs = new Map(view.opcs.map((opc) => [opc.opc, opc]));
  return {
    need: (id) => needs.get(id)?.title || id,
    party: (id) => needs.get(id)?.party ?? "",
    opc: (id) => opcs.get(id)?.name || id,
    who: (who) => (who.need === undefined ? opcs.get(who.opc)?.name || who.opc : needs.get(who.need)?.title || who.need),
    pair: ({ need, opc }) => `${needs.get(need)?.title || need} × ${opcs.get(opc)?.name || opc}`,
  };
}
