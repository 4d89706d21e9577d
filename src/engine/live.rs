//! What the market and its threads share: the store, the generation that answers, and
//! how the next one is made.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::domain::Side;
use crate::embed::{EmbedError, Embedder, VectorCache};
use crate::index::{IndexError, SideChanges};
use crate::rank::{Ranker, Weights};
use crate::store::{Changed, Store};

use super::build::{alone, embedded, rank};
use super::demo::Demo;
use super::follow::Pulse;
use super::generation::{Generation, Model};
use super::making::{Stage, Way};
use super::market::{Loaded, MarketError};
use super::rerank::{PairScorer, Reranking};
use super::switch::Job;

/// Lists of fewer listings are indexed anew for every change: it takes a moment, and how common
/// a term is then is always exact. While 8 clients and an export keep two cores busy, an import of
/// 20 into lists of 300, 654 and 1,500 was found after 2.1, 4.9 and 2.9 s indexed anew, and after
/// 0.08, 0.14 and 0.07 s updated (`benches/load.rs` with [`Market::updating_from`] 2,000 and 100,
/// on a machine as busy again with other work).
///
/// [`Market::updating_from`]: super::Market::updating_from
const SMALL: usize = 256;

/// Lists are settled at once when one row in so many, and more than [`MANY`], is unsettled: each
/// question scans those apart, and each update copies them.
const ONE_IN: usize = 64;
const MANY: usize = 512;

/// And when one row in so many is: how common a term is would be told too wrongly.
const NO_MORE_THAN_ONE_IN: usize = 8;

/// Otherwise they are left for so many times what settling them took the last time.
const REST: u32 = 20;

#[derive(Debug)]
pub(super) struct Live {
    writer: Mutex<Store>,
    /// Whoever reads does not wait for who writes; `None` where there can be one
    /// connection only.
    reader: Option<Mutex<Store>>,
    cache: Arc<VectorCache>,
    /// The texts that every model's spread is measured on.
    demo: Demo,
    /// Named by hand in place of each model's own; see [`Weights::with_lexical`].
    lexical: Mutex<Option<f32>>,
    current: RwLock<Arc<Generation>>,
    /// Held while a generation is made and put in place, so that two are never made at
    /// once, and the follower never brings back a former model.
    making: Mutex<()>,
    pulse: Arc<Pulse>,
    /// See [`SMALL`].
    small: AtomicUsize,
    /// When the lists were settled last, and what it took.
    settled: Mutex<(Instant, Duration)>,
}

impl Live {
    /// Reads the store and makes the first generation of what it holds.
    pub(super) fn open(
        store: Store,
        embedder: Embedder,
        cache: VectorCache,
        weights: Weights,
        demo: &Demo,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<(Live, Loaded), MarketError> {
        let model = Arc::new(Model::new(embedder, weights, &cache, demo)?);
        let listed = store.listed()?;
        let newest = listed.newest;
        let pulse = Pulse::new(newest.change);
        // What it takes tells how long the next ones will.
        pulse.course().begin(Way::Anew);
        let (ranker, loaded) = rank(listed, &model, &cache, &|stage, done, of| {
            pulse.course().tell(stage, done, of);
            if stage == Stage::Embedding {
                progress(done, of);
            }
            ControlFlow::Continue(())
        })?;
        pulse.course().end();
        let reader = store.another()?.map(Mutex::new);
        let cache = Arc::new(cache);
        let ranker = Arc::new(ranker);
        let first =
            Generation { model, cache: cache.clone(), ranker, newest, reranking: None, took: loaded.took };
        let live = Live {
            writer: Mutex::new(store),
            reader,
            cache,
            demo: demo.clone(),
            lexical: Mutex::new(None),
            current: RwLock::new(Arc::new(first)),
            making: Mutex::new(()),
            pulse,
            small: AtomicUsize::new(SMALL),
            settled: Mutex::new((Instant::now(), Duration::ZERO)),
        };
        Ok((live, loaded))
    }

    /// The store, for writing.
    pub(super) fn writer(&self) -> MutexGuard<'_, Store> {
        locked(&self.writer)
    }

    /// The store, for reading what was written before.
    pub(super) fn reader(&self) -> MutexGuard<'_, Store> {
        locked(self.reader.as_ref().unwrap_or(&self.writer))
    }

    pub(super) fn cache(&self) -> &VectorCache {
        &self.cache
    }

    pub(super) fn pulse(&self) -> &Arc<Pulse> {
        &self.pulse
    }

    pub(super) fn now(&self) -> Arc<Generation> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a generation in place and tells those who wait for it. `made` is how long its
    /// lists took, where the follower made them.
    fn replace(&self, generation: Generation, made: Option<Duration>) {
        let change = generation.newest.change;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(generation);
        self.pulse.reached(change, made);
    }

    pub(super) fn weigh_words(&self, lexical: Option<f32>) {
        *locked(&self.lexical) = lexical;
    }

    /// See [`SMALL`].
    pub(super) fn update_from(&self, listings: usize) {
        self.small.store(listings, Ordering::Relaxed);
    }

    pub(super) fn rerank_with(&self, scorer: Arc<dyn PairScorer>) {
        let _making = self.hold();
        let reranking = Some(Arc::new(Reranking::new(scorer)));
        self.replace(Generation { reranking, ..self.now().as_ref().clone() }, None);
    }

    /// No generation is made or put in place while this is held.
    pub(super) fn hold(&self) -> MutexGuard<'_, ()> {
        locked(&self.making)
    }

    /// Makes the next generation when the lists have changed since the present one.
    /// `own` is a connection that nobody else waits for.
    ///
    /// # Errors
    /// When the store cannot be read or the model cannot embed; the present generation
    /// then stays in use.
    pub(super) fn catch_up(&self, own: Option<&Store>) -> Result<(), MarketError> {
        let newest = || self.ask(own, Store::newest);
        if newest()? == self.now().newest {
            return Ok(());
        }
        let _making = self.hold();
        // A change of model may have been waited for, which has come further.
        let (newest, now) = (newest()?, self.now());
        // Compared for sameness, not for order: whoever puts an old file in the store's
        // place has gone back.
        if newest.listing == now.newest.listing {
            self.replace(Generation { newest, ..now.as_ref().clone() }, None);
            return Ok(());
        }
        self.pulse.begun();
        if let Some(next) = self.updated(&now, own)? {
            let took = next.took;
            self.replace(next, Some(took));
            return Ok(());
        }
        self.pulse.course().begin(Way::Anew);
        let listed = self.ask(own, Store::listed)?;
        let newest = listed.newest;
        let (ranker, loaded) = rank(listed, &now.model, &self.cache, &self.watch())?;
        let (ranker, took) = (Arc::new(ranker), loaded.took);
        self.replace(Generation { ranker, newest, took, ..now.as_ref().clone() }, Some(took));
        Ok(())
    }

    /// Asks a connection that nobody else waits for, or the one that all read from.
    fn ask<T>(&self, own: Option<&Store>, question: impl Fn(&Store) -> T) -> T {
        match own {
            Some(store) => question(store),
            None => question(&self.reader()),
        }
    }

    /// A generation with what has changed in the lists since it was made; `None` when they are
    /// to be indexed anew.
    fn updated(&self, from: &Generation, own: Option<&Store>) -> Result<Option<Generation>, MarketError> {
        let begun = Instant::now();
        let snapshot = from.ranker.snapshot();
        let listings: usize = Side::ALL.iter().map(|&side| snapshot.side(side).len()).sum();
        if listings < self.small.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let Some(changed) = self.ask(own, |store| store.changed_since(from.newest.listing))? else {
            return Ok(None);
        };
        let Changed { newest, put, removed } = changed;
        if put.len() + removed.len() > listings / 2 {
            return Ok(None);
        }
        let (asked, offered) = put.into_iter().partition(|listing| listing.side == Side::Requirement);
        let of = |side, put| SideChanges {
            put,
            removed: removed.iter().filter(|(of, _)| *of == side).map(|(_, id)| id.clone()).collect(),
        };
        // The common threads may be busy with a long batch.
        let ranker = alone(|| {
            let ([asked, offered], _) = embedded([asked, offered], &from.model, &self.cache, &self.watch())?;
            let snapshot = snapshot.update(of(Side::Requirement, asked), of(Side::Capability, offered))?;
            Ok::<_, MarketError>(Arc::new(from.ranker.update(Arc::new(snapshot))))
        })?;
        Ok(Some(Generation { ranker, newest, took: begun.elapsed(), ..from.clone() }))
    }

    /// Keeps how far newer lists are; ends embedding when the market is gone.
    fn watch(&self) -> impl Fn(Stage, usize, usize) -> ControlFlow<()> + Sync + '_ {
        |stage, done, of| {
            self.pulse.course().tell(stage, done, of);
            if self.pulse.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }

    /// Whether it is time to settle the lists.
    pub(super) fn is_settling_due(&self) -> bool {
        let now = self.now();
        let snapshot = now.ranker.snapshot();
        let unsettled = snapshot.unsettled();
        let listings: usize = Side::ALL.iter().map(|&side| snapshot.side(side).len()).sum();
        let (last, took) = *locked(&self.settled);
        let is_much = unsettled > MANY.min(listings / NO_MORE_THAN_ONE_IN).max(listings / ONE_IN);
        unsettled > 0 && (is_much || last.elapsed() >= took.saturating_mul(REST))
    }

    /// Settles the lists, on one thread, while they are read and updated; what has changed
    /// meanwhile is made up for at the end.
    ///
    /// # Errors
    /// When the word index fails, or the store cannot be read; the present generation then
    /// stays in use.
    pub(super) fn settle(&self) -> Result<(), MarketError> {
        let begun = Instant::now();
        let from = self.now();
        let made = alone(|| {
            let snapshot = from.ranker.snapshot().settle()?;
            Ok::<_, IndexError>(Ranker::new(Arc::new(snapshot), *from.ranker.weights()))
        });
        *locked(&self.settled) = (Instant::now(), begun.elapsed());
        let made = made?;
        let _making = self.hold();
        let now = self.now();
        // Another model has come, or the lists have been indexed anew for another reason.
        if !Arc::ptr_eq(&now.model, &from.model)
            || !now.ranker.snapshot().shares_settled(from.ranker.snapshot())
        {
            return Ok(());
        }
        let settled = Generation { ranker: Arc::new(made), newest: from.newest, ..now.as_ref().clone() };
        let next = if now.newest.listing == from.newest.listing {
            Some(Generation { newest: now.newest, ..settled })
        } else {
            self.updated(&settled, None)?
        };
        if let Some(next) = next {
            self.replace(next, None);
        }
        Ok(())
    }

    /// Makes a generation of another model and puts it in place.
    pub(super) fn change_model(
        &self,
        job: &Job,
        open: impl FnOnce() -> Result<Embedder, EmbedError>,
    ) -> Result<(), MarketError> {
        let embedder = open()?;
        let weights = Weights::for_model(&embedder.info().name).with_lexical(*locked(&self.lexical));
        let model = Arc::new(Model::new(embedder, weights, &self.cache, &self.demo)?);
        let watch = |stage: Stage, done: usize, of: usize| {
            if stage == Stage::Embedding {
                job.tell(done, of);
            }
            if job.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let listed = self.reader().listed()?;
        let before = listed.newest;
        let (ranker, loaded) = rank(listed, &model, &self.cache, &watch)?;
        let _making = self.hold();
        let newest = self.reader().newest()?;
        let (ranker, loaded, newest) = if newest.listing == before.listing {
            (ranker, loaded, newest)
        } else {
            // Written to in the meantime. What has not changed is in the cache by now,
            // so the follower, which waits here, waits for little.
            let listed = self.reader().listed()?;
            let newest = listed.newest;
            let (ranker, loaded) = rank(listed, &model, &self.cache, &watch)?;
            (ranker, loaded, newest)
        };
        if job.is_cancelled() {
            return Err(EmbedError::Stopped.into());
        }
        let (ranker, took) = (Arc::new(ranker), loaded.took);
        self.replace(Generation { model, ranker, newest, took, ..self.now().as_ref().clone() }, None);
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::Market;
    use super::*;
    use crate::domain::{Listing, ListingId};
    use crate::embed::{EmbedOptions, ModelSpec};
    use crate::rank::{Filter, Mix, Settings};
    use crate::store::Author;

    /// What keeps a test of waiting from waiting for ever.
    const PATIENCE: Duration = Duration::from_secs(120);

    fn market(store: Store) -> Market {
        let embedder = Embedder::open(&ModelSpec::Bundled, &EmbedOptions::default()).unwrap();
        let demo = Demo::load().unwrap();
        let cache = VectorCache::in_memory();
        Market::open(store, embedder, cache, Weights::default(), &demo, &|_, _| {}).unwrap().0
    }

    fn need(id: &str) -> Listing {
        Listing::new(id, Side::Requirement, "河道漂浮垃圾巡查", "十公里河道")
    }

    fn finds(market: &Market, id: &str) -> bool {
        market.ranker().snapshot().side(Side::Requirement).row(&id.into()).is_some()
    }

    fn until(mut done: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !done() {
            assert!(begun.elapsed() < PATIENCE, "it never came");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    #[test]
    fn large_lists_are_updated_and_settled_later() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("opcmatch.sqlite")).unwrap();
        let demo = Demo::load().unwrap();
        store.put(&demo.requirements[..60], &Author::default()).unwrap();
        store.put(&demo.capabilities[..60], &Author::default()).unwrap();
        let market = market(store).updating_from(100);
        let unsettled = || market.ranker().snapshot().unsettled();
        let before = market.ranker();

        // Held so that nothing is settled before it has been looked at.
        *locked(&market.live.settled) = (Instant::now(), PATIENCE);
        let gone = demo.requirements[7].id.clone();
        let mut kept: Vec<ListingId> = demo.requirements[..60].iter().map(|l| l.id.clone()).collect();
        kept.retain(|id| *id != gone);
        for number in 0..8 {
            market.put(&[need(&format!("新/{number}"))], &Author::default()).unwrap();
        }
        let last = market.remove(Side::Requirement, &gone, &Author::default()).unwrap().unwrap();
        assert!(market.wait_for(last, PATIENCE));
        assert!(market.ranker().snapshot().shares_settled(before.snapshot()), "indexed anew");
        assert_eq!(unsettled(), 9);
        assert!(finds(&market, "新/7") && !finds(&market, &gone.0));
        assert!(before.snapshot().side(Side::Requirement).row(&gone).is_some(), "whoever holds it sees it");

        // Now it may be settled, while others go on writing.
        *locked(&market.live.settled) = (Instant::now(), Duration::ZERO);
        let mut number = 8;
        until(|| {
            number += 1;
            market.put(&[need(&format!("新/{number}"))], &Author::default()).unwrap();
            !market.ranker().snapshot().shares_settled(before.snapshot())
        });
        let last = market.put(&[need("新/8")], &Author::default()).unwrap();
        assert!(market.wait_for(last, PATIENCE));
        *locked(&market.live.settled) = (Instant::now(), Duration::ZERO);
        until(|| unsettled() == 0);
        kept.extend((0..=number).map(|n| format!("新/{n}").as_str().into()));
        kept.sort();
        let now = market.ranker();
        let held: Vec<ListingId> =
            now.snapshot().side(Side::Requirement).listings().map(|l| l.id.clone()).collect();
        assert_eq!(held, kept);
        assert_eq!(market.following().failures, 0);
    }

    #[test]
    fn how_far_newer_lists_are_is_told_and_never_goes_back() {
        let demo = Demo::load().unwrap();
        for from in [usize::MAX, 10] {
            let mut store = Store::in_memory().unwrap();
            store.put(&demo.requirements[..200], &Author::default()).unwrap();
            let market = market(store).updating_from(from);
            assert_eq!(market.following().progress, None);
            let change = market.put(&demo.capabilities[..90], &Author::default()).unwrap();
            let mut seen = Vec::new();
            while !market.wait_for(change, Duration::from_millis(1)) {
                seen.extend(market.following().progress);
            }
            assert_eq!(market.following().progress, None);
            assert!(seen.iter().any(|making| making.stage == Stage::Embedding), "{seen:?}");
            for (before, after) in seen.iter().zip(&seen[1..]) {
                assert!(after.share >= before.share && after.share < 1.0, "{before:?} {after:?}");
                let goes_on = after.stage == before.stage && after.done >= before.done;
                assert!(after.stage > before.stage || goes_on, "{before:?} {after:?}");
                assert!(after.done <= after.of, "{after:?}");
            }
        }
    }

    #[test]
    fn nobody_waits_for_a_generation_that_is_being_made() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("opcmatch.sqlite")).unwrap();
        store
            .put(
                &[need("N1"), Listing::new("C1", Side::Capability, "无人船巡河", "清理漂浮垃圾")],
                &Author::default(),
            )
            .unwrap();
        let market = market(store);
        let made = market.live.hold();
        let settings = Settings {
            top: 5,
            mix: Mix::Hybrid,
            today: "2026-11-21".parse().unwrap(),
            filter: Filter::default(),
            terms: true,
        };
        let answered = AtomicUsize::new(0);
        let ids: Vec<ListingId> = (0..40).map(|n| format!("新/{n}").as_str().into()).collect();
        let last = std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    for _ in 0..25 {
                        let ranking = market.now().rank(Side::Requirement, &"N1".into(), &settings).unwrap();
                        assert!(ranking.is_some());
                        assert!(market.get(Side::Capability, &"C1".into()).unwrap().is_some());
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            let writer = threads.spawn(|| {
                let write = |_, id: &ListingId| market.put(&[need(&id.0)], &Author::default()).unwrap();
                ids.iter().fold(0, write)
            });
            writer.join().unwrap()
        });
        assert_eq!(answered.load(Ordering::Relaxed), 100);
        assert!(!market.wait_for(last, Duration::from_millis(20)) && !finds(&market, "新/39"));
        assert_eq!(
            market.get(Side::Requirement, &ids[39]).unwrap().unwrap().id,
            ids[39],
            "kept all the same"
        );
        drop(made);
        assert!(market.wait_for(last, PATIENCE) && finds(&market, "新/0") && finds(&market, "新/39"));
        let following = market.following();
        assert!(following.made <= 2, "forty writes made {} generations", following.made);
        assert_eq!((following.change, following.failures), (last, 0));
    }
}
