//! How much one sender may ask for.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::store::KeyId;

use super::app::App;
use super::bucket::{Buckets, Rates, network};
use super::observe::template;
use super::problem::Problem;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What the service bears, and from whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// What one address may ask for, and one key; `None` is as much as it likes.
    pub rates: Option<Rates>,
    /// Whether that holds for this machine's own addresses too.
    pub loopback: bool,
    /// Whether to believe what a proxy in front says of the sender's address, in the
    /// last entry of `X-Forwarded-For`. Without one, anybody may write that header.
    pub trust_proxy: bool,
    /// How long to wait for requests in progress when the service is to end.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            rates: Some(Rates::default()),
            loopback: false,
            trust_proxy: false,
            // Less than the 30 s after which container platforms kill.
            drain: Duration::from_secs(25),
        }
    }
}

/// What sort of request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Light,
    Heavy,
}

impl Class {
    pub(super) fn name(self) -> &'static str {
        match self {
            Class::Light => "light",
            Class::Heavy => "heavy",
        }
    }
}

/// Always answered: whoever watches the service must not be taken for its load.
const FREE: &[(&str, &str)] = &[("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics")];

/// Whole files, all rankings, plans and their prices, another model.
const HEAVY: &[(&str, &str)] = &[
    ("POST", "/api/v1/import"),
    ("DELETE", "/api/v1/imports/{change}"),
    ("GET", "/api/v1/export"),
    ("POST", "/api/v1/model"),
    // A try at a key is recorded for good.
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/events/{id}/plan"),
    ("POST", "/api/v1/events/{id}/rest"),
    ("GET", "/api/v1/events/{id}/prices"),
    ("POST", "/api/v1/events/{id}/price"),
];

fn class(method: &Method, route: &str) -> Option<Class> {
    // A HEAD is answered by the handler of GET.
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    match (method, route) {
        row if FREE.contains(&row) => None,
        row if HEAVY.contains(&row) => Some(Class::Heavy),
        _ => Some(Class::Light),
    }
}

/// The buckets of a running service.
#[derive(Debug)]
pub(super) struct Limiter {
    limits: Limits,
    began: Instant,
    buckets: Option<[Mutex<Buckets<IpAddr>>; 2]>,
    of_keys: Option<[Mutex<Buckets<KeyId>>; 2]>,
}

impl Limiter {
    pub(super) fn new(limits: Limits) -> Limiter {
        let rates = limits.rates.map(|rates| [rates.light, rates.heavy]);
        let buckets = rates.map(|rates| rates.map(|rate| Mutex::new(Buckets::new(rate))));
        let of_keys = rates.map(|rates| rates.map(|rate| Mutex::new(Buckets::new(rate))));
        Limiter { limits, began: Instant::now(), buckets, of_keys }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Takes a token, or says how long to wait for one.
    fn take(&self, class: Class, who: IpAddr) -> Result<(), Duration> {
        let Some([light, heavy]) = &self.buckets else { return Ok(()) };
        if who.to_canonical().is_loopback() && !self.limits.loopback {
            return Ok(());
        }
        let bucket = match class {
            Class::Light => light,
            Class::Heavy => heavy,
        };
        bucket.lock().unwrap_or_else(PoisonError::into_inner).take(network(who), self.began.elapsed())
    }

    /// Takes a token of a key, from wherever it is used.
    ///
    /// # Errors
    /// When it asks too often.
    pub(super) fn of_key(&self, app: &App, request: &Request, key: &KeyId) -> Result<(), Problem> {
        let (Some([light, heavy]), Some(class)) = (&self.of_keys, class(request.method(), template(request)))
        else {
            return Ok(());
        };
        let bucket = match class {
            Class::Light => light,
            Class::Heavy => heavy,
        };
        let taken =
            bucket.lock().unwrap_or_else(PoisonError::into_inner).take(key.clone(), self.began.elapsed());
        taken.map_err(|wait| {
            app.metrics().refused(class);
            Problem::TooMany { wait_s: wait.as_secs() + 1 }
        })
    }
}

/// Refuses whoever asks too often.
pub(super) async fn limited(State(app): State<App>, request: Request, next: Next) -> Response {
    if let Some(class) = class(request.method(), template(&request)) {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let who = sender(peer, request.headers(), app.limiter().limits().trust_proxy);
        if let Err(wait) = app.limiter().take(class, who) {
            app.metrics().refused(class);
            return Problem::TooMany { wait_s: wait.as_secs() + 1 }.into_response();
        }
    }
    next.run(request).await
}

/// Whose request it is. Without a connection, as in a test, it is this program's own.
fn sender(peer: Option<IpAddr>, headers: &HeaderMap, trust_proxy: bool) -> IpAddr {
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    if !trust_proxy {
        return peer;
    }
    // The last entry is the proxy's own; those before it are whatever it was sent.
    let last = headers.get_all(FORWARDED_FOR).iter().next_back().and_then(|value| value.to_str().ok());
    last.and_then(|entries| address(entries.rsplit(',').next()?.trim())).unwrap_or(peer)
}

/// An address, with or without a port or brackets.
fn address(said: &str) -> Option<IpAddr> {
    let bare = said.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| said.parse::<SocketAddr>().ok().map(|both| both.ip()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]
mod tests {
    use super::*;

    use axum::http::HeaderValue;

    #[test]
    fn every_route_that_is_named_is_there() {
        let document = serde_json::to_value(super::super::router::document()).unwrap();
        for (method, route) in FREE.iter().chain(HEAVY) {
            let described = &document["paths"][route][method.to_lowercase()];
            assert!(described.is_object(), "{method} {route} is no route: mend the table");
        }
        for (method, route, wanted) in [
            (Method::GET, "/healthz", None),
            (Method::HEAD, "/metrics", None),
            (Method::POST, "/api/v1/import", Some(Class::Heavy)),
            (Method::GET, "/api/v1/events/{id}/plan", Some(Class::Light)),
            (Method::GET, "page", Some(Class::Light)),
        ] {
            assert_eq!(class(&method, route), wanted, "{method} {route}");
        }
    }

    #[test]
    fn a_proxy_is_believed_only_when_it_is_ours() {
        let peer: IpAddr = "192.0.2.9".parse().unwrap();
        for (headers, trust, wanted) in [
            (vec!["198.51.100.1"], false, "192.0.2.9"),
            (vec![], true, "192.0.2.9"),
            (vec!["198.51.100.1"], true, "198.51.100.1"),
            // What stands before the last entry came from the sender.
            (vec!["127.0.0.1, 198.51.100.1"], true, "198.51.100.1"),
            (vec!["127.0.0.1", "198.51.100.1"], true, "198.51.100.1"),
            (vec!["198.51.100.1:4711"], true, "198.51.100.1"),
            (vec!["[2001:db8::1]:4711"], true, "2001:db8::1"),
            (vec!["[2001:db8::1]"], true, "2001:db8::1"),
            (vec!["2001:db8::1"], true, "2001:db8::1"),
            (vec!["198.51.100.1, unknown"], true, "192.0.2.9"),
            (vec!["198.51.100.1,"], true, "192.0.2.9"),
        ] {
            let mut given = HeaderMap::new();
            for value in &headers {
                given.append(FORWARDED_FOR, HeaderValue::from_static(value));
            }
            assert_eq!(sender(Some(peer), &given, trust).to_string(), wanted, "{headers:?} {trust}");
        }
    }

    #[test]
    fn this_machine_is_spared_unless_it_is_told_otherwise() {
        let heavy: Rates = "1:1,1:1".parse().unwrap();
        for (rates, loopback, who, spared) in [
            (Some(heavy), false, "127.0.0.1", true),
            (Some(heavy), false, "::ffff:127.0.0.1", true),
            (Some(heavy), true, "127.0.0.1", false),
            (Some(heavy), false, "192.0.2.1", false),
            (None, true, "192.0.2.1", true),
        ] {
            let limiter = Limiter::new(Limits { rates, loopback, ..Limits::default() });
            let who = who.parse().unwrap();
            assert_eq!(limiter.take(Class::Heavy, who), Ok(()));
            assert_eq!(limiter.take(Class::Heavy, who).is_ok(), spared, "{who} {rates:?} {loopback}");
            assert_eq!(limiter.take(Class::Light, who), Ok(()), "a bucket for each class");
        }
    }
}
