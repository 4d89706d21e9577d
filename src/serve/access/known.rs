//! Keys that were looked up a moment ago.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::store::AccessKey;

/// How long a key is not looked up again: so long at most another program's revoking
/// goes unnoticed.
const FRESH: Duration = Duration::from_secs(2);

/// Keys held at once; more are looked up each time.
const MOST: usize = 10_000;

/// Which secret it was, without holding it.
pub(super) type Digest = [u8; 32];

/// What was looked up, and when.
#[derive(Debug, Default)]
pub(in crate::serve) struct Known {
    found: BTreeMap<Digest, (AccessKey, Instant)>,
    /// How often all was forgotten: what was looked up before may be out of date.
    epoch: u64,
}

impl Known {
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    pub(super) fn get(&self, digest: &Digest, now: Instant) -> Option<AccessKey> {
        let (key, at) = self.found.get(digest)?;
        (now.duration_since(*at) < FRESH).then(|| key.clone())
    }

    /// Keeps what was looked up in this epoch.
    pub(super) fn put(&mut self, digest: Digest, key: AccessKey, now: Instant, epoch: u64) {
        if self.found.len() >= MOST {
            self.found.retain(|_, (_, at)| now.duration_since(*at) < FRESH);
        }
        if self.found.len() < MOST && epoch == self.epoch {
            self.found.insert(digest, (key, now));
        }
    }

    /// Forgets everything: a key was taken back, or a session ended.
    pub(super) fn clear(&mut self) {
        self.found.clear();
        self.epoch += 1;
    }
}
