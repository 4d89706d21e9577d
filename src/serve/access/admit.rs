//! The layer that holds every request against the table.

use std::net::IpAddr;
use std::sync::{MutexGuard, PoisonError};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use crate::store::{AccessKey, Actor, Deed, Standing};

use super::super::actor;
use super::super::app::App;
use super::super::observe::{PAGE, RequestId, template};
use super::super::problem::Problem;
use super::caller::Caller;
use super::known::{Digest, Known};
use super::session::cookie;
use super::table::{Does, Rule, rule};

/// The route of addresses that lead nowhere.
const NOWHERE: &str = "/api/{*rest}";

/// What proxies add.
const BY_PROXY: [HeaderName; 3] = [
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("forwarded"),
    HeaderName::from_static("x-real-ip"),
];

tokio::task_local! {
    static ACTOR: Actor;
}

/// Whoever the present request acts for.
pub(in crate::serve) fn actor() -> Option<Actor> {
    ACTOR.try_with(Actor::clone).ok()
}

/// Lets in whom the table lets in, says who it is, and records what is taken out.
pub(in crate::serve) async fn admit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let route = template(&request).to_owned();
    if route == PAGE || route == NOWHERE {
        return next.run(request).await;
    }
    let Some(rule) = rule(request.method(), &route) else { return Problem::Method.into_response() };
    let asked = asks(&app, request.headers()).await;
    let caller = match asked.and_then(|caller| admitted(&app, &request, rule, caller)) {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    let actor = Actor {
        key: caller.key.as_ref().map(|key| key.id.clone()),
        role: caller.role,
        route: format!("{} {route}", request.method()),
        request: RequestId::present().map(String::from).unwrap_or_default(),
        at: Some(Timestamp::now()),
        reach: caller.reach(),
    };
    let of = taken_of(&request, &route);
    if let Some(key) = &caller.key {
        request.extensions_mut().insert(actor::Actor(key.id.0.clone()));
    }
    request.extensions_mut().insert(caller);
    ACTOR
        .scope(actor, async {
            let response = next.run(request).await;
            if rule.does != Does::Export || !response.status().is_success() {
                return response;
            }
            // What cannot be recorded is not given out.
            match app.writing(move |app| Ok(app.market().record(Deed::Export, &of)?)).await {
                Ok(()) => response,
                Err(problem) => problem.into_response(),
            }
        })
        .await
}

/// What is taken out: an event, or all of the lists.
fn taken_of(request: &Request, route: &str) -> Vec<String> {
    let of_event = route.starts_with("/api/v1/events/{id}/");
    // Percent-encoded, as it stands in the address.
    let id = request.uri().path().split('/').nth(4).filter(|_| of_event);
    id.map(|id| format!("event/{id}")).into_iter().collect()
}

fn admitted(app: &App, request: &Request, rule: Rule, caller: Caller) -> Result<Caller, Problem> {
    tracing::Span::current().record("role", caller.role.as_str());
    if !rule.least.admits(caller.role) {
        return Err(match &caller.key {
            None if app.asks_for_keys() => Problem::KeyNeeded,
            None => Problem::OtherMachine,
            Some(_) => Problem::Forbidden { role: caller.role },
        });
    }
    if rule.does == Does::Write && !caller.may_write() {
        return Err(Problem::KeyReadsOnly);
    }
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if caller.by_cookie && !safe && !says_own_site(request.headers()) {
        return Err(Problem::CrossSite);
    }
    if let Some(key) = &caller.key {
        app.limiter().of_key(app, request, &key.id)?;
    }
    Ok(caller)
}

/// Whether a browser says that this service's own page sent a request. That it comes
/// from no other site was seen to before; here silence will not do.
fn says_own_site(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => headers.contains_key(header::ORIGIN),
    }
}

async fn asks(app: &App, headers: &HeaderMap) -> Result<Caller, Problem> {
    if !app.asks_for_keys() {
        let house = is_of_this_machine(headers);
        return Ok(if house { Caller::of_the_house() } else { Caller::public() });
    }
    let now = Timestamp::now();
    if let Some(said) = headers.get(header::AUTHORIZATION) {
        let said = said.to_str().ok().and_then(|said| said.split_once(' '));
        let bearer = said.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let secret = bearer.ok_or(Problem::KeyUnknown)?.1.trim().to_owned();
        let found = known(app, "key", secret, |app, secret| Ok(app.market().key_of(secret)?)).await?;
        let key = found.ok_or(Problem::KeyUnknown)?;
        return match key.standing(now) {
            Standing::Good => Ok(Caller::holding(key, false)),
            Standing::Expired => Err(Problem::KeyExpired),
            Standing::Revoked => Err(Problem::KeyRevoked),
        };
    }
    // A browser sends its cookie unasked: one that is over makes nobody worse off than none.
    let Some(secret) = cookie(headers) else { return Ok(Caller::public()) };
    let session = known(app, "session", secret, move |app, secret| Ok(app.market().session(secret, now)?));
    let key = session.await?.filter(|key| key.standing(now) == Standing::Good);
    Ok(key.map_or_else(Caller::public, |key| Caller::holding(key, true)))
}

/// Whether a request to a service that asks for no keys comes from its own machine, as
/// its connection says: not by way of a proxy, and not from another site's page whose
/// name was made to lead here, which gives itself away by calling the service so.
fn is_of_this_machine(headers: &HeaderMap) -> bool {
    let proxied = BY_PROXY.iter().any(|name| headers.contains_key(name));
    let host = headers.get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    !proxied && host.is_none_or(is_this_machine)
}

/// Whether a host, perhaps with a port, is no name that somebody could give out.
fn is_this_machine(host: &str) -> bool {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    bare.parse::<IpAddr>().is_ok() || bare.eq_ignore_ascii_case("localhost")
}

/// A key that was looked up a moment ago, or is looked up now.
async fn known(
    app: &App,
    what: &str,
    secret: String,
    look: impl FnOnce(&App, &str) -> Result<Option<AccessKey>, Problem> + Send + 'static,
) -> Result<Option<AccessKey>, Problem> {
    let digest: Digest = *blake3::hash(format!("{what}\n{secret}").as_bytes()).as_bytes();
    let (found, epoch) = {
        let known = held(app);
        (known.get(&digest, Instant::now()), known.epoch())
    };
    if found.is_some() {
        return Ok(found);
    }
    let found = app.blocking(move |app| look(app, &secret)).await?;
    if let Some(key) = &found {
        held(app).put(digest, key.clone(), Instant::now(), epoch);
    }
    Ok(found)
}

pub(super) fn held(app: &App) -> MutexGuard<'_, Known> {
    app.known().lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    use axum::http::HeaderValue;

    #[test]
    fn this_machine_is_told_by_its_number() {
        for (host, ours) in [
            ("127.0.0.1:8080", true),
            ("127.0.0.1", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("localhost:8080", true),
            ("LOCALHOST", true),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("localhost.evil.example", false),
            ("", false),
        ] {
            assert_eq!(is_this_machine(host), ours, "{host}");
        }
    }

    #[test]
    fn a_cookie_writes_only_for_our_own_page() {
        for (given, ours) in [
            (vec![], false),
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "none")], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("origin", "http://a")], true),
            (vec![("origin", "http://a"), ("sec-fetch-site", "cross-site")], false),
        ] {
            let headers: HeaderMap = given
                .iter()
                .map(|&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(says_own_site(&headers), ours, "{given:?}");
        }
    }
}
