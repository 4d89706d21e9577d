// What an organiser sets on the page: the stage, limits of a need's or an OPC's own,
// who asked to meet whom, and the order of the stage. All of it by keyboard.

import assert from "node:assert/strict";
import { test } from "node:test";
import { organiser } from "./organiser.js";
import { DESK, PHONE, together } from "./service.js";

const { visit, api } = together();
const { planned } = organiser(api);

const said = (page) => page.textContent("#announce");
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
/** What an attribute selector takes as it is. */
const quoted = (text) => JSON.stringify(text);

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`stage, own limits and interests are set, on a ${size}`, async () => {
    const event = await planned(`自己的规则（${size}）`);
    const [need, other] = event.needs.map((entry) => entry.need);
    const of = (opc, meetings = event.plan.meetings) => meetings.filter((meeting) => meeting.opc === opc).length;
    const opc = event.plan.meetings.map((meeting) => meeting.opc).sort((a, b) => of(b) - of(a))[0];
    assert.ok(of(opc) > 1, "there is something to limit");
    await visit(`#/event/${event.id}/shortlist`, viewport, async (page) => {
      await page.click(".event-rules summary");
      await page.fill("#rules-stage_time", "13:15");
      await page.fill("#rules-stage_minutes", "0");
      await page.click(".event-rules [data-key='rules-save']");
      assert.match(await page.textContent("#event-rules-wrong"), /每项路演几分钟/);
      await page.fill("#rules-stage_minutes", "7");

      // A limit of its own that its other end contradicts is not sent.
      await page.fill(`[name="own_min need ${need}"]`, "9");
      await page.click(".event-rules [data-key='rules-save']");
      assert.match(await page.textContent("#event-rules-wrong"), /至少几场.*不能大于.*至多几场/);
      assert.match(await focused(page), /至少几场：|至少几场: /);
      await page.fill(`[name="own_min need ${need}"]`, "1");
      await page.fill(`[name="own_max need ${other}"]`, "2");
      await page.check(`[name="on_stage ${need}"]`);
      await page.check(`[name="on_stage ${other}"]`);

      // An OPC is found by its name; Enter only looks.
      const name = await page.locator(`[name=${quoted(`own_max opc ${opc}`)}]`).evaluate((field) => field.closest("tr").firstChild.textContent);
      await page.fill("#rules-find", name);
      await page.press("#rules-find", "Enter");
      assert.ok(await page.locator(".event-rules-rows >> nth=1 >> tbody tr:visible").count() <= 2);
      await page.fill(`[name=${quoted(`own_max opc ${opc}`)}]`, "1");

      await page.selectOption("#event-interest-opc", opc);
      await page.selectOption("#event-interest-need", need);
      await page.focus("[data-key='interest add']");
      await page.keyboard.press("Enter");
      assert.match(await said(page), /已加入/);
      await page.focus("[data-key='interest add']");
      await page.keyboard.press("Enter");
      assert.match(await said(page), /已经在里面/);
      await page.selectOption("#event-interest-need", other);
      await page.click("[data-key='interest add']");
      assert.match(await focused(page), /移除/, "the focus is on what was added");
      await page.keyboard.press("Enter");
      assert.match(await said(page), /已移除/);
      assert.equal(await page.locator(".event-interests li").count(), 1);

      await page.click(".event-rules [data-key='rules-save']");
      await page.waitForSelector(".event-changes");
      const { event: after } = await api(`/events/${event.id}`);
      const entry = (id) => after.needs.find((one) => one.need === id);
      assert.match(after.frame.stage.starts, /T13:15:00$/);
      assert.equal(after.frame.stage.starts.slice(0, 10), after.frame.slots[0].starts.slice(0, 10));
      assert.deepEqual([after.frame.stage.minutes_each, entry(need).min, entry(other).max], [7, 1, 2]);
      assert.deepEqual(after.opcs, [{ opc, max: 1 }]);
      assert.deepEqual(after.interests, [{ need, opc }]);
      assert.equal(of(opc, after.plan.meetings), 1, "the plan keeps to it");
      assert.equal(await page.inputValue("#rules-stage_time"), "13:15");

      // What is emptied falls back to the rules.
      await page.fill(`[name=${quoted(`own_max opc ${opc}`)}]`, "");
      await page.fill("#rules-stage_time", "");
      await page.click("[data-key^='interest ']:not([data-key='interest add'])");
      await page.click(".event-rules [data-key='rules-save']");
      await page.waitForFunction(() => !document.querySelector("#rules-stage_time").value && !document.querySelector("[data-key='rules-save']").disabled);
      const { event: last } = await api(`/events/${event.id}`);
      assert.equal(last.frame.stage, undefined);
      assert.deepEqual([last.interests ?? [], (last.opcs ?? []).filter((one) => one.max !== undefined)], [[], []]);
    });
  });

  test(`the stage is put in another order, on a ${size}`, async () => {
    const made = await planned(`路演（${size}）`, { needs: 4 });
    const stage = { starts: `${made.frame.slots[0].starts.slice(0, 10)}T13:00:00`, minutes_each: 5 };
    const set = await api(`/events/${made.id}`, "PUT", { ...made, frame: { ...made.frame, stage }, needs: made.needs.map((entry) => ({ ...entry, on_stage: true })) });
    const { event, view } = await api(`/events/${made.id}/plan`, "POST", { revision: set.event.revision });
    const before = event.plan.stage;
    assert.equal(before.length, 4);
    await visit(`#/event/${event.id}/shortlist`, viewport, async (page) => {
      const shown = () => page.locator(".event-pitches li").evaluateAll((lines) => lines.map((line) => line.dataset.need));
      const stored = async () => (await api(`/events/${event.id}`)).event.plan.stage;
      await page.click(".event-pitches-panel summary");
      assert.deepEqual(await shown(), before);
      assert.deepEqual(await page.locator(".event-pitch-time").allTextContents(), ["13:00", "13:05", "13:10", "13:15"]);
      assert.equal(await page.locator(".event-pitches-panel .primary").isDisabled(), true, "nothing to save yet");
      await page.focus(`[data-key="pitch down ${before[0]}"]`);
      await page.keyboard.press("Enter");
      assert.match(await said(page), /第 2 个上台/);
      assert.match(await focused(page), new RegExp(`^下移: ${view.stage[0].title.slice(0, 6)}`), "the focus goes with it");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      const moved = [before[1], before[2], before[3], before[0]];
      assert.deepEqual(await shown(), moved);
      assert.match(await focused(page), /^上移/, "at the end only up is left");
      assert.deepEqual(await stored(), before, "kept only when saved");
      await page.click(".event-pitches-panel .primary");
      await page.waitForSelector(".event-changes");
      assert.deepEqual(await stored(), moved);
      assert.deepEqual(await page.locator(".event-pitch-time").allTextContents(), ["13:00", "13:05", "13:10", "13:15"]);
      await page.click("button:has-text('撤销')");
      await page.waitForSelector("text=已撤销");
      assert.deepEqual(await shown(), before);
      if (viewport === DESK) {
        await page.locator(".event-pitches li >> nth=3").dragTo(page.locator(".event-pitches li >> nth=0"));
        assert.deepEqual(await shown(), [before[3], before[0], before[1], before[2]]);
      }
    });
  });
}

test("the rules speak English too", async () => {
  const event = await planned("Rules in English", { needs: 4 });
  await visit(`#/event/${event.id}/shortlist`, PHONE, async (page) => {
    await page.selectOption("#language", "en");
    await page.waitForSelector("text=Plan again");
    await page.click(".event-rules summary");
    const labels = await page.locator(".event-rules :is(label, legend, thead th)").allTextContents();
    assert.ok(labels.length > 15);
    for (const label of labels) assert.doesNotMatch(label, /[一-鿿]/, label);
    await page.selectOption("#language", "zh");
  });
});
