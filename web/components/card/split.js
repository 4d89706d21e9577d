// A card as it stands in a group chat, taken apart into its boxes. Nothing here knows the
// page: text in, texts out; whatever nobody marked stays with what somebody has.

/** Traditional characters of the marks, one for one, so that offsets stay. */
const TRADITIONAL = "會識認鏈連對結尋資長專產務優勢見給幫繫聯稱暱電話號機團隊動領現業應內絡";
const SIMPLIFIED = "会识认链连对结寻资长专产务优势见给帮系联称昵电话号机团队动领现业应内络";
const FOLDED = new Map([...TRADITIONAL].map((from, at) => [from, [...SIMPLIFIED][at]]));
const lower = (letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter);
const folded = (text) => [...text].map((letter) => FOLDED.get(letter) ?? lower(letter)).join("");

/** Words that begin a box when brackets, a colon or a line of their own set them off. */
const HEADS = {
  have: "我有 我能 我会 我能提供 我可以提供 我可提供 我提供 我的资源 我的能力 我的优势 我能做 我能帮 我能给 有 能 会 供 供给 供应 提供 能提供 可提供 可以提供 可对外提供 资源 已有资源 现有资源 能力 技能 专长 擅长 擅长领域 优势 产品 产品服务 服务 主营 业务 主营业务 我在做 在做 i have i offer offer offering have",
  want: "我要 我想要 我需 我需要 我想找 我在找 我找 我求 我缺 我的需求 我希望得到 要 需 需要 需求 目前需要 当前需求 求 求助 寻求 找 想找 在找 寻找 寻 招 缺 急需 希望得到 想要 i need i want need looking for",
  meet: "想认识 我想认识 想认识的人 我想认识的人 希望认识 我希望认识 期待认识 想结识 我想结识 希望结识 想链接 我想链接 希望链接 期待链接 链接 想连接 希望连接 想对接 我想对接 希望对接 期待对接 想见 认识 结识 交友 想交的朋友 合作对象 想合作 希望合作 期待合作 合作方向 i would like to meet i want to meet want to meet meet",
  name: "姓名 名字 称呼 昵称 我叫 name",
  contact: "联系方式 联系 联络方式 联络 联系我 微信 微信号 加微信 vx wx v信 电话 手机 手机号 邮箱 邮件 email wechat contact",
};
/** Words that begin a box at the head of a line or sentence without more. */
const BARE = { have: "我有 我能 我会 我可以提供 我能提供 我提供", want: "我要 我想要 我需要 我想找 我在找 我缺 求 寻找 想找", meet: "想认识 我想认识 希望认识 我希望认识 想结识 希望结识 想链接 我想链接 希望链接 想对接 希望对接" };
/** Of those, the ones that no sentence goes on with after a comma. */
const AFTER_COMMA = { want: "我需要 我想找 我在找 我缺", meet: "想认识 我想认识 希望认识 我希望认识 想结识 希望结识 想链接 我想链接 希望链接" };

/** Phrases of English hold blanks: what is looked for is listed whole. */
const ENGLISH = ["i would like to meet", "i want to meet", "want to meet", "looking for", "i have", "i offer", "i need", "i want"];

/** `word → box`, longest first, as a pattern of alternatives. */
function known(lists) {
  const boxes = new Map();
  for (const [box, list] of Object.entries(lists)) {
    let rest = list;
    for (const phrase of ENGLISH) {
      if (!` ${rest} `.includes(` ${phrase} `)) continue;
      boxes.set(phrase, box);
      rest = ` ${rest} `.replace(` ${phrase} `, " ").trim();
    }
    for (const word of rest.split(" ").filter(Boolean)) boxes.set(word, box);
  }
  return { boxes, any: [...boxes.keys()].sort((a, b) => b.length - a.length).join("|") };
}

const heads = known(HEADS);
const bare = known(BARE);
const afterComma = known(AFTER_COMMA);

/** A list's number or dot before a mark: it goes with the mark. */
const BULLET = "(?:[（(]?(?:\\d{1,2}(?:\\uFE0F?\\u20E3)?|[一二三四五六七八九十]|[①-⑳])[.．、)）:：]?[ \\t]*)?";
const [OPEN, CLOSE] = ["[【\\[［〔「『《〈<（(#*]", "[】\\]］〕」』》〉>）)#*]"];
/** The head of a line with what decorates it; the group is what stands before the mark. */
const LINE = `(^|\\n)[^\\p{L}\\p{N}\\n]*${BULLET}`;
/**
 * The last group of each is the word, the ones before it what stands before the mark. (Not
 * by looking behind: telephones of 2022 stumble over that.)
 */
const MARKS = [
  // 【我有】, whatever stands around it; a pair of brackets is a head even without a colon.
  { like: new RegExp(`${BULLET}${OPEN}+[ \\t]*(${heads.any})[ \\t]*${CLOSE}+[ \\t]*[:：]?`, "gu"), boxes: heads.boxes },
  // 我有：, and a dash that stands for the colon.
  { like: new RegExp(`(?:${LINE}|(^|[^\\p{L}\\p{N}]))(${heads.any})[ \\t]*(?:[:：]|[—–-]+(?=[ \\t\\p{Script=Han}])|[|｜])`, "gu"), boxes: heads.boxes },
  // 我有 on a line of its own.
  { like: new RegExp(`${LINE}(${heads.any})[^\\p{L}\\p{N}\\n]*(?=\\n)`, "gu"), boxes: heads.boxes },
  // 我有… as a sentence begins.
  { like: new RegExp(`(?:${LINE}|([。！？!?；;…\\p{Extended_Pictographic}][ \\t]*))(${bare.any})(?=[\\p{L}\\p{N} \\t“「『])`, "gu"), boxes: bare.boxes },
  { like: new RegExp(`([，,、 \\t][ \\t]*)(${afterComma.any})(?=[\\p{L}\\p{N}])`, "gu"), boxes: afterComma.boxes },
];

/** Where marks stand: `[{ from, to, box, head }]`, apart from each other, in order. */
function marksOf(text) {
  const read = folded(text);
  const found = [];
  for (const { like, boxes } of MARKS) {
    like.lastIndex = 0;
    for (let match = like.exec(read); match; match = like.exec(read)) {
      const [whole, ...groups] = match;
      const head = groups.pop();
      const from = match.index + groups.reduce((sum, before) => sum + (before?.length ?? 0), 0);
      const to = match.index + whole.length;
      // The end of one mark is what stands before the next.
      like.lastIndex = Math.max(to - 1, match.index + 1);
      // A mark inside another is part of it; the surer kinds were looked for first.
      if (!found.some((other) => from < other.to && other.from < to)) found.push({ from, to, box: boxes.get(head), head });
    }
  }
  return found.sort((a, b) => a.from - b.from);
}

const trimmed = (text) => text.replace(/^[\s:：，,、;；|｜]+/u, "").replace(/[\s，,、;；|｜]+$/u, "");
/** What can be written to: a number, an address, an id. */
const reaches = (text) => /[\w.+-]{5,}/.test(text) || /\d{7,}/.test(text.replace(/[\s-]/g, ""));
const LONGEST_NAME = 40;

/**
 * `{ have, want, meet, name, contact, boxes }` of a card as it was pasted; `boxes` are
 * those that were marked, in the order of the text. A name or a way to reach somebody ends
 * with its line, and is taken only where it looks like one; else it stays in `have`.
 */
export function split(text) {
  const whole = text.normalize("NFC");
  const marks = marksOf(whole);
  const parts = { have: [], want: [], meet: [], name: [], contact: [] };
  const unmarked = [trimmed(whole.slice(0, marks[0]?.from ?? whole.length))];
  marks.forEach(({ from, to, box, head }, at) => {
    const end = marks[at + 1]?.from ?? whole.length;
    const said = whole.slice(to, end);
    if (box !== "name" && box !== "contact") return parts[box].push(trimmed(said));
    const [, line, rest] = /^([^\n]*)([^]*)$/.exec(said);
    const value = trimmed(line);
    const taken = box === "name" ? !parts.name.length && value && [...value].length <= LONGEST_NAME : reaches(value);
    if (!taken) unmarked.push(trimmed(whole.slice(from, to) + line));
    // 微信 says what kind of a way it is, 联系方式 does not.
    else parts[box].push(box === "contact" && !/^(?:联系|联络|contact)/.test(head) ? `${whole.slice(from, to).replace(/[^\p{L}\p{N}]/gu, "")}：${value}` : value);
    unmarked.push(trimmed(rest));
  });
  // A wave or a rule between lines says nothing.
  const joined = (list) => list.filter((part) => /[\p{L}\p{N}]/u.test(part)).join("\n");
  return {
    // What they have comes before what they say of themselves: its first line names the card.
    have: joined([...parts.have, ...unmarked]), want: joined(parts.want), meet: joined(parts.meet),
    name: joined(parts.name), contact: joined(parts.contact).replaceAll("\n", " "),
    boxes: [...new Set(marks.map(({ box }) => box).filter((box) => box in BARE))],
  };
}
