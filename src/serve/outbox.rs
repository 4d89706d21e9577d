//! Holding saved searches against what arrives, and sending what came up.

use std::time::Duration;

use crate::engine::{self, MarketError};
use crate::notify::{Sender, message, next_try};
use crate::store::{Due, Sent};

use super::app::App;

/// How often to look for what arrived where nobody says so, and for what is due.
const LOOK: Duration = Duration::from_secs(1);

/// After a failure of the store.
const PAUSE: Duration = Duration::from_secs(10);

/// Messages sent in a row.
const BATCH: usize = 20;

/// For so long nobody else sends what this process is about to send, in seconds; more
/// than a batch can take.
const HELD: i64 = 15 * 60;

/// What the service knows of its way outside.
#[derive(Debug, Clone)]
pub struct Outbox {
    page: Option<String>,
    sender: Sender,
}

impl Default for Outbox {
    fn default() -> Self {
        Outbox::new(None, false)
    }
}

impl Outbox {
    /// `page` is where people find the service, for links in messages; `inside` lets
    /// webhooks lead to this machine and its own network.
    pub fn new(page: Option<String>, inside: bool) -> Outbox {
        Outbox { page, sender: Sender::new(inside) }
    }

    pub(super) fn page(&self) -> Option<&str> {
        self.page.as_deref()
    }

    pub(super) fn sender(&self) -> &Sender {
        &self.sender
    }
}

impl App {
    /// Holds all saved searches against what has arrived, and sends what is due: how
    /// much came up, and how many messages were taken. Blocks.
    ///
    /// # Errors
    /// When the store fails; what was not noted is done again the next time.
    pub fn look_out(&self) -> Result<(usize, usize), MarketError> {
        let raised = self.market().raise_alerts(self.today(), Some(engine::instant()))?;
        let now = engine::instant();
        let until = now.as_second().saturating_add(HELD);
        let until = engine::Instant::from_second(until).unwrap_or(now);
        let mut taken = 0;
        for due in self.market().take_due(now, until, BATCH)? {
            let sent = self.sent(&due);
            taken += usize::from(sent == Sent::Taken);
            self.market().settle(due.alert.number, &sent)?;
        }
        Ok((raised, taken))
    }

    fn sent(&self, Due { alert, search, tries }: &Due) -> Sent {
        let Some(hook) = &search.webhook else { return Sent::Taken };
        let now = engine::instant();
        let message = message(hook, search, alert, self.outbox().page(), now.as_second());
        let Err(refused) = self.outbox().sender().send(&message) else { return Sent::Taken };
        let cause = refused.to_string();
        let again =
            next_try(*tries).and_then(|pause| engine::Instant::from_second(now.as_second() + pause).ok());
        tracing::warn!(search = search.id, alert = alert.number, "a message was not taken: {cause}");
        again.map_or(Sent::GivenUp { cause: cause.clone() }, |at| Sent::Again { at, cause })
    }
}

/// Looks out for as long as the process lives, in a thread of its own.
pub(super) fn look_out_for_ever(app: App) {
    std::thread::spawn(move || {
        let mut failing = false;
        loop {
            // Changes of events are waited out too: they come between those of listings.
            let next = app.market().now().change().saturating_add(1);
            match app.look_out() {
                Ok(_) => {
                    failing = false;
                    app.market().wait_for(next, LOOK);
                }
                Err(error) => {
                    if !failing {
                        tracing::warn!("saved searches are not held against what arrives for now: {error}");
                    }
                    failing = true;
                    std::thread::sleep(PAUSE);
                }
            }
        }
    });
}
