//! A PostgreSQL server of the test's own, in a folder that goes away with it.

#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test program uses a part of it")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use opcmatch::store::PostgresAddress;
use postgres::{Client, NoTls};
use tempfile::TempDir;

/// Must never be seen in what the program says.
pub const PASSWORD: &str = "geheim-4711";

/// Stands in the environment where a machine must be able to run these tests.
const REQUIRED: &str = "OPCMATCH_REQUIRE_POSTGRES";

pub struct Server {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    process: Option<Child>,
    /// Whether a commit waits for the disk; most tests have nothing from it.
    durable: bool,
    databases: AtomicU32,
}

impl Server {
    /// A server that runs; `None`, said aloud, where PostgreSQL is not installed.
    pub fn start() -> Option<Server> {
        Server::start_as(false)
    }

    /// As [`Server::start`], a server that keeps its promises when it is killed.
    pub fn start_durable() -> Option<Server> {
        Server::start_as(true)
    }

    fn start_as(durable: bool) -> Option<Server> {
        let Some(programs) = programs() else {
            let said = "未运行 / not run: PostgreSQL 的测试：没有找到 initdb，请安装 postgresql / the tests on PostgreSQL: initdb was not found, install postgresql";
            assert!(std::env::var_os(REQUIRED).is_none_or(|value| value != "1"), "{REQUIRED}=1, but {said}");
            // Past the test program's own capture, which a passing test would be silent in.
            let _ = writeln!(std::io::stderr(), "{said}");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("password"), PASSWORD).unwrap();
        if is_root() {
            run(Command::new("chown").args(["-R", "postgres"]).arg(folder.path())).unwrap();
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server =
            Server { folder, programs, port, process: None, durable, databases: AtomicU32::new(0) };
        // A language whose order of words is not that of bytes, where the server knows it.
        let sorted = ["--locale-provider=icu", "--icu-locale=und"];
        if server.make(&sorted).is_err() {
            let _ = fs::remove_dir_all(server.data());
            server.make(&[]).unwrap();
        }
        server.up();
        Some(server)
    }

    fn make(&self, more: &[&str]) -> Result<(), String> {
        let mut initdb = as_owner(&self.programs.join("initdb"));
        initdb.arg("-D").arg(self.data()).arg("--pwfile").arg(self.folder.path().join("password"));
        initdb.args(["-U", "tester", "--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        run(initdb.args(more).current_dir(self.folder.path()))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Starts the server and waits until it answers.
    pub fn up(&mut self) {
        let log = File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let mut postgres = as_owner(&self.programs.join("postgres"));
        postgres.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
        postgres.args(["-p", &self.port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        postgres.args(["-c", if self.durable { "fsync=on" } else { "fsync=off" }]);
        postgres.current_dir(self.folder.path()).stdout(log.try_clone().unwrap()).stderr(log);
        self.process = Some(postgres.stdin(Stdio::null()).spawn().unwrap());
        let started = Instant::now();
        while let Err(error) = Client::connect(&self.url("postgres"), NoTls) {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(started.elapsed() < Duration::from_secs(60), "{error}\n{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Stops the server, as an administrator would.
    pub fn down(&mut self) {
        self.end("INT");
    }

    fn end(&mut self, signal: &str) {
        if let Some(mut process) = self.process.take() {
            let told = Command::new("kill").args([format!("-{signal}"), process.id().to_string()]).status();
            if !told.is_ok_and(|status| status.success()) {
                let _ = process.kill();
            }
            let _ = process.wait();
        }
    }

    /// A database without tables; its URL.
    pub fn fresh(&self) -> String {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.client("postgres").batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        self.url(&name)
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://tester:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// For what an administrator does.
    pub fn client(&self, database: &str) -> Client {
        Client::connect(&self.url(database), NoTls).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end("QUIT");
    }
}

pub fn address(url: &str) -> PostgresAddress {
    url.parse().unwrap()
}

/// Ends every other connection to the database that a client is connected to.
pub fn cut_connections(client: &mut Client) {
    client
        .batch_execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .unwrap();
}

/// The folder of `initdb` and `postgres`: Debian's newest, else one on the path.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    found.sort();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let debian = found.into_iter().rev().map(|(_, folder)| folder);
    debian.chain(std::env::split_paths(&paths)).find(|folder| folder.join("initdb").is_file())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// PostgreSQL refuses to run as root: its package's own user does then, and goes when
/// the test goes, however that ends.
fn as_owner(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    let options = ["--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig=QUIT"];
    command.args(options.map(OsStr::new)).arg(program);
    command
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let said = || String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(format!("{command:?}: {}", said())) }
}
