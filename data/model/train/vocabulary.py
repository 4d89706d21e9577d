"""The units that get a vector, and the tokenizer that cuts a text into them.

One Unigram tokenizer holds words, phrases and single characters, so a word
never seen falls apart into characters that have vectors of their own. A text
is cut where the script changes, and each run begins with the mark `▁`: a
Latin word is a unit only together with its mark, so `ai` is not found inside
`maintain`. What is no unit (digits, punctuation, rare letters) becomes one
unknown unit, whose vector is zero.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tokenizers import Tokenizer, models, pre_tokenizers

from texts import HAN_RUN, LATIN_WORD, Concept

PAD, UNKNOWN, MARK = "[PAD]", "[UNK]", "▁"
SILENT = (PAD, UNKNOWN, MARK)
"""Units whose vector is zero; they stand first in the vocabulary."""

LONGEST_PART = 2
"""A unit of more characters is also learnt about through its parts."""

LONGEST_TERM = 4
"""Terms of the thesaurus up to this many characters are units of their own."""

LONGEST_NAME = 6
"""So are names of concepts up to this many: 预测性维护 is more than 预测 and 维护."""

LEAST_GENERAL = 10_000
"""So many words must be there that are no terms: without 儿童 and 工业 a text falls apart into characters."""


@dataclass(frozen=True)
class Vocabulary:
    """Units in the order of their ids, and how probable each is (silent ones: 0)."""

    units: list[str]
    probability: list[float]
    tokenizer: Tokenizer
    parts: Tokenizer
    """Cuts long units too: 企业官网 is a unit, and should tell something about 官网."""

    def units_of(self, text: str) -> list[int]:
        """Ids of the units of `text` that have a vector."""
        return [i for i in self.tokenizer.encode(text).ids if i >= len(SILENT)]

    def cuts_of(self, text: str) -> list[list[int]]:
        """The units of `text`, and its smaller parts where they differ."""
        units = self.units_of(text)
        parts = [i for i in self.parts.encode(text).ids if i >= len(SILENT)]
        return [cut for cut in ([units] if parts == units else [units, parts]) if cut]


def tokenizer(
    units: list[str], probability: list[float], favoured: Iterable[str] = (), parts: bool = False
) -> Tokenizer:
    """A Unigram tokenizer in which a text's most probable cut wins.

    Favoured units win over their own parts, however rare they are. With
    `parts` it is the other way round: units longer than `LONGEST_PART` lose.
    """
    # The mark costs nothing by itself: it only says where a run begins.
    scores = [math.log(p) if p > 0 else 0.0 for p in probability]
    known = dict(zip(units, scores))
    places = {unit: place for place, unit in enumerate(units)}
    for unit in sorted(favoured, key=lambda unit: (len(unit), unit)):
        best = [0.0] + [-math.inf] * len(unit)
        for end in range(1, len(unit) + 1):
            for start in range(end):
                part = unit[start:end]
                if part != unit and part in known:
                    best[end] = max(best[end], best[start] + known[part])
        scores[places[unit]] = known[unit] = max(known[unit], best[-1] + math.log(2))
    if parts:
        long = [HAN_RUN.fullmatch(unit) and len(unit) > LONGEST_PART for unit in units]
        scores = [score - 1000 if is_long else score for score, is_long in zip(scores, long)]
    made = Tokenizer(models.Unigram(list(zip(units, scores)), unk_id=units.index(UNKNOWN)))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.UnicodeScripts(), pre_tokenizers.Metaspace(MARK, "always", split=False)]
    )
    return made


def count(cutter: Tokenizer, lines: list[str], block: int = 20_000) -> Iterable[list[int]]:
    """The ids of every line, in blocks, so that memory stays small."""
    for start in range(0, len(lines), block):
        for encoding in cutter.encode_batch_fast(lines[start : start + block]):
            yield encoding.ids


def _latin_words(lines: list[str], concepts: list[Concept], most: int) -> Counter:
    found = Counter(word for line in lines for word in LATIN_WORD.findall(line) if len(word) > 1)
    kept = Counter(dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:most]))
    for concept in concepts:
        for phrase in concept.phrases:
            for word in LATIN_WORD.findall(phrase):
                if len(word) > 1:
                    kept[word] = max(kept[word], found[word], 20)
    return kept


def _phrases(cutter: Vocabulary, lines: list[str], least: int, npmi: float) -> dict[str, int]:
    """Pairs of neighbouring Chinese units that stand together far more often than by chance."""
    single, pair = Counter(), Counter()
    for ids in count(cutter.tokenizer, lines):
        single.update(ids)
        pair.update(zip(ids, ids[1:]))
    total = sum(single.values())
    found = {}
    for (left, right), n in pair.items():
        word = cutter.units[left] + cutter.units[right]
        if n < least or left == right or len(word) > LONGEST_TERM or not HAN_RUN.fullmatch(word):
            continue
        surprise = math.log(n * total / single[left] / single[right])
        if surprise / -math.log(n / total) > npmi:
            found[word] = n
    return found


def _made(counts: dict[str, float], favoured: Iterable[str] = ()) -> Vocabulary:
    # Exact sums, so that the order in which a set gives its members is of no effect.
    total = math.fsum(counts.values())
    ordered = sorted(counts, key=lambda unit: (-counts[unit], unit))
    units = [*SILENT, *ordered]
    probability = [0.0] * len(SILENT) + [counts[unit] / total for unit in ordered]
    parts = tokenizer(units, probability, parts=True)
    return Vocabulary(units, probability, tokenizer(units, probability, favoured), parts)


def build(
    lines: list[str],
    concepts: list[Concept],
    places: list[str],
    synsets: list[tuple[str, ...]],
    fields: dict[str, dict[str, int]],
    general: dict[str, int],
    size: int,
    latin: int,
) -> Vocabulary:
    """Chooses `size` units: every term and place, common characters, then the most useful words; ValueError
    where too few of the last find room."""
    terms = {p for c in concepts for p in c.phrases if HAN_RUN.fullmatch(p) and 1 < len(p) <= LONGEST_TERM}
    names = {c.phrases[0] for c in concepts if HAN_RUN.fullmatch(c.phrases[0])}
    terms |= {name for name in names if 1 < len(name) <= LONGEST_NAME}
    terms |= {place for place in places if HAN_RUN.fullmatch(place)}
    lemmas = Counter(lemma for synset in synsets for lemma in synset)
    field_words = {word for words in fields.values() for word in words if len(word) <= LONGEST_TERM}
    candidates = {word: float(freq + 1) for word, freq in general.items() if len(word) <= LONGEST_TERM + 2}
    for word in terms | field_words | {lemma for lemma in lemmas if len(lemma) <= LONGEST_TERM}:
        candidates.setdefault(word, 5.0)
    words = _latin_words(lines, concepts, latin)
    characters = Counter()
    for word, freq in general.items():
        for character in word:
            characters[character] += freq
    for character in characters:
        candidates.setdefault(character, 1.0)

    # First cut with everything, to learn what the background text uses.
    scale = math.fsum(candidates.values()) / max(1, sum(words.values()))
    marked = {MARK + word: n * scale / 50 for word, n in words.items()}
    draft = _made(candidates | marked)
    # Words too new for the dictionary: found in the background, and in the thesaurus itself.
    phrases = _phrases(draft, lines, 30, 0.45) | _phrases(draft, [p for c in concepts for p in c.phrases], 2, 0.3)
    candidates |= {word: 5.0 for word in phrases if word not in candidates}
    favoured = terms | phrases.keys()
    first = _made(candidates | marked, favoured)
    used = Counter()
    for ids in count(first.tokenizer, lines):
        used.update(ids)
    seen = {first.units[i]: n for i, n in used.items()}
    per_general = sum(seen.values()) / math.fsum(candidates.values())

    # Half the weight of evidence from the background, half from general Chinese:
    # the background is about software, the lists that we serve are about everything.
    counts = {unit: 0.5 * seen.get(unit, 0) + 0.5 * freq * per_general for unit, freq in candidates.items()}
    counts |= {MARK + word: 0.5 * seen.get(MARK + word, 0) + 1 for word in words}

    def usefulness(word: str) -> float:
        linked = (word in lemmas) + (word in field_words)
        return counts[word] * (1 + 2 * linked) + 0.5 * linked

    must = favoured | {MARK + word for word in words}
    common = sorted((c for c in characters if c in counts), key=lambda c: (-characters[c], c))[:6000]
    must |= set(common)
    rest = sorted((w for w in candidates if w not in must), key=lambda w: (-usefulness(w), w))
    room = size - len(SILENT) - len(must)
    if room < min(LEAST_GENERAL, len(rest)):
        raise ValueError(
            f"{size} units leave room for {max(0, room)} words of general use beside {len(must)} terms, characters "
            f"and Latin words; wanted {LEAST_GENERAL}: a thesaurus that grew needs more --units"
        )
    chosen = must | set(rest[:room])
    # A character is the last resort: it must never beat a word that is there.
    floor = 0.5
    return _made({unit: max(counts[unit], floor) for unit in chosen}, favoured)
