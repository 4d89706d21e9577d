//! `opcmatch serve`: the page and the API.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::embed::{EmbedOptions, ModelSpec};
use crate::serve::{
    self, App, AppOptions, Limits, LogFormat, ModelChoices, Outbox, Rates, RatesError, Today,
};
use crate::store::StoreError;

use super::arguments::{Common, Sources};
use super::home::Home;
use super::lists::{model_options, open};
use super::progress::note;
use super::{CliError, Outcome};

/// Where to serve, and what.
#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    /// 监听地址；别的机器能访问的地址须先建管理员密钥 / address to listen on; one that others can reach asks for keys
    #[arg(long, default_value = ADDRESS)]
    address: SocketAddr,
    #[command(flatten)]
    sources: Sources,
    /// 运行中允许切换到的模型文件夹，可多次给出 / a model folder that may be changed to while serving; may be given again
    #[arg(long, value_name = "FOLDER")]
    allow_model: Vec<PathBuf>,
    /// 日志格式 / format of the log on standard error [default: text on a terminal, else json]
    #[arg(long, value_name = "json|text", value_parser = |s: &str| s.parse::<LogFormat>())]
    log_format: Option<LogFormat>,
    /// 每个地址的限速（每秒次数:一次最多），逗号后为导入、导出、排场的；不写则不限本机 / what one address may ask for, the heavy routes after the comma; when left out, this machine is not limited [default: 50:200,2:10]
    #[arg(long, value_name = "RATE:BURST[,RATE:BURST]|off", value_parser = rate_limit)]
    rate_limit: Option<RateLimit>,
    /// 本机也要用密钥登录 / ask for keys on this machine too
    #[arg(long)]
    keys: bool,
    /// 大家打开本服务的网址，用在推送和订阅的链接里 / the address people open this service by, for links in messages and feeds
    #[arg(long, value_name = "URL", value_parser = page_address)]
    page_url: Option<String>,
    /// 推送可以发到本机和内网地址 / let webhooks lead to this machine and its own network
    #[arg(long)]
    webhooks_inside: bool,
    /// 前面有自己的反向代理：要用密钥登录，并以 X-Forwarded-For 的末项为来访地址 / ask for keys, and believe the last entry of X-Forwarded-For; only behind a proxy of one's own
    #[arg(long)]
    trust_proxy: bool,
}

#[derive(Debug, Clone, Copy)]
enum RateLimit {
    Off,
    Everybody(Rates),
}

fn page_address(said: &str) -> Result<String, String> {
    let known =
        ["http://", "https://"].iter().any(|scheme| said.len() > scheme.len() && said.starts_with(scheme));
    let wrong = "须以 http:// 或 https:// 开头 / must begin with http:// or https://";
    if known { Ok(said.to_owned()) } else { Err(wrong.to_owned()) }
}

fn rate_limit(said: &str) -> Result<RateLimit, RatesError> {
    if said == "off" { Ok(RateLimit::Off) } else { said.parse().map(RateLimit::Everybody) }
}

impl ServeArguments {
    fn limits(&self) -> Limits {
        let usual = Limits { trust_proxy: self.trust_proxy, ..Limits::default() };
        match self.rate_limit {
            None => usual,
            Some(RateLimit::Off) => Limits { rates: None, ..usual },
            Some(RateLimit::Everybody(rates)) => Limits { rates: Some(rates), loopback: true, ..usual },
        }
    }
}

/// The variable that says what is logged.
const LOG: &str = "OPCMATCH_LOG";

const ADDRESS: &str = "127.0.0.1:8080";

impl Default for ServeArguments {
    fn default() -> Self {
        ServeArguments {
            address: SocketAddr::from(([127, 0, 0, 1], 8080)),
            sources: Sources::default(),
            allow_model: Vec::new(),
            log_format: None,
            rate_limit: None,
            page_url: None,
            webhooks_inside: false,
            keys: false,
            trust_proxy: false,
        }
    }
}

pub(super) fn run(own: &ServeArguments, common: &Common) -> Result<Outcome, CliError> {
    let address = own.address;
    let keys = own.keys || own.trust_proxy || !address.ip().to_canonical().is_loopback();
    let home = own.sources.home();
    if keys {
        someone_has_a_key(home.as_ref(), address)?;
    }
    start_log(own.log_format, common)?;
    // The port is taken first, so that a taken one is told before the lists are read.
    let listener = std::net::TcpListener::bind(address).map_err(|cause| match cause.kind() {
        io::ErrorKind::AddrInUse => {
            CliError::AddressTaken { address, other: address.port().checked_add(1).unwrap_or(8081) }
        }
        _ => CliError::Address { address, cause },
    })?;
    let address = listener.local_addr()?;
    if let Some(home) = &home
        && home.open()?.is_read_only()?
    {
        return Err(StoreError::ReadOnly { place: home.to_string() }.into());
    }
    let opened = open(&own.sources, None, common)?;
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
    match home {
        Some(home) => note(common, &format!("数据存在 {home} / the data is kept in {home}")),
        None => note(
            common,
            "改动只留到程序结束；要长期保存请加 serve --data 文件夹 / changes last until the program ends; keep them with serve --data FOLDER",
        ),
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
    let app = App::with_models(Arc::new(opened.market), options, models)
        .with_limits(own.limits())
        .with_outbox(Outbox::new(own.page_url.clone(), own.webhooks_inside));
    serve::run_until_stopped(listener, if keys { app.with_keys() } else { app })?;
    Ok(Outcome::Done)
}

/// Checks, before anybody can come in, that somebody may let others in.
fn someone_has_a_key(home: Option<&Home>, address: SocketAddr) -> Result<(), CliError> {
    let home = home.ok_or(CliError::NowhereForKeys { address })?;
    if home.open()?.has_admin(jiff::Timestamp::now())? {
        return Ok(());
    }
    let option = match home {
        Home::Folder(folder) => format!("--data {}", folder.display()),
        Home::Database(_) => "--database …".to_owned(),
    };
    Err(CliError::NoAdmin { address, home: option })
}

/// Begins the log on standard error. `OPCMATCH_LOG` says what is noted, as in
/// `warn,opcmatch=debug`.
fn start_log(format: Option<LogFormat>, common: &Common) -> Result<(), CliError> {
    let usual = if common.quiet { "warn" } else { "warn,opcmatch=info" };
    let said = std::env::var(LOG).unwrap_or_else(|_| usual.to_owned());
    let filter = EnvFilter::try_new(&said).map_err(|cause| CliError::LogFilter { said, cause })?;
    let seen = io::stderr().is_terminal();
    let format = format.unwrap_or(if seen { LogFormat::Text } else { LogFormat::Json });
    // A log that a test has begun stays.
    let _ = serve::log(format, filter, io::stderr).try_init();
    Ok(())
}
