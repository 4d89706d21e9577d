//! The organiser's event: who meets whom, when and where.
//!
//! Pure: no file, clock, network or random source, so the same event gives the
//! same plan. Planning is encode → solve → decode: the solvers see whole numbers
//! only and edit nothing they were given; what they make is looked over by a
//! checker that shares no code with them.

/// The matrix problem: rows are served by columns.
pub mod assign;
/// Score matrices from CSV text.
pub mod matrix;
/// Minimum-cost flow.
pub mod flow;

// From lists to a plan.
mod candidates;
mod changes;
mod ledger;
mod notice;
mod placing;
mod reciprocity;
mod shortlist;
mod teams;
mod timetable;
mod unplaced;
mod watch;

// Looking over, editing by hand, the day itself, and what came of it.
mod check;
mod day;
mod edit;
mod follow;
mod presence;
mod stage;

pub use candidates::{Barred, Candidate, Candidates, Row, candidates};
pub use changes::{Changes, Moved, changes};
pub use check::{Facts, Fault, KnownCapability, Severity, Violation, check};
pub use day::{Call, DayTalk, DayView, Rest, TableNow, Waiting, day_view, rest_of_day, with_past_locked};
pub use edit::{Edit, EditError, Edited, apply, edit};
pub use follow::{FollowSummary, NeedCounts, PairCounts, RejectionCount, Unowned, follow_summary};
pub use ledger::Ledger;
pub use notice::Notice;
pub use presence::Who;
pub use reciprocity::{Reciprocity, Views};
pub use shortlist::{
    BELOW_FLOOR, Concession, Fairness, LOWER_MIN, Lack, NEVER_SHOWN_BONUS, Override, Price, RAISE_MAX,
    Refusal, Shortlist, price_of, prices, shortlist,
};
pub use stage::{StageOrder, StageTurn, stage_order};
pub use teams::{Covered, Helper, Member, NeedPart, Team, TeamRules, team};
pub use timetable::{Bounds, Timetable, TimetableFigures, timetable, timetable_watched};
pub use unplaced::{Unplaceable, Unplaced};
pub use watch::{Phase, Reached, Stopped, Watch, unwatched};
