"""Makes the bundled model: `python train.py CORPUS_FOLDER --out ../`.

One thread, a fixed seed: the same input gives the same files. The corpus
folder holds the background text that README.md names; it is no part of this
repository. Without it the model knows the thesaurus and the pairs only.
"""

import os

# Before numpy and tokenizers are loaded, which read these once.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import sys
import time
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import scipy.sparse as sp

import contrast
import evaluate
import export
import texts
import vectors
import vocabulary
from vocabulary import SILENT, Vocabulary

LEXICON = Path(__file__).parents[2] / "lexicon"

LEFT_OUT = frozenset(
    ("eldercare", "energy", "law", "livestock", "sports", "养老与家政", "新能源与节能", "法律服务")
)
"""Files of the lexicon, and headings of its first list, that `--held-out` does not learn from."""

@dataclass(frozen=True)
class Recipe:
    """Every number that was chosen; the figures that chose them are in README.md."""

    dimensions: int = 256
    units: int = 62_000
    """Terms of the thesaurus, characters and Latin words come first; what is left is for the words of
    general use, which must not be squeezed out when the thesaurus grows."""
    latin_units: int = 4_000
    window: int = 8
    contexts: int = 15_000
    context_smoothing: float = 0.75
    strength_power: float = 0.5
    """Singular values are raised to this."""
    synset_weight: float = 10.0
    concept_weight: float = 20.0
    industry_weight: float = 6.0
    """What a synset, thesaurus line or industry counts beside a PPMI of about 3."""
    trust: float = 200.0
    """A word seen so often rests half on itself, half on its characters."""
    thesaurus_evidence: float = 500.0
    """The thesaurus knowing a word counts as having seen it so often."""
    rarity: float = 1e-4
    """SIF: a unit counts a / (a + its probability) (Arora, Liang, Ma 2017)."""
    common_components: int = 3
    thesaurus_share: float = 0.7
    wordnet_share: float = 0.3
    pair_share: float = 0.1
    setting_share: float = 0.2
    """What each kind of positives counts in a batch; settings are pairs whose decoy is about the same place."""
    pair_dropped: float = 0.3
    """Share of a pair's units left out at each drawing."""
    placed: float = 0.75
    """Share of the thesaurus's positives that are set in a place, with a decoy in the same place."""
    most_places: int = 3
    """Places set in at once."""
    decoys: int = 1
    """Whether decoys stand in the batch: 1 or 0."""
    tuning_steps: int = 1200
    tuning_rate: float = 0.02
    tunings: int = 3
    """Tunings under different seeds whose mean is taken (Wortsman et al. 2022)."""
    temperature: float = 0.1
    seed: int = 1


@dataclass(frozen=True)
class Material:
    """Everything that is learnt from."""

    lines: list[str]
    concepts: list[texts.Concept]
    pairs: list[texts.Pair]
    settings: list[texts.Pair]
    places: list[str]
    synsets: list[tuple[str, ...]]
    fields: dict[str, dict[str, int]]
    general: dict[str, int]


def read(corpus: Path | None, lexicon: Path, without: frozenset[str] = frozenset()) -> Material:
    """Reads the corpus folder, if there is one, and the lexicon but what `without` names."""
    return Material(
        texts.background(corpus) if corpus else [],
        texts.thesaurus(lexicon / "thesaurus", without),
        texts.pairs(lexicon / "pairs", without),
        texts.pairs(lexicon / "settings", without),
        texts.words(lexicon / "places.txt"),
        texts.wordnet(corpus) if corpus else [],
        texts.domain_words(corpus) if corpus else {},
        texts.general_frequencies(),
    )


def rarity_weights(vocab: Vocabulary, recipe: Recipe) -> np.ndarray:
    """What each unit counts in a text, 0..1; silent units nothing."""
    probability = np.asarray(vocab.probability)
    weight = recipe.rarity / (recipe.rarity + probability)
    weight[: len(SILENT)] = 0
    return weight.astype(np.float32)


def thesaurus_columns(vocab: Vocabulary, concepts: list[texts.Concept], weight: np.ndarray):
    """Thesaurus lines, and industries, as groups of (unit, how much it stands for them)."""
    lines, industries = [], {}
    for concept in concepts:
        line: dict[int, float] = {}
        for phrase in concept.phrases:
            for cut in vocab.cuts_of(phrase):
                for i in cut:
                    line[i] = max(line.get(i, 0.0), float(weight[i]) / len(cut) ** 0.5)
        lines.append(list(line.items()))
        industry = industries.setdefault(concept.industry, {})
        for i, share in line.items():
            industry[i] = max(industry.get(i, 0.0), share)
    return lines, [list(industry.items()) for industry in industries.values()]


def table(material: Material, vocab: Vocabulary, counts: sp.csr_matrix, recipe: Recipe) -> np.ndarray:
    """The vector of every unit, weighted, so that a text is the sum of its units' rows."""
    size = len(vocab.units)
    place = {unit: i for i, unit in enumerate(vocab.units)}
    weight = rarity_weights(vocab, recipe)
    members = vectors.characters_of(vocab.units)

    seen = (counts + members @ counts).tocsr()  # a character is seen where its words are
    evidence = np.asarray(counts.sum(axis=1)).ravel()
    contexts = np.sort(np.argsort(-evidence, kind="stable")[: recipe.contexts])
    synsets = [[(place[word], 1.0) for word in synset if word in place] for synset in material.synsets]
    synsets = [group for group in synsets if len(group) > 1]
    lines, industries = thesaurus_columns(vocab, material.concepts, weight)
    whole = sp.hstack(
        [
            vectors.ppmi(seen, contexts, recipe.context_smoothing),
            vectors.membership(synsets, size) * recipe.synset_weight,
            vectors.membership(lines, size) * recipe.concept_weight,
            vectors.membership(industries, size) * recipe.industry_weight,
        ]
    ).tocsr()
    rows = vectors.truncated_svd(whole, recipe.dimensions, recipe.strength_power, recipe.seed)

    known = np.zeros(size)
    known[[i for line in lines for i, _ in line]] = recipe.thesaurus_evidence
    rows = vectors.backed_by_characters(vectors.unit_length(rows), members, evidence + known, recipe.trust)
    mass = weight * np.asarray(vocab.probability, dtype=np.float32)
    rows = vectors.without_common(rows, mass, recipe.common_components)

    sources = positives(material, vocab, recipe)
    seeds = range(recipe.seed, recipe.seed + recipe.tunings)
    tuned = [
        contrast.tune(
            rows, weight, sources, recipe.tuning_steps, recipe.tuning_rate, recipe.temperature, seed
        )
        for seed in seeds
    ]
    return sum(tuned) / len(tuned) * weight[:, None]


def positives(material: Material, vocab: Vocabulary, recipe: Recipe) -> list[contrast.Source]:
    """What belongs together: phrases of a concept, lemmas of a synset, needs and their answers."""

    def groups(wordings) -> list[list[list[int]]]:
        cut = [[cut for text in group for cut in vocab.cuts_of(text)] for group in wordings]
        return [group for group in cut if len(group) > 1]

    def answers(pairs: list[texts.Pair], share: float) -> contrast.Source:
        cut = [[vocab.units_of(text) for text in (pair.need, pair.capability, pair.decoy)] for pair in pairs]
        cut = [pair for pair in cut if pair[0] and pair[1]]
        return contrast.Source(
            [pair[:2] for pair in cut],
            share,
            handful=1,
            dropped=recipe.pair_dropped,
            decoys=[pair[2] for pair in cut] if recipe.decoys else None,
        )

    places = [place for place in map(vocab.units_of, material.places) if place]
    return [
        contrast.Source(
            groups(c.phrases for c in material.concepts),
            recipe.thesaurus_share,
            handful=4,
            places=contrast.Places(places, recipe.most_places, recipe.placed) if places else None,
        ),
        contrast.Source(groups(material.synsets), recipe.wordnet_share, handful=1),
        answers(material.pairs, recipe.pair_share),
        answers(material.settings, recipe.setting_share),
    ]


@dataclass(frozen=True)
class Trained:
    """A model before it is written."""

    vocab: Vocabulary
    rows: np.ndarray

    def embed(self, given: list[str]) -> np.ndarray:
        """Rows at length 1."""
        sums = [self.rows[self.vocab.tokenizer.encode(texts.normalise(text)).ids].sum(axis=0) for text in given]
        return vectors.unit_length(np.stack(sums))


def train(material: Material, recipe: Recipe, say) -> Trained:
    """The whole way from texts to vectors; `say` is told what was done."""
    vocab = vocabulary.build(
        material.lines,
        material.concepts,
        material.places,
        material.synsets,
        material.fields,
        material.general,
        recipe.units,
        recipe.latin_units,
    )
    counts = vectors.cooccurrence(
        vocabulary.count(vocab.tokenizer, material.lines), len(vocab.units), recipe.window, len(SILENT)
    )
    say(f"counted {counts.nnz} pairs of {len(vocab.units)} units")
    return Trained(vocab, table(material, vocab, counts, recipe))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="?", help="folder of the background text")
    parser.add_argument("--lexicon", type=Path, default=LEXICON)
    parser.add_argument("--out", type=Path, help="folder for the model; without it only figures are printed")
    parser.add_argument("--held-out", action="store_true", help="leave five industries out and report on them")
    parser.add_argument("--judged", type=Path, help="folder of judged lists, to measure with")
    for field in fields(Recipe):
        parser.add_argument("--" + field.name.replace("_", "-"), type=type(field.default), default=field.default)
    arguments = parser.parse_args()
    recipe = Recipe(**{field.name: getattr(arguments, field.name) for field in fields(Recipe)})
    if arguments.corpus is None:
        print(
            "no background text: the model will know the thesaurus and the pairs, and other words by their "
            "characters alone; ../README.md says what that costs",
            file=sys.stderr,
        )
    elif lacking := texts.missing(arguments.corpus):
        print(f"{arguments.corpus} lacks {', '.join(lacking)}: see ../README.md for what they are", file=sys.stderr)
        return 2

    began = time.monotonic()

    def say(what: str) -> None:
        print(f"[{time.monotonic() - began:5.0f} s] {what}", flush=True)

    material = read(arguments.corpus, arguments.lexicon, LEFT_OUT if arguments.held_out else frozenset())
    say(
        f"read {len(material.lines)} lines, {len(material.concepts)} concepts, "
        f"{len(material.pairs)} + {len(material.settings)} pairs, {len(material.synsets)} synsets"
    )
    model = train(material, recipe, say)
    mrr, recall = evaluate.partner_found(model.embed)
    say(f"probe: MRR@10 {mrr:.3f}, recall@10 {recall:.3f}")
    if arguments.held_out:
        pairs = texts.pairs(arguments.lexicon / "pairs")
        asked = [pair.file in LEFT_OUT for pair in pairs]
        mrr, recall = evaluate.answers_found(model.embed, pairs, asked)
        say(f"industries left out, {sum(asked)} needs: MRR@10 {mrr:.3f}, recall@10 {recall:.3f}")
    if arguments.judged:
        say(f"judged: nDCG@10 {evaluate.judged_ndcg(model.embed, arguments.judged):.3f}")
    if arguments.out:
        export.write(arguments.out, model.vocab, model.rows)
        say(f"wrote {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
