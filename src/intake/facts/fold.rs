//! One form for all ways of writing the same words, with the way back.

use std::ops::Range;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// First and last character of the block that holds nearly all Chinese text.
const HAN: std::ops::RangeInclusive<u32> = 0x4E00..=0x9FFF;

/// Simplified form of every character of the block, one by one. Phrases do not
/// matter here: patterns need the same character, not the best one.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let converter = OpenCC::from_config(BuiltinConfig::T2s).ok();
    HAN.filter_map(char::from_u32)
        .map(|c| {
            let simplified =
                converter.as_ref().map(|converter| converter.convert(c.encode_utf8(&mut [0; 4])));
            simplified.and_then(|s| s.chars().next()).unwrap_or(c)
        })
        .collect()
});

/// Folds one character: width, case, traditional to simplified, kinds of dash and quote.
fn fold_char(c: char) -> char {
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        '\u{20}'..='\u{7E}' => c,
        '\u{FFE5}' => '¥',
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(c as u32 - 0xFEE0).map_or(c, |half| half.to_ascii_lowercase())
        }
        '\u{3000}' | '\u{A0}' | '\u{2002}'..='\u{200A}' | '\t' => ' ',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹣' => '-',
        '〜' | '∼' => '~',
        '【' | '〔' => '[',
        '】' | '〕' => ']',
        '“' | '”' | '〝' | '〞' => '"',
        '‘' | '’' => '\'',
        '\r' => '\n',
        c if HAN.contains(&(c as u32)) => {
            SIMPLIFIED.get((c as u32 - HAN.start()) as usize).copied().unwrap_or(c)
        }
        c => c,
    }
}

/// Folds text without keeping the way back; spaces stay.
pub(in crate::intake) fn fold_text(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// Folded text that knows where each of its bytes came from.
#[derive(Debug)]
pub(in crate::intake) struct Folded<'a> {
    /// The folded text.
    pub(in crate::intake) text: String,
    original: &'a str,
    /// Byte offset into the original for each byte of the folded text, and its end.
    origin: Vec<u32>,
}

impl<'a> Folded<'a> {
    /// Folds, leaving out spaces that touch a Chinese character or a full-width sign.
    pub(in crate::intake) fn new(original: &'a str) -> Folded<'a> {
        let mut text = String::with_capacity(original.len());
        let mut origin = Vec::with_capacity(original.len() + 1);
        let mut previous = '\n';
        let mut characters = original.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            let folded = fold_char(c);
            if folded == ' ' {
                let next = characters
                    .clone()
                    .map(|(_, next)| next)
                    .find(|next| fold_char(*next) != ' ')
                    .unwrap_or('\n');
                if joins(previous) || joins(next) || previous == ' ' {
                    continue;
                }
            }
            for _ in 0..folded.len_utf8() {
                origin.push(at as u32);
            }
            text.push(folded);
            previous = c;
        }
        origin.push(original.len() as u32);
        Folded { text, original, origin }
    }

    /// The original words of a span of the folded text.
    pub(in crate::intake) fn quote(&self, span: Range<usize>) -> &'a str {
        let at =
            |offset: usize| self.origin.get(offset).copied().unwrap_or(self.original.len() as u32) as usize;
        self.original.get(at(span.start)..at(span.end)).unwrap_or_default().trim()
    }
}

/// Whether a space beside this character means nothing.
fn joins(c: char) -> bool {
    HAN.contains(&(c as u32))
        || ('\u{3000}'..='\u{303F}').contains(&c)
        || ('\u{FF00}'..='\u{FF65}').contains(&c)
        || c == '\n'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_is_undone_for_quotes() {
        let folded = Folded::new("本项目 預算 ５０ 萬元， 請 See A B");
        assert_eq!(folded.text, "本项目预算50万元,请see a b");
        let at = folded.text.find("预算50万元").unwrap();
        assert_eq!(folded.quote(at..at + "预算50万元".len()), "預算 ５０ 萬元");
    }

    #[test]
    fn digits_apart_stay_apart() {
        assert_eq!(Folded::new("金额 6 0 万元").text, "金额6 0万元");
    }

    #[test]
    fn the_numeral_one_is_no_dash() {
        assert_eq!(fold_text("一二—三"), "一二-三");
    }
}
