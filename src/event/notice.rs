//! Something the organiser should know, in both languages.

use serde::Serialize;

/// A sentence for the organiser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Notice {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Notice {
    pub(super) fn new(zh: impl Into<String>, en: impl Into<String>) -> Notice {
        Notice { zh: zh.into(), en: en.into() }
    }
}
