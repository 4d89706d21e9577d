//! The program's own sentences in traditional characters, by the table that the page
//! uses too. Converting whole texts would alter what people wrote; here their words are
//! what fills a sentence, and stay as they are.

use std::borrow::Cow;
use std::sync::LazyLock;

/// The page's module; its table stands a line a sentence, each line JSON.
const TABLE: &str = include_str!("../../web/traditional/program.js");

/// What stands in the words of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hole {
    /// Told as it is.
    Raw,
    /// Another sentence of the program.
    Spoken,
    /// An amount.
    Amount,
}

#[derive(Debug)]
struct Sentence {
    /// Around the holes, one more than there are of them.
    pieces: Vec<String>,
    holes: Vec<Hole>,
    said: Vec<String>,
}

/// The longest first: what says more is the better likeness.
static SENTENCES: LazyLock<Vec<Sentence>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter_map(|line| line.strip_prefix("  [\"").map(|_| line.trim()));
    let mut found: Vec<(String, String)> =
        lines.filter_map(|line| serde_json::from_str(line.strip_suffix(',').unwrap_or(line)).ok()).collect();
    found.sort_by_key(|(from, _)| std::cmp::Reverse(from.encode_utf16().count()));
    found
        .into_iter()
        .map(|(from, said)| {
            let (pieces, holes) = split(&from);
            Sentence { pieces, holes, said: split(&said).0 }
        })
        .collect()
});

/// The pieces of a pattern and what stands between them.
fn split(pattern: &str) -> (Vec<String>, Vec<Hole>) {
    let (mut pieces, mut holes) = (Vec::new(), Vec::new());
    let mut rest = pattern;
    let next = |rest: &str| {
        let marks = [("{}", Hole::Raw), ("{!}", Hole::Spoken), ("{$}", Hole::Amount)];
        let found = marks.into_iter().filter_map(|(mark, hole)| Some((rest.find(mark)?, mark.len(), hole)));
        found.min_by_key(|&(at, ..)| at)
    };
    while let Some((at, length, hole)) = next(rest) {
        pieces.push(rest[..at].to_owned());
        holes.push(hole);
        rest = &rest[at + length..];
    }
    pieces.push(rest.to_owned());
    (pieces, holes)
}

impl Sentence {
    /// What fills the holes of a text that is like this; each as short as can be.
    fn fills<'a>(&self, text: &'a str) -> Option<Vec<&'a str>> {
        let (first, rest) = self.pieces.split_first()?;
        let mut text = text.strip_prefix(first.as_str())?;
        let Some((last, middle)) = rest.split_last() else { return text.is_empty().then(Vec::new) };
        let mut fills = Vec::with_capacity(rest.len());
        for piece in middle {
            let at = text.find(piece.as_str())?;
            fills.push(&text[..at]);
            text = &text[at + piece.len()..];
        }
        fills.push(text.strip_suffix(last.as_str())?);
        Some(fills)
    }
}

/// A sentence of the program in traditional characters; what it does not know, as it is.
pub fn traditional(text: &str) -> Cow<'_, str> {
    for sentence in SENTENCES.iter() {
        let Some(fills) = sentence.fills(text) else { continue };
        let mut said = String::with_capacity(text.len());
        for (at, piece) in sentence.said.iter().enumerate() {
            said.push_str(piece);
            if let (Some(fill), Some(hole)) = (fills.get(at), sentence.holes.get(at)) {
                match hole {
                    Hole::Raw => said.push_str(fill),
                    Hole::Spoken => said.push_str(&spoken(fill)),
                    Hole::Amount => said.push_str(&amount(fill)),
                }
            }
        }
        return Cow::Owned(said);
    }
    Cow::Borrowed(text)
}

/// A sentence within another, or several of them.
fn spoken(text: &str) -> String {
    let said = traditional(text);
    if said != text || !text.contains('、') {
        return said.into_owned();
    }
    text.split('、').map(traditional).collect::<Vec<_>>().join("、")
}

/// An amount as the program writes it; what it is for, after a stroke, is the listing's own.
fn amount(text: &str) -> String {
    let (own, rest) = text.split_at(text.find('/').unwrap_or(text.len()));
    let words = [
        ("不超过", "不超過"),
        ("万", "萬"),
        ("亿", "億"),
        ("澳门", "澳門"),
        ("新台币", "新台幣"),
        ("欧元", "歐元"),
        ("面议", "面議"),
        ("可议", "可議"),
    ];
    words.into_iter().fold(own.to_owned(), |said, (from, to)| said.replace(from, to)) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same as `tests/browser/words.test.js` holds against the page's own reading.
    #[test]
    fn what_people_wrote_stays_as_they_wrote_it() {
        assert!(SENTENCES.len() > 300, "{}", SENTENCES.len());
        for (said, wanted) in [
            ("预算不超过42万元", "預算不超過42萬元"),
            ("报价1.28万元起/年", "報價1.28萬元起/年"),
            (
                "预算不超过42万元，报价1万元起/个，请问总价能否落在预算内？",
                "預算不超過42萬元，報價1萬元起/个，請問總價能否落在預算內？",
            ),
            ("须持有软件开发证书", "須持有软件开发证书"),
            ("广东省（可远程）", "广东省（可遠端）"),
            ("100天内交付", "100天內交付"),
            ("对接简报", "洽談簡報"),
            ("一句谁都没写过的话", "一句谁都没写过的话"),
        ] {
            assert_eq!(traditional(said), wanted);
        }
    }
}
