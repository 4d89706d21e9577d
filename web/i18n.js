// Every word of the page, in simplified Chinese and in English: `key: [zh, en]`; in
// traditional Chinese in `traditional/`.
// `{name}` is filled in from the values given to `t`.

import { inBrowser } from "./memory.js";

export const WORDS = {
  // the frame
  "app.name": ["OPC 供需撮合", "OPC match"],
  "app.tagline": ["谁能做，有多合适，为什么", "Who can do it, how well, and why"],
  "app.skip": ["跳到正文", "Skip to content"],
  "nav.label": ["主导航", "Main"],
  "nav.board": ["看板", "Board"],
  "nav.ask": ["我能做什么", "What can I do"],
  "nav.overview": ["总览", "Overview"],
  "nav.event": ["对接会", "Events"],
  "nav.watch": ["关注", "Watching"],
  "match.raise": ["怎样能更合适", "What would raise this"],
  "match.partners": ["找能互补的搭档", "Partners who complement you"],
  "match.contacts": ["联系方式", "Contacts"],
  "nav.import": ["导入清单", "Import"],
  "nav.language": ["语言 Language", "Language 语言"],
  "search.label": ["搜索两个清单", "Search both lists"],
  "search.placeholder": ["搜需求和能力，例如：水质监测", "Search needs and capabilities"],
  "search.go": ["搜索", "Search"],
  "demo.notice": ["示例数据，均为虚构", "Demo data, all invented"],
  "demo.own": ["导入自己的清单", "Import your own list"],
  "foot.today": ["按 {day} 计算截止日期", "Deadlines counted from {day}"],
  "foot.switching": ["正在换用模型 {model}：{done} / {total}", "Changing to the model {model}: {done} of {total}"],
  "foot.switching.eta": ["正在换用模型 {model}：{done} / {total}，约 {seconds} 秒", "Changing to the model {model}: {done} of {total}, about {seconds} s"],
  "foot.switching.failed": ["换用模型 {model} 没有成功，仍用原来的", "Changing to the model {model} failed; the former one stays"],
  "foot.switching.stop": ["不换了", "Keep the former one"],
  "foot.making": ["正在更新清单…", "Updating the lists…"],
  "foot.making.share": ["正在更新清单：{percent}%，约剩 {seconds} 秒", "Updating the lists: {percent}%, about {seconds} s left"],
  "foot.settling": ["后台正在整理清单，不影响使用", "Putting the lists in order in the background; nothing waits for it"],
  "foot.api": ["接口说明", "API description"],

  // signing in
  "session.in": ["登录", "Sign in"],
  "session.out": ["退出登录", "Sign out"],
  "session.go": ["登录", "Sign in"],
  "session.key": ["密钥", "Key"],
  "session.help": ["以 opk_ 开头，由管理员发放。不登录也能搜索、看匹配。", "It begins with opk_; an administrator gives it out. Searching and matches need none."],
  "session.entered": ["已登录：{role}", "Signed in as {role}"],
  "session.left": ["已退出登录", "Signed out"],
  "session.reads": ["只能查看", "reading only"],
  "session.role.opc": ["一人公司", "one-person company"],
  "session.role.publisher": ["发布方", "publisher"],
  "session.role.organiser": ["组织者", "organiser"],
  "session.role.admin": ["管理员", "administrator"],

  // sides
  "side.requirement": ["需求", "Needs"],
  "side.capability": ["能力", "Capabilities"],
  "side.requirement.one": ["需求", "need"],
  "side.capability.one": ["能力", "capability"],
  "side.switch": ["看哪一边", "Which list"],

  // states
  "state.loading": ["正在读取…", "Loading…"],
  "state.ranking": ["正在比对…", "Comparing…"],
  "state.retry": ["重试", "Try again"],
  "state.error": ["没有成功", "That did not work"],
  "state.unreachable": ["连不上程序。请确认 opcmatch 仍在运行，然后重试。", "Cannot reach the program. Check that opcmatch is still running, then try again."],
  "state.unexpected": ["程序没有给出可读的回答（状态 {status}）。请重试；仍不行请查看程序日志。", "The program gave no readable answer (status {status}). Try again; if it persists, see its log."],
  "state.nosuch": ["没有这个页面", "No such page"],
  "state.home": ["回到看板", "Back to the board"],

  // board
  "board.title.requirement": ["每项需求，谁能做", "Every need, and who can do it"],
  "board.title.capability": ["每项能力，能接什么", "Every capability, and what it can take on"],
  "board.count.all.requirement": ["项需求", "needs"],
  "board.count.all.capability": ["项能力", "capabilities"],
  "board.count.fit.requirement": ["项有合适能力", "with a fitting capability"],
  "board.count.fit.capability": ["项有合适需求", "with a fitting need"],
  "board.count.none.requirement": ["项无合适能力", "that nobody fits"],
  "board.count.none.capability": ["项无合适需求", "that fit no need"],
  "board.show": ["显示", "Show"],
  "board.filter": ["在清单中查找", "Find in the list"],
  "board.filter.placeholder": ["名称、单位、地区、行业", "Title, party, place, field"],
  "board.sort": ["排序", "Sort by"],
  "order.best": ["最合适的在前", "Best first"],
  "order.id": ["编号", "Id"],
  "order.newest": ["最新的在前", "Newest first"],
  "order.money": ["金额从高到低", "Amount, highest first"],
  "order.degree": ["匹配度从高到低", "Best degree first"],
  "order.date": ["日期", "Date"],
  "order.listed": ["原来的顺序", "As listed"],
  "order.attention": ["没有对接的在前", "Without a meeting first"],
  "order.meetings": ["场次多的在前", "Most meetings first"],
  "order.unowned": ["没人跟进的在前", "Without an owner first"],
  "order.severity": ["未收下的在前", "Rejected first"],
  "order.row": ["行号", "Row"],
  "order.name": ["名称", "Name"],
  "order.deadline": ["截止日期", "Deadline"],
  "order.side": ["需求在前，再能力", "Needs, then capabilities"],
  "order.oldest": ["最早的在前", "Oldest first"],
  "order.alike": ["最像的在前", "Most alike first"],
  "sort.ascending": ["按{name}升序", "By {name}, ascending"],
  "sort.descending": ["按{name}降序", "By {name}, descending"],
  "sort.none": ["原来的顺序", "As listed"],
  "board.sort.attention": ["无合适的在前，再按截止", "No fit first, then deadline"],
  "board.sort.degree": ["匹配度从高到低", "Best degree first"],
  "board.sort.deadline": ["截止日期", "Deadline"],
  "board.sort.money": ["金额从高到低", "Amount, highest first"],
  "board.sort.id": ["编号", "Id"],
  "board.column.listing.requirement": ["需求", "Need"],
  "board.column.listing.capability": ["能力", "Capability"],
  "board.column.money.requirement": ["预算", "Budget"],
  "board.column.money.capability": ["报价", "Price"],
  "board.column.deadline": ["截止", "Deadline"],
  "board.column.degree": ["最高匹配度", "Best degree"],
  "board.column.best.requirement": ["最合适的能力", "Best capability"],
  "board.column.best.capability": ["最合适的需求", "Best need"],
  "board.column.fits": ["合适", "Fits"],
  "board.fits": ["{n} 项", "{n}"],
  "board.fits.many": ["{n}+ 项", "{n}+"],
  "board.nofit.requirement": ["无合适能力", "Nobody fits"],
  "board.nofit.capability": ["无合适需求", "No need fits"],
  "board.nearest": ["最接近：", "Nearest: "],
  "board.nearest.terms": ["最接近，但条件不符：", "Nearest, but a term is not met: "],
  "board.shown": ["显示 {n} / {all}", "{n} of {all}"],
  "board.more": ["再显示 {n} 项", "Show {n} more"],
  "board.more.all": ["全部显示（{n} 项）", "Show all {n}"],
  "board.empty": ["清单是空的。先导入一个表格。", "The list is empty. Import a spreadsheet first."],
  "board.nohit": ["没有符合条件的条目。清空查找词，或改为“全部”。", "Nothing matches. Clear the search, or show all."],
  "board.clear": ["清空条件", "Clear"],
  "board.download": ["下载匹配结果", "Download results"],
  "board.closed": ["已截止", "closed"],

  // listing
  "listing.back": ["返回看板", "Back to the board"],
  "listing.manage": ["状态、检查与修改记录", "State, review and history"],
  "listing.details": ["详情", "Details"],
  "listing.untitled": ["（无名称）", "(untitled)"],
  "listing.noparty": ["单位未说明", "party not stated"],
  "listing.text": ["原文", "Full text"],
  "listing.notext": ["没有写描述。", "No description was given."],
  "listing.more": ["展开全文", "Show all"],
  "listing.less": ["收起", "Show less"],
  "listing.cases": ["做过的", "Done before"],
  "listing.extra": ["其他栏目", "Other columns"],
  "listing.source": ["来源", "Source"],
  "listing.source.row": ["{file} 第 {row} 行", "{file}, row {row}"],
  "listing.link": ["公告链接", "Published notice"],
  "listing.contact": ["留有联系方式，由组织方转达", "Contact on file; the organiser passes it on"],
  "listing.fromtext": ["从文中读出：“{quote}”", "Read from the text: “{quote}”"],
  "listing.threshold": ["这项需求写有“{quote}”。按杭州 2026 年 4 月的规定，办公面积、人员规模和注册资本不得作为一人公司的准入门槛，建议发布方删去。", "This need states “{quote}”. Under Hangzhou's rule of April 2026 office area, headcount and registered capital may not be entry thresholds for one-person companies: advise the publisher to drop it."],
  "fact.money.requirement": ["预算", "Budget"],
  "fact.money.capability": ["报价", "Price"],
  "fact.region": ["地区", "Place"],
  "fact.remote": ["远程", "Remote"],
  "fact.remote.yes": ["可远程", "possible"],
  "fact.remote.no": ["不可远程", "not possible"],
  "fact.deadline": ["截止", "Deadline"],
  "fact.deadline.open": ["长期有效", "open-ended"],
  "fact.published": ["发布", "Published"],
  "fact.delivery": ["交付", "Delivery"],
  "fact.delivery.days": ["{n} 天内", "within {n} days"],
  "fact.delivery.by": ["{day} 前", "by {day}"],
  "fact.industries": ["行业", "Fields"],
  "fact.skills": ["技能", "Skills"],
  "fact.eligibility": ["主体", "Eligibility"],
  "fact.legal.requirement": ["须为法人或登记组织", "a registered organisation"],
  "fact.legal.capability": ["已登记为法人或组织", "is a registered organisation"],
  "fact.legal.none.requirement": ["不要求法人", "no registration needed"],
  "fact.legal.none.capability": ["未登记为法人", "not a registered organisation"],
  "fact.past": ["业绩", "Past contracts"],
  "fact.past.count": ["至少 {n} 个同类合同", "at least {n} like contracts"],
  "fact.past.worth": ["，每个不低于 {worth}", ", each worth {worth} or more"],
  "fact.certificates": ["资质", "Certificates"],
  "fact.expires": ["（有效至 {day}）", " (valid to {day})"],
  "fact.onsite": ["驻场", "On site"],
  "fact.onsite.requirement": ["须驻场或到场", "presence required"],
  "fact.onsite.capability": ["可驻场或到场", "can be on site"],
  "fact.onsite.none": ["不驻场", "not on site"],
  "fact.data": ["数据", "Data"],
  "fact.data.requirement": ["数据不出本单位", "data stays on site"],
  "fact.data.capability": ["可私有化部署", "private deployment possible"],
  "fact.data.none.requirement": ["数据可出本单位", "data may leave"],
  "fact.data.none.capability": ["不能私有化部署", "no private deployment"],
  "fact.capacity": ["接单", "Capacity"],
  "fact.capacity.free": ["还能接 {n} 单", "{n} jobs free"],
  "fact.capacity.full": ["已满", "full"],
  "fact.status": ["状态", "Status"],

  // matches
  "match.title.requirement": ["谁能做", "Who can do it"],
  "match.title.capability": ["能接哪些需求", "Needs it can take on"],
  "match.degree": ["匹配度", "Degree"],
  "match.degree.help": ["匹配度 0–100：评审认为这一对合适的可能性。低于 {floor} 不作推荐。", "Degree 0–100: the chance that a judge would call the pair a fit. Below {floor} it is not recommended."],
  "match.of100": ["{n} 分（满分 100）", "{n} of 100"],
  "group.fit": ["合适", "Fits"],
  "group.terms_not_met": ["内容相近，但条件不符", "Near in content, but a term is not met"],
  "group.below_floor": ["未达门槛，仅供参考", "Below the floor, for reference"],
  "group.show": ["显示 {n} 项", "Show {n}"],
  "group.hide": ["收起", "Hide"],
  "nofit.requirement": ["无合适能力", "Nobody fits yet"],
  "nofit.capability": ["无合适需求", "No need fits yet"],
  "nofit.requirement.help": ["没有一项能力既达到 {floor} 分又满足条件。宁可说没有，也不凑数。可以：看下面最接近的几项缺什么；把需求写得更具体再试；或征集新的能力。", "No capability both reaches {floor} and meets the terms; better to say so than to fill the list. See below what the nearest ones lack, describe the need more closely, or invite new capabilities."],
  "nofit.capability.help": ["没有一项需求既达到 {floor} 分又满足条件。可以：看下面最接近的几项缺什么；把能做的事、做过的例子写具体再试。", "No need both reaches {floor} and meets the terms. See below what the nearest ones ask for, or describe what you do and have done more closely."],
  "match.why": ["说明理由", "Explain"],
  "match.fold": ["收起理由", "Fold"],
  "match.evidence": ["依据", "Evidence"],
  "match.evidence.none": ["没有找到能互相印证的句子；分数来自共同词和整体语义。", "No sentences of the two speak for each other; the score comes from shared words and overall meaning."],
  "match.alike": ["说法不同，意思相同", "Different words, same meaning"],
  "match.requirement.says": ["需求写", "The need says"],
  "match.capability.says": ["能力写", "The capability says"],
  "match.missing": ["未见对应", "Not answered"],
  "match.missing.help": ["需求提到、能力里没有看到的：", "Asked by the need, not found in the capability:"],
  "match.terms": ["条件", "Terms"],
  "match.terms.none": ["双方都没有写条件。", "Neither side states any terms."],
  "match.questions": ["见面前先问", "Ask before meeting"],
  "match.copy": ["复制问题", "Copy questions"],
  "match.copied": ["已复制", "Copied"],
  "match.notcopied": ["复制不了，请手动选取", "Could not copy; select the text by hand"],
  "match.parts": ["分数从哪里来", "Where the score comes from"],
  "match.parts.words": ["共同词", "Shared words"],
  "match.parts.pieces": ["相近的字词片段", "Shared pieces of words"],
  "match.parts.meaning": ["语义接近", "Nearness in meaning"],
  "match.parts.reranked": ["通读复核", "Second look at both texts"],
  "match.open": ["看详情", "Open"],
  "answer.met": ["符合", "Met"],
  "answer.not_stated": ["待确认", "To confirm"],
  "answer.not_met": ["不符", "Not met"],
  "answer.count": ["{word} {n}", "{word} {n}"],
  "term.budget": ["预算", "Budget"],
  "term.region": ["地区", "Place"],
  "term.deadline": ["截止", "Deadline"],
  "term.delivery": ["交付时间", "Delivery"],
  "term.legal_person": ["主体资格", "Legal person"],
  "term.past_contracts": ["业绩", "Past contracts"],
  "term.certificate": ["资质", "Certificate"],
  "term.data_stays_on_site": ["数据不出域", "Data on site"],
  "term.on_site": ["驻场", "On site"],
  "term.capacity": ["接单余量", "Capacity"],
  "term.unsaid": ["未说明", "not stated"],

  // ask
  "ask.title": ["把话写在这里，看看谁和你合适", "Write it down, see who fits"],
  "ask.side": ["我要写的是", "I am describing"],
  "ask.side.capability": ["我能做什么", "What I can do"],
  "ask.side.requirement": ["我需要什么", "What I need"],
  "ask.label.capability": ["你能做什么", "What you can do"],
  "ask.label.requirement": ["你需要什么", "What you need"],
  "ask.hint.capability": ["像跟朋友介绍自己那样写：做什么、给谁做过、多久交付、怎么收费、人在哪里。", "As you would tell a friend: what you do, whom you did it for, how fast, for how much, where."],
  "ask.hint.requirement": ["写清要解决什么事、有什么限制、预算和时间。可以直接粘贴公告原文。", "Say what is to be solved, under what limits, with what budget and when. Pasting a notice is fine."],
  "ask.example": ["用一个例子试试", "Try an example"],
  "ask.example.capability": ["我一个人做小程序和数据看板，三年里给两个街道做过老人走访记录和独居预警，手机上点几下就能登记，后台自动出周报。人在杭州，可以驻场调试，也能远程。一般三周交付，3万元起。", "我一个人做小程序和数据看板，三年里给两个街道做过老人走访记录和独居预警，手机上点几下就能登记，后台自动出周报。人在杭州，可以驻场调试，也能远程。一般三周交付，3万元起。"],
  "ask.example.requirement": ["我们园区有十二部电梯，维保单位每月来一次，平时故障都是业主打电话才知道。想要一套能提前发现异常的办法，最好不改电梯本体，数据留在园区。预算8万元以内，春节前用上。", "我们园区有十二部电梯，维保单位每月来一次，平时故障都是业主打电话才知道。想要一套能提前发现异常的办法，最好不改电梯本体，数据留在园区。预算8万元以内，春节前用上。"],
  "ask.go.capability": ["看哪些需求合适", "See which needs fit"],
  "ask.go.requirement": ["看谁能做", "See who can do it"],
  "ask.private": ["只在这台机器上比对，不会保存。", "Compared on this machine only; nothing is kept."],
  "ask.card": ["30 秒发名片", "Post a card"],
  "ask.tocard": ["发成名片", "Make it a card"],
  "ask.watch": ["以后有合适的告诉我", "Tell me of what arrives later"],
  "ask.empty": ["先写几句话，十几个字就可以开始。", "Write a few words first."],
  "ask.read": ["从你的话里读到", "Read from your words"],
  "ask.read.nothing": ["没有读到预算、时间或资质等条件，只按内容比对。", "No budget, time or certificates were found; compared by content alone."],

  "filter.title.requirement": ["只看哪些需求", "Which needs to see"],
  "filter.title.capability": ["只看哪些能力", "Which capabilities to see"],
  "filter.place": ["地区（可远程的总在内）", "Place (remote work always counts)"],
  "filter.place.any": ["不限", "Anywhere"],
  "filter.least.requirement": ["预算至少（万元）", "Budget from (CNY 10,000)"],
  "filter.most.requirement": ["预算至多（万元）", "Budget to (CNY 10,000)"],
  "filter.least.capability": ["报价至少（万元）", "Price from (CNY 10,000)"],
  "filter.most.capability": ["报价至多（万元）", "Price to (CNY 10,000)"],
  "filter.open": ["这一天还没截止", "Still open on"],
  "filter.remote": ["可远程的", "Remote possible"],
  "filter.stated": ["没写明的不看", "Leave out what is not stated"],
  "filter.clear": ["清空条件", "Clear"],

  // search
  "search.title": ["“{q}” 的搜索结果", "Results for “{q}”"],
  "search.blank": ["在上面的框里输入要找的事。", "Type what you are looking for in the box above."],
  "search.none": ["没有找到相关条目。换个说法，或用更短的词。", "Nothing found. Try other or fewer words."],

  "money.negotiable": ["面议", "negotiable"],
  "money.also": ["（可议）", " (negotiable)"],
  "money.upto": ["不超过{high}", "≤ {high}"],
  "money.from": ["{low}起", "from {low}"],
  "money.between": ["{low}–{high}", "{low}–{high}"],
  "unsaid": ["未说明", "not stated"],
};

export const NAMES = {
  status: { draft: ["草稿", "draft"], review: ["待审核", "in review"], published: ["已发布", "published"], in_progress: ["推进中", "in progress"], closed: ["已结束", "closed"] },
  category: { scenario: ["场景", "scenario"], procurement: ["采购", "procurement"], challenge: ["揭榜", "open challenge"], partner: ["找伙伴", "partner"], policy: ["政策", "policy"], service: ["服务", "service"], product: ["产品", "product"], other: ["其他", "other"] },
  party_kind: { government: ["政府部门", "government"], institution: ["事业单位", "institution"], company: ["企业", "company"], opc: ["一人公司", "one-person company"], person: ["个人", "person"], community: ["社群园区", "community"], unknown: ["未说明", "not stated"] },
  field: {
    id: ["编号", "Id"], category: ["类别", "Category"], title: ["名称", "Title"], text: ["描述", "Text"], party: ["单位", "Party"], party_kind: ["单位类型", "Kind of party"], region: ["地区", "Place"], remote: ["可否远程", "Remote"], industries: ["行业", "Fields"], skills: ["技能", "Skills"], money: ["金额", "Money"], published: ["发布日期", "Published"], deadline: ["截止日期", "Deadline"], delivery: ["交付时间", "Delivery"], eligibility: ["资格要求", "Eligibility"], past_contracts: ["业绩要求", "Past contracts"], certificates: ["资质", "Certificates"], data_stays_on_site: ["数据不出域", "Data on site"], on_site: ["驻场", "On site"], thresholds: ["准入门槛", "Thresholds"], cases: ["案例", "Cases"], capacity: ["接单余量", "Capacity"], status: ["状态", "Status"], contacts: ["联系方式", "Contacts"], url: ["链接", "Link"],
  },
};

/** What the page can be read in, by its own name, and the `lang` of each. */
export const LANGUAGES = { zh: "简体", hant: "繁體", en: "English" };
const TAGS = { zh: "zh-CN", hant: "zh-Hant", en: "en" };

/** The traditional words of each part of the page: loaded when they are chosen. */
const TRADITIONAL = {
  page: () => import("./traditional/page.js"),
  event: () => import("./traditional/event.js"),
  record: () => import("./traditional/record.js"),
  watch: () => import("./traditional/watch.js"),
  decide: () => import("./traditional/decide.js"),
  raise: () => import("./traditional/raise.js"),
  partners: () => import("./traditional/partners.js"),
  card: () => import("./traditional/card.js"),
  import: () => import("./traditional/import.js"),
  progress: () => import("./traditional/progress.js"),
  overview: () => import("./traditional/overview.js"),
};
const traditional = { words: {}, names: {} };
const parts = new Set(["page"]);
/** The program's own sentences in traditional characters. */
let rewritten = null;

const REMEMBERED = "opcmatch.language";
let language = inBrowser.get(REMEMBERED);
if (!(language in LANGUAGES)) language = preferred(globalThis.navigator?.languages ?? []);

/** The first of the browser's own languages that the page has. */
function preferred(tags) {
  for (const tag of tags) {
    if (/^zh\b.*(hant|tw|hk|mo)\b/i.test(tag)) return "hant";
    if (/^zh\b/i.test(tag)) return "zh";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "zh";
}

/** Which of the program's two languages its sentences are shown in: `zh` or `en`. */
export const lang = () => (language === "en" ? "en" : "zh");

/** The page's own language: a key of `LANGUAGES`. */
export const shownIn = () => language;

/** The characters that the program's files are asked for in, where they are not its usual ones. */
export const script = () => (language === "hant" ? "hant" : undefined);

/** How dates and the like are written here. */
export const locale = () => ({ zh: "zh-CN", hant: "zh-TW", en: "en-GB" })[language];

/** Fetches the words that the language needs and that are not part of the page. */
async function fetched() {
  if (language !== "hant") return;
  rewritten ??= (await import("./traditional/program.js")).traditional;
  await Promise.all([...parts].map(async (part) => {
    const { WORDS: words, NAMES: names } = await TRADITIONAL[part]();
    Object.assign(traditional.words, words);
    Object.assign(traditional.names, names);
  }));
}

/** Resolves when the first view can be drawn in the language of the page. */
export const ready = fetched;

/** Changes the language of the page; the caller draws it anew. */
export async function setLang(next) {
  language = next in LANGUAGES ? next : "zh";
  inBrowser.set(REMEMBERED, language);
  await fetched();
}

/** Adds what a part of the page says that is loaded later: words by key, and words for the API's names by kind. */
export async function addWords(part, words, names = {}) {
  Object.assign(WORDS, words);
  Object.assign(NAMES, names);
  parts.add(part);
  await fetched();
}

const pick = ([zh, en], hant) => (language === "en" ? en : language === "hant" ? (hant ?? zh) : zh);

/** A Chinese sentence of the program's own, in the characters of the page. */
export const inScript = (text) => (language === "hant" && rewritten && text ? rewritten(text) : text);

/** The words of a key, with `{name}` filled in. An unknown key shows itself. */
export function t(key, values = {}) {
  const found = WORDS[key];
  if (!found) return key;
  return pick(found, traditional.words[key]).replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
}

/** The word for one of the API's names; the name itself when it is new to the page. */
export function nameOf(kind, name) {
  const found = NAMES[kind]?.[name];
  return found ? pick(found, traditional.names[kind]?.[name]) : name;
}

/** The fields that a column can be read as, in the order they are offered. */
export const FIELDS = Object.keys(NAMES.field);

/** Puts the words into the static parts of the page (`data-t`, `data-t-label`, `data-t-placeholder`). */
export function translate(root) {
  document.documentElement.lang = TAGS[language];
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
  for (const node of root.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);
}
