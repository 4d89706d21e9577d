//! The workbook of an event.

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

use crate::domain::{Progress, Rejection};
use crate::report::{clipped_cell, safe_cell};
use crate::text::Script;

use super::legible::clipped;
use super::rows::{
    Cell, MEETING_COLUMNS, day, follow_up_cells, hour, meeting_row, seat_cells, several_days, span,
};
use super::view::{EventView, MeetingView};

/// Tables side by side on one sheet of the grid: beyond that it goes on on another
/// sheet, well below the 16,384 columns that a spreadsheet holds.
const GRID_TABLES: usize = 200;

/// A4 in the numbering of spreadsheets.
const A4: u8 = 9;

/// All sheets, those without rows too: an empty one says that there is nothing.
pub(super) fn workbook(view: &EventView, script: Script) -> Result<Vec<u8>, XlsxError> {
    let mut book = Book { book: Workbook::new(), title: view.name.clone(), script };
    book.book.set_properties(&properties(view)?);
    book.sheet("概况", &[("项目", 18.0), ("内容", 80.0)], overview(view, script))?;
    let widths = [6, 11, 7, 7, 6, 12, 34, 22, 20, 12, 30, 8, 8, 8, 8, 6, 6, 9, 12, 10, 11];
    let columns: Vec<(&str, f64)> = MEETING_COLUMNS.iter().copied().zip(widths.map(f64::from)).collect();
    book.sheet("候选清单", &columns, shortlist(view, script))?;
    book.sheet("按桌次", &BY_TABLE, by_table(view))?;
    grid(&mut book, view)?;
    book.sheet("按OPC", &BY_OPC, by_opc(view))?;
    book.sheet("路演顺序", &STAGE, stage(view))?;
    let follow = book.sheet("跟进", &FOLLOW_UP, follow_up(view, script))?;
    choices(follow, view.meetings.len(), script)?;
    book.sheet("未安排", &OPEN, unmet(view, script))?;
    let findings = view.findings.iter();
    let found = findings
        .map(|f| vec![Cell::text(f.severity.as_str()), Cell::said(script, &f.zh), Cell::text(f.en.as_str())]);
    book.sheet("检查结果", &[("级别", 10.0), ("问题", 70.0), ("Finding", 70.0)], found.collect())?;
    book.book.save_to_buffer()
}

/// Dated with the event's day and not with the clock, so that the same view gives the same bytes.
fn properties(view: &EventView) -> Result<DocProperties, XlsxError> {
    let day = view.slots.first().map_or(jiff::civil::date(2000, 1, 1), |slot| slot.starts.date());
    // Spreadsheets know the years 1900 to 9999.
    let year = u16::try_from(day.year()).unwrap_or(0).max(1900);
    let day = ExcelDateTime::from_ymd(year, day.month().unsigned_abs(), day.day().unsigned_abs())?;
    Ok(DocProperties::new().set_title(clipped(&view.name, 200)).set_creation_datetime(&day))
}

const BY_TABLE: [(&str, f64); 9] = [
    ("桌号", 6.0),
    ("时段", 6.0),
    ("日期", 11.0),
    ("开始", 7.0),
    ("结束", 7.0),
    ("需求", 44.0),
    ("需求单位", 26.0),
    ("OPC", 26.0),
    ("能力", 40.0),
];
const BY_OPC: [(&str, f64); 9] = [
    ("OPC", 26.0),
    ("时段", 6.0),
    ("日期", 11.0),
    ("开始", 7.0),
    ("结束", 7.0),
    ("桌号", 6.0),
    ("需求", 44.0),
    ("需求单位", 26.0),
    ("用哪项能力", 40.0),
];
const STAGE: [(&str, f64); 6] =
    [("顺序", 6.0), ("开始", 12.0), ("结束", 12.0), ("需求编号", 14.0), ("需求", 60.0), ("需求单位", 32.0)];
const FOLLOW_UP: [(&str, f64); 10] = [
    ("需求编号", 12.0),
    ("需求", 36.0),
    ("需求单位", 22.0),
    ("OPC", 22.0),
    ("能力", 30.0),
    ("进展", 10.0),
    ("排除原因", 14.0),
    ("跟进人", 12.0),
    ("签约日期", 12.0),
    ("备注", 40.0),
];
const OPEN: [(&str, f64); 5] =
    [("类别", 16.0), ("需求编号", 14.0), ("需求", 44.0), ("OPC", 28.0), ("原因", 60.0)];

/// The workbook being made, the event's name for the heads of its pages, and the
/// characters of all that is not somebody else's.
struct Book {
    book: Workbook,
    title: String,
    script: Script,
}

impl Book {
    /// A sheet with a head that stays in view and on every printed page.
    fn sheet(
        &mut self,
        name: &str,
        columns: &[(&str, f64)],
        rows: Vec<Vec<Cell>>,
    ) -> Result<&mut Worksheet, XlsxError> {
        let head = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_background_color("#E8EEF1")
            .set_border(FormatBorder::Thin)
            .set_align(FormatAlign::VerticalCenter);
        let body = Format::new().set_text_wrap().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
        let name = &*self.script.said(name);
        let header = format!("&L{}&R{name}", page_text(&self.title));
        let sheet = self.book.add_worksheet().set_name(name)?;
        sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.4, 0.4, 0.7, 0.6, 0.3, 0.3);
        sheet.set_header(header).set_footer(self.script.said("&C第 &P 页，共 &N 页"));
        sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
        for (column, (name, width)) in (0u16..).zip(columns) {
            sheet.write_string_with_format(0, column, safe_cell(&self.script.said(name)), &head)?;
            sheet.set_column_width(column, *width)?;
        }
        for (row, cells) in (1u32..).zip(&rows) {
            for (column, cell) in (0u16..).zip(cells) {
                match cell {
                    Cell::Number(number) => sheet.write_number_with_format(row, column, *number, &body)?,
                    Cell::Text(text) => {
                        let text = clipped_cell(&safe_cell(text));
                        sheet.write_string_with_format(row, column, text, &body)?
                    }
                };
            }
        }
        Ok(sheet)
    }
}

/// Text for the head of a printed page: `&` begins a command there, and 255
/// characters are the most; the sheet's name and commands take some.
fn page_text(text: &str) -> String {
    text.chars().take(100).collect::<String>().replace('&', "&&")
}

fn overview(view: &EventView, script: Script) -> Vec<Vec<Cell>> {
    let totals = &view.totals;
    let from = view.slots.first().map(|slot| slot.starts);
    let to = view.slots.last().map(|slot| slot.ends);
    let when = from.zip(to).map_or(String::new(), |(from, to)| {
        let end = if from.date() == to.date() { hour(to) } else { format!("{} {}", to.date(), hour(to)) };
        format!("{} {} – {end}", from.date(), hour(from))
    });
    let texts = [
        ("活动", view.name.clone()),
        ("活动编号", view.id.0.clone()),
        ("主题", view.theme.clone()),
        ("地点", view.place.clone()),
        ("时间", when),
        ("状态", script.said(if view.held { "已举办" } else { "筹备中" }).into_owned()),
    ];
    let counts = [
        ("桌数", view.tables.len()),
        ("时段数", view.slots.len()),
        ("到场需求", totals.needs),
        ("有对接的需求", totals.needs_met),
        ("到场OPC", totals.opcs),
        ("有对接的OPC", totals.opcs_met),
        ("对接场次", totals.meetings),
        ("已排入时段", totals.seated),
        ("已签约", totals.signed),
    ];
    let mut rows: Vec<Vec<Cell>> =
        texts.into_iter().map(|(name, text)| vec![Cell::said(script, name), Cell::Text(text)]).collect();
    rows.extend(counts.map(|(name, count)| vec![Cell::said(script, name), Cell::count(count)]));
    let mean = totals.mean_degree.map_or(Cell::text(""), Cell::degree);
    rows.push(vec![Cell::said(script, "平均匹配度"), mean]);
    rows.push(vec![Cell::said(script, "版本"), Cell::text(view.revision.to_string())]);
    rows
}

/// By need, the best first.
fn shortlist(view: &EventView, script: Script) -> Vec<Vec<Cell>> {
    let mut meetings: Vec<&MeetingView> = view.meetings.iter().collect();
    meetings.sort_by(|a, b| {
        (&a.need, b.worth, &a.opc)
            .partial_cmp(&(&b.need, a.worth, &b.opc))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    meetings.into_iter().map(|meeting| meeting_row(meeting, script)).collect()
}

fn by_table(view: &EventView) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for table in &view.tables {
        for meeting in table.meetings.iter().map(|&position| &view.meetings[position]) {
            let mut seat = seat_cells(meeting);
            seat.rotate_right(1);
            seat.extend(
                [&meeting.need_title, &meeting.need_party, &meeting.opc_name, &meeting.capability_title]
                    .map(|text| Cell::text(text.as_str())),
            );
            rows.push(seat);
        }
    }
    rows
}

/// Slots downward, tables across.
fn grid(book: &mut Book, view: &EventView) -> Result<(), XlsxError> {
    let script = book.script;
    let groups = view.tables.chunks(GRID_TABLES).collect::<Vec<_>>();
    let groups = if groups.is_empty() { vec![&view.tables[..]] } else { groups };
    for (part, tables) in groups.into_iter().enumerate() {
        let heads: Vec<String> =
            tables.iter().map(|table| script.said(&format!("{}号桌", table.number)).into_owned()).collect();
        let mut columns = vec![("时段", 14.0)];
        columns.extend(heads.iter().map(|head| (head.as_str(), 24.0)));
        let rows = view.slots.iter().map(|slot| {
            let time = span(view, Some(slot.starts), Some(slot.ends));
            let mut row =
                vec![Cell::Text(format!("{}\n{time}", script.said(&format!("第{}时段", slot.number))))];
            row.resize(tables.len() + 1, Cell::text(""));
            for meeting in slot.meetings.iter().map(|&position| &view.meetings[position]) {
                let at = tables.iter().position(|table| Some(table.number) == meeting.table);
                if let Some(at) = at {
                    row[at + 1] = Cell::Text(format!("{}\n{}", meeting.need_title, meeting.opc_name));
                }
            }
            row
        });
        let rows = rows.collect();
        let name = if part == 0 { "按时段".to_owned() } else { format!("按时段{}", part + 1) };
        let sheet = book.sheet(&name, &columns, rows)?;
        sheet.set_freeze_panes(1, 1)?.set_repeat_columns(0, 0)?;
        // Eight tables fill the width of a sheet of paper; more go on beside it.
        let wide = u16::try_from(tables.len().div_ceil(8).max(1)).unwrap_or(u16::MAX);
        sheet.set_print_fit_to_pages(wide, 0);
    }
    Ok(())
}

fn by_opc(view: &EventView) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for opc in &view.opcs {
        for meeting in opc.meetings.iter().map(|&position| &view.meetings[position]) {
            let mut row = vec![Cell::text(opc.name.as_str())];
            row.extend(seat_cells(meeting));
            row.extend(
                [&meeting.need_title, &meeting.need_party, &meeting.capability_title]
                    .map(|text| Cell::text(text.as_str())),
            );
            rows.push(row);
        }
    }
    rows
}

fn stage(view: &EventView) -> Vec<Vec<Cell>> {
    let several = several_days(view);
    let time = |at| if several { format!("{} {}", day(at), hour(at)) } else { hour(at) };
    let turns = view.stage.iter();
    turns
        .map(|turn| {
            vec![
                Cell::count(turn.place),
                Cell::Text(turn.starts.map_or(String::new(), time)),
                Cell::Text(turn.ends.map_or(String::new(), time)),
                Cell::text(turn.need.0.as_str()),
                Cell::text(turn.title.as_str()),
                Cell::text(turn.party.as_str()),
            ]
        })
        .collect()
}

fn follow_up(view: &EventView, script: Script) -> Vec<Vec<Cell>> {
    let meetings = view.meetings.iter();
    meetings
        .map(|meeting| {
            let mut row = [
                &meeting.need.0,
                &meeting.need_title,
                &meeting.need_party,
                &meeting.opc_name,
                &meeting.capability_title,
            ]
            .map(|text| Cell::text(text.as_str()))
            .to_vec();
            row.extend(follow_up_cells(meeting, script));
            row.push(Cell::text(meeting.follow_up.as_ref().map_or("", |f| f.note.as_str())));
            row
        })
        .collect()
}

/// Lists to choose a state and a reason from, on the rows of the follow-up sheet.
fn choices(sheet: &mut Worksheet, rows: usize, script: Script) -> Result<(), XlsxError> {
    let last = u32::try_from(rows).unwrap_or(u32::MAX);
    if last == 0 {
        return Ok(());
    }
    let states: Vec<_> = Progress::ALL.iter().map(|state| script.said(state.label())).collect();
    let reasons: Vec<_> = Rejection::ALL.iter().map(|reason| script.said(reason.label())).collect();
    for (column, labels) in [(5, states), (6, reasons)] {
        let list = DataValidation::new()
            .allow_list_strings(&labels)?
            .set_error_title(script.said("请从列表中选择"))?
            .set_error_message(format!("{}{}", script.said("可填："), labels.join("、")))?;
        sheet.add_data_validation(1, column, last, column, &list)?;
    }
    Ok(())
}

fn unmet(view: &EventView, script: Script) -> Vec<Vec<Cell>> {
    let text = |[kind, need, title, opc, why]: [&str; 5]| {
        vec![
            Cell::said(script, kind),
            Cell::text(need),
            Cell::text(title),
            Cell::text(opc),
            Cell::said(script, why),
        ]
    };
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for unplaced in &view.unplaced {
        let (need, title) = (unplaced.need.0.as_str(), unplaced.need_title.as_str());
        rows.push(text(["未排入时段", need, title, &unplaced.opc_name, &unplaced.zh]));
    }
    for need in view.unmet_needs.iter().map(|&position| &view.needs[position]) {
        rows.push(text(["需求无对接", &need.need.0, &need.title, "", "候选清单里没有它的对接"]));
    }
    for opc in view.unmet_opcs.iter().map(|&position| &view.opcs[position]) {
        rows.push(text(["OPC无对接", "", "", &opc.name, "候选清单里没有它的对接"]));
    }
    rows
}
