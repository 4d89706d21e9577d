//! Who is asking.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::engine;
use crate::store::Author;

/// Whoever makes a request, as the history of what they change names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Actor(pub(super) String);

/// Somebody at this machine, who needs no key.
const LOCAL: &str = "local";

impl Actor {
    /// The author of what they change now.
    pub(super) fn author(self, note: impl Into<String>) -> Author {
        Author { who: self.0, at: Some(engine::instant()), note: note.into() }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Actor>().cloned().unwrap_or_else(|| Actor(LOCAL.to_owned())))
    }
}
