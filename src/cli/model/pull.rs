//! `opcmatch model pull`.

use crate::embed::{CrossEncoder, EmbedError, Embedder, hub_endpoint, hub_folder};

use super::super::arguments::Common;
use super::super::error::Unreachable;
use super::super::lists::model_options;
use super::super::progress::note;
use super::super::{CliError, Outcome};
use super::{Wanted, megabytes};

/// Fetches the files, opens the model and says where it is.
pub(super) fn run(wanted: &Wanted, common: &Common) -> Result<Outcome, CliError> {
    let options = model_options(common);
    let (name, files) = match wanted {
        Wanted::Model(spec) => (spec.to_string(), spec.files_needed()),
        Wanted::Reranker(spec) => (spec.to_string(), spec.files_needed()),
    };
    let folder = hub_folder(&options).display().to_string();
    note(common, &format!("从 {0} 取 {name}… / fetching {name} from {0}…", hub_endpoint()));
    let opened = match wanted {
        Wanted::Model(spec) => Embedder::open(spec, &options).map(|embedder| embedder.info().to_string()),
        Wanted::Reranker(spec) => CrossEncoder::open(spec, &options).map(|encoder| {
            format!("复核模型 {0}，由 {1} 运行 / reranker {0}, run by {1}", encoder.name(), encoder.backend())
        }),
    };
    let said = opened.map_err(|error| match error {
        EmbedError::Hub { repository, endpoint, reason }
        | EmbedError::RerankerHub { repository, endpoint, reason } => {
            CliError::Unreachable(Box::new(Unreachable {
                option: match wanted {
                    Wanted::Model(_) => "--model ",
                    Wanted::Reranker(_) => "--rerank=",
                },
                own: name.clone(),
                repository,
                endpoint,
                reason,
                files: files.join("、"),
            }))
        }
        other => other.into(),
    })?;
    let got = match wanted {
        Wanted::Model(spec) => spec.files_at_hand(&options),
        Wanted::Reranker(spec) => spec.files_at_hand(&options),
    };
    let bytes = got.iter().map(|(_, bytes)| bytes).sum();
    note(common, &said);
    note(
        common,
        &format!(
            "已就绪：{count} 个文件，{size} MB，存于 {folder} / ready: {count} files, {size} MB, in {folder}",
            count = got.len(),
            size = megabytes(bytes)
        ),
    );
    Ok(Outcome::Done)
}
