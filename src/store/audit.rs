//! The audit log: who did what, and when. It only grows, which the database itself
//! sees to, and holds no contents: ids, counts and numbers of changes.
//!
//! A write is recorded in its own transaction, so there is neither one without its
//! record nor a record without its write.

use jiff::Timestamp;
use serde::Serialize;

use crate::domain::{Role, UnknownName};

use super::accounts::{KeyId, instant};
use super::acting::{Actor, present};
use super::database::{Access, Row, Transaction, Value};
use super::error::StoreError;
use super::feed::{ChangeNumber, Entry};
use super::listings::Store;

/// Ids that a record names; the numbers of its changes lead to all of them.
pub(super) const IDS: usize = 20;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Listings, events or follow-ups were written.
    Write,
    /// Somebody signed in on the page.
    SignIn,
    /// Somebody tried to, with a key that opens nothing.
    SignInFailed,
    /// Somebody signed out.
    SignOut,
    /// Much was taken out at once: a file, a print page, a backup.
    Export,
    /// Contacts were given to somebody, both sides having agreed.
    ContactShown,
    /// A key was made.
    KeyMade,
    /// A key was taken back.
    KeyRevoked,
}

impl Deed {
    const ALL: [Deed; 8] = [
        Deed::Write,
        Deed::SignIn,
        Deed::SignInFailed,
        Deed::SignOut,
        Deed::Export,
        Deed::ContactShown,
        Deed::KeyMade,
        Deed::KeyRevoked,
    ];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Deed::Write => "write",
            Deed::SignIn => "sign_in",
            Deed::SignInFailed => "sign_in_failed",
            Deed::SignOut => "sign_out",
            Deed::Export => "export",
            Deed::ContactShown => "contact_shown",
            Deed::KeyMade => "key_made",
            Deed::KeyRevoked => "key_revoked",
        }
    }
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Audited {
    /// Its place; without gaps.
    pub number: u64,
    /// When; `null` where no clock was asked.
    #[schema(value_type = Option<String>, example = "2026-11-21T08:00:00Z")]
    pub at: Option<Timestamp>,
    /// Whose key; `null` for whoever has the machine, and for a failed sign-in.
    pub key: Option<KeyId>,
    /// As what.
    pub role: Role,
    /// What was done.
    pub deed: Deed,
    /// By which route or command.
    pub route: String,
    /// The request's id, as in the log.
    pub request: String,
    /// The first of what it was done to, as `requirement/N1` or `event/E001`.
    pub ids: Vec<String>,
    /// To how many it was done.
    pub count: u64,
    /// Number of the first change of the feed.
    #[schema(value_type = Option<u64>)]
    pub first_change: Option<ChangeNumber>,
    /// And of the last.
    #[schema(value_type = Option<u64>)]
    pub last_change: Option<ChangeNumber>,
}

/// What is to be recorded of whoever acts.
#[derive(Debug, Clone)]
pub(super) struct Record {
    actor: Actor,
    deed: Deed,
    ids: Vec<String>,
    count: u64,
    changes: Option<(i64, i64)>,
}

impl Record {
    pub(super) fn of(deed: Deed, ids: impl IntoIterator<Item = String>) -> Record {
        let mut count = 0;
        let mut named: Vec<String> = ids.into_iter().inspect(|_| count += 1).collect();
        named.truncate(IDS);
        Record { actor: present(), deed, ids: named, count, changes: None }
    }

    /// A write of entries under these numbers of changes.
    pub(super) fn of_write(named: Vec<String>, first: i64, last: i64) -> Record {
        let count = (last - first + 1).unsigned_abs();
        Record { count, changes: Some((first, last)), ..Record::of(Deed::Write, named) }
    }

    /// Done by somebody who is known only now.
    pub(super) fn by(mut self, key: &KeyId, role: Role) -> Record {
        (self.actor.key, self.actor.role) = (Some(key.clone()), role);
        self
    }
}

/// How a record names an entry.
pub(super) fn named(entry: &Entry) -> String {
    match entry {
        Entry::Listing { side, id } => format!("{side}/{id}"),
        Entry::Event(id) => format!("event/{id}"),
        Entry::FollowUps(id) => format!("follow_ups/{id}"),
    }
}

const COLUMNS: &str =
    "number, at, access_key, role, deed, route, request, ids, count, first_change, last_change";

/// Enters a record. The feed is held meanwhile, so its number is nobody else's.
pub(super) fn note(transaction: &mut dyn Transaction, record: &Record) -> Result<(), StoreError> {
    let next = "(SELECT coalesce(max(number), 0) + 1 FROM audit)";
    let Record { actor, deed, ids, count, changes } = record;
    let change = |number: Option<i64>| number.map_or(Value::Null, Value::from);
    transaction.execute(
        &format!("INSERT INTO audit ({COLUMNS}) VALUES ({next}, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"),
        &[
            actor.at.map_or(Value::Null, |at| at.as_second().into()),
            actor.key.as_ref().map_or(Value::Null, |key| Value::from(&key.0)),
            actor.role.as_str().into(),
            deed.as_str().into(),
            Value::from(&actor.route),
            Value::from(&actor.request),
            serde_json::Value::from(ids.clone()).to_string().into(),
            i64::try_from(*count).unwrap_or(i64::MAX).into(),
            change(changes.map(|(first, _)| first)),
            change(changes.map(|(_, last)| last)),
        ],
    )?;
    Ok(())
}

impl Store {
    /// Records a deed of whoever acts on this thread, where no write does.
    ///
    /// # Errors
    /// When the database fails; then what was to be recorded must not be done.
    pub fn record(&mut self, deed: Deed, ids: &[String]) -> Result<(), StoreError> {
        let record = Record::of(deed, ids.iter().cloned());
        self.writing(|transaction, _| note(transaction, &record))?;
        Ok(())
    }

    /// The log after a number, oldest first, at most `limit` lines of it; of those not
    /// before `since`, where that is given.
    ///
    /// # Errors
    /// When the database fails.
    pub fn audit(
        &self,
        after: u64,
        since: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<Audited>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE number > ?1 AND coalesce(at, 0) >= ?2 ORDER BY number LIMIT ?3"
        );
        let parameters = [
            i64::try_from(after).unwrap_or(i64::MAX).into(),
            since.map_or(i64::MIN, Timestamp::as_second).into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
        ];
        let rows = self.transact(Access::Read, |transaction| transaction.query(&sql, &parameters))?;
        rows.into_iter().map(audited).collect()
    }
}

fn audited(mut row: Row) -> Result<Audited, StoreError> {
    let wrong = |column, wanted| StoreError::Column { column, wanted, got: "text" };
    let deed = row.text(4)?;
    let number = row.count(0)?;
    Ok(Audited {
        number,
        at: row.optional_integer(1)?.map(|at| instant(at, 1)).transpose()?,
        key: row.optional_text(2)?.map(KeyId),
        role: row.text(3)?.parse().map_err(|_: UnknownName| wrong(3, "role"))?,
        deed: Deed::ALL.into_iter().find(|known| known.as_str() == deed).ok_or(wrong(4, "deed"))?,
        route: row.text(5)?,
        request: row.text(6)?,
        ids: serde_json::from_str(&row.text(7)?)
            .map_err(|cause| StoreError::Damaged { id: format!("audit {number}"), cause })?,
        count: row.count(8)?,
        first_change: row.optional_integer(9)?.map(i64::unsigned_abs),
        last_change: row.optional_integer(10)?.map(i64::unsigned_abs),
    })
}
