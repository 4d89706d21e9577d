//! The store, and the listings of both sides in it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::{Listing, ListingId, Side};

use super::acting::{may_put, may_remove};
use super::address::PostgresAddress;
use super::consents;
use super::database::{Access, Database, TOGETHER, Transaction, Value, first, places};
use super::error::StoreError;
use super::feed::{self, ChangeKind, ChangeNumber, Entry, Feed};
use super::history::{self, Author, Put};
use super::listener::Listener;
use super::postgres::Postgres;
use super::sqlite::Sqlite;

/// Listings of both sides, events and follow-ups.
#[derive(Debug)]
pub struct Store {
    /// Held for a transaction, which sees nothing of the store.
    database: RefCell<Box<dyn Database>>,
}

/// How far the data has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Newest {
    /// The newest change of all, 0 before the first.
    pub change: ChangeNumber,
    /// The newest change of a listing, 0 before the first: an index of listings that
    /// has come this far misses nothing.
    pub listing: ChangeNumber,
}

/// Both lists at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// How new they are.
    pub newest: Newest,
    /// In the order of ids.
    pub requirements: Vec<Listing>,
    /// In the order of ids.
    pub capabilities: Vec<Listing>,
}

/// Listings that have changed since some instant, each once, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// How new they are.
    pub newest: Newest,
    /// Added or replaced, in no order.
    pub put: Vec<Listing>,
    /// Taken out.
    pub removed: Vec<(Side, ListingId)>,
}

impl Store {
    /// Opens a SQLite file, making it when it is not there.
    ///
    /// # Errors
    /// When the file cannot be opened, is no data file, or was made by a newer program.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        Ok(Store::on(Sqlite::open(path)?))
    }

    /// Connects to PostgreSQL, making the tables when they are not there. They lie in
    /// a schema of their own, `opcmatch`, so the database may hold other things.
    ///
    /// Blocks, and so does every call on such a store.
    ///
    /// # Errors
    /// When the address is wrong, the server is not reached or refuses the login, the
    /// user may not make a schema, or the data was made by a newer program.
    pub fn connect(address: &PostgresAddress) -> Result<Store, StoreError> {
        Ok(Store::on(Postgres::connect(address)?))
    }

    /// A store that ends with the process.
    ///
    /// # Errors
    /// When SQLite cannot start at all.
    pub fn in_memory() -> Result<Store, StoreError> {
        Ok(Store::on(Sqlite::in_memory()?))
    }

    fn on(database: impl Database + 'static) -> Store {
        Store { database: RefCell::new(Box::new(database)) }
    }

    /// A connection more to the same data, for whoever must not wait for this one;
    /// `None` for a store in memory.
    ///
    /// # Errors
    /// When the file cannot be opened. A server is asked at the first use only.
    pub fn another(&self) -> Result<Option<Store>, StoreError> {
        let another = self.database.borrow().another()?;
        Ok(another.map(|database| Store { database: RefCell::new(database) }))
    }

    /// Somebody who hears of every write; `None` where nobody tells of them, and
    /// [`Store::newest`] must be asked now and then.
    pub fn listener(&self) -> Option<Listener> {
        self.database.borrow().listener()
    }

    /// Whether records can only be read: on a file system that is mounted so, or on a
    /// standby server.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub fn is_read_only(&self) -> Result<bool, StoreError> {
        self.database.borrow_mut().is_read_only()
    }

    /// Runs a transaction. When the connection is lost before the commit, it is made
    /// anew and all of it tried once more.
    pub(super) fn transact<T>(
        &self,
        access: Access,
        mut work: impl FnMut(&mut dyn Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut database = self.database.borrow_mut();
        let mut again = false;
        loop {
            let mut transaction = database.begin(access)?;
            match work(transaction.as_mut()) {
                Ok(done) => return transaction.commit().map(|()| done),
                Err(error) if error.is_lost() && !again => again = true,
                Err(error) => return Err(error),
            }
        }
    }

    /// Adds listings, or replaces those of the same side and id: all or none.
    /// Returns the number of the last change.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub fn put(&mut self, listings: &[Listing], author: &Author) -> Result<ChangeNumber, StoreError> {
        let ((), change) =
            self.writing(|transaction, feed| put_all(transaction, feed, listings, Some(author)))?;
        Ok(change)
    }

    /// Adds listings whose side and id are not there yet: all of them, or none
    /// when one of them is. Returns the ids that were in the way.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub fn create(
        &mut self,
        listings: &[Listing],
        author: &Author,
    ) -> Result<Result<ChangeNumber, Vec<ListingId>>, StoreError> {
        let (taken, change) = self.writing(|transaction, feed| {
            let mut taken = Vec::new();
            for Listing { side, id, .. } in listings {
                if body_of(transaction, *side, id)?.is_some() {
                    taken.push(id.clone());
                }
            }
            if taken.is_empty() {
                put_all(transaction, feed, listings, Some(author))?;
            }
            Ok(taken)
        })?;
        Ok(if taken.is_empty() { Ok(change) } else { Err(taken) })
    }

    /// Reads listings, has them rewritten and puts what comes of it, with nobody writing
    /// in between; `work` gets them in the order of `keys`, `None` for what is not there.
    /// `Err` of `work` writes nothing and is given back.
    ///
    /// # Errors
    /// When the database fails or a listing is damaged; then nothing was written.
    pub fn rewrite<E>(
        &mut self,
        keys: &[(Side, ListingId)],
        author: &Author,
        mut work: impl FnMut(Vec<Option<Listing>>) -> Result<Vec<Listing>, E>,
    ) -> Result<Result<ChangeNumber, E>, StoreError> {
        let (refused, change) = self.writing(|transaction, feed| {
            let mut found = Vec::with_capacity(keys.len());
            for (side, id) in keys {
                let body = body_of(transaction, *side, id)?;
                found.push(body.map(|body| read(&id.0, &body)).transpose()?);
            }
            match work(found) {
                Ok(listings) => put_all(transaction, feed, &listings, Some(author)).map(|()| None),
                Err(refused) => Ok(Some(refused)),
            }
        })?;
        Ok(refused.map_or(Ok(change), Err))
    }

    /// Takes a listing out. Returns the number of the change, `None` when it was not there.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub fn remove(
        &mut self,
        side: Side,
        id: &ListingId,
        author: &Author,
    ) -> Result<Option<ChangeNumber>, StoreError> {
        let (gone, change) =
            self.writing(|transaction, feed| remove(transaction, feed, side, id, Some(author)))?;
        Ok(gone.then_some(change))
    }

    /// How many of these are there already, by side and id; an id named twice counts once.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count_known(&self, listings: &[Listing]) -> Result<u64, StoreError> {
        self.transact(Access::Read, |transaction| {
            let mut known = 0;
            for some in listings.chunk_by(|a, b| a.side == b.side).flat_map(|same| same.chunks(TOGETHER)) {
                let places: Vec<String> = (2..some.len() + 2).map(|place| format!("?{place}")).collect();
                let sql =
                    format!("SELECT count(*) FROM listing WHERE side = ?1 AND id IN ({})", places.join(", "));
                let mut parameters = vec![Value::from(some[0].side.as_str())];
                parameters.extend(some.iter().map(|one| Value::from(&one.id.0)));
                known +=
                    first(transaction.query(&sql, &parameters)?).map_or(Ok(0), |mut row| row.count(0))?;
            }
            Ok(known)
        })
    }

    /// One listing.
    ///
    /// # Errors
    /// When the database fails or the listing is damaged.
    pub fn get(&self, side: Side, id: &ListingId) -> Result<Option<Listing>, StoreError> {
        let body = self.transact(Access::Read, |transaction| body_of(transaction, side, id))?;
        body.map(|body| read(&id.0, &body)).transpose()
    }

    /// All listings of a side, in the order of ids.
    ///
    /// # Errors
    /// When the database fails or a listing is damaged.
    pub fn list(&self, side: Side) -> Result<Vec<Listing>, StoreError> {
        self.transact(Access::Read, |transaction| listed(transaction, side))
    }

    /// Both lists, and how new they are.
    ///
    /// # Errors
    /// When the database fails or a listing is damaged.
    pub fn listed(&self) -> Result<Listed, StoreError> {
        self.transact(Access::Read, |transaction| {
            Ok(Listed {
                newest: newest(transaction)?,
                requirements: listed(transaction, Side::Requirement)?,
                capabilities: listed(transaction, Side::Capability)?,
            })
        })
    }

    /// What has changed in the lists since the change of this number; `None` when the feed
    /// has no such change of this listing, as when another file was put in this one's place.
    /// Costs what has changed, not the lists.
    ///
    /// # Errors
    /// When the database fails or a listing is damaged.
    pub fn changed_since(&self, number: ChangeNumber) -> Result<Option<Changed>, StoreError> {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.transact(Access::Read, |transaction| {
            let known = "SELECT number FROM change WHERE number = ?1 AND entry = 'listing'";
            if transaction.query(known, &[number.into()])?.is_empty() {
                return Ok(None);
            }
            let sql = "SELECT changed.side, changed.id, listing.body \
                 FROM (SELECT DISTINCT side, id FROM change WHERE number > ?1 AND entry = 'listing') AS changed \
                 LEFT JOIN listing ON listing.side = changed.side AND listing.id = changed.id";
            let mut changed =
                Changed { newest: newest(transaction)?, put: Vec::new(), removed: Vec::new() };
            for mut row in transaction.query(sql, &[number.into()])? {
                let (side, id) = (row.text(0)?, row.text(1)?);
                match row.optional_text(2)? {
                    Some(body) => changed.put.push(read(&id, &body)?),
                    None => {
                        let wrong = |_| StoreError::Column { column: 0, wanted: "a side", got: "text" };
                        changed.removed.push((side.parse().map_err(wrong)?, ListingId(id)));
                    }
                }
            }
            Ok(Some(changed))
        })
    }

    /// How far the data has come.
    ///
    /// # Errors
    /// When the database fails.
    pub fn newest(&self) -> Result<Newest, StoreError> {
        self.transact(Access::Read, newest)
    }
}

fn newest(transaction: &mut dyn Transaction) -> Result<Newest, StoreError> {
    let sql = "SELECT number FROM change WHERE entry = 'listing' ORDER BY number DESC LIMIT 1";
    let listing = first(transaction.query(sql, &[])?).map_or(Ok(0), |mut row| row.count(0))?;
    Ok(Newest { change: feed::number(transaction)?, listing })
}

pub(super) fn body_of(
    transaction: &mut dyn Transaction,
    side: Side,
    id: &ListingId,
) -> Result<Option<String>, StoreError> {
    let rows = transaction.query(
        "SELECT body FROM listing WHERE side = ?1 AND id = ?2",
        &[side.as_str().into(), Value::from(&id.0)],
    )?;
    first(rows).map(|mut row| row.text(0)).transpose()
}

/// All listings of a side, in the order of ids.
pub(super) fn listed(transaction: &mut dyn Transaction, side: Side) -> Result<Vec<Listing>, StoreError> {
    let sql = "SELECT id, body FROM listing WHERE side = ?1 ORDER BY id";
    let rows = transaction.query(sql, &[side.as_str().into()])?;
    rows.into_iter().map(|mut row| read(&row.text(0)?, &row.text(1)?)).collect()
}

pub(super) fn put_all(
    transaction: &mut dyn Transaction,
    feed: &mut Feed,
    listings: &[Listing],
    author: Option<&Author>,
) -> Result<(), StoreError> {
    put_watched(transaction, feed, listings, author, &mut |_| Ok(()))
}

/// As [`put_all`]; `tell` hears how many are put, some at a time, and ends it with its error.
pub(super) fn put_watched(
    transaction: &mut dyn Transaction,
    feed: &mut Feed,
    listings: &[Listing],
    author: Option<&Author>,
    tell: &mut dyn FnMut(usize) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    may_put(transaction, listings)?;
    let mut done = 0;
    for some in listings.chunks(TOGETHER) {
        tell(done)?;
        done += some.len();
        let entry = |one: &Listing| Entry::Listing { side: one.side, id: one.id.clone() };
        let entries: Vec<Entry> = some.iter().map(entry).collect();
        let numbers = feed.note_put(transaction, &entries)?..;
        // One statement may touch a row once only: of those with one id the last counts.
        let last: BTreeMap<(&str, &str), (i64, &Listing)> =
            numbers.zip(some).map(|(number, one)| ((one.side.as_str(), &*one.id.0), (number, one))).collect();
        let mut parameters = Vec::with_capacity(4 * last.len());
        let mut written_now = Vec::with_capacity(last.len());
        for ((side, id), (number, listing)) in &last {
            let body = written(id, listing)?;
            parameters.extend([Value::from(*side), Value::from(*id), Value::from(&body), (*number).into()]);
            written_now.push(Put { number: *number, side, id, body });
        }
        if let Some(author) = author {
            history::note_put(transaction, &written_now, author)?;
        }
        transaction.execute(
            &format!(
                "INSERT INTO listing (side, id, body, change) VALUES {} \
                 ON CONFLICT (side, id) DO UPDATE SET body = excluded.body, change = excluded.change",
                places(last.len(), 4)
            ),
            &parameters,
        )?;
    }
    Ok(())
}

pub(super) fn remove(
    transaction: &mut dyn Transaction,
    feed: &mut Feed,
    side: Side,
    id: &ListingId,
    author: Option<&Author>,
) -> Result<bool, StoreError> {
    may_remove(transaction, side, id)?;
    let was = body_of(transaction, side, id)?;
    let gone = transaction.execute(
        "DELETE FROM listing WHERE side = ?1 AND id = ?2",
        &[side.as_str().into(), Value::from(&id.0)],
    )?;
    if gone > 0 {
        consents::forget(transaction, side, id)?;
        let number = feed.note(transaction, &Entry::Listing { side, id: id.clone() }, ChangeKind::Remove)?;
        if let (Some(author), Some(was)) = (author, was) {
            history::note_removed(transaction, number, side, id, author, was)?;
        }
    }
    Ok(gone > 0)
}

/// What is stored of an entry.
pub(super) fn written(id: &str, what: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(what).map_err(|cause| StoreError::Damaged { id: id.to_owned(), cause })
}

/// An entry from what is stored of it.
pub(super) fn read<T: DeserializeOwned>(id: &str, body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|cause| StoreError::Damaged { id: id.to_owned(), cause })
}
