//! Whether the right ones meet: known, taking part, allowed, and for what they are worth.

use std::collections::BTreeSet;

use crate::domain::{Event, Meeting, Milli, Origin, Pair, Plan};

use super::people::People;
use super::{Facts, Fault};

/// A degree is rounded to thousandths on its way here.
const ROUNDING: i64 = 1;

pub(super) fn look(event: &Event, plan: &Plan, facts: &Facts, people: &People<'_>, faults: &mut Vec<Fault>) {
    let under_one_name = |pair: &Pair| people.pair(&pair.need, &pair.opc);
    let bans: BTreeSet<Pair> = event.bans.iter().map(|ban| under_one_name(&ban.pair)).collect();
    let met: BTreeSet<Pair> = facts.met.iter().map(under_one_name).collect();
    let mut seen = BTreeSet::new();
    for meeting in &plan.meetings {
        let (need, opc) = (meeting.need.clone(), meeting.opc.clone());
        let pair = people.pair(&need, &opc);
        let pinned = people.pins.contains(&pair);
        known(meeting, facts, people, faults);
        if people.need(&need).is_none() {
            faults.push(Fault::NeedNotTakingPart { need: need.clone(), opc: opc.clone() });
        }
        if !people.takes_part(&pair.opc) {
            faults.push(Fault::OpcNotTakingPart { need: need.clone(), opc: opc.clone() });
        }
        if bans.contains(&pair) {
            faults.push(Fault::Banned { need: need.clone(), opc: opc.clone() });
        }
        if met.contains(&pair) && !event.rules.meet_again && !pinned {
            faults.push(Fault::MetBefore { need: need.clone(), opc: opc.clone() });
        }
        if pinned != (meeting.origin == Origin::Pinned) {
            faults.push(Fault::OriginNotAsPinned { need: need.clone(), opc: opc.clone(), pinned });
        }
        if meeting.degree < event.rules.floor && !pinned {
            let (degree, floor) = (meeting.degree, event.rules.floor);
            faults.push(Fault::BelowFloor { need: need.clone(), opc: opc.clone(), degree, floor });
        }
        worth(event, meeting, faults);
        if !seen.insert(pair) {
            faults.push(Fault::DuplicatePair { need, opc });
        }
    }
    for pin in people.pins.difference(&seen) {
        let there = people.need(&pin.need).is_some_and(|entry| !entry.absent)
            && people.takes_part(&pin.opc)
            && !people.is_absent(&pin.opc);
        faults.push(Fault::MissingPin { need: pin.need.clone(), opc: pin.opc.clone(), impossible: !there });
    }
}

/// Against the lists: ids, owner, organisation, degree.
fn known(meeting: &Meeting, facts: &Facts, people: &People<'_>, faults: &mut Vec<Fault>) {
    let (need, opc, capability) = (&meeting.need, &meeting.opc, &meeting.capability);
    let person = people.person(opc);
    let owner = facts.capabilities.get(capability);
    let listed = people.is_listed(&person);
    if !facts.needs.contains_key(need) {
        faults.push(Fault::UnknownNeed { need: need.clone(), opc: opc.clone() });
    }
    if !listed {
        faults.push(Fault::UnknownOpc { need: need.clone(), opc: opc.clone() });
    }
    match owner {
        None => faults.push(Fault::UnknownCapability {
            need: need.clone(),
            opc: opc.clone(),
            capability: capability.clone(),
        }),
        Some(owner) if listed && people.person(&owner.opc) != person => {
            faults.push(Fault::CapabilityOfAnother {
                need: need.clone(),
                opc: opc.clone(),
                capability: capability.clone(),
                owner: owner.opc.clone(),
            });
        }
        Some(_) => {}
    }
    let asks = facts.needs.get(need).map(|name| people.organisation(name)).unwrap_or_default();
    let offers = owner.map(|owner| people.organisation(&owner.organisation)).unwrap_or_default();
    if !asks.is_empty() && (asks == person.0 || asks == offers) {
        faults.push(Fault::ConflictOfInterest { need: need.clone(), opc: opc.clone(), organisation: asks });
    }
    if let Some(&ranked) = facts.degrees.get(&(need.clone(), capability.clone()))
        && (ranked.0 - meeting.degree.0).abs() > ROUNDING
    {
        let degree = meeting.degree;
        faults.push(Fault::DegreeNotAsRanked { need: need.clone(), opc: opc.clone(), degree, ranked });
    }
}

/// The degree, or the product of the two views.
fn worth(event: &Event, meeting: &Meeting, faults: &mut Vec<Fault>) {
    let (ruled, rounding) = if event.rules.reciprocal {
        let product = i128::from(meeting.need_view.0) * i128::from(meeting.opc_view.0);
        let rounded = (product + 50_000).div_euclid(100_000);
        (Milli(i64::try_from(rounded).unwrap_or(i64::MAX)), ROUNDING)
    } else {
        (meeting.degree, 0)
    };
    if meeting.worth.0.abs_diff(ruled.0) > rounding.unsigned_abs() {
        let (need, opc, worth) = (meeting.need.clone(), meeting.opc.clone(), meeting.worth);
        faults.push(Fault::WorthNotAsRuled { need, opc, worth, ruled });
    }
}
