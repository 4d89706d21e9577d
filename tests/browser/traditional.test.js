// The page in traditional characters: what the program says is, what people wrote is not.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { organiser } from "./organiser.js";
import { DESK, PHONE, together } from "./service.js";

const { visit, api } = together();
const { planned } = organiser(api);
const HANT = { locale: "zh-TW" };
/** Characters that only simplified text has, of those that terms, questions and reports use. */
const SIMPLIFIED = /[预报价为须证书认业绩数据读懂处写项请问径确远]/u;

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`terms, questions and what to do are in traditional characters, on a ${size}`, () => visit("#/listing/requirement/N129", viewport, async (page) => {
    const card = page.locator(".match:visible").nth(2);
    await card.locator(".match-toggle").click();
    const terms = await card.locator(".why-terms").innerText();
    assert.match(terms, /預算不超過42萬元/);
    assert.match(terms, /須為獨立法人或依法登記的組織/);
    assert.doesNotMatch(terms, SIMPLIFIED);
    assert.doesNotMatch(await card.locator(".why-questions").innerText(), SIMPLIFIED);
    // What the hospital wrote stays as it wrote it.
    assert.match(await page.textContent(".listing-text"), /现公开征集智能问答系统建设单位/);
    await card.locator(".match-raise summary").click();
    await card.locator(".raise-rise").first().waitFor();
    assert.match(await card.locator(".raise").innerText(), /院内两张国产加速卡|新旧版本自动比对/, "quotes are as they were");
  }, /^$/, HANT));

  test(`the report on a file is in traditional characters, on a ${size}`, () => visit("#/import", viewport, async (page) => {
    const table = "编号,需求名称,需求描述,打算花多少\nT1,,,五万\nT2,软件升级,升级软件,一点点钱\n";
    await page.setInputFiles("#import-file", { name: "清单.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
    await page.waitForSelector("#row-report");
    const said = await page.innerText("#row-report");
    assert.match(said, /這一列既沒有名稱也沒有描述/);
    assert.match(said, /補上名稱或描述/);
    const file = page.waitForEvent("download");
    await page.click("button:has-text('未通過的列')");
    const rejects = await readFile(await (await file).path(), "utf8");
    assert.match(rejects, /退回原因,修改辦法,退回位置[^]*這一列既沒有名稱也沒有描述/);
  }, /^$/, HANT));
}

test("a refusal is in traditional characters", () => visit("#/listing/requirement/none", DESK, async (page) => {
  await page.waitForSelector(".state-failed");
  assert.match(await page.textContent(".state-failed"), /需求清單裡沒有編號「none」/);
}, /404/, HANT));

test("files and the model's line are in traditional characters, the lists' own words as they were", async () => {
  const event = await planned("匯出", { needs: 4 });
  await visit("#/board", DESK, async (page) => {
    assert.match(await page.innerText("#foot"), /維，每段至多 \d+ 詞元，由 .+ 執行，指紋/);
    const fetched = async (link) => {
      const answer = await page.request.get(new URL(await page.getAttribute(link, "href"), page.url()).href);
      assert.equal(answer.status(), 200, link);
      return answer.text();
    };
    const board = await fetched('.board-files a[href*="format=csv"]');
    assert.match(board, /^\uFEFF編號,名稱,單位,名次,結論,契合度/);
    assert.match(board, /預算不超過42萬元/);
    assert.doesNotMatch(board, /条件不符|仅供参考|无合适能力/);
    assert.ok(board.includes((await api("/listings/requirement/N129")).title));
    await page.goto(page.url().replace(/#.*/, `#/event/${event.id}/files`));
    await page.waitForSelector('[data-file="csv"]');
    assert.match(await fetched('[data-file="csv"]'), /^\uFEFF時段,日期,開始,結束,桌號,需求編號/);
    assert.match((await fetched('[data-file="ics"]')).replaceAll("\r\n ", ""), /SUMMARY:洽談（\d+號桌）/);
    // In simplified characters nothing is asked for but the usual.
    await page.selectOption("#language", "zh");
    await page.waitForFunction(() => !document.querySelector('[data-file="csv"]')?.href.includes("lang"));
  }, /^$/, HANT);
});
