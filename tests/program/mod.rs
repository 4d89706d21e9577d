//! The program itself, run as a process of its own and asked over HTTP.

#![allow(dead_code, missing_docs, unreachable_pub, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What keeps a test of waiting from waiting for ever.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Names a database where no option does; tests say it by option.
const VARIABLE: &str = "OPCMATCH_DATABASE";

/// `opcmatch serve`; ends with the value.
pub struct Program {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
    /// Kept open, so that the program can go on printing.
    _stdout: BufReader<ChildStdout>,
}

pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// The program with `arguments`, its cache in `at`, on a fixed day.
pub fn command(at: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
    told(&mut command, at, arguments);
    command
}

/// The same, begun by a shell that runs `before` first.
pub fn command_after(before: &str, at: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{before}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_opcmatch")]);
    told(&mut command, at, arguments);
    command
}

fn told(command: &mut Command, at: &Path, arguments: &[&str]) {
    command.env_remove(VARIABLE).current_dir(at).stdin(Stdio::null());
    command.arg("--cache").arg(at.join("cache")).args(["--today", "2026-11-21"]).args(arguments);
}

/// Runs a command to its end; exit code, and what was said on both streams.
pub fn ended(mut command: Command) -> (i32, String) {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

impl Program {
    /// Serves on a free port; `home` says where the data is, as options.
    pub fn serve(at: &Path, home: &[&str]) -> Program {
        Program::begin(command(at, &serving(home)), at)
    }

    /// Runs what serves, until it answers.
    pub fn begin(mut command: Command, at: &Path) -> Program {
        let log = at.join("log");
        let told = File::options().create(true).append(true).open(&log).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(told).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        // The line comes when the lists are there; the end comes when it fails.
        stdout.read_line(&mut line).unwrap();
        let Some((_, address)) = line.trim().rsplit_once("http://") else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("it did not start: {line}{}", std::fs::read_to_string(&log).unwrap_or_default());
        };
        Program { child, address: address.parse().unwrap(), log, _stdout: stdout }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would: SIGKILL.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn get(&self, target: &str) -> Answer {
        ask(self.address, "GET", target, &[]).unwrap_or_else(|e| panic!("{target}: {e}\n{}", self.log()))
    }

    /// Asks with a body, as JSON if it is JSON and as a file if not.
    pub fn send(&self, method: &str, target: &str, body: &[u8]) -> Answer {
        ask(self.address, method, target, body).unwrap_or_else(|e| panic!("{target}: {e}\n{}", self.log()))
    }

    /// All listings of a side as the lists that answer hold them: id → title.
    pub fn titles(&self, side: &str) -> BTreeMap<String, String> {
        let page = self.get(&format!("/api/v1/listings?side={side}&limit=500")).json();
        let items = page["items"].as_array().unwrap();
        assert_eq!(page["total"], items.len(), "more than a page");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        items.iter().map(|item| (text(&item["id"]), text(&item["title"]))).collect()
    }

    /// The state of the lists that answer, as `/health` tells it.
    pub fn lists(&self) -> Value {
        self.get("/api/v1/health").json()["lists"].clone()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The arguments that serve.
pub fn serving<'a>(home: &[&'a str]) -> Vec<&'a str> {
    [&["serve", "--address", "127.0.0.1:0"], home].concat()
}

/// One request on a connection of its own. An answer that was cut short is an error.
pub fn ask(address: SocketAddr, method: &str, target: &str, body: &[u8]) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let kind = if body.starts_with(b"{") { "application/json" } else { "application/octet-stream" };
    let length = body.len();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(&[head.as_bytes(), body].concat())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    answer(&bytes).ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "the answer is cut short"))
}

fn answer(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let body = bytes[end + 4..].to_vec();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    (body.len() == length).then_some(Answer { status, headers, body })
}

/// Waits for something; how long it took.
pub fn until(what: &str, mut done: impl FnMut() -> bool) -> Duration {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < PATIENCE, "it never came: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
    started.elapsed()
}

/// A line for whoever runs the tests, past their capture.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// A listing as JSON.
pub fn listing(side: &str, id: &str, title: &str) -> Vec<u8> {
    serde_json::json!({"id": id, "side": side, "title": title, "text": "十个点位的水质数据要上墙"})
        .to_string()
        .into_bytes()
}
