//! `opcmatch serve`: the page and the API.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::embed::{EmbedOptions, ModelSpec};
use crate::serve::{self, App, AppOptions, ModelChoices, Today};

use super::arguments::{Common, Sources};
use super::lists::{model_options, open};
use super::progress::note;
use super::{CliError, Outcome};

/// Where to serve, and what.
#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    /// 监听地址 / address to listen on
    #[arg(long, default_value = ADDRESS)]
    address: SocketAddr,
    #[command(flatten)]
    sources: Sources,
    /// 运行中允许切换到的模型文件夹，可多次给出 / a model folder that may be changed to while serving; may be given again
    #[arg(long, value_name = "FOLDER")]
    allow_model: Vec<PathBuf>,
}

const ADDRESS: &str = "127.0.0.1:8080";

impl Default for ServeArguments {
    fn default() -> Self {
        ServeArguments {
            address: SocketAddr::from(([127, 0, 0, 1], 8080)),
            sources: Sources::default(),
            allow_model: Vec::new(),
        }
    }
}

pub(super) fn run(own: &ServeArguments, common: &Common) -> Result<Outcome, CliError> {
    let address = own.address;
    if !address.ip().is_loopback() {
        return Err(CliError::NotLoopback { address });
    }
    // The port is taken first, so that a taken one is told before the lists are read.
    let listener = std::net::TcpListener::bind(address).map_err(|cause| match cause.kind() {
        io::ErrorKind::AddrInUse => {
            CliError::AddressTaken { address, other: address.port().checked_add(1).unwrap_or(8081) }
        }
        _ => CliError::Address { address, cause },
    })?;
    let address = listener.local_addr()?;
    let opened = open(&own.sources, None, common)?;
    let in_memory = own.sources.data.is_none();
    let options = AppOptions {
        demo: opened.demo.is_some(),
        note: opened.demo.clone(),
        today: match (&opened.demo, common.today) {
            (Some(_), _) | (None, Some(_)) => Today::Fixed(opened.today),
            (None, None) => Today::Clock,
        },
    };
    let (requirements, capabilities) = opened.loaded.listings;
    note(
        common,
        &format!(
            "需求 {requirements} 条，能力 {capabilities} 条，用时 {:.2} 秒 / {requirements} requirements, {capabilities} capabilities",
            opened.loaded.took.as_secs_f64()
        ),
    );
    if in_memory {
        note(
            common,
            "改动只留到程序结束；要长期保存请加 serve --data 文件夹 / changes last until the program ends; keep them with serve --data FOLDER",
        );
    }
    let mut out = io::stdout();
    writeln!(out, "请用浏览器打开 / open in a browser: http://{address}")?;
    out.flush()?;
    // A folder that the program was started with may be gone back to.
    let mut folders = own.allow_model.clone();
    if let ModelSpec::Folder(folder) = &common.model {
        folders.insert(0, folder.clone());
    }
    let models =
        ModelChoices { folders, options: EmbedOptions { show_fetching: false, ..model_options(common) } };
    let app = App::with_models(Arc::new(opened.market), options, models);
    serve::run_until_stopped(listener, app)?;
    Ok(Outcome::Done)
}
