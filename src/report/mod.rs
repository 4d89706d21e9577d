//! What leaves the process: rankings in words, with every contact masked.
//!
//! `serve` sends these as JSON and `cli` writes them to files; neither shows a
//! [`Listing`](crate::domain::Listing) itself.

mod export;
mod sheet;
mod view;

pub use export::{ExportError, ExportFormat, write};
pub use sheet::{COLUMNS, safe_cell, sheet_rows};
pub use view::{
    EvidenceView, MatchView, MissingView, QuoteView, RankingView, Shown, Verdict, match_view, ranking_view,
};
