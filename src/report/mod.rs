//! What leaves the process: rankings and events in words, with every contact masked.
//!
//! `serve` sends these as JSON and `cli` writes them to files; neither shows a
//! [`Listing`](crate::domain::Listing) itself.

mod event;
mod export;
mod raise;
mod sheet;
mod view;

use export::clipped_cell;

/// The characters of a sheet, named beside what is written in them.
pub use crate::text::Script;

pub use event::{
    Brief, CalendarError, CapabilityName, EventSources, EventTotals, EventView, FindingView, FollowUpView,
    Lang, MeetingView, NeedView, OpcView, Participant, PrintPage, SlotView, Styles, TableView, TurnView,
    UnplacedView, event_calendar, event_view, legible, participant_calendars, print_page, shown_opcs,
    write_event,
};
pub use export::{ExportError, ExportFormat, write};
pub use raise::{RaiseView, RaisedPartView, raise_view};
pub use sheet::{COLUMNS, safe_cell, sheet_rows};
pub use view::{
    EvidenceView, MatchView, MissingView, QuoteView, RankingView, Shown, Verdict, match_view, ranking_view,
};
