//! Days and spans of time that a listing states.

use serde::{Deserialize, Serialize};

/// A calendar day, without a time zone; JSON `"2026-09-30"`.
pub type Date = jiff::civil::Date;

/// Until when a listing can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// Until the end of this day.
    On(Date),
    /// 长期有效: stated to have no end.
    Open,
}

/// How soon the work is to be done (requirement) or is done (capability).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Within this many days of signing.
    WithinDays(u32),
    /// By this day.
    By(Date),
}

/// The dates of a listing; each `None` is "not stated".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Dates {
    /// Day of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// Last day to answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Deadline>,
    /// Time for the work itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
}
