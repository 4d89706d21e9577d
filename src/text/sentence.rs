//! Sentences: the unit in which evidence is quoted.

use std::ops::Range;

/// Sentences longer than this many characters are cut again at commas: a quote
/// on a telephone screen should not pass four lines.
const LONG: usize = 72;

/// A sentence of a text, by its byte range without surrounding blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Byte range in the text.
    pub range: Range<usize>,
}

/// Splits a text into sentences at 。！？；, their Latin kin, and line ends; long
/// ones again at commas. Every character that is not blank lies in one of them.
pub fn sentences(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    for range in split(text, 0..text.len(), ends_sentence) {
        if text[range.clone()].chars().count() > LONG {
            let mut pieces = split(text, range, |c, _| matches!(c, '，' | ',' | '、')).into_iter();
            // Join clauses back up to the limit, so that no quote is a mere word.
            let Some(mut current) = pieces.next() else { continue };
            for piece in pieces {
                if text[current.start..piece.end].chars().count() > LONG {
                    found.push(current);
                    current = piece;
                } else {
                    current.end = piece.end;
                }
            }
            found.push(current);
        } else {
            found.push(range);
        }
    }
    found.into_iter().map(|range| Sentence { range }).collect()
}

fn ends_sentence(c: char, next: Option<char>) -> bool {
    match c {
        '。' | '！' | '？' | '；' | '!' | '?' | ';' | '\n' | '\r' => true,
        // A full stop ends a sentence only before a blank: Node.js, 3.5, a.b@c.
        '.' => next.is_none_or(char::is_whitespace),
        _ => false,
    }
}

fn split(text: &str, range: Range<usize>, ends: impl Fn(char, Option<char>) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    let mut chars = text[range.clone()].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if ends(c, chars.peek().map(|&(_, next)| next)) {
            let end = range.start + at + c.len_utf8();
            found.push(start..end);
            start = end;
        }
    }
    found.push(start..range.end);
    found.into_iter().filter_map(|range| trimmed(text, range)).collect()
}

fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = start + piece.trim().len();
    (text[start..end].chars().any(char::is_alphanumeric)).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|s| &text[s.range]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_would_end_them() {
        assert_eq!(
            cut("要做小程序。预算3.5万；用Node.js也行\n谢谢！！"),
            ["要做小程序。", "预算3.5万；", "用Node.js也行", "谢谢！"]
        );
        assert_eq!(cut("We need OCR. Budget 5k."), ["We need OCR.", "Budget 5k."]);
        assert!(cut(" 。\n！").is_empty());
    }

    #[test]
    fn a_long_sentence_is_cut_at_commas_and_loses_nothing() {
        let clause = "把三年来的纸质台账逐页扫描识别并按村组归档，";
        let text = clause.repeat(8);
        let pieces = cut(&text);
        assert!(pieces.len() > 1);
        assert!(pieces.iter().all(|p| p.chars().count() <= LONG));
        assert_eq!(pieces.concat(), text);
    }
}
