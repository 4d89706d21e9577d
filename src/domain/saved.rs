//! What somebody keeps looking for, and what was found for them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::name::named;
use super::{ListingId, Side};

named! {
    /// In which form a message is sent.
    WebhookKind, "webhook kind", {
        /// JSON of our own, signed by HMAC-SHA256.
        Generic = "generic", "通用";
        /// A group robot of WeCom (企业微信).
        WeCom = "wecom", "企业微信";
        /// A group robot of DingTalk (钉钉).
        DingTalk = "dingtalk", "钉钉";
        /// A group robot of Feishu (飞书).
        Feishu = "feishu", "飞书";
    }
}

/// Where messages go.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// In which form.
    pub kind: WebhookKind,
    /// An address that takes a POST; whoever knows it can write there.
    pub url: String,
    /// What messages are signed with; empty where the receiver asks for no signature.
    #[serde(default)]
    pub secret: String,
}

impl std::fmt::Debug for Webhook {
    /// Neither address nor secret, so that no log can show them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Webhook({}, ***)", self.kind)
    }
}

/// Something that somebody keeps looking for: each new or changed listing is held
/// against it as it arrives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedSearch {
    /// Its own id.
    pub id: String,
    /// The account behind it; empty where no keys are asked for.
    pub owner: String,
    /// What its owner calls it.
    pub name: String,
    /// The list that is looked through.
    pub side: Side,
    /// What is looked for, in running text: an OPC's profile, a district's need.
    pub text: String,
    /// Least degree, 0–100, of what is told.
    pub least: f64,
    /// Where else to tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
    /// Last part of the address of its feed; whoever knows it reads the feed.
    pub feed: String,
}

/// One listing that came up for a saved search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alert {
    /// Its place; later ones have larger numbers.
    pub number: u64,
    /// For which search.
    pub search: String,
    /// In which list it stands.
    pub side: Side,
    /// Which listing.
    pub id: ListingId,
    /// Its title then, contacts masked.
    pub title: String,
    /// How well it fits, 0–100.
    pub degree: f64,
    /// When it came up; `None` where no clock was asked.
    pub at: Option<Timestamp>,
    /// Whether its owner has seen it.
    pub read: bool,
}
