// What the page says of partners, in traditional characters. Keys as in
// components/partners/vocabulary.js.

export const WORDS = {
  "partners.lead": "看了離你最近的 {n} 個需求：你缺的這部分，下面的人寫明能做。",
  "partners.for": "一起接：",
  "partners.alone": "你 {n}",
  "partners.theirs": "對方 {n}",
  "partners.together": "一起約 {n}",
  "partners.lack": "你沒提到：",
  "partners.has": "對方寫著：",
  "partners.how": "只列互相補得上的人：你缺的對方寫了，對方缺的你寫了。「一起」是把兩份介紹當成一份重新評分。",
  "partners.none": "最近的 {n} 個需求裡，還沒有人正好補上你缺的部分。",
  "partners.none.whole": "最近的 {n} 個需求，你都能從頭做到尾，不缺搭檔。",
  "partners.none.far": "還沒有離你近的需求。把會做的事寫具體些，再來看搭檔。",
};

export const NAMES = {};
