//! Texts to vectors: every model through `fastembed`, nothing embedded twice.
//!
//! A model is named by a [`ModelSpec`]: the bundled one (inside this program,
//! no file, no network), a folder, or a model of the Hugging Face hub. It runs
//! on ONNX Runtime where a library is at hand, else on tract; the choice is
//! made once per process and told in [`ModelInfo`].
//!
//! - A vector depends on the model and the text alone, never on the batch or
//!   on the number of cores.
//! - [`VectorCache`] keeps vectors under (model fingerprint, text hash). A cache
//!   that is damaged or cannot be written costs time, never the answer.
//! - Both sides are embedded alike: the vectors compare by their dot product.

mod backend;
mod cache;
mod embedder;
mod error;
mod files;
mod hub;
mod pieces;
mod spec;

pub use backend::Backend;
pub use cache::{CacheUse, CacheWarning, TextKey, VectorCache, embed_cached};
pub use embedder::{EmbedOptions, Embedder, ModelInfo};
pub use error::EmbedError;
pub use spec::{HubName, ModelSpec};
