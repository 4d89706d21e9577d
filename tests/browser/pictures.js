// Takes the pictures that README shows: `node pictures.js [FOLDER]`, by default data/pictures.

import { fileURLToPath } from "node:url";
import { openPage, startBrowser, startProgram } from "./service.js";

const folder = process.argv[2] ?? fileURLToPath(new URL("../../data/pictures", import.meta.url));
const program = startProgram();
const browser = await startBrowser();
try {
  const address = await program.address;
  const { page } = await openPage(browser, address, "#/listing/requirement/N129", { width: 1280, height: 860 });
  await page.waitForSelector(".match-toggle");
  await page.click(".match-toggle >> nth=0");
  await page.waitForSelector(".why-pair:visible");
  await page.screenshot({ path: `${folder}/match.png` });
  await planEvent(address);
  const event = await openPage(browser, address, "#/event/E001/timetable", { width: 1280, height: 660 });
  await event.page.waitForSelector("[role=grid]");
  await event.page.screenshot({ path: `${folder}/event.png` });
} finally {
  await browser.close();
  program.stop();
}

/** An event of the first needs of the demo, planned. */
async function planEvent(address) {
  const post = async (path, body) => {
    const answer = await fetch(new URL(path, address), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  const needs = Array.from({ length: 30 }, (_, n) => `N${String(n + 1).padStart(3, "0")}`);
  const made = await post("/api/v1/events", { name: "西片区社区服务与制造业对接会", place: "区政务服务中心三楼", needs, tables: 8, slots: 6 });
  await post("/api/v1/events/E001/plan", { revision: made.event.revision });
}
