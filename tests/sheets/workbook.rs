//! The workbook and the CSV, read back by a reader of their own.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use opcmatch::domain::{Date, Side};
use opcmatch::intake::{Options, read_bytes};
use opcmatch::report::{EventView, ExportFormat, Script, write_event};

use super::fixture::{HOSTILE, fair};

const SHEETS: [&str; 9] =
    ["概况", "候选清单", "按桌次", "按时段", "按OPC", "路演顺序", "跟进", "未安排", "检查结果"];

fn bytes(view: &EventView, format: ExportFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_event(view, format, Script::Simplified, &mut bytes).unwrap();
    bytes
}

fn read(view: &EventView) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes(view, ExportFormat::Xlsx))).unwrap()
}

fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<String>> {
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

fn part(view: &EventView, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes(view, ExportFormat::Xlsx))).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn every_sheet_says_what_the_view_says() {
    let mut fair = fair(2, 3, 2).lived_in();
    fair.findings.truncate(1);
    let view = fair.view();
    let mut book = read(&view);
    assert_eq!(book.sheet_names(), SHEETS);
    let expected: [(&str, usize, &[&str]); 9] = [
        ("概况", 1, &["活动", "社区服务对接会"]),
        (
            "候选清单",
            1,
            &[
                "2",
                "2026-12-04",
                "14:20",
                "14:35",
                "1",
                "N000",
                "第0项需求：独居老人走访登记与预警",
                "示例街道0",
                "示例工作室1",
                "C001",
                "第1项能力：走访小程序",
                "60",
                "61",
                "62",
                "60",
                "推荐",
                "是",
                "已排除",
                "价格不合",
                "",
                "",
            ],
        ),
        (
            "按桌次",
            3,
            &[
                "2",
                "1",
                "2026-12-04",
                "14:00",
                "14:15",
                "第1项需求：独居老人走访登记与预警",
                "示例街道1",
                "示例工作室1",
                "第1项能力：走访小程序",
            ],
        ),
        (
            "按时段",
            1,
            &[
                "第1时段\n14:00–14:15",
                "第0项需求：独居老人走访登记与预警\n示例工作室0",
                "第1项需求：独居老人走访登记与预警\n示例工作室1",
            ],
        ),
        (
            "按OPC",
            1,
            &[
                "示例工作室0",
                "1",
                "2026-12-04",
                "14:00",
                "14:15",
                "1",
                "第0项需求：独居老人走访登记与预警",
                "示例街道0",
                "第0项能力：走访小程序",
            ],
        ),
        ("路演顺序", 2, &["2", "13:35", "13:40", "N001", "第1项需求：独居老人走访登记与预警", "示例街道1"]),
        (
            "跟进",
            1,
            &[
                "N000",
                "第0项需求：独居老人走访登记与预警",
                "示例街道0",
                "示例工作室0",
                "第0项能力：走访小程序",
                "已对接",
                "",
                "王同志",
                "2026-12-20",
                "下周去现场，电话***********",
            ],
        ),
        (
            "未安排",
            1,
            &[
                "未排入时段",
                "N001",
                "第1项需求：独居老人走访登记与预警",
                "示例工作室2",
                "示例工作室2 的时段已排满，排不下需求 N001；请加时段或减少一场",
            ],
        ),
        ("检查结果", 1, &["warning", "'=1号桌第1时段，联系***********", "table 1"]),
    ];
    for (sheet, row, wanted) in expected {
        let rows = rows(&mut book, sheet);
        assert_eq!(rows[row], wanted, "{sheet}");
    }
    for (sheet, count) in
        [("候选清单", 5), ("按桌次", 4), ("按时段", 3), ("按OPC", 5), ("路演顺序", 3), ("跟进", 5)]
    {
        assert_eq!(rows(&mut book, sheet).len(), count, "{sheet}");
    }
    assert!(matches!(book.worksheet_range("候选清单").unwrap().get_value((1, 11)), Some(Data::Float(_))));
}

#[test]
fn sheets_print_on_a4_across_with_heads_repeated() {
    let mut fair = fair(2, 3, 2).lived_in();
    fair.event.name = "A&P 对接会 &D".into();
    let view = fair.view();
    for number in 1..=SHEETS.len() {
        let xml = part(&view, &format!("xl/worksheets/sheet{number}.xml"));
        for wanted in [
            "paperSize=\"9\"",
            "orientation=\"landscape\"",
            "fitToPage=\"1\"",
            "state=\"frozen\"",
            "&amp;LA&amp;&amp;P 对接会 &amp;&amp;D&amp;R",
            "第 &amp;P 页，共 &amp;N 页",
        ] {
            assert!(xml.contains(wanted), "sheet {number} lacks {wanted}");
        }
    }
    let book = part(&view, "xl/workbook.xml");
    assert_eq!(book.matches("_xlnm.Print_Titles").count(), SHEETS.len());
    let follow_up = part(&view, "xl/worksheets/sheet7.xml");
    assert_eq!(follow_up.matches("<dataValidation ").count(), 2);
    assert!(follow_up.contains("sqref=\"F2:F5\"") && follow_up.contains("候选,已排除,已对接"));
    assert!(follow_up.contains("sqref=\"G2:G5\"") && follow_up.contains("内容不符,价格不合"));
}

#[test]
fn hostile_texts_are_text() {
    let long = "长".repeat(40_000);
    let hostile = fair(10, 10, 2).retold(|number, _| {
        if number == 4 { long.clone() } else { HOSTILE[number % HOSTILE.len()].to_owned() }
    });
    let view = hostile.lived_in().view();
    let mut book = read(&view);
    for sheet in SHEETS {
        assert!(book.worksheet_formula(sheet).unwrap().is_empty(), "{sheet} holds a formula");
        for cell in rows(&mut book, sheet).concat() {
            assert!(!cell.starts_with(['=', '+', '@', '\t', '\r']), "{sheet}: {cell}");
            assert!(!cell.contains("00138000"), "{sheet}: {cell}");
            assert!(cell.chars().count() <= 32_767);
        }
    }
    let csv = bytes(&view, ExportFormat::Csv);
    assert!(csv.starts_with(&[0xef, 0xbb, 0xbf]));
    let mut reader = csv::Reader::from_reader(&csv[3..]);
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    assert_eq!(records.len(), view.meetings.len());
    for cell in records.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '@', '\t', '\r']) && !cell.contains("00138000"), "{cell}");
    }
}

#[test]
fn an_empty_event_and_a_hall_of_tables_open_too() {
    let mut empty = fair(1, 1, 1);
    empty.event.plan = None;
    empty.event.frame = Default::default();
    assert_eq!(read(&empty.view()).sheet_names(), SHEETS);

    let mut hall = fair(2, 2, 1);
    hall.event.frame.tables = 450;
    let names = read(&hall.view()).sheet_names();
    assert_eq!(names[3..6], ["按时段", "按时段2", "按时段3"]);
}

#[test]
fn a_workbook_is_dated_with_the_event() {
    let mut fair = fair(1, 1, 1);
    for (day, wanted) in
        [(jiff::civil::date(2026, 12, 4), "2026-12-04"), (jiff::civil::date(-44, 3, 15), "1900-03-15")]
    {
        fair.event.frame.slots[0].starts = day.at(9, 0, 0, 0);
        let created = format!("<dcterms:created xsi:type=\"dcterms:W3CDTF\">{wanted}T00:00:00Z<");
        assert!(part(&fair.view(), "docProps/core.xml").contains(&created), "{wanted}");
    }
}

#[test]
fn json_is_the_view_and_lines_are_meetings() {
    let view = fair(2, 3, 2).view();
    let json: serde_json::Value = serde_json::from_slice(&bytes(&view, ExportFormat::Json)).unwrap();
    assert_eq!(json["meetings"][0]["starts"], "2026-12-04T14:00:00");
    assert_eq!(json["slots"][0]["meetings"], serde_json::json!([0, 1]));
    let lines = String::from_utf8(bytes(&view, ExportFormat::Jsonl)).unwrap();
    assert_eq!(lines.lines().count(), 4);
}

#[test]
fn in_traditional_characters_only_our_own_words_change() {
    let view = fair(2, 3, 2).lived_in().view();
    let csv = |script| {
        let mut bytes = Vec::new();
        write_event(&view, ExportFormat::Csv, script, &mut bytes).unwrap();
        bytes
    };
    let (zh, hant) = (csv(Script::Simplified), csv(Script::Traditional));
    let text = String::from_utf8(hant.clone()).unwrap();
    let head = text.lines().next().unwrap();
    assert!(head.starts_with("\u{feff}時段,日期,開始,結束,桌號,需求編號,需求,需求單位,OPC"), "{head}");
    for said in ["第0项需求：独居老人走访登记与预警", "示例街道0", "推薦", "價格不合"]
    {
        assert!(text.contains(said), "{said}");
    }
    // A table that was sent out comes back by the same columns, whichever head it has.
    let read = |bytes: &[u8]| {
        let options = Options::new(Side::Requirement, Date::constant(2026, 11, 22));
        let intake = read_bytes("meetings.csv", bytes, &options).unwrap();
        intake.columns.iter().map(|column| (column.field, column.how)).collect::<Vec<_>>()
    };
    assert_eq!(read(&zh), read(&hant));
    assert!(read(&hant).iter().filter(|(field, _)| field.is_some()).count() >= 3);

    let mut bytes = Vec::new();
    write_event(&view, ExportFormat::Xlsx, Script::Traditional, &mut bytes).unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheets =
        ["概況", "媒合名單", "依桌次", "依時段", "依OPC", "簡報順序", "後續追蹤", "未安排", "檢查結果"];
    assert_eq!(book.sheet_names(), sheets);
    let overview = rows(&mut book, "概況");
    assert_eq!(overview[1], ["活動", "社区服务对接会"]);
    let grid = rows(&mut book, "依時段");
    assert_eq!(grid[0][1], "1號桌");
    assert!(grid[1][0].starts_with("第1時段\n"), "{:?}", grid[1][0]);
    assert!(grid.iter().flatten().any(|cell| cell.contains("项需求：独居老人走访登记与预警")));
}
