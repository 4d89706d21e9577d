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

fn chinese(text: &str) -> Option<f64> {
    let (mut total, mut section, mut digit) = (0f64, 0f64, None::<f64>);
    let mut any = false;
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
                continue;
            }
            '万' | '亿' => {
                let unit = if c == '万' { 1e4 } else { 1e8 };
                let part = section + digit.take().unwrap_or(0.0);
                total = if c == '亿' { (total + part) * unit } else { total + part * unit };
                section = 0.0;
                continue;
            }
            _ => return None,
        };
        // 二〇二六: digits in a row are a year, not a sum.
        digit = Some(match digit {
            Some(before) if before != 0.0 || value == 0.0 => before * 10.0 + value,
            _ => value,
        });
    }
    any.then(|| total + section + digit.unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("", None),
            ("若干", None),
        ] {
            assert_eq!(number(text), value, "{text}");
        }
    }
}
