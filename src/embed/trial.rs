//! How long a model takes to open and to embed.

use std::time::{Duration, Instant};

use super::{EmbedError, EmbedOptions, Embedder, ModelSpec};

/// Opens a model and says how long that took.
///
/// # Errors
/// As [`Embedder::open`].
pub fn timed_open(spec: &ModelSpec, options: &EmbedOptions) -> Result<(Embedder, Duration), EmbedError> {
    let started = Instant::now();
    let embedder = Embedder::open(spec, options)?;
    Ok((embedder, started.elapsed()))
}

/// Texts a second on this machine, as busy as it is, after one round that opens
/// every copy of the model.
///
/// # Errors
/// As [`Embedder::embed`].
pub fn texts_per_second(embedder: &Embedder, texts: &[String]) -> Result<f64, EmbedError> {
    embedder.embed(texts, &|_, _| {})?;
    let started = Instant::now();
    embedder.embed(texts, &|_, _| {})?;
    Ok(texts.len() as f64 / started.elapsed().as_secs_f64().max(1e-9))
}
