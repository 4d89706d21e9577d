//! Calendars, read back by a parser.

use std::io::{Cursor, Read};
use std::str::FromStr;

use icalendar::{Calendar, Component};
use jiff::Timestamp;
use opcmatch::domain::{ListingId, OpcId};
use opcmatch::report::{
    CalendarError, EventView, Participant, Script, event_calendar, participant_calendars,
};
use proptest::prelude::*;

use super::fixture::{HOSTILE, fair};

fn stamp() -> Timestamp {
    "2026-11-21T04:05:06Z".parse().unwrap()
}

fn calendar(view: &EventView, participant: &Participant) -> (String, Calendar) {
    let text = event_calendar(view, participant, Script::Simplified, stamp()).unwrap();
    let parsed = Calendar::from_str(&text).unwrap();
    (text, parsed)
}

/// What RFC 5545 asks of every line, and that a VEVENT has what it must once.
fn assert_sound(text: &str, events: usize) {
    assert!(text.ends_with("\r\n"));
    for line in text.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.chars().any(|c| c.is_control()), "{line:?}");
    }
    let unfolded = text.replace("\r\n ", "");
    for name in [
        "BEGIN:VEVENT",
        "END:VEVENT",
        "UID:",
        "DTSTAMP:20261121T040506Z",
        "DTSTART:",
        "SEQUENCE:7",
        "SUMMARY:",
    ] {
        let found = unfolded.lines().filter(|line| line.starts_with(name)).count();
        assert_eq!(found, events, "{name}");
    }
}

#[test]
fn an_opc_sees_its_own_meetings_at_the_right_hour() {
    let view = fair(2, 3, 2).view();
    let (text, parsed) = calendar(&view, &Participant::Opc(OpcId("示例工作室1".into())));
    assert_sound(&text, 2);
    assert_eq!(parsed.property_value("METHOD"), Some("PUBLISH"));
    let events: Vec<_> = parsed.events().collect();
    let first = events[0];
    // 14:00 in Beijing.
    assert_eq!(first.property_value("DTSTART"), Some("20261204T060000Z"));
    assert_eq!(first.property_value("DTEND"), Some("20261204T061500Z"));
    assert_eq!(first.property_value("LOCATION"), Some("示例园区一楼 2号桌"));
    assert_eq!(first.property_value("SUMMARY"), Some("对接（2号桌）：第1项需求：独居老人走访登记与预警"));
    let description = first.property_value("DESCRIPTION").unwrap();
    assert!(description.contains("需求单位：示例街道1\n"), "{description}");

    let (text, parsed) = calendar(&view, &Participant::Need(ListingId("N000".into())));
    assert_sound(&text, 3);
    assert_eq!(
        parsed.events().next().unwrap().property_value("SUMMARY").unwrap(),
        "路演（第1个）：第0项需求：独居老人走访登记与预警"
    );
    assert_sound(&calendar(&view, &Participant::Everyone).0, 6);
}

#[test]
fn a_meeting_that_moves_stays_the_same_entry() {
    let mut fair = fair(2, 3, 2);
    let uids = |view: &EventView| {
        let (_, parsed) = calendar(view, &Participant::Everyone);
        let mut uids: Vec<String> =
            parsed.events().map(|event| event.property_value("UID").unwrap().to_owned()).collect();
        uids.sort();
        uids
    };
    let before = uids(&fair.view());
    let mut distinct = before.clone();
    distinct.dedup();
    assert_eq!(distinct.len(), 6);
    // Both needs change tables, and the titles too.
    for meeting in fair.meetings() {
        let seat = meeting.seat.as_mut().unwrap();
        seat.table = 1 - seat.table;
    }
    fair.requirements[0].title = "改了名".into();
    assert_eq!(uids(&fair.view()), before);
    fair.event.id.0 = "E2".into();
    assert!(uids(&fair.view()).iter().all(|uid| !before.contains(uid)));
    fair.event.revision = u64::MAX;
    assert!(
        event_calendar(&fair.view(), &Participant::Everyone, Script::Simplified, stamp())
            .unwrap()
            .contains("SEQUENCE:2147483647\r\n")
    );
}

#[test]
fn nothing_planned_is_said_so() {
    let mut fair = fair(2, 2, 1);
    let stranger = Participant::Opc(OpcId("没有来".into()));
    let error = event_calendar(&fair.view(), &stranger, Script::Simplified, stamp()).unwrap_err();
    assert!(matches!(&error, CalendarError::Nothing(who) if who == "没有来"));
    fair.event.frame.slots[0].starts = jiff::civil::DateTime::MIN;
    let error =
        event_calendar(&fair.view(), &Participant::Everyone, Script::Simplified, stamp()).unwrap_err();
    assert!(matches!(error, CalendarError::Time(_)), "{error}");
}

#[test]
fn texts_cannot_add_lines_or_entries() {
    let hostile = fair(10, 10, 2).retold(|number, _| HOSTILE[number % HOSTILE.len()].to_owned());
    let view = hostile.view();
    let (text, parsed) = calendar(&view, &Participant::Everyone);
    assert_sound(&text, 30);
    assert_eq!(parsed.events().count(), 30);
    assert!(!text.replace("\r\n ", "").contains("00138000"));
}

#[test]
fn everybody_has_a_file_in_the_archive() {
    let hostile = fair(4, 4, 2).retold(|number, _| HOSTILE[(number + 3) % HOSTILE.len()].to_owned());
    let view = hostile.view();
    let bytes = participant_calendars(&view, Script::Simplified, stamp()).unwrap();
    assert_eq!(
        bytes,
        participant_calendars(&view, Script::Simplified, stamp()).unwrap(),
        "the same view, the same bytes"
    );
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert_eq!(archive.len(), 8);
    for number in 0..archive.len() {
        let mut file = archive.by_index(number).unwrap();
        let name = file.name().unwrap().into_owned();
        assert!(!name.contains(['/', '\\', ':', '<', '\n']) && name.matches('.').count() == 1, "{name}");
        assert!(file.enclosed_name().is_some(), "{name}");
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert!(Calendar::from_str(&text).unwrap().events().count() >= 2, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_comes_back(title in any::<String>(), party in "\\PC{0,90}", place in ".{0,200}") {
        let view = fair(1, 1, 1).retold(|number, _| [&title, &party, &place][number % 3].clone()).view();
        let (text, parsed) = calendar(&view, &Participant::Everyone);
        assert_sound(&text, 2);
        let events: Vec<_> = parsed.events().collect();
        prop_assert_eq!(events.len(), 2);
        let (meeting, shown) = (&view.meetings[0], events[1].property_value("DESCRIPTION").unwrap_or_default());
        if !meeting.need_title.is_empty() && meeting.need_title.chars().count() < 400 {
            let wanted = format!("需求：{}", meeting.need_title);
            prop_assert!(shown.contains(&wanted), "{:?} lacks {:?}", shown, wanted);
        }
    }
}

#[test]
fn in_traditional_characters_only_our_own_words_change() {
    let view = fair(2, 3, 2).view();
    let opc = Participant::Opc(OpcId("示例工作室1".into()));
    let text = event_calendar(&view, &opc, Script::Traditional, stamp()).unwrap();
    assert_sound(&text, 2);
    let parsed = Calendar::from_str(&text).unwrap();
    let events: Vec<_> = parsed.events().collect();
    assert_eq!(events[0].property_value("SUMMARY"), Some("洽談（2號桌）：第1项需求：独居老人走访登记与预警"));
    assert_eq!(events[0].property_value("LOCATION"), Some("示例园区一楼 2號桌"));
    assert!(events[0].property_value("DESCRIPTION").unwrap().contains("需求單位："));
    // The same meeting: a calendar that has the other file takes this one in its place.
    let (_, simplified) = calendar(&view, &opc);
    let uid = |calendar: &Calendar| calendar.events().next().unwrap().get_uid().map(str::to_owned);
    assert_eq!(uid(&parsed), uid(&simplified));
}
