// Supply and demand at a glance: what is counted, and what the page shows of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MEASURES, OTHER, UNSAID, cities, cross, joined, sections } from "../../web/components/overview/counting.js";
import { LETTERS, SECTION_WORDS, sectionOf } from "../../web/components/overview/sectors.js";
import { organiser } from "./organiser.js";
import { DESK, PHONE, together } from "./service.js";

const { visit, api } = together();
const { planned } = organiser(api);

const row = (industries, city, district, nothing_fits = false) => ({ nothing_fits, listing: { industries, region: city ? { city, district } : {} } });
const NEEDS = [row(["养老"], "甲市", "东区"), row(["社区养老"], "甲市", "西区", true), row(["水务", "养老"], "乙市"), row([], null, null, true)];
const CAPABILITIES = [row(["养老"], "甲市", "东区"), row(["养老"], "乙市", "南区"), row(["影像"], "甲市", "东区")];

test("a field joins the commoner one whose name it holds", () => {
  const under = joined([NEEDS, CAPABILITIES]);
  assert.equal(under.get("社区养老"), "养老");
  assert.equal(under.get("养老"), "养老");
  assert.equal(under.get("影像"), "影像");
});

test("a field's section is told by the word that its name ends with, in either script", () => {
  const told = { 社区养老: "Q", 水务: "D", 影像: null, 农业保险: "J", 医疗信息化: "I", 餐饮监管: "S", 餐飲: "H", 長者服務: "Q", 航運: "G", 跨境B2B: "F", 食品: "C", 食品安全: "S", 宠物医疗: "O", 通用: null, "": null };
  for (const [name, letter] of Object.entries(told)) assert.equal(sectionOf(name), letter, name);
  // A word stands in one section, and is found by itself.
  assert.equal(new Set(SECTION_WORDS.map(([word]) => word)).size, SECTION_WORDS.length);
  for (const [word, letter] of SECTION_WORDS) assert.equal(sectionOf(word), letter, word);
});

test("cells count needs, capabilities and what nobody fits", () => {
  const { fields, places, at } = cross(NEEDS, CAPABILITIES, {}, { fields: 9, places: 9 });
  assert.deepEqual(fields, ["Q", "D", OTHER, UNSAID], "what no word tells stands last, and is kept");
  assert.deepEqual(places, ["甲市", "乙市", UNSAID]);
  assert.deepEqual(at("Q", "甲市"), { needs: 2, capabilities: 1, unmet: 1 });
  assert.deepEqual(at(UNSAID, UNSAID), { needs: 1, capabilities: 0, unmet: 1 });
  assert.deepEqual(at(OTHER, "甲市"), { needs: 0, capabilities: 1, unmet: 0 });
  assert.equal(MEASURES.gap(at(OTHER, "甲市")), 0, "more capabilities than needs is no gap");
  const small = cross(NEEDS, CAPABILITIES, {}, { fields: 1, places: 1 });
  assert.deepEqual([small.fields, small.places], [["Q", OTHER, UNSAID], ["甲市", OTHER, UNSAID]]);
  assert.equal(small.at(OTHER, OTHER).needs, 1, "what is too small to show is kept");
  const most = (measure) => cross(NEEDS, [...CAPABILITIES, row(["影像"], "丙市"), row(["影像"], "丙市"), row(["影像"], "丙市")], { measure }, { fields: 9, places: 1 }).places[0];
  assert.deepEqual([most("needs"), most("capabilities")], ["甲市", "丙市"], "by what is counted");
  assert.deepEqual(cross(NEEDS, CAPABILITIES, { city: "甲市" }, { fields: 9, places: 9 }).places, ["东区", "西区"]);
  assert.deepEqual(cities([...NEEDS, ...CAPABILITIES]), ["甲市"]);
});

test("inside a section stand the fields as lists name them", () => {
  assert.deepEqual(sections([...NEEDS, ...CAPABILITIES]), ["Q", "D", OTHER]);
  const care = cross(NEEDS, CAPABILITIES, { section: "Q" }, { fields: 9, places: 9 });
  assert.deepEqual([care.fields, care.places], [["养老"], ["甲市", "乙市"]]);
  assert.deepEqual(care.at("养老", "乙市"), { needs: 1, capabilities: 1, unmet: 0 });
  assert.deepEqual(cross(NEEDS, CAPABILITIES, { section: OTHER }, { fields: 9, places: 9 }).fields, ["影像"]);
  // Lists often have no column for it: the title tells.
  const untold = row([], "甲市", "东区");
  untold.listing.title = "2026 年机房防雷检测项目询比公告";
  assert.deepEqual(cross([untold], [], {}, { fields: 9, places: 9 }).fields, ["M"]);
  assert.deepEqual(cross([untold], [], { section: "M" }, { fields: 9, places: 9 }).fields, [UNSAID]);
});

test("of the fields that the demo lists name, hardly any has no section", async () => {
  const [{ rows: needs }, { rows: capabilities }] = await Promise.all(["requirement", "capability"].map((side) => api(`/overview?side=${side}`)));
  const names = [...needs, ...capabilities].flatMap(({ listing }) => listing.industries);
  const untold = names.filter((name) => sectionOf(name) === null);
  assert.ok(untold.length * 50 < names.length, untold.join(" "));
});

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`the overview shows what the lists hold, on a ${size}`, async () => {
    const event = await planned(`总览（${size}）`, { needs: 6 });
    const [{ rows: needs }, { rows: capabilities }] = await Promise.all(["requirement", "capability"].map((side) => api(`/overview?side=${side}`)));
    await visit("#/overview", viewport, async (page) => {
      const tiles = (await page.locator(".overview-tiles strong").allTextContents()).map(Number);
      assert.deepEqual(tiles, [needs, needs.filter((one) => !one.nothing_fits), capabilities, capabilities.filter((one) => !one.nothing_fits)].map((list) => list.length));

      // The numbers in the map are those of the lists; a picture has its words and a table behind it.
      const { fields, places, at } = cross(needs, capabilities, {}, { fields: LETTERS.length, places: size === "phone" ? 4 : 10 });
      const expected = fields.flatMap((field) => places.map((place) => at(field, place).needs)).filter(Boolean);
      const map = page.locator("section:has(#overview-map) svg.chart");
      assert.deepEqual((await map.locator(".chart-number").allTextContents()).map(Number), expected);
      assert.equal(await map.getAttribute("role"), "img");
      assert.match(await map.locator("title").first().textContent(), /需求数最多：.+ \d/);
      // What the picture shows stands in words above it, on paper too.
      assert.match(await page.innerText(".overview-told"), /^需求数最多：\S+的\S+ \d+；\S+/);
      await page.click("section:has(#overview-map) summary");
      assert.equal(await page.locator("section:has(#overview-map) tbody tr").count(), fields.length);

      // From a section to the fields in it, and from there to their needs.
      await page.click('section:has(#overview-map) tbody a:text-is("教育")');
      await page.waitForFunction(() => document.querySelector("#overview-section")?.value === "P");
      await page.click("section:has(#overview-map) summary");
      await page.click('section:has(#overview-map) tbody a:text-is("培训")');
      await page.waitForSelector(".board-table tbody tr");
      assert.equal(await page.inputValue("#board-find"), "培训");
      await page.goBack();
      await page.selectOption("#overview-measure", "capabilities");
      await page.waitForFunction(() => location.hash.includes("measure=capabilities") && location.hash.includes("section=P"), null, { timeout: 5000 });
      await page.waitForFunction(() => document.activeElement?.id === "overview-measure", null, { timeout: 5000 });
      await page.selectOption("#overview-section", "");
      await page.waitForFunction(() => !location.hash.includes("section=") && document.activeElement?.id === "overview-section", null, { timeout: 5000 });

      // What is counted stays as it was, on the way down and back.
      await page.waitForSelector('section:has(#overview-map) tbody a[href*="section=P&measure=capabilities"]', { state: "attached" });
      await page.selectOption("#overview-measure", "unmet");
      await page.waitForFunction(() => location.hash.includes("measure=unmet"));
      await page.waitForFunction(() => document.activeElement?.id === "overview-measure", null, { timeout: 5000 });
      await page.selectOption("#overview-city", { index: 1 });
      await page.waitForFunction(() => location.hash.includes("city="));
      await page.waitForFunction(() => document.activeElement?.id === "overview-city", null, { timeout: 5000 });
      await page.goBack();
      await page.waitForFunction(() => document.querySelector("#overview-city")?.value === "");

      assert.match(await page.innerText("section:has(#overview-times)"), new RegExp(event.name));
      await page.click("section:has(#overview-funnel) summary");
      assert.equal(await page.locator("section:has(#overview-funnel) tbody tr").count(), 5);
      // What would fit but for a term says so.
      const { listing, best } = capabilities.find((one) => one.nothing_fits && one.best?.verdict === "terms_not_met");
      assert.match(await page.locator("#overview-unused ~ ul li", { hasText: listing.title }).innerText(), new RegExp(`最接近 ${Math.round(best.degree)} 分，但条件不符`));
      await page.click("section:has(#overview-unmet) a:has-text('看全部')");
      await page.waitForSelector('.board-count[data-show="none"][aria-pressed="true"]');
    });
  });
}
