//! Why a matrix file was refused.

use super::decimal::DecimalError;

/// What is wrong with a matrix, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MatrixError {
    /// No cells.
    #[error(
        "{file} 里没有分数；需要至少一行一列 / {file} holds no scores; at least one row and one column are needed"
    )]
    Empty {
        /// File name.
        file: String,
    },
    /// Not UTF-8.
    #[error(
        "{file} 第 {line} 行不是 UTF-8 文本；请另存为 “CSV UTF-8” / line {line} of {file} is not UTF-8; save it as CSV UTF-8"
    )]
    NotUtf8 {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
    },
    /// A row with more or fewer cells than the first.
    #[error(
        "{file} 第 {line} 行有 {found} 格，第一行有 {wanted} 格；各行格数必须相同，不允许的组合留空格子 / \
         line {line} of {file} has {found} cells, the first has {wanted}; all must have the same number, blank ones included"
    )]
    Ragged {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Cells met.
        found: usize,
        /// Cells of the first row.
        wanted: usize,
    },
    /// A cell that is no score.
    #[error(
        "{file} 第 {line} 行，行“{row}”列“{column}”是“{cell}”：{cause} / line {line}, row \"{row}\", column \"{column}\": \"{cell}\""
    )]
    Cell {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Row label.
        row: String,
        /// Column label.
        column: String,
        /// What stands there.
        cell: String,
        /// Why it is refused.
        cause: DecimalError,
    },
    /// Two rows or two columns of one name.
    #[error(
        "{file} 有两{kind_zh}都叫“{label}”；请改成不同的名称 / {file} has two {kind_en} named \"{label}\"; rename one"
    )]
    Duplicate {
        /// File name.
        file: String,
        /// 行 or 列.
        kind_zh: &'static str,
        /// rows or columns.
        kind_en: &'static str,
        /// The name.
        label: String,
    },
    /// A row or a column without a name among named ones.
    #[error(
        "{file} 第 {number} {kind_zh}没有名称；请补上 / {kind_en} {number} of {file} has no name; give it one"
    )]
    NoLabel {
        /// File name.
        file: String,
        /// 行 or 列.
        kind_zh: &'static str,
        /// row or column.
        kind_en: &'static str,
        /// Which, from 1, labels not counted.
        number: usize,
    },
}
