//! A city with two districts, and everybody who may come to its service.

use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Method, Request, header};
use jiff::{SignedDuration, Timestamp};
use opcmatch::domain::{Contact, ContactKind, Listing, Role, Scope, Side, Status};
use opcmatch::serve::{App, Limits, router};
use opcmatch::store::{AccessKey, Author, NewKey, Store};
use serde_json::Value;

use super::service::{Answer, app_in, send};

pub(crate) const MOBILE: &str = "13900001111";
pub(crate) const EMAIL: &str = "planted@example.org";
pub(crate) const WECHAT: &str = "wx_planted_77";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    /// Of 西湖.
    Opc,
    /// Of 西湖.
    Publisher,
    /// Of the whole city.
    Organiser,
    Admin,
    /// An admin who may only look.
    Reader,
    Expired,
    Revoked,
    /// With a key that was never given out.
    Stranger,
    /// With something that is no key.
    Garbled,
}

impl Who {
    pub(crate) const ALL: &[Who] = &[
        Who::Nobody,
        Who::Opc,
        Who::Publisher,
        Who::Organiser,
        Who::Admin,
        Who::Reader,
        Who::Expired,
        Who::Revoked,
        Who::Stranger,
        Who::Garbled,
    ];

    pub(crate) fn role(self) -> &'static str {
        match self {
            Who::Opc => "opc",
            Who::Publisher => "publisher",
            Who::Organiser => "organiser",
            _ => "admin",
        }
    }
}

pub(crate) struct City {
    pub(crate) app: App,
    service: Router,
    secrets: Vec<(Who, String)>,
    /// Of the OPC.
    pub(crate) opc: AccessKey,
}

pub(crate) fn draft(id: &str, side: Side, title: &str, tenant: &str) -> Listing {
    Listing {
        status: Status::Draft,
        tenant: Some(tenant.into()),
        ..Listing::new(id, side, title, "暗藏字样")
    }
}

fn published() -> Vec<Listing> {
    let contact = |kind, value: &str| Contact { kind, value: value.into() };
    let text = format!("十二部电梯想提前发现异常振动。电话{MOBILE}，邮箱 {EMAIL}，微信：{WECHAT}");
    let mut lift = Listing::new("N1", Side::Requirement, "电梯隐患提前发现", text.clone());
    lift.party.name = format!("示例物业（电话{MOBILE}）");
    lift.extra = vec![("备注".into(), format!("也可发邮件到{EMAIL}"))];
    lift.contacts = vec![
        contact(ContactKind::Phone, MOBILE),
        contact(ContactKind::Email, EMAIL),
        contact(ContactKind::Wechat, WECHAT),
    ];
    let visits = Listing::new("N2", Side::Requirement, "老人走访记录", "手机登记走访独居老人");
    let mut vibration = Listing::new("C1", Side::Capability, "电梯振动异常预警", text);
    vibration.contacts = lift.contacts.clone();
    let reports = Listing::new("C2", Side::Capability, "走访登记小程序", "走访独居老人用手机登记");
    vec![lift, visits, vibration, reports]
}

impl City {
    pub(crate) fn new() -> City {
        let mut store = Store::in_memory().unwrap();
        let now = Timestamp::now();
        let past = now - SignedDuration::from_hours(48);
        let key = |role: Role, scope: Scope| {
            let tenant = matches!(role, Role::Opc | Role::Publisher).then(|| "西湖".to_owned());
            NewKey { name: "甲".into(), role, tenant, scope, expires: None }
        };
        let mut secrets = Vec::new();
        let mut made = |who, new: NewKey, at| {
            let (key, secret) = store.new_key(&new, at).unwrap();
            secrets.push((who, secret.reveal().to_owned()));
            key
        };
        let opc = made(Who::Opc, key(Role::Opc, Scope::Write), now);
        made(Who::Publisher, key(Role::Publisher, Scope::Write), now);
        made(Who::Organiser, key(Role::Organiser, Scope::Write), now);
        made(Who::Admin, key(Role::Admin, Scope::Write), now);
        made(Who::Reader, key(Role::Admin, Scope::Read), now);
        let short =
            NewKey { expires: Some(past + SignedDuration::from_hours(1)), ..key(Role::Admin, Scope::Write) };
        made(Who::Expired, short, past);
        let revoked = made(Who::Revoked, key(Role::Admin, Scope::Write), past);
        secrets.push((Who::Stranger, format!("opk_{}", "0".repeat(64))));
        secrets.push((Who::Garbled, String::new()));
        store.revoke_key(&revoked.id, now).unwrap();
        let own = Listing {
            owner: Some(opc.account.clone()),
            ..draft("D3", Side::Capability, "水质看板", "西湖")
        };
        let drafts = [
            draft("D1", Side::Requirement, "西湖的水质草稿", "西湖"),
            draft("D2", Side::Requirement, "上城的水质草稿", "上城"),
            own,
            draft("D4", Side::Capability, "上城的水质能力", "上城"),
        ];
        store.put(&[published(), drafts.to_vec()].concat(), &Author::default()).unwrap();
        let limits = Limits { rates: None, ..Limits::default() };
        let app = app_in(store).with_limits(limits).with_keys();
        City { service: router(app.clone()), app, secrets, opc }
    }

    pub(crate) fn secret(&self, who: Who) -> Option<&str> {
        self.secrets.iter().find(|(known, _)| *known == who).map(|(_, secret)| secret.as_str())
    }

    pub(crate) fn request(&self, who: Who, method: Method, uri: &str) -> Builder {
        let request = Request::builder().method(method).uri(uri);
        match self.secret(who) {
            Some(secret) => request.header(header::AUTHORIZATION, format!("Bearer {secret}")),
            None => request,
        }
    }

    pub(crate) async fn ask(&self, who: Who, method: &str, uri: &str, body: Option<Value>) -> Answer {
        let request = self.request(who, method.parse().unwrap(), uri);
        let request = match body {
            Some(body) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
            }
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        send(&self.service, request).await
    }
}
