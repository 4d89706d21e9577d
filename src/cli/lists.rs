//! Opening a market on the lists that the arguments name.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::{Date, Listing, Side};
use crate::embed::{CrossEncoder, EmbedOptions, Embedder, VectorCache};
use crate::engine::{self, Demo, Loaded, Market, WINDOW};
use crate::intake::{self, Intake, Options};
use crate::rank::{Origin, Weights};
use crate::report::Script;
use crate::store::{Author, Store};

use super::arguments::{Common, Sources};
use super::progress::{Progress, note};
use super::{CliError, row_report, whole};

/// A market and what there is to say about it.
pub(super) struct Opened {
    pub(super) market: Market,
    pub(super) loaded: Loaded,
    /// The day that counts as today.
    pub(super) today: Date,
    /// The demo's note, when the lists are the demo's.
    pub(super) demo: Option<String>,
}

/// Opens the lists of `sources`, embeds and indexes them. `rejects`, where given,
/// is a folder for the rows that were not taken.
pub(super) fn open(sources: &Sources, rejects: Option<&Path>, common: &Common) -> Result<Opened, CliError> {
    let demo = Demo::load()?;
    let mut today = common.today.unwrap_or_else(engine::today);
    let mut note_of_demo = None;
    let store = match (sources.home(), &sources.requirements, &sources.capabilities) {
        (Some(home), _, _) => home.open()?,
        (None, Some(requirements), Some(capabilities)) => {
            let mut store = Store::in_memory()?;
            for (path, side) in [(requirements, Side::Requirement), (capabilities, Side::Capability)] {
                let options = Options { mapping: sources.mapping.clone(), ..Options::new(side, today) };
                store.put(&read(path, &options, rejects, common)?, &Author::default())?;
            }
            store
        }
        (None, None, None) => {
            today = common.today.unwrap_or(demo.as_of);
            note_of_demo = Some(demo.note.clone());
            let mut store = Store::in_memory()?;
            store.put(&demo.requirements, &Author::default())?;
            store.put(&demo.capabilities, &Author::default())?;
            store
        }
        (None, Some(_), None) => {
            return Err(CliError::OneList { missing: "能力名单", option: "--capabilities" });
        }
        (None, None, Some(_)) => {
            return Err(CliError::OneList { missing: "需求名单", option: "--requirements" });
        }
    };
    let options = model_options(common);
    let embedder = Embedder::open(&common.model, &options)?;
    note(common, &embedder.info().to_string());
    let name = &embedder.info().name;
    let lexical = sources.ranking.lexical_weight;
    let weights = Weights::for_model(name).with_lexical(lexical);
    if Weights::origin(name) == Origin::Stated || lexical.is_some() {
        note(
            common,
            &format!(
                "词面 {words:.2}、语义 {meaning:.2}：此权重未用本模型测过，匹配度仅供参考 / words {words:.2}, meaning {meaning:.2}: not measured for this model, so degrees are a guess",
                words = weights.lexical,
                meaning = 1.0 - weights.lexical
            ),
        );
    }
    let scorer = match &sources.ranking.rerank {
        Some(spec) => Some(Arc::new(CrossEncoder::open(spec, &options)?)),
        None => None,
    };
    let cache = cache(common);
    let progress = Progress::new("向量化 embedding", common);
    let (market, loaded) =
        Market::open(store, embedder, cache, weights, &demo, &|done, of| progress.set(done, of))?;
    drop(progress);
    let market = market.with_lexical(lexical);
    if let Some(scorer) = scorer {
        note(
            common,
            &format!(
                "复核前 {WINDOW} 名：{name}，由 {backend} 运行 / the best {WINDOW} are looked at again by {name}, run by {backend}",
                name = scorer.name(),
                backend = scorer.backend()
            ),
        );
        market.rerank_with(scorer);
    }
    if let Some(warning) = market.cache().warning() {
        note(common, &warning.to_string());
    }
    Ok(Opened { market, loaded, today, demo: note_of_demo })
}

/// Reads one list, says what came of it, and saves the rows that were not taken.
fn read(
    path: &Path,
    options: &Options,
    rejects: Option<&Path>,
    common: &Common,
) -> Result<Vec<Listing>, CliError> {
    let intake = intake::read_path(path, options)?;
    note(common, &row_report::summary(&intake));
    if let Some(folder) = rejects {
        let name = format!("{}.rejects.csv", path.file_stem().unwrap_or_default().to_string_lossy());
        save_rejects(&intake, &folder.join(name), common)?;
    }
    if intake.listings.is_empty() {
        return Err(CliError::NoRows { path: path.to_owned() });
    }
    Ok(intake.listings)
}

/// Writes the rows that were not taken, with the reasons, when there are any.
pub(super) fn save_rejects(intake: &Intake, path: &Path, common: &Common) -> Result<(), CliError> {
    if intake.rejected().next().is_none() {
        return Ok(());
    }
    let failed = |cause| CliError::File { path: path.to_owned(), cause };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut bytes = Vec::new();
    intake::write_rejects(intake, Script::Simplified, &mut bytes)?;
    whole::write(path, &bytes)?;
    note(common, &format!("拒收的行已存到 {0} / rejected rows saved to {0}", path.display()));
    Ok(())
}

/// The vector cache that the arguments ask for; works without one when no folder is to be had.
pub(super) fn cache(common: &Common) -> VectorCache {
    let folder = common.cache.clone().or_else(user_cache_folder);
    match folder {
        Some(folder) if !common.no_cache => VectorCache::open(&folder),
        _ => VectorCache::in_memory(),
    }
}

/// How models are opened, and where fetched ones are kept.
pub(super) fn model_options(common: &Common) -> EmbedOptions {
    let folder = common.cache.clone().or_else(user_cache_folder);
    EmbedOptions {
        hub_folder: folder.map(|folder| folder.join("models")),
        show_fetching: !common.quiet && std::io::stderr().is_terminal(),
        ..EmbedOptions::default()
    }
}

/// The folder where this system's users keep caches, by the usual variables.
fn user_cache_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .map(|folder| folder.join("opcmatch"))
}
