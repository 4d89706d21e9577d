//! Where a PostgreSQL database is, and who asks for it; never shown with the password.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use ::postgres::Config;
use ::postgres::config::{Host, SslMode};

use super::error::StoreError;

/// `postgres://user:password@host:port/name`, as it was given. It is looked at when
/// it is used, so that no message on the way can repeat it: shown, it is the place
/// alone, without user and password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresAddress(String);

/// How long to wait for a server that does not answer, unless the address says so
/// itself (`?connect_timeout=`).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long data may stay unacknowledged before the connection counts as lost, unless
/// the address says so itself (`?tcp_user_timeout=`).
const SILENCE: Duration = Duration::from_secs(30);

impl FromStr for PostgresAddress {
    type Err = Infallible;

    fn from_str(address: &str) -> Result<Self, Infallible> {
        Ok(PostgresAddress(address.trim().to_owned()))
    }
}

impl PostgresAddress {
    /// What is asked of the server.
    ///
    /// # Errors
    /// When it is no such address; the message does not repeat it.
    pub(super) fn config(&self) -> Result<Config, StoreError> {
        let bad = |zh, en| StoreError::Address { zh, en };
        if !["postgres://", "postgresql://"].iter().any(|scheme| self.0.starts_with(scheme)) {
            return Err(bad(
                "应以 postgres:// 开头；SQLite 数据请用 --data 文件夹",
                "it should begin with postgres://; for data in SQLite use --data FOLDER",
            ));
        }
        let mut config: Config = self.0.parse().map_err(|_| bad("没有读懂", "it could not be read"))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(bad("缺主机名", "the host is missing"));
        }
        if matches!(config.get_ssl_mode(), SslMode::Require) {
            return Err(bad(
                "要求加密连接（sslmode=require），本版本还不支持；请走可信网络或隧道，用 sslmode=disable",
                "it asks for an encrypted connection (sslmode=require), which this version has not; use a trusted network or a tunnel with sslmode=disable",
            ));
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        if config.get_application_name().is_none() {
            config.application_name("opcmatch");
        }
        Ok(config)
    }
}

/// `postgres://host:port/name` of a configuration.
pub(super) fn place(config: &Config) -> String {
    let hosts: Vec<String> = match config.get_hosts() {
        [] => config.get_hostaddrs().iter().map(ToString::to_string).collect(),
        hosts => hosts
            .iter()
            .map(|host| match host {
                Host::Tcp(name) if name.contains(':') => format!("[{name}]"),
                Host::Tcp(name) => name.clone(),
                #[cfg(unix)]
                Host::Unix(path) => path.display().to_string(),
            })
            .collect(),
    };
    let port = |at: usize| match config.get_ports() {
        [] => 5432,
        [one] => *one,
        many => many.get(at).copied().unwrap_or(5432),
    };
    let at: Vec<String> =
        hosts.iter().enumerate().map(|(number, host)| format!("{host}:{}", port(number))).collect();
    let name = config.get_dbname().or(config.get_user()).unwrap_or_default();
    format!("postgres://{}/{name}", at.join(","))
}

impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.config() {
            Ok(config) => f.write_str(&place(&config)),
            Err(_) => f.write_str("postgres://?"),
        }
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_without_user_and_password() {
        for (address, shown) in [
            ("postgres://u:secret@db.example:6543/lists", "postgres://db.example:6543/lists"),
            ("postgresql://u:se%40cret@127.0.0.1/lists?sslmode=disable", "postgres://127.0.0.1:5432/lists"),
            ("postgres://u@a,b:7/lists", "postgres://a:5432,b:7/lists"),
            (" postgres://u:secret@[::1]:5433/x ", "postgres://[::1]:5433/x"),
            ("postgres:///lists?host=/run/pg&user=u&password=secret", "postgres:///run/pg:5432/lists"),
            ("postgres://u:secret@db:port/lists", "postgres://?"),
            ("mysql://u:secret@db/lists", "postgres://?"),
        ] {
            let address: PostgresAddress = address.parse().unwrap();
            assert_eq!(address.to_string(), shown);
            assert!(!format!("{address:?}").contains("secret"));
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_repeating_it() {
        for (address, word) in [
            ("data/opcmatch.sqlite", "--data"),
            ("postgres://u:secret@db:port/lists", "没有读懂"),
            ("postgres://u@db/lists?secret=secret", "没有读懂"),
            ("postgres://", "主机"),
            ("postgres://u:secret@db/lists?sslmode=require", "sslmode=disable"),
        ] {
            let address: PostgresAddress = address.parse().unwrap();
            let said = address.config().unwrap_err().to_string();
            assert!(said.contains(word) && said.contains("postgres://") && said.contains(" / "), "{said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }
}
