//! # opcmatch: who can do it, how well, and why
//!
//! Districts publish **requirements** (需求, gathered in 机会清单); one-person
//! companies (OPC) publish **capabilities** (能力清单); organisers bring the two
//! together. This crate ranks each list against the other and explains every
//! pair. Read the modules top to bottom: that is the order in which data flows.
//!
//! ```text
//! files, HTTP ─► intake ─► store ─► index ─► rank ─► serve / cli
//!                                  ▲   ▲
//!                               text   embed          eval stands beside rank
//! ```
//!
//! Imports point back along that flow, never forward (`tests/layering.rs` keeps
//! it so). What each room may not do is as firm as what it does:
//!
//! - `domain`, `text` and `rank` read no file, clock, network or random source:
//!   the same lists give the same bytes, on one thread or many.
//! - only `intake` and `store` touch files that hold users' data;
//! - only `serve` knows HTTP and async; only `cli` prints.

pub mod domain;
pub mod intake;
pub mod text;
pub mod store;
pub mod index;
pub mod rank;
pub mod eval;
pub mod report;
