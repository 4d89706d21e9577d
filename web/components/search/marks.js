// Where the typed words stand in a text. The server decides what is found; this
// only shows why it may have been.

const HAN = /\p{Script=Han}/u;
const PIECE = 2;

/** The typed words; a longer run of Chinese also by its pairs of characters. */
function pieces(q) {
  const found = new Set();
  for (const word of q.toLowerCase().match(/\p{Script=Han}+|[\p{L}\p{N}]+/gu) ?? []) {
    found.add(word);
    if (HAN.test(word)) for (let at = 0; at + PIECE <= word.length; at++) found.add(word.slice(at, at + PIECE));
  }
  return [...found].filter((piece) => piece.length >= PIECE || found.size === 1);
}

/** `[from, to)` of every typed word in `text`, joined where they touch. */
export function marks(text, q) {
  const low = text.toLowerCase();
  // Lower case changes the length of a few letters; then marks would be off.
  if (low.length !== text.length) return [];
  const spans = [];
  for (const piece of pieces(q)) {
    for (let at = low.indexOf(piece); at >= 0; at = low.indexOf(piece, at + 1)) spans.push([at, at + piece.length]);
  }
  spans.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const joined = [];
  for (const [from, to] of spans) {
    const last = joined[joined.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

const BEFORE = 16;
const LONGEST = 160;

/** The part of a text that holds the first typed word. */
export function snippet(text, q) {
  const plain = text.replace(/\s+/g, " ");
  const first = marks(plain, q)[0]?.[0] ?? 0;
  const from = first > LONGEST / 2 ? first - BEFORE : 0;
  // A cut in the middle of a pair of surrogates would show half a character.
  const part = plain.slice(from, from + LONGEST).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, "");
  return `${from ? "…" : ""}${part}${from + LONGEST < plain.length ? "…" : ""}`;
}
