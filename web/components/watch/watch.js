// What somebody keeps looking for, and what came up for it.

import { inbox, inboxSeen, removeSearch, saveSearch, searches, testSearch } from "./api.js";
import { announce, el, words } from "../../dom.js";
import { addWords, locale, nameOf, t } from "../../i18n.js";
import { inWindow } from "../../memory.js";
import { listingAddress } from "../../route.js";
import { order } from "../order.js";
import { empty, reason } from "../state/state.js";
import { NAMES, WORDS } from "./vocabulary.js";

const KINDS = Object.keys(NAMES.hook);
/** What was written in “What can I do” is what most will want to be told of. */
const WRITTEN = "opcmatch.ask.";

const worded = addWords("watch", WORDS, NAMES);
let styled = null;
const styles = () => (styled ??= new Promise((done) => {
  document.head.append(el("link", { rel: "stylesheet", href: "/components/watch/watch.css", on: { load: done, error: done } }));
}));

export async function watchView(route, signal) {
  const [own, found] = await Promise.all([searches(signal), inbox(signal), styles(), worded]);
  const redraw = () => window.dispatchEvent(new HashChangeEvent("hashchange"));
  const names = new Map(own.items.map((search) => [search.id, search.name]));
  // Seen is what was shown.
  if (found.unread) inboxSeen(found.items[0].number).catch(() => {});
  const watched = el("ul", { class: "watch-own" }, own.items.map((search) => card(search, redraw)));
  const alerts = el("ul", { class: "watch-alerts" }, found.items.map((alert) => line(alert, names)));
  return {
    title: t("watch.title"),
    nodes: [
      el("h1", { text: t("watch.title") }),
      el("p", { class: "soft watch-lead", text: t("watch.lead") }),
      el("div", { class: "watch" },
        el("section", { class: "panel", "aria-labelledby": "watch-inbox" }, el("h2", { id: "watch-inbox", text: t("watch.inbox") }),
          order(["newest", "degree", "name"], [[alerts, found.items]]),
          found.items.length ? alerts : empty(t("watch.inbox.none"))),
        el("div", { class: "watch-side" },
          el("section", { class: "panel", "aria-labelledby": "watch-own" }, el("h2", { id: "watch-own", text: t("watch.own") }),
            order(["listed", "name", "side"], [[watched, own.items]], (search) => search, "own"),
            own.items.length ? watched : el("p", { class: "soft", text: t("watch.none") })),
          form(route, redraw))),
    ],
  };
}

function line(alert, names) {
  const when = alert.at ? new Date(alert.at).toLocaleString(locale(), { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }) : "";
  return el("li", {},
    el("strong", { class: "watch-degree number" }, el("span", { class: "off-screen", text: t("watch.degree") }), Math.round(alert.degree)),
    el("div", {},
      el("p", {}, el("a", { href: listingAddress(alert.side, alert.id) }, words(alert.title || t("listing.untitled"))), " ",
        alert.read ? null : el("span", { class: "tag watch-unread", text: t("watch.unread") })),
      el("p", { class: "tiny soft" }, el("span", { class: "number", text: when }), " · ", t("watch.for", { name: names.get(alert.search) ?? "" }))));
}

function card(search, redraw) {
  const said = el("p", { class: "watch-said", role: "alert", hidden: true });
  const say = (text, wrong) => {
    said.textContent = text;
    said.classList.toggle("watch-wrong", wrong);
    said.hidden = false;
  };
  const act = (run, done) => async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await run();
      done();
    } catch (error) {
      say(reason(error), true);
    } finally {
      button.disabled = false;
    }
  };
  const remove = act(() => removeSearch(search.id), () => {
    announce(t("watch.removed"));
    redraw();
  });
  const hook = search.webhook;
  return el("li", {},
    el("p", {}, el("strong", {}, words(search.name)), " ", el("span", { class: "tag", text: t(`side.${search.side}`) })),
    el("p", { class: "watch-text soft" }, words(search.text)),
    hook ? el("p", { class: "tiny soft" }, t("watch.to", { host: hook.host, kind: nameOf("hook", hook.kind) }),
      hook.waiting ? ` · ${t("watch.waiting", { n: hook.waiting })}` : "", hook.given_up ? ` · ${t("watch.givenup", { n: hook.given_up })}` : "",
      hook.last_error ? [" · ", words(hook.last_error)] : null) : null,
    el("p", { class: "watch-buttons" },
      el("a", { class: "button", href: search.feed, title: t("watch.feed.secret"), text: t("watch.feed") }),
      hook ? el("button", { type: "button", text: t("watch.test"), on: { click: act(() => testSearch(search.id), () => say(t("watch.tested"), false)) } }) : null,
      el("button", { type: "button", class: "plain", text: t("watch.remove"), on: { click: remove } })),
    said);
}

function form(route, redraw) {
  const asked = route.params.get("side") === "capability" ? "capability" : "requirement";
  // Who can do something looks for needs, and the other way round.
  const written = inWindow.get(WRITTEN + (asked === "requirement" ? "capability" : "requirement")) ?? "";
  const name = el("input", { type: "text", required: true, maxlength: 100 });
  const side = el("select", {}, ["requirement", "capability"].map((one) => el("option", { value: one, selected: one === asked, text: t(`side.${one}`) })));
  const text = el("textarea", { rows: 4, required: true, maxlength: 20_000, "aria-describedby": "watch-hint", value: written });
  const least = el("input", { type: "number", min: 0, max: 100, value: "10" });
  const kind = el("select", {}, el("option", { value: "", text: t("watch.hook.none") }), KINDS.map((one) => el("option", { value: one, text: nameOf("hook", one) })));
  const url = el("input", { type: "url", maxlength: 1000, spellcheck: "false" });
  const secret = el("input", { type: "text", maxlength: 1000, autocomplete: "off", spellcheck: "false" });
  const where = el("div", { class: "watch-fields", hidden: true }, field("watch.hook.url", url), field("watch.hook.secret", secret));
  kind.addEventListener("change", () => {
    where.hidden = !kind.value;
    url.required = Boolean(kind.value);
  });
  const wrong = el("p", { class: "watch-said watch-wrong", role: "alert", hidden: true });
  const save = el("button", { type: "submit", class: "primary", text: t("watch.save") });
  const send = async (event) => {
    event.preventDefault();
    save.disabled = true;
    wrong.hidden = true;
    try {
      const webhook = kind.value ? { kind: kind.value, url: url.value, secret: secret.value } : undefined;
      await saveSearch({ name: name.value, side: side.value, text: text.value, least: Number(least.value) || 0, webhook });
      announce(t("watch.saved"));
      redraw();
    } catch (error) {
      wrong.textContent = reason(error);
      wrong.hidden = false;
      save.disabled = false;
    }
  };
  return el("form", { class: "panel watch-form", on: { submit: send } },
    el("h2", { text: t("watch.new") }),
    el("div", { class: "watch-fields" }, field("watch.name", name), field("watch.side", side), field("watch.least", least)),
    field("watch.text", text),
    el("p", { class: "tiny soft", id: "watch-hint", text: t("watch.text.hint") }),
    field("watch.hook", kind), where,
    el("p", { class: "watch-buttons" }, save), wrong);
}

const field = (key, input) => el("label", { class: "watch-field" }, el("span", { text: t(key) }), input);
