// What the page says of choosing among candidates, in Chinese and in English, as in i18n.js.

export const WORDS = {
  "decide.accept": ["接受", "Accept"],
  "decide.accept.who": ["接受 {who}", "Accept {who}"],
  "decide.reject": ["不合适…", "Not this one…"],
  "decide.reject.who": ["{who} 不合适", "{who} is not the one"],
  "decide.why": ["原因", "Reason"],
  "decide.save": ["记下", "Note it"],
  "decide.cancel": ["算了", "Cancel"],
  "decide.undo": ["撤销", "Undo"],
  "decide.undo.who": ["撤销对 {who} 的决定", "Undo the decision on {who}"],
  "decide.accepted": ["已接受", "Accepted"],
  "decide.rejected": ["不合适：{why}", "Not this one: {why}"],
  "decide.undone": ["已撤销", "Undone"],
  "decide.compare": ["对比", "Compare"],
  "decide.compare.who": ["把 {who} 加入对比", "Compare {who}"],
  "decide.compare.most": ["最多对比三项，请先取消一项", "Three at most: leave one out first"],
  "decide.compare.title": ["并排对比", "Side by side"],
  "decide.compare.one": ["已选 1 项，再选一两项即可并排对比", "One chosen: choose one or two more to compare"],
  "decide.compare.see": ["看对比（{n} 项）", "See the comparison ({n})"],
  "decide.compare.close": ["结束对比", "Close"],
  "decide.row.degree": ["匹配度", "Degree"],
  "decide.row.party": ["单位", "Party"],
  "decide.row.place": ["地区", "Place"],
  "decide.row.money": ["金额", "Amount"],
  "decide.row.evidence": ["最有力的依据", "Strongest evidence"],
  "decide.row.missing": ["未见对应", "Not answered"],
  "decide.row.questions": ["见面前先问", "Ask before meeting"],
  "decide.none": ["没有", "none"],
  "decide.share": ["复制这一页的链接", "Copy the link"],
  "decide.qr": ["二维码", "QR code"],
  "decide.qr.said": ["扫码打开这一页", "Scan to open this page"],
  "decide.qr.long": ["这一页的地址太长，装不进二维码；请复制链接。", "This address is too long for a QR code; copy the link."],
  "decide.download": ["下载决定（CSV）", "Download decisions (CSV)"],
  "decide.kept": ["决定只记在这个浏览器里；下载下来可交给同事。", "Decisions are kept in this browser only; download them to hand them on."],
  "decide.file.need": ["需求", "Need"],
  "decide.file.capability": ["能力", "Capability"],
  "decide.file.state": ["决定", "Decision"],
  "decide.file.on": ["时间", "When"],
};

export const NAMES = {
  reason: { not_a_fit: ["内容不符", "not a fit"], price: ["价格不合", "price"], schedule: ["时间不合", "schedule"], qualification: ["资质不足", "qualification"], region: ["地域不合", "place"], capacity: ["对方已满", "no capacity"], chose_another: ["已选他家", "chose another"], other: ["其他", "other"] },
};

/** Why a candidate can be turned down; names as follow-ups of events have them. */
export const REASONS = Object.keys(NAMES.reason);
