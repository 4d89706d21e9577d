//! Who changed which listing, when and why, and what stood there before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Listing, ListingId, PublicListing, Side, mask_contacts};

use super::database::{Access, Transaction, Value, places};
use super::error::StoreError;
use super::feed::{ChangeKind, ChangeNumber};
use super::listings::{Store, body_of, read};

/// An instant, to the second or finer; text `"2026-11-21T08:00:00Z"`.
pub type Instant = jiff::Timestamp;

/// Who makes a change, when, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author {
    /// As the program knows them; empty for the program itself.
    pub who: String,
    /// `None` where no clock was asked.
    pub at: Option<Instant>,
    /// In their own words; may be empty.
    pub note: String,
}

/// A listing as a change left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Number of the change; 0 for what was there before changes were recorded.
    pub number: ChangeNumber,
    /// Put or removed.
    pub kind: ChangeKind,
    /// By whom.
    pub author: Author,
    /// `None` when it was removed, or cannot be read any more.
    pub listing: Option<Listing>,
}

/// One row of the history as it is kept and backed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Past {
    number: ChangeNumber,
    side: Side,
    id: ListingId,
    removed: bool,
    who: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    note: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    was: Option<String>,
}

impl Past {
    /// As an export shows it: the former state as an object, with or without contacts.
    pub(super) fn shown(&self, contacts: bool) -> serde_json::Result<serde_json::Value> {
        // One that was damaged is told as it is, or not at all.
        let was = match &self.was {
            Some(body) if contacts => serde_json::from_str(body).unwrap_or_else(|_| body.as_str().into()),
            Some(body) => match serde_json::from_str::<Listing>(body) {
                Ok(listing) => serde_json::to_value(PublicListing::from(&listing))?,
                Err(_) => serde_json::Value::Null,
            },
            None => serde_json::Value::Null,
        };
        let note = if contacts { self.note.clone() } else { mask_contacts(&self.note) };
        let Past { number, side, id, removed, who, at, .. } = self;
        Ok(serde_json::json!({
            "change": number, "side": side, "id": id, "removed": removed,
            "who": who, "at": at, "note": note, "was": was,
        }))
    }
}

/// What is being written under a number.
pub(super) struct Put<'a> {
    pub(super) number: i64,
    pub(super) side: &'a str,
    pub(super) id: &'a str,
    pub(super) body: String,
}

const COLUMNS: &str = "number, side, id, kind, who, at, note, was";
const WIDTH: usize = 8;

/// Notes what is about to be written; what says the same as before is no change.
pub(super) fn note_put(
    transaction: &mut dyn Transaction,
    puts: &[Put<'_>],
    author: &Author,
) -> Result<(), StoreError> {
    let mut before = BTreeMap::new();
    for some in puts.chunk_by(|a, b| a.side == b.side) {
        let places: Vec<String> = (2..some.len() + 2).map(|place| format!("?{place}")).collect();
        let sql = format!("SELECT id, body FROM listing WHERE side = ?1 AND id IN ({})", places.join(", "));
        let mut parameters = vec![Value::from(some[0].side)];
        parameters.extend(some.iter().map(|put| Value::from(put.id)));
        for mut row in transaction.query(&sql, &parameters)? {
            before.insert((some[0].side, row.text(0)?), row.text(1)?);
        }
    }
    let mut rows = Vec::new();
    for put in puts {
        let was = before.remove(&(put.side, put.id.to_owned()));
        if was.as_ref() != Some(&put.body) {
            let was = was.map_or(Value::Null, Value::from);
            rows.extend(row(put.number, put.side, put.id, ChangeKind::Put, author, was));
        }
    }
    insert(transaction, &rows)
}

/// Notes that a listing was taken out.
pub(super) fn note_removed(
    transaction: &mut dyn Transaction,
    number: i64,
    side: Side,
    id: &ListingId,
    author: &Author,
    was: String,
) -> Result<(), StoreError> {
    insert(transaction, &row(number, side.as_str(), &id.0, ChangeKind::Remove, author, was.into()))
}

/// Notes that these of one side were taken out, under numbers from this one on; each with what it was.
pub(super) fn note_all_removed(
    transaction: &mut dyn Transaction,
    first: i64,
    side: Side,
    gone: Vec<(ListingId, String)>,
    author: &Author,
) -> Result<(), StoreError> {
    let rows = (first..).zip(gone);
    let row = |(number, (id, was)): (i64, (ListingId, String))| {
        row(number, side.as_str(), &id.0, ChangeKind::Remove, author, was.into())
    };
    insert(transaction, &rows.flat_map(row).collect::<Vec<Value>>())
}

fn row(number: i64, side: &str, id: &str, kind: ChangeKind, author: &Author, was: Value) -> [Value; WIDTH] {
    let at = author.at.map_or(Value::Null, |at| at.to_string().into());
    [
        number.into(),
        side.into(),
        id.into(),
        kind.word().into(),
        Value::from(&author.who),
        at,
        Value::from(&author.note),
        was,
    ]
}

fn insert(transaction: &mut dyn Transaction, rows: &[Value]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let places = places(rows.len() / WIDTH, WIDTH);
    transaction.execute(&format!("INSERT INTO history ({COLUMNS}) VALUES {places}"), rows)?;
    Ok(())
}

impl Store {
    /// All that a listing has been, newest first. One that was removed has its history
    /// still.
    ///
    /// # Errors
    /// When the database fails.
    pub fn history(&self, side: Side, id: &ListingId) -> Result<Vec<Version>, StoreError> {
        let (rows, mut after) = self.transact(Access::Read, |transaction| {
            let sql =
                format!("SELECT {COLUMNS} FROM history WHERE side = ?1 AND id = ?2 ORDER BY number DESC");
            let rows = transaction.query(&sql, &[side.as_str().into(), Value::from(&id.0)])?;
            let rows: Vec<Past> = rows.into_iter().map(past).collect::<Result<_, _>>()?;
            Ok((rows, body_of(transaction, side, id)?))
        })?;
        let listing = |body: &String| read(&id.0, body).ok();
        let mut versions = Vec::with_capacity(rows.len() + 1);
        for row in rows {
            let kind = if row.removed { ChangeKind::Remove } else { ChangeKind::Put };
            let author = Author { who: row.who, at: row.at.and_then(|at| at.parse().ok()), note: row.note };
            let now = after.take().filter(|_| !row.removed);
            versions.push(Version {
                number: row.number,
                kind,
                author,
                listing: now.as_ref().and_then(listing),
            });
            after = row.was;
        }
        // What stood there before the first change that was recorded.
        if let Some(body) = after {
            let listing = listing(&body);
            versions.push(Version { number: 0, kind: ChangeKind::Put, author: Author::default(), listing });
        }
        Ok(versions)
    }
}

fn past(mut row: super::database::Row) -> Result<Past, StoreError> {
    let side = row.text(1)?;
    Ok(Past {
        number: row.count(0)?,
        side: side.parse().map_err(|_| StoreError::Column { column: 1, wanted: "side", got: "text" })?,
        id: ListingId(row.text(2)?),
        removed: ChangeKind::read(&row.text(3)?, 3)? == ChangeKind::Remove,
        who: row.text(4)?,
        at: row.optional_text(5)?,
        note: row.text(6)?,
        was: row.optional_text(7)?,
    })
}

/// All of the history, oldest first.
pub(super) fn all(transaction: &mut dyn Transaction) -> Result<Vec<Past>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM history ORDER BY number");
    transaction.query(&sql, &[])?.into_iter().map(past).collect()
}

/// Makes this all of the history.
pub(super) fn replace_all(transaction: &mut dyn Transaction, rows: &[Past]) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM history", &[])?;
    for some in rows.chunks(super::database::TOGETHER) {
        let mut values = Vec::with_capacity(some.len() * WIDTH);
        for past in some {
            let text = |text: &Option<String>| text.as_ref().map_or(Value::Null, Value::from);
            let kind = if past.removed { ChangeKind::Remove } else { ChangeKind::Put };
            values.extend([
                i64::try_from(past.number).unwrap_or(i64::MAX).into(),
                past.side.as_str().into(),
                Value::from(&past.id.0),
                kind.word().into(),
                Value::from(&past.who),
                text(&past.at),
                Value::from(&past.note),
                text(&past.was),
            ]);
        }
        insert(transaction, &values)?;
    }
    Ok(())
}
