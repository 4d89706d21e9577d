//! Models of the Hugging Face hub: fetched once by `fastembed`, then read from disk.

use std::fs;
use std::path::PathBuf;

use fastembed::{TextEmbedding, TextInitOptions};

use super::files::TOKENIZER;
use super::{EmbedError, EmbedOptions, HubName};

/// Where models are kept when neither the caller nor `HF_HOME` says.
const DEFAULT_FOLDER: &str = ".fastembed_cache";

/// Opens a hub model, fetching what its folder does not hold.
pub(super) fn open(
    name: HubName,
    options: &EmbedOptions,
    intra_threads: usize,
) -> Result<TextEmbedding, EmbedError> {
    let hub = name.model();
    let init = TextInitOptions::new(hub.model.clone())
        .with_cache_dir(folder(options))
        .with_max_length(hub.max_tokens)
        .with_intra_threads(intra_threads)
        .with_show_download_progress(options.show_fetching);
    TextEmbedding::try_new(init).map_err(|error| said(hub.repository, hub.name, &error))
}

/// A failure to open a model of the hub: out of reach, or not a model.
pub(super) fn said(repository: &'static str, name: &str, error: &fastembed::Error) -> EmbedError {
    let reason = with_causes(error);
    let unreachable = match error {
        fastembed::Error::ModelRetrieval { .. } => true,
        // `fastembed` gives the tokenizer files' download errors only as text.
        fastembed::Error::Other(text) => text.contains("HuggingFace API"),
        _ => false,
    };
    if unreachable {
        EmbedError::Hub { repository, endpoint: endpoint(), reason }
    } else {
        EmbedError::Open { model: name.to_owned(), reason }
    }
}

/// Where models are fetched from: `HF_ENDPOINT`, or else the hub itself.
pub fn endpoint() -> String {
    std::env::var("HF_ENDPOINT").unwrap_or_else(|_| "https://huggingface.co".into())
}

/// Where fetched models are kept: `HF_HOME`, or else where the options say.
pub fn folder(options: &EmbedOptions) -> PathBuf {
    std::env::var_os("HF_HOME").map_or_else(
        || options.hub_folder.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_FOLDER)),
        PathBuf::from,
    )
}

/// The folder of a fetched repository's files, and its revision.
fn snapshot(repository: &str, options: &EmbedOptions) -> (PathBuf, String) {
    let home = folder(options).join(format!("models--{}", repository.replace('/', "--")));
    let revision = fs::read_to_string(home.join("refs/main"))
        .map_or_else(|_| "main".to_owned(), |revision| revision.trim().to_owned());
    (home.join("snapshots").join(&revision), revision)
}

/// The files to fetch for a model, the graph first.
pub(super) fn files_of(name: HubName) -> Vec<String> {
    fastembed::TextEmbedding::get_model_info(&name.model().model)
        .into_iter()
        .flat_map(|info| std::iter::once(&info.model_file).chain(&info.additional_files))
        .cloned()
        .chain(TOKENIZER.map(str::to_owned))
        .collect()
}

/// Files of a repository that are on this machine and their bytes.
pub(super) fn kept(repository: &str, files: &[String], options: &EmbedOptions) -> Vec<(String, u64)> {
    let (snapshot, _) = snapshot(repository, options);
    files
        .iter()
        .filter_map(|file| Some((file.clone(), fs::metadata(snapshot.join(file)).ok()?.len())))
        .collect()
}

/// What is known of a fetched model: its revision and the size of its weights in bytes.
pub(super) fn fetched(name: HubName, options: &EmbedOptions) -> (String, usize) {
    let (_, revision) = snapshot(name.repository(), options);
    let bytes = kept(name.repository(), &files_of(name), options)
        .iter()
        .filter(|(file, _)| !TOKENIZER.contains(&file.as_str()))
        .map(|(_, bytes)| *bytes as usize)
        .sum();
    (revision, bytes)
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
