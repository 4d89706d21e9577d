//! One SQLite file, or one in memory.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, params};

use crate::domain::{Listing, ListingId, Side};

/// Number of a change; each write takes the next one.
pub type Change = u64;

/// Steps from an empty file to the newest form; step n leaves `user_version` n.
///
/// `listing.body` is the listing's JSON, contacts included: this file is private.
///
/// `event.body` and `follow_up.body` are JSON too; a follow-up outlives the meeting
/// it came from, but not its event.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE listing (
        side TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        change INTEGER NOT NULL,
        PRIMARY KEY (side, id)
    ) WITHOUT ROWID;
    CREATE TABLE change (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        side TEXT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('put', 'remove'))
    );
",
    "
    CREATE TABLE event (
        id TEXT PRIMARY KEY,
        revision INTEGER NOT NULL,
        body TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE follow_up (
        event TEXT NOT NULL REFERENCES event (id) ON DELETE CASCADE,
        need TEXT NOT NULL,
        opc TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (event, need, opc)
    ) WITHOUT ROWID;
",
];

/// The store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened.
    #[error(
        "打不开数据文件 {path}：{cause}。请检查文件夹是否存在、是否可写 / cannot open {path}: {cause}; check that its folder exists and can be written"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// From SQLite.
        cause: rusqlite::Error,
    },
    /// The file was made by a newer program.
    #[error(
        "数据文件是第 {found} 版，本程序只认识到第 {known} 版；请升级 opcmatch / the data file has version {found}, this program knows up to {known}: upgrade opcmatch"
    )]
    Newer {
        /// Version of the file.
        found: u32,
        /// Newest version known.
        known: u32,
    },
    /// Somebody else has saved the event since it was read.
    #[error(
        "对接会 {id} 已被别人改过（你看到的是第 {read} 版，现在是第 {found} 版）；请重新打开再改 / event {id} has changed since you read it (revision {read}, now {found}): open it again"
    )]
    Stale {
        /// Which event.
        id: String,
        /// The revision that the writer had read.
        read: u64,
        /// The revision that is stored; 0 when the event is not there.
        found: u64,
    },
    /// A listing or event in the file is not readable.
    #[error("数据文件中的条目 {id} 已损坏：{cause} / {id} in the data file is damaged: {cause}")]
    Damaged {
        /// Which.
        id: String,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
    /// Anything else SQLite says.
    #[error("数据文件读写失败：{0} / reading or writing the data file failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// All listings of both sides.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
}

impl Store {
    /// Opens a file, making it when it is not there.
    ///
    /// # Errors
    /// When the file cannot be opened, is no data file, or was made by a newer program.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        let failed = |cause| StoreError::Open { path: path.to_owned(), cause };
        let connection = Connection::open(path).map_err(failed)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
        // Acknowledged means durable: the log is synced at every commit.
        connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
        Store::prepare(connection)
    }

    /// A store that ends with the process.
    ///
    /// # Errors
    /// When SQLite cannot start at all.
    pub fn in_memory() -> Result<Store, StoreError> {
        Store::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut connection: Connection) -> Result<Store, StoreError> {
        let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found as usize > MIGRATIONS.len() {
            return Err(StoreError::Newer { found, known: MIGRATIONS.len() as u32 });
        }
        connection.pragma_update(None, "foreign_keys", "ON")?;
        for (step, migration) in MIGRATIONS.iter().enumerate().skip(found as usize) {
            let transaction = connection.transaction()?;
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "user_version", step as u32 + 1)?;
            transaction.commit()?;
        }
        Ok(Store { connection })
    }

    /// Adds listings, or replaces those of the same side and id: all or none.
    /// Returns the number of the last change.
    ///
    /// # Errors
    /// When SQLite fails; then nothing was written.
    pub fn put(&mut self, listings: &[Listing]) -> Result<Change, StoreError> {
        let transaction = self.connection.transaction()?;
        {
            let mut note =
                transaction.prepare_cached("INSERT INTO change (side, id, kind) VALUES (?1, ?2, 'put')")?;
            let mut put = transaction.prepare_cached(
                "INSERT OR REPLACE INTO listing (side, id, body, change) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for listing in listings {
                let body = serde_json::to_string(listing)
                    .map_err(|cause| StoreError::Damaged { id: listing.id.0.clone(), cause })?;
                let (side, id) = (listing.side.as_str(), &listing.id.0);
                note.execute(params![side, id])?;
                put.execute(params![side, id, body, transaction.last_insert_rowid()])?;
            }
        }
        transaction.commit()?;
        self.last_change()
    }

    /// Adds listings whose side and id are not there yet: all of them, or none
    /// when one of them is. Returns the ids that were in the way.
    ///
    /// # Errors
    /// When SQLite fails; then nothing was written.
    pub fn create(&mut self, listings: &[Listing]) -> Result<Result<Change, Vec<ListingId>>, StoreError> {
        let mut taken = Vec::new();
        for listing in listings {
            if self.get(listing.side, &listing.id)?.is_some() {
                taken.push(listing.id.clone());
            }
        }
        if taken.is_empty() { self.put(listings).map(Ok) } else { Ok(Err(taken)) }
    }

    /// Takes a listing out; whether it was there.
    ///
    /// # Errors
    /// When SQLite fails; then nothing was written.
    pub fn remove(&mut self, side: Side, id: &ListingId) -> Result<bool, StoreError> {
        let transaction = self.connection.transaction()?;
        let gone = transaction
            .execute("DELETE FROM listing WHERE side = ?1 AND id = ?2", params![side.as_str(), id.0])?;
        if gone > 0 {
            transaction.execute(
                "INSERT INTO change (side, id, kind) VALUES (?1, ?2, 'remove')",
                params![side.as_str(), id.0],
            )?;
        }
        transaction.commit()?;
        Ok(gone > 0)
    }

    /// One listing.
    ///
    /// # Errors
    /// When SQLite fails or the listing is damaged.
    pub fn get(&self, side: Side, id: &ListingId) -> Result<Option<Listing>, StoreError> {
        let body: Option<String> = self
            .connection
            .prepare_cached("SELECT body FROM listing WHERE side = ?1 AND id = ?2")?
            .query_row(params![side.as_str(), id.0], |row| row.get(0))
            .optional()?;
        body.map(|body| parse(&id.0, &body)).transpose()
    }

    /// All listings of a side, in the order of ids.
    ///
    /// # Errors
    /// When SQLite fails or a listing is damaged.
    pub fn list(&self, side: Side) -> Result<Vec<Listing>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT id, body FROM listing WHERE side = ?1 ORDER BY id")?;
        let rows = statement.query_map([side.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.map(|row| {
            let (id, body): (String, String) = row?;
            parse(&id, &body)
        })
        .collect()
    }

    /// Number of the newest change, 0 before the first.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn last_change(&self) -> Result<Change, StoreError> {
        let number: i64 =
            self.connection.query_row("SELECT coalesce(max(number), 0) FROM change", [], |row| row.get(0))?;
        Ok(number.unsigned_abs())
    }
}

fn parse(id: &str, body: &str) -> Result<Listing, StoreError> {
    serde_json::from_str(body).map_err(|cause| StoreError::Damaged { id: id.to_owned(), cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(id: &str, title: &str) -> Listing {
        Listing::new(id, Side::Requirement, title, "")
    }

    #[test]
    fn what_is_put_is_there_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("opcmatch.sqlite");
        let mut store = Store::open(&path).unwrap();
        assert_eq!(store.last_change().unwrap(), 0);
        assert_eq!(store.put(&[listing("N2", "乙"), listing("N1", "甲")]).unwrap(), 2);
        assert_eq!(store.put(&[listing("N1", "甲之二")]).unwrap(), 3);
        drop(store);
        let mut store = Store::open(&path).unwrap();
        let titles: Vec<String> =
            store.list(Side::Requirement).unwrap().into_iter().map(|l| l.title).collect();
        assert_eq!(titles, ["甲之二", "乙"]);
        assert!(store.list(Side::Capability).unwrap().is_empty());
        assert!(store.remove(Side::Requirement, &"N1".into()).unwrap());
        assert!(!store.remove(Side::Requirement, &"N1".into()).unwrap());
        assert_eq!(store.last_change().unwrap(), 4);
        assert_eq!(store.get(Side::Requirement, &"N1".into()).unwrap(), None);
    }

    #[test]
    fn creating_never_overwrites() {
        let mut store = Store::in_memory().unwrap();
        store.put(&[listing("N1", "甲")]).unwrap();
        let taken = store.create(&[listing("N0", "新"), listing("N1", "换")]).unwrap().unwrap_err();
        assert_eq!(taken, ["N1".into()]);
        assert_eq!(store.list(Side::Requirement).unwrap(), [listing("N1", "甲")]);
    }

    #[test]
    fn a_newer_file_and_a_file_of_another_kind_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let newer = folder.path().join("newer.sqlite");
        let connection = Connection::open(&newer).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        let error = Store::open(&newer).unwrap_err().to_string();
        assert!(error.contains("99") && error.contains("升级"), "{error}");

        let other = folder.path().join("notes.txt");
        std::fs::write(&other, "这不是数据库".repeat(200)).unwrap();
        assert!(matches!(Store::open(&other), Err(StoreError::Open { .. })));
        let nowhere = folder.path().join("none/opcmatch.sqlite");
        assert!(matches!(Store::open(&nowhere), Err(StoreError::Open { .. })));
    }
}
