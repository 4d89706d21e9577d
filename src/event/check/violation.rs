//! What can be wrong with a plan.

use serde::Serialize;

use crate::domain::{ListingId, Milli, OpcId, Seat};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The plan breaks a rule, or cannot be carried out.
    Error,
    /// It can be carried out, but somebody gets less than was asked for.
    Warning,
}

/// One thing that is wrong, with how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Violation {
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    #[serde(flatten)]
    pub fault: Fault,
    /// In Chinese: what, where, how to mend it.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A rule, and who breaks it. Slots and tables are counted from 0 here.
///
/// An OPC and its aliases are one; `opc` is the name that stands in the meeting,
/// or, where no meeting is meant, the first of its alias group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[allow(missing_docs, reason = "need, opc, capability and seat mean the same everywhere")]
pub enum Fault {
    /// A slot begins before the one that stands ahead of it.
    SlotsOutOfOrder { slot: u16 },
    /// A slot begins before the one ahead of it is over.
    SlotsOverlap { slot: u16 },
    /// The stage part and a slot overlap.
    StageIntoSlot {
        slot: u16,
        /// When the stage part ends, as time of day.
        ends: String,
    },
    /// The table that was set for a need is not in the room.
    FixedTableOutside {
        need: ListingId,
        table: u16,
        /// How many tables there are.
        tables: u16,
    },
    /// A need in the order of the stage does not take part.
    StageUnknown { need: ListingId },
    /// A need stands in the order of the stage more than once.
    StageRepeated { need: ListingId },
    /// A need that is to be presented is not in the order.
    StageMissing { need: ListingId },
    /// The need is in no list.
    UnknownNeed { need: ListingId, opc: OpcId },
    /// No capability of the OPC is in the list.
    UnknownOpc { need: ListingId, opc: OpcId },
    /// The capability is in no list.
    UnknownCapability { need: ListingId, opc: OpcId, capability: ListingId },
    /// The capability is another OPC's.
    CapabilityOfAnother {
        need: ListingId,
        opc: OpcId,
        capability: ListingId,
        /// Whose it is.
        owner: OpcId,
    },
    /// The need does not take part in the event.
    NeedNotTakingPart { need: ListingId, opc: OpcId },
    /// Only OPCs that are named take part, and this one is not.
    OpcNotTakingPart { need: ListingId, opc: OpcId },
    /// The two meet more than once.
    DuplicatePair { need: ListingId, opc: OpcId },
    /// Below the event's floor, and nobody pinned it.
    BelowFloor { need: ListingId, opc: OpcId, degree: Milli, floor: Milli },
    /// The degree is not what the ranking gave the pair.
    DegreeNotAsRanked { need: ListingId, opc: OpcId, degree: Milli, ranked: Milli },
    /// The worth does not follow from degree or views.
    WorthNotAsRuled { need: ListingId, opc: OpcId, worth: Milli, ruled: Milli },
    /// Marked as pinned though nobody pinned it, or the other way round.
    OriginNotAsPinned {
        need: ListingId,
        opc: OpcId,
        /// Whether the organiser did pin it.
        pinned: bool,
    },
    /// The organiser ruled it out.
    Banned { need: ListingId, opc: OpcId },
    /// The organiser demanded it, and it is not there.
    MissingPin {
        need: ListingId,
        opc: OpcId,
        /// Whether one of the two is absent or does not take part, so that it cannot be.
        impossible: bool,
    },
    /// Both are the same organisation.
    ConflictOfInterest {
        need: ListingId,
        opc: OpcId,
        /// Which.
        organisation: String,
    },
    /// They met at an earlier event.
    MetBefore { need: ListingId, opc: OpcId },
    /// The need has fewer meetings than it should.
    NeedUnderMin { need: ListingId, meetings: u32, min: u32 },
    /// The need has more meetings than it may.
    NeedOverMax {
        need: ListingId,
        meetings: u32,
        max: u32,
        /// Whether every one of them was pinned.
        all_pinned: bool,
    },
    /// The OPC has fewer meetings than it should.
    OpcUnderMin { opc: OpcId, meetings: u32, min: u32 },
    /// The OPC has more meetings than it may.
    OpcOverMax {
        opc: OpcId,
        meetings: u32,
        max: u32,
        /// Whether every one of them was pinned.
        all_pinned: bool,
    },
    /// The need is absent.
    NeedAbsent { need: ListingId, opc: OpcId, seat: Option<Seat> },
    /// The OPC is absent.
    OpcAbsent { need: ListingId, opc: OpcId, seat: Option<Seat> },
    /// The need is not there in that slot.
    NeedAway { need: ListingId, opc: OpcId, seat: Seat },
    /// The OPC is not there in that slot.
    OpcAway { need: ListingId, opc: OpcId, seat: Seat },
    /// The need has several meetings in one slot.
    NeedTwice {
        need: ListingId,
        slot: u16,
        /// With whom, in order of table.
        with: Vec<OpcId>,
    },
    /// The OPC has several meetings in one slot.
    OpcTwice {
        opc: OpcId,
        slot: u16,
        /// With whom, in order of table.
        with: Vec<ListingId>,
    },
    /// A table has several meetings in one slot.
    TableTwice {
        seat: Seat,
        /// Whose needs, in order of id.
        needs: Vec<ListingId>,
    },
    /// The frame has no such slot or table.
    SeatOutside { need: ListingId, opc: OpcId, seat: Seat },
    /// The need is not at the table that was set for it.
    FixedTableLeft {
        need: ListingId,
        opc: OpcId,
        seat: Seat,
        /// The table it should sit at.
        table: u16,
        /// Whether the organiser locked the meeting there.
        locked: bool,
    },
    /// The meeting has no seat.
    NoSeat { need: ListingId, opc: OpcId },
    /// The meeting is locked, but to no seat.
    LockedWithoutSeat { need: ListingId, opc: OpcId },
}

/// One degree, in thousandths: as far as other listings move a pair by coming and going.
const DRIFT: i64 = 1_000;

impl Fault {
    /// How bad it is. What the organiser wanted in so many words is a warning, and so is a
    /// degree that a later change of the lists has moved a little.
    pub fn severity(&self) -> Severity {
        match self {
            Fault::DegreeNotAsRanked { degree, ranked, .. } if (degree.0 - ranked.0).abs() <= DRIFT => {
                Severity::Warning
            }
            Fault::FixedTableOutside { .. }
            | Fault::StageMissing { .. }
            | Fault::OriginNotAsPinned { .. }
            | Fault::NeedUnderMin { .. }
            | Fault::OpcUnderMin { .. }
            | Fault::NoSeat { .. }
            | Fault::LockedWithoutSeat { .. }
            | Fault::MissingPin { impossible: true, .. }
            | Fault::NeedOverMax { all_pinned: true, .. }
            | Fault::OpcOverMax { all_pinned: true, .. }
            | Fault::NeedAbsent { seat: None, .. }
            | Fault::OpcAbsent { seat: None, .. }
            | Fault::FixedTableLeft { locked: true, .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// Whether it is about where and when meetings take place.
    pub fn is_about_seats(&self) -> bool {
        matches!(
            self,
            Fault::NeedAbsent { .. }
                | Fault::OpcAbsent { .. }
                | Fault::NeedAway { .. }
                | Fault::OpcAway { .. }
                | Fault::NeedTwice { .. }
                | Fault::OpcTwice { .. }
                | Fault::TableTwice { .. }
                | Fault::SeatOutside { .. }
                | Fault::FixedTableLeft { .. }
                | Fault::NoSeat { .. }
                | Fault::LockedWithoutSeat { .. }
        )
    }
}
