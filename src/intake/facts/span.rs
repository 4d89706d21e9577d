//! The words around a find: its clause, and what stands just before and after.

use std::ops::Range;

/// Signs that end a sentence. A full stop between figures is a decimal point and
/// does not come here: only `。` ends a Chinese sentence.
const SENTENCE_ENDS: [char; 6] = ['。', ';', '\n', '!', '?', '；'];

/// Bounds of the sentence around a span.
pub(super) fn sentence(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text[..span.start]
        .rfind(SENTENCE_ENDS)
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[span.end..].find(SENTENCE_ENDS).map_or(text.len(), |at| span.end + at);
    start..end
}

/// Up to `count` characters before a byte offset, within the sentence.
pub(super) fn before(text: &str, at: usize, count: usize) -> &str {
    let start = text[..at].char_indices().rev().take(count).last().map_or(at, |(start, _)| start);
    let window = &text[start..at];
    window
        .rfind(SENTENCE_ENDS)
        .map_or(window, |end| &window[end + window[end..].chars().next().map_or(1, char::len_utf8)..])
}

/// Up to `count` characters after a byte offset, within the sentence.
pub(super) fn after(text: &str, at: usize, count: usize) -> &str {
    let rest = &text[at..];
    let end = rest.char_indices().nth(count).map_or(rest.len(), |(end, _)| end);
    let window = &rest[..end];
    window.find(SENTENCE_ENDS).map_or(window, |end| &window[..end])
}

/// Whether any of the words occurs.
pub(super) fn any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_stop_at_the_sentence() {
        let text = "工期30天。预算为50万元,含税;其他";
        let at = text.find("50").unwrap();
        assert_eq!(before(text, at, 20), "预算为");
        assert_eq!(after(text, at, 20), "50万元,含税");
        assert_eq!(&text[sentence(text, &(at..at + 2))], "预算为50万元,含税");
    }
}
