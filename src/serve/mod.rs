//! The JSON API under `/api/v1` with its OpenAPI document, and the page of `web/`.
//! The only module that knows HTTP and async.
//!
//! - A handler turns a request into types that cannot be wrong, asks the
//!   [`Market`](crate::engine::Market) on a blocking thread, and sends what
//!   `report` and [`PublicListing`](crate::domain::PublicListing) allow: contacts
//!   go in and never come out.
//! - Every failure is one [`Problem`](problem::Problem), and one table there
//!   says which status and code it has. What went wrong inside is logged, not told.
//! - An answer that ranks is made from one generation and says in `opcmatch-model`
//!   which model that is.
//! - A router is a value; listener and shutdown are arguments.

mod app;
mod events;
mod export;
mod files;
mod guard;
mod health;
mod import;
mod import_view;
mod listings;
mod matches;
mod model;
mod overview;
mod problem;
mod request;
mod router;
mod run;
mod search;
mod stamp;

pub use app::{App, AppOptions, ModelChoices, Today};
pub use router::{document, router, serve};
pub use run::run_until_stopped;
