//! A shortlist at tables × slots.
//!
//! Needs sit, OPCs walk: as many needs as possible get a table of their own for
//! the whole event. Two needs may share a table when their meetings together fit
//! its slots; the table is then one row of [`super::placing`], so that sharing
//! never costs a meeting. Locked meetings stay; where a meeting had a seat
//! already, it keeps it if that takes nobody's place.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Event, ListingId, Meeting, NeedEntry, OpcEntry, OpcId, Seat};

use super::placing::{Engaged, MOST_SLOTS, Placing, SlotSet, Talk, gaps};
use super::unplaced::{Unplaceable, Unplaced};
use super::watch::{Phase, Poll, Stopped, Watch, unwatched};

/// What a timetable came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, utoipa::ToSchema)]
pub struct TimetableFigures {
    /// Meetings with a seat.
    pub placed: usize,
    /// Slots in which some meeting takes place.
    pub slots_used: usize,
    /// Needs that sit at one table throughout.
    pub needs_at_one_table: usize,
    /// Needs that have to change tables.
    pub needs_moving: usize,
    /// Idle slots between two meetings, over all OPCs.
    pub opc_gaps: u32,
    /// The same over all needs.
    pub need_gaps: u32,
    /// Meetings that had a seat before and have another now.
    pub moved: usize,
}

/// A timetable, as far as one could be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timetable {
    /// The meetings given, in their order, seats set anew.
    pub meetings: Vec<Meeting>,
    /// Those without a seat, and why.
    pub unplaced: Vec<Unplaced>,
    /// What it came to.
    pub figures: TimetableFigures,
}

/// What a shortlist must keep to, so that it can be timetabled (see [`super::placing`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Meetings in all, at most.
    pub meetings: usize,
    /// Slots of the frame that a planner may use.
    slots: usize,
}

impl Bounds {
    /// Bounds of an event's frame.
    pub fn of(event: &Event) -> Bounds {
        let slots = event.frame.slots.len().min(MOST_SLOTS);
        Bounds { meetings: slots * usize::from(event.frame.tables), slots }
    }

    /// Meetings a need can have at most: the slots in which it is there.
    pub fn need(&self, entry: &NeedEntry) -> u32 {
        if entry.absent { 0 } else { present(self.slots, &entry.away).count_ones() }
    }

    /// Meetings an OPC can have at most.
    pub fn opc(&self, event: &Event, opc: &OpcId) -> u32 {
        opc_slots(event, opc, self.slots).count_ones()
    }
}

fn all(slots: usize) -> SlotSet {
    if slots >= MOST_SLOTS { SlotSet::MAX } else { (1 << slots) - 1 }
}

fn present(slots: usize, away: &BTreeSet<u16>) -> SlotSet {
    let gone = away.iter().filter(|&&slot| usize::from(slot) < MOST_SLOTS).map(|&slot| 1 << slot);
    all(slots) & !gone.fold(0, |set, slot: SlotSet| set | slot)
}

/// The entries of an OPC under any of its names.
fn entries_of<'a>(event: &'a Event, opc: &OpcId) -> impl Iterator<Item = &'a OpcEntry> {
    let person = event.organisation(&opc.0);
    event.opcs.iter().filter(move |entry| event.organisation(&entry.opc.0) == person)
}

fn opc_slots(event: &Event, opc: &OpcId, slots: usize) -> SlotSet {
    let entries = entries_of(event, opc);
    entries.fold(all(slots), |set, entry| if entry.absent { 0 } else { set & present(slots, &entry.away) })
}

/// Gives every meeting a seat, as far as that can be done.
///
/// Locked meetings keep theirs. Others that have one keep it if that takes
/// nobody's place. A frame of more than 128 slots is used up to there.
pub fn timetable(event: &Event, meetings: &[Meeting]) -> Timetable {
    made(event, meetings, &Poll::new(&unwatched, Phase::Seating, Some(1)))
}

/// The same, stopped when `watch` says so.
///
/// # Errors
/// [`Stopped`].
pub fn timetable_watched(
    event: &Event,
    meetings: &[Meeting],
    watch: &Watch<'_>,
) -> Result<Timetable, Stopped> {
    let poll = Poll::new(watch, Phase::Seating, Some(1));
    poll.tell(0)?;
    let made = made(event, meetings, &poll);
    poll.check()?;
    poll.tell(1)?;
    Ok(made)
}

fn made(event: &Event, meetings: &[Meeting], poll: &Poll<'_>) -> Timetable {
    let slots = event.frame.slots.len().min(MOST_SLOTS);
    let tables = usize::from(event.frame.tables);
    let encoded = Encoded::new(event, meetings, slots, tables);
    encoded.solve(event, meetings, poll)
}

fn reason(present: SlotSet, engaged: Engaged) -> (Unplaceable, Vec<usize>) {
    let why = if engaged.need == present {
        Unplaceable::NeedBusy
    } else if engaged.column == present {
        Unplaceable::OpcBusy
    } else if engaged.need | engaged.column == present {
        Unplaceable::OneOfThemBusy
    } else {
        Unplaceable::TablesTaken
    };
    (why, engaged.locked)
}

/// Meetings as talks between numbered needs and OPCs.
struct Encoded {
    slots: usize,
    tables: usize,
    needs: Vec<ListingId>,
    opcs: Vec<OpcId>,
    /// For each meeting its talk; `None` when it cannot be placed whatever else is.
    talk_of: Vec<Option<usize>>,
    hopeless: BTreeMap<usize, Unplaceable>,
    talks: Vec<Talk>,
    meeting_of: Vec<usize>,
    /// The table of a need that stays at one.
    home: Vec<Option<usize>>,
    /// The table that a need has given up; it still sits there when it can.
    former_home: Vec<Option<usize>>,
    /// Whether that table was set by the organiser.
    home_is_set: Vec<bool>,
}

impl Encoded {
    fn new(event: &Event, meetings: &[Meeting], slots: usize, tables: usize) -> Encoded {
        let needs: Vec<ListingId> =
            meetings.iter().map(|m| m.need.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        // One organisation under several names sits at one table at a time.
        let person = |opc: &OpcId| OpcId(event.organisation(&opc.0));
        let opcs: Vec<OpcId> =
            meetings.iter().map(|m| person(&m.opc)).collect::<BTreeSet<_>>().into_iter().collect();
        let need_slots: Vec<Option<SlotSet>> = needs
            .iter()
            .map(|need| event.need_entry(need).filter(|entry| !entry.absent).map(|e| present(slots, &e.away)))
            .collect();
        // By person, so that thousands of entries are gone through once.
        let mut entries: BTreeMap<OpcId, (SlotSet, bool)> = BTreeMap::new();
        for entry in &event.opcs {
            let known = entries.entry(person(&entry.opc)).or_insert((all(slots), false));
            known.0 &= present(slots, &entry.away);
            known.1 |= entry.absent;
        }
        let there = |opc: &OpcId| entries.get(opc).copied().unwrap_or((all(slots), false));
        let absent: Vec<bool> = opcs.iter().map(|opc| there(opc).1).collect();
        let opc_slots: Vec<SlotSet> = opcs.iter().map(|opc| there(opc).0).collect();
        let mut encoded = Encoded {
            slots,
            tables,
            home: vec![None; needs.len()],
            former_home: vec![None; needs.len()],
            home_is_set: vec![false; needs.len()],
            needs,
            opcs,
            talk_of: vec![None; meetings.len()],
            hopeless: BTreeMap::new(),
            talks: Vec::new(),
            meeting_of: Vec::new(),
        };
        let mut locked_seats: BTreeSet<(u16, u16)> = BTreeSet::new();
        let mut locked_people: BTreeSet<(u16, bool, usize)> = BTreeSet::new();
        for (number, meeting) in meetings.iter().enumerate() {
            let need = encoded.needs.binary_search(&meeting.need).unwrap_or_default();
            let opc = encoded.opcs.binary_search(&person(&meeting.opc)).unwrap_or_default();
            let allowed = need_slots[need].unwrap_or_default() & opc_slots[opc];
            let locked = meeting.seat.filter(|_| meeting.locked);
            let outside = |seat: Seat| {
                usize::from(seat.slot) >= slots
                    || usize::from(seat.table) >= tables
                    || allowed & (1 << seat.slot) == 0
            };
            let why = if slots == 0 || tables == 0 {
                Some(Unplaceable::NoRoomAtAll)
            } else if need_slots[need].is_none() {
                Some(Unplaceable::NeedAbsent)
            } else if absent[opc] {
                Some(Unplaceable::OpcAbsent)
            } else if let Some(seat) = locked.filter(|&seat| outside(seat)) {
                Some(Unplaceable::LockOutside { seat })
            } else if let Some(seat) = locked.filter(|seat| {
                !(locked_people.insert((seat.slot, true, need))
                    & locked_people.insert((seat.slot, false, opc))
                    & locked_seats.insert((seat.slot, seat.table)))
            }) {
                Some(Unplaceable::LockTaken { seat })
            } else if allowed == 0 {
                Some(Unplaceable::NeverTogether)
            } else {
                None
            };
            if let Some(why) = why {
                encoded.hopeless.insert(number, why);
                continue;
            }
            encoded.talk_of[number] = Some(encoded.talks.len());
            encoded.meeting_of.push(number);
            encoded.talks.push(Talk {
                row: 0,
                need,
                column: opc,
                present: allowed,
                allowed,
                locked: locked.map(|seat| usize::from(seat.slot)),
                before: meeting.seat.map(|seat| usize::from(seat.slot)).filter(|&slot| slot < slots),
            });
        }
        encoded.find_homes(event, meetings);
        encoded
    }

    /// Gives needs tables of their own, several needs to a table where there are more needs than tables.
    fn find_homes(&mut self, event: &Event, meetings: &[Meeting]) {
        let mut talks = vec![0usize; self.needs.len()];
        let mut locked_at: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.needs.len()];
        let mut was_at: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); self.needs.len()];
        for (talk, &number) in self.talks.iter().zip(&self.meeting_of) {
            talks[talk.need] += 1;
            if let Some(seat) = meetings[number].seat {
                if talk.locked.is_some() {
                    locked_at[talk.need].insert(usize::from(seat.table));
                }
                *was_at[talk.need].entry(usize::from(seat.table)).or_default() += 1;
            }
        }
        let mut load = vec![0usize; self.tables];
        for (need, &talks) in talks.iter().enumerate() {
            let set = event.need_entry(&self.needs[need]).and_then(|entry| entry.table).map(usize::from);
            // A lock elsewhere is the organiser's own exception; the rest sit at the table set.
            if let Some(table) = set.filter(|&table| table < self.tables) {
                (self.home[need], self.home_is_set[need]) = (Some(table), true);
                load[table] += talks;
            }
        }
        let mut rest: Vec<usize> =
            (0..self.needs.len()).filter(|&need| self.home[need].is_none() && talks[need] > 0).collect();
        rest.sort_by_key(|&need| (Reverse(locked_at[need].len()), Reverse(talks[need]), need));
        for need in rest {
            let fits =
                |table: usize, load: &[usize]| table < self.tables && load[table] + talks[need] <= self.slots;
            let locked = locked_at[need].iter().copied().next();
            let earlier = was_at[need].iter().max_by_key(|(table, count)| (**count, Reverse(**table)));
            let table = match (locked, earlier) {
                (Some(_), _) if locked_at[need].len() > 1 => None,
                (Some(table), _) => Some(table).filter(|&table| fits(table, &load)),
                (None, Some((&table, _))) if fits(table, &load) => Some(table),
                // The emptiest table, so that needs get one each while there are enough.
                (None, _) => (0..self.tables).filter(|&t| fits(t, &load)).min_by_key(|&t| (load[t], t)),
            };
            if let Some(table) = table {
                self.home[need] = Some(table);
                load[table] += talks[need];
            }
        }
    }

    fn solve(mut self, event: &Event, meetings: &[Meeting], poll: &Poll<'_>) -> Timetable {
        let mut locked = vec![0 as SlotSet; self.needs.len()];
        for (talk, &number) in self.talks.iter_mut().zip(&self.meeting_of) {
            talk.row = self.home[talk.need].unwrap_or(self.tables + talk.need);
            if let (Some(slot), Some(seat)) = (talk.locked, meetings[number].seat) {
                talk.row = usize::from(seat.table);
                locked[talk.need] |= 1 << slot;
            }
        }
        for talk in self.talks.iter_mut().filter(|talk| talk.locked.is_none()) {
            talk.allowed &= !locked[talk.need];
        }
        let unlocked = |need: &ListingId| event.need_entry(need).is_none_or(|entry| entry.away.is_empty());
        let easy = self.talks.iter().all(|talk| talk.before.is_none())
            && event.opcs.iter().all(|entry| entry.away.is_empty())
            && self.needs.iter().all(unlocked);
        if easy {
            self.use_first_slots_only();
        }
        let mut talks = std::mem::take(&mut self.talks);
        let rows = self.tables + self.needs.len();
        let mut placing =
            Placing::new(&mut talks, rows, self.needs.len(), self.opcs.len(), self.slots, self.tables, poll);
        placing.place_all();
        self.give_up_homes(&mut placing);
        placing.close_gaps();
        let slots = placing.slots();
        let why: BTreeMap<usize, (Unplaceable, Vec<usize>)> = (0..slots.len())
            .filter(|&talk| slots[talk].is_none())
            .map(|talk| (talk, reason(placing.talk(talk).present, placing.engaged(talk))))
            .collect();
        self.decode(meetings, &talks, &slots, &why)
    }

    /// Nothing stands in the way: by König as many slots as the busiest has meetings
    /// are enough, and the rest of the day stays free.
    fn use_first_slots_only(&mut self) {
        let mut rows = vec![0usize; self.tables + self.needs.len()];
        let mut columns = vec![0usize; self.opcs.len()];
        for talk in &self.talks {
            rows[talk.row] += 1;
            columns[talk.column] += 1;
        }
        let busiest = rows.iter().chain(&columns).copied().max().unwrap_or_default();
        let enough = busiest.max(self.talks.len().div_ceil(self.tables.max(1)));
        for talk in &mut self.talks {
            talk.allowed &= all(enough.min(self.slots));
        }
    }

    /// A need whose meetings do not all fit its table gives it up, and if that is not
    /// enough all do, unless the organiser set it: a seat at another table is better
    /// than none.
    fn give_up_homes(&mut self, placing: &mut Placing<'_>) {
        let homeless = |placing: &Placing<'_>| -> BTreeSet<usize> {
            let slots = placing.slots();
            let stuck = (0..slots.len()).filter(|&talk| slots[talk].is_none());
            stuck.map(|talk| placing.talk(talk).need).collect()
        };
        let stuck = homeless(placing);
        self.give_up(placing, |need| stuck.contains(&need));
        if !homeless(placing).is_empty() {
            self.give_up(placing, |_| true);
        }
    }

    /// Taken back when it places nobody.
    fn give_up(&mut self, placing: &mut Placing<'_>, who: impl Fn(usize) -> bool) {
        let (homes, former) = (self.home.clone(), self.former_home.clone());
        let (before, open) = (placing.standing(), placing.open());
        for need in 0..self.needs.len() {
            if self.home[need].is_some() && !self.home_is_set[need] && who(need) {
                self.former_home[need] = self.home[need].take();
                placing.move_to_row(need, self.tables + need);
            }
        }
        placing.place_rest();
        if placing.open() >= open {
            (self.home, self.former_home) = (homes, former);
            placing.stand(&before);
        }
    }

    fn decode(
        self,
        meetings: &[Meeting],
        talks: &[Talk],
        slots: &[Option<usize>],
        why: &BTreeMap<usize, (Unplaceable, Vec<usize>)>,
    ) -> Timetable {
        let tables = self.tables_of(meetings, talks, slots);
        let mut placed: Vec<Meeting> = meetings.to_vec();
        let mut unplaced = Vec::new();
        let mut figures = TimetableFigures::default();
        let mut need_slots = vec![0 as SlotSet; self.needs.len()];
        let mut opc_slots = vec![0 as SlotSet; self.opcs.len()];
        let mut need_tables: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.needs.len()];
        let mut used: SlotSet = 0;
        for (number, meeting) in placed.iter_mut().enumerate() {
            let before = meeting.seat;
            meeting.seat = None;
            let (why, locked) = match (self.talk_of[number], self.hopeless.get(&number)) {
                (Some(talk), _) => match (slots[talk], tables[talk]) {
                    (Some(slot), Some(table)) => {
                        let Talk { need, column, .. } = talks[talk];
                        meeting.seat = Some(Seat { slot: slot as u16, table: table as u16 });
                        figures.moved += usize::from(before.is_some() && before != meeting.seat);
                        figures.placed += 1;
                        need_slots[need] |= 1 << slot;
                        opc_slots[column] |= 1 << slot;
                        used |= 1 << slot;
                        need_tables[need].insert(table);
                        continue;
                    }
                    _ => why.get(&talk).cloned().unwrap_or((Unplaceable::TablesTaken, Vec::new())),
                },
                (None, why) => (why.cloned().unwrap_or(Unplaceable::NoRoomAtAll), Vec::new()),
            };
            let locked_in_the_way =
                locked.iter().filter_map(|&t| meetings[self.meeting_of[t]].seat).collect();
            unplaced.push(Unplaced {
                need: meeting.need.clone(),
                opc: meeting.opc.clone(),
                why,
                locked_in_the_way,
            });
        }
        figures.slots_used = used.count_ones() as usize;
        figures.need_gaps = need_slots.iter().map(|&set| gaps(set)).sum();
        figures.opc_gaps = opc_slots.iter().map(|&set| gaps(set)).sum();
        figures.needs_at_one_table = need_tables.iter().filter(|tables| tables.len() == 1).count();
        figures.needs_moving = need_tables.iter().filter(|tables| tables.len() > 1).count();
        Timetable { meetings: placed, unplaced, figures }
    }

    /// The table of every placed talk. A need with a home sits there; others take,
    /// slot by slot, the table they had last, or the first free one.
    fn tables_of(&self, meetings: &[Meeting], talks: &[Talk], slots: &[Option<usize>]) -> Vec<Option<usize>> {
        let mut taken = vec![vec![false; self.tables]; self.slots];
        let mut tables = vec![None; talks.len()];
        let seat_before = |talk: usize| meetings[self.meeting_of[talk]].seat;
        for (talk, slot) in slots.iter().enumerate() {
            let Some(slot) = *slot else { continue };
            let locked = talks[talk].locked.and(seat_before(talk)).map(|seat| usize::from(seat.table));
            if let Some(table) = locked.or(self.home[talks[talk].need]) {
                tables[talk] = Some(table);
                taken[slot][table] = true;
            }
        }
        let mut floating: Vec<usize> =
            (0..talks.len()).filter(|&t| slots[t].is_some() && tables[t].is_none()).collect();
        floating.sort_by_key(|&talk| (talks[talk].need, slots[talk]));
        let mut last: BTreeMap<usize, usize> = BTreeMap::new();
        for talk in floating {
            let Some(slot) = slots[talk] else { continue };
            let wished =
                [last.get(&talks[talk].need).copied(), seat_before(talk).map(|s| usize::from(s.table))];
            let free = |table: &usize| *table < self.tables && !taken[slot][*table];
            let table = wished.into_iter().flatten().find(free).or_else(|| (0..self.tables).find(free));
            if let Some(table) = table {
                taken[slot][table] = true;
                tables[talk] = Some(table);
                last.insert(talks[talk].need, table);
            }
        }
        tables
    }
}
