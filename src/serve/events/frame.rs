//! A new event from a few figures, and the sizes within which any event lies.

use std::collections::BTreeSet;

use jiff::civil::Weekday;
use jiff::{Span, ToSpan};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::{Date, Event, EventId, Frame, ListingId, LocalTime, Milli, NeedEntry, Rules, Slot};

use super::super::problem::Problem;

/// Tables unless asked otherwise.
const TABLES: u16 = 10;
/// Slots unless asked otherwise: with the breaks, an afternoon from two to half past four.
const SLOTS: u16 = 8;
/// Minutes of a meeting unless asked otherwise.
const MINUTES: u16 = 15;
/// Minutes to change tables in, unless asked otherwise.
const BREAK_MINUTES: u16 = 5;
/// An event is at least so many days off unless asked otherwise: people have to be invited.
const DAYS_AHEAD: i32 = 14;

/// The most tables a room may have.
const MOST_TABLES: u16 = 500;
/// The most slots: as many as the timetable uses.
const MOST_SLOTS: usize = 128;
/// The most needs that may take part.
const MOST_NEEDS: usize = 1_000;
/// The most pins, bans, interests, entries of OPCs, groups of names, meetings.
const MOST_ENTRIES: usize = 20_000;
/// Characters of a name or place.
const MOST_NAME: usize = 200;
/// Characters of any other text.
const MOST_TEXT: usize = 2_000;

/// An event to begin: `needs` and a name; the rest has defaults.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEvent {
    /// What it is called.
    name: String,
    /// What it is about.
    #[serde(default)]
    theme: String,
    /// Where it is held.
    #[serde(default)]
    place: String,
    /// The requirements that take part, by id; at least one.
    #[serde(default)]
    needs: Vec<ListingId>,
    /// Tables, slots and stage; made from the five fields below when left out.
    frame: Option<Frame>,
    /// How many meetings, and which.
    rules: Option<Rules>,
    /// Tables in the room; 10 when left out.
    tables: Option<u16>,
    /// Slots; 8 when left out.
    slots: Option<u16>,
    /// When the first slot begins; 14:00 on the first Friday at least two weeks from today when left out.
    #[schema(value_type = Option<String>, example = "2026-12-04T14:00:00")]
    starts: Option<LocalTime>,
    /// Minutes of a slot; 15 when left out.
    minutes: Option<u16>,
    /// Minutes between two slots; 5 when left out.
    break_minutes: Option<u16>,
}

impl NewEvent {
    /// The event, still without an id.
    pub(super) fn event(self, today: Date) -> Result<Event, Problem> {
        if self.needs.is_empty() {
            return Err(Problem::invalid(
                "needs",
                "请至少选一条需求：对接会围绕选定的需求来安排",
                "name at least one requirement: an event is planned around those that take part",
            ));
        }
        let frame = match self.frame {
            None => regular(
                self.tables.unwrap_or(TABLES),
                self.slots.unwrap_or(SLOTS),
                self.starts.map_or_else(|| usual_start(today), Ok)?,
                self.minutes.unwrap_or(MINUTES),
                self.break_minutes.unwrap_or(BREAK_MINUTES),
            )?,
            Some(frame) => {
                let figures = [
                    ("tables", self.tables.is_some()),
                    ("slots", self.slots.is_some()),
                    ("starts", self.starts.is_some()),
                    ("minutes", self.minutes.is_some()),
                    ("break_minutes", self.break_minutes.is_some()),
                ];
                if let Some((field, _)) = figures.into_iter().find(|(_, given)| *given) {
                    return Err(Problem::invalid(
                        field,
                        "已给出 frame，不要再给这一项",
                        "frame says this already; give one of the two",
                    ));
                }
                frame
            }
        };
        Ok(Event {
            id: EventId(String::new()),
            name: self.name,
            theme: self.theme,
            place: self.place,
            frame,
            rules: self.rules.unwrap_or_default(),
            needs: self.needs.into_iter().map(NeedEntry::new).collect(),
            opcs: Vec::new(),
            named_opcs_only: false,
            pins: Vec::new(),
            bans: Vec::new(),
            interests: Vec::new(),
            aliases: Vec::new(),
            plan: None,
            revision: 0,
            held: false,
        })
    }
}

/// Two in the afternoon on the first Friday that is far enough off.
fn usual_start(today: Date) -> Result<LocalTime, Problem> {
    let mut day = today.checked_add(DAYS_AHEAD.days()).map_err(|e| Problem::internal(&e))?;
    while day.weekday() != Weekday::Friday {
        day = day.tomorrow().map_err(|e| Problem::internal(&e))?;
    }
    Ok(day.at(14, 0, 0, 0))
}

/// Slots of one length with one break between them.
fn regular(
    tables: u16,
    slots: u16,
    starts: LocalTime,
    minutes: u16,
    break_minutes: u16,
) -> Result<Frame, Problem> {
    within("slots", usize::from(slots), 1, MOST_SLOTS)?;
    within("break_minutes", usize::from(break_minutes), 0, 480)?;
    let step = i64::from(minutes) + i64::from(break_minutes);
    let slot = |number: u16| {
        let after = Span::new().minutes(step * i64::from(number));
        let starts = starts.checked_add(after).map_err(|_| {
            Problem::invalid("starts", "太晚，时段超出了日历", "is too late: slots leave the calendar")
        })?;
        Ok(Slot { starts, minutes })
    };
    let slots = (0..slots).map(slot).collect::<Result<Vec<Slot>, Problem>>()?;
    Ok(Frame { tables, slots, stage: None })
}

fn within(field: &str, got: usize, least: usize, most: usize) -> Result<(), Problem> {
    if (least..=most).contains(&got) {
        return Ok(());
    }
    Err(Problem::invalid(
        field,
        format!("须在 {least} 到 {most} 之间，现在是 {got}"),
        format!("must lie in {least}..={most}, is {got}"),
    ))
}

/// Checks that an event has a name and sizes that can be planned, shown and printed.
pub(super) fn checked(event: &Event) -> Result<(), Problem> {
    if event.name.trim().is_empty() {
        return Err(Problem::invalid("name", "是空的，请给对接会起个名字", "is empty: name the event"));
    }
    for (field, text, most) in [
        ("name", &event.name, MOST_NAME),
        ("place", &event.place, MOST_NAME),
        ("theme", &event.theme, MOST_TEXT),
    ] {
        within(field, text.chars().count(), 0, most)?;
    }
    let frame = &event.frame;
    within("frame.tables", usize::from(frame.tables), 1, usize::from(MOST_TABLES))?;
    within("frame.slots", frame.slots.len(), 1, MOST_SLOTS)?;
    for slot in &frame.slots {
        within("frame.slots.minutes", usize::from(slot.minutes), 1, 1_440)?;
        in_calendar("frame.slots.starts", slot.starts)?;
    }
    if let Some(stage) = &frame.stage {
        within("frame.stage.minutes_each", usize::from(stage.minutes_each), 1, 1_440)?;
        in_calendar("frame.stage.starts", stage.starts)?;
    }
    within("needs", event.needs.len(), 1, MOST_NEEDS)?;
    let mut seen = BTreeSet::new();
    if let Some(twice) = event.needs.iter().find(|entry| !seen.insert(&entry.need)) {
        return Err(Problem::invalid(
            "needs",
            format!("“{}” 重复，请只留一次", twice.need),
            format!("holds \"{}\" twice: keep one", twice.need),
        ));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = event.opcs.iter().find(|entry| !seen.insert(&entry.opc)) {
        return Err(Problem::invalid(
            "opcs",
            format!("“{}” 重复，请只留一次", twice.opc),
            format!("holds \"{}\" twice: keep one", twice.opc),
        ));
    }
    for (field, entries) in [
        ("opcs", event.opcs.len()),
        ("pins", event.pins.len()),
        ("bans", event.bans.len()),
        ("interests", event.interests.len()),
        ("aliases", event.aliases.iter().map(Vec::len).sum()),
        ("plan.meetings", event.plan.as_ref().map_or(0, |plan| plan.meetings.len())),
    ] {
        within(field, entries, 0, MOST_ENTRIES)?;
    }
    for ban in &event.bans {
        within("bans.why", ban.why.chars().count(), 0, MOST_TEXT)?;
    }
    rules(event)
}

fn in_calendar(field: &str, at: LocalTime) -> Result<(), Problem> {
    // What spreadsheets and calendars both know.
    within(field, usize::try_from(at.year()).unwrap_or(0), 1900, 9998)
}

fn rules(event: &Event) -> Result<(), Problem> {
    let rules = &event.rules;
    if !(Milli(0)..=Milli(100_000)).contains(&rules.floor) {
        return Err(Problem::invalid(
            "rules.floor",
            "须在 0 到 100000 之间（千分之一分）",
            "must lie in 0..=100000, thousandths of a degree",
        ));
    }
    let limits =
        [("rules.need_max", rules.need_min, rules.need_max), ("rules.opc_max", rules.opc_min, rules.opc_max)];
    let needs = event.needs.iter().map(|entry| {
        let (least, most) = (entry.min.unwrap_or(rules.need_min), entry.max.unwrap_or(rules.need_max));
        ("needs.max", least, most)
    });
    let opcs = event.opcs.iter().map(|entry| {
        let (least, most) = (entry.min.unwrap_or(rules.opc_min), entry.max.unwrap_or(rules.opc_max));
        ("opcs.max", least, most)
    });
    match limits.into_iter().chain(needs).chain(opcs).find(|(_, least, most)| least > most) {
        None => Ok(()),
        Some((field, least, most)) => Err(Problem::invalid(
            field,
            format!("至多 {most} 场小于至少 {least} 场，请改其中一项"),
            format!("at most {most} is less than at least {least}: change one"),
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_event_is_on_a_friday_at_least_two_weeks_off() {
        for (today, starts) in [
            ((2026, 11, 20), (2026, 12, 4)),
            ((2026, 11, 21), (2026, 12, 11)),
            ((2026, 12, 25), (2027, 1, 8)),
        ] {
            let day = |(y, m, d)| jiff::civil::date(y, m, d);
            assert_eq!(usual_start(day(today)).unwrap(), day(starts).at(14, 0, 0, 0));
        }
    }

    #[test]
    fn slots_follow_one_another_with_a_break() {
        let starts = jiff::civil::date(2026, 12, 4).at(14, 0, 0, 0);
        let frame = regular(3, 3, starts, 15, 5).unwrap();
        let times: Vec<String> = frame.slots.iter().map(|s| s.starts.strftime("%H:%M").to_string()).collect();
        assert_eq!(times, ["14:00", "14:20", "14:40"]);
        assert!(regular(3, 3, LocalTime::MAX, 15, 5).is_err());
        assert!(regular(3, 0, starts, 15, 5).is_err());
    }
}
