// The page in a real browser, on the program as it was built.
// Run: npm ci && node --test page.test.js

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { DESK, PHONE, settled, together } from "./service.js";

const { visit, api } = together();

test("the board shows every need, and one opens with its evidence", () => visit("#/board", DESK, async (page, { bytes }) => {
  assert.ok(bytes() < 150_000, `the first view took ${bytes()} bytes`);
  assert.match(await page.textContent("#notice"), /示例数据，均为虚构/);
  const counts = (await page.locator(".board-count strong").allTextContents()).map(Number);
  assert.equal(counts[0], counts[1] + counts[2]);
  assert.equal(await page.locator(".board-table tbody tr").count(), 50);

  await page.click('.board-count[data-show="fit"]');
  await page.selectOption("#board-sort", "degree");
  const degrees = (await page.locator(".board-table tbody .degree-number").allTextContents()).map(Number);
  assert.deepEqual(degrees, [...degrees].sort((a, b) => b - a));
  assert.match(page.url(), /show=fit/);

  const first = await page.textContent(".board-title a >> nth=0");
  await page.click(".board-title a >> nth=0");
  await page.waitForSelector(".listing-title");
  assert.equal(await page.textContent(".listing-title"), first);
  assert.equal(await page.locator(".match-body:visible").count(), 0);
  await page.click(".match-toggle >> nth=0");
  assert.ok(await page.locator(".why-pair:visible").count());
  assert.ok(await page.locator(".why-parts:visible").count());
  assert.match(page.url(), /open=/);
  await page.reload();
  await settled(page);
  assert.equal(await page.locator(".match-body:visible").count(), 1, "an unfolded candidate has an address");

  await page.goBack();
  await page.waitForSelector(".board-table");
  assert.equal(await page.locator('.board-count[data-show="fit"]').getAttribute("aria-pressed"), "true");
}));

test("candidates and what a search finds stand in the order one asks for, and the address keeps it", () => visit("#/search?q=%E7%9F%AD%E8%A7%86%E9%A2%91", DESK, async (page) => {
  const names = () => page.locator(".search > section").nth(1).locator(".search-hits a").allTextContents();
  await page.waitForSelector(".search-hits li");
  const best = await names();
  await page.selectOption(".list-order select", "name");
  const sorted = await names();
  assert.deepEqual(sorted, [...best].sort((a, b) => a.localeCompare(b, "zh-CN")));
  assert.notDeepEqual(sorted, best);
  assert.match(page.url(), /order=name/);
  await page.reload();
  await page.waitForSelector(".search-hits li");
  assert.deepEqual(await names(), sorted);
  await page.selectOption(".list-order select", "best");
  assert.deepEqual(await names(), best);
  assert.doesNotMatch(page.url(), /order=/);

  // Those that fit stay above those whose terms stand in the way, whatever the order.
  await page.goto(page.url().replace(/#.*/, "#/listing/capability/C055"));
  await page.waitForSelector(".matches .list-order");
  await page.selectOption(".matches .list-order select", "money");
  const { items } = await api("/listings?side=requirement&limit=500");
  const worth = new Map(items.map(({ id, money }) => [id, money?.high ?? money?.low ?? -1]));
  for (const group of await page.locator(".matches-group").all()) {
    const amounts = (await group.locator(".match").evaluateAll((cards) => cards.map((card) => card.dataset.id))).map((id) => worth.get(id));
    assert.deepEqual(amounts, [...amounts].sort((a, b) => b - a));
  }
  assert.ok(await page.locator(".matches-group").count());
}));

test("the two lists and both languages are a click away", () => visit("#/board", DESK, async (page) => {
  await page.click('input[value="capability"]');
  await page.waitForSelector("text=每项能力，能接什么");
  await page.selectOption("#language", "en");
  await page.waitForSelector("text=Every capability");
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.doesNotMatch(await page.innerText(".frame-head"), /[一-鿿]{3,}/);
  await page.fill("#search-text", "走访");
  await page.press("#search-text", "Enter");
  await page.waitForSelector(".search-hits li");
  assert.equal(await page.locator(".search > section").count(), 2);
  await page.selectOption("#language", "zh");
}));

test("traditional characters: chosen by the browser's language, or by hand, and kept", () => visit("#/board", PHONE, async (page) => {
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  await page.selectOption("#language", "hant");
  await page.waitForSelector("text=每項需求，誰能做");
  assert.equal(await page.getAttribute("html", "lang"), "zh-Hant");
  assert.match(await page.textContent(".board-table tbody tr >> nth=1"), /萬人民幣/);
  await page.reload();
  await settled(page);
  assert.match(await page.innerText(".frame-nav"), /匯入清單/, "the choice is kept");
  await page.goto(`${page.url().split("#")[0]}#/event/new`);
  await page.waitForSelector("text=哪些需求參加");
  assert.doesNotMatch(await page.innerText(".frame-head"), /[们这为数选读]/);
}));

for (const [locale, lang, words] of [["zh-TW", "zh-Hant", "每項需求"], ["zh-HK", "zh-Hant", "每項需求"], ["en-GB", "en", "Every need"], ["zh-SG", "zh-CN", "每项需求"]]) {
  test(`a browser in ${locale} gets the page in ${lang}`, () => visit("#/board", PHONE, async (page) => {
    assert.equal(await page.getAttribute("html", "lang"), lang);
    assert.match(await page.innerText("h1"), new RegExp(words));
  }, /^$/, { locale }));
}

test("a founder on a phone describes what they do and sees needs", () => visit("#/ask", PHONE, async (page) => {
  await page.click('.ask-form button[type="submit"]');
  await page.waitForSelector(".ask-empty");
  await page.fill("#ask-text", "我一个人做小程序，给街道做过独居老人走访登记，人在杭州，可以驻场，3万元起，<b>三周</b>交付。");
  await page.click('.ask-form button[type="submit"]');
  await page.waitForSelector(".match");
  assert.ok((await page.locator(".ask-read .tag").count()) >= 2, "facts were read from the words");
  assert.match(await page.innerText(".ask-read"), /杭州/);
  await page.click(".match-toggle:visible >> nth=0");
  assert.ok(await page.locator(".why:visible").count());
  assert.doesNotMatch(page.url(), /小程序|%E5/, "what was written stays out of the address");
  await page.click(".match-name a:visible >> nth=0");
  await page.waitForSelector(".listing-title");
  await page.goBack();
  await page.waitForSelector(".match");
  assert.match(await page.inputValue("#ask-text"), /<b>三周/);
}));

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`a founder sees only needs of a place, an amount, a day, remote; the choice has an address; on a ${size}`, () => visit("#/ask", viewport, async (page) => {
    await page.fill("#ask-text", "我做数据看板和知识库问答，给园区和医院做过，三周交付，人在杭州。");
    await page.click('.ask-form button[type="submit"]');
    await page.waitForSelector(".match");
    const shown = async () => {
      for (const more of await page.locator(".matches-heading button[aria-expanded=false]").all()) await more.click();
      return page.locator(".match:visible").evaluateAll((cards) => cards.map((card) => card.dataset.id));
    };
    const all = await shown();
    const change = async (step) => {
      const answered = page.waitForResponse((response) => response.url().endsWith("/api/v1/matches"));
      await step();
      assert.equal((await answered).status(), 200);
      await page.waitForSelector(".matches");
      return shown();
    };
    await page.click(".ask-filters summary");
    await page.waitForFunction(() => document.querySelectorAll("#ask-place option").length > 5);

    await change(() => page.selectOption("#ask-place", "浙江省/杭州市"));
    const there = await change(() => page.check("#ask-stated"));
    assert.notDeepEqual(there, all);
    for (const id of there) {
      const { region } = await api(`/listings/requirement/${encodeURIComponent(id)}`);
      assert.ok(region.city === "杭州市" || region.remote === true, `${id} lies elsewhere`);
    }
    const remote = await change(() => page.check("#ask-remote"));
    for (const id of remote) assert.equal((await api(`/listings/requirement/${encodeURIComponent(id)}`)).region.remote, true);
    assert.match(page.url(), /place=.*remote=1|remote=1.*place=/);
    assert.equal(await page.textContent(".ask-filters .tag"), "3");
    assert.deepEqual(await change(() => page.click(".ask-filters .plain")), all, "cleared");

    const dear = await change(() => page.fill("#ask-least", "20").then(() => page.press("#ask-least", "Tab")));
    for (const id of dear) {
      const { money } = await api(`/listings/requirement/${encodeURIComponent(id)}`);
      assert.ok(!money?.high || money.high >= 200_000, `${id} is worth ${money?.high}`);
    }
    const open = await change(() => page.fill("#ask-open", "2026-12-31").then(() => page.press("#ask-open", "Tab")));
    for (const id of open) {
      const { dates } = await api(`/listings/requirement/${encodeURIComponent(id)}`);
      assert.ok(!dates.deadline?.on || dates.deadline.on >= "2026-12-31", `${id} closes ${dates.deadline?.on}`);
    }
    await page.reload();
    await page.waitForSelector(".matches");
    assert.deepEqual(await shown(), open, "the conditions are kept in the address");
  }));
}

const TABLE = "编号,需求名称,需求描述,单位名称,打算花多少\nR1,河道水质上墙,十个点位水质数据接到一块屏上,示例水务站,30万\nR2,,,示例园区,五万\nR3,夜间巡更记录,保安手机打卡自动出日报,示例物业,8万元\n";
const file = { name: "园区 <清单>.csv", mimeType: "text/csv", buffer: Buffer.from(TABLE) };

test("a table with a bad row is reported on, its mapping mended, and imported", () => visit("#/import", DESK, async (page) => {
  await page.setInputFiles("#import-file", file);
  await page.waitForSelector("#row-report");
  const rejected = page.locator('#row-report tr[data-severity="rejected"]');
  assert.equal(await rejected.count(), 1);
  assert.match(await rejected.innerText(), /第 3 行[\s\S]*既没有名称也没有描述[\s\S]*补上/);
  assert.doesNotMatch(await page.innerText(".import-sample"), /30万/);

  const download = page.waitForEvent("download");
  await page.click("text=下载未通过的行");
  const rejects = await readFile(await (await download).path(), "utf8");
  assert.match(rejects, /R2[\s\S]*既没有名称也没有描述/);

  await page.locator('tr[data-how="not_recognised"] select').selectOption("money");
  await page.click("text=按修改重新预览");
  await page.waitForSelector("text=你指定的");
  assert.match(await page.innerText(".import-sample"), /30万元/);
  await page.click("text=确认导入 2 条");
  await page.waitForSelector("text=已导入 2 条");
  await page.click("text=去看板看匹配结果");
  await page.waitForSelector(".board-table");
  await page.fill("#board-find", "夜间巡更");
  // Not innerText: rows just put there have none until a frame has laid them out.
  assert.match(await page.textContent(".board-table tbody"), /夜间巡更记录[\s\S]*8万元/);
}));

test("a file can be dropped, and one that is no list is refused with a remedy", () => visit("#/import", PHONE, async (page) => {
  const drop = (name, text) => page.evaluate(([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    document.querySelector(".import-drop").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  }, [name, text]);
  await drop("a.csv", TABLE);
  await page.waitForSelector("text=预览：a.csv");
  const refused = page.waitForResponse((response) => response.status() === 422);
  await drop("a.pdf", "%PDF-1.7");
  await refused;
  await page.waitForSelector(".state-failed");
  assert.match(await page.innerText(".state-failed"), /PDF[\s\S]*请/);
  // The browser itself notes such an answer on the console.
}, /status of 422/));

test("reading a file can be stopped, and begun again", () => visit("#/import", PHONE, async (page) => {
  let answer = null;
  await page.route("**/import?**", (route) => (answer = route));
  await page.setInputFiles("#import-file", file);
  await page.click(".import-result button:text-is('停止')");
  await page.waitForSelector(".import-stopped:has-text('已停止，什么都没有保存')");
  assert.equal(await page.evaluate(() => document.activeElement.closest(".import-stopped") !== null), true);
  await answer.abort().catch(() => {});
  await page.unroute("**/import?**");
  await page.setInputFiles("#import-file", file);
  await page.waitForSelector("#row-report");
}));

test("a hostile listing is only text", async () => {
  const evil = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>';
  const hostile = {
    id: `../H/<i>&"'`, side: "requirement", title: `\u202E${evil}${"长".repeat(10_000)}`, text: `${evil}\n${"无空格的长文本".repeat(3000)}😀`,
    party: { name: evil, kind: "company" }, industries: [evil], skills: ["=1+1"], extra: [[evil, evil]],
    terms: { thresholds: [{ kind: "headcount", quote: evil }], certificates: [{ name: evil }] },
    source: { file: evil, row: 1, url: "javascript:window.owned=1" },
    read_from_prose: [{ field: "industries", quote: evil }],
  };
  const bare = { id: "H2", side: "capability", title: "", text: "只有描述" };
  await api("/listings?wait=indexed", "POST", hostile);
  await api("/listings?wait=indexed", "POST", bare);
  const at = `#/listing/requirement/${encodeURIComponent(hostile.id)}`;
  for (const viewport of [DESK, PHONE]) {
    for (const hash of [at, `${at}?open=H2`, "#/board?find=onerror", "#/listing/capability/H2", `#/search?q=${encodeURIComponent(evil)}`]) {
      await visit(hash, viewport, async (page) => {
        for (const toggle of await page.locator(".match-toggle:visible").all()) await toggle.click();
        assert.equal(await page.evaluate(() => window.owned), undefined);
        assert.equal(await page.locator("main img, main script").count(), 0);
        assert.equal(await page.locator('a[href^="javascript"]').count(), 0);
        if (hash === at) assert.match(await page.textContent(".listing-title"), /<img src=x onerror/);
      });
    }
  }
  for (const { side, id } of [hostile, bare]) await api(`/listings/${side}/${encodeURIComponent(id)}`, "DELETE");
});

test("a hostile table is imported as text, and bends no layout", async () => {
  const evil = '<script>window.owned=1</script><img src=x onerror="window.owned=1">';
  const quoted = (text) => `"${text.replace(/"/g, '""')}"`;
  const titles = {
    "HT-1": `${evil}脚本`,
    "HT-2": `长${"题".repeat(10_000)}`,
    "HT-3": `${"W".repeat(10_000)}`,
    "HT-4": "\u202E倒\u2067着\u200F写 שלום עולם مرحبا",
    "HT-5": "👩‍👩‍👧‍👦🏳️‍🌈🇨🇳\u0301\u0489 Z͑ͫa̴l͙g̛o",
    "HT-6": "",
    "HT-7": '=HYPERLINK("http://x","点我")',
  };
  const table = ["编号,需求名称,需求描述,单位名称,行业", ...Object.entries(titles).map(([id, title]) =>
    [id, quoted(title), quoted(id === "HT-6" ? "只有描述，别的都没有" : `${evil}说明`), id === "HT-6" ? "" : quoted(`${evil}\u202E单位`), id === "HT-6" ? "" : quoted(evil)].join(","))].join("\n");
  const harmless = async (page) => {
    assert.equal(await page.evaluate(() => window.owned), undefined);
    assert.equal(await page.locator("main img, main script, main a[href^='http://x']").count(), 0);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wider <= 0, `${page.url()} is ${wider} px too wide`);
  };
  await visit("#/import", PHONE, async (page) => {
    await page.setInputFiles("#import-file", { name: `${evil}.csv`, mimeType: "text/csv", buffer: Buffer.from(table) });
    await page.waitForSelector(".import-sample");
    await harmless(page);
    await page.click(`text=确认导入 ${Object.keys(titles).length} 条`);
    await page.waitForSelector(".import-done");
    await harmless(page);
  });
  for (const viewport of [PHONE, DESK]) {
    await visit("#/board?find=HT-", viewport, async (page) => {
      assert.equal(await page.locator(".board-table tbody tr").count(), Object.keys(titles).length);
      await harmless(page);
      // Ten thousand characters take no more room than two lines; no direction leaks into the next cell.
      for (const box of await page.locator(".board-title").all()) assert.ok((await box.boundingBox()).height < 140);
      assert.equal(await page.locator(".board-title a > :not(bdi)").count(), 0);
      const base = page.url().split("#")[0];
      for (const id of Object.keys(titles)) {
        await page.goto(`${base}#/listing/requirement/${id}`);
        await page.waitForFunction((id) => document.querySelector(".listing-about")?.textContent.includes(id), id);
        await harmless(page);
        assert.equal(await page.textContent(".listing-title bdi"), titles[id].replace("\u200F", "") || "只有描述，别的都没有", "intake takes out marks of no width, and a title from the text");
      }
      await page.goto(`${base}#/search?q=${encodeURIComponent("<script>")}`);
      await settled(page);
      await harmless(page);
    });
  }
  for (const id of Object.keys(titles)) await api(`/listings/requirement/${id}`, "DELETE");
});

test("the keyboard reaches everything", () => visit("#/board", DESK, async (page) => {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector("text=每项能力，能接什么");
  assert.equal(await page.evaluate(() => document.activeElement.value), "capability", "the focus stays on the choice");
  await page.keyboard.press("ArrowLeft");
  await page.waitForSelector("text=每项需求，谁能做");
}));

test("a program that cannot be reached is said so, and trying again works", () => visit("#/board", PHONE, async (page) => {
  await page.route("**/overview**", (route) => route.abort());
  await page.click('input[value="capability"]');
  await page.waitForSelector(".state-failed");
  assert.match(await page.innerText(".state-failed"), /连不上程序/);
  await page.unroute("**/overview**");
  await page.click("button:has-text('重试')");
  await page.waitForSelector("text=每项能力，能接什么");
}, /ERR_FAILED/));

test("nothing is wider than 320 px, in any language (WCAG reflow)", () => visit("#/board", { width: 320, height: 640 }, async (page) => {
  const base = page.url().split("#")[0];
  for (const language of ["zh", "hant", "en"]) {
    await page.selectOption("#language", language);
    for (const hash of ["#/board", "#/ask?remote=1", "#/overview", "#/import", "#/event", "#/event/new", "#/listing/requirement/N129?open=C001", "#/search?q=水质"]) {
      await page.goto(`${base}${hash}`);
      await page.reload();
      await settled(page);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wider <= 0, `${hash} in ${language} is ${wider} px too wide`);
    }
  }
}));

test("an unknown address offers a way back", () => visit("#/nowhere", DESK, async (page) => {
  await page.click("text=回到看板");
  await page.waitForSelector(".board-table");
}));
