// Many needs through a real import: the file dropped, looked through, kept, on the board.
// OPCMATCH_MANY says how many (10,000 for the figures in the README's sense; fewer by
// default, for the program under test is not built for speed); prints what each stage takes, and
// how soon a stop is heeded. import_stop.test.js looks at progress and stops in all languages.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DESK, sending, together } from "./service.js";

const { visit, api } = together();
const MANY = Number(process.env.OPCMATCH_MANY ?? 1500);
/** A task of the browser that would be a stall; see many.test.js. */
const STALL_MS = 500;
const quoted = (text) => `"${String(text ?? "").replaceAll('"', '""')}"`;

/** Needs of the demo in new pairs of words, each under an id of its own; some rows have something amiss. */
async function file() {
  const { items } = await api("/listings?side=requirement&limit=500");
  const rows = Array.from({ length: MANY }, (_, n) => {
    const one = items[n % items.length];
    const other = items[(n * 7 + Math.floor(n / items.length)) % items.length];
    return [`M${n}`, `${one.title}（第${n}期）`, `${one.text}\n${other.text.slice(0, 60)}`, one.party.name, n % 9 ? `${1 + (n % 90)}万元` : "一点点", n % 11 ? "2026-12-20" : ""];
  });
  return Buffer.from([["编号", "需求名称", "需求描述", "单位名称", "预算", "截止日期"], ...rows].map((row) => row.map(quoted).join(",")).join("\n"));
}

test(`${MANY} needs are imported on the page without a stall, each stage told`, async () => {
  // From a file: bytes handed over by the test would be unpacked within the page.
  const folder = await mkdtemp(join(tmpdir(), "opcmatch-"));
  const path = join(folder, "机会清单.csv");
  const table = await file();
  await writeFile(path, table);
  const before = (await api("/overview?side=requirement")).rows.length;
  await visit("#/import", DESK, async (page) => {
    await page.evaluate(() => {
      window.long = [];
      new PerformanceObserver((list) => window.long.push(...list.getEntries().map((entry) => Math.round(entry.duration)))).observe({ type: "longtask" });
    });
    const during = async (what, step) => {
      await page.evaluate(() => (window.long.length = 0));
      const from = Date.now();
      await step();
      const took = Date.now() - from;
      await page.waitForTimeout(100);
      const worst = Math.max(0, ...(await page.evaluate(() => window.long)));
      console.log(`${what}: ${(took / 1000).toFixed(1)} s, the longest task ${worst} ms`);
      assert.ok(worst < STALL_MS, `${what}: a task of ${worst} ms`);
    };
    const patient = { timeout: 300_000 };
    await during("looked through", async () => {
      await page.setInputFiles("#import-file", path);
      await page.waitForSelector("#row-report", patient);
    });
    // A slow line makes time for a stop on any machine.
    await sending(page, table.length, 6);
    await page.click(`text=确认导入 ${MANY} 条`);
    await page.waitForSelector(".import-progress button[data-key=stop]:visible");
    await page.waitForTimeout(1000);
    await during("stopped", async () => {
      await page.click("text=停止，不保存");
      await page.waitForSelector(".import-stopped", patient);
    });
    assert.equal((await api("/imports")).length, 0, "nothing was kept");
    await sending(page);
    await page.click(".import-stopped .primary");
    await page.waitForSelector(`text=确认导入 ${MANY} 条`, patient);
    await during("stored", async () => {
      await page.click(`text=确认导入 ${MANY} 条`);
      await page.waitForSelector(".import-stages li[data-state=done]", patient);
    });
    await page.waitForSelector("text=已存好，不等了");
    await page.evaluate(() => {
      window.places = new Set();
      const look = () => {
        const bar = document.querySelector(".import-progress progress[value]");
        if (bar) window.places.add(bar.value);
        if (!document.querySelector(".import-done")) requestAnimationFrame(look);
      };
      look();
    });
    await during("found", () => page.waitForSelector(".import-stages li:nth-child(2)[data-state=done]", patient));
    const places = await page.evaluate(() => window.places.size);
    console.log(`the bar stood at ${places} places`);
    assert.ok(places > 4, "the percentage moves");
    await during("matched", () => page.waitForSelector(".import-done", patient));
    assert.equal(await page.locator(".import-late").count(), 0);
    await during("on the board", async () => {
      await page.click("text=去看板看匹配结果");
      await page.waitForSelector(".board-table", patient);
    });
    await during("one of them found", async () => {
      await page.fill("#board-find", `第${MANY - 1}期`);
      await page.waitForFunction(() => document.querySelectorAll(".board-table tbody tr").length === 1);
    });
  }, /status of 409/);
  await rm(folder, { recursive: true });
  assert.equal((await api("/overview?side=requirement")).rows.length, before + MANY);
});

test("nobody has to wait once it is stored", () => visit("#/import", DESK, async (page) => {
  const table = "编号,需求名称,需求描述\nW1,不等的需求,一句话说清要做什么\n";
  // Whatever the lists are doing, they have not come that far.
  await page.route("**/api/v1/health", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    await route.fulfill({ response: answer, json: { ...body, lists: { ...body.lists, indexed: 0 } } });
  });
  await page.setInputFiles("#import-file", { name: "一条.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await page.click("text=确认导入 1 条");
  await page.click("text=已存好，不等了");
  await page.waitForSelector(".import-late");
  assert.equal((await api("/listings/requirement/W1")).title, "不等的需求");
  await api("/listings/requirement/W1", "DELETE");
}));
