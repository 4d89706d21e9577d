// The page in a real browser, on the program as it was built.
// Run: npm ci && node --test page.test.js

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { DESK, PHONE, openPage, settled, startBrowser, startProgram } from "./service.js";

let program, browser, address;

before(async () => {
  program = startProgram();
  [address, browser] = await Promise.all([program.address, startBrowser()]);
});
after(async () => {
  await browser?.close();
  program?.stop();
});

/** Opens a page, runs the steps, and asserts that nothing went wrong on the way but what is `expected`. */
async function visit(hash, viewport, steps, expected = /^$/) {
  const visit = await openPage(browser, address, hash, viewport);
  await steps(visit.page, visit);
  assert.deepEqual((await visit.close()).filter((wrong) => !expected.test(wrong)), []);
}

const send = (path, method, body) =>
  fetch(`${address}/api/v1${path}`, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

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

test("the two lists and both languages are a click away", () => visit("#/board", DESK, async (page) => {
  await page.click('input[value="capability"]');
  await page.waitForSelector("text=每项能力，能接什么");
  await page.click("#language");
  await page.waitForSelector("text=Every capability");
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.doesNotMatch(await page.innerText(".frame-head"), /[一-鿿]{3,}/);
  await page.fill("#search-text", "走访");
  await page.press("#search-text", "Enter");
  await page.waitForSelector(".search-hits li");
  assert.equal(await page.locator(".search > section").count(), 2);
  await page.click("#language");
}));

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
  assert.match(await page.innerText(".board-table tbody"), /夜间巡更记录[\s\S]*8万元/);
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
  assert.equal((await send("/listings", "POST", hostile)).status, 201);
  assert.equal((await send("/listings", "POST", bare)).status, 201);
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
  for (const { side, id } of [hostile, bare]) {
    const gone = await fetch(`${address}/api/v1/listings/${side}/${encodeURIComponent(id)}`, { method: "DELETE" });
    assert.equal(gone.status, 204);
  }
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

test("an unknown address offers a way back", () => visit("#/nowhere", DESK, async (page) => {
  await page.click("text=回到看板");
  await page.waitForSelector(".board-table");
}));
