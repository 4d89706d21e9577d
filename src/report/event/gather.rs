//! From an event and the lists to its view.

use std::collections::BTreeMap;

use crate::domain::{
    Event, FollowUp, Listing, ListingId, LocalTime, Meeting, NeedEntry, OpcId, Origin, Pair, Seat,
    without_blanks,
};
use crate::event::Unplaced;

use super::legible::{legible, one_line};
use super::view::{
    CapabilityName, EventTotals, EventView, FindingView, FollowUpView, MeetingView, NeedView, OpcView,
    SlotView, TableView, TurnView, UnplacedView,
};

/// What stands beside an event and is shown with it.
#[derive(Debug, Clone, Default)]
pub struct EventSources<'a> {
    /// Requirements that the event may name; others are shown by id.
    pub requirements: Vec<&'a Listing>,
    /// Capabilities that take part, and those of meetings.
    pub capabilities: Vec<&'a Listing>,
    /// What came of its pairs; those of other events are passed over.
    pub follow_ups: &'a [FollowUp],
    /// Meetings without a seat.
    pub unplaced: &'a [Unplaced],
    /// What the check of the plan found.
    pub findings: &'a [FindingView],
}

/// The event with names filled in and everything masked.
pub fn event_view(event: &Event, sources: &EventSources<'_>) -> EventView {
    Gathering::new(event, sources).view()
}

/// The ids under which a view of the event shows OPCs, by their own; they differ where
/// a name holds a contact.
pub fn shown_opcs(event: &Event, sources: &EventSources<'_>) -> BTreeMap<OpcId, OpcId> {
    let known = Gathering::new(event, sources).opcs;
    known.into_iter().map(|(own, known)| (own, known.id)).collect()
}

/// An OPC's shown id and name, and what it offers.
struct Known<'a> {
    id: OpcId,
    name: String,
    capabilities: Vec<&'a Listing>,
}

impl<'a> Known<'a> {
    fn new(opc: OpcId, capabilities: Vec<&'a Listing>) -> Known<'a> {
        let Some(first) = capabilities.first() else {
            let masked = one_line(&opc.0);
            return Known { id: OpcId(masked.clone()), name: masked, capabilities };
        };
        let party = one_line(&first.party.name);
        // An id has no blanks, so a number in it may have grown together with its
        // neighbours and be known no more: what tells is the name that it was made from.
        let shown = |name: &str| without_blanks(&one_line(name)) == without_blanks(name);
        let id = if shown(&opc.0) && capabilities.iter().all(|c| shown(&c.party.name)) {
            opc
        } else {
            OpcId(format!("{}#{}", without_blanks(&party), first.id))
        };
        let name = if party.is_empty() { one_line(&first.title) } else { party };
        Known { id, name, capabilities }
    }
}

struct Gathering<'a> {
    event: &'a Event,
    sources: &'a EventSources<'a>,
    requirements: BTreeMap<&'a ListingId, &'a Listing>,
    capabilities: BTreeMap<&'a ListingId, &'a Listing>,
    opcs: BTreeMap<OpcId, Known<'a>>,
    follow_ups: BTreeMap<Pair, &'a FollowUp>,
}

impl<'a> Gathering<'a> {
    fn new(event: &'a Event, sources: &'a EventSources<'a>) -> Gathering<'a> {
        let follow_ups = sources.follow_ups.iter().filter(|f| f.event == event.id);
        let mut gathering = Gathering {
            event,
            sources,
            requirements: sources.requirements.iter().map(|l| (&l.id, *l)).collect(),
            capabilities: sources.capabilities.iter().map(|l| (&l.id, *l)).collect(),
            opcs: BTreeMap::new(),
            follow_ups: follow_ups.map(|f| (f.pair.clone(), f)).collect(),
        };
        gathering.know_opcs();
        gathering
    }

    /// Whoever takes part, has an entry, or is in a meeting.
    fn know_opcs(&mut self) {
        let mut offers: BTreeMap<OpcId, Vec<&'a Listing>> = BTreeMap::new();
        let entries = self.event.opcs.iter().map(|entry| &entry.opc);
        let met = self.meetings().iter().map(|meeting| &meeting.opc);
        let unplaced = self.sources.unplaced.iter().map(|unplaced| &unplaced.opc);
        for opc in entries.chain(met).chain(unplaced) {
            offers.entry(opc.clone()).or_default();
        }
        for capability in self.capabilities.values() {
            let opc = OpcId(self.event.organisation(&OpcId::of(capability).0));
            if !self.event.named_opcs_only || offers.contains_key(&opc) {
                offers.entry(opc).or_default().push(capability);
            }
        }
        let known =
            offers.into_iter().map(|(opc, capabilities)| (opc.clone(), Known::new(opc, capabilities)));
        self.opcs = known.collect();
    }

    fn meetings(&self) -> &'a [Meeting] {
        self.event.plan.as_ref().map_or(&[], |plan| plan.meetings.as_slice())
    }

    /// Title and party of a need; one that is not in the lists is shown by its id.
    fn need(&self, id: &ListingId) -> (String, String) {
        match self.requirements.get(id) {
            Some(listing) => (one_line(&listing.title), one_line(&listing.party.name)),
            None => (id.0.clone(), String::new()),
        }
    }

    fn opc(&self, opc: &OpcId) -> (OpcId, String) {
        match self.opcs.get(opc) {
            Some(known) => (known.id.clone(), known.name.clone()),
            None => (OpcId(one_line(&opc.0)), one_line(&opc.0)),
        }
    }

    fn times(&self, seat: Seat) -> Option<(LocalTime, LocalTime)> {
        let slot = self.event.frame.slots.get(usize::from(seat.slot))?;
        Some((slot.starts, later(slot.starts, slot.minutes)))
    }

    fn view(&self) -> EventView {
        let mut planned: Vec<&Meeting> = self.meetings().iter().collect();
        planned.sort_by_key(|m| (m.seat.is_none(), m.seat, m.need.clone(), m.opc.clone()));
        let meetings: Vec<MeetingView> = planned.iter().map(|meeting| self.meeting(meeting)).collect();
        let mut of_need = positions(&planned, |m| Some(&m.need));
        let mut of_opc = positions(&planned, |m| Some(&m.opc));
        let needs = self.event.needs.iter().map(|e| self.need_view(e, of_need.remove(&e.need)));
        let needs: Vec<NeedView> = needs.collect();
        let opcs = self.opcs.iter().map(|(opc, known)| self.opc_view(opc, known, of_opc.remove(opc)));
        let opcs: Vec<OpcView> = opcs.collect();
        let unmet_needs = unmet(needs.iter().map(|n| (n.absent, n.meetings.is_empty())));
        let unmet_opcs = unmet(opcs.iter().map(|o| (o.absent, o.meetings.is_empty())));
        let there = needs.iter().filter(|n| !n.absent).count();
        let opcs_there = opcs.iter().filter(|o| !o.absent).count();
        let sum: f64 = meetings.iter().map(|m| m.degree).sum();
        EventView {
            id: self.event.id.clone(),
            name: one_line(&self.event.name),
            theme: one_line(&self.event.theme),
            place: one_line(&self.event.place),
            revision: self.event.revision,
            held: self.event.held,
            totals: EventTotals {
                needs: there,
                needs_met: there - unmet_needs.len(),
                opcs: opcs_there,
                opcs_met: opcs_there - unmet_opcs.len(),
                meetings: meetings.len(),
                seated: planned.iter().filter(|m| m.seat.is_some()).count(),
                mean_degree: (!meetings.is_empty()).then(|| sum / meetings.len() as f64),
                signed: meetings
                    .iter()
                    .filter(|m| m.follow_up.as_ref().is_some_and(|f| f.signed_on.is_some()))
                    .count(),
            },
            slots: self.slots(&planned),
            tables: self.tables(&planned),
            stage: self.stage(),
            unplaced: self.sources.unplaced.iter().map(|unplaced| self.unplaced(unplaced)).collect(),
            findings: self.findings(),
            meetings,
            needs,
            opcs,
            unmet_needs,
            unmet_opcs,
        }
    }

    fn meeting(&self, meeting: &Meeting) -> MeetingView {
        let (need_title, need_party) = self.need(&meeting.need);
        let (opc, opc_name) = self.opc(&meeting.opc);
        let capability = self.capabilities.get(&meeting.capability);
        let times = meeting.seat.and_then(|seat| self.times(seat));
        MeetingView {
            need: meeting.need.clone(),
            need_title,
            need_party,
            opc,
            opc_name,
            capability: meeting.capability.clone(),
            capability_title: capability.map_or(meeting.capability.0.clone(), |c| one_line(&c.title)),
            degree: meeting.degree.degrees(),
            need_view: meeting.need_view.degrees(),
            opc_view: meeting.opc_view.degrees(),
            worth: meeting.worth.degrees(),
            slot: meeting.seat.map(|seat| seat.slot.saturating_add(1)),
            table: meeting.seat.map(|seat| seat.table.saturating_add(1)),
            starts: times.map(|(starts, _)| starts),
            ends: times.map(|(_, ends)| ends),
            pinned: meeting.origin == Origin::Pinned,
            locked: meeting.locked,
            follow_up: self.follow_ups.get(&meeting.pair()).map(|f| FollowUpView {
                state: f.state,
                rejection: f.rejection,
                owner: one_line(&f.owner),
                signed_on: f.signed_on,
                note: f.steps.last().map_or(String::new(), |step| legible(&step.note)),
            }),
        }
    }

    fn need_view(&self, entry: &NeedEntry, meetings: Option<Vec<usize>>) -> NeedView {
        let (title, party) = self.need(&entry.need);
        let (min, max) = self.event.need_limits(entry);
        NeedView {
            need: entry.need.clone(),
            title,
            party,
            min,
            max,
            absent: entry.absent,
            on_stage: entry.on_stage,
            away: entry.away.iter().map(|slot| slot.saturating_add(1)).collect(),
            table: entry.table.map(|table| table.saturating_add(1)),
            meetings: meetings.unwrap_or_default(),
        }
    }

    fn opc_view(&self, opc: &OpcId, known: &Known<'_>, meetings: Option<Vec<usize>>) -> OpcView {
        let (min, max) = self.event.opc_limits(opc);
        let entry = self.event.opc_entry(opc);
        let offers = known.capabilities.iter();
        OpcView {
            opc: known.id.clone(),
            name: known.name.clone(),
            capabilities: offers
                .map(|c| CapabilityName { id: c.id.clone(), title: one_line(&c.title) })
                .collect(),
            min,
            max,
            absent: entry.is_some_and(|entry| entry.absent),
            away: entry.map_or(Vec::new(), |e| e.away.iter().map(|slot| slot.saturating_add(1)).collect()),
            meetings: meetings.unwrap_or_default(),
        }
    }

    fn slots(&self, planned: &[&Meeting]) -> Vec<SlotView> {
        let mut at = positions(planned, |m| m.seat.map(|seat| seat.slot));
        let slots = self.event.frame.slots.iter().zip(0u16..);
        slots
            .map(|(slot, number)| SlotView {
                number: number.saturating_add(1),
                starts: slot.starts,
                ends: later(slot.starts, slot.minutes),
                meetings: at.remove(&number).unwrap_or_default(),
            })
            .collect()
    }

    fn tables(&self, planned: &[&Meeting]) -> Vec<TableView> {
        let mut at = positions(planned, |m| m.seat.map(|seat| seat.table));
        for table in 0..self.event.frame.tables {
            at.entry(table).or_default();
        }
        at.into_iter()
            .map(|(table, meetings)| TableView { number: table.saturating_add(1), meetings })
            .collect()
    }

    fn stage(&self) -> Vec<TurnView> {
        let Some(plan) = &self.event.plan else { return Vec::new() };
        let mut next = self.event.frame.stage.as_ref().map(|stage| (stage.starts, stage.minutes_each));
        let mut turns = Vec::new();
        for (place, need) in plan.stage.iter().enumerate() {
            let (title, party) = self.need(need);
            let starts = next.map(|(starts, _)| starts);
            next = next.map(|(starts, minutes)| (later(starts, minutes), minutes));
            let ends = next.map(|(ends, _)| ends);
            turns.push(TurnView { place: place + 1, need: need.clone(), title, party, starts, ends });
        }
        turns
    }

    fn unplaced(&self, unplaced: &Unplaced) -> UnplacedView {
        let (opc, opc_name) = self.opc(&unplaced.opc);
        let said = Unplaced { opc: OpcId(opc_name.clone()), ..unplaced.clone() };
        UnplacedView {
            need: unplaced.need.clone(),
            need_title: self.need(&unplaced.need).0,
            opc,
            opc_name,
            zh: one_line(&said.zh()),
            en: one_line(&said.en()),
        }
    }

    fn findings(&self) -> Vec<FindingView> {
        let found = self.sources.findings.iter();
        found
            .map(|f| FindingView { severity: f.severity.clone(), zh: one_line(&f.zh), en: one_line(&f.en) })
            .collect()
    }
}

/// The end of something that begins at `starts`; the last moment there is, when it would lie beyond.
fn later(starts: LocalTime, minutes: u16) -> LocalTime {
    starts.saturating_add(jiff::Span::new().minutes(minutes))
}

/// Positions of the meetings under what `key` says of them.
fn positions<'a, K: Ord>(
    planned: &[&'a Meeting],
    key: impl Fn(&'a Meeting) -> Option<K>,
) -> BTreeMap<K, Vec<usize>> {
    let mut of: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (position, meeting) in planned.iter().enumerate() {
        if let Some(key) = key(meeting) {
            of.entry(key).or_default().push(position);
        }
    }
    of
}

/// Positions of those who are there and have no meeting.
fn unmet(all: impl Iterator<Item = (bool, bool)>) -> Vec<usize> {
    all.enumerate().filter(|(_, (absent, idle))| !absent && *idle).map(|(position, _)| position).collect()
}
