//! What a file is: told by its bytes, by its name only where bytes leave it open.

use std::path::Path;

use serde::Serialize;

use super::IntakeError;

/// The kinds of file that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text with commas, semicolons, full-width commas or bars.
    Csv,
    /// Text with tabs.
    Tsv,
    /// An Excel workbook of 2007 or later.
    Xlsx,
    /// A JSON array, or an object that holds one.
    Json,
    /// One JSON object a line.
    JsonLines,
}

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// A ZIP archive, most likely a workbook.
    Zip,
    /// Text in an encoding yet to be found.
    Text,
}

/// What decoded text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKind {
    Json,
    JsonLines,
    Delimited,
}

/// First bytes, kind in both languages, remedy in both languages.
type Known = (&'static [u8], &'static str, &'static str, (&'static str, &'static str));

/// Tells archives from text and refuses, with a remedy, kinds that are known not to be lists.
pub(super) fn container(file: &str, bytes: &[u8]) -> Result<Container, IntakeError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Container::Zip);
    }
    let save_xlsx = ("请用 Excel 或 WPS 另存为 .xlsx", "save it as .xlsx");
    let make_table = (
        "请把内容整理成表格（.xlsx 或 .csv），或逐条粘贴文字",
        "put its content into a table, or paste the texts one by one",
    );
    let known: [Known; 9] = [
        (
            b"\xD0\xCF\x11\xE0",
            "旧版或加密的 Office 文件（.xls / .doc）",
            "an old or encrypted Office file (.xls, .doc)",
            save_xlsx,
        ),
        (b"%PDF", " PDF", "a PDF", make_table),
        (b"{\\rtf", " RTF 文档", "an RTF document", make_table),
        (b"\x89PNG", "图片", "an image", make_table),
        (b"\xFF\xD8\xFF", "图片", "an image", make_table),
        (b"\x1F\x8B", " gzip 压缩包", "a gzip archive", ("请先解压", "unpack it first")),
        (b"Rar!", " RAR 压缩包", "a RAR archive", ("请先解压", "unpack it first")),
        (b"7z\xBC\xAF", " 7z 压缩包", "a 7z archive", ("请先解压", "unpack it first")),
        (b"SQLite format 3\0", "数据库文件", "a database", ("请导出成 CSV", "export it as CSV")),
    ];
    for (magic, kind_zh, kind_en, (remedy_zh, remedy_en)) in known {
        if bytes.starts_with(magic) {
            return Err(IntakeError::WrongKind {
                file: file.to_owned(),
                kind_zh,
                kind_en,
                remedy_zh,
                remedy_en,
            });
        }
    }
    Ok(Container::Text)
}

/// Tells JSON, JSON Lines and tables apart, and refuses web pages saved as spreadsheets.
pub(super) fn text_kind(file: &str, text: &str) -> Result<TextKind, IntakeError> {
    let start = text.trim_start();
    let head: String = start.chars().take(2000).collect::<String>().to_ascii_lowercase();
    let markup =
        head.starts_with("<!doctype html") || head.starts_with("<html") || head.starts_with("<table");
    if markup || (head.starts_with("<?xml") && (head.contains("<workbook") || head.contains("<html"))) {
        return Err(IntakeError::WrongKind {
            file: file.to_owned(),
            kind_zh: "网页格式的表格（常见于系统导出的“.xls”）",
            kind_en: "a table in web-page form, as some systems export under the name .xls",
            remedy_zh: "请用 Excel 或 WPS 打开后另存为 .xlsx",
            remedy_en: "open it in Excel or WPS and save it as .xlsx",
        });
    }
    let extension = extension(file);
    let named_json = matches!(extension.as_str(), "json" | "jsonl" | "ndjson" | "geojson");
    let named_table = matches!(extension.as_str(), "csv" | "tsv" | "tab");
    let first_line = start.lines().next().unwrap_or_default().trim();
    let line_is_object =
        || first_line.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(first_line).is_ok();
    Ok(match start.chars().next() {
        Some('{') if line_is_object() => {
            let more = start[first_line.len()..].trim_start();
            if more.is_empty() && extension != "jsonl" && extension != "ndjson" {
                TextKind::Json
            } else {
                TextKind::JsonLines
            }
        }
        Some('{') if matches!(extension.as_str(), "jsonl" | "ndjson") => TextKind::JsonLines,
        Some('{' | '[') if !named_table => TextKind::Json,
        Some('[') if start[1..].trim_start().starts_with(['{', ']']) => TextKind::Json,
        _ if named_json => {
            return Err(IntakeError::NotAList {
                file: file.to_owned(),
                detail: "不以 [ 或 { 开头 (does not begin with [ or {)".into(),
            });
        }
        _ => TextKind::Delimited,
    })
}

/// The extension in lower case, empty when there is none.
pub(super) fn extension(file: &str) -> String {
    Path::new(file).extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// The file name without folders and extension, for ids.
pub(super) fn stem(file: &str) -> String {
    Path::new(file).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_by_content_before_name() {
        for (file, text, kind) in [
            ("a.csv", "名称,描述\n", TextKind::Delimited),
            ("a.csv", "[{\"title\":\"t\"}]", TextKind::Json),
            ("a.csv", "[序号],[名称]\n", TextKind::Delimited),
            ("a.txt", " {\"title\":\"t\"}\n{\"title\":\"u\"}\n", TextKind::JsonLines),
            ("a.json", "{\n \"listings\": []}", TextKind::Json),
            ("a.jsonl", "{\"title\":\"t\"}", TextKind::JsonLines),
            ("a.jsonl", "{broken\n{\"title\":\"u\"}", TextKind::JsonLines),
            ("a", "名称\t描述", TextKind::Delimited),
        ] {
            assert_eq!(text_kind(file, text).unwrap(), kind, "{file} {text}");
        }
        assert!(text_kind("a.json", "名称,描述").is_err());
        assert!(text_kind("a.xls", "<html><table>").is_err());
        assert!(container("a.csv", b"%PDF-1.7").is_err());
    }
}
