// Starts the page: frame, language, and which view stands in <main>.

import { health, keepModel, model, session, waitedFor } from "./api.js";
import { el } from "./dom.js";
import { LANGUAGES, inScript, lang, ready, setLang, shownIn, t, translate } from "./i18n.js";
import { address, current, go } from "./route.js";
import { setFloor } from "./components/degree/degree.js";
import { empty, failed, loading } from "./components/state/state.js";
import { board } from "./components/board/board.js";
import { listingView } from "./components/listing/listing.js";
import { ask } from "./components/ask/ask.js";
import { searchView } from "./components/search/search.js";

/** Each is `async (route, signal, info) → { title, nodes }`. */
const VIEWS = { board, card, copies, listing: listingView, ask, search: searchView, import: importing, event, overview, watch };

/** Events and the overview are for some: nobody else loads their modules. */
async function event(...given) {
  return (await import("./components/event/event.js")).eventView(...given);
}

/** So is making one of several. */
async function copies(...given) {
  return (await import("./components/record/copies.js")).copiesView(...given);
}

async function card(...given) {
  return (await import("./components/card/card.js")).cardView(...given);
}

async function importing(...given) {
  return (await import("./components/import/import.js")).importView(...given);
}

async function watch(...given) {
  return (await import("./components/watch/watch.js")).watchView(...given);
}

async function overview(...given) {
  return (await import("./components/overview/overview.js")).overviewView(...given);
}

const main = document.getElementById("main");
/** From here on a view is long in coming. */
const LONG_MS = 1000;
const scrolls = new Map();
let byLink = false;
let running = null;
let info = null;
/** The module that signs in; null where no keys are asked for. */
let signing = null;

async function show({ keepPlace = false } = {}) {
  running?.abort();
  const controller = (running = new AbortController());
  const route = current();
  for (const link of document.querySelectorAll(".frame-nav a")) {
    if (link.dataset.view === ({ listing: "board", card: "ask" }[route.view] ?? route.view)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.getElementById("search-text").value = route.view === "search" ? (route.params.get("q") ?? "") : "";
  const focused = document.activeElement;
  main.setAttribute("aria-busy", "true");
  // A wait shorter than this is not worth a flicker.
  const waiting = setTimeout(() => main.replaceChildren(loading()), 150);
  const long = setTimeout(() => tellHowFar(controller.signal), LONG_MS);
  try {
    info ??= await readInfo();
    const view = VIEWS[route.view] ?? nowhere;
    const { title, nodes } = await view(route, controller.signal, info);
    if (controller.signal.aborted) return;
    // Arrow keys walk along a choice of views: the focus stays on that choice.
    const choosing = focused?.closest(".segments");
    main.replaceChildren(...nodes.filter(Boolean));
    document.title = `${title} · ${t("app.name")}`;
    if (choosing) main.querySelector(".segments input:checked")?.focus();
    else if (!keepPlace) settle();
  } catch (error) {
    if (controller.signal.aborted) return;
    main.replaceChildren(failed(error, () => show()));
  } finally {
    clearTimeout(waiting);
    clearTimeout(long);
    if (running === controller) main.removeAttribute("aria-busy");
  }
}

/** Says of a view that is long in coming how far the service is with it. */
async function tellHowFar(signal) {
  const place = main.querySelector(".state");
  if (!place || !waitedFor.size) return;
  const { showWaiting } = await import("./components/progress/waiting.js");
  await showWaiting(place, () => waitedFor, signal);
}

/** A new page starts at its top with the focus there; back and forward return to where one was. */
function settle() {
  if (byLink) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  } else {
    scrollTo(0, scrolls.get(location.hash) ?? 0);
  }
}

async function readInfo() {
  const read = await health();
  setFloor(read.floor);
  return read;
}

function nowhere() {
  return { title: t("state.nosuch"), nodes: [el("h1", { text: t("state.nosuch") }), empty("", el("a", { class: "button", href: address("board"), text: t("state.home") }))] };
}

function frame() {
  translate(document);
  signing?.drawSession();
  if (!info) return;
  const notice = document.getElementById("notice");
  notice.hidden = !info.demo;
  if (info.demo) {
    notice.replaceChildren(el("span", { title: info.note }, t("demo.notice"), el("span", { class: "frame-own" }, " · ", el("a", { href: address("import"), text: t("demo.own") }))));
  }
  document.getElementById("foot").replaceChildren(el("p", {},
    el("span", { text: `opcmatch ${info.version}` }),
    el("span", { text: t("foot.today", { day: info.today }) }),
    el("span", { text: inScript(localised(info.model)) }),
    el("span", {}, el("span", { id: "switching", hidden: !switching(), text: switching() }), " ",
      el("button", { type: "button", id: "switching-stop", class: "plain", hidden: !mayStop(), text: t("foot.switching.stop"), on: { click: () => keepModel().catch(() => {}).then(() => followService()) } })),
    el("span", { id: "lists-doing", hidden: !listsDoing(), text: listsDoing() }),
    el("a", { href: "/api/v1/openapi.json", text: t("foot.api") })));
}

const RUNNING = ["opening", "embedding"];
let change = null;
let looking = false;

/** What to say of a change of model, if there is one going on or one that failed. */
function switching() {
  if (!change) return "";
  const values = { model: change.model, done: change.done, total: change.total || "…", seconds: Math.ceil(change.eta ?? 0) };
  if (change.state === "failed") return t("foot.switching.failed", values);
  if (!RUNNING.includes(change.state)) return "";
  return t(change.eta === null ? "foot.switching" : "foot.switching.eta", values);
}

/** Administrators may call a change of model off. */
const mayStop = () => RUNNING.includes(change?.state) && ["house", "admin"].includes(document.documentElement.dataset.caller ?? "house");

/** How far the lists follow what is kept, when that was asked last. */
let lists = null;

/** What to say of the lists while they are updated, or put in order in the background. */
function listsDoing() {
  if (lists?.making) {
    const { share, eta } = lists.making;
    return t(eta === null ? "foot.making" : "foot.making.share", { percent: Math.floor(share * 100), seconds: Math.max(1, Math.ceil(eta ?? 0)) });
  }
  return lists?.settling ? t("foot.settling") : "";
}

/** Says something at the foot of the page, or nothing. */
function say(id, text) {
  const place = document.getElementById(id);
  if (place && place.textContent !== text) Object.assign(place, { textContent: text, hidden: !text });
}

/** Looks that are to be taken at least: what was just kept may not have been begun with. */
let looks = 0;

/** Looks what the service is doing that nobody asked for just now, and follows it to its end. */
async function followService(least = 1) {
  looks = Math.max(looks, least);
  if (looking) return;
  looking = true;
  try {
    let followed = false;
    for (;;) {
      const [{ switch: now }, read] = await Promise.all([model(), health()]);
      [change, lists] = [now, read.lists];
      say("switching", switching());
      const stop = document.getElementById("switching-stop");
      if (stop) stop.hidden = !mayStop();
      say("lists-doing", listsDoing());
      const changing = RUNNING.includes(change?.state);
      looks--;
      if (!changing && !listsDoing() && looks <= 0) break;
      followed ||= changing;
      await new Promise((done) => setTimeout(done, 1000));
    }
    if (!followed) return;
    info = await readInfo();
    frame();
    await show({ keepPlace: true });
  } catch {
    // Whatever is wrong shows in the view itself.
  } finally {
    looking = false;
  }
}

/** Messages of the program come as "中文 / English". */
function localised(text) {
  const at = text.lastIndexOf("/ ");
  if (at < 0) return text;
  return (lang() === "en" ? text.slice(at + 2) : text.slice(0, at)).trim();
}

document.getElementById("skip").addEventListener("click", () => main.focus());
const languages = document.getElementById("language");
languages.append(...Object.entries(LANGUAGES).map(([name, text]) => el("option", { value: name, lang: name === "hant" ? "zh-Hant" : name, selected: name === shownIn(), text })));
languages.addEventListener("change", async () => {
  await setLang(languages.value);
  frame();
  show({ keepPlace: true });
});
document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const q = document.getElementById("search-text").value.trim();
  byLink = true;
  if (q) go(address("search", [], { q }));
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.('a[href^="#/"]')) byLink = true;
});
window.addEventListener("hashchange", () => show().finally(() => (byLink = false)).then(() => followService()));
// While a view is being drawn the position is nobody's choice.
window.addEventListener("scroll", () => main.hasAttribute("aria-busy") || scrolls.set(location.hash, scrollY), { passive: true });
window.addEventListener("lists-changed", async () => {
  info = await readInfo();
  frame();
  followService(3);
});
// Files that take long are made with their progress in sight; should that part of the page not
// come, the browser fetches them as it does any.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[download][href^="/api/v1/export?"]');
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  import("./components/progress/download.js").then(({ downloadBy }) => downloadBy(link), () => location.assign(link.href));
});
history.scrollRestoration = "manual";

/** Signing in is loaded where the service asks for keys. */
async function followSession() {
  const asked = await session().catch(() => null);
  if (!asked?.keys) return;
  signing = await import("./components/session/session.js");
  await signing.followSession(async () => {
    info = await readInfo();
    frame();
    await show({ keepPlace: true });
  });
}

// Should its words not come, the page is read in simplified characters.
ready().catch(() => {}).then(() => {
  translate(document);
  show({ keepPlace: true }).then(frame).then(() => followService());
  followSession();
});
