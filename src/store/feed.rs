//! The change feed: every write takes the next number of one row.

use crate::domain::{EventId, ListingId, Side};

use super::audit::{IDS, Record, named, note};
use super::database::{Access, Row, Transaction, Value, first, places};
use super::error::StoreError;
use super::listings::Store;

/// Number of a change; each write takes the next one, events and follow-ups too.
/// 0 is before the first.
pub type ChangeNumber = u64;

/// One entry of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its place; numbers appear in their order.
    pub number: ChangeNumber,
    /// What was changed.
    pub entry: Entry,
    /// How.
    pub kind: ChangeKind,
}

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A listing.
    Listing {
        /// In which list.
        side: Side,
        /// Which.
        id: ListingId,
    },
    /// An event. One that is removed takes its follow-ups with it.
    Event(EventId),
    /// Follow-ups of this event.
    FollowUps(EventId),
}

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Added or replaced.
    Put,
    /// Taken out.
    Remove,
}

impl ChangeKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            ChangeKind::Put => "put",
            ChangeKind::Remove => "remove",
        }
    }
}

impl ChangeKind {
    /// The kind by its word, which stood in this column.
    pub(super) fn read(word: &str, column: usize) -> Result<ChangeKind, StoreError> {
        match word {
            "put" => Ok(ChangeKind::Put),
            "remove" => Ok(ChangeKind::Remove),
            _ => Err(StoreError::Column { column, wanted: "put, remove", got: "text" }),
        }
    }
}

impl Entry {
    fn columns(&self) -> [Value; 3] {
        match self {
            Entry::Listing { side, id } => ["listing".into(), side.as_str().into(), Value::from(&id.0)],
            Entry::Event(id) => ["event".into(), Value::Null, Value::from(&id.0)],
            Entry::FollowUps(id) => ["follow_ups".into(), Value::Null, Value::from(&id.0)],
        }
    }
}

/// The feed while it is written to: held from the first statement to the commit, so
/// that writers stand in line, whichever process they belong to.
#[derive(Debug)]
pub(super) struct Feed {
    first: i64,
    last: i64,
    /// What was noted, as the audit log names it: the first of it.
    named: Vec<String>,
    /// Number of the first change that was noted.
    begun: Option<i64>,
}

impl Feed {
    /// Takes the row; waits for whoever has it.
    pub(super) fn hold(transaction: &mut dyn Transaction) -> Result<Feed, StoreError> {
        let held =
            transaction.query("UPDATE feed SET number = number WHERE one = 1 RETURNING number", &[])?;
        let number = first(held).ok_or(StoreError::NoFeed)?.integer(0)?;
        Ok(Feed { first: number, last: number, named: Vec::new(), begun: None })
    }

    /// The newest number so far.
    pub(super) fn last(&self) -> i64 {
        self.last
    }

    /// Numbers from here on are larger than this one, too.
    pub(super) fn skip_to(&mut self, number: ChangeNumber) {
        self.last = self.last.max(i64::try_from(number).unwrap_or(i64::MAX / 2));
    }

    /// Remembers for the audit log what is noted next.
    fn remember<'e>(&mut self, entries: impl IntoIterator<Item = &'e Entry>) {
        self.begun.get_or_insert(self.last + 1);
        let room = IDS - self.named.len();
        self.named.extend(entries.into_iter().take(room).map(named));
    }

    /// Enters that these were put, at most [`TOGETHER`](super::database::TOGETHER) of
    /// them; the number of the first.
    pub(super) fn note_put(
        &mut self,
        transaction: &mut dyn Transaction,
        entries: &[Entry],
    ) -> Result<i64, StoreError> {
        self.note_all(transaction, entries, ChangeKind::Put)
    }

    /// Enters that these listings were taken out, as many as [`Feed::note_put`] takes; the number
    /// of the first.
    pub(super) fn note_removed(
        &mut self,
        transaction: &mut dyn Transaction,
        side: Side,
        ids: &[ListingId],
    ) -> Result<i64, StoreError> {
        let entries: Vec<Entry> = ids.iter().map(|id| Entry::Listing { side, id: id.clone() }).collect();
        self.note_all(transaction, &entries, ChangeKind::Remove)
    }

    fn note_all(
        &mut self,
        transaction: &mut dyn Transaction,
        entries: &[Entry],
        kind: ChangeKind,
    ) -> Result<i64, StoreError> {
        self.remember(entries);
        let first = self.last + 1;
        let parameters: Vec<Value> = (first..)
            .zip(entries)
            .flat_map(|(number, entry)| {
                let [what, side, id] = entry.columns();
                [number.into(), what, side, id, kind.word().into()]
            })
            .collect();
        let places = places(entries.len(), 5);
        transaction.execute(
            &format!("INSERT INTO change (number, entry, side, id, kind) VALUES {places}"),
            &parameters,
        )?;
        self.last += entries.len() as i64;
        Ok(first)
    }

    /// Enters a change; its number.
    pub(super) fn note(
        &mut self,
        transaction: &mut dyn Transaction,
        entry: &Entry,
        kind: ChangeKind,
    ) -> Result<i64, StoreError> {
        self.remember([entry]);
        self.last += 1;
        let [what, side, id] = entry.columns();
        transaction.execute(
            "INSERT INTO change (number, entry, side, id, kind) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[self.last.into(), what, side, id, kind.word().into()],
        )?;
        Ok(self.last)
    }

    /// Writes down how far it has come, and who brought it there.
    fn close(self, transaction: &mut dyn Transaction) -> Result<ChangeNumber, StoreError> {
        if let Some(begun) = self.begun {
            note(transaction, &Record::of_write(self.named, begun, self.last))?;
        }
        if self.last != self.first {
            transaction.execute("UPDATE feed SET number = ?1 WHERE one = 1", &[self.last.into()])?;
        }
        Ok(self.last.unsigned_abs())
    }
}

impl Store {
    /// Runs a write: the feed is held before anything is looked at, so what is read
    /// inside is the newest there is.
    pub(super) fn writing<T>(
        &self,
        mut work: impl FnMut(&mut dyn Transaction, &mut Feed) -> Result<T, StoreError>,
    ) -> Result<(T, ChangeNumber), StoreError> {
        self.transact(Access::Write, |transaction| {
            let mut feed = Feed::hold(transaction)?;
            let done = work(transaction, &mut feed)?;
            Ok((done, feed.close(transaction)?))
        })
    }

    /// Number of the newest change of all, 0 before the first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_change(&self) -> Result<ChangeNumber, StoreError> {
        self.transact(Access::Read, number)
    }

    /// The changes after a number, oldest first, at most `limit` of them. Whoever
    /// asks again with the last number it got misses none, whatever is written
    /// meanwhile and by whom.
    ///
    /// # Errors
    /// When the database fails, or an entry cannot be read.
    pub fn changes_since(&self, number: ChangeNumber, limit: usize) -> Result<Vec<Change>, StoreError> {
        let after = i64::try_from(number).unwrap_or(i64::MAX);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.transact(Access::Read, |transaction| {
            transaction.query(
                "SELECT number, entry, side, id, kind FROM change WHERE number > ?1 ORDER BY number LIMIT ?2",
                &[after.into(), limit.into()],
            )
        })?;
        rows.into_iter().map(read).collect()
    }
}

/// Number of the newest change of all.
pub(super) fn number(transaction: &mut dyn Transaction) -> Result<ChangeNumber, StoreError> {
    let rows = transaction.query("SELECT number FROM feed WHERE one = 1", &[])?;
    first(rows).ok_or(StoreError::NoFeed)?.count(0)
}

fn read(mut row: Row) -> Result<Change, StoreError> {
    let number = row.count(0)?;
    let (what, side, id) = (row.text(1)?, row.optional_text(2)?, row.text(3)?);
    let entry = match (what.as_str(), side.map(|side| side.parse())) {
        ("listing", Some(Ok(side))) => Entry::Listing { side, id: ListingId(id) },
        ("event", None) => Entry::Event(EventId(id)),
        ("follow_ups", None) => Entry::FollowUps(EventId(id)),
        _ => return Err(StoreError::Column { column: 1, wanted: "listing, event, follow_ups", got: "text" }),
    };
    Ok(Change { number, entry, kind: ChangeKind::read(&row.text(4)?, 4)? })
}
