//! Text in one spelling, with a way back to the bytes it came from.

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::chinese;

/// Lower-case simplified text in NFKC form, and where each of its characters
/// stands in the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalized {
    text: String,
    /// One row a character of `text`, in order.
    origins: Vec<Origin>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Origin {
    /// Byte offset in the normalised text.
    at: u32,
    /// Byte range in the original.
    start: u32,
    end: u32,
}

impl Normalized {
    /// Normalises `original`. Only the first 4 GiB are read; intake's limits lie far below.
    pub fn new(original: &str) -> Normalized {
        let mut chars: Vec<char> = Vec::with_capacity(original.len());
        let mut ranges: Vec<(u32, u32)> = Vec::with_capacity(original.len());
        for cluster in clusters(original) {
            let range = (cluster.start as u32, cluster.end as u32);
            for c in original[cluster].nfkc().flat_map(char::to_lowercase) {
                chars.push(c);
                ranges.push(range);
            }
        }
        chinese::to_simplified(&mut chars);
        let mut text = String::with_capacity(original.len());
        let mut origins = Vec::with_capacity(chars.len());
        for (c, (start, end)) in chars.into_iter().zip(ranges) {
            origins.push(Origin { at: text.len() as u32, start, end });
            text.push(c);
        }
        Normalized { text, origins }
    }

    /// The normalised text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The byte range of the original that `range` (bytes of the normalised
    /// text) came from; always on character boundaries of the original.
    pub fn original_range(&self, range: Range<usize>) -> Range<usize> {
        if range.is_empty() || self.origins.is_empty() {
            return 0..0;
        }
        let index_at = |at: usize| self.origins.partition_point(|o| (o.at as usize) <= at).saturating_sub(1);
        let first = self.origins[index_at(range.start)];
        let last = self.origins[index_at(range.end - 1)];
        first.start as usize..last.end as usize
    }
}

/// Text as the embedding models and comparisons want it: normalised, with the
/// words of Taiwan and Hong Kong replaced by the mainland's (資訊 → 信息).
pub fn simplify(original: &str) -> String {
    let normalized = Normalized::new(original);
    let mut text = normalized.text;
    for (regional, mainland) in REGIONAL.iter() {
        if text.contains(regional.as_str()) {
            text = text.replace(regional.as_str(), mainland);
        }
    }
    text
}

/// The mainland word for a (simplified) word of Taiwan or Hong Kong.
pub(super) fn mainland_word(word: &str) -> Option<&'static str> {
    REGIONAL
        .binary_search_by(|(regional, _)| regional.as_str().cmp(word))
        .ok()
        .map(|found| REGIONAL[found].1.as_str())
}

/// (regional word in simplified characters, mainland word), sorted by the first.
static REGIONAL: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let mut rows: Vec<(String, String)> = include_str!("../../data/lexicon/regional.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(regional, mainland)| (Normalized::new(regional.trim()).text, mainland.trim().to_owned()))
        // Where only the characters differ, normalising has done it already.
        .filter(|(regional, mainland)| regional != mainland)
        .collect();
    rows.sort();
    rows
});

/// Splits into a base character with the combining marks that follow it, so
/// that NFKC can compose them; marks beyond eight stand alone.
fn clusters(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = chars.next()?;
        let mut end = start + first.len_utf8();
        let mut marks = 0;
        while let Some(&(at, c)) = chars.peek() {
            if marks == 8 || !is_combining_mark(c) {
                break;
            }
            end = at + c.len_utf8();
            marks += 1;
            chars.next();
        }
        Some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_both_sides() {
        for (original, normalized) in [
            ("ＡＩ大模型", "ai大模型"),
            ("智慧養老與長者資訊", "智慧养老与长者资讯"),
            ("看著辦，著名的軟著", "看着办,著名的软著"),
            ("衞生署請妳填寫", "卫生署请你填写"),
            ("cafe\u{301}", "café"),
            ("㈱１２３㎡", "(株)123m2"),
            ("乾燥機與乾隆", "干燥机与乾隆"),
            ("", ""),
        ] {
            assert_eq!(Normalized::new(original).as_str(), normalized, "{original}");
        }
        assert_eq!(simplify("智慧城市資訊軟體"), "智慧城市信息软件");
    }

    #[test]
    fn every_range_leads_back_to_the_original() {
        let original = "請用ＯＣＲ辨識㈱文件";
        let normalized = Normalized::new(original);
        let at = normalized.as_str().find("ocr").unwrap();
        let back = normalized.original_range(at..at + 3);
        assert_eq!(&original[back], "ＯＣＲ");
        let at = normalized.as_str().find("辨识").unwrap();
        assert_eq!(&original[normalized.original_range(at..at + "辨识".len())], "辨識");
        let at = normalized.as_str().find("(株)").unwrap();
        assert_eq!(&original[normalized.original_range(at..at + 1)], "㈱");
    }

    #[test]
    fn a_pile_of_marks_and_emoji_does_no_harm() {
        let original = format!("a{}👨‍👩‍👧‍👦\u{202e}好", "\u{301}".repeat(5000));
        let normalized = Normalized::new(&original);
        let all = normalized.original_range(0..normalized.as_str().len());
        assert_eq!(all, 0..original.len());
    }
}
