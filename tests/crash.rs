//! SIGKILL in the middle of imports and updates: every write that was acknowledged is
//! there, byte for byte, nothing half-written is, and what is searched agrees with
//! what is stored.
//!
//! A few rounds run with every `cargo test`. The long run, printing its counts:
//! `OPCMATCH_CRASH_ROUNDS=200 cargo test --test crash -- --nocapture`; a run is
//! repeated, as far as clocks allow, with the `OPCMATCH_CRASH_SEED` that it printed.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod program;
mod server;

#[path = "crash/writers.rs"]
mod writers;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opcmatch::domain::Side;
use opcmatch::store::{ChangeKind, Entry, Store};
use postgres::{Client, NoTls};
use tempfile::TempDir;

use program::{PATIENCE, Program, say, until};
use server::{Server, address};
use writers::{Dice, Kept, Key, Writer};

/// The program is killed within so long of the first request, in milliseconds: some
/// twenty to two hundred writes, so that the end falls anywhere in one of them.
const LIVES_MS: u64 = 400;

const WRITERS: usize = 3;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|value| value.parse().expect(variable))
}

fn seed() -> u64 {
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
    number("OPCMATCH_CRASH_SEED").unwrap_or_else(|| u64::from(clock()))
}

/// Where the data is.
enum Home {
    File(PathBuf),
    Server(String),
}

impl Home {
    fn options(&self) -> [&str; 2] {
        match self {
            Home::File(folder) => ["--data", folder.to_str().unwrap()],
            Home::Server(url) => ["--database", url],
        }
    }

    fn open(&self) -> Store {
        match self {
            Home::File(folder) => Store::open(&folder.join("opcmatch.sqlite")).unwrap(),
            Home::Server(url) => Store::connect(&address(url)).unwrap(),
        }
    }

    /// What is stored, as it lies there.
    fn bodies(&self) -> Kept {
        match self {
            Home::File(folder) => {
                let file = rusqlite::Connection::open(folder.join("opcmatch.sqlite")).unwrap();
                let mut query = file.prepare("SELECT side, id, body FROM listing").unwrap();
                let rows = query.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)));
                rows.unwrap().map(Result::unwrap).collect()
            }
            Home::Server(url) => {
                let mut client = Client::connect(url, NoTls).unwrap();
                let rows = client.query("SELECT side, id, body FROM opcmatch.listing", &[]).unwrap();
                rows.iter().map(|row| ((row.get(0), row.get(1)), row.get(2))).collect()
            }
        }
    }
}

/// Rounds of writing and dying on one store, and what came of them.
struct Trial {
    at: TempDir,
    home: Home,
    dice: Dice,
    writers: Vec<Writer>,
    acknowledged: usize,
    /// Writes that were cut off, and of these the ones that are kept all the same.
    cut: usize,
    cut_and_kept: usize,
}

impl Trial {
    fn new(home: impl FnOnce(&Path) -> Home, seed: u64) -> Trial {
        let at = tempfile::tempdir().unwrap();
        let mut dice = Dice(seed);
        let writers = (0..WRITERS).map(|number| Writer::new(number, dice.roll())).collect();
        let home = home(at.path());
        Trial { at, home, dice, writers, acknowledged: 0, cut: 0, cut_and_kept: 0 }
    }

    fn serve(&self) -> Program {
        Program::serve(self.at.path(), &self.home.options())
    }

    /// All writers at once, until `end` says so.
    fn write(&mut self, program: &Program, patient: bool, end: impl FnOnce()) {
        let over = AtomicBool::new(false);
        let before: usize = self.writers.iter().map(|writer| writer.acknowledged).sum();
        std::thread::scope(|threads| {
            for writer in &mut self.writers {
                threads.spawn(|| writer.write(program.address(), patient, &over));
            }
            // Also when it fails: the writers are waited for.
            let _over = Over(&over);
            end();
        });
        let after: usize = self.writers.iter().map(|writer| writer.acknowledged).sum();
        self.acknowledged += after - before;
    }

    /// Writes, dies, comes back.
    fn round(&mut self) {
        let mut program = self.serve();
        let life = Duration::from_millis(self.dice.roll() % LIVES_MS);
        let pid = program.id().to_string();
        self.write(&program, false, || {
            std::thread::sleep(life);
            assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
        });
        program.kill();
        let program = self.serve();
        self.check(&program);
    }

    /// Whether what is stored is what was acknowledged, and what is found is what is stored.
    fn check(&mut self, program: &Program) {
        let stored = self.home.bodies();
        let known: usize = self
            .writers
            .iter_mut()
            .map(|writer| {
                let own: Kept = stored
                    .iter()
                    .filter(|((_, id), _)| writer.owns(id))
                    .map(|(key, body)| (key.clone(), body.clone()))
                    .collect();
                if writer.was_cut() {
                    self.cut += 1;
                    self.cut_and_kept += usize::from(writer.settle(&own));
                }
                assert_eq!(own, writer.kept, "what was acknowledged, byte for byte");
                own.len()
            })
            .sum();
        assert_eq!(known, stored.len(), "something that nobody wrote");
        feed_agrees(&self.home.open(), &stored);
        self.found(program, &stored);
    }

    /// The lists that answer hold what is stored and nothing else, and find it.
    fn found(&mut self, program: &Program, stored: &Kept) {
        for side in Side::ALL {
            let wanted: BTreeMap<String, String> = stored
                .iter()
                .filter(|((of, _), _)| of == side.as_str())
                .map(|((_, id), body)| (id.clone(), writers::title(body)))
                .collect();
            assert_eq!(program.titles(side.as_str()), wanted);
        }
        let status = |(side, id): &Key| program.get(&format!("/api/v1/listings/{side}/{id}/matches")).status;
        for key in stored.keys() {
            assert_eq!(status(key), 200, "{key:?} is stored and not ranked");
        }
        let gone: BTreeSet<Key> = self.writers.iter().flat_map(|writer| writer.gone(stored)).collect();
        for key in &gone {
            assert_eq!(status(key), 404, "{key:?} is gone and ranked");
        }
        // Words that stand in one title only lead to that listing.
        let keys: Vec<&Key> = stored.keys().collect();
        for _ in 0..keys.len().min(3) {
            let key = keys[self.dice.below(keys.len())];
            let asked = serde_json::json!({"side": key.0, "text": writers::title(&stored[key]), "top": 100});
            let hits = program.send("POST", "/api/v1/search", asked.to_string().as_bytes()).json();
            let ids: Vec<&str> = hits["hits"]
                .as_array()
                .unwrap()
                .iter()
                .map(|hit| hit["listing"]["id"].as_str().unwrap())
                .collect();
            assert!(ids.contains(&key.1.as_str()), "{key:?} is not found by its title: {ids:?}");
            assert!(ids.iter().all(|id| stored.contains_key(&(key.0.clone(), (*id).to_owned()))));
        }
    }

    fn told(&self, what: &str, rounds: usize) {
        say(&format!(
            "{what}: {rounds} kills, {} writes acknowledged and there; {} cut off, of which {} are whole and {} not there at all",
            self.acknowledged,
            self.cut,
            self.cut_and_kept,
            self.cut - self.cut_and_kept
        ));
        assert!(self.acknowledged > 0, "nothing was ever acknowledged");
    }
}

/// Tells the writers that it is over.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Whoever reads the feed from its beginning has what is stored, and no number is missing.
fn feed_agrees(store: &Store, stored: &Kept) {
    let mut followed: BTreeSet<Key> = BTreeSet::new();
    for (number, change) in (1..).zip(store.changes_since(0, usize::MAX).unwrap()) {
        assert_eq!(change.number, number, "a gap in the feed");
        let Entry::Listing { side, id } = change.entry else { panic!("{change:?}") };
        let key = (side.as_str().to_owned(), id.0);
        match change.kind {
            ChangeKind::Put => followed.insert(key),
            ChangeKind::Remove => followed.remove(&key),
        };
    }
    assert_eq!(followed, stored.keys().cloned().collect());
}

#[test]
fn the_program_on_a_sqlite_file() {
    let seed = seed();
    let rounds = number("OPCMATCH_CRASH_ROUNDS").unwrap_or(6) as usize;
    say(&format!("OPCMATCH_CRASH_SEED={seed}"));
    let mut trial = Trial::new(|at| Home::File(at.join("data")), seed);
    (0..rounds).for_each(|_| trial.round());
    trial.told("SQLite", rounds);
}

#[test]
fn the_program_and_the_server_on_postgres() {
    let Some(server) = Server::start_durable() else { return };
    let seed = seed();
    let rounds = number("OPCMATCH_CRASH_ROUNDS").unwrap_or(3) as usize;
    say(&format!("OPCMATCH_CRASH_SEED={seed}"));
    let url = server.fresh();
    let mut trial = Trial::new(|_| Home::Server(url.clone()), seed);
    (0..rounds).for_each(|_| trial.round());

    // And now the server's own process dies under the program, which lives on.
    let program = trial.serve();
    let place = program.address();
    trial.write(&program, true, || {
        std::thread::sleep(Duration::from_millis(200));
        assert!(kill_a_backend(&server, &url), "no session of the program was found");
        // Until the server has recovered and something is written again.
        let probe = program::listing("requirement", "probe", "探测");
        let kept = || program::ask(place, "PUT", "/api/v1/listings/requirement/probe", &probe);
        until("the server's recovery", || kept().is_ok_and(|answer| answer.status == 200));
        std::thread::sleep(Duration::from_millis(200));
    });
    let target = "/api/v1/listings/requirement/probe?wait=indexed";
    assert_eq!(program.send("DELETE", target, b"").status, 204);
    until("the lists to follow again", || program.lists()["state"] == "following");
    trial.check(&program);
    trial.told("PostgreSQL", rounds);
}

/// Ends a session of the program from outside, with SIGKILL: the server then ends all
/// others and recovers.
fn kill_a_backend(server: &Server, url: &str) -> bool {
    let mut admin = server.client(url.rsplit('/').next().unwrap());
    let sql = "SELECT pid FROM pg_stat_activity WHERE application_name = 'opcmatch' \
               AND query LIKE '%COMMIT' ORDER BY pid LIMIT 1";
    let started = std::time::Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(row) = admin.query_opt(sql, &[]).unwrap() {
            let pid: i32 = row.get(0);
            return Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success();
        }
    }
    false
}
