//! Whole files through intake: what officers send, and what nobody should.
#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use encoding_rs::{BIG5, GB18030};
use opcmatch::domain::{Category, ContactKind, Date, Deadline, Field, Side};
use opcmatch::intake::{
    Format, How, Intake, IntakeError, Limits, Mapping, Options, Reading, Severity, read_bytes,
    read_bytes_watched, read_path, read_text, write_rejects,
};
use opcmatch::report::Script;
use proptest::prelude::*;
use rust_xlsxwriter::{Format as CellFormat, Formula, Workbook};

fn today() -> Date {
    jiff::civil::date(2026, 9, 1)
}

fn options() -> Options {
    Options::new(Side::Requirement, today())
}

fn read(file: &str, bytes: impl AsRef<[u8]>) -> Intake {
    read_bytes(file, bytes.as_ref(), &options()).unwrap()
}

fn refused(file: &str, bytes: impl AsRef<[u8]>, options: &Options) -> IntakeError {
    read_bytes(file, bytes.as_ref(), options).unwrap_err()
}

fn codes(intake: &Intake) -> Vec<(&'static str, Option<u32>)> {
    intake.complaints.iter().map(|c| (c.code, c.row)).collect()
}

const LIST: &str = "序号,需求名称,需求描述,需求单位,预算金额（万元）,截止日期,地区,联系电话,跟进人\n\
    1,电梯隐患排查,三十二个小区的电梯要提前发现故障，数据不出域,青枫街道办事处,50,2026年9月30日,杭州市西湖区,0571-88001234,小周\n\
    2,作文批改,老师们每晚批作文批到十一点,栖云小学,面议,长期有效,浙江,,\n";

#[test]
fn a_plain_list_is_read_column_by_column() {
    let intake = read("清单.csv", LIST);
    assert_eq!((intake.rows_seen, intake.rows_rejected, intake.listings.len()), (2, 0, 2));
    assert_eq!((intake.format, intake.encoding, intake.delimiter), (Format::Csv, Some("UTF-8"), Some(',')));
    assert!(intake.complaints.is_empty(), "{:?}", intake.complaints);
    let first = &intake.listings[0];
    assert_eq!(first.id.0, "清单-1");
    assert_eq!(first.title, "电梯隐患排查");
    assert_eq!(first.money.as_ref().unwrap().to_string(), "不超过50万元");
    assert_eq!(first.dates.deadline, Some(Deadline::On(jiff::civil::date(2026, 9, 30))));
    assert_eq!(first.region.to_string(), "浙江省杭州市西湖区");
    assert_eq!(first.contacts[0].kind, ContactKind::Phone);
    assert_eq!(first.extra, [("跟进人".to_owned(), "小周".to_owned())]);
    assert_eq!(first.terms.data_stays_on_site, Some(true));
    let facts: Vec<(Field, &str)> =
        first.read_from_prose.iter().map(|f| (f.field, f.quote.as_str())).collect();
    assert_eq!(facts, [(Field::DataStaysOnSite, "数据不出域")]);
    assert_eq!((first.source.file.as_deref(), first.source.row), (Some("清单.csv"), Some(2)));
    let second = &intake.listings[1];
    assert!(second.money.as_ref().unwrap().negotiable);
    assert_eq!(second.dates.deadline, Some(Deadline::Open));
    let unknown: Vec<&str> =
        intake.columns.iter().filter(|c| c.how == How::NotRecognised).map(|c| c.name.as_str()).collect();
    assert_eq!(unknown, ["跟进人"]);
}

#[test]
fn the_same_list_reads_the_same_in_every_encoding_and_delimiter() {
    let wanted = serde_json::to_value(&read("清单.csv", LIST).listings).unwrap();
    let mut marked = b"\xEF\xBB\xBF".to_vec();
    marked.extend(LIST.as_bytes());
    let utf16: Vec<u8> =
        std::iter::once(0xFEFFu16).chain(LIST.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("utf-8 with mark", marked),
        ("gb18030", GB18030.encode(LIST).0.into_owned()),
        ("utf-16", utf16),
        ("tabs", LIST.replace(',', "\t").into_bytes()),
        ("semicolons", LIST.replace(',', ";").into_bytes()),
        ("windows line ends", LIST.replace('\n', "\r\n").into_bytes()),
    ] {
        let got = serde_json::to_value(&read("清单.csv", bytes).listings).unwrap();
        assert_eq!(got, wanted, "{name}");
    }
}

#[test]
fn a_traditional_list_in_big5_is_read() {
    let text = "編號,專案名稱,需求描述,需求單位,預算,聯絡人,聯絡電話\nT1,導覽系統,為展館製作語音導覽並提供遠端維護,青楓文化協會,新臺幣50萬元,陳小明,02-12345678\n";
    let mapped = Options { mapping: "專案名稱=title".parse::<Mapping>().unwrap(), ..options() };
    let intake = read_bytes("a.csv", &BIG5.encode(text).0, &mapped).unwrap();
    assert_eq!(intake.encoding, Some("Big5"));
    assert_eq!(intake.listings[0].title, "導覽系統");
    assert_eq!(intake.listings[0].money.as_ref().unwrap().to_string(), "不超过50万新台币");
    assert_eq!(intake.columns[1].how, How::ByMapping);
}

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

#[test]
fn title_rows_merged_cells_dates_and_several_sheets() {
    let bytes = workbook(|book| {
        let plain = CellFormat::new();
        let date = CellFormat::new().set_num_format("yyyy-mm-dd");
        let sheet = book.add_worksheet().set_name("场景").unwrap();
        sheet.merge_range(0, 0, 0, 4, "某区场景机会清单", &plain).unwrap();
        sheet.merge_range(1, 0, 1, 4, "发布日期：2026年9月1日", &plain).unwrap();
        for (column, name) in ["序号", "场景名称", "场景简介", "发布单位", "截止时间"].iter().enumerate()
        {
            sheet.write(2, column as u16, *name).unwrap();
        }
        sheet.merge_range(3, 3, 5, 3, "青枫街道办事处", &plain).unwrap();
        for (row, title) in [(3u32, "电梯预警"), (4, "河道巡查"), (5, "独居老人关怀")] {
            sheet.write(row, 0, row - 2).unwrap();
            sheet.write(row, 1, title).unwrap();
            sheet.write(row, 2, "用人工智能做").unwrap();
            let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 10, 8).unwrap();
            sheet.write_datetime_with_format(row, 4, &day, &date).unwrap();
        }
        sheet.write(7, 0, "合计").unwrap();
        let second = book.add_worksheet().set_name("需求").unwrap();
        second.write(0, 0, "需求名称").unwrap();
        second.write(0, 1, "预算金额").unwrap();
        second.write(1, 0, "错题本").unwrap();
        second.write(1, 1, 30000).unwrap();
        let note = book.add_worksheet().set_name("填表说明").unwrap();
        note.write(0, 0, "请如实填写").unwrap();
    });
    let intake = read("机会清单.xlsx", bytes);
    assert_eq!(intake.format, Format::Xlsx);
    let headers: Vec<Option<u32>> = intake.sheets.iter().map(|s| s.header_row).collect();
    assert_eq!(headers, [Some(3), Some(1), None]);
    assert_eq!(intake.listings.len(), 4);
    for listing in &intake.listings[..3] {
        assert_eq!(listing.party.name, "青枫街道办事处");
        assert_eq!(listing.category, Category::Scenario);
        assert_eq!(listing.dates.deadline, Some(Deadline::On(jiff::civil::date(2026, 10, 8))));
    }
    assert_eq!(intake.listings[0].id.0, "机会清单-场景-1");
    assert_eq!(intake.listings[3].money.as_ref().unwrap().to_string(), "不超过3万元");
    assert_eq!(intake.rows_blank, 1);
    assert_eq!(codes(&intake), [("sum_row", Some(8)), ("no_header", None)]);
    let one = Options { sheet: Some("需求".into()), ..options() };
    let bytes = workbook(|book| {
        book.add_worksheet().write(0, 0, "名称").unwrap();
    });
    let error = refused("a.xlsx", bytes, &one).to_string();
    assert!(error.contains("需求") && error.contains("Sheet1"), "{error}");
}

#[test]
fn a_header_of_two_merged_rows_is_read_by_its_lower_names() {
    let bytes = workbook(|book| {
        let plain = CellFormat::new();
        let sheet = book.add_worksheet();
        sheet.merge_range(0, 0, 1, 0, "需求名称", &plain).unwrap();
        sheet.merge_range(0, 1, 1, 1, "需求描述", &plain).unwrap();
        sheet.merge_range(0, 2, 0, 3, "联系方式", &plain).unwrap();
        sheet.write(1, 2, "联系人").unwrap();
        sheet.write(1, 3, "邮箱").unwrap();
        for (column, cell) in ["错题本", "自动整理", "王小明", "a@example.com"].iter().enumerate() {
            sheet.write(2, column as u16, *cell).unwrap();
        }
    });
    let intake = read("a.xlsx", bytes);
    let kinds: Vec<ContactKind> = intake.listings[0].contacts.iter().map(|c| c.kind).collect();
    assert_eq!((intake.listings.len(), kinds), (1, vec![ContactKind::Name, ContactKind::Email]));
}

#[test]
fn formulas_give_their_stored_value_and_errors_are_noted() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        for (column, name) in ["名称", "描述", "预算金额"].iter().enumerate() {
            sheet.write(0, column as u16, *name).unwrap();
        }
        sheet.write(1, 0, "甲").unwrap();
        sheet.write(1, 1, "=SUM(A1) 只是文字").unwrap();
        sheet.write_formula(1, 2, Formula::new("=2*25000").set_result("50000")).unwrap();
        sheet.write(2, 0, "乙").unwrap();
        sheet.write_formula(2, 2, Formula::new("=NA()").set_result("#N/A")).unwrap();
    });
    let intake = read("a.xlsx", bytes);
    assert_eq!(intake.listings[0].money.as_ref().unwrap().to_string(), "不超过5万元");
    assert_eq!(intake.listings[0].text, "=SUM(A1) 只是文字");
    assert_eq!(intake.listings[1].money, None);
    assert_eq!(codes(&intake), [("error_cell", Some(3))]);
}

/// An archive that unpacks to far more than it weighs.
fn bomb(part: &str, megabytes: usize) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = zip::write::SimpleFileOptions::default();
    archive.start_file("xl/workbook.xml", packed).unwrap();
    archive.write_all(b"<workbook/>").unwrap();
    archive.start_file(part, packed).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..megabytes {
        archive.write_all(&zeros).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let small = Options { limits: Limits { max_unpacked_bytes: 8 << 20, ..Limits::default() }, ..options() };
    let error = refused("a.xlsx", bomb("xl/worksheets/sheet1.xml", 16), &small);
    assert!(matches!(error, IntakeError::UnpacksTooLarge { .. }), "{error}");
    // A part that only claims to hold more texts than memory could.
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = zip::write::SimpleFileOptions::default();
    for (name, text) in [
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/sharedStrings.xml", "<sst uniqueCount=\"99999999999\"><si><t>a</t></si></sst>"),
    ] {
        archive.start_file(name, packed).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    let error = refused("a.xlsx", archive.finish().unwrap().into_inner(), &options());
    assert!(matches!(error, IntakeError::UnpacksTooLarge { .. }), "{error}");
}

#[test]
fn one_cell_in_the_last_corner_does_not_lay_out_the_whole_sheet() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "名称").unwrap();
        sheet.write(0, 1, "描述").unwrap();
        sheet.write(1, 0, "甲").unwrap();
        sheet.write(1_048_575, 0, "乙").unwrap();
    });
    let intake = read("a.xlsx", bytes);
    assert_eq!((intake.listings.len(), intake.rows_blank), (2, 1_048_573));
    let wide = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write(0, 16_383, "名称").unwrap();
    });
    assert!(matches!(refused("a.xlsx", wide, &options()), IntakeError::TooManyColumns { .. }));
}

#[test]
fn broken_and_foreign_files_are_named() {
    let whole = workbook(|book| {
        book.add_worksheet().write(0, 0, "名称").unwrap();
    });
    let cut = &whole[..whole.len() / 2];
    let mut turned = whole.clone();
    for byte in turned.iter_mut().skip(200).step_by(37) {
        *byte ^= 0x55;
    }
    let junk: Vec<u8> = (0..5000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    for (file, bytes, wanted) in [
        ("a.xlsx", cut.to_vec(), "损坏"),
        ("a.xlsx", turned, "损坏"),
        ("a.csv", junk, "GB18030"),
        ("a.csv", b"".to_vec(), "空"),
        ("a.csv", b" \n\n".to_vec(), "空"),
        ("a.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old".to_vec(), "另存为 .xlsx"),
        ("a.pdf", b"%PDF-1.7 ...".to_vec(), "PDF"),
        ("a.xls", b"<html><table><tr><td>a</td></tr></table></html>".to_vec(), "网页"),
        ("a.txt", "只有一段话，没有表头。".as_bytes().to_vec(), "表头"),
        ("a.json", b"{\"a\": 1".to_vec(), "JSON"),
        ("a.json", "名称,描述".as_bytes().to_vec(), "JSON"),
    ] {
        let error = refused(file, &bytes, &options()).to_string();
        assert!(error.contains(wanted) && error.contains(" / "), "{file}: {error}");
    }
}

#[test]
fn limits_hold_while_reading() {
    let mut rows = String::from("名称,描述\n");
    for n in 0..1000 {
        rows.push_str(&format!("需求{n},描述{n}\n"));
    }
    let with = |limits: Limits| Options { limits, ..options() };
    let error = refused("a.csv", &rows, &with(Limits { max_rows: 100, ..Limits::default() }));
    assert!(matches!(error, IntakeError::TooManyRows { max_rows: 100, .. }), "{error}");
    let error = refused("a.csv", &rows, &with(Limits { max_bytes: 1000, ..Limits::default() }));
    assert!(matches!(error, IntakeError::TooLarge { max_bytes: 1000, .. }), "{error}");
    let jsonl = "{\"title\":\"甲\"}\n".repeat(200);
    let error = refused("a.jsonl", jsonl, &with(Limits { max_rows: 100, ..Limits::default() }));
    assert!(matches!(error, IntakeError::TooManyRows { .. }), "{error}");
    let book = workbook(|book| {
        let sheet = book.add_worksheet();
        for row in 0..200 {
            sheet.write(row, 0, "名称").unwrap();
        }
    });
    let error = refused("a.xlsx", book, &with(Limits { max_rows: 100, ..Limits::default() }));
    assert!(matches!(error, IntakeError::TooManyRows { .. }), "{error}");
    // A line that never ends, from a file on disk.
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all("名称,描述\n".as_bytes()).unwrap();
    file.write_all(&vec![b'a'; 3 << 20]).unwrap();
    let error =
        read_path(file.path(), &with(Limits { max_line_bytes: 1 << 20, ..Limits::default() })).unwrap_err();
    assert!(matches!(error, IntakeError::LineTooLong { line: 2, .. }), "{error}");
    let long = format!("名称,描述\n甲,{}\n乙,短\n", "长".repeat(600));
    let intake =
        read_bytes("a.csv", long.as_bytes(), &with(Limits { max_cell_chars: 500, ..Limits::default() }))
            .unwrap();
    assert_eq!((intake.listings.len(), codes(&intake)), (1, vec![("cell_too_long", Some(2))]));
    let error = read_path(std::path::Path::new("没有这个文件.csv"), &options()).unwrap_err();
    assert!(matches!(error, IntakeError::Unreadable { .. }));
}

#[test]
fn every_rejected_row_comes_back_and_can_be_mended() {
    let text = "编号,名称,描述,预算\n\
        N1,甲,第一条,10万\n\
        N1,甲,第一条,10万\n\
        N1,乙,第二条,20万\n\
        N3,,,-30\n\
        N4,=丁,\"含\0空字符\",随缘\n\
        N5,戊,多一格,1万,错位\n\
        N6,己\n";
    let intake = read("a.csv", text);
    assert_eq!(
        codes(&intake),
        [
            ("duplicate_row", Some(3)),
            ("duplicate_id", Some(4)),
            ("missing_title_and_text", Some(5)),
            ("control_characters", Some(6)),
            ("amount_unread", Some(6)),
            ("ragged_row", Some(7)),
            ("ragged_row", Some(8)),
        ]
    );
    assert_eq!((intake.rows_seen, intake.rows_rejected, intake.listings.len()), (7, 3, 4));
    for complaint in &intake.complaints {
        for words in [&complaint.reason_zh, &complaint.reason_en, &complaint.remedy_zh, &complaint.remedy_en]
        {
            assert!(!words.is_empty(), "{}", complaint.code);
        }
        assert_eq!(complaint.severity == Severity::Rejected, !complaint.cells.is_empty());
    }
    assert_eq!(intake.listings[1].extra, [("预算".to_owned(), "随缘".to_owned())]);
    assert_eq!(intake.listings[2].extra, [("第5列".to_owned(), "错位".to_owned())]);

    let mut saved = Vec::new();
    assert_eq!(write_rejects(&intake, Script::Simplified, &mut saved).unwrap(), 3);
    let saved = String::from_utf8(saved).unwrap();
    assert!(saved.starts_with('\u{FEFF}') && saved.contains("'-30"), "{saved}");
    let mut traditional = Vec::new();
    write_rejects(&intake, Script::Traditional, &mut traditional).unwrap();
    let traditional = String::from_utf8(traditional).unwrap();
    assert!(traditional.contains("退回原因,修改辦法,退回位置") && !traditional.contains("修改办法"));
    for saved in [saved, traditional] {
        let mended = saved.replace("N1,乙", "N2,=乙").replace("N3,,", "N3,丙,");
        let again = read("mended.csv", mended);
        let kept: Vec<(&str, &str)> =
            again.listings.iter().map(|l| (l.id.0.as_str(), l.title.as_str())).collect();
        assert_eq!(kept, [("N1", "甲"), ("N2", "=乙"), ("N3", "丙")]);
        // What was added to the rows is no column of the list, in either script.
        let added = |name: &str| name.contains("退回") || name.contains("修改");
        assert!(again.listings.iter().all(|l| l.extra.iter().all(|(name, _)| !added(name))));
    }
}

#[test]
fn titles_come_from_texts_and_tables_without_either_say_so() {
    let intake = read("a.csv", "编号,名称,描述\n1,,给三楼装两台摄像头。预算三千元。\n2,甲,乙\n");
    assert_eq!(intake.listings[0].title, "给三楼装两台摄像头");
    assert_eq!(codes(&intake), [("title_from_text", Some(2))]);
    let intake = read("a.csv", "编号,需求描述,预算\n1,电梯预警,5万\n2,河道巡查,6万\n");
    assert_eq!((intake.listings.len(), codes(&intake)), (2, vec![("titles_from_text", None)]));
    let intake = read("a.csv", "编号,预算,联系人\n1,5万,王小明\n");
    assert_eq!(codes(&intake), [("no_title_column", None), ("missing_title_and_text", Some(2))]);
}

#[test]
fn mappings_override_and_unused_ones_are_told() {
    let mapping: Mapping = "怎么称呼=title,备注=ignore,没有的列=money".parse().unwrap();
    let mapped = Options { mapping, ..options() };
    let intake = read_bytes("a.csv", "怎么称呼,需求描述,备注\n甲,乙,丙\n".as_bytes(), &mapped).unwrap();
    assert_eq!(intake.listings[0].title, "甲");
    assert!(!intake.listings[0].text.contains('丙') && intake.listings[0].extra.is_empty());
    assert_eq!(codes(&intake), [("unused_mapping", None)]);
}

#[test]
fn json_in_all_its_forms() {
    let intake = read(
        "a.jsonl",
        "{\"id\":\"R1\",\"title\":\"问数\",\"text\":\"做一个问数系统\",\"issuing_body\":\"栖云小学\",\"budget\":\"207547.16元\",\
         \"region\":\"福建\",\"published\":\"2026-08-21\",\"deadline\":\"2026-08-28 09:00\",\
         \"eligibility\":[\"独立法人\",\"至少具备2个同类案例业绩\"],\"skills\":\"大模型,问数\",\"url\":\"https://example.com/1\",\
         \"meta\":{\"batch\":3}}\n\n{\"id\":\"R2\",\"title\":\"缺口}\n{\"id\":\"R3\",\"text\":\"只有描述\"}\n[1]\n",
    );
    assert_eq!((intake.format, intake.listings.len(), intake.rows_blank), (Format::JsonLines, 2, 1));
    let first = &intake.listings[0];
    assert_eq!(first.money.as_ref().unwrap().high.unwrap().0, 20_754_716);
    assert_eq!(first.terms.legal_person, Some(true));
    assert_eq!(first.terms.past_contracts.as_ref().unwrap().count, 2);
    assert_eq!(first.skills, ["大模型", "问数"]);
    assert_eq!(first.source.url.as_deref(), Some("https://example.com/1"));
    assert!(first.extra.contains(&("meta.batch".to_owned(), "3".to_owned())));
    assert_eq!(
        codes(&intake),
        [("broken_json", Some(3)), ("title_from_text", Some(4)), ("not_an_object", Some(5))]
    );

    let whole = serde_json::json!({"note": "x", "listings": [
        {"id": "N1", "side": "requirement", "title": "电梯", "text": "预算12万元", "terms": {"on_site": true}},
        {"id": "C1", "side": "capability", "title": "巡检", "has_contact": false},
        {"id": "N2", "side": "requirement", "title": "错", "budgett": 3}
    ]});
    let intake = read("a.json", whole.to_string());
    assert_eq!((intake.format, intake.listings.len()), (Format::Json, 2));
    assert_eq!(intake.listings[0].terms.on_site, Some(true));
    assert_eq!(intake.listings[0].money.as_ref().unwrap().to_string(), "不超过12万元");
    assert_eq!(intake.listings[0].read_from_prose.len(), 1);
    assert_eq!(codes(&intake), [("other_side", Some(2)), ("not_a_listing", Some(3))]);
    // What goes out as JSON comes in unchanged.
    let out = serde_json::json!({ "listings": intake.listings }).to_string();
    let back = read("b.json", out);
    assert_eq!(back.listings, intake.listings);
}

#[test]
fn near_duplicates_are_pointed_out() {
    let text = "为辖区三十二个小区的电梯加装传感器，提前发现困人和故障隐患，数据留在街道机房";
    let intake = read(
        "a.csv",
        format!("编号,名称,描述\n1,电梯,{text}，九月上线\n2,食堂,菜品识别结算\n3,电梯,{text}，十月上线\n"),
    );
    let pairs: Vec<(u32, u32)> = intake.near_duplicates.iter().map(|p| (p.first.row, p.second.row)).collect();
    assert_eq!(pairs, [(2, 4)]);
}

#[test]
fn headings_remarks_and_repeated_headers_are_not_listings() {
    let intake = read(
        "a.csv",
        "序号,名称,描述\n一、智能制造,,\n1,甲,甲的描述\n序号,名称,描述\n二、教育,,\n2,乙,乙的描述\n备注：以最终公告为准,,\n",
    );
    let kept: Vec<(&str, &str)> =
        intake.listings.iter().map(|l| (l.title.as_str(), l.extra[0].1.as_str())).collect();
    assert_eq!(kept, [("甲", "一、智能制造"), ("乙", "二、教育")]);
    assert_eq!(
        codes(&intake),
        [
            ("heading_row", Some(2)),
            ("repeated_header", Some(4)),
            ("heading_row", Some(5)),
            ("remark_row", Some(7)),
        ]
    );
}

#[test]
fn capability_lists_and_partner_cards_take_their_side() {
    let capability = Options { side: Side::Capability, ..options() };
    let text = "序号,企业名称,核心产品,企业与产品简介,企业资质,典型客户/案例,实施参考价,交付周期,可否远程\n\
        1,远麓精工有限公司,设备预测维护,用振动数据提前发现故障,ISO9001、软件著作权,2025年某水厂；某纺织厂8万元,2万元起,2周,是\n";
    let intake = read_bytes("a.csv", text.as_bytes(), &capability).unwrap();
    let listing = &intake.listings[0];
    assert_eq!(listing.title, "设备预测维护");
    assert_eq!(listing.terms.certificates.len(), 2);
    assert_eq!(listing.cases.len(), 2);
    assert_eq!(listing.money.as_ref().unwrap().to_string(), "2万元起");
    assert_eq!(listing.region.remote, Some(true));
    assert_eq!(listing.terms.legal_person, Some(true));
    let cards = "昵称,我有,我要\n小林,会剪视频,想找写脚本的人\n";
    let have = read_bytes("a.csv", cards.as_bytes(), &capability).unwrap();
    let want = read_bytes("a.csv", cards.as_bytes(), &options()).unwrap();
    assert_eq!(
        (have.listings[0].text.as_str(), want.listings[0].text.as_str()),
        ("会剪视频", "想找写脚本的人")
    );
    assert_eq!(want.listings[0].category, Category::Partner);
}

#[test]
fn a_pasted_text_becomes_a_listing() {
    let listing = read_text("老小区电梯预警\n预算12万以内，元旦前要用上，须驻场调试。", &options());
    assert_eq!(listing.title, "老小区电梯预警");
    assert_eq!(listing.read_from_prose.len(), 3);
    assert_eq!(
        read_text("老小区电梯预警\n预算12万以内，元旦前要用上，须驻场调试。", &options()).id,
        listing.id
    );
}

#[test]
fn how_far_a_file_is_read_is_told_and_it_stops_wherever_it_is_told_to() {
    let rows: String = (0..400).map(|n| format!("N{n},巡河需求{n},第{n}段河道每周巡查一次\n")).collect();
    let lines: String =
        (0..400).map(|n| format!("{{\"编号\": \"N{n}\", \"需求名称\": \"巡河需求{n}\"}}\n")).collect();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "需求名称").unwrap();
    for n in 0..400 {
        sheet.write(n + 1, 0, format!("巡河需求{n}")).unwrap();
    }
    let files = [
        ("a.csv", format!("编号,需求名称,需求描述\n{rows}").into_bytes()),
        ("a.jsonl", lines.into_bytes()),
        ("a.xlsx", workbook.save_to_buffer().unwrap()),
    ];
    for (name, bytes) in files {
        let seen = std::sync::Mutex::new(Vec::new());
        let watch = |at, done, of| {
            seen.lock().unwrap().push((at, done, of));
            ControlFlow::Continue(())
        };
        let whole = read_bytes_watched(name, &bytes, &options(), &watch).unwrap();
        assert_eq!(whole.listings.len(), 400, "{name}");
        let mut seen = seen.into_inner().unwrap();
        assert!(seen.is_sorted_by_key(|(at, ..)| *at), "{name}: {seen:?}");
        assert!(seen.contains(&(Reading::Rows, 400, Some(400))), "{name}: {seen:?}");
        assert!(seen.iter().any(|(at, done, _)| *at == Reading::Opening && *done >= 300), "{name}: {seen:?}");
        seen.dedup_by_key(|(at, ..)| *at);
        assert_eq!(seen.len(), 3, "{name}: {seen:?}");
        for stop in [Reading::Opening, Reading::Rows, Reading::Comparing] {
            let watch = |at, done, _| {
                let last = at == stop && (done > 0 || stop == Reading::Comparing);
                if last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let stopped = read_bytes_watched(name, &bytes, &options(), &watch);
            assert!(matches!(stopped, Err(IntakeError::Stopped)), "{name}, {stop:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), kind in 0usize..6) {
        let file = ["a.csv", "a.tsv", "a.xlsx", "a.json", "a.jsonl", "a"][kind];
        let _ = read_bytes(file, &bytes, &options());
    }

    #[test]
    fn arbitrary_cells_never_panic_and_never_vanish(cells in proptest::collection::vec("[\\PC\u{0}\"\n,，]{0,40}", 1..12), kind in 0usize..3) {
        let file = ["a.csv", "a.jsonl", "a.json"][kind];
        let mut text = match kind { 0 => "名称,描述,预算,截止日期,地区,资格要求\n".to_owned(), _ => String::new() };
        if kind == 0 {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for cell in &cells {
                writer.write_record([cell, cell, cell, cell, cell, cell]).unwrap();
            }
            text.push_str(&String::from_utf8(writer.into_inner().unwrap()).unwrap());
        } else {
            let rows: Vec<String> = cells.iter().map(|c| serde_json::json!({"title": c, "text": c, "budget": c}).to_string()).collect();
            text = if kind == 1 { rows.join("\n") } else { format!("[{}]", rows.join(",")) };
        }
        if let Ok(intake) = read_bytes(file, text.as_bytes(), &options()) {
            let skipped = intake.complaints.iter().filter(|c| {
                matches!(c.code, "sum_row" | "remark_row" | "heading_row" | "repeated_header")
            }).count();
            prop_assert_eq!(intake.rows_seen, intake.listings.len() + intake.rows_rejected + skipped);
            write_rejects(&intake, Script::Simplified, Vec::new()).unwrap();
        }
    }

    #[test]
    fn mangled_workbooks_never_panic(at in proptest::collection::vec((0usize..8000, any::<u8>()), 1..30)) {
        let mut bytes = workbook(|book| {
            let sheet = book.add_worksheet();
            sheet.write(0, 0, "名称").unwrap();
            sheet.write(0, 1, "描述").unwrap();
            sheet.write(1, 0, "甲").unwrap();
        });
        for (index, byte) in at {
            let length = bytes.len();
            bytes[index % length] = byte;
        }
        let _ = read_bytes("a.xlsx", &bytes, &options());
    }
}
