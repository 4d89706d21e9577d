// A founder's card in half a minute, on a phone: timed as taps, keys and seconds, for each of
// the ways to one; what it becomes, what it finds, and that a number in the text is warned about.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESK, PHONE, together } from "./service.js";

const { visit, api } = together();
const HAVE = "会做数据看板和报表，给两个街道做过招商看板，三周交付，3万元起，在杭州，可远程";
const WANT = "找人帮我做小程序前端，预算1万元以内";
const MEET = "跑街道、社区渠道的人";
/**
 * Palin and others, "How do People Type on Mobile Devices?" (2019): 36.2 words of five letters
 * a minute, three keys a second; a Chinese character takes some three keys by pinyin. (Ruan and
 * others, 2017, measured 43 words a minute by pinyin on a telephone.) A tap: assumed.
 */
const CHARACTERS_S = 1;
const TAP_S = 1.2;
/** Who pastes or brings along reads it over once: some 260 Chinese characters a minute, as charts of reading measure it aloud; silent reading is no slower. */
const READ_S = 260 / 60;
const HALF_A_MINUTE = 30;

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

const GROUP = `【昵称】阿明
【坐标】杭州
【我會】给两个街道做过招商看板，3万元起，可远程
【我需要】小程序前端，预算1万元以内
【想認識】${MEET}
微信：aming_2026`;

/** What is at hand on a phone: taps counted, seconds taken by program and page. */
function watched(page) {
  const from = Date.now();
  let taps = 0;
  return {
    tap: (target) => {
      taps += 1;
      return page.click(target);
    },
    taps: () => taps,
    /** Estimated seconds, read over once, and asserted to be half a minute. */
    end: (what, text) => {
      const seconds = (Date.now() - from) / 1000;
      const all = taps * TAP_S + [...text].length / READ_S + seconds;
      console.log(`card, ${what}: ${taps} taps, 0 keys, ${[...text].length} characters read over, ${seconds.toFixed(1)} s of program and page: some ${all.toFixed(0)} s by thumb`);
      assert.ok(all < HALF_A_MINUTE, `${all} s`);
    },
  };
}

test("whoever has asked what fits has written a card already", () => visit("#/ask", PHONE, async (page) => {
  await page.fill("#ask-text", HAVE);
  await page.click('.ask-form button[type="submit"]');
  await page.waitForSelector(".match");
  const hand = watched(page);
  await hand.tap("text=发成名片");
  await page.waitForSelector(".card-read:not([hidden])");
  assert.equal(await page.inputValue("#card-have"), HAVE);
  assert.match(await page.innerText(".card-read"), /我有 · 报价 3万元起[\s\S]*杭州市[\s\S]*可远程/);
  assert.ok(await page.locator(".card-form .primary").isVisible());
  await hand.tap(".card-form .primary");
  await page.waitForSelector(".card-found[data-box=have] .match");
  hand.end("brought along", HAVE);
  const mine = (await api(`/listings?side=capability&category=partner&q=${encodeURIComponent("招商看板")}&limit=500`)).items.filter((one) => HAVE.includes(one.title));
  assert.deepEqual([mine.length, mine[0].region.city, mine[0].region.remote, mine[0].money.low], [1, "杭州市", true, 30_000]);
  // Coming back brings nothing along again.
  await page.reload();
  await page.waitForSelector("#card-have");
  assert.equal(await page.inputValue("#card-have"), "");
  await cleared();
}));

test("a card pasted out of a group chat falls into its boxes, and can be put back", () => visit("#/card", PHONE, async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((text) => navigator.clipboard.writeText(text), GROUP);
  const hand = watched(page);
  await hand.tap("text=粘贴 >> nth=0");
  await page.waitForSelector(".card-notice:not([hidden])");
  const values = () => page.evaluate(() => Object.fromEntries(["paste", "have", "want", "meet", "name", "region", "contact"].map((id) => [id, document.getElementById(`card-${id}`).value])));
  const apart = { paste: "", have: "给两个街道做过招商看板，3万元起，可远程\n【坐标】杭州", want: "小程序前端，预算1万元以内", meet: MEET, name: "阿明", region: "", contact: "微信：aming_2026" };
  assert.deepEqual(await values(), apart);
  assert.match(await page.innerText(".card-notice"), /已分到：我有、我要、想认识/);
  await page.click(".card-notice button");
  assert.deepEqual(await values(), { paste: GROUP, have: "", want: "", meet: "", name: "", region: "", contact: "" });
  // By Ctrl+V, too.
  await page.fill("#card-paste", "");
  await page.focus("#card-paste");
  await page.keyboard.press("Control+V");
  await page.waitForSelector(".card-notice:not([hidden])");
  assert.deepEqual(await values(), apart);
  await page.waitForSelector(".card-read:not([hidden])");
  assert.match(await page.innerText(".card-read"), /杭州市/);
  await hand.tap(".card-form .primary");
  await page.waitForSelector("#card-done");
  for (const box of ["have", "want", "meet"]) await page.waitForSelector(`.card-found[data-box=${box}] :is(.match, p.soft)`);
  // What there is to look over is what stands in the boxes.
  hand.end("pasted", Object.values(apart).join(""));
  const [mine] = (await api(`/listings?side=capability&category=partner&q=${encodeURIComponent("招商看板")}&limit=500`)).items.filter((one) => one.party.name === "阿明");
  assert.deepEqual([mine.has_contact, mine.region.city], [true, "杭州市"]);
  assert.ok(!JSON.stringify(mine).includes("aming_2026"));
  for (const [side, q] of [["capability", "招商看板"], ["requirement", "小程序前端"]]) {
    for (const one of (await api(`/listings?side=${side}&category=partner&q=${encodeURIComponent(q)}&limit=500`)).items) if (one.party.name === "阿明") await api(`/listings/${side}/${encodeURIComponent(one.id)}?wait=indexed`, "DELETE");
  }
}));

test("what somebody is called and where they are is remembered, and a place nobody knows is said at once", () => visit("#/card", PHONE, async (page) => {
  await page.fill("#card-have", "会做招商看板");
  await page.fill("#card-name", "阿明");
  await page.fill("#card-contact", "微信：aming_2026");
  await page.fill("#card-region", "没人听过的地方");
  await page.press("#card-region", "Tab");
  await page.waitForSelector(".card-read .card-wrong");
  assert.match(await page.innerText(".card-read"), /没有认出在哪里/);
  await page.fill("#card-region", "杭州");
  await page.press("#card-region", "Tab");
  await page.waitForSelector(".card-read .tag");
  assert.match(await page.innerText(".card-read"), /浙江省杭州市/);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.waitForSelector("#card-have");
  assert.deepEqual([await other.inputValue("#card-name"), await other.inputValue("#card-region"), await other.inputValue("#card-contact")], ["阿明", "杭州", ""], "a number is not left on the device");
  await page.reload();
  await page.waitForSelector("#card-have");
  assert.equal(await page.inputValue("#card-contact"), "微信：aming_2026", "but stays in its window");
}, /422/));
