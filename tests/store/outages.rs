//! A server that refuses, goes away, comes back, or dies in the middle.

use std::time::Duration;

use opcmatch::domain::Side;
use opcmatch::store::{Author, Listener, Store, StoreError};

use super::followed::until;
use super::homes::{event, need};
use super::server::{PASSWORD, Server, address, cut_connections};

fn database_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

/// What went wrong, after a look at how it is said.
fn failed<T: std::fmt::Debug>(result: Result<T, StoreError>) -> StoreError {
    let error = result.unwrap_err();
    for said in [error.to_string(), format!("{error:?}")] {
        assert!(!said.contains(PASSWORD), "{said}");
    }
    error
}

pub(crate) fn refusals(server: &mut Server) {
    let port = server.port().to_string();
    let url = server.fresh();
    let wrong = url.replace(PASSWORD, "other");
    let error = failed(Store::connect(&address(&wrong)));
    assert!(matches!(&error, StoreError::Login { user, .. } if user == "tester"), "{error}");
    assert!(error.to_string().contains(&port), "{error}");

    let error = failed(Store::connect(&address(&server.url("nowhere"))));
    assert!(matches!(&error, StoreError::NoDatabase { place } if place.ends_with("/nowhere")), "{error}");

    let mut admin = server.client(database_of(&url));
    admin.batch_execute(&format!("CREATE USER guest PASSWORD '{PASSWORD}'")).unwrap();
    let guest = url.replace("tester", "guest");
    let error = failed(Store::connect(&address(&guest)));
    assert!(matches!(error, StoreError::NotAllowed { .. }), "{error}");

    let mut store = Store::connect(&address(&url)).unwrap();
    store.put(&[need("N1", "甲")], &Author::default()).unwrap();
    // Once the tables are there, the rights to use them are enough.
    admin
        .batch_execute(
            "GRANT USAGE ON SCHEMA opcmatch TO guest;
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA opcmatch TO guest",
        )
        .unwrap();
    let mut guest = Store::connect(&address(&guest)).unwrap();
    guest.put(&[need("N2", "乙")], &Author::default()).unwrap();
    assert!(!guest.is_read_only().unwrap());

    let sql = format!("ALTER DATABASE {} SET default_transaction_read_only = on", database_of(&url));
    admin.batch_execute(&sql).unwrap();
    let mut read_only = Store::connect(&address(&url)).unwrap();
    assert_eq!(
        (read_only.list(Side::Requirement).unwrap().len(), read_only.is_read_only().unwrap()),
        (2, true)
    );
    let error = failed(read_only.put(&[need("N3", "丙")], &Author::default()));
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error}");
}

pub(crate) fn kept_busy(server: &mut Server) {
    let url = server.fresh();
    let mut store = Store::connect(&address(&format!("{url}?options=-c%20lock_timeout%3D200ms"))).unwrap();
    store.put(&[need("N1", "甲")], &Author::default()).unwrap();
    let mut other = server.client(database_of(&url));
    let mut held = other.transaction().unwrap();
    held.batch_execute("UPDATE opcmatch.feed SET number = number").unwrap();
    let error = failed(store.put(&[need("N2", "乙")], &Author::default()));
    assert!(matches!(error, StoreError::Busy { .. }), "{error}");
    assert_eq!(store.list(Side::Requirement).unwrap(), [need("N1", "甲")], "who reads does not wait");
    held.rollback().unwrap();
    assert_eq!(store.put(&[need("N2", "乙")], &Author::default()).unwrap(), 2);
}

pub(crate) fn lost_connection(server: &mut Server) {
    let url = server.fresh();
    let mut store = Store::connect(&address(&url)).unwrap();
    store.put(&[need("N1", "甲")], &Author::default()).unwrap();
    cut_connections(&mut server.client(database_of(&url)));
    assert_eq!(store.put(&[need("N2", "乙")], &Author::default()).unwrap(), 2, "without a word");
    cut_connections(&mut server.client(database_of(&url)));
    assert_eq!(store.list(Side::Requirement).unwrap().len(), 2);

    server.down();
    for _ in 0..2 {
        let error = failed(store.put(&[need("N3", "丙")], &Author::default()));
        assert!(matches!(error, StoreError::Connect { .. }), "{error}");
        assert!(error.to_string().contains(&format!("127.0.0.1:{}", server.port())), "{error}");
        assert!(matches!(failed(store.list(Side::Requirement)), StoreError::Connect { .. }));
    }
    server.up();
    assert_eq!(store.put(&[need("N3", "丙")], &Author::default()).unwrap(), 3, "no restart is needed");
}

/// The server ends the session while it makes the write final: a trigger that waits
/// for the commit sees to that.
pub(crate) fn cut_at_commit(server: &mut Server) {
    let url = server.fresh();
    let mut store = Store::connect(&address(&url)).unwrap();
    let mut admin = server.client(database_of(&url));
    admin
        .batch_execute(
            "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
             CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON opcmatch.listing
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut()",
        )
        .unwrap();
    let error = failed(store.put(&[need("N1", "甲")], &Author::default()));
    assert!(matches!(error, StoreError::Unsure { .. }), "{error}");
    assert!(error.to_string().contains("不能确定"), "{error}");
    admin.batch_execute("DROP TRIGGER cut ON opcmatch.listing").unwrap();
    until(|| store.last_change().is_ok());
    assert_eq!(store.put(&[need("N1", "甲")], &Author::default()).unwrap(), 1, "the same store goes on");
}

/// A server that dies in the middle of a write takes the write with it, and the store
/// does it once more on the new connection.
pub(crate) fn cut_before_commit(server: &mut Server) {
    let url = server.fresh();
    let mut store = Store::connect(&address(&url)).unwrap();
    let mut admin = server.client(database_of(&url));
    admin
        .batch_execute(
            "CREATE SEQUENCE cuts;
             CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('public.cuts') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
                RETURN NEW; END $$;
             CREATE TRIGGER cut BEFORE INSERT ON opcmatch.listing FOR EACH ROW EXECUTE FUNCTION cut()",
        )
        .unwrap();
    assert_eq!(store.put(&[need("N1", "甲"), need("N2", "乙")], &Author::default()).unwrap(), 2);
    let feed: Vec<u64> = store.changes_since(0, 9).unwrap().iter().map(|change| change.number).collect();
    assert_eq!(feed, [1, 2]);
    assert_eq!(store.list(Side::Requirement).unwrap().len(), 2);
}

/// [`Listener::wait`] says that there is reason to look at the feed.
pub(crate) fn listening(server: &mut Server) {
    const LONG: Duration = Duration::from_secs(60);
    let quiet = |listener: &mut Listener| !listener.wait(Duration::from_millis(100)).unwrap();
    let url = server.fresh();
    let mut store = Store::connect(&address(&url)).unwrap();
    let mut listener = store.listener().unwrap();
    assert!(listener.wait(LONG).unwrap(), "a new connection has missed what was before");
    assert!(quiet(&mut listener));
    // All kinds of writes are told of; one look does for many.
    store.put(&[need("N1", "甲"), need("N2", "乙")], &Author::default()).unwrap();
    store.remove(Side::Requirement, &"N1".into(), &Author::default()).unwrap();
    assert!(listener.wait(LONG).unwrap());
    store.save_event(event("E1")).unwrap();
    assert!(listener.wait(LONG).unwrap());
    while !quiet(&mut listener) {}
    // What is read or fails is not, nor is another database.
    store.list(Side::Requirement).unwrap();
    assert!(store.save_event(event("E1")).is_err());
    Store::connect(&address(&server.fresh())).unwrap().put(&[need("N1", "甲")], &Author::default()).unwrap();
    assert!(quiet(&mut listener));

    cut_connections(&mut server.client(database_of(&url)));
    assert!(matches!(failed(listener.wait(LONG)), StoreError::Lost { .. }));
    assert!(listener.wait(LONG).unwrap(), "made anew");
    server.down();
    assert!(matches!(failed(listener.wait(LONG)), StoreError::Lost { .. }));
    assert!(matches!(failed(listener.wait(LONG)), StoreError::Connect { .. }));
    server.up();
    assert!(listener.wait(LONG).unwrap());
    store.put(&[need("N3", "丙")], &Author::default()).unwrap();
    assert!(listener.wait(LONG).unwrap());
}
