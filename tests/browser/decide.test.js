// The officer's choice among candidates: accepted, turned down with a reason, compared.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { csv } from "../../web/components/decide/kept.js";
import { qr } from "../../web/components/share/qr.js";
import { DESK, PHONE, settled, together } from "./service.js";

const { visit, api } = together();

test("a downloaded table is no formula and keeps its fields apart", () => {
  assert.equal(csv([["=1+1", 'a"b,c', "两\n行"], ["-2", "+3", "@x"]]), "\uFEFF'=1+1,\"a\"\"b,c\",\"两\n行\"\r\n'-2,'+3,'@x\r\n");
});

// Made by another implementation (npm qrcode 1.5, level M, byte mode): its squares as 0 and 1, hashed.
for (const [text, size, hash] of [
  ["https://e.example/#/board", 25, "ab05c8aa0e216b4c"],
  ["x".repeat(84), 37, "828d6d94d58d40c1"],
  ["需求清单/编号一二三", 29, "78827952f4e62f15"],
  ["r".repeat(213), 57, "8c4e359fed269df8"],
]) {
  test(`the code of ${text.slice(0, 30)} is that of another implementation`, () => {
    const squares = qr(text);
    assert.equal(squares.length, size);
    assert.equal(createHash("sha256").update(squares.flat().map(Number).join("")).digest("hex").slice(0, 16), hash);
  });
}

test("what is too long has no code", () => assert.equal(qr("r".repeat(214)), null));

test("a page is passed on as a code", () => visit("#/listing/requirement/N129", PHONE, async (page) => {
  await page.click("button:text-is('二维码')");
  const picture = page.locator(".share-code svg");
  assert.equal(await picture.getAttribute("aria-label"), "扫码打开这一页");
  const dark = qr(page.url()).flat().filter(Boolean).length;
  assert.equal((await picture.locator("path").getAttribute("d")).match(/M/g).length, dark);
  await page.click("button:text-is('二维码')");
  assert.equal(await picture.isVisible(), false);
}));

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`accepted, turned down, undone and kept, on a ${size}`, () => visit("#/listing/requirement/N129", viewport, async (page) => {
    const card = (at) => page.locator(".match:visible").nth(at);
    await card(0).locator("button:text-is('接受')").click();
    assert.match(await card(0).innerText(), /已接受/);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "撤销", "the focus stays on the card");
    await card(1).locator("button:text-is('不合适…')").click();
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "SELECT");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.doesNotMatch(await card(1).innerText(), /不合适：/, "a reason can be left unsaid");
    await card(1).locator("button:text-is('不合适…')").click();
    await card(1).locator("select").selectOption("price");
    await card(1).locator("button:text-is('记下')").click();
    assert.match(await card(1).innerText(), /不合适：价格不合/);

    await page.reload();
    await settled(page);
    assert.match(await card(0).innerText(), /已接受/);
    assert.match(await card(1).innerText(), /价格不合/);
    const download = page.waitForEvent("download");
    await page.click("text=下载决定（CSV）");
    const table = await readFile(await (await download).path(), "utf8");
    assert.match(table, /N129,C\d+,accepted/);
    assert.match(table, /rejected,价格不合/);
    await card(0).locator("button:text-is('撤销')").click();
    assert.match(await card(0).innerText(), /接受/);
    assert.doesNotMatch(await card(0).innerText(), /已接受/);
  }));

  test(`two or three are compared side by side, with an address, on a ${size}`, () => visit("#/listing/requirement/N129", viewport, async (page) => {
    const box = (at) => page.locator(".match:visible").nth(at).locator(".decide-box input");
    await box(0).check();
    await page.waitForSelector("text=再选一两项");
    await box(2).check();
    await page.waitForSelector(".decide-compare");
    const { fits } = await api("/listings/requirement/N129/matches?top=10");
    const heads = await page.locator(".decide-compare thead th").allTextContents();
    assert.deepEqual(heads, [fits[0], fits[2]].map((match) => match.listing.title));
    assert.equal(await page.locator(".decide-compare tbody tr").first().locator(".degree-number").first().textContent(), String(Math.round(fits[0].degree)));
    await box(3).check();
    assert.equal(await page.locator(".decide-compare thead th").count(), 3);
    await box(4).click();
    assert.match(await page.textContent("#announce"), /最多|3/);
    assert.equal(await page.locator(".decide-compare thead th").count(), 3);
    assert.equal(await box(4).isChecked(), false);
    await page.locator(".match:visible").nth(3).locator("button:has-text('看对比')").click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "decide-compare");
    assert.match(page.url(), /compare=/);
    await page.reload();
    await page.waitForSelector(".decide-compare");
    assert.equal(await page.locator(".decide-compare thead th").count(), 3, "a comparison has an address");
    await page.click("text=结束对比");
    assert.doesNotMatch(page.url(), /compare=/);
    assert.equal(await page.locator(".decide-compare").count(), 0);
  }));
}
