//! Both lists, live.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::domain::{Date, Listing, ListingId, Side};
use crate::embed::{CacheUse, EmbedError, Embedder, VectorCache, Watch, embed_roles};
use crate::index::{Draft, IndexError, Snapshot};
use crate::rank::{Ranker, Weights};
use crate::store::{Change, Store, StoreError};

use super::demo::Demo;
use super::generation::{Generation, Model, role_of};
use super::rerank::{PairScorer, Reranking};
use super::switch::{Job, SwitchPhase, SwitchRunning, SwitchStatus};

/// Listings of both sides.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// Needs.
    pub requirements: Vec<Listing>,
    /// What OPCs can do.
    pub capabilities: Vec<Listing>,
}

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
}

/// The store, the model, and the newest ranking made from them.
#[derive(Debug)]
pub struct Market {
    store: Mutex<Store>,
    cache: Arc<VectorCache>,
    /// The texts that every model's spread is measured on.
    demo: Demo,
    /// Named by hand in place of each model's own; see [`Weights::with_lexical`].
    lexical: Option<f32>,
    current: RwLock<Arc<Generation>>,
    /// Held while a generation is made and put in place, so that two writes never
    /// make one each at once, and a write never brings back a former model.
    making: Mutex<Change>,
    /// The last change of model.
    switch: Mutex<Option<Arc<Job>>>,
}

impl Market {
    /// Opens the market on a store and makes the first snapshot of what it holds.
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
        progress: &dyn Fn(usize, usize),
    ) -> Result<(Market, Loaded), MarketError> {
        let model = Arc::new(Model::new(embedder, weights, &cache, demo)?);
        let change = store.last_change()?;
        let lists = read(&store)?;
        let (ranker, loaded) = rank(lists, &model, &cache, &on(progress))?;
        let cache = Arc::new(cache);
        let ranker = Arc::new(ranker);
        let first = Generation { model, cache: cache.clone(), ranker, reranking: None };
        let market = Market {
            store: Mutex::new(store),
            cache,
            demo: demo.clone(),
            lexical: None,
            current: RwLock::new(Arc::new(first)),
            making: Mutex::new(change),
            switch: Mutex::new(None),
        };
        Ok((market, loaded))
    }

    /// From now on a reranker looks at the best candidates of every ranking.
    pub fn rerank_with(&self, scorer: Arc<dyn PairScorer>) {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let reranking = Some(Arc::new(Reranking::new(scorer)));
        self.replace(Generation { reranking, ..self.now().as_ref().clone() });
    }

    /// The market with a lexical weight that holds for every model it changes to;
    /// the first model's weights are those that it was opened with.
    #[must_use]
    pub fn with_lexical(self, lexical: Option<f32>) -> Market {
        Market { lexical, ..self }
    }

    /// Everything that answers come from at this instant. Whoever answers takes it
    /// once: all parts of the answer then come from one model and one snapshot.
    pub fn now(&self) -> Arc<Generation> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The newest fused ranking; keeps its snapshot alive as long as it is held.
    pub fn ranker(&self) -> Arc<Ranker> {
        self.now().ranker().clone()
    }

    /// What is kept between runs.
    pub fn cache(&self) -> &VectorCache {
        &self.cache
    }

    /// One listing, contacts included: never to be sent out as it is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn get(&self, side: Side, id: &ListingId) -> Result<Option<Listing>, MarketError> {
        Ok(self.store().get(side, id)?)
    }

    /// Adds or replaces listings: all or none. They are durable when this
    /// returns, and found from then on.
    ///
    /// # Errors
    /// When the store cannot be written (then nothing changed) or the new
    /// listings cannot be embedded (then they are kept, and found after the next
    /// [`Market::refresh`]).
    pub fn put(&self, listings: &[Listing], progress: &dyn Fn(usize, usize)) -> Result<Change, MarketError> {
        let change = self.store().put(listings)?;
        self.refresh(progress)?;
        Ok(change)
    }

    /// Adds listings unless one of them is there already; gives back the ids in the way.
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn create(&self, listings: &[Listing]) -> Result<Result<Change, Vec<ListingId>>, MarketError> {
        let created = self.store().create(listings)?;
        if created.is_ok() {
            self.refresh(&|_, _| {})?;
        }
        Ok(created)
    }

    /// Takes a listing out; whether it was there.
    ///
    /// # Errors
    /// As [`Market::put`].
    pub fn remove(&self, side: Side, id: &ListingId) -> Result<bool, MarketError> {
        let gone = self.store().remove(side, id)?;
        if gone {
            self.refresh(&|_, _| {})?;
        }
        Ok(gone)
    }

    /// Makes a new snapshot if the store has changed since the last one.
    ///
    /// # Errors
    /// When the store cannot be read or the model cannot embed; the last
    /// snapshot then stays in use.
    pub fn refresh(&self, progress: &dyn Fn(usize, usize)) -> Result<Option<Loaded>, MarketError> {
        let mut made = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let (change, lists) = {
            let store = self.store();
            let change = store.last_change()?;
            if change == *made {
                return Ok(None);
            }
            (change, read(&store)?)
        };
        let now = self.now();
        let (ranker, loaded) = rank(lists, &now.model, &self.cache, &on(progress))?;
        self.replace(Generation { ranker: Arc::new(ranker), ..now.as_ref().clone() });
        *made = change;
        Ok(Some(loaded))
    }

    /// Changes to another model in a thread of its own. Until all of the lists is
    /// embedded with it, everything is answered by the model in use; then both are
    /// swapped whole. `open` runs in that thread; `name` is what to call the model
    /// in the meantime.
    ///
    /// # Errors
    /// When a change is going on already.
    pub fn switch(
        self: &Arc<Self>,
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
        let market = self.clone();
        std::thread::spawn(move || {
            // A panic in a backend must not leave the change going on for ever.
            let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| market.change(&job, open)));
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

    fn change(
        &self,
        job: &Job,
        open: impl FnOnce() -> Result<Embedder, EmbedError>,
    ) -> Result<(), MarketError> {
        let embedder = open()?;
        let weights = Weights::for_model(&embedder.info().name).with_lexical(self.lexical);
        let model = Arc::new(Model::new(embedder, weights, &self.cache, &self.demo)?);
        let watch = |done: usize, of: usize| {
            job.tell(done, of);
            if job.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let (change, lists) = self.read_all()?;
        let (ranker, _) = rank(lists, &model, &self.cache, &watch)?;
        let mut made = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let (newest, lists) = self.read_all()?;
        let ranker = if newest == change {
            ranker
        } else {
            // Written to in the meantime. What has not changed is in the cache by
            // now, so the writes that wait here wait for little.
            rank(lists, &model, &self.cache, &watch)?.0
        };
        if job.is_cancelled() {
            return Err(EmbedError::Stopped.into());
        }
        self.replace(Generation { model, ranker: Arc::new(ranker), ..self.now().as_ref().clone() });
        *made = newest;
        Ok(())
    }

    fn replace(&self, generation: Generation) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(generation);
    }

    fn read_all(&self) -> Result<(Change, Lists), MarketError> {
        let store = self.store();
        Ok((store.last_change()?, read(&store)?))
    }

    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The day by the machine's clock, for whoever must ask one.
pub fn today() -> Date {
    jiff::Zoned::now().date()
}

fn read(store: &Store) -> Result<Lists, StoreError> {
    Ok(Lists { requirements: store.list(Side::Requirement)?, capabilities: store.list(Side::Capability)? })
}

/// Progress that never stops the work.
fn on(progress: &dyn Fn(usize, usize)) -> impl Fn(usize, usize) -> ControlFlow<()> + '_ {
    |done, of| {
        progress(done, of);
        ControlFlow::Continue(())
    }
}

fn rank(
    lists: Lists,
    model: &Model,
    cache: &VectorCache,
    watch: &Watch<'_>,
) -> Result<(Ranker, Loaded), MarketError> {
    let started = Instant::now();
    let listings = (lists.requirements.len(), lists.capabilities.len());
    let analyze = |list: Vec<Listing>| Draft::analyze(list.into_iter().map(Arc::new).collect());
    let requirements = analyze(lists.requirements);
    let capabilities = analyze(lists.capabilities);
    let (asked, offered) = (requirements.passages(), capabilities.passages());
    let parts = [(role_of(Side::Requirement), &*asked), (role_of(Side::Capability), &*offered)];
    let (vectors, cache) = embed_roles(&model.embedder, cache, &parts, watch)?;
    let (left, right) = vectors.view().split_at(ndarray::Axis(0), asked.len());
    let snapshot =
        Snapshot::build((requirements, left.to_owned()), (capabilities, right.to_owned()), model.spread)?;
    let ranker = Ranker::new(Arc::new(snapshot), model.weights);
    Ok((ranker, Loaded { listings, cache, took: started.elapsed() }))
}
