//! Chinese: traditional to simplified characters, and words.

use std::ops::Range;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use jieba_rs::{Jieba, TokenizeMode};

/// Whether `c` is a Chinese character (Unified Ideographs, extensions, compatibility, 〇).
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '〇')
}

static TO_SIMPLIFIED: LazyLock<Option<OpenCC>> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

static JIEBA: LazyLock<Jieba> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    for word in domain_words() {
        if !jieba.has_word(word) {
            let frequency = jieba.suggest_freq(word).max(LEAST_FREQUENCY);
            jieba.add_word(word, Some(frequency), None);
        }
    }
    jieba
});

/// A domain word counts as often as this at least, of the dictionary's 60 million,
/// so that 小程序 + 开发 wins over 小 + 程序开发.
const LEAST_FREQUENCY: usize = 3000;

/// Words of the field that jieba's dictionary of 2012 lacks, from
/// `data/lexicon/words.txt`: simplified, lower case, one a line, `#` for remarks.
fn domain_words() -> impl Iterator<Item = &'static str> {
    include_str!("../../data/lexicon/words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
}

/// Turns traditional characters into simplified ones in place, phrase by phrase
/// (乾燥 → 干燥 but 乾隆 stays). The number of characters never changes: where a
/// phrase of the conversion table would change it, that run is converted
/// character by character, so that offsets hold.
pub(super) fn to_simplified(chars: &mut [char]) {
    let Some(opencc) = TO_SIMPLIFIED.as_ref() else { return };
    let mut traditional = false;
    let mut start = 0;
    while start < chars.len() {
        if !is_han(chars[start]) {
            start += 1;
            continue;
        }
        let end = chars[start..].iter().position(|&c| !is_han(c)).map_or(chars.len(), |n| start + n);
        traditional |= convert_run(opencc, &mut chars[start..end]);
        start = end;
    }
    for at in 0..chars.len() {
        chars[at] = match chars[at] {
            '妳' => '你',
            '衞' => '卫',
            '著' if is_particle(chars, at, traditional) => '着',
            c => c,
        };
    }
}

/// Converts one run of Chinese characters; whether any of them changed.
fn convert_run(opencc: &OpenCC, run: &mut [char]) -> bool {
    let original: String = run.iter().collect();
    let converted = opencc.convert(&original);
    if converted == original {
        return false;
    }
    let converted: Vec<char> = converted.chars().collect();
    if converted.len() == run.len() {
        run.copy_from_slice(&converted);
        return true;
    }
    for c in run.iter_mut() {
        let mut one = [0; 4];
        let single = opencc.convert(c.encode_utf8(&mut one));
        let mut chars = single.chars();
        if let (Some(simplified), None) = (chars.next(), chars.next()) {
            *c = simplified;
        }
    }
    true
}

/// Whether the 著 at `at` is the particle that the mainland writes 着 (看著), and
/// not zhù (著名, 软著), which both write alike. Mainland text holds only zhù, so
/// outside traditional text only a plain verb before it makes it a particle.
fn is_particle(chars: &[char], at: usize, traditional: bool) -> bool {
    const ZHU_BEFORE: &str = "名作述者称录译权";
    const ZHU_AFTER: &str = "显名原专论编土巨卓昭译遗拙合新所撰软";
    const VERBS: &str = "看跟沿听想随陪拿带靠朝向等";
    let next = chars.get(at + 1).is_some_and(|&c| ZHU_BEFORE.contains(c));
    let Some(&previous) = at.checked_sub(1).and_then(|before| chars.get(before)) else { return false };
    !next && !ZHU_AFTER.contains(previous) && (traditional || VERBS.contains(previous))
}

/// Words of a run of Chinese characters, long words with the shorter ones
/// inside them (jieba's search mode), as byte ranges of `run`.
pub(super) fn words(run: &str) -> Vec<Range<usize>> {
    // Byte offsets of each character: jieba counts in characters.
    let offsets: Vec<usize> =
        run.char_indices().map(|(at, _)| at).chain(std::iter::once(run.len())).collect();
    JIEBA
        .tokenize(run, TokenizeMode::Search, false)
        .into_iter()
        .map(|token| offsets[token.start]..offsets[token.end])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(run: &str) -> Vec<&str> {
        words(run).into_iter().map(|range| &run[range]).collect()
    }

    #[test]
    fn words_of_the_field_stay_whole() {
        for (run, word) in [
            ("一人公司对接会", "一人公司"),
            ("微信小程序开发", "小程序"),
            ("大模型私有化部署", "大模型"),
            ("短视频代运营", "短视频"),
            ("设备预测性维护", "预测性维护"),
        ] {
            assert!(cut(run).contains(&word), "{run}: {:?}", cut(run));
        }
    }

    #[test]
    fn long_words_also_give_the_short_ones_inside() {
        let cut = cut("人工智能");
        assert!(cut.contains(&"人工智能") && cut.contains(&"人工") && cut.contains(&"智能"), "{cut:?}");
    }

    #[test]
    fn domain_words_are_in_one_spelling_and_stand_once() {
        let mut seen = std::collections::BTreeSet::new();
        for word in domain_words() {
            assert_eq!(word, crate::text::Normalized::new(word).as_str());
            assert!(seen.insert(word), "{word} stands twice");
        }
    }
}
