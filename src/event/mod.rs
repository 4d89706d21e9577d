//! The organiser's event: who meets whom, when and where.
//!
//! Pure: no file, clock, network or random source, so the same event gives the
//! same plan. Planning is encode → solve → decode: the solvers see whole numbers
//! only and edit nothing they were given; what they make is looked over by a
//! checker that shares no code with them.

/// The matrix problem: rows are served by columns.
pub mod assign;
/// Minimum-cost flow.
pub mod flow;
mod candidates;
mod changes;
mod ledger;
mod placing;
mod reciprocity;
mod shortlist;
mod teams;
mod timetable;
mod unplaced;

pub use timetable::{Bounds, Timetable, TimetableFigures, timetable};
pub use unplaced::{Unplaceable, Unplaced};

pub use candidates::{Barred, Candidate, Candidates, Row, candidates};
pub use changes::{Changes, Moved, changes};
pub use ledger::Ledger;
pub use reciprocity::{Reciprocity, Views};
pub use shortlist::{
    BELOW_FLOOR, Concession, Fairness, LOWER_MIN, Lack, NEVER_SHOWN_BONUS, Override, Price, RAISE_MAX,
    Refusal, Shortlist, price_of, prices, shortlist,
};
pub use teams::{Covered, Helper, Member, NeedPart, Team, TeamRules, team};

/// A sentence for the organiser, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Explanation {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}
