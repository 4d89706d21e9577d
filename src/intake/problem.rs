//! Every reason for a complaint, with its words in both languages.

use super::Severity::{self, Noted, Rejected};

/// A reason, with what it takes to word it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Problem {
    MissingTitleAndText,
    DuplicateRow { first: String },
    DuplicateId { id: String, first: String },
    CellTooLong { max: usize },
    TooManyCells { max: usize },
    BrokenJson { detail: String },
    NotAnObject,
    NotAListing { detail: String },
    UnclosedQuote,
    NoHeader { rows: usize },
    NoTitleColumn { known: String },
    TitleFromText,
    SheetWithoutTitles,
    AmountUnread { cell: String },
    AmountDoubtful { shown: String },
    AmountZero,
    DateUnread { cell: String },
    DatesReversed { cell: String },
    DeadlineBeforePublished { deadline: String, published: String },
    RegionUnread { cell: String },
    RegionAmbiguous { cell: String, candidates: String },
    RegionSeveral { taken: String },
    ValueUnread { cell: String, expected: &'static str },
    RequirementUnread,
    Ragged { got: usize, expected: usize },
    ControlCharacters,
    NoCachedValue,
    ErrorCell { cell: String },
    RepeatedHeader,
    SumRow,
    RemarkRow { text: String },
    HeadingRow { text: String },
    Replaced { count: usize },
    SerialRepeated { id: String },
    OtherSide { side: &'static str },
    UnusedMapping { name: String, found: String },
    MergesCut { max: usize },
    MoreOfTheSame { code: &'static str, left_out: usize },
}

/// The words of a problem.
pub(super) struct Words {
    pub(super) severity: Severity,
    pub(super) code: &'static str,
    pub(super) reason_zh: String,
    pub(super) reason_en: String,
    pub(super) remedy_zh: &'static str,
    pub(super) remedy_en: &'static str,
}

impl Problem {
    /// Severity, stable code, reason and remedy.
    pub(super) fn words(&self) -> Words {
        use Problem::*;
        let (severity, code, reason_zh, reason_en, remedy_zh, remedy_en) = match self {
            MissingTitleAndText => (
                Rejected, "missing_title_and_text",
                "这一行既没有名称也没有描述".into(),
                "the row has neither a title nor a text".into(),
                "补上名称或描述", "fill in the title or the text",
            ),
            DuplicateRow { first } => (
                Rejected, "duplicate_row",
                format!("与第 {first} 行内容完全相同"),
                format!("identical to row {first}"),
                "只留一行即可，无需再导入", "one copy is enough; nothing to do",
            ),
            DuplicateId { id, first } => (
                Rejected, "duplicate_id",
                format!("编号 “{id}” 已在第 {first} 行用过，而两行内容不同"),
                format!("the id \"{id}\" was already used in row {first}, and the two rows differ"),
                "给这一行换一个编号，或删去其中一行", "give this row another id, or remove one of the two",
            ),
            CellTooLong { max } => (
                Rejected, "cell_too_long",
                format!("有单元格超过 {max} 个字"),
                format!("a cell is longer than {max} characters"),
                "缩短该单元格；若是 CSV，检查引号是否成对", "shorten the cell; in CSV, check that quotation marks come in pairs",
            ),
            TooManyCells { max } => (
                Rejected, "too_many_cells",
                format!("这一行超过 {max} 个单元格"),
                format!("the row has more than {max} cells"),
                "检查分隔符与引号", "check delimiters and quotation marks",
            ),
            BrokenJson { detail } => (
                Rejected, "broken_json",
                format!("不是完整的 JSON：{detail}"),
                format!("not valid JSON: {detail}"),
                "按提示的位置修正后重新导入", "mend it at the place named and import again",
            ),
            NotAnObject => (
                Rejected, "not_an_object",
                "这一项不是 JSON 对象".into(),
                "this element is not a JSON object".into(),
                "写成 {\"title\": …, \"text\": …}", "write it as {\"title\": …, \"text\": …}",
            ),
            NotAListing { detail } => (
                Rejected, "not_a_listing",
                format!("带有 side 的对象应是完整的条目，但读不出来：{detail}"),
                format!("an object with a \"side\" must be a whole listing, but: {detail}"),
                "按提示改正字段；只有列名与文字的对象请去掉 side", "mend the field named, or drop \"side\" for a plain row",
            ),
            UnclosedQuote => (
                Rejected, "unclosed_quote",
                "这一行有一个引号没有配对，后面的行会被吞掉；已从下一行起继续读".into(),
                "a quotation mark in this row is never closed; reading went on with the next row".into(),
                "补上或删去这个引号", "close or remove the quotation mark",
            ),
            NoHeader { rows } => (
                Rejected, "no_header",
                format!("这张工作表没有找到表头，{rows} 行没有读入"),
                format!("no header row found in this sheet; its {rows} rows were not read"),
                "若是清单，请在数据上方加一行列名，或用列对应指明；若是说明，可不理会",
                "if it is a list, put column names above the data or map the columns; if it is a note, ignore this",
            ),
            NoTitleColumn { known } => (
                Rejected, "no_title_column",
                format!("这张表没有名称列，也没有描述列；认出的列：{known}"),
                format!("this table has neither a title nor a text column; columns recognised: {known}"),
                "加上名称或描述列，或用列对应指明哪一列是", "add such a column, or map one to title or text",
            ),
            TitleFromText => (
                Noted, "title_from_text",
                "没有名称，已取描述的第一句".into(),
                "no title; the first sentence of the text was taken".into(),
                "可补上名称", "fill in a title if you like",
            ),
            SheetWithoutTitles => (
                Noted, "titles_from_text",
                "这张表没有名称列，名称取自描述的第一句".into(),
                "the table has no title column; titles are the first sentence of the text".into(),
                "可加一列名称，或用列对应指明", "add a title column, or map one",
            ),
            AmountUnread { cell } => (
                Noted, "amount_unread",
                format!("金额 “{cell}” 没有读懂，按未说明处理，原文保留"),
                format!("could not read the amount \"{cell}\"; treated as not stated, kept as it is"),
                "写成 50万元、20-50万元 或 面议", "write 50万元, 20-50万元 or 面议",
            ),
            AmountDoubtful { shown } => (
                Noted, "amount_doubtful",
                format!("金额读作 {shown}，不太寻常"),
                format!("the amount reads {shown}, which is unusual"),
                "请核对单位是元还是万元", "check whether the unit is 元 or 万元",
            ),
            AmountZero => (
                Noted, "amount_zero",
                "预算写的是 0，按未说明处理".into(),
                "the budget says 0; treated as not stated".into(),
                "留空、写 面议，或填上金额", "leave it blank, write 面议, or fill in the amount",
            ),
            DateUnread { cell } => (
                Noted, "date_unread",
                format!("日期 “{cell}” 没有读懂，按未说明处理，原文保留"),
                format!("could not read the date \"{cell}\"; treated as not stated, kept as it is"),
                "写成 2026-09-30 或 2026年9月30日", "write 2026-09-30",
            ),
            DatesReversed { cell } => (
                Noted, "dates_reversed",
                format!("“{cell}” 的结束早于开始，按未说明处理，原文保留"),
                format!("\"{cell}\" ends before it begins; treated as not stated, kept as it is"),
                "请核对起止日期", "check both dates",
            ),
            DeadlineBeforePublished { deadline, published } => (
                Noted, "deadline_before_published",
                format!("截止日期 {deadline} 早于发布日期 {published}"),
                format!("the deadline {deadline} lies before the publication {published}"),
                "请核对两个日期", "check both dates",
            ),
            RegionUnread { cell } => (
                Noted, "region_unread",
                format!("地区 “{cell}” 不认识，原文保留"),
                format!("unknown region \"{cell}\"; kept as it is"),
                "写到省、市或区县的全名", "write province, city or district by its full name",
            ),
            RegionAmbiguous { cell, candidates } => (
                Noted, "region_ambiguous",
                format!("“{cell}” 不止一处：{candidates}"),
                format!("\"{cell}\" could be any of: {candidates}"),
                "写上所在的市", "name the city as well",
            ),
            RegionSeveral { taken } => (
                Noted, "region_several",
                format!("写了几个地区，取第一个：{taken}；原文保留"),
                format!("several regions given; took the first, {taken}, and kept the cell"),
                "不止一处时可拆成几行，或注明可远程", "split into several rows, or state that remote work is fine",
            ),
            ValueUnread { cell, expected } => (
                Noted, "value_unread",
                format!("“{cell}” 没有读懂，按未说明处理，原文保留；可用：{expected}"),
                format!("could not read \"{cell}\"; treated as not stated, kept as it is; expected {expected}"),
                "改成可用的写法", "write one of the values named",
            ),
            RequirementUnread => (
                Noted, "requirement_unread",
                "业绩要求里没有读出数量或金额，按未说明处理，原文保留".into(),
                "found neither number nor amount in the demand for past contracts; treated as not stated, kept as it is".into(),
                "写成 至少1个同类案例，或 单个合同不低于50万元", "write 至少1个同类案例 or 单个合同不低于50万元",
            ),
            Ragged { got, expected } => (
                Noted, "ragged_row",
                format!("这一行有 {got} 格，表头有 {expected} 格，可能错位"),
                format!("the row has {got} cells, the header {expected}; cells may have shifted"),
                "检查该行是否有没加引号的分隔符", "check the row for delimiters without quotation marks",
            ),
            ControlCharacters => (
                Noted, "control_characters",
                "单元格里有不可见的控制字符，已去掉".into(),
                "control characters in the row were removed".into(),
                "不必处理；若有乱码请重新导出", "nothing to do; export again if the text looks garbled",
            ),
            NoCachedValue => (
                Noted, "formula_without_value",
                "公式没有保存计算结果，当作空格".into(),
                "a formula has no stored result and was read as blank".into(),
                "用 Excel 或 WPS 打开后保存一次，或把公式粘贴为数值", "open and save once in Excel or WPS, or paste as values",
            ),
            ErrorCell { cell } => (
                Noted, "error_cell",
                format!("单元格是错误值 {cell}，当作空格"),
                format!("the cell holds the error {cell} and was read as blank"),
                "修正公式或填上数值", "mend the formula or fill in the value",
            ),
            RepeatedHeader => (
                Noted, "repeated_header",
                "这一行重复了表头，已跳过".into(),
                "the row repeats the header and was skipped".into(),
                "不必处理", "nothing to do",
            ),
            SumRow => (
                Noted, "sum_row",
                "这一行是合计，已跳过".into(),
                "the row is a sum and was skipped".into(),
                "不必处理", "nothing to do",
            ),
            RemarkRow { text } => (
                Noted, "remark_row",
                format!("这一行是说明 “{text}”，已跳过"),
                format!("the row is a remark, \"{text}\", and was skipped"),
                "不必处理", "nothing to do",
            ),
            HeadingRow { text } => (
                Noted, "heading_row",
                format!("这一行看作分组标题 “{text}”，记在其后各行的 “分组” 里"),
                format!("the row was taken as the heading \"{text}\" of the rows below it"),
                "若是一条清单，请补上其他单元格", "fill in the other cells if it is a listing",
            ),
            Replaced { count } => (
                Noted, "bytes_replaced",
                format!("有 {count} 处字节不合编码，已换成 “�”"),
                format!("{count} byte sequences did not fit the encoding and became \"�\""),
                "重新导出，或另存为 “CSV UTF-8”", "export again, or save as CSV UTF-8",
            ),
            SerialRepeated { id } => (
                Noted, "serial_repeated",
                format!("同一序号下有不止一行，本行编号记作 “{id}”"),
                format!("several rows share one serial number; this row got the id \"{id}\""),
                "要长期跟踪时，请加一列编号", "add a column of ids to follow rows over time",
            ),
            OtherSide { side } => (
                Noted, "other_side",
                format!("这一条写明属于 {side}，照此读入"),
                format!("this listing states its own side, {side}, and was read as such"),
                "不必处理", "nothing to do",
            ),
            UnusedMapping { name, found } => (
                Noted, "unused_mapping",
                format!("列对应里的 “{name}” 在文件里没有；有：{found}"),
                format!("the mapping names a column \"{name}\" that is not there; columns: {found}"),
                "检查列名", "check the name",
            ),
            MergesCut { max } => (
                Noted, "merges_cut",
                format!("合并单元格过多，只展开了前 {max} 格"),
                format!("too many merged cells; only the first {max} cells were filled"),
                "取消合并后再导入", "unmerge the cells and import again",
            ),
            MoreOfTheSame { code, left_out } => (
                Noted, "more_of_the_same",
                format!("同样的情况（{code}）另有 {left_out} 处，不再逐一列出"),
                format!("{left_out} more of {code} are not listed"),
                "先处理已列出的", "mend the ones that are listed first",
            ),
        };
        Words { severity, code, reason_zh, reason_en, remedy_zh, remedy_en }
    }
}
