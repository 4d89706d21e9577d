//! One SQLite file, or one in memory.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, MAIN_DB, ToSql, TransactionBehavior, params_from_iter};

use super::database::{Access, Database, Row, Transaction, Value};
use super::error::StoreError;
use super::listener::Listener;
use super::migrations::{self, Dialect};

/// How long to wait for another program that writes. A write of thousands of
/// listings takes well below a second.
const PATIENCE: Duration = Duration::from_secs(5);

/// Between two attempts where SQLite does not wait by itself.
const PAUSE: Duration = Duration::from_millis(5);

/// Statements kept ready; the store has fewer.
const STATEMENTS: usize = 64;

/// A connection to a file.
#[derive(Debug)]
pub(super) struct Sqlite {
    connection: Connection,
    place: String,
    /// `None`: in memory.
    path: Option<PathBuf>,
}

impl Sqlite {
    /// Opens a file, making it when it is not there, and brings it up to date.
    pub(super) fn open(path: &Path) -> Result<Sqlite, StoreError> {
        Sqlite::open_with(path, PATIENCE)
    }

    fn open_with(path: &Path, patience: Duration) -> Result<Sqlite, StoreError> {
        let failed = |cause| cannot_open(path, cause);
        let connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(patience).map_err(failed)?;
        write_ahead(&connection, patience).map_err(failed)?;
        // Acknowledged means durable: the log is synced at every commit.
        connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
        Sqlite::prepare(connection, path.display().to_string(), Some(path.to_owned()))
    }

    /// A database that ends with the process.
    pub(super) fn in_memory() -> Result<Sqlite, StoreError> {
        let place = "（内存 / memory）".to_owned();
        let connection = Connection::open_in_memory().map_err(|cause| other(&place, cause))?;
        Sqlite::prepare(connection, place, None)
    }

    fn prepare(connection: Connection, place: String, path: Option<PathBuf>) -> Result<Sqlite, StoreError> {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let mut sqlite = Sqlite { connection, place, path };
        sqlite.migrate()?;
        let place = &sqlite.place;
        sqlite.connection.pragma_update(None, "foreign_keys", "ON").map_err(|cause| other(place, cause))?;
        Ok(sqlite)
    }

    fn migrate(&mut self) -> Result<(), StoreError> {
        let Sqlite { connection, place, .. } = self;
        let failed = |cause| other(place, cause);
        let version = |connection: &Connection| {
            connection.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0)).map_err(failed)
        };
        if migrations::due(version(connection)?, Dialect::Sqlite)?.is_empty() {
            return Ok(());
        }
        // Another program may be about to do the same: who comes second finds it done.
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        for (version, step) in migrations::due(version(&transaction)?, Dialect::Sqlite)? {
            transaction.execute_batch(&step).map_err(failed)?;
            transaction.pragma_update(None, "user_version", version).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }
}

impl Database for Sqlite {
    fn begin(&mut self, access: Access) -> Result<Box<dyn Transaction + '_>, StoreError> {
        let Sqlite { connection, place, .. } = self;
        let behavior = match access {
            Access::Read => TransactionBehavior::Deferred,
            Access::Write => TransactionBehavior::Immediate,
        };
        match connection.transaction_with_behavior(behavior) {
            Ok(transaction) => Ok(Box::new(SqliteTransaction { transaction, place })),
            Err(cause) => Err(other(place, cause)),
        }
    }

    fn another(&self) -> Result<Option<Box<dyn Database>>, StoreError> {
        let Some(path) = &self.path else { return Ok(None) };
        Ok(Some(Box::new(Sqlite::open(path)?)))
    }

    fn is_read_only(&mut self) -> Result<bool, StoreError> {
        self.connection.is_readonly(MAIN_DB).map_err(|cause| other(&self.place, cause))
    }

    /// A file tells nobody that it was written to.
    fn listener(&self) -> Option<Listener> {
        None
    }
}

/// Has writes go to a log beside the file, as they do already when it is not new.
///
/// Of two programs that make a new file at once, each holding what the other waits for,
/// SQLite sends one away without asking its busy handler: whoever is sent away asks again.
fn write_ahead(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    let mut waited = Duration::ZERO;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(cause) if is_busy(&cause) && waited < patience => {
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
            done => return done,
        }
    }
}

fn is_busy(cause: &rusqlite::Error) -> bool {
    matches!(cause.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

struct SqliteTransaction<'a> {
    transaction: rusqlite::Transaction<'a>,
    place: &'a str,
}

impl Transaction for SqliteTransaction<'_> {
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        let done = self
            .transaction
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params_from_iter(parameters)));
        done.map(|rows| rows as u64).map_err(|cause| other(self.place, cause))
    }

    fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Row>> {
            let mut statement = self.transaction.prepare_cached(sql)?;
            let columns = statement.column_count();
            let rows = statement.query_map(params_from_iter(parameters), |row| {
                (0..columns).map(|column| value(row.get_ref(column)?, column)).collect()
            })?;
            rows.map(|row| row.map(Row)).collect()
        };
        read().map_err(|cause| other(self.place, cause))
    }

    fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let place = self.place;
        self.transaction.commit().map_err(|cause| match cause {
            // All was written, and what of it has reached the disk is not known.
            rusqlite::Error::SqliteFailure(code, _)
                if code.extended_code == rusqlite::ffi::SQLITE_IOERR_FSYNC =>
            {
                StoreError::Unsure { place: place.to_owned() }
            }
            cause => other(place, cause),
        })
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn value(found: ValueRef<'_>, column: usize) -> rusqlite::Result<Value> {
    match found {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Integer(number)),
        ValueRef::Text(_) => Ok(Value::Text(found.as_str()?.to_owned())),
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            Err(rusqlite::Error::InvalidColumnType(column, String::new(), found.data_type()))
        }
    }
}

/// As [`other`], in words that speak of the file and its folder.
fn cannot_open(path: &Path, cause: rusqlite::Error) -> StoreError {
    match cause.sqlite_error_code() {
        Some(ErrorCode::DiskFull | ErrorCode::ReadOnly | ErrorCode::DatabaseBusy) => {
            other(&path.display().to_string(), cause)
        }
        _ => StoreError::Open { path: path.to_owned(), cause },
    }
}

/// What SQLite's codes mean to whoever runs the program.
fn other(place: &str, cause: rusqlite::Error) -> StoreError {
    let place = place.to_owned();
    match cause.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full { place },
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { place },
        Some(ErrorCode::SystemIoFailure) => StoreError::Disk { place, cause: cause.to_string() },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Busy { place, seconds: PATIENCE.as_secs() }
        }
        _ => StoreError::Database { place, cause: cause.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(sqlite: &mut Sqlite, id: &str, body: &str) -> Result<(), StoreError> {
        let mut transaction = sqlite.begin(Access::Write)?;
        transaction.execute(
            "INSERT INTO event (id, revision, body) VALUES (?1, 1, ?2)",
            &[id.into(), body.into()],
        )?;
        transaction.commit()
    }

    fn events(sqlite: &mut Sqlite) -> i64 {
        let mut transaction = sqlite.begin(Access::Read).unwrap();
        transaction.query("SELECT count(*) FROM event", &[]).unwrap()[0].integer(0).unwrap()
    }

    #[test]
    fn a_full_disk_a_busy_and_a_read_only_file_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("opcmatch.sqlite");
        let mut sqlite = Sqlite::open_with(&path, Duration::from_millis(20)).unwrap();
        note(&mut sqlite, "E1", "{}").unwrap();

        let pages: i64 = sqlite.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        sqlite.connection.pragma_update(None, "max_page_count", pages).unwrap();
        let full = note(&mut sqlite, "E2", &"满".repeat(100_000)).unwrap_err();
        assert!(matches!(full, StoreError::Full { .. }), "{full}");
        assert!(full.to_string().contains("opcmatch.sqlite"), "{full}");
        sqlite.connection.pragma_update(None, "max_page_count", 1_000_000).unwrap();

        let mut other = Sqlite::open_with(&path, Duration::from_millis(20)).unwrap();
        let held = other.begin(Access::Write).unwrap();
        let busy = note(&mut sqlite, "E2", "{}").unwrap_err();
        assert!(matches!(busy, StoreError::Busy { .. }), "{busy}");
        assert_eq!(events(&mut sqlite), 1, "who reads does not wait");
        drop(held);
        note(&mut sqlite, "E2", "{}").unwrap();
        assert_eq!(events(&mut other), 2);

        other.connection.pragma_update(None, "query_only", true).unwrap();
        let read_only = note(&mut other, "E3", "{}").unwrap_err();
        assert!(matches!(read_only, StoreError::ReadOnly { .. }), "{read_only}");
    }

    #[test]
    fn a_transaction_that_is_dropped_leaves_nothing() {
        let mut sqlite = Sqlite::in_memory().unwrap();
        let mut transaction = sqlite.begin(Access::Write).unwrap();
        transaction.execute("INSERT INTO event (id, revision, body) VALUES ('E1', 1, '')", &[]).unwrap();
        drop(transaction);
        assert_eq!(events(&mut sqlite), 0);
    }
}
