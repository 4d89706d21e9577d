//! Events and follow-ups.

use rusqlite::{OptionalExtension, params};
use serde::de::DeserializeOwned;

use crate::domain::{Event, EventId, FollowUp};

use super::sqlite::{Store, StoreError};

impl Store {
    /// Saves an event and gives it the next revision. A new event has revision 0.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when the stored revision is not the one the event was
    /// read with; then nothing was written.
    pub fn save_event(&mut self, mut event: Event) -> Result<Event, StoreError> {
        let transaction = self.connection.transaction()?;
        let found: Option<i64> = transaction
            .prepare_cached("SELECT revision FROM event WHERE id = ?1")?
            .query_row([&event.id.0], |row| row.get(0))
            .optional()?;
        let found = found.unwrap_or_default().unsigned_abs();
        if found != event.revision {
            return Err(StoreError::Stale { id: event.id.0, read: event.revision, found });
        }
        event.revision += 1;
        transaction.prepare_cached("INSERT INTO event (id, revision, body) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET revision = ?2, body = ?3")?.execute(
            params![event.id.0, event.revision as i64, written(&event.id.0, &event)?],
        )?;
        transaction.commit()?;
        Ok(event)
    }

    /// One event.
    ///
    /// # Errors
    /// When SQLite fails or the event is damaged.
    pub fn event(&self, id: &EventId) -> Result<Option<Event>, StoreError> {
        let body: Option<String> = self
            .connection
            .prepare_cached("SELECT body FROM event WHERE id = ?1")?
            .query_row([&id.0], |row| row.get(0))
            .optional()?;
        body.map(|body| read(&id.0, &body)).transpose()
    }

    /// All events, in the order of ids.
    ///
    /// # Errors
    /// When SQLite fails or an event is damaged.
    pub fn events(&self) -> Result<Vec<Event>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT id, body FROM event ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.map(|row| {
            row.map_err(StoreError::from).and_then(|(id, body): (String, String)| read(&id, &body))
        })
        .collect()
    }

    /// Takes an event and its follow-ups out; whether it was there.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn remove_event(&mut self, id: &EventId) -> Result<bool, StoreError> {
        Ok(self.connection.execute("DELETE FROM event WHERE id = ?1", [&id.0])? > 0)
    }

    /// Adds follow-ups, or replaces those of the same event and pair: all or none.
    ///
    /// # Errors
    /// When SQLite fails, or there is no such event; then nothing was written.
    pub fn put_follow_ups(&mut self, follow_ups: &[FollowUp]) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        {
            let mut put = transaction.prepare_cached(
                "INSERT OR REPLACE INTO follow_up (event, need, opc, body) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for follow_up in follow_ups {
                let body = written(&follow_up.event.0, follow_up)?;
                put.execute(params![follow_up.event.0, follow_up.pair.need.0, follow_up.pair.opc.0, body])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Follow-ups of one event, or of all, in the order of event, need and OPC.
    ///
    /// # Errors
    /// When SQLite fails or a follow-up is damaged.
    pub fn follow_ups(&self, event: Option<&EventId>) -> Result<Vec<FollowUp>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT event, body FROM follow_up WHERE ?1 IS NULL OR event = ?1 ORDER BY event, need, opc",
        )?;
        let rows = statement.query_map([event.map(|id| &id.0)], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.map(|row| {
            row.map_err(StoreError::from).and_then(|(id, body): (String, String)| read(&id, &body))
        })
        .collect()
    }
}

fn written(id: &str, what: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(what).map_err(|cause| StoreError::Damaged { id: id.to_owned(), cause })
}

fn read<T: DeserializeOwned>(id: &str, body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|cause| StoreError::Damaged { id: id.to_owned(), cause })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Frame, NeedEntry, OpcId, Pair, Rules};

    fn event(id: &str) -> Event {
        Event {
            id: EventId(id.into()),
            name: "对接会".into(),
            theme: String::new(),
            place: String::new(),
            frame: Frame::default(),
            rules: Rules::default(),
            needs: vec![NeedEntry::new("N1".into())],
            opcs: Vec::new(),
            named_opcs_only: false,
            pins: Vec::new(),
            bans: Vec::new(),
            interests: Vec::new(),
            aliases: Vec::new(),
            plan: None,
            revision: 0,
            held: false,
        }
    }

    #[test]
    fn two_writers_do_not_overwrite_each_other() {
        let mut store = Store::in_memory().unwrap();
        let first = store.save_event(event("E1")).unwrap();
        assert_eq!(first.revision, 1);
        let mut mine = store.event(&first.id).unwrap().unwrap();
        let mut theirs = mine.clone();
        mine.name = "我的".into();
        theirs.name = "他的".into();
        assert_eq!(store.save_event(mine).unwrap().revision, 2);
        let error = store.save_event(theirs).unwrap_err();
        assert!(matches!(error, StoreError::Stale { read: 1, found: 2, .. }), "{error}");
        assert!(matches!(store.save_event(event("E1")), Err(StoreError::Stale { .. })));
        let kept: Vec<String> = store.events().unwrap().into_iter().map(|event| event.name).collect();
        assert_eq!(kept, ["我的"]);
    }

    #[test]
    fn follow_ups_go_with_their_event() {
        let mut store = Store::in_memory().unwrap();
        let pair = |opc: &str| Pair { need: "N1".into(), opc: OpcId(opc.into()) };
        let of = |event: &str, opc: &str| FollowUp::new(EventId(event.into()), pair(opc));
        assert!(store.put_follow_ups(&[of("E1", "甲")]).is_err(), "an event that is not there");
        store.save_event(event("E1")).unwrap();
        store.save_event(event("E2")).unwrap();
        store.put_follow_ups(&[of("E1", "乙"), of("E1", "甲"), of("E2", "甲")]).unwrap();
        let mut signed = of("E1", "甲");
        signed.owner = "某人".into();
        store.put_follow_ups(std::slice::from_ref(&signed)).unwrap();
        let one = EventId("E1".into());
        assert_eq!(store.follow_ups(Some(&one)).unwrap().len(), 2);
        assert!(store.follow_ups(Some(&one)).unwrap().contains(&signed));
        assert!(store.remove_event(&one).unwrap());
        assert_eq!(store.follow_ups(None).unwrap(), [of("E2", "甲")]);
    }
}
