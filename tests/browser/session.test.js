// Signing in on the page of a service that asks for keys.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DESK, openPage, PHONE, run, settled, startBrowser, startProgram } from "./service.js";

let folder, key, publisher, program, browser, address;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "opcmatch-session-"));
  const home = ["--data", join(folder, "data"), "--quiet"];
  writeFileSync(join(folder, "needs.csv"), "编号,需求名称,需求描述\nN1,水质监测看板,十个点位水质数据上墙\n");
  run("import", join(folder, "needs.csv"), "--side", "requirement", ...home);
  writeFileSync(join(folder, "other.csv"), "编号,需求名称,需求描述\nN2,电梯故障预警,十二部电梯提前发现异常\n");
  run("import", join(folder, "other.csv"), "--side", "requirement", "--tenant", "余杭区", ...home);
  run("key", "new", "--role", "admin", ...home);
  publisher = run("key", "new", "--role", "publisher", "--tenant", "余杭区", "--name", "乙", ...home);
  key = run("key", "new", "--role", "organiser", "--name", "甲", ...home);
  program = startProgram("--keys", ...home);
  [address, browser] = await Promise.all([program.address, startBrowser()]);
});
after(async () => {
  await browser?.close();
  program?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A browser complains of every answer that is a refusal. */
const refused = /status of 401/;

async function visit(hash, viewport, steps, options) {
  const opened = await openPage(browser, address, hash, viewport, options);
  await steps(opened.page);
  assert.deepEqual((await opened.close()).filter((wrong) => !refused.test(wrong)), []);
}

for (const viewport of [DESK, PHONE]) {
  test(`somebody signs in and out by keyboard, ${viewport.width} px wide`, () => visit("#/event", viewport, async (page) => {
    await page.getByText("请先登录").first().waitFor();
    const open = page.locator("#session-open");
    await open.focus();
    await page.keyboard.press("Enter");
    const input = page.locator("#session-key");
    assert.equal(await open.getAttribute("aria-expanded"), "true");
    assert.ok(await input.evaluate((node) => node === document.activeElement && node.type === "password"));
    const box = await page.locator("#session-form").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= viewport.width, `the box lies within the window: ${JSON.stringify(box)}`);

    await page.keyboard.press("Escape");
    assert.ok(await input.isHidden() && await open.evaluate((node) => node === document.activeElement));
    await page.keyboard.press("Enter");
    await page.keyboard.type("opk_nothing");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("没有这个密钥").waitFor();
    assert.equal(await input.getAttribute("aria-invalid"), "true");

    await input.fill(key);
    await page.keyboard.press("Enter");
    await page.locator(".session-name").getByText("组织者 · 甲").waitFor();
    await settled(page);
    await page.waitForFunction(() => !document.querySelector("main").textContent.includes("请先登录"));
    assert.ok(!(await page.context().cookies()).some((cookie) => !cookie.httpOnly), "no script reads the cookie");

    await page.reload();
    await page.locator(".session-name").getByText("组织者 · 甲").waitFor();
    await page.getByRole("button", { name: "退出登录" }).press("Enter");
    await page.locator("#session-open").waitFor();
    await page.getByText("请先登录").first().waitFor();
  }));
}

test("what only some may do is not shown to the public", () => visit("#/listing/requirement/N1", PHONE, async (page) => {
  const manage = page.locator(".listing-manage");
  await manage.waitFor({ state: "attached" });
  assert.ok(await manage.isHidden());
  await page.locator("#session-open").click();
  await page.locator("#session-key").fill(key);
  await page.keyboard.press("Enter");
  await page.locator(".session-name").waitFor();
  await page.locator(".listing-manage").waitFor();
}));

for (const [locale, words] of [["en-US", "Sign in"], ["zh-TW", "登入"], ["zh-CN", "登录"]]) {
  test(`the box speaks ${locale}`, () => visit("#/board", PHONE, async (page) => {
    await page.getByText("水质监测看板").first().waitFor();
    await page.locator("#session-open").getByText(words, { exact: true }).waitFor();
  }, { locale }));
}

test("what waits for a decision is a district's own; the public has nothing to decide", () => visit("#/board", DESK, async (page) => {
  await page.getByText("水质监测看板").first().waitFor();
  await page.waitForFunction(() => document.getElementById("session-open"));
  assert.equal(await page.locator("#board-decided").count(), 0);
  const signIn = async (secret, name) => {
    await page.locator("#session-open").click();
    await page.locator("#session-key").fill(secret);
    await page.keyboard.press("Enter");
    await page.locator(".session-name").getByText(name).waitFor();
    await page.waitForSelector("#board-decided");
  };
  await signIn(publisher, "乙");
  assert.match(await page.textContent("#board-decided"), /待定 \(1\)/);
  await page.selectOption("#board-decided", "open");
  assert.deepEqual(await page.locator(".board-title a").allTextContents(), ["电梯故障预警"]);
  await page.getByRole("button", { name: "退出登录" }).click();
  await page.waitForFunction(() => !document.getElementById("board-decided"));
  await signIn(key, "甲");
  assert.match(await page.textContent("#board-decided"), /待定 \(2\)/);
}));
