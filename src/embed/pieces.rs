//! Long texts: cut into pieces that the model takes whole.

/// Cuts `text` into pieces of at most `most` characters, at the end of a
/// sentence where there is one in a piece's second half.
pub(super) fn cut(text: &str, most: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(most) {
        let half = rest.char_indices().nth(most / 2).map_or(0, |(at, _)| at);
        let at = rest[..end]
            .char_indices()
            .rfind(|(at, c)| *at >= half && "。！？；!?;\n".contains(*c))
            .map_or(end, |(at, c)| at + c.len_utf8());
        let (piece, after) = rest.split_at(at);
        pieces.push(piece);
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_and_sentences_stay_whole_where_they_can() {
        for (text, most, wanted) in [
            ("", 4, vec![]),
            ("一二三四", 4, vec!["一二三四"]),
            ("一二三四五", 4, vec!["一二三四", "五"]),
            ("一二。四五六", 4, vec!["一二。", "四五六"]),
            ("一。三四五六", 4, vec!["一。三四", "五六"]),
            ("abc!efgh", 4, vec!["abc!", "efgh"]),
        ] {
            let pieces = cut(text, most);
            assert_eq!(pieces, wanted, "{text}");
            assert_eq!(pieces.concat(), text);
        }
    }
}
