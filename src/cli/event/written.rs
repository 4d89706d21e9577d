//! Event files: read with a word on what is wrong, written whole or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::domain::Event;

use super::super::CliError;
use super::super::whole::write;
use super::fault::EventFault;
use super::field::field_at;

fn no_access(path: &Path) -> impl Fn(std::io::Error) -> CliError {
    move |cause| CliError::File { path: path.to_owned(), cause }
}

/// Reads and looks over the event of a file.
pub(super) fn read(path: &Path) -> Result<Event, CliError> {
    let bytes = fs::read(path).map_err(no_access(path))?;
    let damaged = |field: &str, (zh, en): Words| EventFault::Damaged {
        path: path.to_owned(),
        field: if field.is_empty() { String::new() } else { format!("{field} ") },
        zh,
        en,
    };
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| damaged("", ("不是 UTF-8 文本".to_owned(), error.to_string())))?;
    // Editors of some systems put a mark in front.
    let text = text.trim_start_matches('\u{feff}');
    let event: Event = serde_json::from_str(text).map_err(|error| {
        let field = field_at(text, error.line(), error.column());
        damaged(&field, (error.to_string(), error.to_string()))
    })?;
    match unsound(&event) {
        Some((field, words)) => Err(damaged(&field, words).into()),
        None => Ok(event),
    }
}

/// The same in Chinese and in English.
pub(super) type Words = (String, String);

/// What no event can mean: the field, and why not.
pub(super) fn unsound(event: &Event) -> Option<(String, Words)> {
    let rules = &event.rules;
    if event.id.0.trim().is_empty() {
        return Some(("id".into(), ("不能为空".into(), "must not be empty".into())));
    }
    let limits = |field: String, min: u32, max: u32| {
        (min > max).then(|| {
            (field, (format!("至少 {min} 场，多于至多 {max} 场"), format!("least {min} is above most {max}")))
        })
    };
    let in_rules = limits("rules.need_min".into(), rules.need_min, rules.need_max)
        .or_else(|| limits("rules.opc_min".into(), rules.opc_min, rules.opc_max));
    if in_rules.is_some() {
        return in_rules;
    }
    if let Some(slot) = event.frame.slots.iter().position(|slot| slot.minutes == 0) {
        return Some((
            format!("frame.slots[{slot}].minutes"),
            ("时段长度不能为 0".into(), "a slot cannot last 0 minutes".into()),
        ));
    }
    let mut seen = BTreeSet::new();
    for (number, entry) in event.needs.iter().enumerate() {
        if !seen.insert(&entry.need) {
            let need = &entry.need;
            let cause = (format!("需求 {need} 重复"), format!("need {need} stands there twice"));
            return Some((format!("needs[{number}].need"), cause));
        }
        let (min, max) = event.need_limits(entry);
        let wrong = limits(format!("needs[{number}].min"), min, max);
        if wrong.is_some() {
            return wrong;
        }
    }
    event.opcs.iter().enumerate().find_map(|(number, entry)| {
        let (min, max) = event.opc_limits(&entry.opc);
        limits(format!("opcs[{number}].min"), min, max)
    })
}

/// Saves an event to the file it was read from, under the next revision.
///
/// The file is read first: if it has been damaged or saved by somebody else since, it
/// stays as it is.
pub(super) fn save(path: &Path, event: Event) -> Result<Event, CliError> {
    if path.exists() {
        let there = read(path)?;
        if there.id == event.id && there.revision != event.revision {
            let (read, found) = (event.revision, there.revision);
            return Err(EventFault::Changed { path: path.to_owned(), read, found }.into());
        }
    }
    save_copy(path, event)
}

/// Saves an event to a file of its own, under the next revision; a file that holds
/// something else than an older or newer state of it stays as it is.
pub(super) fn save_copy(path: &Path, mut event: Event) -> Result<Event, CliError> {
    if path.exists() {
        let there = read(path)?;
        if there.id != event.id {
            return Err(EventFault::OtherEvent { path: path.to_owned(), found: there.id.0 }.into());
        }
    }
    event.revision += 1;
    let mut text = serde_json::to_vec_pretty(&event)?;
    text.push(b'\n');
    write(path, &text)?;
    Ok(event)
}
