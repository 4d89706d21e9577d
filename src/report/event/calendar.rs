//! Calendars for telephones (iCalendar, RFC 5545).
//!
//! Times are written as instants (`…Z`), reckoned from Beijing time. China keeps
//! UTC+8 without summer time, so that an hour on the event's clock and an instant
//! are the same thing there; every calendar reads an instant alike, whereas
//! floating times move with the zone of the account that imports them, and zones
//! by name are passed over by some programs that import.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use icalendar::{Calendar, Component, Event};
use jiff::Timestamp;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::domain::{ListingId, LocalTime, OpcId};

use crate::text::Script;

use super::legible::{clipped, one_line};
use super::view::{EventView, MeetingView, TurnView};

/// Hours that the event's clock is ahead of UTC: Beijing time.
const AHEAD: i8 = 8;

/// Longest title in a calendar's list of days.
const MOST_SUMMARY: usize = 120;

/// The greatest number that an INTEGER holds (RFC 5545, 3.3.8).
const MOST_SEQUENCE: u64 = 2_147_483_647;

/// For whom a calendar is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Participant {
    /// The organiser: every meeting with a seat, and the stage.
    Everyone,
    /// The people behind a need.
    Need(ListingId),
    /// An OPC, by the id that the view shows, or by its own.
    Opc(OpcId),
}

/// A calendar that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// There is nothing to put in it.
    #[error(
        "{0} 没有排定时间的对接，请先排时段 / no meeting of {0} has a time yet: plan the timetable first"
    )]
    Nothing(String),
    /// A time that no calendar can hold.
    #[error(
        "{0} 不能写入日历，请检查时段的日期 / {0} cannot be put in a calendar: look at the dates of the slots"
    )]
    Time(LocalTime),
    /// The archive could not be made.
    #[error("打包日历失败：{0} / the calendars could not be packed: {0}")]
    Pack(#[from] zip::result::ZipError),
    /// The archive could not be written.
    #[error("打包日历失败：{0} / the calendars could not be packed: {0}")]
    Write(#[from] std::io::Error),
}

/// The calendar of one participant, or of the whole event, as it stands at `stamp`; what
/// is not somebody else's in `script`.
///
/// A meeting keeps its UID when it is moved, and `SEQUENCE` is the event's
/// revision, so a later file replaces what an earlier one put in.
///
/// # Errors
/// When nothing has a time, or a time is out of range.
pub fn event_calendar(
    view: &EventView,
    participant: &Participant,
    script: Script,
    stamp: Timestamp,
) -> Result<String, CalendarError> {
    let masked = match participant {
        Participant::Opc(opc) => Some(OpcId(one_line(&opc.0))),
        Participant::Everyone | Participant::Need(_) => None,
    };
    let theirs = |meeting: &MeetingView| match participant {
        Participant::Everyone => true,
        Participant::Need(need) => &meeting.need == need,
        Participant::Opc(opc) => &meeting.opc == opc || Some(&meeting.opc) == masked.as_ref(),
    };
    let meetings: Vec<&MeetingView> = view.meetings.iter().filter(|meeting| theirs(meeting)).collect();
    calendar(view, participant, &meetings, script, stamp)
}

/// The calendar of a participant whose meetings are known.
fn calendar(
    view: &EventView,
    participant: &Participant,
    meetings: &[&MeetingView],
    script: Script,
    stamp: Timestamp,
) -> Result<String, CalendarError> {
    let turn_is_theirs = |turn: &TurnView| match participant {
        Participant::Everyone => true,
        Participant::Need(need) => &turn.need == need,
        Participant::Opc(_) => false,
    };
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//opcmatch//event//ZH"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", "PUBLISH"))
        .append_property(("X-WR-CALNAME", clipped(&view.name, MOST_SUMMARY).as_str()))
        .append_property(("X-WR-TIMEZONE", "Asia/Shanghai"));
    let turns = view.stage.iter().filter(|turn| turn_is_theirs(turn));
    for entry in turns.filter_map(|turn| turn_entry(view, turn, script)) {
        calendar.push(entry.event(view, stamp)?);
    }
    for entry in meetings.iter().filter_map(|meeting| meeting_entry(view, meeting, participant, script)) {
        calendar.push(entry.event(view, stamp)?);
    }
    if calendar.components.is_empty() {
        return Err(CalendarError::Nothing(match participant {
            Participant::Everyone => view.name.clone(),
            Participant::Need(need) => one_line(&need.0),
            Participant::Opc(opc) => one_line(&opc.0),
        }));
    }
    Ok(folded(&calendar.to_string()))
}

/// One calendar for each participant with something in it, in a ZIP archive; what is not
/// somebody else's in `script`, the names of the files too.
///
/// # Errors
/// When a time is out of range or the archive cannot be made.
pub fn participant_calendars(
    view: &EventView,
    script: Script,
    stamp: Timestamp,
) -> Result<Vec<u8>, CalendarError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Dated with the earliest day that an archive can hold: the same view gives the same bytes.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let mut taken = BTreeSet::new();
    let needs = view.needs.iter().map(|need| {
        let name = format!("{} {} {}", script.said("需求"), need.need, need.title);
        (name, Participant::Need(need.need.clone()), &need.meetings)
    });
    let opcs = view.opcs.iter().map(|opc| {
        let name = format!("OPC {}", opc.name);
        (name, Participant::Opc(opc.opc.clone()), &opc.meetings)
    });
    for (name, participant, meetings) in needs.chain(opcs) {
        let meetings: Vec<&MeetingView> = meetings.iter().map(|&position| &view.meetings[position]).collect();
        let text = match calendar(view, &participant, &meetings, script, stamp) {
            Err(CalendarError::Nothing(_)) => continue,
            other => other?,
        };
        archive.start_file(free_name(&name, &mut taken), options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

/// A name for a file that every system takes, and that no other file has.
fn free_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mild = |c: char| if c.is_alphanumeric() || " -_（）()".contains(c) { c } else { '_' };
    let stem: String = name.chars().take(40).map(mild).collect();
    let stem = stem.trim().to_owned();
    let mut name = format!("{stem}.ics");
    let mut number = 2;
    // Some systems take letters of either case for the same.
    while !taken.insert(name.to_lowercase()) {
        name = format!("{stem} {number}.ics");
        number += 1;
    }
    name
}

/// One thing in a calendar.
struct Entry {
    /// What it is the same thing by when it moves.
    identity: [String; 3],
    starts: LocalTime,
    ends: LocalTime,
    summary: String,
    place: String,
    description: String,
}

impl Entry {
    fn event(&self, view: &EventView, stamp: Timestamp) -> Result<Event, CalendarError> {
        let mut event = Event::new();
        event
            .add_property("UID", uid(view, &self.identity))
            .add_property("DTSTAMP", utc(stamp))
            .add_property("SEQUENCE", view.revision.min(MOST_SEQUENCE).to_string())
            .add_property("DTSTART", utc(instant(self.starts)?))
            .add_property("DTEND", utc(instant(self.ends)?))
            .add_property("SUMMARY", clipped(&self.summary, MOST_SUMMARY))
            .add_property("DESCRIPTION", self.description.as_str())
            .add_property("STATUS", "CONFIRMED");
        if !self.place.is_empty() {
            event.add_property("LOCATION", self.place.as_str());
        }
        Ok(event.done())
    }
}

fn meeting_entry(
    view: &EventView,
    meeting: &MeetingView,
    participant: &Participant,
    script: Script,
) -> Option<Entry> {
    let table =
        meeting.table.map_or(String::new(), |table| script.said(&format!("{table}号桌")).into_owned());
    let other = match participant {
        Participant::Need(_) => meeting.opc_name.clone(),
        Participant::Opc(_) => meeting.need_title.clone(),
        Participant::Everyone => format!("{} × {}", meeting.opc_name, meeting.need_title),
    };
    let lines = [
        ("活动", &view.name),
        ("需求", &meeting.need_title),
        ("需求单位", &meeting.need_party),
        ("OPC", &meeting.opc_name),
        ("能力", &meeting.capability_title),
    ];
    Some(Entry {
        identity: ["meeting".to_owned(), meeting.need.0.clone(), meeting.opc.0.clone()],
        starts: meeting.starts?,
        ends: meeting.ends?,
        summary: format!("{}（{table}）：{other}", script.said("对接")),
        place: joined(&[view.place.as_str(), &table]),
        description: described(&lines, script),
    })
}

fn turn_entry(view: &EventView, turn: &TurnView, script: Script) -> Option<Entry> {
    let lines = [("活动", &view.name), ("需求", &turn.title), ("需求单位", &turn.party)];
    Some(Entry {
        identity: ["stage".to_owned(), turn.need.0.clone(), String::new()],
        starts: turn.starts?,
        ends: turn.ends?,
        summary: format!("{}：{}", script.said(&format!("路演（第{}个）", turn.place)), turn.title),
        place: joined(&[view.place.as_str(), &script.said("路演台")]),
        description: described(&lines, script),
    })
}

fn joined(parts: &[&str]) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn described(lines: &[(&str, &String)], script: Script) -> String {
    let said = lines.iter().filter(|(_, text)| !text.is_empty());
    said.map(|(name, text)| format!("{}：{}", script.said(name), clipped(text, 400)))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The same for the same pair of the same event, whatever else changes.
fn uid(view: &EventView, identity: &[String; 3]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in std::iter::once(&view.id.0).chain(identity) {
        // Lengths keep `ab|c` and `a|bc` apart.
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    format!("{}@opcmatch", &hasher.finalize().to_hex()[..32])
}

/// The instant at which the event's clock shows `at`.
fn instant(at: LocalTime) -> Result<Timestamp, CalendarError> {
    // Years of more than four figures, or before our era, have no form in a calendar.
    if !(1..=9998).contains(&at.year()) {
        return Err(CalendarError::Time(at));
    }
    jiff::tz::offset(AHEAD).to_timestamp(at).map_err(|_| CalendarError::Time(at))
}

/// Lines of at most 75 octets (RFC 5545, 3.1): icalendar 0.17.17 lets the last piece
/// of a line come to 76.
fn folded(text: &str) -> String {
    const MOST: usize = 75;
    let mut folded = String::with_capacity(text.len());
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let mut length = 0;
        for c in line.chars() {
            if length + c.len_utf8() > MOST {
                folded.push_str("\r\n ");
                length = 1;
            }
            folded.push(c);
            length += c.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}

/// Form 2 of RFC 5545, 3.3.5.
fn utc(at: Timestamp) -> String {
    let at = jiff::tz::Offset::UTC.to_datetime(at);
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_in_beijing_is_an_instant() {
        let at = jiff::civil::date(2026, 12, 4).at(7, 5, 0, 0);
        assert_eq!(utc(instant(at).unwrap()), "20261203T230500Z");
        assert!(instant(LocalTime::MIN).is_err());
        assert!(instant(LocalTime::MAX).is_err());
    }

    #[test]
    fn names_of_files_are_mild_and_differ() {
        let mut taken = BTreeSet::new();
        assert_eq!(free_name("OPC ../a\\b:c", &mut taken), "OPC ___a_b_c.ics");
        assert_eq!(free_name("OPC ../A\\b:c", &mut taken), "OPC ___A_b_c 2.ics");
        assert!(free_name(&"长".repeat(400), &mut taken).len() < 255);
    }
}
