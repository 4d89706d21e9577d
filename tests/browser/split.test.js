// A card out of a group chat, taken apart without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

const { split } = await import(new URL("../../web/components/card/split.js", import.meta.url));
const only = (given) => ({ have: "", want: "", meet: "", name: "", contact: "", ...given });

for (const [what, text, wanted] of [
  ["three lines with colons", "我有：会做看板\n我要：小程序前端\n想认识：跑街道的人", { have: "会做看板", want: "小程序前端", meet: "跑街道的人" }],
  ["one line", "我有：会做看板，三周交付 我要：小程序前端，预算1万 想认识：跑街道的人", { have: "会做看板，三周交付", want: "小程序前端，预算1万", meet: "跑街道的人" }],
  ["brackets", "【我有】会做看板【我要】小程序前端【想认识】跑街道的人", { have: "会做看板", want: "小程序前端", meet: "跑街道的人" }],
  ["traditional characters", "【我會】做資料看板\n【我需要】小程式前端\n【希望認識】跑街道的人", { have: "做資料看板", want: "小程式前端", meet: "跑街道的人" }],
  ["heads on lines of their own", "我能提供\n1. 看板\n2. 报表\n\n我需要\n小程序前端\n\n想链接\n跑街道的人", { have: "1. 看板\n2. 报表", want: "小程序前端", meet: "跑街道的人" }],
  ["emoji and numbers", "🙋 大家好，我是做看板的\n1️⃣我有：看板\n2、我要：前端\n③想认识：做渠道的", { have: "看板\n🙋 大家好，我是做看板的", want: "前端", meet: "做渠道的" }],
  ["sentences without a colon", "我会做看板，给街道做过。我需要小程序前端。想认识跑街道的人", { have: "做看板，给街道做过。", want: "小程序前端。", meet: "跑街道的人" }],
  ["commas", "我会做看板，也会写报表，我需要懂渠道的搭档，想认识投资人", { have: "做看板，也会写报表", want: "懂渠道的搭档", meet: "投资人" }],
  ["supply and demand", "供：短视频剪辑\n求：美妆客户\n希望对接：MCN 机构", { have: "短视频剪辑", want: "美妆客户", meet: "MCN 机构" }],
  ["a name and ways to write", "【昵称】阿明\n【坐标】杭州\n【我有】看板\n【我要】前端\n微信：aming_2026", { name: "阿明", have: "看板\n【坐标】杭州", want: "前端", contact: "微信：aming_2026" }],
  ["no mark at all", "会做看板和报表，三周交付，在杭州", { have: "会做看板和报表，三周交付，在杭州" }],
  ["a mark twice", "我有：看板\n我要：前端\n我有：报表", { have: "看板\n报表", want: "前端" }],
  ["English", "I have: dashboards\nLooking for: a front-end developer\nWant to meet: people who know districts", { have: "dashboards", want: "a front-end developer", meet: "people who know districts" }],
  ["a contact that is none stays to be read", "我有：看板\n联系方式：见群名片", { have: "看板\n联系方式：见群名片" }],
  ["a telephone number", "我有：看板\n电话：139 0000 1111", { have: "看板", contact: "电话：139 0000 1111" }],
  ["marks one behind the other", "我有：我要：前端", { want: "前端" }],
  ["a head of one character", "求\n小程序前端\n供\n看板", { have: "看板", want: "小程序前端" }],
  ["decoration that says nothing", "🌟🌟🌟\n【我有】看板\n————————\n【我要】前端", { have: "看板\n————————", want: "前端" }],
  ["dashes and strokes", "我有—看板\n我要 | 前端\n*想认识* 投资人", { have: "看板", want: "前端", meet: "投资人" }],
  ["nothing but want", "我要：小程序前端，预算1万元以内", { want: "小程序前端，预算1万元以内" }],
  ["empty", "", {}],
]) {
  test(`a card with ${what}`, () => {
    const { boxes, ...parts } = split(text);
    assert.deepEqual(parts, only(wanted));
    for (const box of ["have", "want", "meet"]) assert.ok(!wanted[box] || boxes.includes(box) || box === "have", `${box} was marked`);
  });
}

test("words inside a sentence are no marks", () => {
  for (const text of [
    "会做看板，有三年经验，能驻场，会写报表",
    "做过医院的需求调研，服务过五家医院",
    "客户需要驻场也可以，提供源码",
    "三周交付，有问题找我",
    "会做小程序，认识很多街道的人",
    "帮企业提供能力评估、找客户、要素对接",
  ]) assert.deepEqual(split(text).have, text);
});

test("no word of a card is lost, whatever it is put together of", () => {
  const MARKS = { have: ["我有：", "【我能提供】", "我會：\n", "供:", "1、我有：", "\n我有\n"], want: ["我要：", "【我需要】", "\n尋找：", "求：", "2. 我想找："], meet: ["想认识：", "【希望認識】", "\n想链接：", "③想认识："] };
  const SAID = ["会做看板和报表", "三周交付，3万元起", "給兩個街道做過招商看板。", "预算1万元以内", "在杭州，可远程", "- 甲\n- 乙", "100% 原创 & <b>", "做过“水务”的朋友", "𠮷野家 𝒜 🧑‍🌾"];
  let seed = 20261122;
  const pick = (list) => list[(seed = (seed * 1103515245 + 12345) % 2147483648) % list.length];
  for (let round = 0; round < 3000; round++) {
    const wanted = { have: [], want: [], meet: [] };
    let text = "";
    if (round % 3 === 0) wanted.have.push((text += pick(SAID)) && text);
    for (let part = 0; part < 1 + (round % 5); part++) {
      const box = pick(["have", "want", "meet"]);
      const said = pick(SAID);
      text += `${text ? pick(["\n", "\n\n", "。\n"]) : ""}${pick(MARKS[box])}${said}`;
      wanted[box].push(said);
    }
    const found = split(text);
    for (const [box, all] of Object.entries(wanted)) for (const said of all) assert.ok(found[box].includes(said), `seed 20261122, round ${round}: ${JSON.stringify(text)}\n${JSON.stringify(found)}\n“${said}” belongs to ${box}`);
  }
});

test("a long text of nothing but marks or rules takes no time", () => {
  for (const piece of ["我有：", "——", "\n【", "1、", "，想认识", "(((", "求\n"]) {
    const text = piece.repeat(6000 / piece.length);
    const from = performance.now();
    split(text);
    assert.ok(performance.now() - from < 1000, `${piece}: ${performance.now() - from} ms`);
  }
});
