//! What must hold before two parties may meet.

use serde::{Deserialize, Serialize};

use super::{Amount, Date};

/// Past work that a requirement asks to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PastContracts {
    /// How many, at least.
    pub count: u32,
    /// Each worth at least this, in yuan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each_worth: Option<Amount>,
}

/// A certificate, licence or filing, asked for or held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// As the listing names it.
    pub name: String,
    /// Last day it is valid, when stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
}

/// Entry thresholds that may not be set for one-person companies
/// (Hangzhou's rule of April 2026); kept so that the officer can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdKind {
    /// 办公面积.
    OfficeArea,
    /// 人员规模.
    Headcount,
    /// 注册资本.
    RegisteredCapital,
}

/// A stated entry threshold with the words that state it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Which one.
    pub kind: ThresholdKind,
    /// The words of the listing.
    pub quote: String,
}

/// Terms as one side states them.
///
/// On a requirement `Some(true)` is "demanded" and `Some(false)` "stated not to
/// be needed"; on a capability they are "holds" and "stated not to hold".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// An independent legal person or registered organisation. An OPC
    /// registered as a company is one; a natural person is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_person: Option<bool>,
    /// Requirement: past contracts to be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub past_contracts: Option<PastContracts>,
    /// Certificates asked for or held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<Certificate>,
    /// 数据不出域, 私有部署: data stays on the requirement's site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_stays_on_site: Option<bool>,
    /// 驻场: presence on site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_site: Option<bool>,
    /// Requirement: stated thresholds that may not be set for an OPC.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Threshold>,
}
