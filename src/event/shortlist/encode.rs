//! An event in numbers, and one question about it.
//!
//! [`Ground`] is read once: needs, OPCs and pairs are numbered in the order of
//! their ids. [`Wishes`] are what the organiser set; a price asks again with one
//! wish changed. Both together make the [`Model`] that the solver sees.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Event, ListingId, Milli, NeedEntry, OpcId, Pair};

use super::super::candidates::{Barred, Candidate, Candidates, Names};
use super::super::ledger::Ledger;
use super::super::timetable::Bounds;
use super::concession::Refusal;
use super::price::Override;

/// Need and OPC by number.
pub(super) type Numbers = (usize, usize);

/// What is known of a pair.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) at: Numbers,
    pub(super) candidate: Candidate,
    pub(super) barred: Option<Barred>,
    /// Whether the ranking knows it; the others are here because a pin names them.
    pub(super) ranked: bool,
}

/// How many meetings one participant has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Limits {
    pub(super) least: u32,
    pub(super) most: u32,
    /// Slots in which it is there: never more than these.
    pub(super) slots: u32,
}

#[derive(Debug)]
pub(super) struct Ground {
    pub(super) needs: Vec<ListingId>,
    pub(super) opcs: Vec<OpcId>,
    /// By [`Known::at`].
    pub(super) pairs: Vec<Known>,
    /// By OPC: never shown at an earlier event.
    pub(super) fresh: Vec<bool>,
    pub(super) total: u32,
    pub(super) floor: Milli,
}

/// What the organiser set.
#[derive(Debug, Clone)]
pub(super) struct Wishes {
    pub(super) needs: Vec<Limits>,
    pub(super) opcs: Vec<Limits>,
    pub(super) pins: BTreeSet<Numbers>,
    /// Meetings of the plan so far that stay.
    pub(super) locked: BTreeSet<Numbers>,
    pub(super) banned: BTreeSet<Numbers>,
    /// Pins and locks that no plan can keep whatever else it does.
    pub(super) refused: Vec<(Pair, Refusal)>,
}

/// How a pair stands in a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// May be chosen.
    Open,
    /// May be chosen where a minimum demands it; that is a concession.
    BelowFloor,
    /// Must be.
    Forced,
}

/// A pair the solver may take; `known` is its place in [`Ground::pairs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) at: Numbers,
    pub(super) worth: i64,
    pub(super) entry: Entry,
    pub(super) known: usize,
}

/// Integers only.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) needs: Vec<Limits>,
    pub(super) opcs: Vec<Limits>,
    pub(super) fresh: Vec<bool>,
    /// In the order of [`Choice::at`].
    pub(super) choices: Vec<Choice>,
    pub(super) total: u32,
}

impl Ground {
    pub(super) fn new(event: &Event, candidates: &Candidates, ledger: &Ledger) -> (Ground, Wishes) {
        let mut names = Names::new(event);
        let bounds = Bounds::of(event);
        let mut entries: BTreeMap<&ListingId, &NeedEntry> = BTreeMap::new();
        event.needs.iter().for_each(|entry| {
            entries.entry(&entry.need).or_insert(entry);
        });
        let needs: Vec<ListingId> = entries.keys().map(|&need| need.clone()).collect();
        let opcs: Vec<OpcId> = candidates.opcs.keys().cloned().collect();
        let need_limits = entries.values().map(|entry| {
            let (least, most) = event.need_limits(entry);
            Limits { least, most, slots: bounds.need(entry) }
        });
        let mut named: BTreeMap<OpcId, &OpcId> = BTreeMap::new();
        for entry in &event.opcs {
            named.entry(names.canonical(&entry.opc)).or_insert(&entry.opc);
        }
        let opc_limits = opcs.iter().map(|opc| {
            let own = named.get(opc).copied().unwrap_or(opc);
            let (least, most) = event.opc_limits(own);
            Limits { least, most, slots: bounds.opc(event, own) }
        });
        let mut wishes = Wishes {
            needs: need_limits.collect(),
            opcs: opc_limits.collect(),
            pins: BTreeSet::new(),
            locked: BTreeSet::new(),
            banned: BTreeSet::new(),
            refused: Vec::new(),
        };
        let ledger = ledger.under(event);
        let mut ground = Ground {
            fresh: opcs.iter().map(|opc| ledger.never_shown(opc)).collect(),
            needs,
            opcs,
            pairs: Vec::new(),
            total: u32::try_from(bounds.meetings).unwrap_or(u32::MAX),
            floor: event.rules.floor,
        };
        let open = candidates.pairs.iter().map(|candidate| (candidate, None));
        let barred = candidates.barred.iter().map(|(candidate, why)| (candidate, Some(*why)));
        for (candidate, barred) in open.chain(barred) {
            if let Some(at) = ground.numbers(&candidate.need, &candidate.opc) {
                ground.pairs.push(Known { at, candidate: candidate.clone(), barred, ranked: true });
            }
        }
        ground.pairs.sort_by_key(|known| known.at);
        ground.pairs.dedup_by_key(|known| known.at);
        for ban in &event.bans {
            let pair = names.pair(&ban.pair);
            wishes.banned.extend(ground.numbers(&pair.need, &pair.opc));
        }
        let locked = event.plan.iter().flat_map(|plan| &plan.meetings).filter(|meeting| meeting.locked);
        let locked: Vec<Pair> = locked.map(|meeting| meeting.pair()).collect();
        for (asked, is_pin) in
            event.pins.iter().map(|pin| (pin, true)).chain(locked.iter().map(|l| (l, false)))
        {
            let pair = names.pair(asked);
            match ground.force(&pair, candidates) {
                Ok(at) if is_pin => drop(wishes.pins.insert(at)),
                Ok(at) => drop(wishes.locked.insert(at)),
                Err(why) => wishes.refused.push((pair, why)),
            }
        }
        wishes.refused.sort();
        wishes.refused.dedup();
        (ground, wishes)
    }

    pub(super) fn numbers(&self, need: &ListingId, opc: &OpcId) -> Option<Numbers> {
        Some((self.needs.binary_search(need).ok()?, self.opcs.binary_search(opc).ok()?))
    }

    pub(super) fn known(&self, at: Numbers) -> Option<usize> {
        self.pairs.binary_search_by_key(&at, |known| known.at).ok()
    }

    pub(super) fn pair(&self, at: Numbers) -> Pair {
        Pair { need: self.needs[at.0].clone(), opc: self.opcs[at.1].clone() }
    }

    /// Makes sure that a pair which has to meet is known.
    fn force(&mut self, pair: &Pair, candidates: &Candidates) -> Result<Numbers, Refusal> {
        let Ok(need) = self.needs.binary_search(&pair.need) else { return Err(Refusal::NeedUnknown) };
        let Ok(opc) = self.opcs.binary_search(&pair.opc) else { return Err(Refusal::OpcUnknown) };
        let at = (need, opc);
        match self.pairs.binary_search_by_key(&at, |known| known.at) {
            Ok(known) if self.pairs[known].barred == Some(Barred::SameOrganisation) => {
                return Err(Refusal::SameOrganisation);
            }
            Ok(_) => {}
            Err(place) => {
                let nothing = Milli(0);
                let candidate = Candidate {
                    need: pair.need.clone(),
                    opc: pair.opc.clone(),
                    capability: candidates.opcs[&pair.opc].clone(),
                    degree: nothing,
                    need_view: nothing,
                    opc_view: nothing,
                    worth: nothing,
                };
                self.pairs.insert(place, Known { at, candidate, barred: None, ranked: false });
            }
        }
        Ok(at)
    }
}

impl Wishes {
    /// The same without one override, which falls back to the event's rules.
    pub(super) fn without(&self, event: &Event, ground: &Ground, gone: &Override) -> Wishes {
        let mut wishes = self.clone();
        let mut names = Names::new(event);
        let rules = &event.rules;
        let need = |need: &ListingId| ground.needs.binary_search(need).ok();
        match gone {
            Override::Pin { need, opc } | Override::Ban { need, opc, .. } => {
                let pair = names.pair(&Pair { need: need.clone(), opc: opc.clone() });
                if let Some(at) = ground.numbers(&pair.need, &pair.opc) {
                    let set = if matches!(gone, Override::Pin { .. }) {
                        &mut wishes.pins
                    } else {
                        &mut wishes.banned
                    };
                    set.remove(&at);
                }
            }
            Override::NeedMin { need: id, .. } => {
                need(id).into_iter().for_each(|n| wishes.needs[n].least = rules.need_min);
            }
            Override::NeedMax { need: id, .. } => {
                need(id).into_iter().for_each(|n| wishes.needs[n].most = rules.need_max);
            }
            Override::OpcMin { opc, .. } | Override::OpcMax { opc, .. } => {
                if let Ok(o) = ground.opcs.binary_search(&names.canonical(opc)) {
                    match gone {
                        Override::OpcMin { .. } => wishes.opcs[o].least = rules.opc_min,
                        _ => wishes.opcs[o].most = rules.opc_max,
                    }
                }
            }
        }
        wishes
    }

    /// Pairs that have to meet, bans apart.
    pub(super) fn forced(&self) -> impl Iterator<Item = Numbers> + '_ {
        self.pins.union(&self.locked).copied().filter(|at| !self.banned.contains(at))
    }

    /// The solver's question, with `kept` forced.
    pub(super) fn model(&self, ground: &Ground, kept: &BTreeSet<Numbers>) -> Model {
        let wanted = |(n, o): Numbers| self.needs[n].least > 0 || self.opcs[o].least > 0;
        let entry = |known: &Known| -> Option<Entry> {
            let (n, o) = known.at;
            let here = self.needs[n].slots > 0 && self.opcs[o].slots > 0;
            let candidate = &known.candidate;
            match () {
                () if kept.contains(&known.at) => Some(Entry::Forced),
                () if self.banned.contains(&known.at) || known.barred.is_some() => None,
                () if !known.ranked || !here => None,
                // A meeting that no minimum asks for is better left out: it would be
                // a concession for nothing, or worth nothing.
                () if candidate.degree < ground.floor => wanted(known.at).then_some(Entry::BelowFloor),
                () if candidate.worth.0 <= 0 => wanted(known.at).then_some(Entry::Open),
                () => Some(Entry::Open),
            }
        };
        let choices = ground.pairs.iter().enumerate().filter_map(|(number, known)| {
            let entry = entry(known)?;
            Some(Choice { at: known.at, worth: known.candidate.worth.0, entry, known: number })
        });
        Model {
            needs: self.needs.clone(),
            opcs: self.opcs.clone(),
            fresh: ground.fresh.clone(),
            choices: choices.collect(),
            total: ground.total,
        }
    }
}
