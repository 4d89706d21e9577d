// Takes the picture that README shows: `node pictures.js [FOLDER]`, by default data/pictures.

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
} finally {
  await browser.close();
  program.stop();
}
