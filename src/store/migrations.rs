//! The form of the data, and the steps that lead to it. Steps only go forward; one
//! that has been released is never edited.

use super::error::StoreError;

/// Steps from nothing to the newest form: step n, counted from 1, leaves version n.
///
/// Both databases go through the same steps; words in braces stand for what they
/// call differently, see [`Dialect::write`].
///
/// - `listing.body` is the listing's JSON, contacts included: the data is private.
///   `event.body` and `follow_up.body` are JSON too; a follow-up outlives the meeting
///   it came from, but not its event.
/// - `feed` has one row, the number of the newest change. Whoever writes takes it
///   first and holds it until the commit, so numbers appear in their order, and a
///   reader that has seen n will never meet a number below n for the first time.
/// - `change` names what was changed under each number: a listing by side and id, an
///   event by id, the follow-ups of an event by its id.
/// - `saved_search.reached` is the change up to which a search has been held against the
///   lists; an `alert` is what came up for it, and a message to be sent while `due`, in
///   seconds, is not null.
/// - `consent` holds a row for each side of a pair that agreed to be reached.
/// - `decision` only grows too: of the rows of a pair the one of the largest number counts.
///   It outlives the two listings, which may come back.
/// - `history` says of changes of listings who made them, when and why, and what stood
///   there before (`was`, null for nothing); what stood there after is the next one's
///   `was`, or the listing.
/// - `access_key` and `session` hold digests of secrets, never a secret. Instants are
///   seconds since 1970.
/// - `audit` only grows: who did what, and no contents. `ids` is a JSON list.
const STEPS: &[&str] = &[
    "
    CREATE TABLE listing (
        side {text} NOT NULL,
        id {text} NOT NULL,
        body TEXT NOT NULL,
        change {integer} NOT NULL,
        PRIMARY KEY (side, id)
    ){by_key};
    CREATE TABLE change (
        number {counted},
        side TEXT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('put', 'remove'))
    );
",
    "
    CREATE TABLE event (
        id {text} PRIMARY KEY,
        revision {integer} NOT NULL,
        body TEXT NOT NULL
    ){by_key};
    CREATE TABLE follow_up (
        event {text} NOT NULL REFERENCES event (id) ON DELETE CASCADE,
        need {text} NOT NULL,
        opc {text} NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (event, need, opc)
    ){by_key};
",
    // Events and follow-ups that were there before join the feed in the order of ids.
    "
    CREATE TABLE change_of_any (
        number {integer} PRIMARY KEY,
        entry TEXT NOT NULL CHECK (entry IN ('listing', 'event', 'follow_ups')),
        side TEXT CHECK ((side IS NOT NULL) = (entry = 'listing')),
        id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('put', 'remove'))
    );
    INSERT INTO change_of_any (number, entry, side, id, kind)
        SELECT number, 'listing', side, id, kind FROM change;
    DROP TABLE change;
    ALTER TABLE change_of_any RENAME TO change;
    INSERT INTO change (number, entry, side, id, kind)
        SELECT (SELECT coalesce(max(number), 0) FROM change) + row_number() OVER (ORDER BY id),
            'event', NULL, id, 'put'
        FROM event;
    INSERT INTO change (number, entry, side, id, kind)
        SELECT (SELECT coalesce(max(number), 0) FROM change) + row_number() OVER (ORDER BY event),
            'follow_ups', NULL, event, 'put'
        FROM (SELECT DISTINCT event FROM follow_up) AS followed;
    CREATE INDEX change_of_entry ON change (entry, number);
    CREATE TABLE feed (
        one {integer} PRIMARY KEY CHECK (one = 1),
        number {integer} NOT NULL
    );
    INSERT INTO feed (one, number) SELECT 1, coalesce(max(number), 0) FROM change;
",
    "
    CREATE TABLE history (
        number {integer} PRIMARY KEY,
        side {text} NOT NULL,
        id {text} NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('put', 'remove')),
        who TEXT NOT NULL,
        at TEXT,
        note TEXT NOT NULL,
        was TEXT
    );
    CREATE INDEX history_of_listing ON history (side, id, number);
",
    "
    CREATE TABLE access_key (
        id {text} PRIMARY KEY,
        account {text} NOT NULL,
        name TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('opc', 'publisher', 'organiser', 'admin')),
        tenant {text},
        scope TEXT NOT NULL CHECK (scope IN ('read', 'write')),
        digest {text} NOT NULL UNIQUE,
        created {integer} NOT NULL,
        expires {integer},
        revoked {integer}
    ){by_key};
    CREATE TABLE session (
        digest {text} PRIMARY KEY,
        access_key {text} NOT NULL REFERENCES access_key (id) ON DELETE CASCADE,
        expires {integer} NOT NULL
    ){by_key};
    CREATE TABLE audit (
        number {integer} PRIMARY KEY,
        at {integer},
        access_key {text},
        role TEXT NOT NULL,
        deed TEXT NOT NULL,
        route TEXT NOT NULL,
        request TEXT NOT NULL,
        ids TEXT NOT NULL,
        count {integer} NOT NULL,
        first_change {integer},
        last_change {integer}
    );
    CREATE INDEX audit_at ON audit (at);
    {audit_only_grows}
",
    "
    CREATE TABLE consent (
        requirement {text} NOT NULL,
        capability {text} NOT NULL,
        side {text} NOT NULL,
        who TEXT NOT NULL,
        at TEXT,
        note TEXT NOT NULL,
        PRIMARY KEY (requirement, capability, side)
    ){by_key};
    CREATE INDEX consent_of_capability ON consent (capability);
",
    "
    CREATE TABLE saved_search (
        id {text} PRIMARY KEY,
        owner {text} NOT NULL,
        feed {text} NOT NULL UNIQUE,
        body TEXT NOT NULL,
        reached {integer} NOT NULL
    ){by_key};
    CREATE TABLE alert (
        number {integer} PRIMARY KEY,
        search {text} NOT NULL,
        side {text} NOT NULL,
        id {text} NOT NULL,
        title TEXT NOT NULL,
        degree {integer} NOT NULL,
        at {integer},
        seen {integer} NOT NULL,
        due {integer},
        tries {integer} NOT NULL,
        given_up {integer} NOT NULL,
        cause TEXT
    );
    CREATE INDEX alert_of_search ON alert (search, number);
    CREATE INDEX alert_due ON alert (due);
",
    "
    CREATE TABLE decision (
        number {integer} PRIMARY KEY,
        requirement {text} NOT NULL,
        capability {text} NOT NULL,
        choice TEXT NOT NULL CHECK (choice IN ('accepted', 'rejected', 'withdrawn')),
        reason TEXT,
        note TEXT NOT NULL,
        who TEXT NOT NULL,
        name TEXT NOT NULL,
        at TEXT
    );
    CREATE INDEX decision_of_pair ON decision (requirement, capability, number);
    CREATE INDEX decision_of_capability ON decision (capability);
",
];

/// Which database a step is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// A step in this database's words.
    fn write(self, step: &str) -> String {
        let words = match self {
            Dialect::Sqlite => [
                (
                    "{audit_only_grows}",
                    "CREATE TRIGGER audit_is_not_edited BEFORE UPDATE ON audit
                        BEGIN SELECT RAISE(ABORT, 'audit only grows'); END;
                    CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit
                        BEGIN SELECT RAISE(ABORT, 'audit only grows'); END;",
                ),
                ("{text}", "TEXT"),
                ("{integer}", "INTEGER"),
                ("{counted}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
                ("{by_key}", " WITHOUT ROWID"),
            ],
            Dialect::Postgres => [
                (
                    "{audit_only_grows}",
                    "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN RAISE EXCEPTION 'audit only grows'; END $$;
                    CREATE TRIGGER audit_is_not_edited BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
                        FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();",
                ),
                // By bytes, as SQLite does: the server's language must not reorder ids.
                ("{text}", "TEXT COLLATE \"C\""),
                ("{integer}", "BIGINT"),
                ("{counted}", "BIGINT PRIMARY KEY"),
                ("{by_key}", ""),
            ],
        };
        words.iter().fold(step.to_owned(), |sql, (word, meant)| sql.replace(word, meant))
    }
}

/// The version that the program works with.
pub(super) const NEWEST: u32 = STEPS.len() as u32;

/// The steps that data of a version still has to take, each with the version it leaves.
///
/// # Errors
/// When the data is newer than the program.
pub(super) fn due(found: u32, dialect: Dialect) -> Result<Vec<(u32, String)>, StoreError> {
    if found > NEWEST {
        return Err(StoreError::Newer { found, known: NEWEST });
    }
    let steps = (1..).zip(STEPS).skip(found as usize);
    Ok(steps.map(|(version, step)| (version, dialect.write(step))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_in_braces_is_known_to_both() {
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            let steps = due(0, dialect).unwrap();
            assert_eq!(steps.len() as u32, NEWEST);
            for (version, sql) in steps {
                assert!(!sql.contains(['{', '}', '?']), "{dialect:?}, step {version}: {sql}");
            }
        }
    }

    #[test]
    fn only_what_is_missing_is_due() {
        let versions = |found| due(found, Dialect::Sqlite).unwrap().into_iter().map(|(version, _)| version);
        assert_eq!(versions(0).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(versions(2).collect::<Vec<_>>(), [3, 4, 5, 6, 7, 8]);
        assert_eq!(versions(NEWEST).count(), 0);
        let newer = due(NEWEST + 1, Dialect::Sqlite);
        assert!(matches!(newer, Err(StoreError::Newer { found: 9, known: 8 })));
    }
}
