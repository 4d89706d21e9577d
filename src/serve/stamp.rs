//! Answers that say which model and which lists they were made with.

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::engine::Generation;

use super::wait::INDEXED;

/// Holds the fingerprint of the one model that an answer was made with.
pub(super) const MODEL: HeaderName = HeaderName::from_static("opcmatch-model");

/// An answer of a generation.
pub(super) struct Stamped<T>(pub(super) Arc<Generation>, pub(super) T);

impl<T: IntoResponse> IntoResponse for Stamped<T> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        if let Ok(model) = HeaderValue::from_str(&self.0.model().fingerprint) {
            response.headers_mut().insert(MODEL, model);
        }
        response.headers_mut().insert(INDEXED, HeaderValue::from(self.0.change()));
        response
    }
}
