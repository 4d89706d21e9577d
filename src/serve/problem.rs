//! Every failure of the API, and the one table of their statuses and codes.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{EventId, ListingId, Role, Side};
use crate::engine::{MarketError, SwitchRunning};
use crate::event::Stopped;
use crate::event::flow::FlowError;
use crate::intake::IntakeError;
use crate::notify::Refusal;
use crate::record::{MergeRefused, StepRefused};
use crate::store::StoreError;

use super::observe::RequestId;

/// Why a request was not answered with what it asked for.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("没有这个接口。可用的接口见 /api/v1/openapi.json / no such route; see /api/v1/openapi.json")]
    NoRoute,
    #[error(
        "这个接口不支持该方法。可用的方法见 /api/v1/openapi.json / the route has no such method; see /api/v1/openapi.json"
    )]
    Method,
    #[error(
        "没有第 {change} 号导入：可能不是导入，或记录已不在（恢复备份后没有） / there is no import {change}: it may be no import, or its record is gone, as after restoring a backup"
    )]
    NoImport { change: u64 },
    #[error("{}清单里没有编号 “{id}”。它可能已被删除，或属于另一边的清单 / no {side} has the id \"{id}\"; it may have been deleted, or stand in the other list", side.label())]
    NoListing { side: Side, id: String },
    #[error("编号 “{}” 已经有了。要修改请用 PUT，要另加请换一个编号 / the id \"{}\" is taken; use PUT to replace it, or choose another id", ids[0], ids[0])]
    Taken { ids: Vec<ListingId> },
    #[error("{}“{id}” 没有第 {change} 号改动，或那时没有内容；请在修改记录里选一版 / {side} \"{id}\" has no change {change}, or had no content then: choose one of its history", side.label())]
    NoVersion { side: Side, id: String, change: u64 },
    #[error(transparent)]
    Step(StepRefused),
    #[error(transparent)]
    Merge(MergeRefused),
    #[error(
        "这一对刚才被别人改了决定（现在：{zh}），没有写入；请看过再定 / somebody else has just decided of this pair (now: {en}) and nothing was written: look at it first"
    )]
    Decided { zh: String, en: String },
    #[error(
        "没有这个关注，可能已被删除，或不是你的 / there is no such saved search; it may have been removed, or be somebody else's"
    )]
    NoSearch,
    #[error(transparent)]
    NotDelivered(Refusal),
    #[error("没有编号为 “{0}” 的对接会，可能已被删除 / there is no event \"{0}\"; it may have been deleted")]
    NoEvent(EventId),
    #[error(
        "对接会 {id} 已被别人改过（你看到的是第 {read} 版，现在是第 {found} 版）；请重新打开再改 / event {id} has changed since you read it (revision {read}, now {found}): open it again"
    )]
    Stale { id: String, read: u64, found: u64 },
    #[error(
        "对接会 {0} 已标为举办，方案不能再改；确要改动，请先用 PUT 把 held 改回 false / event {0} has been held and its plan stands; to change it, PUT it with held set to false first"
    )]
    Held(EventId),
    #[error("对接会 {0} 还没有方案，请先生成 / event {0} has no plan yet: make one first")]
    NoPlan(EventId),
    #[error("{0}")]
    TooBig(FlowError),
    #[error("已停止，没有改动任何东西 / stopped; nothing was changed")]
    Stopped,
    #[error("参数 {field} 不对：{zh} / bad parameter {field}: {en}")]
    Invalid { field: String, zh: String, en: String },
    #[error("请求内容类型应为 {wanted} / the content type must be {wanted}")]
    MediaType { wanted: &'static str },
    #[error("内容超过 {limit} 字节的上限；请拆成几份 / the content is larger than {limit} bytes; split it")]
    TooLarge { limit: u64 },
    #[error("内容没有传完整：{detail}。请重试 / the content did not arrive whole: {detail}; try again")]
    Incomplete { detail: String },
    #[error(transparent)]
    File(IntakeError),
    #[error(transparent)]
    SwitchRunning(SwitchRunning),
    #[error("没有正在进行的模型切换 / no change of model is going on")]
    NoSwitch,
    #[error(
        "请求来自别的网站，已拒绝。请直接打开本程序的页面 / the request comes from another site and was refused; open this program's own page"
    )]
    CrossSite,
    #[error(
        "请先登录：在页面右上角输入密钥，或在请求头里带 Authorization: Bearer opk_…。密钥找管理员要 / a key is needed: sign in at the top of the page, or send Authorization: Bearer opk_…; an administrator gives keys out"
    )]
    KeyNeeded,
    #[error(
        "这个服务没有开启密钥，只给本机用：请在本机用 http://127.0.0.1 打开；要让别人用，请加 --keys 或 --trust-proxy 启动并发放密钥 / this service asks for no keys and is for its own machine: open it there by http://127.0.0.1; for others start it with --keys or --trust-proxy and give out keys"
    )]
    OtherMachine,
    #[error("没有这个密钥，请核对是否复制完整 / there is no such key: check that all of it was copied")]
    KeyUnknown,
    #[error("这个密钥已到期，请找管理员换新的 / this key has expired: ask an administrator for another")]
    KeyExpired,
    #[error("这个密钥已被撤销，请找管理员要新的 / this key was revoked: ask an administrator for another")]
    KeyRevoked,
    #[error("{}不能做这件事；需要的话请找管理员 / a key of the role {} may not do this: ask an administrator", role.label(), role.english())]
    Forbidden { role: Role },
    #[error("{}不能写{}清单 / a key of the role {} may not write the list of {side}s", role.label(), side.label(), role.english())]
    OtherSide { role: Role, side: Side },
    #[error("这个密钥只能查看，不能改动 / this key is for reading only")]
    KeyReadsOnly,
    #[error("{}“{id}”不归你管，没有写入任何内容 / the {side} \"{id}\" is not yours to write, and nothing was written", side.label())]
    NotYours { side: Side, id: String },
    #[error(
        "一人公司的能力要由组织者审核后发布：请以 draft（草稿）或 review（待审核）状态提交 / an organiser looks at a one-person company's capability before it is published: send it with the status draft or review"
    )]
    ReviewNeeded,
    #[error("没有编号为 {id} 的密钥 / there is no key {id}")]
    NoSuchKey { id: String },
    #[error(
        "等待太久，已放弃。请缩小范围，或稍后重试 / this took too long and was given up; ask for less, or try again later"
    )]
    Timeout,
    #[error("请求太频繁，请过 {wait_s} 秒再试 / too many requests: try again in {wait_s} s")]
    TooMany { wait_s: u64 },
    #[error(
        "服务还没有准备好：数据库没有应答，原因见日志 / not ready: the database does not answer; the log says why"
    )]
    NotReady,
    #[error(
        "数据库暂时用不了，没有写入任何内容，原因已记入日志。请稍后重试；仍不行请找维护者 / the database cannot be used at the moment and nothing was written; the log says why. Try again later, and if it persists tell the maintainer"
    )]
    StoreAway,
    #[error(
        "保存时与数据库的连接断了，或磁盘出错，不能确定是否已保存。请刷新核对，缺了再做一次 / the connection to the database broke, or its disk failed, while saving: whether it was saved is not known. Reload and look, and repeat it if it is missing"
    )]
    StoreUnsure,
    #[error(
        "磁盘满了，没有写入任何内容。请让维护者腾出空间再试 / the disk is full and nothing was written: have the maintainer make room, then try again"
    )]
    StoreFull,
    #[error(
        "程序内部出错，已记入日志。请重试；仍不行请把日志交给维护者 / an internal error, noted in the log; try again, and if it persists send the log to the maintainer"
    )]
    Internal,
}

impl Problem {
    /// Logs what went wrong inside; the caller is told only that something did.
    pub(super) fn internal(cause: &(dyn std::error::Error + 'static)) -> Problem {
        tracing::error!(cause, "request failed");
        Problem::Internal
    }

    /// What is told of a failure of the market, nothing of its inside.
    pub(super) fn told(error: &MarketError) -> Problem {
        match error {
            MarketError::Store(error) => outage(error).unwrap_or(Problem::Internal),
            _ => Problem::Internal,
        }
    }

    /// Stable name of the kind of problem.
    pub(super) fn code(&self) -> &'static str {
        self.row().1
    }

    pub(super) fn invalid(field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Problem {
        Problem::Invalid { field: field.into(), zh: zh.into(), en: en.into() }
    }

    /// A message that holds both languages as `中文 / English`.
    pub(super) fn invalid_said(field: impl Into<String>, said: &str) -> Problem {
        let (zh, en) = both(said);
        Problem::Invalid { field: field.into(), zh: zh.to_owned(), en: en.to_owned() }
    }

    /// The table: status, stable code, title.
    fn row(&self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Problem::NoRoute => (S::NOT_FOUND, "no_route", "Not found"),
            Problem::Method => (S::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed"),
            Problem::NoListing { .. } => (S::NOT_FOUND, "no_listing", "No such listing"),
            Problem::NoImport { .. } => (S::NOT_FOUND, "no_import", "No such import"),
            Problem::Decided { .. } => (S::CONFLICT, "decision_changed", "Decided by somebody else"),
            Problem::NoSearch => (S::NOT_FOUND, "no_search", "No such saved search"),
            Problem::NotDelivered(_) => (S::BAD_GATEWAY, "not_delivered", "The receiver did not take it"),
            Problem::NoVersion { .. } => (S::NOT_FOUND, "no_version", "No such version"),
            Problem::Step(StepRefused::NotNow { .. }) => (S::CONFLICT, "step_not_now", "Not from here"),
            Problem::Step(_) => (S::UNPROCESSABLE_ENTITY, "step_invalid", "Something is missing"),
            Problem::Merge(MergeRefused::TooFew) => (S::UNPROCESSABLE_ENTITY, "merge_invalid", "Too few"),
            Problem::Merge(_) => (S::CONFLICT, "merge_refused", "Cannot be merged"),
            Problem::Taken { .. } => (S::CONFLICT, "id_taken", "Id taken"),
            Problem::NoEvent(_) => (S::NOT_FOUND, "no_event", "No such event"),
            Problem::Stale { .. } => (S::CONFLICT, "stale", "Changed by somebody else"),
            Problem::Held(_) => (S::CONFLICT, "event_held", "Event has been held"),
            Problem::NoPlan(_) => (S::CONFLICT, "no_plan", "Nothing is planned yet"),
            Problem::TooBig(_) => (S::UNPROCESSABLE_ENTITY, "too_big", "Too big to plan"),
            Problem::Stopped => (S::CONFLICT, "stopped", "Stopped"),
            Problem::Invalid { .. } => (S::UNPROCESSABLE_ENTITY, "invalid", "Invalid request"),
            Problem::MediaType { .. } => {
                (S::UNSUPPORTED_MEDIA_TYPE, "media_type", "Unsupported content type")
            }
            Problem::TooLarge { .. } => (S::PAYLOAD_TOO_LARGE, "too_large", "Too large"),
            Problem::Incomplete { .. } => (S::BAD_REQUEST, "incomplete", "Incomplete request"),
            Problem::File(
                IntakeError::TooLarge { .. }
                | IntakeError::UnpacksTooLarge { .. }
                | IntakeError::TooManyRows { .. },
            ) => (S::PAYLOAD_TOO_LARGE, "file_too_large", "File too large"),
            Problem::File(_) => (S::UNPROCESSABLE_ENTITY, "file_unreadable", "File cannot be read"),
            Problem::SwitchRunning(_) => (S::CONFLICT, "switch_running", "A change of model is going on"),
            Problem::NoSwitch => (S::CONFLICT, "no_switch", "No change of model is going on"),
            Problem::CrossSite => (S::FORBIDDEN, "cross_site", "Cross-site request"),
            Problem::KeyNeeded => (S::UNAUTHORIZED, "key_needed", "A key is needed"),
            Problem::OtherMachine => (S::FORBIDDEN, "other_machine", "For this machine only"),
            Problem::KeyUnknown => (S::UNAUTHORIZED, "key_unknown", "No such key"),
            Problem::KeyExpired => (S::UNAUTHORIZED, "key_expired", "The key has expired"),
            Problem::KeyRevoked => (S::UNAUTHORIZED, "key_revoked", "The key was revoked"),
            Problem::Forbidden { .. } => (S::FORBIDDEN, "forbidden", "Not allowed"),
            Problem::OtherSide { .. } => (S::FORBIDDEN, "other_side", "Not this list"),
            Problem::KeyReadsOnly => (S::FORBIDDEN, "key_reads_only", "The key is for reading"),
            Problem::NotYours { .. } => (S::FORBIDDEN, "not_yours", "Not yours"),
            Problem::ReviewNeeded => (S::FORBIDDEN, "review_needed", "To be looked at first"),
            Problem::NoSuchKey { .. } => (S::NOT_FOUND, "no_key", "No such key"),
            Problem::Timeout => (S::SERVICE_UNAVAILABLE, "timeout", "Took too long"),
            Problem::TooMany { .. } => (S::TOO_MANY_REQUESTS, "too_many", "Too many requests"),
            Problem::NotReady => (S::SERVICE_UNAVAILABLE, "not_ready", "Not ready"),
            Problem::StoreAway => (S::SERVICE_UNAVAILABLE, "store_away", "The database cannot be used"),
            Problem::StoreUnsure => {
                (S::SERVICE_UNAVAILABLE, "store_unsure", "Not known whether it was saved")
            }
            Problem::StoreFull => (S::INSUFFICIENT_STORAGE, "store_full", "The disk is full"),
            Problem::Internal => (S::INTERNAL_SERVER_ERROR, "internal", "Internal error"),
        }
    }

    fn body(&self) -> (StatusCode, ProblemBody) {
        let (status, code, title) = self.row();
        let detail = self.to_string();
        let (zh, en) = match self {
            Problem::Invalid { field, zh, en } => {
                (format!("参数 {field} 不对：{zh}"), format!("bad parameter {field}: {en}"))
            }
            _ => {
                let (zh, en) = both(&detail);
                (zh.to_owned(), en.to_owned())
            }
        };
        let field = match self {
            Problem::Invalid { field, .. } => Some(field.clone()),
            _ => None,
        };
        let revisions = match self {
            Problem::Stale { read, found, .. } => Some(Revisions { read: *read, found: *found }),
            _ => None,
        };
        let kind = format!("urn:opcmatch:problem:{code}");
        (
            status,
            ProblemBody {
                kind,
                title,
                status: status.as_u16(),
                detail,
                detail_zh: zh,
                detail_en: en,
                code,
                field,
                revisions,
                request_id: RequestId::present().map(String::from),
            },
        )
    }
}

/// `中文 / English` apart; the whole twice when it is in one language.
pub(super) fn both(said: &str) -> (&str, &str) {
    said.rsplit_once(" / ").unwrap_or((said, said))
}

/// RFC 9457 problem details, with the detail in both languages and a stable code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemBody {
    /// `urn:opcmatch:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// The code in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What, and how to mend it: `中文 / English`.
    detail: String,
    /// The same in Chinese.
    detail_zh: String,
    /// The same in English.
    detail_en: String,
    /// Stable name of the kind of problem.
    code: &'static str,
    /// Which parameter or field, when one is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Which versions clash, when somebody else was faster.
    #[serde(skip_serializing_if = "Option::is_none")]
    revisions: Option<Revisions>,
    /// Names this request in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

/// Two versions of one event.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(super) struct Revisions {
    /// The one that the request names.
    read: u64,
    /// The one that is stored; 0 when the event is not there.
    found: u64,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, body) = self.body();
        let mut response = (status, Json(body)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            let how = HeaderValue::from_static("Bearer realm=\"opcmatch\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, how);
        }
        if let Problem::TooMany { wait_s } = self {
            response.headers_mut().insert(RETRY_AFTER, wait_s.into());
        }
        response
    }
}

impl From<MarketError> for Problem {
    fn from(error: MarketError) -> Self {
        match error {
            MarketError::Store(StoreError::Stale { id, read, found }) => Problem::Stale { id, read, found },
            MarketError::Store(StoreError::Stopped) => Problem::Stopped,
            MarketError::Store(StoreError::NoImport { change }) => Problem::NoImport { change },
            MarketError::Store(StoreError::NoEvent { id }) => Problem::NoEvent(EventId(id)),
            MarketError::Store(StoreError::OutOfReach { side, id }) => Problem::NotYours { side, id: id.0 },
            error => match Problem::told(&error) {
                Problem::Internal => Problem::internal(&error),
                problem => {
                    // It names the place, which is no business of whoever asks.
                    tracing::error!("{error}");
                    problem
                }
            },
        }
    }
}

/// What the store's surroundings are to blame for, rather than this program.
fn outage(error: &StoreError) -> Option<Problem> {
    match error {
        StoreError::Connect { .. }
        | StoreError::Login { .. }
        | StoreError::Lost { .. }
        | StoreError::Busy { .. }
        | StoreError::Disk { .. }
        | StoreError::ReadOnly { .. } => Some(Problem::StoreAway),
        StoreError::Unsure { .. } => Some(Problem::StoreUnsure),
        StoreError::Full { .. } => Some(Problem::StoreFull),
        _ => None,
    }
}

impl From<FlowError> for Problem {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::Stopped => Problem::Stopped,
            error => Problem::TooBig(error),
        }
    }
}

impl From<Stopped> for Problem {
    fn from(_: Stopped) -> Self {
        Problem::Stopped
    }
}

impl From<SwitchRunning> for Problem {
    fn from(error: SwitchRunning) -> Self {
        Problem::SwitchRunning(error)
    }
}

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Stopped => Problem::Stopped,
            error => Problem::File(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_come_apart_at_the_last_slash() {
        for (said, zh, en) in [
            ("名单 A / B 打不开 / cannot open", "名单 A / B 打不开", "cannot open"),
            ("only one", "only one", "only one"),
        ] {
            assert_eq!(both(said), (zh, en));
        }
    }

    #[test]
    fn an_invalid_field_is_named_in_both_languages() {
        let (status, body) = Problem::invalid("top", "须在 1 到 100 之间", "must lie in 1..=100").body();
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(body.field.as_deref(), Some("top"));
        assert!(body.detail_zh.contains("top") && body.detail_zh.contains("100"), "{}", body.detail_zh);
        assert!(body.detail_en.contains("top") && !body.detail_en.contains("须"), "{}", body.detail_en);
    }
}
