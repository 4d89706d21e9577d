//! What a plan could not keep, why, and by how much the rules would have to give.

use crate::domain::{ListingId, Milli, OpcId};

use super::super::Notice;

/// Why a participant has fewer meetings than its minimum.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(tag = "lack", rename_all = "snake_case")]
pub enum Lack {
    /// It is there in fewer slots.
    Slots {
        /// In so many.
        slots: u32,
    },
    /// Too few pairs may meet at all.
    Candidates {
        /// Pairs that may.
        open: u32,
        /// Pairs below the floor.
        below_floor: u32,
        /// Pairs that the organiser ruled out.
        banned: u32,
        /// Pairs of one organisation, or that met before.
        barred: u32,
    },
    /// Every seat of the room is taken.
    Room {
        /// Slots × tables.
        meetings: u32,
    },
    /// The others it could meet have no time left for it.
    Others {
        /// They, by id.
        busy: Vec<String>,
    },
}

/// Why a meeting that the organiser demands is not in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The need does not take part.
    NeedUnknown,
    /// The OPC is on no list, or does not take part.
    OpcUnknown,
    /// Both are one organisation.
    SameOrganisation,
    /// The same pair is ruled out.
    Banned,
    /// One of the two is absent, or more is demanded than slots and tables hold.
    NoSeat,
}

/// One rule that the plan does not keep, and how far it departs from it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Concession {
    /// A need has fewer meetings than its minimum: lower it to `gets`.
    NeedShort {
        /// Which.
        need: ListingId,
        /// Its minimum.
        asked: u32,
        /// What it has.
        gets: u32,
        /// Why.
        why: Lack,
    },
    /// An OPC has fewer meetings than its minimum: lower it to `gets`.
    OpcShort {
        /// Which.
        opc: OpcId,
        /// Its minimum.
        asked: u32,
        /// What it has.
        gets: u32,
        /// Why.
        why: Lack,
    },
    /// A need has more meetings than its maximum: raise it to `gets`.
    NeedOver {
        /// Which.
        need: ListingId,
        /// Its maximum.
        most: u32,
        /// What it has.
        gets: u32,
    },
    /// An OPC has more meetings than its maximum: raise it to `gets`.
    OpcOver {
        /// Which.
        opc: OpcId,
        /// Its maximum.
        most: u32,
        /// What it has.
        gets: u32,
    },
    /// A pair below the floor meets, because a minimum demands it: lower the floor to `degree`.
    BelowFloor {
        /// The need.
        need: ListingId,
        /// The OPC.
        opc: OpcId,
        /// Its degree.
        degree: Milli,
        /// The floor.
        floor: Milli,
    },
    /// A pin, or a locked meeting, is not in the plan.
    Refused {
        /// The need.
        need: ListingId,
        /// The OPC.
        opc: OpcId,
        /// Why.
        why: Refusal,
    },
}

/// At most so many names in one sentence.
const MOST_NAMES: usize = 3;

impl Concession {
    /// What, why and how to mend it, in both languages.
    pub fn explain(&self) -> Notice {
        let (zh, en) = match self {
            Concession::NeedShort { need, asked, gets, why } => {
                short(&format!("需求 {need}"), &format!("need {need}"), (*asked, *gets), why, "OPC", "OPC")
            }
            Concession::OpcShort { opc, asked, gets, why } => {
                short(&opc.0, &opc.0, (*asked, *gets), why, "需求", "need")
            }
            Concession::NeedOver { need, most, gets } => (
                format!(
                    "需求 {need} 最多 {most} 场，本方案安排了 {gets} 场；请把上限提高到 {gets}，或撤销其他限制"
                ),
                format!(
                    "need {need} may have {most} meetings and has {gets} here: raise its maximum to {gets}, or ease another rule"
                ),
            ),
            Concession::OpcOver { opc, most, gets } => (
                format!(
                    "{opc} 最多 {most} 场，本方案安排了 {gets} 场；请与其确认能否多接 {} 场",
                    gets - most
                ),
                format!(
                    "{opc} may have {most} meetings and has {gets} here: ask whether it can take {} more",
                    gets - most
                ),
            ),
            Concession::BelowFloor { need, opc, degree, floor } => (
                format!(
                    "为满足最少场数，安排了需求 {need} 与 {opc}（匹配度 {degree}，低于门槛 {floor}）；请把门槛降到 {degree}，或降低最少场数"
                ),
                format!(
                    "need {need} meets {opc} at {degree}, below the floor {floor}, to reach a minimum: lower the floor to {degree}, or the minimum"
                ),
            ),
            Concession::Refused { need, opc, why } => {
                let (zh, en) = why.words();
                (
                    format!("指定的对接（需求 {need} 与 {opc}）未能安排：{zh}"),
                    format!("the demanded meeting of need {need} and {opc} is not planned: {en}"),
                )
            }
        };
        Notice { zh, en }
    }
}

fn short(
    zh: &str,
    en: &str,
    counts: (u32, u32),
    why: &Lack,
    other_zh: &str,
    other_en: &str,
) -> (String, String) {
    let (asked, gets) = counts;
    let missing = asked - gets;
    let (why_zh, why_en) = match why {
        Lack::Slots { slots } => (
            format!("只在 {slots} 个时段在场，请增加其时段"),
            format!("it is there in {slots} slots only: give it more"),
        ),
        Lack::Candidates { open, below_floor, banned, barred } => (
            format!(
                "可对接的{other_zh}只有 {open} 个（另有 {below_floor} 个低于门槛，{banned} 个被排除，{barred} 个因同一单位或已见过而回避）"
            ),
            format!(
                "only {open} {other_en}s may meet it ({below_floor} more below the floor, {banned} ruled out, {barred} barred as one organisation or met before)"
            ),
        ),
        Lack::Room { meetings } => (
            format!("全场 {meetings} 个席位已排满，请加时段或桌位"),
            format!("all {meetings} seats of the room are taken: add slots or tables"),
        ),
        Lack::Others { busy } => {
            let names = busy.iter().take(MOST_NAMES).map(String::as_str).collect::<Vec<_>>().join("、");
            let (more_zh, more_en) = match busy.len().checked_sub(MOST_NAMES) {
                Some(more) if more > 0 => (format!("等 {} 个", busy.len()), format!(" and {more} more")),
                _ => (String::new(), String::new()),
            };
            (
                format!("合适的{other_zh}（{names}{more_zh}）已排满，请提高其上限"),
                format!(
                    "the {other_en}s that fit ({}{more_en}) have no time left: raise their maximum",
                    names.replace('、', ", ")
                ),
            )
        }
    };
    (
        format!(
            "{zh} 要求至少 {asked} 场，只能安排 {gets} 场，缺 {missing} 场：{why_zh}；或把最少场数降到 {gets}"
        ),
        format!(
            "{en} asks for {asked} meetings and gets {gets}, {missing} short: {why_en}; or lower its minimum to {gets}"
        ),
    )
}

impl Refusal {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Refusal::NeedUnknown => {
                ("该需求未参加本次活动，请先加入", "the need does not take part; add it first")
            }
            Refusal::OpcUnknown => {
                ("该 OPC 不在能力清单中或未参加本次活动", "the OPC is on no list, or does not take part")
            }
            Refusal::SameOrganisation => ("双方属于同一单位", "both are one organisation"),
            Refusal::Banned => {
                ("同一对接又被列入排除，请撤销其中一项", "it is ruled out as well; withdraw one of the two")
            }
            Refusal::NoSeat => (
                "有一方未到场，或指定的对接多于可用的时段与桌位",
                "one of the two is absent, or more is demanded than slots and tables hold",
            ),
        }
    }
}
