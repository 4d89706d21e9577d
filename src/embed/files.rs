//! The files of a model: inside this program, or in a folder.

use std::fs;
use std::io;
use std::path::Path;

use fastembed::{Pooling, TokenizerFiles, UserDefinedEmbeddingModel};
use serde_json::Value;

use super::role::Prefixes;
use super::{EmbedError, HubName};

/// A model without a position table is given at most so many tokens at once.
const UNBOUNDED_TOKENS: usize = 8192;

/// What a folder must hold; shown when one is missing.
const NEEDED: &str = "model.onnx (or onnx/model.onnx), tokenizer.json, config.json, \
                      special_tokens_map.json, tokenizer_config.json";

/// The files that make a tokenizer.
pub(super) const TOKENIZER: [&str; 4] =
    ["tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"];

/// A model read into memory.
pub(super) struct ModelFiles {
    onnx: Vec<u8>,
    /// Weights kept outside the graph, with the name by which it asks for them.
    external: Option<(String, Vec<u8>)>,
    tokenizer: TokenizerFiles,
    pooling: Pooling,
    /// Put before a text.
    pub(super) prefixes: Prefixes,
    /// Tokens that the model takes at once.
    pub(super) max_tokens: usize,
    /// Length of its vectors, where config.json says it.
    pub(super) hidden_size: Option<usize>,
    /// blake3 over all of the above.
    pub(super) hash: blake3::Hash,
}

impl ModelFiles {
    /// The model inside this program; made by `data/model/train`.
    pub(super) fn bundled() -> ModelFiles {
        macro_rules! file {
            ($name:literal) => {
                include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/model/", $name)).to_vec()
            };
        }
        let tokenizer = TokenizerFiles {
            tokenizer_file: file!("tokenizer.json"),
            config_file: file!("config.json"),
            special_tokens_map_file: file!("special_tokens_map.json"),
            tokenizer_config_file: file!("tokenizer_config.json"),
        };
        ModelFiles::new(file!("model.onnx"), None, tokenizer, Pooling::Mean, Prefixes::NONE)
    }

    /// Reads a folder. A folder named as a known hub model is pooled and
    /// prefixed like it; else `1_Pooling/config.json` says how to pool, and
    /// without that file the tokens' mean is taken.
    pub(super) fn folder(folder: &Path) -> Result<ModelFiles, EmbedError> {
        let Found { onnx, external, tokenizer } = read_folder(folder)?;
        let known = known_by_name(folder).map(HubName::model);
        let pooling = known
            .and_then(|hub| fastembed::TextEmbedding::get_default_pooling_method(&hub.model))
            .or_else(|| stated_pooling(&fs::read(folder.join("1_Pooling/config.json")).ok()?))
            .unwrap_or(Pooling::Mean);
        let prefixes = known.map_or(Prefixes::NONE, |hub| hub.prefixes);
        Ok(ModelFiles::new(onnx, external, tokenizer, pooling, prefixes))
    }

    fn new(
        onnx: Vec<u8>,
        external: Option<(String, Vec<u8>)>,
        tokenizer: TokenizerFiles,
        pooling: Pooling,
        prefixes: Prefixes,
    ) -> ModelFiles {
        let config: Value = serde_json::from_slice(&tokenizer.config_file).unwrap_or_default();
        let settings: Value = serde_json::from_slice(&tokenizer.tokenizer_config_file).unwrap_or_default();
        // RoBERTa's position table has two rows that no token uses.
        let positions = config["max_position_embeddings"].as_f64().map(|rows| match rows {
            514.0 => 512.0,
            rows => rows,
        });
        let max_tokens = [positions, settings["model_max_length"].as_f64()]
            .into_iter()
            .flatten()
            .fold(UNBOUNDED_TOKENS as f64, f64::min)
            .max(16.0) as usize;
        let mut hasher = blake3::Hasher::new();
        for part in [
            onnx.as_slice(),
            external.as_ref().map_or(&[][..], |(_, weights)| weights),
            &tokenizer.tokenizer_file,
            &tokenizer.config_file,
            &tokenizer.special_tokens_map_file,
            &tokenizer.tokenizer_config_file,
            format!("{pooling:?}").as_bytes(),
            prefixes.question.as_bytes(),
        ] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        ModelFiles {
            hidden_size: config["hidden_size"].as_u64().map(|size| size as usize),
            hash: hasher.finalize(),
            onnx,
            external,
            tokenizer,
            pooling,
            prefixes,
            max_tokens,
        }
    }

    /// The files of the model inside this program and their bytes.
    pub(super) fn bundled_sizes() -> Vec<(String, u64)> {
        let ModelFiles { onnx, tokenizer, .. } = ModelFiles::bundled();
        let TokenizerFiles { tokenizer_file, config_file, special_tokens_map_file, tokenizer_config_file } =
            tokenizer;
        std::iter::once(("model.onnx".to_owned(), onnx.len() as u64))
            .chain(
                TOKENIZER
                    .into_iter()
                    .zip([tokenizer_file, config_file, special_tokens_map_file, tokenizer_config_file])
                    .map(|(name, bytes)| (name.to_owned(), bytes.len() as u64)),
            )
            .collect()
    }

    /// Size of the graph and its weights in bytes.
    pub(super) fn weight_bytes(&self) -> usize {
        self.onnx.len() + self.external.as_ref().map_or(0, |(_, weights)| weights.len())
    }

    /// As `fastembed` takes it.
    pub(super) fn to_user_defined(&self) -> UserDefinedEmbeddingModel {
        let model = UserDefinedEmbeddingModel::new(self.onnx.clone(), self.tokenizer.clone())
            .with_pooling(self.pooling.clone());
        match &self.external {
            Some((name, weights)) => model.with_external_initializer(name.clone(), weights.clone()),
            None => model,
        }
    }
}

/// What a folder holds.
pub(super) struct Found {
    pub(super) onnx: Vec<u8>,
    pub(super) external: Option<(String, Vec<u8>)>,
    pub(super) tokenizer: TokenizerFiles,
}

/// Reads the five files, and the weights beside the graph where there are any.
pub(super) fn read_folder(folder: &Path) -> Result<Found, EmbedError> {
    let unreadable = |source| EmbedError::Folder { folder: folder.to_owned(), source };
    fs::read_dir(folder).map_err(unreadable)?;
    let read = |file: &'static str| {
        fs::read(folder.join(file)).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => {
                EmbedError::MissingFile { folder: folder.to_owned(), file, needed: NEEDED }
            }
            _ => unreadable(source),
        })
    };
    let (onnx, external) = match read("model.onnx") {
        Err(EmbedError::MissingFile { .. }) if folder.join("onnx/model.onnx").is_file() => {
            (read("onnx/model.onnx")?, "onnx/model.onnx_data")
        }
        onnx => (onnx?, "model.onnx_data"),
    };
    let external = match fs::read(folder.join(external)) {
        Ok(weights) => Some(("model.onnx_data".to_owned(), weights)),
        Err(_) => None,
    };
    let tokenizer = TokenizerFiles {
        tokenizer_file: read("tokenizer.json")?,
        config_file: read("config.json")?,
        special_tokens_map_file: read("special_tokens_map.json")?,
        tokenizer_config_file: read("tokenizer_config.json")?,
    };
    Ok(Found { onnx, external, tokenizer })
}

/// The hub model that a folder is named after.
pub(super) fn known_by_name(folder: &Path) -> Option<HubName> {
    folder.file_name()?.to_str()?.parse().ok()
}

/// The files that a folder must hold.
pub(super) fn needed() -> Vec<String> {
    std::iter::once("model.onnx").chain(TOKENIZER).map(str::to_owned).collect()
}

/// Those of [`needed`] that a folder lacks.
pub(super) fn missing(folder: &Path) -> Vec<String> {
    let there = |file: &str| {
        folder.join(file).is_file() || (file == "model.onnx" && folder.join("onnx/model.onnx").is_file())
    };
    needed().into_iter().filter(|file| !there(file)).collect()
}

/// Files of a model and their bytes, in the order of [`NEEDED`]; what is not there is left out.
pub(super) fn sizes(folder: &Path) -> Vec<(String, u64)> {
    ["model.onnx", "model.onnx_data", "onnx/model.onnx", "onnx/model.onnx_data"]
        .into_iter()
        .chain(TOKENIZER)
        .filter_map(|file| Some((file.to_owned(), fs::metadata(folder.join(file)).ok()?.len())))
        .collect()
}

/// Reads the file in which sentence-transformers keeps a model's pooling.
fn stated_pooling(config: &[u8]) -> Option<Pooling> {
    let config: Value = serde_json::from_slice(config).ok()?;
    if config["pooling_mode_cls_token"].as_bool()? {
        return Some(Pooling::Cls);
    }
    config["pooling_mode_mean_tokens"].as_bool()?.then_some(Pooling::Mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pooling_is_read_as_sentence_transformers_states_it() {
        for (config, wanted) in [
            (r#"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#, Some(Pooling::Cls)),
            (r#"{"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true}"#, Some(Pooling::Mean)),
            (r#"{"pooling_mode_cls_token": false, "pooling_mode_mean_tokens": false}"#, None),
            ("nonsense", None),
        ] {
            assert_eq!(stated_pooling(config.as_bytes()), wanted, "{config}");
        }
    }
}
