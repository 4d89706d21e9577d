//! Which model: the value behind `--model`.

use std::fmt;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::str::FromStr;

use fastembed::EmbeddingModel;

use super::EmbedError;
use super::role::Prefixes;

/// The model to embed with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ModelSpec {
    /// The one inside this program; needs no file and no network.
    #[default]
    Bundled,
    /// A folder with an ONNX file and its tokenizer files; see [`super::Embedder::open`].
    Folder(PathBuf),
    /// A model of the Hugging Face hub, fetched once and then kept.
    Hub(HubName),
}

impl FromStr for ModelSpec {
    type Err = EmbedError;

    /// `bundled`; a path that exists or contains a separator; else a name of the hub.
    fn from_str(s: &str) -> Result<Self, EmbedError> {
        let name = s.trim();
        if name.eq_ignore_ascii_case("bundled") {
            return Ok(ModelSpec::Bundled);
        }
        if let Ok(hub) = name.parse() {
            return Ok(ModelSpec::Hub(hub));
        }
        let is_path = name.contains(['/', MAIN_SEPARATOR]) || Path::new(name).exists();
        if !name.is_empty() && is_path {
            return Ok(ModelSpec::Folder(PathBuf::from(name)));
        }
        Err(unknown(name))
    }
}

impl fmt::Display for ModelSpec {
    /// What `--model` would take to mean this.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ModelSpec::Bundled => f.write_str("bundled"),
            ModelSpec::Folder(folder) => folder.display().fmt(f),
            ModelSpec::Hub(name) => name.fmt(f),
        }
    }
}

/// A model of the hub that understands Chinese and that `fastembed` can run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct HubName(&'static HubModel);

#[derive(PartialEq, Eq)]
pub(super) struct HubModel {
    /// As written after `--model`.
    pub(super) name: &'static str,
    /// Owner and name on the hub.
    pub(super) repository: &'static str,
    pub(super) model: EmbeddingModel,
    /// Put before a text, by what the text is there for.
    pub(super) prefixes: Prefixes,
    /// Tokens that fit its position table.
    pub(super) max_tokens: usize,
    /// Of its weights, as the card states it.
    pub(super) licence: &'static str,
    /// Million bytes to fetch, about: four bytes a parameter.
    pub(super) megabytes: u32,
}

/// Every known hub model. Lengths, licences and sizes are from the models' cards;
/// where the prefixes come from stands at [`Prefixes`].
const KNOWN: &[HubModel] = &[
    HubModel {
        name: "bge-small-zh-v1.5",
        repository: "Xenova/bge-small-zh-v1.5",
        model: EmbeddingModel::BGESmallZHV15,
        prefixes: Prefixes::BGE_ZH,
        max_tokens: 512,
        licence: "MIT",
        megabytes: 96,
    },
    HubModel {
        name: "bge-large-zh-v1.5",
        repository: "Xenova/bge-large-zh-v1.5",
        model: EmbeddingModel::BGELargeZHV15,
        prefixes: Prefixes::BGE_ZH,
        max_tokens: 512,
        licence: "MIT",
        megabytes: 1300,
    },
    HubModel {
        name: "bge-m3",
        repository: "BAAI/bge-m3",
        model: EmbeddingModel::BGEM3,
        prefixes: Prefixes::NONE,
        max_tokens: 8192,
        licence: "MIT",
        megabytes: 2270,
    },
    HubModel {
        name: "multilingual-e5-small",
        repository: "intfloat/multilingual-e5-small",
        model: EmbeddingModel::MultilingualE5Small,
        prefixes: Prefixes::E5,
        max_tokens: 512,
        licence: "MIT",
        megabytes: 470,
    },
    HubModel {
        name: "multilingual-e5-base",
        repository: "intfloat/multilingual-e5-base",
        model: EmbeddingModel::MultilingualE5Base,
        prefixes: Prefixes::E5,
        max_tokens: 512,
        licence: "MIT",
        megabytes: 1110,
    },
    HubModel {
        name: "multilingual-e5-large",
        repository: "Qdrant/multilingual-e5-large-onnx",
        model: EmbeddingModel::MultilingualE5Large,
        prefixes: Prefixes::E5,
        max_tokens: 512,
        licence: "MIT",
        megabytes: 2240,
    },
    HubModel {
        name: "paraphrase-multilingual-minilm-l12-v2",
        repository: "Xenova/paraphrase-multilingual-MiniLM-L12-v2",
        model: EmbeddingModel::ParaphraseMLMiniLML12V2,
        prefixes: Prefixes::NONE,
        max_tokens: 128,
        licence: "Apache-2.0",
        megabytes: 470,
    },
    HubModel {
        name: "paraphrase-multilingual-mpnet-base-v2",
        repository: "Xenova/paraphrase-multilingual-mpnet-base-v2",
        model: EmbeddingModel::ParaphraseMLMpnetBaseV2,
        prefixes: Prefixes::NONE,
        max_tokens: 128,
        licence: "Apache-2.0",
        megabytes: 1110,
    },
];

impl HubName {
    /// Every known name, in the order they are shown.
    pub fn all() -> impl Iterator<Item = HubName> {
        KNOWN.iter().map(HubName)
    }

    /// As written after `--model`.
    pub fn as_str(self) -> &'static str {
        self.0.name
    }

    /// Owner and name on the hub.
    pub fn repository(self) -> &'static str {
        self.0.repository
    }

    /// Licence of its weights, as its card states it.
    pub fn licence(self) -> &'static str {
        self.0.licence
    }

    /// Million bytes to fetch, about.
    pub fn megabytes(self) -> u32 {
        self.0.megabytes
    }

    /// Length of its vectors.
    pub fn dimension(self) -> usize {
        fastembed::TextEmbedding::get_model_info(&self.0.model).map_or(0, |info| info.dim)
    }

    pub(super) fn model(self) -> &'static HubModel {
        self.0
    }
}

impl FromStr for HubName {
    type Err = EmbedError;

    /// Reads a short name or `owner/name`, in any case.
    fn from_str(s: &str) -> Result<Self, EmbedError> {
        HubName::all()
            .find(|hub| hub.0.name.eq_ignore_ascii_case(s) || hub.0.repository.eq_ignore_ascii_case(s))
            .ok_or_else(|| unknown(s))
    }
}

impl fmt::Display for HubName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

impl fmt::Debug for HubName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HubName({})", self.0.name)
    }
}

fn unknown(got: &str) -> EmbedError {
    EmbedError::UnknownModel {
        got: got.to_owned(),
        known: KNOWN.iter().map(|hub| hub.name).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_model_is_read() {
        let here = tempfile::tempdir().unwrap();
        let existing = here.path().display().to_string();
        for (given, wanted) in [
            ("bundled", Some("bundled".to_owned())),
            (" Bundled ", Some("bundled".to_owned())),
            ("bge-small-zh-v1.5", Some("bge-small-zh-v1.5".to_owned())),
            ("Xenova/bge-small-zh-v1.5", Some("bge-small-zh-v1.5".to_owned())),
            ("./models/mine", Some("./models/mine".to_owned())),
            (existing.as_str(), Some(existing.clone())),
            ("src", Some("src".to_owned())),
            ("bge-smal-zh", None),
            ("", None),
        ] {
            let got = given.parse::<ModelSpec>();
            assert_eq!(got.as_ref().ok().map(ToString::to_string), wanted, "{given:?}: {got:?}");
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones_in_both_languages() {
        let said = "bge-smal-zh".parse::<ModelSpec>().unwrap_err().to_string();
        for part in ["不认识模型", "unknown model", "bge-smal-zh", "bundled", "multilingual-e5-small"] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }

    #[test]
    fn every_row_is_what_fastembed_will_fetch() {
        for hub in HubName::all() {
            let info = fastembed::TextEmbedding::get_model_info(&hub.0.model).unwrap();
            assert_eq!(info.model_code, hub.0.repository);
            assert!(hub.dimension() >= 384 && hub.megabytes() > 90, "{hub}");
        }
    }
}
