//! Whatever can go wrong at the command line, with what to do about it.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::domain::UnknownName;
use crate::embed::EmbedError;
use crate::engine::{DemoError, MarketError};
use crate::eval::QrelsError;
use crate::event::assign::AssignError;
use crate::event::matrix::MatrixError;
use crate::intake::IntakeError;
use crate::report::ExportError;
use crate::store::StoreError;

use super::event::EventFault;

/// Why a command failed; every variant is exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A list could not be read.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// From the store.
    #[error(transparent)]
    Store(#[from] StoreError),
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
    Assign(#[from] AssignError),
    /// From an event.
    #[error(transparent)]
    Event(#[from] EventFault),
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
    /// Serving beyond this machine is not open yet.
    #[error(
        "{address} 会让外部访问到名单，而本版本还没有账号与权限：请用 127.0.0.1 / {address} would open the lists to others, and this version has no accounts yet: use 127.0.0.1"
    )]
    NotLoopback {
        /// The address.
        address: SocketAddr,
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

impl CliError {
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
