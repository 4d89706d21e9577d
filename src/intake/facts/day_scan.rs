//! Finds days and spans of days in folded text.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::date;
use regex::{Captures, Regex};

use super::numeral::whole;
use super::span::any;
use crate::domain::Date;

/// A stretch of days: one day, a month, a quarter, a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::intake) struct Days {
    pub(in crate::intake) first: Date,
    pub(in crate::intake) last: Date,
}

impl Days {
    fn on(day: Date) -> Days {
        Days { first: day, last: day }
    }
}

/// Patterns, most telling first; the first that matches at a place wins. Beside
/// each stand words of which a text must hold one before the pattern is tried.
const PATTERNS: &[(&str, &[&str], Reader)] = &[
    (r"民国(\d{2,3})年(\d{1,2})月(\d{1,2})日", &["民国"], minguo),
    (
        r"((?:19|20)\d{2})\s?(?:年|-|/|\.)\s?(\d{1,2})\s?(?:月|-|/|\.)\s?(\d{1,2})(?:日|号)?",
        &["年", "-", "/", "."],
        year_month_day,
    ),
    (r"\b(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\b", &["20"], year_month_day),
    (r"\b(1[01]\d)[年/](\d{1,2})[月/](\d{1,2})日?", &["年", "/"], minguo),
    (
        r"((?:19|20)\d{2}|今|明|本|去|后)年(?:的)?(底|末|内|初|中|上半年|下半年|前三季度|第?[一二三四1-4]季度|q[1-4])",
        &["年"],
        year_part,
    ),
    (r"((?:19|20)\d{2})年?(上半年|下半年|第?[一二三四1-4]季度|q[1-4])", &["年", "季", "q"], year_part),
    (
        r"((?:19|20)\d{2}|今|明|本|去|后)(?:年|-|/|\.)(\d{1,2}|[一二三四五六七八九十]{1,3})(?:月份?|\b)(?:的)?(?:(\d{1,2})(?:日|号)|(底|末|初|上旬|中旬|下旬|中))?",
        &["年", "-", "/", "."],
        year_month,
    ),
    (
        r"()(\d{1,2}|[一二三四五六七八九十]{1,3})月份?(?:(\d{1,2}|[一二三四五六七八九十]{1,3})(?:日|号)|(底|末|初|上旬|中旬|下旬|中))?",
        &["月"],
        year_month,
    ),
    (r"(本|这个?|当|下个?|次)?月(底|末|初|中旬|内)", &["月"], this_month),
    (r"(本|这|下)(?:个)?(?:周|星期|礼拜)([一二三四五六日天末])", &["周", "星期", "礼拜"], week_day),
    (r"(年)(底|末|内)", &["年"], year_part),
    (
        r"(明年|今年)?(元旦|春节|过年|年前|清明|五一|劳动节|六一|儿童节|端午|中秋|国庆|十一|双十一|双11|双十二|双12|圣诞|寒假|暑假|开学)(?:节)?(?:假期)?(?:前|之前|以前)",
        &["前"],
        festival,
    ),
    (
        r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(20\d{2})",
        &["20"],
        month_name_first,
    ),
    (
        r"(\d{1,2})(?:st|nd|rd|th)?\s+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(20\d{2})",
        &["20"],
        day_first,
    ),
    (
        r"()(?:end of )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(20\d{2})",
        &["20"],
        day_first,
    ),
];

type Reader = fn(&Captures<'_>, Date) -> Option<Days>;

static COMPILED: LazyLock<Vec<(Regex, &[&str], Reader)>> = LazyLock::new(|| {
    let compiled =
        PATTERNS.iter().map(|(pattern, needs, reader)| Some((Regex::new(pattern).ok()?, *needs, *reader)));
    compiled.flatten().collect()
});

/// One stretch of days with its place in the text.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::intake) struct Found {
    pub(in crate::intake) span: Range<usize>,
    pub(in crate::intake) days: Days,
}

/// Days read of one text by each pattern; see the limit on amounts.
const MAX_FOUND: usize = 100;

/// Every day in the text, in order. Days without a year are the next such day
/// from 60 days before `base` on: a list published in January may still speak of December.
pub(in crate::intake) fn days_in(text: &str, base: Date) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (pattern, needs, reader) in COMPILED.iter() {
        if !any(text, needs) {
            continue;
        }
        for captures in pattern.captures_iter(text).take(MAX_FOUND) {
            let Some(whole) = captures.get(0) else { continue };
            let span = whole.range();
            let inside_number = text[..span.start].ends_with(|c: char| c.is_ascii_digit())
                || text[span.end..].starts_with(|c: char| c.is_ascii_digit())
                    && whole.as_str().ends_with(|c: char| c.is_ascii_digit());
            // 2026-02-30 is no day, and no month either.
            let goes_on = whole.as_str().ends_with(|c: char| c.is_ascii_digit())
                && text[span.end..]
                    .strip_prefix(['-', '/', '.'])
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            let taken = found.iter().any(|f| f.span.start < span.end && span.start < f.span.end);
            // 开学前后 is a time of the year, not an end.
            let around = whole.as_str().ends_with('前') && text[span.end..].starts_with('后');
            if inside_number || goes_on || around || taken {
                continue;
            }
            if let Some(days) = reader(&captures, base) {
                found.push(Found { span, days });
            }
        }
    }
    found.sort_by_key(|f| f.span.start);
    found
}

fn group<'a>(captures: &Captures<'a>, index: usize) -> &'a str {
    captures.get(index).map_or("", |m| m.as_str())
}

fn day_of(year: i16, month: u32, day: u32) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn year_month_day(c: &Captures<'_>, _: Date) -> Option<Days> {
    Some(Days::on(day_of(group(c, 1).parse().ok()?, whole(group(c, 2))?, whole(group(c, 3))?)?))
}

/// Years of the Republic, as Taiwan's lists count them: 115 is 2026.
fn minguo(c: &Captures<'_>, _: Date) -> Option<Days> {
    let year: i16 = group(c, 1).parse().ok()?;
    Some(Days::on(day_of(year + 1911, whole(group(c, 2))?, whole(group(c, 3))?)?))
}

fn year(word: &str, base: Date) -> Option<i16> {
    Some(match word {
        "今" | "本" | "年" | "今年" => base.year(),
        "明" | "明年" => base.year() + 1,
        "后" => base.year() + 2,
        "去" => base.year() - 1,
        digits => digits.parse().ok()?,
    })
}

fn months(year: i16, first: i8, last: i8) -> Option<Days> {
    Some(Days {
        first: Date::new(year, first, 1).ok()?,
        last: Date::new(year, last, 1).ok()?.last_of_month(),
    })
}

fn year_part(c: &Captures<'_>, base: Date) -> Option<Days> {
    let year = year(group(c, 1), base)?;
    match group(c, 2).trim_start_matches('第') {
        "底" | "末" => Some(Days::on(date(year, 12, 31))),
        "内" => Some(Days { first: date(year, 1, 1), last: date(year, 12, 31) }),
        "初" => months(year, 1, 1),
        "中" => months(year, 6, 6),
        "上半年" => months(year, 1, 6),
        "下半年" => months(year, 7, 12),
        "前三季度" => months(year, 1, 9),
        "一季度" | "1季度" | "q1" => months(year, 1, 3),
        "二季度" | "2季度" | "q2" => months(year, 4, 6),
        "三季度" | "3季度" | "q3" => months(year, 7, 9),
        _ => months(year, 10, 12),
    }
}

fn part_of_month(first: Date, part: &str) -> Option<Days> {
    let day = |n: i8| Date::new(first.year(), first.month(), n).ok();
    Some(match part {
        "底" | "末" => Days::on(first.last_of_month()),
        "初" => Days { first, last: day(5)? },
        "上旬" => Days { first, last: day(10)? },
        "中" => Days::on(day(15)?),
        "中旬" => Days { first: day(11)?, last: day(20)? },
        "下旬" => Days { first: day(21)?, last: first.last_of_month() },
        _ => Days { first, last: first.last_of_month() },
    })
}

fn year_month(c: &Captures<'_>, base: Date) -> Option<Days> {
    let month = whole(group(c, 2)).filter(|m| (1..=12).contains(m))?;
    let in_year = |year: i16| -> Option<Days> {
        match group(c, 3) {
            "" => part_of_month(day_of(year, month, 1)?, group(c, 4)),
            day => Some(Days::on(day_of(year, month, whole(day)?)?)),
        }
    };
    match group(c, 1) {
        "" => {
            let this = in_year(base.year())?;
            let earliest = base.checked_sub(60.days()).ok()?;
            if this.last < earliest { in_year(base.year() + 1) } else { Some(this) }
        }
        word => in_year(year(word, base)?),
    }
}

fn this_month(c: &Captures<'_>, base: Date) -> Option<Days> {
    let first = base.first_of_month();
    let first =
        if group(c, 1).starts_with(['下', '次']) { first.checked_add(1.month()).ok()? } else { first };
    part_of_month(first, group(c, 2).trim_start_matches('内'))
}

fn week_day(c: &Captures<'_>, base: Date) -> Option<Days> {
    let index = "一二三四五六日".chars().position(|d| group(c, 2).starts_with(d)).unwrap_or(6) as i64;
    let monday = base.checked_sub(i64::from(base.weekday().to_monday_zero_offset()).days()).ok()?;
    let weeks = if group(c, 1) == "下" { 1 } else { 0 };
    Some(Days::on(monday.checked_add((weeks * 7 + index).days()).ok()?))
}

/// Month and day.
type MonthDay = (i8, i8);

/// First days of 春节, 端午 and 中秋, which follow the moon; from the State Council's
/// holiday calendars and the Purple Mountain Observatory's tables.
const LUNAR: &[(i16, MonthDay, MonthDay, MonthDay)] = &[
    (2025, (1, 29), (5, 31), (10, 6)),
    (2026, (2, 17), (6, 19), (9, 25)),
    (2027, (2, 6), (6, 9), (9, 15)),
    (2028, (1, 26), (5, 28), (10, 3)),
    (2029, (2, 13), (6, 16), (9, 22)),
    (2030, (2, 3), (6, 5), (9, 12)),
];

/// The day before a festival, the next one from `base` on unless a year is named.
fn festival(c: &Captures<'_>, base: Date) -> Option<Days> {
    let lunar = |year: i16| LUNAR.iter().find(|row| row.0 == year);
    let in_year = |year: i16| -> Option<Date> {
        let (month, day) = match group(c, 2) {
            "元旦" => (1, 1),
            "春节" | "过年" | "年前" => lunar(year)?.1,
            "清明" => (4, 5),
            "五一" | "劳动节" => (5, 1),
            "六一" | "儿童节" => (6, 1),
            "端午" => lunar(year)?.2,
            "中秋" => lunar(year)?.3,
            "国庆" | "十一" => (10, 1),
            "双十一" | "双11" => (11, 11),
            "双十二" | "双12" => (12, 12),
            "圣诞" => (12, 25),
            "寒假" => (1, 20),
            "暑假" => (7, 1),
            _ => (9, 1),
        };
        Date::new(year, month, day).ok()?.yesterday().ok()
    };
    let day = match group(c, 1) {
        "" => (base.year() - 1..=base.year() + 2).filter_map(in_year).find(|day| *day >= base)?,
        word => in_year(year(word, base)?)?,
    };
    Some(Days::on(day))
}

fn month_by_name(name: &str) -> Option<u32> {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    names.iter().position(|n| *n == name).map(|at| at as u32 + 1)
}

fn month_name_first(c: &Captures<'_>, _: Date) -> Option<Days> {
    Some(Days::on(day_of(group(c, 3).parse().ok()?, month_by_name(group(c, 1))?, whole(group(c, 2))?)?))
}

fn day_first(c: &Captures<'_>, _: Date) -> Option<Days> {
    let (year, month) = (group(c, 3).parse().ok()?, month_by_name(group(c, 2))?);
    match group(c, 1) {
        "" => part_of_month(day_of(year, month, 1)?, ""),
        day => Some(Days::on(day_of(year, month, whole(day)?)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(COMPILED.len(), PATTERNS.len());
    }

    #[test]
    fn days_are_found_however_they_are_written() {
        let base = date(2026, 9, 10);
        for (text, first, last) in [
            ("2026-09-02", "2026-09-02", "2026-09-02"),
            ("2026年9月2日", "2026-09-02", "2026-09-02"),
            ("2026/9/2 09:00", "2026-09-02", "2026-09-02"),
            ("2026.09.02", "2026-09-02", "2026-09-02"),
            ("20260902", "2026-09-02", "2026-09-02"),
            ("2026年08月10日09时30分", "2026-08-10", "2026-08-10"),
            ("2026年9月底", "2026-09-30", "2026-09-30"),
            ("2026年9月", "2026-09-01", "2026-09-30"),
            ("2026-09", "2026-09-01", "2026-09-30"),
            ("2026年第三季度", "2026-07-01", "2026-09-30"),
            ("明年3月", "2027-03-01", "2027-03-31"),
            ("9月底前", "2026-09-30", "2026-09-30"),
            ("九月底", "2026-09-30", "2026-09-30"),
            ("10月15日", "2026-10-15", "2026-10-15"),
            ("3月15日", "2027-03-15", "2027-03-15"),
            ("12月中旬", "2026-12-11", "2026-12-20"),
            ("月底", "2026-09-30", "2026-09-30"),
            ("下个月底", "2026-10-31", "2026-10-31"),
            ("年底前", "2026-12-31", "2026-12-31"),
            ("元旦前", "2026-12-31", "2026-12-31"),
            ("春节前", "2027-02-05", "2027-02-05"),
            ("国庆节前", "2026-09-30", "2026-09-30"),
            ("下周五", "2026-09-18", "2026-09-18"),
            ("民国115年8月4日", "2026-08-04", "2026-08-04"),
            ("115/08/04", "2026-08-04", "2026-08-04"),
            ("sep 2, 2026", "2026-09-02", "2026-09-02"),
            ("2 september 2026", "2026-09-02", "2026-09-02"),
        ] {
            let found = days_in(text, base);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            let days = found[0].days;
            assert_eq!(
                (days.first.to_string().as_str(), days.last.to_string().as_str()),
                (first, last),
                "{text}"
            );
        }
        for text in ["2026年2月30日", "v1.2.3", "192.168.1.1", "项目A-12", "13800138000", "3个月"] {
            assert!(days_in(text, base).is_empty(), "{text}");
        }
    }
}
