//! Both lists, live.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::domain::{Date, Listing, ListingId, Side};
use crate::embed::{CacheUse, EmbedError, Embedder, VectorCache, embed_cached};
use crate::index::{Draft, IndexError, Probe, Snapshot, Spread};
use crate::rank::{Ranker, Weights};
use crate::store::{Change, Store, StoreError};

use super::demo::Demo;
use super::spread::measure_spread;

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
    embedder: Embedder,
    cache: VectorCache,
    spread: Spread,
    weights: Weights,
    current: RwLock<Arc<Ranker>>,
    /// Held while a snapshot is made, so that two writes never make one each at once.
    making: Mutex<Change>,
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
        let spread = measure_spread(&embedder, &cache, demo)?;
        let change = store.last_change()?;
        let lists = read(&store)?;
        let (ranker, loaded) = rank(lists, &embedder, &cache, spread, weights, progress)?;
        let market = Market {
            store: Mutex::new(store),
            embedder,
            cache,
            spread,
            weights,
            current: RwLock::new(Arc::new(ranker)),
            making: Mutex::new(change),
        };
        Ok((market, loaded))
    }

    /// The newest ranking; keeps its snapshot alive as long as it is held.
    pub fn ranker(&self) -> Arc<Ranker> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The model in use.
    pub fn embedder(&self) -> &Embedder {
        &self.embedder
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
        let (ranker, loaded) = rank(lists, &self.embedder, &self.cache, self.spread, self.weights, progress)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ranker);
        *made = change;
        Ok(Some(loaded))
    }

    /// A text from outside the lists, ready to be ranked by `ranker`, which must
    /// be one of this market's.
    ///
    /// # Errors
    /// When the model cannot embed it.
    pub fn probe(&self, listing: Listing, ranker: &Ranker) -> Result<Probe, MarketError> {
        let draft = Draft::analyze(vec![Arc::new(listing)]);
        let (vectors, _) = embed_cached(&self.embedder, &self.cache, &draft.passages(), &|_, _| {})?;
        Ok(Probe::new(draft, vectors, ranker.snapshot())?)
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

fn rank(
    lists: Lists,
    embedder: &Embedder,
    cache: &VectorCache,
    spread: Spread,
    weights: Weights,
    progress: &dyn Fn(usize, usize),
) -> Result<(Ranker, Loaded), MarketError> {
    let started = Instant::now();
    let listings = (lists.requirements.len(), lists.capabilities.len());
    let analyze = |list: Vec<Listing>| Draft::analyze(list.into_iter().map(Arc::new).collect());
    let requirements = analyze(lists.requirements);
    let capabilities = analyze(lists.capabilities);
    let mut passages = requirements.passages();
    let first = passages.len();
    passages.extend(capabilities.passages());
    let (vectors, cache) = embed_cached(embedder, cache, &passages, progress)?;
    let (left, right) = vectors.view().split_at(ndarray::Axis(0), first);
    let snapshot =
        Snapshot::build((requirements, left.to_owned()), (capabilities, right.to_owned()), spread)?;
    let ranker = Ranker::new(Arc::new(snapshot), weights);
    Ok((ranker, Loaded { listings, cache, took: started.elapsed() }))
}
