// What tests of events begin with: events made without the page.

/** `api` is that of `together`. */
export function organiser(api) {
  /** Needs that somebody fits, the best served first. */
  async function served(n) {
    const { rows } = await api("/overview?side=requirement");
    return rows.filter((row) => !row.nothing_fits && row.open).sort((a, b) => b.best.degree - a.best.degree).slice(0, n).map((row) => row.listing.id);
  }

  /** A planned event, made without the page. */
  async function planned(name, { needs = 12, tables = 6, slots = 6 } = {}) {
    const { event } = await api("/events", "POST", { name, needs: await served(needs), tables, slots });
    return (await api(`/events/${event.id}/plan`, "POST", { revision: event.revision })).event;
  }

  return { planned };
}
