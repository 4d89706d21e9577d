//! The store, a model and the ranking held together: the one thing that
//! `serve` and `cli` talk to. Blocking and thread-safe; async belongs to `serve`.
//!
//! Reads never wait for writes: a reader takes the current [`Generation`] and keeps
//! it, while a write, or a change of model, makes the next one and swaps it in whole.

mod demo;
mod events;
mod generation;
mod market;
mod planner;
mod rerank;
mod spread;
mod switch;

pub use demo::{Demo, DemoError};
pub use generation::Generation;
pub use market::{Lists, Loaded, Market, MarketError, today};
pub use planner::{Ground, Planned, Ranked, TeamFound, team_for};
pub use rerank::{PairScorer, WINDOW};
pub use spread::measure_spread;
pub use switch::{SwitchPhase, SwitchRunning, SwitchStatus};
