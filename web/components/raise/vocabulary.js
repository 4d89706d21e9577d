// What the page says of raising a degree, in Chinese and in English, as in i18n.js.

export const WORDS = {
  "raise.covered": ["需求说到 {all} 处，能力里有 {n} 处对得上。", "The need has {all} parts; the capability answers {n}."],
  "raise.say.capability": ["下面这些你还没写清。确实会做的才写进你的介绍：", "You do not tell of these yet. Write them into your text only if they are true:"],
  "raise.say.requirement": ["下面这些对方没写清，可以先问一句：", "The other side does not tell of these; ask first:"],
  "raise.part.capability": ["写明这方面：", "Tell of this: "],
  "raise.part.requirement": ["问问这方面：", "Ask about this: "],
  "raise.little": ["（提到一点）", "(touched upon)"],
  "raise.from": ["匹配度约从 {from} 升到 {to}", "degree from about {from} to {to}"],
  "raise.about": ["约", "about"],
  "raise.together": ["以上都做到并写明", "All of these, done and said"],
  "raise.how": ["把这句话补进能力后重新打分算出来的，按一般人自己的说法折算；照抄原句不会让事情做得更好。", "Scored anew with the sentence added to the capability, reckoned as if said in one's own words; copying it makes nobody more able."],
  "raise.nothing": ["没有哪一件写清后能让匹配度明显上升。", "Nothing that could be said would raise the degree by much."],
  "raise.nothing.covered": ["每一处都对得上，没有明显可补的。", "Every part is answered; there is little to add."],
  "raise.terms.not_met.capability": ["下面的条件不符。它们不改变匹配度，但不解决就进不了“合适”：", "These terms are not met. They do not move the degree, but keep you out of the fits:"],
  "raise.terms.not_met.requirement": ["下面的条件不符。它们不改变匹配度；能放宽或对方能改，这一对才算“合适”：", "These terms are not met. They do not move the degree; only if you can relax them or the other side can meet them is this a fit:"],
  "raise.terms.not_stated.capability": ["下面的条件还没写，写清楚就不用再问：", "These terms are not stated; state them and nobody has to ask:"],
  "raise.terms.not_stated.requirement": ["下面的条件对方没写，见面前先问：", "The other side does not state these; ask before meeting:"],
  "raise.copy": ["复制要问的话", "Copy what to ask"],
  "raise.question": ["需求里提到“{part}”，这方面你们能做吗？做过的话请说一两句。", "The need says “{part}”. Do you do that? If you have, tell us in a sentence or two."],
};

export const NAMES = {};
