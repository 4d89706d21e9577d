//! The store, a model and the ranking held together: the one thing that
//! `serve` and `cli` talk to. Blocking and thread-safe; async belongs to `serve`.
//!
//! Reads never wait for writes: a reader takes the current [`Generation`] and keeps it.
//! A write is done when the store has it; a thread follows the store's change feed,
//! makes the next generation and swaps it in whole ([`Following`]). So it goes with a
//! change of model, and with what other programs write to the same store.
//!
//! The index lives in memory and is made from the store at every start, so it is never
//! missing, old, damaged or of another version; what takes long about it, the vectors,
//! is kept in a cache by model and text, and made anew where the cache is of no use.

mod accounts;
mod alerts;
mod build;
mod demo;
mod events;
mod follow;
mod generation;
mod live;
mod making;
mod market;
mod partners;
mod planner;
mod raise;
mod rerank;
mod spread;
mod switch;
mod vitals;

pub use crate::store::Instant;
pub use demo::{Demo, DemoError};
pub use follow::Following;
pub use generation::Generation;
pub use making::{Making, Stage};
pub use market::{Loaded, Market, MarketError, instant, today};
pub use partners::{LackedPart, Partner, Partners, Shared};
pub use planner::{Ground, Planned, Ranked, TeamFound, team_for};
pub use rerank::{PairScorer, WINDOW};
pub use spread::measure_spread;
pub use switch::{SwitchPhase, SwitchRunning, SwitchStatus};
pub use vitals::Vitals;
