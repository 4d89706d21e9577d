// A plan that takes long shows how far it is, and can be stopped. The lists change
// after the page was opened: they are ranked anew before anything is planned.

import assert from "node:assert/strict";
import { test } from "node:test";
import { organiser } from "./organiser.js";
import { DESK, PHONE, together } from "./service.js";

const { visit, api } = together();
const { planned } = organiser(api);

let number = 0;
const changeLists = () => api("/listings?wait=indexed", "POST", { id: `C-run-${number++}`, side: "capability", title: "会议速记", text: "整理会议录音" });

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`planning is shown and stopped, on a ${size}`, async () => {
    const event = await planned(`停止（${size}）`, { needs: 60, tables: 12, slots: 8 });
    await visit(`#/event/${event.id}/shortlist`, viewport, async (page) => {
      await changeLists();
      await page.click("button:has-text('重新排')");
      await page.waitForSelector(".event-run:visible");
      await page.waitForSelector(".event-run:has-text('正在给需求排名')");
      const [done, of] = (await page.textContent(".event-run .number")).split(" / ").map(Number);
      assert.ok(done <= of && of === 60, `${done} / ${of}`);
      assert.equal(await page.locator(".event-run progress").getAttribute("aria-label"), "进度");
      await page.focus(".event-run button");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".event-run", { state: "detached" });
      assert.match(await page.textContent("#announce"), /已停止/);
      assert.equal(await page.locator(".event-trouble").count(), 0, "a stop is no trouble");
      assert.equal(await page.evaluate(() => document.activeElement.closest(".event") !== null), true, "the focus stays on the page");
      assert.equal((await api(`/events/${event.id}`)).event.revision, event.revision, "nothing has changed");
      await page.click("button:has-text('重新排')");
      await page.waitForSelector("button:has-text('重新排'):not([disabled])");
    }, /status of 409/);
  });
}
