// Amounts, places and days as each language writes them.

import { lang, shownIn, t } from "./i18n.js";

const CURRENCY_WORDS = {
  zh: { CNY: "元", HKD: "港元", MOP: "澳门元", TWD: "新台币", USD: "美元", EUR: "欧元" },
  // Who reads traditional characters has a dollar or a yuan of another kind in mind.
  hant: { CNY: "人民幣", HKD: "港元", MOP: "澳門元", TWD: "新台幣", USD: "美元", EUR: "歐元" },
};
const LARGE = { zh: { wan: "万", yi: "亿" }, hant: { wan: "萬", yi: "億" } };
const WAN = 10_000;
const YI = 100_000_000;

function amount(units, currency) {
  if (lang() === "en") return `${currency} ${units.toLocaleString("en", { maximumFractionDigits: 2 })}`;
  const word = CURRENCY_WORDS[shownIn()][currency] ?? currency;
  const { wan, yi } = LARGE[shownIn()];
  if (units >= YI && (units * 100) % 1_000_000 === 0) return `${units / YI}${yi}${word}`;
  if (units >= WAN && (units * 100) % 1_000 === 0) return `${units / WAN}${wan}${word}`;
  return `${units}${word}`;
}

/** `{ low, high, currency, negotiable, per }` in words; empty when not stated. */
export function money(stated) {
  if (!stated) return "";
  const { low, high, currency = "CNY", negotiable, per } = stated;
  const values = { low: low === undefined ? "" : amount(low, currency), high: high === undefined ? "" : amount(high, currency) };
  let said;
  if (low === undefined && high === undefined) return t("money.negotiable");
  if (low !== undefined && high !== undefined) said = low === high ? values.low : t("money.between", values);
  else said = t(high === undefined ? "money.from" : "money.upto", values);
  if (per) said += `/${per}`;
  return negotiable ? said + t("money.also") : said;
}

/** Province, city and district, a municipality named once; empty when not stated. */
export function place(region) {
  const parts = [region?.province, region?.city, region?.district].filter(Boolean);
  return parts.filter((part, at) => part !== parts[at - 1]).join("");
}

/** `{ on: day }` or `"open"`; empty when not stated. */
export function deadline(stated) {
  if (!stated) return "";
  return stated === "open" ? t("fact.deadline.open") : stated.on;
}

/** `{ within_days }` or `{ by }`; empty when not stated. */
export function delivery(stated) {
  if (!stated) return "";
  return "by" in stated ? t("fact.delivery.by", { day: stated.by }) : t("fact.delivery.days", { n: stated.within_days });
}
