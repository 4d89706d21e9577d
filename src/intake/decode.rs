//! Bytes → text: UTF-8, UTF-16, GB18030 and Big5.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::IntakeError;

/// Share of characters that may be unreadable before a guess is given up: one in
/// two hundred. A file cut off in mid-character, or with a few cells pasted from
/// elsewhere, stays below it; a wrong guess gives one in ten or more.
const MAX_REPLACED_SHARE: f64 = 0.005;

/// Share of control characters beyond which bytes are not text.
const MAX_CONTROL_SHARE: f64 = 0.02;

/// Decoded text with what it took to decode it.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) encoding: &'static str,
    /// Byte sequences that became U+FFFD.
    pub(super) replaced: usize,
}

/// Finds the encoding and decodes.
pub(super) fn decode(file: &str, bytes: &[u8]) -> Result<Decoded, IntakeError> {
    let decoded = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => with(encoding, &bytes[length..]),
        None => match utf16_without_mark(bytes) {
            Some(encoding) => with(encoding, bytes),
            None => without_mark(bytes),
        },
    };
    let characters = decoded.text.chars().count().max(1) as f64;
    let controls =
        decoded.text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\0')).count()
            as f64;
    let nuls = decoded.text.chars().filter(|&c| c == '\0').count() as f64;
    // A handful of bad bytes in a tiny file is not evidence against it.
    let replaced = decoded.replaced.saturating_sub(2) as f64;
    if replaced / characters > MAX_REPLACED_SHARE
        || controls / characters > MAX_CONTROL_SHARE
        || nuls / characters > 0.2
    {
        return Err(IntakeError::Undecodable { file: file.to_owned() });
    }
    Ok(decoded)
}

fn with(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let text = text.into_owned();
    let genuine =
        if encoding == UTF_8 { bytes.windows(3).filter(|w| *w == "\u{FFFD}".as_bytes()).count() } else { 0 };
    let replaced = text.matches('\u{FFFD}').count().saturating_sub(genuine);
    Decoded { text, encoding: encoding.name(), replaced }
}

/// UTF-16 without a byte order mark has a zero in every other byte wherever it
/// holds ASCII: delimiters, digits, line ends.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    if sample.len() < 8 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = sample.len() / 2 / 20;
    if odd > many && even * 10 < odd {
        Some(UTF_16LE)
    } else if even > many && odd * 10 < even {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn without_mark(bytes: &[u8]) -> Decoded {
    let utf8 = with(UTF_8, bytes);
    if utf8.replaced == 0 {
        return utf8;
    }
    // Other encodings hardly ever form whole UTF-8 sequences by chance, while
    // UTF-8 does form pairs of theirs: many whole sequences outweigh a few bad bytes.
    let whole = utf8.text.chars().filter(|c| !c.is_ascii() && *c != '\u{FFFD}').count();
    if whole > utf8.replaced * 10 {
        return utf8;
    }
    let (gb, big5) = (with(GB18030, bytes), with(BIG5, bytes));
    match (gb.replaced, big5.replaced) {
        (g, b) if g * 10 < b => gb,
        (g, b) if b * 10 < g => big5,
        _ => {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            if detector.guess(None, Utf8Detection::Deny) == BIG5 { big5 } else { gb }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    }

    #[test]
    fn every_encoding_is_found() {
        let simple = "序号,项目名称,预算金额\n1,电梯隐患排查,五十万元\n";
        let traditional = "項目名稱,預算金額,聯絡人\n電梯檢查,五十萬元,陳先生\n";
        let mut marked = b"\xEF\xBB\xBF".to_vec();
        marked.extend(simple.as_bytes());
        let mut little = b"\xFF\xFE".to_vec();
        little.extend(utf16(simple, false));
        for (bytes, encoding, text) in [
            (simple.as_bytes().to_vec(), "UTF-8", simple),
            (marked, "UTF-8", simple),
            (GB18030.encode(simple).0.into_owned(), "gb18030", simple),
            (BIG5.encode(traditional).0.into_owned(), "Big5", traditional),
            (little, "UTF-16LE", simple),
            (utf16(simple, false), "UTF-16LE", simple),
            (utf16(simple, true), "UTF-16BE", simple),
        ] {
            let decoded = decode("a.csv", &bytes).unwrap();
            assert_eq!((decoded.encoding, decoded.text.as_str(), decoded.replaced), (encoding, text, 0));
        }
    }

    #[test]
    fn one_bad_byte_is_counted_and_junk_refused() {
        let mut bytes = "名称,描述\n".repeat(50).into_bytes();
        bytes.push(0xE5);
        let decoded = decode("a.csv", &bytes).unwrap();
        assert_eq!((decoded.encoding, decoded.replaced), ("UTF-8", 1));
        let junk: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(decode("a.csv", &junk).is_err());
    }
}
