//! Finds the elements of a JSON array without building the array: each element
//! is then read on its own, so that one broken element costs one row and no
//! document, however made, is unfolded into memory as a whole.

use super::decode::Decoded;

/// A slice of the document with the line on which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice<'a> {
    pub(super) text: &'a str,
    pub(super) line: usize,
}

/// Why a document could not be cut into elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ScanError {
    pub(super) line: usize,
    pub(super) detail: &'static str,
}

/// The list in a document: the array itself, the first array of objects among
/// an object's values, or the object alone.
pub(super) fn list<'a>(decoded: &'a Decoded) -> Result<Scan<'a>, ScanError> {
    let text = decoded.text.trim_start();
    let line = 1 + decoded.text[..decoded.text.len() - text.len()].matches('\n').count();
    let whole = Slice { text, line };
    if text.starts_with('[') {
        return Ok(Scan::new(whole));
    }
    let members = Scan::new(whole);
    let mut complete = true;
    for member in members {
        let member = match member {
            Ok(member) => member,
            Err(_) => {
                complete = false;
                break;
            }
        };
        if let Some(value) = member_value(member)
            && value.text.starts_with('[')
            && value.text[1..].trim_start().starts_with(['{', ']'])
        {
            return Ok(Scan::new(value));
        }
    }
    if complete {
        Ok(Scan::single(whole))
    } else {
        Err(ScanError { line, detail: "对象没有结束 (the object is not closed)" })
    }
}

/// What follows the colon of `"key": value`.
fn member_value(member: Slice<'_>) -> Option<Slice<'_>> {
    let bytes = member.text.as_bytes();
    let mut at = 0;
    let mut quoted = false;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b':' if !quoted => {
                let rest = &member.text[at + 1..];
                let value = rest.trim_start();
                let skipped = &member.text[..member.text.len() - value.len()];
                return Some(Slice { text: value, line: member.line + skipped.matches('\n').count() });
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Iterates over the comma-separated items between one bracket and its partner.
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    done: bool,
    single: bool,
}

impl<'a> Scan<'a> {
    /// Items of an array or object that begins the slice.
    fn new(slice: Slice<'a>) -> Scan<'a> {
        Scan { text: slice.text, at: 1, line: slice.line, done: false, single: false }
    }

    fn single(slice: Slice<'a>) -> Scan<'a> {
        Scan { text: slice.text, at: 0, line: slice.line, done: false, single: true }
    }
}

impl<'a> Iterator for Scan<'a> {
    type Item = Result<Slice<'a>, ScanError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        if self.single {
            self.done = true;
            return Some(Ok(Slice { text: self.text.trim_end(), line: self.line }));
        }
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at).filter(|b| b.is_ascii_whitespace() || **b == b',') {
            self.line += usize::from(*byte == b'\n');
            self.at += 1;
        }
        let (start, line) = (self.at, self.line);
        let (mut depth, mut quoted) = (0usize, false);
        while let Some(&byte) = bytes.get(self.at) {
            self.line += usize::from(byte == b'\n');
            match byte {
                b'\\' if quoted => self.at += 1,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'[' | b'{' => depth += 1,
                b']' | b'}' if depth == 0 => {
                    self.done = true;
                    let text = self.text[start..self.at].trim_end();
                    return (!text.is_empty()).then_some(Ok(Slice { text, line }));
                }
                b']' | b'}' => depth -= 1,
                b',' if depth == 0 => {
                    let text = self.text[start..self.at].trim_end();
                    self.at += 1;
                    return Some(Ok(Slice { text, line }));
                }
                _ => {}
            }
            self.at += 1;
        }
        self.done = true;
        Some(Err(ScanError {
            line,
            detail: "括号或引号没有配对 (a bracket or quotation mark is not closed)",
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<Result<(String, usize), usize>> {
        let decoded = Decoded { text: text.into(), encoding: "UTF-8", replaced: 0 };
        match list(&decoded) {
            Err(e) => vec![Err(e.line)],
            Ok(scan) => scan.map(|i| i.map(|s| (s.text.to_owned(), s.line)).map_err(|e| e.line)).collect(),
        }
    }

    #[test]
    fn elements_are_cut_at_the_right_commas() {
        let some = |text: &str, line| Ok((text.to_owned(), line));
        for (text, wanted) in [
            ("[{\"a\":\"],{\\\"\"},\n 2 ]", vec![some("{\"a\":\"],{\\\"\"}", 1), some("2", 2)]),
            ("[]", vec![]),
            ("{\"n\":1,\n\"rows\" : [ {\"a\":[1,2]} ]}", vec![some("{\"a\":[1,2]}", 2)]),
            ("{\"title\":\"t\",\"tags\":[\"x\"]}", vec![some("{\"title\":\"t\",\"tags\":[\"x\"]}", 1)]),
            ("[{\"a\":1},\n{\"b\":", vec![some("{\"a\":1}", 1), Err(2)]),
            ("{\"a\":\"", vec![Err(1)]),
        ] {
            assert_eq!(items(text), wanted, "{text}");
        }
    }
}
