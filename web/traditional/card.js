// What the page says of a founder's card, in traditional characters. Keys as in
// components/card/vocabulary.js.

export const WORDS = {
  "card.title": "發一張名片",
  "card.lead": "三欄寫一欄也行，一兩句大白話就夠。地區、價錢、能不能遠端寫在句子裡，會自動讀出來。",
  "card.have": "我有",
  "card.have.hint": "我會做的、手裡有的",
  "card.have.example": "會做資料看板和報表，給兩個街道做過，三週交付，3萬元起，在杭州，可遠端",
  "card.want": "我要",
  "card.want.hint": "我需要別人幫的",
  "card.want.example": "找人幫我做小程式前端，預算1萬元以內，12月底前",
  "card.meet": "想認識",
  "card.meet.hint": "什麼樣的人",
  "card.meet.example": "跑街道、社區通路的人，一起接案",
  "card.tell": "以後有想認識的人來了提醒我（存到「關注」）",
  "card.name": "怎麼稱呼（可不填）",
  "card.contact": "聯絡方式（可不填）",
  "card.contact.hint": "不公開；雙方都同意後才給對方看。",
  "card.post": "發布名片",
  "card.contacts": "文字裡有聯絡方式。公開時會遮住，另存為聯絡方式，雙方都同意後才給對方看。",
  "card.anyway": "知道了，發布",
  "card.done": "名片已發布",
  "card.done.review": "名片已提交，組織者看過後公開；下面的只有你看得到",
  "card.found.have": "需要我的",
  "card.found.want": "能幫我的",
  "card.found.meet": "想認識的人",
  "card.none.have": "現在還沒有合適的需求。寫上做過什麼、給誰做、在哪裡，會準一些。",
  "card.none.want": "現在還沒有合適的能力。寫清楚要做成什麼樣、什麼時候要，會準一些。",
  "card.none.meet": "現在還沒有這樣的人。勾上「提醒我」再發一次，有人來了就告訴你。",
  "card.open": "開啟這一條",
  "card.watching": "已存到關注",
};

export const NAMES = {};
