//! Embedding through the cache.

use std::collections::HashMap;
use std::ops::ControlFlow;

use ndarray::Array2;

use super::{EmbedError, Embedder, Role, TextKey, VectorCache, Watch};

/// New vectors are written after this many, so that a run that is stopped loses little.
const TEXTS_PER_WRITE: usize = 256;

/// How far the cache helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheUse {
    /// Texts that needed no embedding: kept from before, or the same as
    /// another text of the call.
    pub hits: usize,
    /// Texts that were embedded.
    pub misses: usize,
}

/// [`Embedder::embed`], but each text is embedded only if the cache lacks it.
///
/// New vectors are kept as they are made. What is wrong with the cache, if
/// anything, is in [`VectorCache::warning`] afterwards.
///
/// # Errors
/// As [`Embedder::embed`]; never for the cache.
pub fn embed_cached(
    embedder: &Embedder,
    cache: &VectorCache,
    texts: &[String],
    progress: &dyn Fn(usize, usize),
) -> Result<(Array2<f32>, CacheUse), EmbedError> {
    embed_roles(embedder, cache, &[(Role::Answer, texts)], &|done, of| {
        progress(done, of);
        ControlFlow::Continue(())
    })
}

/// [`embed_cached`] for texts of several roles, one below the other, until
/// `watch` says to stop. What was embedded by then is in the cache.
///
/// # Errors
/// As [`Embedder::embed_as`]; never for the cache.
pub fn embed_roles(
    embedder: &Embedder,
    cache: &VectorCache,
    parts: &[(Role, &[String])],
    watch: &Watch<'_>,
) -> Result<(Array2<f32>, CacheUse), EmbedError> {
    let info = embedder.info();
    let count = parts.iter().map(|(_, texts)| texts.len()).sum();
    let all = || parts.iter().flat_map(|&(role, texts)| texts.iter().map(move |text| (role, text)));
    // Rows that want the same text, in the order in which texts first appear.
    let mut places: HashMap<TextKey, usize> = HashMap::new();
    let mut wanted: Vec<Want<'_>> = Vec::new();
    for (row, (role, text)) in all().enumerate() {
        let key = embedder.key(role, text);
        let place = *places.entry(key).or_insert_with(|| {
            wanted.push(Want { key, role, text, rows: Vec::new() });
            wanted.len() - 1
        });
        wanted[place].rows.push(row);
    }
    let keys: Vec<TextKey> = wanted.iter().map(|want| want.key).collect();
    let mut rows = Array2::zeros((count, info.dimension));
    let mut missing: Vec<&Want<'_>> = Vec::new();
    for (want, found) in wanted.iter().zip(cache.get_many(&info.fingerprint, &keys)) {
        match found {
            Some(vector) if vector.len() == info.dimension => {
                let vector = ndarray::aview1(&vector);
                want.rows.iter().for_each(|row| rows.row_mut(*row).assign(&vector));
            }
            _ => missing.push(want),
        }
    }
    let hits = count - missing.len();
    if watch(hits, count).is_break() {
        return Err(EmbedError::Stopped);
    }
    let mut before = hits;
    for batch in missing.chunk_by(|a, b| a.role == b.role).flat_map(|same| same.chunks(TEXTS_PER_WRITE)) {
        let new: Vec<String> = batch.iter().map(|want| want.text.clone()).collect();
        let vectors = embedder.embed_as(batch[0].role, &new, &|done, _| watch(before + done, count))?;
        for (want, vector) in batch.iter().zip(vectors.rows()) {
            want.rows.iter().for_each(|row| rows.row_mut(*row).assign(&vector));
        }
        let values = vectors.rows().into_iter().map(|row| row.to_slice().unwrap_or_default());
        cache.put_many(&info.fingerprint, batch.iter().map(|want| want.key).zip(values));
        before += batch.len();
    }
    Ok((rows, CacheUse { hits, misses: missing.len() }))
}

/// A text, and the rows that it is to fill.
struct Want<'a> {
    key: TextKey,
    role: Role,
    text: &'a String,
    rows: Vec<usize>,
}
