//! Meetings without a seat, and why, in words.

use crate::domain::{ListingId, OpcId, Seat};

/// Why a meeting has no seat.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Unplaceable {
    /// The event has no slot or no table.
    NoRoomAtAll,
    /// The need does not take part, or is absent.
    NeedAbsent,
    /// The OPC is absent.
    OpcAbsent,
    /// There is no slot in which both are there.
    NeverTogether,
    /// The seat it is locked to is not in the frame, or one of the two is away then.
    LockOutside {
        /// That seat.
        seat: Seat,
    },
    /// The seat it is locked to belongs to another locked meeting, or one of the two is in one.
    LockTaken {
        /// That seat.
        seat: Seat,
    },
    /// In every slot in which both are there, the need is in another meeting.
    NeedBusy,
    /// In every slot in which both are there, the OPC is in another meeting.
    OpcBusy,
    /// In each slot in which both are there, one of the two is in another meeting.
    OneOfThemBusy,
    /// Both are free at times, but all tables are taken then (or the need's own table is).
    TablesTaken,
}

/// A meeting without a seat.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Unplaced {
    /// The need.
    pub need: ListingId,
    /// The OPC.
    pub opc: OpcId,
    /// Why.
    #[serde(flatten)]
    pub why: Unplaceable,
    /// Locked meetings that stand in the way: releasing one may help.
    pub locked_in_the_way: Vec<Seat>,
}

impl Unplaced {
    /// In Chinese: what, and how to mend it.
    pub fn zh(&self) -> String {
        let (need, opc) = (&self.need, &self.opc);
        let mut said = match &self.why {
            Unplaceable::NoRoomAtAll => "活动还没有设置时段或桌位，请先设置".to_owned(),
            Unplaceable::NeedAbsent => format!("需求 {need} 未参加，无法安排与 {opc} 的对接"),
            Unplaceable::OpcAbsent => format!("{opc} 未到场，无法安排与需求 {need} 的对接"),
            Unplaceable::NeverTogether => {
                format!("需求 {need} 与 {opc} 没有共同的空闲时段；请放宽其中一方的时间")
            }
            Unplaceable::LockOutside { seat } => format!(
                "需求 {need} 与 {opc} 锁定在第{}时段{}号桌，但该时段或桌位不可用；请解除锁定",
                seat.slot + 1,
                seat.table + 1
            ),
            Unplaceable::LockTaken { seat } => format!(
                "需求 {need} 与 {opc} 锁定在第{}时段{}号桌，与另一场锁定的对接冲突；请解除其中一场的锁定",
                seat.slot + 1,
                seat.table + 1
            ),
            Unplaceable::NeedBusy => format!("需求 {need} 的时段已排满，排不下 {opc}；请加时段或减少一场"),
            Unplaceable::OpcBusy => format!("{opc} 的时段已排满，排不下需求 {need}；请加时段或减少一场"),
            Unplaceable::OneOfThemBusy => {
                format!("需求 {need} 与 {opc} 都在场的每个时段里，总有一方另有对接；请加时段或调整其中一场")
            }
            Unplaceable::TablesTaken => {
                format!("需求 {need} 与 {opc} 都有空的时段里桌子已满；请加一张桌子，或改动该需求的固定桌")
            }
        };
        if !self.locked_in_the_way.is_empty() {
            let seats: Vec<String> = self
                .locked_in_the_way
                .iter()
                .map(|seat| format!("第{}时段{}号桌", seat.slot + 1, seat.table + 1))
                .collect();
            said.push_str(&format!("。挡路的锁定：{}", seats.join("、")));
        }
        said
    }

    /// In English.
    pub fn en(&self) -> String {
        let (need, opc) = (&self.need, &self.opc);
        match &self.why {
            Unplaceable::NoRoomAtAll => "the event has no slots or no tables yet: set them first".to_owned(),
            Unplaceable::NeedAbsent => format!("need {need} does not take part, so it cannot meet {opc}"),
            Unplaceable::OpcAbsent => format!("{opc} is absent, so it cannot meet need {need}"),
            Unplaceable::NeverTogether => {
                format!("need {need} and {opc} share no free slot: widen the time of one of them")
            }
            Unplaceable::LockOutside { seat } => format!(
                "need {need} and {opc} are locked to slot {} table {}, which cannot be used: unlock it",
                seat.slot + 1,
                seat.table + 1
            ),
            Unplaceable::LockTaken { seat } => format!(
                "need {need} and {opc} are locked to slot {} table {}, against another locked meeting: unlock one",
                seat.slot + 1,
                seat.table + 1
            ),
            Unplaceable::NeedBusy => {
                format!("need {need} has no slot left for {opc}: add a slot or drop a meeting")
            }
            Unplaceable::OpcBusy => {
                format!("{opc} has no slot left for need {need}: add a slot or drop a meeting")
            }
            Unplaceable::OneOfThemBusy => format!(
                "whenever need {need} and {opc} are both there, one of them has another meeting: add a slot or move one"
            ),
            Unplaceable::TablesTaken => format!(
                "all tables are taken when need {need} and {opc} are free: add a table, or free the need's fixed one"
            ),
        }
    }
}
