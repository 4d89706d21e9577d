//! One row of a table → one listing, or the reason why not.

use super::columns::Twist;
use super::facts::read_prose;
use super::header::{Column, Plan};
use super::problem::Problem;
use super::report::How;
use super::row_fields::RowBuilder;
use super::table::{Body, RawRow};
use super::{Complaint, Options};
use crate::domain::{Field, Listing};

/// Where a row stands, for complaints.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) sheet: Option<&'a str>,
}

impl Place<'_> {
    /// A complaint about one row of this sheet.
    pub(super) fn complain(&self, row: u32, problem: &Problem) -> Complaint {
        Complaint::about(self.file, problem).on_sheet(self.sheet).on_row(row)
    }
}

/// How a listing came to its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum IdFrom {
    /// A column of ids, or the listing itself.
    Stated(String),
    /// A serial number of this table.
    Serial(String),
    /// Nothing.
    Nowhere,
}

/// What became of a row.
#[derive(Debug)]
pub(super) enum Outcome {
    Taken {
        listing: Box<Listing>,
        id: IdFrom,
        notes: Vec<Complaint>,
    },
    Rejected(Complaint),
    /// A heading, sum, remark or repeated header.
    Skipped(Complaint),
}

/// What a row is before it is read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Data,
    Heading(String),
    Skip(Problem),
}

/// Tells data from headings, sums, remarks and repeated headers.
pub(super) fn kind(row: &RawRow, plan: &Plan) -> Kind {
    let cells = row.cells();
    let Some((first_column, first)) = cells.first() else { return Kind::Data };
    if plan.header_row.is_none() || plan.columns.len() < 2 {
        return Kind::Data;
    }
    let repeats = cells.len() >= 2
        && cells.iter().all(|(index, cell)| plan.column(*index).is_some_and(|column| column.name == *cell));
    if repeats {
        return Kind::Skip(Problem::RepeatedHeader);
    }
    let bare: String = first.chars().filter(|c| !c.is_whitespace()).collect();
    if matches!(
        bare.trim_end_matches([':', '：']),
        "合计" | "总计" | "小计" | "共计" | "合計" | "總計" | "小計"
    ) {
        return Kind::Skip(Problem::SumRow);
    }
    // A merged area repeats its text over the columns it spans only downwards,
    // so a line across the table is one filled cell.
    if cells.len() == 1 && plan.columns.len() >= 3 {
        let remark =
            ["注:", "注：", "备注:", "备注：", "說明：", "说明:", "说明：", "填表说明", "填报说明", "備註："]
                .iter()
                .any(|w| bare.starts_with(w));
        if remark {
            return Kind::Skip(Problem::RemarkRow { text: first.chars().take(40).collect() });
        }
        let numbered = bare.starts_with(|c| "一二三四五六七八九十".contains(c))
            && bare.contains(['、', '.', '．'])
            || bare.starts_with(['（', '('])
                && bare.chars().nth(1).is_some_and(|c| "一二三四五六七八九十".contains(c))
            || bare.starts_with('第') && bare.contains(['类', '章', '部', '批', '類']);
        let serial = plan
            .column(*first_column)
            .and_then(|c| c.meaning)
            .is_some_and(|(_, twist)| twist == Twist::Serial);
        if bare.chars().count() <= 40 && (numbered || (serial && !bare.chars().all(|c| c.is_ascii_digit()))) {
            return Kind::Heading(first.clone());
        }
    }
    Kind::Data
}

/// Reads one row.
pub(super) fn read(
    row: &RawRow,
    heading: Option<&str>,
    plan: &Plan,
    place: Place<'_>,
    options: &Options,
) -> Outcome {
    if let Body::Whole(listing) = &row.body {
        return whole(listing, row, place, options);
    }
    let mut builder = RowBuilder::new(row, place, options);
    for (index, cell) in row.cells() {
        let cell = if plan.escaped { super::rejects::unescape(cell) } else { cell };
        match plan.column(*index) {
            Some(Column { how: How::Ignored, .. }) => {}
            Some(column) => builder.cell(column, cell),
            None => builder.extra(&format!("第{}列", index + 1), cell),
        }
    }
    let beyond = row.cells().last().is_some_and(|(index, _)| *index as usize >= plan.width);
    if plan.width != 0 && (row.width < plan.width || beyond) {
        builder.note(Problem::Ragged { got: row.width, expected: plan.width });
    }
    if let Some(heading) = heading {
        builder.extra("分组", heading);
    }
    match builder.finish(plan.fills(Field::Title, options.side)) {
        Some((mut listing, id, notes)) => {
            read_prose(&mut listing, options.today);
            Outcome::Taken { listing: Box::new(listing), id, notes }
        }
        None => Outcome::Rejected(
            place.complain(row.number, &Problem::MissingTitleAndText).with_cells(dense(row)),
        ),
    }
}

/// A listing that came whole. It is taken as it stands; only what it leaves open
/// is read from its words, unless that was done before (it holds facts already).
fn whole(listing: &Listing, row: &RawRow, place: Place<'_>, options: &Options) -> Outcome {
    let mut listing = listing.clone();
    if listing.title.trim().is_empty() && listing.text.trim().is_empty() {
        return Outcome::Rejected(
            place.complain(row.number, &Problem::MissingTitleAndText).with_cells(vec![listing.id.0]),
        );
    }
    let mut notes = Vec::new();
    if listing.title.trim().is_empty() {
        listing.title = first_sentence(&listing.text);
        notes.push(place.complain(row.number, &Problem::TitleFromText));
    }
    if listing.side != options.side {
        notes.push(place.complain(row.number, &Problem::OtherSide { side: listing.side.label() }));
    }
    if listing.read_from_prose.is_empty() {
        read_prose(&mut listing, options.today);
    }
    if listing.source == crate::domain::Source::default() {
        listing.source.file = Some(place.file.to_owned());
        listing.source.row = Some(row.number);
    }
    let id = listing.id.0.trim().to_owned();
    let id = if id.is_empty() { IdFrom::Nowhere } else { IdFrom::Stated(id) };
    Outcome::Taken { listing: Box::new(listing), id, notes }
}

/// The cells of a row with blanks between them.
pub(super) fn dense(row: &RawRow) -> Vec<String> {
    let width = row.cells().last().map_or(0, |(index, _)| *index as usize + 1);
    let mut cells = vec![String::new(); width];
    for (index, cell) in row.cells() {
        if let Some(slot) = cells.get_mut(*index as usize) {
            slot.clone_from(cell);
        }
    }
    cells
}

/// Longest title made from a text, in characters: what fits one line of a list.
const MAX_TITLE: usize = 40;

/// The first sentence of a text, for a title.
pub(super) fn first_sentence(text: &str) -> String {
    let line = text
        .trim_start()
        .split(['。', '！', '？', '\n', '；', '!', '?', ';'])
        .find(|part| part.chars().any(char::is_alphanumeric))
        .unwrap_or(text)
        .trim();
    if line.chars().count() <= MAX_TITLE {
        return line.to_owned();
    }
    let head: String = line.chars().take(MAX_TITLE).collect();
    match head.rfind(['，', ',', '、', '：', ':', ' ']) {
        Some(at) if head[..at].chars().count() >= 8 => head[..at].to_owned(),
        _ => format!("{head}…"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_made_of_first_sentences() {
        for (text, title) in [
            ("给三楼装两台摄像头。预算三千。", "给三楼装两台摄像头"),
            ("\n 电梯隐患排查\n我们小区", "电梯隐患排查"),
            (
                "为进一步提升辖区老旧小区电梯安全管理水平，拟建设一套电梯运行状态在线监测与隐患预警平台并接入大屏展示系统",
                "为进一步提升辖区老旧小区电梯安全管理水平",
            ),
        ] {
            assert_eq!(first_sentence(text), title);
        }
    }
}
