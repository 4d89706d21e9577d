//! Text as it may be shown on a sheet: masked, and without characters that are not seen.

use crate::domain::mask_contacts;

/// Masks contacts, after taking out what could hide them or set its neighbours
/// in disorder: control characters other than the line break, marks that turn
/// the direction of writing, and blanks of no width. What joins emoji stays.
pub fn legible(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let seen: String = text
        .chars()
        .filter_map(|c| match c {
            '\t' | '\u{2028}' | '\u{2029}' | '\u{85}' => Some(' '),
            '\n' => Some('\n'),
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' => None,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect();
    mask_contacts(&seen)
}

/// [`legible`] on one line.
pub(super) fn one_line(text: &str) -> String {
    legible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `most` characters; what is cut off is marked.
pub(super) fn clipped(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    // An emoji of several characters is not cut in two.
    let mut kept: Vec<char> = text.chars().take(most.saturating_sub(1)).collect();
    while kept.last().is_some_and(|c| matches!(c, '\u{200d}' | '\u{fe0f}')) {
        kept.pop();
    }
    kept.into_iter().chain(std::iter::once('…')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_hides_nothing() {
        for (text, seen) in [
            ("致电138\u{202e}0013\u{200b}8000。", "致电***********。"),
            ("一行\r\n二行\r三行", "一行\n二行\n三行"),
            (
                "家\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
                "家\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            ),
            ("a\u{0}b\tc\u{7}", "ab c"),
            ("", ""),
        ] {
            assert_eq!(legible(text), seen);
        }
        assert_eq!(one_line(" 一\r\n 二\u{3000}三 "), "一 二 三");
    }

    #[test]
    fn a_cut_is_marked() {
        assert_eq!(clipped("一二三四", 4), "一二三四");
        assert_eq!(clipped("一二三四五", 4), "一二三…");
        assert_eq!(clipped("一\u{1f468}\u{200d}\u{1f469}", 4), "一\u{1f468}\u{200d}\u{1f469}");
        assert_eq!(clipped("一\u{1f468}\u{200d}\u{1f469}四", 4), "一\u{1f468}…");
    }
}
