//! Decimal numbers as they are written, exactly.

use std::fmt;
use std::str::FromStr;

/// Exponents beyond this are refused: such a number is a slip.
const EXPONENT_MAX: i64 = 400;
/// More digits than this are no score.
const DIGITS_MAX: usize = 400;

/// A finite decimal number, exactly as written: 0.10, -1, 2.5e-3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Without leading and trailing zeros; empty for zero.
    digits: Vec<u8>,
    /// The place of the last digit: the value is digits × 10^exponent.
    exponent: i64,
}

/// Why a text is no number that can be a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not written as a number.
    #[error("不是数字；请写成 0.85、-1 或 1.2e-3 / not a number; write 0.85, -1 or 1.2e-3")]
    NotANumber,
    /// NaN or an infinity.
    #[error(
        "NaN 和无穷大不能作分数；不允许的组合请留空 / NaN and infinities are no scores; leave the cell blank to ban a pair"
    )]
    NotFinite,
    /// Beyond any sensible score.
    #[error("数字太大或太长；请换一个单位 / the number is too large or too long; use another unit")]
    TooLarge,
}

impl Decimal {
    /// Digits needed after the point.
    pub(super) fn places(&self) -> u32 {
        u32::try_from(-self.exponent).unwrap_or(0)
    }

    /// The value × 10^places, rounded half away from zero; `None` when it does not fit.
    pub(super) fn scaled(&self, places: u32) -> Option<i64> {
        let (whole, rest) = self.split(places)?;
        let up = rest.first().is_some_and(|&digit| digit >= 5);
        self.signed(whole.checked_add(i64::from(up))?)
    }

    /// The smallest integer at or above the value × 10^places; `None` when it does not fit.
    pub(super) fn scaled_up(&self, places: u32) -> Option<i64> {
        let (whole, rest) = self.split(places)?;
        let up = !self.negative && rest.iter().any(|&digit| digit > 0);
        self.signed(whole.checked_add(i64::from(up))?)
    }

    fn signed(&self, size: i64) -> Option<i64> {
        Some(if self.negative { -size } else { size })
    }

    /// Digits before and after the scaled point.
    fn split(&self, places: u32) -> Option<(i64, Vec<u8>)> {
        let shift = self.exponent + i64::from(places);
        let mut digits = self.digits.clone();
        let mut rest = Vec::new();
        if shift >= 0 {
            digits.extend(std::iter::repeat_n(0, usize::try_from(shift).ok()?));
        } else {
            let cut = usize::try_from(-shift).ok()?;
            if cut > digits.len() {
                // Zeros between the point and the first digit.
                rest = vec![0; cut - digits.len()];
            }
            rest.extend(digits.split_off(digits.len().saturating_sub(cut)));
        }
        let whole =
            digits.iter().try_fold(0i64, |sum, &digit| sum.checked_mul(10)?.checked_add(i64::from(digit)));
        Some((if self.digits.is_empty() { 0 } else { whole? }, rest))
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Decimal, DecimalError> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        if ["nan", "inf", "infinity", "#n/a", "#num!"].contains(&unsigned.to_ascii_lowercase().as_str()) {
            return Err(DecimalError::NotFinite);
        }
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            None => (unsigned, 0),
            Some((mantissa, power)) => (mantissa, exponent(power)?),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
            return Err(DecimalError::NotANumber);
        }
        let mut digits: Vec<u8> = whole
            .bytes()
            .chain(fraction.bytes())
            .map(|byte| byte - b'0')
            .skip_while(|&digit| digit == 0)
            .collect();
        let mut last = power - fraction.len() as i64;
        while digits.last() == Some(&0) {
            digits.pop();
            last += 1;
        }
        if digits.len() > DIGITS_MAX || last.abs() > EXPONENT_MAX {
            return if digits.is_empty() { Ok(Decimal::zero()) } else { Err(DecimalError::TooLarge) };
        }
        if digits.is_empty() {
            return Ok(Decimal::zero());
        }
        Ok(Decimal { negative: text.starts_with('-'), digits, exponent: last })
    }
}

impl Decimal {
    fn zero() -> Decimal {
        Decimal { negative: false, digits: Vec::new(), exponent: 0 }
    }
}

fn exponent(text: &str) -> Result<i64, DecimalError> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DecimalError::NotANumber);
    }
    // More digits than a number can hold: far beyond the limit either way.
    let size = unsigned.parse().unwrap_or(i64::from(i32::MAX));
    Ok(if text.starts_with('-') { -size } else { size }.clamp(-i64::from(i32::MAX), i64::from(i32::MAX)))
}

/// An integer counted in units of 10^-places, shown in full and without needless zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaled {
    pub(super) value: i64,
    pub(super) places: u32,
}

impl fmt::Display for Scaled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.value.unsigned_abs();
        let unit = 10u64.pow(self.places);
        let sign = if self.value < 0 { "-" } else { "" };
        let fraction = format!("{:0width$}", size % unit, width = self.places as usize);
        let fraction = if self.places == 0 { "" } else { fraction.trim_end_matches('0') };
        let point = if fraction.is_empty() { "" } else { "." };
        write!(out, "{sign}{}{point}{fraction}", size / unit)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_as_written() {
        let rows: &[(&str, u32, Option<i64>, Option<i64>)] = &[
            ("0", 0, Some(0), Some(0)),
            ("-0.0", 3, Some(0), Some(0)),
            ("0.10", 2, Some(10), Some(10)),
            ("+7", 1, Some(70), Some(70)),
            (".5", 0, Some(1), Some(1)),
            ("5.", 0, Some(5), Some(5)),
            ("-1", 9, Some(-1_000_000_000), Some(-1_000_000_000)),
            ("1.2e-3", 4, Some(12), Some(12)),
            ("2.5E+2", 0, Some(250), Some(250)),
            ("0.0000000004", 9, Some(0), Some(1)),
            ("0.0000000005", 9, Some(1), Some(1)),
            ("-0.0000000005", 9, Some(-1), Some(0)),
            ("0.04", 0, Some(0), Some(1)),
            ("1e-300", 9, Some(0), Some(1)),
            ("1e30", 0, None, None),
            ("0e999999999999", 0, Some(0), Some(0)),
        ];
        for &(text, places, rounded, up) in rows {
            let number: Decimal = text.parse().unwrap();
            assert_eq!((number.scaled(places), number.scaled_up(places)), (rounded, up), "{text}");
        }
    }

    #[test]
    fn no_numbers() {
        use DecimalError::{NotANumber, NotFinite, TooLarge};
        let rows = [
            ("", NotANumber),
            ("-", NotANumber),
            ("1,5", NotANumber),
            ("１", NotANumber),
            ("1e", NotANumber),
            ("1e1.5", NotANumber),
            ("--1", NotANumber),
            ("0x10", NotANumber),
            ("NaN", NotFinite),
            ("-inf", NotFinite),
            ("Infinity", NotFinite),
            ("1e99999999999999999999", TooLarge),
        ];
        for (text, error) in rows {
            assert_eq!(text.parse::<Decimal>(), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn shown_and_read_again(value in any::<i64>().prop_filter("no absolute", |v| *v != i64::MIN), places in 0u32..10) {
            let shown = Scaled { value, places }.to_string();
            let number: Decimal = shown.parse().unwrap();
            prop_assert!(number.places() <= places);
            prop_assert_eq!(number.scaled(places), Some(value));
            prop_assert!(!shown.contains('.') || !shown.ends_with(['0', '.']), "{}", shown);
        }
    }
}
