//! Texts to vectors.

use std::fmt;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, TryLockError, mpsc};
use std::thread;

use fastembed::{InitOptionsUserDefined, TextEmbedding};
use ndarray::Array2;

use super::backend::{Backend, chosen};
use super::files::ModelFiles;
use super::role::{Prefixes, Role};
use super::{EmbedError, HubName, ModelSpec, TextKey, hub, pieces};

/// Changes whenever this module gives other vectors from the same model files.
const RECIPE: &str = "pieces-1";

/// Models lighter than this run as one single-threaded copy per core, which
/// for a static model is faster than threads inside one copy.
const LIGHT_BYTES: usize = 64 << 20;

/// All copies of a model together may take about this much memory; a copy
/// takes about twice its weights.
const COPIES_BYTES: usize = 2 << 30;

/// With fewer texts per copy than this, waking another is not worth while.
const TEXTS_PER_COPY: usize = 16;

/// How a model is to be run.
#[derive(Debug, Clone, Default)]
pub struct EmbedOptions {
    /// Cores to use; `None` is all of them. Never changes a vector.
    pub threads: Option<NonZeroUsize>,
    /// Where fetched hub models are kept; `HF_HOME`, where set, comes first.
    pub hub_folder: Option<PathBuf>,
    /// Show a bar on standard error while files are fetched.
    pub show_fetching: bool,
}

/// Told how many texts are done, and of how many; says whether to go on.
pub type Watch<'a> = dyn Fn(usize, usize) -> ControlFlow<()> + 'a;

/// What a reader of results should know about the model that made them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// `bundled`, the folder, or the hub name.
    pub name: String,
    /// Changes when the model's vectors may change: a blake3 of its files, or
    /// its name and revision on the hub, and how this module feeds it.
    pub fingerprint: String,
    /// What runs it.
    pub backend: Backend,
    /// Length of its vectors.
    pub dimension: usize,
    /// Tokens that it takes at once; longer texts are embedded in pieces.
    pub max_tokens: usize,
    /// Why the backend is not the one that was asked for, in Chinese and English.
    pub warning: Option<String>,
}

impl fmt::Display for ModelInfo {
    /// One line for a log or a page's foot.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, fingerprint, backend, dimension, max_tokens, .. } = self;
        write!(
            f,
            "模型 {name}（{dimension} 维，每段至多 {max_tokens} 词元，由 {backend} 运行，指纹 {fingerprint}）/ \
             model {name} ({dimension} dimensions, up to {max_tokens} tokens a piece, run by {backend}, \
             fingerprint {fingerprint})"
        )
    }
}

/// Where copies of the model come from.
enum Source {
    Files(Box<ModelFiles>),
    Hub(HubName, EmbedOptions),
}

impl Source {
    fn open(&self, name: &str, max_tokens: usize, threads: usize) -> Result<TextEmbedding, EmbedError> {
        match self {
            Source::Files(files) => TextEmbedding::try_new_from_user_defined(
                files.to_user_defined(),
                InitOptionsUserDefined::new().with_max_length(max_tokens).with_intra_threads(threads),
            )
            .map_err(|error| EmbedError::Open { model: name.to_owned(), reason: hub::with_causes(&error) }),
            Source::Hub(hub_name, options) => hub::open(*hub_name, options, threads),
        }
    }
}

/// An open model. Shared freely between threads.
///
/// The vector of a text depends on the text and the model alone: every text
/// runs by itself, so neither its neighbours nor the number of cores can move
/// a bit of it.
pub struct Embedder {
    info: ModelInfo,
    source: Source,
    prefixes: Prefixes,
    /// Cores of each copy.
    intra_threads: usize,
    /// Opened when first needed, but for the first.
    copies: Vec<OnceLock<Mutex<TextEmbedding>>>,
}

impl fmt::Debug for Embedder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedder").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Embedder {
    /// Opens a model and tries it on one text.
    ///
    /// A folder holds `model.onnx` (or `onnx/model.onnx`, with `model.onnx_data`
    /// beside it where the weights lie outside), `tokenizer.json`, `config.json`,
    /// `special_tokens_map.json` and `tokenizer_config.json`. A hub model is
    /// fetched at first use and needs the network then.
    ///
    /// # Errors
    /// Each says what is missing and how to mend it; see [`EmbedError`].
    pub fn open(spec: &ModelSpec, options: &EmbedOptions) -> Result<Self, EmbedError> {
        let choice = chosen();
        let name = spec.to_string();
        let (source, max_tokens, prefixes) = match spec {
            ModelSpec::Bundled => {
                let files = ModelFiles::bundled();
                let (max_tokens, prefixes) = (files.max_tokens, files.prefixes);
                (Source::Files(Box::new(files)), max_tokens, prefixes)
            }
            ModelSpec::Folder(folder) => {
                let files = ModelFiles::folder(folder)?;
                let (max_tokens, prefixes) = (files.max_tokens, files.prefixes);
                (Source::Files(Box::new(files)), max_tokens, prefixes)
            }
            ModelSpec::Hub(hub) => {
                let known = hub.model();
                (Source::Hub(*hub, options.clone()), known.max_tokens, known.prefixes)
            }
        };
        let cores =
            options.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        // A hub model's size is known once it is fetched.
        let first_of_hub = match &source {
            Source::Hub(..) => Some(source.open(&name, max_tokens, cores)?),
            Source::Files(_) => None,
        };
        let (weight_bytes, expected, fingerprint) = match &source {
            Source::Files(files) => {
                let kind = if *spec == ModelSpec::Bundled { "bundled" } else { "folder" };
                let hash = files.hash.to_hex();
                (files.weight_bytes(), files.hidden_size, format!("{kind}-{}-{RECIPE}", &hash[..16]))
            }
            Source::Hub(hub, options) => {
                let (revision, bytes) = hub::fetched(*hub, options);
                (bytes, None, format!("{}@{revision}-{RECIPE}", hub.model().repository))
            }
        };
        let heavy_runtime = choice.backend != Backend::Tract && weight_bytes >= LIGHT_BYTES;
        let (count, intra_threads) = if heavy_runtime {
            (1, cores)
        } else {
            (cores.min(COPIES_BYTES / (2 * weight_bytes).max(1)).max(1), 1)
        };
        let first = match first_of_hub {
            Some(model) => model,
            None => source.open(&name, max_tokens, intra_threads)?,
        };
        let mut copies = vec![OnceLock::from(Mutex::new(first))];
        copies.resize_with(count, OnceLock::new);
        let mut embedder = Embedder {
            info: ModelInfo {
                name,
                fingerprint,
                backend: choice.backend.clone(),
                dimension: 0,
                max_tokens,
                warning: choice.warning.clone(),
            },
            source,
            prefixes,
            intra_threads,
            copies,
        };
        embedder.info.dimension = {
            let mut copy = embedder.copy(0)?;
            embedder.run(&mut copy, Role::Answer, "需求", 0)?.len()
        };
        match expected {
            Some(expected) if expected != embedder.info.dimension => Err(EmbedError::Dimension {
                model: embedder.info.name,
                expected,
                got: embedder.info.dimension,
            }),
            _ => Ok(embedder),
        }
    }

    /// What this model is.
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// One row per text, of length 1. A text that is empty, or of which the
    /// model knows nothing, gets a row of zeros.
    ///
    /// Texts are taken as `text` normalises them (NFKC, simplified, lower case).
    /// A text that may have more tokens than the model takes is cut at ends of
    /// sentences; its row is the mean of the pieces' rows, weighted by length.
    /// Nothing of a text is left out.
    ///
    /// `progress` is called on the calling thread with how many texts are done,
    /// and of how many. The texts are answers; see [`Embedder::embed_as`].
    ///
    /// # Errors
    /// The model failed on a text; the error says on which.
    pub fn embed(
        &self,
        texts: &[String],
        progress: &dyn Fn(usize, usize),
    ) -> Result<Array2<f32>, EmbedError> {
        self.embed_as(Role::Answer, texts, &|done, of| {
            progress(done, of);
            ControlFlow::Continue(())
        })
    }

    /// [`Embedder::embed`] for texts of a role, until `watch` says to stop.
    ///
    /// # Errors
    /// The model failed on a text, or [`EmbedError::Stopped`].
    pub fn embed_as(
        &self,
        role: Role,
        texts: &[String],
        watch: &Watch<'_>,
    ) -> Result<Array2<f32>, EmbedError> {
        let mut rows = Array2::zeros((texts.len(), self.info.dimension));
        let workers = self.copies.len().min(texts.len().div_ceil(TEXTS_PER_COPY)).max(1);
        if workers == 1 {
            let mut copy = self.any_copy()?;
            for (row, text) in texts.iter().enumerate() {
                self.fill(&mut copy, role, text, row, rows.row_mut(row))?;
                if watch(row + 1, texts.len()).is_break() {
                    return Err(EmbedError::Stopped);
                }
            }
            return Ok(rows);
        }
        let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            for number in 0..workers {
                let (sender, next, stopped) = (sender.clone(), &next, &stopped);
                scope.spawn(move || {
                    let mut copy = match self.copy(number) {
                        Ok(copy) => copy,
                        Err(error) => return drop(sender.send(Err(error))),
                    };
                    while !stopped.load(Ordering::Relaxed) {
                        let row = next.fetch_add(1, Ordering::Relaxed);
                        let Some(text) = texts.get(row) else { return };
                        let mut vector = ndarray::Array1::zeros(self.info.dimension);
                        let made = self.fill(&mut copy, role, text, row, vector.view_mut());
                        if sender.send(made.map(|()| (row, vector))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            let mut failed = None;
            for (done, made) in receiver.iter().enumerate() {
                match made {
                    Ok((row, vector)) => {
                        rows.row_mut(row).assign(&vector);
                        if failed.is_none() && watch(done + 1, texts.len()).is_break() {
                            stopped.store(true, Ordering::Relaxed);
                            failed = Some(EmbedError::Stopped);
                        }
                    }
                    Err(error) => {
                        stopped.store(true, Ordering::Relaxed);
                        failed.get_or_insert(error);
                    }
                }
            }
            failed.map_or(Ok(()), Err)
        })?;
        Ok(rows)
    }

    /// A copy of the model, opened now if nobody needed it before.
    fn copy(&self, number: usize) -> Result<MutexGuard<'_, TextEmbedding>, EmbedError> {
        let slot = &self.copies[number];
        let copy = match slot.get() {
            Some(copy) => copy,
            None => {
                let ModelInfo { name, max_tokens, .. } = &self.info;
                let opened = self.source.open(name, *max_tokens, self.intra_threads)?;
                slot.get_or_init(|| Mutex::new(opened))
            }
        };
        // A copy keeps nothing between texts, so one whose user panicked is as good as before.
        Ok(copy.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The first open copy that nobody is using, or else the first once it is free.
    fn any_copy(&self) -> Result<MutexGuard<'_, TextEmbedding>, EmbedError> {
        for copy in self.copies.iter().filter_map(OnceLock::get) {
            match copy.try_lock() {
                Ok(copy) => return Ok(copy),
                Err(TryLockError::Poisoned(copy)) => return Ok(copy.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        self.copy(0)
    }

    /// The key of a text of a role in a cache of this model's vectors.
    pub(super) fn key(&self, role: Role, text: &str) -> TextKey {
        match self.prefixes.of(role) {
            "" => TextKey::of(text),
            prefix => TextKey::of(&format!("{prefix}{text}")),
        }
    }

    /// Longest piece of a text of a role, in characters: its prefix takes room too.
    fn piece(&self, role: Role) -> usize {
        let prefix = self.prefixes.of(role).chars().count();
        longest_piece(self.info.max_tokens).saturating_sub(prefix).max(1)
    }

    /// Writes the vector of one text.
    fn fill(
        &self,
        model: &mut TextEmbedding,
        role: Role,
        text: &str,
        row: usize,
        mut vector: ndarray::ArrayViewMut1<'_, f32>,
    ) -> Result<(), EmbedError> {
        for piece in pieces::cut(text.trim(), self.piece(role)) {
            let share = piece.chars().count() as f32;
            let part = self.run(model, role, piece, row)?;
            vector.iter_mut().zip(&part).for_each(|(sum, value)| *sum += share * value);
        }
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            vector.mapv_inplace(|value| value / length);
        }
        Ok(())
    }

    /// The model's own vector of a short text, before it is brought to length 1.
    pub(super) fn raw(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        self.run(&mut *self.any_copy()?, Role::Answer, text, 0)
    }

    /// The model's own vector of a piece.
    fn run(
        &self,
        model: &mut TextEmbedding,
        role: Role,
        piece: &str,
        row: usize,
    ) -> Result<Vec<f32>, EmbedError> {
        let failed = |reason: String| EmbedError::Run { model: self.info.name.clone(), row: row + 1, reason };
        let text = format!("{}{piece}", self.prefixes.of(role));
        let mut made = model.embed([text], Some(1)).map_err(|error| failed(hub::with_causes(&error)))?;
        match made.pop() {
            Some(vector) if vector.iter().all(|value| value.is_finite()) => Ok(vector),
            Some(_) => Err(failed("not a finite number".to_owned())),
            None => Err(failed("no output".to_owned())),
        }
    }
}

/// So many characters never make more than `max_tokens` tokens.
///
/// A transformer's tokenizer makes at most a token per character, and a few
/// marks about the text. The bundled one also marks each change of script, so
/// that it may come to two per character; it takes thousands, so halving its
/// pieces costs nothing.
fn longest_piece(max_tokens: usize) -> usize {
    const TRANSFORMER: usize = 512;
    if max_tokens <= TRANSFORMER { max_tokens - 4 } else { max_tokens / 2 }
}
