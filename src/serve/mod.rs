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
//!   which model that is, in `opcmatch-indexed` which changes its lists hold.
//! - A write is answered when it is kept for good, with its number in
//!   `opcmatch-change`; with `?wait=indexed` when it is found, too.
//! - Long work tells how far it is and can be stopped, by the name of its run (`runs`).
//! - Every request has an id, in its answer and in every line that it logs, and no line
//!   holds a query, a body or an address (`observe`).
//! - One table says which role each route asks for; one layer sees to it (`access`).
//! - A router is a value; listener and shutdown are arguments.

mod access;
mod actor;
mod app;
mod bucket;
mod cards;
mod contacts;
mod decisions;
mod events;
mod export;
mod files;
mod guard;
mod health;
mod import;
mod import_view;
mod imports;
mod interrupt;
mod limits;
mod listings;
mod log;
mod matches;
mod metrics;
mod model;
mod observe;
mod outbox;
mod overview;
mod partners;
mod problem;
mod raise;
mod record;
mod request;
mod router;
mod run;
mod runs;
mod search;
mod searches;
mod stamp;
mod wait;

pub use app::{App, AppOptions, ModelChoices, Today};
pub use bucket::{Rate, Rates, RatesError};
pub use interrupt::{INTERRUPTED, interruption};
pub use limits::Limits;
pub use log::{LogFormat, LogFormatError, log};
pub use outbox::Outbox;
pub use router::{document, router, serve};
pub use run::run_until_stopped;
