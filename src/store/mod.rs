//! The system of record: listings in SQLite, every change numbered; events and what
//! came of them.
//!
//! A write is acknowledged when it is durable; indexes follow the change
//! numbers and can be rebuilt from here at any time.

mod events;
mod sqlite;

pub use sqlite::{Change, Store, StoreError};
