//! What every handler shares.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::domain::Date;
use crate::embed::EmbedOptions;
use crate::engine::{self, Market, Vitals};
use crate::rank::{Filter, Mix, Settings};
use crate::store::acting;

use super::access::{self, Caller, Known};
use super::events::Scenes;
use super::limits::{Limiter, Limits};
use super::metrics::Metrics;
use super::outbox::Outbox;
use super::overview::Boards;
use super::problem::Problem;
use super::runs::Runs;

/// Longest wait for the store to say that it is there.
const ANSWER: Duration = Duration::from_secs(2);

/// Which day counts as today: deadlines and certificates are held against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Today {
    /// Always this one, for lists that were written for a day.
    Fixed(Date),
    /// The machine's clock.
    Clock,
}

/// How the service is to present itself.
#[derive(Debug, Clone)]
pub struct AppOptions {
    /// Whether the lists are the demo's; the page says so.
    pub demo: bool,
    /// What to tell whoever sees the lists, as `中文 / English` or in one language.
    pub note: Option<String>,
    /// Which day counts as today.
    pub today: Today,
}

/// Which models the service may change to, besides the bundled one and those of
/// the hub that are on this machine.
#[derive(Debug, Clone, Default)]
pub struct ModelChoices {
    /// Folders, named by whoever started the program.
    pub folders: Vec<PathBuf>,
    /// How models are opened, and where fetched ones are kept.
    pub options: EmbedOptions,
}

/// The state of the service; cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    inner: Arc<Inner>,
    limiter: Arc<Limiter>,
    asks_for_keys: bool,
    outbox: Outbox,
}

#[derive(Debug)]
struct Inner {
    market: Arc<Market>,
    options: AppOptions,
    models: ModelChoices,
    boards: Mutex<Boards>,
    scenes: Mutex<Scenes>,
    runs: Mutex<Runs>,
    /// Blocking work at once: more than the cores would only wait in memory.
    room: Arc<Semaphore>,
    /// The same for work that writes to the store: where writers wait for a database,
    /// readers must not.
    writers: Arc<Semaphore>,
    /// Asking the store how it is: once at a time, outside of that room.
    asking: Arc<Semaphore>,
    metrics: Metrics,
    known: Mutex<Known>,
}

impl App {
    /// A service on a market.
    pub fn new(market: Arc<Market>, options: AppOptions) -> App {
        App::with_models(market, options, ModelChoices::default())
    }

    /// A service that may also change to the models of `models`.
    pub fn with_models(market: Arc<Market>, options: AppOptions, models: ModelChoices) -> App {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let room = || Arc::new(Semaphore::new(cores + 1));
        App {
            inner: Arc::new(Inner {
                market,
                options,
                models,
                boards: Mutex::default(),
                scenes: Mutex::default(),
                runs: Mutex::default(),
                room: room(),
                writers: room(),
                asking: Arc::new(Semaphore::new(1)),
                metrics: Metrics::default(),
                known: Mutex::default(),
            }),
            limiter: Arc::new(Limiter::new(Limits::default())),
            asks_for_keys: false,
            outbox: Outbox::default(),
        }
    }

    /// The service with other limits; whatever was counted against the former ones is forgotten.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> App {
        App { limiter: Arc::new(Limiter::new(limits)), ..self }
    }

    /// The service, asking everybody for a key for whatever is not public. Without this
    /// whoever reaches it is its admin, which is right on one's own machine only.
    #[must_use]
    pub fn with_keys(self) -> App {
        App { asks_for_keys: true, ..self }
    }

    /// The service with another way outside.
    #[must_use]
    pub fn with_outbox(self, outbox: Outbox) -> App {
        App { outbox, ..self }
    }

    pub(super) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    pub(super) fn asks_for_keys(&self) -> bool {
        self.asks_for_keys
    }

    pub(super) fn known(&self) -> &Mutex<Known> {
        &self.inner.known
    }

    pub(super) fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    pub(super) fn market(&self) -> &Market {
        &self.inner.market
    }

    pub(super) fn models(&self) -> &ModelChoices {
        &self.inner.models
    }

    pub(super) fn options(&self) -> &AppOptions {
        &self.inner.options
    }

    pub(super) fn boards(&self) -> &Mutex<Boards> {
        &self.inner.boards
    }

    pub(super) fn scenes(&self) -> &Mutex<Scenes> {
        &self.inner.scenes
    }

    pub(super) fn runs(&self) -> &Mutex<Runs> {
        &self.inner.runs
    }

    /// The day that counts as today.
    pub(super) fn today(&self) -> Date {
        match self.inner.options.today {
            Today::Fixed(day) => day,
            Today::Clock => engine::today(),
        }
    }

    /// What is asked of a ranking shown to this caller: terms count, and what they may
    /// not see is not there.
    pub(super) fn settings(&self, top: usize, filter: Filter, mix: Mix, caller: &Caller) -> Settings {
        let filter = Filter { sight: caller.sight(), ..filter };
        Settings { top, mix, today: self.today(), filter, terms: true }
    }

    /// How the store is; an answer that does not come is none.
    pub(super) async fn vitals(&self) -> Result<Vitals, Problem> {
        let (app, asking) = (self.clone(), self.inner.asking.clone());
        let asked = async move {
            let permit = asking.acquire_owned().await.map_err(|e| Problem::internal(&e))?;
            let done = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                app.market().vitals()
            });
            done.await.map_err(|e| Problem::internal(&e))?.map_err(|error| {
                // It names the place, which is no business of whoever asks.
                tracing::warn!("{error}");
                Problem::NotReady
            })
        };
        tokio::time::timeout(ANSWER, asked).await.unwrap_or(Err(Problem::NotReady))
    }

    /// Runs work that computes or touches files, away from the async threads.
    pub(super) async fn blocking<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&App) -> Result<T, Problem> + Send + 'static,
    {
        self.blocking_in(&self.inner.room, work).await
    }

    /// As [`App::blocking`], for work that writes to the store.
    pub(super) async fn writing<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&App) -> Result<T, Problem> + Send + 'static,
    {
        self.blocking_in(&self.inner.writers, work).await
    }

    async fn blocking_in<T, F>(&self, room: &Arc<Semaphore>, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&App) -> Result<T, Problem> + Send + 'static,
    {
        let permit = room.clone().acquire_owned().await.map_err(|e| Problem::internal(&e))?;
        let app = self.clone();
        // What it logs names its request.
        let span = tracing::Span::current();
        // What it writes is written by whoever asked.
        let actor = access::actor();
        let done = tokio::task::spawn_blocking(move || {
            let result = span.in_scope(|| match actor {
                Some(actor) => acting(actor, || work(&app)),
                None => work(&app),
            });
            drop(permit);
            result
        });
        done.await.unwrap_or_else(|e| Err(Problem::internal(&e)))
    }
}
