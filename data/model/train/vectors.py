"""From text and word lists to one vector per unit.

Background co-occurrence (PPMI), synsets and thesaurus lines stand side by
side as columns of one matrix; a truncated SVD of it gives the vectors.
"""

import numpy as np
import scipy.sparse as sp


def cooccurrence(lines_of_ids, size: int, window: int, silent: int) -> sp.csr_matrix:
    """How often two units stand within `window` places of one line, nearer ones counting more."""
    total = sp.csr_matrix((size, size), dtype=np.float32)
    block: list[int] = []

    def fold(block: list[int]) -> sp.csr_matrix:
        ids = np.asarray(block, dtype=np.int64)
        keys, weights = [], []
        for gap in range(1, window + 1):
            left, right = ids[:-gap], ids[gap:]
            good = (left >= silent) & (right >= silent)
            pairs, n = np.unique(left[good] * size + right[good], return_counts=True)
            keys.append(pairs)
            weights.append(n * (1.0 - (gap - 1) / window))
        keys, weights = np.concatenate(keys), np.concatenate(weights)
        return sp.coo_matrix(
            (weights.astype(np.float32), (keys // size, keys % size)), shape=(size, size)
        ).tocsr()

    for ids in lines_of_ids:
        # Silent units keep the distance, and a wall of them parts the lines.
        block += [i for i in ids if i != 2] + [0] * window
        if len(block) > 2_000_000:
            total = total + fold(block)
            block = []
    if block:
        total = total + fold(block)
    return (total + total.T).tocsr()


def characters_of(units: list[str]) -> sp.csr_matrix:
    """Row = a single character, column = a longer unit that holds it: 1."""
    row_of = {unit: i for i, unit in enumerate(units) if len(unit) == 1}
    rows, columns = [], []
    for column, unit in enumerate(units):
        if len(unit) > 1 and unit[0] not in "▁[":
            for character in unit:
                if character in row_of:
                    rows.append(row_of[character])
                    columns.append(column)
    ones = np.ones(len(rows), dtype=np.float32)
    return sp.csr_matrix((ones, (rows, columns)), shape=(len(units), len(units)))


def ppmi(counts: sp.csr_matrix, columns: np.ndarray, smoothing: float) -> sp.csr_matrix:
    """Positive pointwise mutual information of every unit with the given context units.

    Context counts are raised to `smoothing` (Levy, Goldberg, Dagan 2015: 0.75).
    """
    table = counts[:, columns].tocoo()
    row_sum = np.asarray(counts.sum(axis=1)).ravel().astype(np.float64)
    context = row_sum[columns] ** smoothing
    context /= max(context.sum(), 1.0)
    value = np.log(table.data / np.maximum(row_sum[table.row], 1e-9) / context[table.col])
    good = value > 0
    return sp.csr_matrix(
        (value[good].astype(np.float32), (table.row[good], table.col[good])), shape=table.shape
    )


def membership(groups: list[list[tuple[int, float]]], size: int) -> sp.csr_matrix:
    """Row = unit, column = group, value = how much the unit stands for the group."""
    rows = [unit for group in groups for unit, _ in group]
    columns = [column for column, group in enumerate(groups) for _ in group]
    values = np.asarray([weight for group in groups for _, weight in group], dtype=np.float32)
    return sp.csr_matrix((values, (rows, columns)), shape=(size, len(groups)))


def truncated_svd(matrix: sp.csr_matrix, dims: int, power: float, seed: int, rounds: int = 4) -> np.ndarray:
    """U·S^power by randomised subspace iteration (Halko, Martinsson, Tropp 2011)."""
    random = np.random.default_rng(seed)
    basis = matrix @ random.standard_normal((matrix.shape[1], dims + 32), dtype=np.float32)
    for _ in range(rounds):
        basis, _ = np.linalg.qr(basis)
        basis = matrix @ (matrix.T @ basis)
    basis, _ = np.linalg.qr(basis)
    small = (matrix.T @ basis).T
    left, strength, _ = np.linalg.svd(small, full_matrices=False)
    vectors = (basis @ left)[:, :dims] * strength[:dims] ** power
    # The sign of a component is arbitrary; fix it.
    return vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(dims)])


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """Rows at length 1; zero rows stay zero."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)


def backed_by_characters(
    vectors: np.ndarray, members: sp.csr_matrix, evidence: np.ndarray, trust: float
) -> np.ndarray:
    """Mixes a word with the mean of its characters, the more the less evidence it has."""
    spelled = unit_length(members.T @ vectors)
    has = np.linalg.norm(spelled, axis=1) > 0
    share = np.where(has, trust / (trust + evidence), 0.0)[:, None].astype(np.float32)
    return unit_length((1 - share) * vectors + share * spelled)


def without_common(vectors: np.ndarray, weight: np.ndarray, components: int) -> np.ndarray:
    """Takes out the directions that all texts share (Arora, Liang, Ma 2017), unit by unit.

    The mean of projected vectors is the projection of the mean, so this can
    be folded into the table.
    """
    if components == 0:
        return vectors
    moment = (vectors * weight[:, None]).T @ vectors
    _, directions = np.linalg.eigh(moment.astype(np.float64))
    common = directions[:, -components:].astype(np.float32)
    return vectors - (vectors @ common) @ common.T
