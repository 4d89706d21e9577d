//! What is sent, in the form that each receiver takes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::domain::{Alert, SavedSearch, Webhook, WebhookKind};

/// A POST that is ready to go.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Where to.
    pub url: String,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// Its JSON.
    pub body: String,
}

/// The message of what came up, to be sent at `now` (seconds since 1970). `page` is where
/// the service's page lies, where that is known; the message then has a link.
///
/// Signatures, each by HMAC-SHA256:
/// - generic: `opcmatch-signature: t=…,v1=…`, hexadecimal, of `t.body` under the secret.
/// - DingTalk: base64 of `t⏎secret` under the secret, t in milliseconds, in the address
///   (<https://open.dingtalk.com/document/robots/customize-robot-security-settings>).
/// - Feishu: base64 of nothing under `t⏎secret`, in the body
///   (<https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>).
/// - WeCom: none; the key is part of the address
///   (<https://developer.work.weixin.qq.com/document/path/91770>).
pub fn message(
    webhook: &Webhook,
    search: &SavedSearch,
    alert: &Alert,
    page: Option<&str>,
    now: i64,
) -> Message {
    let link = page.map(|page| {
        format!("{}/#/listing/{}/{}", page.trim_end_matches('/'), alert.side, percent_encoded(&alert.id.0))
    });
    let mut url = webhook.url.clone();
    let mut headers = Vec::new();
    let signed = !webhook.secret.is_empty();
    let body = match webhook.kind {
        WebhookKind::Generic => {
            let body = generic(search, alert, link.as_deref()).to_string();
            if signed {
                let mac = hex(&mac(webhook.secret.as_bytes(), format!("{now}.{body}").as_bytes()));
                headers.push(("opcmatch-signature".to_owned(), format!("t={now},v1={mac}")));
            }
            body
        }
        WebhookKind::WeCom => {
            json!({"msgtype": "markdown", "markdown": {"content": markdown(search, alert, link.as_deref())}})
                .to_string()
        }
        WebhookKind::DingTalk => {
            if signed {
                let at = now.saturating_mul(1000);
                let said = format!("{at}\n{}", webhook.secret);
                let sign = percent_encoded(&STANDARD.encode(mac(webhook.secret.as_bytes(), said.as_bytes())));
                let join = if url.contains('?') { '&' } else { '?' };
                url = format!("{url}{join}timestamp={at}&sign={sign}");
            }
            let text = markdown(search, alert, link.as_deref());
            json!({"msgtype": "markdown", "markdown": {"title": headline(search), "text": text}}).to_string()
        }
        WebhookKind::Feishu => {
            let mut body =
                json!({"msg_type": "text", "content": {"text": plain(search, alert, link.as_deref())}});
            if signed {
                let sign = STANDARD.encode(mac(format!("{now}\n{}", webhook.secret).as_bytes(), b""));
                body["timestamp"] = json!(now.to_string());
                body["sign"] = json!(sign);
            }
            body.to_string()
        }
    };
    Message { url, headers, body }
}

fn mac(key: &[u8], said: &[u8]) -> Vec<u8> {
    // HMAC takes a key of any length.
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(said);
            mac.finalize().into_bytes().to_vec()
        }
        Err(_) => Vec::new(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A part of an address: all but the unreserved characters of RFC 3986 as `%XX`.
pub fn percent_encoded(part: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    part.bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn generic(search: &SavedSearch, alert: &Alert, link: Option<&str>) -> Value {
    json!({
        "type": "opcmatch.alert",
        "number": alert.number,
        "search": {"id": search.id, "name": search.name},
        "listing": {"side": alert.side, "id": alert.id, "title": alert.title},
        "degree": alert.degree,
        "at": alert.at,
        "link": link,
    })
}

fn headline(search: &SavedSearch) -> String {
    format!("{} 有新的{}", search.name, search.side.label())
}

fn plain(search: &SavedSearch, alert: &Alert, link: Option<&str>) -> String {
    let link = link.map(|link| format!("\n{link}")).unwrap_or_default();
    format!("{}\n{}（{}）\n匹配度 {:.0}{link}", headline(search), alert.title, alert.id, alert.degree)
}

/// A title may hold what markdown takes for its own.
fn markdown(search: &SavedSearch, alert: &Alert, link: Option<&str>) -> String {
    let plainly = |text: &str| -> String {
        text.chars()
            .flat_map(|c| {
                let escape =
                    matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '!' | '|' | '@');
                escape.then_some('\\').into_iter().chain([if c.is_control() { ' ' } else { c }])
            })
            .collect()
    };
    let title = plainly(&alert.title);
    let title = link.map_or_else(|| title.clone(), |link| format!("[{title}]({link})"));
    format!(
        "**{}**\n\n{title}（{}）\n\n匹配度 {:.0}",
        plainly(&headline(search)),
        plainly(&alert.id.0),
        alert.degree
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::Side;

    fn sent(kind: WebhookKind, secret: &str) -> Message {
        let webhook = Webhook { kind, url: "https://hook.example/x?key=1".into(), secret: secret.into() };
        let search = SavedSearch {
            id: "S1".into(),
            owner: String::new(),
            name: "巡河".into(),
            side: Side::Requirement,
            text: "无人船巡河".into(),
            least: 10.0,
            webhook: None,
            feed: "f".into(),
        };
        let alert = Alert {
            number: 7,
            search: "S1".into(),
            side: Side::Requirement,
            id: "清单/1".into(),
            title: "河道*漂浮*垃圾[巡查]".into(),
            degree: 63.4,
            at: None,
            read: false,
        };
        message(&webhook, &search, &alert, Some("http://opc.example/"), 1_700_000_000)
    }

    #[test]
    fn each_receiver_gets_its_own_form() {
        let body = |kind, secret: &str| -> Value { serde_json::from_str(&sent(kind, secret).body).unwrap() };
        let own = body(WebhookKind::Generic, "");
        assert_eq!((&own["listing"]["id"], &own["degree"]), (&json!("清单/1"), &json!(63.4)));
        assert_eq!(own["link"], "http://opc.example/#/listing/requirement/%E6%B8%85%E5%8D%95%2F1");
        assert!(sent(WebhookKind::Generic, "").headers.is_empty());
        let wecom = body(WebhookKind::WeCom, "");
        assert_eq!(wecom["msgtype"], "markdown");
        let content = wecom["markdown"]["content"].as_str().unwrap();
        assert!(content.contains(r"河道\*漂浮\*垃圾\[巡查\]") && content.contains("匹配度 63"), "{content}");
        assert_eq!(body(WebhookKind::DingTalk, "")["markdown"]["title"], "巡河 有新的需求");
        let feishu = body(WebhookKind::Feishu, "");
        assert!(feishu["content"]["text"].as_str().unwrap().contains("河道*漂浮*垃圾[巡查]"));
        assert!(feishu["sign"].is_null());
    }

    /// Computed by Python's `hmac`; the first is the well-known one of RFC-style test vectors.
    #[test]
    fn signatures_are_those_that_another_program_computes() {
        let own = sent(WebhookKind::Generic, "geheim");
        let mac = own.headers[0].1.strip_prefix("t=1700000000,v1=").unwrap().to_owned();
        assert_eq!(mac.len(), 64);
        let ding = sent(WebhookKind::DingTalk, "SECabc");
        assert!(ding.url.ends_with(DING), "{}", ding.url);
        let feishu: Value = serde_json::from_str(&sent(WebhookKind::Feishu, "abc").body).unwrap();
        assert_eq!((&feishu["timestamp"], &feishu["sign"]), (&json!("1700000000"), &json!(FEISHU)));
        assert_eq!(hex(&super::mac(b"key", b"The quick brown fox jumps over the lazy dog")), FOX);
    }

    const FOX: &str = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";
    const DING: &str = "timestamp=1700000000000&sign=jcUpW0QmtKduN03n4JqQ0PBosVjqnM8gU7fIIvsDmCM%3D";
    const FEISHU: &str = "VIS10b0EBvzzSdFnuk4tznEmK5wHaruvf/WnViv2yR4=";
}
