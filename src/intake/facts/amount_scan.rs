//! Finds amounts in folded text, whatever they are for.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::numeral::{CHINESE, neighbours, number};
use super::span::{after, any, before};
use crate::domain::{Amount, Currency};

/// Which side of the truth an amount states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::intake) enum Bound {
    Exactly,
    AtMost,
    AtLeast,
}

/// One amount or range of amounts.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::intake) struct Found {
    pub(in crate::intake) span: Range<usize>,
    pub(in crate::intake) low: f64,
    pub(in crate::intake) high: f64,
    pub(in crate::intake) currency: Currency,
    /// A currency is named.
    pub(in crate::intake) named: bool,
    /// 万, 亿 and the like are written.
    pub(in crate::intake) scaled: bool,
    pub(in crate::intake) bound: Bound,
    pub(in crate::intake) per: Option<String>,
}

impl Found {
    pub(super) fn is_range(&self) -> bool {
        self.low != self.high
    }

    /// The amounts as whole hundredths; `None` beyond what the house accepts.
    pub(super) fn amounts(&self) -> Option<(Amount, Amount)> {
        Some((Amount::from_units(self.low)?, Amount::from_units(self.high)?))
    }
}

const FIGURES: &str = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?";
const SCALE: &str = "千万|百万|十万|万|亿|千|k|w";
const BEFORE: &str = r"人民币|rmb|cny|¥|hk\$|hkd|港币|nt\$|ntd|twd|新台币|台币|us\$|usd|美元|\$|€|eur|欧元|澳门币|葡币|mop|日元|英镑|港纸";
const WORD: &str = "元|圆|块钱|块|人民币|rmb|cny|yuan|港元|港币|hkd|美元|美金|usd|dollars|dollar|欧元|euros|eur|新台币|台币|twd|ntd";

static AMOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?P<pre>{BEFORE})?(?:约|大约)?\s*(?P<n1>{FIGURES}|{CHINESE})\s*(?P<m1>{SCALE})?(?:余|多)?\s?(?P<c1>{WORD})?(?:\((?:不?含税)\))?(?:\s*(?:-|~|至|到|to)\s*(?:{BEFORE})?\s*(?P<n2>{FIGURES}|{CHINESE})\s*(?P<m2>{SCALE})?(?:余|多)?\s?(?P<c2>{WORD})?)?"
    ))
    .ok()
});

/// What one amount can buy, longest first.
const PER: &str = "人天|人日|人月|工作日|小时|课时|分钟|平方米|平米|㎡|千字|万字|学期|季度|公里|学生|账号|席位|终端|设备|站点|条|篇|次|场|份|件|个|台|套|张|户|人|家|字|页|季|单|店|点|路|站|位|节|期|天|日|周|月|年|集|幅|首|部|项|门|科|亩|吨|盒|本|面|眼|题|款|只|头|棵|株|米|层|栋|间|桌|辆|艘|班|堂|届|段|轮|批|版|秒|month|mo|year|yr|day|hour|hr|user|seat|item|page";

static PER_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"^(?:\([^)]{{0,6}}\))?\s*(?:起|左右)?\s*(?:/|每|一)\s*(?:每|一)?个?(?P<per>(?:{PER})(?:[·/](?:{PER}))?)"))
        .ok()
});
/// What may stand between the unit and the amount: 每篇收费20元.
const PRICED: &str =
    "(?:收费|费用|报酬|价格|价|支付|给|约|为|:|大概|最低|,|计费|别超过|不超过|不高于|最多)*$";

static PER_BEFORE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        format!("(?:每|单|按)(?P<per>{PER}){PRICED}"),
        format!("一个?(?P<per>站点|路|件|条|篇|次|台|套|户|家|人|首|款|点|张|页|场){PRICED}"),
        format!("(?P<per>年|月|季)费(?:制|:|为)?{PRICED}"),
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// Amounts read of one text. Real ones hold a few; what is compared pair by pair
/// must not grow with a text made to be slow.
const MAX_FOUND: usize = 200;

/// Every amount in the text. A number counts only when something says it is
/// money: a currency, or a scale such as 万 that no other noun follows.
pub(in crate::intake) fn amounts_in(text: &str) -> Vec<Found> {
    if !text.contains([
        '元', '万', '亿', '块', '圆', '¥', '$', '€', '币', '金', 'k', 'w', 'r', 'u', 'c', 'n', 't', 'h', 'e',
    ]) {
        return Vec::new();
    }
    scan(text, false)
}

/// As [`amounts_in`], but plain numbers count as well: for cells of an amount column.
pub(super) fn amounts_in_cell(text: &str) -> Vec<Found> {
    scan(text, true)
}

fn scan(text: &str, plain_numbers: bool) -> Vec<Found> {
    let Some(pattern) = AMOUNT.as_ref() else { return Vec::new() };
    let found = pattern.captures_iter(text);
    found.filter_map(|found| amount(text, &found, plain_numbers)).take(MAX_FOUND).collect()
}

fn amount(text: &str, found: &Captures<'_>, plain_numbers: bool) -> Option<Found> {
    let group = |name: &str| found.name(name).map(|m| m.as_str());
    let whole = found.get(0)?;
    let mut span = whole.range();
    let number_start = found.name("n1")?.start();
    // The tail of another number: "6 0万元", "v2.50".
    let lead = text[..number_start].trim_end();
    if found.name("pre").is_none()
        && lead.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))
        && !lead.ends_with(", ")
    {
        let joined = lead.ends_with(|c: char| c.is_ascii_digit());
        if joined || text[..number_start].ends_with('.') {
            return None;
        }
    }
    let (c1, c2) = (group("c1"), group("c2"));
    let mut n2 = group("n2").and_then(number);
    // "5万元至2026年": what follows the dash is no money unless it says so.
    if n2.is_some() && c2.is_none() && group("m2").is_none() && (c1.is_some() || !plain_numbers) {
        n2 = None;
        span.end = found.name("c1").or(found.name("m1")).or(found.name("n1"))?.end();
    }
    let tail = &text[span.end..];
    let last_word = if n2.is_some() { c2 } else { c1 };
    let word_is_money = last_word.is_none_or(|word| money_word(word, tail));
    // Currencies that the house does not know are better not read than misread.
    if group("pre").is_some_and(|word| ["澳门币", "葡币", "mop", "日元", "英镑"].contains(&word)) {
        return None;
    }
    let mark = group("pre").or(if word_is_money { c1.or(c2) } else { None });
    let last_scale = if n2.is_some() { group("m2") } else { group("m1") };
    let scale_is_money =
        last_scale.is_some_and(|scale| last_word.is_some() || scale_stands_alone(scale, tail));
    let chinese_scale = group("n1").is_some_and(|n| n.contains(['万', '亿']));
    if mark.is_none() {
        let alone = chinese_scale && last_word.is_none() && scale_stands_alone("万", tail);
        if !word_is_money || !(plain_numbers || scale_is_money || alone) {
            return None;
        }
        if plain_numbers
            && last_scale.is_none()
            && !chinese_scale
            && tail.starts_with(|c: char| c.is_ascii_alphabetic() || c == '年' || c == '%')
        {
            return None;
        }
    }
    let (s1, s2) = (group("m1").map(scale), group("m2").map(scale));
    let first_number = group("n1")?;
    let range = if n2.is_none() { neighbours(first_number) } else { None };
    let first = match range {
        Some((low, _)) => low,
        None => number(first_number)?,
    };
    let (low, high) = match n2 {
        _ if range.is_some() => {
            let scale = s1.unwrap_or(1.0);
            (first * scale, range.map_or(first, |(_, high)| high) * scale)
        }
        None => (first * s1.unwrap_or(1.0), first * s1.unwrap_or(1.0)),
        Some(second) => {
            let high = second * s2.unwrap_or(1.0);
            // 20-50万: the first number takes the scale of the second, unless that
            // turns the range round (8000-1万).
            let shared = first * s1.or(if c1.is_none() { s2 } else { None }).unwrap_or(1.0);
            (if shared <= high { shared } else { first * s1.unwrap_or(1.0) }, high)
        }
    };
    let (low, high) = if low <= high { (low, high) } else { (high, low) };
    let bound = bound(text, &span);
    let per = PER_AFTER
        .as_ref()
        .and_then(|p| p.captures(tail))
        .or_else(|| {
            let lead = before(text, span.start, 10);
            PER_BEFORE.iter().find_map(|pattern| pattern.captures(lead))
        })
        .and_then(|c| c.name("per").map(|m| m.as_str().to_owned()));
    Some(Found {
        low,
        high,
        currency: mark.map_or(Currency::Cny, currency),
        named: mark.is_some(),
        scaled: last_scale.is_some() || s1.is_some() || chinese_scale,
        bound,
        per,
        span,
    })
}

/// 元 in 元件 and 块 in 两块屏 are no money.
fn money_word(word: &str, tail: &str) -> bool {
    match word {
        "元" | "圆" => !tail.starts_with([
            '素', '件', '器', '宇', '数', '旦', '年', '组', '学', '化', '模', '老', '首', '气', '形',
        ]),
        "块" => tail
            .chars()
            .next()
            .is_none_or(|c| c.is_ascii_punctuation() || matches!(c, '。' | '、' | '左' | '以' | '一' | '每')),
        word if word.is_ascii() => !tail.starts_with(|c: char| c.is_ascii_alphanumeric()),
        _ => true,
    }
}

/// Whether nothing that is counted follows: 5万 or 5万以内, but not 5万条.
fn scale_stands_alone(scale: &str, tail: &str) -> bool {
    if matches!(scale, "千" | "k" | "w") && tail.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return false;
    }
    match tail.chars().next() {
        None => true,
        Some(c) if c.is_ascii_punctuation() || c.is_whitespace() => {
            !tail.starts_with(['%', '+']) || scale != "千"
        }
        Some('。' | '、' | '…' | '》' | ']') => true,
        Some(_) => [
            "以内",
            "以下",
            "以上",
            "左右",
            "上下",
            "之内",
            "起",
            "封顶",
            "每",
            "的预算",
            "的费用",
            "预算",
            "内",
            "到",
            "至",
            "出头",
            "打底",
            "包干",
            "搞定",
            "含税",
        ]
        .iter()
        .any(|word| tail.starts_with(word)),
    }
}

fn scale(word: &str) -> f64 {
    match word {
        "千" | "k" => 1e3,
        "万" | "w" => 1e4,
        "十万" => 1e5,
        "百万" => 1e6,
        "千万" => 1e7,
        _ => 1e8,
    }
}

/// The currency of a word or sign.
pub(super) fn currency(word: &str) -> Currency {
    match word {
        "hk$" | "hkd" | "港币" | "港元" => Currency::Hkd,
        "nt$" | "ntd" | "twd" | "新台币" | "台币" => Currency::Twd,
        "us$" | "usd" | "$" | "美元" | "美金" | "dollar" | "dollars" => Currency::Usd,
        "€" | "eur" | "欧元" | "euros" => Currency::Eur,
        _ => Currency::Cny,
    }
}

fn bound(text: &str, span: &Range<usize>) -> Bound {
    let (lead, tail) = (before(text, span.start, 8), after(text, span.end, 5));
    let tail =
        tail.trim_start_matches(['(', ')', ' ']).trim_start_matches("含税)").trim_start_matches("人民币");
    let begins = |words: &[&str]| words.iter().any(|word| tail.starts_with(word));
    // The negated forms hold the plain ones: 不低于 holds 低于.
    if any(lead, &["不超", "别超", "不能超", "不得超", "不要超", "不高于", "不多于", "不大于"])
    {
        Bound::AtMost
    } else if any(lead, &["不低于", "不少于", "不小于", "不得低于", "不得少于"]) {
        Bound::AtLeast
    } else if any(
        lead,
        &[
            "低于",
            "小于",
            "最多",
            "至多",
            "最高",
            "上限",
            "≤",
            "<",
            "控制在",
            "限价",
            "within",
            "up to",
            "max",
            "under",
        ],
    ) || begins(&["以内", "以下", "之内", "内", "封顶"])
    {
        Bound::AtMost
    } else if any(lead, &["至少", "≥", ">", "最低", "高于", "超过", "大于", "起价", "达到", "低至", "from"])
        || begins(&["以上", "及以上", "起", "+", "打底"])
    {
        Bound::AtLeast
    } else {
        Bound::Exactly
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::facts::Folded;

    #[test]
    fn amounts_are_found_with_their_bounds() {
        use Bound::{AtLeast, AtMost, Exactly};
        for (text, wanted) in [
            ("169580元", vec![(169_580.0, 169_580.0, Exactly)]),
            ("16.9万元", vec![(169_000.0, 169_000.0, Exactly)]),
            ("预算 ５０ 万", vec![(500_000.0, 500_000.0, Exactly)]),
            ("不超过100万元", vec![(1e6, 1e6, AtMost)]),
            ("20-50万元", vec![(200_000.0, 500_000.0, Exactly)]),
            ("20万元至50万元", vec![(200_000.0, 500_000.0, Exactly)]),
            ("8000-1万元", vec![(8000.0, 10_000.0, Exactly)]),
            ("1.2亿", vec![(1.2e8, 1.2e8, Exactly)]),
            ("五十万元整", vec![(500_000.0, 500_000.0, Exactly)]),
            ("叁拾万元", vec![(300_000.0, 300_000.0, Exactly)]),
            ("两千块钱", vec![(2000.0, 2000.0, Exactly)]),
            ("¥3,000起", vec![(3000.0, 3000.0, AtLeast)]),
            ("12万以内", vec![(120_000.0, 120_000.0, AtMost)]),
            ("金额不低于50万元", vec![(500_000.0, 500_000.0, AtLeast)]),
            ("别超过两百元", vec![(200.0, 200.0, AtMost)]),
            ("费用一万二", vec![(12_000.0, 12_000.0, Exactly)]),
            ("大概四五万吧", vec![]),
            ("四五万元", vec![(40_000.0, 50_000.0, Exactly)]),
            ("港币约三万元", vec![(30_000.0, 30_000.0, Exactly)]),
            ("澳门币二千八百元", vec![]),
            ("预算大概3w", vec![(30_000.0, 30_000.0, Exactly)]),
            ("处理5万条数据，识别30万张图", vec![]),
            ("2026年8月1日至2026年9月", vec![]),
            ("多元一体、元宇宙、3元组", vec![]),
            ("金额不少于 6 0 万元", vec![]),
            ("HK$80,000", vec![(80_000.0, 80_000.0, Exactly)]),
            ("5万元至2026年底", vec![(50_000.0, 50_000.0, Exactly)]),
        ] {
            let folded = Folded::new(text);
            let got: Vec<_> =
                amounts_in(&folded.text).into_iter().map(|f| (f.low, f.high, f.bound)).collect();
            assert_eq!(got, wanted, "{text}");
        }
    }

    #[test]
    fn what_an_amount_buys_is_kept() {
        for (text, per) in [
            ("800元/次", Some("次")),
            ("每篇20元", Some("篇")),
            ("3000元每月", Some("月")),
            ("5万元", None),
            ("1500元/人天", Some("人天")),
            ("4000元一个月起", Some("月")),
            ("6元/户/月", Some("户/月")),
            ("每面1500元", Some("面")),
            ("年费8万元", Some("年")),
            ("一个站点3000元", Some("站点")),
            ("一期20万元", None),
        ] {
            assert_eq!(amounts_in(text)[0].per.as_deref(), per, "{text}");
        }
    }
}
