//! What every handler shares.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::sync::Semaphore;

use crate::domain::Date;
use crate::embed::EmbedOptions;
use crate::engine::{self, Market};
use crate::rank::{Filter, Mix, Settings};

use super::events::Scenes;
use super::overview::Boards;
use super::problem::Problem;

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
}

#[derive(Debug)]
struct Inner {
    market: Arc<Market>,
    options: AppOptions,
    models: ModelChoices,
    boards: Mutex<Boards>,
    scenes: Mutex<Scenes>,
    /// Blocking work at once: more than the cores would only wait in memory.
    room: Arc<Semaphore>,
}

impl App {
    /// A service on a market.
    pub fn new(market: Arc<Market>, options: AppOptions) -> App {
        App::with_models(market, options, ModelChoices::default())
    }

    /// A service that may also change to the models of `models`.
    pub fn with_models(market: Arc<Market>, options: AppOptions, models: ModelChoices) -> App {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let room = Arc::new(Semaphore::new(cores + 1));
        App {
            inner: Arc::new(Inner {
                market,
                options,
                models,
                boards: Mutex::default(),
                scenes: Mutex::default(),
                room,
            }),
        }
    }

    pub(super) fn market(&self) -> &Market {
        &self.inner.market
    }

    pub(super) fn shared_market(&self) -> &Arc<Market> {
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

    /// The day that counts as today.
    pub(super) fn today(&self) -> Date {
        match self.inner.options.today {
            Today::Fixed(day) => day,
            Today::Clock => engine::today(),
        }
    }

    /// What is asked of a ranking shown to people: terms count.
    pub(super) fn settings(&self, top: usize, filter: Filter, mix: Mix) -> Settings {
        Settings { top, mix, today: self.today(), filter, terms: true }
    }

    /// Runs work that computes or touches files, away from the async threads.
    pub(super) async fn blocking<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&App) -> Result<T, Problem> + Send + 'static,
    {
        let permit = self.inner.room.clone().acquire_owned().await.map_err(|e| Problem::internal(&e))?;
        let app = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let result = work(&app);
            drop(permit);
            result
        });
        done.await.unwrap_or_else(|e| Err(Problem::internal(&e)))
    }
}
