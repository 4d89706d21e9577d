"""What the model learns from: background text, and lists of words that belong together.

Reads files, keeps no state. Everything that comes out of here is normalised
as the engine normalises a listing before it embeds it.
"""

import gzip
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import jieba

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
HAN_RUN = re.compile(f"[{HAN}]+")
LATIN_WORD = re.compile("[a-z]+")

BACKGROUND = ("dynamics365-docs.txt.gz", "linux-translations.txt.gz")
WORDNET = "chinese-open-wordnet.tab"
DOMAIN_WORDS = "THUOCL_*.txt"


def normalise(text: str) -> str:
    """NFKC and lower case; the text is taken to be in simplified characters."""
    return unicodedata.normalize("NFKC", text).lower()


@dataclass(frozen=True)
class Pair:
    """A need, a capability that answers it in other words, and a decoy: another
    capability that shares words with the need and does not."""

    file: str
    need: str
    capability: str
    decoy: str


@dataclass(frozen=True)
class Concept:
    """Ways to say one thing; `industry` is the first that the thesaurus names it in."""

    industry: str
    phrases: tuple[str, ...]


FIELDS = 7
"""name | synonyms | narrower | related | in a notice | in a founder's words | gloss"""


def thesaurus(folder: Path, without: frozenset[str] = frozenset()) -> list[Concept]:
    """Reads every `*.txt` of the folder, in the order of names, but the files and
    industries (headings) named in `without`.

    A file of lines with FIELDS fields, terms separated by `、`, stands for the
    industry of its `# heading`; a file of `## headings` holds lines of
    `terms | how a layman says it`, separated by blanks. A name that stands in
    several industries is one concept: otherwise it would be its own opposite.
    """
    concepts: dict[tuple[str, str], tuple[str, dict[str, None]]] = {}
    for path in sorted(folder.glob("*.txt")):
        if path.stem in without:
            continue
        industry = ""
        for line in map(normalise, path.read_text(encoding="utf-8").splitlines()):
            if line.startswith("#"):
                industry = line.lstrip("# ").strip()
                continue
            if industry in without:
                continue
            fields = line.split(" | ")
            if len(fields) == FIELDS:
                terms = [term.strip() for field in fields for term in field.split("、")]
                key = ("", terms[0])
            else:
                terms = line.replace("|", " ").split()
                key = (industry, line)
            phrases = concepts.setdefault(key, (industry, {}))[1]
            phrases.update(dict.fromkeys(term for term in terms if term))
    return [Concept(industry, tuple(phrases)) for industry, phrases in concepts.values() if phrases]


def pairs(folder: Path, without: frozenset[str] = frozenset()) -> list[Pair]:
    """Reads every `*.tsv` of the folder but those named in `without`; a line is
    need, capability, decoy."""
    found = []
    for path in sorted(folder.glob("*.tsv")):
        if path.stem in without:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                need, capability, decoy = line.split("\t")
                found.append(Pair(path.stem, *map(normalise, (need, capability, decoy))))
    return found


def words(path: Path) -> list[str]:
    """The words of a file, parted by blanks and line ends; a line that begins with `#` is a remark."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in normalise(line).split()]


def wordnet(folder: Path) -> list[tuple[str, ...]]:
    """Synsets of two and more lemmas. Glue that the wordnet marks with `+` is dropped."""
    synsets: dict[str, dict[str, None]] = {}
    for line in (folder / WORDNET).read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if line.startswith("#") or len(cells) < 3:
            continue
        lemma = normalise(cells[2]).replace("+", "").strip()
        if HAN_RUN.fullmatch(lemma):
            synsets.setdefault(cells[0], {})[lemma] = None
    return [tuple(lemmas) for _, lemmas in sorted(synsets.items()) if len(lemmas) > 1]


def domain_words(folder: Path) -> dict[str, dict[str, int]]:
    """Field → word → frequency, from the THUOCL lists."""
    fields = {}
    for path in sorted(folder.glob(DOMAIN_WORDS)):
        words = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split()
            if len(cells) == 2 and HAN_RUN.fullmatch(cells[0]):
                words[cells[0]] = int(re.sub(r"\D", "", cells[1]) or 0)
        fields[path.stem] = words
    return fields


def general_frequencies() -> dict[str, int]:
    """Word → frequency in general Chinese, from jieba's dictionary."""
    with jieba.get_dict_file() as lines:
        rows = (line.decode("utf-8").split() for line in lines)
        return {row[0]: int(row[1]) for row in rows if HAN_RUN.fullmatch(row[0])}


def background(folder: Path) -> list[str]:
    """Lines of background text with some Chinese in them, in file order."""
    lines = []
    for name in BACKGROUND:
        with gzip.open(folder / name, "rt", encoding="utf-8") as text:
            lines += [line for line in map(normalise, map(str.strip, text)) if HAN_RUN.search(line)]
    return lines


def missing(folder: Path) -> list[str]:
    """Names of the files that `folder` lacks."""
    wanted = [*BACKGROUND, WORDNET]
    lacking = [name for name in wanted if not (folder / name).is_file()]
    return lacking + ([] if any(folder.glob(DOMAIN_WORDS)) else [DOMAIN_WORDS])
