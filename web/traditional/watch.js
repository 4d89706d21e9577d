// Every word of saved searches in traditional characters. Keys as in components/watch/vocabulary.js.

export const WORDS = {
  "watch.title": "關注",
  "watch.lead": "寫下你在找什麼。以後有新的或改過的清單合適，就會出現在這裡，也可以訂閱或推送到群組裡。",
  "watch.new": "新增關注",
  "watch.name": "名稱",
  "watch.side": "在哪個清單裡找",
  "watch.text": "找什麼，用白話寫",
  "watch.text.hint": "一人公司寫自己會做的事，需求方寫要做的事",
  "watch.least": "契合度不低於",
  "watch.hook": "推送到群組機器人或自己的系統",
  "watch.hook.none": "不推送",
  "watch.hook.url": "接收網址（Webhook）",
  "watch.hook.secret": "簽章金鑰（沒有就不填）",
  "watch.save": "開始關注",
  "watch.saved": "已開始關注",
  "watch.none": "還沒有關注。在「新增關注」裡寫下在找什麼，點「開始關注」。",
  "watch.own": "我的關注",
  "watch.feed": "訂閱（Atom）",
  "watch.feed.secret": "知道這個網址的人都能看，請勿外傳",
  "watch.remove": "不再關注",
  "watch.removed": "已取消關注",
  "watch.test": "試發一則",
  "watch.tested": "已送達",
  "watch.to": "推送到 {host}（{kind}）",
  "watch.waiting": "待發 {n} 則",
  "watch.givenup": "放棄 {n} 則",
  "watch.inbox": "新出現的",
  "watch.inbox.none": "還沒有新出現的。有合適的會自動列在這裡。",
  "watch.for": "因「{name}」",
  "watch.unread": "新",
  "watch.degree": "契合度 ",
};

export const NAMES = {
  hook: { generic: "通用（JSON，帶簽章）", wecom: "企業微信機器人", dingtalk: "釘釘機器人", feishu: "飛書機器人" },
};
