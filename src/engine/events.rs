//! Events and follow-ups of the market's store.

use crate::domain::{Date, Event, EventId, FollowUp, Pair, Progress, Step};

use super::market::{Market, MarketError};

impl Market {
    /// All events, in the order of ids.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn events(&self) -> Result<Vec<Event>, MarketError> {
        Ok(self.reader().events()?)
    }

    /// One event.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn event(&self, id: &EventId) -> Result<Option<Event>, MarketError> {
        Ok(self.reader().event(id)?)
    }

    /// Saves an event under the next revision.
    ///
    /// # Errors
    /// When somebody else has saved it since it was read, or the store cannot be written.
    pub fn save_event(&self, event: Event) -> Result<Event, MarketError> {
        Ok(self.writer().save_event(event)?)
    }

    /// Takes an event out, with its follow-ups; whether it was there.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remove_event(&self, id: &EventId) -> Result<bool, MarketError> {
        Ok(self.writer().remove_event(id)?)
    }

    /// What came of an event: recorded follow-ups, and a candidate for each meeting of
    /// the plan that nothing is recorded of; by need, then OPC.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn follow_ups(&self, event: &Event) -> Result<Vec<FollowUp>, MarketError> {
        let mut found = self.reader().follow_ups(Some(&event.id))?;
        for meeting in event.plan.iter().flat_map(|plan| &plan.meetings) {
            let pair = meeting.pair();
            if !found.iter().any(|follow_up| follow_up.pair == pair) {
                found.push(FollowUp::new(event.id.clone(), pair));
            }
        }
        found.sort_by(|a, b| a.pair.cmp(&b.pair));
        Ok(found)
    }

    /// What came of all events.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all_follow_ups(&self) -> Result<Vec<FollowUp>, MarketError> {
        let mut all = Vec::new();
        for event in self.events()? {
            all.extend(self.follow_ups(&event)?);
        }
        Ok(all)
    }

    /// The follow-up of one pair, if it stands in the plan or something is recorded of it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn follow_up(&self, event: &Event, pair: &Pair) -> Result<Option<FollowUp>, MarketError> {
        Ok(self.follow_ups(event)?.into_iter().find(|follow_up| &follow_up.pair == pair))
    }

    /// Keeps a follow-up.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn put_follow_up(&self, follow_up: &FollowUp) -> Result<(), MarketError> {
        Ok(self.writer().put_follow_ups(std::slice::from_ref(follow_up))?)
    }

    /// Marks an event as held: every seated meeting that nothing else is recorded of
    /// counts as 已对接 from that day on.
    ///
    /// # Errors
    /// As [`Market::save_event`].
    pub fn hold_event(&self, mut event: Event, on: Date) -> Result<Event, MarketError> {
        event.held = true;
        let event = self.save_event(event)?;
        let seated: Vec<Pair> = event
            .plan
            .iter()
            .flat_map(|plan| &plan.meetings)
            .filter(|meeting| meeting.seat.is_some())
            .map(|meeting| meeting.pair())
            .collect();
        let mut met: Vec<FollowUp> = self.follow_ups(&event)?;
        met.retain(|follow_up| follow_up.state == Progress::Candidate && seated.contains(&follow_up.pair));
        for follow_up in &mut met {
            let step =
                Step {
                    state: Progress::Met, on, by: String::new(), note: format!("对接会：{}", event.name)
                };
            // From 候选 to 已对接 is always allowed.
            let _ = follow_up.advance(step, None);
        }
        self.writer().put_follow_ups(&met)?;
        Ok(event)
    }
}
