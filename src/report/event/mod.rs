//! What an organiser shows, prints and sends of an event.
//!
//! One [`EventView`] is gathered from an event and the lists, with every text
//! masked; workbook, CSV, JSON, calendars and print pages are made from it alone.
//! Nothing here reads a clock: who sends a calendar says when.

mod calendar;
mod export;
mod gather;
mod legible;
mod print;
mod rows;
mod view;
mod workbook;

pub use calendar::{CalendarError, Participant, event_calendar, participant_calendars};
pub use export::write_event;
pub use gather::{EventSources, event_view, shown_opcs};
pub use legible::legible;
pub use print::{Brief, Lang, PrintPage, Styles, print_page};
pub use view::{
    CapabilityName, EventTotals, EventView, FindingView, FollowUpView, MeetingView, NeedView, OpcView,
    SlotView, TableView, TurnView, UnplacedView,
};
