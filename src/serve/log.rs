//! The form of the log.

use std::str::FromStr;

use tracing::Dispatch;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// An object a line, for programs: `timestamp`, `level`, `message`, `status`, `ms`,
    /// and in `span` the request's `id`, `method`, `route`, `role` and `change`.
    Json,
    /// For people.
    Text,
}

/// No such form.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("没有日志格式 “{0}”：可用 json、text / no log format \"{0}\": may be json or text")]
pub struct LogFormatError(String);

impl FromStr for LogFormat {
    type Err = LogFormatError;

    fn from_str(said: &str) -> Result<Self, LogFormatError> {
        match said {
            "json" => Ok(LogFormat::Json),
            "text" => Ok(LogFormat::Text),
            other => Err(LogFormatError(other.to_owned())),
        }
    }
}

/// A log of what `filter` lets through. That it cannot be written is no reason to end.
pub fn log<W>(format: LogFormat, filter: EnvFilter, writer: W) -> Dispatch
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(false)
        .log_internal_errors(false);
    match format {
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).finish().into(),
        LogFormat::Text => log.finish().into(),
    }
}
