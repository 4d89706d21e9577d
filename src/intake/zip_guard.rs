//! Looks through a workbook's archive before its parser does.
//!
//! The parser trusts the archive: it unpacks whole parts into memory and reserves
//! room for as many shared texts as a part claims to hold. Both are checked here
//! by unpacking every part once into nothing, counting.

use std::io::{Cursor, Read};

use super::{IntakeError, Limits};

/// Shared texts a workbook may claim: 200 000 rows with 25 different texts each.
const MAX_SHARED_TEXTS: u64 = 5_000_000;

/// Opening tags that as many shared texts need at least (`<si><t>`).
const MAX_TEXT_TAGS: u64 = 2 * MAX_SHARED_TEXTS;

/// Parts of a workbook; real ones have some dozens.
const MAX_PARTS: usize = 10_000;

/// Refuses archives that are not workbooks or would unpack beyond the limits.
pub(super) fn check(file: &str, bytes: &[u8], limits: &Limits) -> Result<(), IntakeError> {
    let broken = |detail: String| IntakeError::BrokenWorkbook { file: file.to_owned(), detail };
    let too_large = || IntakeError::UnpacksTooLarge {
        file: file.to_owned(),
        max_unpacked_bytes: limits.max_unpacked_bytes,
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(e.to_string()))?;
    if archive.len() > MAX_PARTS {
        return Err(too_large());
    }
    let names: Vec<String> =
        archive.file_names().filter_map(Result::ok).map(|name| name.to_lowercase()).collect();
    let has = |part: &str| names.iter().any(|name| name.ends_with(part));
    if !has("workbook.xml") {
        let (kind_zh, kind_en) = if has("word/document.xml") {
            (" Word 文档", "a Word document")
        } else if has("workbook.bin") {
            ("二进制工作簿（.xlsb）", "a binary workbook (.xlsb)")
        } else if has("content.xml") {
            (" OpenDocument 文件（.ods / .odt）", "an OpenDocument file (.ods, .odt)")
        } else {
            (" ZIP 压缩包", "a ZIP archive")
        };
        return Err(IntakeError::WrongKind {
            file: file.to_owned(),
            kind_zh,
            kind_en,
            remedy_zh: "请解压，或用 Excel、WPS 另存为 .xlsx",
            remedy_en: "unpack it, or save it as .xlsx",
        });
    }
    let mut unpacked = 0u64;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|e| broken(e.to_string()))?;
        if part.encrypted() {
            return Err(IntakeError::Encrypted { file: file.to_owned() });
        }
        if unpacked.saturating_add(part.size()) > limits.max_unpacked_bytes {
            return Err(too_large());
        }
        let name = part.name().map_err(|e| broken(e.to_string()))?.to_lowercase();
        let mut count = Counter::default();
        let mut buffer = [0u8; 1 << 15];
        loop {
            let read = part.read(&mut buffer).map_err(|e| broken(format!("{name}: {e}")))?;
            if read == 0 {
                break;
            }
            unpacked += read as u64;
            if unpacked > limits.max_unpacked_bytes {
                return Err(too_large());
            }
            count.take(&buffer[..read]);
        }
        if name.ends_with("sharedstrings.xml") {
            if count.nuls > 0 {
                return Err(broken(format!("{name}: 编码不对 (not UTF-8)")));
            }
            if count.open_tags > MAX_TEXT_TAGS || count.largest_claim > MAX_SHARED_TEXTS {
                return Err(too_large());
            }
        }
    }
    Ok(())
}

/// Counts what matters of an XML part as it streams by.
#[derive(Default)]
struct Counter {
    open_tags: u64,
    nuls: u64,
    largest_claim: u64,
    /// The byte before the present one was `<`.
    after_bracket: bool,
    /// How much of [`CLAIM`] has just been seen.
    matched: usize,
    /// Reading the digits of a claim, and bytes since its name.
    claim: Option<(u64, u8)>,
}

const CLAIM: &[u8] = b"uniqueCount";

impl Counter {
    fn take(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if self.after_bracket && byte != b'/' {
                self.open_tags += 1;
            }
            self.after_bracket = byte == b'<';
            self.nuls += u64::from(byte == 0);
            if let Some((value, since)) = self.claim {
                self.claim = match byte {
                    b'0'..=b'9' => {
                        Some((value.saturating_mul(10).saturating_add(u64::from(byte - b'0')), u8::MAX))
                    }
                    _ if since == u8::MAX || since > 100 => {
                        self.largest_claim = self.largest_claim.max(value);
                        None
                    }
                    _ => Some((value, since + 1)),
                };
            }
            self.matched = match byte {
                b if b == CLAIM[self.matched] => self.matched + 1,
                b if b == CLAIM[0] => 1,
                _ => 0,
            };
            if self.matched == CLAIM.len() {
                self.claim = Some((0, 0));
                self.matched = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_across_buffer_ends() {
        let mut count = Counter::default();
        for piece in ["<sst uniq", "ueCount = \"99", "99\"><si><t>a</t></si>"] {
            count.take(piece.as_bytes());
        }
        assert_eq!((count.largest_claim, count.open_tags), (9999, 3));
    }
}
