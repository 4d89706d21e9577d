//! What people keep looking for, what came up for them, and what is still to be sent.

use jiff::Timestamp;

use crate::domain::{Alert, ListingId, SavedSearch, Side};

use super::accounts::{hex, random};
use super::audit::{self, Deed, Record};
use super::database::{Access, Row, Transaction, Value, first};
use super::error::StoreError;
use super::feed::{self, ChangeNumber};
use super::listings::{Store, read, written};

/// Bytes of a search's id, and of the secret part of its feed's address.
const ID_BYTES: usize = 5;
const FEED_BYTES: usize = 20;

/// Alerts kept for each search; older ones go.
const KEPT: i64 = 500;

/// A listing that came up.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// In which list.
    pub side: Side,
    /// Which.
    pub id: ListingId,
    /// Its title, contacts masked.
    pub title: String,
    /// How well it fits, 0–100.
    pub degree: f64,
}

/// A message that is to be sent now.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// What it is about.
    pub alert: Alert,
    /// For which search.
    pub search: SavedSearch,
    /// How often it was tried before.
    pub tries: u32,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It was taken.
    Taken,
    /// It was not, and is to be tried again.
    Again {
        /// When.
        at: Timestamp,
        /// Why it was not taken.
        cause: String,
    },
    /// It was not, and that was the last time.
    GivenUp {
        /// Why it was not taken.
        cause: String,
    },
}

/// How a search's messages fare.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Sending {
    /// Still to be sent.
    pub waiting: u64,
    /// Given up.
    pub given_up: u64,
    /// What was said the last time that one was not taken.
    pub last_error: Option<String>,
}

const OF_ALERT: &str =
    "alert.number, alert.search, alert.side, alert.id, alert.title, alert.degree, alert.at, alert.seen";

impl Store {
    /// Keeps a search; id and address of its feed are made here. It is held against
    /// what is written from now on.
    ///
    /// # Errors
    /// When the database fails, or the system has no random bytes.
    pub fn save_search(&mut self, search: &SavedSearch) -> Result<SavedSearch, StoreError> {
        let id = format!("S{}", hex(&random::<ID_BYTES>()?));
        let search = SavedSearch { id, feed: hex(&random::<FEED_BYTES>()?), ..search.clone() };
        self.writing(|transaction, _| {
            let now = i64::try_from(feed::number(transaction)?).unwrap_or(i64::MAX);
            insert(transaction, &search, now)?;
            audit::note(transaction, &Record::of(Deed::Write, [format!("search/{}", search.id)]))
        })?;
        Ok(search)
    }

    /// Everything that an account keeps looking for, by id.
    ///
    /// # Errors
    /// When the database fails or a search is damaged.
    pub fn searches(&self, owner: &str) -> Result<Vec<SavedSearch>, StoreError> {
        let sql = "SELECT id, body FROM saved_search WHERE owner = ?1 ORDER BY id";
        let rows = self.transact(Access::Read, |transaction| transaction.query(sql, &[owner.into()]))?;
        rows.into_iter().map(|mut row| read(&row.text(0)?, &row.text(1)?)).collect()
    }

    /// The search whose feed has this secret in its address.
    ///
    /// # Errors
    /// When the database fails or the search is damaged.
    pub fn search_of_feed(&self, secret: &str) -> Result<Option<SavedSearch>, StoreError> {
        let sql = "SELECT id, body FROM saved_search WHERE feed = ?1";
        let rows = self.transact(Access::Read, |transaction| transaction.query(sql, &[secret.into()]))?;
        first(rows).map(|mut row| read(&row.text(0)?, &row.text(1)?)).transpose()
    }

    /// Ends a search of this account, with all that came up for it; whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_search(&mut self, owner: &str, id: &str) -> Result<bool, StoreError> {
        let (gone, _) = self.writing(|transaction, _| {
            let sql = "DELETE FROM saved_search WHERE owner = ?1 AND id = ?2";
            let gone = transaction.execute(sql, &[owner.into(), id.into()])?;
            if gone > 0 {
                transaction.execute("DELETE FROM alert WHERE search = ?1", &[id.into()])?;
                audit::note(transaction, &Record::of(Deed::Write, [format!("search/{id}")]))?;
            }
            Ok(gone > 0)
        })?;
        Ok(gone)
    }

    /// The searches that have not been held against all changes up to this one, with how
    /// far each has come.
    ///
    /// # Errors
    /// When the database fails or a search is damaged.
    pub fn searches_behind(
        &self,
        change: ChangeNumber,
    ) -> Result<Vec<(SavedSearch, ChangeNumber)>, StoreError> {
        let sql = "SELECT id, body, reached FROM saved_search WHERE reached < ?1 ORDER BY id";
        let change = i64::try_from(change).unwrap_or(i64::MAX);
        let rows = self.transact(Access::Read, |transaction| transaction.query(sql, &[change.into()]))?;
        rows.into_iter().map(|mut row| Ok((read(&row.text(0)?, &row.text(1)?)?, row.count(2)?))).collect()
    }

    /// Notes that a search has been held against all changes from `from` to `to`, and
    /// what came up. A listing that came up before comes up anew. `false`: somebody
    /// else, as another replica, has done it meanwhile, and nothing is noted.
    ///
    /// # Errors
    /// When the database fails.
    pub fn raise(
        &mut self,
        search: &SavedSearch,
        (from, to): (ChangeNumber, ChangeNumber),
        found: &[Found],
        at: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let number = |change: ChangeNumber| i64::try_from(change).unwrap_or(i64::MAX);
        let (done, _) = self.writing(|transaction, _| {
            let sql = "UPDATE saved_search SET reached = ?1 WHERE id = ?2 AND reached = ?3";
            let parameters = [number(to).into(), Value::from(&search.id), number(from).into()];
            if transaction.execute(sql, &parameters)? == 0 {
                return Ok(false);
            }
            let newest = first(transaction.query("SELECT coalesce(max(number), 0) FROM alert", &[])?);
            let newest = newest.map_or(Ok(0), |mut row| row.integer(0))?;
            for (number, one) in (newest + 1..).zip(found) {
                come_up(transaction, number, search, one, at)?;
            }
            transaction.execute(
                "DELETE FROM alert WHERE search = ?1 AND number NOT IN \
                 (SELECT number FROM alert WHERE search = ?1 ORDER BY number DESC LIMIT ?2)",
                &[Value::from(&search.id), KEPT.into()],
            )?;
            Ok(true)
        })?;
        Ok(done)
    }

    /// What came up for an account, or for one search of it, newest first, at most
    /// `limit`; and how many it has not seen.
    ///
    /// # Errors
    /// When the database fails.
    pub fn alerts(
        &self,
        owner: &str,
        search: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<Alert>, u64), StoreError> {
        let own = "FROM alert JOIN saved_search ON saved_search.id = alert.search \
                   WHERE saved_search.owner = ?1 AND (?2 = '' OR alert.search = ?2)";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let search = search.unwrap_or_default();
        let (rows, unread) = self.transact(Access::Read, |transaction| {
            let sql = format!("SELECT {OF_ALERT} {own} ORDER BY alert.number DESC LIMIT ?3");
            let rows = transaction.query(&sql, &[owner.into(), search.into(), limit.into()])?;
            let sql = format!("SELECT count(*) {own} AND alert.seen = 0");
            Ok((rows, transaction.query(&sql, &[owner.into(), search.into()])?))
        })?;
        let unread = first(unread).map_or(Ok(0), |mut row| row.count(0))?;
        Ok((rows.into_iter().map(|mut row| alert(&mut row, 0)).collect::<Result<_, _>>()?, unread))
    }

    /// Notes that an account has seen what came up to this number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn alerts_seen(&mut self, owner: &str, upto: u64) -> Result<(), StoreError> {
        let upto = i64::try_from(upto).unwrap_or(i64::MAX);
        self.writing(|transaction, _| {
            transaction.execute(
                "UPDATE alert SET seen = 1 WHERE number <= ?1 AND seen = 0 AND search IN \
                 (SELECT id FROM saved_search WHERE owner = ?2)",
                &[upto.into(), owner.into()],
            )
        })?;
        Ok(())
    }

    /// Messages that are to be sent, the longest due first, at most `limit`. Each is put
    /// off until `until`, so that no other process sends it too; what is not settled by
    /// then is due again.
    ///
    /// # Errors
    /// When the database fails or a search is damaged.
    pub fn take_due(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, StoreError> {
        // Asked every second: mostly there is nothing, and then nothing is written.
        let sql = "SELECT count(*) FROM alert WHERE due <= ?1";
        let waiting =
            self.transact(Access::Read, |transaction| transaction.query(sql, &[now.as_second().into()]))?;
        if first(waiting).map_or(Ok(0), |mut row| row.count(0))? == 0 {
            return Ok(Vec::new());
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let (due, _) = self.writing(|transaction, _| {
            let sql = format!(
                "SELECT {OF_ALERT}, alert.tries, saved_search.body FROM alert \
                 JOIN saved_search ON saved_search.id = alert.search \
                 WHERE alert.due <= ?1 ORDER BY alert.due, alert.number LIMIT ?2"
            );
            let rows = transaction.query(&sql, &[now.as_second().into(), limit.into()])?;
            let mut due = Vec::with_capacity(rows.len());
            for mut row in rows {
                let alert = alert(&mut row, 0)?;
                let tries = u32::try_from(row.count(8)?).unwrap_or(u32::MAX);
                let search = read(&alert.search, &row.text(9)?)?;
                let number = i64::try_from(alert.number).unwrap_or(i64::MAX);
                let sql = "UPDATE alert SET due = ?1 WHERE number = ?2";
                transaction.execute(sql, &[until.as_second().into(), number.into()])?;
                due.push(Due { alert, search, tries });
            }
            Ok(due)
        })?;
        Ok(due)
    }

    /// Notes what became of a message.
    ///
    /// # Errors
    /// When the database fails.
    pub fn settle(&mut self, alert: u64, sent: &Sent) -> Result<(), StoreError> {
        let (due, given_up, cause) = match sent {
            Sent::Taken => (Value::Null, 0, Value::Null),
            Sent::Again { at, cause } => (at.as_second().into(), 0, Value::from(cause)),
            Sent::GivenUp { cause } => (Value::Null, 1, Value::from(cause)),
        };
        let number = i64::try_from(alert).unwrap_or(i64::MAX);
        self.writing(|transaction, _| {
            let sql =
                "UPDATE alert SET due = ?1, given_up = ?2, cause = ?3, tries = tries + 1 WHERE number = ?4";
            transaction.execute(sql, &[due.clone(), i64::from(given_up).into(), cause.clone(), number.into()])
        })?;
        Ok(())
    }

    /// How the messages of a search fare.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sending(&self, search: &str) -> Result<Sending, StoreError> {
        let (counts, cause) = self.transact(Access::Read, |transaction| {
            let counts = "SELECT count(due), count(CASE WHEN given_up = 1 THEN 1 END) FROM alert WHERE search = ?1";
            let cause = "SELECT cause FROM alert WHERE search = ?1 AND cause IS NOT NULL ORDER BY number DESC LIMIT 1";
            Ok((transaction.query(counts, &[search.into()])?, transaction.query(cause, &[search.into()])?))
        })?;
        let (waiting, given_up) = match first(counts) {
            Some(mut row) => (row.count(0)?, row.count(1)?),
            None => (0, 0),
        };
        let last_error = first(cause).map(|mut row| row.text(0)).transpose()?;
        Ok(Sending { waiting, given_up, last_error })
    }
}

/// All that anybody keeps looking for, by id.
pub(super) fn all(transaction: &mut dyn Transaction) -> Result<Vec<SavedSearch>, StoreError> {
    let rows = transaction.query("SELECT id, body FROM saved_search ORDER BY id", &[])?;
    rows.into_iter().map(|mut row| read(&row.text(0)?, &row.text(1)?)).collect()
}

/// Makes these all that anybody keeps looking for, held against what comes after this
/// change. What came up before is gone.
pub(super) fn replace_all(
    transaction: &mut dyn Transaction,
    searches: &[SavedSearch],
    reached: i64,
) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM alert", &[])?;
    transaction.execute("DELETE FROM saved_search", &[])?;
    for search in searches {
        insert(transaction, search, reached)?;
    }
    Ok(())
}

fn insert(transaction: &mut dyn Transaction, search: &SavedSearch, reached: i64) -> Result<(), StoreError> {
    let body = written(&search.id, search)?;
    transaction.execute(
        "INSERT INTO saved_search (id, owner, feed, body, reached) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[
            Value::from(&search.id),
            Value::from(&search.owner),
            Value::from(&search.feed),
            body.into(),
            reached.into(),
        ],
    )?;
    Ok(())
}

fn come_up(
    transaction: &mut dyn Transaction,
    number: i64,
    search: &SavedSearch,
    found: &Found,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    transaction.execute(
        "DELETE FROM alert WHERE search = ?1 AND side = ?2 AND id = ?3",
        &[Value::from(&search.id), found.side.as_str().into(), Value::from(&found.id.0)],
    )?;
    // Due at once, where there is somewhere to send it.
    let due = search.webhook.as_ref().map_or(Value::Null, |_| at.map_or(0, Timestamp::as_second).into());
    let thousandths = (found.degree * 1000.0).round() as i64;
    transaction.execute(
        "INSERT INTO alert (number, search, side, id, title, degree, at, seen, due, tries, given_up) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, 0, 0)",
        &[
            number.into(),
            Value::from(&search.id),
            found.side.as_str().into(),
            Value::from(&found.id.0),
            Value::from(&found.title),
            thousandths.into(),
            at.map_or(Value::Null, |at| at.as_second().into()),
            due,
        ],
    )?;
    Ok(())
}

fn alert(row: &mut Row, from: usize) -> Result<Alert, StoreError> {
    let wrong = |column, wanted| StoreError::Column { column, wanted, got: "text" };
    let at = row.optional_integer(from + 6)?;
    Ok(Alert {
        number: row.count(from)?,
        search: row.text(from + 1)?,
        side: row.text(from + 2)?.parse().map_err(|_| wrong(from + 2, "side"))?,
        id: ListingId(row.text(from + 3)?),
        title: row.text(from + 4)?,
        degree: row.integer(from + 5)? as f64 / 1000.0,
        at: at.and_then(|second| Timestamp::from_second(second).ok()),
        read: row.integer(from + 7)? != 0,
    })
}
