"""A folder with a model of a small BERT's shape and random weights: for measuring speed only.

    python bert_shaped.py OUT      # then: opcmatch model info --model OUT

Four layers of 512 with eight heads and a table of 21,128 characters, which is the shape
of bge-small-zh-v1.5 (24 million parameters). Speed hangs on the shape alone; what such a
model says about a text hangs on weights that this one has not.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

LAYERS, WIDTH, HEADS, INNER, TABLE, LONGEST = 4, 512, 8, 2048, 21_128, 512
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


class Graph:
    """Nodes and constants of the graph, named as they come."""

    def __init__(self, seed: int):
        self.random = np.random.default_rng(seed)
        self.nodes, self.constants = [], []

    def constant(self, values: np.ndarray) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def weights(self, *shape: int) -> str:
        return self.constant((self.random.standard_normal(shape) * 0.02).astype(np.float32))

    def number(self, value: float) -> str:
        return self.constant(np.asarray(value, dtype=np.float32))

    def whole(self, *values: int) -> str:
        return self.constant(np.asarray(values, dtype=np.int64))

    def op(self, kind: str, *inputs: str, **attributes) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def linear(self, x: str, before: int, after: int) -> str:
        return self.op("Add", self.op("MatMul", x, self.weights(before, after)), self.weights(after))

    def norm(self, x: str) -> str:
        gain = self.constant(np.ones(WIDTH, dtype=np.float32))
        shift = self.constant(np.zeros(WIDTH, dtype=np.float32))
        return self.op("LayerNormalization", x, gain, shift, axis=-1, epsilon=1e-12)

    def heads(self, x: str, order: list[int]) -> str:
        split = self.op("Reshape", x, self.whole(0, 0, HEADS, WIDTH // HEADS))
        return self.op("Transpose", split, perm=order)

    def layer(self, x: str, mask: str) -> str:
        query = self.heads(self.linear(x, WIDTH, WIDTH), [0, 2, 1, 3])
        key = self.heads(self.linear(x, WIDTH, WIDTH), [0, 2, 3, 1])
        value = self.heads(self.linear(x, WIDTH, WIDTH), [0, 2, 1, 3])
        scale = self.number(1.0 / np.sqrt(WIDTH / HEADS))
        near = self.op("Add", self.op("Mul", self.op("MatMul", query, key), scale), mask)
        mixed = self.op("MatMul", self.op("Softmax", near, axis=-1), value)
        mixed = self.op("Reshape", self.op("Transpose", mixed, perm=[0, 2, 1, 3]), self.whole(0, 0, WIDTH))
        x = self.norm(self.op("Add", x, self.linear(mixed, WIDTH, WIDTH)))
        inner = self.linear(x, WIDTH, INNER)
        half = self.op("Mul", inner, self.number(0.5))
        bent = self.op("Add", self.op("Erf", self.op("Mul", inner, self.number(1 / np.sqrt(2)))), self.number(1.0))
        return self.norm(self.op("Add", x, self.linear(self.op("Mul", half, bent), INNER, WIDTH)))


def graph() -> onnx.ModelProto:
    g = Graph(20261121)
    count = g.op("Gather", g.op("Shape", "input_ids"), g.constant(np.asarray(1, dtype=np.int64)), axis=0)
    places = g.op("Range", g.constant(np.asarray(0, dtype=np.int64)), count, g.constant(np.asarray(1, dtype=np.int64)))
    x = g.op("Add", g.op("Gather", g.weights(TABLE, WIDTH), "input_ids"), g.op("Gather", g.weights(LONGEST, WIDTH), places))
    x = g.norm(g.op("Add", x, g.op("Gather", g.weights(2, WIDTH), "token_type_ids")))
    shown = g.op("Cast", g.op("Unsqueeze", "attention_mask", g.whole(1, 2)), to=TensorProto.FLOAT)
    mask = g.op("Mul", g.op("Sub", g.number(1.0), shown), g.number(-10_000.0))
    for _ in range(LAYERS):
        x = g.layer(x, mask)
    g.nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"]))
    shape = ["batch", "tokens"]
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in names]
    output = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, WIDTH])
    made = helper.make_model(
        helper.make_graph(g.nodes, "bert_shaped", inputs, [output], g.constants),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    onnx.checker.check_model(made)
    return made


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(graph(), out / "model.onnx")
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + TABLE - len(SPECIAL))]
    vocabulary = {unit: number for number, unit in enumerate([*SPECIAL, *characters])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(out / "tokenizer.json"))
    special = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
    files = {
        "config.json": {"hidden_size": WIDTH, "num_hidden_layers": LAYERS, "pad_token_id": 0},
        "special_tokens_map.json": special,
        "tokenizer_config.json": {"model_max_length": LONGEST, **special},
    }
    for name, content in files.items():
        (out / name).write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
