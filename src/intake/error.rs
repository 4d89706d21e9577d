//! Why a whole file was refused.

use std::path::PathBuf;

/// A file from which nothing could be read. What concerns single rows is a
/// [`Complaint`](super::Complaint) instead.
///
/// Every message says what was met, what was wanted and what to do, in Chinese
/// and after ` / ` in English.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file could not be opened or read.
    #[error("打不开 {path}：{source} / cannot read {path}: {source}", path = path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No bytes, or nothing but white space.
    #[error("{file} 是空的；请检查是否导出了数据 / {file} is empty; check that the export holds data")]
    Empty {
        /// File name.
        file: String,
    },
    /// More bytes than allowed.
    #[error(
        "{file} 超过 {max_bytes} 字节的上限；请拆成几个文件，或另存为 .xlsx / \
         {file} is larger than the limit of {max_bytes} bytes; split it, or save it as .xlsx"
    )]
    TooLarge {
        /// File name.
        file: String,
        /// The limit.
        max_bytes: u64,
    },
    /// A workbook unpacks to more than allowed, or its parts are out of all proportion.
    #[error(
        "{file} 解压后超过上限（{max_unpacked_bytes} 字节），可能是损坏或恶意文件；请用 Excel 或 WPS 打开，\
         只复制有数据的区域到新表再保存 / {file} unpacks to more than {max_unpacked_bytes} bytes and may be \
         broken or hostile; copy only the filled area into a new workbook and save that"
    )]
    UnpacksTooLarge {
        /// File name.
        file: String,
        /// The limit.
        max_unpacked_bytes: u64,
    },
    /// More rows than allowed; reading stopped there.
    #[error(
        "{file} 超过 {max_rows} 行的上限；请拆成几个文件分别导入 / \
         {file} has more than {max_rows} rows; split it and import the parts"
    )]
    TooManyRows {
        /// File name.
        file: String,
        /// The limit.
        max_rows: usize,
    },
    /// More columns than a list can have.
    #[error(
        "{file} 超过 {max_columns} 列；请删去多余的列，或检查分隔符 / \
         {file} has more than {max_columns} columns; remove the surplus, or check the delimiter"
    )]
    TooManyColumns {
        /// File name.
        file: String,
        /// The limit.
        max_columns: usize,
    },
    /// A line that does not end within the limit.
    #[error(
        "{file} 第 {line} 行超过 {max_line_bytes} 字节还没有换行；请检查这是不是文本表格，以及引号是否成对 / \
         line {line} of {file} is longer than {max_line_bytes} bytes; check that this is a text table and \
         that quotation marks come in pairs"
    )]
    LineTooLong {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// The limit.
        max_line_bytes: usize,
    },
    /// A kind of file that is known, but not as a list.
    #[error("{file} 是{kind_zh}，不能当作清单读入；{remedy_zh} / {file} is {kind_en}; {remedy_en}")]
    WrongKind {
        /// File name.
        file: String,
        /// What it is, in Chinese.
        kind_zh: &'static str,
        /// What it is, in English.
        kind_en: &'static str,
        /// What to do, in Chinese.
        remedy_zh: &'static str,
        /// What to do, in English.
        remedy_en: &'static str,
    },
    /// Neither text in a known encoding nor a workbook.
    #[error(
        "{file} 不是可识别的文本（试过 UTF-8、UTF-16、GB18030、Big5）；请用 Excel 或 WPS 另存为 .xlsx 或 \
         “CSV UTF-8” / {file} is not text in UTF-8, UTF-16, GB18030 or Big5; save it as .xlsx or as CSV UTF-8"
    )]
    Undecodable {
        /// File name.
        file: String,
    },
    /// A workbook that its parser cannot read.
    #[error(
        "工作簿 {file} 已损坏：{detail}；请用 Excel 或 WPS 打开修复后另存 / \
         the workbook {file} is broken: {detail}; open it in Excel or WPS, let it repair and save again"
    )]
    BrokenWorkbook {
        /// File name.
        file: String,
        /// What the parser said.
        detail: String,
    },
    /// A workbook behind a password.
    #[error(
        "工作簿 {file} 有打开密码；请去掉密码后另存 / the workbook {file} is encrypted; remove its password and save again"
    )]
    Encrypted {
        /// File name.
        file: String,
    },
    /// The sheet asked for is not there.
    #[error(
        "{file} 里没有名为 “{wanted}” 的工作表；有：{found} / {file} has no sheet \"{wanted}\"; it has: {found}"
    )]
    NoSuchSheet {
        /// File name.
        file: String,
        /// Name asked for.
        wanted: String,
        /// Names present.
        found: String,
    },
    /// No sheet has a row of column names that are known.
    #[error(
        "{file} 里找不到表头；请在数据上方加一行列名（例如：名称、描述、单位、预算金额、截止日期），或用列对应指明各列{seen} / \
         no header row found in {file}; put a row of column names above the data (title, text, party, budget, \
         deadline), or map the columns by hand{seen}"
    )]
    NoHeader {
        /// File name.
        file: String,
        /// The first row with text, to show what was met; empty when there is none.
        seen: String,
    },
    /// Whoever watched told it to stop.
    #[error("已停止，没有读完 / stopped before it was read to its end")]
    Stopped,
    /// JSON that holds no list of objects.
    #[error(
        "{file} 不是可读的 JSON：{detail}；需要对象的数组、{{\"listings\": [...]}}，或每行一个对象 / \
         {file} is not usable JSON: {detail}; wanted an array of objects, {{\"listings\": [...]}}, or one object a line"
    )]
    NotAList {
        /// File name.
        file: String,
        /// Where and why.
        detail: String,
    },
}
