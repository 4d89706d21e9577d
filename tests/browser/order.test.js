// Lists and tables in the order one asks for: what a choice does to the rows, that the
// keyboard does it, that it is said, and that the address keeps it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { organiser } from "./organiser.js";
import { DESK, PHONE, settled, together } from "./service.js";

const { visit, api } = together();
const { planned } = organiser(api);
const byName = (a, b) => a.localeCompare(b, "zh-CN");
const said = (page) => page.textContent("#announce");

/** Chooses an order in `place`, then asserts that `texts` are in it; and again after loading anew. */
async function chosen(page, place, name, texts, wanted, ready) {
  const before = await texts();
  assert.ok(before.length > 1, "there is something to put in order");
  await page.selectOption(`${place} .list-order select`, name);
  assert.deepEqual(await texts(), wanted(before), `${place} by ${name}`);
  assert.match(await said(page), /^排序 /);
  if (!ready) return;
  await page.reload();
  await ready();
  assert.deepEqual(await texts(), wanted(before), `${place} by ${name}, from the address`);
}

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`what the overview lists, on a ${size}`, () => visit("#/overview", viewport, async (page) => {
    const rows = (await api("/overview?side=requirement")).rows.filter((row) => row.open && row.nothing_fits);
    const capabilities = (await api("/overview?side=capability")).rows.filter((row) => row.open && row.nothing_fits);
    const titles = (name) => () => page.locator(`section:has(#overview-${name}) li > a`).allTextContents();
    const ready = () => settled(page);
    // The first eight of all, not the eight that stood there.
    await chosen(page, "section:has(#overview-unmet)", "name", titles("unmet"), () => rows.map((row) => row.listing.title).sort(byName).slice(0, 8), ready);
    assert.match(page.url(), /order-unmet=name/);
    const nearest = [...capabilities].sort((a, b) => (b.best?.degree ?? 0) - (a.best?.degree ?? 0)).map((row) => row.listing.title);
    assert.deepEqual(await titles("unused")(), nearest.slice(0, 8), "another list stays as it was");
  }));
}

test("a table of the overview, by the heads of its columns, with the keyboard", async () => {
  await planned("甲会", { needs: 4 });
  await planned("乙会", { needs: 9 });
  await visit("#/overview", DESK, async (page) => {
    const section = page.locator("section:has(#overview-times)");
    await section.locator("summary").click();
    const head = (at) => section.locator("thead th").nth(at);
    const column = (at) => section.locator("tbody tr").evaluateAll((rows, at) => rows.map((row) => row.cells[at].textContent), at);
    const came = await column(0);
    await head(2).locator("button").focus();
    for (const [sort, wanted, words] of [["descending", ["9", "4"], /按需求降序/], ["ascending", ["4", "9"], /按需求升序/], ["none", null, /原来的顺序/]]) {
      await page.keyboard.press("Enter");
      assert.equal(await head(2).getAttribute("aria-sort"), sort);
      assert.match(await said(page), words);
      if (wanted) assert.deepEqual(await column(2), wanted);
      else assert.deepEqual(await column(0), came);
    }
    await head(0).locator("button").click();
    assert.deepEqual([await head(0).getAttribute("aria-sort"), await head(2).getAttribute("aria-sort")], ["ascending", "none"]);
    assert.deepEqual(await column(0), [...came].sort(byName));

    // The map's own table: needs before capabilities, what has neither last.
    const map = page.locator("section:has(#overview-map)");
    await map.locator("summary").click();
    await map.locator("thead button").nth(1).click();
    const cells = (await map.locator("tbody tr td:nth-child(2)").allTextContents()).map((text) => (text === "–" ? -1 : Number(text.split(" / ")[0])));
    assert.deepEqual(cells, [...cells].sort((a, b) => b - a));
    assert.ok(cells[0] > cells.at(-1));
  });
});

test("what is watched for", () => visit("#/watch", DESK, async (page) => {
  const all = [["丙", "requirement"], ["甲", "capability"], ["乙", "requirement"]];
  for (const [name, side] of all) await api("/searches", "POST", { name, side, text: "数据看板", least: 10 });
  await page.reload();
  await settled(page);
  const names = () => page.locator("ul.watch-own strong").allTextContents();
  const came = await names();
  const ready = () => settled(page);
  await chosen(page, "section:has(#watch-own)", "name", names, (before) => [...before].sort(byName), ready);
  await chosen(page, "section:has(#watch-own)", "side", names, () => [...came.filter((name) => name !== "甲"), "甲"]);
  for (const { id } of (await api("/searches")).items) await api(`/searches/${id}`, "DELETE");
}));

test("partners", () => visit("#/ask", PHONE, async (page) => {
  await page.fill("#ask-text", "把单位的制度文件做成能问答的知识库，回答标出处和页码，私有化部署在内网。");
  await page.click(".ask-form button[type=submit]");
  await page.waitForSelector(".match");
  await page.click(".match-partners summary");
  await page.waitForSelector(".partners-list");
  const names = () => page.locator(".partners-list h4").allTextContents();
  if ((await names()).length > 1) await chosen(page, ".partners", "name", names, (before) => [...before].sort(byName));
  else assert.equal(await page.locator(".partners .list-order").count(), 0, "one alone has no order");
}));

test("the history of a listing", async () => {
  for (const title of ["甲", "乙", "丙"]) await api("/listings/requirement/ORDER-1?wait=indexed", "PUT", { side: "requirement", id: "ORDER-1", title, text: `${title}：做一块招商数据看板` });
  await visit("#/listing/requirement/ORDER-1", DESK, async (page) => {
    await page.click("text=状态、检查与修改记录");
    await page.waitForSelector(".record-history");
    const lines = () => page.locator(".record-history > li").allTextContents();
    await chosen(page, ".record", "oldest", lines, (before) => [...before].reverse());
    // The way back stays on the same version, wherever it stands.
    assert.equal(await page.locator(".record-history > li").last().locator("button").count(), 0);
  });
  await api("/listings/requirement/ORDER-1", "DELETE");
});

test("the first rows of a file, and rows that are nearly the same", () => visit("#/import", DESK, async (page) => {
  const row = (id, money) => `${id},社区食堂排队${id},老人中午在社区食堂排队太久想要一个预约取餐的小程序还能看到还剩多少份,示例社区,${money}`;
  const table = ["编号,需求名称,需求描述,单位名称,预算", row("丙", "30万元"), row("甲", ""), row("乙", "120万元")].join("\n");
  await page.setInputFiles("#import-file", { name: "清单.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await page.waitForSelector(".import-sample");
  const head = page.locator(".import-sample thead th").nth(3);
  const titles = () => page.locator(".import-sample tbody tr td:first-child").allTextContents();
  const came = await titles();
  await head.locator("button").click();
  assert.deepEqual((await titles()).map((title) => title.at(-1)), ["乙", "丙", "甲"], "by amount, what states none last");
  await head.locator("button").click();
  assert.deepEqual((await titles()).map((title) => title.at(-1)), ["丙", "乙", "甲"]);
  await head.locator("button").click();
  assert.deepEqual(await titles(), came);
  const near = () => page.locator(".import-near li").allTextContents();
  await chosen(page, "section:has(.import-near)", "row", near, (before) => [...before].sort((a, b) => a.match(/\d+/)[0] - b.match(/\d+/)[0]));
}));

test("whom a need could still meet, and the rules of each", async () => {
  const event = await planned("排序", { needs: 6 });
  await visit(`#/event/${event.id}`, DESK, async (page) => {
    await page.click(".event-group button:text-is('加一场') >> nth=0");
    await page.waitForSelector(".event-option");
    const names = () => page.locator(".event-option .event-line-who strong").allTextContents();
    const shown = await names();
    await page.selectOption(":is(.event-group, .event-group *):has(> .list-order):has(> .event-meetings > .event-option) > .list-order select", "name");
    const sorted = await names();
    assert.equal(sorted.length, shown.length);
    assert.deepEqual(sorted, [...sorted].sort(byName));
    assert.notDeepEqual(sorted, shown);

    await page.click(".event-rules summary");
    const table = page.locator(".event-rules-rows table").first();
    await table.waitFor();
    const titles = () => table.locator("tbody th").allTextContents();
    await table.locator("thead button").first().click();
    assert.deepEqual(await titles(), [...await titles()].sort(byName));
    // By what stands in the fields, as it stands there now.
    await table.locator("tbody tr").last().locator("input").nth(1).fill("19");
    const [last] = (await titles()).slice(-1);
    await table.locator("thead button").nth(2).click();
    assert.equal((await titles())[0], last);
  });
});
