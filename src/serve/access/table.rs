//! The table: which role each route asks for at least.

use axum::http::Method;
use serde_json::json;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ComponentsBuilder, OpenApi};

use crate::domain::Role;

use super::session::COOKIE;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Least {
    /// This role, or one that includes it.
    Role(Role),
    /// Whoever has listings of their own, for those; the store sees to it which.
    Own,
}

impl Least {
    pub(super) fn admits(self, role: Role) -> bool {
        match self {
            Least::Role(least) => role.includes(least),
            Least::Own => role.includes(Role::Opc) || role.includes(Role::Publisher),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Least::Role(role) => role.as_str(),
            Least::Own => "opc, publisher",
        }
    }

    fn said(self) -> String {
        match self {
            Least::Role(Role::Public) => "谁都可以 / anybody".to_owned(),
            Least::Role(role) => format!("{}以上 / {} or above", role.label(), role.english()),
            Least::Own => {
                "一人公司（自己的能力）、发布方（本区县的需求）以上 / a one-person company for its \
                own capabilities, a publisher for its district's requirements, or above"
                    .to_owned()
            }
        }
    }
}

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// Looks.
    Read,
    /// Takes out much at once, which is recorded.
    Export,
    /// Changes something, for which a key to look only will not do.
    Write,
    /// Signs in or out: anybody's business, with any key.
    Sign,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) least: Least,
    pub(super) does: Does,
}

const PUBLIC: Least = Least::Role(Role::Public);
const PUBLISHER: Least = Least::Role(Role::Publisher);
const ORGANISER: Least = Least::Role(Role::Organiser);
const ADMIN: Least = Least::Role(Role::Admin);

/// Every route with its methods; a HEAD counts as a GET. What is missing is refused,
/// and a test says so of whatever the API describes.
const TABLE: &[(&str, &str, Least, Does)] = &[
    ("GET", "/healthz", PUBLIC, Does::Read),
    ("GET", "/readyz", PUBLIC, Does::Read),
    ("GET", "/metrics", ADMIN, Does::Read),
    ("GET", "/api/v1/openapi.json", PUBLIC, Does::Read),
    ("GET", "/api/v1/health", PUBLIC, Does::Read),
    ("GET", "/api/v1/listings", PUBLIC, Does::Read),
    ("POST", "/api/v1/listings", Least::Own, Does::Write),
    ("GET", "/api/v1/listings/{side}/{id}", PUBLIC, Does::Read),
    ("PUT", "/api/v1/listings/{side}/{id}", Least::Own, Does::Write),
    ("DELETE", "/api/v1/listings/{side}/{id}", Least::Own, Does::Write),
    ("GET", "/api/v1/listings/{side}/{id}/matches", PUBLIC, Does::Read),
    ("POST", "/api/v1/cards", Least::Own, Does::Write),
    ("POST", "/api/v1/listings/review", PUBLIC, Does::Read),
    ("GET", "/api/v1/listings/{side}/{id}/review", Least::Own, Does::Read),
    ("POST", "/api/v1/listings/{side}/{id}/steps", Least::Own, Does::Write),
    ("GET", "/api/v1/listings/{side}/{id}/history", Least::Own, Does::Read),
    ("POST", "/api/v1/listings/{side}/{id}/restore", Least::Own, Does::Write),
    ("GET", "/api/v1/duplicates", ORGANISER, Does::Read),
    ("POST", "/api/v1/duplicates/merge", ORGANISER, Does::Write),
    ("POST", "/api/v1/import", PUBLISHER, Does::Write),
    ("GET", "/api/v1/imports", PUBLISHER, Does::Read),
    ("DELETE", "/api/v1/imports/{change}", PUBLISHER, Does::Write),
    // By the name of a run of one's own.
    ("GET", "/api/v1/runs/{run}", PUBLIC, Does::Read),
    ("DELETE", "/api/v1/runs/{run}", PUBLIC, Does::Read),
    ("POST", "/api/v1/matches", PUBLIC, Does::Read),
    ("POST", "/api/v1/raise", PUBLIC, Does::Read),
    ("POST", "/api/v1/partners", PUBLIC, Does::Read),
    ("GET", "/api/v1/pairs/{requirement}/{capability}", PUBLIC, Does::Read),
    ("GET", "/api/v1/pairs/{requirement}/{capability}/contacts", Least::Own, Does::Read),
    ("PUT", "/api/v1/pairs/{requirement}/{capability}/consent", Least::Own, Does::Write),
    ("GET", "/api/v1/decisions", PUBLISHER, Does::Read),
    ("GET", "/api/v1/decisions/{requirement}/{capability}", PUBLISHER, Does::Read),
    ("PUT", "/api/v1/decisions/{requirement}/{capability}", PUBLISHER, Does::Write),
    ("DELETE", "/api/v1/decisions/{requirement}/{capability}", PUBLISHER, Does::Write),
    ("GET", "/api/v1/searches", Least::Own, Does::Read),
    ("POST", "/api/v1/searches", Least::Own, Does::Write),
    ("DELETE", "/api/v1/searches/{id}", Least::Own, Does::Write),
    ("POST", "/api/v1/searches/{id}/test", Least::Own, Does::Write),
    ("GET", "/api/v1/inbox", Least::Own, Does::Read),
    ("POST", "/api/v1/inbox/seen", Least::Own, Does::Write),
    ("GET", "/api/v1/feeds/{secret}", PUBLIC, Does::Read),
    ("POST", "/api/v1/search", PUBLIC, Does::Read),
    ("GET", "/api/v1/overview", PUBLIC, Does::Read),
    ("GET", "/api/v1/export", ORGANISER, Does::Export),
    ("GET", "/api/v1/model", PUBLIC, Does::Read),
    ("POST", "/api/v1/model", ADMIN, Does::Write),
    ("DELETE", "/api/v1/model/switch", ADMIN, Does::Write),
    ("GET", "/api/v1/session", PUBLIC, Does::Sign),
    ("POST", "/api/v1/session", PUBLIC, Does::Sign),
    ("DELETE", "/api/v1/session", PUBLIC, Does::Sign),
    ("GET", "/api/v1/keys", ADMIN, Does::Read),
    ("POST", "/api/v1/keys", ADMIN, Does::Write),
    ("DELETE", "/api/v1/keys/{id}", ADMIN, Does::Write),
    ("GET", "/api/v1/audit", ADMIN, Does::Read),
    ("GET", "/api/v1/events", ORGANISER, Does::Read),
    ("POST", "/api/v1/events", ORGANISER, Does::Write),
    ("GET", "/api/v1/events/{id}", ORGANISER, Does::Read),
    ("PUT", "/api/v1/events/{id}", ORGANISER, Does::Write),
    ("DELETE", "/api/v1/events/{id}", ORGANISER, Does::Write),
    ("POST", "/api/v1/events/{id}/plan", ORGANISER, Does::Write),
    ("POST", "/api/v1/events/{id}/rest", ORGANISER, Does::Write),
    ("POST", "/api/v1/events/{id}/held", ORGANISER, Does::Write),
    ("POST", "/api/v1/events/{id}/edits", ORGANISER, Does::Write),
    ("GET", "/api/v1/events/{id}/options", ORGANISER, Does::Read),
    ("GET", "/api/v1/events/{id}/prices", ORGANISER, Does::Read),
    ("POST", "/api/v1/events/{id}/price", ORGANISER, Does::Read),
    ("GET", "/api/v1/events/{id}/runs/{run}", ORGANISER, Does::Read),
    ("DELETE", "/api/v1/events/{id}/runs/{run}", ORGANISER, Does::Read),
    ("GET", "/api/v1/events/{id}/teams", ORGANISER, Does::Read),
    ("GET", "/api/v1/events/{id}/follow-ups", ORGANISER, Does::Read),
    ("PUT", "/api/v1/events/{id}/follow-ups", ORGANISER, Does::Write),
    ("GET", "/api/v1/follow-up-summary", ORGANISER, Does::Read),
    ("GET", "/api/v1/events/{id}/day", ORGANISER, Does::Read),
    ("GET", "/api/v1/events/{id}/export", ORGANISER, Does::Export),
    ("GET", "/api/v1/events/{id}/calendar", ORGANISER, Does::Export),
    ("GET", "/api/v1/events/{id}/calendars", ORGANISER, Does::Export),
    ("GET", "/api/v1/events/{id}/print/{sheet}", ORGANISER, Does::Export),
];

/// The rule of a route and method, if there is one.
pub(super) fn rule(method: &Method, route: &str) -> Option<Rule> {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    let row = TABLE.iter().find(|(known, path, ..)| (*known, *path) == (method, route))?;
    Some(Rule { least: row.2, does: row.3 })
}

/// Says in the document what the table says.
pub(in crate::serve) fn described(mut document: OpenApi) -> OpenApi {
    for (method, route, least, _) in TABLE {
        let Some(item) = document.paths.paths.get_mut(*route) else { continue };
        let operation = match *method {
            "GET" => &mut item.get,
            "POST" => &mut item.post,
            "PUT" => &mut item.put,
            "DELETE" => &mut item.delete,
            _ => continue,
        };
        if let Some(operation) = operation {
            describe(operation, *least);
        }
    }
    let components = document.components.get_or_insert_with(|| ComponentsBuilder::new().build());
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("`opcmatch key new` makes one; it begins with `opk_`"))
        .build();
    components.add_security_scheme("key", SecurityScheme::Http(bearer));
    let cookie = ApiKeyValue::with_description(COOKIE, "Set by `POST /api/v1/session`");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    document
}

fn describe(operation: &mut Operation, least: Least) {
    let words = operation.description.take().unwrap_or_default();
    let space = if words.is_empty() { "" } else { "\n\n" };
    operation.description = Some(format!("{words}{space}角色 / role: {}", least.said()));
    let role = ExtensionsBuilder::new().add("x-least-role", json!(least.name())).build();
    match &mut operation.extensions {
        Some(extensions) => extensions.merge(role),
        none => *none = Some(role),
    }
    if least != PUBLIC {
        operation.security =
            Some(["key", "session"].map(|name| SecurityRequirement::new(name, [""; 0])).to_vec());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]
mod tests {
    use super::*;

    use std::collections::BTreeSet;

    /// A route that is not in the table is answered with 405 to everybody: add its row.
    #[test]
    fn the_table_names_every_route_once() {
        let document = serde_json::to_value(super::super::super::router::document()).unwrap();
        let mut described = BTreeSet::from([("GET".to_owned(), "/api/v1/openapi.json".to_owned())]);
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                if ["get", "post", "put", "delete", "patch"].contains(&method.as_str()) {
                    described.insert((method.to_uppercase(), path.clone()));
                }
            }
        }
        let rows: Vec<_> = TABLE.iter().map(|(m, path, ..)| ((*m).to_owned(), (*path).to_owned())).collect();
        let named: BTreeSet<_> = rows.iter().cloned().collect();
        assert_eq!(named.len(), rows.len(), "a row is there twice");
        assert_eq!(described.difference(&named).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
        assert_eq!(named.difference(&described).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
    }

    #[test]
    fn the_document_says_who_may() {
        let document = serde_json::to_value(super::super::super::router::document()).unwrap();
        for (method, path, least, _) in TABLE.iter().filter(|row| row.1 != "/api/v1/openapi.json") {
            let operation = &document["paths"][path][method.to_lowercase()];
            assert_eq!(operation["x-least-role"], least.name(), "{method} {path}");
            assert_eq!(operation["security"].is_array(), *least != PUBLIC, "{method} {path}");
            assert!(operation["description"].as_str().unwrap().contains("role: "), "{method} {path}");
        }
        assert_eq!(document["components"]["securitySchemes"]["key"]["scheme"], "bearer");
    }

    #[test]
    fn own_listings_are_for_whoever_may_have_some() {
        for (role, admitted) in [
            (Role::Public, false),
            (Role::Opc, true),
            (Role::Publisher, true),
            (Role::Organiser, true),
            (Role::Admin, true),
        ] {
            assert_eq!(Least::Own.admits(role), admitted, "{role}");
        }
        assert_eq!(rule(&Method::PATCH, "/api/v1/listings"), None);
        assert_eq!(rule(&Method::HEAD, "/api/v1/health").map(|rule| rule.least), Some(PUBLIC));
    }
}
