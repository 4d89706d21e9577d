"""Writes the model's files: an ONNX graph with an int8 table, and its tokenizer.

The graph looks up a row per unit, scales it and adds the rows up. Mean and sum
differ by a factor that the unit length of the result takes away.
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tokenizers import Tokenizer, models

from vocabulary import PAD, SILENT, UNKNOWN, Vocabulary

MAX_TOKENS = 8192
OPSET = 17
"""tract 0.23 and ONNX Runtime 1.24 and later both run it."""


def quantised(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One byte a value, one scale a row."""
    scale = np.abs(table).max(axis=1, keepdims=True) / 127
    safe = np.where(scale > 0, scale, 1)
    return np.rint(table / safe).astype(np.int8), scale.astype(np.float32)


def graph(table: np.ndarray) -> onnx.ModelProto:
    """`input_ids`, `attention_mask` [batch, tokens] → `sentence_embedding` [batch, dimension]."""
    values, scale = quantised(table)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["rows"], ["vectors"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["scale", "input_ids"], ["row_scale"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["mask_column"]),
        helper.make_node("Mul", ["row_scale", "mask_column"], ["weight"]),
        helper.make_node("Mul", ["vectors", "weight"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "tokens"], ["sentence_embedding"], keepdims=0),
    ]
    shape = ["batch", "tokens"]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, shape)
        for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info(
        "sentence_embedding", TensorProto.FLOAT, ["batch", table.shape[1]]
    )
    constants = [
        numpy_helper.from_array(values, "table"),
        numpy_helper.from_array(scale, "scale"),
        numpy_helper.from_array(np.asarray([2], dtype=np.int64), "last"),
        numpy_helper.from_array(np.asarray([1], dtype=np.int64), "tokens"),
    ]
    made = helper.make_model(
        helper.make_graph(nodes, "static", inputs, [output], constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="opcmatch data/model/train",
        ir_version=8,
    )
    onnx.checker.check_model(made)
    return made


def alphabetical(tokenizer: Tokenizer, table: np.ndarray) -> tuple[Tokenizer, np.ndarray]:
    """The same model with its units in the order of their bytes, the silent ones first.

    Whoever opens it puts the units into a tree of bytes one by one. With neighbours
    next to each other in memory that, and copying the tree, takes a sixth less time.
    """
    units = json.loads(tokenizer.to_str())["model"]["vocab"]
    silent = len(SILENT)
    order = [*range(silent), *sorted(range(silent, len(units)), key=lambda i: units[i][0].encode())]
    pieces = [(units[i][0], units[i][1]) for i in order]
    ordered = Tokenizer(models.Unigram(pieces, unk_id=SILENT.index(UNKNOWN)))
    ordered.pre_tokenizer = tokenizer.pre_tokenizer
    return ordered, table[order]


def write(folder: Path, vocabulary: Vocabulary, table: np.ndarray) -> None:
    """Writes the five files that `fastembed` reads."""
    folder.mkdir(parents=True, exist_ok=True)

    def save(name: str, content: dict) -> None:
        text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / name).write_text(text + "\n", encoding="utf-8")

    tokenizer, table = alphabetical(vocabulary.tokenizer, table)
    (folder / "model.onnx").write_bytes(graph(table).SerializeToString(deterministic=True))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    save("config.json", {"model_type": "static", "hidden_size": table.shape[1], "pad_token_id": 0})
    save("special_tokens_map.json", {"pad_token": PAD, "unk_token": UNKNOWN})
    save(
        "tokenizer_config.json",
        {
            "model_max_length": MAX_TOKENS,
            "pad_token": PAD,
            "tokenizer_class": "PreTrainedTokenizerFast",
            "unk_token": UNKNOWN,
        },
    )
