//! What an override costs: the event is planned with and without it.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::domain::{Ban, Event, ListingId, Milli, OpcId, Pair};

use super::super::Notice;
use super::super::candidates::Candidates;
use super::super::flow::FlowError;
use super::super::ledger::Ledger;
use super::super::watch::{Phase, Poll, Reached, Watch};
use super::encode::{Ground, Wishes};
use super::{Settled, bonus, settle};

/// Something the organiser set by hand, in place of the event's rules, or may set;
/// JSON `{"do": "pin", "need": "N003", "opc": "某工作室"}`, as an edit has it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Override {
    /// A meeting that must be.
    Pin {
        /// The need.
        need: ListingId,
        /// The OPC.
        opc: OpcId,
    },
    /// A meeting that must not be.
    Ban {
        /// The need.
        need: ListingId,
        /// The OPC.
        opc: OpcId,
        /// Why; says nothing about the price.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    /// A need's own minimum.
    NeedMin {
        /// Which.
        need: ListingId,
        /// Meetings.
        value: u32,
    },
    /// A need's own maximum.
    NeedMax {
        /// Which.
        need: ListingId,
        /// Meetings.
        value: u32,
    },
    /// An OPC's own minimum.
    OpcMin {
        /// Which.
        opc: OpcId,
        /// Meetings.
        value: u32,
    },
    /// An OPC's own maximum.
    OpcMax {
        /// Which.
        opc: OpcId,
        /// Meetings.
        value: u32,
    },
}

/// The price of one override, all others staying.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Price {
    /// Of what.
    pub of: Override,
    /// Σ worth that the best plan without it has more, the bonus of
    /// [`super::NEVER_SHOWN_BONUS`] included where it is given. Never below 0 while
    /// `concessions` is 0; an override that loosens a rule earns, and is below 0.
    pub cost: Milli,
    /// Weight of concessions (see [`super::Shortlist::weight`]) that it causes;
    /// below 0, that it saves.
    pub concessions: i64,
    /// Meetings of the plan without it that it drives out.
    pub displaced: Vec<Pair>,
    /// Meetings that it brings in, itself included.
    pub brought: Vec<Pair>,
}

/// Every override of an event, in the order: pins, bans, needs' limits, OPCs' limits.
fn overrides(event: &Event) -> Vec<Override> {
    let pinned = event.pins.iter().cloned().map(|Pair { need, opc }| Override::Pin { need, opc });
    let mut all: Vec<Override> = pinned.collect();
    all.extend(event.bans.iter().cloned().map(|Ban { pair: Pair { need, opc }, why }| Override::Ban {
        need,
        opc,
        why,
    }));
    for entry in event.needs.iter().filter(|entry| !entry.absent) {
        let need = || entry.need.clone();
        all.extend(entry.min.map(|value| Override::NeedMin { need: need(), value }));
        all.extend(entry.max.map(|value| Override::NeedMax { need: need(), value }));
    }
    for entry in event.opcs.iter().filter(|entry| !entry.absent) {
        let opc = || entry.opc.clone();
        all.extend(entry.min.map(|value| Override::OpcMin { opc: opc(), value }));
        all.extend(entry.max.map(|value| Override::OpcMax { opc: opc(), value }));
    }
    all
}

/// The price of each override of an event.
///
/// # Errors
/// As [`super::shortlist`].
pub fn prices(
    event: &Event,
    candidates: &Candidates,
    ledger: &Ledger,
    watch: &Watch<'_>,
) -> Result<Vec<Price>, FlowError> {
    priced(event, candidates, ledger, overrides(event), watch)
}

/// The price of one override that the event holds. For one that it does not hold
/// yet, ask with a copy of the event that does.
///
/// # Errors
/// As [`super::shortlist`].
pub fn price_of(
    event: &Event,
    candidates: &Candidates,
    ledger: &Ledger,
    of: Override,
    watch: &Watch<'_>,
) -> Result<Option<Price>, FlowError> {
    Ok(priced(event, candidates, ledger, vec![of], watch)?.pop())
}

fn priced(
    event: &Event,
    candidates: &Candidates,
    ledger: &Ledger,
    of: Vec<Override>,
    watch: &Watch<'_>,
) -> Result<Vec<Price>, FlowError> {
    let (ground, wishes) = Ground::new(event, candidates, ledger);
    // The plan with all of them is the first question.
    let questions = of.len() as u64 + 1;
    let first = Poll::new(watch, Phase::Pricing, Some(questions));
    first.tell(0)?;
    let with = settle(&ground, &wishes, bonus(event), &first)?;
    first.tell(1)?;
    // Held while telling, so that threads tell in order.
    let answered = Mutex::new(1);
    let tell = |more: u64| {
        let mut done = answered.lock().unwrap_or_else(PoisonError::into_inner);
        *done += more;
        watch(Reached { phase: Phase::Pricing, done: *done, of: Some(questions) })
    };
    let inner = |_: Reached| tell(0);
    of.into_par_iter()
        .map(|of| {
            let poll = Poll::new(&inner, Phase::Pricing, None);
            poll.tell(0)?;
            let price = price(event, &ground, &wishes, &with, of, &poll)?;
            if tell(1).is_break() { Err(FlowError::Stopped) } else { Ok(price) }
        })
        .collect()
}

fn price(
    event: &Event,
    ground: &Ground,
    wishes: &Wishes,
    with: &Settled,
    of: Override,
    poll: &Poll<'_>,
) -> Result<Price, FlowError> {
    let without = settle(ground, &wishes.without(event, ground, &of), bonus(event), poll)?;
    let only = |one: &Settled, other: &Settled| -> Vec<Pair> {
        let theirs: std::collections::BTreeSet<_> = other.solved.chosen.iter().map(|c| c.at).collect();
        let mine = one.solved.chosen.iter().filter(|choice| !theirs.contains(&choice.at));
        mine.map(|choice| ground.pair(choice.at)).collect()
    };
    Ok(Price {
        of,
        cost: Milli(without.solved.objective - with.solved.objective),
        concessions: with.solved.weight - without.solved.weight,
        displaced: only(&without, with),
        brought: only(with, &without),
    })
}

impl Override {
    fn words(&self) -> (String, String) {
        match self {
            Override::Pin { need, opc } => {
                (format!("指定需求 {need} 与 {opc} 对接"), format!("demanding that need {need} meets {opc}"))
            }
            Override::Ban { need, opc, .. } => (
                format!("排除需求 {need} 与 {opc} 的对接"),
                format!("ruling out that need {need} meets {opc}"),
            ),
            Override::NeedMin { need, value } => {
                (format!("需求 {need} 至少 {value} 场"), format!("at least {value} meetings for need {need}"))
            }
            Override::NeedMax { need, value } => {
                (format!("需求 {need} 至多 {value} 场"), format!("at most {value} meetings for need {need}"))
            }
            Override::OpcMin { opc, value } => {
                (format!("{opc} 至少 {value} 场"), format!("at least {value} meetings for {opc}"))
            }
            Override::OpcMax { opc, value } => {
                (format!("{opc} 至多 {value} 场"), format!("at most {value} meetings for {opc}"))
            }
        }
    }
}

impl Price {
    /// The price in words.
    pub fn explain(&self) -> Notice {
        let (mut zh, mut en) = self.of.words();
        let (zh_cost, en_cost) = match self.cost.0 {
            0 => ("没有代价".to_owned(), "costs nothing".to_owned()),
            cost if cost < 0 => {
                let gain = Milli(-cost);
                (format!("带来 {gain} 分"), format!("earns {gain} degrees"))
            }
            _ => (format!("代价为 {} 分", self.cost), format!("costs {} degrees", self.cost)),
        };
        zh.push_str(&format!("：{zh_cost}"));
        en.push_str(&format!(": {en_cost}"));
        let list = |pairs: &[Pair], zh: bool| {
            let each = |p: &Pair| {
                if zh { format!("{} 与 {}", p.need, p.opc) } else { format!("{} with {}", p.need, p.opc) }
            };
            pairs.iter().map(each).collect::<Vec<_>>().join(if zh { "、" } else { ", " })
        };
        if !self.displaced.is_empty() {
            zh.push_str(&format!("，挤掉了 {} 的对接", list(&self.displaced, true)));
            en.push_str(&format!(", drives out {}", list(&self.displaced, false)));
        }
        if !self.brought.is_empty() {
            zh.push_str(&format!("，换来 {} 的对接", list(&self.brought, true)));
            en.push_str(&format!(", brings in {}", list(&self.brought, false)));
        }
        match self.concessions {
            0 => {}
            more if more > 0 => {
                zh.push_str("，并使其他限制无法全部满足");
                en.push_str(", and other rules can then not all be kept");
            }
            _ => {
                zh.push_str("，并使更多限制得以满足");
                en.push_str(", and lets more rules be kept");
            }
        }
        Notice { zh, en }
    }
}
