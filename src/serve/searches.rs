//! What somebody keeps looking for, and what came up.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{Alert, SavedSearch, Side, Webhook, WebhookKind, mask_contacts};
use crate::engine;
use crate::notify::{self, message};
use crate::store::Sending;

use super::access::Caller;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::request::{Body, Params, text};

/// Searches of one account.
const MOST: usize = 100;

/// Alerts of an answer unless asked otherwise, and at most.
const ALERTS: usize = 50;
const MOST_ALERTS: usize = 500;

/// Characters of a name and of an address.
const NAME: usize = 100;
const ADDRESS: usize = 1_000;

/// Where a search's messages go, as its owner is shown it.
#[derive(Debug, Serialize, ToSchema)]
struct HookView {
    /// In which form.
    kind: WebhookKind,
    /// The host of its address; the rest is a secret.
    host: String,
    /// Whether messages are signed.
    signed: bool,
    /// How they fare.
    #[serde(flatten)]
    sending: Sending,
}

/// A saved search as its owner is shown it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchView {
    /// Its id.
    id: String,
    /// What its owner calls it.
    name: String,
    /// The list that is looked through.
    side: Side,
    /// What is looked for; contacts masked.
    text: String,
    /// Least degree, 0–100.
    least: f64,
    /// Where its feed lies; whoever knows the address reads it.
    feed: String,
    /// Where else it is told.
    webhook: Option<HookView>,
}

/// All searches of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Searches {
    /// By id.
    items: Vec<SearchView>,
}

/// Where messages are to go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHook {
    /// In which form.
    kind: WebhookKind,
    /// An address that takes a POST.
    url: String,
    /// What to sign with; left out where the receiver asks for no signature.
    #[serde(default)]
    secret: String,
}

/// Something to keep looking for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSearch {
    /// What to call it.
    name: String,
    /// The list to look through.
    side: Side,
    /// What is looked for, in running text.
    text: String,
    /// Least degree, 0–100; the service's floor when left out.
    #[serde(default)]
    least: f64,
    /// Where else to tell it.
    #[serde(default)]
    webhook: Option<NewHook>,
}

fn view(search: SavedSearch, sending: Sending) -> SearchView {
    let host = |hook: &Webhook| {
        hook.url.parse::<axum::http::Uri>().ok().and_then(|uri| uri.host().map(str::to_owned))
    };
    SearchView {
        feed: format!("/api/v1/feeds/{}", search.feed),
        webhook: search.webhook.map(|hook| HookView {
            kind: hook.kind,
            host: host(&hook).unwrap_or_default(),
            signed: !hook.secret.is_empty(),
            sending,
        }),
        id: search.id,
        name: search.name,
        side: search.side,
        text: mask_contacts(&search.text),
        least: search.least,
    }
}

/// What the caller keeps looking for
#[utoipa::path(get, path = "/searches", tag = "searches", responses((status = 200, body = Searches)))]
pub(super) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Searches>, Problem> {
    let asked = move |app: &App| {
        let searches = app.market().searches(caller.account())?;
        let shown = |search: SavedSearch| {
            let sending = app.market().sending(&search.id)?;
            Ok(view(search, sending))
        };
        searches.into_iter().map(shown).collect::<Result<Vec<_>, Problem>>()
    };
    Ok(Json(Searches { items: app.blocking(asked).await? }))
}

/// Keep looking for something: each listing that is new or changed is held against it
#[utoipa::path(
    post, path = "/searches", tag = "searches", request_body = NewSearch,
    responses((status = 201, body = SearchView), (status = 422, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn save(
    State(app): State<App>,
    caller: Caller,
    Body(new): Body<NewSearch>,
) -> Result<Response, Problem> {
    let search = checked(new, caller.account())?;
    let kept = app.writing(move |app| keep(app, &search)).await?;
    Ok((StatusCode::CREATED, Json(view(kept, Sending::default()))).into_response())
}

/// Keeps a search, if its owner has not too many.
pub(super) fn keep(app: &App, search: &SavedSearch) -> Result<SavedSearch, Problem> {
    if app.market().searches(&search.owner)?.len() >= MOST {
        let (zh, en) =
            (format!("最多保存 {MOST} 个，请先删掉不用的"), format!("at most {MOST}: remove one first"));
        return Err(Problem::invalid("searches", zh, en));
    }
    Ok(app.market().save_search(search)?)
}

/// The search of this owner that looks for the same, or this one, kept.
pub(super) fn kept_once(app: &App, search: &SavedSearch) -> Result<SavedSearch, Problem> {
    let same = |known: &SavedSearch| known.side == search.side && known.text == search.text;
    match app.market().searches(&search.owner)?.into_iter().find(same) {
        Some(known) => Ok(known),
        None => keep(app, search),
    }
}

/// A search for people to meet, called by its own first words.
pub(super) fn to_meet(said: &str, owner: &str) -> Result<SavedSearch, Problem> {
    let words: String = said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(30).collect();
    let (side, said) = (Side::Capability, said.to_owned());
    checked(
        NewSearch { name: format!("想认识：{words}"), side, text: said, least: 0.0, webhook: None },
        owner,
    )
}

fn checked(new: NewSearch, owner: &str) -> Result<SavedSearch, Problem> {
    let NewSearch { name, side, text: said, least, webhook } = new;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME || name.chars().any(char::is_control) {
        let (zh, en) = (format!("须为 1 到 {NAME} 个字"), format!("must have 1..={NAME} characters"));
        return Err(Problem::invalid("name", zh, en));
    }
    if !(0.0..=100.0).contains(&least) {
        return Err(Problem::invalid("least", "须在 0 到 100 之间", "must lie in 0..=100"));
    }
    let webhook = webhook.map(hook).transpose()?;
    Ok(SavedSearch {
        id: String::new(),
        owner: owner.to_owned(),
        name: name.to_owned(),
        side,
        text: text(&said)?.to_owned(),
        least,
        webhook,
        feed: String::new(),
    })
}

fn hook(NewHook { kind, url, secret }: NewHook) -> Result<Webhook, Problem> {
    let url = url.trim().to_owned();
    let uri = url.parse::<axum::http::Uri>().ok().filter(|uri| uri.host().is_some());
    let known = uri.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
    if !known || url.len() > ADDRESS || secret.len() > ADDRESS {
        return Err(Problem::invalid(
            "webhook.url",
            "须为 https:// 开头的完整地址",
            "must be a whole address that begins with https://",
        ));
    }
    Ok(Webhook { kind, url, secret: secret.trim().to_owned() })
}

/// Stop looking for it; what came up goes with it
#[utoipa::path(
    delete, path = "/searches/{id}", tag = "searches", params(("id" = String, Path, description = "Its id")),
    responses((status = 204), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let gone = app.writing(move |app| Ok(app.market().remove_search(caller.account(), &id)?)).await?;
    if gone { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NoSearch) }
}

/// Send a message to a search's receiver now, to see whether it arrives
#[utoipa::path(
    post, path = "/searches/{id}/test", tag = "searches", params(("id" = String, Path, description = "Its id")),
    responses((status = 204), (status = 404, body = ProblemBody, content_type = "application/problem+json"), (status = 502, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn test(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    app.blocking(move |app| {
        let searches = app.market().searches(caller.account())?;
        let search = searches.into_iter().find(|search| search.id == id).ok_or(Problem::NoSearch)?;
        let hook = search.webhook.clone().ok_or(Problem::NoSearch)?;
        let at = engine::instant();
        let alert = Alert {
            number: 0,
            search: search.id.clone(),
            side: search.side,
            id: "TEST".into(),
            title: "测试消息 / a test".to_owned(),
            degree: 100.0,
            at: Some(at),
            read: true,
        };
        let message = message(&hook, &search, &alert, app.outbox().page(), at.as_second());
        app.outbox().sender().send(&message).map_err(Problem::NotDelivered)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which part of the inbox.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct InboxParams {
    /// Of this search only.
    search: Option<String>,
    /// At most this many, 1..=500; 50 when left out.
    limit: Option<usize>,
}

/// One listing that came up.
#[derive(Debug, Serialize, ToSchema)]
struct AlertView {
    /// Its place.
    number: u64,
    /// For which search.
    search: String,
    /// In which list.
    side: Side,
    /// Which listing.
    id: String,
    /// Its title then.
    title: String,
    /// How well it fits, 0–100.
    degree: f64,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<engine::Instant>,
    /// Whether it has been seen.
    read: bool,
}

/// What came up for the caller.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Inbox {
    /// Newest first.
    items: Vec<AlertView>,
    /// How many have not been seen.
    unread: u64,
}

/// What came up for the caller's searches, newest first
#[utoipa::path(
    get, path = "/inbox", tag = "searches", params(InboxParams),
    responses((status = 200, body = Inbox), (status = 422, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn inbox(
    State(app): State<App>,
    caller: Caller,
    Params(InboxParams { search, limit }): Params<InboxParams>,
) -> Result<Json<Inbox>, Problem> {
    let limit = limit.unwrap_or(ALERTS);
    if !(1..=MOST_ALERTS).contains(&limit) {
        let (zh, en) = (format!("须在 1 到 {MOST_ALERTS} 之间"), format!("must lie in 1..={MOST_ALERTS}"));
        return Err(Problem::invalid("limit", zh, en));
    }
    let asked = move |app: &App| Ok(app.market().alerts(caller.account(), search.as_deref(), limit)?);
    let (alerts, unread) = app.blocking(asked).await?;
    let items = alerts.into_iter().map(|alert| {
        let Alert { number, search, side, id, title, degree, at, read } = alert;
        AlertView { number, search, side, id: id.0, title, degree, at, read }
    });
    Ok(Json(Inbox { items: items.collect(), unread }))
}

/// Up to where the inbox has been seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    /// The number of the newest alert that was shown.
    upto: u64,
}

/// Note that the inbox has been seen
#[utoipa::path(post, path = "/inbox/seen", tag = "searches", request_body = Seen, responses((status = 204)))]
pub(super) async fn seen(
    State(app): State<App>,
    caller: Caller,
    Body(Seen { upto }): Body<Seen>,
) -> Result<StatusCode, Problem> {
    app.writing(move |app| Ok(app.market().alerts_seen(caller.account(), upto)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What came up for a search, as an Atom feed
#[utoipa::path(
    get, path = "/feeds/{secret}", tag = "searches", params(("secret" = String, Path, description = "As the search gives it")),
    responses((status = 200, description = "Atom (RFC 4287)", content_type = "application/atom+xml", body = String), (status = 404, body = ProblemBody, content_type = "application/problem+json"))
)]
pub(super) async fn feed(State(app): State<App>, Path(secret): Path<String>) -> Result<Response, Problem> {
    let asked = move |app: &App| {
        let search = app.market().search_of_feed(&secret)?.ok_or(Problem::NoSearch)?;
        let (alerts, _) = app.market().alerts(&search.owner, Some(&search.id), ALERTS)?;
        let made = engine::instant().to_string();
        notify::atom(&search, &alerts, app.outbox().page(), &made).map_err(|e| Problem::internal(&e))
    };
    let body = app.blocking(asked).await?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], body).into_response())
}
