//! Both lists, live.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::domain::{Alert, Date, Listing, ListingId, SavedSearch, Side, Sight, Status};
use crate::embed::{CacheUse, EmbedError, Embedder, VectorCache};
use crate::index::IndexError;
use crate::intake;
use crate::rank::{Ranker, Weights};
use crate::record::{self, Group};
use crate::store::{
    Author, ChangeNumber, Consents, Contacts, Decided, Decision, Due, Imported, Instant, ListingPair,
    NewDecision, Sending, Sent, Store, StoreError, TakenBack, Version, Watch,
};

use super::demo::Demo;
use super::follow::{self, Following};
use super::generation::Generation;
use super::live::Live;
use super::rerank::PairScorer;
use super::switch::{Job, SwitchPhase, SwitchRunning, SwitchStatus};

/// What making a snapshot took.
#[derive(Debug, Clone, Copy)]
pub struct Loaded {
    /// Listings a side: requirements, capabilities.
    pub listings: (usize, usize),
    /// Passages found in the cache, and embedded.
    pub cache: CacheUse,
    /// Time for all of it.
    pub took: Duration,
}

/// Why the market cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    /// From the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// From the model.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// From the index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A backend went down with the generation that it was to make.
    #[error(
        "建立索引时程序内部崩溃，原名单照常可查，稍后自动重试 / making the index crashed; the lists stay as they are and it is tried again"
    )]
    Crashed,
}

/// The store, the model, and the newest ranking made from them.
///
/// A write is durable when it returns, and found when the [`Generation`] that holds its
/// number is in place, which a thread sees to ([`Market::following`]); that thread ends
/// with the market.
#[derive(Debug)]
pub struct Market {
    pub(super) live: Arc<Live>,
    /// The last change of model.
    switch: Mutex<Option<Arc<Job>>>,
}

impl Market {
    /// Opens the market on a store, makes the first snapshot of what it holds, and
    /// begins to follow it.
    ///
    /// `progress` is told `(passages done, passages in all)`.
    ///
    /// # Errors
    /// When the store cannot be read or the model cannot embed.
    pub fn open(
        store: Store,
        embedder: Embedder,
        cache: VectorCache,
        weights: Weights,
        demo: &Demo,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<(Market, Loaded), MarketError> {
        let (own, listener) = (store.another()?, store.listener());
        let (live, loaded) = Live::open(store, embedder, cache, weights, demo, progress)?;
        let live = Arc::new(live);
        follow::begin(&live, own, listener);
        Ok((Market { live, switch: Mutex::new(None) }, loaded))
    }

    /// From now on a reranker looks at the best candidates of every ranking.
    pub fn rerank_with(&self, scorer: Arc<dyn PairScorer>) {
        self.live.rerank_with(scorer);
    }

    /// The market with a lexical weight that holds for every model it changes to;
    /// the first model's weights are those that it was opened with.
    #[must_use]
    pub fn with_lexical(self, lexical: Option<f32>) -> Market {
        self.live.weigh_words(lexical);
        self
    }

    /// The market whose lists are updated, and not indexed anew for every change, from so many
    /// listings on; 256 unless told.
    #[must_use]
    pub fn updating_from(self, listings: usize) -> Market {
        self.live.update_from(listings);
        self
    }

    /// Everything that answers come from at this instant. Whoever answers takes it
    /// once: all parts of the answer then come from one model and one snapshot.
    pub fn now(&self) -> Arc<Generation> {
        self.live.now()
    }

    /// The newest fused ranking; keeps its snapshot alive as long as it is held.
    pub fn ranker(&self) -> Arc<Ranker> {
        self.now().ranker().clone()
    }

    /// What is kept between runs.
    pub fn cache(&self) -> &VectorCache {
        self.live.cache()
    }

    /// One listing as it was written last, contacts included: never to be sent out as
    /// it is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn get(&self, side: Side, id: &ListingId) -> Result<Option<Listing>, MarketError> {
        Ok(self.reader().get(side, id)?)
    }

    /// How many of these are in the store, by side and id; an id named twice counts once.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_known(&self, listings: &[Listing]) -> Result<u64, MarketError> {
        Ok(self.reader().count_known(listings)?)
    }

    /// Adds or replaces listings: all or none. They are durable when this returns;
    /// found they are when [`Market::wait_for`] has seen the number.
    ///
    /// # Errors
    /// When the store cannot be written; then nothing changed.
    pub fn put(&self, listings: &[Listing], author: &Author) -> Result<ChangeNumber, MarketError> {
        let change = self.writer().put(listings, author)?;
        self.live.pulse().stir();
        Ok(change)
    }

    /// As [`Market::put`]; `watch` hears how far it is, and may stop it; see [`Store::put_watched`].
    ///
    /// # Errors
    /// As [`Market::put`], and when it was stopped.
    pub fn put_watched(
        &self,
        listings: &[Listing],
        author: &Author,
        watch: &Watch<'_>,
    ) -> Result<ChangeNumber, MarketError> {
        let change = self.writer().put_watched(listings, author, watch)?;
        self.live.pulse().stir();
        Ok(change)
    }

    /// Imports that were kept, newest first; see [`Store::imports`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn imports(
        &self,
        routes: &[&str],
        since: Instant,
        limit: usize,
    ) -> Result<Vec<Imported>, MarketError> {
        Ok(self.reader().imports(routes, since, limit)?)
    }

    /// Takes an import back; see [`Store::take_back`].
    ///
    /// # Errors
    /// As [`Market::put`], when there is no such import, and when it was stopped.
    pub fn take_back(
        &self,
        change: ChangeNumber,
        routes: &[&str],
        author: &Author,
        watch: &Watch<'_>,
    ) -> Result<(TakenBack, ChangeNumber), MarketError> {
        let back = self.writer().take_back(change, routes, author, watch)?;
        self.live.pulse().stir();
        Ok(back)
    }

    /// Adds listings unless one of them is there already; gives back the ids in the way.
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn create(
        &self,
        listings: &[Listing],
        author: &Author,
    ) -> Result<Result<ChangeNumber, Vec<ListingId>>, MarketError> {
        let created = self.writer().create(listings, author)?;
        self.live.pulse().stir();
        Ok(created)
    }

    /// Rewrites listings with nobody writing in between; see [`Store::rewrite`].
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn rewrite<E>(
        &self,
        keys: &[(Side, ListingId)],
        author: &Author,
        work: impl FnMut(Vec<Option<Listing>>) -> Result<Vec<Listing>, E>,
    ) -> Result<Result<ChangeNumber, E>, MarketError> {
        let done = self.writer().rewrite(keys, author, work)?;
        self.live.pulse().stir();
        Ok(done)
    }

    /// All that a listing has been, newest first; see [`Store::history`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn history(&self, side: Side, id: &ListingId) -> Result<Vec<Version>, MarketError> {
        Ok(self.reader().history(side, id)?)
    }

    /// Who of a pair has agreed to be reached by the other; see [`Store::consents`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn consents(&self, pair: &ListingPair) -> Result<Consents, MarketError> {
        Ok(self.reader().consents(pair)?)
    }

    /// Notes whether a side agrees; see [`Store::consent`].
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn consent(
        &self,
        pair: &ListingPair,
        side: Side,
        agrees: bool,
        author: &Author,
    ) -> Result<Option<Consents>, MarketError> {
        Ok(self.writer().consent(pair, side, agrees, author)?)
    }

    /// The contacts of a pair that has agreed, which is recorded; see [`Store::contacts`].
    ///
    /// # Errors
    /// As [`Market::put`]; what cannot be recorded is not given out.
    pub fn contacts(&self, pair: &ListingPair) -> Result<Option<Contacts>, MarketError> {
        Ok(self.writer().contacts(pair)?)
    }

    /// Decides of a pair; see [`Store::decide`].
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn decide(&self, new: &NewDecision, author: &Author) -> Result<Decided, MarketError> {
        Ok(self.writer().decide(new, author)?)
    }

    /// What stands of pairs; see [`Store::decisions`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn decisions(
        &self,
        requirement: Option<&ListingId>,
        capability: Option<&ListingId>,
    ) -> Result<Vec<Decision>, MarketError> {
        Ok(self.reader().decisions(requirement, capability)?)
    }

    /// All that was decided of a pair; see [`Store::decisions_of`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn decisions_of(&self, pair: &ListingPair) -> Result<Vec<Decision>, MarketError> {
        Ok(self.reader().decisions_of(pair)?)
    }

    /// What an account keeps looking for; see [`Store::searches`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn searches(&self, owner: &str) -> Result<Vec<SavedSearch>, MarketError> {
        Ok(self.reader().searches(owner)?)
    }

    /// The search of a feed; see [`Store::search_of_feed`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn search_of_feed(&self, secret: &str) -> Result<Option<SavedSearch>, MarketError> {
        Ok(self.reader().search_of_feed(secret)?)
    }

    /// Keeps a search; see [`Store::save_search`].
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn save_search(&self, search: &SavedSearch) -> Result<SavedSearch, MarketError> {
        Ok(self.writer().save_search(search)?)
    }

    /// Ends a search; see [`Store::remove_search`].
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn remove_search(&self, owner: &str, id: &str) -> Result<bool, MarketError> {
        Ok(self.writer().remove_search(owner, id)?)
    }

    /// What came up for an account; see [`Store::alerts`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn alerts(
        &self,
        owner: &str,
        search: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<Alert>, u64), MarketError> {
        Ok(self.reader().alerts(owner, search, limit)?)
    }

    /// Notes that it was seen; see [`Store::alerts_seen`].
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn alerts_seen(&self, owner: &str, upto: u64) -> Result<(), MarketError> {
        Ok(self.writer().alerts_seen(owner, upto)?)
    }

    /// Messages to be sent; see [`Store::take_due`].
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn take_due(&self, now: Instant, until: Instant, limit: usize) -> Result<Vec<Due>, MarketError> {
        Ok(self.writer().take_due(now, until, limit)?)
    }

    /// What became of a message; see [`Store::settle`].
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn settle(&self, alert: u64, sent: &Sent) -> Result<(), MarketError> {
        Ok(self.writer().settle(alert, sent)?)
    }

    /// How the messages of a search fare; see [`Store::sending`].
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sending(&self, search: &str) -> Result<Sending, MarketError> {
        Ok(self.reader().sending(search)?)
    }

    /// Open requirements that say almost the same, of those that are seen, and whether
    /// there were too many to tell all.
    pub fn near_duplicates(&self, sight: &Sight) -> (Vec<Group>, bool) {
        let ranker = self.ranker();
        let open: Vec<&Listing> = ranker
            .snapshot()
            .side(Side::Requirement)
            .listings()
            .map(AsRef::as_ref)
            .filter(|listing| listing.status != Status::Closed && sight.sees(listing))
            .collect();
        let (pairs, cut) = intake::near_duplicates(&open);
        let ids: Vec<ListingId> = open.iter().map(|listing| listing.id.clone()).collect();
        (record::group(&ids, &pairs), cut)
    }

    /// Takes a listing out; `None` when it was not there.
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn remove(
        &self,
        side: Side,
        id: &ListingId,
        author: &Author,
    ) -> Result<Option<ChangeNumber>, MarketError> {
        let gone = self.writer().remove(side, id, author)?;
        self.live.pulse().stir();
        Ok(gone)
    }

    /// Waits until what was written under a number is found, at most so long; whether
    /// it is. Blocks.
    pub fn wait_for(&self, change: ChangeNumber, patience: Duration) -> bool {
        self.live.pulse().wait_for(change, patience)
    }

    /// How far the lists that answer follow the store.
    pub fn following(&self) -> Following {
        self.live.pulse().following()
    }

    /// Changes to another model in a thread of its own. Until all of the lists is
    /// embedded with it, everything is answered by the model in use; then both are
    /// swapped whole. `open` runs in that thread; `name` is what to call the model
    /// in the meantime.
    ///
    /// # Errors
    /// When a change is going on already.
    pub fn switch(
        &self,
        name: String,
        open: impl FnOnce() -> Result<Embedder, EmbedError> + Send + 'static,
    ) -> Result<(), SwitchRunning> {
        let job = {
            let mut last = self.switch.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(status) = last.as_ref().map(|job| job.status()).filter(|s| s.phase.is_running()) {
                return Err(SwitchRunning { model: status.model });
            }
            let job = Job::new(name);
            *last = Some(job.clone());
            job
        };
        let live = self.live.clone();
        std::thread::spawn(move || {
            // A panic in a backend must not leave the change going on for ever.
            let made =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| live.change_model(&job, open)));
            match made {
                Ok(Ok(())) => job.finish(SwitchPhase::Done, None),
                Ok(Err(MarketError::Embed(EmbedError::Stopped))) => job.finish(SwitchPhase::Cancelled, None),
                Ok(Err(error)) => {
                    tracing::warn!("{error}");
                    job.finish(SwitchPhase::Failed, Some(error.to_string()));
                }
                Err(_) => {
                    let said = "模型运行时崩溃 / the model crashed while it ran";
                    job.finish(SwitchPhase::Failed, Some(said.to_owned()));
                }
            }
        });
        Ok(())
    }

    /// How far the last change of model has come; `None` when there was none.
    pub fn switch_status(&self) -> Option<SwitchStatus> {
        self.switch.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|job| job.status())
    }

    /// Calls off the change that is going on; whether there was one. It ends at
    /// the next text, and [`Market::switch_status`] says so then.
    pub fn cancel_switch(&self) -> bool {
        let last = self.switch.lock().unwrap_or_else(PoisonError::into_inner);
        let running = last.as_ref().filter(|job| job.status().phase.is_running());
        running.inspect(|job| job.cancel()).is_some()
    }

    pub(super) fn writer(&self) -> MutexGuard<'_, Store> {
        self.live.writer()
    }

    pub(super) fn reader(&self) -> MutexGuard<'_, Store> {
        self.live.reader()
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        self.live.pulse().stop();
    }
}

/// The day by the machine's clock, for whoever must ask one.
pub fn today() -> Date {
    jiff::Zoned::now().date()
}

/// This instant by the machine's clock.
pub fn instant() -> Instant {
    Instant::now()
}
