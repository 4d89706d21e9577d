//! How the cosines of unrelated texts lie under a model.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::domain::Listing;
use crate::embed::{EmbedError, Embedder, Role, VectorCache, embed_roles};
use crate::index::{Draft, Spread};

use super::demo::Demo;

/// Listings a side that are paired with one another: 4,096 pairs, of which a
/// few dozen are fits, give the deviation to within about two per cent.
const LISTINGS: usize = 64;

/// Below this a deviation says that the model tells nothing apart.
const LEAST_DEVIATION: f32 = 1e-3;

/// Mean and deviation of the cosines between the first demo requirements and the
/// first demo capabilities: one fixed set of texts for every model and every
/// list, so that degrees can be compared from list to list.
///
/// # Errors
/// When the model cannot embed them.
pub fn measure_spread(embedder: &Embedder, cache: &VectorCache, demo: &Demo) -> Result<Spread, EmbedError> {
    let side = |role: Role, listings: &[Listing]| {
        let draft = Draft::analyze(listings.iter().take(LISTINGS).cloned().map(Arc::new).collect());
        let mut passages = draft.passages();
        passages.truncate(draft.len());
        embed_roles(embedder, cache, &[(role, &passages)], &|_, _| ControlFlow::Continue(()))
            .map(|(vectors, _)| vectors)
    };
    let cosines = side(Role::Question, &demo.requirements)?.dot(&side(Role::Answer, &demo.capabilities)?.t());
    let count = cosines.len().max(1) as f64;
    let mean = cosines.iter().map(|&c| f64::from(c)).sum::<f64>() / count;
    let variance = cosines.iter().map(|&c| (f64::from(c) - mean).powi(2)).sum::<f64>() / count;
    Ok(Spread { mean: mean as f32, deviation: (variance.sqrt() as f32).max(LEAST_DEVIATION) })
}
