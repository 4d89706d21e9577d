//! Opening a market on the lists that the arguments name.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::domain::{Date, Listing, Side};
use crate::embed::{EmbedOptions, Embedder, VectorCache};
use crate::engine::{self, Demo, Loaded, Market};
use crate::intake::{self, Intake, Options};
use crate::rank::Weights;
use crate::store::Store;

use super::arguments::{Common, Sources};
use super::progress::{Progress, note};
use super::{CliError, row_report};

/// A market and what there is to say about it.
pub(super) struct Opened {
    pub(super) market: Market,
    pub(super) loaded: Loaded,
    /// The day that counts as today.
    pub(super) today: Date,
    /// The demo's note, when the lists are the demo's.
    pub(super) demo: Option<String>,
}

/// Name of the data file in a data folder.
const DATA_FILE: &str = "opcmatch.sqlite";

/// Opens the data folder's store, making folder and file when they are not there.
pub(super) fn open_data(folder: &Path) -> Result<Store, CliError> {
    std::fs::create_dir_all(folder).map_err(|cause| CliError::File { path: folder.to_owned(), cause })?;
    Ok(Store::open(&folder.join(DATA_FILE))?)
}

/// Opens the lists of `sources`, embeds and indexes them. `rejects`, where given,
/// is a folder for the rows that were not taken.
pub(super) fn open(sources: &Sources, rejects: Option<&Path>, common: &Common) -> Result<Opened, CliError> {
    let demo = Demo::load()?;
    let mut today = common.today.unwrap_or_else(engine::today);
    let mut note_of_demo = None;
    let store = match (&sources.data, &sources.requirements, &sources.capabilities) {
        (Some(folder), _, _) => open_data(folder)?,
        (None, Some(requirements), Some(capabilities)) => {
            let mut store = Store::in_memory()?;
            for (path, side) in [(requirements, Side::Requirement), (capabilities, Side::Capability)] {
                let options = Options { mapping: sources.mapping.clone(), ..Options::new(side, today) };
                store.put(&read(path, &options, rejects, common)?)?;
            }
            store
        }
        (None, None, None) => {
            today = common.today.unwrap_or(demo.as_of);
            note_of_demo = Some(demo.note.clone());
            let mut store = Store::in_memory()?;
            store.put(&demo.requirements)?;
            store.put(&demo.capabilities)?;
            store
        }
        (None, Some(_), None) => {
            return Err(CliError::OneList { missing: "能力名单", option: "--capabilities" });
        }
        (None, None, Some(_)) => {
            return Err(CliError::OneList { missing: "需求名单", option: "--requirements" });
        }
    };
    let embedder = Embedder::open(&common.model, &EmbedOptions::default())?;
    note(common, &embedder.info().to_string());
    let cache = cache(common);
    let progress = Progress::new("向量化 embedding", common);
    let (market, loaded) =
        Market::open(store, embedder, cache, Weights::default(), &demo, &|done, of| progress.set(done, of))?;
    drop(progress);
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
    let file = File::create(path).map_err(failed)?;
    intake::write_rejects(intake, std::io::BufWriter::new(file))?;
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

/// The folder where this system's users keep caches, by the usual variables.
fn user_cache_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .map(|folder| folder.join("opcmatch"))
}
