//! `opcmatch key`: who may come in.

use std::io::Write;

use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};

use crate::domain::{Role, Scope, UnknownName};
use crate::store::{AccessKey, KeyId, NewKey, Secret, Standing};

use super::arguments::Common;
use super::home::HomeArguments;
use super::progress::note;
use super::{CliError, Outcome};

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// 新建密钥，只显示这一次 / make a key; its secret is shown this once
    New(NewArguments),
    /// 列出密钥，不含密钥本身 / list the keys, without their secrets
    List(ListArguments),
    /// 撤销密钥，用它登录的也随即失效 / take a key back, and what was signed in with it
    Revoke(RevokeArguments),
}

#[derive(Debug, Args)]
pub(super) struct NewArguments {
    /// 角色：admin（管理员）、organiser（组织者）、publisher（发布方）、opc（一人公司）/ as what it lets in
    #[arg(long, value_parser = role, required_unless_present = "replaces", conflicts_with = "replaces")]
    role: Option<Role>,
    /// 给谁用 / whose it is, in words
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "replaces")]
    name: String,
    /// 区县：发布方必填，组织者填了就只管这个区县 / for which district; a publisher has one
    #[arg(long, value_name = "NAME", conflicts_with = "replaces")]
    tenant: Option<String>,
    /// 只能查看 / for reading only
    #[arg(long, conflicts_with = "replaces")]
    read_only: bool,
    /// 有效期，如 90d、12h；不写则撤销前一直有效 / for how long, as 90d or 12h; until it is revoked when left out
    #[arg(long, value_name = "90d", value_parser = lasting)]
    expires: Option<SignedDuration>,
    /// 换掉这个密钥：角色、区县、名下的能力都不变，旧密钥撤销 / in this key's place: role, district and listings stay, the former is revoked
    #[arg(long, value_name = "ID")]
    replaces: Option<String>,
    #[command(flatten)]
    home: HomeArguments,
}

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// 以 JSON 输出 / as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    home: HomeArguments,
}

#[derive(Debug, Args)]
pub(super) struct RevokeArguments {
    /// 密钥的编号（不是密钥本身），见 opcmatch key list / the key's id, not its secret
    id: String,
    #[command(flatten)]
    home: HomeArguments,
}

/// Not a time to last.
#[derive(Debug, thiserror::Error)]
#[error(
    "看不懂有效期 “{0}”：写法如 90d（天）、12h（小时），最长 3660d / cannot read \"{0}\": write 90d for days or 12h for hours, at most 3660d"
)]
struct LastingError(String);

fn role(said: &str) -> Result<Role, UnknownName> {
    said.parse()
}

fn lasting(said: &str) -> Result<SignedDuration, LastingError> {
    let wrong = || LastingError(said.to_owned());
    let said_of = |unit: char| said.trim().strip_suffix(unit).and_then(|number| number.parse::<u32>().ok());
    let hours = match (said_of('d'), said_of('h')) {
        (Some(days), _) => i64::from(days) * 24,
        (None, Some(hours)) => i64::from(hours),
        (None, None) => return Err(wrong()),
    };
    if (1..=3660 * 24).contains(&hours) { Ok(SignedDuration::from_hours(hours)) } else { Err(wrong()) }
}

pub(super) fn run(command: &KeyCommand, common: &Common) -> Result<Outcome, CliError> {
    match command {
        KeyCommand::New(own) => new(own, common),
        KeyCommand::List(own) => list(own),
        KeyCommand::Revoke(own) => revoke(own),
    }
}

fn new(own: &NewArguments, common: &Common) -> Result<Outcome, CliError> {
    let now = Timestamp::now();
    let expires = own.expires.map(|lasts| now.saturating_add(lasts).unwrap_or(Timestamp::MAX));
    let (key, secret) = match (&own.replaces, own.role) {
        (Some(former), _) => {
            let former = KeyId(former.clone());
            let made = own.home.required()?.open_known()?.replace_key(&former, expires, now)?;
            made.ok_or(CliError::NoKey { id: former })?
        }
        (None, role) => {
            let scope = if own.read_only { Scope::Read } else { Scope::Write };
            let role = role.unwrap_or(Role::Public);
            let new = NewKey { name: own.name.clone(), role, tenant: own.tenant.clone(), scope, expires };
            let new = new.checked(now)?;
            // An admin's key may be the first thing that is made of all.
            own.home.required()?.open()?.new_key(&new, now)?
        }
    };
    shown(&key, &secret, common)
}

fn shown(key: &AccessKey, secret: &Secret, common: &Common) -> Result<Outcome, CliError> {
    note(
        common,
        &format!(
            "密钥 {id}（{zh}）如下，只显示这一次，请交给本人妥善保管 / key {id} ({en}), shown this once: hand it over and keep it safe",
            id = key.id,
            zh = key.role.label(),
            en = key.role.english()
        ),
    );
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", secret.reveal())?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn list(own: &ListArguments) -> Result<Outcome, CliError> {
    let keys = own.home.required()?.open_known()?.keys()?;
    let mut out = std::io::stdout().lock();
    if own.json {
        serde_json::to_writer_pretty(&mut out, &keys)?;
        writeln!(out)?;
    } else {
        for key in &keys {
            writeln!(out, "{}", line(key, Timestamp::now()))?;
        }
    }
    out.flush()?;
    Ok(if keys.is_empty() { Outcome::NothingFound } else { Outcome::Done })
}

fn line(key: &AccessKey, now: Timestamp) -> String {
    let standing = match key.standing(now) {
        Standing::Good => "有效 good",
        Standing::Expired => "已到期 expired",
        Standing::Revoked => "已撤销 revoked",
    };
    let scope = if key.scope == Scope::Read { "，只读 read-only" } else { "" };
    let until = key.expires.map(|at| format!("，到 until {at}")).unwrap_or_default();
    let tenant = key.tenant.as_deref().unwrap_or("-");
    format!(
        "{}  {} {}  {tenant}  {}  {standing}{scope}{until}",
        key.id,
        key.role.label(),
        key.role,
        if key.name.is_empty() { "-" } else { &key.name }
    )
}

fn revoke(own: &RevokeArguments) -> Result<Outcome, CliError> {
    let id = KeyId(own.id.clone());
    let key = own.home.required()?.open_known()?.revoke_key(&id, Timestamp::now())?;
    let key = key.ok_or(CliError::NoKey { id })?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "已撤销 / revoked: {}", line(&key, Timestamp::now()))?;
    out.flush()?;
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_last_is_read_or_refused() {
        for (said, hours) in [
            ("90d", Some(2160)),
            ("12h", Some(12)),
            ("3660d", Some(87_840)),
            ("3661d", None),
            ("0d", None),
            ("90", None),
            ("-1d", None),
            ("一天", None),
            ("", None),
        ] {
            assert_eq!(lasting(said).ok(), hours.map(SignedDuration::from_hours), "{said}");
        }
    }
}
