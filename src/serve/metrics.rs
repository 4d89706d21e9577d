//! What the service has done, for Prometheus.
//!
//! Written here, and not by `prometheus-client`, for two reasons: families come out
//! in the order of their labels (that crate walks a hash map), and the form is the
//! text format that every scraper reads, not OpenMetrics.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::domain::Side;
use crate::engine::{Generation, Vitals};

use super::app::App;
use super::limits::Class;

/// Upper ends of the histogram's buckets, in seconds: from a lookup to the longest
/// wait that is granted.
const SECONDS: [f64; 13] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// The status class of a request whose sender did not wait for the answer.
const GONE: &str = "gone";

/// What has been counted since the program began.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    in_flight: AtomicU64,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    /// By route template, method and status class.
    answered: BTreeMap<(String, &'static str, &'static str), u64>,
    /// By route template and method.
    times: BTreeMap<(String, &'static str), Times>,
    refused: BTreeMap<Class, u64>,
}

/// A histogram.
#[derive(Debug, Default)]
struct Times {
    /// Those that took no longer than the end of the bucket and longer than the one before.
    within: [u64; SECONDS.len()],
    count: u64,
    sum: Duration,
}

impl Times {
    fn add(&mut self, took: Duration) {
        if let Some(at) = SECONDS.iter().position(|end| took.as_secs_f64() <= *end) {
            self.within[at] += 1;
        }
        self.count += 1;
        self.sum += took;
    }
}

impl Metrics {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request has come in.
    pub(super) fn begin(&self, route: String, method: &'static str) -> Ongoing<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        Ongoing { metrics: self, route, method, began: Instant::now(), ended: None }
    }

    /// A request was refused, because its sender asks too often.
    pub(super) fn refused(&self, class: Class) {
        *self.counts().refused.entry(class).or_default() += 1;
    }
}

/// A request in flight; counted when it is dropped, answered or not.
pub(super) struct Ongoing<'m> {
    metrics: &'m Metrics,
    route: String,
    method: &'static str,
    began: Instant,
    ended: Option<&'static str>,
}

impl Ongoing<'_> {
    /// The answer is there; how long it took.
    pub(super) fn end(mut self, status: StatusCode) -> Duration {
        self.ended = Some(match status.as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        });
        self.began.elapsed()
    }
}

impl Drop for Ongoing<'_> {
    fn drop(&mut self) {
        self.metrics.in_flight.fetch_sub(1, Ordering::Relaxed);
        let mut counts = self.metrics.counts();
        let route = std::mem::take(&mut self.route);
        let class = self.ended.unwrap_or(GONE);
        *counts.answered.entry((route.clone(), self.method, class)).or_default() += 1;
        if self.ended.is_some() {
            counts.times.entry((route, self.method)).or_default().add(self.began.elapsed());
        }
    }
}

/// The text format, version 0.0.4.
#[derive(Default)]
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (at, (label, said)) in labels.iter().enumerate() {
            let said = said.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
            let _ = write!(self.0, "{}{label}=\"{said}\"", if at == 0 { '{' } else { ',' });
        }
        let _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.family(name, kind, help);
        self.sample(name, &[], value);
    }
}

fn page(metrics: &Metrics, now: &Generation, vitals: Option<Vitals>) -> String {
    let mut page = Page::default();
    requests(&mut page, metrics);
    page.family("opcmatch_listings", "gauge", "Listings that can be found.");
    for side in [Side::Requirement, Side::Capability] {
        let listings = now.ranker().snapshot().side(side).len();
        page.sample("opcmatch_listings", &[("side", side.as_str())], listings);
    }
    page.one("opcmatch_store_up", "gauge", "Whether the store answers.", u8::from(vitals.is_some()));
    if let Some(vitals) = vitals {
        let change = "opcmatch_store_last_change";
        page.one(change, "gauge", "Number of the newest change of anything.", vitals.last_change);
        let listing = "opcmatch_store_last_listing_change";
        page.one(listing, "gauge", "Number of the newest change of a listing.", vitals.last_listing_change);
    }
    let snapshot = "opcmatch_snapshot_change";
    page.one(snapshot, "gauge", "Newest change of a listing that can be found.", now.listing_change());
    let unsettled = "opcmatch_snapshot_unsettled_rows";
    let rows = now.ranker().snapshot().unsettled();
    page.one(unsettled, "gauge", "Rows added or taken out since the lists were settled.", rows);
    let rebuild = "opcmatch_snapshot_rebuild_seconds";
    page.one(rebuild, "gauge", "What making the present snapshot took.", now.took().as_secs_f64());
    page.family("opcmatch_build_info", "gauge", "The program's version.");
    page.sample("opcmatch_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    page.0
}

fn requests(page: &mut Page, metrics: &Metrics) {
    let in_flight = metrics.in_flight.load(Ordering::Relaxed);
    page.one("opcmatch_http_requests_in_flight", "gauge", "Requests without an answer yet.", in_flight);
    let counts = metrics.counts();
    let total = "opcmatch_http_requests_total";
    page.family(total, "counter", "Requests, by route, method and class of status.");
    for ((route, method, status), count) in &counts.answered {
        page.sample(total, &[("route", route), ("method", method), ("status", status)], count);
    }
    let seconds = "opcmatch_http_request_duration_seconds";
    page.family(seconds, "histogram", "Time until the answer, by route and method.");
    for ((route, method), times) in &counts.times {
        let labels = [("route", route.as_str()), ("method", *method)];
        let mut so_far = 0;
        for (end, within) in SECONDS.iter().zip(times.within) {
            so_far += within;
            let le = end.to_string();
            page.sample(&format!("{seconds}_bucket"), &[labels[0], labels[1], ("le", &le)], so_far);
        }
        page.sample(&format!("{seconds}_bucket"), &[labels[0], labels[1], ("le", "+Inf")], times.count);
        page.sample(&format!("{seconds}_sum"), &labels, times.sum.as_secs_f64());
        page.sample(&format!("{seconds}_count"), &labels, times.count);
    }
    let refused = "opcmatch_http_refused_total";
    page.family(refused, "counter", "Requests of addresses that ask too often.");
    for class in [Class::Light, Class::Heavy] {
        let count = counts.refused.get(&class).copied().unwrap_or_default();
        page.sample(refused, &[("limit", class.name())], count);
    }
}

/// What the service has done, in the text format of Prometheus
///
/// Routes are templates, never addresses with their ids; nothing of a list is named.
#[utoipa::path(
    get, path = "/metrics", tag = "service",
    responses((status = 200, body = String, content_type = "text/plain"))
)]
pub(super) async fn metrics(State(app): State<App>) -> Response {
    let vitals = app.vitals().await.ok();
    let said = page(app.metrics(), &app.market().now(), vitals);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], said).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(metrics: &Metrics) -> String {
        let mut page = Page::default();
        requests(&mut page, metrics);
        page.0
    }

    #[test]
    fn what_is_answered_is_counted_once_and_what_is_closed_as_gone() {
        let metrics = Metrics::default();
        let going = metrics.begin("/a/{id}".into(), "GET");
        assert!(said(&metrics).contains("\nopcmatch_http_requests_in_flight 1\n"));
        going.end(StatusCode::NOT_FOUND);
        drop(metrics.begin("/a/{id}".into(), "GET"));
        metrics.refused(Class::Heavy);
        let said = said(&metrics);
        for line in [
            "opcmatch_http_requests_in_flight 0",
            r#"opcmatch_http_requests_total{route="/a/{id}",method="GET",status="4xx"} 1"#,
            r#"opcmatch_http_requests_total{route="/a/{id}",method="GET",status="gone"} 1"#,
            r#"opcmatch_http_request_duration_seconds_count{route="/a/{id}",method="GET"} 1"#,
            r#"opcmatch_http_refused_total{limit="light"} 0"#,
            r#"opcmatch_http_refused_total{limit="heavy"} 1"#,
        ] {
            assert!(said.lines().any(|l| l == line), "{line}\n{said}");
        }
    }

    #[test]
    fn buckets_hold_what_took_no_longer() {
        let mut times = Times::default();
        for millis in [0, 5, 6, 60_000, 61_000] {
            times.add(Duration::from_millis(millis));
        }
        assert_eq!((times.within[0], times.within[1], times.within[12], times.count), (2, 1, 1, 5));
    }

    #[test]
    fn labels_are_escaped() {
        let mut page = Page::default();
        page.sample("x", &[("a", "1\"\\\n"), ("b", "")], 2);
        assert_eq!(page.0, "x{a=\"1\\\"\\\\\\n\",b=\"\"} 2\n");
    }
}
