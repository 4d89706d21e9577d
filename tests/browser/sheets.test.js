// What an organiser prints, printed: A4, as many pages as there should be, nothing beyond the edge.
//
// OPCMATCH_SHEETS: the folder that `cargo test --test sheets -- --ignored` has written to.
// OPCMATCH_SHOTS: a folder for pictures of the pages, to look at; none are taken without it.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { startBrowser } from "./service.js";

const FOLDER = resolve(process.env.OPCMATCH_SHEETS ?? "sheets");
const SHOTS = process.env.OPCMATCH_SHOTS;

/** CSS pixels of a millimetre. */
const MM = 96 / 25.4;
/** Where text may stand on A4: the paper less the margins of web/sheets.css. */
const UPRIGHT = { width: Math.floor((210 - 28) * MM), height: Math.floor((297 - 28) * MM) };
const ACROSS = { width: Math.floor((297 - 20) * MM), height: Math.floor((210 - 23) * MM) };

/** Pages of a document whose sections may go on to another page; otherwise each section is one page. */
const LONGER = {
  "hall-stage": 5, "hostile-stage": 2, "full-needs": 8, "twelve-needs": 4, "twelve-wall": 2, "full-wall": 4, "hall-wall": 16,
};

let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

/** Sizes in points of the pages of a PDF as Chromium writes it. */
function pages(pdf) {
  const text = pdf.toString("latin1");
  return [...text.matchAll(/\/Type\s*\/Page\b(?!s)[\s\S]*?\/MediaBox\s*\[([^\]]+)\]/g)]
    .map(([, box]) => box.trim().split(/\s+/).map(Number).slice(2));
}

/** Boxes whose content is wider than they are, and briefs that are longer than their page. */
const beyondEdge = () => [...document.querySelectorAll("body, .sheet, td, th, h1, h2, p, li, .two > div, .three > div")]
  .filter((box) => getComputedStyle(box).display !== "inline")
  .filter((box) => box.scrollWidth > box.clientWidth + 1
    || (box.matches(".brief") && (box.scrollHeight > box.clientHeight + 1
      || box.querySelector(".notes").getBoundingClientRect().bottom > box.getBoundingClientRect().bottom + 1)))
  .map((box) => `${box.tagName}.${box.className}: ${box.textContent.slice(0, 30)}`);

const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".html")).map((name) => name.slice(0, -5)).sort();

test("there are pages to print", () => assert.equal(names.length, 44, `in ${FOLDER}`));

for (const name of names) {
  test(`${name} prints on A4`, async () => {
    const wall = name.endsWith("-wall");
    const area = wall ? ACROSS : UPRIGHT;
    const page = await browser.newPage({ viewport: area });
    const wrong = [];
    page.on("console", (message) => wrong.push(message.text()));
    page.on("dialog", (dialog) => { wrong.push(dialog.message()); dialog.dismiss(); });
    page.on("request", (request) => { if (!request.url().startsWith("file:")) wrong.push(request.url()); });
    await page.goto(pathToFileURL(join(FOLDER, `${name}.html`)).href);
    await page.emulateMedia({ media: "print" });
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`) });
    assert.deepEqual(await page.evaluate(beyondEdge), []);
    const sections = await page.locator(".sheet").count();
    const printed = pages(await page.pdf({ preferCSSPageSize: true }));
    for (const [width, height] of printed) {
      const [wanted, other] = wall ? [842, 595] : [595, 842];
      assert.ok(Math.abs(width - wanted) < 2 && Math.abs(height - other) < 2, `${width} × ${height}`);
    }
    const most = LONGER[name] ?? sections;
    assert.ok(printed.length >= sections && printed.length <= most, `${printed.length} pages for ${sections} sections`);
    assert.deepEqual(wrong, []);
    await page.close();
  });
}
