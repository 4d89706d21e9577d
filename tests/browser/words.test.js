// The words of the page in its three languages, without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";

const web = (path) => import(new URL(`../../web/${path}`, import.meta.url));
/** Each part of the page: its words in two languages, and those in traditional characters. */
const PARTS = [["i18n.js", "traditional/page.js"], ["components/event/vocabulary.js", "traditional/event.js"], ["components/record/vocabulary.js", "traditional/record.js"], ["components/overview/vocabulary.js", "traditional/overview.js"], ["components/watch/vocabulary.js", "traditional/watch.js"], ["components/decide/vocabulary.js", "traditional/decide.js"], ["components/raise/vocabulary.js", "traditional/raise.js"], ["components/card/vocabulary.js", "traditional/card.js"]];
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
