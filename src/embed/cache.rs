//! Vectors kept on disk, so that nothing is embedded twice.
//!
//! One SQLite file. A cache must never stop the work: whatever is wrong with
//! it becomes a [`CacheWarning`], and the vectors are made anew.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

/// Layout of the file, kept in its `user_version`.
const VERSION: i64 = 1;

/// Name of the file inside the folder given to [`VectorCache::open`].
const FILE: &str = "vectors.sqlite";

/// Rows are kept as little-endian f32, `dimension` of them.
const LAYOUT: &str = "
    CREATE TABLE model (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE);
    CREATE TABLE vector (
        model INTEGER NOT NULL REFERENCES model (id),
        text BLOB NOT NULL,
        value BLOB NOT NULL,
        PRIMARY KEY (model, text)
    );
    PRAGMA user_version = 1;";

/// Another process may be writing; wait so long for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why the cache is of less use than it could be. Work goes on without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheWarning {
    /// The file was no cache, or was damaged: it was put aside and a new one made.
    Replaced {
        /// The file.
        file: PathBuf,
        /// What SQLite said of it.
        reason: String,
    },
    /// The file is no cache, or is damaged, and cannot be put aside.
    Damaged {
        /// The file.
        file: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// The file was made by another version of this program.
    OtherVersion {
        /// The file.
        file: PathBuf,
        /// Its version.
        found: i64,
    },
    /// The file can be read but not written: nothing new will be kept.
    ReadOnly {
        /// The file.
        file: PathBuf,
    },
    /// The file can be neither read nor made.
    Unusable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: String,
    },
}

impl fmt::Display for CacheWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CacheWarning::Replaced { file, reason } => write!(
                f,
                "向量缓存 {file} 已损坏（{reason}），已改名为 {aside} 并新建；向量会重新计算，不影响结果 / the \
                 vector cache {file} was damaged ({reason}); it is now called {aside} and a new one was \
                 made: vectors are computed again, answers are not affected",
                file = file.display(),
                aside = aside(file).display()
            ),
            CacheWarning::Damaged { file, reason } => write!(
                f,
                "向量缓存 {file} 已损坏（{reason}），本次不用它；删除该文件即可重建 / the vector cache \
                 {file} is damaged ({reason}) and not used; delete it to have it rebuilt",
                file = file.display()
            ),
            CacheWarning::OtherVersion { file, found } => write!(
                f,
                "向量缓存 {file} 是版本 {found}，本程序用版本 {VERSION}，本次不用它；删除该文件即可重建 / \
                 the vector cache {file} has version {found}, this program wants {VERSION}; it is not \
                 used; delete it to have it rebuilt",
                file = file.display()
            ),
            CacheWarning::ReadOnly { file } => write!(
                f,
                "向量缓存 {file} 只读：旧向量照用，新向量不保存；请检查文件与文件夹的写权限 / the vector \
                 cache {file} is read-only: old vectors are used, new ones are not kept; check that \
                 the file and its folder can be written",
                file = file.display()
            ),
            CacheWarning::Unusable { file, reason } => write!(
                f,
                "打不开向量缓存 {file}（{reason}），向量不保存；请检查文件夹是否存在、可写 / cannot open \
                 the vector cache {file} ({reason}), vectors are not kept; check that its folder \
                 can be written",
                file = file.display()
            ),
        }
    }
}

/// blake3 of a text: its key in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextKey(blake3::Hash);

impl TextKey {
    /// The key of a text.
    pub fn of(text: &str) -> TextKey {
        TextKey(blake3::hash(text.as_bytes()))
    }
}

/// Vectors by (model fingerprint, text). Shared freely between threads.
#[derive(Debug)]
pub struct VectorCache {
    file: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// `None`: nothing is kept.
    connection: Option<Connection>,
    writable: bool,
    warning: Option<CacheWarning>,
}

impl VectorCache {
    /// Opens or makes the cache file in `folder`, and the folder if need be.
    /// Never fails: see [`VectorCache::warning`].
    pub fn open(folder: &Path) -> VectorCache {
        let file = folder.join(FILE);
        let made = std::fs::create_dir_all(folder)
            .map_err(|error| CacheWarning::Unusable { file: file.clone(), reason: error.to_string() })
            .and_then(|()| open_file(&file));
        let state = match made {
            Ok((connection, true)) => State { connection: Some(connection), writable: true, warning: None },
            Ok((connection, false)) => State {
                connection: Some(connection),
                writable: false,
                warning: Some(CacheWarning::ReadOnly { file: file.clone() }),
            },
            Err(warning @ CacheWarning::Damaged { .. }) => State::anew(&file, warning),
            Err(warning) => State { connection: None, writable: false, warning: Some(warning) },
        };
        if let Some(warning) = &state.warning {
            tracing::warn!("{warning}");
        }
        VectorCache { file, state: Mutex::new(state) }
    }

    /// A cache that lasts as long as this value.
    pub fn in_memory() -> VectorCache {
        let file = PathBuf::from(":memory:");
        let made = Connection::open_in_memory()
            .and_then(|connection| connection.execute_batch(LAYOUT).map(|()| connection));
        let (connection, warning) = match made {
            Ok(connection) => (Some(connection), None),
            Err(error) => (None, Some(classify(&file, &error))),
        };
        VectorCache { file, state: Mutex::new(State { connection, writable: true, warning }) }
    }

    /// What is wrong with the cache so far.
    pub fn warning(&self) -> Option<CacheWarning> {
        self.lock().warning.clone()
    }

    /// The vectors that are there, in the order of the keys.
    pub fn get_many(&self, fingerprint: &str, keys: &[TextKey]) -> Vec<Option<Vec<f32>>> {
        self.attempt(|connection| {
            let Some(model) = model_id(connection, fingerprint)? else {
                return Ok(vec![None; keys.len()]);
            };
            let mut query =
                connection.prepare_cached("SELECT value FROM vector WHERE model = ?1 AND text = ?2")?;
            keys.iter()
                .map(|key| {
                    let value = query
                        .query_row(params![model, key.0.as_bytes()], |row| row.get::<_, Vec<u8>>(0))
                        .optional()?;
                    Ok(value.and_then(|bytes| from_bytes(&bytes)))
                })
                .collect()
        })
        .unwrap_or_else(|| vec![None; keys.len()])
    }

    /// Keeps vectors; replaces those that are there.
    pub fn put_many<'a>(&self, fingerprint: &str, vectors: impl IntoIterator<Item = (TextKey, &'a [f32])>) {
        if !self.lock().writable {
            return;
        }
        self.attempt(|connection| {
            let write = connection.transaction()?;
            write.execute(
                "INSERT INTO model (fingerprint) VALUES (?1) ON CONFLICT DO NOTHING",
                [fingerprint],
            )?;
            if let Some(model) = model_id(&write, fingerprint)? {
                let mut insert = write.prepare_cached(
                    "INSERT INTO vector (model, text, value) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET value = excluded.value",
                )?;
                for (key, vector) in vectors {
                    insert.execute(params![model, key.0.as_bytes(), to_bytes(vector)])?;
                }
            }
            write.commit()
        });
    }

    /// Runs `work` on the file. A failure becomes the warning. A file that turns out to
    /// be damaged is put aside for a new one, once; after that it is left alone.
    fn attempt<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Option<T> {
        let mut state = self.lock();
        match work(state.connection.as_mut()?) {
            Ok(value) => Some(value),
            Err(error) => {
                let warning = classify(&self.file, &error);
                tracing::warn!("{warning}");
                let replaced = matches!(state.warning, Some(CacheWarning::Replaced { .. }));
                match warning {
                    CacheWarning::ReadOnly { .. } => state.writable = false,
                    CacheWarning::Damaged { .. } => {
                        state.connection = None;
                        if state.writable && !replaced {
                            *state = State::anew(&self.file, warning);
                            return None;
                        }
                    }
                    CacheWarning::Unusable { .. }
                    | CacheWarning::OtherVersion { .. }
                    | CacheWarning::Replaced { .. } => {}
                }
                state.warning = Some(warning);
                None
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A new file in the place of a damaged one, which is kept under another name: it
    /// may be something else that somebody needs.
    fn anew(file: &Path, damaged: CacheWarning) -> State {
        let (CacheWarning::Damaged { reason, .. }, true) = (&damaged, put_aside(file)) else {
            return State { connection: None, writable: false, warning: Some(damaged) };
        };
        match open_file(file) {
            Ok((connection, writable)) => {
                let warning = CacheWarning::Replaced { file: file.to_owned(), reason: reason.clone() };
                State { connection: Some(connection), writable, warning: Some(warning) }
            }
            Err(warning) => State { connection: None, writable: false, warning: Some(warning) },
        }
    }
}

/// What a damaged file is called from then on.
fn aside(file: &Path) -> PathBuf {
    file.with_extension("sqlite.damaged")
}

/// Renames the file and drops SQLite's journal of it; whether its place is free.
fn put_aside(file: &Path) -> bool {
    let renamed = std::fs::rename(file, aside(file)).is_ok();
    if renamed {
        for journal in ["sqlite-journal", "sqlite-wal", "sqlite-shm"] {
            let _ = std::fs::remove_file(file.with_extension(journal));
        }
    }
    renamed
}

/// Opens the file for writing, or else for reading only; `true` is writable.
fn open_file(file: &Path) -> Result<(Connection, bool), CacheWarning> {
    let failed = |error| classify(file, &error);
    let connection = Connection::open(file).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    let version =
        connection.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0)).map_err(failed)?;
    let tables = connection
        .query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0))
        .map_err(failed)?;
    match (version, tables) {
        (VERSION, _) => {}
        // New, or begun by another process in this moment: the lock decides.
        (0, 0) => match connection.execute_batch(&format!("BEGIN IMMEDIATE; {LAYOUT} COMMIT;")) {
            Ok(()) => return Ok((connection, true)),
            Err(error) => {
                drop(connection);
                return match version_of(file) {
                    Some(VERSION) => open_file(file),
                    _ => Err(classify(file, &error)),
                };
            }
        },
        (found, _) => return Err(CacheWarning::OtherVersion { file: file.to_owned(), found }),
    }
    // SQLite opens a protected file for reading without a word; a lock tells.
    match connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK;").map_err(failed) {
        Ok(()) => Ok((connection, true)),
        Err(CacheWarning::ReadOnly { .. }) => {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Ok((Connection::open_with_flags(file, flags).map_err(failed)?, false))
        }
        Err(warning) => Err(warning),
    }
}

fn version_of(file: &Path) -> Option<i64> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).ok()
}

fn classify(file: &Path, error: &rusqlite::Error) -> CacheWarning {
    use rusqlite::ErrorCode;
    let file = file.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::ReadOnly) => CacheWarning::ReadOnly { file },
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::OutOfMemory,
        ) => CacheWarning::Unusable { file, reason: error.to_string() },
        _ => CacheWarning::Damaged { file, reason: error.to_string() },
    }
}

fn model_id(connection: &Connection, fingerprint: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM model WHERE fingerprint = ?1")?
        .query_row([fingerprint], |row| row.get(0))
        .optional()
}

fn to_bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// `None` for what cannot be a vector.
fn from_bytes(bytes: &[u8]) -> Option<Vec<f32>> {
    let (values, rest) = bytes.as_chunks::<4>();
    let vector: Vec<f32> = values.iter().map(|value| f32::from_le_bytes(*value)).collect();
    (rest.is_empty() && vector.iter().all(|value| value.is_finite())).then_some(vector)
}
