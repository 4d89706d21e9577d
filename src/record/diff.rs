//! What was changed between two states of a listing.

use serde::Serialize;
use serde_json::Value;

use crate::domain::{Listing, PublicListing};

/// One field that differs; contacts are masked or left out on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct FieldChange {
    /// As in the JSON of a listing.
    pub field: String,
    /// Before; null for nothing, and for contacts, which are not shown.
    pub was: Value,
    /// After.
    pub is: Value,
}

/// The fields in which two states differ, in the order of their names. `None` is a
/// state in which the listing is not there.
pub fn diff(was: Option<&Listing>, is: Option<&Listing>) -> Vec<FieldChange> {
    let fields = |listing: Option<&Listing>| match listing.map(PublicListing::from).map(serde_json::to_value)
    {
        Some(Ok(Value::Object(fields))) => fields,
        _ => serde_json::Map::new(),
    };
    let (before, after) = (fields(was), fields(is));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let at =
        |fields: &serde_json::Map<String, Value>, name: &str| fields.get(name).cloned().unwrap_or_default();
    let mut changes: Vec<FieldChange> = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| FieldChange { field: name.clone(), was: at(&before, name), is: at(&after, name) })
        .collect();
    if let (Some(was), Some(is)) = (was, is)
        && was.contacts != is.contacts
    {
        changes.push(FieldChange { field: "contacts".into(), was: Value::Null, is: Value::Null });
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Contact, ContactKind, Side};

    #[test]
    fn only_what_differs_is_told_and_no_contact_is_shown() {
        let was = Listing::new("N1", Side::Requirement, "泵站巡检", "联系人：张三丰，电话 13800000000");
        assert_eq!(diff(Some(&was), Some(&was)), []);
        let mut is = was.clone();
        is.title = "泵站夜间巡检".into();
        is.text = "电话 13900000000".into();
        is.contacts.push(Contact { kind: ContactKind::Phone, value: "13700000000".into() });
        let changes = diff(Some(&was), Some(&is));
        let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(fields, ["has_contact", "text", "title", "contacts"]);
        let shown = serde_json::to_string(&changes).unwrap_or_default();
        assert!(
            shown.contains("泵站夜间巡检")
                && !shown.contains("1380")
                && !shown.contains("1390")
                && !shown.contains("1370")
        );
        assert!(diff(None, Some(&is)).iter().any(|change| change.field == "title" && change.was.is_null()));
        assert!(diff(Some(&is), None).iter().any(|change| change.field == "title" && change.is.is_null()));
    }
}
