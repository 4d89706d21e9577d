//! Writes that wait until what they wrote is found.

use std::time::{Duration, Instant};

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::store::ChangeNumber;

use super::app::App;
use super::observe::wrote;

/// Holds the number that a write was given.
pub(super) const CHANGE: HeaderName = HeaderName::from_static("opcmatch-change");

/// Holds the newest change that the lists hold which answer: a write is found from
/// the answer on in which this is not below its number.
pub(super) const INDEXED: HeaderName = HeaderName::from_static("opcmatch-indexed");

/// How often to look whether a write is found. No thread waits meanwhile.
const LOOK: Duration = Duration::from_millis(10);

/// Longest wait for a listing; below the patience that any request has.
pub(super) const LISTING_WAIT: Duration = Duration::from_secs(30);

/// Longest wait for an import; below the patience that imports have.
pub(super) const IMPORT_WAIT: Duration = Duration::from_secs(10 * 60);

/// What a writer waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Wait {
    /// Until what was written is found in searches and rankings.
    Indexed,
}

/// How a write is answered.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WriteParams {
    /// `indexed`: answer when what was written is found; 202 when that takes too long.
    /// Left out: answer when it is kept for good; it is found soon after.
    #[param(inline, required = false)]
    pub(super) wait: Option<Wait>,
}

/// A write that is kept for good.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    change: ChangeNumber,
    held: ChangeNumber,
    waited: bool,
}

impl Written {
    /// Whether what was written is found.
    pub(super) fn is_found(self) -> bool {
        self.held >= self.change
    }

    /// An answer with the numbers in its headers; 202 when it was to wait, and the wait
    /// ran out.
    pub(super) fn answer(self, status: StatusCode, body: impl IntoResponse) -> Response {
        let status = if self.waited && !self.is_found() { StatusCode::ACCEPTED } else { status };
        let mut response = (status, body).into_response();
        response.headers_mut().insert(CHANGE, HeaderValue::from(self.change));
        response.headers_mut().insert(INDEXED, HeaderValue::from(self.held));
        response
    }
}

impl App {
    /// A write under this number, after the wait that was asked for.
    pub(super) async fn written(
        &self,
        change: ChangeNumber,
        wait: Option<Wait>,
        patience: Duration,
    ) -> Written {
        wrote(change);
        let waited = wait == Some(Wait::Indexed);
        let begun = Instant::now();
        loop {
            let written = Written { change, held: self.market().now().change(), waited };
            if !waited || written.is_found() || begun.elapsed() >= patience {
                return written;
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_that_ran_out_is_told_apart() {
        for (change, held, waited, wanted) in [
            (7, 7, true, StatusCode::CREATED),
            (7, 9, true, StatusCode::CREATED),
            (7, 6, true, StatusCode::ACCEPTED),
            (7, 6, false, StatusCode::CREATED),
        ] {
            let answer = Written { change, held, waited }.answer(StatusCode::CREATED, ());
            assert_eq!(answer.status(), wanted);
            assert_eq!(
                (&answer.headers()[CHANGE], &answer.headers()[INDEXED]),
                (&change.into(), &held.into())
            );
        }
    }
}
