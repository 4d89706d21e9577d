//! Who may come in, and what they may do there.
//!
//! - One table (`table`) says for every route and method the least role; what is not in
//!   it is not there. One layer (`admit`) holds every request against it, finds out who
//!   asks (`caller`) and says so to the handlers, the store and the audit log.
//! - Where no keys are asked for, as on loopback, whoever reaches the service is its
//!   admin. A request that came by way of a proxy, or calls the service by a name, is not
//!   from this machine, whatever its connection says.
//! - Which listings somebody sees and writes is [`Sight`](crate::domain::Sight) and
//!   [`Reach`](crate::domain::Reach); the store itself refuses what lies outside.

mod admit;
mod caller;
mod keys;
mod known;
mod session;
mod table;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::App;

pub(super) use admit::{actor, admit};
pub(super) use caller::Caller;
pub(super) use known::Known;
pub(super) use table::described;

/// All routes of this folder.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(session::look, session::begin, session::end))
        .routes(routes!(keys::list, keys::make))
        .routes(routes!(keys::revoke))
        .routes(routes!(keys::audit))
}
