// Partners: for which scenario and which part, on the founder's page and on a capability's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESK, PHONE, together } from "./service.js";

const { visit, api } = together();
const OWN = "把单位的制度文件做成能问答的知识库，回答标出处和页码，私有化部署在内网。";

for (const [size, viewport] of [["desk", DESK], ["phone", PHONE]]) {
  test(`a founder sees who has what they lack, on a ${size}`, () => visit("#/ask", viewport, async (page) => {
    await page.fill("#ask-text", OWN);
    await page.click(".ask-form button[type=submit]");
    await page.waitForSelector(".match");
    await page.click(".match-partners summary");
    await page.waitForSelector(".partners-list");
    const { items } = await api("/partners", "POST", { text: OWN });
    assert.ok(items.length > 0);
    const said = await page.innerText(".partners");
    for (const { name, shares } of items) {
      assert.ok(said.includes(name), name);
      for (const share of shares) {
        assert.ok(share.together > share.alone);
        assert.ok(said.includes(share.requirement.title) && said.includes(`一起约 ${Math.round(share.together)}`));
        assert.ok(share.parts.length > 0);
      }
    }
    await page.click(".partners-share a >> nth=0");
    await page.waitForSelector(".listing-title");
    assert.match(page.url(), /#\/listing\/requirement\/.*open=/, "the scenario opens with the partner unfolded");
  }));
}
