//! Which field of a JSON text stands at a line and column.

use std::fmt::Write;

/// An object or list that is open at some point of the text.
enum Level {
    /// With the name of the field that was read last.
    Object(String),
    /// With the number of the item.
    List(usize),
}

/// The field at `line` and `column` (both from 1, in bytes, as `serde_json` counts),
/// written `frame.slots[2].minutes`; empty at the top.
pub(super) fn field_at(text: &str, line: usize, column: usize) -> String {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let end = before.saturating_add(column).min(text.len());
    let mut levels: Vec<Level> = Vec::new();
    let mut at = 0;
    let mut name_comes = false;
    let bytes = text.as_bytes();
    while at < end {
        match bytes[at] {
            b'{' => {
                levels.push(Level::Object(String::new()));
                name_comes = true;
            }
            b'[' => {
                levels.push(Level::List(0));
                name_comes = false;
            }
            b'}' | b']' => {
                levels.pop();
                name_comes = false;
            }
            b',' => match levels.last_mut() {
                Some(Level::List(number)) => *number += 1,
                Some(Level::Object(_)) => name_comes = true,
                None => {}
            },
            b'"' => {
                let start = at + 1;
                at = start;
                while at < end && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                if let (true, Some(Level::Object(name))) = (name_comes, levels.last_mut()) {
                    *name = text.get(start..at.min(end)).unwrap_or_default().to_owned();
                    name_comes = false;
                }
            }
            _ => {}
        }
        at += 1;
    }
    let mut path = String::new();
    for level in &levels {
        match level {
            Level::Object(name) if name.is_empty() => {}
            Level::Object(name) if path.is_empty() => path.push_str(name),
            Level::Object(name) => {
                path.push('.');
                path.push_str(name);
            }
            // Writing to a string cannot fail.
            Level::List(number) => drop(write!(path, "[{number}]")),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::Event;

    #[test]
    fn an_error_of_the_parser_is_given_its_field() {
        let good = r#"{"id":"E1","name":"x\"y","frame":{"tables":2,"slots":[
            {"starts":"2026-12-04T14:00:00","minutes":15},
            {"starts":"2026-12-04T14:20:00","minutes":15}]},
            "rules":{"need_min":1,"need_max":3,"opc_min":0,"opc_max":4,"floor":15000,"reciprocal":false,"fair":true,"meet_again":false},
            "needs":[{"need":"N1","min":2}]}"#;
        serde_json::from_str::<Event>(good).unwrap();
        for (from, to, field) in [
            ("\"minutes\":15}]", "\"minutes\":\"long\"}]", "frame.slots[1].minutes"),
            ("14:20:00", "25:20:00", "frame.slots[1].starts"),
            ("\"tables\":2", "\"tables\":-2", "frame.tables"),
            ("\"min\":2", "\"least\":2", "needs[0].least"),
            (",\"minutes\":15},", "},", "frame.slots[0]"),
            ("15000", "1.5", "rules.floor"),
            ("\"id\":\"E1\"", "\"id\":7", "id"),
        ] {
            let text = good.replacen(from, to, 1);
            assert_ne!(text, good);
            let error = serde_json::from_str::<Event>(&text).unwrap_err();
            assert_eq!(field_at(&text, error.line(), error.column()), field, "{error}");
        }
        assert_eq!(field_at("", 1, 0), "");
        assert_eq!(field_at("{\"a\\", 9, 9), "a\\");
    }
}
