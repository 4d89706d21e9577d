//! Where work is asked for or offered.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place as far as it is stated, by the official full names (浙江省, 杭州市, 西湖区).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Region {
    /// Province, municipality, autonomous or special administrative region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// Prefecture-level city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// District or county.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Requirement: delivery from elsewhere is fine. Capability: delivers elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<bool>,
}

impl Region {
    /// Whether any part of the place is stated.
    pub fn is_stated(&self) -> bool {
        self.province.is_some() || self.city.is_some() || self.district.is_some()
    }

    /// Whether the two places agree in the finest part that both state;
    /// `None` when they share no stated part.
    pub fn agrees_with(&self, other: &Region) -> Option<bool> {
        let mut answer = None;
        for (mine, theirs) in [(&self.province, &other.province), (&self.city, &other.city)] {
            if let (Some(mine), Some(theirs)) = (mine, theirs) {
                if mine != theirs {
                    return Some(false);
                }
                answer = Some(true);
            }
        }
        answer
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = "";
        for part in [&self.province, &self.city, &self.district].into_iter().flatten() {
            if part != last {
                f.write_str(part)?;
            }
            last = part;
        }
        Ok(())
    }
}
