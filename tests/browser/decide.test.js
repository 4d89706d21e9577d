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

test("what an earlier page kept in the browser goes into the record once, and the reader is told", () => visit("#/board", DESK, async (page) => {
  const { fits: [fit] } = await api("/listings/requirement/N130/matches?top=1");
  await page.evaluate((kept) => localStorage.setItem("opcmatch.decisions", JSON.stringify(kept)), [
    { need: "N130", capability: fit.listing.id, state: "rejected", reason: "price", on: "2026-11-01T08:00:00.000Z" },
    { need: "N-gone", capability: fit.listing.id, state: "accepted", on: "2026-11-01T08:00:00.000Z" },
  ]);
  await page.goto(page.url().replace(/#.*/, "#/listing/requirement/N130"));
  await page.waitForSelector(".decide-note:visible");
  assert.match(await page.textContent(".decide-note"), /1 条决定已存进系统.*还有 1 条没有存/);
  assert.match(await page.locator(".match:visible").first().innerText(), /不合适：价格不合/);
  const { items: [one] } = await api("/decisions?requirement=N130");
  assert.deepEqual([one.choice, one.reason, one.note], ["rejected", "price", "2026-11-01 记在浏览器里"]);
  assert.deepEqual(await page.evaluate(() => JSON.parse(localStorage.getItem("opcmatch.decisions")).map((kept) => kept.need)), ["N-gone"]);
  await api(`/decisions/N130/${fit.listing.id}`, "DELETE");
}, /404/));

test("what a colleague decided meanwhile is shown and not written over; what cannot be kept is said", () => visit("#/listing/requirement/N131", DESK, async (page) => {
  const card = page.locator(".match:visible").first();
  const id = await card.getAttribute("data-id");
  await api(`/decisions/N131/${id}`, "PUT", { choice: "rejected", reason: "region" });
  await card.locator("button:text-is('接受')").click();
  await card.locator(".decide-wrong").waitFor();
  assert.match(await card.innerText(), /不合适：地域不合[^]*刚才被别人改了决定/);
  await page.context().setOffline(true);
  await card.locator("button:text-is('撤销')").click();
  await page.waitForFunction((id) => /没有记下：.*连不上/s.test(document.querySelector(`.match[data-id="${id}"]`).innerText), id);
  assert.match(await card.innerText(), /不合适：地域不合/, "it stands as it did");
  await page.context().setOffline(false);
  await card.locator("button:text-is('撤销')").click();
  await card.locator("button:text-is('接受')").waitFor();
}, /409|ERR_INTERNET_DISCONNECTED/));

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`accepted, turned down, undone and kept, on a ${size}`, () => visit("#/listing/requirement/N129", viewport, async (page) => {
    const card = (at) => page.locator(".match:visible").nth(at);
    await card(0).locator("button:text-is('接受')").click();
    await card(0).locator(".decide-state:text-is('已接受')").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "撤销", "the focus stays on the card");
    await card(1).locator("button:text-is('不合适…')").click();
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "SELECT");
    for (const key of ["Tab", "Tab", "Tab", "Enter"]) await page.keyboard.press(key);
    assert.doesNotMatch(await card(1).innerText(), /不合适：/, "a reason can be left unsaid");
    await card(1).locator("button:text-is('不合适…')").click();
    await card(1).locator("select").selectOption("price");
    await card(1).locator(".decide-row input[type=text]").fill("谈不拢");
    await card(1).locator("button:text-is('记下')").click();
    await card(1).locator(".decide-state:text-is('不合适：价格不合')").waitFor();

    // Another machine, another browser: the record has it.
    await visit("#/listing/requirement/N129", viewport, async (other) => {
      const there = (at) => other.locator(".match:visible").nth(at);
      assert.match(await there(0).innerText(), /已接受/);
      assert.match(await there(1).innerText(), /价格不合[^]*谈不拢/);
      await there(1).locator("summary:text-is('决定记录')").click();
      await other.waitForSelector(".decide-earlier li");
    });
    const download = page.waitForEvent("download");
    await page.click("text=下载决定（CSV）");
    const table = await readFile(await (await download).path(), "utf8");
    assert.match(table, /N129,C\d+,accepted/);
    assert.match(table, /rejected,价格不合/);
    for (const at of [0, 1]) {
      await card(at).locator("button:text-is('撤销')").click();
      await card(at).locator("button:text-is('接受')").waitFor();
      assert.doesNotMatch(await card(at).innerText(), /已接受/);
    }
    assert.deepEqual((await api("/decisions?requirement=N129")).items, []);
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

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`the board says what was decided, and shows what still waits, on a ${size}`, () => visit("#/board?n=all", viewport, async (page) => {
    await page.waitForSelector("#board-decided");
    const all = (await api("/overview?side=requirement")).rows.length;
    assert.equal(await page.locator(".board-decided").count(), 0);
    const { fits: [first, second] } = await api("/listings/requirement/N129/matches?top=2");
    await api(`/decisions/N129/${first.listing.id}`, "PUT", { choice: "accepted" });
    await api(`/decisions/N129/${second.listing.id}`, "PUT", { choice: "rejected", reason: "price" });
    await api(`/decisions/N130/${second.listing.id}`, "PUT", { choice: "rejected", reason: "price" });
    await page.reload();
    await page.waitForSelector("#board-decided");
    const said = (id) => page.locator(`.board-table tr:has(a[href*="/requirement/${id}"]) .board-decided`).allTextContents();
    assert.deepEqual([await said("N129"), await said("N130"), await said("N131")], [["已接受 1", "不合适 1"], ["不合适 1"], []]);
    assert.deepEqual(await page.locator("#board-decided option").allTextContents(), ["不论决定", `待定 (${all - 2})`, "有接受的 (1)", "只有不合适的 (1)"]);
    await page.selectOption("#board-decided", "accepted");
    assert.match(await page.textContent(".board-table tbody"), /已接受 1/);
    assert.equal(await page.locator(".board-table tbody tr").count(), 1);
    // The choice is in the address, and stands there before the decisions have come.
    assert.match(page.url(), /decided=accepted/);
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll(".board-table tbody tr").length === 1);
    await page.selectOption("#board-decided", "open");
    await page.fill("#board-find", "没有这样的词");
    await page.click("text=清空条件");
    assert.deepEqual([await page.inputValue("#board-decided"), await page.locator(".board-table tbody tr").count() > 1], ["", true]);
    // Of the other side, by capability.
    await page.goto(page.url().replace(/#.*/, "#/board?side=capability&decided=rejected"));
    await page.waitForFunction(() => document.querySelectorAll(".board-table tbody tr").length === 1);
    assert.match(await page.textContent(".board-table tbody"), /不合适 2/);
    for (const [need, capability] of [["N129", first], ["N129", second], ["N130", second]]) await api(`/decisions/${need}/${capability.listing.id}`, "DELETE");
  }));
}

test("a board whose decisions cannot be read stands all the same, and says so", () => visit("#/import", DESK, async (page) => {
  await page.route("**/api/v1/decisions", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ code: "store_away", detail_zh: "数据库暂时连不上", detail_en: "away" }) }));
  await page.click('.frame-nav a[data-view="board"]');
  await page.waitForSelector(".board-unread");
  assert.match(await page.innerText(".board-unread"), /读不到已有的决定：数据库暂时连不上/);
  assert.ok(await page.locator(".board-table tbody tr").count());
}, /503/));
