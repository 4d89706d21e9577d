//! Faults in words: what is wrong, where, and how to mend it.

use crate::domain::{Event, LocalTime, Seat};

use super::Fault;

/// Tells the time of a slot: with the day when the event lasts more than one.
pub(super) struct Clock {
    starts: Vec<LocalTime>,
    several_days: bool,
}

impl Clock {
    pub(super) fn of(event: &Event) -> Clock {
        let starts: Vec<LocalTime> = event.frame.slots.iter().map(|slot| slot.starts).collect();
        let several_days = starts.windows(2).any(|two| two[0].date() != two[1].date());
        Clock { starts, several_days }
    }

    fn time(&self, slot: u16) -> Option<String> {
        let format = if self.several_days { "%m-%d %H:%M" } else { "%H:%M" };
        self.starts.get(usize::from(slot)).map(|starts| starts.strftime(format).to_string())
    }

    fn slot(&self, slot: u16) -> (String, String) {
        let number = u32::from(slot) + 1;
        match self.time(slot) {
            Some(time) => (format!("第{number}时段（{time}）"), format!("slot {number} ({time})")),
            None => (format!("第{number}时段"), format!("slot {number}")),
        }
    }

    fn seat(&self, seat: Seat) -> (String, String) {
        let (zh, en) = self.slot(seat.slot);
        let table = u32::from(seat.table) + 1;
        (format!("{zh}{table}号桌"), format!("{en}, table {table}"))
    }
}

fn list<T: ToString>(items: &[T]) -> (String, String) {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    (items.join("、"), items.join(", "))
}

/// The fault in Chinese and in English.
pub(super) fn say(fault: &Fault, clock: &Clock) -> (String, String) {
    match fault {
        Fault::SlotsOutOfOrder { .. }
        | Fault::SlotsOverlap { .. }
        | Fault::StageIntoSlot { .. }
        | Fault::FixedTableOutside { .. }
        | Fault::StageUnknown { .. }
        | Fault::StageRepeated { .. }
        | Fault::StageMissing { .. } => frame(fault, clock),
        Fault::NeedUnderMin { .. }
        | Fault::NeedOverMax { .. }
        | Fault::OpcUnderMin { .. }
        | Fault::OpcOverMax { .. } => counts(fault),
        fault if fault.is_about_seats() => seats(fault, clock),
        _ => pairs(fault),
    }
}

fn frame(fault: &Fault, clock: &Clock) -> (String, String) {
    match fault {
        Fault::SlotsOutOfOrder { slot } => {
            let (zh, en) = clock.slot(*slot);
            (
                format!("{zh}排在前一时段之前；请按时间先后排列时段"),
                format!("{en} begins before the slot ahead of it: put the slots in order of time"),
            )
        }
        Fault::SlotsOverlap { slot } => {
            let (zh, en) = clock.slot(*slot);
            (
                format!("{zh}在前一时段结束之前开始；请推迟它，或缩短前一时段"),
                format!(
                    "{en} begins before the slot ahead of it is over: start it later or shorten that slot"
                ),
            )
        }
        Fault::StageIntoSlot { slot, ends } => {
            let (zh, en) = clock.slot(*slot);
            (
                format!("路演要到 {ends} 才结束，与{zh}重叠；请提前路演、缩短每项时间，或减少上台的需求"),
                format!(
                    "the stage part lasts until {ends} and overlaps {en}: begin earlier, give each less time, or present fewer needs"
                ),
            )
        }
        Fault::FixedTableOutside { need, table, tables } => {
            let table = u32::from(*table) + 1;
            (
                format!("需求 {need} 固定在{table}号桌，但只有{tables}张桌子；请改动固定桌，或增加桌位"),
                format!(
                    "need {need} stays at table {table}, but there are {tables}: change its table, or add tables"
                ),
            )
        }
        Fault::StageUnknown { need } => (
            format!("路演顺序里的需求 {need} 未参加本次活动；请从顺序中去掉，或先加入活动"),
            format!(
                "need {need} in the order of the stage does not take part: take it out, or add it to the event"
            ),
        ),
        Fault::StageRepeated { need } => (
            format!("需求 {need} 在路演顺序里重复出现；请只留一次"),
            format!("need {need} stands in the order of the stage more than once: keep one"),
        ),
        Fault::StageMissing { need } => (
            format!("需求 {need} 要上台路演，但不在顺序里；请重新生成路演顺序，或取消上台"),
            format!(
                "need {need} is to be presented but is not in the order: make the order anew, or take it off the stage"
            ),
        ),
        _ => (String::new(), String::new()),
    }
}

fn pairs(fault: &Fault) -> (String, String) {
    match fault {
        Fault::UnknownNeed { need, opc } => (
            format!("与 {opc} 对接的需求 {need} 不在需求清单里；请重新导入清单，或删去这场对接"),
            format!("need {need}, to meet {opc}, is in no list: import the list again, or drop the meeting"),
        ),
        Fault::UnknownOpc { need, opc } => (
            format!("与需求 {need} 对接的 {opc} 在能力清单里没有任何能力；请核对名称或别名，或删去这场对接"),
            format!(
                "{opc}, to meet need {need}, has no capability in the list: check its name and aliases, or drop the meeting"
            ),
        ),
        Fault::UnknownCapability { need, opc, capability } => (
            format!("需求 {need} 与 {opc} 的对接所依据的能力 {capability} 不在能力清单里；请重新规划"),
            format!("capability {capability}, on which need {need} meets {opc}, is in no list: plan again"),
        ),
        Fault::CapabilityOfAnother { need, opc, capability, owner } => (
            format!(
                "需求 {need} 与 {opc} 的对接所依据的能力 {capability} 属于 {owner}；请改选 {opc} 自己的能力，或登记二者为别名"
            ),
            format!(
                "capability {capability}, on which need {need} meets {opc}, is {owner}'s: choose one of {opc}'s own, or make the two aliases"
            ),
        ),
        Fault::NeedNotTakingPart { need, opc } => (
            format!("需求 {need} 未参加本次活动，却安排了与 {opc} 的对接；请把它加入活动，或删去这场对接"),
            format!(
                "need {need} does not take part, yet it is to meet {opc}: add it to the event, or drop the meeting"
            ),
        ),
        Fault::OpcNotTakingPart { need, opc } => (
            format!("{opc} 不在参加名单里，却安排了与需求 {need} 的对接；请把它加入名单，或删去这场对接"),
            format!(
                "{opc} is not among those named, yet it is to meet need {need}: name it, or drop the meeting"
            ),
        ),
        Fault::DuplicatePair { need, opc } => (
            format!("需求 {need} 与 {opc} 的对接出现了不止一次；请删去多余的一场"),
            format!("need {need} and {opc} meet more than once: drop one of the meetings"),
        ),
        Fault::BelowFloor { need, opc, degree, floor } => (
            format!(
                "需求 {need} 与 {opc} 的匹配度 {} 低于下限 {}；请删去这场对接、指定它，或调低下限",
                degree.degrees(),
                floor.degrees()
            ),
            format!(
                "the degree of need {need} and {opc}, {}, is below the floor of {}: drop the meeting, pin it, or lower the floor",
                degree.degrees(),
                floor.degrees()
            ),
        ),
        Fault::DegreeNotAsRanked { need, opc, degree, ranked } => (
            format!(
                "需求 {need} 与 {opc} 的匹配度写作 {}，排名给出的是 {}；请重新规划",
                degree.degrees(),
                ranked.degrees()
            ),
            format!(
                "the degree of need {need} and {opc} is given as {}, the ranking says {}: plan again",
                degree.degrees(),
                ranked.degrees()
            ),
        ),
        Fault::WorthNotAsRuled { need, opc, worth, ruled } => (
            format!(
                "需求 {need} 与 {opc} 的得分写作 {}，按规则应为 {}；请重新规划",
                worth.degrees(),
                ruled.degrees()
            ),
            format!(
                "the worth of need {need} and {opc} is given as {}, by the rules it is {}: plan again",
                worth.degrees(),
                ruled.degrees()
            ),
        ),
        Fault::OriginNotAsPinned { need, opc, pinned: true } => (
            format!("需求 {need} 与 {opc} 的对接是指定的，却标为自动选出；请重新规划"),
            format!("need {need} and {opc} are pinned, yet the meeting is marked as chosen: plan again"),
        ),
        Fault::OriginNotAsPinned { need, opc, pinned: false } => (
            format!("需求 {need} 与 {opc} 的对接标为指定，但没有这项指定；请指定它，或重新规划"),
            format!(
                "the meeting of need {need} and {opc} is marked as pinned, but nobody pinned it: pin it, or plan again"
            ),
        ),
        Fault::Banned { need, opc } => (
            format!("需求 {need} 与 {opc} 的对接已被禁止；请删去这场对接，或取消禁止"),
            format!("need {need} must not meet {opc}: drop the meeting, or lift the ban"),
        ),
        Fault::MissingPin { need, opc, impossible: false } => (
            format!("指定的需求 {need} 与 {opc} 的对接不在计划里；请重新规划，或取消指定"),
            format!(
                "the pinned meeting of need {need} and {opc} is not in the plan: plan again, or unpin it"
            ),
        ),
        Fault::MissingPin { need, opc, impossible: true } => (
            format!("指定了需求 {need} 与 {opc} 对接，但有一方未参加或未到场；请取消指定"),
            format!(
                "need {need} and {opc} are pinned, but one of them does not take part or is absent: unpin it"
            ),
        ),
        Fault::ConflictOfInterest { need, opc, organisation } => (
            format!("需求 {need} 与 {opc} 同属 {organisation}，不应对接；请删去这场对接，或更正别名"),
            format!(
                "need {need} and {opc} are both of {organisation} and should not meet: drop the meeting, or mend the aliases"
            ),
        ),
        Fault::MetBefore { need, opc } => (
            format!("需求 {need} 与 {opc} 在以前的活动中已对接过；请删去这场对接、指定它，或允许再次对接"),
            format!(
                "need {need} and {opc} met at an earlier event: drop the meeting, pin it, or allow meeting again"
            ),
        ),
        _ => (String::new(), String::new()),
    }
}

fn counts(fault: &Fault) -> (String, String) {
    match fault {
        Fault::NeedUnderMin { need, meetings, min } => (
            format!("需求 {need} 只有 {meetings} 场对接，至少应有 {min} 场；请放宽限制，或降低它的下限"),
            format!(
                "need {need} has {meetings} meetings and should have at least {min}: relax the rules, or lower its least number"
            ),
        ),
        Fault::NeedOverMax { need, meetings, max, all_pinned } => (
            format!(
                "需求 {need} 有 {meetings} 场对接，最多 {max} 场{}；请删去几场，或提高它的上限",
                if *all_pinned { "（都是指定的）" } else { "" }
            ),
            format!(
                "need {need} has {meetings} meetings{} and may have {max}: drop some, or raise its greatest number",
                if *all_pinned { ", all of them pinned," } else { "" }
            ),
        ),
        Fault::OpcUnderMin { opc, meetings, min } => (
            format!("{opc} 只有 {meetings} 场对接，至少应有 {min} 场；请放宽限制，或降低它的下限"),
            format!(
                "{opc} has {meetings} meetings and should have at least {min}: relax the rules, or lower its least number"
            ),
        ),
        Fault::OpcOverMax { opc, meetings, max, all_pinned } => (
            format!(
                "{opc} 有 {meetings} 场对接，最多 {max} 场{}；请删去几场，或提高它的上限",
                if *all_pinned { "（都是指定的）" } else { "" }
            ),
            format!(
                "{opc} has {meetings} meetings{} and may have {max}: drop some, or raise its greatest number",
                if *all_pinned { ", all of them pinned," } else { "" }
            ),
        ),
        _ => (String::new(), String::new()),
    }
}

fn seats(fault: &Fault, clock: &Clock) -> (String, String) {
    let absent = |who: &str, who_en: &str, other: &str, other_en: &str, seat: &Option<Seat>| match seat {
        Some(seat) => {
            let (zh, en) = clock.seat(*seat);
            (
                format!("{who} 未到场，却在{zh}安排了与{other} 的对接；请重排时段，或标为已到场"),
                format!(
                    "{who_en} is absent, yet is to meet {other_en} in {en}: make the timetable anew, or mark it as back"
                ),
            )
        }
        None => (
            format!("{who} 未到场，与{other} 的对接没有排上；请重新规划，或标为已到场"),
            format!(
                "{who_en} is absent and its meeting with {other_en} has no seat: plan again, or mark it as back"
            ),
        ),
    };
    match fault {
        Fault::NeedAbsent { need, opc, seat } => {
            absent(&format!("需求 {need}"), &format!("need {need}"), &format!(" {opc}"), &opc.0, seat)
        }
        Fault::OpcAbsent { need, opc, seat } => {
            absent(&opc.0, &opc.0, &format!("需求 {need}"), &format!("need {need}"), seat)
        }
        Fault::NeedAway { need, opc, seat } => {
            let (zh, en) = clock.seat(*seat);
            (
                format!("{zh}：需求 {need} 此时不在场，却安排了与 {opc} 的对接；请改到别的时段"),
                format!("{en}: need {need} is away then, yet is to meet {opc}: move the meeting"),
            )
        }
        Fault::OpcAway { need, opc, seat } => {
            let (zh, en) = clock.seat(*seat);
            (
                format!("{zh}：{opc} 此时不在场，却安排了与需求 {need} 的对接；请改到别的时段"),
                format!("{en}: {opc} is away then, yet is to meet need {need}: move the meeting"),
            )
        }
        Fault::NeedTwice { need, slot, with } => {
            let ((zh, en), (with, with_en)) = (clock.slot(*slot), list(with));
            (
                format!("{zh}：需求 {need} 同时要与 {with} 对接；请移开其中一场"),
                format!("{en}: need {need} is to meet {with_en} at the same time: move one meeting"),
            )
        }
        Fault::OpcTwice { opc, slot, with } => {
            let ((zh, en), (with, with_en)) = (clock.slot(*slot), list(with));
            (
                format!("{zh}：{opc} 同时要与需求 {with} 对接；请移开其中一场"),
                format!("{en}: {opc} is to meet needs {with_en} at the same time: move one meeting"),
            )
        }
        Fault::TableTwice { seat, needs } => {
            let ((zh, en), (needs, needs_en)) = (clock.seat(*seat), list(needs));
            (
                format!("{zh}同时安排了需求 {needs} 的对接；请移开其中一场"),
                format!("{en}: needs {needs_en} are at the table at the same time: move one meeting"),
            )
        }
        Fault::SeatOutside { need, opc, seat } => {
            let (zh, en) = clock.seat(*seat);
            (
                format!("需求 {need} 与 {opc} 排在{zh}，但活动没有这个时段或桌位；请重排，或增加时段、桌位"),
                format!(
                    "need {need} and {opc} are in {en}, which the event does not have: make the timetable anew, or add it"
                ),
            )
        }
        Fault::FixedTableLeft { need, opc, seat, table, .. } => {
            let (zh, en) = clock.seat(*seat);
            let table = u32::from(*table) + 1;
            (
                format!("需求 {need} 固定在{table}号桌，与 {opc} 的对接却在{zh}；请移回，或改动固定桌"),
                format!(
                    "need {need} stays at table {table}, yet is to meet {opc} in {en}: move it back, or change its table"
                ),
            )
        }
        Fault::NoSeat { need, opc } => (
            format!("需求 {need} 与 {opc} 的对接还没有时段和桌位；请排时段，或删去这场对接"),
            format!(
                "need {need} and {opc} have no slot and table yet: make the timetable, or drop the meeting"
            ),
        ),
        Fault::LockedWithoutSeat { need, opc } => (
            format!("需求 {need} 与 {opc} 的对接已锁定，却没有时段和桌位；请先解锁再排"),
            format!(
                "need {need} and {opc} are locked, but to no slot and table: unlock the meeting and place it"
            ),
        ),
        _ => (String::new(), String::new()),
    }
}
