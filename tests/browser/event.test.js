// The organiser's story in a real browser: from a new event to the print link,
// the day and what came of it. Run: npm ci && node --test event.test.js

import assert from "node:assert/strict";
import { test } from "node:test";
import { organiser } from "./organiser.js";
import { DESK, PHONE, settled, together } from "./service.js";

const { at, visit, api } = together();
const { planned } = organiser(api);

const said = (page) => page.textContent("#announce");
const cellOf = (page, pair) => page.locator(`.event-grid td[data-pair="${pair}"]`);
const seatOf = async (page, pair) => cellOf(page, pair).evaluate((cell) => `${cell.dataset.slot}/${cell.dataset.table}`);

/** Carries the meeting in `cell` by keyboard to the first place where it may go. */
async function carry(page, cell) {
  await cell.focus();
  await page.keyboard.press("Enter");
  assert.match(await said(page), /拿起/);
  for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"]) {
    for (let step = 0; step < 8; step++) {
      await page.keyboard.press(key);
      if (/空位，可放/.test(await said(page))) {
        await page.keyboard.press("Enter");
        return;
      }
    }
  }
  assert.fail("the walk found no free seat");
}

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`from a new event to the print link, on a ${size}`, () => visit("#/event", viewport, async (page) => {
    await page.click("a:has-text('新建对接会')");
    await page.waitForSelector(".event-needs li");
    await page.click(".event-go");
    assert.match(await page.textContent("#event-wrong"), /请填写“名称”/);
    assert.equal(await page.evaluate(() => document.activeElement.id), "event-name");
    await page.fill("#event-name", `试办<b>对接会</b>（${size}）`);
    await page.fill("#event-tables", "5");
    await page.click(".event-go");
    assert.match(await page.textContent("#event-wrong"), /至少选一项需求/);

    await page.fill("#event-find", "社区");
    await page.selectOption("#event-only", "fit");
    const listed = await page.locator(".event-needs li").count();
    assert.ok(listed > 0 && listed < 60);
    const shown = () => page.locator(".event-needs li").evaluateAll((rows) => rows.map((row) => row.textContent));
    const best = await shown();
    await page.selectOption("#event-sort", "name");
    assert.notDeepEqual(await shown(), best);
    assert.deepEqual([...await shown()].sort(), [...best].sort(), "the same needs in another order");
    await page.selectOption("#event-sort", "");
    assert.deepEqual(await shown(), best);
    await page.click("#event-all");
    assert.match(await page.textContent(".event-picker strong"), new RegExp(`已选 ${listed} 项`));
    await page.fill("#event-find", "");
    for (let at = 0; at < 8; at++) await page.check(`.event-needs li >> nth=${at} >> input`);

    // A look elsewhere loses nothing.
    await page.goto(`${at()}/#/event`);
    await page.waitForSelector('h1:has-text("对接会"):not(:has-text("新建"))');
    await page.goBack();
    await page.waitForSelector("#event-name");
    assert.match(await page.inputValue("#event-name"), /试办/);

    await page.click(".event-go");
    await page.waitForSelector(".event-group");
    assert.match(page.url(), /#\/event\/E\d+\/shortlist/);
    const meetings = () => page.locator(".event-group").evaluateAll((groups) => groups.map((group) => group.querySelectorAll(".event-meetings > li").length));
    await page.selectOption(".event-shortlist .list-order select", "attention");
    assert.deepEqual(await meetings(), [...await meetings()].sort((a, b) => Math.sign(a) - Math.sign(b)));
    await page.selectOption(".event-shortlist .list-order select", "meetings");
    assert.deepEqual(await meetings(), [...await meetings()].sort((a, b) => b - a));
    await page.selectOption(".event-shortlist .list-order select", "listed");
    assert.match(await page.innerText("h1"), /试办<b>/, "a name is only text");
    assert.ok(await page.locator(".event-findings").isVisible());
    assert.match(await page.innerText(".event-line-views >> nth=0"), /需求方 \d+\s+能力方 \d+/);

    await page.click(".event-tabs a:has-text('时间表')");
    await page.waitForSelector(".event-grid");
    assert.equal(await page.locator(".event-grid tbody th").count(), 8);
    assert.equal(await page.locator(".event-grid thead th").count(), 6);
    assert.equal(await page.locator(".event-grid td").count(), 40);
    await page.click(".event-tabs a:has-text('打印与导出')");
    const link = await page.getAttribute('a[data-print="tables"] >> nth=0', "href");
    const sheet = await page.request.get(`${at()}${link}`);
    assert.equal(sheet.status(), 200);
    assert.match(sheet.headers()["content-type"], /text\/html/);
    for (const file of ["xlsx", "ics", "zip"]) {
      const answer = await page.request.get(`${at()}${await page.getAttribute(`a[data-file="${file}"]`, "href")}`);
      assert.equal(answer.status(), 200, file);
      assert.match(answer.headers()["content-disposition"] ?? "", /attachment/, file);
    }
  }));

  test(`moved by keyboard, taken back, locked, solved again, on a ${size}`, async () => {
    const event = await planned(`键盘（${size}）`, { tables: 8, slots: 8 });
    await visit(`#/event/${event.id}/timetable`, viewport, async (page) => {
      const first = page.locator(".event-grid td[data-pair] >> nth=0");
      const pair = await first.getAttribute("data-pair");
      const from = await seatOf(page, pair);

      await first.focus();
      await page.keyboard.press("Enter");
      assert.equal(await page.locator(".event-lifted").count(), 1);
      await page.keyboard.press("Escape");
      assert.match(await said(page), /已取消移动/);
      assert.equal(await page.locator(".event-lifted").count(), 0);

      await carry(page, first);
      await page.waitForSelector(".event-changes");
      const to = await seatOf(page, pair);
      assert.notEqual(to, from);
      assert.match(await page.innerText(".event-changes"), /换位 1 场/);
      assert.equal(await cellOf(page, pair).getAttribute("data-change"), "moved");
      assert.equal(await page.evaluate(() => document.activeElement.dataset.pair), pair, "the focus goes with the meeting");

      await page.click("button:has-text('撤销')");
      await page.waitForSelector("text=已撤销");
      assert.equal(await seatOf(page, pair), from);

      // Opening a meeting has an address; back closes it.
      await cellOf(page, pair).focus();
      await page.keyboard.press("Space");
      await page.waitForSelector(".event-detail");
      assert.match(page.url(), /at=/);
      await page.click(".event-detail button:has-text('锁定')");
      await page.waitForSelector(`.event-grid td[data-pair="${pair}"][data-locked="true"]`);
      await page.goBack();
      await page.waitForSelector(".event-detail", { state: "detached" });
      assert.doesNotMatch(page.url(), /at=/);
      await cellOf(page, pair).focus();
      await page.keyboard.press("Enter");
      assert.match(await said(page), /已锁定/);

      await page.click("button:has-text('全部重来')");
      await page.waitForSelector(".event-changes");
      assert.equal(await seatOf(page, pair), from, "what is locked stays");
    });
  });
}

test("a meeting is dragged to a free seat, and moved with the form", async () => {
  const event = await planned("拖动", { tables: 8, slots: 8 });
  await visit(`#/event/${event.id}/timetable`, DESK, async (page) => {
    const pair = await page.getAttribute(".event-grid td[data-pair] >> nth=0", "data-pair");
    await cellOf(page, pair).click();
    await page.waitForSelector(".event-detail");
    const free = await page.locator("#event-move option").evaluateAll((options) => options.find((option) => /空$/.test(option.textContent)).value);
    await page.selectOption("#event-move", free);
    await page.click(".event-move button");
    await page.waitForSelector(".event-changes");
    assert.equal(await seatOf(page, pair), free.replace(" ", "/"));
    const [slot, table] = (await page.locator("#event-move option").evaluateAll((options) => options.find((option) => /空$/.test(option.textContent)).value)).split(" ");
    await page.click(".event-close");
    await page.waitForSelector(".event-detail", { state: "detached" });
    await cellOf(page, pair).dragTo(page.locator(`.event-grid td[data-slot="${slot}"][data-table="${table}"]`));
    await page.waitForSelector(`td[data-pair="${pair}"][data-slot="${slot}"][data-table="${table}"]`);
  });
});

test("a pin and a ban say their price first; somebody absent is planned around", async () => {
  const event = await planned("代价");
  await visit(`#/event/${event.id}/shortlist`, DESK, async (page) => {
    await page.click(".event-line >> nth=0");
    await page.click(".event-detail button:has-text('指定…')");
    await page.waitForSelector(".event-detail .event-price");
    assert.match(await page.innerText(".event-price"), /代价|没有代价|多得/);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "确认指定");
    await page.click("button:has-text('确认指定')");
    await page.waitForSelector(".event-detail button:has-text('取消指定')");

    const second = await page.getAttribute(".event-line >> nth=1", "data-key");
    await page.click(".event-line >> nth=1");
    await page.click(".event-detail button:has-text('排除…')");
    await page.waitForSelector(".event-detail .event-price");
    await page.fill("#event-ban-why", "两家刚谈过");
    await page.click("button:has-text('确认排除')");
    await page.waitForSelector("text=这一场已不在方案里");
    assert.equal(await page.locator(`[data-key="${second}"]`).count(), 0);
    await page.click("button:has-text('重新排')");
    await page.waitForSelector(".event-changes");
    assert.equal(await page.locator(`.event-line[data-key="${second}"]`).count(), 0, "what is ruled out stays out");
    await page.click(".event-overrides summary");
    // Planning anew draws it again, with the prices of the new plan.
    await page.waitForFunction(() => {
      const lines = [...document.querySelectorAll(".event-overrides li")];
      return lines.length === 2 && lines.some((line) => line.innerText.includes("两家刚谈过"));
    });
    await page.click(".event-close");

    await page.click("button:has-text('加一场') >> nth=0");
    await page.waitForSelector(".event-option");
    await page.click(".event-option button:has-text('加入…') >> nth=0");
    await page.waitForSelector("button:has-text('确认加入')");
    await page.click("button:has-text('确认加入')");
    await page.waitForSelector(".event-changes >> text=新增 1 场");

    await page.click(".event-line >> nth=3");
    await page.click(".event-people summary");
    const opc = new URL(page.url().replace("#", "")).searchParams.get("at").split("~")[1];
    await page.selectOption(".event-there >> nth=1 >> select", "absent");
    await page.click(".event-there >> nth=1 >> button");
    await page.waitForSelector('.event-findings[data-grave="true"]');
    await page.click("button:has-text('重新排')");
    await page.waitForSelector(".event-findings[data-grave='true']", { state: "detached" });
    assert.equal(await page.locator(`.event-line[data-key$="~${opc}"]`).count(), 0);
  });
});

test("the rules are set, and the plan keeps them", async () => {
  const event = await planned("规则");
  const most = (meetings) => Math.max(...meetings.map(({ opc }) => meetings.filter((one) => one.opc === opc).length));
  assert.ok(most(event.plan.meetings) > 1, "there is something to limit");
  await visit(`#/event/${event.id}/shortlist`, DESK, async (page) => {
    await page.click(".event-rules summary");
    await page.fill("#rules-opc_max", "1");
    await page.fill("#rules-opc_min", "2");
    await page.click(".event-rules .primary");
    assert.match(await page.textContent("#event-rules-wrong"), /不能大于/);
    assert.equal(await page.evaluate(() => document.activeElement.id), "rules-opc_max");
    await page.fill("#rules-opc_min", "0");
    await page.fill("#rules-floor", "20.5");
    await page.fill('[aria-label^="固定桌号"] >> nth=0', "3");
    await page.check(".event-rules-rows input[type=checkbox] >> nth=0");
    await page.click(".event-rules .primary");
    await page.waitForSelector(".event-changes");
    const { event: after } = await api(`/events/${event.id}`);
    assert.deepEqual([after.rules.opc_max, after.rules.floor, after.needs[0].table, after.needs[0].on_stage], [1, 20500, 2, true]);
    assert.equal(most(after.plan.meetings), 1, "nobody has two meetings");
    assert.equal(await page.inputValue("#rules-opc_max"), "1");
    await page.click("button:has-text('撤销')");
    await page.waitForSelector("text=已撤销");
    assert.equal(await page.inputValue("#rules-opc_max"), "4", "taken back with the plan");

    // Somebody else is faster: what was filled in is saved upon what they did.
    await page.fill("#rules-place", "<b>二楼</b>");
    const { event: known } = await api(`/events/${event.id}`);
    await api(`/events/${event.id}`, "PUT", { ...known, theme: "社区" });
    await page.click(".event-rules .primary");
    await page.waitForSelector(".event-trouble");
    assert.equal(await page.inputValue("#rules-place"), "<b>二楼</b>");
    await page.click("text=读取最新的，再做一遍");
    await page.waitForSelector(".event-head bdi:has-text('<b>二楼</b>')");
    assert.equal((await api(`/events/${event.id}`)).event.theme, "社区");
  }, /status of 409/);
});

test("somebody else was faster: nothing is lost", async () => {
  const event = await planned("两个人改");
  await visit(`#/event/${event.id}/timetable`, DESK, async (page) => {
    const meeting = event.plan.meetings.filter((one) => one.seat).at(-1);
    await api(`/events/${event.id}/edits`, "POST", { revision: event.revision, edits: [{ do: "lock", need: meeting.need, opc: meeting.opc }] });
    const pair = await page.getAttribute(".event-grid td[data-pair] >> nth=0", "data-pair");
    await cellOf(page, pair).click();
    await page.click(".event-detail button:has-text('锁定')");
    await page.waitForSelector(".event-trouble");
    await page.click("text=读取最新的，再做一遍");
    await page.waitForSelector(`td[data-pair="${pair}"][data-locked="true"]`);
    assert.equal(await page.locator(".event-trouble").count(), 0);
    assert.equal(await page.locator('td[data-locked="true"]').count(), 2);
  }, /status of 409/);
});

test("the day shows who is on and who waits, and the rest is planned anew", async () => {
  const event = await planned("当天");
  await visit(`#/event/${event.id}/day`, PHONE, async (page) => {
    assert.match(await page.textContent(".event-day-told"), /还没开始/);
    await page.selectOption("#event-day-slot", "1");
    assert.match(await page.textContent(".event-day-told"), /第 1 时段/);
    assert.match(page.url(), /slot=1/);
    await page.waitForSelector(".event-now");
    const row = page.locator(".event-now >> nth=0");
    await row.locator("summary").click();
    await row.locator("button:has-text('没来') >> nth=1").click();
    await page.waitForSelector(".event-waiting li");
    await page.click("button:has-text('重排后面的时段')");
    await page.waitForSelector(".event-now");
    await page.reload();
    await settled(page);
    assert.match(await page.textContent(".event-day-told"), /第 1 时段/, "the slot has an address");
  });
});

test("what came of it is kept up, and a step that makes no sense is refused", async () => {
  const event = await planned("跟进");
  await visit(`#/event/${event.id}/follow`, DESK, async (page) => {
    await page.waitForSelector(".event-funnel");
    await page.click("text=看表格");
    assert.deepEqual(await page.locator(".event-funnel-table tbody th").allTextContents(), ["征集", "发布", "对接", "签约", "落地"]);
    await page.click("button:has-text('标为已举行')");
    await page.waitForSelector(".event-head .event-held");
    const first = page.locator(".event-follow-list > li >> nth=0");
    await first.locator(".event-state:has-text('已对接')").waitFor();
    await first.locator('[data-field="state"]').selectOption("excluded");
    await first.locator("button:has-text('保存')").click();
    await first.locator(".event-wrong:visible").waitFor();
    assert.match(await first.locator(".event-wrong:visible").innerText(), /原因/);
    await first.locator('[data-field="rejection"]').selectOption("price");
    await first.locator('[data-field="owner"]').fill("小周");
    await first.locator('[data-field="note"]').fill("<i>太贵</i>");
    await first.locator("button:has-text('保存')").click();
    await first.locator(".event-state:has-text('已排除 · 价格不合')").waitFor();
    assert.match(await first.innerText(), /<i>太贵<\/i>/);
    assert.equal(await first.locator('[data-field="owner"]').inputValue(), "小周");
  }, /status of 422/);
});

test("the event speaks English too", async () => {
  const event = await planned("Event in English");
  await visit(`#/event/${event.id}/timetable`, DESK, async (page) => {
    await page.selectOption("#language", "en");
    await page.waitForSelector("text=Plan again");
    assert.doesNotMatch(await page.innerText(".event-head"), /[一-鿿]{2,}/);
    await page.selectOption("#language", "zh");
  });
});
