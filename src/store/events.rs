//! Events and follow-ups.

use crate::domain::{Event, EventId, FollowUp};

use super::database::{Access, Transaction, Value, first};
use super::error::StoreError;
use super::feed::{ChangeKind, Entry, Feed};
use super::listings::{Store, read, written};

impl Store {
    /// Saves an event and gives it the next revision. A new event has revision 0.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the stored revision is not the one the event was
    /// read with; then nothing was written.
    pub fn save_event(&mut self, event: Event) -> Result<Event, StoreError> {
        let mut saved = event;
        let read = saved.revision;
        saved.revision += 1;
        self.writing(|transaction, feed| {
            let found = revision_of(transaction, &saved.id)?.unwrap_or_default();
            if found != read {
                return Err(StoreError::Stale { id: saved.id.0.clone(), read, found });
            }
            put_event(transaction, feed, &saved)
        })?;
        Ok(saved)
    }

    /// One event.
    ///
    /// # Errors
    /// When the database fails or the event is damaged.
    pub fn event(&self, id: &EventId) -> Result<Option<Event>, StoreError> {
        let rows = self.transact(Access::Read, |transaction| {
            transaction.query("SELECT body FROM event WHERE id = ?1", &[Value::from(&id.0)])
        })?;
        first(rows).map(|mut row| read(&id.0, &row.text(0)?)).transpose()
    }

    /// All events, in the order of ids.
    ///
    /// # Errors
    /// When the database fails or an event is damaged.
    pub fn events(&self) -> Result<Vec<Event>, StoreError> {
        self.transact(Access::Read, all_events)
    }

    /// Takes an event and its follow-ups out; whether it was there.
    ///
    /// # Errors
    /// When the database fails; then nothing was written.
    pub fn remove_event(&mut self, id: &EventId) -> Result<bool, StoreError> {
        let (gone, _) = self.writing(|transaction, feed| remove_event(transaction, feed, id))?;
        Ok(gone)
    }

    /// Adds follow-ups, or replaces those of the same event and pair: all or none.
    ///
    /// # Errors
    /// When the database fails, or there is no such event; then nothing was written.
    pub fn put_follow_ups(&mut self, follow_ups: &[FollowUp]) -> Result<(), StoreError> {
        self.writing(|transaction, feed| put_follow_ups(transaction, feed, follow_ups))?;
        Ok(())
    }

    /// Follow-ups of one event, or of all, in the order of event, need and OPC.
    ///
    /// # Errors
    /// When the database fails or a follow-up is damaged.
    pub fn follow_ups(&self, event: Option<&EventId>) -> Result<Vec<FollowUp>, StoreError> {
        self.transact(Access::Read, |transaction| match event {
            Some(id) => follow_ups_of(transaction, id),
            None => all_follow_ups(transaction),
        })
    }
}

fn revision_of(transaction: &mut dyn Transaction, id: &EventId) -> Result<Option<u64>, StoreError> {
    let rows = transaction.query("SELECT revision FROM event WHERE id = ?1", &[Value::from(&id.0)])?;
    first(rows).map(|mut row| row.count(0)).transpose()
}

/// Keeps an event as it is, its revision included.
pub(super) fn put_event(
    transaction: &mut dyn Transaction,
    feed: &mut Feed,
    event: &Event,
) -> Result<(), StoreError> {
    feed.note(transaction, &Entry::Event(event.id.clone()), ChangeKind::Put)?;
    transaction.execute(
        "INSERT INTO event (id, revision, body) VALUES (?1, ?2, ?3) \
         ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, body = excluded.body",
        &[
            Value::from(&event.id.0),
            i64::try_from(event.revision).unwrap_or(i64::MAX).into(),
            written(&event.id.0, event)?.into(),
        ],
    )?;
    Ok(())
}

pub(super) fn remove_event(
    transaction: &mut dyn Transaction,
    feed: &mut Feed,
    id: &EventId,
) -> Result<bool, StoreError> {
    let gone = transaction.execute("DELETE FROM event WHERE id = ?1", &[Value::from(&id.0)])?;
    if gone > 0 {
        feed.note(transaction, &Entry::Event(id.clone()), ChangeKind::Remove)?;
    }
    Ok(gone > 0)
}

pub(super) fn put_follow_ups(
    transaction: &mut dyn Transaction,
    feed: &mut Feed,
    follow_ups: &[FollowUp],
) -> Result<(), StoreError> {
    let mut noted: Vec<&EventId> = Vec::new();
    for FollowUp { event, .. } in follow_ups {
        if !noted.contains(&event) {
            if revision_of(transaction, event)?.is_none() {
                return Err(StoreError::NoEvent { id: event.0.clone() });
            }
            feed.note(transaction, &Entry::FollowUps(event.clone()), ChangeKind::Put)?;
            noted.push(event);
        }
    }
    for follow_up in follow_ups {
        let FollowUp { event, pair, .. } = follow_up;
        transaction.execute(
            "INSERT INTO follow_up (event, need, opc, body) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (event, need, opc) DO UPDATE SET body = excluded.body",
            &[
                Value::from(&event.0),
                Value::from(&pair.need.0),
                Value::from(&pair.opc.0),
                written(&event.0, follow_up)?.into(),
            ],
        )?;
    }
    Ok(())
}

pub(super) fn all_events(transaction: &mut dyn Transaction) -> Result<Vec<Event>, StoreError> {
    let rows = transaction.query("SELECT id, body FROM event ORDER BY id", &[])?;
    rows.into_iter().map(|mut row| read(&row.text(0)?, &row.text(1)?)).collect()
}

pub(super) fn all_follow_ups(transaction: &mut dyn Transaction) -> Result<Vec<FollowUp>, StoreError> {
    let rows = transaction.query("SELECT event, body FROM follow_up ORDER BY event, need, opc", &[])?;
    rows.into_iter().map(|mut row| read(&row.text(0)?, &row.text(1)?)).collect()
}

fn follow_ups_of(transaction: &mut dyn Transaction, id: &EventId) -> Result<Vec<FollowUp>, StoreError> {
    let sql = "SELECT event, body FROM follow_up WHERE event = ?1 ORDER BY need, opc";
    let rows = transaction.query(sql, &[Value::from(&id.0)])?;
    rows.into_iter().map(|mut row| read(&row.text(0)?, &row.text(1)?)).collect()
}
