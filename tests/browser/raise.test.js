// What would raise a degree: told to the founder as what to write, to the officer as what to ask.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESK, PHONE, together } from "./service.js";

const { visit, api } = together();

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`an officer is told what to ask, on a ${size}`, () => visit("#/listing/requirement/N129", viewport, async (page) => {
    const card = page.locator(".match:visible").nth(2);
    await card.locator(".match-toggle").click();
    await card.locator(".match-raise summary").click();
    await card.locator(".raise-rise").first().waitFor();
    const id = await card.getAttribute("data-id");
    const found = await api("/raise", "POST", { requirement: { id: "N129" }, capability: { id } });
    const said = await card.locator(".raise").innerText();
    assert.match(said, /问问这方面：/);
    for (const part of found.raising) assert.ok(said.includes(`→ ${Math.round(part.degree)}`), `${part.degree} in ${said}`);
    assert.match(said, new RegExp(`说到 ${found.parts} 处，能力里有 ${found.answered} 处`));
    assert.equal(await card.locator(".degree-number").first().textContent(), String(Math.round(found.degree)));
  }));

  test(`a founder is told what to write, and writing it does it, on a ${size}`, () => visit("#/ask", viewport, async (page) => {
    const own = "我做文件问答插件，把办公文件整理成能查的知识库。";
    await page.fill("#ask-text", own);
    await page.click(".ask-form button[type=submit]");
    const card = page.locator(".match:visible").first();
    await card.locator(".match-toggle").click();
    await card.locator(".match-raise summary").click();
    await card.locator(".raise-rise").first().waitFor();
    const said = await card.locator(".raise").innerText();
    assert.match(said, /确实会做的才写/);
    const [, before, after] = said.match(/约 (\d+) → (\d+)/).map(Number);
    assert.ok(after > before, said);
    const sentence = await card.locator(".raise-list .quote").first().innerText();
    const ranking = await api("/matches", "POST", { side: "capability", text: `${own}\n${sentence}`, top: 100 });
    const id = await card.getAttribute("data-id");
    const there = [...ranking.ranking.fits, ...ranking.ranking.terms_not_met, ...ranking.ranking.below_floor].find((match) => match.listing.id === id);
    assert.ok(there.degree > before, `${there.degree} after ${before}`);
  }));
}
