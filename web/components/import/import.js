// Import: choose a side, drop a file, read the report, correct the columns, confirm.

import { importFile } from "../../api.js";
import { announce, el } from "../../dom.js";
import { script, t } from "../../i18n.js";
import { address, note } from "../../route.js";
import { segments } from "../segments.js";
import { failed, loading } from "../state/state.js";
import { columns } from "./columns.js";
import { counts, formLine, nearDuplicates, rowReport, sample } from "./report.js";
import { saving } from "./saving.js";

const KINDS = ".xlsx,.csv,.tsv,.txt,.json,.jsonl,.ndjson";

let styled = null;
const styles = () => (styled ??= new Promise((done) => {
  document.head.append(el("link", { rel: "stylesheet", href: "/components/import/import.css", on: { load: done, error: done } }));
}));

export async function importView(route, signal) {
  await styles();
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

  /** Has the file looked through; shows what came back, or how it failed. */
  const preview = async () => {
    const mine = begun();
    const stop = el("button", { type: "button", text: t("import.stop"), on: { click: () => {
      mine.abort();
      result.replaceChildren(el("p", { class: "soft", text: t("import.stopped") }));
      announce(t("import.stopped"));
      choose.focus();
    } } });
    result.replaceChildren(loading(t("import.reading", { file: state.file.name }), stop));
    try {
      const report = await importFile({ ...state, lang: script(), dryRun: true, signal: mine.signal });
      if (!mine.signal.aborted) looked(report);
    } catch (error) {
      if (!mine.signal.aborted) result.replaceChildren(failed(error, preview));
    }
  };

  const looked = (report) => {
    result.replaceChildren(...previewed(state, report, { preview, confirm, take: () => choose.click() }));
    const heading = result.querySelector("h2");
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "start" });
    announce(`${report.taken} ${t("import.count.taken")} ${report.rows_rejected} ${t("import.count.rejected")}`);
  };

  /** Keeps it. What is being kept is kept: nobody needs to wait for what follows. */
  const confirm = async () => {
    const mine = begun();
    try {
      const { report, found } = await saving(result, state.side, () => importFile({ ...state, lang: script(), dryRun: false, signal: mine.signal }), mine.signal);
      if (!mine.signal.aborted) kept(report, found);
    } catch (error) {
      if (!mine.signal.aborted) result.replaceChildren(failed(error, confirm));
    }
  };

  const kept = (report, found) => {
    window.dispatchEvent(new Event("lists-changed"));
    result.replaceChildren(el("div", { class: "panel import-done", role: "status" },
      el("h2", { text: t("import.done", { n: report.taken }) }),
      counts(report),
      found ? null : el("p", { class: "import-late", text: t("import.late") }),
      el("p", { class: "import-actions" },
        el("a", { class: "button primary", href: address("board", [], { side: state.side === "capability" ? "capability" : "" }), text: t("import.done.see") }),
        el("button", { type: "button", text: t("import.again"), on: { click: () => choose.click() } }))));
    announce(t("import.done", { n: report.taken }));
  };

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
      dropPlace(choose, take), result],
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
