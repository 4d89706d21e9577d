// Three people, one minute each: the officer, the founder and the organiser, from the
// first click to the end, at both widths. Prints how many clicks and key strokes each
// takes and how long the program and the page take; a person's reading comes on top.
// OPCMATCH_PICTURES=FOLDER keeps a picture of each step.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { DESK, PHONE, together } from "./service.js";

const { visit, api } = together();
const PICTURES = process.env.OPCMATCH_PICTURES;
const MINUTE_MS = 60_000;

/** A page whose clicks and keys are counted. */
function counted(page, name) {
  const done = { clicks: 0, keys: 0, waits: [], from: Date.now() };
  let step = 0;
  return {
    page,
    async click(target) {
      done.clicks += 1;
      await page.click(target);
    },
    async choose(target, value) {
      done.clicks += 2;
      await page.selectOption(target, value);
    },
    /** Pasted or typed: one key a character. */
    async type(target, text) {
      done.clicks += 1;
      done.keys += [...text].length;
      await page.fill(target, text);
    },
    async press(key) {
      done.keys += 1;
      await page.keyboard.press(key);
    },
    /** A file dragged onto the page counts as one click. */
    async drop(target, file) {
      done.clicks += 1;
      await page.setInputFiles(target, file);
    },
    async see(target) {
      const from = Date.now();
      await page.waitForSelector(target);
      done.waits.push(Date.now() - from);
      step += 1;
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}-${step}.png` });
    },
    end(mostClicks) {
      const seconds = (Date.now() - done.from) / 1000;
      console.log(`${name}: ${done.clicks} clicks, ${done.keys} keys, ${seconds.toFixed(1)} s, the longest wait ${(Math.max(...done.waits) / 1000).toFixed(1)} s`);
      assert.ok(done.clicks <= mostClicks, `${name} took ${done.clicks} clicks`);
      assert.ok(seconds * 1000 < MINUTE_MS, `${name} took ${seconds} s`);
    },
  };
}

const TABLE = ["编号,需求名称,需求描述,单位名称,打算花多少,截止日期,地区",
  "S1,院内制度智能问答,医院制度文件几百份，要能用自然语言提问，回答标明出处和页码，知识库私有化部署，数据不出院内网,示例医院,40万元,2026-12-20,浙江省杭州市",
  "S2,,,示例园区,五万,,",
  "S3,退役潜艇拆解,切割一艘退役潜艇并运走废钢,示例船厂,900万元,2026-12-10,",
  "S4,夜间巡更记录,保安手机打卡自动出日报,示例物业,八万左右吧,不是日期,"].join("\n");

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`the officer: from a spreadsheet to who can do it, on a ${size}`, () => visit("#/board", viewport, async (page) => {
    const officer = counted(page, `officer, ${size}`);
    await officer.click('.frame-nav a[data-view="import"]');
    await officer.drop("#import-file", { name: "机会清单.csv", mimeType: "text/csv", buffer: Buffer.from(TABLE) });
    await officer.see("#row-report");
    assert.match(await page.innerText("#row-report"), /第 3 行[\s\S]*既没有名称也没有描述/);
    assert.match(await page.innerText("#row-report"), /不是日期/, "a date that is none is reported");
    await officer.choose('tr[data-how="not_recognised"] select >> nth=0', "money");
    await officer.click("text=按修改重新预览");
    await officer.see("text=你指定的");
    const download = page.waitForEvent("download");
    await officer.click("text=下载未通过的行");
    assert.match(await readFile(await (await download).path(), "utf8"), /S2/);
    await officer.click("text=确认导入 3 条");
    await officer.see(".import-done");
    await officer.click("text=去看板看匹配结果");
    await officer.see(".board-table");
    // What nobody fits stands first.
    assert.equal(await page.locator(".board-table tbody tr").first().getAttribute("class"), "board-unserved");
    await officer.type("#board-find", "院内制度智能问答");
    await officer.see(".board-table tbody tr");
    await officer.click(".board-title a >> nth=0");
    await officer.see(".match");
    await officer.click(".match-toggle:visible >> nth=0");
    await officer.see(".why-pair:visible");
    assert.ok(await page.locator(".why-table .chip:visible").count(), "terms are shown");
    await officer.click(".match:visible >> nth=0 >> .decide-box input");
    await officer.click(".match:visible >> nth=1 >> .decide-box input");
    await officer.see(".decide-compare");
    await officer.click(".match:visible >> nth=0 >> button:text-is('接受')");
    await officer.click(".match:visible >> nth=1 >> button:text-is('不合适…')");
    await officer.click(".match:visible >> nth=1 >> button:text-is('记下')");
    await officer.see("text=不合适：内容不符");
    officer.end(18);
    // What is decided of a need outlives it.
    for (const one of (await api("/decisions?requirement=S1")).items) await api(`/decisions/S1/${one.capability}`, "DELETE");
    for (const id of ["S1", "S3", "S4"]) await api(`/listings/requirement/${id}`, "DELETE");
  }));

  test(`the founder: from a few sentences to needs that fit, on a ${size}`, () => visit("#/board", viewport, async (page) => {
    const founder = counted(page, `founder, ${size}`);
    await founder.click('.frame-nav a[data-view="ask"]');
    await founder.type("#ask-text", "我一个人做数据看板和报表，给两个街道做过招商项目看板，三周交付，3万元起，人在杭州，也能远程。");
    await founder.click('.ask-form button[type="submit"]');
    await founder.see(".match");
    assert.match(await page.innerText(".ask-read"), /杭州/);
    await founder.click(".ask-filters summary");
    const narrowed = page.waitForResponse((response) => response.url().endsWith("/api/v1/matches"));
    await founder.click("#ask-remote");
    await narrowed;
    await founder.see(".match");
    await founder.click(".match-toggle:visible >> nth=0");
    await founder.see(".why:visible");
    await founder.click(".match-name a:visible >> nth=0");
    await founder.see(".listing-title");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await founder.click("text=复制这一页的链接");
    await founder.see("text=已复制");
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /#\/listing\/requirement\//);
    await page.goBack();
    await founder.see(".match");
    founder.end(10);
  }));

  test(`the organiser: from needs to a printed timetable, on a ${size}`, () => visit("#/board", viewport, async (page) => {
    const organiser = counted(page, `organiser, ${size}`);
    await organiser.click('.frame-nav a[data-view="event"]');
    await organiser.see("a:has-text('新建对接会')");
    await organiser.click("a:has-text('新建对接会')");
    await organiser.see(".event-needs li");
    await organiser.type("#event-name", `社区服务对接会（${size}）`);
    await organiser.choose("#event-only", "fit");
    await organiser.type("#event-find", "社区");
    await organiser.click("#event-all");
    await organiser.click(".event-go");
    await organiser.see(".event-group");
    await organiser.click(".event-tabs a:has-text('时间表')");
    await organiser.see(".event-grid td[data-pair]");
    // One meeting is carried to another seat by keyboard.
    await page.locator(".event-grid td[data-pair]").first().focus();
    await organiser.press("Enter");
    const outcome = () => page.textContent("#announce");
    for (let step = 0; step < 40 && !/空位，可放/.test(await outcome()); step++) await organiser.press(step % 8 === 7 ? "ArrowDown" : "ArrowRight");
    await organiser.press("Enter");
    await organiser.see("text=换位 1 场");
    await organiser.click(".event-tabs a:has-text('打印与导出')");
    await organiser.see('a[data-print="wall"]');
    const sheet = await page.request.get(new URL(await page.getAttribute('a[data-print="wall"] >> nth=0', "href"), page.url()).href);
    assert.equal(sheet.status(), 200);
    await organiser.click(".event-tabs a:has-text('当天')");
    await organiser.see(".event-day, .day, [data-tab=day]");
    organiser.end(14);
  }));
}
