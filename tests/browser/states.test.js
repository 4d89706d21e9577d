// What a view says while there is nothing, when the program does not answer, and while it
// takes its time: always what to do next.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DESK, PHONE, openPage, settled, startBrowser, startProgram, together } from "./service.js";

const { visit } = together();
const DOWN = /ERR_|Failed to load/;

/** Views that read something, each with an address; parts of some are loaded when first asked for. */
const READING = ["#/board", "#/overview", "#/event", "#/event/new", "#/watch", "#/copies", "#/search?q=%E6%B0%B4%E8%B4%A8", "#/listing/requirement/N129"];

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`a program that has ended is named as such by every view, and one press goes on when it is back, on a ${size}`, async () => {
    for (const hash of READING) {
      await visit("#/import", viewport, async (page) => {
        // Nothing comes any more: neither answers nor parts of the page.
        await page.route("**/*", (route) => route.abort());
        await page.evaluate((to) => (location.hash = to), hash);
        await page.waitForSelector(".state-failed");
        assert.match(await page.innerText(".state-failed"), /连不上程序。请确认 opcmatch 仍在运行，然后重试。/, hash);
        await page.click("button:text-is('重试')");
        await page.waitForSelector(".state-failed button:enabled");
        assert.match(await page.innerText(".state-failed"), /连不上程序/, `${hash} still says so`);
        await page.unroute("**/*");
        await page.click("button:text-is('重试')");
        await page.waitForSelector("main:not([aria-busy]) h1");
        assert.equal(await page.locator(".state-failed").count(), 0, hash);
        assert.ok(page.url().endsWith(hash), page.url());
      }, DOWN);
    }
  });
}

test("a part that unfolds says when it cannot be had, and can be tried again", () => visit("#/listing/capability/C001", DESK, async (page) => {
  await page.route("**/components/partners/**", (route) => route.abort());
  await page.click(".match-partners summary");
  await page.waitForSelector(".match-partners .state-failed");
  assert.match(await page.innerText(".match-partners"), /连不上程序/);
  await page.unroute("**/components/partners/**");
  // The page is asked for anew.
  await page.click(".match-partners button");
  await page.waitForSelector(".listing-title");
  await page.waitForSelector(".match-partners:not([open])");
  await page.click(".match-partners summary");
  await page.waitForSelector(".match-partners .partners p");
}, DOWN));

test("what is not there leads back to the board", () => visit("#/listing/requirement/none", PHONE, async (page) => {
  await page.click(".state-failed >> text=回到看板");
  await page.waitForSelector(".board-table");
}, /404/));

test("a view that takes its time says so", () => visit("#/import", PHONE, async (page) => {
  for (const hash of READING) {
    let release;
    const held = new Promise((done) => (release = done));
    await page.route("**/api/v1/**", async (route) => {
      await held;
      await route.continue();
    });
    await page.evaluate((to) => (location.hash = to), hash);
    await page.waitForSelector('main[aria-busy="true"] .state-wheel');
    assert.match(await page.innerText("main"), /正在读取/, hash);
    release();
    await settled(page);
    await page.unroute("**/api/v1/**");
  }
}));

let folder, program, browser, address;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "opcmatch-empty-"));
  program = startProgram("--data", folder);
  address = await program.address;
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  program?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

for (const [hash, said, link] of [
  ["#/board", /清单是空的。先导入一个表格/, "导入清单"],
  ["#/board?side=capability", /清单是空的。先导入一个表格/, "导入清单"],
  ["#/overview", /先导入需求和能力/, "导入清单"],
  ["#/event", /还没有对接会。新建一场/, "新建对接会"],
  ["#/event/new", /清单是空的。先导入一个表格/, "导入清单"],
  ["#/watch", /在“新增关注”里写下在找什么，点“开始关注”/, null],
  ["#/search?q=%E6%B0%B4%E8%B4%A8", /清单是空的。先导入一个表格/, "导入清单"],
  ["#/search", /在上面的框里输入要找的事/, null],
  ["#/copies", /没有发现近似的需求/, "回到看板"],
]) {
  test(`lists with nothing in them: ${hash}`, async () => {
    const { page, close } = await openPage(browser, address, hash, PHONE);
    assert.match(await page.innerText("main"), said);
    assert.ok(await page.locator("main h1").count(), "a heading");
    if (link) {
      await page.click(`main >> text=${link} >> nth=-1`);
      await page.waitForFunction((hash) => location.hash !== hash, hash);
      await settled(page);
    }
    assert.deepEqual(await close(), []);
  });
}

test("lists with nothing in them: whoever asks what fits is told to import", async () => {
  const { page, close } = await openPage(browser, address, "#/ask", DESK);
  await page.fill("#ask-text", "会做数据看板");
  await page.click('.ask-form button[type="submit"]');
  await page.waitForSelector(".ask-result .state a");
  assert.match(await page.innerText(".ask-result"), /清单是空的。先导入一个表格/);
  assert.deepEqual(await close(), []);
});
