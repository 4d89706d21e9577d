// Every word of saved searches and what came up, in Chinese and in English, as in i18n.js.

export const WORDS = {
  "watch.title": ["关注", "Watching"],
  "watch.lead": ["写下你在找什么。以后有新的或改过的清单合适，就会出现在这里，也可以订阅或推送到群里。", "Say what you are looking for. Whatever is new or changed and fits will come up here, in a feed, or in your group chat."],
  "watch.new": ["新增关注", "Watch for something"],
  "watch.name": ["名称", "Name"],
  "watch.side": ["在哪个清单里找", "Look through"],
  "watch.text": ["找什么，用大白话写", "What for, in plain words"],
  "watch.text.hint": ["一人公司写自己会做的事，需求方写要做的事", "A one-person company says what it does; whoever needs something says what is to be done"],
  "watch.least": ["匹配度不低于", "Degree at least"],
  "watch.hook": ["推送到群机器人或自己的系统", "Send it to a group robot or a system of your own"],
  "watch.hook.none": ["不推送", "nowhere"],
  "watch.hook.url": ["接收地址（Webhook）", "Address of the webhook"],
  "watch.hook.secret": ["签名密钥（没有就不填）", "Secret for the signature, if there is one"],
  "watch.save": ["开始关注", "Watch"],
  "watch.saved": ["已开始关注", "Watching now"],
  "watch.none": ["还没有关注。在“新增关注”里写下在找什么，点“开始关注”。", "Nothing is watched for yet. Say under “Watch for something” what you are looking for."],
  "watch.own": ["我的关注", "What is watched for"],
  "watch.feed": ["订阅（Atom）", "Feed (Atom)"],
  "watch.feed.secret": ["知道这个地址的人都能看，请勿外传", "Whoever knows the address can read it: keep it to yourself"],
  "watch.remove": ["不再关注", "Stop"],
  "watch.removed": ["已取消关注", "No longer watched for"],
  "watch.test": ["试发一条", "Send a test"],
  "watch.tested": ["已送达", "It arrived"],
  "watch.to": ["推送到 {host}（{kind}）", "Sent to {host} ({kind})"],
  "watch.waiting": ["待发 {n} 条", "{n} waiting"],
  "watch.givenup": ["放弃 {n} 条", "{n} given up"],
  "watch.inbox": ["新出现的", "What came up"],
  "watch.inbox.none": ["还没有新出现的。有合适的会自动列在这里。", "Nothing has come up yet. What fits will be listed here by itself."],
  "watch.for": ["因“{name}”", "for “{name}”"],
  "watch.unread": ["新", "new"],
  "watch.degree": ["匹配度 ", "Degree "],
};

export const NAMES = {
  hook: { generic: ["通用（JSON，带签名）", "Generic (signed JSON)"], wecom: ["企业微信机器人", "WeCom robot"], dingtalk: ["钉钉机器人", "DingTalk robot"], feishu: ["飞书机器人", "Feishu robot"] },
};
