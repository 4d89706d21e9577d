//! Lists made from listings: analysed, embedded, indexed, and how far that is told.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use ndarray::{Array2, ArrayView2, Axis};

use crate::domain::{Listing, Side};
use crate::embed::{CacheUse, VectorCache, embed_roles};
use crate::index::{Draft, Snapshot};
use crate::rank::Ranker;
use crate::store::Listed;

use super::generation::{Model, role_of};
use super::making::Stage;
use super::market::{Loaded, MarketError};

/// Told how far newer lists are; answers whether to go on with embedding, which takes longest.
pub(super) type Tell<'a> = dyn Fn(Stage, usize, usize) -> ControlFlow<()> + Sync + 'a;

/// Listings between two words of how far they are.
const TOLD_EVERY: usize = 64;

/// Counts the listings of a stage, from as many threads as there are.
fn counting<'a>(tell: &'a Tell<'a>, stage: Stage, of: usize) -> impl Fn() + Sync + 'a {
    let done = AtomicUsize::new(0);
    let _ = tell(stage, 0, of);
    move || {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(TOLD_EVERY) || done == of {
            let _ = tell(stage, done, of);
        }
    }
}

/// All listings of the store, indexed anew.
///
/// # Errors
/// When the model cannot embed or is told to stop, and when the word index fails.
pub(super) fn rank(
    listed: Listed,
    model: &Model,
    cache: &VectorCache,
    tell: &Tell<'_>,
) -> Result<(Ranker, Loaded), MarketError> {
    let started = Instant::now();
    let listings = (listed.requirements.len(), listed.capabilities.len());
    let lists = [listed.requirements, listed.capabilities];
    let ([requirements, capabilities], cache) = embedded(lists, model, cache, tell)?;
    let indexed = counting(tell, Stage::Indexing, listings.0 + listings.1);
    let snapshot = Snapshot::build_told(requirements, capabilities, model.spread, &indexed)?;
    let ranker = Ranker::new(Arc::new(snapshot), model.weights);
    Ok((ranker, Loaded { listings, cache, took: started.elapsed() }))
}

/// Requirements and capabilities, analysed and embedded.
pub(super) type Embedded = [(Draft, Array2<f32>); 2];

pub(super) fn embedded(
    [requirements, capabilities]: [Vec<Listing>; 2],
    model: &Model,
    cache: &VectorCache,
    tell: &Tell<'_>,
) -> Result<(Embedded, CacheUse), MarketError> {
    let analyzed = counting(tell, Stage::Analyzing, requirements.len() + capabilities.len());
    let analyze =
        |list: Vec<Listing>| Draft::analyze_told(list.into_iter().map(Arc::new).collect(), &analyzed);
    let (requirements, capabilities) = (analyze(requirements), analyze(capabilities));
    let (asked, offered) = (requirements.passages(), capabilities.passages());
    let parts = [(role_of(Side::Requirement), &*asked), (role_of(Side::Capability), &*offered)];
    let watch = |done, of| tell(Stage::Embedding, done, of);
    let (vectors, used) = embed_roles(&model.embedder, cache, &parts, &watch)?;
    let (left, right) = vectors.view().split_at(Axis(0), asked.len());
    Ok(([(requirements, owned(left)), (capabilities, owned(right))], used))
}

/// Runs work on one thread of its own, whatever it does in parallel: those who ask keep the rest.
pub(super) fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// A copy. ndarray checks in debug builds that an array without rows has no strides
/// either, which its own part of a split has.
fn owned(rows: ArrayView2<'_, f32>) -> Array2<f32> {
    if rows.is_empty() { Array2::zeros(rows.raw_dim()) } else { rows.to_owned() }
}
