//! The words of the house: what a listing, a party, an amount, a term and a
//! score are. No input or output, no clock, no network.
//!
//! A requirement (需求) and a capability (能力) are one shape, [`Listing`], seen
//! from two [`Side`]s; everything that handles lists is therefore written once.
//! `None` always means "not stated", which is never zero and never "no".

mod dates;
mod decision;
mod event;
mod follow_up;
mod listing;
mod money;
mod name;
mod place;
mod public;
mod role;
mod saved;
mod score;
mod terms;

pub use dates::{Date, Dates, Deadline, Delivery};
pub use decision::Choice;
pub use event::{
    Ban, Event, EventId, Frame, LocalTime, Meeting, Milli, NeedEntry, OpcEntry, OpcId, Origin, Pair, Plan,
    Rules, Seat, Slot, Stage, without_blanks,
};
pub use follow_up::{FollowUp, FollowUpError, Progress, Rejection, Step};
pub use listing::{
    Capacity, Case, Category, Contact, ContactKind, Fact, Field, Listing, ListingId, Party, PartyKind, Side,
    Source, Status,
};
pub use money::{Amount, Currency, Money};
pub use name::UnknownName;
pub use place::Region;
pub use public::{PublicListing, contacts_in, mask_contacts};
pub use role::{Reach, Role, Scope, Sight};
pub use saved::{Alert, SavedSearch, Webhook, WebhookKind};
pub use score::{Answer, Degree, Part, Score, TermCheck, TermKind};
pub use terms::{Certificate, PastContracts, Terms, Threshold, ThresholdKind};
