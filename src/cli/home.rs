//! Where lists and events are kept: a folder, or a database on a server.

use std::fmt;
use std::path::PathBuf;

use clap::Args;

use crate::store::{PostgresAddress, Store};

use super::CliError;
use super::event::EventFault;

/// Name of the data file in a data folder.
const DATA_FILE: &str = "opcmatch.sqlite";

/// Names a database where no option does, so that its password need not stand on a
/// command line, which other users of the machine can see.
const VARIABLE: &str = "OPCMATCH_DATABASE";

/// The options that say it.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct HomeArguments {
    /// 数据文件夹（SQLite）/ data folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "database")]
    data: Option<PathBuf>,
    /// PostgreSQL 数据库，postgres://用户:密码@主机/库名；也可用环境变量 OPCMATCH_DATABASE / a PostgreSQL database; also by the variable OPCMATCH_DATABASE
    #[arg(long, value_name = "URL")]
    database: Option<PostgresAddress>,
}

/// A place that lasts.
#[derive(Debug, Clone)]
pub(super) enum Home {
    /// A SQLite file in this folder.
    Folder(PathBuf),
    /// PostgreSQL.
    Database(PostgresAddress),
}

impl HomeArguments {
    /// What the options say, or else the environment.
    pub(super) fn home(&self) -> Option<Home> {
        match (&self.data, &self.database) {
            (Some(folder), _) => Some(Home::Folder(folder.clone())),
            (None, Some(address)) => Some(Home::Database(address.clone())),
            (None, None) => {
                let said = std::env::var(VARIABLE).ok().filter(|said| !said.trim().is_empty())?;
                said.parse().ok().map(Home::Database)
            }
        }
    }

    /// As [`HomeArguments::home`], for commands that are nothing without one.
    pub(super) fn required(&self) -> Result<Home, CliError> {
        self.home().ok_or(CliError::NoHome)
    }
}

impl From<Home> for HomeArguments {
    fn from(home: Home) -> Self {
        match home {
            Home::Folder(folder) => HomeArguments { data: Some(folder), database: None },
            Home::Database(address) => HomeArguments { data: None, database: Some(address) },
        }
    }
}

impl Home {
    /// Opens it, making folder and tables when they are not there.
    pub(super) fn open(&self) -> Result<Store, CliError> {
        match self {
            Home::Folder(folder) => {
                std::fs::create_dir_all(folder)
                    .map_err(|cause| CliError::File { path: folder.clone(), cause })?;
                Ok(Store::open(&folder.join(DATA_FILE))?)
            }
            Home::Database(address) => Ok(Store::connect(address)?),
        }
    }

    /// Opens it; a folder must be there, so that a slip in its name makes none.
    pub(super) fn open_known(&self) -> Result<Store, CliError> {
        match self {
            Home::Folder(folder) if !folder.is_dir() => Err(EventFault::NoFolder(folder.clone()).into()),
            _ => self.open(),
        }
    }
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Home::Folder(folder) => folder.display().fmt(f),
            Home::Database(address) => address.fmt(f),
        }
    }
}
