//! The store, a model and the ranking held together: the one thing that
//! `serve` and `cli` talk to. Blocking and thread-safe; async belongs to `serve`.
//!
//! Reads never wait for writes: a reader takes the current [`Ranker`] and keeps
//! it, while a write makes the next one from the store and swaps it in whole.

mod demo;
mod events;
mod market;
mod planner;
mod spread;

pub use demo::{Demo, DemoError};
pub use market::{Lists, Loaded, Market, MarketError, today};
pub use planner::{Ground, Planned, Ranked, TeamFound, team_for};
pub use spread::measure_spread;
