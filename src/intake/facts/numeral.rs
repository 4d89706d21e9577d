//! Numbers in figures and in Chinese characters.

/// Pattern of a Chinese number, everyday or as on cheques.
pub(super) const CHINESE: &str = "[零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾][零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]*";

/// Reads figures (with commas or a decimal point) or Chinese characters.
pub(super) fn number(text: &str) -> Option<f64> {
    let bare: String = text.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    if bare.starts_with(|c: char| c.is_ascii_digit()) {
        return bare.parse().ok().filter(|n: &f64| n.is_finite());
    }
    chinese(&bare)
}

/// A small whole number, as counts of days and contracts are.
pub(super) fn whole(text: &str) -> Option<u32> {
    let n = number(text)?;
    (n.fract() == 0.0 && (0.0..=1e6).contains(&n)).then_some(n as u32)
}

/// Two neighbours that mean "from one to the other": 四五万, 两三千. The rest of
/// the text scales both.
pub(super) fn neighbours(text: &str) -> Option<(f64, f64)> {
    let mut characters = text.char_indices();
    let (_, first) = characters.next()?;
    let (at, second) = characters.next()?;
    let digit = |c: char| chinese(c.encode_utf8(&mut [0; 4])).filter(|n| (1.0..=9.0).contains(n));
    let (low, high) = (digit(first)?, digit(second)?);
    let rest = &text[at + second.len_utf8()..];
    let scale = if rest.is_empty() { 1.0 } else { chinese(&format!("一{rest}"))? };
    (high == low + 1.0 && !rest.contains(|c| digit(c).is_some())).then_some((low * scale, high * scale))
}

fn chinese(text: &str) -> Option<f64> {
    let (mut total, mut section, mut digit) = (0f64, 0f64, None::<f64>);
    let mut any = false;
    // The unit just read: 一万二 is twelve thousand, 一万零二 is not.
    let mut last_unit = 1.0;
    let zeros = text.contains(['零', '〇']);
    for c in text.chars() {
        any = true;
        let value = match c {
            '零' | '〇' => 0.0,
            '一' | '壹' => 1.0,
            '二' | '两' | '贰' => 2.0,
            '三' | '叁' => 3.0,
            '四' | '肆' => 4.0,
            '五' | '伍' => 5.0,
            '六' | '陆' => 6.0,
            '七' | '柒' => 7.0,
            '八' | '捌' => 8.0,
            '九' | '玖' => 9.0,
            '十' | '拾' | '百' | '佰' | '千' | '仟' => {
                let unit = match c {
                    '十' | '拾' => 10.0,
                    '百' | '佰' => 100.0,
                    _ => 1000.0,
                };
                section += digit.take().unwrap_or(1.0) * unit;
                last_unit = unit;
                continue;
            }
            '万' | '亿' => {
                let unit = if c == '万' { 1e4 } else { 1e8 };
                let part = section + digit.take().unwrap_or(0.0);
                total = if c == '亿' { (total + part) * unit } else { total + part * unit };
                section = 0.0;
                last_unit = unit;
                continue;
            }
            _ => return None,
        };
        // 二〇二六: digits in a row are a year; 四五 is "four or five", no number.
        digit = Some(match digit {
            Some(before) if zeros || last_unit == 1.0 && text.chars().count() >= 4 => before * 10.0 + value,
            Some(before) if before != 0.0 => return None,
            _ => value,
        });
    }
    let short = if last_unit >= 100.0 && !zeros { last_unit / 10.0 } else { 1.0 };
    any.then(|| total + section + digit.unwrap_or(0.0) * short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_a_range() {
        assert_eq!(neighbours("四五万"), Some((40_000.0, 50_000.0)));
        assert_eq!(neighbours("两三千"), Some((2000.0, 3000.0)));
        assert_eq!(neighbours("五四万"), None);
        assert_eq!(neighbours("十五万"), None);
    }

    #[test]
    fn numbers_read_in_both_scripts() {
        for (text, value) in [
            ("1,234,567.8", Some(1_234_567.8)),
            ("五十", Some(50.0)),
            ("十二", Some(12.0)),
            ("一百零五", Some(105.0)),
            ("叁拾万", Some(300_000.0)),
            ("两千", Some(2000.0)),
            ("一亿二千万", Some(120_000_000.0)),
            ("三万五千", Some(35_000.0)),
            ("二〇二六", Some(2026.0)),
            ("一万二", Some(12_000.0)),
            ("三千五", Some(3500.0)),
            ("一百零五", Some(105.0)),
            ("四五", None),
            ("两三千", None),
            ("", None),
            ("若干", None),
        ] {
            assert_eq!(number(text), value, "{text}");
        }
    }
}
