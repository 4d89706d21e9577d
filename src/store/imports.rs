//! Files of listings: kept whole or not at all, told how far that is, and taken back.
//!
//! All rows of an import are one write, so its changes have numbers without a gap, which the
//! audit log remembers; the history remembers what stood there before each. From these two an
//! import can be taken back at any later time: what has not been touched since is as it was.

use std::ops::ControlFlow;

use crate::domain::{Listing, ListingId, Reach, Side};

use super::accounts::KeyId;
use super::acting::{may_put, present};
use super::audit::Deed;
use super::consents;
use super::database::{Access, Row, TOGETHER, Transaction, Value, first};
use super::error::StoreError;
use super::feed::{ChangeNumber, Feed};
use super::history::{self, Author, Instant};
use super::listings::{Store, put_watched, read};

/// Told how many of how many are done, before some more are and once when all are; answers whether
/// to go on. After it has agreed to the last of these, all that is left is to make it final.
pub type Watch<'a> = dyn Fn(usize, usize) -> ControlFlow<()> + 'a;

/// Listings of an import that have changed since are named up to here, and counted beyond.
const NAMED: usize = 20;

/// An import that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Number of its last change, by which it is known.
    pub change: ChangeNumber,
    /// When; `None` where no clock was asked.
    pub at: Option<Instant>,
    /// With whose key; `None` for whoever has the machine.
    pub key: Option<KeyId>,
    /// Why, as its history says: the file's name, as a rule.
    pub note: String,
    /// Listings that it put.
    pub put: u64,
    /// Of these, the ones that are as it left them, where that was a change.
    pub standing: u64,
}

/// What came of taking an import back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// Listings that it had added, and that are gone again.
    pub removed: usize,
    /// Listings that it had replaced, and that are as before.
    pub restored: usize,
    /// Listings that were changed or taken out since, and were left alone.
    pub left: usize,
    /// The first of these.
    pub left_ids: Vec<(Side, ListingId)>,
}

impl Store {
    /// As [`Store::put`]; `watch` hears how far it is, and may stop it.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when it was stopped, and when the database fails; then nothing was
    /// written.
    pub fn put_watched(
        &mut self,
        listings: &[Listing],
        author: &Author,
        watch: &Watch<'_>,
    ) -> Result<ChangeNumber, StoreError> {
        let of = listings.len();
        let mut tell = |done| told(watch, done, of);
        let ((), change) = self.writing(|transaction, feed| {
            put_watched(transaction, feed, listings, Some(author), &mut tell)?;
            tell(of)
        })?;
        Ok(change)
    }

    /// Imports by these routes or commands not before an instant, newest first, at most `limit`
    /// of them; of those within reach of whoever acts, which the first of their listings that is
    /// there tells. Where none is left, only whoever reaches everything hears of it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn imports(
        &self,
        routes: &[&str],
        since: Instant,
        limit: usize,
    ) -> Result<Vec<Imported>, StoreError> {
        self.transact(Access::Read, |transaction| {
            let mut found = Vec::new();
            let places: Vec<String> = (3..routes.len() + 3).map(|place| format!("?{place}")).collect();
            let sql = format!(
                "SELECT last_change, first_change, access_key FROM audit \
                 WHERE at >= ?1 AND deed = ?2 AND route IN ({}) ORDER BY number DESC",
                places.join(", ")
            );
            let mut parameters = vec![since.as_second().into(), Deed::Write.as_str().into()];
            parameters.extend(routes.iter().map(|route| Value::from(*route)));
            for mut row in transaction.query(&sql, &parameters)? {
                let (last, begun) = (row.integer(0)?, row.integer(1)?);
                let key = row.optional_text(2)?.map(KeyId);
                found.extend(imported(transaction, begun, last, key)?);
                if found.len() >= limit {
                    break;
                }
            }
            Ok(found)
        })
    }

    /// Takes an import back that was made by one of these routes or commands: what it added is
    /// taken out, and what it replaced is as before, but for what has been changed since. The
    /// import is known by the number of its last change. `watch` hears how far it is, and may
    /// stop it.
    ///
    /// # Errors
    /// [`StoreError::NoImport`] where there is none of that number, [`StoreError::OutOfReach`]
    /// where one of its listings is not for whoever acts to write, [`StoreError::Stopped`]
    /// when it was stopped, and when the database fails; then nothing was written.
    pub fn take_back(
        &mut self,
        change: ChangeNumber,
        routes: &[&str],
        author: &Author,
        watch: &Watch<'_>,
    ) -> Result<(TakenBack, ChangeNumber), StoreError> {
        self.writing(|transaction, feed| {
            let begun = begun(transaction, change, routes)?;
            let mut back = TakenBack::default();
            let mut restored = Vec::new();
            let mut removed: Vec<(Side, ListingId)> = Vec::new();
            let last = i64::try_from(change).unwrap_or(i64::MAX);
            let sql = "SELECT history.side, history.id, history.was, listing.change, history.number \
                 FROM history LEFT JOIN listing ON listing.side = history.side AND listing.id = history.id \
                 WHERE history.number BETWEEN ?1 AND ?2 ORDER BY history.number";
            for mut row in transaction.query(sql, &[begun.into(), last.into()])? {
                let (side, id) = (side_of(&mut row)?, ListingId(row.text(1)?));
                let was = row.optional_text(2)?;
                if row.optional_integer(3)? != Some(row.integer(4)?) {
                    back.left += 1;
                    if back.left_ids.len() < NAMED {
                        back.left_ids.push((side, id));
                    }
                    continue;
                }
                match was {
                    Some(was) => restored.push(read::<Listing>(&id.0, &was)?),
                    None => removed.push((side, id)),
                }
            }
            let of = restored.len() + removed.len();
            put_watched(transaction, feed, &restored, Some(author), &mut |done| told(watch, done, of))?;
            let mut done = restored.len();
            for some in removed.chunks(TOGETHER) {
                told(watch, done, of)?;
                remove_all(transaction, feed, some, author)?;
                done += some.len();
            }
            told(watch, of, of)?;
            (back.restored, back.removed) = (restored.len(), removed.len());
            Ok(back)
        })
    }
}

fn told(watch: &Watch<'_>, done: usize, of: usize) -> Result<(), StoreError> {
    if watch(done, of).is_break() { Err(StoreError::Stopped) } else { Ok(()) }
}

fn side_of(row: &mut Row) -> Result<Side, StoreError> {
    row.text(0)?.parse().map_err(|_| StoreError::Column { column: 0, wanted: "a side", got: "text" })
}

/// An import by the numbers of its changes; `None` where it is not within reach.
fn imported(
    transaction: &mut dyn Transaction,
    begun: i64,
    last: i64,
    key: Option<KeyId>,
) -> Result<Option<Imported>, StoreError> {
    let between: [Value; 2] = [begun.into(), last.into()];
    let sql = "SELECT at, note FROM history WHERE number BETWEEN ?1 AND ?2 ORDER BY number LIMIT 1";
    let mut seen = Imported {
        change: last.unsigned_abs(),
        at: None,
        key,
        note: String::new(),
        put: (last - begun + 1).unsigned_abs(),
        standing: 0,
    };
    // Without one it changed nothing: there is nothing to tell, and nothing to take back.
    let Some(mut row) = first(transaction.query(sql, &between)?) else { return Ok(None) };
    (seen.at, seen.note) = (row.optional_text(0)?.and_then(|at| at.parse().ok()), row.text(1)?);
    let sql = "SELECT listing.id, listing.body FROM history JOIN listing ON listing.side = history.side \
         AND listing.id = history.id WHERE history.number BETWEEN ?1 AND ?2 \
         ORDER BY history.number LIMIT 1";
    let reach = present().reach;
    let is_within = match first(transaction.query(sql, &between)?) {
        Some(mut row) => reach.holds(&read::<Listing>(&row.text(0)?, &row.text(1)?)?),
        None => reach == Reach::Everything,
    };
    if !is_within {
        return Ok(None);
    }
    let sql = "SELECT count(*) FROM history JOIN listing ON listing.side = history.side \
         AND listing.id = history.id AND listing.change = history.number \
         WHERE history.number BETWEEN ?1 AND ?2";
    seen.standing = first(transaction.query(sql, &between)?).map_or(Ok(0), |mut row| row.count(0))?;
    Ok(Some(seen))
}

/// Number of the first change of the import whose last one this is.
fn begun(
    transaction: &mut dyn Transaction,
    change: ChangeNumber,
    routes: &[&str],
) -> Result<i64, StoreError> {
    let places: Vec<String> = (3..routes.len() + 3).map(|place| format!("?{place}")).collect();
    let sql = format!(
        "SELECT first_change FROM audit WHERE last_change = ?1 AND deed = ?2 AND route IN ({})",
        places.join(", ")
    );
    let last = i64::try_from(change).unwrap_or(i64::MAX);
    let mut parameters = vec![last.into(), Deed::Write.as_str().into()];
    parameters.extend(routes.iter().map(|route| Value::from(*route)));
    first(transaction.query(&sql, &parameters)?).ok_or(StoreError::NoImport { change })?.integer(0)
}

/// Takes these out, at most [`TOGETHER`] of them, all of which are there.
fn remove_all(
    transaction: &mut dyn Transaction,
    feed: &mut Feed,
    keys: &[(Side, ListingId)],
    author: &Author,
) -> Result<(), StoreError> {
    for same in keys.chunk_by(|a, b| a.0 == b.0) {
        let side = same[0].0;
        let places: Vec<String> = (2..same.len() + 2).map(|place| format!("?{place}")).collect();
        let among = format!("FROM listing WHERE side = ?1 AND id IN ({})", places.join(", "));
        let mut parameters = vec![Value::from(side.as_str())];
        parameters.extend(same.iter().map(|(_, id)| Value::from(&id.0)));
        let mut bodies = Vec::with_capacity(same.len());
        let mut listings: Vec<Listing> = Vec::with_capacity(same.len());
        for mut row in transaction.query(&format!("SELECT id, body {among}"), &parameters)? {
            let (id, body) = (row.text(0)?, row.text(1)?);
            listings.push(read(&id, &body)?);
            bodies.push((ListingId(id), body));
        }
        // Whoever may write a listing may take it out.
        may_put(transaction, &listings)?;
        transaction.execute(&format!("DELETE {among}"), &parameters)?;
        for (id, _) in &bodies {
            consents::forget(transaction, side, id)?;
        }
        let ids: Vec<ListingId> = bodies.iter().map(|(id, _)| id.clone()).collect();
        let number = feed.note_removed(transaction, side, &ids)?;
        history::note_all_removed(transaction, number, side, bodies, author)?;
    }
    Ok(())
}
