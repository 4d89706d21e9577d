// Listings counted by field and place. Nothing here knows the page.

import { sectionOf } from "./sectors.js";

/** Stands for a field or a place that is not stated, and for those that are too small to show. */
export const UNSAID = "\u0000unsaid";
export const OTHER = "\u0000other";

/**
 * Which field each named field counts under: one that holds the name of a commoner one
 * joins it (社区养老 → 养老), as filters compare fields by parts of words.
 */
export function joined(lists) {
  const counts = new Map();
  for (const { listing } of lists.flat()) for (const name of listing.industries) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
  const under = new Map();
  for (const name of names) {
    const larger = names.find((other) => other !== name && [...other].length > 1 && name.includes(other) && (under.get(other) ?? other) === other);
    under.set(name, larger ?? name);
  }
  return under;
}

/** `city` null: the city of a region; else the district inside that city, or null when it lies elsewhere. */
export function placeOf(region, city) {
  const own = region?.city ?? region?.province ?? null;
  if (city === null) return own ?? UNSAID;
  return own === city ? (region.district ?? UNSAID) : null;
}

/** What can be counted of a cell. */
export const MEASURES = {
  needs: (cell) => cell.needs,
  capabilities: (cell) => cell.capabilities,
  unmet: (cell) => cell.unmet,
  gap: (cell) => Math.max(0, cell.needs - cell.capabilities),
};

const empty = () => ({ needs: 0, capabilities: 0, unmet: 0 });

/** The letter of a field's section, `OTHER` where its name does not tell. */
const sectionOrOther = (name) => sectionOf(name) ?? OTHER;

/** Sections of a listing by the fields it names, or, where it names none, by its title. */
function sectionsOf({ industries, title }) {
  if (!industries.length) return new Set([sectionOf(title ?? "") ?? UNSAID]);
  return new Set(industries.map(sectionOrOther));
}

/** Sections that listings belong to, those with most listings first, `OTHER` last. */
export function sections(rows) {
  const counts = new Map();
  for (const { listing } of rows) for (const letter of sectionsOf(listing)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  counts.delete(UNSAID);
  return [...counts].sort(([a, n], [b, m]) => (a === OTHER) - (b === OTHER) || m - n || (a < b ? -1 : 1)).map(([letter]) => letter);
}

/**
 * Cells by field and place: `{ fields, places, at(field, place) }`, those with more of what the
 * `measure` counts first, at most `most.fields` × `most.places` of them, the rest under `OTHER`. The fields
 * are sections, or the fields that lists name of one `section`; the places are cities, or
 * the districts of one `city`.
 */
export function cross(needs, capabilities, { city = null, section = null, measure = "needs" }, most) {
  const inside = ({ industries }) => industries.filter((name) => sectionOrOther(name) === section);
  const under = section && joined([needs, capabilities].map((rows) => rows.map(({ listing }) => ({ listing: { industries: inside(listing) } }))));
  const fieldsOf = (listing) => {
    if (!section) return sectionsOf(listing);
    if (!sectionsOf(listing).has(section)) return [];
    return new Set(listing.industries.length ? inside(listing).map((name) => under.get(name)) : [UNSAID]);
  };
  const found = [];
  // What is not counted matters less than anything that is.
  const [needed, offered] = measure === "capabilities" ? [1e-6, 1] : [1, 1e-6];
  const take = (rows, weight, count) => {
    for (const row of rows) {
      const place = placeOf(row.listing.region, city);
      if (place === null) continue;
      for (const field of fieldsOf(row.listing)) found.push([field, place, weight, count, row]);
    }
  };
  take(needs, needed, (cell, row) => {
    cell.needs += 1;
    cell.unmet += row.nothing_fits ? 1 : 0;
  });
  take(capabilities, offered, (cell) => (cell.capabilities += 1));

  const shown = (column, limit) => {
    const counts = new Map();
    for (const entry of found) counts.set(entry[column], (counts.get(entry[column]) ?? 0) + entry[2]);
    const named = [...counts.keys()].filter((name) => name !== UNSAID && name !== OTHER).sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
    const kept = named.slice(0, limit);
    return [...kept, ...(named.length > limit || counts.has(OTHER) ? [OTHER] : []), ...(counts.has(UNSAID) ? [UNSAID] : [])];
  };
  const [fields, places] = [shown(0, most.fields), shown(1, most.places)];
  const cells = new Map();
  for (const [field, place, , count, row] of found) {
    const key = `${fields.includes(field) ? field : OTHER}\n${places.includes(place) ? place : OTHER}`;
    if (!cells.has(key)) cells.set(key, empty());
    count(cells.get(key), row);
  }
  return { fields, places, at: (field, place) => cells.get(`${field}\n${place}`) ?? empty() };
}

/** Cities by how many listings lie in them, those with districts to look at. */
export function cities(rows) {
  const counts = new Map();
  for (const { listing } of rows) {
    const { city, district } = listing.region ?? {};
    if (city && district) counts.set(city, (counts.get(city) ?? 0) + 1);
  }
  return [...counts].filter(([, n]) => n > 1).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([city]) => city);
}
