//! The row report in words, for a terminal.

use std::io::{self, Write};

use crate::intake::{Complaint, How, Intake};

/// Two lines on a file: what was read, and how its columns were understood.
pub(super) fn summary(intake: &Intake) -> String {
    let how = match (intake.encoding, &intake.sheets) {
        (Some(encoding), _) => encoding.to_owned(),
        (None, sheets) => format!("{} 张表", sheets.len()),
    };
    let named = |how: fn(How) -> bool| {
        let names = intake.columns.iter().filter(|column| how(column.how));
        names.map(|column| column.name.as_str()).collect::<Vec<_>>().join("、")
    };
    let read = intake.columns.iter().filter_map(|column| {
        column.field.map(|field| format!("{}→{}", column.name, crate::domain::Field::label(field)))
    });
    let mut text = format!(
        "{}（{how}）：{} 行，收下 {}，拒收 {}，提示 {}，疑似重复 {} 对 / {} rows, {} taken, {} rejected",
        intake.file,
        intake.rows_seen,
        intake.listings.len(),
        intake.rows_rejected,
        intake.noted().count(),
        intake.near_duplicates.len(),
        intake.rows_seen,
        intake.listings.len(),
        intake.rows_rejected,
    );
    let read = read.collect::<Vec<_>>().join("，");
    if !read.is_empty() {
        text.push_str(&format!("\n  列 columns：{read}"));
    }
    let unknown = named(|how| how == How::NotRecognised);
    if !unknown.is_empty() {
        text.push_str(&format!("\n  未识别的列照原样保留 kept as they are：{unknown}"));
    }
    text
}

/// The whole report: summary, complaints, near duplicates.
pub(super) fn write(intake: &Intake, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", summary(intake))?;
    for complaint in &intake.complaints {
        writeln!(out, "{}", line(complaint))?;
    }
    for pair in &intake.near_duplicates {
        writeln!(
            out,
            "  第 {} 行与第 {} 行几乎相同（{:.0}%）/ rows {0} and {1} are nearly the same",
            pair.first.row,
            pair.second.row,
            pair.similarity * 100.0
        )?;
    }
    if intake.near_duplicates_cut {
        writeln!(out, "  ……还有更多几乎相同的行 / and more")?;
    }
    Ok(())
}

fn line(complaint: &Complaint) -> String {
    let mut place = String::new();
    if let Some(sheet) = &complaint.sheet {
        place.push_str(&format!("{sheet} "));
    }
    if let Some(row) = complaint.row {
        place.push_str(&format!("第 {row} 行"));
    }
    if let Some(column) = &complaint.column {
        place.push_str(&format!("“{column}”列"));
    }
    let Complaint { reason_zh, reason_en, remedy_zh, remedy_en, .. } = complaint;
    let mark = match complaint.severity {
        crate::intake::Severity::Rejected => "拒收",
        crate::intake::Severity::Noted => "提示",
    };
    format!("  [{mark}] {place}：{reason_zh}{remedy_zh} / {reason_en} {remedy_en}")
}
