//! Print pages as documents; `tests/browser/sheets.test.js` prints them.

use std::collections::BTreeSet;

use opcmatch::domain::{ListingId, OpcId};
use opcmatch::report::{EventView, Lang, PrintPage, Styles, print_page};
use proptest::prelude::*;

use super::fixture::{HOSTILE, fair};

const PAGES: [PrintPage<'static>; 5] =
    [PrintPage::Stage, PrintPage::Tables, PrintPage::Opcs(None), PrintPage::Needs(None), PrintPage::Wall];

/// The tags that pages are made of.
const TAGS: &[&str] = &[
    "html", "head", "meta", "title", "link", "body", "section", "header", "h1", "h2", "p", "div", "span",
    "i", "b", "strong", "small", "mark", "table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li",
];
const VOID: &[&str] = &["meta", "link"];

/// Every `<` begins a tag of ours, and every tag is closed in its place.
fn assert_well_formed(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in html.strip_prefix("<!doctype html>").unwrap().split('<').skip(1) {
        let (tag, _) = piece.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        assert!(TAGS.contains(&name), "<{tag}>");
        assert!(!tag.contains(" style=") && !tag.contains(" on"), "<{tag}>");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert_eq!(open, [""; 0]);
}

fn linked(view: &EventView, page: PrintPage<'_>, lang: Lang) -> String {
    print_page(view, page, lang, Styles::Linked)
}

#[test]
fn each_page_shows_its_part() {
    let view = fair(3, 4, 2).lived_in().view();
    for (page, sections, wanted) in [
        (PrintPage::Stage, 1, "13:35–13:40"),
        (PrintPage::Tables, 3, "<h1>3号桌</h1>"),
        (PrintPage::Opcs(None), 4, "<h1>示例工作室3</h1>"),
        (PrintPage::Needs(None), 3, "<p class=\"turn\">路演 · 3 · 13:40–13:45</p>"),
        (PrintPage::Needs(Some(&ListingId("N001".into()))), 1, "第1项需求"),
        (PrintPage::Opcs(Some(&OpcId("示例工作室3".into()))), 1, "待定"),
        (PrintPage::Wall, 1, "<b>2</b> 14:20–14:35"),
    ] {
        let html = linked(&view, page, Lang::Zh);
        assert_well_formed(&html);
        assert_eq!(html.matches("<section").count(), sections, "{page:?}");
        assert!(html.contains(wanted), "{page:?} lacks {wanted}: {html}");
    }
}

#[test]
fn both_languages_and_both_ways_of_styling() {
    let fair = fair(1, 1, 1);
    let (view, briefs) = (fair.view(), [fair.brief("街道要登记走访")]);
    for page in PAGES.into_iter().chain([PrintPage::Briefs(&briefs)]) {
        let own = |html: &str| {
            let body = html.split_once("<body>").unwrap().1;
            let pieces = body.split('<').filter_map(|piece| piece.split_once('>'));
            pieces.map(|(_, text)| text.trim().to_owned()).collect::<BTreeSet<String>>()
        };
        let (zh, en) = (linked(&view, page, Lang::Zh), linked(&view, page, Lang::En));
        assert!(zh.contains("lang=\"zh-CN\"") && en.contains("lang=\"en\""));
        // What both say is the listings' own, or has no words.
        let theirs = ["需求", "能力", "示例", "街道", "园区", "社区", "｜", "三百", "做过", "走访"];
        for text in own(&en) {
            let chinese = text.chars().any(|c| ('一'..='鿿').contains(&c));
            assert!(!chinese || theirs.iter().any(|word| text.contains(word)), "{page:?}: {text}");
        }
        assert_ne!(own(&zh), own(&en));
        let alone = print_page(&view, page, Lang::Zh, Styles::Inline);
        assert!(alone.contains("default-src 'none'") && alone.contains("@page"));
        assert!(!alone.contains("<link") && !zh.contains("<style"));
    }
}

#[test]
fn traditional_pages_alter_nothing_that_people_wrote() {
    let fair = fair(3, 4, 2).retold(|number, _| format!("软件项目{number}的说明"));
    let mut brief = fair.brief("软件要登记走访");
    brief.why.questions = vec!["是否已登记为公司或其他组织？".into()];
    brief.why.terms[0].asked = "须持有软件开发证书".into();
    let (view, briefs) = (fair.view(), [brief]);
    for page in PAGES.into_iter().chain([PrintPage::Briefs(&briefs)]) {
        let (zh, hant) = (linked(&view, page, Lang::Zh), linked(&view, page, Lang::Hant));
        assert_well_formed(&hant);
        assert!(hant.contains("lang=\"zh-Hant\""));
        assert_eq!(hant.matches("软件项目").count(), zh.matches("软件项目").count(), "{page:?}");
        for simplified in ["桌总", "对接", "时间", "单位", "顺序", "记录", "为什么", "号桌", "见面要问"]
        {
            assert!(!hant.contains(simplified), "{page:?}: {simplified}");
        }
    }
    let html = linked(&view, PrintPage::Briefs(&briefs), Lang::Hant);
    for wanted in ["洽談簡報", "是否已登記為公司或其他組織？", "須持有软件开发证书", "1號桌"]
    {
        assert!(html.contains(wanted), "{wanted}: {html}");
    }
}

#[test]
fn hostile_texts_are_text() {
    let hostile = fair(10, 10, 2).retold(|number, _| HOSTILE[number % HOSTILE.len()].to_owned()).lived_in();
    let (view, briefs) = (hostile.view(), HOSTILE.iter().map(|text| hostile.brief(text)).collect::<Vec<_>>());
    for page in PAGES.into_iter().chain([PrintPage::Briefs(&briefs)]) {
        let html = linked(&view, page, Lang::Zh);
        assert_well_formed(&html);
        assert!(!html.contains("00138000"), "{page:?}");
        assert!(!html.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')));
    }
}

#[test]
fn a_brief_marks_what_both_say_and_a_long_sentence_from_there() {
    let fair = fair(1, 1, 1);
    let html = linked(&fair.view(), PrintPage::Briefs(&[fair.brief("走访登记")]), Lang::Zh);
    assert!(html.contains("<mark>走访</mark>登记"), "{html}");
    let mut brief = fair.brief(&format!("{}走访{}", "前".repeat(100), "后".repeat(100)));
    brief.why.evidence[0].requirement.marks = vec![[100, 102]];
    let html = linked(&fair.view(), PrintPage::Briefs(&[brief]), Lang::Zh);
    assert!(
        html.contains(&format!("<td>…{}<mark>走访</mark>{}…</td>", "前".repeat(12), "后".repeat(56))),
        "{html}"
    );
    assert!(html.contains("14:00–14:15 <b>1号桌</b>"));
}

#[test]
fn nothing_planned_is_said_so() {
    let mut bare = fair(1, 1, 1);
    bare.event.plan = None;
    bare.event.frame = Default::default();
    for page in PAGES.into_iter().chain([PrintPage::Briefs(&[])]) {
        let html = linked(&bare.view(), page, Lang::Zh);
        assert_well_formed(&html);
        assert!(html.contains("还没有安排。"), "{page:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_leaves_the_document_whole(text in any::<String>(), sentence in any::<String>()) {
        let fair = fair(2, 2, 2).retold(|_, _| text.clone());
        let (view, briefs) = (fair.view(), [fair.brief(&sentence)]);
        for page in PAGES.into_iter().chain([PrintPage::Briefs(&briefs)]) {
            assert_well_formed(&linked(&view, page, Lang::En));
        }
    }
}
