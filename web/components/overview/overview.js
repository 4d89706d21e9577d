// Supply and demand at a glance, for everybody: where needs and capabilities lie, what is
// unmet, what is unused, and what came of the events. Loaded when first asked for.

import { decisions } from "../decide/api.js";
import { events, followUps, followUpSummary } from "../event/api.js";
import { overview } from "../../api.js";
import { el, words } from "../../dom.js";
import { deadline, money } from "../../format.js";
import { addWords, locale, t } from "../../i18n.js";
import { address, listingAddress } from "../../route.js";
import { inOrder, orderChoice } from "../order.js";
import { sortable } from "../sortable.js";
import { empty } from "../state/state.js";
import { bars, figure, heatMap, labelWidth } from "./charts.js";
import { MEASURES, OTHER, UNSAID, cities, cross, sections } from "./counting.js";
import { LETTERS } from "./sectors.js";
import { NAMES, WORDS } from "./vocabulary.js";

const worded = addWords("overview", WORDS, NAMES);
const LISTED = 8;
const EVENTS = 8;
const STAGES = ["collected", "published", "met", "signed", "landed"];

const phone = () => matchMedia("(max-width: 640px)").matches;
/** Width of a chart that stands beside another, in units of its drawing. */
const half = () => (phone() ? 330 : 440);

let styled = null;
function styles() {
  styled ??= new Promise((done) => {
    document.head.append(el("link", { rel: "stylesheet", href: "/components/overview/overview.css", on: { load: done, error: done } }));
  });
  return styled;
}

export async function overviewView(route, signal) {
  const [needs, capabilities, summary, all, decided] = await Promise.all([
    overview("requirement", signal).then((board) => board.rows), overview("capability", signal).then((board) => board.rows),
    followUpSummary(signal), events(signal), decisions({}, signal), worded, styles()]);
  const title = t("overview.title");
  const heading = el("h1", { text: title });
  if (!needs.length && !capabilities.length) {
    return { title, nodes: [heading, empty(t("overview.none"), el("a", { class: "button primary", href: address("import"), text: t("nav.import") }))] };
  }
  const held = [...all].sort((a, b) => ((a.starts ?? "9") < (b.starts ?? "9") ? -1 : 1)).slice(-EVENTS);
  const came = await Promise.all(held.map((event) => followUps(event.id, signal).then((answer) => answer.summary)));
  return {
    title,
    nodes: [heading, tiles(needs, capabilities), map(needs, capabilities, route.params),
      el("div", { class: "overview-pair" }, unmet(needs), unused(capabilities)),
      el("div", { class: "overview-pair" }, funnel(summary, decided), times(held, came))],
  };
}

function tiles(needs, capabilities) {
  const fitted = (rows) => rows.filter((row) => !row.nothing_fits).length;
  const percent = (rows) => (rows.length ? Math.round((100 * fitted(rows)) / rows.length) : 0);
  return el("ul", { class: "overview-tiles" }, [
    ["needs", needs.length, address("board")], ["served", fitted(needs), address("board", [], { show: "fit" }), percent(needs)],
    ["capabilities", capabilities.length, address("board", [], { side: "capability" })],
    ["used", fitted(capabilities), address("board", [], { side: "capability", show: "fit" }), percent(capabilities)],
  ].map(([name, n, href, share]) => el("li", {}, el("a", { class: "panel", href },
    el("strong", { class: "number", text: n }), " ", el("span", { text: t(`overview.tile.${name}`, { percent: share }) })))));
}

/** How a counted name is written. */
const named = (name) => {
  if (name === OTHER) return t("overview.other");
  if (name === UNSAID) return t("overview.unsaid");
  return LETTERS.includes(name) ? t(`overview.section.${name}`) : name;
};

/** How the address writes a section. */
const OTHER_FIELDS = "other";

/** The overview with a choice of what its map shows; what goes without saying is left out. */
const mapAddress = ({ city, section, measure, focus }) =>
  address("overview", [], { city: city ?? "", section: section ?? "", measure: measure === "needs" ? "" : measure, focus: focus ?? "" });

function map(needs, capabilities, params) {
  const known = cities([...needs, ...capabilities]);
  const city = known.includes(params.get("city")) ? params.get("city") : null;
  const measure = params.get("measure") in MEASURES ? params.get("measure") : "needs";
  const held = sections([...needs, ...capabilities]);
  const section = held.find((letter) => (letter === OTHER ? OTHER_FIELDS : letter) === params.get("section")) ?? null;
  // All sections are shown; of the fields inside one, the larger ones.
  const table = cross(needs, capabilities, { city, section, measure }, { fields: section ? 14 : LETTERS.length, places: phone() ? 4 : 10 });
  const choose = (name, options, value) => {
    const select = el("select", { id: `overview-${name}` }, options.map(([option, text]) => el("option", { value: option, selected: option === value, text })));
    select.addEventListener("change", () => {
      location.hash = mapAddress({ city, section: params.get("section"), measure, [name]: select.value, focus: name });
    });
    return el("label", {}, el("span", { class: "soft", text: t(`overview.choose.${name}`) }), " ", select);
  };
  const tools = el("div", { class: "overview-tools" },
    choose("measure", Object.keys(MEASURES).map((name) => [name, t(`overview.measure.${name}`)]), measure),
    choose("section", [["", t("overview.section.all")], ...held.map((letter) => (letter === OTHER ? [OTHER_FIELDS, t("overview.section.other")] : [letter, t("overview.section.inside", { section: named(letter) })]))], section === OTHER ? OTHER_FIELDS : section ?? ""),
    choose("city", [["", t("overview.place.all")], ...known.map((name) => [name, t("overview.place.city", { city: name })])], city ?? ""));
  const asked = params.get("focus");
  if (asked) requestAnimationFrame(() => document.getElementById(`overview-${asked}`)?.focus());

  return el("section", { class: "panel", "aria-labelledby": "overview-map" },
    el("h2", { id: "overview-map", text: t("overview.map") }),
    el("p", { class: "tiny soft", text: t("overview.map.help") }),
    tools,
    el("p", { class: "soft overview-told", text: told(table, measure) }),
    figure(t("overview.map"), chart(table, measure),
      t("overview.table"), mapTable(table, { city, measure })));
}

const isNamed = (name) => name !== OTHER && name !== UNSAID;

/** The map of a measure, without fields and places where there is none of it. */
function chart(table, measure) {
  const count = (field, place) => MEASURES[measure](table.at(field, place));
  const fields = table.fields.filter((field) => table.places.some((place) => count(field, place)));
  const places = table.places.filter((place) => fields.some((field) => count(field, place)));
  const values = fields.map((field) => places.map((place) => count(field, place)));
  const [width, most] = phone() ? [390, 96] : [860, 170];
  const label = labelWidth(fields.map(named), most);
  return heatMap({
    title: told(table, measure), rows: fields.map(named), columns: places.map(named), values,
    // The rest taken together is large and says little: it has no colour.
    plain: (y, x) => !isNamed(fields[y]) || !isNamed(places[x]),
    label, cell: Math.min(96, (width - label) / Math.max(1, places.length)),
  });
}

/** What the map shows, in a sentence: its largest cells. */
function told({ fields, places, at }, measure) {
  const cells = fields.flatMap((field) => places.map((place) => ({ field, place, n: MEASURES[measure](at(field, place)) })))
    .filter(({ n, field, place }) => n && isNamed(field) && isNamed(place))
    .sort((a, b) => b.n - a.n).slice(0, 3);
  const most = cells.map(({ field, place, n }) => t("overview.map.at", { place: named(place), industry: named(field), n })).join(t("overview.map.and")) || "–";
  return t("overview.map.told", { measure: t(`overview.measure.${measure}`), most });
}

/** From a section to the fields in it, from a field to the needs that name it. */
function fieldLink(field, { city, measure }) {
  if (!isNamed(field)) return named(field);
  return el("a", { href: LETTERS.includes(field) ? mapAddress({ city, section: field, measure }) : address("board", [], { find: field }), text: named(field) });
}

function mapTable({ fields, places, at }, choice) {
  const cell = (field, place) => {
    const { needs, capabilities } = at(field, place);
    if (!needs && !capabilities) return el("td", { class: "soft", text: "–" });
    // By needs, and by capabilities where those are the same.
    return el("td", { class: "number", text: `${needs} / ${capabilities}`, dataset: { value: needs + capabilities / 1e6 } });
  };
  return sortable(el("table", { class: "overview-table" },
    el("caption", { class: "tiny soft", text: t("overview.table.cell") }),
    el("thead", {}, el("tr", {}, el("th", { scope: "col", text: t("overview.industry") }), places.map((place) => el("th", { scope: "col", text: named(place) })))),
    el("tbody", {}, fields.map((field) => el("tr", {},
      el("th", { scope: "row" }, fieldLink(field, choice)),
      places.map((place) => cell(field, place)))))));
}

/** The most pressing of a list, in the order one asks for, and the way to all. */
function listed(name, side, rows, orders, about) {
  const list = el("ul");
  const draw = (asked) => list.replaceChildren(...inOrder(asked, rows, (row) => ({ ...row.listing, until: row.deadline?.on, degree: row.best?.degree ?? 0 })).slice(0, LISTED).map((row) => el("li", {},
    el("a", { href: listingAddress(side, row.listing.id), class: "clamp" }, words(row.listing.title || t("listing.untitled"))),
    el("span", { class: "tiny soft" }, words(row.listing.party || t("listing.noparty")), about(row).filter(Boolean).map((part) => ` · ${part}`)))));
  draw(orders[0]);
  return el("section", { class: "panel overview-list", "aria-labelledby": `overview-${name}` },
    el("h2", { id: `overview-${name}` }, t(`overview.${name}`), " ", el("span", { class: "tag number", text: rows.length })),
    rows.length > 1 ? orderChoice(orders, draw, name) : null,
    rows.length ? list : el("p", { class: "soft", text: t(`overview.${name}.none`) }),
    rows.length > LISTED ? el("p", {}, el("a", { href: address("board", [], { side: side === "capability" ? side : "", show: "none" }), text: t("overview.unmet.all", { n: rows.length }) })) : null);
}

const nearest = ({ best }) => (best ? t(best.verdict === "terms_not_met" ? "overview.nearest.terms" : "overview.nearest", { n: Math.round(best.degree) }) : null);
function unmet(needs) {
  const rows = needs.filter((row) => row.open && row.nothing_fits);
  return listed("unmet", "requirement", rows, ["deadline", "degree", "money", "name"], (row) => [row.deadline ? t("overview.until", { day: deadline(row.deadline) }) : null, money(row.listing.money), nearest(row)]);
}

function unused(capabilities) {
  const rows = capabilities.filter((row) => row.open && row.nothing_fits);
  return listed("unused", "capability", rows, ["degree", "money", "name"], (row) => [money(row.listing.money), nearest(row)]);
}

/** The stages of the funnel stand in their own order; a table of anything else is put in order by whoever reads it. */
const table = (heads, rows) => el("table", { class: "overview-table" },
  el("thead", {}, el("tr", {}, heads.map((text) => el("th", { scope: "col", text })))),
  el("tbody", {}, rows.map(([first, ...rest]) => el("tr", {}, el("th", { scope: "row" }, first), rest.map((text) => el("td", { class: "number", text }))))));

/** What was decided on the board, in a sentence: pairs accepted, and turned down. */
function decidedSoFar(decided) {
  const accepted = decided.filter((one) => one.choice === "accepted");
  const needs = new Set(accepted.map((one) => one.requirement)).size;
  return decided.length ? t("overview.decided", { accepted: accepted.length, needs, rejected: decided.length - accepted.length }) : t("overview.decided.none");
}

function funnel({ needs }, decided) {
  const rows = STAGES.map((stage) => [t(`overview.stage.${stage}`), needs[stage]]);
  const title = t("overview.funnel");
  return el("section", { class: "panel", "aria-labelledby": "overview-funnel" },
    el("h2", { id: "overview-funnel", text: title }),
    figure(title, bars({ title: rows.map((row) => row.join(" ")).join(", "), rows, width: half() }), t("overview.table"), table([t("overview.stage"), t("overview.needs")], rows)),
    el("p", { class: "soft overview-decided", text: decidedSoFar(decided) }));
}

/** Events by date: needs, meetings and signings of each. */
function times(held, came) {
  const title = t("overview.times");
  const head = el("h2", { id: "overview-times", text: title });
  if (!held.length) return el("section", { class: "panel", "aria-labelledby": "overview-times" }, head, el("p", { class: "soft", text: t("overview.times.none") }));
  const when = ({ starts }) => (starts ? new Date(starts).toLocaleDateString(locale(), { year: "numeric", month: "short", day: "numeric" }) : t("overview.noday"));
  const rows = held.map((event, at) => [event, when(event), event.needs, event.meetings, came[at].needs.signed]);
  // One scale for all, so that events can be compared.
  const most = Math.max(1, ...rows.flatMap(([, , ...counts]) => counts));
  return el("section", { class: "panel", "aria-labelledby": "overview-times" }, head,
    figure(title,
      el("div", { class: "overview-times" }, rows.map(([event, date, needs, meetings, signed]) => el("div", {},
        el("p", { class: "tiny" }, el("a", { href: address("event", [event.id]) }, words(event.name)), ` · ${date}`),
        bars({ width: half(), most, title: `${event.name}: ${t("overview.needs")} ${needs}, ${t("overview.meetings")} ${meetings}, ${t("overview.signed")} ${signed}`, rows: [[t("overview.needs"), needs], [t("overview.meetings"), meetings, "chart-bar chart-second"], [t("overview.signed"), signed, "chart-bar chart-third"]] })))),
      t("overview.table"),
      sortable(table([t("overview.event"), t("overview.day"), t("overview.needs"), t("overview.meetings"), t("overview.signed")], rows.map(([event, ...rest]) => [words(event.name), ...rest])))));
}
