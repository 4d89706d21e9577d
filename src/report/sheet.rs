//! Rankings as rows of a spreadsheet.

use crate::domain::{Answer, Part, Side};
use crate::text::Script;

use super::view::{MatchView, RankingView};

/// Column heads of an export, in order.
pub const COLUMNS: &[&str] = &[
    "编号",
    "名称",
    "单位",
    "名次",
    "结论",
    "匹配度",
    "对方编号",
    "对方名称",
    "对方单位",
    "词面得分",
    "语义得分",
    "共同词",
    "同义说法",
    "需求原文",
    "能力原文",
    "符合的条件",
    "待确认",
    "不符的条件",
    "未见对应",
];

/// A cell that a spreadsheet will not run: text that begins like a formula gets
/// an apostrophe before it (OWASP, "CSV Injection").
pub fn safe_cell(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if risky { format!("'{cell}") } else { cell.to_owned() }
}

/// One row a candidate; a listing that nothing fits has a row that says so,
/// followed by its candidates for reference.
pub fn sheet_rows(ranking: &RankingView, script: Script) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let head = [ranking.listing.id.0.clone(), ranking.listing.title.clone(), ranking.listing.party.clone()];
    if ranking.nothing_fits {
        let verdict = match ranking.side {
            Side::Requirement => "无合适能力",
            Side::Capability => "无合适需求",
        };
        let mut row = head.to_vec();
        row.extend([String::new(), script.said(verdict).into_owned()]);
        row.resize(COLUMNS.len(), String::new());
        rows.push(row);
    }
    let all = ranking.fits.iter().chain(&ranking.terms_not_met).chain(&ranking.below_floor);
    for (place, candidate) in all.enumerate() {
        rows.push(row(&head, place + 1, candidate, script));
    }
    rows
}

fn row(head: &[String; 3], place: usize, candidate: &MatchView, script: Script) -> Vec<String> {
    let mut words = 0.0;
    let mut meaning = 0.0;
    let mut shared = Vec::new();
    for part in &candidate.score.parts {
        match part {
            Part::Word { term, value } => {
                words += value;
                shared.push(term.as_str());
            }
            Part::Pieces { value, .. } => words += value,
            // A cross-encoder speaks of meaning; the columns stay what they were.
            Part::Meaning { value, .. } | Part::Reranked { value, .. } => meaning += value,
        }
    }
    shared.truncate(8);
    let alike: Vec<String> =
        candidate.alike.iter().map(|a| format!("{} ≈ {}", a.requirement, a.capability)).collect();
    let terms = |answer: Answer| {
        let checks = candidate.terms.iter().filter(|check| check.answer == answer);
        checks
            .map(|check| match (&*script.said(&check.asked), &*script.said(&check.offered)) {
                (asked, "") => asked.to_owned(),
                ("", offered) => offered.to_owned(),
                (asked, offered) => format!("{asked}｜{offered}"),
            })
            .collect::<Vec<_>>()
            .join("；")
    };
    let evidence = candidate.evidence.first();
    let mut cells = head.to_vec();
    cells.extend([
        place.to_string(),
        script.said(candidate.verdict.label()).into_owned(),
        format!("{:.1}", candidate.degree),
        candidate.listing.id.0.clone(),
        candidate.listing.title.clone(),
        candidate.listing.party.clone(),
        format!("{words:.4}"),
        format!("{meaning:.4}"),
        shared.join("、"),
        alike.join("、"),
        evidence.map_or(String::new(), |e| e.requirement.words.clone()),
        evidence.map_or(String::new(), |e| e.capability.words.clone()),
        terms(Answer::Met),
        candidate.questions.iter().map(|asked| script.said(asked)).collect::<Vec<_>>().join("；"),
        terms(Answer::NotMet),
        candidate.missing.iter().map(|m| m.requirement.words.as_str()).collect::<Vec<_>>().join("；"),
    ]);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for (cell, safe) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+86", "'+86"),
            ("@SUM(1)", "'@SUM(1)"),
            ("＝1+1", "'＝1+1"),
            ("水质监测", "水质监测"),
            ("", ""),
        ] {
            assert_eq!(safe_cell(cell), safe);
        }
    }
}
