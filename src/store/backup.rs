//! Backups: everything in one file, which either database can be made anew from.
//!
//! The file is text, a JSON object a line. The first line is the head: format and
//! version, the program, the number of the newest change, how many entries follow,
//! and the BLAKE3 of the whole file with zeros where the digest stands. Each further line is
//! `{"kind":"listing"|"event"|"follow_up"|"history"|"consent"|"search"|"decision","body":{…}}`: listings by side and
//! id, events by id, follow-ups after all events, what listings were before, who agreed to be reached, what people keep looking for, and what was decided of pairs, oldest first. It holds contacts: keep it private.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::{Event, EventId, FollowUp, Listing, ListingId, SavedSearch, Side};

use super::consents::{self, Agreed};
use super::database::{Access, Transaction, first};
use super::decisions::{self, Decision};
use super::error::StoreError;
use super::events::{all_events, all_follow_ups, put_event, put_follow_ups, remove_event};
use super::feed::{ChangeNumber, number as feed_number};
use super::history::{self, Past};
use super::listings::{Store, listed, put_all, remove};
use super::searches;

/// First field of the head, by which a backup is known.
const FORMAT: &str = "opcmatch-backup";

/// The form described above.
const VERSION: u32 = 2;

/// Length of the digest as it is written.
const DIGITS: usize = 64;

/// How many entries there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Listings of both sides.
    pub listings: u64,
    /// Events.
    pub events: u64,
    /// Follow-ups.
    pub follow_ups: u64,
    /// Former states of listings; none before version 2.
    #[serde(default)]
    pub history: u64,
    /// Words given on contacts; none before version 2.
    #[serde(default)]
    pub consents: u64,
    /// Saved searches; none before version 2. What came up for them is not kept.
    #[serde(default)]
    pub searches: u64,
    /// Decisions on pairs, those that count no longer among them; none before version 2.
    #[serde(default)]
    pub decisions: u64,
}

impl Counts {
    /// Whether there is nothing at all.
    pub fn is_empty(self) -> bool {
        self == Counts::default()
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: String,
    version: u32,
    program: String,
    change: ChangeNumber,
    counts: Counts,
    /// [`DIGITS`] hexadecimal digits; last, so that they can be filled in.
    blake3: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
enum Line<L, E, F, H, C, S, D> {
    Listing(L),
    Event(E),
    FollowUp(F),
    History(H),
    Consent(C),
    Search(S),
    Decision(D),
}

/// Everything that a store holds, at one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Backup {
    /// The newest change that it holds.
    pub change: ChangeNumber,
    /// Requirements, then capabilities, each in the order of ids.
    pub listings: Vec<Listing>,
    /// In the order of ids.
    pub events: Vec<Event>,
    /// In the order of event, need and OPC.
    pub follow_ups: Vec<FollowUp>,
    /// What listings were before, oldest change first.
    pub(super) history: Vec<Past>,
    /// Who agreed to be reached, by pair and side.
    pub(super) consents: Vec<Agreed>,
    /// What people keep looking for, by id; it holds secrets.
    pub searches: Vec<SavedSearch>,
    /// What was decided of pairs, oldest first.
    pub decisions: Vec<Decision>,
}

/// Why a backup could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// From the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be read or written.
    #[error(
        "{path} 读写失败：{cause}。请检查路径、权限和剩余空间 / {path}: {cause}; check the path, its permissions and the room left"
    )]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A file that is there already.
    #[error(
        "{0} 已经存在，没有覆盖；请换一个文件名，或加 --force / {0} exists and was left as it is: take another name, or add --force"
    )]
    Exists(PathBuf),
    /// Not a backup at all.
    #[error(
        "{0} 不是 opcmatch 的备份；备份用 opcmatch data backup 生成 / {0} is no backup of opcmatch; those are made by opcmatch data backup"
    )]
    NotABackup(PathBuf),
    /// Written by a newer program.
    #[error(
        "{path} 是第 {found} 版备份（由 opcmatch {program} 生成），本程序只认识到第 {VERSION} 版；请升级 / {path} is a backup of version {found} made by opcmatch {program}, this program knows up to {VERSION}: upgrade opcmatch"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// What made it.
        program: String,
    },
    /// The bytes are not those that were written.
    #[error(
        "{path} 不完整或被改动过（校验不符），没有动任何数据；请换一份备份 / {path} is cut short or was altered (its checksum differs), nothing was touched: use another backup"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A line that the program cannot read, although the bytes are as written.
    #[error(
        "{path} 第 {line} 行读不懂：{cause}；没有动任何数据，请用生成它的那一版程序恢复 / {path}, line {line}: {cause}; nothing was touched, restore it with the version that wrote it"
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// Counted from 1, the head being the first.
        line: usize,
        /// What is wrong.
        cause: String,
    },
    /// The store holds something that would be replaced.
    #[error(
        "目标里已有 {} 条名单、{} 场对接会、{} 条跟进、{} 条修改记录，没有动；要用备份全部替换，请加 --force / the target holds {} listings, {} events, {} follow-ups and {} changes of listings, and was left as it is: add --force to replace all of it",
        .0.listings, .0.events, .0.follow_ups, .0.history, .0.listings, .0.events, .0.follow_ups, .0.history
    )]
    NotEmpty(Counts),
}

impl Backup {
    /// How many entries it has.
    pub fn counts(&self) -> Counts {
        Counts {
            listings: self.listings.len() as u64,
            events: self.events.len() as u64,
            follow_ups: self.follow_ups.len() as u64,
            history: self.history.len() as u64,
            consents: self.consents.len() as u64,
            searches: self.searches.len() as u64,
            decisions: self.decisions.len() as u64,
        }
    }

    /// Writes the file: whole and synced under the name, or not at all. Only its owner
    /// may read it, where the system knows owners.
    ///
    /// # Errors
    /// When the file is there already and `replace` is not set, or cannot be written.
    pub fn write(&self, path: &Path, replace: bool) -> Result<(), BackupError> {
        if !replace && path.exists() {
            return Err(BackupError::Exists(path.to_owned()));
        }
        written_whole(path, |file| self.write_to(file))
            .map_err(|cause| BackupError::File { path: path.to_owned(), cause })
    }

    fn write_to(&self, file: &mut File) -> std::io::Result<()> {
        let head = |blake3: String| -> std::io::Result<Vec<u8>> {
            let mut line = serde_json::to_vec(&Head {
                format: FORMAT.into(),
                version: VERSION,
                program: env!("CARGO_PKG_VERSION").into(),
                change: self.change,
                counts: self.counts(),
                blake3,
            })?;
            line.push(b'\n');
            Ok(line)
        };
        // The head is as long with any digest, so it is written anew when that is known.
        let mut out = Digested { out: BufWriter::new(&mut *file), digest: blake3::Hasher::new() };
        out.write_all(&head("0".repeat(DIGITS))?)?;
        let listings = self.listings.iter().map(Line::Listing);
        let events = self.events.iter().map(Line::Event);
        let follow_ups = self.follow_ups.iter().map(Line::FollowUp);
        let history = self.history.iter().map(Line::History);
        let consents = self.consents.iter().map(Line::Consent);
        let searches = self.searches.iter().map(Line::Search);
        let decisions = self.decisions.iter().map(Line::Decision);
        let before = listings.chain(events).chain(follow_ups).chain(history);
        for line in before.chain(consents).chain(searches).chain(decisions) {
            serde_json::to_writer(&mut out, &line)?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        let digest = out.digest.finalize().to_hex().to_string();
        drop(out);
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&head(digest)?)
    }

    /// Reads a file and checks all of it.
    ///
    /// # Errors
    /// When it is no backup, is damaged in any byte, or was written by a newer program.
    pub fn read(path: &Path) -> Result<Backup, BackupError> {
        let bytes =
            std::fs::read(path).map_err(|cause| BackupError::File { path: path.to_owned(), cause })?;
        Backup::parse(&bytes, path)
    }

    fn parse(bytes: &[u8], path: &Path) -> Result<Backup, BackupError> {
        let damaged = || BackupError::Damaged { path: path.to_owned() };
        let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else {
            let begun = format!("{{\"format\":\"{FORMAT}\"");
            let ours = !bytes.is_empty() && bytes.starts_with(begun.as_bytes());
            return Err(if ours { damaged() } else { BackupError::NotABackup(path.to_owned()) });
        };
        let (first, rest) = bytes.split_at(end);
        // Of a newer head only these are sure to be there.
        #[derive(Deserialize)]
        struct Known {
            format: String,
            version: u32,
            program: String,
        }
        let known: Known =
            serde_json::from_slice(first).map_err(|_| BackupError::NotABackup(path.to_owned()))?;
        if known.format != FORMAT {
            return Err(BackupError::NotABackup(path.to_owned()));
        }
        if known.version > VERSION {
            let (found, program) = (known.version, known.program);
            return Err(BackupError::Newer { path: path.to_owned(), found, program });
        }
        let head: Head = serde_json::from_slice(first).map_err(|_| damaged())?;
        let mut digest = blake3::Hasher::new();
        let before = first.len().checked_sub(DIGITS + "\"}".len()).ok_or_else(damaged)?;
        digest.update(&first[..before]).update(&[b'0'; DIGITS]).update(b"\"}").update(rest);
        let written = format!("{}\"}}", digest.finalize().to_hex());
        if first[before..] != *written.as_bytes() {
            return Err(damaged());
        }
        let mut backup = Backup {
            change: head.change,
            listings: Vec::new(),
            events: Vec::new(),
            follow_ups: Vec::new(),
            history: Vec::new(),
            consents: Vec::new(),
            searches: Vec::new(),
            decisions: Vec::new(),
        };
        let lines = rest.split(|&byte| byte == b'\n').filter(|text| !text.is_empty());
        for (line, text) in (2..).zip(lines) {
            let read = serde_json::from_slice(text).map_err(|cause| BackupError::Line {
                path: path.to_owned(),
                line,
                cause: cause.to_string(),
            })?;
            match read {
                Line::Listing(listing) => backup.listings.push(listing),
                Line::Event(event) => backup.events.push(event),
                Line::FollowUp(follow_up) => backup.follow_ups.push(follow_up),
                Line::History(past) => backup.history.push(past),
                Line::Consent(agreed) => backup.consents.push(agreed),
                Line::Search(search) => backup.searches.push(search),
                Line::Decision(decision) => backup.decisions.push(decision),
            }
        }
        if backup.counts() == head.counts { Ok(backup) } else { Err(damaged()) }
    }
}

impl Store {
    /// Everything, at one instant; writers are not kept waiting.
    ///
    /// # Errors
    /// When the database fails or an entry is damaged.
    pub fn backup(&self) -> Result<Backup, StoreError> {
        self.transact(Access::Read, all)
    }

    /// Makes the store hold what the backup holds and nothing else, in one write. Every
    /// entry is a change under a number of its own, so whoever follows the feed follows
    /// this too; numbers go on from the larger of the store's and the backup's.
    ///
    /// # Errors
    /// When the store holds anything and `replace` is not set, or the database fails;
    /// then nothing was written.
    pub fn restore(&mut self, backup: &Backup, replace: bool) -> Result<(), BackupError> {
        let kept: BTreeSet<(&str, &str)> =
            backup.listings.iter().map(|listing| (listing.side.as_str(), listing.id.0.as_str())).collect();
        let (refused, _) = self.writing(|transaction, feed| {
            // What is there is not read: it may be damaged, which is why a backup is restored.
            let there = counts(transaction)?;
            if !replace && !there.is_empty() {
                return Ok(Some(there));
            }
            feed.skip_to(backup.change);
            for mut row in transaction.query("SELECT side, id FROM listing ORDER BY side, id", &[])? {
                let (side, id) = (row.text(0)?, row.text(1)?);
                if !kept.contains(&(&side, &id))
                    && let Ok(side) = side.parse()
                {
                    remove(transaction, feed, side, &ListingId(id), None)?;
                }
            }
            for mut row in transaction.query("SELECT id FROM event ORDER BY id", &[])? {
                remove_event(transaction, feed, &EventId(row.text(0)?))?;
            }
            put_all(transaction, feed, &backup.listings, None)?;
            history::replace_all(transaction, &backup.history)?;
            consents::replace_all(transaction, &backup.consents)?;
            searches::replace_all(transaction, &backup.searches, feed.last())?;
            decisions::replace_all(transaction, &backup.decisions)?;
            for event in &backup.events {
                put_event(transaction, feed, event)?;
            }
            put_follow_ups(transaction, feed, &backup.follow_ups)?;
            Ok(None)
        })?;
        refused.map_or(Ok(()), |there| Err(BackupError::NotEmpty(there)))
    }
}

fn counts(transaction: &mut dyn Transaction) -> Result<Counts, StoreError> {
    let mut count = |sql: &str| first(transaction.query(sql, &[])?).map_or(Ok(0), |mut row| row.count(0));
    Ok(Counts {
        listings: count("SELECT count(*) FROM listing")?,
        events: count("SELECT count(*) FROM event")?,
        follow_ups: count("SELECT count(*) FROM follow_up")?,
        history: count("SELECT count(*) FROM history")?,
        consents: count("SELECT count(*) FROM consent")?,
        searches: count("SELECT count(*) FROM saved_search")?,
        decisions: count("SELECT count(*) FROM decision")?,
    })
}

fn all(transaction: &mut dyn Transaction) -> Result<Backup, StoreError> {
    let mut listings = listed(transaction, Side::Requirement)?;
    listings.extend(listed(transaction, Side::Capability)?);
    Ok(Backup {
        change: feed_number(transaction)?,
        listings,
        events: all_events(transaction)?,
        follow_ups: all_follow_ups(transaction)?,
        history: history::all(transaction)?,
        consents: consents::all(transaction)?,
        searches: searches::all(transaction)?,
        decisions: decisions::all(transaction)?,
    })
}

/// Writes a file under a passing name beside its own, syncs it, and gives it its name.
pub(super) fn written_whole(
    path: &Path,
    write: impl FnOnce(&mut File) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut passing = path.as_os_str().to_owned();
    passing.push(".part");
    let passing = PathBuf::from(passing);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let done = options.open(&passing).and_then(|mut file| {
        write(&mut file)?;
        file.sync_all()?;
        std::fs::rename(&passing, path)
    });
    if done.is_err() {
        let _ = std::fs::remove_file(&passing);
        return done;
    }
    // The name is durable when its folder is; not every system opens folders.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder) {
        Ok(folder) if cfg!(unix) => folder.sync_all(),
        _ => Ok(()),
    }
}

struct Digested<W> {
    out: W,
    digest: blake3::Hasher,
}

impl<W: Write> Write for Digested<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = self.out.write(bytes)?;
        self.digest.update(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
