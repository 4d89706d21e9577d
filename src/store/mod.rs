//! The system of record: listings, events and what came of them, who may come in and
//! what they did, in a SQLite file or in PostgreSQL; every change numbered.
//!
//! A write is acknowledged when it is durable; indexes and other processes follow
//! the numbers ([`Store::changes_since`]) and can be rebuilt from here at any time.
//! PostgreSQL tells a [`Listener`] of every write; a file is looked at now and then.
//!
//! ```text
//! listings  imports  events  backup  accounts  audit ─► feed ─► database ─► sqlite | postgres
//!               (written once)                         (one trait)  migrations
//! ```
//!
//! What is recorded is written once, in the SQL that both databases speak; only
//! `sqlite` and `postgres` know which one it is. All of it blocks: it is never to be
//! called, nor a [`Store`] on PostgreSQL opened, on an async thread.

mod accounts;
mod acting;
mod address;
mod audit;
mod backup;
mod consents;
mod database;
mod decisions;
mod error;
mod events;
mod export;
mod feed;
mod history;
mod imports;
mod listener;
mod listings;
mod migrations;
mod postgres;
mod searches;
mod sqlite;

pub use accounts::{AccessKey, KEY_PREFIX, KeyId, NewKey, NewKeyError, Secret, Standing};
pub use acting::{Actor, acting};
pub use address::PostgresAddress;
pub use audit::{Audited, Deed};
pub use backup::{Backup, BackupError, Counts};
pub use consents::{Consents, Contacts, ListingPair};
pub use decisions::{Decided, Decision, NewDecision};
pub use error::StoreError;
pub use feed::{Change, ChangeKind, ChangeNumber, Entry};
pub use history::{Author, Instant, Version};
pub use imports::{Imported, TakenBack, Watch};
pub use listener::Listener;
pub use listings::{Changed, Listed, Newest, Store};
pub use searches::{Due, Found, Sending, Sent};
