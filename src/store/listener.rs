//! Hearing that somebody has written.

use std::fmt;
use std::time::Duration;

use ::postgres::fallible_iterator::FallibleIterator;
use ::postgres::{Client, Config, Error};

use super::error::StoreError;
use super::postgres::{broken, connected, hang_up};

/// How long the server may take to say that it is still there.
const ANSWER: Duration = Duration::from_secs(5);

/// Hears of every write to a PostgreSQL database, whichever program makes it, over a
/// connection of its own. It says only that there was one: what was written stands in
/// the change feed.
///
/// A connection that breaks is made anew by the next [`Listener::wait`].
pub struct Listener {
    config: Config,
    place: String,
    client: Option<Client>,
}

impl Listener {
    pub(super) fn new(config: Config, place: String) -> Listener {
        Listener { config, place, client: None }
    }

    /// Waits for a write, at most so long; whether there is reason to look at the feed.
    ///
    /// There is, too, when the connection has just been made: what was told before is
    /// not told again.
    ///
    /// # Errors
    /// When the connection is lost, or cannot be made.
    pub fn wait(&mut self, patience: Duration) -> Result<bool, StoreError> {
        let Some(client) = &mut self.client else {
            let mut client = connected(&self.config, &self.place)?;
            if let Err(error) = client.batch_execute("LISTEN opcmatch") {
                hang_up(client);
                return Err(broken(&self.place, &error));
            }
            self.client = Some(client);
            return Ok(true);
        };
        heard(client, patience).map_err(|error| {
            self.client.take().into_iter().for_each(hang_up);
            broken(&self.place, &error)
        })
    }
}

fn heard(client: &mut Client, patience: Duration) -> Result<bool, Error> {
    if client.notifications().timeout_iter(patience).next()?.is_none() {
        // Silence is also what a lost connection says.
        client.is_valid(ANSWER)?;
        return Ok(false);
    }
    // One look at the feed does for all of them.
    while client.notifications().iter().next()?.is_some() {}
    Ok(true)
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.client.take().into_iter().for_each(hang_up);
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").field("place", &self.place).field("up", &self.client.is_some()).finish()
    }
}
