// What a listing states besides its text, as a list of terms; only what is stated.

import { el, words } from "../../dom.js";
import { deadline, delivery, money, place } from "../../format.js";
import { nameOf, t } from "../../i18n.js";

/** `[field of the API, label, words]` of everything that `listing` states. */
export function statedFacts(listing) {
  const { side, terms, dates, region } = listing;
  const yesNo = (value, yes, no) => (value === undefined || value === null ? "" : value ? t(yes) : t(no));
  const rows = [
    ["money", t(`fact.money.${side}`), money(listing.money)],
    ["region", t("fact.region"), place(region)],
    ["remote", t("fact.remote"), yesNo(region.remote, "fact.remote.yes", "fact.remote.no")],
    ["deadline", t("fact.deadline"), deadline(dates.deadline)],
    ["delivery", t("fact.delivery"), delivery(dates.delivery)],
    ["published", t("fact.published"), dates.published ?? ""],
    ["eligibility", t("fact.eligibility"), yesNo(terms.legal_person, `fact.legal.${side}`, `fact.legal.none.${side}`)],
    ["past_contracts", t("fact.past"), pastContracts(terms.past_contracts)],
    ["certificates", t("fact.certificates"), (terms.certificates ?? []).map(certificate).join("、")],
    ["on_site", t("fact.onsite"), yesNo(terms.on_site, `fact.onsite.${side}`, "fact.onsite.none")],
    ["data_stays_on_site", t("fact.data"), yesNo(terms.data_stays_on_site, `fact.data.${side}`, `fact.data.none.${side}`)],
    ["capacity", t("fact.capacity"), capacity(listing.capacity)],
    ["industries", t("fact.industries"), listing.industries.join("、")],
    ["skills", t("fact.skills"), listing.skills.join("、")],
    ["status", t("fact.status"), listing.status === "published" ? "" : nameOf("status", listing.status)],
  ];
  return rows.filter(([, , said]) => said);
}

function pastContracts(asked) {
  if (!asked) return "";
  const worth = asked.each_worth === undefined ? "" : t("fact.past.worth", { worth: money({ low: asked.each_worth, high: asked.each_worth }) });
  return t("fact.past.count", { n: asked.count }) + worth;
}

const certificate = ({ name, expires }) => name + (expires ? t("fact.expires", { day: expires }) : "");

function capacity(stated) {
  if (!stated) return "";
  return stated.free_jobs ? t("fact.capacity.free", { n: stated.free_jobs }) : t("fact.capacity.full");
}

/** The facts as a description list; what was read out of running text says from which words. */
export function facts(listing) {
  const quotes = new Map(listing.read_from_prose.map((fact) => [fact.field, fact.quote]));
  return el("dl", { class: "facts" }, statedFacts(listing).map(([field, label, said]) =>
    el("div", {},
      el("dt", { text: label }),
      el("dd", {}, words(said), quotes.has(field)
        ? el("span", { class: "facts-quote tiny soft", dir: "auto", text: t("listing.fromtext", { quote: quotes.get(field) }) })
        : null))));
}
