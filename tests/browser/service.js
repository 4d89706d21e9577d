// The built program on a free port, and a real browser on its page.
//
// OPCMATCH_BIN: the program (default: target/debug/opcmatch of this repository).
// CHROMIUM_BIN: the browser (default: /usr/bin/chromium).

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const PROGRAM = process.env.OPCMATCH_BIN ?? fileURLToPath(new URL("../../target/debug/opcmatch", import.meta.url));
const BROWSER = process.env.CHROMIUM_BIN ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
/** Starting means embedding the demo lists once. */
const START_MS = 120_000;

/** Starts the program on a free port; resolves with its address once it says it. */
export function startProgram(...more) {
  const program = spawn(PROGRAM, ["serve", "--address", "127.0.0.1:0", ...more], { stdio: ["ignore", "pipe", "pipe"] });
  const address = new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error(`the program did not say its address: ${said}`)), START_MS);
    const hear = (piece) => {
      said += piece;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) {
        clearTimeout(timer);
        resolve(found[0]);
      }
    };
    program.stdout.on("data", hear);
    program.stderr.on("data", (piece) => (said += piece));
    program.on("error", reject);
    program.on("exit", (code) => reject(new Error(`the program ended with ${code}: ${said}`)));
  });
  return { address, stop: () => program.kill("SIGTERM") };
}

/** Runs the program to its end; what it said. */
export const run = (...given) => execFileSync(PROGRAM, given, { encoding: "utf8" }).trim();

/** Starts the browser, with a profile that ends with it. */
export function startBrowser() {
  return chromium.launch({ executablePath: BROWSER, args: FLAGS });
}

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/**
 * A page that notes whatever should not happen: console errors, thrown errors,
 * dialogs, requests to other sites, a page wider than the window. `options` are those
 * of the browser's context: another `locale`, a `colorScheme`.
 */
export async function openPage(browser, address, hash, viewport = DESK, options = {}) {
  const context = await browser.newContext({ viewport, acceptDownloads: true, locale: "zh-CN", ...options });
  const page = await context.newPage();
  const wrong = [];
  let bytes = 0;
  page.on("console", (message) => message.type() === "error" && wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`thrown: ${error.message}`));
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== address && protocol !== "blob:") wrong.push(`left for ${request.url()}`);
  });
  page.on("requestfinished", async (request) => {
    const sizes = await request.sizes().catch(() => null);
    bytes += sizes?.responseBodySize ?? 0;
  });
  await page.goto(`${address}/${hash}`);
  await settled(page);
  return {
    page,
    wrong,
    bytes: () => bytes,
    async close() {
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wider > 0) wrong.push(`the page is ${wider} px wider than the window`);
      await context.close();
      return wrong;
    },
  };
}

/**
 * What every file of tests begins with: one program and one browser for all of them.
 * `at` gives the program's address; `visit` opens a page, runs the steps, and asserts
 * that nothing went wrong on the way but what is `expected`; `api` asks the program
 * itself, and fails unless it agrees.
 */
export function together() {
  let program, browser, address;
  before(async () => {
    program = startProgram();
    address = await program.address;
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    program?.stop();
  });
  return {
    at: () => address,
    async visit(hash, viewport, steps, expected = /^$/, options = {}) {
      const visit = await openPage(browser, address, hash, viewport, options);
      await steps(visit.page, visit);
      assert.deepEqual((await visit.close()).filter((wrong) => !expected.test(wrong)), []);
    },
    async api(path, method = "GET", body) {
      const answer = await fetch(`${address}/api/v1${path}`, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
      assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${answer.ok ? "" : await answer.text()}`);
      return answer.status === 204 ? null : answer.json();
    },
  };
}

/** Waits until the view that was asked for stands. */
export const settled = (page) => page.waitForSelector("main:not([aria-busy]) :is(h1, h2)");

/** What a page sends takes so long for so many bytes from now on; no time without them. */
export async function sending(page, bytes, seconds) {
  const devtools = await page.context().newCDPSession(page);
  const uploadThroughput = bytes ? bytes / seconds : -1;
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
}

/** An import that is kept is answered so much later than it is done. */
export const answeredLate = (page, milliseconds) => page.route("**/api/v1/import?*dry_run=false*", async (route) => {
  const response = await route.fetch();
  await new Promise((done) => setTimeout(done, milliseconds));
  await route.fulfill({ response }).catch(() => {});
});
