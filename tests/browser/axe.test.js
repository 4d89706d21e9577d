// What axe finds of WCAG 2.2 A and AA (and of its own best practices) in every view,
// at both widths, light and dark: nothing.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { organiser } from "./organiser.js";
import { DESK, PHONE, settled, together } from "./service.js";

const { visit, api } = together();
const { planned } = organiser(api);
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const TABLE = "编号,需求名称,需求描述,单位名称,打算花多少\nR1,河道水质上墙,十个点位水质数据接到一块屏上,示例水务站,30万\nR2,,,示例园区,五万\n";
const previewed = async (page) => {
  await page.setInputFiles("#import-file", { name: "a.csv", mimeType: "text/csv", buffer: Buffer.from(TABLE) });
  await page.waitForSelector("#row-report");
};
const asked = async (page) => {
  await page.click(".ask-actions .plain");
  await page.waitForSelector(".match");
  await page.click(".match-toggle:visible >> nth=0");
};
const explained = async (page) => {
  await page.click(".match-toggle:visible >> nth=0");
  await page.click(".match-raise:visible >> nth=0 >> summary");
  await page.waitForSelector(".raise > p");
};
const complemented = async (page) => {
  await page.fill("#ask-text", "把单位的制度文件做成能问答的知识库，回答标出处和页码，私有化部署在内网。");
  await page.click(".ask-form button[type=submit]");
  await page.click(".match-partners summary");
  await page.waitForSelector(".partners-list");
};
const warned = async (page) => {
  await page.fill("#card-have", "会做看板，电话 13900001111");
  await page.click(".card-form .primary");
  await page.waitForSelector(".card-warning");
};
const compared = async (page) => {
  for (const at of [0, 1, 2]) await page.locator(".match:visible").nth(at).locator(".decide-box input").check();
  await page.locator(".match:visible >> nth=0").locator("button:text-is('接受')").click();
  await page.locator(".match:visible >> nth=0").locator(".decide-earlier summary").click();
  await page.waitForSelector(".decide-earlier li");
  await page.locator(".match:visible >> nth=1").locator("button:text-is('不合适…')").click();
  await page.click("button:text-is('二维码')");
};

/** Every view as `[name, address, steps]`. */
const views = (event, seat) => [
  ["board", "#/board"],
  ["board of capabilities", "#/board?side=capability&sort=degree"],
  ["board with nothing found", "#/board?find=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA"],
  ["listing", "#/listing/requirement/N129", explained],
  ["comparison", "#/listing/requirement/N129", compared],
  ["listing that nothing fits", "#/listing/requirement/N001", explained],
  ["capability", "#/listing/capability/C001", explained],
  ["ask", "#/ask", asked],
  ["ask with partners", "#/ask", complemented],
  ["card", "#/card", warned],
  ["card out of a group chat", "#/card", async (page) => {
    await page.fill("#card-paste", "我有：会做招商看板，在杭州\n我要：小程序前端\n想认识：跑街道的人");
    await page.click("text=分到三栏");
    await page.waitForSelector(".card-read:not([hidden])");
  }],
  ["board with decisions", "#/board", async (page) => {
    await api("/decisions/N129/C001", "PUT", { choice: "accepted" });
    await api("/decisions/N130/C001", "PUT", { choice: "rejected", reason: "price" });
    await page.reload();
    await page.waitForSelector("#board-decided");
    await page.selectOption("#board-sort", "id");
    await page.click("text=全部显示");
    await page.waitForSelector(".board-decided[data-state=rejected]", { state: "attached" });
    await page.locator(".board-decided[data-state=accepted]").scrollIntoViewIfNeeded();
  }],
  ["what is watched for", "#/watch"],
  ["a listing's history", "#/listing/requirement/N129?record=open", (page) => page.waitForSelector(".record-standing")],
  ["copies", "#/copies"],
  ["ask with conditions", "#/ask?remote=1&least=3", asked],
  ["search", "#/search?q=%E6%B0%B4%E8%B4%A8"],
  ["import", "#/import", previewed],
  ["overview", "#/overview?measure=gap", async (page) => {
    for (const more of await page.locator(".overview-figure summary").all()) await more.click();
    await page.click(".overview-table thead button >> nth=1");
  }],
  ["unknown address", "#/nowhere"],
  ["events", "#/event"],
  ["new event", "#/event/new"],
  ["shortlist", `#/event/${event}/shortlist`, (page) => page.click(".event-rules summary")],
  ["timetable", `#/event/${event}/timetable?at=${seat}`],
  ["files", `#/event/${event}/files`],
  ["day", `#/event/${event}/day`],
  ["follow-up", `#/event/${event}/follow`],
];

/** What axe finds on the page as it stands: the rule, and where. */
async function found(page) {
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } }));
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary.replace(/\s+/g, " ").slice(0, 200)}`));
}

let event = null;
for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing: ${size}, ${colorScheme}`, async () => {
      event ??= await planned("无障碍", { needs: 8 });
      const { view } = await api(`/events/${event.id}`);
      const { need, opc } = view.meetings.find((meeting) => meeting.slot);
      await visit("#/board", viewport, async (page) => {
        const wrong = [];
        for (const [name, hash, steps] of views(event.id, encodeURIComponent(`${need}~${opc}`))) {
          await page.goto(`${page.url().split("#")[0]}${hash}`);
          await page.reload();
          await settled(page);
          await page.waitForSelector("#foot p");
          await steps?.(page);
          await page.evaluate(AXE);
          wrong.push(...(await found(page)).map((what) => `${name}: ${what}`));
          for (const { requirement, capability } of (await api("/decisions")).items) await api(`/decisions/${requirement}/${capability}`, "DELETE");
        }
        assert.deepEqual(wrong, []);
      }, /^$/, { colorScheme, reducedMotion: "reduce" });
    });
  }
}
