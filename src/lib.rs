//! # opcmatch: who can do it, how well, and why
//!
//! Districts publish **requirements** (需求, gathered in 机会清单); one-person
//! companies (OPC) publish **capabilities** (能力清单); organisers bring the two
//! together. This crate ranks each list against the other and explains every
//! pair. Read the modules top to bottom: that is the order in which data flows.
//!
//! ```text
//! files, HTTP ─► intake ─► store ─► index ─► rank ─► engine ─► serve / cli
//!                                  ▲  ▲  ▲       └─► eval, report ─┘
//!                              text embed scan
//! ```
//!
//! Imports point back along that flow, never forward (`tests/layering.rs` keeps
//! it so). What each room may not do is as firm as what it does:
//!
//! - `domain`, `text`, `record`, `scan`, `index`, `rank` and `event` read no file, clock, network or random
//!   source: the same lists give the same bytes, on one thread or many.
//! - Only `intake`, `store` and `cli` touch files that hold users' data.
//! - Only `serve` knows HTTP and async; only `cli` prints. Only `store` knows which
//!   database it is on; it blocks, so nothing of it is called on an async thread.
//! - A [`domain::Listing`] holds contacts and stays inside; what leaves the
//!   process is a [`domain::PublicListing`] or a view of [`report`].
//!
//! Where practice departs from the design: the records of the store are written once,
//! over a small trait that SQLite and PostgreSQL implement, and events and follow-ups
//! take numbers of the same change feed as listings; the ranking has a façade, [`engine`],
//! so that `serve` and `cli` share one way of opening lists; [`report`] stands
//! between ranking and the outside, so that masking happens in one place.

/// The words: listings, parties, money, terms, scores.
pub mod domain;
/// One analyser for both sides.
pub mod text;
/// Files and pasted text to listings and complaints.
pub mod intake;
/// The system of record, on SQLite or PostgreSQL.
pub mod store;
/// A listing's own life: its states, what it lacks, what was changed.
pub mod record;
/// Texts to vectors, through fastembed.
pub mod embed;
/// The arithmetic: the best rows by words and vectors, exactly.
pub mod scan;
/// Both lists at one instant: words and vectors.
pub mod index;
/// Who fits whom, how well, and why.
pub mod rank;
/// Who meets whom, when and where: shortlist, timetable, check.
pub mod event;
/// What the ranking is worth.
pub mod eval;
/// What leaves the process, masked.
pub mod report;
/// Messages to the outside: feeds and webhooks.
pub mod notify;
/// Store, model and ranking held together.
pub mod engine;
/// The API and the page.
pub mod serve;
/// The command line.
pub mod cli;
