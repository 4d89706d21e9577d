// What the page says of raising a degree, in traditional characters. Keys as in
// components/raise/vocabulary.js.

export const WORDS = {
  "raise.covered": "需求說到 {all} 處，能力裡有 {n} 處對得上。",
  "raise.say.capability": "下面這些你還沒寫清楚。確實會做的才寫進你的介紹：",
  "raise.say.requirement": "下面這些對方沒寫清楚，可以先問一句：",
  "raise.part.capability": "寫明這方面：",
  "raise.part.requirement": "問問這方面：",
  "raise.little": "（提到一點）",
  "raise.from": "契合度約從 {from} 升到 {to}",
  "raise.about": "約",
  "raise.together": "以上都做到並寫明",
  "raise.how": "把這句話補進能力後重新評分算出來的，按一般人自己的說法折算；照抄原句不會讓事情做得更好。",
  "raise.nothing": "沒有哪一件寫清楚後能讓契合度明顯上升。",
  "raise.nothing.covered": "每一處都對得上，沒有明顯可補的。",
  "raise.terms.not_met.capability": "下面的條件不符。它們不改變契合度，但不解決就進不了「合適」：",
  "raise.terms.not_met.requirement": "下面的條件不符。它們不改變契合度；能放寬或對方能改，這一對才算「合適」：",
  "raise.terms.not_stated.capability": "下面的條件還沒寫，寫清楚就不用再問：",
  "raise.terms.not_stated.requirement": "下面的條件對方沒寫，見面前先問：",
  "raise.copy": "複製要問的話",
  "raise.question": "需求裡提到「{part}」，這方面你們能做嗎？做過的話請說一兩句。",
};

export const NAMES = {};
