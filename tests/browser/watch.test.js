// Saved searches and contacts on the page.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { DESK, PHONE, settled, together } from "./service.js";

const { visit, api } = together();
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shot = async (page, name) => process.env.OPCMATCH_SHOTS && page.screenshot({ path: `${process.env.OPCMATCH_SHOTS}/${name}.png`, fullPage: true });

async function accessible(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}`)), []);
}

const river = (id) => ({ id, side: "requirement", title: `河道漂浮垃圾巡查（${id}）`, text: "十公里河道，每天要看漂浮垃圾，能用无人船最好，发现后当天清理。" });

test("a founder watches for needs, and one comes up by itself", async () => {
  await visit("#/ask", PHONE, async (page) => {
    await page.fill("#ask-text", "无人船巡河，清理河道漂浮垃圾");
    await page.click(".ask-form button[type=submit]");
    await page.click('.ask-result a.button[href^="#/watch"]');
    await page.waitForSelector(".watch-form");
    assert.equal(await page.inputValue(".watch-form textarea"), "无人船巡河，清理河道漂浮垃圾", "what was written is not written twice");
    await page.fill('.watch-form input[type="text"] >> nth=0', "巡河");
    await page.click('.watch-form button[type="submit"]');
    await page.waitForSelector(".watch-own li");
    assert.match(await page.getAttribute(".watch-own a.button", "href"), /^\/api\/v1\/feeds\/[0-9a-f]{40}$/);
  });
  await api("/listings?wait=indexed", "POST", river("W1"));
  for (let tries = 0; (await api("/inbox")).unread === 0; tries += 1) {
    assert.ok(tries < 100, "it never came up");
    await new Promise((done) => setTimeout(done, 100));
  }
  for (const [size, viewport] of [["phone", PHONE], ["desk", DESK]]) {
    await visit("#/watch", viewport, async (page) => {
      await page.waitForSelector(".watch-alerts li");
      await shot(page, `watch-${size}`);
      await accessible(page);
      if (size === "phone") return;
      await page.click(".watch-alerts a");
      await page.waitForSelector(".listing-title");
      assert.match(await page.innerText(".listing-title"), /W1/);
    });
  }
  assert.equal((await api("/inbox")).unread, 0, "seen is what was shown");
  await visit("#/watch", DESK, async (page) => {
    await page.click(".watch-own button.plain");
    await page.waitForFunction(() => !document.querySelector(".watch-own li"));
  });
});

test("contacts are shown when both sides have agreed", async () => {
  const { fits, below_floor } = await api("/listings/requirement/N129/matches");
  const other = [...fits, ...below_floor][0].listing.id;
  await visit(`#/listing/requirement/N129?open=${other}`, DESK, async (page) => {
    await settled(page);
    await page.click(`.match[data-id="${other}"] .match-contacts > summary`);
    const panel = page.locator(`.match[data-id="${other}"] .record`);
    await panel.locator(".record-contacts").nth(1).waitFor();
    assert.equal(await panel.locator(".record-contacts ul").count(), 0);
    await panel.locator(".record-contacts >> nth=0").locator("input").fill("电话里说的");
    await panel.locator(".record-contacts >> nth=0").locator("button").click();
    await panel.locator(".record-agreed").first().waitFor();
    await panel.locator(".record-contacts >> nth=1").locator("button").click();
    await page.waitForFunction((id) => document.querySelectorAll(`.match[data-id="${id}"] .record-agreed`).length === 2, other);
    assert.match(await panel.innerText(), /电话里说的/);
    await shot(page, "contacts-desk");
    await accessible(page);
    await panel.locator("button.plain").first().click();
    await page.waitForFunction((id) => document.querySelectorAll(`.match[data-id="${id}"] .record-agreed`).length === 1, other);
    assert.equal(await panel.locator(".record-contacts ul").count(), 0);
  });
});
