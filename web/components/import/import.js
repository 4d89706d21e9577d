// Import: choose a side, drop a file, read the report, correct the columns, confirm.

import { announce, el } from "../../dom.js";
import { addWords, script, t } from "../../i18n.js";
import { address, note } from "../../route.js";
import { followed, ready, wasStopped } from "../progress/progress.js";
import { segments } from "../segments.js";
import { failed } from "../state/state.js";
import { importFile } from "./api.js";
import { askToTakeBack } from "./back.js";
import { columns } from "./columns.js";
import { recent } from "./recent.js";
import { counts, formLine, nearDuplicates, rowReport, sample } from "./report.js";
import { saving } from "./saving.js";
import { NAMES, WORDS } from "./vocabulary.js";

const KINDS = ".xlsx,.csv,.tsv,.txt,.json,.jsonl,.ndjson";

const worded = addWords("import", WORDS, NAMES);
let styled = null;
const styles = () => (styled ??= new Promise((done) => {
  document.head.append(el("link", { rel: "stylesheet", href: "/components/import/import.css", on: { load: done, error: done } }));
}));

export async function importView(route, signal) {
  await Promise.all([worded, ready(), styles()]);
  const state = { side: route.params.get("side") === "capability" ? "capability" : "requirement", file: null, mapping: {} };
  const result = el("section", { class: "import-result", "aria-live": "polite" });
  const choose = el("input", { type: "file", id: "import-file", class: "off-screen", accept: KINDS });
  let running = null;

  const begun = () => {
    running?.abort();
    running = new AbortController();
    signal.addEventListener("abort", () => running.abort());
    return running;
  };

  /** A request of its own, broken off when `signal` says so or its run is stopped while it is sent. */
  const sending = (dryRun, signal) => ({ run, sent, signal: stopped }) => {
    const either = new AbortController();
    for (const one of [signal, stopped]) one?.addEventListener("abort", () => either.abort());
    return importFile({ ...state, lang: script(), dryRun, run, sent, signal: either.signal });
  };

  /** Has the file looked through; shows what came back, or how it failed. */
  const preview = async () => {
    const mine = begun();
    const { node, answer } = followed(sending(true, mine.signal));
    result.replaceChildren(el("div", { class: "panel" }, el("p", {}, el("strong", { dir: "auto", text: state.file.name })), node));
    try {
      const report = await answer;
      if (!mine.signal.aborted) looked(report);
    } catch (error) {
      if (!mine.signal.aborted) ended(error, preview);
    }
  };

  /** Why there is no report: stopped, which is no failure, or failed. */
  const ended = (error, again) => {
    if (!wasStopped(error)) return result.replaceChildren(failed(error, again));
    const heading = el("h2", { tabindex: "-1", text: t("import.stopped") });
    result.replaceChildren(el("div", { class: "panel import-stopped" },
      heading,
      el("p", { class: "soft", text: t("import.stopped.next") }),
      el("p", { class: "import-actions" },
        el("button", { type: "button", class: "primary", text: t("import.stopped.back"), on: { click: preview } }),
        el("button", { type: "button", text: t("import.again"), on: { click: () => choose.click() } }))));
    heading.focus();
  };

  const looked = (report) => {
    result.replaceChildren(...previewed(state, report, { preview, confirm, take: () => choose.click() }));
    const heading = result.querySelector("h2");
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
    announce(`${report.taken} ${t("import.count.taken")} ${report.rows_rejected} ${t("import.count.rejected")}`);
  };

  /**
   * Keeps it. Only its own button stops that: whoever looks at another view meanwhile has not
   * called it off. Once it is kept nobody needs to wait for what follows.
   */
  const confirm = async () => {
    const mine = begun();
    try {
      const { report, found, late } = await saving(result, state.side, sending(false), mine.signal);
      if (!mine.signal.aborted) kept(report, found, late);
    } catch (error) {
      if (!mine.signal.aborted) ended(error, confirm);
    }
  };

  const kept = (report, found, late) => {
    const asked = el("div");
    const back = el("button", { type: "button", text: t("import.back"), on: { click: () => {
      back.hidden = true;
      askToTakeBack(asked, report.change, report.taken, {
        left: () => {
          asked.replaceChildren();
          back.hidden = false;
          back.focus();
        },
        done: () => {
          heading.textContent = t("import.back.title");
          undone.forEach((node) => node.remove());
          showRecent();
        },
      });
    } } });
    const heading = el("h2", { text: t("import.done", { n: report.taken }) });
    // What is no longer so when it has been taken back.
    const undone = [counts(report), el("a", { class: "button primary", href: address("board", [], { side: state.side === "capability" ? "capability" : "" }), text: t("import.done.see") })];
    result.replaceChildren(el("div", { class: "panel import-done", role: "status" },
      heading,
      undone[0],
      late ? el("p", { class: "import-toolate", text: t("import.toolate") }) : null,
      found ? null : el("p", { class: "import-late", text: t("import.late") }),
      el("p", { class: "import-actions" },
        undone[1],
        el("button", { type: "button", text: t("import.again"), on: { click: () => choose.click() } }),
        report.change ? back : null),
      asked));
    announce(t("import.done", { n: report.taken }));
    showRecent();
    if (late) back.focus();
  };

  const before = el("div", { class: "import-before" });
  /** What there is to take back; a page that cannot show that does the rest all the same. */
  const showRecent = async () => {
    const panel = await recent(signal).catch(() => null);
    const open = before.querySelector("details")?.open;
    if (panel && open) panel.open = true;
    before.replaceChildren(...[panel].filter(Boolean));
  };
  showRecent();

  const take = (files) => {
    if (!files?.length) return;
    if (files.length > 1) announce(t("import.onefile"));
    state.file = files[0];
    state.mapping = {};
    preview();
  };
  choose.addEventListener("change", () => {
    take(choose.files);
    choose.value = "";
  });

  return {
    title: t("import.title"),
    nodes: [
      el("h1", { text: t("import.title") }),
      el("p", { class: "soft", text: t("import.intro") }),
      el("div", { class: "import-side" }, segments({
        label: t("import.side"),
        hideLabel: false,
        options: ["requirement", "capability"].map((s) => [s, t(`import.side.${s}`)]),
        value: state.side,
        change: (side) => {
          state.side = side;
          note({ side });
          if (state.file && result.childElementCount) preview();
        },
      })),
      dropPlace(choose, take), result, before],
  };
}

function dropPlace(choose, take) {
  const place = el("div", { class: "import-drop" },
    el("strong", { text: t("import.drop") }),
    el("span", { class: "soft", text: t("import.or") }),
    el("label", { class: "button", for: "import-file", text: t("import.choose") }),
    choose,
    el("span", { class: "tiny soft", text: "XLSX · CSV · JSON · JSONL" }));
  const over = (on) => (event) => {
    event.preventDefault();
    place.classList.toggle("import-over", on);
  };
  place.addEventListener("dragenter", over(true));
  place.addEventListener("dragover", over(true));
  place.addEventListener("dragleave", over(false));
  place.addEventListener("drop", (event) => {
    over(false)(event);
    take(event.dataTransfer?.files);
  });
  return place;
}

function previewed(state, report, { preview, confirm, take }) {
  const remap = (mapping) => {
    state.mapping = mapping;
    preview();
  };
  return [
    el("div", { class: "import-head" },
      el("div", {}, el("h2", { tabindex: "-1", dir: "auto", text: t("import.preview", { file: report.file }) }), formLine(report)),
      el("p", { class: "import-actions" },
        el("button", { type: "button", text: t("import.again"), on: { click: take } }),
        report.taken ? el("button", { type: "button", class: "primary", text: t("import.confirm", { n: report.taken }), on: { click: confirm } }) : null)),
    counts(report),
    report.taken ? null : el("p", { class: "matches-none", role: "alert", text: t("import.nothing") }),
    rowReport(report),
    columns(report, state.mapping, remap),
    sample(report.sample),
    nearDuplicates(report),
  ].filter(Boolean);
}
