//! An event with names filled in, as pages, files and sheets show it.
//!
//! Every text in it is masked and legible. Slots, tables and stage places count
//! from 1, as people read them.

use serde::Serialize;

use crate::domain::{Date, EventId, ListingId, LocalTime, OpcId, Progress, Rejection};

/// A slot and who meets in it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SlotView {
    /// From 1.
    pub number: u16,
    /// When it begins.
    #[schema(value_type = String)]
    pub starts: LocalTime,
    /// When it ends.
    #[schema(value_type = String)]
    pub ends: LocalTime,
    /// Positions in [`EventView::meetings`], by table.
    pub meetings: Vec<usize>,
}

/// A table and who meets at it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TableView {
    /// From 1.
    pub number: u16,
    /// Positions in [`EventView::meetings`], by time.
    pub meetings: Vec<usize>,
}

/// A need's turn on the stage.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TurnView {
    /// From 1.
    pub place: usize,
    /// The need.
    pub need: ListingId,
    /// Its title.
    pub title: String,
    /// Whose need it is.
    pub party: String,
    /// When it begins, if the stage has a time.
    #[schema(value_type = Option<String>)]
    pub starts: Option<LocalTime>,
    /// When it ends.
    #[schema(value_type = Option<String>)]
    pub ends: Option<LocalTime>,
}

/// What came of a meeting so far.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FollowUpView {
    /// How far they have come.
    pub state: Progress,
    /// Why it was ruled out.
    pub rejection: Option<Rejection>,
    /// Who follows it up; empty when nobody is named.
    pub owner: String,
    /// The day a contract was signed.
    #[schema(value_type = Option<String>, format = Date)]
    pub signed_on: Option<Date>,
    /// The last note.
    pub note: String,
}

/// One meeting.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct MeetingView {
    /// The need.
    pub need: ListingId,
    /// Its title.
    pub need_title: String,
    /// Whose need it is.
    pub need_party: String,
    /// The OPC, as in [`OpcView::opc`].
    pub opc: OpcId,
    /// What it is called.
    pub opc_name: String,
    /// Which of its capabilities fits best.
    pub capability: ListingId,
    /// That capability's title.
    pub capability_title: String,
    /// The degree, 0..=100.
    pub degree: f64,
    /// What the need's side sees in it, 0..=100.
    pub need_view: f64,
    /// What the OPC's side sees in it, 0..=100.
    pub opc_view: f64,
    /// What the plan counts for it, 0..=100.
    pub worth: f64,
    /// The slot, from 1; `None` while it has no seat.
    pub slot: Option<u16>,
    /// The table, from 1.
    pub table: Option<u16>,
    /// When it begins; `None` also when its slot is not in the frame.
    #[schema(value_type = Option<String>)]
    pub starts: Option<LocalTime>,
    /// When it ends.
    #[schema(value_type = Option<String>)]
    pub ends: Option<LocalTime>,
    /// Whether the organiser demanded it.
    pub pinned: bool,
    /// Whether it stays where it is.
    pub locked: bool,
    /// What came of it, when anything is recorded.
    pub follow_up: Option<FollowUpView>,
}

/// A need that takes part.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct NeedView {
    /// Which.
    pub need: ListingId,
    /// Its title.
    pub title: String,
    /// Whose need it is.
    pub party: String,
    /// Meetings it has at least.
    pub min: u32,
    /// And at most.
    pub max: u32,
    /// Did not come, or withdrew.
    pub absent: bool,
    /// Whether it is presented from the stage.
    pub on_stage: bool,
    /// Slots in which it cannot meet, from 1.
    pub away: Vec<u16>,
    /// The table set for it, from 1.
    pub table: Option<u16>,
    /// Positions in [`EventView::meetings`], by time.
    pub meetings: Vec<usize>,
}

/// A capability's id and title.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CapabilityName {
    /// Its id.
    pub id: ListingId,
    /// Its title.
    pub title: String,
}

/// An OPC that takes part.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct OpcView {
    /// Which; a name that holds a contact is masked here too, and then carries
    /// the id of one capability, so that two of them stay apart.
    pub opc: OpcId,
    /// What it is called.
    pub name: String,
    /// All that it offers.
    pub capabilities: Vec<CapabilityName>,
    /// Meetings it has at least.
    pub min: u32,
    /// And at most.
    pub max: u32,
    /// Did not come, or withdrew.
    pub absent: bool,
    /// Slots in which it cannot meet, from 1.
    pub away: Vec<u16>,
    /// Positions in [`EventView::meetings`], by time.
    pub meetings: Vec<usize>,
}

/// A meeting without a seat, and why.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct UnplacedView {
    /// The need.
    pub need: ListingId,
    /// Its title.
    pub need_title: String,
    /// The OPC.
    pub opc: OpcId,
    /// What it is called.
    pub opc_name: String,
    /// Why, in Chinese.
    pub zh: String,
    /// Why, in English.
    pub en: String,
}

/// Something that the check of a plan found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FindingView {
    /// How grave, as the check names it.
    pub severity: String,
    /// What, in Chinese.
    pub zh: String,
    /// What, in English.
    pub en: String,
}

/// What it comes to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, utoipa::ToSchema)]
pub struct EventTotals {
    /// Needs that take part and are there.
    pub needs: usize,
    /// Those that have a meeting.
    pub needs_met: usize,
    /// OPCs that take part and are there.
    pub opcs: usize,
    /// Those that have a meeting.
    pub opcs_met: usize,
    /// Meetings on the shortlist.
    pub meetings: usize,
    /// Those with a seat.
    pub seated: usize,
    /// Mean degree of the meetings, 0..=100; `None` without meetings.
    pub mean_degree: Option<f64>,
    /// Signed contracts.
    pub signed: usize,
}

/// An event with everything that its sheets show.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EventView {
    /// Its id.
    pub id: EventId,
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub theme: String,
    /// Where it is held.
    pub place: String,
    /// Counts up with every change.
    pub revision: u64,
    /// Whether it has taken place.
    pub held: bool,
    /// What it comes to.
    pub totals: EventTotals,
    /// In order of time, then table; those without a seat last.
    pub meetings: Vec<MeetingView>,
    /// In order of time.
    pub slots: Vec<SlotView>,
    /// All of the room, empty ones too.
    pub tables: Vec<TableView>,
    /// In order of turn.
    pub stage: Vec<TurnView>,
    /// In the event's order.
    pub needs: Vec<NeedView>,
    /// In order of id.
    pub opcs: Vec<OpcView>,
    /// Needs that are there and have no meeting: positions in `needs`.
    pub unmet_needs: Vec<usize>,
    /// OPCs that are there and have no meeting: positions in `opcs`.
    pub unmet_opcs: Vec<usize>,
    /// Meetings without a seat, and why.
    pub unplaced: Vec<UnplacedView>,
    /// What the check found.
    pub findings: Vec<FindingView>,
}
