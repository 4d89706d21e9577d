//! Whatever can go wrong at the command line, with what to do about it.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::domain::UnknownName;
use crate::embed::EmbedError;
use crate::engine::{DemoError, MarketError};
use crate::eval::QrelsError;
use crate::event::Stopped;
use crate::event::assign::AssignError;
use crate::event::flow::FlowError;
use crate::event::matrix::MatrixError;
use crate::intake::IntakeError;
use crate::report::ExportError;
use crate::store::{BackupError, KeyId, NewKeyError, StoreError};

use super::event::EventFault;

/// Why a command failed; every variant is exit code 2, but for a run that was stopped.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A list could not be read.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// From the store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// From a backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Nobody said where the data is.
    #[error(
        "请说明数据在哪里：--data 文件夹，或 --database postgres://用户:密码@主机/库名（也可用环境变量 OPCMATCH_DATABASE）/ say where the data is: --data FOLDER, or --database postgres://user:password@host/name (or the variable OPCMATCH_DATABASE)"
    )]
    NoHome,
    /// From the market.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// From the model.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// The demo lists are damaged.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// From the judgement file.
    #[error(transparent)]
    Qrels(#[from] QrelsError),
    /// From the score matrix.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// From the assignment; what is merely infeasible is an answer and no error.
    #[error(transparent)]
    Assign(AssignError),
    /// From an event.
    #[error(transparent)]
    Event(#[from] EventFault),
    /// Ctrl-C.
    #[error("已停止，没有改动任何东西 / stopped; nothing was changed")]
    Stopped,
    /// From the export.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// A name that is not known.
    #[error(transparent)]
    Name(#[from] UnknownName),
    /// JSON could not be written.
    #[error("输出失败：{0} / the output could not be written: {0}")]
    Json(#[from] serde_json::Error),
    /// Printing failed.
    #[error("输出失败：{0} / the output could not be written: {0}")]
    Print(#[from] io::Error),
    /// A file could not be opened or written.
    #[error(
        "{path} 打不开：{cause}。请检查路径和权限 / cannot open {path}: {cause}; check the path and its permissions"
    )]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// The address to serve on is taken.
    #[error(
        "端口 {address} 已被占用：请关闭占用它的程序，或换一个端口，如 --address 127.0.0.1:{other} / {address} is in use: stop what uses it, or take another with --address 127.0.0.1:{other}"
    )]
    AddressTaken {
        /// The address.
        address: SocketAddr,
        /// A port that may be free.
        other: u16,
    },
    /// The address to serve on cannot be used.
    #[error("无法监听 {address}：{cause} / cannot listen on {address}: {cause}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// Why.
        cause: io::Error,
    },
    /// What is to be logged cannot be read.
    #[error(
        "看不懂环境变量 OPCMATCH_LOG 的 “{said}”：{cause}；写法如 warn,opcmatch=debug / cannot read OPCMATCH_LOG, \"{said}\": {cause}; write for example warn,opcmatch=debug"
    )]
    LogFilter {
        /// What it says.
        said: String,
        /// What is wrong with it.
        cause: tracing_subscriber::filter::ParseError,
    },
    /// Others than whoever has the machine could come in, and nobody has a key.
    #[error(
        "{address} 会让别人访问到名单，而还没有管理员密钥。请先运行 opcmatch key new --role admin {home}，再启动；只在本机用请去掉 --address、--trust-proxy 和 --keys / {address} lets others reach the lists, and there is no administrator's key yet: run opcmatch key new --role admin {home} first; to use it on this machine alone, leave out --address, --trust-proxy and --keys"
    )]
    NoAdmin {
        /// The address.
        address: SocketAddr,
        /// The option that says where the data is.
        home: String,
    },
    /// Keys are asked for, and there is no place where they could be kept.
    #[error(
        "{address} 会让别人访问到名单，要用密钥登录，而密钥要有地方存：请加 --data 文件夹 或 --database 地址，并先用 opcmatch key new --role admin 建管理员密钥 / {address} lets others reach the lists, so keys are asked for, and they must be kept somewhere: add --data FOLDER or --database URL, and make an administrator's key with opcmatch key new --role admin first"
    )]
    NowhereForKeys {
        /// The address.
        address: SocketAddr,
    },
    /// There can be no such key.
    #[error(transparent)]
    NewKey(#[from] NewKeyError),
    /// No key has this id.
    #[error("没有编号为 {id} 的密钥，见 opcmatch key list / there is no key {id}; see opcmatch key list")]
    NoKey {
        /// What was given.
        id: KeyId,
    },
    /// A list without a single good row.
    #[error(
        "{path} 中没有一行可用，请看上面的说明 / {path} has no row that can be used; see the report above"
    )]
    NoRows {
        /// The file.
        path: PathBuf,
    },
    /// A model that needs no fetching.
    #[error(
        "{model} 不用下载：只有模型名可以（见 opcmatch model list）/ {model} is not to be fetched: only names can be, see opcmatch model list"
    )]
    NothingToFetch {
        /// What was asked for.
        model: String,
    },
    /// A model could not be fetched.
    #[error(transparent)]
    Unreachable(Box<Unreachable>),
    /// Only one of the two lists was given.
    #[error("还缺{missing}：请用 {option} 给出 / the {option} list is missing")]
    OneList {
        /// What is missing, in Chinese.
        missing: &'static str,
        /// The option that gives it.
        option: &'static str,
    },
}

/// A model that could not be fetched, and how to bring it by hand.
#[derive(Debug, thiserror::Error)]
#[error(
    "没有取到模型 {repository}：试了 {endpoint}，连不上（{reason}）。\n\
     有镜像：用环境变量 HF_ENDPOINT 指定后重试。\n\
     手工下载：在有网络的机器上打开该模型的页面，取 {files}，放进同一个文件夹 {own}，拷到本机，用 {option}路径/{own} 打开；\
     可先用 opcmatch model check 路径/{own} 检查。 / \
     the model {repository} could not be fetched: {endpoint} was tried and not reached ({reason}).\n\
     With a mirror: name it in HF_ENDPOINT and try again.\n\
     By hand: on a machine with a network, take {files} from the model's page, put them into one folder {own}, \
     copy it here and open it with {option}PATH/{own}; opcmatch model check PATH/{own} says whether it will do"
)]
pub struct Unreachable {
    /// The option that opens the model.
    pub(super) option: &'static str,
    /// Its own name.
    pub(super) own: String,
    /// Owner and name on the hub.
    pub(super) repository: &'static str,
    /// What was tried.
    pub(super) endpoint: String,
    /// What the download said.
    pub(super) reason: String,
    /// The files it is made of.
    pub(super) files: String,
}

impl From<Stopped> for CliError {
    fn from(_: Stopped) -> CliError {
        CliError::Stopped
    }
}

impl From<AssignError> for CliError {
    fn from(error: AssignError) -> CliError {
        match error {
            AssignError::Flow(FlowError::Stopped) => CliError::Stopped,
            error => CliError::Assign(error),
        }
    }
}

impl From<FlowError> for CliError {
    fn from(error: FlowError) -> CliError {
        match error {
            FlowError::Stopped => CliError::Stopped,
            error => CliError::Event(EventFault::Flow(error)),
        }
    }
}

impl CliError {
    /// Whether somebody stopped it, which is exit code 130.
    pub(super) fn is_stop(&self) -> bool {
        matches!(
            self,
            CliError::Stopped | CliError::Store(StoreError::Stopped) | CliError::Intake(IntakeError::Stopped)
        )
    }

    /// Whether the reader of our output went away, which is their good right.
    pub(super) fn is_closed_pipe(&self) -> bool {
        let cause = match self {
            CliError::Print(cause) | CliError::Export(ExportError::Write(cause)) => Some(cause.kind()),
            CliError::Json(cause) => cause.io_error_kind(),
            _ => None,
        };
        cause == Some(io::ErrorKind::BrokenPipe)
    }
}
