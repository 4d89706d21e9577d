//! `opcmatch data`: backups, restoring them, exports for other programs, and the audit log.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::store::{Backup, Counts, Deed, Store, StoreError};

use super::arguments::Common;
use super::home::HomeArguments;
use super::progress::{Progress, note};
use super::{CliError, Outcome};

#[derive(Debug, Subcommand)]
pub(super) enum DataCommand {
    /// 备份：全部数据存成一个文件，SQLite 和 PostgreSQL 都能用它恢复 / everything into one file that either database is restored from
    Backup(BackupArguments),
    /// 用备份恢复；先查完整个文件才动数据 / make the data what a backup holds; all of the file is checked first
    Restore(RestoreArguments),
    /// 导出成 JSONL，一行一条，默认隐去联系方式 / everything as JSONL for other programs, contacts masked
    Export(ExportArguments),
    /// 审计记录：谁在何时做了什么，JSONL / the audit log as JSONL: who did what, and when
    Audit(AuditArguments),
}

#[derive(Debug, Args)]
pub(super) struct AuditArguments {
    /// 从哪天或哪个时刻起（协调世界时），如 2026-11-21 或 2026-11-21T08:00:00Z / from this day or instant on, UTC
    #[arg(long, value_name = "WHEN", value_parser = instant)]
    since: Option<Timestamp>,
    #[command(flatten)]
    home: HomeArguments,
}

#[derive(Debug, Args)]
pub(super) struct BackupArguments {
    /// 存成哪个文件 / the file to make
    file: PathBuf,
    #[command(flatten)]
    home: HomeArguments,
    /// 文件已存在时覆盖 / replace the file if it is there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
pub(super) struct RestoreArguments {
    /// 备份文件 / the backup
    file: PathBuf,
    #[command(flatten)]
    home: HomeArguments,
    /// 用备份替换现有的全部数据 / replace all that is there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    /// 存成哪个文件（.jsonl）/ the file to make
    file: PathBuf,
    #[command(flatten)]
    home: HomeArguments,
    /// 包含联系方式 / contacts too
    #[arg(long)]
    with_contacts: bool,
    /// 文件已存在时覆盖 / replace the file if it is there
    #[arg(long)]
    force: bool,
}

pub(super) fn run(command: &DataCommand, common: &Common) -> Result<Outcome, CliError> {
    match command {
        DataCommand::Backup(own) => backup(own, common),
        DataCommand::Restore(own) => restore(own, common),
        DataCommand::Export(own) => export(own, common),
        DataCommand::Audit(own) => audit(own),
    }
}

fn backup(own: &BackupArguments, common: &Common) -> Result<Outcome, CliError> {
    let mut store = own.home.required()?.open_known()?;
    let busy = Progress::busy("备份 backing up", common);
    let backup = store.backup()?;
    recorded(&mut store, common)?;
    backup.write(&own.file, own.force)?;
    drop(busy);
    note(common, "备份里有联系方式，请妥善保管 / the backup holds contacts: keep it private");
    said(
        backup.counts(),
        &format!("已备份到 {}", own.file.display()),
        &format!("backed up to {}", own.file.display()),
    )
}

fn restore(own: &RestoreArguments, common: &Common) -> Result<Outcome, CliError> {
    let home = own.home.required()?;
    let busy = Progress::busy("恢复 restoring", common);
    // Read and checked whole before a folder or a table is made.
    let backup = Backup::read(&own.file)?;
    home.open()?.restore(&backup, own.force)?;
    drop(busy);
    said(backup.counts(), &format!("已恢复到 {home}"), &format!("restored to {home}"))
}

fn export(own: &ExportArguments, common: &Common) -> Result<Outcome, CliError> {
    let mut store = own.home.required()?.open_known()?;
    let busy = Progress::busy("导出 exporting", common);
    let all = store.backup()?;
    recorded(&mut store, common)?;
    all.export(&own.file, own.with_contacts, own.force)?;
    drop(busy);
    note(
        common,
        if own.with_contacts {
            "导出的文件里有联系方式，请妥善保管 / the file holds contacts: keep it private"
        } else {
            "联系方式已隐去；要包含请加 --with-contacts / contacts are masked; --with-contacts includes them"
        },
    );
    said(
        all.counts(),
        &format!("已导出到 {}", own.file.display()),
        &format!("exported to {}", own.file.display()),
    )
}

/// Records that everything is taken out. Where the data can only be read, as on a
/// standby server, nothing can be recorded there, and that is said.
fn recorded(store: &mut Store, common: &Common) -> Result<(), CliError> {
    match store.record(Deed::Export, &[]) {
        Err(StoreError::ReadOnly { .. }) => {
            note(
                common,
                "数据只读，这次导出没有记入审计记录 / the data is read-only: this was not recorded in the audit log",
            );
            Ok(())
        }
        other => Ok(other?),
    }
}

/// Lines read at a time.
const AT_ONCE: usize = 1000;

fn audit(own: &AuditArguments) -> Result<Outcome, CliError> {
    let store = own.home.required()?.open_known()?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut after = 0;
    loop {
        let lines = store.audit(after, own.since, AT_ONCE)?;
        for line in &lines {
            serde_json::to_writer(&mut out, line)?;
            out.write_all(b"\n")?;
        }
        match lines.last() {
            Some(last) => after = last.number,
            None => break,
        }
    }
    out.flush()?;
    Ok(if after == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// Not a day nor an instant.
#[derive(Debug, thiserror::Error)]
#[error(
    "看不懂时间 “{0}”：写法如 2026-11-21 或 2026-11-21T08:00:00Z / cannot read \"{0}\": write 2026-11-21 or 2026-11-21T08:00:00Z"
)]
struct InstantError(String);

fn instant(said: &str) -> Result<Timestamp, InstantError> {
    let day = || said.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp());
    said.parse().ok().or_else(day).ok_or_else(|| InstantError(said.to_owned()))
}

fn said(counts: Counts, zh: &str, en: &str) -> Result<Outcome, CliError> {
    let Counts { listings, events, follow_ups, history, consents, searches, decisions } = counts;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{zh}：名单 {listings} 条，对接会 {events} 场，跟进 {follow_ups} 条，修改记录 {history} 条，联系授权 {consents} 条，关注 {searches} 个，决定 {decisions} 条 / {en}: {listings} listings, {events} events, {follow_ups} follow-ups, {history} changes of listings, {consents} consents to be reached, {searches} saved searches, {decisions} decisions"
    )?;
    out.flush()?;
    Ok(if counts.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}
