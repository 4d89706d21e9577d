//! Getting a message to its receiver.

use std::net::IpAddr;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::Message;

/// How long a receiver may take for its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of an answer that are read.
const ANSWER: u64 = 16 << 10;

/// Pauses before the next attempts, in seconds; after the last one it is given up.
const PAUSES: [i64; 5] = [60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600];

/// Seconds until the attempt after this many; `None`: no more.
pub fn next_try(tries: u32) -> Option<i64> {
    PAUSES.get(tries as usize).copied()
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The receiver said no.
    #[error("对方回复 {status}：{said} / the receiver answered {status}: {said}")]
    Answered {
        /// HTTP status.
        status: u16,
        /// The beginning of its words.
        said: String,
    },
    /// It was not reached. The address is not told: whoever knows it can write there.
    #[error("没有送到：{0} / not delivered: {0}")]
    NotReached(String),
}

/// Sends messages.
#[derive(Debug, Clone)]
pub struct Sender {
    agent: Agent,
}

impl Sender {
    /// One that reaches public addresses only, unless `inside` lets it reach those of
    /// this machine and its network too: who may name an address must not have the
    /// service ask what only the service can reach.
    pub fn new(inside: bool) -> Sender {
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            // Nobody is followed to where it was not sent.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build();
        let resolver = Guarded { inside, plain: DefaultResolver::default() };
        Sender { agent: Agent::with_parts(config, DefaultConnector::default(), resolver) }
    }

    /// Sends a message. The robots of WeCom, DingTalk and Feishu answer 200 in any case
    /// and say in the body whether it was taken.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn send(&self, message: &Message) -> Result<(), Refusal> {
        let mut request =
            self.agent.post(&message.url).header("content-type", "application/json; charset=utf-8");
        for (name, value) in &message.headers {
            request = request.header(name, value);
        }
        let mut answer = request.send(&message.body).map_err(|error| Refusal::NotReached(said(&error)))?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(ANSWER).lossy_utf8(true).read_to_string();
        let body = body.unwrap_or_default();
        let code = serde_json::from_str::<serde_json::Value>(&body).ok().and_then(|answer| {
            ["errcode", "code", "StatusCode"].iter().find_map(|field| answer.get(field)?.as_i64())
        });
        if (200..300).contains(&status) && code.unwrap_or(0) == 0 {
            return Ok(());
        }
        Err(Refusal::Answered { status, said: body.chars().take(200).collect() })
    }
}

/// The error without the address.
fn said(error: &Error) -> String {
    match error {
        Error::HostNotFound => "找不到主机 / host not found".to_owned(),
        Error::Timeout(_) => "等待太久 / timed out".to_owned(),
        Error::BadUri(_) => "地址不对 / bad address".to_owned(),
        Error::ConnectionFailed => "连接不上 / connection failed".to_owned(),
        Error::Io(cause) if cause.kind() == std::io::ErrorKind::PermissionDenied => {
            "内网地址不能作为接收地址 / an address inside the network is not allowed".to_owned()
        }
        Error::Io(cause) => cause.to_string(),
        Error::Tls(cause) => (*cause).to_owned(),
        _ => "网络出错 / network error".to_owned(),
    }
}

#[derive(Debug)]
struct Guarded {
    inside: bool,
    plain: DefaultResolver,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.plain.resolve(uri, config, timeout)?;
        // The very addresses that are connected to, so no second answer of a name server slips by.
        if self.inside || found.iter().all(|address| is_public(address.ip())) {
            return Ok(found);
        }
        Err(Error::Io(std::io::ErrorKind::PermissionDenied.into()))
    }
}

/// Whether an address belongs to the internet at large (IANA's special-purpose
/// registries, RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let reserved =
                a == 0 || a >= 240 || (a, b, c) == (192, 0, 0) || (a == 198 && (18..20).contains(&b));
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_broadcast()
                || ip.is_documentation()
                || ip.is_multicast()
                || shared
                || reserved)
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(inner) => is_public(IpAddr::V4(inner)),
            // 2000::/3 is what is given out; 2001:db8::/32 is for documents, 2002::/16
            // and 64:ff9b::/96 lead to IPv4 addresses.
            None => {
                let [first, second, ..] = ip.segments();
                (0x2000..0x4000).contains(&first) && (first, second) != (0x2001, 0xdb8) && first != 0x2002
            }
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_lies_inside_is_told_from_what_lies_outside() {
        for (address, public) in [
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.31.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
            ("8.8.8.8", true),
            ("172.32.0.1", true),
            ("::1", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("::ffff:10.0.0.1", false),
            ("2002:a00:1::", false),
            ("2400:3200::1", true),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<i64> = (0..).map_while(next_try).collect();
        assert!(pauses.is_sorted() && pauses.len() == PAUSES.len());
    }

    #[test]
    fn an_inside_address_is_not_asked_and_not_told() {
        let message =
            Message { url: "http://localhost:1/secret".into(), headers: Vec::new(), body: "{}".into() };
        let refused = Sender::new(false).send(&message).unwrap_err().to_string();
        assert!(refused.contains("内网地址") && !refused.contains("secret"), "{refused}");
    }
}
