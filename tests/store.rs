//! The store: one list of cases, run on a SQLite file, in memory and on PostgreSQL.

#![allow(clippy::unwrap_used)]

mod server;

#[path = "store/access.rs"]
mod access;
#[path = "store/backups.rs"]
mod backups;
#[path = "store/cases.rs"]
mod cases;
#[path = "store/decisions.rs"]
mod decisions;
#[path = "store/followed.rs"]
mod followed;
#[path = "store/history.rs"]
mod history;
#[path = "store/homes.rs"]
mod homes;
#[path = "store/imports.rs"]
mod imports;
#[path = "store/outages.rs"]
mod outages;
#[path = "store/searches.rs"]
mod searches;
#[path = "store/versions.rs"]
mod versions;

use std::panic::{AssertUnwindSafe, catch_unwind};

use homes::Home;
use server::Server;

/// A name and what it tries on a store that nothing is in.
type Case = (&'static str, fn(&Home));

const CASES: &[Case] = &[
    ("what is put is there after reopening", cases::put_and_reopen),
    ("creating never overwrites", cases::creating),
    ("ids are ordered by their bytes", cases::order_of_ids),
    ("any text comes back as it was", cases::any_text),
    ("two writers do not overwrite each other's event", cases::stale_events),
    ("follow-ups go with their event", cases::follow_ups),
    ("every write takes the next number", cases::numbers),
    ("a write that fails leaves nothing, not even a number", cases::all_or_nothing),
    ("many at once", cases::many_at_once),
    ("a write that is stopped leaves nothing", imports::stopped),
    ("an import is taken back but for what came after it", imports::taken_back),
    ("nobody takes back what is not theirs", imports::out_of_reach),
    ("a damaged entry is named", cases::damaged),
    ("writers stand in line and a reader misses nothing", followed::writers_in_line),
    ("whoever follows the feed has what the store has", followed::any_history),
    ("programs that start at once make one set of tables", versions::starts_at_once),
    ("data of a newer program is refused", versions::newer),
    ("every change of a listing says who made it and what stood there", history::every_change),
    ("what was there before changes were recorded is the first version", history::before_there_was_one),
    ("a rewrite is all or nothing", history::rewriting),
    ("of several that look out, one notes what came up", searches::one_notes_what_came_up),
    ("messages wait for their time", searches::messages_wait_for_their_time),
    ("a backup comes back, on either database", backups::round_trip),
    ("of decisions on a pair the newest counts, and none is lost", decisions::the_newest_counts),
    ("keys open, expire, are replaced and revoked", access::keys),
    ("a session ends with its time and its key", access::sessions),
    ("nobody writes beyond their reach", access::reach),
    ("the audit log holds every write and only grows", access::audit),
    ("restoring replaces only when told to", backups::replacing),
    ("a damaged store can be restored over", backups::over_damage),
];

/// A name and what happens to the server.
type Outage = (&'static str, fn(&mut Server));

const OUTAGES: &[Outage] = &[
    ("what the server refuses is told apart", outages::refusals),
    ("who holds the feed too long is not waited for for ever", outages::kept_busy),
    ("a lost connection is made anew", outages::lost_connection),
    ("a commit that was cut is said to be unsure", outages::cut_at_commit),
    ("whoever listens hears of every write, also after the server was away", outages::listening),
    ("a write that was cut before its commit is done once", outages::cut_before_commit),
];

fn run(home: impl Fn() -> Home) {
    all_of(CASES, |case| case(&home()));
}

/// Runs all of a list, and names those that failed.
fn all_of<T: Copy>(list: &[(&str, T)], mut run: impl FnMut(T)) {
    let mut failed = Vec::new();
    for (name, one) in list {
        if catch_unwind(AssertUnwindSafe(|| run(*one))).is_err() {
            failed.push(*name);
        }
    }
    assert!(failed.is_empty(), "failed:\n{}", failed.join("\n"));
}

#[test]
fn on_a_sqlite_file() {
    run(Home::file);
}

#[test]
fn in_memory() {
    run(Home::memory);
}

#[test]
fn on_postgres() {
    let Some(server) = Server::start() else { return };
    run(|| Home::server(&server));
}

#[test]
fn when_a_server_fails() {
    let Some(mut server) = Server::start() else { return };
    all_of(OUTAGES, |outage| outage(&mut server));
}
