// A founder's card in half a minute, on a phone: timed as clicks, keys and seconds; what it
// becomes, what it finds, and that a number in the text is warned about.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESK, PHONE, together } from "./service.js";

const { visit, api } = together();
const HAVE = "会做数据看板和报表，给两个街道做过招商看板，三周交付，3万元起，在杭州，可远程";
const WANT = "找人帮我做小程序前端，预算1万元以内";
const MEET = "跑街道、社区渠道的人";
/** Palin and others, "How do People Type on Mobile Devices?" (2019): 36.2 words of five letters a minute, three keys a second; a Chinese character takes some three keys by pinyin. A tap: assumed. */
const CHARACTERS_S = 1;
const TAP_S = 1.2;

const cleared = async () => {
  for (const side of ["capability", "requirement"]) {
    const { items } = await api(`/listings?side=${side}&category=partner&q=${encodeURIComponent(side === "capability" ? "招商看板" : "小程序前端")}&limit=500`);
    for (const { id, title } of items) if (HAVE.includes(title) || WANT.includes(title)) await api(`/listings/${side}/${encodeURIComponent(id)}?wait=indexed`, "DELETE");
  }
  for (const { id } of (await api("/searches")).items) await api(`/searches/${id}`, "DELETE");
};

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`a card is posted and finds for each box, on a ${size}`, () => visit("#/ask", viewport, async (page) => {
    let taps = 0;
    const tap = (target) => {
      taps += 1;
      return page.click(target);
    };
    const from = Date.now();
    await tap("text=30 秒发名片");
    await page.waitForSelector("#card-have");
    const typed = [["have", HAVE], ["want", WANT], ["meet", MEET]];
    for (const [box, text] of typed) {
      await tap(`#card-${box}`);
      await page.fill(`#card-${box}`, text);
    }
    await tap(".card-tell");
    await tap(".card-form .primary");
    await page.waitForSelector("#card-done");
    for (const box of ["have", "want", "meet"]) await page.waitForSelector(`.card-found[data-box=${box}] :is(.match, p.soft)`);
    const seconds = (Date.now() - from) / 1000;
    const short = [...WANT].length;
    const all = typed.reduce((sum, [, text]) => sum + [...text].length, 0);
    console.log(`card, ${size}: ${taps} taps, ${all} characters, ${seconds.toFixed(1)} s of program and page; with one box of ${short} characters some ${(short / CHARACTERS_S + 3 * TAP_S + seconds).toFixed(0)} s by thumb, all three ${(all / CHARACTERS_S + taps * TAP_S + seconds).toFixed(0)} s`);
    assert.ok(taps <= 6, `${taps} taps`);
    assert.ok(short / CHARACTERS_S + 3 * TAP_S + seconds < 30);
    assert.ok(await page.locator(".card-found[data-box=have] .match").count(), "needs are found");
    assert.equal(await page.evaluate(() => document.activeElement.className), "card-result");

    const wants = (await api(`/listings?side=requirement&q=${encodeURIComponent("小程序前端")}&limit=500`)).items.filter((one) => WANT.includes(one.title));
    assert.deepEqual([wants.length, wants[0].category, wants[0].money.high], [1, "partner", 10_000]);
    const [search] = (await api("/searches")).items;
    assert.deepEqual([search.side, search.text], ["capability", MEET]);
    // Its own listing is nobody's candidate here.
    const shown = await page.locator(".card-result .match").evaluateAll((cards) => cards.map((card) => card.dataset.id));
    assert.ok(!shown.includes(wants[0].id));
    await page.reload();
    await page.waitForSelector("#card-have");
    assert.equal(await page.inputValue("#card-have"), "", "what was posted is not there to be posted again");
    await cleared();
  }));
}

test("a number in the text is warned about before anything is kept, and kept apart", () => visit("#/card", PHONE, async (page) => {
  await page.click(".card-form .primary");
  await page.waitForSelector(".card-wrong");
  assert.match(await page.textContent(".card-wrong"), /至少写一栏/);
  await page.fill("#card-have", `${HAVE}，电话 13900001111`);
  await page.click(".card-form .primary");
  await page.waitForSelector(".card-warning");
  assert.match(await page.textContent(".card-warning"), /会遮住/);
  assert.equal(await page.locator("#card-done").count(), 0);
  const before = (await api(`/listings?side=capability&q=${encodeURIComponent("招商看板")}&limit=500`)).items.filter((one) => HAVE.includes(one.title) || one.title.startsWith("会做数据看板和报表"));
  assert.equal(before.length, 0, "nothing is kept yet");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "知道了，发布");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#card-done");
  const [one] = (await api(`/listings?side=capability&q=${encodeURIComponent("招商看板")}&limit=500`)).items.filter((item) => item.category === "partner");
  assert.equal(one.has_contact, true);
  assert.ok(!JSON.stringify(one).includes("13900001111"));
  assert.ok(!(await page.innerText("body")).includes("13900001111"));
  await api(`/listings/capability/${encodeURIComponent(one.id)}`, "DELETE");
}, /422/));
