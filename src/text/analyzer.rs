//! Text → terms, and terms → highlights.

use std::collections::BTreeSet;
use std::ops::Range;

use super::chinese;
use super::normalized::{Normalized, mainland_word};

/// What sort of term a token is. Longer units are rarer evidence and count more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// A word of two characters or more, or a Latin word.
    Word,
    /// Two neighbouring Chinese characters that are no word of the dictionary.
    Bigram,
    /// One Chinese character.
    Character,
}

/// A term where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The term: simplified, lower case.
    pub term: String,
    /// What sort.
    pub unit: Unit,
    /// Byte range in the original text.
    pub range: Range<usize>,
}

/// The terms of a text, in the order in which they begin.
///
/// A Chinese run gives its words (long ones with the words inside them), every
/// pair of neighbouring characters that is not already one of those words, and
/// every character; a Latin run gives the run (`node.js`) and its parts (`node`,
/// `js`). Bare numbers give nothing: 2026 or 50 say nothing about a fit. A word
/// of Taiwan or Hong Kong also gives the mainland's.
pub fn analyze(original: &str) -> Vec<Token> {
    let normalized = Normalized::new(original);
    let text = normalized.as_str();
    let mut tokens = Vec::with_capacity(text.len() / 2);
    let mut push = |range: Range<usize>, unit: Unit| {
        let term = &text[range.clone()];
        let back = normalized.original_range(range);
        if let Some(word) = mainland_word(term) {
            tokens.push(Token { term: word.to_owned(), unit, range: back.clone() });
        }
        tokens.push(Token { term: term.to_owned(), unit, range: back });
    };
    for (run, script) in runs(text) {
        match script {
            Script::Han => han_tokens(text, run, &mut push),
            Script::Latin => latin_tokens(text, run, &mut push),
        }
    }
    tokens.sort_by_key(|token| (token.range.start, token.range.end));
    tokens
}

/// Byte ranges of `original` to mark, given the terms to look for: the longest
/// match at each place, in order, not overlapping. Single characters are never
/// marked alone.
pub fn highlight(original: &str, terms: &BTreeSet<&str>) -> Vec<Range<usize>> {
    let mut marked: Vec<Range<usize>> = Vec::new();
    for token in analyze(original) {
        if token.unit == Unit::Character || !terms.contains(token.term.as_str()) {
            continue;
        }
        match marked.last_mut() {
            Some(last) if token.range.start < last.end => last.end = last.end.max(token.range.end),
            _ => marked.push(token.range),
        }
    }
    marked
}

#[derive(Clone, Copy, PartialEq)]
enum Script {
    Han,
    Latin,
}

fn script(c: char) -> Option<Script> {
    if chinese::is_han(c) {
        Some(Script::Han)
    } else if c.is_alphanumeric() {
        Some(Script::Latin)
    } else {
        None
    }
}

/// Marks that belong to a Latin word when they stand inside or at its end: C++, C#, node.js, gb/t.
fn joins_latin(c: char) -> bool {
    matches!(c, '+' | '#' | '.' | '-' | '_')
}

/// Maximal runs of one script.
fn runs(text: &str) -> Vec<(Range<usize>, Script)> {
    let mut found: Vec<(Range<usize>, Script)> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let touching = found.last_mut().filter(|(range, _)| range.end == at);
        match (script(c), touching) {
            (Some(s), Some((range, last))) if *last == s => range.end = end,
            (Some(s), _) => found.push((at..end, s)),
            (None, Some((range, Script::Latin))) if joins_latin(c) => range.end = end,
            (None, _) => {}
        }
    }
    found
}

fn han_tokens(text: &str, run: Range<usize>, push: &mut impl FnMut(Range<usize>, Unit)) {
    let piece = &text[run.clone()];
    let mut words = BTreeSet::new();
    for word in chinese::words(piece) {
        let range = run.start + word.start..run.start + word.end;
        if text[range.clone()].chars().nth(1).is_some() && words.insert((range.start, range.end)) {
            push(range, Unit::Word);
        }
    }
    let mut previous: Option<usize> = None;
    for (at, c) in piece.char_indices() {
        let (start, end) = (run.start + at, run.start + at + c.len_utf8());
        if let Some(before) = previous
            && !words.contains(&(before, end))
        {
            push(before..end, Unit::Bigram);
        }
        push(start..end, Unit::Character);
        previous = Some(start);
    }
}

fn latin_tokens(text: &str, run: Range<usize>, push: &mut impl FnMut(Range<usize>, Unit)) {
    let piece = &text[run.clone()];
    // A trailing full stop or hyphen is punctuation; a trailing + or # is not.
    let whole = piece.trim_end_matches(['.', '-', '_']);
    if whole.chars().any(char::is_alphabetic) && whole.len() <= LONGEST_LATIN {
        push(run.start..run.start + whole.len(), Unit::Word);
    }
    if whole.contains(joins_latin) {
        let mut start = 0;
        for (at, c) in whole.char_indices().chain(std::iter::once((whole.len(), '.'))) {
            if joins_latin(c) {
                let part = &whole[start..at];
                if part.len() > 1
                    && part.len() < whole.len()
                    && part.len() <= LONGEST_LATIN
                    && part.chars().any(char::is_alphabetic)
                {
                    push(run.start + start..run.start + at, Unit::Word);
                }
                start = at + c.len_utf8();
            }
        }
    }
}

/// Latin runs longer than this many bytes are keys or addresses, not words.
const LONGEST_LATIN: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str, unit: Unit) -> Vec<String> {
        analyze(text).into_iter().filter(|t| t.unit == unit).map(|t| t.term).collect()
    }

    #[test]
    fn words_pieces_and_characters() {
        assert_eq!(terms("水质监测", Unit::Word), ["水质", "监测"]);
        assert_eq!(terms("水质监测", Unit::Bigram), ["质监"]);
        assert_eq!(terms("水质监测", Unit::Character), ["水", "质", "监", "测"]);
    }

    #[test]
    fn latin_words_keep_their_marks() {
        for (text, words) in [
            ("用Node.js和C++开发", vec!["node", "node.js", "js", "c++"]),
            ("GB28181 平台, 5G.", vec!["gb28181", "5g"]),
            ("2026年50万", vec![]),
            ("RAG-based QA", vec!["rag", "rag-based", "based", "qa"]),
        ] {
            let mut got = terms(text, Unit::Word);
            got.retain(|word| word.is_ascii());
            assert_eq!(got, words, "{text}");
        }
    }

    #[test]
    fn traditional_text_gives_the_same_terms_and_its_own_offsets() {
        let simplified: Vec<String> = analyze("智慧养老平台").into_iter().map(|t| t.term).collect();
        let traditional: Vec<String> = analyze("智慧養老平臺").into_iter().map(|t| t.term).collect();
        assert_eq!(simplified, traditional);
        let original = "徵求智慧養老平臺的資訊系統";
        let marks = highlight(original, &BTreeSet::from(["养老", "信息系统", "信息"]));
        let marked: Vec<&str> = marks.into_iter().map(|r| &original[r]).collect();
        assert_eq!(marked, ["養老", "資訊"]);
    }

    #[test]
    fn highlights_join_overlapping_words() {
        let text = "引入人工智能识别";
        let marks = highlight(text, &BTreeSet::from(["人工智能", "智能", "人工"]));
        assert_eq!(marks.len(), 1);
        assert_eq!(&text[marks[0].clone()], "人工智能");
    }

    #[test]
    fn odd_text_never_panics_and_ranges_hold() {
        for text in ["", "。。。", "𠮷野家😀a\u{0}b", "\u{202e}abc好", "ﬁ㍿①㎏"] {
            for token in analyze(text) {
                assert!(text.get(token.range.clone()).is_some(), "{text:?} {token:?}");
            }
        }
    }
}
