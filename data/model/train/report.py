"""Prints the tables of the model card: what words, meaning and both find.

    python report.py OPCMATCH --model NAME=FOLDER ... --held-out NAME=FOLDER ... [--judged FOLDER]

OPCMATCH is the program itself, so that the figures are those of the product. A model
given by `--held-out` was trained with `train.py --held-out`; it is asked the pairs of
the industries that it did not learn from.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import texts
from train import LEFT_OUT, LEXICON

DATA = Path(__file__).parents[2]
WAYS = {"lexical": "words", "dense": "meaning", "hybrid": "both"}


def lines(path: Path, rows) -> Path:
    """Writes one JSON object or string a line."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n")
    return path


def measured(program: str, model: str, requirements: Path, capabilities: Path, qrels: Path) -> dict[str, str]:
    """Way → nDCG@10 / recall@10 / MRR."""
    command = [program, "eval", "--json", "--quiet", "--no-cache", "--model", model]
    command += ["--requirements", requirements, "--capabilities", capabilities, "--qrels", qrels]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {
        row["mix"]: " / ".join(
            f"{row[figure]['mean']:.3f}".lstrip("0") for figure in ("ndcg_at_10", "recall_at_10", "mrr")
        )
        for row in answer["ablations"]
    }


def held_out_third(folder: Path) -> tuple[Path, Path, Path]:
    """The third of `data/eval` that nothing was fitted on."""
    split = [line.split("\t") for line in (DATA / "eval/needs.tsv").read_text(encoding="utf-8").splitlines()]
    asked = {row[0] for row in split if len(row) > 1 and row[1] == "held-out"}
    grades = (DATA / "eval/qrels.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in grades if line.split()[0] in asked]
    demo = DATA / "demo"
    return demo / "requirements.json", demo / "capabilities.json", lines(folder / "third.txt", kept)


def pairs_left_out(folder: Path) -> tuple[Path, Path, Path]:
    """Needs of the industries left out, against their capabilities and all decoys among them."""
    pairs = [pair for pair in texts.pairs(LEXICON / "pairs") if pair.file in LEFT_OUT]
    offers = [(f"C{n:04}", pair.capability) for n, pair in enumerate(pairs)]
    offers += [(f"D{n:04}", pair.decoy) for n, pair in enumerate(pairs)]
    return (
        lines(folder / "needs.jsonl", ({"id": f"N{n:04}", "title": p.need} for n, p in enumerate(pairs))),
        lines(folder / "offers.jsonl", ({"id": id, "title": text} for id, text in offers)),
        lines(folder / "pairs.txt", (f"N{n:04} 0 C{n:04} 3" for n in range(len(pairs)))),
    )


def table(program: str, models: list[str], test: tuple[Path, Path, Path]) -> None:
    """A row a way, a column a model."""
    named = [model.split("=", 1) for model in models]
    found = [measured(program, folder, *test) for _, folder in named]
    print("| nDCG@10 / recall@10 / MRR | " + " | ".join(name for name, _ in named) + " |")
    print("|---|" + "---|" * len(named))
    for way, word in WAYS.items():
        print(f"| {word} | " + " | ".join(row[way] for row in found) + " |")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program", help="the opcmatch binary")
    parser.add_argument("--model", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--held-out", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--judged", type=Path, help="folder of judged lists")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        print("**`data/eval`, the held-out third**\n")
        table(arguments.program, arguments.model, held_out_third(folder))
        if arguments.judged:
            print("**Real requirements against real capabilities**\n")
            judged = arguments.judged
            test = (judged / "requirements.jsonl", judged / "capabilities.jsonl", judged / "qrels.txt")
            table(arguments.program, arguments.model, test)
        print("**Pairs of five industries that were left out**\n")
        table(arguments.program, arguments.held_out, pairs_left_out(folder))


if __name__ == "__main__":
    main()
