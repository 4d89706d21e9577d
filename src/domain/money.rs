//! Amounts of money, held as whole hundredths so that 45802.15 stays exact.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Hundredths of one unit of a currency (分 for yuan, cents for dollars).
///
/// In JSON it is a plain number of whole units: `45802.15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
#[schema(value_type = f64, minimum = 0, example = 45802.15)]
pub struct Amount(pub i64);

impl Amount {
    /// The largest amount accepted, 10¹³ units: ten thousand times a large city's yearly
    /// budget, and still exact as an `f64` of hundredths.
    pub const MAX: Amount = Amount(1_000_000_000_000_000);

    /// From whole units (yuan); `None` when negative, not finite or beyond [`Amount::MAX`].
    pub fn from_units(units: f64) -> Option<Amount> {
        let hundredths = (units * 100.0).round();
        (hundredths.is_finite() && hundredths >= 0.0 && hundredths <= Self::MAX.0 as f64)
            .then_some(Amount(hundredths as i64))
    }

    /// In whole units (yuan).
    pub fn units(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl fmt::Display for Amount {
    /// Chinese business style: `45802.15`, `16.9万`, `1.2亿`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = self.units();
        if self.0 >= 10_000_000_000 && self.0 % 1_000_000 == 0 {
            write!(f, "{}亿", units / 1e8)
        } else if self.0 >= 1_000_000 && self.0 % 1_000 == 0 {
            write!(f, "{}万", units / 1e4)
        } else {
            write!(f, "{units}")
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 { s.serialize_i64(self.0 / 100) } else { s.serialize_f64(self.units()) }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let units = f64::deserialize(d)?;
        Amount::from_units(units).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "an amount must lie between 0 and {} units, got {units}",
                Amount::MAX.units()
            ))
        })
    }
}

/// The currencies met in the lists; amounts of different ones are never compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Yuan, 人民币: what an amount without a sign means.
    #[default]
    Cny,
    /// Hong Kong dollar, 港元.
    Hkd,
    /// Macao pataca, 澳门元.
    Mop,
    /// New Taiwan dollar, 新台币.
    Twd,
    /// United States dollar, 美元.
    Usd,
    /// Euro, 欧元.
    Eur,
}

impl Currency {
    /// The Chinese word after an amount: 元, 港元, ….
    pub fn word(self) -> &'static str {
        match self {
            Currency::Cny => "元",
            Currency::Hkd => "港元",
            Currency::Mop => "澳门元",
            Currency::Twd => "新台币",
            Currency::Usd => "美元",
            Currency::Eur => "欧元",
        }
    }

    /// ISO 4217 code.
    pub fn code(self) -> &'static str {
        match self {
            Currency::Cny => "CNY",
            Currency::Hkd => "HKD",
            Currency::Mop => "MOP",
            Currency::Twd => "TWD",
            Currency::Usd => "USD",
            Currency::Eur => "EUR",
        }
    }
}

/// What a listing says about money. A requirement's `high` is its ceiling (预算);
/// a capability's `low` is its floor (起价). Either end may be open.
///
/// A listing that says nothing has no `Money` at all; 面议 is a `Money` with
/// `negotiable` set and both ends open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Least amount, in the currency's units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<Amount>,
    /// Greatest amount, in the currency's units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Amount>,
    /// Currency of both ends.
    #[serde(default)]
    pub currency: Currency,
    /// Open to negotiation (面议).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub negotiable: bool,
    /// What one amount buys when it is not the whole job: 篇, 月, 人天, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<String>,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.currency.word();
        match (self.low, self.high) {
            (Some(low), Some(high)) if low == high => write!(f, "{low}{word}")?,
            (Some(low), Some(high)) => write!(f, "{low}–{high}{word}")?,
            (Some(low), None) => write!(f, "{low}{word}起")?,
            (None, Some(high)) => write!(f, "不超过{high}{word}")?,
            (None, None) => return f.write_str("面议"),
        }
        if let Some(per) = &self.per {
            write!(f, "/{per}")?;
        }
        if self.negotiable {
            f.write_str("（可议）")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_survive_json_to_the_last_fen() {
        for (json, fen) in [("45802.15", 4_580_215), ("500000", 50_000_000), ("0", 0)] {
            let amount: Amount = serde_json::from_str(json).unwrap();
            assert_eq!(amount, Amount(fen));
            assert_eq!(serde_json::to_string(&amount).unwrap(), json);
        }
        assert!(serde_json::from_str::<Amount>("-1").is_err());
        assert!(serde_json::from_str::<Amount>("1e300").is_err());
    }

    #[test]
    fn money_reads_as_a_notice_would_write_it() {
        let money = |low: Option<f64>, high: Option<f64>| Money {
            low: low.and_then(Amount::from_units),
            high: high.and_then(Amount::from_units),
            ..Money::default()
        };
        for (money, shown) in [
            (money(None, Some(169_000.0)), "不超过16.9万元"),
            (money(Some(200_000.0), Some(500_000.0)), "20万–50万元"),
            (money(Some(800.0), None), "800元起"),
            (money(Some(120_000_000.0), Some(120_000_000.0)), "1.2亿元"),
            (money(None, None), "面议"),
        ] {
            assert_eq!(money.to_string(), shown);
        }
    }
}
