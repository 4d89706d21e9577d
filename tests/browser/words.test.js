// The words of the page in its three languages, without a browser.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

const web = (path) => import(new URL(`../../web/${path}`, import.meta.url));
/** Each part of the page: its words in two languages, and those in traditional characters. */
const PARTS = [["i18n.js", "traditional/page.js"], ["components/event/vocabulary.js", "traditional/event.js"], ["components/record/vocabulary.js", "traditional/record.js"], ["components/overview/vocabulary.js", "traditional/overview.js"], ["components/watch/vocabulary.js", "traditional/watch.js"], ["components/decide/vocabulary.js", "traditional/decide.js"], ["components/raise/vocabulary.js", "traditional/raise.js"], ["components/card/vocabulary.js", "traditional/card.js"], ["components/partners/vocabulary.js", "traditional/partners.js"], ["components/import/vocabulary.js", "traditional/import.js"], ["components/progress/vocabulary.js", "traditional/progress.js"]];
/** Characters that only simplified text has: a few hundred of the commonest. */
const SIMPLIFIED = /[万与专业东两严丧个临为举义乌乐习书买乱争产亲亿仅从仓们价众优会伟传伤伦伪体余佣侧债倾储儿党兰关兴养兽册写军农冯冲决况冻净凉减凑凤凭凯击则刚创删别剂剑剧劝办务动励劲劳势匀区医华协单卖卢卫却厂厅历厉压后厌县叁参双发变叙叠号叹吓吗启员呜咏响哑唤啸喷团园围国图圆圣场坏块坚坛坝坟坠垄垒垫执扩扫扬扰抚抛抢护报担拟拥择挂挡挤挥损换据捡掷搁搂摄摆摇撑数断无旧时显晓暂术机杀杂权条来杨极构枪标栈栋树样桥档检楼欢残殴毁气汇汉汤沟没泪泽洁浅测济浏浑浓涂涛润涨渐渔温湾湿满滞滤灭灯灵炉点炼热烦烧爱牵状独狭狮猎现环玛珑电画畅疗疯症监盖盘着矿码确础种积称稳穷窃窍竞笔筑签简类粮级纪约红纤纯纲纳纵纷纸线练组细织终绍经绑结绕绘给络绝统继绩绪续维绿缓编缘缩网罗罚罢职联聪肤胁胜脉脑脚脱脸舆舰艺节范荐药获营萧虑虚虫蛮补装见观规视览觉触订认讨让训议讯记讲许论设访证评识诉词译试诗话询该详语误说请诸读课谁调谅谈谊谋谓谢谨谱贝负财责败货质贪购贯贴贵贷费贺资赋赌赏赔赖赚赛赞赠赵赶跃践踪车转轮软轻载较辅辆辑输辖边达迁过迈运还这进远连迟适选递逻遗邮邻郑酱酿释里鉴针钟钢钱铁铃铜银链销锁错键门闪闭问闲间闻阅队阳阴阵阶际陆陈险随隐难页项顺须顾顿预领频题颜额风飞饭饮馆马驱验骂鱼鸟鸡鸣鸿鹏麦黄齐龙龟]/u;

const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort().join(" ");

for (const [both, third] of PARTS) {
  test(`${third} says all that ${both} says`, async () => {
    const [{ WORDS, NAMES }, hant] = [await web(both), await web(third)];
    assert.deepEqual(Object.keys(hant.WORDS).sort(), Object.keys(WORDS).sort());
    for (const [key, [zh, en]] of Object.entries(WORDS)) {
      for (const [language, text] of [["en", en], ["hant", hant.WORDS[key]]]) {
        assert.equal(placeholders(text), placeholders(zh), `${key} in ${language}: ${text}`);
        assert.ok(text.trim() || !zh.trim(), `${key} is empty in ${language}`);
      }
      // The name of a language is written in that language.
      if (!key.startsWith("nav.language")) assert.doesNotMatch(hant.WORDS[key], SIMPLIFIED, `${key} is not all in traditional characters`);
    }
    for (const [kind, names] of Object.entries(NAMES)) {
      assert.deepEqual(Object.keys(hant.NAMES[kind] ?? {}), Object.keys(names), `names of ${kind}`);
      for (const name of Object.values(hant.NAMES[kind])) assert.doesNotMatch(name, SIMPLIFIED);
    }
  });
}

/** The text of every script and page below `web`. */
async function scripts() {
  const root = new URL("../../web/", import.meta.url);
  const names = (await readdir(root, { recursive: true })).filter((name) => /\.(js|html)$/.test(name));
  return new Map(await Promise.all(names.map(async (name) => [name.replaceAll("\\", "/"), await readFile(new URL(name, root), "utf8")])));
}

test("the page has no word that it never says", async () => {
  const all = await scripts();
  const vocabularies = PARTS.map(([both]) => both);
  const code = [...all].filter(([name]) => !name.startsWith("traditional/") && (name === "i18n.js" || !vocabularies.includes(name))).map(([, text]) => text).join("\n");
  // A word is asked for by its whole name, or by a beginning that is completed.
  const begun = [...code.matchAll(/`([a-z]+\.(?:[a-z_]+\.)*)\$\{/g)].map(([, name]) => name);
  const never = [];
  for (const both of vocabularies) {
    const { WORDS } = await web(both);
    const own = both === "i18n.js" ? 1 : 0;
    never.push(...Object.keys(WORDS).filter((key) => code.split(`"${key}"`).length - 1 <= own && !begun.some((name) => key.startsWith(name))));
  }
  assert.deepEqual(never, []);
});

/** Where the program's own sentences come from that the page shows. */
const SOURCES = [
  "rank/terms", "report/view", "record/advice", "record/lifecycle", "report/sheet", "report/export", "report/event/rows", "report/event/workbook", "report/event/calendar", "intake/problem", "intake/error", "intake/rejects", "domain/follow_up",
  ...["brief", "cards", "document", "personal", "stage", "wall"].map((name) => `report/event/print/${name}`),
  ...["problem", "listings", "request", "searches", "record", "decisions", "cards", "matches", "import", "imports", "raise", "partners", "runs"].map((name) => `serve/${name}`),
  ...["choices", "edits", "follow", "frame", "mod", "plan", "sheets"].map((name) => `serve/events/${name}`),
  ...["check/words", "shortlist/concession", "shortlist/price", "unplaced", "day", "presence", "stage", "changes", "edit/error", "flow/error"].map((name) => `event/${name}`),
];
const bare = (text) => text.replace(/\{[!$]?\}/g, "{}");

/** Chinese sentences of a source file, tests and comments left out, what is filled in as `{}`. */
async function sentencesOf(name) {
  const whole = await readFile(new URL(`../../src/${name}.rs`, import.meta.url), "utf8");
  const code = whole.split("#[cfg(test)]")[0].split("\n").filter((line) => !line.trim().startsWith("//")).join("\n");
  const texts = [...code.matchAll(/"((?:[^"\\]|\\[^])*)"/g)].map(([, text]) => text.replace(/\\\n\s*/g, "").replaceAll('\\"', '"').replaceAll("\\n", "\n"));
  return texts
    .map((text) => (text.includes(" / ") ? text.slice(0, text.lastIndexOf(" / ")) : text))
    // English with an example in it, and lists of words that are looked for.
    .filter((text) => /\p{Script=Han}/u.test(text) && !text.includes("\n") && (!/^[a-z]/.test(text) || /^(text|id|need)、/.test(text)))
    .map((text) => text.replaceAll("{{", "\u0001").replaceAll("}}", "\u0002").replace(/\{[^{}]*\}/g, "{}").replaceAll("\u0001", "{").replaceAll("\u0002", "}"));
}

test("every sentence that the program makes has its traditional form, and what is filled in stays as it is", async () => {
  const { SENTENCES, traditional } = await web("traditional/program.js");
  const known = new Set(SENTENCES.map(([from]) => bare(from)));
  const missing = [];
  for (const name of SOURCES) for (const text of await sentencesOf(name)) if (!known.has(text)) missing.push(`${name}: ${text}`);
  assert.deepEqual(missing, [], "add them to web/traditional/program.js");
  for (const [from, to] of SENTENCES) {
    assert.doesNotMatch(to, SIMPLIFIED, `${to} is not all in traditional characters`);
    assert.equal(to.split("{}").length, bare(from).split("{}").length, from);
  }
  // A listing's own words are simplified here, and stay so.
  for (const [said, wanted] of [
    ["预算不超过42万元", "預算不超過42萬元"],
    ["报价1.28万元起/年", "報價1.28萬元起/年"],
    ["预算不超过42万元，报价1万元起/个，请问总价能否落在预算内？", "預算不超過42萬元，報價1萬元起/个，請問總價能否落在預算內？"],
    ["须持有软件开发证书", "須持有软件开发证书"],
    ["广东省（可远程）", "广东省（可遠端）"],
    ["100天内交付", "100天內交付"],
    ["对接简报", "洽談簡報"],
    ["需求清单里没有编号 “软件”。它可能已被删除，或属于另一边的清单", "需求清單裡沒有編號「软件」。它可能已被刪除，或屬於另一邊的清單"],
    ["指定需求 N1 与 软件工坊 对接：代价为 3.5 分，挤掉了 N2 与 丙 的对接，并使其他限制无法全部满足", "指定需求 N1 與 软件工坊 洽談：代價為 3.5 分，擠掉了 N2 與 丙 的洽談，並使其他限制無法全部滿足"],
    ["第3时段（09:00–09:15）2号桌：需求 N1 此时不在场，却安排了与 软件工坊 的对接；请改到别的时段", "第3時段（09:00–09:15）2號桌：需求 N1 此時不在場，卻安排了與 软件工坊 的洽談；請改到別的時段"],
    ["一句谁都没写过的话", "一句谁都没写过的话"],
  ]) assert.equal(traditional(said), wanted);
});
