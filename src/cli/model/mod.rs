//! `opcmatch model`: which models there are, what one is, fetching, checking.

mod check;
mod info;
mod list;
mod pull;

use std::io::Write;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::embed::{ModelSpec, RerankSpec};

use super::arguments::Common;
use super::{CliError, Outcome};

/// What to do with models.
#[derive(Debug, Args)]
pub(super) struct ModelArguments {
    #[command(subcommand)]
    command: ModelCommand,
}

// The arguments are called `which`: `model` is the id of the global `--model`.
#[derive(Debug, Subcommand)]
enum ModelCommand {
    /// 列出可用的模型 / every model by name, and whether it is on this machine
    List {
        /// 以 JSON 输出 / print JSON
        #[arg(long)]
        json: bool,
    },
    /// 打开一个模型，说明它是什么、多快、占多少内存 / open a model: what it is, how fast, how large
    Info {
        /// 模型 / the model [default: that of --model]
        #[arg(value_name = "MODEL", value_parser = |s: &str| s.parse::<ModelSpec>())]
        which: Option<ModelSpec>,
        /// 以 JSON 输出 / print JSON
        #[arg(long)]
        json: bool,
    },
    /// 下载一个模型 / fetch a model of the hub, or a reranker
    Pull {
        /// 模型名 / its name, as `model list` shows it
        #[arg(value_name = "MODEL")]
        which: String,
    },
    /// 检查模型文件夹或模型能否用于撮合 / whether a model folder, or a model, is fit for matching
    Check {
        /// 模型 / the model, or its folder
        #[arg(value_name = "MODEL", value_parser = |s: &str| s.parse::<ModelSpec>())]
        which: ModelSpec,
        /// 以 JSON 输出 / print JSON
        #[arg(long)]
        json: bool,
    },
    /// Vectors of the sample that `check` compares backends by, as JSON.
    #[command(hide = true)]
    Vectors {
        #[arg(value_name = "MODEL", value_parser = |s: &str| s.parse::<ModelSpec>())]
        which: ModelSpec,
    },
}

pub(super) fn run(own: &ModelArguments, common: &Common) -> Result<Outcome, CliError> {
    match &own.command {
        ModelCommand::List { json } => list::run(*json, common),
        ModelCommand::Info { which, json } => {
            info::run(which.as_ref().unwrap_or(&common.model), *json, common)
        }
        ModelCommand::Pull { which } => pull::run(&wanted(which)?, common),
        ModelCommand::Check { which, json } => check::run(which, *json, common),
        ModelCommand::Vectors { which } => check::vectors(which, common),
    }
}

/// A model that can be fetched.
enum Wanted {
    Model(ModelSpec),
    Reranker(RerankSpec),
}

fn wanted(name: &str) -> Result<Wanted, CliError> {
    match (name.parse::<ModelSpec>(), name.parse::<RerankSpec>()) {
        (Ok(ModelSpec::Hub(hub)), _) => Ok(Wanted::Model(ModelSpec::Hub(hub))),
        (_, Ok(RerankSpec::Hub(hub))) => Ok(Wanted::Reranker(RerankSpec::Hub(hub))),
        (Ok(here), _) => Err(CliError::NothingToFetch { model: here.to_string() }),
        (Err(unknown), _) => Err(unknown.into()),
    }
}

fn print_json(value: &impl Serialize) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

/// Bytes as a person reads them: million bytes with one decimal.
fn megabytes(bytes: u64) -> f64 {
    (bytes as f64 / 1e5).round() / 10.0
}
