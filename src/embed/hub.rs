//! Models of the Hugging Face hub: fetched once by `fastembed`, then read from disk.

use std::fs;
use std::path::{Path, PathBuf};

use fastembed::{TextEmbedding, TextInitOptions};

use super::{EmbedError, HubName};

/// Where models are kept when neither the caller nor `HF_HOME` says.
const DEFAULT_FOLDER: &str = ".fastembed_cache";

/// Opens a hub model, fetching what `cache` (or `HF_HOME`) does not hold.
pub(super) fn open(
    name: HubName,
    cache: Option<&Path>,
    intra_threads: usize,
) -> Result<TextEmbedding, EmbedError> {
    let hub = name.model();
    let options = TextInitOptions::new(hub.model.clone())
        .with_cache_dir(folder(cache))
        .with_max_length(hub.max_tokens)
        .with_intra_threads(intra_threads)
        .with_show_download_progress(false);
    TextEmbedding::try_new(options).map_err(|error| {
        let reason = with_causes(&error);
        match error {
            fastembed::Error::ModelRetrieval { .. } => unreachable_hub(name, reason),
            // `fastembed` gives the tokenizer files' download errors only as text.
            fastembed::Error::Other(text) if text.contains("HuggingFace API") => {
                unreachable_hub(name, reason)
            }
            _ => EmbedError::Open { model: hub.name.to_owned(), reason },
        }
    })
}

fn unreachable_hub(name: HubName, reason: String) -> EmbedError {
    EmbedError::Hub {
        repository: name.model().repository,
        endpoint: std::env::var("HF_ENDPOINT").unwrap_or_else(|_| "https://huggingface.co".into()),
        reason,
    }
}

/// What is known of a fetched model: its revision and the size of its weights in bytes.
pub(super) fn fetched(name: HubName, cache: Option<&Path>) -> (String, usize) {
    let folder = std::env::var_os("HF_HOME").map_or_else(|| folder(cache), PathBuf::from);
    let home = folder.join(format!("models--{}", name.model().repository.replace('/', "--")));
    let revision = fs::read_to_string(home.join("refs/main"))
        .map_or_else(|_| "main".to_owned(), |revision| revision.trim().to_owned());
    let bytes = fastembed::TextEmbedding::get_model_info(&name.model().model)
        .into_iter()
        .flat_map(|info| std::iter::once(&info.model_file).chain(&info.additional_files))
        .filter_map(|file| fs::metadata(home.join("snapshots").join(&revision).join(file)).ok())
        .map(|found| found.len() as usize)
        .sum();
    (revision, bytes)
}

fn folder(cache: Option<&Path>) -> PathBuf {
    cache.map_or_else(|| PathBuf::from(DEFAULT_FOLDER), Path::to_owned)
}

/// The error and what caused it, in one line.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let deeper = error.to_string();
        if !said.contains(&deeper) {
            said = format!("{said}: {deeper}");
        }
        cause = error.source();
    }
    said
}
