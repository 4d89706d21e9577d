// An import says how far it is and can be stopped, in all three languages: what is stopped
// leaves nothing, what comes too late is told and can be taken back. So do boards and files.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { DESK, PHONE, answeredLate, sending, together } from "./service.js";

const { at, visit, api } = together();
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ROWS = 700;
/** Takes any machine some seconds to keep. */
const MANY = 6000;
const PATIENT = { timeout: 240_000 };
/** A stop is answered with 409, which the browser notes. */
const STOPPED = /status of 409/;

const quoted = (text) => `"${String(text ?? "").replaceAll('"', '""')}"`;

/** Needs of the demo in other pairs of words, so that each has something to embed. */
async function file(prefix, many = ROWS) {
  const { items } = await api("/listings?side=requirement&limit=500");
  const rows = Array.from({ length: many }, (_, n) => {
    const [one, other] = [items[n % items.length], items[(n * 7 + 3) % items.length]];
    return [`${prefix}${n}`, `${one.title}（${prefix}${n}）`, `${prefix}${one.text}\n${other.text.slice(0, 60)}`, one.party.name];
  });
  const table = [["编号", "需求名称", "需求描述", "单位名称"], ...rows].map((row) => row.map(quoted).join(",")).join("\n");
  return { name: `${prefix}.csv`, mimeType: "text/csv", buffer: Buffer.from(table) };
}

const total = async () => (await api("/listings?side=requirement&limit=1")).total;
/** The lists follow what is kept. */
async function becomes(wanted) {
  for (let n = 0; n < 600 && (await total()) !== wanted; n++) await new Promise((done) => setTimeout(done, 200));
  assert.equal(await total(), wanted);
}
const imported = async () => (await api("/imports")).length;

async function axe(page, where) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes[0].html]), [], where);
}

/** What the bar within `place` showed until `end` is on the page. */
async function watched(page, place, end) {
  await page.evaluate(([place, end]) => {
    window.seen = [];
    const look = () => {
      const bar = document.querySelector(`${place} .progress-run:not([hidden]) progress`);
      if (bar) window.seen.push([bar.hasAttribute("value") ? bar.value : null, document.querySelector(`${place} .progress-line`).innerText]);
      if (!document.querySelector(end)) requestAnimationFrame(look);
    };
    look();
  }, [place, end]);
  return async () => {
    await page.waitForSelector(end, PATIENT);
    return page.evaluate(() => window.seen);
  };
}

/** `often`: so many places of the bar were seen at least. */
const moved = (seen, where, often) => {
  const values = seen.map(([value]) => value).filter((value) => value !== null);
  assert.ok(new Set(values).size >= often, `${where}: the bar stood still, ${JSON.stringify(seen.slice(-3))}`);
  assert.ok(values.every((value) => value >= 0 && value <= 1), where);
  assert.ok(seen.some(([, text]) => /\d+%/.test(text)), `${where}: no percentage, ${JSON.stringify(seen.slice(-3))}`);
};

for (const [language, viewport, options] of [
  ["zh", DESK, { locale: "zh-CN" }],
  ["hant", PHONE, { locale: "zh-TW" }],
  ["en", DESK, { locale: "en-GB", colorScheme: "dark" }],
]) {
  test(`an import shows how far it is and stops, in ${language}`, () => visit("#/import", viewport, async (page) => {
    const [before, others] = [await total(), await imported()];
    const table = await file(`X${language}`);

    // Looking through the file: it moves, and stops. A slow line makes time for it on any machine.
    await sending(page, table.buffer.length, 6);
    let end = await watched(page, ".import-result", "#row-report, .import-rows, .import-stopped");
    await page.setInputFiles("#import-file", table);
    await page.waitForSelector(".import-result .progress-run:visible");
    await page.focus(".import-result button[data-key=stop]");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".import-stopped");
    assert.equal(await page.evaluate(() => document.activeElement.closest(".import-stopped") !== null), true, "the focus is where it ended");
    await axe(page, "stopped");
    end = await watched(page, ".import-result", ".import-head");
    await page.click(".import-stopped .primary");
    moved(await end(), "looked through", 3);

    // Saving: it stops, and nothing is there.
    await page.click(".import-head .primary");
    await page.waitForSelector(".import-progress button[data-key=stop]:visible");
    await axe(page, "saving");
    await page.click(".import-progress button[data-key=stop]");
    await page.waitForSelector(".import-stopped");
    assert.equal(await total(), before, "nothing was kept");
    assert.equal(await imported(), others, "and there is nothing to take back");

    // Kept: stored, found, matched, each with how far it is.
    await sending(page);
    await page.click(".import-stopped .primary");
    await page.waitForSelector(".import-head .primary");
    end = await watched(page, ".import-progress", ".import-stages li:nth-child(2)[data-state=done]");
    await page.click(".import-head .primary");
    await page.waitForFunction(() => /\d+%|…/.test(document.getElementById("lists-doing")?.innerText ?? ""), null, PATIENT);
    moved(await end(), "found", 2);
    await page.waitForSelector(".import-done", PATIENT);
    assert.equal(await total(), before + ROWS);
    await axe(page, "kept");

    // Taken back.
    await page.click(".import-recent summary");
    await page.click(".import-recent tbody button");
    assert.equal(await page.evaluate(() => document.activeElement.closest(".import-back") !== null), true);
    await axe(page, "asked whether to take it back");
    await page.click(".import-recent .import-back button:not(.primary)");
    await page.click(".import-done .import-actions button:last-child");
    await page.click(".import-done .import-back .primary");
    await page.waitForSelector(".import-done .import-back strong", PATIENT);
    await becomes(before);
    await page.waitForFunction(() => document.querySelector(".import-recent tbody") && !document.querySelector(".import-recent tbody button"));
    await axe(page, "taken back");
  }, STOPPED, options));
}

test("a stop that comes too late is told, and what was stored can be taken back", () => visit("#/import", DESK, async (page) => {
  const [before, others] = [await total(), await imported()];
  // The word to stop is a long time on its way.
  await page.route("**/api/v1/runs/*", async (route) => {
    while (route.request().method() === "DELETE" && (await imported()) === others) await new Promise((done) => setTimeout(done, 100));
    await route.continue();
  });
  await page.setInputFiles("#import-file", await file("Z", MANY));
  await page.waitForSelector(".import-head .primary", PATIENT);
  await page.click(".import-head .primary");
  await page.click("text=停止，不保存");
  await page.waitForSelector(".import-toolate", PATIENT);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "撤回这次导入");
  await page.keyboard.press("Enter");
  await page.click("text=确定撤回");
  await page.waitForSelector(`text=已撤回：撤下 ${MANY} 条，恢复 0 条`, PATIENT);
  await becomes(before);
}));

test("leaving the view does not call a save off", () => visit("#/import", DESK, async (page) => {
  const before = await total();
  await answeredLate(page, 3000);
  await page.setInputFiles("#import-file", await file("Y"));
  await page.waitForSelector(".import-head .primary", PATIENT);
  await page.click(".import-head .primary");
  await page.waitForSelector(".import-progress button[data-key=stop]:visible");
  await page.click("nav a[data-view=ask]");
  await page.waitForSelector("#ask-text");
  await becomes(before + ROWS);
  const [{ change }] = await api("/imports");
  assert.equal((await api(`/imports/${change}?wait=indexed`, "DELETE")).removed, ROWS, "all of it");
}));

test("a board and a file that are long in coming say how far they are, and stop", () => visit("#/import", DESK, async (page) => {
  const { buffer } = await file("W", 1600);
  const sent = await fetch(`${at()}/api/v1/import?side=requirement&file=w.csv&wait=indexed`, { method: "POST", body: buffer });
  assert.equal(sent.status, 200);
  await page.click("nav a[data-view=board]");
  await page.waitForSelector(".state .progress-run:visible");
  await page.click(".state .progress-run button");
  await page.waitForSelector(".state-failed:has-text('已停止')");
  await page.click(".state-failed button");
  await page.waitForSelector(".board-table", PATIENT);

  let asked = 0;
  page.on("request", (request) => (asked += request.url().includes("/api/v1/export")));
  await page.click(".board-files a >> nth=1");
  await page.waitForSelector(".progress-file .progress-run:visible");
  await axe(page, "a file is made");
  await page.click(".progress-file button");
  await page.waitForSelector(".progress-file:has-text('已停止')");
  assert.equal(asked, 1, "what was stopped is not asked for again");
  const download = page.waitForEvent("download", PATIENT);
  await page.click(".board-files a >> nth=1");
  assert.match((await download).suggestedFilename(), /^opcmatch-requirement-.*\.csv$/);
  assert.match(await readFile(await (await download).path(), "utf8"), /N001/);
}, STOPPED));
