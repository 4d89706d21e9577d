// A listing's own life on the page: steps, what to mend, history, going back, copies.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { DESK, PHONE, settled, together } from "./service.js";

const { visit, api } = together();
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A picture for whoever looks: OPCMATCH_SHOTS=folder. */
const shot = async (page, name) => process.env.OPCMATCH_SHOTS && page.screenshot({ path: `${process.env.OPCMATCH_SHOTS}/${name}.png`, fullPage: true });

async function accessible(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}`)), []);
}

const need = (id, text, more = {}) => ({ id, side: "requirement", title: "泵站水位误报过滤", text, ...more });
const opened = async (page) => {
  await page.click(".listing-manage summary");
  await page.waitForSelector(".record-history li");
};
const standing = (page, at) => page.waitForSelector(`.record-at[data-at="${at}"]`);

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`a need is withdrawn, mended, reviewed, published and gone back to: ${size}`, async () => {
    const id = `R-${size}`;
    await api("/listings?wait=indexed", "POST", need(id, "希望对接优质服务商，电话 000-0000-7777", { title: "寻求数字化合作", contacts: [{ kind: "phone", value: "000-0000-7777" }] }));
    await visit(`#/listing/requirement/${id}`, viewport, async (page) => {
      await opened(page);
      await standing(page, "published");
      const advice = await page.locator(".record-advice li").allTextContents();
      assert.equal(advice.length, 4, advice.join("\n"));
      assert.match(advice[0], /必须改.*太笼统/s);
      assert.doesNotMatch(await page.innerText("main"), /7777/);
      await shot(page, `record-${size}`);
      await accessible(page);

      // What is missing is said at the button, and nothing is lost.
      await page.fill("#record-note", "先改写");
      await page.click('.record-buttons [data-step="renew"]');
      await page.waitForSelector(".record-steps .record-wrong:visible");
      assert.match(await page.innerText(".record-steps .record-wrong"), /续期请给出/);
      assert.equal(await page.inputValue("#record-note"), "先改写");

      await page.click('.record-buttons [data-step="withdraw"]');
      await standing(page, "draft");
      await page.click('.record-buttons [data-step="submit"]');
      await standing(page, "review");
      await page.fill("#record-until", "2027-03-31");
      await page.click('.record-buttons [data-step="publish"]');
      await standing(page, "published");
      const history = await page.locator(".record-history li").allTextContents();
      assert.equal(history.length, 4);
      assert.match(history[2], /本机 · 修改 · 先改写.*已发布 → 草稿/s);
      await shot(page, `record-history-${size}`);

      await page.locator(".record-history button").last().click();
      await page.waitForFunction(() => document.querySelectorAll(".record-history > li").length === 5);
      assert.equal((await api(`/listings/requirement/${id}`)).dates.deadline, undefined, "as it was first");
    }, /422/);
  });
}

test("copies become one scenario when somebody says so", async () => {
  const text = "十二座雨水泵站无人值守，汛期夜里水位误报多，要一个能过滤误报、三个月内上线的方案。";
  await api("/listings?wait=indexed", "POST", need("P1", text));
  await api("/listings?wait=indexed", "POST", need("P2", `${text}可驻场。`, { party: { name: "示例水务站" } }));
  for (const [size, viewport] of [["phone", PHONE], ["desk", DESK]]) {
    await visit("#/copies", viewport, async (page) => {
      await page.waitForSelector(".record-group");
      await shot(page, `copies-${size}`);
      await accessible(page);
      if (size === "phone") return;
      const group = page.locator(".record-group", { hasText: "示例水务站" });
      await group.locator('input[type="checkbox"]').first().uncheck();
      await group.locator('button[type="submit"]').click();
      assert.match(await group.locator(".record-wrong").innerText(), /至少勾选两条/);
      await group.locator('input[type="checkbox"]').first().check();
      await group.locator('button[type="submit"]').click();
      await page.waitForSelector(".listing-title");
      await settled(page);
      assert.match(page.url(), /S-P1/);
      assert.match(await page.innerText(".listing-about"), /P1、P2/);
    });
  }
  assert.equal((await api("/listings/requirement/P1")).status, "closed");
});
