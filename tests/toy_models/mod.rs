//! Models made on the spot: none of them comes from a network.

#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test program uses a part of it")]

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

const FILES: [&str; 5] =
    ["model.onnx", "tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"];

pub fn bundled_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/model")
}

/// The bundled model with another row of the table for every token: as fast and as
/// well formed, other vectors throughout, and no sense of Chinese.
pub fn muddled_model(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    for file in FILES {
        std::fs::copy(bundled_folder().join(file), folder.join(file)).unwrap();
    }
    let path = folder.join("tokenizer.json");
    let mut tokenizer: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    // The first three are no words. The others stand by their spelling, so neighbours must part.
    let words = &mut tokenizer["model"]["vocab"].as_array_mut().unwrap()[3..];
    let mixed: Vec<Value> = (0..words.len()).map(|i| words[i * 7919 % words.len()].clone()).collect();
    words.clone_from_slice(&mixed);
    std::fs::write(path, tokenizer.to_string()).unwrap();
}

/// A cross-encoder of some three hundred bytes: every character of the two texts
/// has a weight, and the logit of the pair is their sum. `甲` weighs `+3`, `乙` `-3`,
/// any other 0; what stands in both texts counts twice.
pub fn tiny_cross_encoder(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let vocabulary = json!([["[PAD]", 0.0], ["[UNK]", 0.0], ["甲", -1.0], ["乙", -1.0]]);
    let tokenizer = json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "pre_tokenizer": null, "post_processor": null, "decoder": null,
        "model": {"type": "Unigram", "unk_id": 1, "vocab": vocabulary, "byte_fallback": false}
    });
    let settings = json!({"model_max_length": 512, "pad_token": "[PAD]"});
    for (file, text) in [
        ("tokenizer.json", tokenizer),
        ("tokenizer_config.json", settings),
        ("config.json", json!({"pad_token_id": 0})),
        ("special_tokens_map.json", json!({"pad_token": "[PAD]"})),
    ] {
        std::fs::write(folder.join(file), text.to_string()).unwrap();
    }
    std::fs::write(folder.join("model.onnx"), onnx::sum_of_weights(&[0.0, 0.0, 3.0, -3.0])).unwrap();
}

/// Just enough of ONNX's protobuf (onnx.proto3) to write a graph of five nodes.
mod onnx {
    const FLOAT: u64 = 1;
    const INT64: u64 = 7;

    fn varint(mut value: u64, out: &mut Vec<u8>) {
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }

    fn number(field: u64, value: u64) -> Vec<u8> {
        let mut out = Vec::new();
        varint(field << 3, &mut out);
        varint(value, &mut out);
        out
    }

    fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        varint(field << 3 | 2, &mut out);
        varint(value.len() as u64, &mut out);
        out.extend_from_slice(value);
        out
    }

    fn text(field: u64, value: &str) -> Vec<u8> {
        bytes(field, value.as_bytes())
    }

    /// AttributeProto: name 1, i 3, type 20 (2 is INT).
    fn attribute(name: &str, value: u64) -> Vec<u8> {
        bytes(5, &[text(1, name), number(3, value), number(20, 2)].concat())
    }

    /// NodeProto, as field 1 of the graph: input 1, output 2, op_type 4, attribute 5.
    fn node(op: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
        let inputs: Vec<u8> = inputs.iter().flat_map(|name| text(1, name)).collect();
        bytes(1, &[inputs, text(2, output), text(4, op), attributes.concat()].concat())
    }

    /// TensorProto, as field 5 of the graph: dims 1, data_type 2, name 8, raw_data 9.
    fn tensor(name: &str, dims: &[u64], kind: u64, raw: &[u8]) -> Vec<u8> {
        let dims: Vec<u8> = dims.iter().flat_map(|&dim| number(1, dim)).collect();
        bytes(5, &[dims, number(2, kind), text(8, name), bytes(9, raw)].concat())
    }

    /// ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1 } } };
    /// a dimension is a name (2) or a number (1).
    fn value(field: u64, name: &str, kind: u64, dims: &[&str]) -> Vec<u8> {
        let dim = |dim: &&str| match dim.parse() {
            Ok(size) => bytes(1, &number(1, size)),
            Err(_) => bytes(1, &text(2, dim)),
        };
        let shape: Vec<u8> = dims.iter().flat_map(dim).collect();
        let tensor = [number(1, kind), bytes(2, &shape)].concat();
        bytes(field, &[text(1, name), bytes(2, &bytes(1, &tensor))].concat())
    }

    pub fn sum_of_weights(weights: &[f32]) -> Vec<u8> {
        let table: Vec<u8> = weights.iter().flat_map(|weight| weight.to_le_bytes()).collect();
        let (one, two) = (1_i64.to_le_bytes(), 2_i64.to_le_bytes());
        let graph = [
            node("Gather", &["table", "input_ids"], "weights", &[]),
            node("Cast", &["attention_mask"], "mask", &[attribute("to", FLOAT)]),
            node("Unsqueeze", &["mask", "two"], "column", &[]),
            node("Mul", &["weights", "column"], "counted", &[]),
            node("ReduceSum", &["counted", "one"], "logits", &[attribute("keepdims", 0)]),
            text(2, "sum"),
            tensor("table", &[weights.len() as u64, 1], FLOAT, &table),
            tensor("one", &[1], INT64, &one),
            tensor("two", &[1], INT64, &two),
            value(11, "input_ids", INT64, &["batch", "length"]),
            value(11, "attention_mask", INT64, &["batch", "length"]),
            value(12, "logits", FLOAT, &["batch", "1"]),
        ]
        .concat();
        // ModelProto: ir_version 1, graph 7, opset_import 8 { version 2 }.
        [number(1, 8), bytes(7, &graph), bytes(8, &number(2, 17))].concat()
    }
}
