//! A PostgreSQL server.

use std::collections::HashMap;
use std::error::Error as _;
use std::fmt;

use ::postgres::error::SqlState;
use ::postgres::types::private::BytesMut;
use ::postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use ::postgres::{Client, Config, Error, NoTls, Statement};

use super::address::{PostgresAddress, place};
use super::database::{Access, Database, Row, Transaction, Value, first};
use super::error::StoreError;
use super::listener::Listener;
use super::migrations::{self, Dialect};

/// How long to wait for another program that writes, in seconds. Longer than with a
/// file: several programs share one server, and restoring a backup is one write.
const PATIENCE: u64 = 20;

/// Number of the lock that whoever brings the data up to date holds: “opcmatch” in
/// ASCII. Locks of this kind are known by their number alone, within one database.
const MIGRATION_LOCK: i64 = i64::from_be_bytes(*b"opcmatch");

/// A connection to a server, made anew when it breaks.
pub(super) struct Postgres {
    config: Config,
    place: String,
    link: Option<Link>,
}

/// A connection that is up, and the statements that the server keeps ready for it.
struct Link {
    client: Client,
    statements: HashMap<String, Statement>,
    /// Cleared when a transaction could not be ended.
    usable: bool,
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("place", &self.place).field("up", &self.link.is_some()).finish()
    }
}

impl Postgres {
    /// Connects, and brings the data up to date.
    pub(super) fn connect(address: &PostgresAddress) -> Result<Postgres, StoreError> {
        let mut config = address.config()?;
        // What the address itself says about waiting counts; where the tables are is ours.
        let said = config.get_options().unwrap_or_default().to_owned();
        config.options(&format!("-c lock_timeout={PATIENCE}s {said} -c search_path=opcmatch"));
        let mut postgres = Postgres { place: place(&config), config, link: None };
        postgres.link = Some(postgres.dial()?);
        Ok(postgres)
    }

    fn dial(&self) -> Result<Link, StoreError> {
        let mut client = connected(&self.config, &self.place)?;
        let prepared = migrate(&mut client, &self.place);
        let link = Link { client, statements: HashMap::new(), usable: true };
        match prepared {
            Ok(()) => Ok(link),
            Err(error) => {
                hang_up(link);
                Err(error)
            }
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(link) = self.link.take() {
            hang_up(link);
        }
    }
}

/// A new connection.
pub(super) fn connected(config: &Config, place: &str) -> Result<Client, StoreError> {
    config.connect(NoTls).map_err(|error| {
        let (place, cause) = (place.to_owned(), said(&error));
        let user = config.get_user().unwrap_or_default().to_owned();
        match error.code() {
            Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
                StoreError::Login { place, user, cause }
            }
            Some(&SqlState::INVALID_CATALOG_NAME) => StoreError::NoDatabase { place },
            _ => StoreError::Connect { place, cause },
        }
    })
}

/// Closes a connection in a thread of its own: the client waits for it, which it may
/// not do on an async thread, and services are dropped there.
pub(super) fn hang_up(connection: impl Send + 'static) {
    if let Ok(thread) = std::thread::Builder::new().spawn(move || drop(connection)) {
        let _ = thread.join();
    }
}

/// Brings the data up to date; two programs that start at once do it one after the other.
fn migrate(client: &mut Client, place: &str) -> Result<(), StoreError> {
    let failed = |error: Error| broken(place, &error);
    if migrations::due(version(client).map_err(failed)?, Dialect::Postgres)?.is_empty() {
        return Ok(());
    }
    let mut transaction = client.transaction().map_err(failed)?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK]).map_err(failed)?;
    let found = version(&mut transaction).map_err(failed)?;
    if found == 0 {
        // Asked first: IF NOT EXISTS needs the right to make it even where it is there.
        let sql = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'opcmatch')";
        let there = transaction.query_one(sql, &[]);
        if !there.and_then(|row| row.try_get::<_, bool>(0)).map_err(failed)? {
            transaction.batch_execute("CREATE SCHEMA opcmatch").map_err(failed)?;
        }
        transaction
            .batch_execute("CREATE TABLE opcmatch.version (one BIGINT PRIMARY KEY CHECK (one = 1), number BIGINT NOT NULL); INSERT INTO opcmatch.version VALUES (1, 0)")
            .map_err(failed)?;
    }
    for (version, step) in migrations::due(found, Dialect::Postgres)? {
        transaction.batch_execute(&step).map_err(failed)?;
        transaction
            .execute("UPDATE opcmatch.version SET number = $1", &[&i64::from(version)])
            .map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}

/// Version of the data, 0 where there is none. Read from the catalogue's rows: what a
/// session remembers of names it looked up may be older than the lock it has waited for.
fn version(client: &mut impl ::postgres::GenericClient) -> Result<u32, Error> {
    let sql = "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'opcmatch' AND tablename = 'version')";
    let there = client.query_one(sql, &[])?;
    if !there.try_get::<_, bool>(0)? {
        return Ok(0);
    }
    let row = client.query_opt("SELECT number FROM opcmatch.version", &[])?;
    let number = row.map_or(Ok(0), |row| row.try_get::<_, i64>(0))?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

impl Database for Postgres {
    fn begin(&mut self, access: Access) -> Result<Box<dyn Transaction + '_>, StoreError> {
        let sql = match access {
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            // Each statement sees what was committed before it, so whoever holds the
            // feed sees the work of everybody who held it before.
            Access::Write => "BEGIN ISOLATION LEVEL READ COMMITTED",
        };
        let up = |link: &mut Link| link.usable && link.client.batch_execute(sql).is_ok();
        let up = self.link.as_mut().is_some_and(up);
        if !up {
            // Whatever stands in the way of a BEGIN, a new connection has not.
            if let Some(link) = self.link.take() {
                hang_up(link);
            }
            let mut link = self.dial()?;
            link.client.batch_execute(sql).map_err(|error| broken(&self.place, &error))?;
            self.link = Some(link);
        }
        match &mut self.link {
            Some(link) => {
                let writes = access == Access::Write;
                Ok(Box::new(PostgresTransaction { link, place: &self.place, writes, open: true }))
            }
            None => Err(StoreError::Lost { place: self.place.clone(), cause: String::new() }),
        }
    }

    fn another(&self) -> Result<Option<Box<dyn Database>>, StoreError> {
        let (config, place) = (self.config.clone(), self.place.clone());
        Ok(Some(Box::new(Postgres { config, place, link: None })))
    }

    /// So is a standby server, and a database or a user that is set to be.
    fn is_read_only(&mut self) -> Result<bool, StoreError> {
        let mut transaction = self.begin(Access::Write)?;
        let sql = "SELECT current_setting('transaction_read_only')";
        let found = first(transaction.query(sql, &[])?);
        Ok(found.map_or(Ok(String::new()), |mut row| row.text(0))? == "on")
    }

    fn listener(&self) -> Option<Listener> {
        Some(Listener::new(self.config.clone(), self.place.clone()))
    }
}

struct PostgresTransaction<'a> {
    link: &'a mut Link,
    place: &'a str,
    writes: bool,
    open: bool,
}

impl PostgresTransaction<'_> {
    fn prepared(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.link.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement =
            self.link.client.prepare(&sql.replace('?', "$")).map_err(|error| broken(self.place, &error))?;
        self.link.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Transaction for PostgresTransaction<'_> {
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, StoreError> {
        let statement = self.prepared(sql)?;
        self.link.client.execute(&statement, &sent(parameters)).map_err(|error| broken(self.place, &error))
    }

    fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        let statement = self.prepared(sql)?;
        let rows = self.link.client.query(&statement, &sent(parameters));
        rows.and_then(|rows| rows.iter().map(row).collect()).map_err(|error| broken(self.place, &error))
    }

    fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        self.open = false;
        // Told to whoever listens when, and only when, it is final.
        let sql = if self.writes { "NOTIFY opcmatch; COMMIT" } else { "COMMIT" };
        let done = self.link.client.batch_execute(sql);
        done.map_err(|error| match broken(self.place, &error) {
            StoreError::Lost { place, .. } => StoreError::Unsure { place },
            certain => certain,
        })
    }
}

impl Drop for PostgresTransaction<'_> {
    fn drop(&mut self) {
        if self.open {
            // Where this fails the connection is as good as gone, and the transaction with it.
            self.link.usable = self.link.client.batch_execute("ROLLBACK").is_ok();
        }
    }
}

/// The values as the client wants them. Columns that may be empty hold text.
fn sent(parameters: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    fn one(value: &Value) -> &(dyn ToSql + Sync) {
        match value {
            Value::Null => &Nothing,
            Value::Integer(number) => number,
            Value::Text(text) => text,
        }
    }
    parameters.iter().map(one).collect()
}

/// NULL, in a column of any type.
#[derive(Debug)]
struct Nothing;

impl ToSql for Nothing {
    fn to_sql(&self, _: &Type, _: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        Ok(IsNull::Yes)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn row(found: &::postgres::Row) -> Result<Row, Error> {
    let value = |column: usize| {
        Ok(match *found.columns()[column].type_() {
            Type::INT8 => found.try_get::<_, Option<i64>>(column)?.map_or(Value::Null, Value::Integer),
            _ => found.try_get::<_, Option<String>>(column)?.map_or(Value::Null, Value::Text),
        })
    };
    (0..found.len()).map(value).collect::<Result<Vec<Value>, Error>>().map(Row)
}

/// What went wrong with a connection that was up.
pub(super) fn broken(place: &str, error: &Error) -> StoreError {
    let (place, cause) = (place.to_owned(), said(error));
    match error.code() {
        Some(state) => of_state(state, place, cause),
        // No answer of the server: the connection, or a value that cannot be sent.
        None if error.is_closed() || is_io(error) => StoreError::Lost { place, cause },
        None => StoreError::Database { place, cause },
    }
}

fn is_io(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(one) = cause {
        if one.is::<std::io::Error>() {
            return true;
        }
        cause = one.source();
    }
    false
}

/// What PostgreSQL's codes mean to whoever runs the program
/// (PostgreSQL manual, appendix A).
fn of_state(state: &SqlState, place: String, cause: String) -> StoreError {
    match state.code() {
        "53100" => StoreError::Full { place },
        "25006" => StoreError::ReadOnly { place },
        // Lock not available, cancelled by a time limit, deadlock, serialisation.
        "55P03" | "57014" | "40P01" | "40001" => StoreError::Busy { place, seconds: PATIENCE },
        "42501" => StoreError::NotAllowed { place, cause },
        // The server ends the session: shutdown, crash, start, the database dropped,
        // and every connection exception.
        "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03" => StoreError::Lost { place, cause },
        code if code.starts_with("08") => StoreError::Lost { place, cause },
        _ => StoreError::Database { place, cause },
    }
}

/// What the server or the system said, without the statement and its values.
fn said(error: &Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(told), _) => format!("{} {}", told.code().code(), told.message()),
        (None, Some(cause)) => cause.to_string(),
        (None, None) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_server_are_told_apart() {
        let of = |code: &str| of_state(&SqlState::from_code(code), "P".into(), "C".into());
        assert!(matches!(of("53100"), StoreError::Full { .. }));
        assert!(matches!(of("25006"), StoreError::ReadOnly { .. }));
        assert!(matches!(of("55P03"), StoreError::Busy { .. }));
        assert!(matches!(of("42501"), StoreError::NotAllowed { .. }));
        for code in ["57P01", "08006"] {
            assert!(of(code).is_lost(), "{code}");
        }
        // A value that is refused is no reason to try again.
        assert!(matches!(of("22021"), StoreError::Database { .. }));
    }
}
