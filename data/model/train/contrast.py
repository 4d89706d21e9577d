"""A short contrastive tuning of the table: what means the same comes nearer than what does not.

Positive pairs are two handfuls of phrases of one thesaurus line, and two lemmas
of one synset; everything else in the batch is a negative (InfoNCE, van den Oord
et al. 2018).
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp


@dataclass(frozen=True)
class Source:
    """Groups of texts that mean the same; each text is a list of unit ids."""

    groups: list[list[list[int]]]
    share: float
    """Of a batch, 0..1."""
    handful: int
    """At most so many texts of the group are put together on each side."""


def _bags(random, source: Source, count: int):
    picked = random.choice(len(source.groups), size=count, replace=len(source.groups) < count)
    for group in picked:
        texts = source.groups[group]
        order = random.permutation(len(texts))
        most = min(source.handful, len(texts) // 2)
        left, right = random.integers(1, most + 1, size=2)
        yield (
            group,
            [i for t in order[:left] for i in texts[t]],
            [i for t in order[left : left + right] for i in texts[t]],
        )


def _bag_matrix(bags: list[list[int]], weight: np.ndarray) -> sp.csr_matrix:
    columns = np.concatenate([np.asarray(bag, dtype=np.int64) for bag in bags])
    rows = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
    return sp.csr_matrix((weight[columns], (rows, columns)), shape=(len(bags), len(weight)))


def _normed(raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    length = np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-6)
    return raw / length, length


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
    whole = sum(s.share for s in sources)
    for step in range(steps):
        marks, left, right = [], [], []
        for number, source in enumerate(sources):
            for group, a, b in _bags(random, source, round(batch * source.share / whole)):
                if a and b:
                    marks.append(number * 1_000_000 + group)
                    left.append(a)
                    right.append(b)
        a_bags, b_bags = _bag_matrix(left, weight), _bag_matrix(right, weight)
        a, a_length = _normed(a_bags @ table)
        b, b_length = _normed(b_bags @ table)
        similar = a @ b.T / temperature
        marks = np.asarray(marks)
        same = marks[:, None] == marks[None, :]
        np.fill_diagonal(same, False)
        similar[same] = -1e9

        def soft(scores: np.ndarray, axis: int) -> np.ndarray:
            raised = np.exp(scores - scores.max(axis=axis, keepdims=True))
            return raised / raised.sum(axis=axis, keepdims=True)

        slope = (soft(similar, 1) + soft(similar, 0)) / 2
        slope[np.diag_indices_from(slope)] -= 1
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
