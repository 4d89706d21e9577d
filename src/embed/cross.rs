//! Cross-encoders: models that read a question and an answer together and give
//! one number for the pair. Slower than vectors by the length of the list, so
//! they look at the best few only.

use std::fmt;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use fastembed::{
    OnnxSource, RerankInitOptions, RerankInitOptionsUserDefined, RerankerModel, TextRerank,
    UserDefinedRerankingModel,
};

use super::backend::{Backend, chosen};
use super::files::{self, TOKENIZER};
use super::{EmbedError, EmbedOptions, hub};

/// Tokens of a pair; what is longer is cut, the longer of the two texts first.
const TOKENS: usize = 512;

/// The cross-encoder to rerank with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RerankSpec {
    /// A folder with the same files as an embedding model's.
    Folder(PathBuf),
    /// A model of the Hugging Face hub, fetched once and then kept.
    Hub(RerankerName),
}

impl FromStr for RerankSpec {
    type Err = EmbedError;

    /// A name of the hub; else a path that exists or contains a separator.
    fn from_str(s: &str) -> Result<Self, EmbedError> {
        let name = s.trim();
        let error = match name.parse() {
            Ok(hub) => return Ok(RerankSpec::Hub(hub)),
            Err(error) => error,
        };
        let is_path = name.contains(['/', MAIN_SEPARATOR]) || Path::new(name).exists();
        if !name.is_empty() && is_path { Ok(RerankSpec::Folder(PathBuf::from(name))) } else { Err(error) }
    }
}

impl fmt::Display for RerankSpec {
    /// What `--rerank=` would take to mean this.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RerankSpec::Folder(folder) => folder.display().fmt(f),
            RerankSpec::Hub(name) => f.write_str(name.as_str()),
        }
    }
}

/// A cross-encoder of the hub that understands Chinese and that `fastembed` can run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RerankerName(&'static HubReranker);

#[derive(PartialEq, Eq)]
struct HubReranker {
    name: &'static str,
    repository: &'static str,
    model: RerankerModel,
    licence: &'static str,
    megabytes: u32,
}

/// Every known one; licences and sizes from the models' cards. The first is the
/// one that `--rerank` alone means.
const KNOWN: &[HubReranker] = &[
    HubReranker {
        name: "bge-reranker-base",
        repository: "BAAI/bge-reranker-base",
        model: RerankerModel::BGERerankerBase,
        licence: "MIT",
        megabytes: 1110,
    },
    HubReranker {
        name: "bge-reranker-v2-m3",
        repository: "rozgo/bge-reranker-v2-m3",
        model: RerankerModel::BGERerankerV2M3,
        licence: "Apache-2.0",
        megabytes: 2270,
    },
    HubReranker {
        name: "jina-reranker-v2-base-multilingual",
        repository: "jinaai/jina-reranker-v2-base-multilingual",
        model: RerankerModel::JINARerankerV2BaseMultilingual,
        licence: "CC-BY-NC-4.0",
        megabytes: 1110,
    },
];

impl RerankerName {
    /// Every known name, in the order they are shown.
    pub fn all() -> impl Iterator<Item = RerankerName> {
        KNOWN.iter().map(RerankerName)
    }

    /// As written after `--rerank=`.
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

    pub(super) fn files(self) -> Vec<String> {
        let info = TextRerank::get_model_info(&self.0.model);
        std::iter::once(info.model_file)
            .chain(info.additional_files)
            .chain(TOKENIZER.map(str::to_owned))
            .collect()
    }
}

impl FromStr for RerankerName {
    type Err = EmbedError;

    /// Reads a short name or `owner/name`, in any case.
    fn from_str(s: &str) -> Result<Self, EmbedError> {
        RerankerName::all()
            .find(|hub| hub.0.name.eq_ignore_ascii_case(s) || hub.0.repository.eq_ignore_ascii_case(s))
            .ok_or_else(|| EmbedError::UnknownReranker {
                got: s.to_owned(),
                known: KNOWN.iter().map(|hub| hub.name).collect::<Vec<_>>().join(", "),
            })
    }
}

impl fmt::Debug for RerankerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RerankerName({})", self.0.name)
    }
}

/// An open cross-encoder. Shared freely between threads, which wait for one another.
pub struct CrossEncoder {
    name: String,
    backend: Backend,
    model: Mutex<TextRerank>,
}

impl fmt::Debug for CrossEncoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CrossEncoder").field("name", &self.name).finish_non_exhaustive()
    }
}

impl CrossEncoder {
    /// Opens a cross-encoder and tries it on one pair.
    ///
    /// # Errors
    /// Each says what is missing and how to mend it; see [`EmbedError`].
    pub fn open(spec: &RerankSpec, options: &EmbedOptions) -> Result<CrossEncoder, EmbedError> {
        let backend = chosen().backend.clone();
        let name = spec.to_string();
        let threads = options
            .threads
            .or_else(|| std::thread::available_parallelism().ok())
            .map_or(1, std::num::NonZeroUsize::get);
        let model = match spec {
            RerankSpec::Folder(folder) => {
                let found = files::read_folder(folder)?;
                let graph = match found.external {
                    // The runtime looks for weights outside the graph beside its file.
                    Some(_) if folder.join("model.onnx").is_file() => {
                        OnnxSource::File(folder.join("model.onnx"))
                    }
                    Some(_) => OnnxSource::File(folder.join("onnx/model.onnx")),
                    None => OnnxSource::Memory(found.onnx),
                };
                TextRerank::try_new_from_user_defined(
                    UserDefinedRerankingModel::new(graph, found.tokenizer),
                    RerankInitOptionsUserDefined::new().with_max_length(TOKENS).with_intra_threads(threads),
                )
                .map_err(|error| EmbedError::Open { model: name.clone(), reason: hub::with_causes(&error) })
            }
            RerankSpec::Hub(hub) => {
                let init = RerankInitOptions::new(hub.0.model.clone())
                    .with_cache_dir(hub::folder(options))
                    .with_max_length(TOKENS)
                    .with_intra_threads(threads)
                    .with_show_download_progress(options.show_fetching);
                TextRerank::try_new(init).map_err(|error| {
                    match hub::said(hub.repository(), hub.as_str(), &error) {
                        EmbedError::Hub { repository, endpoint, reason } => {
                            EmbedError::RerankerHub { repository, endpoint, reason }
                        }
                        other => other,
                    }
                })
            }
        }?;
        let encoder = CrossEncoder { name, backend, model: Mutex::new(model) };
        encoder.logit("需求", "能力").map_err(|error| match error {
            EmbedError::Run { model, reason, .. } => EmbedError::Open { model, reason },
            other => other,
        })?;
        Ok(encoder)
    }

    /// As the command line names it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What runs it.
    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    /// The model's own number for a pair: the larger, the better they fit, and for
    /// models trained as classifiers the log-odds that they do. A pair runs by
    /// itself, so its neighbours cannot move it.
    ///
    /// # Errors
    /// The model failed, or gave what is no finite number.
    pub fn logit(&self, question: &str, answer: &str) -> Result<f32, EmbedError> {
        let failed = |reason: String| EmbedError::Run { model: self.name.clone(), row: 1, reason };
        // A model keeps nothing between pairs, so one whose user panicked is as good as before.
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        let made = model
            .rerank(question, [answer], false, Some(1))
            .map_err(|error| failed(hub::with_causes(&error)))?;
        match made.first() {
            Some(result) if result.score.is_finite() => Ok(result.score),
            Some(_) => Err(failed("not a finite number".to_owned())),
            None => Err(failed("no output".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_value_of_rerank_is_read() {
        for (given, wanted) in [
            ("bge-reranker-base", Some("bge-reranker-base")),
            (" BAAI/BGE-reranker-base ", Some("bge-reranker-base")),
            ("./models/mine", Some("./models/mine")),
            ("src", Some("src")),
            ("bge-rerank", None),
            ("", None),
        ] {
            let got = given.parse::<RerankSpec>();
            assert_eq!(got.as_ref().ok().map(ToString::to_string).as_deref(), wanted, "{given:?}: {got:?}");
        }
    }

    #[test]
    fn every_row_is_what_fastembed_will_fetch() {
        for hub in RerankerName::all() {
            assert_eq!(TextRerank::get_model_info(&hub.0.model).model_code, hub.repository());
            assert!(hub.files().len() >= 5 && hub.files()[0].ends_with(".onnx"), "{hub:?}");
        }
    }
}
