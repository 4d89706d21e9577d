//! The organiser's event: who meets whom, when and where.
//!
//! Pure: no file, clock, network or random source, so the same event gives the
//! same plan. The solvers see whole numbers only; what they make is looked over
//! by a checker that shares no code with them.

mod placing;
mod timetable;
mod unplaced;

pub use timetable::{Bounds, Timetable, TimetableFigures, timetable};
pub use unplaced::{Unplaceable, Unplaced};

// Looking over, editing by hand, the day itself, and what came of it.
mod check;
mod day;
mod edit;
mod follow;
mod notice;
mod presence;
mod stage;

pub use check::{Facts, Fault, KnownCapability, Severity, Violation, check};
pub use day::{Call, DayTalk, DayView, Rest, TableNow, Waiting, day_view, rest_of_day, with_past_locked};
pub use edit::{Edit, EditError, Edited, apply, edit};
pub use follow::{FollowSummary, NeedCounts, PairCounts, RejectionCount, Unowned, follow_summary};
pub use notice::Notice;
pub use presence::Who;
pub use stage::{StageOrder, StageTurn, stage_order};
