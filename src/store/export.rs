//! An export for other programs: an entry a line, as in a backup but without its head.

use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::domain::{PublicListing, mask_contacts};

use super::backup::{Backup, BackupError, written_whole};

impl Backup {
    /// Writes `{"kind":…,"body":{…}}` a line, in the order of [`Backup`]'s fields, to a
    /// file that appears whole or not at all. Without `contacts`, listings are what
    /// anyone may see, what they were before too, and contacts in running text of events
    /// and follow-ups are masked.
    ///
    /// # Errors
    /// When the file is there already and `replace` is not set, or cannot be written.
    pub fn export(&self, path: &Path, contacts: bool, replace: bool) -> Result<(), BackupError> {
        if !replace && path.exists() {
            return Err(BackupError::Exists(path.to_owned()));
        }
        let listings = self.listings.iter().map(|listing| {
            let body = if contacts {
                serde_json::to_value(listing)
            } else {
                serde_json::to_value(PublicListing::from(listing))
            };
            body.map(|body| ("listing", body))
        });
        let shown = |value: Value| if contacts { value } else { masked(value) };
        let events = self.events.iter().map(|event| Ok(("event", shown(serde_json::to_value(event)?))));
        let follow_ups =
            self.follow_ups.iter().map(|one| Ok(("follow_up", shown(serde_json::to_value(one)?))));
        let history = self.history.iter().map(|past| Ok(("history", past.shown(contacts)?)));
        let consents = self.consents.iter().map(|one| Ok(("consent", shown(serde_json::to_value(one)?))));
        let searches = self.searches.iter().map(|search| {
            let mut body = shown(serde_json::to_value(search)?);
            if let (false, Value::Object(fields)) = (contacts, &mut body) {
                // Whoever knows these can read and write there.
                fields.remove("webhook");
                fields.remove("feed");
            }
            Ok(("search", body))
        });
        let decisions = self.decisions.iter().map(|one| Ok(("decision", shown(serde_json::to_value(one)?))));
        let lines = listings.chain(events).chain(follow_ups).chain(history).chain(consents).chain(searches);
        let lines = lines.chain(decisions);
        written_whole(path, |file| {
            let mut out = BufWriter::new(file);
            for line in lines {
                let (kind, body): (&str, Value) = line?;
                serde_json::to_writer(&mut out, &json!({"kind": kind, "body": body}))?;
                out.write_all(b"\n")?;
            }
            out.flush()
        })
        .map_err(|cause| BackupError::File { path: path.to_owned(), cause })
    }
}

/// A value with contacts masked in every text of it, ids apart.
fn masked(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(mask_contacts(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(masked).collect()),
        Value::Object(fields) => {
            let field = |(name, value): (String, Value)| {
                let is_id = matches!(name.as_str(), "id" | "event" | "need" | "requirement" | "capability")
                    && value.is_string();
                (name, if is_id { value } else { masked(value) })
            };
            Value::Object(fields.into_iter().map(field).collect())
        }
        other => other,
    }
}
