//! Files to look at and to print: `tests/browser/sheets.test.js` reads the pages.
//!
//! `OPCMATCH_SHEETS=FOLDER cargo test --test sheets -- --ignored` writes them.

use std::path::PathBuf;

use opcmatch::report::{
    ExportFormat, Lang, Participant, PrintPage, Script, Styles, event_calendar, participant_calendars,
    print_page, write_event,
};

use super::fixture::{Fair, HOSTILE, fair};

/// Every text 600 characters long, full-width, without a blank.
fn long(fair: Fair) -> Fair {
    fair.retold(|number, text| format!("{text}{number}{}", "很长的名称".repeat(120)))
}

#[test]
#[ignore = "writes files: set OPCMATCH_SHEETS to a folder"]
fn write_examples() {
    let folder = PathBuf::from(std::env::var_os("OPCMATCH_SHEETS").expect("OPCMATCH_SHEETS names a folder"));
    std::fs::create_dir_all(&folder).unwrap();
    let stamp = "2026-11-21T04:05:06Z".parse().unwrap();
    let latin = "Unbreakable".repeat(40);
    let fairs = [
        ("usual", fair(6, 9, 6).lived_in()),
        ("long", long(fair(6, 6, 6))),
        ("twelve", long(fair(2, 12, 12))),
        ("full", long(fair(2, 24, 24))),
        ("hall", fair(60, 60, 8)),
        ("latin", fair(3, 6, 6).retold(|_, _| latin.clone())),
        ("hostile", fair(10, 10, 3).retold(|n, _| HOSTILE[n % HOSTILE.len()].repeat(3)).lived_in()),
    ];
    for (name, fair) in &fairs {
        let view = fair.view();
        let sentence = fair.requirements[0].title.clone();
        let mut bare = fair.brief(&sentence);
        bare.why.evidence.clear();
        bare.why.terms.clear();
        bare.why.questions.clear();
        let short = fair.brief("街道需要登记独居老人走访情况，三天内发现异常并通知网格员。");
        let briefs = [fair.brief(&sentence), short, bare];
        for (kind, page) in [
            ("stage", PrintPage::Stage),
            ("tables", PrintPage::Tables),
            ("opcs", PrintPage::Opcs(None)),
            ("needs", PrintPage::Needs(None)),
            ("wall", PrintPage::Wall),
            ("briefs", PrintPage::Briefs(&briefs)),
        ] {
            let html = print_page(&view, page, Lang::Zh, Styles::Inline);
            std::fs::write(folder.join(format!("{name}-{kind}.html")), html).unwrap();
        }
        let mut book = Vec::new();
        write_event(&view, ExportFormat::Xlsx, Script::Simplified, &mut book).unwrap();
        std::fs::write(folder.join(format!("{name}.xlsx")), book).unwrap();
        let calendar = event_calendar(&view, &Participant::Everyone, Script::Simplified, stamp).unwrap();
        std::fs::write(folder.join(format!("{name}.ics")), calendar).unwrap();
        std::fs::write(
            folder.join(format!("{name}-ics.zip")),
            participant_calendars(&view, Script::Simplified, stamp).unwrap(),
        )
        .unwrap();
    }
    let (view, briefs) = super::demo::briefs(&super::demo::ranker());
    let html = print_page(&view, PrintPage::Briefs(&briefs), Lang::Zh, Styles::Inline);
    std::fs::write(folder.join("demo-briefs.html"), html).unwrap();
    let html = print_page(&view, PrintPage::Briefs(&briefs), Lang::En, Styles::Inline);
    std::fs::write(folder.join("english-briefs.html"), html).unwrap();
}
