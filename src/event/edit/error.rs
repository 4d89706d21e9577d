//! Why an edit was refused, and what to do instead.

use crate::domain::{ListingId, OpcId, Pair, Seat};

use super::super::presence::Who;

/// An edit that was refused; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} / {}", self.zh(), self.en())]
pub enum EditError {
    /// Nothing is planned yet.
    NoPlan,
    /// The two do not meet in the plan.
    NoMeeting(Pair),
    /// The two meet in the plan already.
    MeetAlready(Pair),
    /// A locked meeting stands in the way.
    LockedInTheWay {
        /// Which.
        pair: Pair,
        /// Where.
        seat: Seat,
    },
    /// The meeting itself is locked.
    Locked(Pair),
    /// A meeting without a seat cannot be locked to it.
    NothingToLock(Pair),
    /// The event has no such slot or table.
    SeatOutside {
        /// Which.
        seat: Seat,
        /// How many slots there are.
        slots: usize,
        /// How many tables there are.
        tables: u16,
    },
    /// The event has no such slot.
    SlotOutside {
        /// Which.
        slot: u16,
        /// How many there are.
        slots: usize,
    },
    /// Somebody would be expected who is not there.
    NotThere {
        /// Who.
        who: Who,
        /// When.
        slot: u16,
    },
    /// Somebody would be at two tables at once.
    Busy {
        /// Who.
        who: Who,
        /// Where they are already.
        seat: Seat,
        /// In which meeting.
        pair: Pair,
    },
    /// Another meeting is at that table.
    TableTaken {
        /// Where.
        seat: Seat,
        /// Which meeting.
        pair: Pair,
    },
    /// The need stays at a table of its own.
    TableFixed {
        /// Which need.
        need: ListingId,
        /// Its table.
        table: u16,
    },
    /// The need does not take part.
    NeedNotTakingPart(ListingId),
    /// Only OPCs that are named take part, and this one is not.
    OpcNotNamed(OpcId),
    /// The pair is ruled out.
    Banned(Pair),
    /// The pair is demanded.
    Pinned(Pair),
    /// The pair is not demanded.
    NotPinned(Pair),
    /// The pair is not ruled out.
    NotBanned(Pair),
    /// The need stands in the order twice.
    StageRepeated(ListingId),
    /// The need is not to be presented.
    NotOnStage(ListingId),
}

/// `N003×某某`.
fn both(pair: &Pair) -> String {
    format!("{}×{}", pair.need, pair.opc)
}

fn seat_zh(seat: &Seat) -> String {
    format!("第{}时段{}号桌", u32::from(seat.slot) + 1, u32::from(seat.table) + 1)
}

fn seat_en(seat: &Seat) -> String {
    format!("slot {} table {}", u32::from(seat.slot) + 1, u32::from(seat.table) + 1)
}

impl EditError {
    /// In Chinese.
    pub fn zh(&self) -> String {
        match self {
            EditError::NoPlan => "还没有计划，请先生成候选清单".to_owned(),
            EditError::NoMeeting(pair) => format!("计划里没有 {} 的对接，请刷新后再试", both(pair)),
            EditError::MeetAlready(pair) => format!("计划里已有 {} 的对接，不必再加", both(pair)),
            EditError::LockedInTheWay { pair, seat } => {
                format!("{}已有锁定的对接 {}，请先解锁", seat_zh(seat), both(pair))
            }
            EditError::Locked(pair) => format!("{} 的对接已锁定，请先解锁", both(pair)),
            EditError::NothingToLock(pair) => {
                format!("{} 的对接还没有时段和桌位，请先排好再锁定", both(pair))
            }
            EditError::SeatOutside { seat, slots, tables } => {
                format!("没有{}：活动共 {slots} 个时段、{tables} 张桌子", seat_zh(seat))
            }
            EditError::SlotOutside { slot, slots } => {
                format!("没有第{}时段：活动共 {slots} 个时段", u32::from(*slot) + 1)
            }
            EditError::NotThere { who, slot } => {
                format!("{} 第{}时段不在场，请换一个时段，或先标为到场", who.zh(), u32::from(*slot) + 1)
            }
            EditError::Busy { who, seat, pair } => {
                format!("{} 已在{}有对接 {}，请先移开那一场", who.zh(), seat_zh(seat), both(pair))
            }
            EditError::TableTaken { seat, pair } => {
                format!("{}已有对接 {}，请换一个位置，或先移开那一场", seat_zh(seat), both(pair))
            }
            EditError::TableFixed { need, table } => {
                format!("需求 {need} 固定在{}号桌，请先改动固定桌", u32::from(*table) + 1)
            }
            EditError::NeedNotTakingPart(need) => format!("需求 {need} 未参加本次活动，请先加入"),
            EditError::OpcNotNamed(opc) => format!("{opc} 不在参加名单里，请先加入名单"),
            EditError::Banned(pair) => format!("{} 已被禁止对接，请先取消禁止", both(pair)),
            EditError::Pinned(pair) => format!("{} 是指定的对接，请先取消指定", both(pair)),
            EditError::NotPinned(pair) => format!("{} 没有被指定，无须取消", both(pair)),
            EditError::NotBanned(pair) => format!("{} 没有被禁止，无须取消", both(pair)),
            EditError::StageRepeated(need) => format!("需求 {need} 在路演顺序里重复出现，请只留一次"),
            EditError::NotOnStage(need) => format!("需求 {need} 不上台路演，请从顺序中去掉，或先标为上台"),
        }
    }

    /// In English.
    pub fn en(&self) -> String {
        match self {
            EditError::NoPlan => "nothing is planned yet: make a shortlist first".to_owned(),
            EditError::NoMeeting(pair) => {
                format!("{} do not meet in this plan: reload and try again", both(pair))
            }
            EditError::MeetAlready(pair) => format!("{} meet in this plan already", both(pair)),
            EditError::LockedInTheWay { pair, seat } => {
                format!("{} holds the locked meeting {}: unlock it first", seat_en(seat), both(pair))
            }
            EditError::Locked(pair) => format!("the meeting {} is locked: unlock it first", both(pair)),
            EditError::NothingToLock(pair) => {
                format!("the meeting {} has no seat yet: place it, then lock it", both(pair))
            }
            EditError::SeatOutside { seat, slots, tables } => {
                format!("there is no {}: the event has {slots} slots and {tables} tables", seat_en(seat))
            }
            EditError::SlotOutside { slot, slots } => {
                format!("there is no slot {}: the event has {slots}", u32::from(*slot) + 1)
            }
            EditError::NotThere { who, slot } => format!(
                "{} is not there in slot {}: choose another, or mark it as back",
                who.en(),
                u32::from(*slot) + 1
            ),
            EditError::Busy { who, seat, pair } => format!(
                "{} has the meeting {} in {} already: move that one first",
                who.en(),
                both(pair),
                seat_en(seat)
            ),
            EditError::TableTaken { seat, pair } => {
                format!(
                    "{} holds the meeting {}: choose another seat, or move that one",
                    seat_en(seat),
                    both(pair)
                )
            }
            EditError::TableFixed { need, table } => {
                format!("need {need} stays at table {}: change its table first", u32::from(*table) + 1)
            }
            EditError::NeedNotTakingPart(need) => format!("need {need} does not take part: add it first"),
            EditError::OpcNotNamed(opc) => format!("{opc} is not among those named: name it first"),
            EditError::Banned(pair) => format!("{} must not meet: lift the ban first", both(pair)),
            EditError::Pinned(pair) => format!("{} are pinned: unpin them first", both(pair)),
            EditError::NotPinned(pair) => format!("{} are not pinned", both(pair)),
            EditError::NotBanned(pair) => format!("{} are not banned", both(pair)),
            EditError::StageRepeated(need) => {
                format!("need {need} stands in the order of the stage twice: keep one")
            }
            EditError::NotOnStage(need) => {
                format!("need {need} is not to be presented: take it out, or put it on the stage")
            }
        }
    }
}
