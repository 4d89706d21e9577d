//! Requests read once, at the border: query, path and body become types, or a
//! [`Problem`] that names what was wrong.

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::domain::{ListingId, Side};

use super::problem::Problem;

/// Bytes of a JSON body: a listing of twice the longest cell that intake takes.
pub(super) const JSON_BYTES: usize = 1 << 20;

/// Characters of a text that is pasted or searched for.
pub(super) const TEXT_CHARS: usize = 20_000;

/// Candidates that may be asked for at once.
pub(super) const MOST: usize = 100;

/// The query string.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(params) = Query::<T>::from_request_parts(parts, state)
            .await
            .map_err(|e: QueryRejection| blamed(&e.body_text()))?;
        Ok(Params(params))
    }
}

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Body(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Problem::MediaType { wanted: "application/json" })
            }
            Err(JsonRejection::BytesRejection(e)) => Err(unread(&e, JSON_BYTES as u64)),
            Err(e) => Err(blamed(&e.body_text())),
        }
    }
}

/// A body that could not be read to its end.
pub(super) fn unread(rejection: &BytesRejection, limit: u64) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge { limit },
        _ => Problem::Incomplete { detail: rejection.body_text() },
    }
}

/// `{side}/{id}` of the path.
pub(super) struct ListingPath {
    pub(super) side: Side,
    pub(super) id: ListingId,
}

impl<S: Send + Sync> FromRequestParts<S> for ListingPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let PathParts([side, id]) = PathParts::from_request_parts(parts, state).await?;
        let side = side
            .parse()
            .map_err(|e: crate::domain::UnknownName| Problem::invalid_said("side", &e.to_string()))?;
        Ok(ListingPath { side, id: ListingId(id) })
    }
}

/// Two parts of the path, percent-decoded.
pub(super) struct PathParts(pub(super) [String; 2]);

impl<S: Send + Sync> FromRequestParts<S> for PathParts {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((first, second)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|e: PathRejection| {
                Problem::invalid("path", "地址中的编号须为 UTF-8 百分号编码", e.body_text())
            })?;
        Ok(PathParts([first, second]))
    }
}

/// Reads the field out of axum's words, `Failed to …: FIELD: what is wrong`.
fn blamed(said: &str) -> Problem {
    let rest = said.split_once(": ").map_or(said, |(_, rest)| rest);
    let (field, why) = match rest.split_once(": ") {
        Some((field, why)) if !field.contains(' ') => (field, why),
        _ => ("request", rest),
    };
    Problem::invalid(field, format!("没有读懂（{why}）"), why)
}

/// Checks that a number of candidates lies in `1..=`[`MOST`].
pub(super) fn top(asked: Option<usize>, usual: usize) -> Result<usize, Problem> {
    match asked.unwrap_or(usual) {
        top if (1..=MOST).contains(&top) => Ok(top),
        _ => {
            Err(Problem::invalid("top", format!("须在 1 到 {MOST} 之间"), format!("must lie in 1..={MOST}")))
        }
    }
}

/// Checks that a text says something and is not endless.
pub(super) fn text(said: &str) -> Result<&str, Problem> {
    let said = said.trim();
    if said.is_empty() {
        return Err(Problem::invalid("text", "是空的，请写几个字", "is empty, write a few words"));
    }
    if said.chars().count() > TEXT_CHARS {
        return Err(Problem::invalid(
            "text",
            format!("超过 {TEXT_CHARS} 字，请只留与需求或能力有关的部分"),
            format!("has more than {TEXT_CHARS} characters, keep what matters"),
        ));
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_to_blame_is_found() {
        for (said, wanted) in [
            ("Failed to deserialize query string: side: unknown variant `x`", "side"),
            (
                "Failed to deserialize the JSON body into the target type: filter.budget: bad at line 1 column 2",
                "filter.budget",
            ),
            ("Failed to deserialize query string: missing field `side`", "request"),
            ("Something else", "request"),
        ] {
            let Problem::Invalid { field, .. } = blamed(said) else { panic!("{said}") };
            assert_eq!(field, wanted, "{said}");
        }
    }
}
