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
//! - A text is embedded by its [`Role`]; models that make no difference give every
//!   role the same vector. Vectors of one model compare by their dot product.

mod backend;
mod cache;
mod cached;
mod check;
mod cross;
mod embedder;
mod error;
mod files;
mod hub;
mod known;
mod pieces;
mod role;
mod spec;
mod trial;

pub use backend::{BACKEND_VARIABLE, Backend};
pub use cache::{CacheWarning, TextKey, VectorCache};
pub use cached::{CacheUse, embed_cached, embed_roles};
pub use check::{AGREEMENT, Finding, Verdict, check_model, check_vectors, sample_vectors};
pub use cross::{CrossEncoder, RerankSpec, RerankerName};
pub use embedder::{EmbedOptions, Embedder, ModelInfo, Watch};
pub use error::EmbedError;
pub use hub::{endpoint as hub_endpoint, folder as hub_folder};
pub use role::Role;
pub use spec::{HubName, ModelSpec};
pub use trial::{texts_per_second, timed_open};
