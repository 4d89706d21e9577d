//! What may stand on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::domain::{Date, Side, UnknownName};
use crate::embed::{ModelSpec, RerankSpec};
use crate::intake::{Mapping, MappingError};
use crate::rank::Mix;

use super::data::DataCommand;
use super::event::EventCommand;
use super::home::{Home, HomeArguments};
use super::key::KeyCommand;
use super::model::ModelArguments;
use super::serve::ServeArguments;

/// 一人公司供需对接引擎：谁能做、多合适、为什么 / who can do it, how well, and why
///
/// 不带子命令时，用内置示例名单在 http://127.0.0.1:8080 打开网页。
/// Without a subcommand it serves the demo lists on http://127.0.0.1:8080.
#[derive(Debug, Parser)]
#[command(name = "opcmatch", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) common: Common,
}

impl Arguments {
    /// The command as the audit log names it, without its arguments.
    pub(super) fn command_line(&self) -> &'static str {
        match self.command {
            None | Some(Command::Serve(_)) => "opcmatch serve",
            Some(Command::Import(_)) => "opcmatch import",
            Some(Command::Match(_)) => "opcmatch match",
            Some(Command::Search(_)) => "opcmatch search",
            Some(Command::Event(_)) => "opcmatch event",
            Some(Command::Data(_)) => "opcmatch data",
            Some(Command::Key(_)) => "opcmatch key",
            Some(Command::Eval(_)) => "opcmatch eval",
            Some(Command::Model(_)) => "opcmatch model",
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 打开网页与接口 / serve the page and the API
    Serve(ServeArguments),
    /// 把名单文件导入数据文件夹 / import a list into a data folder
    Import(ImportArguments),
    /// 匹配两份名单并导出 / match two lists and export the result
    Match(MatchArguments),
    /// 在名单中搜索 / search the lists
    Search(SearchArguments),
    /// 组织对接会 / plan a matchmaking event
    #[command(subcommand)]
    Event(EventCommand),
    /// 备份、恢复、导出数据 / back up, restore or export the data
    #[command(subcommand)]
    Data(DataCommand),
    /// 密钥：新建、列出、撤销 / who may come in: make, list and revoke keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// 用评判集衡量排序 / measure the ranking on a judged set
    Eval(EvalArguments),
    /// 查看、下载、检查语义模型 / list, describe, fetch and check models
    Model(ModelArguments),
}

#[derive(Debug, Args)]
pub(super) struct Common {
    /// 语义模型：bundled（内置）、文件夹或模型名 / bundled, a folder, or a hub name such as bge-small-zh-v1.5
    #[arg(long, global = true, default_value = "bundled", value_name = "MODEL", value_parser = |s: &str| s.parse::<ModelSpec>())]
    pub(super) model: ModelSpec,
    /// 向量缓存文件夹 / folder of the vector cache [default: the user's cache folder]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(super) cache: Option<PathBuf>,
    /// 不保留向量缓存 / keep no vector cache
    #[arg(long, global = true, conflicts_with = "cache")]
    pub(super) no_cache: bool,
    /// 以哪天为“今天” / the day that counts as today, YYYY-MM-DD [default: the clock's]
    #[arg(long, global = true, value_name = "DAY")]
    pub(super) today: Option<Date>,
    /// 只输出结果 / print results only
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
}

/// Where the two lists come from: files, a data folder, a database, or (none) the demo.
#[derive(Debug, Default, Args)]
pub(super) struct Sources {
    /// 需求名单（CSV、TSV、XLSX、JSON、JSONL）/ requirements
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "database"])]
    pub(super) requirements: Option<PathBuf>,
    /// 能力名单 / capabilities
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "database"])]
    pub(super) capabilities: Option<PathBuf>,
    #[command(flatten)]
    pub(super) home: HomeArguments,
    /// 指定列：列名=字段,… / name columns by hand: NAME=FIELD,…
    #[arg(long, value_name = "MAP", default_value = "", hide_default_value = true, value_parser = mapping)]
    pub(super) mapping: Mapping,
    #[command(flatten)]
    pub(super) ranking: RankingOptions,
}

impl Sources {
    /// Where the lists are kept, unless files are named.
    pub(super) fn home(&self) -> Option<Home> {
        if self.requirements.is_some() || self.capabilities.is_some() { None } else { self.home.home() }
    }
}

/// How to rank what was opened.
#[derive(Debug, Default, Args)]
pub(super) struct RankingOptions {
    /// 词面分的比重，其余归语义 / share of words in the score, meaning has the rest [default: the model's own]
    #[arg(long, value_name = "0..1", allow_negative_numbers = true, value_parser = share)]
    pub(super) lexical_weight: Option<f32>,
    /// 用交叉编码模型复核前 30 名 / a cross-encoder looks at the best 30 again: a hub name or a folder
    #[arg(long, value_name = "MODEL", num_args = 0..=1, require_equals = true, default_missing_value = "bge-reranker-base", value_parser = |s: &str| s.parse::<RerankSpec>())]
    pub(super) rerank: Option<RerankSpec>,
}

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// 名单文件 / the list
    pub(super) file: PathBuf,
    /// requirement（需求）或 capability（能力）/ which list it is
    #[arg(long, value_parser = side)]
    pub(super) side: Side,
    #[command(flatten)]
    pub(super) home: HomeArguments,
    /// 算作这个区县的清单 / for this district
    #[arg(long, value_name = "NAME")]
    pub(super) tenant: Option<String>,
    /// 只看结果，不写入 / report only, write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// 指定列：列名=字段,… / name columns by hand: NAME=FIELD,…
    #[arg(long, value_name = "MAP", default_value = "", hide_default_value = true, value_parser = mapping)]
    pub(super) mapping: Mapping,
    /// 只读这张工作表 / read only this sheet
    #[arg(long, value_name = "NAME")]
    pub(super) sheet: Option<String>,
    /// 把拒收的行存成文件 / save rejected rows to this CSV file
    #[arg(long, value_name = "FILE")]
    pub(super) rejects: Option<PathBuf>,
    /// 以 JSON 输出报告 / print the report as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct MatchArguments {
    #[command(flatten)]
    pub(super) sources: Sources,
    /// 每条最多几个 / at most this many candidates each
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(super) top: u32,
    /// 结果文件（.xlsx .csv .json .jsonl）/ where to write the result [default: a summary to the terminal]
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// 只从一侧看：requirement 或 capability / one direction only [default: both]
    #[arg(long, value_parser = side)]
    pub(super) by: Option<Side>,
    /// hybrid、lexical 或 dense / which scores take part
    #[arg(long, default_value = "hybrid", value_parser = mix)]
    pub(super) mix: Mix,
    /// 不检查预算、地区等条件 / do not check terms
    #[arg(long)]
    pub(super) ignore_terms: bool,
    /// 拒收的行存到这个文件夹 / save rejected rows into this folder
    #[arg(long, value_name = "FOLDER")]
    pub(super) rejects: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct SearchArguments {
    /// 要找什么 / what to look for
    #[arg(required = true, num_args = 1..)]
    pub(super) text: Vec<String>,
    #[command(flatten)]
    pub(super) sources: Sources,
    /// 只搜一侧：requirement 或 capability / one list only [default: both]
    #[arg(long, value_parser = side)]
    pub(super) side: Option<Side>,
    /// 最多几条 / at most this many
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(super) top: u32,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct EvalArguments {
    #[command(flatten)]
    pub(super) sources: Sources,
    /// 评判文件（TREC 格式）/ judgements: `requirement 0 capability grade` [default: the judged set of the demo]
    #[arg(long, value_name = "FILE", requires_all = ["requirements", "capabilities"])]
    pub(super) qrels: Option<PathBuf>,
    /// 只用需求的标题来问 / ask each requirement by its title alone
    #[arg(long)]
    pub(super) titles: bool,
    /// 重新求权重与校准，打印每一步（用评测集未留出的部分，加上 --qrels 的名单）/ find weights and calibration again, step by step, on the tuned-on part and the lists of --qrels
    #[arg(long, conflicts_with_all = ["titles", "json"])]
    pub(super) fit: bool,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    pub(super) json: bool,
}

fn share(s: &str) -> Result<f32, ShareError> {
    s.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| ShareError { got: s.to_owned() })
}

/// What is no share.
#[derive(Debug, thiserror::Error)]
#[error("“{got}” 不在 0 到 1 之间 / \"{got}\" does not lie between 0 and 1")]
struct ShareError {
    got: String,
}

fn side(s: &str) -> Result<Side, UnknownName> {
    s.parse()
}

fn mapping(s: &str) -> Result<Mapping, MappingError> {
    s.parse()
}

fn mix(s: &str) -> Result<Mix, UnknownName> {
    match s {
        "hybrid" => Ok(Mix::Hybrid),
        "lexical" => Ok(Mix::Lexical),
        "dense" => Ok(Mix::Dense),
        other => Err(UnknownName {
            what: "mix",
            got: other.to_owned(),
            known: "hybrid, lexical, dense".to_owned(),
        }),
    }
}
