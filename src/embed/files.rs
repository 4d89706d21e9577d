//! The files of a model: inside this program, or in a folder.

use std::fs;
use std::io;
use std::path::Path;

use fastembed::{Pooling, TokenizerFiles, UserDefinedEmbeddingModel};
use serde_json::Value;

use super::{EmbedError, HubName};

/// A model without a position table is given at most so many tokens at once.
const UNBOUNDED_TOKENS: usize = 8192;

/// What a folder must hold; shown when one is missing.
const NEEDED: &str = "model.onnx (or onnx/model.onnx), tokenizer.json, config.json, \
                      special_tokens_map.json, tokenizer_config.json";

/// A model read into memory.
pub(super) struct ModelFiles {
    onnx: Vec<u8>,
    /// Weights kept outside the graph, with the name by which it asks for them.
    external: Option<(String, Vec<u8>)>,
    tokenizer: TokenizerFiles,
    pooling: Pooling,
    /// Put before every text.
    pub(super) prefix: &'static str,
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
        ModelFiles::new(file!("model.onnx"), None, tokenizer, Pooling::Mean, "")
    }

    /// Reads a folder. A folder named as a known hub model is pooled and
    /// prefixed like it; else `1_Pooling/config.json` says how to pool, and
    /// without that file the tokens' mean is taken.
    pub(super) fn folder(folder: &Path) -> Result<ModelFiles, EmbedError> {
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
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let known = name.parse::<HubName>().ok().map(HubName::model);
        let pooling = known
            .and_then(|hub| fastembed::TextEmbedding::get_default_pooling_method(&hub.model))
            .or_else(|| stated_pooling(&fs::read(folder.join("1_Pooling/config.json")).ok()?))
            .unwrap_or(Pooling::Mean);
        let prefix = known.map_or("", |hub| hub.prefix);
        Ok(ModelFiles::new(onnx, external, tokenizer, pooling, prefix))
    }

    fn new(
        onnx: Vec<u8>,
        external: Option<(String, Vec<u8>)>,
        tokenizer: TokenizerFiles,
        pooling: Pooling,
        prefix: &'static str,
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
            prefix.as_bytes(),
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
            prefix,
            max_tokens,
        }
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
