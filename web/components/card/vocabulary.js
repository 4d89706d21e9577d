// What the page says of a founder's card, in Chinese and in English, as in i18n.js.

export const WORDS = {
  "card.title": ["发一张名片", "Post a card"],
  "card.lead": ["三栏写一栏也行，一两句大白话就够。地区、价钱、能不能远程写在句子里，会自动读出来。", "One box is enough, and a sentence or two. Place, price and whether you work remotely are read out of it."],
  "card.have": ["我有", "I have"],
  "card.have.hint": ["我会做的、手里有的", "what I can do, what I have"],
  "card.have.example": ["会做数据看板和报表，给两个街道做过，三周交付，3万元起，在杭州，可远程", "Dashboards and reports; done for two districts; three weeks, from CNY 30,000; remote is fine"],
  "card.want": ["我要", "I want"],
  "card.want.hint": ["我需要别人帮的", "what I need from others"],
  "card.want.example": ["找人帮我做小程序前端，预算1万元以内，12月底前", "Somebody to build a mini-program's front end, up to CNY 10,000, by the end of December"],
  "card.meet": ["想认识", "I would like to meet"],
  "card.meet.hint": ["什么样的人", "what sort of people"],
  "card.meet.example": ["跑街道、社区渠道的人，一起接单", "People who know the districts, to take jobs together"],
  "card.tell": ["以后有想认识的人来了提醒我（存到“关注”）", "Tell me when somebody to meet arrives (kept under “Watch”)"],
  "card.name": ["怎么称呼（可不填）", "Your name (optional)"],
  "card.contact": ["联系方式（可不填）", "How to reach you (optional)"],
  "card.contact.hint": ["不公开；双方都同意后才给对方看。", "Not shown to anybody before both sides agree."],
  "card.post": ["发布名片", "Post the card"],
  "card.contacts": ["文字里有联系方式。公开时会遮住，另存为联系方式，双方都同意后才给对方看。", "A way to reach you stands in the text. Readers see it masked; it is kept apart and shown when both sides agree."],
  "card.anyway": ["知道了，发布", "I see; post it"],
  "card.done": ["名片已发布", "The card is posted"],
  "card.done.review": ["名片已提交，组织者看过后公开；下面的只有你看得到", "The card is handed in and shown to others once an organiser has seen it; what follows only you see"],
  "card.found.have": ["需要我的", "Who needs me"],
  "card.found.want": ["能帮我的", "Who can help me"],
  "card.found.meet": ["想认识的人", "People to meet"],
  "card.none.have": ["现在还没有合适的需求。写上做过什么、给谁做、在哪里，会准一些。", "No need fits yet. Saying what you did, for whom and where helps."],
  "card.none.want": ["现在还没有合适的能力。写清要做成什么样、什么时候要，会准一些。", "No capability fits yet. Saying what it should be like and by when helps."],
  "card.none.meet": ["现在还没有这样的人。勾上“提醒我”再发一次，有人来了就告诉你。", "Nobody of the kind yet. Tick “tell me” and post again to hear of them."],
  "card.open": ["打开这一条", "Open it"],
  "card.watching": ["已存到关注", "Kept under Watch"],
};

export const NAMES = {};
