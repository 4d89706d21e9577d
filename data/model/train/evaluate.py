"""How well a model finds what is meant: `python evaluate.py MODEL_FOLDER [--judged FOLDER]`.

Every need of the probe is asked against all its capabilities: MRR@10 and
recall@10 of the partner. With a folder of judged lists also nDCG@10, dense only.
Runs the exported ONNX file, not the training tables.
"""

import argparse
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from texts import Pair, normalise

PROBE = Path(__file__).with_name("probe.tsv")
Embed = Callable[[list[str]], np.ndarray]


def probe() -> list[tuple[str, str, str]]:
    """(industry, need, capability) of every line."""
    lines = PROBE.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def _mrr_and_recall(rank: np.ndarray) -> tuple[float, float]:
    return float(np.where(rank <= 10, 1 / rank, 0).mean()), float((rank <= 10).mean())


def partner_found(embed: Embed) -> tuple[float, float]:
    """MRR@10 and recall@10 over the probe's needs, against all its capabilities."""
    rows = probe()
    similar = embed([row[1] for row in rows]) @ embed([row[2] for row in rows]).T
    # A tie counts against us.
    return _mrr_and_recall((similar >= np.diag(similar)[:, None]).sum(axis=1))


def answers_found(embed: Embed, pairs: list[Pair], asked: list[bool]) -> tuple[float, float]:
    """MRR@10 and recall@10 over the needs asked, against the capabilities and decoys of all pairs."""
    offers = embed([pair.capability for pair in pairs] + [pair.decoy for pair in pairs])
    picked = np.flatnonzero(asked)
    similar = embed([pairs[i].need for i in picked]) @ offers.T
    own = similar[np.arange(len(picked)), picked]
    return _mrr_and_recall((similar >= own[:, None]).sum(axis=1))


def judged_ndcg(embed: Embed, folder: Path) -> float:
    """Mean nDCG@10 over the judged requirements that have any capability above 0."""

    def read(name: str) -> tuple[list[str], np.ndarray]:
        rows = [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
        text = [normalise(" ".join(filter(None, (row["title"], row.get("text"))))) for row in rows]
        return [row["id"] for row in rows], embed(text)

    asked, needs = read("requirements.jsonl")
    offered, capabilities = read("capabilities.jsonl")
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.txt").read_text(encoding="utf-8").splitlines():
        need, _, capability, grade = line.split()
        grades.setdefault(need, {})[capability] = int(grade)
    scores = []
    for i, need in enumerate(asked):
        grade = grades.get(need, {})
        best = sorted(grade.values(), reverse=True)[:10]
        ideal = sum((2**g - 1) / math.log2(n + 2) for n, g in enumerate(best))
        if ideal == 0:
            continue
        order = np.argsort(-(capabilities @ needs[i]), kind="stable")[:10]
        gain = sum((2 ** grade.get(offered[c], 0) - 1) / math.log2(n + 2) for n, c in enumerate(order))
        scores.append(gain / ideal)
    return float(np.mean(scores))


def exported(folder: Path) -> Embed:
    """The model in `folder`, one text at a time, rows at length 1."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)

    def embed(texts: list[str]) -> np.ndarray:
        rows = []
        for text in texts:
            ids = np.asarray([tokenizer.encode(normalise(text)).ids], dtype=np.int64)
            row = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
            rows.append(row / max(float(np.linalg.norm(row)), 1e-12))
        return np.stack(rows)

    return embed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--judged", type=Path)
    arguments = parser.parse_args()
    embed = exported(arguments.model)
    mrr, recall = partner_found(embed)
    print(f"probe: {len(probe())} pairs, MRR@10 {mrr:.3f}, recall@10 {recall:.3f}")
    if arguments.judged:
        print(f"judged: nDCG@10 {judged_ndcg(embed, arguments.judged):.3f}")


if __name__ == "__main__":
    main()
