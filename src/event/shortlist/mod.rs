//! Who meets whom, chosen exactly.
//!
//! Of all plans that keep every minimum, maximum, floor, pin and ban, and that fit
//! the room, the one with the greatest Σ worth. Counts are kept within the slots in
//! which somebody is there, and their sum within slots × tables, so that the plan
//! can be timetabled (König 1916; see [`super::Bounds`]).
//!
//! **Order of aims.** 1. As few [`Concession`]s as possible, by weight; none where
//! the rules can be kept. 2. Σ worth in thousandths of a degree; where
//! [`crate::domain::Rules::fair`] is set, the first meeting of an OPC that no
//! earlier event has shown counts [`NEVER_SHOWN_BONUS`] more. 3. Among equals, most
//! OPCs never shown before; no meeting is made that is worth nothing, unless a
//! minimum demands it. 4. Among those, the plan that holds the first pair by need
//! and OPC in which they differ. One plan is left, whatever the order of the input.

mod concession;
mod encode;
mod network;
mod price;
mod ties;

pub use concession::{Concession, Lack, Refusal};
pub use price::{Override, Price, price_of, prices};

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Event, Meeting, Milli, Origin, Pair};

use super::candidates::Candidates;
use super::flow::FlowError;
use super::ledger::Ledger;
use super::watch::{Phase, Poll, Watch};
use encode::{Choice, Entry, Ground, Limits, Model, Numbers, Wishes};
use network::{Solved, solve};

/// Weight of one meeting fewer than a minimum. The weights are judgement, and say
/// only in which order an organiser gives way: somebody takes one meeting more
/// before somebody meets a weak fit, and both before a promise is broken.
pub const LOWER_MIN: i64 = 4;
/// Weight of one meeting below the floor.
pub const BELOW_FLOOR: i64 = 3;
/// Weight of one meeting more than a maximum (within the slots).
pub const RAISE_MAX: i64 = 2;

/// What the first meeting of an OPC that was never shown may cost the rest, at most:
/// one degree, below what the calibration can tell apart.
pub const NEVER_SHOWN_BONUS: Milli = Milli(1_000);

/// What fairness did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, utoipa::ToSchema)]
pub struct Fairness {
    /// OPCs in the plan that no earlier event has shown.
    pub newly_shown: u32,
    /// The same in the best plan without the bonus.
    pub newly_shown_without: u32,
    /// Σ worth that the best plan without the bonus has more.
    pub cost: Milli,
}

/// A plan without times.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Shortlist {
    /// By need, then OPC. One that had a seat or a lock in the event's plan has it still.
    pub meetings: Vec<Meeting>,
    /// Σ worth.
    pub worth: Milli,
    /// Σ degree.
    pub degrees: Milli,
    /// What fairness did.
    pub fairness: Fairness,
    /// What the rules had to give; empty when the plan keeps them all.
    pub concessions: Vec<Concession>,
    /// Weight of the concessions, those about pins apart: the least there is.
    pub weight: i64,
}

impl Shortlist {
    /// Whether every rule is kept.
    pub fn is_as_asked(&self) -> bool {
        self.concessions.is_empty()
    }
}

/// Plans an event: the best plan, under the smallest concessions where its rules
/// cannot be kept. The plan that the event holds already binds only by its locks.
///
/// # Errors
/// [`FlowError::TooLarge`], beyond some hundred thousand participants;
/// [`FlowError::Stopped`] when `watch` says so.
pub fn shortlist(
    event: &Event,
    candidates: &Candidates,
    ledger: &Ledger,
    watch: &Watch<'_>,
) -> Result<Shortlist, FlowError> {
    let (ground, wishes) = Ground::new(event, candidates, ledger);
    let questions = if bonus(event) == 0 { 1 } else { 2 };
    let poll = Poll::new(watch, Phase::Choosing, Some(questions));
    poll.tell(0)?;
    let settled = settle(&ground, &wishes, bonus(event), &poll)?;
    poll.tell(1)?;
    let plain = match bonus(event) {
        0 => None,
        _ => Some(solve(&settled.model, 0, &poll)?),
    };
    poll.tell(questions)?;
    let worth = |solved: &Solved| solved.chosen.iter().map(|choice| choice.worth).sum::<i64>();
    let newly = |solved: &Solved| {
        let opcs: BTreeSet<usize> = solved.chosen.iter().map(|choice| choice.at.1).collect();
        opcs.into_iter().filter(|&opc| ground.fresh[opc]).count() as u32
    };
    let without = plain.as_ref().unwrap_or(&settled.solved);
    let fairness = Fairness {
        newly_shown: newly(&settled.solved),
        newly_shown_without: newly(without),
        cost: Milli(worth(without) - worth(&settled.solved)),
    };
    let so_far: BTreeMap<Pair, &Meeting> =
        event.plan.iter().flat_map(|plan| &plan.meetings).map(|meeting| (meeting.pair(), meeting)).collect();
    let meetings: Vec<Meeting> =
        settled.solved.chosen.iter().map(|choice| meeting(&so_far, &ground, &wishes, choice)).collect();
    Ok(Shortlist {
        worth: Milli(worth(&settled.solved)),
        degrees: Milli(meetings.iter().map(|meeting| meeting.degree.0).sum()),
        meetings,
        fairness,
        concessions: concessions(&ground, &wishes, &settled),
        weight: settled.solved.weight,
    })
}

fn bonus(event: &Event) -> i64 {
    if event.rules.fair { NEVER_SHOWN_BONUS.0 } else { 0 }
}

/// A solved question.
struct Settled {
    model: Model,
    solved: Solved,
    /// Pairs that should have been forced and could not be.
    refused: Vec<(Pair, Refusal)>,
}

fn settle(ground: &Ground, wishes: &Wishes, bonus: i64, poll: &Poll<'_>) -> Result<Settled, FlowError> {
    let kept = seated(ground, wishes, poll)?;
    let mut refused = wishes.refused.clone();
    for &at in wishes.pins.union(&wishes.locked).filter(|at| !kept.contains(at)) {
        let why = if wishes.banned.contains(&at) { Refusal::Banned } else { Refusal::NoSeat };
        refused.push((ground.pair(at), why));
    }
    refused.sort();
    let model = wishes.model(ground, &kept);
    let solved = solve(&model, bonus, poll)?;
    Ok(Settled { model, solved, refused })
}

/// The pins and locks that slots and room can hold: all of them, or as many as
/// possible, and of those the most worth.
fn seated(ground: &Ground, wishes: &Wishes, poll: &Poll<'_>) -> Result<BTreeSet<Numbers>, FlowError> {
    let forced: BTreeSet<Numbers> = wishes.forced().collect();
    let (mut needs, mut opcs) = (vec![0u32; ground.needs.len()], vec![0u32; ground.opcs.len()]);
    for &(need, opc) in &forced {
        needs[need] += 1;
        opcs[opc] += 1;
    }
    let fit = |counts: &[u32], limits: &[Limits]| counts.iter().zip(limits).all(|(&n, l)| n <= l.slots);
    let all_fit = fit(&needs, &wishes.needs)
        && fit(&opcs, &wishes.opcs)
        && forced.len() as u64 <= u64::from(ground.total);
    if all_fit {
        return Ok(forced);
    }
    let known = |at: Numbers| ground.known(at).map(|known| (known, ground.pairs[known].candidate.worth.0));
    // One pin more outweighs any worth.
    let one = 1 + 2 * forced.iter().filter_map(|&at| known(at)).map(|(_, worth)| worth).sum::<i64>();
    let choices = forced.iter().filter_map(|&at| {
        known(at).map(|(known, worth)| Choice { at, worth: one + worth, entry: Entry::Open, known })
    });
    let free = |limits: &[Limits]| -> Vec<Limits> {
        limits.iter().map(|l| Limits { least: 0, most: l.slots, slots: l.slots }).collect()
    };
    let model = Model {
        needs: free(&wishes.needs),
        opcs: free(&wishes.opcs),
        fresh: vec![false; ground.opcs.len()],
        choices: choices.collect(),
        total: ground.total,
    };
    Ok(solve(&model, 0, poll)?.chosen.into_iter().map(|choice| choice.at).collect())
}

fn meeting(so_far: &BTreeMap<Pair, &Meeting>, ground: &Ground, wishes: &Wishes, choice: &Choice) -> Meeting {
    let candidate = &ground.pairs[choice.known].candidate;
    let before = so_far.get(&ground.pair(choice.at));
    let locked = wishes.locked.contains(&choice.at);
    Meeting {
        need: candidate.need.clone(),
        opc: candidate.opc.clone(),
        capability: candidate.capability.clone(),
        degree: candidate.degree,
        need_view: candidate.need_view,
        opc_view: candidate.opc_view,
        worth: candidate.worth,
        origin: match before {
            _ if wishes.pins.contains(&choice.at) => Origin::Pinned,
            Some(before) if locked => before.origin,
            _ => Origin::Chosen,
        },
        seat: before.and_then(|before| before.seat),
        locked,
    }
}

fn concessions(ground: &Ground, wishes: &Wishes, settled: &Settled) -> Vec<Concession> {
    let chosen: BTreeSet<Numbers> = settled.solved.chosen.iter().map(|choice| choice.at).collect();
    let room_full = chosen.len() as u64 >= u64::from(ground.total);
    let (mut need_gets, mut opc_gets) = (vec![0u32; ground.needs.len()], vec![0u32; ground.opcs.len()]);
    for &(need, opc) in &chosen {
        need_gets[need] += 1;
        opc_gets[opc] += 1;
    }
    let mut found: Vec<Concession> = settled
        .refused
        .iter()
        .map(|(pair, why)| Concession::Refused { need: pair.need.clone(), opc: pair.opc.clone(), why: *why })
        .collect();
    for (number, (need, limits)) in ground.needs.iter().zip(&wishes.needs).enumerate() {
        let gets = need_gets[number];
        if gets > limits.most {
            found.push(Concession::NeedOver { need: need.clone(), most: limits.most, gets });
        }
        if gets < limits.least {
            let mine = |at: Numbers| at.0 == number;
            let others = |at: Numbers| ground.opcs[at.1].0.clone();
            let why = lack(ground, wishes, settled, &chosen, limits, room_full, (&mine, &others));
            found.push(Concession::NeedShort { need: need.clone(), asked: limits.least, gets, why });
        }
    }
    for (number, (opc, limits)) in ground.opcs.iter().zip(&wishes.opcs).enumerate() {
        let gets = opc_gets[number];
        if gets > limits.most {
            found.push(Concession::OpcOver { opc: opc.clone(), most: limits.most, gets });
        }
        if gets < limits.least {
            let mine = |at: Numbers| at.1 == number;
            let others = |at: Numbers| ground.needs[at.0].0.clone();
            let why = lack(ground, wishes, settled, &chosen, limits, room_full, (&mine, &others));
            found.push(Concession::OpcShort { opc: opc.clone(), asked: limits.least, gets, why });
        }
    }
    for choice in settled.solved.chosen.iter().filter(|choice| choice.entry == Entry::BelowFloor) {
        let candidate = &ground.pairs[choice.known].candidate;
        found.push(Concession::BelowFloor {
            need: candidate.need.clone(),
            opc: candidate.opc.clone(),
            degree: candidate.degree,
            floor: ground.floor,
        });
    }
    found
}

/// Which pairs are meant, and what their other end is called.
type Whose<'a> = (&'a dyn Fn(Numbers) -> bool, &'a dyn Fn(Numbers) -> String);

/// Why one participant lacks meetings: the first reason that would hold even if
/// everybody else stayed away, else what the others take.
fn lack(
    ground: &Ground,
    wishes: &Wishes,
    settled: &Settled,
    chosen: &BTreeSet<Numbers>,
    limits: &Limits,
    room_full: bool,
    (mine, other): Whose<'_>,
) -> Lack {
    if limits.slots < limits.least {
        return Lack::Slots { slots: limits.slots };
    }
    let entries: Vec<&Choice> = settled.model.choices.iter().filter(|choice| mine(choice.at)).collect();
    let open = entries.iter().filter(|choice| choice.entry != Entry::BelowFloor).count() as u32;
    if open < limits.least {
        let known = ground.pairs.iter().filter(|known| mine(known.at) && known.ranked);
        let (mut below_floor, mut banned, mut barred) = (0, 0, 0);
        for known in
            known.filter(|known| !entries.iter().any(|c| c.at == known.at && c.entry != Entry::BelowFloor))
        {
            match () {
                () if wishes.banned.contains(&known.at) => banned += 1,
                () if known.barred.is_some() => barred += 1,
                () if known.candidate.degree < ground.floor => below_floor += 1,
                () => {}
            }
        }
        return Lack::Candidates { open, below_floor, banned, barred };
    }
    if room_full {
        return Lack::Room { meetings: ground.total };
    }
    let passed = entries.iter().filter(|choice| !chosen.contains(&choice.at));
    Lack::Others { busy: passed.map(|choice| other(choice.at)).collect() }
}
