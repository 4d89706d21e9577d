"""A short contrastive tuning of the table: what means the same comes nearer than what does not.

Positive pairs are two handfuls of phrases of one thesaurus line, two lemmas of
one synset, and a need with the capability that answers it; everything else in
the batch is a negative (InfoNCE, van den Oord et al. 2018), and so is what was
written to be mistaken for the answer. A phrase may be set in a place, together
with a decoy in the same place: what the place is must not decide.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp


@dataclass(frozen=True)
class Places:
    """Texts that say where, or about what."""

    texts: list[list[int]]
    most: int
    """At most so many are drawn at once."""
    share: float
    """Of a source's positives, 0..1, so many are set in places."""


@dataclass(frozen=True)
class Source:
    """Groups of texts that mean the same; each text is a list of unit ids."""

    groups: list[list[list[int]]]
    share: float
    """Of a batch, 0..1."""
    handful: int
    """At most so many texts of the group are put together on each side."""

    decoys: list[list[int]] | None = None
    """For each group a text that shares words with its first text and means another thing."""

    dropped: float = 0.0
    """Share of a text's units that is left out at each drawing, so that no pair is learnt by heart."""

    places: Places | None = None


def _bags(random, source: Source, count: int):
    picked = random.choice(len(source.groups), size=count, replace=len(source.groups) < count)
    for group in picked:
        texts = source.groups[group]
        order = random.permutation(len(texts))
        most = min(source.handful, len(texts) // 2)
        left, right = random.integers(1, most + 1, size=2)
        yield (
            group,
            _thinned(random, [i for t in order[:left] for i in texts[t]], source.dropped),
            _thinned(random, [i for t in order[left : left + right] for i in texts[t]], source.dropped),
        )


def _thinned(random, bag: list[int], share: float) -> list[int]:
    if share == 0:
        return bag
    kept = random.random(len(bag)) >= share
    return [i for i, keep in zip(bag, kept) if keep] or bag


def _bag_matrix(bags: list[list[int]], weight: np.ndarray) -> sp.csr_matrix:
    columns = np.concatenate([np.asarray(bag, dtype=np.int64) for bag in bags])
    rows = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
    return sp.csr_matrix((weight[columns], (rows, columns)), shape=(len(bags), len(weight)))


def _normed(raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    length = np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-6)
    return raw / length, length


def _soft(scores: np.ndarray, axis: int) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return raised / raised.sum(axis=axis, keepdims=True)


def _set_in_place(random, source: Source) -> tuple[list[int], list[int]]:
    """Units of a place, and a text of any group of the source in that place; or nothing twice."""
    places = source.places
    if places is None or random.random() >= places.share:
        return [], []
    count = int(random.integers(1, places.most + 1))
    place = [i for drawn in random.integers(len(places.texts), size=count) for i in places.texts[drawn]]
    texts = source.groups[int(random.integers(len(source.groups)))]
    return place, texts[int(random.integers(len(texts)))] + place


def _batch(random, sources: list[Source], size: int):
    """Marks of the groups, both sides of the positives, and decoys: (mark, text)."""
    whole = sum(source.share for source in sources)
    marks, left, right, decoys = [], [], [], []
    for number, source in enumerate(sources):
        for group, a, b in _bags(random, source, round(size * source.share / whole)):
            if a and b:
                mark = number * 1_000_000 + group
                place, decoy = _set_in_place(random, source)
                marks.append(mark)
                left.append(a + place)
                right.append(b)
                if decoy:
                    decoys.append((mark, decoy))
                if source.decoys and source.decoys[group]:
                    decoys.append((mark, source.decoys[group]))
    return np.asarray(marks), left, right, decoys


def tune(
    vectors: np.ndarray,
    weight: np.ndarray,
    sources: list[Source],
    steps: int,
    rate: float,
    temperature: float,
    seed: int,
    batch: int = 512,
) -> np.ndarray:
    """Moves `vectors` (rows of length about 1); `weight` is what a unit counts in a text."""
    random = np.random.default_rng(seed)
    table = vectors.astype(np.float32).copy()
    velocity = np.zeros(len(table), dtype=np.float32)
    sources = [s for s in sources if s.groups and s.share > 0]
    for step in range(steps):
        marks, left, right, decoys = _batch(random, sources, batch)
        count = len(marks)
        a_bags = _bag_matrix(left, weight)
        b_bags = _bag_matrix(right + [text for _, text in decoys], weight)
        a, a_length = _normed(a_bags @ table)
        b, b_length = _normed(b_bags @ table)
        similar = a @ b.T / temperature
        # Another drawing of the same group is neither right nor wrong; a decoy is
        # wrong for everybody.
        same = marks[:, None] == marks[None, :]
        np.fill_diagonal(same, False)
        similar[:, :count][same] = -1e9

        slope = _soft(similar, 1)
        slope[:, :count] += _soft(similar[:, :count], 0)
        slope /= 2
        slope[np.arange(count), np.arange(count)] -= 1
        slope /= temperature
        a_slope, b_slope = slope @ b, slope.T @ a
        a_slope = (a_slope - (a_slope * a).sum(axis=1, keepdims=True) * a) / a_length
        b_slope = (b_slope - (b_slope * b).sum(axis=1, keepdims=True) * b) / b_length
        both = sp.vstack([a_bags, b_bags]).T.tocsr()
        touched = np.flatnonzero(np.diff(both.indptr))
        change = both[touched] @ np.vstack([a_slope, b_slope])
        # Adagrad, one rate a row: rare units take large steps, common ones small.
        velocity[touched] += (change**2).mean(axis=1)
        slowing = 1 - step / steps
        table[touched] -= rate * slowing * change / np.sqrt(velocity[touched] + 1e-8)[:, None]
    return table
