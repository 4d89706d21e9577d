//! Keys, sessions and the audit log, by way of the market's connections.

use jiff::{SignedDuration, Timestamp};

use crate::store::{AccessKey, Audited, Deed, KeyId, NewKey, Secret};

use super::market::{Market, MarketError};

impl Market {
    /// The key of a secret, however it stands.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn key_of(&self, secret: &str) -> Result<Option<AccessKey>, MarketError> {
        Ok(self.reader().key_of(secret)?)
    }

    /// All keys, in the order in which they were made.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn keys(&self) -> Result<Vec<AccessKey>, MarketError> {
        Ok(self.reader().keys()?)
    }

    /// Makes a key; see [`Store::new_key`](crate::store::Store::new_key).
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn new_key(&self, new: &NewKey, now: Timestamp) -> Result<(AccessKey, Secret), MarketError> {
        Ok(self.writer().new_key(new, now)?)
    }

    /// Makes a key in another's place; `None` when there is no such key.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn replace_key(
        &self,
        former: &KeyId,
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<(AccessKey, Secret)>, MarketError> {
        Ok(self.writer().replace_key(former, expires, now)?)
    }

    /// Takes a key back; `None` when there is no such key.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn revoke_key(&self, id: &KeyId, now: Timestamp) -> Result<Option<AccessKey>, MarketError> {
        Ok(self.writer().revoke_key(id, now)?)
    }

    /// Begins a session; until when it lasts.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_session(
        &self,
        key: &AccessKey,
        lasts: SignedDuration,
        now: Timestamp,
    ) -> Result<(Secret, Timestamp), MarketError> {
        Ok(self.writer().begin_session(key, lasts, now)?)
    }

    /// The key whose session this is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn session(&self, secret: &str, now: Timestamp) -> Result<Option<AccessKey>, MarketError> {
        Ok(self.reader().session(secret, now)?)
    }

    /// Ends a session; whether there was one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn end_session(&self, secret: &str) -> Result<bool, MarketError> {
        Ok(self.writer().end_session(secret)?)
    }

    /// Records a deed in the audit log, where no write does.
    ///
    /// # Errors
    /// When the store cannot be written; then what was to be recorded must not be done.
    pub fn record(&self, deed: Deed, ids: &[String]) -> Result<(), MarketError> {
        Ok(self.writer().record(deed, ids)?)
    }

    /// The audit log after a number, oldest first, at most `limit` lines of it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn audit(&self, after: u64, limit: usize) -> Result<Vec<Audited>, MarketError> {
        Ok(self.reader().audit(after, None, limit)?)
    }
}
