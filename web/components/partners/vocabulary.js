// What the page says of partners, in Chinese and in English, as in i18n.js.

export const WORDS = {
  "partners.lead": ["看了离你最近的 {n} 个需求：你缺的这部分，下面的人写明能做。", "Of the {n} needs nearest to you: what you leave open, these people say they do."],
  "partners.for": ["一起接：", "Together for: "],
  "partners.alone": ["你 {n}", "you {n}"],
  "partners.theirs": ["对方 {n}", "they {n}"],
  "partners.together": ["一起约 {n}", "together about {n}"],
  "partners.lack": ["你没提到：", "You do not tell of: "],
  "partners.has": ["对方写着：", "They say: "],
  "partners.how": ["只列互相补得上的人：你缺的对方写了，对方缺的你写了。“一起”是把两份介绍当成一份重新打分。", "Only those are listed who complete each other: they say what you leave open, and you what they do. “Together” is the score of both texts as one."],
  "partners.none": ["最近的 {n} 个需求里，还没有人正好补上你缺的部分。", "Among the {n} nearest needs nobody has just what you leave open."],
  "partners.none.whole": ["最近的 {n} 个需求，你都能从头做到尾，不缺搭档。", "Of the {n} nearest needs you answer every part: no partner is missing."],
  "partners.none.far": ["还没有离你近的需求。把会做的事写具体些，再来看搭档。", "No need is near yet. Say more of what you do, then look for partners."],
};

export const NAMES = {};
